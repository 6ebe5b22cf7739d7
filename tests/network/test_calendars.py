"""Calendars and mailboxes on servers come in like archives: counted, once, resumable, and as ties above mail."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.network.histories import CORA, mail, mbox
from tests.support import dovecot
from twoyes.network import importing, log
from twoyes.network.models import HistoryJob, Source
from twoyes.network.sources.imap import account
from twoyes.network.ways import building, finding
from twoyes.people import front as people

TOM = "tom@target.example"
EVENT = """BEGIN:VEVENT
UID:{uid}
DTSTART:{start}
ORGANIZER;CN=Cora:mailto:{cora}
ATTENDEE;PARTSTAT={answer};CN=Tom Target:mailto:{tom}
{more}
END:VEVENT
"""


def calendar(folder: Path, *events: str, name: str = "calendar.ics") -> Path:
    path = folder / name
    path.write_text("BEGIN:VCALENDAR\nVERSION:2.0\n" + "".join(events) + "END:VCALENDAR\n")
    return path


def event(uid: str = "a", *, start: str = "20190107T090000Z", answer: str = "ACCEPTED", more: str = "") -> str:
    return EVENT.format(uid=uid, start=start, cora=CORA, tom=TOM, answer=answer, more=more)


def rows(owner: str) -> list[dict[str, object]]:
    return log.opened(owner).to_pyarrow().to_pylist()  # type: ignore[no-any-return]


def test_each_event_is_taken_or_left_out_with_a_reason(cora: str, tmp_path: Path) -> None:
    path = calendar(
        tmp_path,
        event("a"),
        event("b", answer="DECLINED"),
        event("c", more="STATUS:CANCELLED"),
        event("d", start="20990101T090000Z"),
        event("a"),
    )
    report = importing.import_history(cora, [path])
    assert report.taken == 1
    assert report.left_out == {"ahead": 1, "alone": 1, "cancelled": 1, "duplicate": 1}
    (row,) = rows(cora)
    assert (row["kind"], row["others"], row["mine"], row["opens"]) == (1, 0, True, False)
    assert row["at"] == int(datetime(2019, 1, 7, 9, tzinfo=UTC).timestamp())


def test_a_meeting_of_every_week_is_a_row_each_week_and_again_adds_none(cora: str, tmp_path: Path) -> None:
    path = calendar(tmp_path, event("w", more="RRULE:FREQ=WEEKLY;COUNT=5"))
    assert importing.import_history(cora, [path]).taken == 1
    assert importing.import_history(cora, [path]).left_out == {"duplicate": 1}
    assert len(rows(cora)) == 5


def test_whoever_answers_under_another_address_of_the_owners_is_the_owner(cora: str, tmp_path: Path) -> None:
    more = "ATTENDEE;PARTSTAT=ACCEPTED:mailto:cora@private.example"
    path = calendar(tmp_path, event("a", more=more))
    importing.import_history(cora, [path], mine=["cora@private.example"])
    assert len(rows(cora)) == 1


def test_whoever_was_only_met_gets_no_card(cora: str, tmp_path: Path) -> None:
    importing.import_history(cora, [calendar(tmp_path, event())])
    assert people.find(cora, "Tom") == []


def test_meetings_weigh_more_than_letters(cora: str, otto: str, tmp_path: Path) -> None:
    now = datetime(2019, 3, 1, tzinfo=UTC)
    weekly = calendar(tmp_path, event("w", more="RRULE:FREQ=WEEKLY;COUNT=4"))
    importing.import_history(cora, [weekly])
    one, other = "otto@outside.example", "kim@blades.example"
    letters = [mail(one, other, day=7 * week, ident=f"{week}@a.example") for week in range(4)]
    letters += [mail(other, one, day=7 * week + 1, ident=f"{week}@b.example") for week in range(4)]
    importing.import_history(otto, [mbox(tmp_path, *letters)])
    strengths = []
    for owner, who in ((cora, TOM), (otto, other)):
        building.build(owner, now)
        strengths.append(finding.warm_paths(owner, "me", who, max_steps=1).ways[0].weakest)
    assert strengths[0] > strengths[1]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dovecot.Dovecot]:
    letters = [mail(CORA, f"Tom Target <{TOM}>", day=day, ident=f"{day}@s.example") for day in range(3)]
    got = [mail(TOM, CORA, day=day, ident=f"{day}@r.example") for day in range(5)]
    with dovecot.running(tmp_path_factory.mktemp("dovecot")) as running:
        running.put("INBOX", *(_bare(one) for one in got), _bare(letters[0]))
        running.put("Sent", *(_bare(one) for one in letters))
        yield running


def _bare(letter: str) -> bytes:
    return letter.partition("\n")[2].replace("\n", "\r\n").encode()


@pytest.mark.mailservers
def test_a_mailbox_on_a_server_comes_in_what_was_sent_first(cora: str, server: dovecot.Dovecot) -> None:
    url = f"imaps://cora%40connects.example@localhost:{server.tls}?ca={server.certificate}"
    mailbox = account(url, password=dovecot.PASSWORD)
    seen: list[int] = []
    report = importing.import_history(cora, [mailbox], progress=lambda _passed, _size, messages: seen.append(messages))
    assert (report.taken, report.left_out, report.problems) == (8, {"duplicate": 1}, [])
    assert seen[-1] == 9
    assert people.who(cora, TOM).name == "Tom Target"
    assert Source.objects.get().kind == "imap"
    assert importing.import_history(cora, [mailbox]).taken == 0


@pytest.mark.mailservers
def test_no_password_is_kept(cora: str, server: dovecot.Dovecot, at_home: Path) -> None:
    url = f"imaps://cora%40connects.example@localhost:{server.tls}?ca={server.certificate}"
    importing.import_history(cora, [account(url, password=dovecot.PASSWORD)])
    job = HistoryJob.objects.get()
    assert dovecot.PASSWORD not in "".join(map(str, job.__dict__.values()))
    from twoyes.lib import sealing

    assert dovecot.PASSWORD not in sealing.get(job, "paths")
