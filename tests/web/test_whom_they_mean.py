"""Whom somebody's words may mean: narrowed by each word that still leaves somebody."""

import pytest

from tests.support.cast import Cast
from twoyes.people import front as people
from twoyes.web.cards import candidates

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("Ben of Tidal", ["Ben Oak", "Ben Yule"]),
        ("Ben Oak, Tidal", ["Ben Oak"]),
        ("somebody at Tidal", ["Ben Oak", "Ben Yule"]),
        ("Ben Nobody of Tidal", ["Ben Oak", "Ben Yule"]),
        ("Theo of the Harbour", ["Theo Lund"]),
        ("An In", ["An Ingold"]),
        ("Zed of Nowhere", []),
        ("", []),
    ],
)
def test_each_word_narrows_as_long_as_it_leaves_somebody(cast: Cast, words: str, meant: list[str]) -> None:
    for name, house in (("Ben Oak", "Tidal"), ("Ben Yule", "Tidal"), ("Ben Offermann", "Moor"), ("Ben Alder", "")):
        people.add_card(cast.cora.id, name=name, organisation=house)
    people.add_card(cast.cora.id, name="Theo Lund")
    people.add_card(cast.cora.id, name="An Ingold")
    assert sorted(card.name for card in candidates(cast.cora.id, words)) == meant


def test_two_people_of_one_name_are_a_choice_though_one_house_is_named(cast: Cast) -> None:
    people.add_card(cast.cora.id, name="Ben Oak", organisation="Tidal")
    people.add_card(cast.cora.id, name="Ben Oak")
    assert len(candidates(cast.cora.id, "Ben Oak of Tidal")) == 2
