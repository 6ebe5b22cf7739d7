"""/desk/page/: a policy chosen, a page published, and the words that lead to it on the same screen (N3, K1)."""

from __future__ import annotations

import pytest

from tests.support.cast import Cast
from tests.web.browsing import Browser, twice, unlabelled
from twoyes.people import front as people
from twoyes.policy import front as policy


@pytest.mark.parametrize("one", policy.WELCOMES, ids=lambda one: str(one.code))
def test_a_policy_is_published_with_one_press_and_stands_on_the_page(
    cora: Browser, rita: Browser, one: policy.Policy
) -> None:
    pressed = cora.press("/desk/page/", "publish", welcome=one.code)
    assert (pressed.status_code, pressed.headers["Location"]) == (303, "/desk/page/?done=publish")
    shown = rita.get("/@cora").content.decode()
    assert all(str(sentence) in shown for sentence in one.sentences)
    others = [sentence for other in policy.WELCOMES if other is not one for sentence in other.sentences]
    assert not [sentence for sentence in others if str(sentence) in shown]


def test_the_snippet_stands_on_the_same_screen_with_the_address_of_the_page(cora: Browser) -> None:
    page = cora.follow("/desk/page/")
    text = page.content.decode()
    assert text.count("http://testserver/@cora") >= 3 or text.count("/@cora") >= 3
    assert 'id="snippet"' in text
    assert unlabelled(page) == twice(page) == []


def test_without_a_choice_nothing_is_published_and_the_field_says_so(cora: Browser, cast: Cast) -> None:
    people.publish(cast.cora.id, published=False)
    answer = cora.press("/desk/page/", "publish")
    assert answer.status_code == 422
    assert 'data-error="welcome:required"' in answer.content.decode()
    assert people.connector_by_handle("cora").published is False  # type: ignore[union-attr]


def test_a_policy_that_nobody_offers_is_refused(cora: Browser) -> None:
    answer = cora.press("/desk/page/", "publish", welcome="everybody")
    assert answer.status_code == 422
    assert 'data-error="welcome:bad_welcome"' in answer.content.decode()


def test_a_page_that_was_closed_is_like_none_and_opens_again(cora: Browser, rita: Browser) -> None:
    missing = rita.get("/@nobody")
    assert cora.press("/desk/page/", "close_page").status_code == 303
    assert (rita.get("/@cora").status_code, rita.get("/@cora").content) == (404, missing.content)
    cora.press("/desk/page/", "publish", welcome="known")
    assert rita.get("/@cora").status_code == 200


def test_each_policy_is_a_version_so_that_a_request_keeps_the_rules_its_sender_saw(cora: Browser, cast: Cast) -> None:
    before = policy.house_rules(cast.cora.id)
    cora.press("/desk/page/", "publish", welcome="open")
    cora.press("/desk/page/", "publish", welcome="open")
    after = policy.house_rules(cast.cora.id)
    assert (before.welcome, after.welcome, after.version) == ("", "open", before.version + 1)
    assert policy.house_rules(cast.cora.id, before.version).welcome == ""
