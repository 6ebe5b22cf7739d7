"""Passkeys: one is added under a name, opens the desk alone, stands in for the second proof, and can be removed."""

from __future__ import annotations

import json

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.test import override_settings

from tests.support.authenticator import Phone
from tests.support.cast import Cast
from tests.web.browsing import Browser, twice, unlabelled
from tests.web.proving import (
    CODES,
    LOGINS,
    PROVE,
    SECOND,
    add_passkey,
    begin,
    by_letter,
    grow_old,
    paper_codes,
    proved,
    user_of,
)
from twoyes.people import front as people

LOGIN = "/accounts/login/passkey/"


@pytest.fixture(autouse=True)
def at_localhost(db: None) -> object:
    cache.clear()
    with override_settings(TWOYES_PASSKEY_HOST="localhost"):
        yield


def log_in(browser: Browser, phone: Phone) -> str:
    response = browser.post(LOGIN, {"credential": phone.use(begin(browser, f"{LOGIN}begin/"))})
    assert response.status_code in {302, 303}
    return response.headers["Location"]


def test_a_passkey_opens_the_desk_with_nothing_to_type(cast: Cast) -> None:
    phone = add_passkey(proved(cast))
    browser = Browser(cast)
    assert log_in(browser, phone) == "/desk/"
    assert browser.get("/desk/").status_code == 200


def test_after_it_the_page_that_was_wanted_is_shown_and_no_other_site(cast: Cast) -> None:
    phone = add_passkey(proved(cast))
    for wanted, led in (("/desk/people/", "/desk/people/"), ("https://evil.example/", "/desk/")):
        browser = Browser(cast)
        credential = phone.use(begin(browser, f"{LOGIN}begin/"))
        assert browser.post(LOGIN, {"credential": credential, "next": wanted}).headers["Location"] == led


def test_the_first_one_brings_ten_codes_for_a_bad_day(cast: Cast) -> None:
    cora = proved(cast)
    credential = Phone().make(begin(cora, f"{LOGINS}passkeys/begin/"))
    added = cora.post(f"{LOGINS}passkeys/add/", {"name": "", "credential": credential})
    assert added.headers["Location"] == CODES
    assert len(paper_codes(cora)) == 10
    assert "Passkey 1" in cora.get(LOGINS).content.decode()


def test_several_are_told_apart_by_name_and_one_is_removed(cast: Cast) -> None:
    cora = proved(cast)
    first, second = add_passkey(cora, "Phone"), add_passkey(cora, "Key on the ring")
    page = cora.get(LOGINS)
    assert unlabelled(page) == twice(page) == []
    assert "Key on the ring" in page.content.decode()
    gone = Authenticator.objects.filter(type="webauthn").earliest("pk")
    assert cora.post(f"{LOGINS}passkeys/{gone.pk}/remove/", {}).status_code == 303
    assert log_in(Browser(cast), first) == "/accounts/login/code/"
    assert log_in(Browser(cast), second) == "/desk/"


def test_once_there_is_one_a_letter_alone_opens_nothing(cast: Cast) -> None:
    phone = add_passkey(proved(cast))
    browser = Browser(cast)
    assert by_letter(browser) == SECOND
    assert browser.get("/desk/").status_code == 303
    page = browser.get(SECOND)
    assert unlabelled(page) == twice(page) == []
    wrong = browser.post(f"{SECOND}passkey/", {"credential": Phone().use(begin(browser, f"{LOGIN}begin/"))})
    assert wrong.status_code == 422
    right = browser.post(f"{SECOND}passkey/", {"credential": phone.use(begin(browser, f"{LOGIN}begin/"))})
    assert right.headers["Location"] == "/desk/"
    assert browser.get("/desk/").status_code == 200


def test_with_the_last_one_go_the_codes_on_paper(cast: Cast) -> None:
    cora = proved(cast)
    add_passkey(cora)
    key = Authenticator.objects.get(type="webauthn")
    cora.post(f"{LOGINS}passkeys/{key.pk}/remove/", {})
    assert not Authenticator.objects.exists()
    assert by_letter(Browser(cast)) == "/desk/"


def test_an_old_session_cannot_add_one_even_where_there_was_none(cast: Cast) -> None:
    cora = proved(cast)
    grow_old(cora)
    asked = cora.post(f"{LOGINS}passkeys/begin/", {}, Accept="application/json")
    assert (asked.status_code, asked.json()) == (403, {"go": PROVE})  # type: ignore[attr-defined]
    assert cora.post(f"{LOGINS}passkeys/add/", {"credential": "{}"}).headers["Location"] == PROVE
    assert "passkeys/add" not in cora.get(LOGINS).content.decode()


def test_a_passkey_proves_that_it_is_still_oneself(cast: Cast) -> None:
    cora = proved(cast)
    phone = add_passkey(cora)
    grow_old(cora)
    assert cora.post(f"{PROVE}letter/", {}).headers["Location"] == PROVE, "a mailbox alone is not enough"
    assert cora.post(f"{PROVE}passkey/", {"credential": "{}"}).status_code == 422
    credential = phone.use(begin(cora, f"{PROVE}passkey/begin/"))
    assert cora.post(f"{PROVE}passkey/", {"credential": credential}).headers["Location"] == LOGINS
    assert "passkeys/add" in cora.get(LOGINS).content.decode()


