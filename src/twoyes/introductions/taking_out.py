"""What a connector's introductions hold, for themselves to take elsewhere; and what of it concerns one person alone.

The first shows what the desk shows, of every one of them. The second may be handed to the person whom it is about:
of a request of theirs it is their own page's view (quiet-no), of an ask what stood in it, and nothing that anybody
thinks of them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from datetime import datetime
from itertools import batched
from typing import Any

from django.db.models import Q, QuerySet

from twoyes.introductions import pages, pairs, wished
from twoyes.introductions.models import Introduction, JournalEntry, Letter
from twoyes.introductions.protocol import record
from twoyes.introductions.records import HIDDEN, DeskPage
from twoyes.introductions.weighing import set_aside
from twoyes.lib import sealing
from twoyes.people import front as people

# Each read is short, so that nobody waits for many introductions (F10).
_AT_ONCE = 200
_LEFT = ("sent", "unknown", "xmit")


def whole_desk(connector_id: str, now: datetime) -> Iterator[dict[str, Any]]:
    """Yield every introduction of a connector as plain values, oldest first, with outcomes, noes and the journal."""
    ids = list(_theirs(connector_id).order_by("opened_at", "pk").values_list("pk", flat=True))
    for some in batched(ids, _AT_ONCE):
        outcomes = _outcomes(some)
        rows = {row.pk: row for row in Introduction.objects.filter(pk__in=some)}
        for pk in some:
            page = pages.desk_page(connector_id, pk, now)
            if page is not None and pk in rows:
                yield _told(rows[pk], page, outcomes[pk])


def wishes_of(connector_id: str, card_id: str, now: datetime) -> dict[str, Any]:
    """Return what somebody said to this connector, or to everybody here, of how they wish to be asked; {} for nothing.

    It is what stands on the desk. A never is not among it: who is never asked, nobody is told (B4).
    """
    known = wished.wished(connector_id, card_id, now)
    if known is None:
        return {}
    said = {
        "welcome": list(known.welcome),
        "unwelcome": list(known.unwelcome),
        "formats": list(known.formats),
        "every_months": known.every_months,
        "not_listed": known.not_listed,
        "standing_yes": known.standing_since,
    }
    return said if any(said.values()) else {}


def may_wish(connector_id: str) -> Callable[[str], bool]:
    """Return what says of a card of this book whether `wishes_of` may find anything: for all of a book at once."""
    connector = people.connector_by_id(connector_id)
    keys = people.keys_that_wish(connector.community_id) if connector is not None else set()
    cards = {*people.cards_with(keys, owner_id=connector_id)}
    return lambda card_id: card_id in cards or pairs.key_of_bare_card(card_id) in keys


def of_person(connector_id: str, card_id: str, now: datetime) -> dict[str, Any]:
    """Return what the person on this card asked through this connector, and what they were asked."""
    connector = people.connector_by_id(connector_id)
    keys = sorted({*people.linked(people.keys_of(card_id))})
    asked = [page for key in keys for page in pages.requester_pages(key, now)]
    mine = [page for page in asked if connector is not None and page.connector_handle == connector.handle]
    bound = Introduction.objects.filter(Q(target_id=card_id) | Q(first_id=card_id), connector_id=connector_id)
    return {
        "requests": [
            {"id": page.introduction, "stage": page.view.stage, "words": _written(page.words), "outcome": page.outcome}
            for page in mine
        ],
        "asks": [one for row in bound.exclude(state__in=HIDDEN).order_by("opened_at") for one in _asks(row, card_id)],
    }


def _theirs(connector_id: str) -> QuerySet[Introduction]:
    return Introduction.objects.filter(connector_id=connector_id).exclude(state__in=HIDDEN)


def _told(row: Introduction, page: DeskPage, outcomes: list[dict[str, Any]]) -> dict[str, Any]:
    no: dict[str, str] = (sealing.get_json(row, "consolation") or {}) if row.consolation else {}
    return {
        "id": row.pk,
        "origin": row.origin,
        "state": str(page.row.state),
        "opened_at": row.opened_at,
        "chapter_of": row.chapter_of,
        "rules_version": row.policy_version,
        "requester": page.row.requester,
        "requester_address": page.requester_address,
        "requester_proved": page.requester_verified,
        "target": page.row.target,
        "target_card": page.target_id,
        "first_card": row.first_id or "",
        "words": _written(page.words),
        "approval": _written(page.approval),
        "answer": page.answer,
        "answer_noted": page.answer_noted,
        "answer_words": _written(page.answer_words),
        "given_back_or_declined_with": no,
        "set_aside": [{"codes": list(one.codes), "reason": one.reason, "at": one.at} for one in set_aside(row)],
        "outcomes": outcomes,
        "journal": [asdict(line) for line in page.journal],
        "letters": [asdict(line) for line in page.letters],
    }


def _outcomes(ids: tuple[str, ...]) -> dict[str, list[dict[str, Any]]]:
    found = defaultdict[str, list[dict[str, Any]]](list)
    told = JournalEntry.objects.filter(introduction_id__in=ids, event="outcome").order_by("seq")
    for pk, at, data in told.values_list("introduction_id", "at", "data"):
        found[pk].append({"at": at, "outcome": data.get("outcome", "")})
    return found


def _asks(row: Introduction, card_id: str) -> Iterator[dict[str, Any]]:
    """Yield what left to this person, and what they answered themselves."""
    side = "target" if row.origin != "offered" else "first" if row.first_id == card_id else "second"
    snapshot = record.from_json(row.snapshot)
    letters = Letter.objects.filter(introduction=row, kind__in=["ask", "details"], side=side, state__in=_LEFT)
    for letter in letters.order_by("due_at"):
        text: dict[str, str] = (sealing.get_json(letter, "text") or {}) if letter.text else {}
        mine = side != "first" and not snapshot.noted
        yield {
            "id": row.pk,
            "kind": letter.kind,
            "at": letter.at,
            "subject": text.get("subject", ""),
            "text": text.get("text", ""),
            "answer": snapshot.answer if mine else "",
        }


def _written(words: Mapping[str, str]) -> dict[str, str]:
    return {name: text for name, text in words.items() if text}
