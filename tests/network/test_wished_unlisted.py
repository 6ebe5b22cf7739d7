"""Whoever wishes to stand in no list is on no way, in no picture and in no look back, in any book (B4)."""

from __future__ import annotations

import pytest
from django.db import transaction

from tests.network.histories import KIM, NOW, TOM
from twoyes.lib import addresses
from twoyes.lib.errors import Refused
from twoyes.network import rebuilding
from twoyes.network.evidence import evidence_on
from twoyes.network.reviewing import review
from twoyes.network.ways import building, finding
from twoyes.network.ways.picturing import picture
from twoyes.people import front as people


def wishes(address: str, *, on: bool = True) -> None:
    """Say so on the page of somebody else's letter: nothing of Cora's book is touched."""
    key, community = addresses.key(address), people.default_community()
    with transaction.atomic():
        people.lock_subjects(community, [key])
        people.say_limits(community, [key], people.Limits(not_listed=on), cards={})


def on_a_way(owner: str) -> set[str]:
    return {one.name for way in finding.warm_paths(owner, "me", TOM, max_steps=3).ways for one in way.people}


def in_the_picture(owner: str) -> set[str]:
    found = picture(owner)
    assert found is not None
    return {dot.someone.name for dot in found.dots}


@pytest.mark.parametrize("anew", [False, True], ids=["at once", "in the next graph"])
def test_a_card_leaves_every_way_and_the_picture(built: str, anew: bool) -> None:
    assert "Kim Berg" in on_a_way(built) & in_the_picture(built)
    before = rebuilding._state(built)
    wishes(KIM)
    assert rebuilding._state(built) != before, "the graph is made anew"
    if anew:
        building.build(built, NOW)
    assert "Kim Berg" not in on_a_way(built) | in_the_picture(built)
    assert not people.find(built, "Kim", hints=True)
    assert people.who(built, "Kim Berg").id == people.who(built, KIM).id
    shown = evidence_on(built, people.who(built, KIM).id)
    assert shown is not None
    assert "stand in no list" in shown.mail
    wishes(KIM, on=False)
    building.build(built, NOW)
    assert "Kim Berg" in on_a_way(built) & in_the_picture(built)


@pytest.mark.parametrize("anew", [False, True], ids=["at once", "in the next graph"])
def test_so_does_somebody_of_whom_the_book_has_no_card(built: str, anew: bool) -> None:
    wishes(TOM)
    if anew:
        building.build(built, NOW)
    with pytest.raises(Refused) as refused:
        on_a_way(built)
    assert refused.value.code == "not_there"


def test_a_look_back_names_nobody_of_them(built: str) -> None:
    wishes(KIM)
    wishes(TOM)
    told = repr(review(built, NOW))
    assert "Kim Berg" not in told
    assert "Tom Target" not in told
