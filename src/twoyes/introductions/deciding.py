"""The connector's verbs: weigh a request, and say yes, no, not yet, or "let us talk first"."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime

from django.utils.translation import gettext as _

from twoyes.introductions import binding, chapters, engine, links, mailing, pairs, queries, weighing, wished, words
from twoyes.introductions.protocol import Actor, Event, Role, State
from twoyes.introductions.protocol.snapshot import Scalar
from twoyes.introductions.records import Frozen, Outcome
from twoyes.lib import sealing
from twoyes.lib.errors import Refused
from twoyes.people import front as people
from twoyes.policy import front as policy

ANSWERS_NOTED = ("yes", "no", "later", "their_details", "never", "written_only")


@contextmanager
def at_desk(introduction_id: str, actor: Actor, *, more_keys: tuple[str, ...] = ()) -> Iterator[engine.Work]:
    """Lock an introduction for somebody who may act for its connector; others find nothing here (E8)."""
    with engine.changing(introduction_id, more_keys=more_keys) as work:
        if not people.actor_may_act(actor.id, work.row.connector_id):
            raise links.nothing_here()
        yield work


@engine.verb
def approve(
    introduction_id: str,
    fields: Mapping[str, object],
    *,
    frozen: Frozen,
    actor: Actor,
    now: datetime,
    seen: int | None = None,
) -> Outcome:
    """Approve, with the person meant, one first-hand sentence and the exact text of the ask (N4, K3, D8).

    In a later chapter of an offer the two people stand, and the text goes to the side that invited it.
    Raises `BadFields`, `self`, `no_address`, `rule_stands`, `stale`; `against_wishes` for a topic or format that they
    do not take, which they said for connectors to read. What forbids the ask without being the connector's to know is
    found at once and closes it quietly: the requester's date stands all the same (A30).
    """
    clean = words.clean_approval(fields)
    card = binding.may_be_asked(binding.card_to_ask(actor, introduction_id, fields), "target")
    keys = binding.keys_of_both(introduction_id, card)
    with at_desk(introduction_id, actor, more_keys=keys.both) as work:
        weighing.must_be_clear(work.row, card, now)
        side = str(work.snapshot.side)
        if side == "target":
            binding.bind(work.row, card, keys)
        wished.refuse_against(work.row, side, card, "target")
        channel = "by_hand" if clean["channel"] == "by_hand" else "relay"
        if channel == "relay" and not card.has_address:
            raise words.BadFields({"target": ("no_address", _("This card has no address. Add one, or ask by hand."))})
        binding.seal_approval(work.row, clean, actor, {side: frozen})
        work.texts = {side: frozen}
        data: dict[str, Scalar] = {
            "channel": channel,
            "draw": chapters.draw(),
            "same_person": binding.same_person(work.row),
            "standing": binding.welcome(work.row),
            "address_wanted": not card.has_address,
            **(binding.way_of(work.row.connector_id) if channel == "relay" else {}),
        }
        event = Event("approve", actor, data, seen=seen, terms=engine.terms_of(work.row.connector_id))
        work.hand_in(event, now)
        if channel == "by_hand" and work.snapshot.state is State.ASKING:
            mailing.park_text(work.row, side, frozen, now)
        binding.look_ahead(work, now)
    return work.outcome()


@engine.verb
def return_(
    introduction_id: str,
    fields: Mapping[str, object],
    *,
    actor: Actor,
    now: datetime,
    seen: int | None = None,
) -> Outcome:
    """Give a request back with help (N6): which findings, and a word of one's own. Raises `BadFields`.

    A finding that is the connector's alone is never named to whoever asked.
    """
    clean = words.clean_lines(fields, "codes", "words")
    clean["codes"] = " ".join(code for code in clean["codes"].replace(",", " ").split() if policy.may_be_told(code))
    if not clean["codes"] and not clean["words"]:
        raise words.BadFields({"words": ("required", _("Say what is missing, or choose a finding."))})
    with at_desk(introduction_id, actor) as work:
        sealing.put_json(work.row, "consolation", clean)
        work.hand_in(Event("return", actor, {}, seen=seen), now)
    return work.outcome()


@engine.verb
def talk(
    introduction_id: str,
    fields: Mapping[str, object],
    *,
    actor: Actor,
    now: datetime,
    seen: int | None = None,
) -> Outcome:
    """Ask for a personal talk first (K4), with a booking link, a number or some times. Raises `BadFields`."""
    clean = words.clean_lines(fields, "times", "words", required=("times",))
    with at_desk(introduction_id, actor) as work:
        sealing.put_json(work.row, "consolation", clean)
        work.hand_in(Event("talk", actor, {}, seen=seen), now)
    return work.outcome()


@engine.verb
def talked(introduction_id: str, *, actor: Actor, now: datetime, seen: int | None = None) -> Outcome:
    """Note that the talk took place: the request is back on the desk."""
    with at_desk(introduction_id, actor) as work:
        work.hand_in(Event("talked", actor, {}, seen=seen), now)
    return work.outcome()


@engine.verb
def pass_on(
    introduction_id: str,
    fields: Mapping[str, object],
    *,
    frozen: Frozen,
    actor: Actor,
    now: datetime,
    seen: int | None = None,
) -> Outcome:
    """Let only the requester's details go over (N5). It uses the pair's one ask."""
    card = binding.may_be_asked(binding.card_of(actor, introduction_id, fields, "target"), "target")
    clean = words.clean_lines(fields, "personal_line", "why_target")
    keys = binding.keys_of_both(introduction_id, card)
    with at_desk(introduction_id, actor, more_keys=keys.both) as work:
        weighing.must_be_clear(work.row, card, now)
        binding.bind(work.row, card, keys)
        wished.refuse_against(work.row, "target", card, "target")
        if not card.has_address:
            raise words.BadFields({"target": ("no_address", _("This card has no address. Add one first."))})
        binding.seal_approval(work.row, clean, actor, {"target": frozen})
        work.texts = {"target": frozen}
        data: dict[str, Scalar] = {"same_person": binding.same_person(work.row)}
        work.hand_in(Event("pass_on", actor, data, seen=seen), now)
    return work.outcome()


@engine.verb
def note_answer(
    introduction_id: str,
    fields: Mapping[str, object],
    *,
    actor: Actor,
    now: datetime,
    seen: int | None = None,
) -> Outcome:
    """Note an answer that the target gave elsewhere: the connector's word, marked as such.

    Fields `answer`, `how`, `on`, and `until` for a later, `scope` for a never, `side` in an offer.
    """
    answer = str(fields.get("answer", ""))
    if answer not in ANSWERS_NOTED:
        raise words.BadFields({"answer": ("choice", _("Please choose one of the options."))})
    clean = words.clean_lines(fields, "how", required=("how",))
    with at_desk(introduction_id, actor) as work:
        on = binding.past_day(fields.get("on"), "on", work.row.zone, now) or now.date()
        kept = sealing.get_json(work.row, "answer_words") or {}
        side = "first_" if _side(work, fields) == "first" else ""
        noted = {"how": clean["how"], "on": on.isoformat(), "tell": "nothing"}
        noted[f"{side}written_only"] = "yes" if answer == "written_only" else ""
        sealing.put_json(work.row, "answer_words", {**kept, **noted})
        kind = "yes" if answer == "written_only" else answer
        work.hand_in(Event(f"noted_{kind}", actor, _noted(work, kind, fields), seen=seen), now)
    return work.outcome()


def _side(work: engine.Work, fields: Mapping[str, object]) -> str:
    return str(fields.get("side") or work.snapshot.side)


def _noted(work: engine.Work, kind: str, fields: Mapping[str, object]) -> dict[str, Scalar]:
    side = _side(work, fields)
    card = pairs.asked_card(work.row, side)
    data: dict[str, Scalar] = {"side": side, "draw": chapters.draw()}
    data["address_wanted"] = card is None or people.address_of(card) is None
    if kind == "their_details" and data["address_wanted"]:
        raise words.BadFields({"answer": ("no_address", _("This card has no address. Add one first."))})
    if kind == "later":
        until = binding.day(fields.get("until"), "until")
        data["until"] = binding.instant(until, work.row.zone).isoformat() if until else None
    if kind == "never":
        data["scope"] = binding.scope(fields)
    return data


@engine.verb
def give_address(
    introduction_id: str,
    fields: Mapping[str, object],
    *,
    actor: Actor,
    now: datetime,
    seen: int | None = None,
) -> Outcome:
    """Give the address that a noted yes still lacks; it goes onto the card. Raises `BadFields`."""
    address = binding.address(fields.get("address"), "address")
    with at_desk(introduction_id, actor, more_keys=(binding.key(address),)) as work:
        if work.row.target_id is None:
            raise links.nothing_here()
        known = people.addresses(work.row.connector_id, work.row.target_id)
        people.edit_card(work.row.connector_id, work.row.target_id, addresses=[address, *known])
        work.row.target_keys = sorted({*work.row.target_keys, binding.key(address)})
        work.hand_in(Event("address_given", actor, {}, seen=seen), now)
    return work.outcome()


@engine.verb
def send_again(introduction_id: str, side: str, *, actor: Actor, now: datetime) -> Outcome:
    """Send the introduction once more to one side, under the same Message-ID: both consented.

    One that has not left yet is no reason for another: raises `on_its_way`.
    """
    with at_desk(introduction_id, actor) as work:
        if queries.leaving(introduction_id, side):
            raise Refused("on_its_way", _("It is on its way already. You can send another when this one has left."))
        work.hand_in(Event("send_again", actor, {"side": side}), now)
    return work.outcome()


@engine.verb
def override(
    introduction_id: str, codes: str, *, reason: str, actor: Actor, now: datetime, seen: int | None = None
) -> Outcome:
    """Set findings of one's own rules aside for one request, with a reason that is kept. Raises `BadFields`.

    Wishes, pairs and spacing have no override. Only codes of findings that stand are noted: the journal keeps
    nothing that somebody typed, and the reason is sealed beside it, for the connector alone.
    """
    clean = words.clean_lines({"codes": codes, "reason": reason}, "codes", "reason", required=("codes", "reason"))
    with at_desk(introduction_id, actor) as work:
        found = weighing.findings(work.row.connector_id, introduction_id, now)
        standing = {one.code for one in found if policy.may_be_set_aside(one.code)}
        noted = sorted(standing & set(clean["codes"].replace(",", " ").split()))
        if noted:
            weighing.keep_aside(work.row, noted, clean["reason"], now)
        work.hand_in(Event("override", actor, {"codes": " ".join(noted)}, seen=seen), now)
    return work.outcome()


@engine.verb
def close(introduction_id: str, reason: str, *, actor: Actor, now: datetime) -> Outcome:
    """Close an introduction in whatever state it is. `reason` is a code, such as account_deleted."""
    if not reason.isidentifier():
        raise Refused("reason", _("A reason is one word, such as account_deleted."))
    with engine.changing(introduction_id) as work:
        if actor.role is not Role.PROGRAM and not people.actor_may_act(actor.id, work.row.connector_id):
            raise links.nothing_here()
        work.hand_in(Event("close", actor, {"reason": reason}), now)
    return work.outcome()


@engine.verb
def introduce_again(
    introduction_id: str,
    fields: Mapping[str, object],
    *,
    actor: Actor,
    now: datetime,
    seen: int | None = None,
) -> Outcome:
    """Introduce two people once more within a year, for a new wish of the requester: no ask is needed."""
    clean = words.clean_lines(fields, "wish")
    with at_desk(introduction_id, actor) as work:
        said = sealing.get_json(work.row, "words") or {}
        if clean["wish"]:
            sealing.put_json(work.row, "words", {**said, "ask": clean["wish"], "wish": clean["wish"]})
        data: dict[str, Scalar] = {
            "new_wish": bool(clean["wish"]),
            "target_said_no": bool(binding.forbidden(work.row)),
            "address_wanted": work.row.target_id is None or people.address_of(work.row.target_id) is None,
            **binding.way_of(work.row.connector_id),
        }
        work.hand_in(Event("introduce_again", actor, data, seen=seen), now)
    return work.outcome()
