"""The pair that may be asked once, the slot that keeps asks apart, and the wishes that come first (A4, A5, B4)."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from itertools import product

from django.db.models import Q
from django.utils.translation import gettext as _

from twoyes.introductions import mailing, protocol, queries
from twoyes.introductions.models import AskedPair, Introduction, SendAttempt
from twoyes.introductions.protocol import Event, record
from twoyes.lib import prepared, sealing
from twoyes.lib.errors import Refused
from twoyes.people import front as people


def keys_of_card(card_id: str) -> tuple[str, ...]:
    """Return every key of the person on a card: of each address, of those that they proved to be theirs, of the card.

    A card may have no address (A17, A18).
    """
    return (*sorted(people.linked(people.keys_of(card_id))), key_of_bare_card(card_id))


def key_of_bare_card(card_id: str) -> str:
    """Return the key of a card itself, by which a person without an address is known."""
    return sealing.index("card", card_id)


def asked_keys(row: Introduction, side: str) -> list[str]:
    """Return the address keys of the person on `side` of an ask."""
    keys: list[str] = row.asker_keys if side == "first" else row.target_keys
    return keys


def asked_card(row: Introduction, side: str) -> str | None:
    """Return the card of the person on `side` of an ask; None where there is none."""
    return row.first_id if side == "first" else row.target_id


def other_keys(row: Introduction, side: str) -> list[str]:
    """Return the address keys of the person whom the ask to `side` is about."""
    keys: list[str] = row.target_keys if side == "first" else row.asker_keys
    return keys


def combinations(row: Introduction) -> set[tuple[str, str]]:
    """Return every ordered pair of both people's keys, one of them never being the other."""
    couples = product(row.asker_keys, row.target_keys)
    return {(min(a, b), max(a, b)) for a, b in couples if a != b}


def taken_by(row: Introduction) -> str:
    """Return the id of another introduction that holds this pair, or ""."""
    return next((holder for holder in _held(row).values() if holder != row.pk), "")


def _held(row: Introduction) -> dict[tuple[str, str], str]:
    """Return who holds which of the pairs of these two people."""
    held = queries.held_pairs(row.community_id, sorted({*row.asker_keys, *row.target_keys}))
    wanted = combinations(row)
    return {(low, high): holder for low, high, holder in held if (low, high) in wanted}


def take(row: Introduction, *, agreed: bool = False) -> None:
    """Write the pair for good, for every combination of both people's keys. Raises `Refused` `pair` if it is held.

    The people are locked by now, so that nobody takes it between the look and the writing; the constraint
    `asked_pair` stands behind that. Where the answer is `agreed` already nobody is asked by it, so that another may
    hold the pair too: two asks that were out when their cards were merged both count (A19).
    """
    held = _held(row)
    if not agreed and set(held.values()) - {row.pk}:
        raise Refused("pair", _("These two cannot be asked about each other."), rule="A4")
    free = sorted(combinations(row) - set(held))
    community = row.community_id
    prepared.insert(*(AskedPair(community_id=community, low=low, high=high, introduction=row.pk) for low, high in free))


def release(row: Introduction, snapshot: protocol.Introduction) -> None:
    """Give pair and slot back: a 5xx in our own session says that nothing was handed over.

    A later chapter keeps the pair, since it was used in an earlier one.
    """
    free_slot(row)
    if not snapshot.asked and not row.chapter_of:
        AskedPair.objects.filter(introduction=row.pk).delete()


def hand_on(old: str, new: str) -> None:
    """Let the next chapter hold the pair: its one ask is the one that the target invited."""
    AskedPair.objects.filter(introduction=old).update(introduction=new)


def slot_for(row: Introduction, side: str, now: datetime, spacing: protocol.Terms) -> datetime | None:
    """Return the instant before which this person may not be asked, or None when a time is fair now.

    Of two connectors' spacings the stricter holds: the one that stood when they were last asked, or ours.
    """
    return slot_among(asked(row, side), row.pk, now, spacing, invited=row.chapter_of)


def asked(row: Introduction, side: str) -> list[people.Subject]:
    """Return who is asked on `side`, under every key, locked."""
    return people.lock_subjects(row.community_id, asked_keys(row, side))


