"""The private list of whom a connector never asks, when somebody on it is erased."""

from __future__ import annotations

import pytest

from tests.support.cast import OTTO, TOM, Cast
from twoyes.lib import addresses
from twoyes.people import front as people
from twoyes.policy import front as policy
from twoyes.policy.never import keep_names

pytestmark = [pytest.mark.django_db]
TOMS_KEY = addresses.key(TOM)


def listed(cast: Cast, *lines: str) -> None:
    keep_names(cast.cora.id, "\n".join(lines))


@pytest.mark.parametrize("line", [TOM, TOM.upper(), "Tom Target", "tom  target"])
def test_whoever_is_erased_leaves_the_list_by_address_or_by_name(cast: Cast, line: str) -> None:
    listed(cast, "Blade Works", line, OTTO)
    assert policy.forget_person({TOMS_KEY}, [cast.tom.id]) == [cast.cora.id]
    assert policy.no_go(cast.cora.id) == ("Blade Works", OTTO)


def test_others_stay_and_a_list_without_them_is_left_alone(cast: Cast) -> None:
    listed(cast, "Tomas Target", OTTO)
    assert policy.forget_person({TOMS_KEY}, [cast.tom.id]) == []
    assert policy.no_go(cast.cora.id) == ("Tomas Target", OTTO)


def test_a_list_of_nobody_else_is_gone(cast: Cast) -> None:
    listed(cast, TOM)
    assert policy.forget_person({TOMS_KEY}, []) == [cast.cora.id]
    assert policy.no_go(cast.cora.id) == ()


def test_in_anothers_list_a_name_counts_by_their_own_cards_and_an_address_everywhere(cast: Cast) -> None:
    his = people.add_card(cast.otto.id, name="Tom T.", addresses=[TOM])
    listed(cast, "Tom T.")
    keep_names(cast.otto.id, f"Tom T.\n{TOM}")
    assert policy.forget_person({TOMS_KEY}, [his.id, cast.tom.id]) == [cast.otto.id]
    assert policy.no_go(cast.otto.id) == ()
    assert policy.no_go(cast.cora.id) == ("Tom T.",)
