"""The way into a house that is in use: asked for by a press, shown while it is told, and never with real mail."""

import pytest
from django.test import override_settings

from tests.support.cast import Cast
from tests.web.browsing import Browser, forms_of
from twoyes.lib import story
from twoyes.web import story as web_story


@pytest.fixture
def newcomer(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Browser:
    """A browser on this machine, where `serve` builds houses."""
    monkeypatch.setenv(story.OFFERED, "1")
    return Browser(cast)


def acts(browser: Browser, path: str = "/postroom/") -> set[str]:
    return {form.act for form in forms_of(browser.get(path))}


def test_one_press_asks_for_it_and_one_throws_it_away(newcomer: Browser) -> None:
    assert "open_story" in acts(newcomer)
    assert newcomer.press("/postroom/", "open_story").headers["Location"] == "/postroom/story/"
    assert story.wanted()
    assert acts(newcomer) >= {"throw_away"}
    assert newcomer.press("/postroom/story/", "throw_away").headers["Location"] == "/postroom/"
    assert not story.wanted()
    assert newcomer.get("/postroom/story/").headers["Location"] == "/postroom/"


def test_while_it_is_told_the_page_says_how_far_and_looks_again_by_itself(newcomer: Browser) -> None:
    story.want()
    text = newcomer.get("/postroom/story/").content.decode()
    assert "The house is being built." in text
    assert "http-equiv" not in text, "nothing reloads by itself: what is read stays, and focus stays where it is"
    assert 'hx-get="/postroom/story/?waiting=1" hx-trigger="every 1s" hx-select="#far"' in text
    assert '<a href="/postroom/story/?waiting=1">Look again</a>' in text, "without a script one press does the same"
    story.note_address("http://localhost:1")
    story.note_told(story.Told(21, 85))
    text = newcomer.get("/postroom/story/?waiting=1").content.decode()
    assert "21 of 85 steps" in text
    assert '<progress id="told" max="85" value="21">' in text
    # Told, but nobody answers there yet.
    story.note_told(story.Told(85, 85))
    assert newcomer.get("/postroom/story/?waiting=1").status_code == 200


def test_whoever_waits_is_led_in_once_it_answers_with_a_script_or_without(
    newcomer: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    story.want()
    story.note_told(story.Told(1, 1))
    story.note_address("http://localhost:1")
    monkeypatch.setattr(web_story, "_answers", lambda _address: True)
    there = "http://localhost:1/postroom/story/"
    pressed = newcomer.get("/postroom/story/?waiting=1")
    assert (pressed.status_code, pressed.headers["Location"]) == (303, there)
    asked = newcomer.client.get("/postroom/story/?waiting=1", headers={"HX-Request": "true"})
    assert (asked.status_code, asked.headers["HX-Redirect"], asked.content) == (200, there, b"")
    assert "It is open." in newcomer.get("/postroom/story/").content.decode()
    story.throw_away()
    gone = newcomer.client.get("/postroom/story/?waiting=1", headers={"HX-Request": "true"})
    assert gone.headers["HX-Redirect"] == "/postroom/"


def test_it_leads_to_no_other_machine(newcomer: Browser) -> None:
    story.want()
    story.note_told(story.Told(1, 1))
    story.note_address("http://elsewhere.example:80")
    assert newcomer.get("/postroom/story/?waiting=1").status_code == 200


def test_a_house_that_could_not_be_built_is_told_and_may_be_asked_for_again(newcomer: Browser) -> None:
    story.want()
    story.fail()
    text = newcomer.get("/postroom/").content.decode()
    assert "That house could not be built." in text
    newcomer.press("/postroom/", "open_story")
    assert "could not be built" not in newcomer.get("/postroom/").content.decode()


def test_where_nobody_builds_houses_none_is_offered(cast: Cast) -> None:
    browser = Browser(cast)
    assert "open_story" not in acts(browser)
    assert browser.post("/postroom/story/open_story", {}).status_code == 404
    assert not story.wanted()


def test_with_real_mail_there_is_none(newcomer: Browser) -> None:
    with override_settings(POST_ROOM=False):
        assert newcomer.get("/postroom/story/").status_code == 404
        assert newcomer.post("/postroom/story/open_story", {}).status_code == 404
    assert not story.wanted()


def test_inside_it_says_who_is_who_and_where_each_introduction_stands(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(story.WITHIN, "1")
    monkeypatch.setenv(story.HOME, "http://127.0.0.1:8000")
    cast.waiting()
    browser = Browser(cast)
    text = browser.get("/postroom/story/").content.decode()
    assert "Rita Holm → Tom Target of Blade Works" in text
    assert "waits for you" in text
    assert 'href="http://127.0.0.1:8000/postroom/"' in text
    assert {form.values["handle"] for form in forms_of(browser.get("/postroom/story/"))} == {"cora", "otto"}
