"""The picture of a network: the same for the same graph, five hundred dots at most, nobody who is not listed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from tests.network.histories import ADA, KIM, NOW, TOM
from twoyes.network.log.rewriting import forget_keys
from twoyes.network.ways import building, drawing, finding, shelf
from twoyes.network.ways.drawing import MOST_PEOPLE
from twoyes.network.ways.picturing import Picture, neighbours, picture
from twoyes.network.ways.plan import ALONE, SIDE, Plan
from twoyes.people import front as people

MOST_DRAWN = 500


def book(cards: int, *, circles: int = 8, strangers: int = 0, seed: int = 1) -> Plan:
    """Draw a book in circles, of which each has ties among its own; `strangers` have no card."""
    chance, everybody = np.random.default_rng(seed), cards + strangers
    circle = chance.integers(0, circles, everybody + 1)
    ends = chance.integers(1, everybody + 1, (2, everybody * 8))
    ends = ends[:, (circle[ends[0]] == circle[ends[1]]) & (ends[0] != ends[1])]
    one = np.concatenate((np.zeros(everybody, int), ends[0])).astype(np.int32)
    other = np.concatenate((np.arange(1, everybody + 1), ends[1])).astype(np.int32)
    strength = (0.1 + 0.9 * chance.random(one.size)).astype(np.float32)
    return drawing.draw([f"{number:012d}" for number in range(everybody + 1)], cards, (one, other, strength))


def shown(owner: str, to: str = "") -> Picture:
    way = finding.warm_paths(owner, "me", to, max_steps=2).ways[0] if to else None
    found = picture(owner, way)
    assert found is not None
    return found


def names(owner: str) -> set[str]:
    return {dot.someone.name for dot in shown(owner).dots}


@pytest.mark.parametrize("cards", [0, 1, 2, 60, 2_000])
def test_the_same_graph_is_drawn_the_same_within_its_square(cards: int) -> None:
    plan = book(cards)
    assert plan == book(cards)
    places = [plan.me, *(one[1:3] for one in plan.people), *(one[2:4] for one in plan.more)]
    assert all(0 <= x <= SIDE and 0 <= y <= SIDE for x, y in places)
    assert len(set(places)) == len(places)


def test_of_a_larger_book_the_nearest_are_drawn_and_the_rest_counted_by_community() -> None:
    plan = book(2_000, circles=8)
    assert 1 + len(plan.people) + len(plan.more) + 3 <= MOST_DRAWN
    assert len(plan.people) == MOST_PEOPLE
    assert sum(count for _group, count, _x, _y in plan.more) == 2_000 - MOST_PEOPLE
    nearest = [strength for *_rest, strength in plan.people]
    assert nearest == sorted(nearest, reverse=True)


def test_many_small_circles_are_counted_together() -> None:
    plan = book(3_000, circles=600)
    assert 1 + len(plan.people) + len(plan.more) + 3 <= MOST_DRAWN
    assert sum(count for _group, count, _x, _y in plan.more) == 3_000 - MOST_PEOPLE


def test_circles_are_found_and_whoever_knows_nobody_else_is_in_none() -> None:
    one, other = np.array([0, 0, 0, 0, 0, 0, 0, 1, 2, 1, 4, 5, 4]), np.array([1, 2, 3, 4, 5, 6, 7, 2, 3, 3, 5, 6, 6])
    plan = drawing.draw([f"{n}" for n in range(8)], 7, (one, other, np.ones(13, np.float32)))
    found = {card: group for card, _x, _y, group, _strength in plan.people}
    assert found == {"1": 0, "2": 0, "3": 0, "4": 1, "5": 1, "6": 1, "7": ALONE}


def test_whoever_has_no_card_is_in_no_picture() -> None:
    plan = book(20, strangers=30)
    assert {one[0] for one in plan.people} == {f"{number:012d}" for number in range(1, 21)}


def test_the_picture_has_the_people_of_the_book_their_ties_and_circles(built: str) -> None:
    found = shown(built)
    assert [dot.someone.me for dot in found.dots][:2] == [True, False]
    assert {dot.someone.name for dot in found.dots} == {"Cora Lund", "Kim Berg", "Ada Moor"}
    called = [dot.someone.name for dot in found.dots]
    kim, ada = called.index("Kim Berg"), called.index("Ada Moor")
    assert neighbours(found)[kim] == [ada]
    assert found.groups == {found.dots[kim].group: "Kim Berg"}
    assert found.people == 2


def test_a_way_is_drawn_also_over_somebody_who_has_no_card(built: str) -> None:
    found = shown(built, TOM)
    assert found.way[0].someone.name == "Cora Lund"
    assert found.way[-1].someone.name == "Tom Target"
    assert not found.way[-1].someone.card
    assert sum(line.way for line in found.lines) == len(found.way) - 1
    assert all(0 < dot.x < SIDE and 0 < dot.y < SIDE for dot in found.way)


def test_whoever_is_not_listed_leaves_the_picture_at_once_and_is_not_in_the_next(built: str) -> None:
    kim = people.who(built, KIM)
    people.set_mark(built, kim.id, "not_listed", on=True, now=NOW)
    assert "Kim Berg" not in names(built)
    assert "Kim Berg" not in shown(built).groups.values()
    building.build(built, NOW)
    assert "Kim Berg" not in names(built)
    plan = shelf.plan(built)
    assert plan is not None
    assert kim.id not in {one[0] for one in plan.people}


def test_whoever_was_erased_leaves_the_picture_at_once(built: str) -> None:
    keys = people.keys_of(people.who(built, KIM).id)
    forget_keys(keys, NOW)
    owner = people.connector_by_id(built)
    assert owner is not None
    people.forget_keys(owner.community_id, keys, NOW)
    assert names(built) == {"Cora Lund", "Ada Moor"}


def test_a_card_that_is_renamed_has_its_new_name_at_once(built: str) -> None:
    people.edit_card(built, people.who(built, ADA).id, name="Ada Berg-Moor")
    assert "Ada Berg-Moor" in names(built)


def test_what_lies_on_the_disk_is_nobodys_name(built: str) -> None:
    for file in shelf.folder(built).rglob("picture.json"):
        assert not any(word in file.read_text() for word in ("Kim", "Ada", "@"))


def test_nothing_is_drawn_before_it_was_worked_out_and_nothing_of_anothers_book(built: str, otto: str) -> None:
    assert picture(otto) is None
    building.build(otto, NOW)
    assert names(otto) == {"Otto Outsider"}


def test_pages_are_served_without_what_lays_pictures_out(tmp_path: Path) -> None:
    words = "import sys, django; django.setup(); import twoyes.web.urls; print('igraph' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", words],
        env={"DJANGO_SETTINGS_MODULE": "twoyes.settings", "TWOYES_DATA": str(tmp_path / "var"),
             "XDG_CONFIG_HOME": str(tmp_path), "XDG_STATE_HOME": str(tmp_path), "PYTHONPATH": ":".join(sys.path)},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout.strip() == "False"
