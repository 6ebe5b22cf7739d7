"""Every message of a history is taken or left out with a reason; the log holds who and when, and never what."""

from __future__ import annotations

import gzip
import zipfile
from datetime import UTC, datetime
from itertools import count
from operator import attrgetter
from pathlib import Path

import pytest

from tests.network.histories import BEGIN, CORA, LINE, lay, mail, mbox
from twoyes.lib import addresses, sealing
from twoyes.lib.errors import Refused
from twoyes.network import importing, log, naming, walking
from twoyes.network.front import HistoryReport, import_history, own_addresses
from twoyes.network.models import HistoryJob, Identity, LogPart, Source
from twoyes.people import front as people

TOM, RITA = "Tom Target <tom@target.example>", "Rita Holm <rita@asks.example>"


def rows(owner: str) -> list[dict[str, object]]:
    """The log in an order of its own."""
    found: list[dict[str, object]] = log.opened(owner).to_pyarrow().to_pylist()
    return sorted(found, key=lambda row: str(sorted(row.items())))


def who(address: str) -> int:
    return log.number(addresses.key(address))


def bring(owner: str, folder: Path, *messages: str) -> HistoryReport:
    return import_history(owner, [mbox(folder, *messages)])


def test_a_message_is_a_row_for_each_person_it_went_to(cora: str, tmp_path: Path) -> None:
    done = bring(cora, tmp_path, mail(CORA, f"{TOM}, {CORA}", cc=f"{RITA}, {TOM}", ident="1"))
    assert (done.taken, done.left_out, done.problems) == (1, {}, [])
    first, second = sorted(rows(cora), key=lambda row: str(row["field"]))
    assert (first["src"], first["dst"], first["field"]) == (who(CORA), who("tom@target.example"), 0)
    assert (second["src"], second["dst"], second["field"]) == (who(CORA), who("rita@asks.example"), 1)
    assert first["at"] == second["at"] == int(BEGIN.timestamp())
    assert first["others"] == second["others"] == 1
    assert first["message"] == second["message"]
    assert first["mine"] is second["mine"] is True
    assert first["source"] == Source.objects.get().pk


def test_an_answer_is_in_the_thread_of_what_it_answers(cora: str, tmp_path: Path) -> None:
    third = mail(CORA, TOM, day=2, ident="3", more="In-Reply-To: <2>\nReferences: <1> <2>\n")
    bring(cora, tmp_path, mail(CORA, TOM, ident="1"), mail(TOM, CORA, day=1, more="In-Reply-To: <1>\n"), third)
    bring(cora, tmp_path, mail(CORA, TOM, ident="other", day=4))
    assert len({row["thread"] for row in rows(cora)}) == 2
    assert len({row["message"] for row in rows(cora)}) == 4
    assert sorted(bool(row["opens"]) for row in rows(cora)) == [False, False, True, True]


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        (mail(TOM, CORA, more="Auto-Submitted: auto-replied\n"), "automatic"),
        (mail("noreply@shop.example", CORA), "automatic"),
        (mail(TOM, CORA, more="Return-Path: <postmaster@target.example>\n"), "automatic"),
        (mail(TOM, "l@lists.example", more="List-Id: <l.lists.example>\n"), "list"),
        (mail(TOM, "", more="").replace(LINE, "From tom at target.example Thu Feb 28 18:58:18 2013\n"), "list"),
        (mail(TOM, CORA, more="Precedence: bulk\n"), "bulk"),
        (mail("Tom Target", CORA), "unreadable"),
        (mail(TOM, CORA).replace("Date:", "Day:").replace(LINE, "From tom 12:00\n"), "no_date"),
        (mail(CORA, CORA), "own_only"),
        (mail(TOM, TOM), "own_only"),
        (mail(CORA, ""), "own_only"),
        (mail(TOM, "undisclosed-recipients:;"), "no_recipient"),
    ],
)
def test_what_no_person_wrote_to_another_is_left_out_with_its_reason(
    cora: str, tmp_path: Path, message: str, reason: str
) -> None:
    done = bring(cora, tmp_path, message)
    assert (done.taken, done.left_out) == (0, {reason: 1})
    assert (rows(cora), Identity.objects.count()) == ([], 0)


