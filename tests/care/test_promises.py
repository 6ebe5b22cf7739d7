"""What was promised follows the people it is about: through a merge and a split, and away with whoever is erased."""

from __future__ import annotations

import pytest

from tests.care.merging import OTHER, Twins, twins
from tests.support.cast import RITA, TOM, Cast
from twoyes.care import front as care
from twoyes.lib.errors import Refused
from twoyes.network import front as network
from twoyes.network.models import GivenTie, Promise
from twoyes.people import front as people

pytestmark = [pytest.mark.both, pytest.mark.django_db]
WORDS = "Both look at blades."


@pytest.fixture
def two(cast: Cast) -> Twins:
    return twins(cast)


def promised(cast: Cast, one: people.Card, other: people.Card) -> str:
    return network.promise(cast.cora.id, one.id, other.id, words=WORDS, since=cast.now.date(), now=cast.now)


def pairs(cast: Cast) -> set[tuple[str, str]]:
    return {(one.one, one.other) for one in network.promises(cast.cora.id, cast.now)}


@pytest.mark.case("E18")
@pytest.mark.parametrize("who", [RITA, TOM])
def test_whoever_is_erased_takes_along_what_was_promised_them_or_of_them(cast: Cast, who: str) -> None:
    promised(cast, cast.rita, cast.tom)
    GivenTie.objects.create(owner_id=cast.cora.id, one=cast.rita.id, other=cast.tom.id, strength=0.5)
    care.erase(who, actor=cast.desk, now=cast.now)
    assert not Promise.objects.exists()
    assert not GivenTie.objects.exists()


@pytest.mark.case("E18")
def test_whoever_was_joined_to_another_card_is_erased_with_it(two: Twins) -> None:
    promised(two.cast, two.cast.rita, two.other)
    two.merge()
    care.erase(TOM, actor=two.cast.desk, now=two.cast.now)
    assert not Promise.objects.exists()


@pytest.mark.case("A19")
def test_a_promise_to_a_card_that_was_joined_is_one_to_that_person_and_comes_back_with_the_card(two: Twins) -> None:
    cast = two.cast
    promised(cast, cast.rita, two.other)
    two.merge()
    assert pairs(cast) == {(cast.rita.id, cast.tom.id)}
    two.split(again=two.other.id)
    assert pairs(cast) == {(cast.rita.id, two.other.id)}


@pytest.mark.case("A20")
def test_a_promise_stays_with_the_card_that_another_person_leaves(cast: Cast) -> None:
    people.edit_card(cast.cora.id, cast.tom.id, addresses=[TOM, OTHER])
    promised(cast, cast.rita, cast.tom)
    care.split(cast.cora.id, cast.tom.id, [OTHER], name="Thomas Second", actor=cast.desk, now=cast.now)
    assert pairs(cast) == {(cast.rita.id, cast.tom.id)}


def test_two_who_are_one_person_now_are_promised_nothing(two: Twins) -> None:
    promised(two.cast, two.cast.tom, two.other)
    two.merge()
    assert pairs(two.cast) == set()


@pytest.mark.case("A29")
def test_a_connector_who_leaves_leaves_no_promise(cast: Cast) -> None:
    promised(cast, cast.rita, cast.tom)
    with cast.time():
        care.remove_connector("cora", now=cast.now)
    assert not Promise.objects.exists()


@pytest.mark.case("E8")
def test_a_promise_names_cards_of_ones_own_book_alone_and_its_words_are_sealed(cast: Cast) -> None:
    foreign = people.add_card(cast.otto.id, name="Nora Vik")
    with pytest.raises(Refused) as refused:
        promised(cast, cast.rita, foreign)
    assert refused.value.code == "no_such_card"
    row = Promise.objects.get(pk=promised(cast, cast.rita, cast.tom))
    assert WORDS.encode() not in bytes(row.words)
    assert WORDS not in repr(row)


def test_a_card_that_is_deleted_takes_along_what_was_promised_also_of_whoever_was_joined_to_it(cast: Cast) -> None:
    ada, eva = (people.add_card(cast.cora.id, name=name) for name in ("Ada New", "Eva New"))
    promised(cast, cast.rita, ada)
    promised(cast, cast.tom, eva)
    care.merge(cast.cora.id, ada.id, eva.id, actor=cast.desk, now=cast.now)
    kept = promised(cast, cast.rita, cast.tom)
    care.delete_card(cast.cora.id, ada.id, now=cast.now)
    assert [row.pk for row in Promise.objects.all()] == [kept]
    with pytest.raises(Refused, match="There is no such card"):
        care.delete_card(cast.cora.id, ada.id, now=cast.now)
