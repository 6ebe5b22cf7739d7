"""What each person may see: the connector's desk, the requester's own page, the target's page. Nothing here writes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime

from django.db.models import QuerySet

from twoyes.introductions import links, listing, pairs, queries, takes
from twoyes.introductions.drafts import draft_states
from twoyes.introductions.facts import without_agreed, zone_of_other
from twoyes.introductions.models import Introduction, JournalEntry, Letter
from twoyes.introductions.protocol import Event, Origin, Role, Side, State, View, record, requester_view
from twoyes.introductions.protocol.snapshot import Actor
from twoyes.introductions.protocol.snapshot import Introduction as Snapshot
from twoyes.introductions.records import (
    HIDDEN,
    DeskPage,
    DigestLine,
    JournalLine,
    LetterLine,
    RequesterPage,
    TargetPage,
    Thread,
    hands_off,
)
from twoyes.lib import addresses, sealing, zones
from twoyes.lib.prepared import prepared
from twoyes.people import front as people

# What the desk offers in each state, in the order of its buttons.
DESK_ACTS: dict[State, tuple[str, ...]] = {
    State.DRAFT: ("return", "decline"),
    State.WAITING: ("approve", "return", "talk", "decline", "pass_on", "override"),
    State.TALKING: ("talked", "decline"),
    State.ASKING: ("by_hand", "note_answer", "withdraw"),
    State.AGREED: ("by_hand", "give_address", "note_answer", "withdraw"),
    State.PASSED: ("note_answer",),
    State.INTRODUCED: ("says_wrote", "send_again"),
    State.CONNECTED: ("send_again",),
    State.AWAITING_OUTCOME: ("send_again",),
    State.REFUSED: ("confirm", "note_answer"),
    State.DEFERRED: ("confirm", "note_answer"),
    State.UNDELIVERABLE: ("note_answer",),
    State.CLOSED: ("introduce_again",),
    State.UNREPORTED: ("introduce_again",),
}
_NEWS = tuple(
    "yes no never not_me later their_details silence blocked failed dsn not_after bounced remind word undo withdraw"
    " outcome come_back how_it_went amends".split()
)


def desk_page(connector_id: str, introduction_id: str, now: datetime) -> DeskPage | None:
    """Return one introduction for its connector; somebody else's is None, like one that does not exist (E8)."""
    row = next(iter(_on_desk(introduction_id, connector_id)), None)
    if row is None:
        return None
    snapshot = record.from_json(row.snapshot)
    person: dict[str, str] = sealing.get_json(row, "requester") or {}
    timer = snapshot.next_timer
    not_before, offers = _not_before(row, now), DESK_ACTS.get(snapshot.state or State.ERASED, ())
    notable = takes.noted(snapshot, now) if "note_answer" in offers else ()
    entries = list(queries.journal(row.pk))
    if timer is not None and timer.name == "not_after" and not_before is not None:
        # An ask that waits for its slot: the instant would tell when somebody else's ask left.
        timer = None
    next_event, next_at = (timer.name, timer.at) if timer else ("", None)
    return DeskPage(
        row=listing.row_of(row, now)._replace(next_event=next_event, next_at=next_at),
        turn=snapshot.turn,
        words=sealing.get_json(row, "words") or {},
        requester_address=person.get("email", ""),
        requester_verified=snapshot.state is not State.DRAFT,
        approval=sealing.get_json(row, "approval") or {},
        answer=snapshot.answer,
        answer_noted=snapshot.noted,
        answer_words=without_agreed(sealing.get_json(row, "answer_words") or {}),
        acts=_desk_acts(snapshot, notable),
        notable=notable,
        journal=tuple(_journal(entries)),
        letters=tuple(_letters(row)),
        target_id=row.target_id or "",
        hears_by=snapshot.hears_by,
        answer_until=snapshot.answer_until,
        leaves_at=snapshot.leaves_at,
        not_before=not_before,
        channel=str(snapshot.channel),
        may_pass_on=snapshot.may_pass_on,
        chapter_of=row.chapter_of,
        late_yes=snapshot.late_yes,
        asked_side=str(snapshot.side),
        outcome=snapshot.outcome,
        went=snapshot.went,
        missed_at=snapshot.missed_at,
        mended=snapshot.mended,
        thread=_thread(entries, snapshot),
        asked_id={"first": row.first_id, "second": row.target_id}.get(str(snapshot.side)) or "",
    )


