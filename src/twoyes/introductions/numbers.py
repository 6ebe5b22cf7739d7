"""What became of a connector's own introductions, counted from the journal: a few queries, however many there are.

A chapter belongs to the month in which it reached the desk. Only what this connector may know is counted, so nothing of
another's book is in it; what ended with an erasure is in no number.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from statistics import median
from zoneinfo import ZoneInfo

from django.db.models import Min

from twoyes.introductions.models import Introduction, JournalEntry
from twoyes.introductions.protocol import Origin, State
from twoyes.introductions.records import HIDDEN, News
from twoyes.lib import sealing
from twoyes.people import front as people

# What somebody may say happened: that they met, and that something came of it (DESIGN, Forms).
MET = frozenset("met scheduled".split())
BECAME = frozenset("in_talks hired funded partnership customer published advice".split())
# What was told, by which event: whoever wrote first, and the other. Where the line of each is kept.
TOLD_IN = {"outcome": "outcome_words", "how_it_went": "how_it_went"}
STEPS = ("asked", "approved", "yes", "introduced", "met", "became")
# More people than one looks at; the rest is in the sums.
_MOST = 20

_DECISIONS = ("approve", "decline", "return", "talk", "pass_on")
_OUT = ("sent", "unknown", "by_hand")
_NO = ("no", "noted_no", "never", "noted_never", "not_me")
_ANSWERS = ("yes", "noted_yes", *_NO, *"later noted_later their_details noted_their_details".split())
_LOOKED_AT = (*_DECISIONS, *_OUT, *_ANSWERS, "hold_over", "silence")
# How a chapter that led nowhere ended. A refusal was said, or nobody said anything, or the ask did not reach them.
NOES = ("declined", "no", "later", "silence", "not_reached", "withdrawn", "lapsed")
_ENDED = {
    State.DECLINED: "declined",
    State.DEFERRED: "later",
    State.UNDELIVERABLE: "not_reached",
    State.WITHDRAWN: "withdrawn",
    State.LAPSED: "lapsed",
}


@dataclass(frozen=True, slots=True)
class Load:
    """How often one person was asked through this connector, when last, and how often they said yes."""

    card: str
    name: str
    asks: int
    yes: int
    last: datetime


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks: how many requests, how many became introductions, and of how many they told what happened."""

    name: str
    requests: int
    introduced: int
    told: int


@dataclass(frozen=True, slots=True)
class Numbers:
    """Counts of chapters that reached the desk in a time. Times are medians, None where there is nothing to count.

    `news` are the latest, `became` counts the best that was told of each, by the codes of MET and BECAME.
    `steps` and `months` count, by `STEPS`, how far chapters came; `noes` by which end those came to that led nowhere.
    """

    steps: Mapping[str, int]
    months: Sequence[tuple[str, Mapping[str, int]]]
    noes: Mapping[str, int]
    to_decide: timedelta | None
    to_answer: timedelta | None
    load: Sequence[Load]
    askers: Sequence[Asker]
    news: Sequence[News]
    became: Mapping[str, int]


@dataclass(slots=True)
class _Chapter:
    """One chapter, with the first instant of each kind of event, and what was said to have happened."""

    id: str
    origin: str
    state: str
    opened_at: datetime
    cards: Mapping[str, str | None]
    asker: str
    asked: Sequence[str]
    introduced: bool
    approved: bool
    first: dict[str, datetime] = field(default_factory=dict)
    told: list[tuple[datetime, str, str]] = field(default_factory=list)

    @property
    def said(self) -> set[str]:
        """Every outcome that either of them told."""
        return {outcome for _at, outcome, _event in self.told}

    @property
    def reported(self) -> bool:
        """Whether whoever asked told what happened."""
        return any(event == "outcome" for _at, _outcome, event in self.told)

    @property
    def best(self) -> tuple[datetime, str, str] | None:
        """The last word on what it became, else on that they met: when, what, by which event; or None."""
        for wanted in (BECAME, MET):
            if found := [one for one in self.told if one[1] in wanted]:
                return found[-1]
        return None

    def when(self, *events: str) -> datetime | None:
        return min((self.first[one] for one in events if one in self.first), default=None)

    @property
    def steps(self) -> Sequence[str]:
        """How far it came; what came later includes what comes before it."""
        introduced, became = self.introduced, bool(self.said & BECAME)
        agreed = introduced or self.state == State.AGREED or "hold_over" in self.first
        reached = (True, self.approved or agreed, agreed, introduced, became or bool(self.said & MET), became)
        return STEPS[: max(at for at, found in enumerate(reached) if found) + 1]

    @property
    def no(self) -> str:
        """How it ended where it led nowhere; "" where it did not end so."""
        if self.state != State.REFUSED:
            return "" if self.introduced else _ENDED.get(State(self.state), "")
        return "no" if self.when(*_NO) else "silence" if "silence" in self.first else "not_reached"


