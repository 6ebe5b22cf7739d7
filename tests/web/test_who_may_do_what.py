"""Each route × each role × own, foreign and nobody's: what is not yours is not there, and no post counts (E8)."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from django.contrib.auth.models import User
from django.test import Client

from tests.support.cast import REQUEST, Cast
from tests.web.browsing import Browser
from tests.web.doors import House, digest
from twoyes.people import front as people

ID = re.compile(r"(?<=/)[0-9a-z]{12}(?=/)")
NOWHERE = "0" * 12
# Whatever a form of ours may carry, so that a post is refused for who posts it and for nothing else.
ANYTHING = {
    **REQUEST, "act": "", "answer": "no", "sure": "yes", "reason": "No.", "words": "No.", "times": "Now.", "how": "So.",
    "codes": "no_why", "outcome": "met", "comment": "A line.", "wish": "never", "scope": "anyone", "side": "target",
    "vouch": "She is good at what she does.", "vouch_level": "vouch", "addresses": "new@target.example",
}  # fmt: skip


@pytest.fixture
def house(cast: Cast) -> House:
    """Tom was asked: everybody has a page."""
    return House(cast).bring("asked")


def strangers(house: House) -> Iterator[tuple[str, Browser]]:
    """Yield everybody who has a right to something, but not to this."""
    cast = house.cast
    yield "nobody", Browser(cast)
    otto = Browser(cast)
    otto.log_in("otto")
    yield "another connector", otto
    other = House(cast)
    other.bring("asked", **other.another_pair())
    asker, asked = Browser(cast), Browser(cast)
    asker.open_as(other.introduction, "requester")
    asked.open_as(other.introduction, "target")
    yield "another requester", asker
    yield "another target", asked
    ends = Browser(cast)
    ends.open_as(house.introduction, "requester")
    yield "the requester of this one", ends


def with_ids(house: House) -> list[tuple[Browser, str]]:
    """The addresses that name something: an introduction, a card, a link."""
    found = [(browser, path) for _route, browser, path in house.addresses() if ID.search(path)]
    # The post room shows everything to this machine, on purpose, and nothing to any other (test_postroom).
    return [(browser, path) for browser, path in found if not path.startswith(("/accounts/", "/postroom/"))]


@pytest.mark.case("E8", "D24")
def test_what_is_somebody_elses_is_answered_like_what_does_not_exist(house: House) -> None:
    mine, tried = with_ids(house), 0
    foreign = list(strangers(house))
    before = digest("django_session")
    for name, browser in foreign:
        for _owner, path in mine:
            if name == "the requester of this one" and path.startswith("/r/"):
                continue
            nothing = ID.sub(NOWHERE, path)
            for method in ("get", "post"):
                fields = () if method == "get" else ({**ANYTHING, "target": house.cast.tom.id},)
                answer, missing = (getattr(browser, method)(at, *fields) for at in (path, nothing))
                assert answer.content == missing.content, f"{name}: {method} {path}"
                assert answer.status_code == missing.status_code
                wanted = 303 if _must_log_in(name, path) else 404
                assert answer.status_code in {wanted, 405}, f"{name}: {method} {path}"
                tried += 1
    assert digest("django_session") == before
    assert tried > 200


def _must_log_in(name: str, path: str) -> bool:
    return path.startswith("/desk/") and name != "another connector"


@pytest.mark.case("E8")
def test_a_delegate_stands_at_the_same_desk_until_the_delegation_ends(house: House) -> None:
    cast = house.cast
    made = people.add_delegate("cora", "dora@connects.example", name="Dora")
    dora = Browser(cast)
    dora.client.force_login(User.objects.get(pk=made.user_id or 0))
    at = f"/desk/introductions/{house.introduction}/"
    assert dora.get(at).status_code == 200
    people.remove_delegate(cast.cora.id, made.id, at=cast.now)
    before = digest("django_session")
    assert dora.get(at).status_code in {303, 403}
    assert dora.post(f"{at}withdraw", {}).status_code in {303, 403}
    assert digest("django_session") == before


@pytest.mark.case("E13")
@pytest.mark.parametrize("state", ["unverified", "waiting", "asked", "agreed", "introduced", "by_hand"])
def test_no_post_counts_that_did_not_come_from_our_page_in_this_browser(cast: Cast, state: str) -> None:
    house = House(cast).bring(state)
    doors = [(browser, path) for route, browser, path in house.addresses() if route != "t/<token:token>/stop"]
    other = Client()
    token = other.get("/@cora").content.decode().partition('name="csrfmiddlewaretoken" value="')[2][:64]
    before = digest()
    for browser, path in doors:
        browser.client.handler.enforce_csrf_checks = True
        for forged in ({}, {"csrfmiddlewaretoken": token}):
            answer = browser.post(path, {**ANYTHING, **forged})
            assert answer.status_code == 403, path
            assert "Nothing was changed." in answer.content.decode()
    assert digest() == before
