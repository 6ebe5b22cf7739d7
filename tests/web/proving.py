"""Whoever logs in for a test: with a fresh proof or an old one, with a passkey, with an app."""

from __future__ import annotations

import re
import time
from typing import Any

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.contrib.auth.models import User
from django.core.cache import cache

from tests.support.authenticator import Phone
from tests.support.cast import CORA, Cast
from tests.web.browsing import Browser
from twoyes.introductions.models import Letter
from twoyes.lib import sealing
from twoyes.people import front as people

CODE, CONFIRM = "/accounts/login/code/", "/accounts/login/code/confirm/"
LOGINS, PROVE, CODES, APP = "/accounts/", "/accounts/confirm/", "/accounts/codes/", "/accounts/app/"
SECOND = "/accounts/login/second/"


def letter_code() -> str:
    """Return the code in the newest login letter."""
    letter = Letter.objects.filter(kind="login_code").latest("due_at", "pk")
    return str((sealing.get_json(letter, "extra") or {})["code"])


def by_letter(browser: Browser, address: str = CORA) -> str:
    """Log in with a code by letter, as far as that goes; return where it leads."""
    cache.clear()
    Letter.objects.filter(kind="login_code").delete()
    browser.post(CODE, {"email": address})
    return browser.post(CONFIRM, {"code": letter_code()}).headers["Location"]


def proved(cast: Cast, connector: str = "cora", browser: Browser | None = None) -> Browser:
    """Return a browser that was let in a moment ago by a link of the machine, which counts as a proof."""
    browser = browser or Browser(cast)
    with cast.time():
        token = people.login_link(connector, cast.now)
    assert browser.post(f"/accounts/link/{token}", {}).status_code == 303
    return browser


def grow_old(browser: Browser, seconds: float = 601) -> None:
    """Let every proof of this session be older than ten minutes."""
    session = browser.client.session
    for record in session["account_authentication_methods"]:
        record["at"] -= seconds
    session.save()


def begin(browser: Browser, path: str) -> Any:
    """Fetch what a passkey is to sign."""
    response = browser.post(path, {}, Accept="application/json")
    assert response.status_code == 200, response.content
    return response.json()  # type: ignore[attr-defined]


def add_passkey(browser: Browser, name: str = "My phone", phone: Phone | None = None) -> Phone:
    """Register a passkey; the browser has a fresh proof."""
    phone = phone or Phone()
    credential = phone.make(begin(browser, f"{LOGINS}passkeys/begin/"))
    response = browser.post(f"{LOGINS}passkeys/add/", {"name": name, "credential": credential})
    assert response.status_code == 303, response.content.decode()
    return phone


def add_app(browser: Browser) -> str:
    """Set up an app; return its seed."""
    assert browser.post(f"{APP}begin/", {}).headers["Location"] == APP
    seed = seed_of(browser.get(APP).content.decode())
    assert browser.post(APP, {"code": app_code(seed)}).status_code == 303
    return seed


def seed_of(page: str) -> str:
    """Return the seed that the page shows as text."""
    found = re.search(r'<p class="code"[^>]*>([A-Z2-7 ]+)</p>', page)
    assert found
    return found[1].replace(" ", "")


def paper_codes(browser: Browser) -> list[str]:
    """Return the codes on paper that the page shows."""
    return re.findall(r'<span class="code">(\d{8})</span>', browser.get(CODES).content.decode())


def app_code(seed: str, later: int = 0) -> str:
    """Return what the app shows now, or `later` half minutes from now."""
    return str(format_hotp_value(hotp_value(seed, int(time.time()) // 30 + later)))


def user_of(cast: Cast) -> User:
    """Return Cora's login."""
    return User.objects.get(pk=cast.cora.user_id or 0)
