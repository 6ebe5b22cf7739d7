"""What screening says of a request and its sender, for the connector's desk (K6, K7, B1, B2, F4)."""

from __future__ import annotations

from datetime import datetime

from twoyes.introductions.models import Introduction
from twoyes.introductions.protocol import State, record, requester_view
from twoyes.lib import sealing
from twoyes.people import front as people
from twoyes.policy import front as policy

_OWED = (State.AWAITING_OUTCOME, State.UNREPORTED)


def findings(connector_id: str, introduction_id: str, now: datetime) -> list[policy.Finding]:
    """Return the findings about one request, for its connector; none where it is not theirs."""
    row = Introduction.objects.filter(pk=introduction_id, connector_id=connector_id).first()
    if row is None or row.origin != "asked":
        return []
    said: dict[str, str] = sealing.get_json(row, "words") or {}
    return policy.screen(said, facts=_facts(row, now), for_connector=True)


def _facts(row: Introduction, now: datetime) -> policy.Facts:
    """Gather what is known of the sender. Open requests count by the sender's own view, not the true state (A7)."""
    others = Introduction.objects.exclude(pk=row.pk).filter(connector_id=row.connector_id)
    theirs = others.filter(requester_key=row.requester_key) if row.requester_key else others.none()
    snapshots = theirs.values_list("snapshot", flat=True)
    views = [requester_view(record.from_json(snapshot).face, now) for snapshot in snapshots]
    connector = people.connector_by_id(row.connector_id)
    return policy.Facts(
        requester_is_target=bool({*row.asker_keys} & {*row.target_keys}),
        requester_is_connector=bool(connector and connector.address_key in row.asker_keys),
        target_is_connector=bool(connector and connector.address_key in row.target_keys),
        connector_name=connector.name if connector else "",
        outcomes_owed=theirs.filter(state__in=_OWED).count(),
        open_requests=sum(view.open for view in views),
    )
