"""What the letters say, and that each can be translated, read aloud and pressed in one place."""

import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from tests.mail.letters_cast import (
    APPROVAL,
    KINDS,
    TOKEN,
    WITHOUT_LINK,
    WORDS,
    every_letter,
    facts,
    part,
    sent,
)
from twoyes.introductions.protocol import State
from twoyes.introductions.records import VOUCH_LEVELS, LetterFacts
from twoyes.lib import limits
from twoyes.mail import front
from twoyes.mail.letters import LETTERS, base
from twoyes.mail.letters.ask import WORDS as ASK_WORDS
from twoyes.mail.letters.digest import STATES
from twoyes.mail.outgoing.compose import compose, fingerprint, freeze

FOLDER = Path(base.__file__).parent
TEMPLATES = sorted(path for ending in ("txt", "html") for path in FOLDER.rglob(f"*.{ending}"))
LINK = re.compile(r"https?://\S+")
LATER_KINDS = {"thanks"}


def plain(letter: LetterFacts) -> str:
    return part(sent(letter).message, "plain")


def test_each_kind_has_a_folder_with_one_function_and_three_templates() -> None:
    folders = {path.name for path in FOLDER.iterdir() if path.is_dir() and not path.name.startswith("__")}
    assert folders == set(LETTERS)
    assert not folders & LATER_KINDS
    for kind, function in LETTERS.items():
        assert function.__name__ == kind
        files = {path.name for path in (FOLDER / kind).iterdir() if path.is_file()}
        assert files == {"__init__.py", "subject.txt", "text.txt", "html.html"}


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(FOLDER)))
def test_every_word_of_a_template_is_marked_for_translation(path: Path) -> None:
    text = re.sub(r"(?s)<style>.*?</style>", "", path.read_text("utf-8"))
    text = re.sub(r"(?s){% blocktranslate.*?{% endblocktranslate %}", "", text)
    text = re.sub(r"(?s){%.*?%}|{{.*?}}|<[^>]*>", "", text)
    left = set(re.findall(r"[^\W\d_]+", text))
    assert left <= {"page", "Twoyes"}


def test_a_letter_speaks_the_readers_language_and_counts_days_where_they_live(settings: Settings) -> None:
    until = "on_its_way"
    assert "Friday 18 December 2026" in plain(facts(until))
    assert "Thursday 17 December 2026" in plain(facts(until, zone="America/New_York"))
    assert "Thursday 17 December 2026" in plain(facts(until, zone="Nowhere/Atall"))
    german = facts(until, language="de")
    assert "Freitag, 18. Dezember 2026" in plain(german)
    assert "Guten Tag Rita Holm," in plain(german)
    assert "viernes 18 de diciembre de 2026" in plain(facts(until, language="es"))
    assert "vendredi 18 décembre 2026" in plain(facts(until, language="fr"))
    assert '<html lang="de">' in part(sent(german).message, "html")
    assert "December" in plain(facts(until, language="tlh\r\nX: y"))
    with translation.override("fr"):
        assert "December" in plain(facts(until))
    settings.LANGUAGES = [("en", "English")]
    assert "December" in plain(german), "what nobody translated is English, its dates too"


@pytest.mark.case("D28")
@pytest.mark.parametrize("letter", [pytest.param(one, id=f"{one.kind}-{one.side}") for one in every_letter()])
def test_the_one_link_stands_alone_on_its_line_and_is_built_from_the_configured_address(
    letter: LetterFacts, settings: Settings
) -> None:
    settings.TWOYES_URL = "https://intro.example.org"
    settings.ALLOWED_HOSTS = ["*"]
    text, html = (part(sent(letter).message, kind) for kind in ("plain", "html"))
    links = LINK.findall(text)
    assert [line for line in text.split("\n") if "://" in line] == links
    assert LINK.findall(html.replace('"', " ")) == links
    if letter.kind in WITHOUT_LINK or (letter.kind == "introduction" and letter.side == "requester"):
        assert links == []
        return
    door = {
        "connector": {"login_changed": "accounts/", "guard_answer": "@cora"}.get(letter.kind, "desk/"),
        "requester": f"{'v' if letter.kind == 'verify' else 'r'}/{TOKEN}",
    }
    (link,) = links
    assert link.startswith(f"https://intro.example.org/{door.get(letter.side, f't/{TOKEN}')}")


