"""A store with one ask in it, made by the verbs once, and copied for everybody who wants to break it."""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from django.db import connection, transaction
from psycopg import sql

from tests.support import home, postgres
from tests.support.cast import CORA, OTTO, RITA, START, TOM, Cast
from tests.support.many import Batch, Known, Template
from twoyes.introductions import front as introductions
from twoyes.introductions.models import Letter, LetterState
from twoyes.lib import addresses, clock, store
from twoyes.lib.models import Installation
from twoyes.people import front as people

__all__ = ["START", "Store", "make", "with_asks"]


@dataclass(frozen=True)
class Store:
    """A store that no process has open: `name` is a file of SQLite or a database of PostgreSQL."""

    name: str
    place: Path

    @contextmanager
    def copy(self) -> Iterator[Store]:
        """Yield a store like this one, with a directory and a generation file of its own; gone at the end."""
        place = self.place.parent / uuid.uuid4().hex[:12]
        place.mkdir()
        shutil.copy(self.place / "generation", place / "generation")
        name = str(place / "store.sqlite3") if home.store() == "sqlite" else f"cell_{place.name}"
        _clone(self.name, name)
        try:
            yield Store(name, place)
        finally:
            _drop(name)
            shutil.rmtree(place, ignore_errors=True)

    def open(self) -> None:
        """Let this process use the store. For a process that does nothing else."""
        connection.close()
        os.environ["TWOYES_GENERATION_FILE"] = str(self.place / "generation")
        os.environ["TWOYES_DATA"] = str(self.place / "data")
        connection.settings_dict["NAME"] = self.name


def make(fill: Callable[[Cast], object]) -> Store:
    """Make a store with the cast on its stage, let `fill` add to it, and close it. All but its asks have left."""
    place = home.room() / f"template-{uuid.uuid4().hex[:8]}"
    (place / "data").mkdir(parents=True)
    name = str(place / "store.sqlite3") if home.store() == "sqlite" else f"template_{place.name[-8:]}"
    if home.store() == "postgres":
        _admin(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    made = Store(name, place)
    made.open()
    with clock.frozen(START):
        store.prepare()
        fill(_cast())
        with transaction.atomic():
            waiting = Letter.objects.exclude(kind="ask").filter(state=LetterState.QUEUED)
            waiting.update(state=LetterState.DROPPED)
        Installation.objects.update(daily_cap=100_000)
    connection.close()
    return made


def with_asks(cast: Cast, asks: int) -> None:
    """Let so many people be due to be asked, each about somebody else."""
    template = Template.of(cast.asking())
    batch, subjects = Batch(), set[str]()
    for number in range(asks - 1):
        address = f"t{number}@people{number % 9}.example"
        card = people.add_card(cast.cora.id, name=f"Tom {number}", addresses=[address])
        asker = f"r{number}@asks.example"
        known = Known(asker, [addresses.key(asker)])
        # As an approval leaves them: the keys of address and card bound, and everybody known as a subject (A17).
        tom = Known(address, introductions.keys_of_card(card.id), card.id)
        batch.add(template, known, tom, START)
        subjects.update([*known.keys, *tom.keys])
    batch.write()
    with transaction.atomic():
        people.lock_subjects(template.row.community_id, subjects)


def _cast() -> Cast:
    cora = people.add_connector(CORA, name="Cora Lund", handle="cora")
    otto = people.add_connector(OTTO, name="Otto Outsider", handle="otto")
    tom = people.add_card(cora.id, name="Tom Target", organisation="Blade Works", addresses=[TOM])
    rita = people.add_card(cora.id, name="Rita Holm", organisation="Nordsjo Drift", addresses=[RITA])
    return Cast(cora, otto, tom, rita)


def _clone(old: str, new: str) -> None:
    if home.store() == "sqlite":
        shutil.copy(old, new)
    else:
        names = sql.Identifier(new), sql.Identifier(old)
        _admin(sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY").format(*names))


def _drop(name: str) -> None:
    if home.store() == "postgres":
        _admin(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def _admin(statement: sql.Composed) -> None:
    with psycopg.connect(postgres.url(), autocommit=True) as admin:
        admin.execute(statement)
