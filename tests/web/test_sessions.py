"""Who is logged in, read fast: what a session holds is signed by us, and each request has its own copy of it."""

from collections.abc import Callable

import pytest
from django.contrib.sessions.models import Session

from twoyes.web.sessions import SessionStore

pytestmark = pytest.mark.django_db


def stored(**held: object) -> SessionStore:
    store = SessionStore()
    store.update(held)
    store.save()
    return store


def test_what_was_kept_is_read_again_as_often_as_asked() -> None:
    key = stored(user="1", methods=[{"method": "code"}]).session_key
    for _again in range(3):
        assert dict(SessionStore(key).items()) == {"user": "1", "methods": [{"method": "code"}]}


def test_what_one_request_changes_and_does_not_keep_no_other_sees() -> None:
    key = stored(methods=["code"]).session_key
    first = SessionStore(key)
    first["methods"].append("passkey")
    first["more"] = True
    assert dict(SessionStore(key).items()) == {"methods": ["code"]}


def test_what_was_kept_anew_is_what_is_read() -> None:
    store = stored(step=1)
    again = SessionStore(store.session_key)
    again["step"] = 2
    again.save()
    assert SessionStore(store.session_key)["step"] == 2


@pytest.mark.parametrize(
    "change", [lambda text: text + "x", lambda text: "x" + text, lambda _text: "", lambda t: t[:-3]]
)
def test_a_session_that_we_did_not_sign_so_holds_nothing(change: Callable[[str], str]) -> None:
    store = stored(user="1")
    assert SessionStore(store.session_key)["user"] == "1"
    row = Session.objects.get(pk=store.session_key)
    Session.objects.filter(pk=row.pk).update(session_data=change(row.session_data))
    assert dict(SessionStore(store.session_key).items()) == {}


def test_a_session_that_ended_holds_nothing_however_often_it_was_read() -> None:
    store = stored(user="1")
    assert SessionStore(store.session_key)["user"] == "1"
    store.delete()
    assert dict(SessionStore(store.session_key).items()) == {}
