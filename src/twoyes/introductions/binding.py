"""Whom an introduction is about: cards bound, keys gathered, what forbids it, and the fields that say so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import gettext as _

from twoyes.introductions import engine, links, outbox, pairs, words
from twoyes.introductions.facts import approval_words
from twoyes.introductions.models import Introduction
from twoyes.introductions.protocol import Act, Actor, Event, Origin, Side, State, record
from twoyes.introductions.protocol.snapshot import Channel, Scalar
from twoyes.introductions.records import Frozen
from twoyes.lib import addresses, sealing
from twoyes.lib.errors import Refused
from twoyes.people import front as people
from twoyes.policy import front as policy

SCOPES = ("this_person", "this_connector", "anyone")


def way_of(connector_id: str) -> dict[str, Scalar]:
    """Return how letters of this connector leave, as an approval tells the protocol: nothing where as all do."""
    connector = people.connector_by_id(connector_id)
    if connector is None or not connector.way or settings.POST_ROOM:
        return {}
    return {"channel": str(Channel.MAILBOX), "as_draft": connector.way == "draft"}


def card_of(actor: Actor, introduction_id: str, fields: Mapping[str, object], field: str) -> people.Card:
    """Return the card that a field names, from the book of the introduction's connector. Raises `BadFields`."""
    row = Introduction.objects.filter(pk=introduction_id).first()
    if row is None or not people.actor_may_act(actor.id, row.connector_id):
        raise links.nothing_here()
    return card(row.connector_id, fields, field)


def card_to_ask(actor: Actor, introduction_id: str, fields: Mapping[str, object]) -> people.Card:
    """Return the card of whom an approval asks: the one that was chosen, in an offer the one whose turn it is."""
    row = Introduction.objects.filter(pk=introduction_id, origin=Origin.OFFERED).first()
    if row is None:
        return card_of(actor, introduction_id, fields, "target")
    side = record.from_json(row.snapshot).side
    bound = {"target": row.first_id if side is Side.FIRST else row.target_id}
    return card_of(actor, introduction_id, bound, "target")


def card(owner_id: str, fields: Mapping[str, object], field: str) -> people.Card:
    """Return the card that a field names by id. Raises `BadFields`."""
    found = people.card(owner_id, str(fields.get(field) or ""))
    if found is None or found.erased:
        raise words.BadFields({field: ("unknown", _("Choose a person from your address book."))})
    return found


def may_be_asked(found: people.Card, field: str) -> people.Card:
    """Return the card, unless its owner marked it as not to be asked. There is no override: the mark comes off first.

    Raises `BadFields` `do_not_ask`.
    """
    if people.may_not_be_asked(found.id):
        sentence = (
            _("You noted that %s is not to be asked through you. Take the mark off their card first.") % found.name
        )
        raise words.BadFields({field: ("do_not_ask", sentence)})
    return found


@dataclass(frozen=True, slots=True)
class Keys:
    """Every address key known of the two people, in the connector's own book."""

    asker: tuple[str, ...]
    target: tuple[str, ...]

    @property
    def both(self) -> tuple[str, ...]:
        return (*self.asker, *self.target)


def keys_of_both(introduction_id: str, target: people.Card) -> Keys:
    """Gather the keys of the requester, who may have a card with other addresses too, and of the target (A17)."""
    row = Introduction.objects.get(pk=introduction_id)
    if row.origin == Origin.OFFERED:
        return Keys(tuple(row.asker_keys), tuple(row.target_keys))
    asker = people.linked(people.keys_beside(row.connector_id, row.asker_keys))
    return Keys(tuple(asker), pairs.keys_of_card(target.id))


def bind(row: Introduction, target: people.Card, keys: Keys) -> None:
    """Bind the person meant, with every address known of both. The people are locked by now."""
    row.target_id = target.id
    row.asker_keys, row.target_keys = sorted(keys.asker), sorted(keys.target)


def same_person(row: Introduction) -> bool:
    """Say whether both sides are one person, or one of them is the connector (A14, A15)."""
    connector = people.connector_by_id(row.connector_id)
    own = {connector.address_key} if connector else set()
    return bool({*row.asker_keys} & {*row.target_keys} or own & {*row.asker_keys, *row.target_keys})


