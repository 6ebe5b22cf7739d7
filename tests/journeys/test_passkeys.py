"""Passkeys in a real browser: made with a finger, used in another window with nothing to type; an app; a provider."""

from __future__ import annotations

import re
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, CDPSession

from tests.journeys.browsing import PHONE
from tests.journeys.house import House
from tests.journeys.people import Cora, Stage, staged
from tests.support.provider import CLIENT, SECRET, Provider, provider
from tests.web.proving import app_code

pytestmark = pytest.mark.browser

DEVICE = {
    "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
    "isUserVerified": True, "automaticPresenceSimulation": True,
}  # fmt: skip
_CODE = re.compile(r"^\s*([A-Z0-9]{3,4}-?[A-Z0-9]{3,4})\s*$", re.MULTILINE)


@pytest.fixture(scope="module")
def vouching() -> Iterator[Provider]:
    """A provider that vouches for Cora."""
    with provider() as one:
        yield one


@pytest.fixture(scope="module")
def localhost(place: Path, browser: Browser, vouching: Provider) -> Iterator[Stage]:
    """A house with a name, since browsers bind passkeys to names; it knows a provider."""
    house = House(Path(tempfile.mkdtemp(prefix="named-", dir=place)))
    house.url = f"http://localhost:{house.port}"
    house.env |= {"TWOYES_URL": house.url, "TWOYES_OIDC_URL": vouching.issuer, "TWOYES_OIDC_NAME": "Blade Works"}
    house.env |= {"TWOYES_OIDC_CLIENT_ID": CLIENT, "TWOYES_OIDC_SECRET": SECRET}
    with staged(house, browser) as one:
        yield one


@pytest.fixture
def stage(localhost: Stage) -> Iterator[Stage]:
    """The house for one journey."""
    yield localhost
    localhost.clear()


class Device:
    """A phone's own authenticator, as Chromium plays it."""

    def __init__(self, cora: Cora) -> None:
        self.cdp: CDPSession = cora.context.new_cdp_session(cora.page)
        self.cdp.send("WebAuthn.enable")
        self.id = self.cdp.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})["authenticatorId"]

    def credentials(self) -> list[dict[str, object]]:
        """Return what it holds."""
        held: list[dict[str, object]] = self.cdp.send("WebAuthn.getCredentials", {"authenticatorId": self.id})[
            "credentials"
        ]
        return held

    def takes(self, held: list[dict[str, object]]) -> None:
        """Hold what another one holds: the same phone, in another window."""
        for one in held:
            self.cdp.send("WebAuthn.addCredential", {"authenticatorId": self.id, "credential": one})


def log_in_by_letter(cora: Cora) -> int:
    """Ask for a code and type it in; return the status of the page that follows."""
    known = len(cora.letters("login_code"))
    cora.open(f"{cora.house.url}/accounts/login/code/")
    assert cora.submit("/accounts/login/code/", email=cora.address) == 200
    code = _CODE.search(cora.waits_for("login_code", known + 1).text)
    assert code is not None
    return cora.submit("/accounts/login/code/confirm/", code=code[1])


def remove_all(cora: Cora) -> None:
    """Be again as at first."""
    cora.comes_in()
    cora.open(f"{cora.house.url}/accounts/")
    while cora.page.locator('form[action$="/remove/"]').count():
        first = str(cora.page.locator('form[action$="/remove/"]').first.get_attribute("action"))
        assert cora.submit(first) == 200


def test_a_passkey_is_made_and_opens_the_desk_in_another_window(stage: Stage) -> None:
    cora = stage.newcomer(size=PHONE)
    device = Device(cora)
    assert log_in_by_letter(cora) == 200
    cora.open(f"{stage.house.url}/accounts/")
    cora.look("logins")
    assert cora.submit("/accounts/passkeys/add/", name="Cora’s phone") == 200
    assert cora.page.url.endswith("/accounts/codes/")
    assert cora.page.locator(".paper .code").count() == 10
    cora.look("codes-on-paper")
    cora.open(f"{stage.house.url}/accounts/")
    assert cora.reads("Cora’s phone")
    cora.look("logins-with-a-passkey")
    held = device.credentials()
    assert len(held) == 1
    assert (held[0]["rpId"], held[0]["isResidentCredential"]) == ("localhost", True)

    other = stage.newcomer(size=PHONE)
    Device(other).takes(held)
    other.open(f"{stage.house.url}/accounts/login/code/?next=/desk/people/")
    other.look("login-with-passkey")
    assert other.submit("/accounts/login/passkey/") == 200
    assert other.page.url == f"{stage.house.url}/desk/people/"

    stranger = stage.newcomer(size=PHONE)
    Device(stranger)
    assert log_in_by_letter(stranger) == 200
    assert stranger.page.url.endswith("/accounts/login/second/")
    stranger.look("second-step")
    stranger.page.locator('form[action="/accounts/login/second/passkey/"] button').click()
    stranger.page.locator("[data-failed]").wait_for(state="visible")
    remove_all(other)
    other.look("logins-removed")
    assert other.reads("Add a passkey")


def shown_by_the_app(seed: str) -> str:
    """Return the code of the app, once it will go on showing it for as long as a page takes."""
    left = 30 - time.time() % 30
    if left < 6:
        time.sleep(left)
    return app_code(seed)


def test_an_app_is_asked_for_after_the_letter(stage: Stage) -> None:
    cora = stage.newcomer(size=PHONE)
    cora.comes_in()
    cora.open(f"{stage.house.url}/accounts/")
    assert cora.submit("/accounts/app/begin/") == 200
    cora.look("app")
    picture = cora.page.locator("img.picture")
    assert picture.evaluate("one => one.complete && one.naturalWidth > 0"), "the policy of the page lets it be seen"
    seed = cora.page.locator("p.code").inner_text().replace(" ", "")
    assert cora.submit("/accounts/app/", code="000000") == 422
    assert cora.submit("/accounts/app/", code=shown_by_the_app(seed)) == 200

    other = stage.newcomer(size=PHONE)
    assert log_in_by_letter(other) == 200
    assert other.submit("/accounts/login/second/", code="000000") == 422
    assert other.submit("/accounts/login/second/", code=shown_by_the_app(seed)) == 200
    assert other.page.url == f"{stage.house.url}/desk/"
    remove_all(cora)


def test_a_provider_that_vouches_for_the_address_opens_the_desk(stage: Stage, vouching: Provider) -> None:
    cora = stage.newcomer(size=PHONE)
    vouching.claims = {"email": cora.address, "email_verified": True}
    cora.open(f"{stage.house.url}/accounts/login/code/")
    cora.page.locator('form[action="/accounts/oidc/"] button').click()
    cora.page.wait_for_url(f"{stage.house.url}/desk/")
    cora.open(f"{stage.house.url}/accounts/")
    assert cora.reads("Blade Works")
    cora.open(f"{stage.house.url}/accounts/confirm/")
    cora.look("confirm")

    vouching.claims = {"email": "nobody@else.example", "email_verified": True}
    stranger = stage.newcomer(size=PHONE)
    stranger.open(f"{stage.house.url}/accounts/login/code/")
    stranger.page.locator('form[action="/accounts/oidc/"] button').click()
    stranger.page.wait_for_url(re.compile("/accounts/oidc/callback/"))
    assert stranger.reads("Nobody here has that address.")
    stranger.look("oidc-stranger")
    stranger.complaints = [one for one in stranger.complaints if "status of 403" not in one]