@pytest.mark.case("E8")
def test_somebody_elses_passkey_is_not_there(cast: Cast) -> None:
    add_passkey(proved(cast))
    key = Authenticator.objects.get(type="webauthn")
    otto = proved(cast, "otto")
    theirs, nothing = (otto.post(f"{LOGINS}passkeys/{pk}/remove/", {}) for pk in (key.pk, 999_999))
    assert (theirs.status_code, theirs.content) == (404, nothing.content)
    assert Authenticator.objects.filter(pk=key.pk).exists()


def test_what_was_signed_for_another_page_or_another_challenge_opens_nothing(cast: Cast) -> None:
    phone = add_passkey(proved(cast))
    browser = Browser(cast)
    old = phone.use(begin(browser, f"{LOGIN}begin/"))
    assert begin(browser, f"{LOGIN}begin/")
    assert browser.post(LOGIN, {"credential": old}).headers["Location"] == "/accounts/login/code/"
    phone.origin = "https://evil.example"
    assert log_in(browser, phone) == "/accounts/login/code/"
    phone.origin, phone.seen = "http://localhost:8000", False
    assert log_in(browser, phone) == "/accounts/login/code/", "no finger, no login"


def test_a_signed_answer_counts_once(cast: Cast) -> None:
    phone = add_passkey(proved(cast))
    browser = Browser(cast)
    credential = phone.use(begin(browser, f"{LOGIN}begin/"))
    assert browser.post(LOGIN, {"credential": credential}).headers["Location"] == "/desk/"
    browser.post("/accounts/logout/", {})
    assert browser.post(LOGIN, {"credential": credential}).headers["Location"] == "/accounts/login/code/"


SHAPES = [
    "",
    "x",
    "[]",
    "1",
    "null",
    "{}",
    '{"id":1}',
    '{"response":{"userHandle":"=="}}',
    '{"response":[]}',
    '"{}"',
    "[" * 9_000,
    "[" * 90_000,
]


@pytest.mark.parametrize("shape", SHAPES, ids=range(len(SHAPES)))
def test_what_no_browser_makes_breaks_nothing(cast: Cast, shape: str) -> None:
    cora = proved(cast)
    add_passkey(cora)
    browser = Browser(cast)
    begin(browser, f"{LOGIN}begin/")
    assert browser.post(LOGIN, {"credential": shape}).headers["Location"] == "/accounts/login/code/"
    begin(cora, f"{LOGINS}passkeys/begin/")
    assert cora.post(f"{LOGINS}passkeys/add/", {"name": "x", "credential": shape}).status_code == 422


def test_what_was_changed_on_the_way_breaks_nothing(cast: Cast) -> None:
    phone = add_passkey(proved(cast))
    value: object
    for part in ("signature", "authenticatorData", "clientDataJSON", "userHandle"):
        for value in ("", "AA", "a" * 500, None, 3, {}, "MAYCAQECAQE"):
            browser = Browser(cast)
            credential = json.loads(phone.use(begin(browser, f"{LOGIN}begin/")))
            credential["response"][part] = value
            posted = browser.post(LOGIN, {"credential": json.dumps(credential)})
            assert posted.headers["Location"] == "/accounts/login/code/", (part, value)
            cache.clear()


def test_a_name_that_is_none_is_told_beside_its_field(cast: Cast) -> None:
    cora = proved(cast)
    credential = Phone().make(begin(cora, f"{LOGINS}passkeys/begin/"))
    response = cora.post(f"{LOGINS}passkeys/add/", {"name": "x" * 500, "credential": credential})
    assert response.status_code == 422
    assert 'data-error="name:bad_text"' in response.content.decode()
    assert not Authenticator.objects.exists()


def test_the_device_is_told_a_handle_and_neither_address_nor_alias(cast: Cast) -> None:
    told = json.dumps(begin(proved(cast), f"{LOGINS}passkeys/begin/"))
    assert "@cora" in told
    assert "login.invalid" not in told
    assert "connects.example" not in told


def test_where_browsers_make_none_none_are_offered(cast: Cast) -> None:
    with override_settings(TWOYES_PASSKEY_HOST=""):
        assert "passkeys/add" not in proved(cast).get(LOGINS).content.decode()
        assert "passkey" not in Browser(cast).get("/accounts/login/code/").content.decode()


def test_trying_again_and_again_is_stopped(cast: Cast) -> None:
    answers = [Browser(cast).post(f"{LOGIN}begin/", {}).status_code for _ in range(35)]
    assert answers[:20] == [200] * 20
    assert answers[-1] == 429


def test_whoever_is_removed_leaves_no_passkey_behind(cast: Cast) -> None:
    cora = proved(cast)
    phone = add_passkey(cora)
    user = user_of(cast)
    people.add_delegate("otto", "cora@connects.example", name="Cora")
    people.remove_connector(cast.cora.id, cast.now)
    assert Authenticator.objects.filter(user=user).exists(), "the same person still acts for Otto"
    delegate = people.delegates(cast.otto.id)[0]
    people.remove_delegate(cast.otto.id, delegate.id, at=cast.now)
    assert not Authenticator.objects.exists()
    assert log_in(Browser(cast), phone) == "/accounts/login/code/"
