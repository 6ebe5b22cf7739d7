"""The store that every simulated world begins with: three connectors, and everybody in all three books."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from django.db import connection

from tests.simulate.world import START, Person
from tests.support.cast import APPROVAL, REQUEST, frozen
from tests.support.many import Template
from twoyes.introductions import front as introductions
from twoyes.introductions.protocol import Actor, Role
from twoyes.lib import addresses, chance, clock, store
from twoyes.lib.models import Installation
from twoyes.people import front as people

# As many as meet each other often enough, and seldom enough to be asked once in a month.
PEOPLE = 300
CONNECTORS = ("cora", "clara", "colin")
# A world wants to see many asks on one day.
ASKS_A_DAY = 100_000


@dataclass(frozen=True)
class Stage:
    """The store as it is before a world begins, and who is in it."""

    image: sqlite3.Connection
    connectors: tuple[people.ConnectorView, ...]
    templates: tuple[Template, ...]
    people: tuple[Person, ...]

    def cast(self) -> list[Person]:
        """Return everybody, as nobody has met them yet."""
        return [Person(p.number, list(p.addresses), set(p.keys), list(p.cards)) for p in self.people]

    def reset(self) -> None:
        """Put the store back to its beginning, in a generation of its own."""
        restore(self.image)
        store.generation_file().unlink(missing_ok=True)
        store.bump_generation()


def desk(connector: people.ConnectorView) -> Actor:
    """The connector at the desk."""
    return Actor(Role.CONNECTOR, connector.actor_id, "sim")


def image() -> sqlite3.Connection:
    """Return a copy of the whole store as it stands."""
    copy = sqlite3.connect(":memory:")
    connection.ensure_connection()
    connection.connection.backup(copy)
    return copy


def restore(copy: sqlite3.Connection) -> None:
    """Put a copy of the store in the place of what is there, as a restore does."""
    copy.backup(connection.connection)


def set_stage() -> Stage:
    """Make the store, once for a process, the same in every process."""
    with chance.seeded("stage"), clock.frozen(START):
        store.prepare()
        Installation.objects.update(daily_cap=ASKS_A_DAY)
        connectors = tuple(
            people.add_connector(f"{handle}@connects.example", name=handle.title(), handle=handle)
            for handle in CONNECTORS
        )
        everybody = tuple(_person(number, connectors) for number in range(PEOPLE))
        templates = tuple(_template(connector, everybody) for connector in connectors)
        before = image()
    return Stage(before, connectors, templates, everybody)


def _person(number: int, connectors: tuple[people.ConnectorView, ...]) -> Person:
    address = f"p{number}@people{number % 7}.example"
    cards = [people.add_card(c.id, name=f"Person {number}", addresses=[address]).id for c in connectors]
    return Person(number, [address], {addresses.key(address)}, cards)


def _template(connector: people.ConnectorView, everybody: tuple[Person, ...]) -> Template:
    """Let the verbs make one introduction, read what they wrote, and forget it."""
    before = image()
    made = asking(connector, everybody[0], everybody[1].cards[CONNECTORS.index(connector.handle)])
    template = Template.of(made)
    restore(before)
    return template


def asking(connector: people.ConnectorView, asker: Person, card: str, channel: str = "relay") -> str:
    """Bring a request to `asking` by the verbs alone; return the introduction. Raises `Refused` as they do."""
    now = clock.now()
    fields = {**REQUEST, "name": f"Person {asker.number}", "email": asker.addresses[0], "target": f"card {card}"}
    proved = addresses.key(asker.addresses[0])
    made = introductions.request(connector.id, fields, now=now, door="sim", proved=proved).id
    words = {**APPROVAL, "target": card, "channel": channel}
    introductions.approve(made, words, frozen=frozen(), actor=desk(connector), now=now)
    return made