def slot_among(
    subjects: Iterable[people.Subject],
    introduction: str,
    now: datetime,
    spacing: protocol.Terms,
    *,
    invited: str = "",
) -> datetime | None:
    """Do as `slot_for`, with the subjects locked already.

    How often at most they wish to be asked counts beside the spacings, but for a chapter that they `invited` by a
    date of their own, which is the later word.
    """
    latest: datetime | None = None
    known = list(subjects)
    every = max((subject.every_months for subject in known), default=0)
    for subject in known:
        if subject.slot == introduction or subject.next_ask_at is None:
            continue
        fair = subject.next_ask_at
        last = _last_asked(subject.slot, subject.key)
        if last is not None:
            wished = last if subject.slot == invited else months_after(last, every)
            fair = max(fair, last + spacing.spacing, wished)
        if fair > now and (latest is None or fair > latest):
            latest = fair
    return latest


def fair_from(
    community_id: str, keys: Iterable[str], introduction: str, now: datetime, spacing: protocol.Terms
) -> date | None:
    """Return from when it is fair to ask this person, roughly, or None where it is now. For a look alone.

    What others asked reaches nobody as a day: it is the first, eleventh or twenty-first of a month, and never too
    early (A5, no-leak).
    """
    slot = slot_among(people.subjects(community_id, keys), introduction, now, spacing)
    return None if slot is None else roughly(slot)


def roughly(at: datetime) -> date:
    """Return the beginning of the next early, middle or late part of a month."""
    day = at.astimezone(UTC).date()
    for begin in (1, 11, 21):
        if day.day <= begin:
            return day.replace(day=begin)
    return months_after(datetime.combine(day.replace(day=1), time(), UTC), 1).date()


def months_after(at: datetime, months: int) -> datetime:
    """Return the same day so many months on, or the last of that month."""
    year, month = divmod(at.year * 12 + at.month - 1 + months, 12)
    return at.replace(year=year, month=month + 1, day=min(at.day, monthrange(year, month + 1)[1]))


def _last_asked(introduction_id: str, key: str) -> datetime | None:
    """Return when the person with this key was asked in that introduction; letters to others do not count."""
    asks = SendAttempt.objects.filter(
        letter__introduction_id=introduction_id, letter__kind__in=mailing.AT_MOST_ONCE, phase="xmit"
    )
    found = asks.order_by("-at").values_list("at", "letter__side", "letter__introduction__asker_keys")
    return next((at for at, side, askers in found if (side == "first") == (key in askers)), None)


def take_slot(row: Introduction, side: str, now: datetime, spacing: protocol.Terms) -> None:
    """Keep the next ask to this person away, whoever makes it."""
    take_slot_of(asked(row, side), row.pk, now, spacing)


def take_slot_of(subjects: Iterable[people.Subject], introduction: str, now: datetime, spacing: protocol.Terms) -> None:
    """Do as `take_slot`, with the subjects locked already."""
    mine = [subject.pk for subject in subjects]
    people.take_slot(mine, next_ask_at=now + spacing.spacing, slot=introduction)


def free_slot(row: Introduction) -> None:
    """Give back the slots that this introduction holds."""
    both = people.lock_subjects(row.community_id, {*row.asker_keys, *row.target_keys})
    for subject in both:
        if subject.slot == row.pk:
            next_ask_at, holder = _slot_left(row, subject.key)
            people.take_slot([subject.pk], next_ask_at=next_ask_at, slot=holder)


def _slot_left(row: Introduction, key: str) -> tuple[datetime | None, str]:
    """Return the slot of another ask to this person, which counts again when this one was not handed over (A19)."""
    holding = AskedPair.objects.filter(Q(low=key) | Q(high=key), community_id=row.community_id)
    holders = Introduction.objects.filter(pk__in=holding.exclude(introduction=row.pk).values("introduction"))
    last: tuple[datetime, str] | None = None
    for holder in holders:
        at = _last_asked(holder.pk, key)
        if at is not None and (last is None or at + _spacing(holder) > last[0]):
            last = at + _spacing(holder), holder.pk
    return last or (None, "")


def _spacing(row: Introduction) -> timedelta:
    return record.from_json(row.snapshot).terms.spacing


