"""Logging in with a provider: it vouches for an address that somebody has here, or nobody is let in."""

from __future__ import annotations

import html
import logging
import re
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount, SocialToken
from cryptography.hazmat.primitives.asymmetric import rsa
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.http import HttpResponse
from django.test import override_settings

from tests.support.cast import CORA, Cast
from tests.support.provider import CLIENT, SECRET, Provider, provider
from tests.web.browsing import Browser, twice
from tests.web.doors import digest
from tests.web.proving import PROVE, SECOND, add_app, app_code, proved
from twoyes.lib.config import Oidc
from twoyes.people import front as people

LOGIN, BACK = "/accounts/oidc/", "/accounts/oidc/callback/"
VOUCHED = {"email": CORA, "email_verified": True}


@pytest.fixture
def house_of(db: None) -> Iterator[Provider]:
    """A provider that vouches for Cora's address."""
    cache.clear()
    with provider() as one, override_settings(TWOYES_OIDC=Oidc(one.issuer, CLIENT, SECRET, "Blade Works")):
        one.claims = dict(VOUCHED)
        yield one


def sent_away(browser: Browser, **fields: str) -> str:
    """Press the button; return the address at the provider."""
    page = browser.post(LOGIN, fields)
    assert page.status_code == 200, page.content.decode()
    assert twice(page) == []
    found = re.search(r'<a class="act main" href="([^"]+)"', page.content.decode())
    assert found
    return html.unescape(found[1])


def back_from(browser: Browser, one: Provider, away: str) -> HttpResponse:
    """Log in there, and come back."""
    query = {name: values[0] for name, values in parse_qs(urlsplit(away).query).items()}
    parts = urlsplit(one.authorize(query))
    return browser.get(f"{parts.path}?{parts.query}")


def log_in(browser: Browser, one: Provider) -> HttpResponse:
    return back_from(browser, one, sent_away(browser))


def refused(response: HttpResponse, why: str) -> bool:
    return response.status_code == 403 and f'data-refused="{why}"' in response.content.decode()


def test_whoever_has_the_address_here_is_let_in(cast: Cast, house_of: Provider) -> None:
    browser = Browser(cast)
    response = log_in(browser, house_of)
    assert (response.status_code, response.headers["Location"]) == (302, "/desk/")
    assert browser.get("/desk/").status_code == 200


def test_a_delegate_is_let_in_to_the_desk_they_act_at(cast: Cast, house_of: Provider) -> None:
    people.add_delegate("cora", "dora@connects.example", name="Dora")
    house_of.claims["email"] = "Dora@Connects.example"
    browser = Browser(cast)
    assert log_in(browser, house_of).headers["Location"] == "/desk/"
    assert "/@cora" in browser.get("/desk/").content.decode()


def test_the_address_may_stand_beside_the_token(cast: Cast, house_of: Provider) -> None:
    house_of.claims, house_of.more = {}, dict(VOUCHED)
    assert log_in(Browser(cast), house_of).headers["Location"] == "/desk/"
    house_of.more = {**VOUCHED, "sub": "s-2"}
    assert refused(log_in(Browser(cast), house_of), "unsound")


def test_afterwards_the_page_that_was_wanted_is_shown_and_no_other_site(cast: Cast, house_of: Provider) -> None:
    for wanted, led in (("/desk/people/", "/desk/people/"), ("https://evil.example/", "/desk/")):
        browser = Browser(cast)
        away = sent_away(browser, next=wanted)
        assert back_from(browser, house_of, away).headers["Location"] == led


@pytest.mark.case("E22")
def test_nothing_that_the_provider_says_is_kept(cast: Cast, house_of: Provider) -> None:
    house_of.claims |= {"name": "Cora of the Blades", "sub": "cora-at-blades"}
    log_in(Browser(cast), house_of)
    assert SocialAccount.objects.count() == SocialToken.objects.count() == 0
    held = str([one.get_decoded() for one in Session.objects.all()])
    assert "connects.example" not in held
    assert "cora-at-blades" not in held
    assert all(one.endswith("@login.invalid") for one in EmailAddress.objects.values_list("email", flat=True))


def test_no_more_is_asked_than_the_address(cast: Cast, house_of: Provider) -> None:
    query = parse_qs(urlsplit(sent_away(Browser(cast))).query)
    assert set(query["scope"][0].split()) == {"openid", "email"}
    assert query["redirect_uri"] == ["http://127.0.0.1:8000/accounts/oidc/callback/"]
    assert query["code_challenge_method"] == ["S256"]


STRANGERS = {
    "an address that nobody has here": {"email": "nobody@else.example", "email_verified": True},
    "an address that was not verified": {"email": CORA, "email_verified": False},
    "an address of which it says nothing": {"email": CORA},
    "an address that it calls verified in a word": {"email": CORA, "email_verified": "true"},
    "no address": {"email_verified": True},
    "what is no address": {"email": "nonsense", "email_verified": True},
    "what is no text": {"email": ["cora@connects.example"], "email_verified": True},
}


@pytest.mark.parametrize("said", STRANGERS.values(), ids=STRANGERS)
def test_others_are_told_so_and_no_account_is_made(cast: Cast, house_of: Provider, said: dict[str, object]) -> None:
    house_of.claims = dict(said)
    before, browser = User.objects.count(), Browser(cast)
    assert refused(log_in(browser, house_of), "stranger")
    assert browser.get("/desk/").status_code == 303
    assert User.objects.count() == before
    assert SocialAccount.objects.count() == 0


