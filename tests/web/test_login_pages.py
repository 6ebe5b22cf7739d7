"""Every address under /accounts/, in every stage of a login: our own pages, one heading each, and no look that acts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from copy import deepcopy
from pathlib import Path

import allauth
import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import User
from django.core.cache import cache
from django.db import transaction
from django.http import HttpResponse
from django.test import override_settings
from django.urls import NoReverseMatch, reverse

from tests.support.cast import Cast
from tests.web.browsing import Browser, twice, unlabelled
from tests.web.doors import House, digest, routes
from tests.web.proving import add_app, add_passkey, by_letter, grow_old, proved
from twoyes.lib.config import Oidc

PROVIDER = Oidc("http://127.0.0.1:9", "twoyes", "not very secret", "Blade Works")
THEIRS = Path(allauth.__file__).parent


@pytest.fixture(autouse=True)
def with_everything(db: None) -> Iterator[None]:
    cache.clear()
    with override_settings(TWOYES_PASSKEY_HOST="localhost", TWOYES_OIDC=PROVIDER):
        yield


def addresses() -> list[str]:
    return [
        f"/{one}".replace("<int:key>", "1") for one in routes() if one.startswith("accounts/") and "<str" not in one
    ]


def stages(cast: Cast) -> Iterator[tuple[str, Browser]]:
    """Yield a browser in each stage that a login can be in."""
    Authenticator.objects.all().delete()
    yield "nobody", Browser(cast)
    fresh = proved(cast)
    fresh.post("/accounts/app/begin/", {})
    yield "in, with nothing else", fresh
    waiting = proved(cast)
    grow_old(waiting)
    waiting.post("/accounts/confirm/letter/", {})
    yield "in, to prove by letter", waiting
    both = proved(cast)
    add_passkey(both)
    add_app(both)
    yield "in, with passkey and app", both
    old = proved(cast)
    grow_old(old)
    yield "in, to prove by passkey or app", old
    half = Browser(cast)
    by_letter(half)
    yield "half way", half


def theirs(response: HttpResponse) -> set[str]:
    """Return the templates of allauth's own that a page was made of."""
    used = [Path(one.origin.name) for one in response.templates]  # type: ignore[attr-defined]
    return {str(one) for one in used if one.is_relative_to(THEIRS)}


def test_no_page_is_of_a_template_that_is_not_ours(cast: Cast) -> None:
    looked = 0
    for stage, browser in stages(cast):
        for path in addresses():
            page = browser.get(path)
            assert page.status_code in {200, 302, 303, 403, 404}, f"{stage}: {path}"
            assert theirs(page) == set(), f"{stage}: {path}"
            if page.status_code == 200:
                assert page.content.decode().count("<h1") == 1, f"{stage}: {path}"
                assert unlabelled(page) == twice(page) == [], f"{stage}: {path}"
                looked += 1
    assert looked > 20


class _TakenBack(Exception):
    pass


def test_no_post_leads_to_one_either(cast: Cast) -> None:
    browsers = list(stages(cast))
    cookies = [deepcopy(browser.client.cookies) for _stage, browser in browsers]
    for path in addresses():
        # Each address meets the same stages: what the posts to the one before did is taken back.
        with suppress(_TakenBack), transaction.atomic():
            cache.clear()
            for (stage, browser), before in zip(browsers, cookies, strict=True):
                browser.client.cookies = deepcopy(before)
                answer = browser.post(path, {"code": "000000", "email": "nobody@else.example", "credential": "{}"})
                assert answer.status_code < 500 or path.endswith("oidc/"), f"{stage}: {path}"
                assert theirs(answer) == set(), f"{stage}: {path}"
            raise _TakenBack


def test_no_look_changes_anything(cast: Cast) -> None:
    for stage, browser in stages(cast):
        before = digest("twoyes_cache")
        for path in addresses():
            browser.get(path)
        assert digest("twoyes_cache") == before, stage


def test_every_name_that_allauth_leads_to_is_routed() -> None:
    for name in (
        "account_login", "account_request_login_code", "account_confirm_login_code", "account_inactive",
        "account_logout", "account_reauthenticate", "mfa_authenticate", "mfa_index", "mfa_login_webauthn",
    ):  # fmt: skip
        assert reverse(name).startswith("/accounts/")


@pytest.mark.parametrize(
    "name",
    ["account_signup", "account_email", "account_change_password", "mfa_reauthenticate", "mfa_signup_webauthn",
     "socialaccount_signup", "socialaccount_connections", "mfa_generate_recovery_codes"],
)  # fmt: skip
def test_what_is_not_wanted_is_not_routed(name: str) -> None:
    with pytest.raises(NoReverseMatch):
        reverse(name)


def test_the_page_and_the_desk_know_of_each_other(cast: Cast) -> None:
    cora = House(cast).cora
    assert 'href="/accounts/"' in cora.get("/desk/").content.decode()
    assert 'href="/desk/"' in cora.get("/accounts/").content.decode()
    assert "Blade Works" in cora.get("/accounts/").content.decode()


def test_a_login_that_acts_for_nobody_has_nothing_to_change(cast: Cast) -> None:
    cora = proved(cast)
    nobody = User.objects.create(username="nobody")
    cora.client.force_login(nobody)
    assert cora.get("/accounts/").status_code == 403
    assert cora.post("/accounts/app/begin/", {}).status_code == 403
