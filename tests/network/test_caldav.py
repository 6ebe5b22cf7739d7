"""Meetings from calendars on a server: found from any of its addresses, read in pieces, and never written there."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from pytest_django import Settings

from tests.network.caldav_server import CALENDAR, Calendar
from tests.network.caldav_server import calendar as served_calendar
from tests.network.test_calendars import calendar as file_of
from tests.network.test_calendars import event, rows
from tests.people.carddav_server import Answer, Book, serving
from tests.support import radicale
from twoyes.lib import sealing
from twoyes.lib.dav import client
from twoyes.lib.errors import Refused, Unreachable
from twoyes.network import front, importing
from twoyes.network.models import HistoryJob, Source
from twoyes.network.sources import caldav, patience

STAMP = "DTSTAMP:20190101T000000Z"
MOVED = "RECURRENCE-ID:20190121T090000Z"
EVENTS = {
    "a": [event("a", more=STAMP)],
    "tö b": [event("b", answer="DECLINED", more=STAMP)],
    "c": [event("c", more=f"{STAMP}\nSTATUS:CANCELLED")],
    "d": [event("d", start="20990101T090000Z", more=STAMP)],
    "w": [
        event("w", more=f"{STAMP}\nRRULE:FREQ=WEEKLY;COUNT=5\nEXDATE:20190114T090000Z"),
        event("w", start="20190122T090000Z", answer="DECLINED", more=f"{STAMP}\n{MOVED}"),
    ],
}
LEFT_OUT = {"ahead": 1, "alone": 2, "cancelled": 1}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[radicale.Radicale]:
    with radicale.running(tmp_path_factory.mktemp("radicale")) as running:
        running.make("work")
        running.make("empty")
        running.make("tasks", holds="VTODO")
        for name, components in EVENTS.items():
            running.put("work", name, *components)
        yield running


@pytest.fixture
def calendar() -> Iterator[Calendar]:
    with served_calendar({str(number): event(f"e{number}") for number in range(9)}) as served:
        yield served


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "PAUSES", (0, 0, 0))


def account(url: str, password: str = radicale.PASSWORD) -> caldav.Account:
    return caldav.account(url, user=radicale.USER, password=password)


def read(owner: str, url: str) -> front.HistoryReport:
    return importing.import_history(owner, [account(url)])


@pytest.mark.parametrize("path", ["", "/", "/cora/", "/cora/work/", "/.well-known/caldav"])
def test_meetings_are_found_from_any_address_of_the_calendars(cora: str, server: radicale.Radicale, path: str) -> None:
    report = read(cora, f"{server.url}{path}")
    assert (report.taken, report.left_out, report.problems) == (2, LEFT_OUT, [])
    (source,) = front.history_sources(cora)
    assert (source.name, source.kind, source.messages) == ("cora (127.0.0.1)", "caldav", 2)


def test_a_calendar_on_a_server_says_what_its_ics_file_says(
    cora: str, otto: str, server: radicale.Radicale, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(caldav, "BATCH", 2)
    exported = [file_of(tmp_path, *(one for components in EVENTS.values() for one in components))]
    by_file = importing.import_history(cora, exported)
    by_server = read(cora, server.url)
    assert (by_file.taken, by_file.left_out) == (2, LEFT_OUT)
    assert (by_server.taken, by_server.left_out) == (0, {**LEFT_OUT, "duplicate": 2})
    assert len(rows(cora)) == 5
    alone = importing.import_history(otto, [account(server.url)], dry_run=True)
    assert (alone.taken, rows(otto)) == (by_file.taken, [])


def test_read_again_nothing_is_counted_twice(cora: str, server: radicale.Radicale) -> None:
    read(cora, server.url)
    before = rows(cora)
    assert read(cora, server.url).taken == 0
    assert rows(cora) == before


def test_a_wrong_password_and_a_wrong_address_are_told_apart(cora: str, server: radicale.Radicale) -> None:
    with pytest.raises(Refused) as refused:
        importing.import_history(cora, [account(server.url, "quite wrong")])
    assert refused.value.code == "login_refused"
    for path in ("/cora/tasks/", "/cora/nothing/"):
        with pytest.raises(Refused) as refused:
            read(cora, f"{server.url}{path}")
        assert refused.value.code == "no_calendar"
    assert "quite wrong" not in repr(account(server.url, "quite wrong"))


def test_events_are_fetched_some_at_a_time_and_nothing_is_written(
    cora: str, calendar: Calendar, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(caldav, "BATCH", 4)
    assert read(cora, calendar.url).taken == 9
    assert {method for method, _body in calendar.asked} == {"PROPFIND", "REPORT"}
    assert [body.count(b"<d:href>") for _method, body in calendar.asked if b"multiget" in body] == [4, 4, 1]


def test_what_broke_off_is_asked_again_and_nothing_is_missed(
    cora: str, calendar: Calendar, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(caldav, "BATCH", 2)
    answers: dict[int, Answer] = {2: (503, {}, b""), 3: (500, {}, b""), 5: (429, {}, b"")}
    calendar.meddle = lambda _body, gets: answers.get(gets)
    assert read(cora, calendar.url).taken == 9
    assert calendar.gets == 5 + 3


def broken(calendar: Calendar, monkeypatch: pytest.MonkeyPatch) -> None:
    """From the third answer on it is not there."""
    monkeypatch.setattr(caldav, "BATCH", 2)
    calendar.meddle = lambda _body, gets: (503, {}, b"") if gets > 2 else None


def test_at_a_terminal_the_same_command_goes_on_where_a_server_broke_off(
    cora: str, calendar: Calendar, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken(calendar, monkeypatch)
    with pytest.raises(Unreachable):
        read(cora, calendar.url)
    assert (HistoryJob.objects.get().state, len(rows(cora))) == ("waiting", 4)
    calendar.meddle, gets = lambda _body, _gets: None, calendar.gets
    report = read(cora, calendar.url)
    assert (report.taken, report.left_out) == (9, {})
    assert calendar.gets - gets == 3
    assert len(rows(cora)) == 9


def test_on_the_desk_it_waits_with_its_sentence_and_goes_on_at_a_press(
    cora: str, calendar: Calendar, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken(calendar, monkeypatch)
    job = front.start_account(cora, account(calendar.url))
    assert front.carry_history(job)
    half = front.history_progress(cora, job)
    assert half is not None
    assert (half.state, half.taken, "does not work right now (503)" in half.refusal) == ("stopped", 4, True)
    assert front.start_account(cora, account(calendar.url)) == job, "the form again is the same reading"
    calendar.meddle = lambda _body, _gets: None
    assert front.carry_history(job)
    whole = front.history_progress(cora, job)
    assert whole is not None
    assert (whole.state, whole.taken, whole.refusal, whole.passed) == ("done", 9, "", whole.size)
    assert bytes(HistoryJob.objects.get().paths) == b""


@pytest.mark.case("D15")
def test_what_is_far_too_large_is_unreadable_and_costs_no_other(
    cora: str, calendar: Calendar, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(caldav, "WANTED", replace(caldav.WANTED, most=8_000))
    calendar.events["huge"] = event("huge", more="DESCRIPTION:" + "x" * 10_000)
    report = read(cora, calendar.url)
    assert (report.taken, report.left_out) == (9, {"unreadable": 1})


def test_an_event_that_the_server_lists_and_does_not_give_is_accounted_for(cora: str, calendar: Calendar) -> None:
    empty = b'<d:multistatus xmlns:d="DAV:"/>'
    calendar.meddle = lambda body, _gets: (207, {}, empty) if b"multiget" in body else None
    assert read(cora, calendar.url).left_out == {"unreadable": 9}


_CUT_LIST = (
    f'<d:multistatus xmlns:d="DAV:"><d:response><d:href>{CALENDAR}</d:href>'
    "<d:status>HTTP/1.1 507 Insufficient Storage</d:status></d:response></d:multistatus>"
).encode()


@pytest.mark.case("D15")
@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ((207, {}, b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'), "bad_answer"),
        ((207, {}, b"<html><body>Sign in"), "bad_answer"),
        ((401, {}, b""), "login_refused"),
        ((404, {}, b""), "no_calendar"),
        ((302, {"Location": "https://other.example/cal/"}, b""), "redirected_elsewhere"),
        ((207, {}, b" " * 40_000), "too_big"),
        ((207, {}, _CUT_LIST), "too_big"),
    ],
)
def test_what_is_no_answer_of_a_calendar_ends_it_with_a_sentence(
    cora: str, calendar: Calendar, answer: Answer, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(caldav, "WANTED", replace(caldav.WANTED, most=32_000))
    calendar.meddle = lambda body, _gets: answer if b"calendar-query" in body else None
    job = front.start_account(cora, account(calendar.url))
    with pytest.raises(Refused) as refused:
        read(cora, calendar.url)
    assert refused.value.code == code
    assert front.carry_history(job)
    found = front.history_progress(cora, job)
    assert found is not None
    assert (found.state, found.refusal) == ("refused", refused.value.sentence)
    assert bytes(HistoryJob.objects.get(pk=job).paths) == b""


def test_the_login_goes_to_no_other_host(cora: str, calendar: Calendar) -> None:
    with serving(Book()) as other:
        calendar.book.answers["/away/"] = (301, {"Location": f"{other.url}{CALENDAR}"}, b"")
        with pytest.raises(Refused) as refused:
            read(cora, f"{calendar.book.url}/away/")
        assert (refused.value.code, "127.0.0.1" in refused.value.sentence) == ("redirected_elsewhere", True)
        assert other.asked == []


@pytest.mark.parametrize("limit", ["SECONDS", "LONGEST_SECONDS"])
def test_a_server_that_does_not_answer_is_not_waited_for_long(
    cora: str, calendar: Calendar, limit: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow(_body: bytes, _gets: int) -> None:
        time.sleep(0.3)

    monkeypatch.setattr(client, limit, -1 if limit == "LONGEST_SECONDS" else 0.1)
    calendar.meddle = slow
    with pytest.raises(Unreachable) as refused:
        read(cora, calendar.url)
    assert refused.value.code == "unreachable"


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("http://dav.example.org/cal/", "not_encrypted"),
        ("webcal://dav.example.org/", "bad_url"),
        ("https://cora:secret@dav.example.org/", "bad_url"),
        ("https:///cal", "bad_url"),
    ],
)
def test_an_address_that_cannot_be_asked_is_refused_without_asking(url: str, code: str) -> None:
    with pytest.raises(Refused) as refused:
        caldav.account(url, user="cora", password="secret")
    assert refused.value.code == code
    assert "secret" not in refused.value.sentence


@pytest.mark.case("E1")
def test_no_password_is_kept_in_the_clear_nor_after_the_end(cora: str, calendar: Calendar, at_home: Path) -> None:
    job = front.start_account(cora, account(calendar.url, "a-secret-word"))
    assert b"a-secret-word" not in bytes(HistoryJob.objects.get().paths)
    assert front.carry_history(job)
    row = HistoryJob.objects.get()
    assert bytes(row.paths) == b""
    importing.import_history(cora, [account(calendar.url, "a-secret-word")])
    assert all("a-secret-word" not in sealing.get(one, "paths") for one in HistoryJob.objects.all())
    assert "a-secret-word" not in sealing.get(Source.objects.get(), "name")


@pytest.mark.case("D20")
def test_calendars_that_a_user_names_are_not_looked_for_in_the_network_of_the_house(
    cora: str, calendar: Calendar, settings: Settings
) -> None:
    settings.TWOYES_LOCAL_SERVERS = ()
    job = front.start_account(cora, account(calendar.url))
    assert front.carry_history(job)
    found = front.history_progress(cora, job)
    assert found is not None
    assert found.taken == 0
    assert "cannot be reached" in found.refusal
    # What an operator names at the command line is theirs to know.
    assert importing.import_history(cora, [account(calendar.url)]).taken
