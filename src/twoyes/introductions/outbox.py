"""The way out of a letter: claim, point of no return, settle (PROTOCOL, "The send protocol").

Three short transactions, none held across the network; in a run of letters the last of one is the first of the next.
Safety does not rest on clocks: the reaper may return a claim at any moment, since the point of no return re-checks
the epoch.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import Error as DatabaseFailure
from django.db import transaction

from twoyes.introductions import complaints, engine, mailing, pairs, protocol, queries, wished
from twoyes.introductions.facts import given_for_details
from twoyes.introductions.mailing import AT_MOST_ONCE, GUARDED, one_digest
from twoyes.introductions.models import Introduction, Letter, LetterState, SendAttempt
from twoyes.introductions.protocol import Actor, Event, Role, State, record
from twoyes.introductions.protocol.snapshot import Scalar
from twoyes.introductions.records import OUT
from twoyes.lib import chance, limits, prepared, sealing, store
from twoyes.lib.errors import Refused
from twoyes.lib.models import Installation
from twoyes.people import front as people

RELAY = Actor(Role.RELAY, door="relay")
DRAFT = "draft"
"""The way on which a letter becomes a draft, which its owner sends or does not (`people.OwnWay`)."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """A letter that one worker may try to send, as long as nobody claims it again: `epoch` says so.

    `way` is the connector's own way out on which it is tried, or "" for the one that all letters take; `mailbox` tells
    theirs from others that they named before or name later (`people.OwnWay.key`).
    """

    letter: str
    epoch: int
    kind: str
    side: str
    introduction: str
    way: str = ""
    mailbox: str = ""


class Blocked(Exception):
    """The point of no return was not passed: close the socket without the dot. `cause` says why."""

    def __init__(self, cause: str, slot: datetime | None = None) -> None:
        self.cause, self.slot = cause, slot


# --- claim --------------------------------------------------------------------------------------------------------


def claim(now: datetime, *, kinds: tuple[str, ...] = ()) -> Claimed | None:
    """Take one due letter, or None. Compare-and-set: of two workers one gets it (B2)."""
    installation = Installation.the()
    if not installation.sending_enabled:
        return None
    generation = installation.generation
    found = queries.due_of(now, generation, kinds) if kinds else queries.due(now, generation)
    while found:
        row = chance.choice(found)
        found.remove(row)
        letter, epoch, kind, side, introduction = row
        if queries.claim(letter, epoch, epoch + 1, now) == 1:
            return Claimed(letter, epoch + 1, kind, side, introduction or "")
    return None


# --- point of no return -------------------------------------------------------------------------------------------


def point_of_no_return(claimed: Claimed, recipient: str, now: datetime) -> None:
    """Pass it, or raise `Blocked`: after this commit a copy may exist in the world.

    One durable transaction that locks the people first and re-checks everything. Whatever goes wrong in it,
    commit included, counts as not passed (B7, B8); so does a connection on which a commit may be lost (B10).
    """
    try:
        try:
            _cross(claimed, recipient, now)
        except _MorePeople as more:
            _cross(claimed, recipient, now, more.keys)
    except _MorePeople as error:
        raise Blocked("lost") from error
    except Refused as error:
        raise Blocked(error.code) from error
    except DatabaseFailure as error:
        raise Blocked("database") from error


def _cross(claimed: Claimed, recipient: str, now: datetime, more_keys: Iterable[str] = ()) -> None:
    with transaction.atomic():
        store.durable()
        _pass(claimed, recipient, now, more_keys)


def _pass(claimed: Claimed, recipient: str, now: datetime, more_keys: Iterable[str]) -> None:
    people_and_row = _lock_people_and_row(claimed, more_keys)
    # Written before the checks that follow, which saves reading it: whatever they find takes this back again.
    letter = next((_Leaving(claimed, *found) for found in queries.transmit(claimed.letter, claimed.epoch, now)), None)
    if letter is None:
        raise Blocked("lost")
    _check_installation(letter, now)
    if claimed.kind == "digest" and mailing.digests_of([letter.connector]).filter(state=LetterState.XMIT).count() > 1:
        # Another one is on its way, and tells all that this one would (N3).
        raise Blocked("lost")
    if people_and_row is not None:
        row = people_and_row.row
        snapshot = record.from_json(row.snapshot)
        if claimed.kind in AT_MOST_ONCE:
            consent = pairs.consent(row, letter.side)
            _check_wishes(consent.forbidden)
            _check_state(letter, snapshot)
            _check_address(people_and_row, letter, recipient)
            _check_ask(row, letter, snapshot, consent)
            if _is_by_desk(letter, snapshot) and complaints.asks_stopped(now):
                raise Blocked("complaints")
            asked = people_and_row.asked(letter.side)
            _check_slot(asked, letter, snapshot, now, invited=row.chapter_of)
            _take_pair(row)
            pairs.take_slot_of(asked, row.pk, now, snapshot.terms)
        else:
            for side in ("first", "second") if row.origin == "offered" else ("target",):
                _check_wishes(pairs.forbidden(row, side))
            _check_state(letter, snapshot)
            if snapshot.state is State.AGREED:
                _check_standing(row, snapshot)
                _introduce(row, snapshot, now, draft=claimed.way == DRAFT)
    # Nobody has replied yet; a doubt about it is looked up in this mailbox, and in no other.
    _attempt(claimed, "xmit", reply=claimed.mailbox, now=now)


@dataclass(frozen=True, slots=True)
class _Leaving:
    """The letter, locked: what may have changed of it since it was claimed, and what never does."""

    claimed: Claimed
    connector: str
    generation: int
    not_after: datetime | None
    text_sha256: str

    @property
    def kind(self) -> str:
        return self.claimed.kind

    @property
    def side(self) -> str:
        return self.claimed.side


class _MorePeople(Exception):
    """The cards name people whose rows are not locked: they must be, before the introduction (B12)."""

    def __init__(self, keys: Iterable[str]) -> None:
        super().__init__()
        self.keys = frozenset(keys)


@dataclass(frozen=True, slots=True)
class _PeopleAndRow:
    """Who is concerned, locked, and what their cards say now: either may have been edited since the approval."""

    row: Introduction
    subjects: list[people.Subject]
    first: people.Reach
    target: people.Reach

    def asked(self, side: str) -> list[people.Subject]:
        """Return the person on `side` under each of their keys."""
        keys = pairs.asked_keys(self.row, side)
        return [subject for subject in self.subjects if subject.key in keys]


def _lock_people_and_row(claimed: Claimed, more_keys: Iterable[str]) -> _PeopleAndRow | None:
    """Lock whom the introduction names, `more_keys`, and the introduction; raises `_MorePeople` for others."""
    if not claimed.introduction or claimed.kind not in GUARDED:
        return None
    community, askers, targets = queries.keys_of_both(claimed.introduction)[0]
    keys = {*askers, *targets, *more_keys}
    subjects = people.lock_subjects(community, keys)
    row = queries.lock_introduction(claimed.introduction)[0]
    found = _PeopleAndRow(row, subjects, _reach(row.first_id), _reach(row.target_id))
    first, target = _card_keys(row.first_id, found.first), _card_keys(row.target_id, found.target)
    concerned = {*row.asker_keys, *row.target_keys, *first, *target}
    if not concerned <= keys:
        raise _MorePeople(concerned)
    _learn_keys(row, first, target)
    return found


def _learn_keys(row: Introduction, first: set[str], second: set[str]) -> None:
    """Bind an address that a card got since the approval, so that pair, slot and wishes count for it too."""
    asker, target = sorted({*row.asker_keys, *first}), sorted({*row.target_keys, *second})
    if target != sorted(row.target_keys) or asker != sorted(row.asker_keys):
        row.target_keys, row.asker_keys = target, asker
        row.save(update_fields=["target_keys", "asker_keys"])


def _reach(card: str | None) -> people.Reach:
    return people.reach(card) if card else people.Reach((), None)


def _card_keys(card: str | None, reach: people.Reach) -> set[str]:
    """Every key of the person on a card, as `pairs.keys_of_card`: it may have been edited since the approval (A21)."""
    return {*people.linked(reach.keys), pairs.key_of_bare_card(card)} if card else set()


def _check_address(found: _PeopleAndRow, letter: _Leaving, recipient: str) -> None:
    reach = found.first if letter.side == "first" else found.target
    expected = reach.address
    if expected is None and letter.kind == "details":
        expected = given_for_details(sealing.get_json(found.row, "answer_words") or {})
    if expected != recipient:
        raise Blocked("address")


def _check_installation(letter: _Leaving, now: datetime) -> None:
    yesterday = now - timedelta(days=1)
    found = queries.house(yesterday)
    if not found or letter.generation != found[0].generation or not store.check_generation(found[0]):
        raise Blocked("generation")
    if not found[0].sending_enabled:
        raise Blocked("kill_switch")
    if letter.kind in AT_MOST_ONCE:
        # Few attempts by everybody, which an index counts alone, are few asks by this connector.
        cap = found[0].daily_cap
        if found[0].tried >= cap and sum(queries.passed_since(letter.connector, AT_MOST_ONCE, yesterday)) >= cap:
            raise Blocked("cap")
        if letter.not_after is not None and now > letter.not_after:
            raise Blocked("not_after")


def _check_wishes(forbidden: str | None) -> None:
    if forbidden:
        raise Blocked("erased" if forbidden == "erased" else "wish")


def _check_state(letter: _Leaving, snapshot: protocol.Introduction) -> None:
    if letter.kind == "introduction":
        if snapshot.state not in {State.AGREED, *OUT}:
            raise Blocked("state")
    elif (letter.kind == "ask" and (snapshot.state is not State.ASKING or letter.side != snapshot.side)) or (
        letter.kind == "details" and snapshot.state is not State.PASSED
    ):
        raise Blocked("state")


def _is_by_desk(letter: _Leaving, snapshot: protocol.Introduction) -> bool:
    """Say whether nobody asked for it but the desk. Details that the target wants nobody approved a text of."""
    return letter.kind == "ask" or snapshot.passed_by == "connector"


def _check_ask(row: Introduction, letter: _Leaving, snapshot: protocol.Introduction, consent: people.Consent) -> None:
    by_desk = _is_by_desk(letter, snapshot)
    if by_desk and letter.text_sha256 != row.approved_sha256.get(letter.side):
        raise Blocked("text")
    if {*row.asker_keys} & {*row.target_keys}:
        # An address that was added since says that both are one person (A14).
        raise Blocked("pair")
    if not consent.may_act:
        raise Blocked("authority")
    if by_desk and consent.limited and wished.against(row, letter.side):
        # They said since the approval which topics or formats they do not take.
        raise Blocked("wish")
    if by_desk and consent.marked:
        # The connector changed their mind since the approval: it ends as a wish ends it.
        raise Blocked("wish")


def _check_slot(
    asked: list[people.Subject], letter: _Leaving, snapshot: protocol.Introduction, now: datetime, *, invited: str
) -> None:
    if letter.kind == "details" and snapshot.passed_by == "target":
        return  # the answer to a press of their own: no slot to wait for
    slot = pairs.slot_among(asked, letter.claimed.introduction, now, snapshot.terms, invited=invited)
    if slot is not None:
        raise Blocked("spacing", slot)


def _check_standing(row: Introduction, snapshot: protocol.Introduction) -> None:
    """Where nobody was asked, the yes in advance stands in for the answer: it must stand at this moment (two-yeses)."""
    side = "second" if row.origin == "offered" else "target"
    if snapshot.standing and (not pairs.still_welcome(row) or wished.against(row, side)):
        raise Blocked("wish")


def _take_pair(row: Introduction) -> None:
    try:
        pairs.take(row)
    except Refused as error:
        raise Blocked("pair") from error


def _introduce(row: Introduction, snapshot: protocol.Introduction, now: datetime, *, draft: bool) -> None:
    """The first envelope of an introduction: from here on both have each other (invariant two-yeses).

    A `draft` may become one, so all must be as for one; but both have each other only when its owner has sent it.
    """
    work = engine.Work(row, snapshot)
    try:
        if draft:
            engine.advance(snapshot, Event("introduced", RELAY), now)
            return
        work.hand_in(Event("introduced", RELAY), now)
    except Refused as error:
        raise Blocked("state") from error
    work.save()


# --- result -------------------------------------------------------------------------------------------------------


@engine.verb
def settle(claimed: Claimed, result: str, *, code: int = 0, reply: str = "", now: datetime) -> str:
    """Write down what the relay said: sent, temporary, refused or unknown; or drafted. Returns the letter's state.

    Only the owner of the epoch may do so, and again: a second time changes nothing (B9).
    """
    return _settled(claimed, result, now, code=code, reply=reply)


@engine.verb
def settle_and_claim(
    claimed: Claimed, result: str, *, code: int = 0, reply: str = "", now: datetime
) -> tuple[str, Claimed | None]:
    """Do as `settle` and then as `claim`, with one commit for both: in a run of letters that is one in three."""
    state = _settled(claimed, result, now, code=code, reply=reply)
    for letter, epoch, kind, side, introduction in queries.claim_next(now):
        return state, Claimed(letter, epoch, kind, side, introduction or "")
    return state, None


def _settled(claimed: Claimed, result: str, now: datetime, *, code: int, reply: str) -> str:
    with _Journaling(claimed, result) as work:
        state = LetterState.SENT
        # The one ending for which nothing of the letter has to be known.
        if result != "sent" or queries.sent(claimed.letter, claimed.epoch, now, code, reply[:200]) != 1:
            letter = queries.lock_letter(claimed.letter)[0]
            if letter.epoch != claimed.epoch or letter.state not in _SETTLED_FROM[result]:
                return letter.state
            state = _next_state(claimed.kind, result)
            back = _back_off(letter, now) if state == LetterState.QUEUED else letter.due_at
            queries.settle(letter.pk, claimed.epoch, _SETTLED_FROM[result], str(state), back, now, code, reply[:200])
        _attempt(claimed, result, code=code, reply=reply, now=now)
        if claimed.kind == "digest" and state == LetterState.SENT:
            one_digest(claimed.letter, now)
        if work is not None and not (result == "drafted" and claimed.kind == "introduction"):
            # To draft an ask is to give it out, as copying its text is; to draft an introduction introduces nobody.
            _tell_protocol(work, claimed, LetterState.SENT if result == "drafted" else state, code, now)
        return str(state)


_SETTLED_FROM = {
    "sent": queries.SENT_FROM,
    "refused": ("claimed", "xmit", "unknown"),
    "temporary": ("claimed", "xmit"),
    "unknown": ("xmit",),
    "drafted": ("xmit",),
}


class _Journaling:
    """Hold people and introduction locked where the letter's fate is an event of the protocol."""

    def __init__(self, claimed: Claimed, result: str) -> None:
        # Only a refusal gives pair and slot back, which needs the people.
        people_too = result == "refused"
        block = engine.changing(claimed.introduction, people_too=people_too, fold_alone=True)
        self._block = block if claimed.kind in GUARDED else None

    def __enter__(self) -> engine.Work | None:
        return self._block.__enter__() if self._block is not None else None

    def __exit__(self, *error: object) -> None:
        if self._block is not None:
            self._block.__exit__(*error)  # type: ignore[arg-type]


