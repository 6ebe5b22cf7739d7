"""Letters that became drafts in their connector's mailbox: in doubt, lying there, gone, or taken back.

To make a draft passes the point of no return as sending does. Whether it was made is settled by looking for it, and
whether it went is noticed among what was sent; until then the letter is `unknown`, and no second one is made.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from twoyes.introductions import engine, outbox, queries
from twoyes.introductions.models import Letter, LetterState, SendAttempt
from twoyes.introductions.outbox import DRAFT, RELAY, Claimed
from twoyes.introductions.protocol import Event, State
from twoyes.introductions.records import OUT
from twoyes.lib import limits
from twoyes.lib.errors import Refused

log = logging.getLogger(__name__)

_DRAFTED, _TAKEN_BACK = "drafted", "taken_back"
# In these the draft is still what its connector is waited for; afterwards it lies there for nothing.
_WANTED = {
    "ask": (State.ASKING,),
    "details": (State.PASSED,),
    "introduction": (State.AGREED, *OUT),
}


@dataclass(frozen=True, slots=True)
class Draft:
    """A letter that lies in the Drafts of `connector` since `at`, if it is there; `wanted` says whether it may go.

    `mailbox` is the one in which it was to be laid.
    """

    claimed: Claimed
    connector: str
    message_id: str
    at: datetime
    wanted: bool
    mailbox: str = ""


def drafts_in_doubt(now: datetime) -> list[Draft]:
    """Return the letters of which nobody wrote down whether they became drafts: a worker died on it (A23)."""
    return [_draft(letter) for letter in queries.lost(now - limits.XMIT_AGE) if outbox.is_draft(letter)]


def drafts(now: datetime) -> list[Draft]:
    """Return the letters that were made drafts, and of which neither is known that they went nor that they will not."""
    since = now - limits.DRAFTS_KEPT
    waiting = Letter.objects.filter(_has(_DRAFTED), ~_has(_TAKEN_BACK), state=LetterState.UNKNOWN, at__gt=since)
    return [_draft(letter) for letter in waiting.select_related("introduction").order_by("connector_id", "at")]


def drafted_beside(letter: str, message_id: str, mailbox: str) -> bool:
    """Say whether another envelope of the same letter became a draft, or went: one draft of it goes to both.

    One that is in doubt elsewhere than in `mailbox` counts as well, since it is not to be found there.
    """
    others = Letter.objects.filter(message_id=message_id).exclude(pk=letter)
    lying = Q(_has(_DRAFTED), ~Q(_has(_TAKEN_BACK)), state=LetterState.UNKNOWN)
    tried = Exists(_attempts("xmit").filter(way=DRAFT).exclude(reply=mailbox))
    elsewhere = Q(tried, ~Q(_has(_TAKEN_BACK)), state__in=queries.SENT_FROM)
    return others.filter(lying | elsewhere | Q(state=LetterState.SENT)).exists()


def draft_states(letters: Iterable[Letter]) -> dict[str, str]:
    """Return which of these letters are drafts, by id: `drafted`, or `taken_back`."""
    unknown = [letter.pk for letter in letters if letter.state == LetterState.UNKNOWN]
    found = SendAttempt.objects.filter(letter_id__in=unknown, phase__in=[_DRAFTED, _TAKEN_BACK]) if unknown else []
    return {one.letter_id: one.phase for one in sorted(found, key=lambda one: one.phase)}


def draft_went(draft: Draft, now: datetime) -> str:
    """Note that its owner sent the draft; return the letter's state. With an introduction both have each other now."""
    if draft.claimed.kind != "introduction":
        return outbox.settle(draft.claimed, "sent", reply="found among what was sent", now=now)
    return _introduced(draft, now)


@engine.verb
def _introduced(draft: Draft, now: datetime) -> str:
    claimed = draft.claimed
    with engine.changing(claimed.introduction, people_too=False, fold_alone=True) as work:
        one = queries.lock_letter(claimed.letter)[0]
        if one.state != LetterState.UNKNOWN:
            return one.state
        both = Letter.objects.filter(
            _has(_DRAFTED), introduction=work.row, kind=claimed.kind, state=LetterState.UNKNOWN
        )
        for letter in both.filter(message_id=one.message_id).order_by("pk"):
            queries.sent(letter.pk, letter.epoch, now, 0, "found among what was sent")
            SendAttempt.objects.create(letter=letter, epoch=letter.epoch, phase="sent", at=now, way=DRAFT)
        if work.snapshot.state is State.AGREED:
            try:
                work.hand_in(Event("introduced", RELAY), now)
            except Refused as late:
                # Its owner sent it after the promised date, or after a yes was taken back: their own word, not ours.
                log.warning("An introduction of %s went too late: %s.", claimed.introduction, late.code)
    return str(LetterState.SENT)


@engine.verb
def draft_taken_back(draft: Draft, now: datetime) -> None:
    """Note that the draft was taken out of its owner's Drafts: it is not looked for any more."""
    one = draft.claimed
    SendAttempt.objects.get_or_create(
        letter_id=one.letter, epoch=one.epoch, phase=_TAKEN_BACK, defaults={"at": now, "way": DRAFT}
    )


def _has(phase: str) -> Exists:
    return Exists(_attempts(phase))


def _attempts(phase: str) -> QuerySet[SendAttempt]:
    return SendAttempt.objects.filter(letter=OuterRef("pk"), epoch=OuterRef("epoch"), phase=phase)


def _draft(letter: Letter) -> Draft:
    row = letter.introduction
    claimed = Claimed(letter.pk, letter.epoch, letter.kind, letter.side, letter.introduction_id or "", DRAFT)
    wanted = row is not None and State(row.state) in _WANTED.get(letter.kind, ())
    tried = SendAttempt.objects.filter(letter=letter, epoch=letter.epoch, phase="xmit").first()
    return Draft(claimed, letter.connector_id, letter.message_id, letter.at, wanted, tried.reply if tried else "")