def journal(introduction_id: str) -> list[tuple[Event, datetime]]:
    """Return the journal as events and instants, for a fold."""
    return [
        (record.event_from_json(e.event, e.data, Actor(Role(e.role), e.actor, e.door)), e.at)
        for e in queries.journal(introduction_id)
    ]


def requester_page(link_id: str, token: str, now: datetime) -> RequesterPage:
    """Return the requester's page: their face, never the target's answer. Raises `nothing_here`."""
    link = links.find("requester", link_id, token, now)
    return _requester_page(link.introduction, link.pk, now)


def requester_pages(requester_key: str, now: datetime) -> list[RequesterPage]:
    """Return all requests of one proved address, newest first."""
    rows = Introduction.objects.filter(requester_key=requester_key).exclude(requester_key="")
    shown = rows.exclude(state__in=[State.UNVERIFIED, State.DISCARDED])
    return [_requester_page(row, "", now) for row in shown.order_by("-opened_at")]


def requester_key(link_id: str, token: str, now: datetime, purpose: str = "requester") -> str:
    """Return the blind key of the address that this link proves. Raises `nothing_here`."""
    return links.asker_key(links.find(purpose, link_id, token, now).introduction)


def target_page(link_id: str, token: str, now: datetime) -> TargetPage:
    """Return the target's page with what may be pressed now. Raises `nothing_here`."""
    link = links.find("target", link_id, token, now)
    row, side = link.introduction, link.side
    snapshot = record.from_json(row.snapshot)
    connector = people.connector_by_id(row.connector_id)
    card_id, other_id = (row.first_id, row.target_id) if side == "first" else (row.target_id, row.first_id)
    card = people.card(row.connector_id, card_id) if card_id else None
    approval: dict[str, str] = sealing.get_json(row, "approval") or {}
    kept: dict[str, str] = sealing.get_json(row, "answer_words") or {}
    blind = bool(approval.get("blind")) and not kept.get("unveiled") and snapshot.introduced_at is None
    may = _target_acts(snapshot, side, now)
    asks = side == Side.FIRST and snapshot.side is Side.SECOND
    view = requester_view(snapshot.face, now)
    if asks and "confirm" in view.acts:
        may = (*may, "confirm")
    ended = "" if may else _face_ended(view) if asks else _how_it_ended(snapshot)
    # Who waits for the other side's answer is shown nothing that an erasure would take away.
    waits = asks and snapshot.introduced_at is None
    shows = not ended and not waits and link.purpose == "target"
    address = (people.address_of(card_id) if card_id else None) or ""
    return TargetPage(
        introduction=row.pk,
        link=link.pk,
        side=side,
        # Who said yes first waits like any requester: nothing on their page tells of the other's answer (quiet-no).
        state=_face_state(view) if asks else State(row.state),
        turn=view.turn if asks else snapshot.turn,
        may=may,
        connector_name=connector.name if connector else "",
        connector_handle=connector.handle if connector else "",
        addressee=addresses.partly(address) if address else "",
        target_name=card.name if card else "",
        other_name="" if blind or waits else _other_name(row, other_id),
        address_partly=addresses.partly(address) if address else "",
        approval=approval if shows else {},
        words=(sealing.get_json(row, "words") or {}) if shows else {},
        answer="yes" if asks else snapshot.answer,
        answer_until=None if asks else snapshot.answer_until,
        blind=blind,
        quiet=link.purpose == "quiet",
        ended=ended,
        language=connector.language if connector else "en",
        zone=connector.zone if connector else "UTC",
        introduced_at=snapshot.introduced_at,
        late_yes=snapshot.late_yes and not asks,
        addressed=asks or snapshot.addressed,
        hears_by=view.hears_by if waits else None,
        as_draft=snapshot.as_draft and not asks,
    )


