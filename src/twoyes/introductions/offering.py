"""Introductions that nobody asked for: offered by the connector, or recorded because they happened elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from twoyes.introductions import binding, chapters, engine, links, mailing, pairs, wished, words
from twoyes.introductions.models import Introduction
from twoyes.introductions.protocol import Actor, Event, Origin
from twoyes.introductions.protocol.record import from_json as read
from twoyes.introductions.protocol.snapshot import Scalar
from twoyes.introductions.records import Frozen, LetterFacts, Outcome
from twoyes.lib import sealing
from twoyes.lib.errors import Refused
from twoyes.people import front as people

SIDES = ("first", "second")


@engine.verb
def offer(
    connector_id: str,
    fields: Mapping[str, object],
    *,
    frozen: tuple[Frozen, Frozen],
    actor: Actor,
    now: datetime,
) -> Outcome:
    """Offer two people to each other: each is asked, the second only after the first's yes (A1).

    Fields: `first` (asked first: the side with more to lose) and `second` (cards), `writes_first`, `because`,
    `why_first`, `why_second`, `vouch`, `vouch_level`, `said_yes` (a yes of the first given in person).
    """
    engine.may_act(actor, connector_id)
    clean = clean_offer(fields)
    first, second = (binding.may_be_asked(binding.card(connector_id, fields, side), side) for side in SIDES)
    keys = {side.id: sorted(pairs.keys_of_card(side.id)) for side in (first, second)}
    _needs_addresses(clean, first, second)
    connector = people.connector_by_id(connector_id)
    assert connector is not None, "may_act checked it"
    people.lock_subjects(connector.community_id, {*keys[first.id], *keys[second.id]})
    row = _row(connector, first, second, clean=clean, now=now)
    row.asker_keys, row.target_keys = keys[first.id], keys[second.id]
    binding.seal_approval(row, clean, actor, dict(zip(SIDES, frozen, strict=True)))
    for side, card in zip(SIDES, (first, second), strict=True):
        wished.refuse_against(row, side, card, side)
    work = engine.opening(row)
    work.texts = dict(zip(SIDES, frozen, strict=True))
    data: dict[str, Scalar] = {
        "said_yes": clean["said_yes"] == "first",
        "same_person": binding.same_person(row),
        "draw": chapters.draw(),
        **binding.way_of(connector_id),
    }
    work.hand_in(Event("offered", actor, data, terms=engine.terms_of(connector_id)), now)
    if work.snapshot.side == "first":
        # The second side is asked by the text approved here, on the day when the first has said yes.
        mailing.park_text(row, "second", frozen[1], now)
    binding.look_ahead(work, now)
    work.save()
    return work.outcome()


@engine.verb
def record(
    connector_id: str,
    fields: Mapping[str, object],
    *,
    actor: Actor,
    now: datetime,
    idempotency_key: str | None = None,
) -> Outcome:
    """Record an introduction made outside, so that it is followed up: cards `first` and `second`, and `on`.

    The same form sent twice is one record, and so are the same two on the same day (E12).
    """
    engine.may_act(actor, connector_id)
    before = engine.made_before(connector_id, idempotency_key)
    if before is not None:
        return engine.again(before)
    first, second = (binding.card(connector_id, fields, side) for side in SIDES)
    connector = people.connector_by_id(connector_id)
    assert connector is not None, "may_act checked it"
    on = binding.past_day(fields.get("on"), "on", connector.zone, now)
    clean = words.clean_lines(fields, "because")
    row = _row(connector, first, second, clean=clean, now=now)
    row.idempotency_key = idempotency_key
    row.asker_keys, row.target_keys = (sorted(pairs.keys_of_card(side.id)) for side in (first, second))
    if first.id == second.id or binding.same_person(row):
        raise Refused("self", _("Both sides are the same person, so there is nobody to introduce."), rule="A1")
    if recorded := _recorded_on(row, on or now.astimezone(ZoneInfo(connector.zone)).date()):
        return engine.again(recorded)
    binding.seal_approval(row, clean, actor, {})
    work = engine.opening(row)
    data: dict[str, Scalar] = {"on": binding.instant(on, connector.zone).isoformat() if on else None}
    work.hand_in(Event("recorded", actor, data, terms=engine.terms_of(connector_id)), now)
    work.save()
    return work.outcome()


def _recorded_on(row: Introduction, on: date) -> Introduction | None:
    """Return the record of the same two people on the same day, whoever of them was named first."""
    two = (row.first_id, row.target_id)
    rows = Introduction.objects.filter(
        connector_id=row.connector_id, origin=str(Origin.RECORDED), first_id__in=two, target_id__in=two
    )
    for one in rows.order_by("pk"):
        at = read(one.snapshot).introduced_at
        if at is not None and at.astimezone(ZoneInfo(one.zone)).date() == on:
            return one
    return None


def offer_facts(connector_id: str, fields: Mapping[str, object], side: str) -> LetterFacts:
    """Return the facts of the ask to one side of an offer that is not made yet, for the text above the button.

    Raises `BadFields` `against_wishes` where that side does not wish to be asked this.
    """
    clean = clean_offer(fields)
    first, second = (binding.card(connector_id, fields, one) for one in SIDES)
    connector = people.connector_by_id(connector_id)
    if connector is None:
        raise links.nothing_here()
    read = {"because": "\n".join([clean["because"], clean[f"why_{side}"]])}
    wished.refuse_words(connector, read, first if side == "first" else second, field=side)
    return LetterFacts(
        kind="ask",
        side=side,
        connector_name=connector.name,
        connector_handle=connector.handle,
        connector_address=people.connector_address(connector_id),
        origin="offered",
        language=connector.language,
        zone=connector.zone,
        recipient_name=first.name if side == "first" else second.name,
        requester_name=first.name,
        target_name=second.name,
        approval=clean,
        words={"because": clean["because"]},
    )


def clean_offer(fields: Mapping[str, object]) -> dict[str, str]:
    """Return the words of an offer, cleaned. Raises `BadFields`."""
    lines = ("because", "why_first", "why_second", "vouch", "personal_line")
    clean = words.clean_approval(fields, prefixes=lines)
    for name in ("because", "why_first", "why_second"):
        if not clean[name]:
            raise words.BadFields({name: ("required", _("Please fill this in."))})
    clean["writes_first"] = str(fields.get("writes_first") or "first")
    clean["said_yes"] = str(fields.get("said_yes") or "")
    if clean["writes_first"] not in SIDES:
        raise words.BadFields({"writes_first": ("choice", _("Please choose one of the options."))})
    if clean["said_yes"] not in {"", "first"}:
        raise words.BadFields({"said_yes": ("choice", _("Only the side that is asked first can have said yes."))})
    return clean


def _needs_addresses(clean: Mapping[str, str], first: people.Card, second: people.Card) -> None:
    for field, card in (("first", first), ("second", second)):
        if not card.has_address:
            raise words.BadFields({field: ("no_address", _("This card has no address. Add one first."))})
    if clean["channel"] != "relay":
        raise Refused("channel", _("An offer goes by mail to both sides."))


def _row(
    connector: people.ConnectorView,
    first: people.Card,
    second: people.Card,
    *,
    clean: Mapping[str, str],
    now: datetime,
) -> Introduction:
    row = Introduction(
        community_id=connector.community_id,
        connector_id=connector.id,
        opened_at=now,
        first_id=first.id,
        target_id=second.id,
        language=connector.language,
        zone=connector.zone,
        writer=clean.get("writes_first") or "first",
    )
    sealing.put_json(row, "words", {"target": second.name, "name": first.name, "because": clean.get("because", "")})
    return row
