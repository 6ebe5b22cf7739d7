"""Invitations and answers to them: what is asked for, of whom, and when."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from twoyes.mail.incoming.understanding import calendar
from twoyes.mail.incoming.understanding.bounded import take_apart
from twoyes.mail.incoming.understanding.understood import Meeting

AT = datetime(2026, 12, 7, 9, 0, tzinfo=UTC)
PEOPLE = ("rita@example.org", "tom@example.net")
EVENT = (
    "BEGIN:VEVENT",
    "UID:1",
    "DTSTART:20261207T090000Z",
    "ORGANIZER;CN=Rita:mailto:Rita@Example.org",
    "ATTENDEE:MAILTO:tom@example.net",
    "ATTENDEE:mailto:rita@example.org",
    "END:VEVENT",
)


def _invitation(*lines: str, method: str = "REQUEST", kind: str = 'text/calendar; method="REQUEST"') -> bytes:
    said = [f"METHOD:{method}"] if method else []
    body = "\r\n".join(["BEGIN:VCALENDAR", *said, *lines, "END:VCALENDAR", ""])
    return f"From: rita@example.org\nContent-Type: {kind}\n\n{body}".encode()


def _told(raw: bytes) -> Meeting | None:
    return calendar.meeting(take_apart(raw)[0])


def test_an_invitation_says_who_organiser_first_and_when() -> None:
    assert _told(_invitation(*EVENT)) == Meeting("request", PEOPLE, AT)


@pytest.mark.parametrize("method", ["request", "reply", "cancel", "counter", "declinecounter", "refresh", "add"])
def test_each_method_between_two_people_is_one(method: str) -> None:
    told = _told(_invitation(*EVENT, method="", kind=f"text/calendar; method={method.upper()}"))
    assert told is not None
    assert told.method == method
    inside = _told(_invitation(*EVENT, method=method, kind="text/calendar"))
    assert inside is not None
    assert inside.method == method


@pytest.mark.parametrize("method", ["", "publish", "x-odd"])
def test_a_calendar_that_asks_for_nothing_is_no_meeting(method: str) -> None:
    assert _told(_invitation(*EVENT, method=method, kind="text/calendar")) is None


def test_what_the_header_says_goes_before_what_stands_inside() -> None:
    told = _told(_invitation(*EVENT, method="REQUEST", kind="text/calendar; method=CANCEL"))
    assert told is not None
    assert told.method == "cancel"


def test_a_calendar_that_is_only_attached_is_none() -> None:
    raw = _invitation(*EVENT).replace(b"\n\n", b"\nContent-Disposition: attachment\n\n", 1)
    assert _told(raw) is None


@pytest.mark.parametrize(
    ("lines", "people", "at"),
    [
        # A time without a zone, or a day without a time, is no instant.
        (("BEGIN:VEVENT", "DTSTART:20261207T090000", "END:VEVENT"), (), None),
        (("BEGIN:VEVENT", "DTSTART;VALUE=DATE:20261207", "END:VEVENT"), (), None),
        (("BEGIN:VEVENT", "DTSTART;TZID=Europe/Berlin:20261207T100000", "END:VEVENT"), (), AT),
        (("BEGIN:VEVENT", "UID:1", "END:VEVENT"), (), None),
        (("BEGIN:VEVENT", "DTSTART:nonsense", "END:VEVENT"), (), None),
        (("BEGIN:VEVENT", "DTSTART:20261207T090000Z", "ATTENDEE:mailto:nobody", "END:VEVENT"), (), AT),
        (("BEGIN:VEVENT", "DTSTART:20261207T090000Z"), (), None),
        (("END:VEVENT",), (), None),
        ((), (), None),
        ((*EVENT, *EVENT[:1], "DTSTART:20270101T090000Z", EVENT[-1]), PEOPLE, AT),
        ((EVENT[0], *["X-A:1"] * 600, *EVENT[1:]), (), None),
        ((EVENT[0], *["X-A:1"] * 400, *EVENT[1:]), PEOPLE, AT),
    ],
)
def test_what_cannot_be_read_of_it_is_left_out(
    lines: tuple[str, ...], people: tuple[str, ...], at: datetime | None
) -> None:
    assert _told(_invitation(*lines)) == Meeting("request", people, at)


def test_a_zone_of_its_own_is_read() -> None:
    zone = (
        "BEGIN:VTIMEZONE",
        "TZID:Here",
        "BEGIN:STANDARD",
        "DTSTART:19700101T000000",
        "TZOFFSETFROM:+0300",
        "TZOFFSETTO:+0300",
        "END:STANDARD",
        "END:VTIMEZONE",
    )
    told = _told(_invitation(*zone, "BEGIN:VEVENT", "DTSTART;TZID=Here:20261207T120000", "END:VEVENT"))
    assert told == Meeting("request", (), AT)


def test_of_many_people_the_first_fifty_are_named() -> None:
    many = [f"ATTENDEE:mailto:p{n}@example.net" for n in range(80)]
    told = _told(_invitation("BEGIN:VEVENT", *many, "END:VEVENT"))
    assert told is not None
    assert told.people == tuple(f"p{n}@example.net" for n in range(calendar.MOST_PEOPLE))


def test_of_a_long_calendar_the_beginning_is_read() -> None:
    assert _told(_invitation("X-A:" + "a" * calendar.LONGEST, *EVENT)) == Meeting("request", (), None)