def digest_lines(connector_id: str, since: datetime, now: datetime) -> Iterator[DigestLine]:
    """Yield what is new since an instant, and what waits now."""
    news = dict(_news(connector_id, since))
    for row in _on_desks(connector_id):
        newest = news.get(row.pk, "")
        if newest or listing.waits(row, now):
            names = listing.names(row)
            yield DigestLine(row.pk, names[0], names[1], row.state, row.opened_at, newest)


@prepared
def _on_desk(introduction_id: str, connector_id: str) -> QuerySet[Introduction]:
    return Introduction.objects.filter(pk=introduction_id, connector_id=connector_id).exclude(state__in=HIDDEN)


@prepared
def _on_desks(connector_id: str) -> QuerySet[Introduction]:
    rows = Introduction.objects.filter(connector_id=connector_id).exclude(state__in=HIDDEN)
    return rows.order_by("opened_at")


@prepared
def _news(connector_id: str, since: datetime) -> QuerySet[JournalEntry, tuple[str, str]]:
    """Introductions and their events, each one's newest last."""
    entries = JournalEntry.objects.filter(introduction__connector_id=connector_id, event__in=_NEWS, at__gte=since)
    return entries.order_by("introduction_id", "seq").values_list("introduction_id", "event")


def _other_name(row: Introduction, other_id: str | None) -> str:
    if other_id and row.first_id:
        card = people.card(row.connector_id, other_id)
        return card.name if card else ""
    person: dict[str, str] = sealing.get_json(row, "requester") or {}
    return person.get("name", "")


def _desk_acts(snapshot: Snapshot, notable: tuple[str, ...]) -> tuple[str, ...]:
    acts = DESK_ACTS.get(snapshot.state or State.ERASED, ())
    by_hand = snapshot.channel == "by_hand" and snapshot.side not in snapshot.asked
    leaves = {
        "by_hand": snapshot.state is State.AGREED or by_hand,
        "give_address": not snapshot.addressed,
        "note_answer": bool(notable),
        "confirm": snapshot.reachable_again and not snapshot.chapter_opened and "connector" not in snapshot.confirmed,
        "pass_on": snapshot.may_pass_on,
        "introduce_again": snapshot.introductions == 1 and snapshot.origin is not Origin.RECORDED,
        "send_again": snapshot.origin is not Origin.RECORDED,
        "talk": snapshot.approved_at is None,
        "return": snapshot.approved_at is None,
    }
    return tuple(act for act in acts if leaves.get(act, True))


def _target_acts(snapshot: Snapshot, side: str, now: datetime) -> tuple[str, ...]:
    """Return the answers and acts that the table would take from this side now."""
    if snapshot.introduced_at is not None:
        return ("how_it_went",) if snapshot.state is not State.ERASED else ()
    kinds = ("yes", "their_details", "later", "no", "never", "undo", "not_me")
    return takes.answers(snapshot, {kind: kind for kind in kinds}, Role.LINK_HOLDER, (side,), now)


def _how_it_ended(snapshot: Snapshot) -> str:
    """Return one of two words, which say nothing about who or why: it was withdrawn, or it has ended (A8, A9).

    Where their own answer ended it, the answer is what the page shows: no word at all.
    """
    if snapshot.state is State.WITHDRAWN:
        return "no_longer_needed"
    return "" if snapshot.answer and snapshot.state not in _ENDED_BY_OTHERS else "ended"


_ENDED_BY_OTHERS = (State.LAPSED, State.ERASED)


def _face_ended(view: View) -> str:
    return "ended" if view.stage in {"not_this_time", "withdrawn"} else ""


