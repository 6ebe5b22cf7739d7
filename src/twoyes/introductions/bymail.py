"""What comes back by mail, as the verbs take it: whose letter it answers, and the little that may follow from it.

Whoever answers to the signed address of a letter has that letter, and may be somebody else (A25): what they write can
close an ask and never open one. Everything else goes to the connector as words (C16 to C20).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from twoyes.introductions import answering, complaints, engine, links, mailing, monthly, outbox, pairs, words
from twoyes.introductions.models import Introduction, JournalEntry, Letter, LetterState
from twoyes.introductions.protocol import ANSWERS, Actor, Event, LetterDue, Origin, Role, State, record
from twoyes.introductions.protocol.snapshot import Scalar
from twoyes.introductions.records import HIDDEN, Outcome
from twoyes.lib import addresses, limits, sealing
from twoyes.lib.errors import Refused
from twoyes.lib.models import Installation
from twoyes.people import front as people

DOOR = "mail"
_SEEN = Actor(Role.RELAY, door=DOOR)
_WROTE = ("requester_wrote", "target_wrote")
# What an answer to "did you meet?" may mean by itself; everything else is a word about it.
_OUTCOMES = {"yes": "met", "no": "nothing_yet"}

# From when whoever writes first is asked what happened.
_TELLING = (State.AWAITING_OUTCOME, State.CLOSED, State.UNREPORTED)
# Of more characters than this the last ones are kept.
_WENT = 4000


@dataclass(frozen=True, slots=True)
class Written:
    """A letter of ours that may be answered: to which side it went, and about which introduction, if any."""

    letter: str
    kind: str
    side: str
    introduction: str
    connector: str
    at: datetime


# --- whose letter it is ---------------------------------------------------------------------------------------------


def written(letter_id: str) -> Written | None:
    """Return the letter with this id, or None where there is none (any more)."""
    row = Letter.objects.filter(pk=letter_id).first()
    return None if row is None else _written(row)


def written_as(message_ids: Collection[str]) -> list[Written]:
    """Return the letters that left under one of these Message-IDs; two envelopes of an introduction share theirs."""
    found = Letter.objects.filter(message_id__in=message_ids).order_by("due_at", "pk") if message_ids else ()
    return [_written(row) for row in found]


def asks_among(letter_ids: Collection[str]) -> list[str]:
    """Return those of these letters that asked somebody: what answers them is kept for a week (C19)."""
    asks = Letter.objects.filter(pk__in=letter_ids, kind__in=mailing.AT_MOST_ONCE)
    return list(asks.values_list("pk", flat=True))


def in_thread(introduction_id: str) -> str:
    """Return the connector of an introduction that is out, so that a thread may be about it; "" for any other."""
    row = Introduction.objects.filter(pk=introduction_id).exclude(state__in=HIDDEN).first()
    return row.connector_id if row is not None and row.snapshot.get("introduced_at") else ""


def nobody_wrote(introduction_id: str) -> bool:
    """Say whether no line of either was seen in the thread so far."""
    seen = JournalEntry.objects.filter(introduction_id=introduction_id, event__in=_WROTE, door=DOOR)
    return not seen.exists()


def side_with(introduction_id: str, key: str) -> str:
    """Return which of the two has an address with this key: requester, target, first or second; "" for neither."""
    row = Introduction.objects.filter(pk=introduction_id).first()
    if row is None or not key:
        return ""
    known = {key, *people.linked([key])}
    offered = row.first_id is not None or row.origin != Origin.ASKED
    if known & {row.requester_key, *row.asker_keys}:
        return "first" if offered else "requester"
    if known & {*row.target_keys}:
        return "second" if offered else "target"
    return ""


# --- what follows ---------------------------------------------------------------------------------------------------


def arrived(letter_id: str, *, now: datetime) -> None:
    """Take an answer, or the word of a mail system that it arrived: what was unknown was sent (A23)."""
    row = Letter.objects.filter(pk=letter_id).first()
    if row is not None and row.introduction_id is not None and row.kind in mailing.GUARDED:
        outbox.promote(row.introduction_id, row.side, now, kind=row.kind)


@engine.verb
def refused_by_mail(letter_id: str, *, now: datetime) -> bool:
    """Close an ask by a no that was written as an answer to it; say whether it closed anything (C20).

    An answer that stood before is taken back by it, a yes too: as on the page, until the point of no return.
    """
    letter = _ask(letter_id)
    if letter is None or letter.introduction_id is None:
        return False
    with engine.changing(letter.introduction_id) as work:
        if work.snapshot.answer in {"no", "never", "not_me"} and work.snapshot.side == letter.side:
            return False
        try:
            work.hand_in(Event("no", _holder(letter), {"side": letter.side, "tell": "nothing"}), now)
        except Refused:
            return False
        _even_out(work, letter, now)
    return True


@engine.verb
def accepted_by_mail(letter_id: str, address: str, *, now: datetime) -> bool:
    """Take the one word that an ask named as the yes of its page, with its hold and its undo; say whether it is (C19).

    Who calls has seen that whoever holds `address` wrote it. It must be the one that was asked and would be given, the
    ask open and never answered, and the name known: in a blind ask it is the page that says it.
    """
    letter = _ask(letter_id)
    if letter is None or letter.kind != "ask" or letter.introduction is None:
        return False
    row, snapshot = letter.introduction, record.from_json(letter.introduction.snapshot)
    if snapshot.state is not State.ASKING or (sealing.get_json(row, "approval") or {}).get("blind"):
        return False
    # What was taken back on the page no mail says again: it may be older than that, or be brought by somebody else.
    if not _was_asked(row, letter.side, address) or _was_answered(row, letter.side):
        return False
    token = (sealing.get_json(letter, "token") or {}).get("page", "")
    page = links.open_link("target", token, now)
    if page is None:
        return False
    try:
        answering.answer(page, token, {"answer": "yes", "confirm": "yes"}, now=now, seen=snapshot.turn, door=DOOR)
    except Refused:
        return False
    return True


@engine.verb
def objected_by_mail(letter_id: str, *, now: datetime) -> bool:
    """Take a *stop* as RFC 8058's one press: closed, never asked again (C20).

    Where it is over already the wish counts all the same. False for a letter to whoever wrote to us first.
    """
    letter = Letter.objects.filter(pk=letter_id).first()
    if letter is None or letter.introduction_id is None or letter.side not in {"target", "first", "second"}:
        return False
    with engine.changing(letter.introduction_id) as work:
        event = Event("never", _holder(letter), {"side": letter.side, "scope": "anyone"})
        try:
            work.hand_in(event, now)
            _even_out(work, letter, now)
        except Refused:
            pairs.set_wish(work.row, event, now)
    return True


@engine.verb
def complained(letter_id: str, *, now: datetime) -> bool:
    """Take a complaint to a mail provider as an objection, and count it: of too many asks stop (C31)."""
    if not objected_by_mail(letter_id, now=now):
        return False
    complaints.count(Letter.objects.get(pk=letter_id), now)
    return True


@engine.verb
def wrote(
    introduction_id: str, side: str, *, now: datetime, copied: str = "", meeting: datetime | None = None
) -> Outcome:
    """Take a line that was seen in the thread: by the requester's side, or the target's (F1).

    `copied` says where the connector stood, `cc` or `bcc` (F2), `meeting` when they mean to meet, by an invitation
    from one to the other. What was seen of this side before is not journalled again: a thread may be long. Raises
    Refused where nobody was introduced.
    """
    with engine.changing(introduction_id) as work:
        kind = "target_wrote" if side in {"target", "second"} else "requester_wrote"
        data: dict[str, Scalar] = {"copied": copied} if copied else {}
        if meeting is not None:
            data["meeting"] = meeting.isoformat()
        if _is_news(introduction_id, kind, data):
            work.hand_in(Event(kind, _SEEN, data), now)
    return work.outcome()


@engine.verb
def outcome_by_mail(introduction_id: str, meaning: str, said: str, *, key: str, now: datetime) -> Outcome | None:
    """Keep what whoever writes first answers to "did you meet?": their words, as the outcome's words (F3).

    An outcome that was chosen on the page is kept where the words name none. None where the question is not open, or
    the address is not theirs.
    """
    with engine.changing(introduction_id) as work:
        mine = links.asker_key(work.row)
        if not mine or side_with(introduction_id, key) != work.row.writer:
            return None
        met = _OUTCOMES.get(meaning, "") if work.snapshot.introduced_at is not None else ""
        outcome = met or work.snapshot.outcome or "other"
        clean = words.clean_lines({"words": said}, "words")
        try:
            work.hand_in(Event("outcome", Actor(Role.REQUESTER, mine, DOOR), {"outcome": outcome}), now)
        except Refused:
            return None
        kept = sealing.get_json(work.row, "answer_words") or {}
        sealing.put_json(work.row, "answer_words", {**kept, "outcome_words": clean["words"]})
        monthly.expect(work.row.connector_id, outcome, now)
    return work.outcome()


@engine.verb
def went_by_mail(letter_id: str, side: str, said: str, *, now: datetime) -> Outcome | None:
    """Keep what the one who does not write first tells the connector after an introduction, as on their page (F5).

    Their words alone, below what they told before: nobody asked them, so what a yes would mean is for people to say.
    None before the writer is asked what happened, when it would be a thank-you, and for the writer, who answers that.
    """
    letter = Letter.objects.filter(pk=letter_id).first()
    if letter is None or letter.introduction_id is None:
        return None
    with engine.changing(letter.introduction_id) as work:
        if side == work.row.writer or work.snapshot.state not in _TELLING or not said:
            return None
        event = Event("how_it_went", _holder(letter), {"side": side, "outcome": "", "about_writer": True})
        try:
            work.hand_in(event, now)
        except Refused:
            # Closed without an introduction, as where only the details went over.
            return None
        kept = sealing.get_json(work.row, "answer_words") or {}
        lines = [line for line in (kept.get("how_it_went", ""), said) if line]
        sealing.put_json(work.row, "answer_words", {**kept, "how_it_went": "\n".join(lines)[-_WENT:]})
    return work.outcome()


@engine.verb
def copy_reply(introduction_id: str, came: str, *, now: datetime) -> bool:
    """Let the connector have at once what somebody wrote: to them alone, and its words stay in the inbox (E3).

    `came` is the inbox's id. A few a day for one introduction: the rest stands on the desk, and nobody who holds an
    address of ours fills a mailbox by it (C21).
    """
    row = Introduction.objects.filter(pk=introduction_id).exclude(state__in=HIDDEN).first()
    if row is None:
        return False
    lately = Letter.objects.filter(introduction=row, kind="reply_copy", due_at__gt=now - timedelta(days=1))
    if lately.count() >= limits.REPLY_COPIES_A_DAY:
        return False
    letter = mailing.write(row, LetterDue("reply_copy", "connector", now), "connector", now=now)
    sealing.put_json(letter, "extra", {"came": came})
    letter.save(update_fields=["extra"])
    return True


@engine.verb
def answer_guard(connector_id: str, came: str, *, now: datetime) -> bool:
    """Answer a connector who forwarded an introduction that nobody asked them about (S3); one a day at most (C21)."""
    connector = people.connector_by_id(connector_id)
    if connector is None or connector.removed_at is not None:
        return False
    # Two that come at once are answered once.
    people.lock_subjects(connector.community_id, [connector.address_key])
    lately = Letter.objects.filter(connector_id=connector_id, kind="guard_answer", due_at__gt=now - timedelta(days=1))
    if lately.exists():
        return False
    letter = Letter(
        connector_id=connector_id,
        kind="guard_answer",
        side="connector",
        due_at=now,
        at=now,
        generation=Installation.the().generation,
        message_id=mailing.new_message_id(),
    )
    sealing.put_json(letter, "extra", {"came": came})
    letter.save(force_insert=True)
    return True


# --- parts ----------------------------------------------------------------------------------------------------------


def _written(row: Letter) -> Written:
    return Written(row.pk, row.kind, row.side, row.introduction_id or "", row.connector_id, row.due_at)


def _ask(letter_id: str) -> Letter | None:
    asks = Letter.objects.filter(pk=letter_id, kind__in=mailing.AT_MOST_ONCE)
    # An ask that never left cannot be answered, whoever holds its address.
    return asks.exclude(state__in=[LetterState.QUEUED, LetterState.CLAIMED, LetterState.DROPPED]).first()


def _holder(letter: Letter) -> Actor:
    """Whoever holds the letter: not proof that it is the one who was asked, and journalled as such (A25)."""
    return Actor(Role.LINK_HOLDER, letter.pk, DOOR)


def _even_out(work: engine.Work, letter: Letter, now: datetime) -> None:
    """As on the page: whose no withdraws an offer must not learn from the work how the other answered (DIFF)."""
    if letter.side == "first" and work.snapshot.withdrawn_by == "requester":
        work.even_out(now)


def _was_asked(row: Introduction, side: str, address: str) -> bool:
    """Say whether it is where their letters go, and was theirs when they were asked: not one got since (A21)."""
    card = pairs.asked_card(row, side)
    now = (people.address_of(card) if card else None) or ""
    return addresses.same(now, address) and addresses.key(address) in pairs.asked_keys(row, side)


def _was_answered(row: Introduction, side: str) -> bool:
    entries = JournalEntry.objects.filter(introduction=row, event__in=ANSWERS)
    return any(data.get("side") == side for data in entries.values_list("data", flat=True))


def _is_news(introduction_id: str, kind: str, data: Mapping[str, Scalar]) -> bool:
    """Say whether this side was not seen yet, moved the connector elsewhere since, or names another date."""
    entries = JournalEntry.objects.filter(introduction_id=introduction_id, event=kind).order_by("seq")
    known: list[dict[str, Scalar]] = list(entries.values_list("data", flat=True))
    if not known or any(data == one for one in known[-1:]):
        return not known
    stood = next((one["copied"] for one in reversed(known) if one.get("copied")), "")
    dates = {one.get("meeting") for one in known}
    return data.get("copied", stood) != stood or data.get("meeting") not in {None, *dates}
