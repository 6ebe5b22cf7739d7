"""Invitations and answers to them: the one event of a text/calendar part, read within limits (RFC 5545, 5546)."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from twoyes.lib.mailbox import canonical
from twoyes.mail.incoming.understanding import decoding
from twoyes.mail.incoming.understanding.bounded import Part
from twoyes.mail.incoming.understanding.understood import Meeting

LONGEST = 64_000
MOST_PEOPLE = 50
_METHOD = re.compile(r"(?im)^method[ \t]*:[ \t]*([a-z-]{1,20})")
_METHODS = {"request", "reply", "cancel", "counter", "declinecounter", "refresh", "add"}


def meeting(message: Part) -> Meeting | None:
    """Return the meeting that a message invites to or answers; None where a calendar is only attached to it."""
    for part in message.own():
        if part.kind == "text/calendar" and not part.attached:
            text = decoding.text(part)[:LONGEST]
            said = _METHOD.search(text)
            method = (part.parameters.get("method") or (said[1] if said else "")).lower()
            if method in _METHODS:
                people, at = _event(text)
                return Meeting(method, people, at)
    return None


def _event(text: str) -> tuple[tuple[str, ...], datetime | None]:
    """Return who is in the first event, organiser first, and when it begins; nothing where it cannot be read."""
    # Half of what reading mail loads is this library, and few messages need it.
    from icalendar import Calendar

    begin = text.find("BEGIN:VEVENT")
    end = text.find("END:VEVENT", begin)
    if begin < 0 or end < 0 or text.count("\n", begin, end) > 500:
        return (), None
    zones = text[text.find("BEGIN:VTIMEZONE") : text.rfind("END:VTIMEZONE") + len("END:VTIMEZONE")]
    zones = zones if zones.startswith("BEGIN") else ""
    one = f"BEGIN:VCALENDAR\r\n{zones}\r\n{text[begin:end]}END:VEVENT\r\nEND:VCALENDAR\r\n"
    try:
        events = Calendar.from_ical(one).walk("VEVENT")
        at = events[0].decoded("dtstart") if events and "dtstart" in events[0] else None
        named = [events[0].get(name) for name in ("organizer", "attendee")] if events else []
    except (ValueError, KeyError, IndexError, TypeError, AttributeError, OverflowError):
        return (), None
    flat = [one for some in named if some for one in (some if isinstance(some, list) else [some])]
    people = (canonical(str(one).strip().lower().removeprefix("mailto:")) for one in flat[:MOST_PEOPLE])
    instant = at.astimezone(UTC) if isinstance(at, datetime) and at.tzinfo is not None else None
    return tuple(dict.fromkeys(one for one in people if one)), instant