def _face_state(view: View) -> State:
    """Return the state that a view shows, which before the introduction is one of three."""
    shown = {"on_its_way": State.ASKING, "not_this_time": State.REFUSED, "once_more": State.AGREED}
    return shown.get(view.stage) or State(view.stage)


def _journal(entries: Iterable[JournalEntry]) -> Iterator[JournalLine]:
    for entry in entries:
        who = entry.actor if entry.role in {"connector", "delegate"} else ""
        yield JournalLine(entry.seq, entry.event, entry.at, f"{entry.role}:{who}", entry.door)


_WROTE = {"requester_wrote": "requester", "target_wrote": "target", "says_wrote": ""}


def _thread(entries: Iterable[JournalEntry], snapshot: Snapshot) -> Thread | None:
    seen = [one for one in entries if one.event in _WROTE]
    if not seen or snapshot.introduced_at is None:
        return None
    dates = [one.data["meeting"] for one in seen if one.data.get("meeting")]
    return Thread(
        after=seen[0].at - snapshot.introduced_at,
        by=_WROTE[seen[0].event],
        copied=next((one.data["copied"] for one in reversed(seen) if one.data.get("copied")), ""),
        meeting=datetime.fromisoformat(dates[-1]) if dates else None,
    )


def _letters(row: Introduction) -> Iterator[LetterLine]:
    letters = list(Letter.objects.filter(introduction=row).order_by("due_at"))
    as_drafts = draft_states(letters)
    for letter in letters:
        yield LetterLine(letter.kind, letter.side, as_drafts.get(letter.pk, letter.state), letter.at)


def _not_before(row: Introduction, now: datetime) -> date | None:
    """Return when it is roughly fair to ask the target again; who asked them last, and when, is not said (A5)."""
    if not row.target_id or row.state not in {State.WAITING, State.ASKING, State.REFUSED}:
        return None
    terms = record.from_json(row.snapshot).terms
    return pairs.fair_from(row.community_id, row.target_keys, row.pk, now, terms)


def _requester_page(row: Introduction, link: str, now: datetime) -> RequesterPage:
    snapshot = record.from_json(row.snapshot)
    view = requester_view(snapshot.face, now)
    connector = people.connector_by_id(row.connector_id)
    said: dict[str, str] = sealing.get_json(row, "words") or {}
    help_or_word: dict[str, str] = sealing.get_json(row, "consolation") or {}
    introduced = view.stage in {"introduced", "connected", "awaiting_outcome", "unreported", "closed"}
    # In an offer whoever writes first has this page, and meets the other of the two.
    other_id, whom = (row.first_id, "name") if row.writer == "second" else (row.target_id, "target")
    card = people.card(row.connector_id, other_id) if introduced and other_id else None
    return RequesterPage(
        introduction=row.pk,
        link=link,
        view=view,
        turn=view.turn,
        connector_name=connector.name if connector else "",
        connector_handle=connector.handle if connector else "",
        whom=said.get(whom, ""),
        words=said,
        help=help_or_word if view.stage in {"returned", "talking"} else {},
        consolation=help_or_word if view.stage in {"declined", "lapsed", "not_this_time"} else {},
        target_name=card.name if card else "",
        language=row.language,
        zone=row.zone,
        outcome=snapshot.outcome if introduced else "",
        missed_at=snapshot.face.missed_at,
        proposed=_proposed(row, now) if view.stage == "introduced" else (),
        hands_off=view.stage == "introduced" and _hands_off(row),
    )


def _proposed(row: Introduction, now: datetime) -> tuple[datetime, ...]:
    answers: dict[str, str] = sealing.get_json(row, "answer_words") or {}
    return zones.proposed(now, zone_of_other(row, answers))


def _hands_off(row: Introduction) -> bool:
    approval: dict[str, str] = sealing.get_json(row, "approval") or {}
    return hands_off(approval)