@pytest.mark.parametrize("letter", [pytest.param(one, id=f"{one.kind}-{one.side}") for one in every_letter()])
def test_nothing_in_a_letter_is_fetched_or_tracked_and_the_page_keeps_its_colours(letter: LetterFacts) -> None:
    html = part(sent(letter).message, "html")
    for never in ("<img", "src=", "url(", "@import", "<link", "<script", "<form", "javascript:", "utm_"):
        assert never not in html
    assert "prefers-color-scheme:dark" in html
    assert html.startswith("<!doctype html>")


@pytest.mark.parametrize("letter", [pytest.param(one, id=f"{one.kind}-{one.side}") for one in every_letter()])
def test_a_letter_is_calm_and_whole(letter: LetterFacts) -> None:
    composed = compose(letter)
    ours = compose(facts(letter.kind, side=letter.side, words={}, approval={}, consolation={}, origin=letter.origin))
    assert "!" not in ours.text + ours.subject
    for broken in ("None", "{{", "{%", "&#x27;", "&quot;", "&amp;"):
        assert broken not in composed.text
        assert broken not in ours.text
    assert "\n\n\n" not in composed.text
    assert composed.text.endswith("\n")
    assert composed.subject == composed.subject.strip()
    assert len(composed.subject) <= 60


# --- the ask ----------------------------------------------------------------------------------------------------------


@pytest.mark.case("E17", "E28")
def test_the_ask_says_who_asks_where_the_address_comes_from_what_for_and_how_to_object() -> None:
    text = " ".join(plain(facts("ask")).split())
    for phrase in (
        "I have not given your address to anyone, and nothing happens unless you say yes.",
        "I ask once, and the question stands until ten days from the date of this letter.",
        "I take it as a no, with no hard feelings.",
        "Whether it was a no or silence, Rita Holm will not learn.",
        "because Cora Lund has you in an address book of their own",
        "Cora Lund answers for it",
        "used for this one question",
        "see all that is held about you, where it came from and how long it stays",
        "have it mended or erased, object to being asked",
        "Rita Holm proved the address that I have for them.",
        "a video call, 20 minutes: “which columns of the data do you need?”",
    ):
        assert phrase in text
    for pitch in ("sign up", "account", "free", "download"):
        assert pitch not in text.lower()


@pytest.mark.parametrize(
    ("level", "opening", "said"),
    [
        ("vouch", "Someone I know would like", "I vouch for Rita Holm."),
        ("know", "Someone I know would like", "I know Rita Holm."),
        ("no_vouch", "Someone who wrote to me would like", "I do not know Rita Holm first-hand."),
    ],
)
def test_the_ask_is_honest_about_how_well_the_connector_knows_the_requester(
    level: str, opening: str, said: str
) -> None:
    assert level in VOUCH_LEVELS
    text = plain(facts("ask", approval=APPROVAL | {"vouch_level": level}))
    assert opening in text
    assert said in text


@given(text=st.text(max_size=3000), short=st.booleans())
def test_the_ask_holds_at_most_150_words_of_people(text: str, short: bool) -> None:
    said = "a few words" if short else text + " word" * 400
    letter = facts(
        "ask", words=dict.fromkeys(WORDS, said), approval=APPROVAL | dict.fromkeys(("vouch", "why_target"), said)
    )
    told = plain(letter)
    assert front.ask_words(letter) <= 150
    assert len(told) < 4500
    assert ("the rest stands on the page" in told) is not short


def test_the_limits_of_the_fields_of_an_ask_make_150_words() -> None:
    assert sum(ASK_WORDS.values()) == 150
    assert front.ask_words(facts("ask", words={}, approval={})) == 0


def test_the_ask_says_how_long_it_stands_where_a_house_rule_made_it_longer() -> None:
    assert "until fourteen days from the date" in plain(facts("ask", approval=APPROVAL | {"ask_days": "14"}))
    assert "until 21 days from the date" in plain(facts("ask", approval=APPROVAL | {"ask_days": "21"}))


def test_in_an_offer_each_side_reads_of_the_other_and_the_first_that_nobody_else_knows() -> None:
    reasons = {"why_first": "She has data.", "why_second": "He has ideas."}
    offered = {"origin": "offered", "words": {}, "approval": APPROVAL | reasons}
    first, second = (plain(facts("ask", side=side, **offered)) for side in ("first", "second"))
    assert "Who: Tomasz Wiśniewski" in first
    assert "Why you: “She has data.”" in first
    assert "Tomasz Wiśniewski does not know of this letter." in first
    assert "Who: Rita Holm" in second
    assert "Why you: “He has ideas.”" in second
    for text in (first, second):
        assert "I thought of someone whom you might like to meet." in text
        assert "proved" not in text


