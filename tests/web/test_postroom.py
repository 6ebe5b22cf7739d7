"""The post room: every letter readable with its link, and a clock to move; for this machine alone."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.test import override_settings

from tests.support.cast import Cast
from tests.web.browsing import Browser, forms_of, twice
from twoyes.introductions.models import Introduction
from twoyes.lib import clock
from twoyes.mail import front as mail


@pytest.fixture
def room(cast: Cast) -> Browser:
    """A browser on this machine, with one letter in the post room."""
    introduction = cast.unverified()
    with clock.frozen(cast.now):
        mail.tick()
    assert Introduction.objects.get().pk == introduction
    return Browser(cast)


def test_a_letter_is_shown_with_its_link_to_press_and_as_the_bytes_that_were_sent(room: Browser) -> None:
    page = room.get("/postroom/")
    text = page.content.decode()
    assert "To rita@asks.example" in text
    token = room.cast.key(Introduction.objects.get().pk, "verify")
    assert f'<a href="/v/{token}">{settings.TWOYES_URL}/v/{token}</a>' in text
    assert twice(page) == []
    name = "000001-verify.eml"
    raw = room.get(f"/postroom/{name}")
    assert raw.headers["Content-Disposition"] == f'attachment; filename="{name}"'
    assert raw.content.startswith(b"X-Twoyes-Letter: ")


def test_its_clock_goes_to_the_next_thing_and_what_is_due_happens(room: Browser) -> None:
    forms = [form for form in forms_of(room.get("/postroom/")) if form.act == "tick"]
    assert [form.values["to"] for form in forms] == ["next", "day", "week"]
    before = clock.now()
    assert room.client.post("/postroom/tick", {"act": "tick", "to": "week"}).status_code == 303
    assert clock.now() - before >= timedelta(days=7)
    assert Introduction.objects.get().state == "discarded"


@pytest.mark.parametrize("name", ["000009-verify.eml", "000001-ask.eml", "..%2F..%2Fsecret", "x.eml"])
def test_what_is_no_letter_is_not_there(room: Browser, name: str) -> None:
    assert room.get(f"/postroom/{name}").status_code == 404


def test_for_another_machine_there_is_no_post_room(room: Browser) -> None:
    room.client.defaults["REMOTE_ADDR"] = "192.0.2.7"
    missing = room.get("/nothing")
    for path in ("/postroom/", "/postroom/000001-verify.eml", "/postroom/tick"):
        assert room.get(path).content == missing.content
    assert room.post("/postroom/tick", {"to": "week"}).status_code == 404


def test_with_real_mail_there_is_no_post_room(room: Browser) -> None:
    with override_settings(POST_ROOM=False):
        assert room.get("/postroom/").status_code == 404
        assert room.post("/postroom/tick", {"to": "day"}).status_code == 404
        assert "post room" not in room.get("/").content.decode()


def test_an_empty_room_says_how_a_letter_comes_about(rita: Browser) -> None:
    assert "No letters yet." in rita.get("/postroom/").content.decode()
