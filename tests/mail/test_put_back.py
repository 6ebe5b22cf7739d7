"""A copy of the store is put back by nothing but copying a file: whoever was asked since is not asked again (F1)."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.journeys.house import House


def copied(source: Path, to: Path) -> None:
    """Copy a store as its own tool does, over what is there."""
    with closing(sqlite3.connect(source)) as one, closing(sqlite3.connect(to)) as other:
        one.backup(other)


@pytest.mark.slow
@pytest.mark.case("F1")
def test_a_plain_copy_that_is_put_back_asks_nobody_again_whatever_the_clock_says(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.furnish()
    store, backup = house.data / "twoyes.sqlite3", tmp_path / "backup.sqlite3"
    ann, bo = "Tom Adberg", "Tom Addahl"
    offered = ("--to", ann, "--to", bo, "--writes-first", ann, "--ask-first", ann, "--because", "Both build wings.")
    house.run("offer", *offered)
    copied(store, to=backup)
    assert house.read("tick")["letters"] == 1
    copied(backup, to=store)
    assert house.read("tick")["letters"] == 0
    for _day in range(2):
        assert house.tick(days=1)["letters"] == 0
    # Somebody who approves in it asks nobody either, before a person has looked.
    house.run("offer", *[word.replace("Adberg", "Adfeld").replace("Addahl", "Adlund") for word in offered])
    assert house.tick(days=1)["letters"] == 0
    assert len(list((house.data / "postroom").glob("*-ask.eml"))) == 1
    held = house.read("release")
    assert len(held) == 2
    assert json.loads(house.run("release", held[1], "--json")) == {"released": 1}
    house.tick(days=1)
    assert len(list((house.data / "postroom").glob("*-ask.eml"))) == 2
