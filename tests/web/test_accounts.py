"""Logging in by a code in a letter; a stranger's address is answered alike, and none is stored in the open (E7, S1)."""

import time
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.core.management import call_command
from django.http import HttpResponse

from tests.support.cast import CORA, Cast
from tests.web.browsing import Browser, forms_of, twice, unlabelled
from twoyes.introductions.models import Letter
from twoyes.lib import sealing

CODE, CONFIRM = "/accounts/login/code/", "/accounts/login/code/confirm/"


@pytest.fixture(autouse=True)
def no_earlier_tries(db: None) -> None:
    cache.clear()


def request_code(browser: Browser, address: str) -> HttpResponse:
    """Ask for a code."""
    return browser.post(CODE, {"email": address})


def code_of_the_letter() -> str:
    """Return the code in the newest login letter."""
    letter = Letter.objects.filter(kind="login_code").latest("due_at")
    return str((sealing.get_json(letter, "extra") or {})["code"])


def test_the_code_in_the_letter_opens_the_desk(rita: Browser, cast: Cast) -> None:
    response = request_code(rita, CORA)
    assert (response.status_code, response.headers["Location"]) == (302, CONFIRM)
    page = rita.get(CONFIRM)
    assert unlabelled(page) == twice(page) == []
    assert cast.deliver() == ["login_code:connector"]
    opened = rita.post(CONFIRM, {"code": code_of_the_letter()})
    assert (opened.status_code, opened.headers["Location"]) == (302, "/desk/")
    assert rita.get("/desk/").status_code == 200


def test_after_the_login_the_page_that_was_wanted_is_shown(rita: Browser, cast: Cast) -> None:
    wanted = f"/desk/introductions/{cast.waiting()}/"
    asking = forms_of(rita.get(rita.get(wanted).headers["Location"]))[0]
    asked = rita.post(asking.action, {**asking.values, "email": CORA})
    confirming = forms_of(rita.get(asked.headers["Location"]))[0]
    opened = rita.post(confirming.action, {**confirming.values, "code": code_of_the_letter()})
    assert opened.headers["Location"] == wanted


@pytest.mark.parametrize("following", ["https://evil.example/", "//evil.example", "javascript:alert(1)"])
def test_nobody_is_led_elsewhere(rita: Browser, following: str) -> None:
    request_code(rita, CORA)
    opened = rita.post(CONFIRM, {"code": code_of_the_letter(), "next": following})
    assert opened.headers["Location"] == "/desk/"


@pytest.mark.case("E7")
def test_an_address_that_nobody_has_is_answered_alike_and_gets_no_letter(rita: Browser, cast: Cast) -> None:
    known, stranger = Browser(cast), Browser(cast)
    first, second = request_code(known, CORA), request_code(stranger, "nobody@else.example")
    assert (first.status_code, first.headers["Location"]) == (second.status_code, second.headers["Location"])
    assert _bare(known.get(CONFIRM)) == _bare(stranger.get(CONFIRM))
    assert _bare(known.post(CONFIRM, {"code": "XXXX"})) == _bare(stranger.post(CONFIRM, {"code": "XXXX"}))
    assert cast.deliver() == ["login_code:connector"], "the letter to nobody finds no recipient"


def _bare(response: HttpResponse) -> bytes:
    parts = response.content.split(b'name="csrfmiddlewaretoken" value="')
    return b"".join([parts[0], *(part.partition(b'"')[2] for part in parts[1:])])


@pytest.mark.parametrize("address", ["", "nonsense", "a@b.example, c@d.example", "x" * 500])
def test_what_is_no_address_is_422_beside_its_field(rita: Browser, address: str) -> None:
    response = request_code(rita, address)
    assert response.status_code == 422
    assert 'data-error="email:' in response.content.decode()


def test_a_code_has_three_tries(rita: Browser) -> None:
    request_code(rita, CORA)
    code = code_of_the_letter()
    wrong = [rita.post(CONFIRM, {"code": "WRONG"}) for _ in range(3)]
    assert [one.status_code for one in wrong] == [422, 422, 302]
    assert 'data-error="code:' in wrong[0].content.decode()
    assert rita.post(CONFIRM, {"code": code}).headers["Location"] == CODE
    assert rita.get("/desk/").status_code == 303


def test_asking_for_codes_again_and_again_is_429(rita: Browser) -> None:
    answers = [request_code(Browser(rita.cast), CORA).status_code for _ in range(5)]
    assert answers[:3] == [302, 302, 302]
    assert answers[-1] == 429


@pytest.mark.case("E22")
def test_no_session_knows_an_address(rita: Browser) -> None:
    request_code(rita, CORA)
    rita.post(CONFIRM, {"code": code_of_the_letter()})
    held = [str(session.get_decoded()) for session in Session.objects.all()]
    assert held
    assert not any("connects.example" in one for one in held)


@pytest.mark.parametrize(
    "path",
    ["/accounts/signup/", "/accounts/email/", "/accounts/password/change/", "/accounts/password/reset/"],
)
def test_the_doors_that_would_take_addresses_and_passwords_in_are_not_there(cora: Browser, path: str) -> None:
    assert cora.get(path).status_code == 404


def test_the_entrance_leads_to_the_code_and_keeps_where_one_wanted_to_go(rita: Browser) -> None:
    assert rita.get("/accounts/").headers["Location"] == CODE
    assert rita.get("/accounts/login/?next=/desk/offer/").headers["Location"] == f"{CODE}?next=%2Fdesk%2Foffer%2F"


def test_logging_out_takes_a_button(cora: Browser) -> None:
    assert cora.get("/accounts/logout/").status_code == 200
    assert cora.get("/desk/").status_code == 200
    assert cora.post("/accounts/logout/", {}).status_code == 302
    assert cora.get("/desk/").status_code == 303


def test_the_checks_of_django_and_of_the_login_system_pass() -> None:
    call_command("check", fail_level="WARNING", verbosity=0)


def test_a_code_is_good_for_ten_minutes(rita: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    request_code(rita, CORA)
    code = code_of_the_letter()
    later = time.time() + timedelta(minutes=10, seconds=1).total_seconds()
    monkeypatch.setattr("allauth.account.internal.flows.code_verification.time.time", lambda: later)
    assert rita.post(CONFIRM, {"code": code}).headers["Location"] == CODE