def test_a_message_is_in_the_log_once_however_often_it_comes(cora: str, tmp_path: Path) -> None:
    one, other = mail(TOM, CORA, ident="same"), mail(TOM, CORA, ident="same", day=1)
    bare = mail(TOM, CORA, day=2)
    done = bring(cora, tmp_path, one, one, other, bare, bare)
    assert (done.taken, done.left_out) == (3, {"duplicate": 2})
    copy = mbox(tmp_path, one, mail(RITA, CORA), name="copy.mbox")
    done = import_history(cora, [copy])
    assert (done.taken, done.left_out) == (1, {"duplicate": 1})
    done = import_history(cora, [copy])
    assert (done.taken, done.left_out) == (0, {"duplicate": 2})
    assert len(rows(cora)) == 4


@pytest.mark.parametrize(
    ("date", "more", "at"),
    [
        ("Thu, 28 Feb 3609 18:58:18 +0000", "", datetime(2013, 2, 28, 18, 58, 18, tzinfo=UTC)),
        ("Mon, 31 Dec 1979 16:00:00 -0800", "", datetime(2013, 2, 28, 18, 58, 18, tzinfo=UTC)),
        ("", "Received: by m.example; Fri, 1 Mar 2013 10:00:00 +0100\n", datetime(2013, 3, 1, 9, tzinfo=UTC)),
        ("Fri, 1 Mar 102 10:00:00 EST", "", datetime(2013, 2, 28, 18, 58, 18, tzinfo=UTC)),
        ("1 Mar 96 10:00 MET", "", datetime(1996, 3, 1, 9, tzinfo=UTC)),
    ],
)
def test_a_wrong_clock_is_set_by_what_the_message_came_with(
    cora: str, tmp_path: Path, date: str, more: str, at: datetime
) -> None:
    lines = mail(TOM, CORA, more=more).splitlines(keepends=True)
    dated = [f"Date: {date}\n" if line.startswith("Date:") else line for line in lines]
    assert bring(cora, tmp_path, *dated).taken == 1
    assert rows(cora)[0]["at"] == int(at.timestamp())


def test_a_further_address_of_the_owner_s_is_theirs(cora: str, tmp_path: Path) -> None:
    path = mbox(tmp_path, mail("cora@work.example", TOM), mail("cora@work.example", CORA))
    rehearsed = import_history(cora, [path], mine=["Cora@work.example"], dry_run=True)
    assert own_addresses(cora) == []
    assert import_history(cora, [path], mine=["Cora@work.example"]) == rehearsed
    assert own_addresses(cora) == ["Cora@work.example"]
    done = rehearsed
    assert (done.taken, done.left_out) == (1, {"own_only": 1})
    assert rows(cora)[0]["mine"] is True
    assert people.find(cora, "Tom Target")


def test_whoever_the_owner_wrote_to_becomes_a_person_once(cora: str, tmp_path: Path) -> None:
    people.add_card(cora, name="Thomas", addresses=["TOM@target.example"])
    bring(
        cora,
        tmp_path,
        mail(CORA, f'{TOM}, "Holm, Rita (Asks)" <rita@asks.example>, bare@nameless.example'),
        mail("Otto <otto@outside.example>", CORA),
    )
    assert [card.name for card in people.find(cora, "", limit=10)] == ["Rita Holm", "Thomas"]
    assert not people.find(cora, "Otto"), "who only writes is no acquaintance"
    bring(cora, tmp_path, mail("Bare Foot <bare@nameless.example>", CORA, day=1))
    assert people.find(cora, "Bare Foot"), "the name came later"


def test_what_became_of_a_card_since_is_the_owner_s_will(cora: str, tmp_path: Path) -> None:
    bring(cora, tmp_path, mail(CORA, TOM))
    (card,) = people.find(cora, "Tom Target")
    people.edit_card(cora, card.id, name="Tommy", addresses=["tommy@new.example"])
    bring(cora, tmp_path, mail(CORA, TOM, day=1))
    assert [one.name for one in people.find(cora, "", limit=10)] == ["Tommy"]


