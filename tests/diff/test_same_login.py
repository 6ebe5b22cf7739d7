"""DIFF: whether an address has an account here shows nowhere on the way in (E7)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.cache import cache

from tests.diff.life import Life, Trace
from tests.support.cast import CORA
from tests.support.posted import Posted
from tests.web.browsing import Browser, forms_of
from twoyes.people import front as people

LOGIN = "/accounts/login/code/"
DELEGATE = "dora@connects.example"


@pytest.fixture
def life(posted: Posted) -> Life:
    people.add_delegate("cora", DELEGATE, name="Dora")
    life = Life(posted, Browser(posted))
    life.rita.client.raise_request_exception = True
    return life


def knocks(life: Life, address: str) -> Trace:
    """Type an address and then wrong codes, more often than may be; return all that was answered."""
    life.trace = Trace()
    cache.clear()
    with life.thrown_away():
        page = life.look([LOGIN])
        form = next(one for one in forms_of(page) if "email" in one.values)
        life.press(form.action or LOGIN, {**form.values, "email": address})
        for number in range(5):
            life.posted.now += timedelta(seconds=20)
            page = life.look([f"{LOGIN}confirm/"])
            for one in forms_of(page)[:1]:
                life.press(one.action or f"{LOGIN}confirm/", {**one.values, "code": f"WRNG{number:02}"})
        life.look(["/desk/", "/accounts/", LOGIN])
        life.deliver()
    return life.trace


@pytest.mark.case("E7")
@pytest.mark.parametrize("address", [CORA, CORA.upper(), DELEGATE])
def test_an_address_with_an_account_is_answered_like_one_without(life: Life, address: str) -> None:
    base = knocks(life, "nobody@connects.example")
    assert knocks(life, "someone@else.example").unlike(base) == ""
    assert knocks(life, address).unlike(base) == ""
