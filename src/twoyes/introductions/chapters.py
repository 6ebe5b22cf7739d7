"""The next chapter of an introduction: after *later*, after a late yes, or on the day that a kind no named."""

from __future__ import annotations

from datetime import datetime

from twoyes.introductions import engine, mailing, pairs, protocol
from twoyes.introductions.models import Introduction, Letter, LetterState
from twoyes.introductions.protocol import Actor, Event, Role, Side, State
from twoyes.introductions.protocol.snapshot import Scalar
from twoyes.introductions.records import Frozen, Outcome
from twoyes.lib import chance, limits, sealing
from twoyes.people import front as people

# What the next chapter takes over from the last, sealed anew for its own row.
_SEALED = ("requester", "words", "approval", "answer_words", "consolation")
_PLAIN = tuple(
    "community_id connector_id first_id target_id asker_keys target_keys requester_key language zone policy_version"
    " writer approver".split()
)


def draw() -> float:
    """Return the random part of a promised date, in seconds: at least an hour, less than a day."""
    return chance.uniform(limits.ANSWER_DRAW_LEAST.total_seconds(), limits.ANSWER_DRAW_MOST.total_seconds() - 1)


def open_next(old: Introduction, snapshot: protocol.Introduction, now: datetime) -> Outcome:
    """Open the chapter that was invited. It holds the pair, where there is one, from its opening event on."""
    row = Introduction(opened_at=now, chapter_of=old.pk, **{name: getattr(old, name) for name in _PLAIN})
    for column in _SEALED:
        # The words of a kind no were for the chapter that it ended.
        over = column == "consolation" and old.state == State.DECLINED
        value = None if over else sealing.get_json(old, column)
        sealing.put_json(row, column, value if value is not None else {})
    if old.set_aside:
        sealing.put_json(row, "set_aside", sealing.get_json(old, "set_aside"))
    work = engine.opening(row)
    pairs.hand_on(old.pk, row.pk)
    data: dict[str, Scalar] = {
        "origin": str(snapshot.origin),
        # In an offer: who invited it, the first side or the second.
        "side": str(snapshot.side),
        "late_yes": snapshot.late_yes,
        "may_pass_on": snapshot.may_pass_on,
        "draw": draw(),
        "address_wanted": row.target_id is None or people.address_of(row.target_id) is None,
    }
    actor = Actor(Role.CONNECTOR, old.connector_id, "chapter")
    work.texts = _texts_kept(old)
    row.approved_sha256 = {side: text.sha256 for side, text in work.texts.items()}
    work.hand_in(Event("continued", actor, data, terms=engine.terms_of(old.connector_id)), now)
    if work.snapshot.side is Side.FIRST:
        for side, text in work.texts.items():
            mailing.park_text(row, side, text, now)
    work.save()
    return work.outcome()


def _texts_kept(old: Introduction) -> dict[str, Frozen]:
    """Return the text for the second side of an offer that was approved and never left."""
    letter = Letter.objects.filter(introduction=old, kind="ask", side="second", state=LetterState.PARKED).first()
    text = sealing.get_json(letter, "text") if letter else None
    return {"second": Frozen(**text, sha256=letter.text_sha256)} if letter and text else {}
