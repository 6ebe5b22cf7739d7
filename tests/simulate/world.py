"""What is true in a simulated world, told by those who act in it and by the relay, never by the product's rows."""

from __future__ import annotations

import hashlib
from collections import Counter, deque
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random

from twoyes.lib import clock, limits

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
# A worker whose clock is ahead, and a copy that leaves half a minute after its point of no return (B4, B21).
AHEAD = timedelta(minutes=10)
_TOLERANCE = AHEAD + limits.PONR_TO_DOT
_STEPS_SHOWN = 30


class Broken(BaseException):
    """An invariant does not hold; its name is the first word. No handler for ordinary errors may catch it."""


WISHED_AWAY = "wished away"


@dataclass
class Person:
    """Somebody who asks or is asked. `keys` are all that the books know them by; `cards` has one id for each book."""

    number: int
    addresses: list[str]
    keys: set[str]
    cards: list[str] = field(default_factory=list)
    erased: bool = False
    left_alone: bool = False
    """Whether they wish never to be asked, by anybody."""


@dataclass
class Ask:
    """One introduction as those who take part know it.

    `yes` are the sides that said it and did not take it back; `over` says how it was ended, or is empty.
    """

    introduction: str
    connector: int
    asker: Person
    target: Person
    offered: bool = False
    yes: set[str] = field(default_factory=set)
    introduced: bool = False
    over: str = ""

    def asked(self, side: str) -> Person:
        """Return the person whom the ask to `side` goes to."""
        return self.asker if side == "first" else self.target


class World:
    """The clock, the dice, who is in it, and what left it."""

    def __init__(self, seed: str, people: list[Person], *, counting_only: bool = False) -> None:
        self.random = Random(seed)
        self.people = people
        self.at = START
        self.step = 0
        self.asks: dict[str, Ask] = {}
        self.handed_over: list[str] = []
        self.copies: Counter[tuple[int, int]] = Counter()
        self.letters: set[str] = set()
        self.counts: Counter[str] = Counter()
        self.counting_only = counting_only
        # Everything is held, because a backup was put back; and whether that ever happened.
        self.held = self.restored = False
        self._asked_at: dict[int, datetime] = {}
        self._pairs: dict[frozenset[int], str] = {}
        self._digest = hashlib.blake2b(digest_size=8)
        self._recent: deque[str] = deque(maxlen=_STEPS_SHOWN)

    # ------------------------------------------------------------------ time

    def pass_time(self, seconds: float) -> None:
        """Go forward; nothing in a world goes back."""
        self.at += timedelta(seconds=seconds)
        self.stand()

    def stand(self) -> None:
        """Let the product's clock stand at this world's time, in whichever context is running."""
        clock._frozen.set(self.at)

    def monotonic(self) -> float:
        """Return what the monotonic clock of this world says."""
        return (self.at - START).total_seconds()

    # ------------------------------------------------------------------ what happened

    def note(self, what: str) -> None:
        """Write down what happened: two runs of one seed write the same."""
        line = f"{self.step} {self.at:%d %H:%M:%S} {what}"
        self._digest.update(line.encode())
        self._recent.append(line)

    @property
    def trace(self) -> str:
        """Everything noted so far, as sixteen characters."""
        return self._digest.hexdigest()

    @property
    def recent(self) -> list[str]:
        """The last steps, oldest first."""
        return list(self._recent)

    @property
    def asked_twice(self) -> int:
        """How often somebody was asked a second time about the same person."""
        return sum(copies > 1 for copies in self.copies.values())

    def require(self, holds: bool, invariant: str, why: str) -> None:
        """Raise `Broken` unless it holds; where only second asks are counted, count."""
        if holds:
            return
        self.counts[f"broken {invariant}"] += 1
        if not self.counting_only:
            raise Broken(f"{invariant}: {why}")

    # ------------------------------------------------------------------ invariants at the edge of the world

    def asks_now(self, ask: Ask, side: str) -> None:
        """A copy of an ask left the house, by the relay or by hand (one-ask, spaced)."""
        person, other = ask.asked(side), ask.target if side == "first" else ask.asker
        key = (person.number, other.number)
        self.copies[key] += 1
        self.require(self.copies[key] == 1, "one-ask", f"person {key[0]} was asked about person {key[1]} again")
        first = self._pairs.setdefault(frozenset(key), ask.introduction)
        self.require(first == ask.introduction, "one-ask", f"{first} and {ask.introduction} are of one pair")
        last = self._asked_at.get(person.number)
        fair = last is None or self.at - last >= limits.SPACING - _TOLERANCE
        self.require(fair, "spaced", f"person {person.number} was asked at {last} and again")
        self.require(not self.held, "generation", "an ask left a restored store by itself")
        self._asked_at[person.number] = self.at
        self.handed_over.append(ask.introduction)
        self.counts["asks handed over"] += 1

    def was_asked(self, person: Person) -> bool:
        """Say whether anybody asked this person anything."""
        return person.number in self._asked_at
