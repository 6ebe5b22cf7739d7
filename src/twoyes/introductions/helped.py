"""What never reached the desk because a blocker about words stood in it, and went back with help (N6)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db.models import QuerySet

from twoyes.introductions.models import Introduction, JournalEntry
from twoyes.introductions.protocol import State
from twoyes.lib import limits
from twoyes.lib.prepared import prepared

WEEK = timedelta(days=7)


def helped(connector_id: str, now: datetime) -> Sequence[str]:
    """Return the ids of the requests that the program returned in the last seven days, newest first, each once.

    Those that were improved stand on the desk by now, and are not among them.
    """
    back = list(_back(connector_id, now - WEEK - limits.VERIFY_LINK_AGE))
    return list(dict.fromkeys(_returned(back, now - WEEK))) if back else []


@prepared
def _back(connector_id: str, opened: datetime) -> QuerySet[Introduction, str]:
    # From when the words came, and off an index of their own: most desks have none of these.
    shown = Introduction.objects.filter(connector_id=connector_id, opened_at__gte=opened, state=State.RETURNED)
    return shown.values_list("pk", flat=True)


def _returned(ids: Sequence[str], since: datetime) -> QuerySet[JournalEntry, str]:
    found = JournalEntry.objects.filter(introduction__in=ids, at__gte=since, data__blockers=True)
    return found.order_by("-at", "introduction_id").values_list("introduction_id", flat=True)