LIES = {
    "another nonce": {"claims": {"nonce": "x"}},
    "no nonce": {"claims": {"nonce": None}},
    "another issuer in the token": {"claims": {"iss": "https://evil.example"}},
    "another audience": {"claims": {"aud": "somebody-else"}},
    "another party": {"claims": {"aud": [CLIENT, "other"], "azp": "other"}},
    "what is over": {"claims": {"exp": 1}},
    "no subject": {"claims": {"sub": None}},
    "another issuer in its configuration": {"config": {"issuer": "https://evil.example"}},
    "a key that it does not show": {"header": {"kid": "two"}},
    "no token": {"tokens": {"id_token": ""}},
    "what is no token": {"tokens": {"id_token": "a.b.c"}},
    "a token of another kind": {"tokens": {"id_token": 7}},
}


@pytest.mark.parametrize("lie", LIES.values(), ids=LIES)
def test_what_does_not_hold_lets_nobody_in(cast: Cast, house_of: Provider, lie: dict[str, dict[str, object]]) -> None:
    browser = Browser(cast)
    away = sent_away(browser)
    house_of.claims |= lie.get("claims", {})
    house_of.config |= lie.get("config", {})
    house_of.header |= lie.get("header", {})
    house_of.tokens |= lie.get("tokens", {})
    assert refused(back_from(browser, house_of, away), "unsound")
    assert browser.get("/desk/").status_code == 303


def test_a_token_that_somebody_else_signed_lets_nobody_in(cast: Cast, house_of: Provider) -> None:
    house_of.signs_with = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    assert refused(log_in(Browser(cast), house_of), "unsound")
    house_of.signs_with, house_of.algorithm = "x" * 32, "HS256"
    assert refused(log_in(Browser(cast), house_of), "unsound")
    house_of.signs_with, house_of.algorithm = None, "none"
    assert refused(log_in(Browser(cast), house_of), "unsound")


def test_an_answer_counts_in_the_browser_that_asked_and_once(cast: Cast, house_of: Provider) -> None:
    mine, other = Browser(cast), Browser(cast)
    away = sent_away(mine)
    query = {name: values[0] for name, values in parse_qs(urlsplit(away).query).items()}
    back = urlsplit(house_of.authorize(query))
    at = f"{back.path}?{back.query}"
    sent_away(other)
    assert refused(other.get(at), "unsound"), "nobody can be logged in as somebody else by a link"
    assert mine.get(at).headers["Location"] == "/desk/"
    mine.post("/accounts/logout/", {})
    assert refused(mine.get(at), "unsound")
    assert refused(mine.get(BACK), "unsound")
    assert refused(mine.get(f"{BACK}?state=x&code=y"), "unsound")


def test_looking_at_these_addresses_changes_nothing(cast: Cast, house_of: Provider) -> None:
    browser = Browser(cast)
    sent_away(browser)
    before = digest()
    for path in (LOGIN, BACK, f"{BACK}?state=x&code=y", f"{BACK}?error=access_denied"):
        assert browser.get(path).status_code in {303, 403}
    assert digest() == before
    assert "/token" not in house_of.seen


def test_who_thinks_again_over_there_is_back_at_the_login(cast: Cast, house_of: Provider) -> None:
    house_of.cancels = True
    browser = Browser(cast)
    response = log_in(browser, house_of)
    assert (response.status_code, response.headers["Location"]) == (303, "/accounts/login/code/")
    assert "a code by letter" in browser.get("/accounts/login/code/").content.decode()


def test_a_provider_that_does_not_answer_is_told(cast: Cast, db: None) -> None:
    with override_settings(TWOYES_OIDC=Oidc("http://127.0.0.1:9", CLIENT, SECRET, "Blade Works")):
        response = Browser(cast).post(LOGIN, {})
    assert response.status_code == 503
    assert "Blade Works does not answer." in response.content.decode()


@pytest.mark.parametrize("config", [{"token_endpoint": None}, {"jwks_uri": 7}, {"authorization_endpoint": None}])
def test_half_a_configuration_is_none(cast: Cast, house_of: Provider, config: dict[str, object]) -> None:
    house_of.config = config
    assert Browser(cast).post(LOGIN, {}).status_code == 503


def test_a_second_proof_is_asked_for_as_after_a_letter(cast: Cast, house_of: Provider) -> None:
    seed = add_app(proved(cast))
    browser = Browser(cast)
    assert log_in(browser, house_of).headers["Location"] == SECOND
    assert "access" not in str(browser.client.session["account_login"]), "no token of the provider waits in the store"
    assert browser.get("/desk/").status_code == 303
    assert browser.post(SECOND, {"code": app_code(seed)}).headers["Location"] == "/desk/"


def test_the_word_of_a_provider_is_no_proof_for_a_change(cast: Cast, house_of: Provider) -> None:
    browser = Browser(cast)
    log_in(browser, house_of)
    assert browser.post("/accounts/app/begin/", {}).headers["Location"] == PROVE


def test_whoever_was_removed_is_a_stranger(cast: Cast, house_of: Provider) -> None:
    log_in(Browser(cast), house_of)
    people.remove_connector(cast.cora.id, cast.now)
    assert refused(log_in(Browser(cast), house_of), "stranger")


def test_the_log_says_why_and_names_nobody(cast: Cast, house_of: Provider, caplog: pytest.LogCaptureFixture) -> None:
    house_of.claims["nonce"] = "x"
    with caplog.at_level(logging.WARNING, "twoyes.oidc"):
        log_in(Browser(cast), house_of)
    assert "made for another login" in caplog.text
    assert "connects.example" not in caplog.text


def test_without_a_provider_there_is_no_button(cast: Cast, db: None) -> None:
    assert LOGIN not in Browser(cast).get("/accounts/login/code/").content.decode()
    assert Browser(cast).post(LOGIN, {}).headers["Location"] == "/accounts/login/code/"
    assert Browser(cast).get(f"{BACK}?state=x&code=y").headers["Location"] == "/accounts/login/code/"