def share(
    community_id: str, keys: Iterable[str], *, connector_id: str, now: datetime, cards: Iterable[str] = ()
) -> None:
    """Let pair, slot and wishes of each of these keys count for all of them: they are one person, or may be (A17, A20).

    The people must be locked; `cards` are theirs, whose own keys are among the keys. Nothing that was taken is given
    back, and no ask is opened again (A19).
    """
    mine = sorted(set(keys))
    by_card = {key_of_bare_card(card): card for card in cards}
    _share_pairs(community_id, mine)
    _share_slot(community_id, mine)
    people.share_wishes(community_id, mine, connector_id=connector_id, at=now)
    people.share_preferences(community_id, mine, cards=by_card, at=now)


def _share_pairs(community_id: str, mine: list[str]) -> None:
    held: dict[str, dict[str, str]] = {}
    rows = AskedPair.objects.filter(Q(low__in=mine) | Q(high__in=mine), community_id=community_id)
    for low, high, holder in rows.values_list("low", "high", "introduction"):
        own, other = (low, high) if low in mine else (high, low)
        if other not in mine:
            held.setdefault(other, {})[own] = holder
    opened = dict(Introduction.objects.filter(pk__in=_holders(held)).values_list("pk", "opened_at"))
    missing = []
    for other, by_key in held.items():
        first = min(by_key.values(), key=lambda holder: (opened[holder], holder))
        for key in set(mine) - set(by_key):
            low, high = min(key, other), max(key, other)
            missing.append(AskedPair(community_id=community_id, low=low, high=high, introduction=first))
    AskedPair.objects.bulk_create(missing)


def _holders(held: Mapping[str, Mapping[str, str]]) -> set[str]:
    return {holder for by_key in held.values() for holder in by_key.values()}


def _share_slot(community_id: str, mine: list[str]) -> None:
    """The latest of all their slots counts; whoever asked last holds it, so that the stricter spacing is found."""
    subjects = people.lock_subjects(community_id, mine)
    taken = [(subject, _last_asked(subject.slot, subject.key)) for subject in subjects if subject.next_ask_at]
    if not taken:
        return
    latest = max(subject.next_ask_at for subject, _at in taken if subject.next_ask_at)
    longest_ago = datetime.min.replace(tzinfo=UTC)
    last, _at = max(taken, key=lambda one: (one[1] or longest_ago, one[0].next_ask_at or longest_ago))
    people.take_slot([subject.pk for subject in subjects], next_ask_at=latest, slot=last.slot)


def forbidden(row: Introduction, side: str) -> str:
    """Return what forbids this ask: "erased", "never", "not_me", or "". There is no override (wishes-first)."""
    found = people.forbidding(
        row.community_id,
        asked_keys(row, side),
        requester_keys=other_keys(row, side),
        connector_id=row.connector_id,
    )
    return found or ""


def consent(row: Introduction, side: str) -> people.Consent:
    """Return what `forbidden` says, and what else the ask to this side needs of people, all in one query."""
    return people.consent(
        row.community_id,
        asked_keys(row, side),
        requester_keys=other_keys(row, side),
        concerned=people.Concerned(row.approver, row.connector_id, asked_card(row, side)),
    )


def welcome(row: Introduction, side: str) -> bool:
    """Say whether the person on `side` said yes in advance to what this connector brings."""
    return people.standing_yes(
        row.community_id,
        asked_keys(row, side),
        requester_keys=other_keys(row, side),
        connector_id=row.connector_id,
    )


def still_welcome(row: Introduction) -> bool:
    """Say whether the yes in advance that an agreement rests on still stands (invariant two-yeses)."""
    return welcome(row, "second" if row.origin == "offered" else "target")


def set_wish(row: Introduction, event: Event, now: datetime) -> None:
    """Note the wish that an answer sets: `never` in the scope that was chosen, `not_me` towards everybody."""
    scope = "anyone" if event.kind == "not_me" else event.text("scope", "this_person")
    side = event.text("side")
    about = {"anyone": [""], "this_connector": [row.connector_id], "this_person": other_keys(row, side)}[scope]
    for one in about:
        people.wish(
            row.community_id,
            asked_keys(row, side),
            kind="not_me" if event.kind == "not_me" else "never",
            scope=scope,
            about=one,
            introduction=row.pk,
            at=now,
        )
