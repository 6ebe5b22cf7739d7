"""Logging in: a code by letter opens the desk, in this browser alone and once."""

import re

import pytest

from tests.journeys.house import HANDLE, House
from tests.journeys.people import Cora, Stage

pytestmark = pytest.mark.browser

_CODE = re.compile(r"^\s*([A-Z0-9]{3,4}-?[A-Z0-9]{3,4})\s*$", re.MULTILINE)


def test_a_code_by_letter_opens_the_desk(stage: Stage) -> None:
    cora = stage.newcomer()
    known = len(cora.letters("login_code"))
    cora.open(f"{stage.house.url}/desk/people/")
    assert "/accounts/login/code/" in cora.page.url
    cora.look("login")
    assert cora.submit("/accounts/login/code/", email=cora.address) == 200
    code = _CODE.search(cora.waits_for("login_code", known + 1).text)
    assert code is not None
    cora.look("login-code")

    assert cora.submit("/accounts/login/code/confirm/", code="WRONGER") == 422
    assert cora.submit("/accounts/login/code/confirm/", code=code[1]) == 200
    assert cora.page.url == f"{stage.house.url}/desk/people/"


def test_a_link_from_the_command_line_lets_in_once(stage: Stage) -> None:
    link = stage.house.read("connector", "link", HANDLE)["url"]
    cora, other = stage.newcomer(), stage.newcomer()
    other.open(link)
    cora.open(link)
    cora.look("login-link")
    assert cora.post("login") == 200
    assert cora.page.url == f"{stage.house.url}/desk/"
    assert other.post("login") == 404


def test_serve_alone_is_a_whole_house(house: House, stage: Stage) -> None:
    """One command brings web and worker, and takes both with it when it ends."""
    house.furnish()
    house.open(worker=False)
    cora = Cora(Stage(house, stage.browser))
    cora.open(f"{house.url}/accounts/login/code/")
    cora.submit("/accounts/login/code/", email=cora.address)
    cora.waits_for("login_code")
    assert house.stop("serve") == 0
    assert f"Twoyes is at {house.url}/" in house.said("serve")
    assert not house.answers()
    cora.leave()