def test_what_was_written_for_one_of_two_stands_in_no_letter_that_both_read() -> None:
    approval = {"because": "You both measure wind.", "why_first": "She has data.", "why_second": "He has ideas."}
    for side in ("first", "second"):
        text = plain(facts("introduction", side=side, origin="offered", words={}, approval=approval))
        assert "You both measure wind." in text
        assert "She has data." not in text
        assert "He has ideas." not in text


def test_what_stands_above_the_button_is_frozen_with_its_place_for_the_link_and_its_hash() -> None:
    frozen = front.preview(facts("ask", token="", stop_token="", message_id="", letter=""))
    assert frozen == freeze(facts("ask"))
    assert frozen.text.split("\n").count("{page}") == 1
    assert frozen.html.count('href="{page}"') == 1
    assert "{stop}" not in frozen.text + frozen.html
    assert frozen.sha256 == fingerprint(compose(facts("ask")))


# --- the others -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "said", "limit", "value"),
    [
        ("verify", "two days", limits.VERIFY_LINK_AGE, timedelta(days=2)),
        ("login_code", "ten minutes", limits.LOGIN_CODE_AGE, timedelta(minutes=10)),
        ("returned", "within 30 days", limits.RETURNED_AGE, timedelta(days=30)),
        ("ask", "until ten days", limits.ASK_AGE, timedelta(days=10)),
    ],
)
def test_the_numbers_in_letters_are_the_numbers_of_the_protocol(
    kind: str, said: str, limit: timedelta, value: timedelta
) -> None:
    assert said in plain(facts(kind))
    assert limit == value


def test_a_returned_request_says_what_would_help_and_what_the_connector_wrote() -> None:
    text = plain(
        facts("returned", words=WORDS | {"why_now": ""}, consolation={"codes": "no_why_now", "words": "One\n\ntwo"})
    )
    assert "What would help:\n- " in text
    assert "Cora Lund writes:\n\nOne\n\ntwo\n" in text
    bare = plain(facts("returned", consolation={}))
    assert "What would help" not in bare
    assert "writes:" not in bare


def test_a_promise_without_a_date_is_not_written() -> None:
    with pytest.raises(ValueError, match="date"):
        sent(facts("on_its_way", hears_by=None))


def test_where_only_details_went_over_the_question_names_nobody() -> None:
    assert "did “whoever wrote the erosion paper” get in touch with you?" in plain(
        facts("what_happened", target_name="")
    )
    assert "did you and Tomasz Wiśniewski meet?" in plain(facts("what_happened"))


def test_in_an_offer_the_second_side_is_nudged_about_the_first() -> None:
    letter = facts("reply_now", side="second", target_name="Tomasz Wiśniewski", requester_name="Rita Holm")
    assert "Rita Holm said yes and is waiting" in plain(letter)


def test_an_introduction_that_was_agreed_in_writing_only_says_so() -> None:
    line = "Tomasz Wiśniewski would like to keep it in writing."
    assert line in plain(facts("introduction", answer_words={"written_only": "yes"}))
    assert line not in plain(facts("introduction"))


def test_an_ask_promises_details_only_where_they_may_be_passed_on() -> None:
    letter = facts("ask")
    without = replace(letter, words={**letter.words, "may_pass_on": ""})
    assert "yes, no, not now, or “send me the details”." in plain(letter)
    assert "yes, no, or not now." in plain(without)
    assert "send me the details" not in plain(without)


def test_the_digest_tells_news_before_what_waits_and_every_state_has_words() -> None:
    text = plain(facts("digest"))
    assert text.index("What is new:") < text.index("said yes") < text.index("What waits:") < text.index("Otto Ott")
    assert "Nothing waits for you." in plain(facts("digest", waiting=()))
    assert set(STATES) == {state.value for state in State}


@pytest.mark.parametrize(
    "code", ["failed", "unknown", "dsn", "not_after", "bounced", "blocked_text", "blocked_authority", "", "new"]
)
def test_trouble_says_what_happened_and_what_is_unharmed(code: str) -> None:
    text = plain(facts("trouble", trouble=code))
    assert ("could not be sent as it should" in text) is (code in {"", "new"})
    assert "sent" in text
    assert code != "blocked_text" or "to be approved anew" in text


@pytest.mark.parametrize("kind", KINDS)
def test_the_reader_without_a_name_is_greeted_all_the_same(kind: str) -> None:
    text = plain(facts(kind, recipient_name=""))
    if kind not in {"verify", "login_code", "login_changed", "introduction"}:
        assert text.startswith("Dear reader,")
