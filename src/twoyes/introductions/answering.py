"""The target's verbs: every answer, undo and objection, through a page that a letter led to."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.utils.translation import gettext as _

from twoyes.introductions import binding, chapters, engine, links, outbox, pairs, words
from twoyes.introductions.models import Link
from twoyes.introductions.protocol import Actor, Event, Role
from twoyes.introductions.protocol.snapshot import Scalar
from twoyes.introductions.records import Outcome
from twoyes.lib import sealing, zones
from twoyes.lib.errors import Refused
from twoyes.people import front as people

ANSWERS = ("yes", "no", "later", "their_details", "written_only", "never")
TELLS = ("nothing", "a_no_now", "my_words")


def holder(link: Link, door: str = "page") -> Actor:
    """Return the actor of whoever holds a link: not proof that it is the target, and logged as such (A25)."""
    return Actor(Role.LINK_HOLDER, link.pk, door)


@engine.verb
def answer(
    link_id: str,
    token: str,
    fields: Mapping[str, object],
    *,
    now: datetime,
    seen: int | None = None,
    door: str = "page",
) -> Outcome:
    """Take an answer. A yes needs the ticked box; without a choice nothing happens. Raises `BadFields`, `stale`.

    In a blind ask the first yes only unveils the name: the box and the second press come after that. `door` is how it
    came: on the page, or by mail (`bymail.accepted_by_mail`).
    """
    link = links.find_for_answers(link_id, token, now)
    chosen = str(fields.get("answer") or "")
    if chosen not in ANSWERS:
        raise words.BadFields({"answer": ("choice", _("Choose one answer. Nothing has happened yet."))})
    outbox.promote(link.introduction_id, link.side, now)
    with engine.changing(link.introduction_id) as work:
        if _unveils(work, link, chosen, now=now, seen=seen):
            return work.outcome()
        data = _facts(work, link, chosen, fields)
        _keep_words(work, link, chosen, fields)
        kind = "yes" if chosen == "written_only" else chosen
        work.hand_in(Event(kind, holder(link, door), data, seen=seen), now)
        _even_out(work, link, now)
    return work.outcome()


@engine.verb
def undo(link_id: str, token: str, *, now: datetime, seen: int | None = None) -> Outcome:
    """Take the last answer back, as long as that is possible."""
    link = links.find_for_answers(link_id, token, now)
    with engine.changing(link.introduction_id) as work:
        work.hand_in(Event("undo", holder(link), {"side": link.side}, seen=seen), now)
        _forget_words(work, link)
    return work.outcome()


@engine.verb
def not_me(link_id: str, token: str, *, now: datetime) -> Outcome:
    """Say that this address is not the person meant: it closes, and this address is not asked again (A24)."""
    link = links.find_for_answers(link_id, token, now)
    outbox.promote(link.introduction_id, link.side, now)
    with engine.changing(link.introduction_id) as work:
        work.hand_in(Event("not_me", holder(link), {"side": link.side}), now)
        _even_out(work, link, now)
    return work.outcome()


@engine.verb
def stop(token: str, *, now: datetime) -> bool:
    """Take a one-press objection (RFC 8058): it closes and suppresses, and can mean nothing else (C32).

    Returns whether the token was known; the door answers alike in both cases.
    """
    page = links.open_link("stop", token, now)
    if page is None:
        return False
    link = links.find("stop", page, token, now)
    with engine.changing(link.introduction_id) as work:
        event = Event("never", holder(link, "one_press"), {"side": link.side, "scope": "anyone"})
        try:
            work.hand_in(event, now)
        except Refused:
            # It is over already: the wish counts all the same.
            pairs.set_wish(work.row, event, now)
    return True


def card_behind(link_id: str, token: str, now: datetime) -> tuple[str, str]:
    """Return book and card of whoever a page is for: what is held hangs on the card. Raises `nothing_here`."""
    link = links.find_for_answers(link_id, token, now)
    row = link.introduction
    card = pairs.asked_card(row, link.side)
    if card is None:
        raise links.nothing_here()
    return row.connector_id, card


def _even_out(work: engine.Work, link: Link, now: datetime) -> None:
    """Whose no withdraws an offer, while the other side may have answered, must not learn it from the work (DIFF)."""
    if link.side == "first" and work.snapshot.withdrawn_by == "requester":
        work.even_out(now)


def _unveils(work: engine.Work, link: Link, chosen: str, *, now: datetime, seen: int | None) -> bool:
    """In a blind ask a first yes shows the name and does nothing else; say whether this was it.

    Raises `Refused` where the yes would not be taken: what has ended shows no name any more (A8).
    """
    approval = sealing.get_json(work.row, "approval") or {}
    kept = sealing.get_json(work.row, "answer_words") or {}
    if chosen not in {"yes", "written_only", "their_details"} or not approval.get("blind") or kept.get("unveiled"):
        return False
    kind = "yes" if chosen == "written_only" else chosen
    engine.advance(
        work.snapshot, Event(kind, holder(link), {"side": link.side, "draw": chapters.draw()}, seen=seen), now
    )
    sealing.put_json(work.row, "answer_words", {**kept, "unveiled": "yes"})
    return True


def _forget_words(work: engine.Work, link: Link) -> None:
    """An answer that was taken back was never given: its line is nobody's to read, least of all whoever asked."""
    kept = sealing.get_json(work.row, "answer_words") or {}
    gone = {"first_comment"} if link.side == "first" else {"comment", "tell"}
    sealing.put_json(work.row, "answer_words", {name: said for name, said in kept.items() if name not in gone})


