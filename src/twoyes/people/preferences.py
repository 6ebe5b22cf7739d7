"""What somebody would like to be asked, and how often: their own words, by keyed hashes across all books (B4, A5).

Where two of their addresses say two things, the stricter holds. Only who has them in a book reads the words.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import Q, QuerySet

from twoyes.lib import sealing
from twoyes.lib.prepared import prepared
from twoyes.people.models import Preference, Subject

# How somebody may be met; `other` is whatever a request says in words.
FORMATS = ("call", "video", "coffee", "meal", "interview", "mail")
EVERY = (1, 3, 6, 12)
# Two addresses of one person named formats of which none is the same: nothing fits any more.
NONE_LEFT = "none"


@dataclass(frozen=True, slots=True)
class Topics:
    """What is welcome and what is not, one a line, and the formats that somebody takes; () for any."""

    welcome: str = ""
    unwelcome: str = ""
    formats: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.welcome or self.unwelcome or self.formats)


@dataclass(frozen=True, slots=True)
class Limits:
    """At most one ask in so many months (0: nothing said), and whether they stand in no list."""

    every_months: int = 0
    not_listed: bool = False


NO_TOPICS, NO_LIMITS = Topics(), Limits()


def topics(community_id: str, keys: Iterable[str], *, connector_id: str) -> Topics:
    """Return what holds for this connector: what was said to them and to everybody here, the stricter of the two."""
    found = NO_TOPICS
    for row in _concerning(community_id, sorted(set(keys)), ["", connector_id]):
        found = stricter(found, _read(row))
    return found


def topics_said(community_id: str, keys: Iterable[str]) -> dict[str, Topics]:
    """Return what was said to each connector, by their id, and to everybody here ("")."""
    found: dict[str, Topics] = {}
    for row in Preference.objects.filter(community_id=community_id, subject_key__in=list(keys)).order_by("pk"):
        found[row.about] = stricter(found.get(row.about, NO_TOPICS), _read(row))
    return found


def say_topics(community_id: str, keys: Iterable[str], said: Topics, *, about: str, at: datetime) -> None:
    """Put this in place of what was said to this connector ("" for everybody); nothing at all takes it away.

    The people must be locked.
    """
    mine = sorted(set(keys))
    Preference.objects.filter(community_id=community_id, subject_key__in=mine, about=about).delete()
    if said:
        Preference.objects.bulk_create(_row(community_id, key, about, said, at) for key in mine)


def limits(community_id: str, keys: Iterable[str]) -> Limits:
    """Return how often at most, and whether they are listed: the stricter of what their addresses say."""
    found = NO_LIMITS
    for row in subjects(community_id, keys):
        found = Limits(max(found.every_months, row.every_months), found.not_listed or row.not_listed)
    return found


def say_limits(community_id: str, keys: Iterable[str], said: Limits, *, cards: Mapping[str, str]) -> None:
    """Put this in place of what was said; the people must be locked. `cards` are the cards known by one of the keys."""
    for key in sorted(set(keys)):
        known = {"card": cards[key]} if key in cards else {}
        rows = Subject.objects.filter(community_id=community_id, key=key)
        rows.update(every_months=said.every_months, not_listed=said.not_listed, **known)


def share_preferences(community_id: str, keys: Iterable[str], *, cards: Mapping[str, str], at: datetime) -> None:
    """Let what one of these keys wishes hold for all of them: they are one person, or may be (A17, A20).

    The people must be locked. Of two things that were said the stricter is kept.
    """
    mine = sorted(set(keys))
    if (held := limits(community_id, mine)) != NO_LIMITS:
        say_limits(community_id, mine, held, cards=cards)
    for about, said in topics_said(community_id, mine).items():
        say_topics(community_id, mine, said, about=about, at=at)


def forget_topics(keys: Iterable[str]) -> None:
    """Delete every word that was said under one of these keys."""
    Preference.objects.filter(subject_key__in=sorted(set(keys))).delete()


def forget_limits(keys: Iterable[str]) -> None:
    """Take back what these people said of how often, and of lists."""
    wishing = Subject.objects.filter(key__in=list(keys)).filter(Q(every_months__gt=0) | Q(not_listed=True))
    wishing.update(every_months=0, not_listed=False)


def forget_said_to(connector_id: str) -> None:
    """Delete what was said to a connector who leaves."""
    Preference.objects.filter(about=connector_id).delete()


def subjects(community_id: str, keys: Iterable[str]) -> Sequence[Subject]:
    """Return what is known of these people, unlocked: for a look, never for a decision that others may race."""
    return _subjects(community_id, sorted(set(keys)))


def lists_nowhere() -> QuerySet[Subject]:
    """Return everybody who asked to stand in no list."""
    return Subject.objects.filter(not_listed=True)


def limited(community_id: str, keys: Sequence[str], connector_id: str) -> QuerySet[Preference]:
    """Return the rows that say which topics and formats hold for an ask through this connector."""
    concerning = Preference.objects.filter(Q(about="") | Q(about=connector_id), subject_key__in=keys)
    return concerning.filter(community_id=community_id)


def stricter(one: Topics, other: Topics) -> Topics:
    """Return both together: every unwelcome topic, and of the formats those that both take."""
    formats = one.formats or other.formats
    if one.formats and other.formats:
        formats = tuple(kind for kind in FORMATS if kind in one.formats and kind in other.formats) or (NONE_LEFT,)
    return Topics(_both(one.welcome, other.welcome), _both(one.unwelcome, other.unwelcome), formats)


def _both(one: str, other: str) -> str:
    return "\n".join(dict.fromkeys(line for line in [*one.splitlines(), *other.splitlines()] if line.strip()))


def _row(community_id: str, key: str, about: str, said: Topics, at: datetime) -> Preference:
    row = Preference(community_id=community_id, subject_key=key, about=about, formats=" ".join(said.formats), at=at)
    if said.welcome or said.unwelcome:
        sealing.put_json(row, "words", {"welcome": said.welcome, "unwelcome": said.unwelcome})
    return row


def _read(row: Preference) -> Topics:
    words: dict[str, str] = (sealing.get_json(row, "words") or {}) if row.words else {}
    return replace(NO_TOPICS, **words, formats=tuple(row.formats.split()))


@prepared
def _concerning(community_id: str, keys: list[str], abouts: list[str]) -> QuerySet[Preference]:
    rows = Preference.objects.filter(community_id=community_id, subject_key__in=keys, about__in=abouts)
    return rows.order_by("pk")


@prepared
def _subjects(community_id: str, keys: list[str]) -> QuerySet[Subject]:
    return Subject.objects.filter(community_id=community_id, key__in=keys).order_by("key")
