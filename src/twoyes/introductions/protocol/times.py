"""Instants and spans of the protocol. Closed weeks stop the connector's clocks; nothing else does."""

from __future__ import annotations

from datetime import datetime, timedelta

from twoyes.introductions.protocol.snapshot import Terms

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
# An undone yes costs nothing for this long; the introduction leaves at the first tick after it.
HOLD = timedelta(minutes=10)
# Beyond the ask's own length: two weeks of courtesy, so that a no and silence cannot be told apart by date.
COURTESY = 14 * DAY
# An introduction that leaves as a draft may lie that much longer in the connector's mailbox.
DRAFT_EXTRA = 7 * DAY
# The draw added to the date: at least an hour, less than a day.
LEAST_DRAW, MOST_DRAW = HOUR, DAY
# An ask that could not leave is worse late than never.
ASK_PATIENCE = 72 * HOUR
SLOT_HORIZON = 14 * DAY
# No ask leaves in closed weeks or in the three days before them.
BEFORE_CLOSED = 3 * DAY
# A nudge that a sleeping worker finds this late is not sent any more.
NUDGE_PATIENCE = 7 * DAY
# Details that were passed on are nobody's open business after three weeks.
PASSED_ENDS = 21 * DAY
AGAIN_WITHIN = 365 * DAY


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
        if first - BEFORE_CLOSED <= at < end:
            at = end
    return at


def last_moment(slot: datetime, approved: datetime) -> datetime:
    """Return `not_after` of an ask: the earlier of its slot + 72 h and the approval (or first open day) + 14 d."""
    return min(slot + ASK_PATIENCE, approved + SLOT_HORIZON)
