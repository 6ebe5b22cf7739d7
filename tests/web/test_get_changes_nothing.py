"""The GET proof: opening any address, with the right key in any state, changes no row (C33, G10; CASES 3.2, S8)."""

from __future__ import annotations

import sys
from collections import Counter

import pytest

from tests.support.cast import Cast
from tests.web.browsing import Browser
from tests.web.doors import EVERY_ROUTE, STATES, House, arrived, digest, few_at_once, routes
from twoyes.introductions.protocol import State


def test_no_route_and_no_state_is_left_out(cast: Cast) -> None:
    opened = set()
    for state in EVERY_ROUTE:
        house = House(cast)
        opened |= {route for route, _browser, _path in house.bring(state, **house.another_pair()).addresses()}
    assert opened == set(routes())
    names = {"asking", "asked", "silent", "by_hand", "offered", "offered_second", "recorded", "passed_on"}
    reached = set(STATES) - names | {"asking"}
    assert reached == {str(state) for state in State}


@pytest.mark.parametrize("state", few_at_once(STATES))
@pytest.mark.case("C33")
def test_opening_every_address_changes_nothing(cast: Cast, state: str) -> None:
    house = House(cast).bring(state)
    doors, answers = list(house.addresses()), Counter[int]()
    before = digest()
    for _route, browser, path in doors:
        response = arrived(browser, path)
        answers[response.status_code] += 1
        assert response.status_code == 200, f"{path} answers {response.status_code}"
        for method in (browser.client.head, browser.client.options):
            with cast.time():
                assert method(path).status_code < 500, path
    assert digest() == before
    assert answers[200] >= 0.95 * answers.total()
    sys.stdout.write(f"{state}: {answers[200]} of {answers.total()} addresses answer 200, and no row changed\n")


def test_the_proof_notices_a_row_that_changed(cast: Cast) -> None:
    house = House(cast).bring("asked")
    before = digest()
    cast.answer(house.introduction, "no")
    assert digest() != before


@pytest.mark.case("E8", "E9", "E10", "D24")
@pytest.mark.parametrize("state", ["unverified", "asked", "introduced"])
def test_every_key_that_does_not_fit_is_answered_with_the_same_bytes(cast: Cast, state: str) -> None:
    house, stranger = House(cast).bring(state), Browser(cast)
    missing = stranger.get("/nothing/at/all")
    known = {purpose: house.links(purpose) for purpose in ("verify", "requester", "target", "stop")}
    wrong = [f"/{door}/{'a' * 26}" for door in "vrt"] + [f"/{door}/{'0' * 12}/" for door in "vrt"]
    doors = {"verify": "v", "requester": "r", "target": "t"}
    for purpose, links in known.items():
        for link, token in links:
            others = [door for of, door in doors.items() if of != purpose]
            # A key of one purpose opens no other door, and an id opens nothing alone.
            wrong += [f"/{door}/{token}" for door in others]
            wrong += [f"/{door}/{link.pk}/" for door in "vrt"] + [f"/{door}/{token[:-1]}7" for door in "vrt"]
    before = digest()
    for path in wrong:
        answer = stranger.get(path)
        assert (answer.status_code, answer.content) == (404, missing.content), path
        assert answer.headers == missing.headers, path
    assert digest() == before


@pytest.mark.case("E9", "E10")
@pytest.mark.parametrize(("purpose", "door"), [("verify", "v"), ("requester", "r"), ("target", "t")])
def test_a_key_that_is_too_old_is_no_key(cast: Cast, purpose: str, door: str) -> None:
    house = House(cast).bring("unverified" if purpose == "verify" else "asked")
    link, token = house.links(purpose)[0]
    browser = Browser(cast)
    assert browser.get(f"/{door}/{token}").status_code == 303
    assert browser.get(f"/{door}/{link.pk}/").status_code == 200
    cast.now = link.expires_at
    missing = browser.get("/nothing")
    for path in (f"/{door}/{token}", f"/{door}/{link.pk}/"):
        assert (browser.get(path).status_code, browser.get(path).content) == (404, missing.content)


@pytest.mark.case("E9")
def test_a_cookie_of_one_page_opens_no_other(cast: Cast) -> None:
    first, second = House(cast), House(cast)
    for house in (first, second):
        house.bring("asked", **house.another_pair())
    (mine, token), (other, _token) = first.links("target")[0], second.links("target")[0]
    browser = Browser(cast)
    browser.get(f"/t/{token}")
    for name in (f"twoyes_t_{other.pk}", f"twoyes_r_{mine.pk}", f"twoyes_v_{mine.pk}"):
        browser.client.cookies[name] = token
    missing = browser.get("/nothing").content
    for path in (f"/t/{other.pk}/", f"/r/{mine.pk}/", f"/v/{mine.pk}/"):
        assert browser.get(path).content == missing, path
    assert browser.get(f"/t/{mine.pk}/").status_code == 200