def welcome(row: Introduction) -> bool:
    """Say whether the target said yes in advance and the pair was never asked."""
    return pairs.welcome(row, "target") and not pairs.taken_by(row) and not forbidden(row)


def forbidden(row: Introduction) -> str:
    return pairs.forbidden(row, "second" if row.origin == "offered" else "target")


def seal_approval(row: Introduction, clean: Mapping[str, str], actor: Actor, texts: Mapping[str, Frozen]) -> None:
    """Keep the connector's words, who approved, and the hash of each text as it was shown (D8)."""
    sealing.put_json(row, "approval", approval_words(row, clean))
    row.approver = actor.id
    # In an offer the other side's text stands beside that of a later approval.
    kept = row.approved_sha256 if row.origin == Origin.OFFERED else {}
    row.approved_sha256 = {**kept, **{side: frozen.sha256 for side, frozen in texts.items()}}
    if row.origin == Origin.OFFERED:
        # A request stays with the rules that its sender saw.
        row.policy_version = policy.house_rules(row.connector_id).version


def look_ahead(work: engine.Work, now: datetime) -> None:
    """Find at once what the point of no return would find: a wish, a used pair, a slot too far away.

    The approval stands for the requester; the connector learns "cannot be asked" or "not before", nothing more.
    """
    if work.snapshot.state is not State.ASKING:
        return
    side = str(work.snapshot.side)
    found = obstacle(work, side, now)
    if found:
        advanced = work.hand_in(Event("blocked", outbox.RELAY, {"side": side, **found}), now)
        if Act.DROP_ASK in advanced.acts and "ask" in work.kinds:
            # Nobody is told of a letter that does not leave.
            work.kinds.remove("ask")


def obstacle(work: engine.Work, side: str, now: datetime) -> dict[str, Scalar]:
    """Return what stands between an ask and its leaving, as the event `blocked` tells it; {} where nothing does."""
    found = pairs.forbidden(work.row, side)
    slot = pairs.slot_for(work.row, side, work.snapshot.leaves_at or now, work.snapshot.terms)
    if found:
        return {"cause": "erased" if found == "erased" else "wish"}
    if pairs.taken_by(work.row):
        return {"cause": "pair"}
    return {"cause": "spacing", "slot": slot.isoformat()} if slot is not None else {}


def day(value: object, field: str) -> date | None:
    """Return a date written as YYYY-MM-DD, or None where nothing is written. Raises `BadFields`."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    text = str(value or "").strip()
    if not text:
        return None
    try:
        return date.fromisoformat(text[:10])
    except ValueError as error:
        raise words.BadFields({field: ("date", _("Write the date as in 2026-05-31."))}) from error


def past_day(value: object, field: str, zone: str, now: datetime) -> date | None:
    """Return the day on which something happened, or None where nothing is written; today is the zone's own.

    Raises `BadFields` for a day that is still to come there.
    """
    on = day(value, field)
    if on is not None and on > now.astimezone(ZoneInfo(zone)).date():
        raise words.BadFields({field: ("date", _("It cannot have happened after today."))})
    return on


def instant(on: date, zone: str) -> datetime:
    """Return nine in the morning of a day in somebody's zone."""
    return datetime.combine(on, time(9), tzinfo=ZoneInfo(zone))


def scope(fields: Mapping[str, object]) -> str:
    """Return the scope of a never; this person, unless something else was chosen. Raises `BadFields`."""
    chosen = str(fields.get("scope") or "this_person")
    if chosen not in SCOPES:
        raise words.BadFields({"scope": ("choice", _("Please choose one of the options."))})
    return chosen


def address(value: object, field: str) -> str:
    """Return one bare address. Raises `BadFields`."""
    try:
        return addresses.parse(str(value or ""))
    except Refused as error:
        raise words.BadFields({field: (error.code, error.sentence)}) from error


def key(of: str) -> str:
    return addresses.key(of)
