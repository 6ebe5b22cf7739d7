"""What others hand in: bounces and erasures; and the facts of a text not approved yet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from twoyes.introductions import engine, links, mailing, outbox, pairs
from twoyes.introductions.facts import preview_facts as _preview
from twoyes.introductions.models import Introduction, Letter, LetterState, Link
from twoyes.introductions.protocol import Actor, Event, Origin, State
from twoyes.introductions.records import LetterFacts, Outcome
from twoyes.lib import sealing
from twoyes.people import front as people


@engine.verb
def dsn(letter_id: str, *, now: datetime) -> Outcome | None:
    """Take a bounce of a guarded letter: an open ask ends; after an answer it is only noted (A22, C14).

    A bounce shows that the letter was handed over, whatever was known of that (A23).
    """
    letter = Letter.objects.filter(pk=letter_id).first()
    if letter is None or letter.introduction_id is None or letter.kind not in mailing.GUARDED:
        return None
    outbox.promote(letter.introduction_id, letter.side, now, kind=letter.kind)
    with engine.changing(letter.introduction_id) as work:
        kind = "bounced" if letter.kind == "introduction" else "dsn"
        work.hand_in(Event(kind, outbox.RELAY, {"side": letter.side, "letter": letter.kind}), now)
    return work.outcome()


def of_connector(connector_id: str) -> list[str]:
    """Return the ids of all introductions of a connector, for a close: those with an erased target too (A30)."""
    rows = Introduction.objects.filter(connector_id=connector_id)
    return list(rows.order_by("opened_at").values_list("pk", flat=True))


@engine.verb
def erase_person(community_id: str, keys: Iterable[str], *, actor: Actor, now: datetime) -> list[str]:
    """Erase a person from every introduction: it closes, and their words go. Pairs and wishes stay as hashes (E18).

    Call it before anything else of an erasure: it locks everybody whom the introductions concern, in one order.
    Of a card without an address give `keys_of_card`. Returns the introductions that were touched.
    """
    mine = set(keys)
    mine |= {key for card in people.cards_with(mine) for key in pairs.keys_of_card(card)}
    known = [row for row in _concerning(community_id, mine) if not _is_gone(row, _who(row, mine))]
    people.lock_subjects(community_id, mine.union(*({*row.asker_keys, *row.target_keys} for row in known)))
    touched = []
    # Read again: what was written meanwhile is seen now that the people are locked.
    for row in _concerning(community_id, mine):
        who = _who(row, mine)
        if _is_gone(row, who):
            continue
        with engine.changing(row.pk) as work:
            work.hand_in(Event("erase", actor, {"who": who}), now)
            _forget(work.row, who)
        touched.append(row.pk)
    return touched


def _concerning(community_id: str, mine: set[str]) -> list[Introduction]:
    rows = Introduction.objects.filter(community_id=community_id).order_by("pk")
    return [row for row in rows if mine & {*row.asker_keys, *row.target_keys}]


def _who(row: Introduction, mine: set[str]) -> str:
    """Return which side this person is on. In an offer the asker's keys are those of the first side."""
    offered = row.origin != Origin.ASKED
    if mine & {*row.asker_keys}:
        return "first" if offered else "requester"
    return "second" if offered else "target"


def _is_gone(row: Introduction, who: str) -> bool:
    """Say whether an earlier erasure took this person out; the other person's does not."""
    if row.state != State.ERASED:
        return False
    if who == "requester":
        return not row.requester_key and not row.words
    return (row.first_id if who == "first" else row.target_id) is None


def _forget(row: Introduction, who: str) -> None:
    """Forget the words of an erased person, texts included; the other one's pages stay, and show no difference."""
    row.approval = row.answer_words = row.set_aside = b""
    if who in {"requester", "first"}:
        row.requester = row.words = row.consolation = b""
        row.requester_key, row.first_id = "", None
    else:
        row.target_id = None
    if who == "second":
        kept = sealing.get_json(row, "words") or {}
        sealing.put_json(row, "words", {**kept, "target": ""})
    letters = Letter.objects.filter(introduction=row)
    letters.update(text=b"", extra=b"")
    letters.filter(side=who).update(token=b"")
    Link.objects.filter(introduction=row, side=who).delete()
    if who in {"requester", "first"}:
        waiting = letters.filter(side=who, state__in=[LetterState.QUEUED, LetterState.CLAIMED])
        waiting.exclude(kind__in=mailing.GUARDED).update(state=LetterState.DROPPED)


def preview_facts(
    connector_id: str,
    introduction_id: str,
    kind: str,
    side: str,
    *,
    approval: Mapping[str, str],
    target_id: str,
) -> LetterFacts:
    """Return the facts of a letter that waits for an approval. Raises `nothing_here`."""
    row = Introduction.objects.filter(pk=introduction_id, connector_id=connector_id).first()
    if row is None:
        raise links.nothing_here()
    target = people.card(connector_id, target_id) if target_id else None
    return _preview(row, kind, side, approval, target)