def numbers(connector_id: str, since: datetime, until: datetime, *, zone: str = "UTC") -> Numbers:
    """Count the chapters that reached this connector's desk from `since` until before `until`, by months of `zone`."""
    chapters = _chapters(connector_id, since, until)
    months: dict[str, Counter[str]] = {}
    steps: Counter[str] = Counter()
    for one in chapters:
        month = one.opened_at.astimezone(ZoneInfo(zone)).strftime("%Y-%m")
        months.setdefault(month, Counter()).update(one.steps)
        steps.update(one.steps)
    ended = Counter(one.no for one in chapters if one.no)
    return Numbers(
        steps={step: steps[step] for step in STEPS},
        months=[(month, {step: months[month][step] for step in STEPS}) for month in sorted(months)],
        noes={no: ended[no] for no in NOES},
        to_decide=_median(_between(one.opened_at, one.when(*_DECISIONS)) for one in chapters),
        to_answer=_median(_between(one.when(*_OUT), one.when(*_ANSWERS)) for one in chapters),
        load=_load(connector_id, chapters),
        askers=_askers(chapters),
        news=_news(connector_id, chapters),
        became=Counter(one.best[1] for one in chapters if one.best),
    )


def _chapters(connector_id: str, since: datetime, until: datetime) -> list[_Chapter]:
    theirs = Introduction.objects.filter(connector_id=connector_id, opened_at__gte=since, opened_at__lt=until)
    theirs = theirs.exclude(state__in=HIDDEN).exclude(state=State.DRAFT)
    rows = theirs.order_by("opened_at", "pk").values_list(
        *("pk", "origin", "state", "opened_at", "first_id", "target_id", "requester_key"),
        *("snapshot__asked", "snapshot__introduced_at", "snapshot__approved_at"),
    )
    found = {
        pk: _Chapter(
            *(pk, origin, state, opened_at),
            cards={"first": first, "second": target, "target": target},
            asker=asker,
            asked=asked or (),
            introduced=introduced is not None,
            approved=approved is not None,
        )
        for pk, origin, state, opened_at, first, target, asker, asked, introduced, approved in rows
    }
    events = JournalEntry.objects.filter(introduction__in=theirs)
    for pk, event, at in (
        events.filter(event__in=_LOOKED_AT).values_list("introduction_id", "event").annotate(at=Min("at"))
    ):
        found[pk].first[event] = at
    told = events.filter(event__in=TOLD_IN).order_by("seq").values_list("introduction_id", "at", "data", "event")
    for pk, at, data, event in told:
        found[pk].told.append((at, data.get("outcome", ""), event))
    return list(found.values())


def _between(begin: datetime | None, end: datetime | None) -> timedelta | None:
    return end - begin if begin is not None and end is not None and end >= begin else None


def _median(times: Iterable[timedelta | None]) -> timedelta | None:
    known = [time.total_seconds() for time in times if time is not None]
    return timedelta(seconds=median(known)) if known else None


def _load(connector_id: str, chapters: Sequence[_Chapter]) -> list[Load]:
    """Who was asked how often, the most first."""
    asks: dict[str, list[_Chapter]] = {}
    for one in chapters:
        for card in filter(None, (one.cards.get(side) for side in one.asked)):
            asks.setdefault(card, []).append(one)
    most = sorted(asks.items(), key=lambda item: (-len(item[1]), item[0]))[:_MOST]
    names = people.names_on(connector_id, sorted(card for card, _asks in most))
    return [
        Load(card, names[card], len(of), sum("yes" in one.steps for one in of), max(one.opened_at for one in of))
        for card, of in most
        if card in names
    ]


def _askers(chapters: Sequence[_Chapter]) -> list[Asker]:
    """Who asked how often, the most first; each by the name of their last request."""
    asked: dict[str, list[_Chapter]] = {}
    for one in chapters:
        if one.origin == Origin.ASKED and one.asker:
            asked.setdefault(one.asker, []).append(one)
    most = sorted(asked.items(), key=lambda item: (-len(item[1]), item[0]))[:_MOST]
    last = Introduction.objects.filter(pk__in=[of[-1].id for _key, of in most]).values_list("pk", "words")
    words = sealing.json_of_all(last, Introduction, "words")
    names = {pk: (said or {}).get("name", "") for pk, said in words.items()}
    return [
        Asker(name, len(of), sum(one.introduced for one in of), sum(one.reported for one in of))
        for _key, of in most
        if (name := names.get(of[-1].id, ""))
    ]


def _news(connector_id: str, chapters: Sequence[_Chapter]) -> list[News]:
    """What came of introductions, the latest first."""
    told = sorted(((*one.best, one) for one in chapters if one.best), key=lambda item: item[0], reverse=True)[:_MOST]
    return named(connector_id, [(at, outcome, one.id, TOLD_IN[event]) for at, outcome, event, one in told])


def named(connector_id: str, told: Sequence[tuple[datetime, str, str, str]]) -> list[News]:
    """Return news in names and words: each of an instant, an outcome, an introduction, and where its line is kept."""
    rows = Introduction.objects.filter(pk__in=[one for _at, _outcome, one, _line in told])
    found = {row[0]: row for row in rows.values_list("pk", "words", "answer_words", "first", "target")}
    words = sealing.json_of_all(((pk, row[1]) for pk, row in found.items()), Introduction, "words")
    answers = sealing.json_of_all(((pk, row[2]) for pk, row in found.items()), Introduction, "answer_words")
    cards = {card for row in found.values() for card in row[3:] if card}
    names = people.names_on(connector_id, sorted(cards))
    return [
        News(
            introduction=one,
            requester=(words[one] or {}).get("name", "") or names.get(found[one][3] or "", ""),
            target=names.get(found[one][4] or "", ""),
            outcome=outcome,
            words=(answers[one] or {}).get(line, ""),
            at=at,
        )
        for at, outcome, one, line in told
    ]
