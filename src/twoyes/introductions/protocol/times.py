"""Instants and spans of the protocol. Closed weeks stop the connector's clocks; nothing else does."""

from __future__ import annotations

from datetime import datetime, timedelta

from twoyes.introductions.protocol.snapshot import Introduction, Terms
from twoyes.lib import limits

DAY = timedelta(days=1)
# A relay's word may come this long after an ask could have left: the clock waits for it before it gives up.
SETTLING = timedelta(hours=1)


def open_time(start: datetime, span: timedelta, terms: Terms) -> datetime:
    """Return the instant `span` of open time after `start`; the time inside closed weeks does not count."""
    at, left = start, span
    for first, end in sorted(terms.closed):
        if end <= at:
            continue
        if at + left <= first:
            break
        left -= max(first - at, timedelta())
        at = end
    return at + left


def leaving(now: datetime, terms: Terms) -> datetime:
    """Return the first instant at or after `now` at which an ask may leave."""
    at = now
    for first, end in sorted(terms.closed):
        if first - limits.BEFORE_CLOSED_WEEK <= at < end:
            at = end
    return at


def ask_limit(i: Introduction, start: datetime) -> datetime:
    """Return the instant from which the ask may not leave at all, whatever its slot.

    Two weeks after its first possible day; and where a date was promised, its whole length before that date.
    """
    limit = start + limits.SLOT_AFTER_APPROVAL
    return limit if i.hears_by is None else min(limit, i.hears_by - i.terms.answer_time)


def ends_at(i: Introduction) -> datetime | None:
    """Return when whoever asked hears at the latest: the promised date, or earlier if the target said so."""
    if i.told_at is None or i.hears_by is None:
        return i.hears_by
    return min(i.told_at, i.hears_by)


def answer_ends(i: Introduction) -> datetime | None:
    """Return until when an answer may be changed, or None while no ask is known to have left."""
    deadline = i.answer_until
    if i.passed_by == "target" and i.hears_by is not None:
        deadline = i.hears_by - limits.LATE_YES_MARGIN
    if deadline is None or i.told_at is None:
        return deadline
    return min(deadline, i.told_at)