def test_names_are_kept_sealed_the_most_frequent_first(cora: str, tmp_path: Path) -> None:
    names = ["T. Target", "Tom Target", "Tom Target", *(f"Name {n}" for n in range(6))]
    bring(cora, tmp_path, *(mail(f"{name} <tom@target.example>", CORA, day=day) for day, name in enumerate(names)))
    row = Identity.objects.get(key=addresses.key("tom@target.example"))
    assert naming.names_of(row)[:2] == ["Tom Target", "Name 0"]
    assert len(naming.names_of(row)) == naming.MOST_NAMES
    assert sealing.get(row, "address") == "tom@target.example"
    assert (row.seen_last - row.seen_first, row.wrote_to) == (8 * 86400, False)
    assert b"Target" not in bytes(row.names)


@pytest.mark.case("E18")
def test_whoever_was_erased_does_not_come_back(cora: str, tmp_path: Path) -> None:
    from tests.support.cast import START

    people.forget_keys(people.default_community(), [addresses.key("tom@target.example")], START)
    done = bring(cora, tmp_path, mail(CORA, TOM), mail(TOM, CORA), mail(CORA, f"{TOM}, {RITA}"))
    assert (done.taken, done.left_out) == (1, {"erased": 2})
    assert [row["dst"] for row in rows(cora)] == [who("rita@asks.example")]
    assert list(Identity.objects.values_list("key", flat=True)) == [addresses.key("rita@asks.example")]
    assert not people.find(cora, "Tom")


@pytest.mark.case("E8")
def test_two_owners_have_two_logs(cora: str, otto: str, tmp_path: Path) -> None:
    path = mbox(tmp_path, mail(CORA, TOM))
    assert import_history(cora, [path]).taken == import_history(otto, [path]).taken == 1
    assert rows(cora)[0]["mine"] is True
    assert rows(otto)[0]["mine"] is False
    assert not people.find(otto, "Tom"), "who wrote there is not Otto"


def test_a_folder_of_all_kinds_is_gone_through_and_what_is_no_mail_is_told(cora: str, tmp_path: Path) -> None:
    folder = tmp_path / "mail"
    (folder / "cur").mkdir(parents=True)
    (folder / "cur" / "1:2,S").write_text(mail(TOM, CORA).removeprefix(LINE), "utf-8")
    (folder / "old.mbox.gz").write_bytes(gzip.compress(mail(TOM, CORA, day=1).encode()))
    with zipfile.ZipFile(folder / "takeout.zip", "w") as packed:
        packed.writestr("Takeout/Mail/All.mbox", mail(RITA, CORA) + mail(RITA, CORA, day=1))
    (folder / "notes.txt").write_text("Dear diary,\n", "utf-8")
    done = import_history(cora, [folder])
    assert (done.taken, done.left_out) == (4, {})
    assert [one.where for one in done.problems] == ["mail/notes.txt"]
    assert Source.objects.get().kind == "eml,mbox"


