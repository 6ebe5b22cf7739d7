"""Two cards of Cora's book that are one Tom, and an ask to each, brought to any point of its way."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from tests.support.cast import APPROVAL, Cast, frozen
from tests.support.scenes import scene
from twoyes.care import front as care
from twoyes.introductions import front
from twoyes.introductions.models import Letter, SendAttempt
from twoyes.lib import store
from twoyes.people import front as people
from twoyes.people.models import Subject

OTHER = "tom@other.example"
STATES = ("queued", "claimed", "xmit", "sent", "unknown", "failed", "held")
BEFORE, AFTER = ("queued", "claimed", "held"), ("xmit", "sent", "unknown")


@dataclass
class Twins:
    """The cast with Tom's second card, and what workers hold in their hands."""

    cast: Cast
    other: people.Card
    flights: dict[str, front.Claimed] = field(default_factory=dict)

    def asked(self, older: str, younger: str, **who: str) -> tuple[str, str]:
        """Rita asks for one Tom, she or another for the other; both are approved, and each ask comes as far as said."""
        first = self.cast.waiting(target="Tom of Blade Works")
        second = self.cast.waiting(target="Thomas of Sea Works", **who)
        for introduction, card, state in ((first, self.cast.tom, older), (second, self.other, younger)):
            claimed = brought(self.cast, introduction, card.id, state)
            if claimed is not None:
                self.flights[introduction] = claimed
        return first, second

    def approve(self, introduction: str, card: people.Card) -> None:
        _approve(self.cast, introduction, card.id)

    def merge(self) -> care.Merged:
        with self.cast.time():
            return care.merge(
                self.cast.cora.id, self.cast.tom.id, self.other.id, actor=self.cast.desk, now=self.cast.now
            )

    def split(self, *move: str, name: str = "", again: str = "") -> people.Card:
        cast = self.cast
        return care.split(cast.cora.id, cast.tom.id, move, name=name, again=again, actor=cast.desk, now=cast.now)

    def every_key(self) -> set[str]:
        return {*front.keys_of_card(self.cast.tom.id), *front.keys_of_card(self.other.id)}

    def slots(self, keys: set[str]) -> set[tuple[datetime | None, str]]:
        return set(Subject.objects.filter(key__in=keys).values_list("next_ask_at", "slot"))

    def shown(self, introduction: str) -> str:
        """What the page of whoever asked says, but for the address of the page itself."""
        page = front.requester_page(*self.cast.page(introduction, "requester"), self.cast.now)
        return repr(replace(page, link=""))

    def handed_over(self, *introductions: str) -> int:
        """How many copies of asks of these may be in the world."""
        tries = SendAttempt.objects.filter(letter__introduction__in=introductions, letter__kind="ask", phase="xmit")
        return tries.exclude(letter__state="failed").count()

    def everything_leaves(self) -> None:
        """Let workers go on: those with a letter in hand first, and a person release what is held."""
        for claimed in self.flights.values():
            state = Letter.objects.get(pk=claimed.letter).state
            if state == "xmit":
                front.settle(claimed, "sent", now=self.cast.now)
            elif state != "sent":
                try:
                    front.point_of_no_return(claimed, front.facts(claimed.letter).recipient, self.cast.now)
                    front.settle(claimed, "sent", now=self.cast.now)
                except front.Blocked as blocked:
                    front.stand_back(claimed, blocked, self.cast.now)
        store.bump_generation()
        front.hold_foreign(self.cast.now)
        front.release(front.held(), self.cast.now)
        self.cast.deliver()


def twins(cast: Cast) -> Twins:
    """Put a second card of Tom's, with another address, into Cora's book."""
    return Twins(cast, _second_card(cast))


@scene
def _second_card(cast: Cast) -> people.Card:
    return people.add_card(cast.cora.id, name="Thomas Target", organisation="Sea Works", addresses=[OTHER])


@scene
def brought(cast: Cast, introduction: str, card: str, state: str) -> front.Claimed | None:
    """Approve a request and bring its ask as far as said; return what a worker holds in its hands."""
    _approve(cast, introduction, card)
    if state == "held":
        Letter.objects.filter(introduction=introduction, kind="ask").update(state="held")
    if state in {"queued", "held"}:
        return None
    claimed = _claim(cast, introduction)
    if state == "claimed":
        return claimed
    front.point_of_no_return(claimed, front.facts(claimed.letter).recipient, cast.now)
    if state != "xmit":
        word = {"failed": "refused"}.get(state, state)
        front.settle(claimed, word, code=550 if state == "failed" else 0, now=cast.now)
    return claimed


def _approve(cast: Cast, introduction: str, card: str) -> None:
    words = {**APPROVAL, "target": card}
    front.approve(introduction, words, frozen=frozen(), actor=cast.desk, now=cast.now)
    cast.now += timedelta(minutes=1)


def _claim(cast: Cast, introduction: str) -> front.Claimed:
    """Claim the ask of one introduction; whatever else is due goes back."""
    back: list[front.Claimed] = []
    while (claimed := front.claim(cast.now, kinds=("ask",))) is not None:
        if claimed.introduction == introduction:
            for one in back:
                front.postpone(one, cast.now, cast.now)
            return claimed
        back.append(claimed)
    raise AssertionError("no ask of it is due")
