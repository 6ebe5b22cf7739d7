"""The letter of the 1st: what a connector's introductions became in the month before (F3).

It is due as soon as there is something to say, one a month at most, and leaves as any letter does. So a month without
news has none, and no clock of its own can forget one or send it twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from twoyes.introductions import mailing
from twoyes.introductions.models import JournalEntry, LetterState
from twoyes.introductions.numbers import BECAME, MET, TOLD_IN, named
from twoyes.introductions.records import HIDDEN, News
from twoyes.lib import limits
from twoyes.people import front as people


def expect(connector_id: str, outcome: str, now: datetime) -> None:
    """Let the next letter of the 1st tell this, where it is a pleasure and the connector wishes such a letter."""
    if outcome in MET | BECAME and people.wants_monthly(connector_id):
        mailing.queue_monthly(connector_id, now)


def wish_monthly(connector_id: str, now: datetime, *, wanted: bool) -> None:
    """Keep whether the connector wishes this letter. What was told this month already is in the next one, or is not."""
    people.set_monthly(connector_id, wanted=wanted)
    if not wanted:
        mailing.monthly_waiting(connector_id).update(state=LetterState.DROPPED)
    elif became(connector_id, month_of(connector_id, now), now):
        mailing.queue_monthly(connector_id, now)


def month_of(connector_id: str, now: datetime) -> datetime:
    """Return the instant since which the next letter of the 1st tells."""
    zone = mailing.zone_of(connector_id)
    return month_before(mailing.next_first(now, zone), zone)


def month_before(first: datetime, zone: str) -> datetime:
    """Return the instant of the letter before the one that is due at `first`, on the calendar of the zone."""
    here = first.astimezone(ZoneInfo(zone))
    year, month = (here.year, here.month - 1) if here.month > 1 else (here.year - 1, 12)
    return datetime.combine(here.date().replace(year=year, month=month), limits.DIGEST_AT, tzinfo=here.tzinfo)


def became(connector_id: str, since: datetime, until: datetime) -> Sequence[News]:
    """Return what was told in that time, the best of each introduction, in the order in which it was told."""
    entries = JournalEntry.objects.filter(
        introduction__connector_id=connector_id, event__in=TOLD_IN, at__gte=since, at__lt=until
    ).exclude(introduction__state__in=HIDDEN)
    best: dict[str, tuple[datetime, str, str, str]] = {}
    for pk, event, at, data in entries.order_by("at", "seq").values_list("introduction_id", "event", "at", "data"):
        outcome = data.get("outcome", "")
        if outcome in BECAME or (outcome in MET and (pk not in best or best[pk][1] in MET)):
            best[pk] = (at, outcome, pk, TOLD_IN[event])
    return named(connector_id, sorted(best.values()))
