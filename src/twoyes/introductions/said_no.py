"""The log of a connector's noes: when, to whom, why, what was offered, and whether they came back (N2).

It is read from the introductions themselves, so that an erasure takes a line away with everything else.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from django.db.models import OuterRef, Subquery

from twoyes.introductions.models import Introduction, JournalEntry
from twoyes.introductions.protocol import State
from twoyes.introductions.records import HIDDEN, SaidNo
from twoyes.lib import sealing

A_PAGE = 50


def said_no(connector_id: str, *, begin: int = 0) -> tuple[list[SaidNo], int]:
    """Return a page of the noes of this connector, newest first, and how many there are in all.

    Who asked again later, for anybody, came back; only requests to this connector count.
    """
    theirs = Introduction.objects.filter(connector_id=connector_id)
    when = JournalEntry.objects.filter(introduction=OuterRef("pk"), event="decline").order_by("-seq").values("at")[:1]
    noes = theirs.filter(state=State.DECLINED).annotate(declined_at=Subquery(when))
    page = list(noes.order_by("-declined_at", "pk")[begin : begin + A_PAGE])
    later = _later(connector_id, {row.requester_key for row in page if row.requester_key})
    words = sealing.json_of_all(((row.pk, row.words) for row in page), Introduction, "words")
    kept = sealing.json_of_all(((row.pk, row.consolation) for row in page), Introduction, "consolation")
    shown = [_line(row, words[row.pk] or {}, kept[row.pk] or {}, later.get(row.requester_key, ())) for row in page]
    return shown, noes.count()


def _line(
    row: Introduction, words: dict[str, str], kept: dict[str, str], asked: Iterable[tuple[str, datetime]]
) -> SaidNo:
    at: datetime = row.declined_at  # type: ignore[attr-defined]  # annotated above
    named = kept.get("come_back", "")
    return SaidNo(
        introduction=row.pk,
        at=at,
        requester=words.get("name", ""),
        target=words.get("target", ""),
        why=kept.get("why", ""),
        offered=kept.get("consolation", ""),
        come_back=date.fromisoformat(named) if named else None,
        came_back=next((pk for pk, opened in asked if opened > at and pk != row.pk), ""),
    )


def _later(connector_id: str, keys: set[str]) -> dict[str, list[tuple[str, datetime]]]:
    """Return what these requesters asked of this connector, oldest first."""
    found: dict[str, list[tuple[str, datetime]]] = {}
    rows = Introduction.objects.filter(connector_id=connector_id, requester_key__in=keys).exclude(state__in=HIDDEN)
    for key, pk, opened in rows.order_by("opened_at", "pk").values_list("requester_key", "pk", "opened_at"):
        found.setdefault(key, []).append((pk, opened))
    return found
