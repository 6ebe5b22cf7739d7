"""Calendars: who took part in what, by the answers that are recorded; nothing hangs, nothing is taken for more."""

from __future__ import annotations

import io
from collections import Counter
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.parts import CORPUS
from twoyes.network.reading import meetings

NOW = int(datetime(2026, 3, 2, 9, tzinfo=UTC).timestamp())
CORA, RITA, TOM = "cora@connects.example", "rita@asks.example", "tom@target.example"


def event(*lines: str, start: str = "DTSTART:20260105T090000Z") -> bytes:
    return "\r\n".join(["UID:one@calendar", start, *lines]).encode()


def invited(address: str, answer: str = "", **more: str) -> str:
    parameters = {"PARTSTAT": answer, **more}
    return (
        "ATTENDEE" + "".join(f";{name}={value}" for name, value in parameters.items() if value) + f":mailto:{address}"
    )


def met(*lines: str, own: str = "") -> set[str]:
    found = meetings.read(event(*lines), latest=NOW, is_own=lambda address: address == own)
    return {box.address for box in found.people}


def starts(*lines: str, start: str = "DTSTART:20260105T090000Z") -> list[datetime]:
    both = (f"ORGANIZER:mailto:{CORA}", invited(TOM, "ACCEPTED"))
    found = meetings.read(event(*both, *lines, start=start), latest=NOW)
    return [datetime.fromtimestamp(one.at, UTC) for one in found.times]


def test_who_said_yes_was_there_and_who_said_nothing_was_not_seen() -> None:
    lines = [invited(CORA, "ACCEPTED"), invited(TOM, "ACCEPTED"), invited(RITA, "NEEDS-ACTION")]
    assert met(*lines) == {CORA, TOM}
    assert met(*lines, invited("otto@else.example", "TENTATIVE")) == {CORA, TOM}
    assert met(*lines, invited("otto@else.example", "DECLINED")) == {CORA, TOM}


def test_whoever_organised_it_was_there_unless_they_declined() -> None:
    assert met(f"ORGANIZER:MAILTO:{CORA}", invited(TOM, "ACCEPTED")) == {CORA, TOM}
    lines = (f"ORGANIZER:Mailto:{CORA}", invited(CORA, "DECLINED"), invited(TOM, "ACCEPTED"), invited(RITA, "ACCEPTED"))
    assert met(*lines) == {TOM, RITA}


def test_the_owner_was_there_since_it_stands_in_their_calendar() -> None:
    lines = [invited(TOM, "ACCEPTED"), invited(CORA, "NEEDS-ACTION")]
    assert met(*lines) == set()
    assert met(*lines, own=CORA) == {CORA, TOM}
    assert met(invited(TOM, "ACCEPTED"), invited(CORA, "DECLINED"), own=CORA) == set()


def test_where_no_answer_is_recorded_at_all_everybody_invited_counts() -> None:
    assert met(invited(CORA), invited(TOM)) == {CORA, TOM}


def test_rooms_and_onlookers_are_nobody() -> None:
    lines = [invited(CORA, "ACCEPTED"), invited(TOM, "ACCEPTED")]
    lines += [invited("room@house.example", "ACCEPTED", CUTYPE="ROOM")]
    lines += [invited("watching@house.example", "ACCEPTED", ROLE="NON-PARTICIPANT")]
    assert met(*lines) == {CORA, TOM}


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        ([invited(CORA, "ACCEPTED")], "alone"),
        ([], "alone"),
        ([invited(CORA), invited(TOM), "STATUS:CANCELLED"], "cancelled"),
        ([invited(f"p{n}@crowd.example") for n in range(51)], "bulk"),
        (["ATTENDEE:invalid:nomail", invited(CORA)], "alone"),
    ],
)
def test_what_tells_nothing_says_why(lines: list[str], why: str) -> None:
    assert meetings.read(event(*lines), latest=NOW).why == why


def test_what_is_yet_to_come_and_what_has_no_date_is_left_out() -> None:
    both = [invited(CORA), invited(TOM)]
    assert meetings.read(event(*both, start="DTSTART:20260401T090000Z"), latest=NOW).why == "ahead"
    assert meetings.read(event(*both, start="SUMMARY:none"), latest=NOW).why == "no_date"
    assert meetings.read(event(*both, start="DTSTART:yesterday"), latest=NOW).why in {"no_date", "unreadable"}


def test_a_meeting_of_every_week_took_place_every_week_up_to_now() -> None:
    found = starts("RRULE:FREQ=WEEKLY", "EXDATE:20260119T090000Z")
    assert [one.day for one in found] == [5, 12, 26, 2, 9, 16, 23, 2]
    assert starts("RRULE:FREQ=WEEKLY;UNTIL=20260112T090000Z") == found[:2]
    assert len(starts("RRULE:FREQ=WEEKLY;COUNT=3")) == 3


def test_clocks_on_the_wall_stay_where_they_are_when_summer_begins() -> None:
    found = starts("RRULE:FREQ=MONTHLY;COUNT=12", start="DTSTART;TZID=Europe/Berlin:20250105T090000")
    assert {(one.month, one.hour) for one in found} >= {(1, 8), (7, 7)}


