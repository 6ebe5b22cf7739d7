"""One verb, one transaction: lock the people, lock the introduction, advance, journal, and do what follows.

The lock order is people, introduction, letter, everywhere (B12, B13). The unique (introduction, seq) decides
between two commands that still met: one wins, the other is told (invariant journaled).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import wraps

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from twoyes.introductions import mailing, pairs, protocol, queries
from twoyes.introductions.models import Introduction, JournalEntry
from twoyes.introductions.protocol import Act, Actor, Advanced, Event, Terms, record
from twoyes.introductions.records import Frozen, Outcome
from twoyes.lib import locking, prepared, store
from twoyes.lib.errors import Refused, mark
from twoyes.people import front as people
from twoyes.policy import front as policy

# What the protocol itself changes of a row. Ten indexes stand on the other columns, and each would be written anew.
_FOLD = ("state", "origin", "seq", "snapshot", "next_at")

# What a broken constraint means to a person.
_MEANINGS = {
    "journal_seq": ("stale", mark("Somebody was faster. Here is how it stands now.")),
    "asked_pair": ("pair", mark("These two cannot be asked about each other.")),
    "one_ask": ("asked_already", mark("This person was asked already.")),
    "one_details": ("asked_already", mark("This person was asked already.")),
    "one_next_chapter": ("chapter", mark("This was opened again already.")),
    "request_once": ("repeat", mark("This request arrived already.")),
}


def verb[**P, R](function: Callable[P, R]) -> Callable[P, R]:
    """Run a verb as one transaction, again if the database broke it off; a broken constraint becomes a sentence."""

    @wraps(function)
    def once(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            with transaction.atomic():
                return function(*args, **kwargs)
        except IntegrityError as error:
            code, sentence = _MEANINGS.get(store.constraint_name(error) or "", ("", ""))
            if not code:
                raise
            raise Refused(code, _(sentence)) from error

    @wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        if connection.in_atomic_block:
            return once(*args, **kwargs)
        return locking.retry(lambda: once(*args, **kwargs))

    return run


def advance(snapshot: protocol.Introduction, event: Event, now: datetime) -> Advanced:
    """Advance by one event. The protocol is pure and only marks its sentences: a refusal is said here."""
    try:
        return protocol.advance(snapshot, event, now)
    except Refused as no:
        raise Refused(no.code, _(no.sentence), rule=no.rule) from no


class Work:
    """An introduction under lock, and what a verb has done to it so far."""

    def __init__(self, row: Introduction, snapshot: protocol.Introduction) -> None:
        self.row, self.snapshot, self.before = row, snapshot, snapshot
        self.texts: dict[str, Frozen] = {}
        self.muted: set[str] = set()
        self.kinds: list[str] = []
        self.acts: list[Act] = []
        self.even = False
        self.fold_alone = False

    def hand_in(self, event: Event, now: datetime) -> Advanced:
        """Advance by one event: journal it, queue its letters, do its acts. Raises `Refused` with nothing changed."""
        advanced = advance(self.snapshot, event, now)
        self.snapshot = advanced.introduction
        _journal(self.row, self.snapshot.seq, event, now)
        for act in advanced.acts:
            self._do(act, event, now)
        self.kinds += mailing.queue(self.row, self.snapshot, advanced, now=now, texts=self.texts, muted=self.muted)
        self.acts += advanced.acts
        return advanced

    def _do(self, act: Act, event: Event, now: datetime) -> None:
        if act is Act.TAKE_PAIR:
            pairs.take(self.row, agreed=event.kind == "continued")
        elif act is Act.TAKE_SLOT:
            pairs.take_slot(self.row, event.text("side", self.snapshot.side), now, self.snapshot.terms)
        elif act is Act.RELEASE_PAIR:
            pairs.release(self.row, self.snapshot)
        elif act is Act.SET_WISH:
            pairs.set_wish(self.row, event, now)
        elif act is Act.DROP_WISH:
            people.drop_wishes(self.row.pk)
        elif act is not Act.OPEN_CHAPTER:
            mailing.call_back(self.row, act, now)

    def even_out(self, now: datetime) -> None:
        """Do all that a withdrawal may have to do, needed or not, and let the connector hear of it in each state.

        Who asked counts neither queries nor milliseconds to learn how the target answered (quiet-no, DIFF).
        """
        self.even = True
        for act in (Act.DROP_DATE, Act.DROP_ASK, Act.DROP_AGAIN, Act.DROP_INTRODUCTION):
            if act not in self.acts:
                mailing.call_back(self.row, act, now)
        if "digest" not in self.kinds:
            mailing.queue_digest(self.row.connector_id, now)

    def save(self) -> None:
        """Write the fold beside the journal, and whatever the verb sealed on the row, unless it sealed nothing."""
        timer = self.snapshot.next_timer
        self.row.state = str(self.snapshot.state)
        self.row.origin = str(self.snapshot.origin)
        self.row.seq = self.snapshot.seq
        self.row.snapshot = record.to_json(self.snapshot)
        self.row.next_at = timer.at if timer else None
        prepared.save(self.row, *(_FOLD if self.fold_alone else ()))
        mailing.renew_links(self.row, None if self.even else self.before, self.snapshot)

    def outcome(self) -> Outcome:
        """Return what the doors are told."""
        assert self.snapshot.state is not None, "an opening event was handed in"
        return Outcome(self.row.pk, self.snapshot.state, tuple(self.kinds), self.snapshot.seq)


@contextmanager
def changing(
    introduction_id: str, *, more_keys: Iterable[str] = (), people_too: bool = True, fold_alone: bool = False
) -> Iterator[Work]:
    """Lock people and introduction, and save at the end of the block. Call inside a `verb`.

    `more_keys` are people who are not bound to it yet. Without `people_too` nothing may follow that touches pair,
    slot or wishes; with `fold_alone` nothing that seals words on the row. Raises `Refused` `nothing_here` for a
    missing introduction.
    """
    keys = lock_people(introduction_id, more_keys) if people_too else None
    rows = queries.lock_introduction(introduction_id)
    if not rows:
        raise Refused("nothing_here", _("There is nothing at this address."))
    row = rows[0]
    if keys is not None and not {*row.asker_keys, *row.target_keys} <= keys:
        raise Refused("stale", _("Somebody was faster. Here is how it stands now."))
    work = Work(row, record.from_json(row.snapshot))
    work.fold_alone = fold_alone
    yield work
    work.save()


def lock_people(introduction_id: str, more_keys: Iterable[str] = ()) -> set[str]:
    """Lock everybody whom an introduction concerns, before the introduction itself; return their keys."""
    known = queries.keys_of_both(introduction_id)
    if not known:
        return set()
    community, askers, targets = known[0]
    keys = {*askers, *targets, *more_keys}
    people.lock_subjects(community, keys)
    return keys


def opening(row: Introduction) -> Work:
    """Begin a new introduction: its row is written, so that letters and links may refer to it."""
    row.state, row.origin, row.snapshot = str(protocol.State.DISCARDED), str(protocol.Origin.ASKED), {}
    prepared.insert(row)
    return Work(row, protocol.Introduction())


def made_before(connector_id: str, idempotency_key: str | None) -> Introduction | None:
    """Return what the very same form has made already (B17, E12)."""
    if not idempotency_key:
        return None
    return Introduction.objects.filter(connector_id=connector_id, idempotency_key=idempotency_key).first()


def again(row: Introduction) -> Outcome:
    """Return how an introduction stands, to whoever asked for what is done already: nothing more is owed (E12)."""
    return Outcome(row.pk, protocol.State(row.state), (), row.seq, repeat=True)


def terms_of(connector_id: str, promised: policy.HouseRules | None = None) -> Terms:
    """Return the connector's numbers as the protocol reads them; what was `promised` to a sender stays promised."""
    rules = policy.house_rules(connector_id)
    answering = promised or rules
    return Terms(
        remind_after=timedelta(days=answering.remind_days),
        lapse_after=timedelta(days=answering.lapse_days),
        ask_length=timedelta(days=rules.ask_days),
        spacing=timedelta(days=rules.spacing_days),
        closed=tuple(rules.closed),
    )


def may_act(actor: Actor, connector_id: str) -> None:
    """Raise `Refused` unless the actor is the connector or a delegate with authority at this moment (E26)."""
    if not people.actor_may_act(actor.id, connector_id):
        raise Refused("not_yours", _("This is not yours to do."))


def _journal(row: Introduction, seq: int, event: Event, now: datetime) -> None:
    kind, data = record.event_to_json(event)
    prepared.insert(
        JournalEntry(
            introduction=row,
            seq=seq,
            event=kind,
            at=now,
            role=str(event.actor.role),
            actor=event.actor.id,
            door=event.actor.door,
            data=data,
        )
    )
