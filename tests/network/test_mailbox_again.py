"""A mailbox on a real server that was read before: only what is new is read, and a broken line costs nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import Settings

from tests.network.histories import CORA, TOM, mail, mbox
from tests.network.test_calendars import rows
from tests.support import dovecot
from tests.support.cast import START
from tests.support.line import Line, line
from twoyes.lib.errors import Unreachable
from twoyes.network import front, importing, jobs
from twoyes.network.carrying import now
from twoyes.network.models import HistoryJob, Source
from twoyes.network.sources import imap, patience

pytestmark = pytest.mark.mailservers
GOT, SENT = 7, 3


def letter(number: int, sender: str = TOM, to: str = CORA) -> bytes:
    text = mail(sender, to, day=number, ident=f"{number}.{sender}")
    return text.partition("\n")[2].replace("\n", "\r\n").encode()


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dovecot.Dovecot]:
    with dovecot.running(tmp_path_factory.mktemp("dovecot")) as running:
        yield running


@pytest.fixture
def server(running: dovecot.Dovecot) -> dovecot.Dovecot:
    running.empty()
    running.put("INBOX", *(letter(number) for number in range(GOT)))
    running.put("Sent", *(letter(number, CORA, TOM) for number in range(SENT)))
    return running


@pytest.fixture
def wire(server: dovecot.Dovecot) -> Iterator[Line]:
    with line(server.plain) as laid:
        yield laid


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "PAUSES", (0, 0, 0))
    monkeypatch.setattr(imap, "_BATCH", 2)


def account(wire: Line) -> imap.Account:
    url = f"imap://cora%40connects.example@127.0.0.1:{wire.port}"
    return imap.account(url, password=dovecot.PASSWORD)


def read(owner: str, wire: Line) -> front.HistoryReport:
    return importing.import_history(owner, [account(wire)])


def fetched(wire: Line) -> list[int]:
    """The numbers of the messages that were asked for, in turn."""
    found = [re.search(rb"UID FETCH ([0-9,:]+)", data) for data in wire.asked]
    wire.asked.clear()
    spans = [part.split(b":") for one in found if one for part in one[1].split(b",")]
    return [number for span in spans for number in range(int(span[0]), int(span[-1]) + 1)]


ALL = [*range(1, SENT + 1), *range(1, GOT + 1)]


def test_a_second_reading_asks_only_for_what_is_new(cora: str, server: dovecot.Dovecot, wire: Line) -> None:
    assert read(cora, wire).taken == GOT + SENT
    assert fetched(wire) == ALL
    again = read(cora, wire)
    assert (again.taken, again.left_out, fetched(wire)) == (0, {}, [])
    server.put("INBOX", letter(100))
    server.put("Projects", letter(101))
    rehearsed = importing.import_history(cora, [account(wire)], dry_run=True)
    assert (rehearsed.taken, rehearsed.left_out, fetched(wire)) == (2, {}, [GOT + 1, 1])
    again = read(cora, wire)
    assert (again.taken, again.left_out, fetched(wire)) == (2, {}, [GOT + 1, 1])
    assert len(rows(cora)) == front.history_sources(cora)[0].messages == GOT + SENT + 2


def test_the_page_and_the_command_know_of_each_other(cora: str, otto: str, wire: Line) -> None:
    read(cora, wire)
    fetched(wire)
    assert front.carry_history(front.start_account(cora, account(wire)))
    assert fetched(wire) == []
    read(otto, wire)
    assert fetched(wire) == ALL, "what Cora read is nothing to Otto"


def test_a_folder_that_is_numbered_anew_is_read_as_a_whole_and_nothing_counts_twice(
    cora: str, server: dovecot.Dovecot, wire: Line
) -> None:
    read(cora, wire)
    fetched(wire)
    server.renumber("INBOX", 4_000_000_000)
    server.put("INBOX", letter(100))
    again = read(cora, wire)
    assert (again.taken, again.left_out, fetched(wire)) == (1, {"duplicate": GOT}, [*range(1, GOT + 2)])
    assert (read(cora, wire).left_out, fetched(wire)) == ({}, [])
    assert len(rows(cora)) == GOT + SENT + 1


def test_what_another_archive_showed_is_read_anew_once_that_is_deleted(cora: str, wire: Line, tmp_path: Path) -> None:
    importing.import_history(cora, [mbox(tmp_path, *(mail(TOM, CORA, day=n, ident=f"{n}.{TOM}") for n in range(GOT)))])
    assert read(cora, wire).left_out == {"duplicate": GOT}
    archive = next(one for one in front.history_sources(cora) if one.kind == "mbox")
    front.delete_history(cora, archive.id, now=START)
    assert len(rows(cora)) == SENT
    again = read(cora, wire)
    assert (again.taken, again.left_out) == (GOT, {"duplicate": SENT})


def test_a_line_that_breaks_is_laid_anew_and_nothing_is_read_twice_or_missed(cora: str, wire: Line) -> None:
    for where, after in ((rb"UID FETCH", 2), (rb"SEARCH", 1), (rb"STATUS", 3), (rb"LIST", 0), (rb"EXAMINE", 1)):
        Source.objects.update(hidden_at=START)
        before = wire.connections
        wire.cut(where, after=after)
        report = read(cora, wire)
        assert (report.taken, report.left_out) == (GOT + SENT, {}), where
        assert wire.connections == before + 3, "one to count, one that broke, one that went on"
    wire.asked.clear()


def broken(cora: str, wire: Line) -> None:
    """A reading of which five messages arrive: three that were sent, two that were received."""
    wire.cut(rb"UID FETCH", after=3, whole=2)
    with pytest.raises(Unreachable) as refused:
        read(cora, wire)
    assert "127.0.0.1" in refused.value.sentence
    assert "the same command goes on" in refused.value.sentence
    assert (HistoryJob.objects.get().state, len(rows(cora))) == ("waiting", 5)
    fetched(wire)


def test_where_the_server_stays_away_the_same_command_goes_on_where_it_was(
    cora: str, server: dovecot.Dovecot, wire: Line
) -> None:
    broken(cora, wire)
    # Folders that stand before others move them; they are known by their names.
    server.put("Archive", letter(100))
    wire.mend()
    report = read(cora, wire)
    assert (report.taken, report.left_out, report.problems) == (GOT + SENT + 1, {}, [])
    assert fetched(wire) == [*range(3, GOT + 1), 1]
    assert len(rows(cora)) == GOT + SENT + 1
    assert HistoryJob.objects.get().state == "done"


def test_on_the_desk_it_waits_for_a_press_however_often_and_for_a_week_at_most(cora: str, wire: Line) -> None:
    wire.cut(rb"UID FETCH", after=3, whole=2)
    job = front.start_account(cora, account(wire))
    for _press in range(2):
        assert front.carry_history(job)
        half = front.history_progress(cora, job)
        assert half is not None
        assert (half.state, half.taken, "cannot be reached" in half.refusal) == ("stopped", 5, True)
    jobs.give_up_histories(now())
    assert bytes(HistoryJob.objects.get().paths), "the password is needed to go on"
    wire.mend()
    fetched(wire)
    assert front.carry_history(job)
    whole = front.history_progress(cora, job)
    assert whole is not None
    assert (whole.state, whole.taken, whole.left_out, whole.refusal) == ("done", GOT + SENT, {}, "")
    assert whole.passed == whole.size == GOT + SENT
    assert fetched(wire) == [*range(3, GOT + 1)]


def test_a_password_that_waits_is_forgotten_after_a_week_and_the_rest_is_read_by_the_form(
    cora: str, wire: Line
) -> None:
    wire.cut(rb"UID FETCH", after=3, whole=2)
    job = front.start_account(cora, account(wire))
    assert front.carry_history(job)
    jobs.give_up_histories(now() + jobs.PATIENCE)
    gone = front.history_progress(cora, job)
    assert gone is not None
    assert (gone.state, "is forgotten" in gone.refusal) == ("refused", True)
    assert bytes(HistoryJob.objects.get().paths) == b""
    wire.mend()
    fetched(wire)
    other = front.start_account(cora, account(wire))
    assert other != job
    assert front.carry_history(other)
    assert fetched(wire) == [*range(3, GOT + 1)]
    assert len(rows(cora)) == GOT + SENT


@pytest.mark.case("D20")
def test_a_mailbox_that_a_user_names_is_not_looked_for_in_the_network_of_the_house(
    cora: str, wire: Line, settings: Settings
) -> None:
    settings.TWOYES_LOCAL_SERVERS = ()
    job = front.start_account(cora, account(wire))
    assert front.carry_history(job)
    found = front.history_progress(cora, job)
    assert found is not None
    assert (found.taken, rows(cora)) == (0, [])
    assert "the open net knows no such server" in found.refusal