def test_a_damaged_file_is_told_and_what_stands_before_is_taken(cora: str, tmp_path: Path) -> None:
    whole = gzip.compress("".join(mail(TOM, CORA, day=day) for day in range(2000)).encode())
    (tmp_path / "cut.mbox.gz").write_bytes(whole[: len(whole) // 2])
    done = import_history(cora, [tmp_path / "cut.mbox.gz"])
    assert "damaged" in done.problems[0].why
    assert 0 <= done.taken < 2000


@pytest.mark.case("D14")
def test_a_bomb_is_told_and_nothing_of_it_goes_to_disk(
    cora: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from twoyes.network.sources import places

    monkeypatch.setattr(places, "_SURE", 1024)
    (tmp_path / "bomb.mbox.gz").write_bytes(gzip.compress((mail(TOM, CORA) + "\0" * 10_000_000).encode()))
    done = import_history(cora, [tmp_path / "bomb.mbox.gz"])
    assert "far more" in done.problems[0].why


@pytest.mark.case("D10", "D11", "D12", "D13")
def test_a_head_that_is_made_to_hurt_costs_no_more_than_another(cora: str, tmp_path: Path) -> None:
    import time

    bombs = [
        mail(TOM, CORA, more="X: y\n" * 300_000),
        mail("(" * 5000 + ")" * 5000 + " tom@target.example", CORA),
        mail("=?utf-8?q?" + "=41" * 60_000 + "?= <tom@target.example>", CORA),
        mail(TOM, CORA, more="References: " + "<a@b> " * 200_000 + "\n"),
        mail(TOM, ", ".join(f"p{n}@many.example" for n in range(20_000))),
        mail(TOM, CORA, more='Content-Type: multipart/mixed; boundary="' + "b" * 100_000 + '"\n'),
    ]
    began = time.process_time()
    done = bring(cora, tmp_path, *bombs)
    assert done.taken + sum(done.left_out.values()) == len(bombs)
    assert time.process_time() - began < 10
    assert max(int(str(row["others"])) for row in rows(cora)) < 500


@pytest.mark.parametrize("place", ["log.lay_down", "naming.save", "people.meet", "people.erased_keys", "_Run._note"])
def test_wherever_a_chunk_breaks_off_nothing_of_it_is_left_and_the_same_command_goes_on(
    cora: str, otto: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    monkeypatch.setattr(walking, "MOST_MESSAGES", 20)
    path = lay(tmp_path / "Sent.mbox", 100)
    whole = import_history(otto, [path])
    module, _dot, name = place.rpartition(".")
    holder = attrgetter(module)(importing)
    real, calls = getattr(holder, name), count()

    def broken(*args: object, **kwargs: object) -> object:
        found = real(*args, **kwargs)
        if next(calls) == 3:
            raise ZeroDivisionError
        return found

    monkeypatch.setattr(holder, name, broken)
    with pytest.raises(ZeroDivisionError):
        import_history(cora, [path])
    assert HistoryJob.objects.get(owner_id=cora).state == "waiting"
    assert len(log.paths(cora)) < 5
    assert import_history(cora, [path]) == whole
    assert len(log.paths(cora)) == 5
    assert messages(cora) == messages(otto)
    written_to = Identity.objects.filter(owner_id=cora, wrote_to=True).exclude(names=b"")
    assert len(people.find(cora, "", limit=1000)) == written_to.count() > 5


def messages(owner: str) -> list[tuple[object, ...]]:
    return sorted((row["src"], row["dst"], row["message"], row["thread"], row["at"]) for row in rows(owner))


def test_a_dry_run_tells_the_same_and_writes_nothing(cora: str, tmp_path: Path) -> None:
    path = mbox(tmp_path, mail(CORA, TOM), mail(CORA, TOM), mail(TOM, CORA, more="Precedence: bulk\n"))
    rehearsed = import_history(cora, [path], dry_run=True)
    for model in (HistoryJob, Source, LogPart, Identity):
        assert not model.objects.exists()
    assert import_history(cora, [path]) == rehearsed
    assert rehearsed.left_out == {"bulk": 1, "duplicate": 1}


def test_what_is_not_there_is_refused_and_nothing_begins(cora: str, tmp_path: Path) -> None:
    with pytest.raises(Refused) as refused:
        import_history(cora, [mbox(tmp_path, mail(CORA, TOM)), tmp_path / "missing"])
    assert refused.value.code == "no_such_file"
    assert not HistoryJob.objects.exists()


@pytest.mark.case("E1")
def test_nothing_that_was_written_nor_any_name_is_in_the_data(cora: str, tmp_path: Path, at_home: Path) -> None:
    bring(cora, tmp_path, mail(CORA, TOM, ident="told-by-tom@target.example"))
    held = b"".join(path.read_bytes() for path in at_home.rglob("*") if path.is_file())
    assert len(held) > 500
    for secret in (b"tom@target", b"Tom Target", b"never kept", b"Never read", b"told-by-tom", b"Sent.mbox"):
        assert secret not in held
