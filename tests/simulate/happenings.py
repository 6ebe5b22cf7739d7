"""What people, clocks and operators do while letters are on their way, in an order that the dice choose.

Each happening is one call of a verb, as a door makes it; a refusal is an ordinary answer. What was accepted is
noted in the world's own words, so that the points of no return can be held against it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction

from tests.simulate.people import ASKS_A_DAY, Stage, asking, desk
from tests.simulate.world import WISHED_AWAY, Ask, Person, World
from tests.support.cast import OFFER, frozen
from tests.support.many import Batch, Known
from twoyes.introductions import front as introductions
from twoyes.introductions.models import Introduction, Letter, Link
from twoyes.introductions.protocol import Actor, Role
from twoyes.lib import chance, sealing
from twoyes.lib.errors import Refused
from twoyes.lib.models import Installation
from twoyes.lib.tokens import token_hash
from twoyes.people import front as people

ANSWERS = "yes yes yes yes no no later never their_details undo not_me stop".split()
JUMPS = (60, 200, 200, 700, 1000, 4000, 20_000)


@dataclass
class Town:
    """A world, the stage it plays on, and those who have not been asked yet."""

    world: World
    stage: Stage
    fresh: list[Person]
    hindered: bool = False

    def happen(self) -> None:
        """Let one thing happen."""
        self.let(self.world.random.choices(HAPPENINGS, _WEIGHTS)[0])

    def let(self, happening: Callable[[Town], None]) -> None:
        """Let this happen, whatever comes of it."""
        name = happening.__name__
        try:
            happening(self)
        except Refused as refused:
            self.world.note(f"{name}: refused, {refused.code}")
            self.world.counts["refused"] += 1
        else:
            self.world.note(name)
            self.world.counts[name] += 1

    def open(self, count: int) -> None:
        """Let so many introductions be approved at this instant."""
        batch = Batch()
        for _ in range(count):
            self.add_to(batch, *self.two_people())
        batch.write()
        self.world.note(f"{count} approved")

    def add_to(self, batch: Batch, asker: Person, target: Person) -> None:
        """Add one introduction by some connector, approved at this instant."""
        connector = self.world.random.randrange(len(self.stage.connectors))
        one = Known(asker.addresses[0], asker.keys)
        other = Known(target.addresses[0], target.keys, target.cards[connector])
        made = batch.add(self.stage.templates[connector], one, other, self.world.at)
        self.world.asks[made] = Ask(made, connector, asker, target)

    def two_people(self) -> tuple[Person, Person]:
        """Return somebody who asks, and somebody who mostly was not asked before."""
        random = self.world.random
        target = self.fresh.pop() if self.fresh and random.random() < 0.85 else random.choice(self.world.people)
        asker = random.choice([p for p in random.sample(self.world.people, 4) if p is not target and not p.erased])
        return asker, target if not target.erased else random.choice([p for p in self.world.people if not p.erased])

    def any_ask(self) -> Ask:
        """Return some introduction, mostly a late one."""
        ids = list(self.world.asks)[-200:]
        if not ids:
            raise Refused("nobody", "Nobody was introduced yet.")
        return self.world.asks[self.world.random.choice(ids)]

    def asked(self) -> tuple[Ask, str]:
        """Return an introduction whose ask was handed over, and to which side."""
        if not self.world.handed_over:
            raise Refused("nobody", "Nobody was asked yet.")
        ask = self.world.asks[self.world.random.choice(self.world.handed_over[-200:])]
        return ask, self.world.random.choice(["first", "second"]) if ask.offered else "target"

    def waiting(self) -> list[Ask]:
        """Return the latest asks that were approved and have not left."""
        latest = list(self.world.asks.values())[-50:]
        return [ask for ask in latest if not ask.over and ask.introduction not in self.world.handed_over[-200:]]


def answer(town: Town) -> None:
    ask, side = town.asked()
    letter = Letter.objects.filter(introduction_id=ask.introduction, kind="ask", side=side).exclude(token=b"").first()
    if letter is None:
        raise Refused("nothing_here", "No letter.")
    chosen = town.world.random.choice(ANSWERS)
    tokens = sealing.get_json(letter, "token") or {}
    token = tokens["stop" if chosen == "stop" else "page"]
    link = Link.objects.filter(token_hash=token_hash(token)).values_list("pk", flat=True).first() or ""
    _press(town, chosen, link, token)
    town.world.note(f"{ask.introduction} {side}: {chosen}")
    if chosen == "yes":
        ask.yes.add(side)
    else:
        ask.yes.discard(side)


def _press(town: Town, chosen: str, link: str, token: str) -> None:
    now = town.world.at
    if chosen == "undo":
        introductions.undo(link, token, now=now)
    elif chosen == "not_me":
        introductions.not_me(link, token, now=now)
    elif chosen == "stop":
        introductions.stop(token, now=now)
    else:
        until = f"{now + timedelta(days=40):%Y-%m-%d}"
        introductions.answer(link, token, {"answer": chosen, "confirm": "yes", "until": until}, now=now)


def withdraw(town: Town) -> None:
    ask = town.any_ask()
    if ask.offered:
        actor = desk(town.stage.connectors[ask.connector])
    else:
        key = Introduction.objects.values_list("requester_key", flat=True).get(pk=ask.introduction)
        actor = Actor(Role.REQUESTER, key, "sim")
    introductions.withdraw(ask.introduction, actor=actor, now=town.world.at)
    ask.over = ask.over or "withdrawn"


def close(town: Town) -> None:
    ask = town.any_ask()
    actor = desk(town.stage.connectors[ask.connector])
    introductions.close(ask.introduction, "account_deleted", actor=actor, now=town.world.at)
    ask.over = ask.over or "closed"


def ask_again(town: Town) -> None:
    """The same two people once more, through another connector as likely as not (A2)."""
    old = town.any_ask()
    if old.offered or old.asker.erased or old.target.erased:
        raise Refused("nobody", "Nobody to ask about.")
    batch = Batch()
    both = (old.asker, old.target) if town.world.random.random() < 0.8 else (old.target, old.asker)
    town.add_to(batch, *both)
    batch.write()


def approve(town: Town) -> None:
    """The whole way by the verbs."""
    number = town.world.random.randrange(len(town.stage.connectors))
    asker, target = town.two_people()
    made = asking(town.stage.connectors[number], asker, target.cards[number])
    town.world.asks.setdefault(made, Ask(made, number, asker, target))


def by_hand(town: Town) -> None:
    """The ask is copied out, which takes the pair's one ask."""
    number = town.world.random.randrange(len(town.stage.connectors))
    connector = town.stage.connectors[number]
    asker, target = town.two_people()
    made = asking(connector, asker, target.cards[number], "by_hand")
    ask = town.world.asks.setdefault(made, Ask(made, number, asker, target))
    introductions.by_hand(made, actor=desk(connector), now=town.world.at)
    town.world.asks_now(ask, "target")