def _facts(work: engine.Work, link: Link, chosen: str, fields: Mapping[str, object]) -> dict[str, Scalar]:
    tell = str(fields.get("tell") or "nothing")
    if tell not in TELLS:
        raise words.BadFields({"tell": ("choice", _("Please choose one of the options."))})
    data: dict[str, Scalar] = {
        "side": link.side,
        "tell": tell,
        "still_looking": bool(fields.get("still_looking")),
    }
    if chosen in {"yes", "written_only"}:
        if not fields.get("confirm"):
            raise words.BadFields(
                {
                    "confirm": (
                        "required",
                        _("Please tick the box as well: it is your yes to give the address."),
                    )
                }
            )
        data |= {"draw": chapters.draw(), "written_only": chosen == "written_only"}
        data["address_wanted"] = not _address(work, link, fields)
    if chosen == "their_details" and not _address(work, link, fields):
        sentence = _("Write the address to which their details can go. Nobody else learns it.")
        raise words.BadFields({"address": ("required", sentence)})
    if chosen == "later":
        until = binding.day(fields.get("until"), "until")
        if until is None:
            raise words.BadFields({"until": ("required", _("Name the day from which you may be asked again."))})
        data["until"] = binding.instant(until, work.row.zone).isoformat()
    if chosen == "never":
        data["scope"] = binding.scope(fields)
    return data


def _address(work: engine.Work, link: Link, fields: Mapping[str, object]) -> bool:
    """Say whether an address is known that may be given: another one, or the one that was asked."""
    if str(fields.get("address") or "").strip():
        binding.address(fields.get("address"), "address")
        return True
    card = pairs.asked_card(work.row, link.side)
    return card is not None and people.address_of(card) is not None


def _keep_words(work: engine.Work, link: Link, chosen: str, fields: Mapping[str, object]) -> None:
    """Keep what was written with an answer. In an offer each side's stands by itself, and nobody's hides another's."""
    clean = words.clean_lines(fields, "comment")
    kept = sealing.get_json(work.row, "answer_words") or {}
    first = link.side == "first"
    side, card = ("first_", work.row.first_id) if first else ("", work.row.target_id)
    said = {f"{side}comment": clean["comment"]}
    if not first:
        # Nobody waits for the first side's answer, so there is nobody to tell.
        said["tell"] = str(fields.get("tell") or "nothing")
    if chosen in {"yes", "written_only"}:
        given = str(fields.get("address") or "").strip()
        said[f"{side}address"] = binding.address(given, "address") if given else ""
        # What the box beside the yes named: an address that the card gets later was not agreed to (A21).
        said[f"{side}agreed"] = (people.address_of(card) if card else None) or ""
        said[f"{side}written_only"] = "yes" if chosen == "written_only" else ""
        # For times that are proposed in it, once both know each other (F1).
        zone = next((one for one in zones.CHOICES if one == fields.get("zone")), "")
        if zone or kept.get(f"{side}zone"):
            said[f"{side}zone"] = zone
    if chosen == "their_details" and (given := str(fields.get("address") or "").strip()):
        # For one letter, and for nobody's page: `without_agreed` keeps it from the connector.
        said["details_agreed"] = binding.address(given, "address")
    sealing.put_json(work.row, "answer_words", {**kept, **said})
