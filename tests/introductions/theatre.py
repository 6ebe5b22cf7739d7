"""The world of the state machine: a clock, a relay in memory whose log is the truth, and what everybody holds.

Rules press only what their person could press: a page is known when a letter or a copied text brought its address.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from django.db import transaction

from tests.support.cast import APPROVAL, OFFER, REQUEST, Cast, frozen
from twoyes.care import front as care
from twoyes.introductions import front
from twoyes.introductions.models import Introduction, Letter
from twoyes.introductions.protocol import PROMISES, Actor, Role
from twoyes.lib import addresses
from twoyes.lib.errors import Refused
from twoyes.people import front as people

GUARDED = ("ask", "details", "introduction")
NOTICES = tuple(kind for kind in PROMISES if kind not in GUARDED)
FINALS = {"declined", "lapsed", "not_this_time", "passed_on"}
PROGRAM = Actor(Role.PROGRAM, "", "care")
# Who is who, by every address that the world uses.
RITA, ROLF, TOM, TINA = "rita", "rolf", "tom", "tina"
# Tom's second card in Cora's book, under an address of which nobody knows that it is his.
TWIN = "twin"
ADDRESSES = {
    RITA: ("rita@asks.example",),
    ROLF: ("rolf@asks.example",),
    TOM: ("tom@target.example", "tom@other.example"),
    TINA: ("tina@target.example",),
    TWIN: ("tom@second.example",),
}
# Stands on cards alone: no requester writes it, so whoever shows it knows it from a book.
SURNAME = "Targetson"


@dataclass(frozen=True)
class Copy:
    """One copy of a letter that a relay took, or that Cora gave out by hand: it may be in the world."""

    letter: str
    kind: str
    introduction: str
    side: str
    at: datetime
    invited: bool
    mark: Mark


@dataclass
class Mark:
    """A point of no return that was passed: for whom it counts, and which earlier ones forbade it.

    `pairs` are earlier ones of the same pair to the same person, `people` all to the same person: as they were known
    then, since two cards may become one person, and one two, at any time.
    """

    persons: set[str]
    abouts: set[str]
    pairs: list[Mark]
    people: list[Mark]


@dataclass
class Flight:
    """A letter in a worker's hands."""

    claimed: front.Claimed
    facts: front.LetterFacts
    passed: bool = False
    mark: Mark | None = None


@dataclass
class Watched:
    """What a requester's page showed right after the approval, and the date that it named."""

    page: str
    hears_by: datetime
    key: tuple[str, str]


