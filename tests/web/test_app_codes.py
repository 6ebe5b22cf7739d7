"""An app's codes and codes on paper: asked for after the letter, sealed in the store, changed only by a fresh proof."""

from __future__ import annotations

import itertools
import re
import time
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.sessions.models import Session
from django.core.cache import cache

from tests.support.cast import Cast
from tests.web.browsing import Browser, twice, unlabelled
from tests.web.proving import (
    APP,
    CODES,
    LOGINS,
    PROVE,
    SECOND,
    add_app,
    app_code,
    by_letter,
    grow_old,
    letter_code,
    paper_codes,
    proved,
    seed_of,
    user_of,
)
from twoyes.web import second_proofs


@pytest.fixture(autouse=True)
def no_earlier_tries(db: None) -> None:
    cache.clear()


def test_after_the_letter_a_code_of_the_app_opens_the_desk(cast: Cast) -> None:
    seed = add_app(proved(cast))
    browser = Browser(cast)
    assert by_letter(browser) == SECOND
    assert browser.get("/desk/").status_code == 303
    assert browser.post(SECOND, {"code": app_code(seed)}).headers["Location"] == "/desk/"
    assert browser.get("/desk/").status_code == 200


def test_a_code_counts_once_and_for_half_a_minute(cast: Cast) -> None:
    seed = add_app(proved(cast))
    first, second = Browser(cast), Browser(cast)
    by_letter(first)
    by_letter(second)
    assert second.post(SECOND, {"code": app_code(seed, later=-3)}).status_code == 422
    code = app_code(seed)
    assert first.post(SECOND, {"code": code}).status_code == 302
    assert second.post(SECOND, {"code": code}).status_code == 422
    assert second.get("/desk/").status_code == 303


def test_a_wrong_code_is_told_beside_its_field_and_too_many_are_stopped(cast: Cast) -> None:
    add_app(proved(cast))
    browser = Browser(cast)
    by_letter(browser)
    answers = [browser.post(SECOND, {"code": "000000"}) for _ in range(8)]
    assert answers[0].status_code == 422
    assert 'data-error="code:incorrect_code"' in answers[0].content.decode()
    assert unlabelled(answers[0]) == twice(answers[0]) == []
    assert answers[-1].status_code == 429


def test_nothing_is_switched_on_before_the_first_right_code(cast: Cast) -> None:
    cora = proved(cast)
    assert cora.get(APP).headers["Location"] == LOGINS, "there is nothing to look at yet"
    cora.post(f"{APP}begin/", {})
    page = cora.get(APP)
    assert unlabelled(page) == twice(page) == []
    assert "data:image/svg+xml;base64," in page.content.decode()
    assert seed_of(page.content.decode()) == seed_of(cora.get(APP).content.decode()), "a look draws no new seed"
    assert cora.post(APP, {"code": "000000"}).status_code == 422
    assert not Authenticator.objects.exists()
    assert by_letter(Browser(cast)) == "/desk/"


def test_codes_on_paper_open_the_desk_once_each_and_new_ones_end_the_old(cast: Cast) -> None:
    cora = proved(cast)
    add_app(cora)
    codes = paper_codes(cora)
    assert len(codes) == 10
    for answer in (302, 422):
        browser = Browser(cast)
        by_letter(browser)
        assert browser.post(SECOND, {"code": codes[0]}).status_code == answer
    assert len(paper_codes(cora)) == 9
    assert cora.post(f"{CODES}new/", {}).headers["Location"] == CODES
    assert len(set(paper_codes(cora)) - set(codes)) == 10
    browser = Browser(cast)
    by_letter(browser)
    assert browser.post(SECOND, {"code": codes[1]}).status_code == 422


def test_without_the_app_the_letter_is_enough_again(cast: Cast) -> None:
    cora = proved(cast)
    add_app(cora)
    assert cora.post(f"{APP}remove/", {}).status_code == 303
    assert not Authenticator.objects.exists()
    assert by_letter(Browser(cast)) == "/desk/"
    assert cora.post(f"{CODES}new/", {}).status_code == 404


CHANGES = (
    f"{APP}begin/", APP, f"{APP}remove/", f"{CODES}new/", f"{LOGINS}passkeys/add/", f"{LOGINS}passkeys/1/remove/",
    f"{LOGINS}passkeys/begin/",
)  # fmt: skip


@pytest.mark.parametrize("path", CHANGES)
def test_no_change_without_a_proof_of_the_last_ten_minutes(cast: Cast, path: str) -> None:
    cora = proved(cast)
    add_app(cora)
    before = list(Authenticator.objects.order_by("pk").values("pk", "data"))
    grow_old(cora)
    assert cora.post(path, {"code": "000000"}).headers["Location"] == PROVE
    assert list(Authenticator.objects.order_by("pk").values("pk", "data")) == before


