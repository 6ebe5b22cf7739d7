"""What is known of whoever asks: how long and how often, what became of earlier requests, what they gave (K1, K2, K5).

Unknown is not zero: what no source could have shown counts for nothing and against nobody (K1). And what counts against
somebody they read first: a word that is owed, or a missed date, counts a week after they were told, for a year.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Q, QuerySet

from twoyes.introductions.models import Introduction, JournalEntry
from twoyes.introductions.protocol import Introduction as Snapshot
from twoyes.introductions.protocol import View, record, requester_view
from twoyes.lib import limits
from twoyes.network import front as network
from twoyes.people import front as people
from twoyes.policy import front as policy

# These ask how well the two know each other; without one of them nobody looks at mail for it.
_OF_KNOWING = frozenset(("not_known", "too_new", "too_few_weeks", "talk_first", "places"))
_INTRODUCED = frozenset(("introduced", "connected", "awaiting_outcome", "closed", "unreported", "once_more"))
# What was read three months ago says little of whom one got to know since.
_FRESH = timedelta(days=92)
_MONTH = 30


@dataclass(frozen=True, slots=True)
class Standing:
    """Facts in numbers, through one connector: requests and what became of them, what is open, owed, missed, given.

    `outcomes` are codes of what they reported, oldest first. `owed` and `no_shows` are what counts against them now,
    and `answered` missed dates for which they answered. Never a grade.
    """

    requests: int = 0
    introduced: int = 0
    open: int = 0
    owed: int = 0
    no_shows: int = 0
    answered: int = 0
    gave: int = 0
    outcomes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Knowing:
    """How well a connector knows somebody; None is what nobody can tell. `read_months` is how far sources go back."""

    known: bool | None = None
    months: int | None = None
    weeks: int | None = None
    read_months: int = 0


def keys_of(row: Introduction) -> tuple[str, ...]:
    """Return every key of whoever asks: what they proved is theirs, and what stands beside it on a card (A17)."""
    mine = [key for key in (row.requester_key, *row.asker_keys) if key]
    return tuple(sorted(people.linked(people.keys_beside(row.connector_id, mine)))) if mine else ()


def proved_keys(row: Introduction) -> tuple[str, ...]:
    """Return the keys that whoever asks has proved: what they are shown rests on nothing else."""
    return tuple(sorted(people.linked([row.requester_key]))) if row.requester_key else ()


def others(row: Introduction, keys: Collection[str]) -> QuerySet[Introduction]:
    """Return what else was asked through this connector under these keys, and was proved."""
    theirs = Introduction.objects.filter(connector_id=row.connector_id, requester_key__in=keys).exclude(pk=row.pk)
    return theirs.exclude(requester_key="").exclude(state__in=["unverified", "discarded", "draft"])


def standing(row: Introduction, keys: Collection[str], now: datetime) -> Standing:
    """Gather what became of their other requests, by their own view and never by the true state (quiet-no)."""
    theirs = list(others(row, keys).order_by("opened_at").values_list("pk", "snapshot"))
    read = [record.from_json(snapshot) for _pk, snapshot in theirs]
    views = [requester_view(one.face, now) for one in read]
    told = [entry.data.get("outcome", "") for entry in _outcomes([pk for pk, _snapshot in theirs])]
    return Standing(
        requests=len(views),
        introduced=sum(view.stage in _INTRODUCED for view in views),
        open=sum(view.open for view in views),
        owed=sum(_is_owed(view, now) for view in views),
        no_shows=sum(counts(one.missed_at, now) and not one.mended for one in read),
        answered=sum(_is_answered(one, now) for one in read),
        gave=_gave(row, keys),
        outcomes=tuple(told),
    )


def knowing(connector_id: str, keys: Collection[str], now: datetime) -> Knowing:
    """Say how well the connector's own sources and word show somebody; the word counts before all else (K1, K2)."""
    seen = network.evidence(connector_id, keys)
    read = network.read_from(connector_id)
    known, today = _known(seen, now.date()), now.date()
    if known is None:
        return Knowing()
    if not known:
        return Knowing(False, 0, 0, _months(read, today) or 0)
    dated = seen.facts.known_since if _dated_by_hand(seen) else None
    by_word = seen.facts.how_well == "well"
    reaches = _months(read, today) or 0
    if dated is not None:
        return Knowing(True, _months(dated, today), None if by_word else _weeks(seen), max(reaches, 10_000))
    months = None if by_word else _months(seen.facts.known_since, today)
    return Knowing(True, months, None if by_word else _weeks(seen), reaches)


def wants_knowing(rules: policy.HouseRules) -> bool:
    """Say whether a chosen rule asks how well the two know each other."""
    return not _OF_KNOWING.isdisjoint(rules.chosen)


def _known(seen: network.Evidence, today: date) -> bool | None:
    said = seen.facts.how_well
    if said:
        return said != "by_name"
    if seen.word or seen.facts.weeks_wrote or seen.facts.meetings:
        return True
    fresh = seen.facts.until is not None and today - seen.facts.until <= _FRESH
    # A card alone says nothing of how well, and mail that ended long ago nothing of today.
    if not fresh or "address_book" in seen.sources or seen.facts.sight is network.Sight.UNREAD:
        return None
    return False


def _dated_by_hand(seen: network.Evidence) -> bool:
    """Whether the first day that is known was written by somebody, and is not only where the mail begins."""
    first = seen.contact[0] if seen.contact else None
    return seen.facts.known_since is not None and (first is None or seen.facts.known_since < first)


def _weeks(seen: network.Evidence) -> int | None:
    return seen.facts.weeks_wrote if seen.facts.sight is network.Sight.SEEN else None


def _months(since: date | None, today: date) -> int | None:
    return None if since is None else (today - since).days // _MONTH


def counts(told_at: datetime | None, now: datetime) -> bool:
    """Say whether what somebody was told at that instant counts against them now: after a week, for a year (K5)."""
    return told_at is not None and limits.HEARD_FIRST <= now - told_at < limits.COUNTS_FOR


def _is_owed(view: View, now: datetime) -> bool:
    # Asked twice in four weeks, it shows as never told from then on, and that has been heard long since.
    unreported = view.stage == "unreported" and view.since is not None and now - view.since < limits.COUNTS_FOR
    return unreported or (view.stage == "awaiting_outcome" and counts(view.since, now))


def _is_answered(one: Snapshot, now: datetime) -> bool:
    return bool(one.mended) and one.missed_at is not None and now - one.missed_at < limits.COUNTS_FOR


def _outcomes(introductions: Collection[str]) -> QuerySet[JournalEntry]:
    return JournalEntry.objects.filter(introduction_id__in=introductions, event="outcome").order_by("at", "seq")


def _gave(row: Introduction, keys: Collection[str]) -> int:
    """Count the introductions through this connector in which they were the one who was asked, and said yes."""
    cards = people.cards_with(keys, owner_id=row.connector_id) if keys else []
    asked = Introduction.objects.filter(Q(target_id__in=cards), connector_id=row.connector_id).exclude(pk=row.pk)
    return sum(record.from_json(one).introduced_at is not None for one in asked.values_list("snapshot", flat=True))