def _next_state(kind: str, result: str) -> LetterState:
    if result == "refused":
        return LetterState.FAILED
    if result == "drafted":
        # It lies in its owner's hands: whether and when it goes is theirs, and it is never made again by itself.
        return LetterState.UNKNOWN
    if result == "temporary" or kind not in GUARDED:
        # A notice may arrive twice, under one Message-ID; an ask may not.
        return LetterState.QUEUED
    return LetterState.UNKNOWN


def _back_off(letter: Letter, now: datetime) -> datetime:
    """Five minutes, doubling to four hours, give or take a fifth."""
    span: timedelta = min(limits.BACKOFF_FIRST * 2 ** min(letter.attempts - 1, 10), limits.BACKOFF_LONGEST)
    return now + span * chance.uniform(1 - limits.BACKOFF_JITTER, 1 + limits.BACKOFF_JITTER)


def _attempt(claimed: Claimed, phase: str, *, now: datetime, code: int = 0, reply: str = "") -> None:
    one = SendAttempt(
        letter_id=claimed.letter,
        epoch=claimed.epoch,
        phase=phase,
        at=now,
        code=code,
        reply=reply[:200],
        way=claimed.way or None,
    )
    prepared.insert(one)


def _tell_protocol(work: engine.Work, claimed: Claimed, state: LetterState, code: int, now: datetime) -> None:
    if state == LetterState.QUEUED:
        return
    side = claimed.side
    if claimed.kind == "introduction":
        # A draft in doubt introduced nobody; that nothing was seen to go is told by the days of `agreed`.
        if state != LetterState.SENT and claimed.way != DRAFT:
            work.hand_in(Event("bounced", RELAY, {"side": side, "code": code, "letter_state": str(state)}), now)
        return
    data: dict[str, Scalar] = {"side": side, "letter": claimed.kind, "code": code}
    if claimed.way == DRAFT and state == LetterState.SENT:
        # What its letter says of days counts from the day on which it went.
        data["draft_went"] = True
    work.hand_in(Event(str(state), RELAY, data), now)


