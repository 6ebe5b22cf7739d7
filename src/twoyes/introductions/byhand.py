"""By hand: the text and its link are copied out, for LinkedIn, WhatsApp or the phone. Copying counts as asking."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext as _

from twoyes.introductions import deciding, engine, links, pairs, wished, words
from twoyes.introductions.models import Letter, SendAttempt
from twoyes.introductions.protocol import Actor, Event, State
from twoyes.introductions.records import Outcome
from twoyes.lib import sealing, store
from twoyes.lib.errors import Refused
from twoyes.people import front as people


@dataclass(frozen=True, slots=True)
class ByHand:
    """What the connector copies: the approved text with the page's address in it, and the address alone."""

    text: str
    link: str


@engine.verb
def by_hand(introduction_id: str, *, actor: Actor, now: datetime) -> tuple[Outcome, ByHand | None]:
    """Give an approved ask out by hand, or say that the introduction went out by hand.

    Taking the text takes the pair's one ask, under the same checks as a letter's point of no return. Raises
    `cannot_be_asked`, `not_before` (spacing), `not_by_hand`, `restored`, `not_durable`, `nothing_here`.
    """
    with deciding.at_desk(introduction_id, actor) as work:
        if work.snapshot.state is not State.ASKING:
            if work.snapshot.state is State.AGREED and work.snapshot.standing and not pairs.still_welcome(work.row):
                raise Refused("cannot_be_asked", _("They took their yes back. Nothing goes out."), rule="A1")
            work.hand_in(Event("by_hand", actor, {}), now)
            return work.outcome(), None
        side = str(work.snapshot.side)
        _check(work, side, now)
        work.hand_in(Event("by_hand", actor, {"side": side}), now)
        letter = Letter.objects.get(introduction=work.row, side=side, kind="ask")
        SendAttempt.objects.create(letter=letter, epoch=0, phase="xmit", at=now, reply="by hand")
        return work.outcome(), _copied(letter)


def copied(introduction_id: str, *, actor: Actor) -> ByHand | None:
    """Return the text that was given out already, to copy it once more; None where nothing was."""
    letter = Letter.objects.filter(introduction_id=introduction_id, kind="ask", state="parked").first()
    if letter is None or letter.introduction is None:
        return None
    if not people.actor_may_act(actor.id, letter.introduction.connector_id):
        return None
    return _copied(letter) if SendAttempt.objects.filter(letter=letter, epoch=0).exists() else None


def _check(work: engine.Work, side: str, now: datetime) -> None:
    store.durable()
    if not store.check_generation():
        raise Refused("restored", _("This data is older than what was sent from it. All asks are held."))
    card = pairs.asked_card(work.row, side)
    if card is not None and people.may_not_be_asked(card):
        sentence = _("You noted that they are not to be asked through you. Take the mark off their card first.")
        raise Refused("do_not_ask", sentence, rule="B4")
    if pairs.forbidden(work.row, side) or pairs.taken_by(work.row):
        raise Refused("cannot_be_asked", _("This person cannot be asked."), rule="B4")
    wished.cannot_be_given_out(work.row, side)
    slot = pairs.slot_for(work.row, side, now, work.snapshot.terms)
    if slot is not None:
        day = words.part_of_month(pairs.roughly(slot))
        raise Refused("not_before", _("Not before %s: they were asked recently.") % day, rule="A5")


def _copied(letter: Letter) -> ByHand:
    token = (sealing.get_json(letter, "token") or {}).get("page", "")
    frozen = sealing.get_json(letter, "text") or {}
    if not token or not frozen:
        raise links.nothing_here()
    link = f"{settings.TWOYES_URL}/t/{token}"
    return ByHand(frozen["text"].replace("{page}", link), link)
