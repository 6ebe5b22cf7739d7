"""Meetings in calendar files: who took part, and when. No title, place or note is ever looked at.

A file is read line by line; of each event only the few lines that say who and when get to the parser (icalendar), and
a rule of repetition is unfolded within bounds. What an invitation says of somebody's answer counts: who declined was
not there, and who never answered was not seen there (K1).
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple

from twoyes.network.reading.mailboxes import Mailbox, mailboxes

if TYPE_CHECKING:
    from icalendar import Event

# An event that says more than this about who and when is made to hurt; what it says of anything else is passed over.
LONGEST_EVENT = 128 * 1024
_LONGEST_LINE = 64 * 1024
# Stands for an event that nobody can read, where there are no lines of it.
UNREADABLE = b"X-UNREADABLE"
# Meetings of more people than this say nothing of any two of them.
MOST_PEOPLE = 50
# Of a rule: fifteen years of every working day would be 3,900.
MOST_TIMES = 2_000

_LINE = re.compile(
    rb"(uid|dtstart|rrule|exdate|recurrence-id|attendee|organizer|status)[;:]"
    rb"|(begin|end)[ \t]*:[ \t]*(\w+)|method:(.*)",
    re.IGNORECASE,
)
_NOBODY = {"ROOM", "RESOURCE", "GROUP"}
_MAILTO = re.compile(r"\s*mailto\s*:\s*", re.IGNORECASE)
# Other parts of a rule cannot make a calendar's meeting, but can keep a machine busy for years.
_PARTS = {
    "DAILY": {"BYDAY"},
    "WEEKLY": {"BYDAY", "WKST"},
    "MONTHLY": {"BYDAY", "BYMONTHDAY", "BYSETPOS"},
    "YEARLY": {"BYDAY", "BYMONTH", "BYMONTHDAY"},
}
_EARLIEST = datetime(1980, 1, 1, tzinfo=UTC)


class Block(NamedTuple):
    """The lines of one event that say who and when, and the place in the file at which it begins."""

    place: int
    lines: bytes


class Time(NamedTuple):
    """One time at which an event took place: the day that its calendar knows it by, and its start."""

    day: int
    """Ordinal of the day, by the clock on the wall; of a meeting that was moved, the day it was moved from."""
    at: int
    """Seconds since 1970, UTC."""


@dataclass(frozen=True, slots=True)
class Meeting:
    """One event: who took part, and each time that it took place up to now. `uid` and a time's day tell it apart.

    `why` says why it tells nothing: `unreadable`, `no_date`, `ahead` (not yet), `cancelled`, `alone` (nobody else was
    seen there) or `bulk` (too many people); then `people` and `times` are empty.
    """

    uid: str = ""
    organizer: Mailbox | None = None
    people: tuple[Mailbox, ...] = ()
    times: tuple[Time, ...] = ()
    why: str = ""


def blocks(raw: BinaryIO, start: int = 0) -> Iterator[Block]:
    """Yield the events of a file from a place on. However long a line or an event is, little of it is held.

    One that has no end, as where a file was cut off, is unreadable: of what it was going to say nobody can tell.
    """
    return (one for one in _blocks(raw) if one.place >= start)


def _blocks(raw: BinaryIO) -> Iterator[Block]:
    method, kept, depth, begun, place = b"", list[bytes](), 0, 0, 0
    for line in _unfolded(raw):
        here, place, text = place, line.end, line.text
        found = _LINE.match(text)
        if found is None:
            continue
        if found[4] is not None:
            method = found[4].strip().upper() if depth == 0 else method
        elif found[2] is not None:
            opens, what = found[2].lower() == b"begin", found[3].lower()
            if depth and (what == b"vevent" or (depth == 1 and not opens)):
                # Its own end; or another event that begins, or the end of what it stands in, and then it has none.
                yield Block(begun, _told(kept, method) if what == b"vevent" and not opens else UNREADABLE)
                depth = 0
            elif depth:
                depth += 1 if opens else -1
            if what == b"vevent" and opens:
                kept, depth, begun = [], 1, here
        elif depth == 1 and sum(map(len, kept)) < LONGEST_EVENT:
            kept.append(text)
    if depth:
        yield Block(begun, UNREADABLE)


def _told(kept: list[bytes], method: bytes) -> bytes:
    return b"\r\n".join([*kept, *([b"STATUS:CANCELLED"] if method == b"CANCEL" else [])])


def read(lines: bytes, *, latest: int, is_own: Callable[[str], bool] = lambda _address: False) -> Meeting:
    """Read one event. `latest` is now, in seconds; `is_own` tells addresses of the calendar's owner. Never raises.

    Its owner was there unless they declined: it stands in their calendar. Where no answer of anybody is recorded at
    all, as in old exports, everybody invited counts.
    """
    from icalendar import Event

    if len(lines) >= LONGEST_EVENT or lines == UNREADABLE:
        return Meeting(why="unreadable")
    text = "BEGIN:VEVENT\r\n" + lines.decode("utf-8", "replace") + "\r\nEND:VEVENT\r\n"
    try:
        event = Event.from_ical(text)
        if not isinstance(event, Event):
            return Meeting(why="unreadable")
        return _read(event, latest, is_own)
    except (ValueError, KeyError, TypeError, AttributeError, IndexError, OverflowError):
        return Meeting(why="unreadable")


def _read(event: Event, latest: int, is_own: Callable[[str], bool]) -> Meeting:
    if str(event.get("status", "")).strip().upper() == "CANCELLED":
        return Meeting(why="cancelled")
    if event.get("dtstart") is None:
        return Meeting(why="no_date")
    organizer = next((box for box, _part, _answer in _parties(event.get("organizer"))), None)
    people = _present(event, organizer, is_own)
    if len(people) > MOST_PEOPLE:
        return Meeting(why="bulk")
    if len(people) < 2:
        return Meeting(why="alone")
    times = tuple(_times(event, latest))
    if not times:
        return Meeting(why="ahead")
    there = next((one for one in people if organizer and one.address == organizer.address), None)
    return Meeting(str(event.get("uid", "")), there, people, times)


# ---------------------------------------------------------------- who


def _present(event: Event, organizer: Mailbox | None, is_own: Callable[[str], bool]) -> tuple[Mailbox, ...]:
    invited = list(_parties(event.get("attendee")))
    answered = any(answer for _box, _part, answer in invited)
    declined = {box.address for box, _part, answer in invited if answer in {"DECLINED", "DELEGATED"}}
    there: dict[str, Mailbox] = {}
    for box, part, answer in invited:
        came = answer == "ACCEPTED" or not answered or is_own(box.address)
        if came and part and box.address not in declined:
            there[box.address] = _named(there.get(box.address), box)
    if organizer is not None and organizer.address not in declined:
        there[organizer.address] = _named(there.get(organizer.address), organizer)
    return tuple(there.values())


def _named(known: Mailbox | None, box: Mailbox) -> Mailbox:
    return known if known is not None and known.name else box


def _parties(given: Any) -> Iterator[tuple[Mailbox, bool, str]]:
    """Yield each person that is named, whether they are one who takes part, and their answer ("" for none)."""
    for one in given if isinstance(given, list) else [given] if given is not None else []:
        parameters = getattr(one, "params", {})
        address = _MAILTO.sub("", str(one), count=1)
        boxes = mailboxes(f"<{address}>".encode(errors="replace")) if "@" in address else ()
        if not boxes or not boxes[0].address:
            continue
        name = str(parameters.get("CN", "")).strip()
        box = _renamed(boxes[0], "" if "@" in name else name)
        role, kind = (str(parameters.get(one, "")).upper() for one in ("ROLE", "CUTYPE"))
        yield box, role != "NON-PARTICIPANT" and kind not in _NOBODY, str(parameters.get("PARTSTAT", "")).upper()


def _renamed(box: Mailbox, name: str) -> Mailbox:
    return box._replace(name=" ".join(name.strip("'\"").split())[:200])


# ---------------------------------------------------------------- when


def _times(event: Event, latest: int) -> Iterator[Time]:
    wall, zone = _wall(event.decoded("dtstart"))
    moved = event.get("recurrence-id")
    left_out = {_wall(one.dt)[0].date() for one in _dates(event.get("exdate"))}
    rule = None if moved is not None else event.get("rrule")
    for moment in _repeated(wall, zone, rule[0] if isinstance(rule, list) else rule, latest):
        at = moment.replace(tzinfo=zone)
        if at.timestamp() > latest:
            return
        if moment.date() not in left_out and at >= _EARLIEST:
            day = _wall(moved.dt)[0] if moved is not None else moment
            yield Time(day.toordinal(), int(at.timestamp()))


def _wall(given: date | datetime) -> tuple[datetime, Any]:
    """Return a moment as a clock on the wall shows it, and the zone of the clock; UTC where none is known."""
    if isinstance(given, datetime):
        return given.replace(tzinfo=None), given.tzinfo or UTC
    return datetime.combine(given, time(12)), UTC


def _dates(given: Any) -> Iterator[Any]:
    for one in given if isinstance(given, list) else [given] if given is not None else []:
        yield from getattr(one, "dts", ())


def _repeated(wall: datetime, zone: Any, rule: Any, latest: int) -> Iterable[datetime]:
    frequency = str(next(iter(rule.get("FREQ", [])), "")).upper() if rule else ""
    if frequency not in _PARTS:
        return [wall]
    from dateutil.rrule import rrulestr

    bounds = {"FREQ", "INTERVAL", "COUNT"}
    parts = dict(part.split("=", 1) for part in rule.to_ical().decode().split(";") if "=" in part)
    kept = [f"{name}={value}" for name, value in parts.items() if name in _PARTS[frequency] | bounds]
    ends = _until(rule, zone, latest)
    times = itertools.islice(rrulestr(";".join(kept), dtstart=wall), MOST_TIMES)
    return itertools.takewhile(lambda one: one <= ends, times)


def _until(rule: Any, zone: Any, latest: int) -> datetime:
    now = datetime.fromtimestamp(latest, UTC).astimezone(zone).replace(tzinfo=None)
    until = next(iter(rule.get("UNTIL", [])), None)
    if until is None:
        return now
    if not isinstance(until, datetime):
        return min(now, datetime.combine(until, time(23, 59)))
    return min(now, (until.astimezone(zone) if until.tzinfo else until).replace(tzinfo=None))


# ---------------------------------------------------------------- lines


class _Line(NamedTuple):
    text: bytes
    end: int


def _unfolded(raw: BinaryIO) -> Iterator[_Line]:
    """Yield the lines as they were before they were folded, each with the place after it. Long ones are cut."""
    whole, end, place = b"", 0, 0
    for piece in _pieces(raw):
        place += len(piece)
        text = piece.rstrip(b"\r\n")
        if text[:1] in (b" ", b"\t"):
            whole = (whole + text[1:])[:_LONGEST_LINE]
        else:
            if whole:
                yield _Line(whole, end)
            whole = text[:_LONGEST_LINE]
        end = place
    if whole:
        yield _Line(whole, end)


def _pieces(raw: BinaryIO) -> Iterator[bytes]:
    """Yield lines, whatever ends them; of a line without an end, pieces that begin like a folded one."""
    first = True
    while piece := raw.readline(_LONGEST_LINE):
        if b"\r" in piece.rstrip(b"\r\n"):
            yield from piece.replace(b"\r", b"\n").splitlines(keepends=True)
        else:
            yield piece if first else b" " + piece
        first = piece.endswith(b"\n")