@dataclass
class Theatre:
    """Everything that the rules act on and the invariants look at."""

    cast: Cast
    now: datetime
    cards: dict[tuple[str, str], str] = field(default_factory=dict)
    flights: list[Flight] = field(default_factory=list)
    copies: list[Copy] = field(default_factory=list)
    received: list[front.LetterFacts] = field(default_factory=list)
    by_hand: dict[str, tuple[str, str]] = field(default_factory=dict)
    watched: dict[str, Watched] = field(default_factory=dict)
    excused: set[str] = field(default_factory=set)
    erased: set[str] = field(default_factory=set)
    marks: list[Mark] = field(default_factory=list)
    merged: bool = False
    linked: bool = False
    done: int = 0
    refused: int = 0

    # ------------------------------------------------------------------ the company

    def furnish(self) -> None:
        """Put everybody into Cora's book, and Tom into Otto's as well."""
        for person, known in ADDRESSES.items():
            card = people.add_card(self.cast.cora.id, name=f"{person.title()} {SURNAME}", addresses=known[:1])
            self.cards[self.cast.cora.id, person] = card.id
        theirs = people.add_card(self.cast.otto.id, name=f"Thomas {SURNAME}", addresses=[ADDRESSES[TOM][0]])
        self.cards[self.cast.otto.id, TOM] = theirs.id

    def desk(self, introduction: str) -> Actor:
        owner = Introduction.objects.values_list("connector_id", flat=True).get(pk=introduction)
        return Actor(Role.CONNECTOR, owner, "desk")

    def card(self, introduction: str, person: str) -> str:
        owner = Introduction.objects.values_list("connector_id", flat=True).get(pk=introduction)
        return self.cards.get((owner, person), "")

    def asker(self, introduction: str) -> Actor:
        key = Introduction.objects.values_list("requester_key", flat=True).get(pk=introduction)
        return Actor(Role.REQUESTER, key or "nobody", "page")

    # ------------------------------------------------------------------ acting

    def attempt(self, act: Callable[[], object]) -> object | None:
        """Do it if the domain lets it be done; a refusal leaves everything as it stood."""
        try:
            with transaction.atomic():
                result = act()
        except Refused:
            self.refused += 1
            return None
        self.done += 1
        return result

    def request(self, person: str, connector: str, target: str, *, proved: bool = True) -> None:
        fields = {**REQUEST, "name": person.title(), "email": ADDRESSES[person][0], "target": target}
        proof = addresses.key(fields["email"]) if proved else ""
        # Whoever comes back and asks gives their words anew.
        self.erased.discard(person)
        self.attempt(lambda: front.request(connector, fields, now=self.now, door="form", proved=proof))
        self.post_notices()

    def approve(self, introduction: str, person: str, channel: str) -> None:
        words = {**APPROVAL, "target": self.card(introduction, person), "channel": channel}
        act = front.approve
        done = self.attempt(
            lambda: act(introduction, words, frozen=frozen(), actor=self.desk(introduction), now=self.now)
        )
        if done is not None and introduction not in self.excused:
            self.watch(introduction)

    def offer(self, first: str, second: str) -> None:
        mine = self.cast.cora.id
        words = {**OFFER, "first": self.cards[mine, first], "second": self.cards[mine, second]}
        texts = frozen("one"), frozen("two")
        actor = Actor(Role.CONNECTOR, mine, "desk")
        self.attempt(lambda: front.offer(mine, words, frozen=texts, actor=actor, now=self.now))

    def copy_by_hand(self, introduction: str) -> None:
        found = self.attempt(lambda: front.by_hand(introduction, actor=self.desk(introduction), now=self.now))
        text = found[1] if isinstance(found, tuple) else None
        if text is not None:
            token = text.link.rpartition("/")[2]
            link = front.open_link("target", token, self.now)
            assert link is not None
            self.by_hand[introduction] = (link, token)
            letter = Letter.objects.get(introduction_id=introduction, kind="ask")
            self.log(letter.pk, "ask", introduction, letter.side, self.mark(introduction, letter.side))

    def erase(self, person: str) -> None:
        keys = {key for (_, who), card in self.cards.items() if who == person for key in front.keys_of_card(card)}
        community = self.cast.cora.community_id
        front.erase_person(community, keys, actor=PROGRAM, now=self.now)
        people.forget_keys(community, keys, self.now)
        self.erased |= self.kin(person)

    # ------------------------------------------------------------------ one person, or two

    def kin(self, person: str) -> set[str]:
        """Everybody of whom it is known that they are this person."""
        return {TOM, TWIN} if person in {TOM, TWIN} and (self.merged or self.linked) else {person}

    def become_one(self) -> None:
        """From here on whatever was asked of either counts for both."""
        for mark in self.marks:
            for side in (mark.persons, mark.abouts):
                side.update({TOM, TWIN} if side & {TOM, TWIN} else ())

    def merge(self, swapped: bool) -> None:
        cora, who = self.cast.cora.id, Actor(Role.CONNECTOR, self.cast.cora.id, "desk")
        cards = [self.cards[cora, TOM], self.cards[cora, TWIN]]
        keep, other = reversed(cards) if swapped else cards
        if self.attempt(lambda: care.merge(cora, keep, other, actor=who, now=self.now)) is not None:
            self.cards[cora, TOM] = self.cards[cora, TWIN] = keep
            self.merged = True
            self.become_one()

    def split(self, again: bool) -> None:
        """Take the merge back, or give the second address to a new card."""
        cora, who = self.cast.cora.id, Actor(Role.CONNECTOR, self.cast.cora.id, "desk")
        card, move = self.cards[cora, TOM], [ADDRESSES[TWIN][0]]
        past = next(iter(people.joined_cards(cora, card)), None)
        back = past.id if again and past else ""

        def act() -> people.Card:
            return care.split(cora, card, move, name="Thomas", again=back, actor=who, now=self.now)

        new = self.attempt(act)
        if isinstance(new, people.Card):
            self.cards[cora, TWIN] = new.id
            self.merged = False

    def link(self, mine: tuple[str, str], theirs: tuple[str, str]) -> None:
        """Tom says on one page that the letter which led to the other is his too."""
        if self.attempt(lambda: (front.also_me(*mine, theirs[1], now=self.now), "done")) is not None:
            self.linked = True
            self.become_one()

    def mark(self, introduction: str, side: str) -> Mark:
        """Note that a point of no return was passed, and what went before it."""
        row = Introduction.objects.get(pk=introduction)
        named = {"first": row.first_id, "requester": None}.get(side, row.target_id)
        by_card = {card: person for (_, person), card in reversed(self.cards.items())}
        asked, others = (row.asker_keys, row.target_keys) if side == "first" else (row.target_keys, row.asker_keys)
        persons = self.kin(by_card.get(named or "", "") or self.of(asked))
        abouts = self.kin(self.of(others))
        alike = [mark for mark in self.marks if mark.persons & persons]
        mark = Mark(persons, abouts, [one for one in alike if one.abouts & abouts], alike)
        self.marks.append(mark)
        return mark

    # ------------------------------------------------------------------ the relay

    def claim(self, kinds: tuple[str, ...]) -> None:
        claimed = front.claim(self.now, kinds=kinds)
        if claimed is None:
            return
        try:
            facts = front.facts(claimed.letter)
        except Refused:
            front.settle(claimed, "refused", reply="nobody", now=self.now)
            return
        self.flights.append(Flight(claimed, facts))

    def cross(self, flight: Flight) -> bool:
        """Pass the point of no return, or stand back; say whether the letter is past it."""
        row = Introduction.objects.filter(pk=flight.claimed.introduction).first()
        wished = row is not None and flight.claimed.kind in GUARDED and self.is_wished_away(row, flight)
        try:
            front.point_of_no_return(flight.claimed, flight.facts.recipient, self.now)
        except front.Blocked as blocked:
            front.stand_back(flight.claimed, blocked, self.now)
            self.flights.remove(flight)
            return False
        assert not wished, "wishes-first: it passed against a wish"
        flight.passed = True
        if flight.claimed.kind in GUARDED:
            flight.mark = self.mark(flight.claimed.introduction, flight.claimed.side)
        return True

    def is_wished_away(self, row: Introduction, flight: Flight) -> bool:
        asked = row.asker_keys if flight.claimed.side == "first" else row.target_keys
        other = row.target_keys if flight.claimed.side == "first" else row.asker_keys
        found = people.forbidding(row.community_id, asked, requester_keys=other, connector_id=row.connector_id)
        return found is not None and flight.claimed.side != "requester"

    def take(self, flight: Flight) -> None:
        """The relay takes the letter, whatever we shall hear of it."""
        claimed = flight.claimed
        self.received.append(flight.facts)
        if flight.mark is not None:
            self.log(claimed.letter, claimed.kind, claimed.introduction, claimed.side, flight.mark)

    def log(self, letter: str, kind: str, introduction: str, side: str, mark: Mark) -> None:
        row = Introduction.objects.get(pk=introduction)
        self.copies.append(Copy(letter, kind, introduction, side, self.now, bool(row.chapter_of), mark))

    def of(self, keys: list[str]) -> str:
        """Return whose keys these are."""
        for person, known in ADDRESSES.items():
            if {addresses.key(address) for address in known} & set(keys):
                return person
        return ""

    def post_notices(self) -> None:
        """Let every notice that is due leave at once."""
        while True:
            before = len(self.flights)
            self.claim(NOTICES)
            if len(self.flights) == before:
                return
            flight = self.flights[-1]
            if self.cross(flight):
                front.settle(flight.claimed, "sent", code=250, now=self.now)
                self.received.append(flight.facts)
                self.flights.remove(flight)

    # ------------------------------------------------------------------ pages

    def page(self, introduction: str, side: str) -> tuple[str, str] | None:
        """Return id and token of the page that a side holds, or None."""
        if introduction in self.by_hand and side != "requester":
            return self.by_hand[introduction]
        kinds = {"ask", "details"} if side != "requester" else None
        for facts in reversed(self.received):
            if facts.introduction != introduction or facts.side != side:
                continue
            if (facts.kind in kinds) if kinds else facts.kind != "verify":
                purpose = "requester" if side == "requester" else "target"
                link = front.open_link(purpose, facts.token, self.now)
                return (link, facts.token) if link else None
        return None

    def watch(self, introduction: str) -> None:
        """Remember what the requester's page shows from now on, whatever the target does (quiet-no)."""
        self.post_notices()
        page = self.page(introduction, "requester")
        if page is None or introduction in self.watched:
            return
        shown = front.requester_page(*page, self.now)
        if shown.view.stage == "on_its_way" and shown.view.hears_by is not None:
            self.watched[introduction] = Watched(plain(shown), shown.view.hears_by, page)

    # ------------------------------------------------------------------ time

    def pass_time(self, span: timedelta) -> None:
        """Go on, deadline by deadline, as a worker that is awake does."""
        until = self.now + span
        while self.now < until:
            at = front.next_due(self.now)
            self.now = min(at, until) if at is not None else until
            front.due(self.now)
            front.reap(self.now)
            self.post_notices()


def plain(page: front.RequesterPage) -> str:
    """Return all that a requester's page says but for its view and its last word, which are predicted apart."""
    return repr(replace(page, view=None, consolation={}))  # type: ignore[arg-type]
