"""Whoever's way in changes is told by letter, so that what somebody else did does not stay unseen (S1)."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from django.test import override_settings

from tests.support.cast import CORA, Cast
from tests.web.browsing import forms_of
from tests.web.proving import LOGINS, add_app, add_passkey, proved, user_of
from twoyes.introductions import front as introductions
from twoyes.introductions.models import Letter
from twoyes.mail import front as mail


@pytest.fixture(autouse=True)
def at_localhost(db: None) -> object:
    cache.clear()
    with override_settings(TWOYES_PASSKEY_HOST="localhost"):
        yield


def notices() -> list[introductions.LetterFacts]:
    """Return what the notices that are due say, oldest first."""
    rows = Letter.objects.filter(kind="login_changed").order_by("due_at", "at")
    return [introductions.facts(row.pk) for row in rows]


def test_a_new_passkey_and_its_end_are_told_to_the_address_that_logs_in(cast: Cast) -> None:
    browser = proved(cast)
    add_passkey(browser, name="Somebody's phone")
    (told,) = notices()
    letter = mail.compose(told)
    assert told.recipient == CORA
    assert letter.subject == "How you log in has changed"
    assert "A passkey was added." in letter.text
    assert "Somebody's phone" not in letter.text
    remove = next(form for form in forms_of(browser.get(LOGINS)) if form.action.endswith("/remove/"))
    browser.post(remove.action, remove.values)
    assert "A passkey was removed." in mail.compose(notices()[-1]).text


def test_a_new_app_is_told_and_looking_tells_nothing(cast: Cast) -> None:
    browser = proved(cast)
    browser.get(LOGINS)
    assert notices() == []
    add_app(browser)
    assert [one.code for one in notices()] == ["app_added"]


def test_an_alias_that_nobody_has_gets_no_letter(cast: Cast) -> None:
    introductions.login_changed("nobody@login.invalid", "passkey_added")
    assert notices() == []
    introductions.login_changed(user_of(cast).email, "codes_made")
    assert len(notices()) == 1