# --- what else can happen to a claim ------------------------------------------------------------------------------


def reap(now: datetime) -> int:
    """Return old claims to the queue, and give up on old transmissions; how many rows moved. Safe at any time."""
    moved = queries.return_claims(now - limits.CLAIM_AGE, now)
    for letter in queries.lost(now - limits.XMIT_AGE):
        way = DRAFT if is_draft(letter) else ""
        if way and letter.at > now - limits.DRAFT_DOUBT:
            continue
        one = Claimed(letter.pk, letter.epoch, letter.kind, letter.side, letter.introduction_id or "", way)
        settle(one, "unknown", reply="no result was written down", now=now)
        moved += 1
    return moved


def is_draft(letter: Letter) -> bool:
    """Say whether the letter's last try was to become a draft: then looking for it there settles every doubt."""
    return SendAttempt.objects.filter(letter=letter, epoch=letter.epoch, phase="xmit", way=DRAFT).exists()


# --- generation ---------------------------------------------------------------------------------------------------


@engine.verb
def hold_foreign(now: datetime) -> int:
    """Hold every letter of another generation, since a restored store may already have sent it; how many (F1)."""
    installation = Installation.the()
    if store.check_generation(installation):
        return queries.hold_older(installation.generation, now)
    open_letters = Letter.objects.filter(state__in=[LetterState.QUEUED, LetterState.CLAIMED])
    return open_letters.update(state=LetterState.HELD, at=now)