@pytest.mark.parametrize("zone", ["", "W. Europe Standard Time", "Nowhere/Else", '"(UTC+01:00) Berlin"'])
def test_a_zone_that_nobody_knows_loses_no_meeting(zone: str) -> None:
    (found,) = starts(start=f"DTSTART;TZID={zone}:20260105T090000")
    assert found.date() == datetime(2026, 1, 5, tzinfo=UTC).date()


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=SECONDLY",
        "FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=DAILY;INTERVAL=0",
        "FREQ=WEEKLY;COUNT=999999999",
        "FREQ=NEVER",
        "nonsense",
    ],
)
def test_a_rule_that_is_made_to_hurt_ends_at_once(rule: str) -> None:
    assert len(starts(f"RRULE:{rule}", start="DTSTART:19700105T090000Z")) <= meetings.MOST_TIMES


def test_a_meeting_that_was_moved_is_known_by_the_day_it_was_moved_from() -> None:
    both = (invited(CORA), invited(TOM))
    week = meetings.read(event(*both, "RRULE:FREQ=WEEKLY;COUNT=2"), latest=NOW)
    moved = meetings.read(event(*both, "RECURRENCE-ID:20260112T090000Z", start="DTSTART:20260114T150000Z"), latest=NOW)
    assert moved.times[0].day == week.times[1].day
    assert moved.times[0].at > week.times[1].at


FILE = b"""BEGIN:VCALENDAR\r
METHOD:REQUEST\r
BEGIN:VTIMEZONE\r
DTSTART:19700101T000000\r
END:VTIMEZONE\r
BEGIN:VEVENT\r
UID:a\r
DTSTART:20260105T090000Z\r
SUMMARY:the secret plan\r
ORGANIZER;CN=Cora:mailto:cora@conn\r
 ects.example\r
BEGIN:VALARM\r
ATTENDEE:mailto:alarm@clock.example\r
END:VALARM\r
ATTENDEE;PARTSTAT=ACCEPTED;CN="Target, Tom":MAILTO:tom@target.example\r
END:VEVENT\r
END:VCALENDAR\r
BEGIN:VCALENDAR\r
METHOD:CANCEL\r
begin:vevent\r
UID:b\r
DTSTART:20260106T090000Z\r
end:vevent\r
END:VCALENDAR\r
"""


def test_a_file_is_cut_into_events_of_which_only_who_and_when_is_kept() -> None:
    first, second = meetings.blocks(io.BytesIO(FILE))
    assert b"secret" not in first.lines
    found = meetings.read(first.lines, latest=NOW)
    assert [(box.name, box.address) for box in found.people] == [("Target, Tom", TOM), ("Cora", CORA)]
    assert found.organizer is not None
    assert found.organizer.address == CORA
    assert meetings.read(second.lines, latest=NOW).why == "cancelled"
    assert FILE[first.place :].startswith(b"BEGIN:VEVENT")
    assert list(meetings.blocks(io.BytesIO(FILE), second.place)) == [second]


@pytest.mark.parametrize("ending", [b"\n", b"\r"])
def test_line_ends_of_any_kind_end_lines(ending: bytes) -> None:
    found = [meetings.read(one.lines, latest=NOW) for one in meetings.blocks(io.BytesIO(FILE.replace(b"\r\n", ending)))]
    assert [len(one.people) for one in found] == [2, 0]


def test_an_event_without_an_end_is_told_as_unreadable_and_costs_no_other() -> None:
    whole = list(meetings.blocks(io.BytesIO(FILE)))
    for cut in (FILE[: FILE.rindex(b"end:vevent")], FILE[: whole[1].place + 16]):
        assert list(meetings.blocks(io.BytesIO(cut))) == [whole[0], (whole[1].place, meetings.UNREADABLE)]
        assert list(meetings.blocks(io.BytesIO(cut), whole[1].place + 1)) == []
    torn = FILE.replace(b"END:VEVENT\r\n", b"", 1)
    found = list(meetings.blocks(io.BytesIO(torn)))
    assert found[0] == (whole[0].place, meetings.UNREADABLE)
    assert [one.lines for one in found[1:]] == [whole[1].lines]
    assert meetings.read(meetings.UNREADABLE, latest=NOW).why == "unreadable"


def test_an_endless_line_and_an_endless_event_are_not_held() -> None:
    long = b"BEGIN:VEVENT\r\nATTACH:" + b"A" * 3_000_000 + b"\r\n"
    long += b"".join(b"ATTENDEE:mailto:p%d@crowd.example\r\n" % n for n in range(20_000)) + b"END:VEVENT\r\n" + FILE
    found = list(meetings.blocks(io.BytesIO(long)))
    assert len(found) == 3
    assert max(len(one.lines) for one in found) < 2 * meetings.LONGEST_EVENT
    assert meetings.read(found[0].lines, latest=NOW).why == "unreadable"
    assert found[1].lines == next(iter(meetings.blocks(io.BytesIO(FILE)))).lines


@given(st.binary(max_size=400))
def test_whatever_stands_in_an_event_it_is_read_or_left_out(noise: bytes) -> None:
    found = meetings.read(b"DTSTART:20260105T090000Z\r\n" + noise, latest=NOW)
    assert bool(found.why) == (not found.people)


@pytest.mark.corpus
def test_each_event_of_real_calendars_is_taken_or_left_out_with_a_reason() -> None:
    folder = CORPUS / "calendars"
    counts, events = Counter[str](), 0
    for file in sorted(folder.glob("*/*.ics")):
        with file.open("rb") as raw:
            counts.update(meetings.read(one.lines, latest=NOW).why or "taken" for one in meetings.blocks(raw))
        events += file.read_bytes().lower().count(b"begin:vevent")
    assert counts.total() == events
    assert counts == {"alone": 425, "taken": 8, "no_date": 8}