def offer(town: Town) -> None:
    number = town.world.random.randrange(len(town.stage.connectors))
    connector = town.stage.connectors[number]
    first, second = town.two_people()
    words = {**OFFER, "first": first.cards[number], "second": second.cards[number]}
    texts = frozen("one"), frozen("other")
    made = introductions.offer(connector.id, words, frozen=texts, actor=desk(connector), now=town.world.at).id
    town.world.asks[made] = Ask(made, number, first, second, offered=True)


def bounce(town: Town) -> None:
    """A message about a failed delivery comes back."""
    ask, side = town.asked()
    letter = Letter.objects.filter(introduction_id=ask.introduction, kind="ask", side=side).first()
    if letter is not None:
        introductions.dsn(letter.pk, now=town.world.at)


def move_house(town: Town) -> None:
    """A card gets another address, which is used from now on; the old one stays known (A17, A21)."""
    person = town.world.random.choice(town.world.people)
    if person.erased or len(person.addresses) > 1:
        raise Refused("nobody", "Nobody moves.")
    new = f"new{person.number}@moved.example"
    person.addresses = [new, *person.addresses]
    for connector, card in zip(town.stage.connectors, person.cards, strict=True):
        people.edit_card(connector.id, card, addresses=person.addresses)
    person.keys |= set(people.keys_of(person.cards[0]))


def wish(town: Town) -> None:
    """Somebody wants to be left alone by everybody: often just before an ask to them leaves."""
    waiting = town.waiting()
    soon = waiting and town.world.random.random() < 0.5
    person = town.world.random.choice(waiting).target if soon else town.world.random.choice(town.world.people)
    with transaction.atomic():
        people.lock_subjects(people.default_community(), person.keys)
        people.wish(
            people.default_community(),
            person.keys,
            kind="never",
            scope="anyone",
            about="",
            introduction="",
            at=town.world.at,
        )
    person.left_alone = True
    for ask in town.world.asks.values():
        if (ask.target is person or (ask.offered and ask.asker is person)) and not ask.over:
            ask.over = WISHED_AWAY


def erase(town: Town) -> None:
    """Somebody is forgotten, from every book and introduction."""
    person = town.world.random.choice(town.world.people)
    community = people.default_community()
    keys = sorted(person.keys)
    with transaction.atomic():
        people.lock_subjects(community, keys)
        introductions.erase_person(community, keys, actor=Actor(Role.PROGRAM, "", "sim"), now=town.world.at)
        people.forget_keys(community, keys, town.world.at)
    person.erased, person.addresses = True, []
    for ask in town.world.asks.values():
        if person in (ask.asker, ask.target):
            ask.over = ask.over or "erased"


def operator(town: Town) -> None:
    """An operator stops all sending or lowers the daily cap to almost nothing; a while later all is as before."""
    if town.hindered:
        Installation.objects.update(sending_enabled=True, daily_cap=ASKS_A_DAY)
    elif town.world.random.random() < 0.7:
        Installation.objects.update(sending_enabled=False)
    else:
        Installation.objects.update(daily_cap=3)
    town.hindered = not town.hindered


def reap(town: Town) -> None:
    """A reaper comes by, its clock up to twenty minutes ahead: it may fire at any time."""
    introductions.reap(town.world.at + timedelta(seconds=chance.uniform(0, 1200)))


def jump(town: Town) -> None:
    """The clock jumps forward: a machine slept."""
    town.world.pass_time(town.world.random.choice(JUMPS))


HAPPENINGS: tuple[Callable[[Town], None], ...] = (
    answer, withdraw, close, ask_again, approve, by_hand, offer, bounce, move_house, wish, erase, operator, reap, jump,
)  # fmt: skip
_WEIGHTS = (20, 8, 2, 8, 3, 1, 2, 4, 2, 3, 0.2, 3, 30, 20)