def held() -> list[str]:
    """Return the ids of held letters, oldest first, for the operator's list."""
    return list(Letter.objects.filter(state=LetterState.HELD).order_by("due_at").values_list("pk", flat=True))


@engine.verb
def release(letter_ids: list[str], now: datetime) -> int:
    """A person looked at them: let these held letters go, in a new generation if store and file disagree."""
    if not store.check_generation():
        store.bump_generation()
    generation = Installation.the().generation
    letters = Letter.objects.filter(pk__in=letter_ids, state=LetterState.HELD, generation__lt=generation)
    return letters.update(state=LetterState.QUEUED, generation=generation, at=now)


@engine.verb
def promote(introduction_id: str, side: str, now: datetime, *, kind: str = "ask") -> None:
    """Evidence that a letter was handed over: a press on its page, a bounce. What was unknown was sent (A23)."""
    letter = Letter.objects.filter(introduction_id=introduction_id, side=side, kind=kind).order_by("-at").first()
    if letter is None or letter.state not in {LetterState.XMIT, LetterState.UNKNOWN}:
        return
    one = Claimed(letter.pk, letter.epoch, letter.kind, letter.side, introduction_id)
    # The caller goes on to change the introduction, so the people are locked before it, as everywhere.
    engine.lock_people(introduction_id)
    settle(one, "sent", reply="evidence of its arrival", now=now)


def last_departure() -> datetime | None:
    """Return when the last letter passed its point of no return, for the sending rate."""
    return SendAttempt.objects.filter(phase="xmit").order_by("-at").values_list("at", flat=True).first()
