"""What came by mail, on the desk: words alone, an answer ready to be noted, who is away, the thread (F1, F2, D29)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from pytest_django import Settings

from tests.mail.incoming.came import bounce, came, letter, said
from tests.support.cast import OTTO, RITA, TOM, Cast
from tests.web.browsing import Browser, forms_of, twice, unlabelled
from twoyes.introductions.protocol import State
from twoyes.lib import limits
from twoyes.mail import ours
from twoyes.mail.incoming import arriving
from twoyes.mail.incoming.understanding import Meeting, Understood
from twoyes.policy import front as rules

WILD = "<script>alert(1)</script> <img src=x onerror=y> <form action=//evil.example>\nBEGIN:VCALENDAR"


@pytest.fixture(autouse=True)
def mail_comes(settings: Settings) -> None:
    settings.INBOX_URLS = ("lmtp://127.0.0.1:0",)


def at(introduction: str) -> str:
    return f"/desk/introductions/{introduction}/"


def shown(cora: Browser, introduction: str) -> str:
    page = cora.get(at(introduction))
    assert page.status_code == 200
    assert unlabelled(page) == twice(page) == []
    return page.content.decode()


@pytest.mark.parametrize("meaning", ["yes", "later", "their_details"])
def test_an_answer_by_mail_stands_ready_to_be_noted_and_nothing_is_noted_without_a_press(
    cora: Browser, cast: Cast, meaning: str
) -> None:
    introduction = cast.asked()
    came(cast, "reply", letter(introduction, "ask"), said("As you see.", meaning))
    assert cast.state(introduction) is State.ASKING
    form = next(one for one in forms_of(cora.get(at(introduction))) if one.act == "note_answer")
    assert (form.values["answer"], form.values["how"], form.values["on"]) == (meaning, "by mail", "2026-03-02")
    assert '<details id="note_answer" open' in shown(cora, introduction)


def test_without_an_answer_nothing_is_chosen(cora: Browser, cast: Cast) -> None:
    introduction = cast.asked()
    for one in (said("Hello?", "unclear"), said("Away.", kind="auto_reply"), said("YES", kind="unknown")):
        came(cast, "reply", letter(introduction, "ask"), one)
    form = next(one for one in forms_of(cora.get(at(introduction))) if one.act == "note_answer")
    assert not form.values.get("answer")
    assert not form.values["how"]


@pytest.mark.case("A25")
def test_a_yes_from_another_address_is_read_and_begins_no_answer(cora: Browser, cast: Cast) -> None:
    """Whoever was handed the letter may write; the newest word must not stand ready to be pressed."""
    introduction = cast.asked()
    came(cast, "reply", letter(introduction, "ask"), said("Yes! Go ahead.", "yes", sender="mallory@evil.example"))
    assert "Yes! Go ahead." in shown(cora, introduction)
    form = next(one for one in forms_of(cora.get(at(introduction))) if one.act == "note_answer")
    assert not form.values.get("answer")
    assert not form.values["how"]


def test_a_yes_that_the_connector_notes_is_their_word(cora: Browser, cast: Cast) -> None:
    introduction = cast.asked()
    came(cast, "reply", letter(introduction, "ask"), said("Gladly.", "yes"))
    form = next(one for one in forms_of(cora.get(at(introduction))) if one.act == "note_answer")
    assert cora.post(form.action, form.values).status_code == 303
    assert cast.state(introduction) is State.AGREED
    assert "yes, by your word: by mail, on 2 March 2026" in shown(cora, introduction)


def test_in_an_offer_the_side_that_wrote_is_chosen(cora: Browser, cast: Cast) -> None:
    introduction = cast.offered()
    came(cast, "reply", letter(introduction, "ask", "first"), said("Yes.", "yes", sender=RITA))
    form = next(one for one in forms_of(cora.get(at(introduction))) if one.act == "note_answer")
    assert form.values["side"] == "first"


def test_a_no_by_mail_says_how_it_came(cora: Browser, cast: Cast) -> None:
    introduction = cast.asked()
    came(cast, "reply", letter(introduction, "ask"), said("No, sorry.", "no"))
    page = shown(cora, introduction)
    assert "no, by mail (whoever holds the letter)" in page
    assert "taken as a no" in page
    assert '<blockquote dir="auto">No, sorry.</blockquote>' in page


@pytest.mark.case("D29")
def test_whatever_is_in_a_mail_stands_there_as_text(cora: Browser, cast: Cast) -> None:
    introduction = cast.asked()
    came(cast, "reply", letter(introduction, "ask"), said(WILD, "unclear"))
    page = shown(cora, introduction)
    for tag in ("<script>alert", "<img src=x", "<form action=//"):
        assert tag not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "BEGIN:VCALENDAR" in page


@pytest.mark.case("C17")
def test_who_is_away_stands_beside_the_ask_until_they_are_back(cora: Browser, cast: Cast) -> None:
    introduction = cast.asked()
    away = Understood("auto_reply", new_text="Away", sender=TOM, back_on=date(2026, 3, 6))
    came(cast, "return", letter(introduction, "ask"), away)
    assert "Tom Target is away until 6 March 2026, says their mail program." in shown(cora, introduction)
    cast.now += timedelta(days=5)
    assert "is away until" not in shown(cora, introduction)


def test_what_the_one_who_was_asked_tells_after_an_introduction_stands_as_how_it_went(
    cora: Browser, cast: Cast
) -> None:
    introduction = cast.introduced()
    came(cast, "reply", letter(introduction, "ask"), said("Yes, thank you.", "yes"))
    page = shown(cora, introduction)
    assert "a word to you" in page
    assert "reads like a yes" not in page
    cast.pass_time(limits.OUTCOME_ASKED)
    came(cast, "reply", letter(introduction, "ask"), said("We met, and will again."))
    page = shown(cora, introduction)
    assert "told how it went" in page
    assert "How it went, says the one who was asked" in page
    assert page.count("We met, and will again.") == 2


@pytest.mark.case("C26")
@pytest.mark.parametrize("sender", [TOM, OTTO, ""])
def test_a_letter_that_was_too_large_is_seen_and_begins_no_answer(cora: Browser, cast: Cast, sender: str) -> None:
    introduction = cast.asked()
    place = arriving.place_of(ours.reply_address(letter(introduction, "ask")))
    assert place is not None
    arriving.turn_away(place, sender, 60_000_000, way="lmtp", now=cast.now)
    page = shown(cora, introduction)
    assert "too large to be taken: nobody has read it, and its sender was told" in page
    assert (f"{sender or '…'}, another address" in page) == (sender != TOM)
    form = next(one for one in forms_of(cora.get(at(introduction))) if one.act == "note_answer")
    assert not form.values.get("answer")
    cast.now += limits.REPLIES_TO_ASKS_AGE
    assert "too large to be taken" not in shown(cora, introduction)


@pytest.mark.case("C26")
def test_a_request_by_mail_that_was_too_large_stands_apart(cora: Browser, cast: Cast) -> None:
    place = arriving.place_of(ours.request_address("cora"))
    assert place is not None
    arriving.turn_away(place, OTTO, 60_000_000, way="lmtp", now=cast.now)
    page = cora.get("/desk/").content.decode()
    assert OTTO in page
    assert "too large to be taken" in page


def test_words_of_an_answer_are_shown_for_a_week(cora: Browser, cast: Cast) -> None:
    introduction = cast.asked()
    came(cast, "reply", letter(introduction, "ask"), said("Gladly.", "yes"))
    cast.now += limits.REPLIES_TO_ASKS_AGE - timedelta(seconds=1)
    assert "Gladly." in shown(cora, introduction)
    cast.now += timedelta(seconds=1)
    assert "Gladly." not in shown(cora, introduction)


@pytest.mark.parametrize(("copied", "told"), [("cc", "you are still in copy"), ("bcc", "they moved you to BCC")])
def test_the_first_line_how_fast_it_came_and_where_you_stand(cora: Browser, cast: Cast, copied: str, told: str) -> None:
    introduction = cast.introduced()
    cast.now += timedelta(hours=5)
    to = (TOM, ours.thread_address(introduction)) if copied == "cc" else (TOM,)
    came(cast, "thread", introduction, said("Hello", sender=RITA, to=to))
    page = shown(cora, introduction)
    assert "by Rita Holm, after 5 hours" in page
    assert told in page
    meeting = Meeting("request", (TOM,), datetime(2026, 3, 20, 14, 0, tzinfo=UTC))
    came(cast, "thread", introduction, Understood("calendar", sender=RITA, meeting=meeting))
    assert "20 March 2026, 14:00" in shown(cora, introduction)


@pytest.mark.case("C35")
def test_a_stranger_in_the_thread_is_named_as_one(cora: Browser, cast: Cast) -> None:
    introduction = cast.introduced()
    came(cast, "thread", introduction, said("Hi all", sender=OTTO))
    assert f"{OTTO}, another address" in shown(cora, introduction)


def test_reports_of_mail_systems_are_told_in_words(cora: Browser, cast: Cast) -> None:
    introduction = cast.asked()
    came(cast, "return", letter(introduction, "ask"), Understood("delay"))
    assert "the letter is still on its way, says a mail system" in shown(cora, introduction)
    came(cast, "return", letter(introduction, "ask"), bounce())
    assert "the letter could not be delivered" in shown(cora, introduction)


@pytest.mark.case("C23")
def test_a_request_that_nobody_vouches_for_stands_apart_on_the_desk_of_its_connector_alone(
    cora: Browser, otto: Browser, cast: Cast
) -> None:
    raw = b"Return-Path: <x@y.example>\r\nFrom: <x@y.example>\r\n\r\n"
    came(cast, "request", "cora", said("May I meet Tom?", sender="x@y.example"), raw)
    page = cora.get("/desk/").content.decode()
    assert "1 mail stands apart" in page
    assert "x@y.example" in page
    assert "May I meet Tom?" in page
    assert "May I meet Tom?" not in otto.get("/desk/").content.decode()


@pytest.mark.case("C23")
def test_a_request_that_came_in_a_pause_says_so_and_one_that_was_taken_names_who_wrote_it(
    cora: Browser, cast: Cast, settings: Settings
) -> None:
    settings.TWOYES_AUTHSERV = "mx.twoyes.example"
    raw = (
        b"Return-Path: <x@y.example>\r\nAuthentication-Results: mx.twoyes.example; dmarc=pass header.from=y.example\r\n"
        b"From: <x@y.example>\r\n\r\n"
    )
    rules.set_house_rules(cast.cora.id, chosen={"pause": {"words": "Back in May."}})
    came(cast, "request", "cora", said("May I meet Tom?", sender="x@y.example"), raw)
    page = cora.get("/desk/").content.decode()
    assert "your page takes no requests in your pause" in page
    assert "nobody vouches" not in page
    rules.set_house_rules(cast.cora.id, chosen={})
    row = came(cast, "request", "cora", said("May I meet Tom now?", sender="x@y.example"), raw)
    journal = shown(cora, row.introduction)
    assert "asked by mail" in journal
    assert "noted by hand" not in journal


def test_where_no_mail_comes_to_us_the_desk_is_as_it_was(cora: Browser, cast: Cast, settings: Settings) -> None:
    introduction = cast.asked()
    came(cast, "reply", letter(introduction, "ask"), said("Gladly.", "yes"))
    settings.INBOX_URLS = ()
    assert "What came by mail" not in shown(cora, introduction)


def test_a_connector_reads_where_to_forward_what_nobody_asked_them_about(
    cora: Browser, cast: Cast, settings: Settings
) -> None:
    page = cora.get("/desk/page/")
    assert ours.guard_address("cora") in page.content.decode()
    assert unlabelled(page) == twice(page) == []
    assert ours.request_address("cora") not in page.content.decode(), "nobody would be answered"
    settings.TWOYES_AUTHSERV = "mx.twoyes.example"
    assert ours.request_address("cora") in cora.get("/desk/page/").content.decode()
    settings.INBOX_URLS = ()
    assert ours.guard_address("cora") not in cora.get("/desk/page/").content.decode()