def test_codes_on_paper_are_shown_to_a_fresh_proof_alone(cast: Cast) -> None:
    cora = proved(cast)
    add_app(cora)
    grow_old(cora)
    assert cora.get(CODES).headers["Location"] == PROVE
    grow_old(cora, -300)
    assert cora.get(CODES).status_code == 200, "nine minutes old is young enough"


def test_a_login_by_letter_is_a_proof_for_ten_minutes(cast: Cast) -> None:
    browser = Browser(cast)
    by_letter(browser)
    assert browser.post(f"{APP}begin/", {}).headers["Location"] == APP


def test_a_session_of_which_nothing_is_known_is_no_proof(cora: Browser) -> None:
    assert cora.post(f"{APP}begin/", {}).headers["Location"] == PROVE


def test_a_code_by_letter_proves_who_has_nothing_else(cast: Cast) -> None:
    cora = proved(cast)
    grow_old(cora)
    assert cora.post(f"{PROVE}letter/", {}).headers["Location"] == PROVE
    page = cora.get(PROVE)
    assert unlabelled(page) == twice(page) == []
    assert cast.deliver() == ["login_code:connector"]
    assert cora.post(f"{PROVE}code/", {"code": "WRONG"}).status_code == 422
    assert cora.post(f"{PROVE}code/", {"code": letter_code().lower()}).headers["Location"] == LOGINS
    assert cora.post(f"{APP}begin/", {}).headers["Location"] == APP
    assert cora.post(f"{PROVE}code/", {"code": letter_code()}).headers["Location"] == PROVE, "it works once"


def test_the_code_of_that_letter_has_three_tries_and_ten_minutes(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    cora = proved(cast)
    grow_old(cora)
    cora.post(f"{PROVE}letter/", {})
    assert [cora.post(f"{PROVE}code/", {"code": "WRONG"}).status_code for _ in range(4)] == [422, 422, 422, 303]
    cora.post(f"{PROVE}letter/", {})
    code = letter_code()
    later = time.time() + timedelta(minutes=10, seconds=1).total_seconds()
    monkeypatch.setattr("twoyes.web.fresh.time.time", lambda: later)
    assert cora.post(f"{PROVE}code/", {"code": code}).headers["Location"] == PROVE
    assert cora.post(f"{APP}begin/", {}).headers["Location"] == PROVE


def test_such_letters_cannot_be_sent_without_end(cast: Cast) -> None:
    cora = proved(cast)
    grow_old(cora)
    assert [cora.post(f"{PROVE}letter/", {}).status_code for _ in range(4)] == [303, 303, 303, 429]


def test_whoever_has_an_app_proves_by_it_and_not_by_the_mailbox(cast: Cast) -> None:
    cora = proved(cast)
    seed = add_app(cora)
    grow_old(cora)
    cora.post(f"{PROVE}letter/", {})
    assert "login_code:connector" not in cast.deliver()
    assert cora.post(f"{PROVE}app/", {"code": "000000"}).status_code == 422
    assert cora.post(f"{PROVE}app/", {"code": app_code(seed)}).headers["Location"] == LOGINS
    assert cora.post(f"{APP}remove/", {}).headers["Location"] == f"{LOGINS}?done=app_off"


def test_all_lost_a_link_of_the_machine_leads_back_in(cast: Cast) -> None:
    add_app(proved(cast))
    browser = proved(cast)
    assert browser.get("/desk/").status_code == 200
    assert browser.post(f"{APP}remove/", {}).status_code == 303
    assert by_letter(Browser(cast)) == "/desk/"


@pytest.mark.case("E1")
def test_neither_seeds_nor_codes_can_be_read_in_the_store(cast: Cast) -> None:
    cora = proved(cast)
    cora.post(f"{APP}begin/", {})
    seed = seed_of(cora.get(APP).content.decode())
    waiting = str([one.get_decoded() for one in Session.objects.all()])
    assert seed not in waiting
    cora.post(APP, {"code": app_code(seed)})
    rows = {row.type: row for row in Authenticator.objects.all()}
    assert set(rows) == {"totp", "recovery_codes"}
    stored = str([row.data for row in rows.values()])
    assert seed not in stored
    adapter = second_proofs.Adapter()
    assert adapter.decrypt(rows["totp"].data["secret"]) == seed
    paper = adapter.decrypt(rows["recovery_codes"].data["seed"])
    assert re.fullmatch("[0-9a-f]{80}", paper)
    assert paper not in stored
    assert user_of(cast).pk == rows["totp"].user_id


def test_the_page_says_what_is_on(cast: Cast) -> None:
    cora = proved(cast)
    plain = cora.get(LOGINS)
    add_app(cora)
    page = cora.get(LOGINS)
    for one in (plain, page):
        assert unlabelled(one) == twice(one) == []
    assert "Set up an app" in plain.content.decode()
    assert "10 are left" in page.content.decode()
    assert list(itertools.islice(re.findall("<h1", page.content.decode()), 2)) == ["<h1"]
