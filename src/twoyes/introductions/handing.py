"""What others hand in: bounces, first lines seen in a thread, erasures; and the facts of a text not approved yet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from twoyes.introductions import engine, links, mailing, outbox
from twoyes.introductions.facts import preview_facts as _preview
from twoyes.introductions.models import Introduction, Letter, LetterState, Link
from twoyes.introductions.protocol import Actor, Event, State
from twoyes.introductions.records import LetterFacts, Outcome
from twoyes.people import front as people


@engine.verb
def dsn(letter_id: str, *, now: datetime) -> Outcome | None:
    """Take a bounce of a guarded letter: an open ask ends; after an answer it is only noted (A22, C14)."""
    letter = Letter.objects.filter(pk=letter_id).first()
    if letter is None or letter.introduction_id is None or letter.kind not in mailing.GUARDED:
        return None
    with engine.changing(letter.introduction_id) as work:
        kind = "bounced" if letter.kind == "introduction" else "dsn"
        work.hand_in(Event(kind, outbox.RELAY, {"side": letter.side, "letter": letter.kind}), now)
    return work.outcome()


@engine.verb
def wrote(introduction_id: str, side: str, *, now: datetime) -> Outcome:
    """Take the first line that was seen in the thread: by the requester's side, or the target's."""
    with engine.changing(introduction_id) as work:
        kind = "target_wrote" if side in {"target", "second"} else "requester_wrote"
        work.hand_in(Event(kind, outbox.RELAY, {}), now)
    return work.outcome()


def of_connector(connector_id: str) -> list[str]:
    """Return the ids of all introductions of a connector, for a close."""
    rows = Introduction.objects.filter(connector_id=connector_id).exclude(state=State.ERASED)
    return list(rows.order_by("opened_at").values_list("pk", flat=True))


@engine.verb
def erase_person(community_id: str, keys: Iterable[str], *, actor: Actor, now: datetime) -> list[str]:
    """Erase a person from every introduction: it closes, and their words go. Pairs and wishes stay as hashes (E18).

    The people must be locked first by the caller; returns the introductions that were touched.
    """
    mine = set(keys)
    people.lock_subjects(community_id, mine)
    touched = []
    for row in Introduction.objects.filter(community_id=community_id).exclude(state=State.ERASED).order_by("pk"):
        asker, target = mine & set(row.asker_keys), mine & set(row.target_keys)
        if not asker and not target:
            continue
        who = ("first" if row.first_id else "requester") if asker else "second" if row.first_id else "target"
        with engine.changing(row.pk) as work:
            work.hand_in(Event("erase", actor, {"who": who}), now)
            _forget(work.row, who)
        touched.append(row.pk)
    return touched


def _forget(row: Introduction, who: str) -> None:
    """Forget the words of an erased person, texts included. A requester who still waits keeps only their own."""
    row.approval = row.answer_words = b""
    if who in {"requester", "first"}:
        row.requester = row.words = row.consolation = b""
        row.requester_key = ""
    row.first_id = row.target_id = None
    Letter.objects.filter(introduction=row).update(text=b"", token=b"", extra=b"")
    Link.objects.filter(introduction=row, purpose__in=["target", "stop"]).delete()
    if who in {"requester", "first"}:
        Link.objects.filter(introduction=row).delete()
        waiting = Letter.objects.filter(introduction=row, state__in=[LetterState.QUEUED, LetterState.CLAIMED])
        waiting.filter(side__in=["requester", "first"]).exclude(kind__in=mailing.GUARDED).update(
            state=LetterState.DROPPED
        )


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
