"""What never reached the desk because a blocker about words stood in it, and went back with help (N6)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db.models import QuerySet

from twoyes.introductions.models import JournalEntry
from twoyes.lib import limits

WEEK = timedelta(days=7)


def helped(connector_id: str, now: datetime) -> Sequence[str]:
    """Return the ids of the requests that the program returned in the last seven days, newest first, each once."""
    return list(dict.fromkeys(_returned(connector_id, now - WEEK, now - WEEK - limits.VERIFY_LINK_AGE)))


def _returned(connector_id: str, since: datetime, opened: datetime) -> QuerySet[JournalEntry, str]:
    # From when the words came, so that the index of a connector's requests leaves out the years before.
    week = JournalEntry.objects.filter(introduction__connector_id=connector_id, introduction__opened_at__gte=opened)
    found = week.filter(at__gte=since, data__blockers=True).order_by("-at", "introduction_id")
    return found.values_list("introduction_id", flat=True)
