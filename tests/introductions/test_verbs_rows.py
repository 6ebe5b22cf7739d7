"""What stands in the store after each stage of an introduction, row by row: tests/introductions/golden/rows/*.txt.

Other tests say why; these pages say what, so that no row, deadline, link or sealed word changes unseen. Ids, keys and
tokens stand as names, instants as hours since the start.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import models

from tests.support.cast import CORA, OTTO, RITA, START, TOM, Cast
from twoyes.introductions import front
from twoyes.introductions.models import AskedPair, Introduction, JournalEntry, Letter, Link, RequesterProof, SendAttempt
from twoyes.lib import addresses, chance, sealing
from twoyes.people.models import Subject, Wish

GOLDEN = Path(__file__).parent / "golden" / "rows"
TABLES: tuple[type[models.Model], ...] = (
    *(Introduction, JournalEntry, Letter, SendAttempt, Link, AskedPair, Subject, Wish, RequesterProof),
)
# What only chance decides, and the fold of the journal, which has pages of its own.
LEFT_OUT = {"id", "token_hash", "message_id", "snapshot", "generation"}
ROW_ID = re.compile(r"\b[0-9a-z]{12}\b")


def wished(scope: str) -> Callable[[Cast], str]:
    def stage(cast: Cast) -> str:
        introduction = cast.asked()
        cast.answer(introduction, "never", scope=scope, comment="Please do not.")
        return introduction

    return stage


def answered(answer: str, **fields: str) -> Callable[[Cast], str]:
    def stage(cast: Cast) -> str:
        introduction = cast.asked()
        cast.answer(introduction, answer, **fields)
        return introduction

    return stage


def not_me(cast: Cast) -> str:
    introduction = cast.asked()
    link, token = cast.page(introduction)
    front.not_me(link, token, now=cast.now)
    return introduction


def second(answer: str, **fields: str) -> Callable[[Cast], str]:
    def stage(cast: Cast) -> str:
        introduction = cast.offered_second()
        cast.answer(introduction, answer, side="second", **fields)
        cast.deliver()
        return introduction

    return stage


def given_out(cast: Cast) -> str:
    introduction = cast.asking(approval={"channel": "by_hand"})
    front.by_hand(introduction, actor=cast.desk, now=cast.now)
    return introduction


def undone(cast: Cast) -> str:
    introduction = cast.asked()
    cast.answer(introduction, "never", scope="this_person")
    link, token = cast.page(introduction)
    front.undo(link, token, now=cast.now)
    return introduction


def revised(cast: Cast) -> str:
    introduction = cast.returned()
    fields = {**front_words(introduction), "why_now": "The drones fly in May and not again before autumn."}
    front.revise(introduction, fields, actor=cast.asker(introduction), now=cast.now)
    cast.deliver()
    return introduction


def front_words(introduction: str) -> dict[str, str]:
    row = Introduction.objects.get(pk=introduction)
    return {name: str(value) for name, value in (sealing.get_json(row, "words") or {}).items()}


def closed_by_hand(cast: Cast) -> str:
    introduction = cast.asked()
    front.close(introduction, "operator", actor=cast.desk, now=cast.now)
    return introduction


def withdrawn_by_desk(cast: Cast) -> str:
    introduction = cast.asked()
    front.withdraw(introduction, actor=cast.desk, now=cast.now)
    return introduction


STAGES: dict[str, Callable[[Cast], str]] = {
    **{
        name: getattr(Cast, name)
        for name in (
            *("unverified", "draft", "waiting", "returned", "talking", "declined", "lapsed", "asking", "asked"),
            *("refused", "silent", "deferred", "passed", "passed_on", "withdrawn", "undeliverable", "agreed"),
            *("introduced", "connected", "awaiting_outcome", "closed", "unreported", "offered", "offered_second"),
            "recorded",
        )
    },
    "never_this_person": wished("this_person"),
    "never_this_connector": wished("this_connector"),
    "never_anyone": wished("anyone"),
    "not_me": not_me,
    "no_with_words": answered("no", tell="my_words", comment="Not before summer."),
    "yes_with_address": answered("yes", address="tom@other.example", comment="Gladly."),
    "offered_second_no": second("no"),
    "offered_second_yes": second("yes"),
    "offered_second_never": second("never", scope="this_person"),
    "by_hand": given_out,
    "undone": undone,
    "revised": revised,
    "closed_by_hand": closed_by_hand,
    "withdrawn_by_desk": withdrawn_by_desk,
}


@pytest.mark.parametrize("stage", STAGES)
def test_each_stage_leaves_the_rows_that_its_page_says_and_no_others(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, stage: str
) -> None:
    # To renew a page, remove its file, run this once, and read the difference as a reviewer would.
    monkeypatch.setattr(chance, "uniform", lambda low, high: low + (high - low) / 4)
    STAGES[stage](cast)
    text = "\n".join(_lines(cast)) + "\n"
    page = GOLDEN / f"{stage}.txt"
    if not page.exists():
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_text(text)
        pytest.fail(f"{page.name} was written anew: read it, and run the test again")
    assert text == page.read_text(), f"if this was meant, remove {page.name} and run this again"


def _lines(cast: Cast) -> Iterator[str]:
    names = _names(cast)
    for table in TABLES:
        rows: list[models.Model] = list(table._default_manager.all())
        for text in sorted("\n".join(_row(row, names)) for row in rows):
            yield f"{table._meta.model_name}\n{text}\n"


def _names(cast: Cast) -> dict[str, str]:
    """What ids and keys are called on a page."""
    people = {"rita": RITA, "cora": CORA, "tom": TOM, "otto": OTTO, "tom's other": "tom@other.example"}
    names = {addresses.key(address): f"<key of {name}>" for name, address in people.items()}
    names |= {sealing.index("card", card): f"<card key of {name}>" for card, name in _cards(cast).items()}
    names |= {card: f"<card of {name}>" for card, name in _cards(cast).items()}
    names |= {cast.cora.id: "<cora>", cast.otto.id: "<otto>", cast.cora.actor_id: "<cora acting>"}
    names |= dict.fromkeys(Introduction.objects.values_list("pk", flat=True), "<introduction>")
    names |= dict.fromkeys(Link.objects.values_list("pk", flat=True), "<page>")
    for letter in Letter.objects.all():
        names[letter.pk] = f"<letter {letter.kind} to {letter.side}>"
    return names


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
    for own, name in names.items():
        text = text.replace(own, name)
    return text if "draw" in text else ROW_ID.sub(lambda found: "<row>" if _is_random(found[0]) else found[0], text)


def _is_random(word: str) -> bool:
    return any(letter.isdigit() for letter in word)
