"""A place or two a month for those whom the connector does not know yet: taken on arrival, else told when (K1, K2)."""

from __future__ import annotations

from datetime import datetime, time
from enum import Enum, auto
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from twoyes.introductions import standing, weighing
from twoyes.introductions.models import Introduction, JournalEntry
from twoyes.lib import spoken
from twoyes.policy import front as policy

_ARRIVING = ("verified", "claimed", "revise")


class Place(Enum):
    """What a request finds on the desk: it needs no place, it takes one, or none is free."""

    NOT_NEEDED = auto()
    TAKEN = auto()
    NONE_FREE = auto()


def find(row: Introduction, now: datetime) -> Place:
    """Say what a request finds that is about to reach the desk. Only who is seen not to be known takes a place.

    Of two that arrive in the same instant the second waits here until the first has taken its place, or not.
    """
    rules = weighing.rules_of(row)
    if "places" not in rules.chosen:
        return Place.NOT_NEEDED
    if standing.knowing(row.connector_id, standing.proved_keys(row), now).known is not False:
        return Place.NOT_NEEDED
    policy.in_turn(row.connector_id)
    taken = _taken(row.connector_id, _month(row, now)).exclude(introduction=row.pk)
    return Place.TAKEN if taken.count() < int(rules.chosen["places"]["places"]) else Place.NONE_FREE


def consolation(row: Introduction, now: datetime) -> dict[str, str]:
    """Return the kind word to whoever found none free, in their language: when the next opens, and what earns trust."""
    count = int(weighing.rules_of(row).chosen["places"]["places"])
    with override(row.language):
        told = ngettext(
            "I keep one place a month for people I don't know yet, and this month it is taken.",
            "I keep %(count)d places a month for people I don't know yet, and this month they are taken.",
            count,
        )
        opens = _("The next one opens on %(day)s: send it in again from that day on, just as it is.")
        day = spoken.day(_next_month(row, now))
        said = " ".join((told % {"count": count}, opens % {"day": day}, policy.what_earns()))
    return {"codes": "not_known", "words": said}


def _taken(connector_id: str, since: datetime) -> QuerySet[JournalEntry]:
    arrived = JournalEntry.objects.filter(introduction__connector_id=connector_id, event__in=_ARRIVING)
    return arrived.filter(at__gte=since, data__place=True)


def _month(row: Introduction, now: datetime) -> datetime:
    """The beginning of this month where the connector lives."""
    at = ZoneInfo(row.zone)
    return datetime.combine(now.astimezone(at).date().replace(day=1), time.min, tzinfo=at)


def _next_month(row: Introduction, now: datetime) -> datetime:
    first = _month(row, now)
    return first.replace(year=first.year + first.month // 12, month=first.month % 12 + 1)
