"""docs/protocol.md says what the table does: it is generated from it, and a walk owes exactly what it lists."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta

import pytest

from tests.introductions.states import MAKE
from tests.introductions.walk import Step
from tests.introductions.walked import at_each_step, holds
from tests.introductions.world import CLOCK, DESK, PROGRAM, RELAY, World, approved
from tests.tools.protocol_docs import PAGE, PARTS, filled
from twoyes.introductions.protocol import PROMISES, Advanced, LetterDue, State
from twoyes.introductions.protocol.promises import OWED
from twoyes.introductions.protocol.table import TABLE

TO_ASKED = {"ask", "details"}
# DESIGN's kinds of letters, word for word, and those that came after it.
KINDS = (
    "verify login_code received new_request returned talk_first declined lapsed on_its_way ask details introduction"
    " not_this_time reply_now what_happened good_news digest amends thanks trouble passed_on still_looking late_yes"
    " reply_copy your_data guard_answer login_changed monthly"
)


def recipient(due: LetterDue) -> str:
    """To whom a letter goes, in the words of the page."""
    if due.kind == "introduction":
        return "each side"
    if due.to in {"connector", "writer"}:
        return due.to
    return "asked" if due.kind in TO_ASKED else "asker"


def test_the_page_is_what_the_table_generates() -> None:
    page = PAGE.read_text()
    assert filled(page) == page, "run: python -m tests.tools.protocol_docs --write"


def test_a_page_without_a_place_for_a_part_is_not_silently_left_alone() -> None:
    for name in PARTS:
        with pytest.raises(ValueError, match=name):
            filled(PAGE.read_text().replace(f"<!-- end {name} -->", ""))


def seldom() -> list[Advanced]:
    """What a walk meets too seldom: a target erased before the approval, and the date before the deadline."""
    world = World()
    steps = [world.do(MAKE[state](world), "erase", PROGRAM, who="target") for state in (State.WAITING, State.TALKING)]
    chapter = approved(World())
    date = chapter.snapshot.hears_by
    assert date is not None
    world.do(chapter, "blocked", RELAY, cause="text")
    world.now = date - timedelta(days=11)
    world.do(chapter, "approve", DESK)
    # The ask leaves at the last moment, and the relay's word takes a while.
    world.now = date - timedelta(days=9, hours=23)
    world.do(chapter, "sent", RELAY)
    world.now = date
    return [*steps, world.do(chapter, "final", CLOCK)]


owed: dict[str, set[tuple[str, str]]] = defaultdict(set)


@at_each_step()
def letters_are_noted(step: Step) -> None:
    note(step.after)


def note(after: Advanced) -> None:
    owed[after.row] |= {(due.kind, recipient(due)) for due in after.letters}


def test_a_walk_owes_exactly_the_letters_that_the_page_lists() -> None:
    holds(letters_are_noted)
    for after in seldom():
        note(after)
    assert set(owed) == {row.letter for row in TABLE}
    assert {letter: pairs for letter, pairs in owed.items() if pairs} == {k: set(v) for k, v in OWED.items()}


def test_every_kind_of_letter_has_one_promise() -> None:
    assert sorted(PROMISES) == sorted(KINDS.split())
    assert {kind for pairs in OWED.values() for kind, _ in pairs} <= set(PROMISES)


def test_only_ask_and_details_go_to_whoever_is_asked_and_both_at_most_once() -> None:
    to_asked = {kind for pairs in OWED.values() for kind, to in pairs if to == "asked"}
    assert to_asked == TO_ASKED
    assert {PROMISES[kind] for kind in to_asked} == {"at most once"}
