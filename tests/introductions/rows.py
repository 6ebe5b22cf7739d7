"""The store as a page of text: every row, with names for ids and keys, and instants as hours since the start."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import models

from tests.support.cast import CORA, OTTO, RITA, START, TOM, Cast
from twoyes.introductions.models import AskedPair, Introduction, JournalEntry, Letter, Link, RequesterProof, SendAttempt
from twoyes.lib import addresses, sealing
from twoyes.people.models import Person, Subject, Wish

GOLDEN = Path(__file__).parent / "golden" / "rows"
TABLES: tuple[type[models.Model], ...] = (
    *(Introduction, JournalEntry, Letter, SendAttempt, Link, AskedPair, Subject, Wish, RequesterProof),
)
# What only chance decides, and the fold of the journal, which has pages of its own.
LEFT_OUT = {"id", "token_hash", "message_id", "snapshot", "generation"}
ROW_ID = re.compile(r"\b[0-9a-z]{12}\b")


def is_page(cast: Cast, name: str, *told: object) -> None:
    """Assert that the store is as the page says, and that the verbs told the doors `told`.

    To renew a page, remove its file, run the test once, and read the difference as a reviewer would.
    """
    names = _names(cast)
    text = "\n".join([*_lines(names), *(_named(repr(one), names) for one in told)]) + "\n"
    page = GOLDEN / f"{name}.txt"
    if not page.exists():
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_text(text)
        pytest.fail(f"{page.name} was written anew: read it, and run the test again")
    assert text == page.read_text(), f"if this was meant, remove {page.name} and run this again"


def _lines(names: dict[str, str]) -> Iterator[str]:
    for table in TABLES:
        rows: list[models.Model] = list(table._default_manager.all())
        for text in sorted("\n".join(_row(row, names)) for row in rows):
            yield f"{table._meta.model_name}\n{text}\n"


def _names(cast: Cast) -> dict[str, str]:
    """What ids and keys are called on a page."""
    people = {"rita": RITA, "cora": CORA, "tom": TOM, "otto": OTTO}
    people |= {"tom, elsewhere": "tom@other.example", "tom, found": "tom@found.example"}
    names = {addresses.key(address): f"<key of {name}>" for name, address in people.items()}
    names |= {sealing.index("card", card): f"<card key of {name}>" for card, name in _cards(cast).items()}
    # A card without an address was made for the test; it is another Tom.
    names |= {sealing.index("card", card): "<card key of another tom>" for card in _bare(cast)}
    # One id in fifty has no digit in it, by which it could be told from a word; an actor may be a page that is gone.
    actors = JournalEntry.objects.values_list("actor", flat=True)
    names |= dict.fromkeys([*_bare(cast), *filter(ROW_ID.fullmatch, actors)], "<row>")
    names |= {card: f"<card of {name}>" for card, name in _cards(cast).items()}
    names |= {cast.cora.id: "<cora>", cast.otto.id: "<otto>", cast.cora.actor_id: "<cora acting>"}
    names |= dict.fromkeys(Introduction.objects.values_list("pk", flat=True), "<introduction>")
    names |= dict.fromkeys(Link.objects.values_list("pk", flat=True), "<page>")
    for letter in Letter.objects.all():
        names[letter.pk] = f"<letter {letter.kind} to {letter.side}>"
    return names


def _bare(cast: Cast) -> list[str]:
    return [*Person.objects.exclude(pk__in=_cards(cast)).values_list("pk", flat=True)]


def _cards(cast: Cast) -> dict[str, str]:
    return {cast.tom.id: "tom", cast.rita.id: "rita"}


def _row(row: models.Model, names: dict[str, str]) -> Iterator[str]:
    if isinstance(row, AskedPair):
        # Which of two hashes is the lower is chance as well.
        row.low, row.high = sorted((str(row.low), str(row.high)), key=lambda key: str(names.get(key, key)))
    for field in row._meta.concrete_fields:
        value = getattr(row, field.attname)
        if field.name not in LEFT_OUT and value not in (None, "", b"", {}, []):
            yield f"    {field.name}: {_told(row, field, value, names)}"


def _told(row: models.Model, field: models.Field[Any, Any], value: object, names: dict[str, str]) -> str:
    if isinstance(value, datetime):
        return f"{(value - START).total_seconds() / 3600:.3f} h"
    if isinstance(value, date):
        return f"day {(value - START.date()).days}"
    if isinstance(value, bytes | memoryview):
        sealed: dict[str, object] = json.loads(sealing.get(row, field.name))
        # Of a page's key only that there is one.
        value = [*sealed] if field.name == "token" else sealed
    if isinstance(value, list):
        value = sorted(names.get(str(one), str(one)) for one in value)
    text = value if isinstance(value, str) else json.dumps(value, sort_keys=True, ensure_ascii=False)
    return _named(text, names)


def _named(text: str, names: dict[str, str]) -> str:
    for own, name in names.items():
        text = text.replace(own, name)
    return text if "draw" in text else ROW_ID.sub(lambda found: "<row>" if _is_random(found[0]) else found[0], text)


def _is_random(word: str) -> bool:
    return any(letter.isdigit() for letter in word)
