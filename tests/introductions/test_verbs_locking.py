"""Everybody whom a letter concerns is locked at once, before its introduction (B12, B13)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import pytest

from tests.introductions.sending import blocked, claim, passed
from tests.support.cast import RITA, TOM, Cast
from twoyes.introductions import front, outbox, queries
from twoyes.introductions.models import Introduction, Letter
from twoyes.lib import addresses, limits
from twoyes.people import front as people

pytestmark = pytest.mark.both

NEW = "tom@new.example"


class Locks:
    """Which people a verb locked, call by call, and whether the introduction was locked by then."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.people: list[set[str]] = []
        self.late: set[str] = set()
        self.meanwhile: Callable[[], object] = bool
        lock_people, lock_introduction = people.lock_subjects, queries.lock_introduction
        row_is_locked = False

        def locks_people(community: str, keys: Iterable[str]) -> list[people.Subject]:
            wanted = set(keys)
            if row_is_locked:
                self.late |= wanted - set().union(*self.people)
            self.people.append(wanted)
            found = lock_people(community, wanted)
            self.meanwhile()
            return found

        def locks_introduction(*given: Any) -> Any:
            nonlocal row_is_locked
            row_is_locked = True
            return lock_introduction(*given)

        patch.setattr(people, "lock_subjects", locks_people)
        patch.setattr(queries, "lock_introduction", locks_introduction)


def keys_of(introduction: str) -> set[str]:
    row = Introduction.objects.get(pk=introduction)
    return {*row.asker_keys, *row.target_keys}


@pytest.mark.case("B12", "B13")
def test_everybody_an_ask_concerns_is_locked_at_once_before_it_leaves(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = cast.asking()
    claimed = claim(cast, "ask")
    with monkeypatch.context() as patch:
        locks = Locks(patch)
        passed(cast, claimed)
    assert locks.people == [keys_of(made)]


@pytest.mark.case("B12", "B13")
@pytest.mark.parametrize(("result", "locked"), [("refused", True), ("sent", False), ("unknown", False)])
def test_only_a_refusal_needs_the_people_and_locks_them_before_the_introduction(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, result: str, *, locked: bool
) -> None:
    made = cast.asking()
    claimed = claim(cast, "ask")
    passed(cast, claimed)
    with monkeypatch.context() as patch:
        locks = Locks(patch)
        front.settle(claimed, result, code=550, now=cast.now)
    assert locks.late == set()
    assert set().union(*locks.people) == (keys_of(made) if locked else set())


@pytest.mark.case("A17", "A21", "B12")
@pytest.mark.parametrize("side", ["first", "second"])
def test_an_address_that_a_card_got_since_is_locked_and_counts_from_then_on(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, side: str
) -> None:
    made = cast.offered() if side == "first" else cast.offered_second()
    cast.answer(made, "yes", side=side)
    cast.now += limits.HOLD
    front.due(cast.now)
    card, own = (cast.rita, RITA) if side == "first" else (cast.tom, TOM)
    people.edit_card(cast.cora.id, card.id, addresses=[own, NEW])
    claimed = claim(cast, "ask" if side == "first" else "introduction")
    with monkeypatch.context() as patch:
        locks = Locks(patch)
        passed(cast, claimed)
    row = Introduction.objects.get(pk=made)
    assert addresses.key(NEW) in (row.asker_keys if side == "first" else row.target_keys)
    assert addresses.key(NEW) not in (row.target_keys if side == "first" else row.asker_keys)
    # The people that nobody knew of were locked in a second transaction, before its introduction.
    assert [addresses.key(NEW) in keys for keys in locks.people] == [False, True]
    assert keys_of(made) <= locks.people[-1]


@pytest.mark.case("A17", "B12")
@pytest.mark.parametrize("column", ["asker_keys", "target_keys"])
def test_an_address_that_somebody_linked_at_that_moment_is_locked_before_the_ask_leaves(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, column: str
) -> None:
    made = cast.asking()
    claimed = claim(cast, "ask")
    known = getattr(Introduction.objects.get(pk=made), column)
    with monkeypatch.context() as patch:
        locks = Locks(patch)
        locks.meanwhile = lambda: Introduction.objects.filter(pk=made).update(**{column: [*known, "linked-now"]})
        passed(cast, claimed)
    assert ["linked-now" in keys for keys in locks.people] == [False, True]


@pytest.mark.case("B12")
def test_an_ask_whose_people_never_stand_still_waits_for_the_reaper(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = cast.asking()
    claimed = claim(cast, "ask")
    with monkeypatch.context() as patch:
        locks = Locks(patch)

        def another() -> None:
            known = Introduction.objects.get(pk=made).target_keys
            Introduction.objects.filter(pk=made).update(target_keys=[*known, f"linked-{len(locks.people)}"])

        locks.meanwhile = another
        found = blocked(cast, claimed)
    assert (found.cause, len(locks.people)) == ("lost", 2)
    assert front.stand_back(claimed, found, cast.now) == "claimed"


def test_a_press_on_a_page_whose_letter_has_its_result_locks_nobody_for_it(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor one on the page of somebody to whom no ask was ever written."""
    made, never = cast.asked(), cast.waiting(target="Uma Third")
    before = Letter.objects.values().get(introduction=made, kind="ask")
    with monkeypatch.context() as patch:
        locks = Locks(patch)
        for introduction in (made, never):
            outbox.promote(introduction, "target", cast.now)
    assert locks.people == []
    assert Letter.objects.values().get(introduction=made, kind="ask") == before
