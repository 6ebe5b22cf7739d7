"""What goes wrong ends in a clear sentence, with nothing changed and nothing told (B7, E22)."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import OperationalError, connection

from tests.support.cast import REQUEST, Cast
from tests.web.browsing import Browser
from twoyes.introductions.models import Introduction, JournalEntry
from twoyes.lib.logs import ScrubbingFormatter
from twoyes.web import target, troubles

TROUBLES = ["database is locked", "database or disk is full", "attempt to write a readonly database"]


@contextmanager
def broken(trouble: str) -> Iterator[None]:
    """Let the store read, and fail at each writing as SQLite does."""

    def fail(execute, sql, params, many, context):  # type: ignore[no-untyped-def]
        if sql.lstrip().upper().startswith(("INSERT", "UPDATE", "DELETE")):
            raise OperationalError(trouble)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(fail):
        yield


@pytest.mark.parametrize("trouble", TROUBLES)
def test_an_answer_into_a_store_that_cannot_be_written_to_is_503_and_no_answer(
    tom: Browser, cast: Cast, trouble: str
) -> None:
    introduction = cast.asked()
    path = tom.open_as(introduction, "target")
    form = tom.form(path, "answer")
    with broken(trouble):
        response = tom.post(form.action, {**form.values, "answer": "no"})
        assert tom.get(path).status_code == 200
    assert response.status_code == 503
    assert "Nothing was changed" in response.content.decode()
    assert response.headers["Retry-After"]
    assert cast.state(introduction) == "asking"


def test_what_nobody_expected_is_500_without_a_word_of_what_it_was(
    tom: Browser, cast: Cast, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    path = tom.open_as(cast.asked(), "target")
    form = tom.form(path, "answer")

    def fail(*_args: object) -> None:
        raise ZeroDivisionError("tom@target.example")

    monkeypatch.setitem(target._ACTS, "answer", fail)
    with caplog.at_level(logging.ERROR):
        response = tom.post(form.action, {**form.values, "answer": "no", "comment": "a secret line"})
    assert response.status_code == 500
    assert "ZeroDivision" not in response.content.decode()
    lines = [ScrubbingFormatter().format(record) for record in caplog.records]
    assert lines
    assert not any("tom@target.example" in line or "a secret line" in line for line in lines)


@pytest.mark.case("E22")
def test_a_line_of_the_log_holds_no_token(tom: Browser, cast: Cast, caplog: pytest.LogCaptureFixture) -> None:
    token = cast.page(cast.asked())[1]
    with caplog.at_level(logging.DEBUG):
        tom.get(f"/t/{token}x")
        tom.post(f"/t/{token}/stop", {})
    assert not any(token in ScrubbingFormatter().format(record) for record in caplog.records)


def test_more_than_a_form_can_hold_is_400_and_says_so(rita: Browser) -> None:
    response = rita.post("/@cora/request", {**REQUEST, "ask": "x" * 3_000_000})
    assert response.status_code == 400
    assert "Nothing was changed." in response.content.decode()
    assert not Introduction.objects.exists()


@pytest.mark.parametrize("seq", ["x", "-1", "99", "1" * 30, "١", "1.5"])
def test_a_turn_that_the_page_never_had_is_409(tom: Browser, cast: Cast, seq: str) -> None:
    introduction = cast.asked()
    path = tom.open_as(introduction, "target")
    response = tom.press(path, "answer", answer="yes", confirm="yes", seq=seq)
    assert response.status_code == 409
    assert cast.state(introduction) == "asking"


@pytest.mark.parametrize("name", ["400.html", "403.html", "404.html", "429.html", "500.html", "503.html"])
def test_the_pages_of_trouble_need_no_store_and_say_what_is_unharmed(name: str) -> None:
    page = troubles._plain(name, 500).content.decode()
    assert "<h1>" in page
    assert "Nothing was" in page or "nothing" in page or "is kept" in page


def test_a_cookie_that_is_nonsense_opens_nothing(tom: Browser, cast: Cast) -> None:
    introduction = cast.asked()
    link, _token = cast.page(introduction)
    for value in ("", "x", "\u00e9", "a" * 4000, "' OR 1=1 --"):
        tom.client.cookies[f"twoyes_t_{link}"] = value
        assert tom.get(f"/t/{link}/").status_code == 404
    assert not JournalEntry.objects.filter(introduction=introduction, role="link_holder").exists()
