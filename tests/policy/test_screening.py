"""Screening takes any text, at once, in the same order, and needs nothing around it."""

import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from bench import ham
from tests.policy.examples import EXAMPLES, RITA
from twoyes.policy import Facts, screen
from twoyes.policy.phrases import spellings
from twoyes.policy.rules import RULES
from twoyes.policy.screening import screen_message

FIELDS = list(RITA)
ORDER = [rule.code for rule in RULES]
MEGABYTE = 1_000_000
TRICKY = st.sampled_from(
    [text for fields in EXAMPLES.values() for met, left in fields.values() for text in (*met, *left) if len(text) < 400]
)
WORDS = st.dictionaries(st.sampled_from(FIELDS), st.text(st.characters(), max_size=200) | TRICKY)
FACTS = st.builds(
    Facts,
    requester_is_target=st.booleans(),
    connector_name=st.text(max_size=20),
    outcomes_owed=st.integers(0, 3),
    open_requests=st.integers(0, 3),
    is_repeat=st.booleans(),
)
FLOODS = {
    "letters": "a" * MEGABYTE,
    "words": "pick your brain " * (MEGABYTE // 16),
    "negated": "not pick your brain " * (MEGABYTE // 20),
    "brackets": "[" * MEGABYTE,
    "slots": "[[name" * (MEGABYTE // 6),
    "marks": "e" + "\u0315\u0300" * (MEGABYTE // 2),
    "ligatures": "\ufdfa" * MEGABYTE,
    "wide": "汉" * MEGABYTE,
    "dots": ".?!" * (MEGABYTE // 3),
    "digits": "9" * MEGABYTE,
    "surrogates": "\ud800\x00\u202e" * (MEGABYTE // 3),
}


@given(words=WORDS, facts=FACTS)
def test_any_text_is_taken_and_findings_come_in_the_order_of_the_house(words: dict[str, str], facts: Facts) -> None:
    found = screen(words, facts=facts)
    places = [ORDER.index(finding.code) for finding in found]
    assert places == sorted(set(places))
    assert all({finding.field, *finding.also} <= {"", *FIELDS} for finding in found)


@given(words=WORDS, facts=FACTS, data=st.data())
def test_the_order_of_the_fields_changes_nothing(words: dict[str, str], facts: Facts, data: st.DataObject) -> None:
    shuffled = {field: words[field] for field in data.draw(st.permutations(list(words)))}
    assert screen(shuffled, facts=facts) == screen(words, facts=facts)


@given(words=WORDS)
def test_what_is_not_a_field_is_ignored(words: dict[str, str]) -> None:
    assert screen(words | {"unheard_of": "[Name] lorem ipsum"}) == screen(words)


@pytest.mark.case("D19")
@pytest.mark.parametrize("flood", FLOODS.values(), ids=FLOODS)
def test_a_megabyte_in_one_field_takes_less_than_a_second(flood: str) -> None:
    for field in ("target", "ask", "benefit", "minutes"):
        start = time.process_time()
        screen(RITA | {field: flood})
        assert time.process_time() - start < 1


@pytest.mark.case("D19")
def test_twice_the_text_takes_no_more_once_it_is_longer_than_anybody_reads() -> None:
    # The bound is on what is looked at, so no pattern and no folding ever meets the rest.
    head = "not pick your brain [[name " * 2000
    assert screen(RITA | {"ask": head}) == screen(RITA | {"ask": head * 5})


def test_a_phrase_is_met_as_whole_words_within_one_sentence() -> None:
    assert (spellings("m'écrire"), spellings("Größe")) == (("m ecrire",), ("grosse", "groesse"))
    assert "sales_pitch" not in [each.code for each in screen(RITA | {"ask": "Let me book. A demo follows?"})]


def test_sentences_are_looked_up_in_the_reader_s_language(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("twoyes.policy.screening.gettext", lambda sentence: f"{translation.get_language()}: {sentence}")
    with translation.override("de"):
        assert all(each.sentence.startswith("de: ") and each.mend.startswith("de: ") for each in screen({}))


def test_a_sentence_never_repeats_what_was_written() -> None:
    words = dict.fromkeys(FIELDS, "{{ settings.SECRET_KEY }} <script>alert(1)</script> %s %(name)s")
    for finding in screen(words):
        assert not any(mark in finding.sentence + finding.mend for mark in "{}<>%")


def test_screening_needs_neither_settings_nor_a_database(tmp_path: Path) -> None:
    program = (
        "from twoyes.policy import screen\n"
        "from django.conf import settings\n"
        "print(*[each.code for each in screen({})], settings.configured)"
    )
    told = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=tmp_path, env={}
    )
    assert told.stdout.split() == ["no_who", "no_why", "no_why_now", "no_ask", "no_benefit", "no_homework", "False"]


@pytest.mark.corpus
def test_blockers_leave_ordinary_business_mail_alone(corpus: Path) -> None:
    # 3,657 sentences of real mail, in which three are offers to buy something.
    text = (corpus / "requests" / "parakweet-email-intent" / "Ask0729-fixed.txt").read_text(errors="replace")
    sentences = [line.partition("\t")[2] for line in text.splitlines() if "\t" in line]
    blocked = [each for each in sentences if any(f.strength == "blocker" for f in screen({"ask": each}))]
    assert len(sentences) > 3600
    # Among them an advertisement, a loan, and four who do ask for an address.
    assert len(blocked) <= 12


def test_blockers_leave_a_few_sentences_of_ordinary_mail_alone() -> None:
    ordinary = (
        "Please send me your comments on the draft by Friday.",
        "Can I have the number of participants?",
        "Let me know if she needs the contract, and I will share it.",
        "We will discuss pricing with the customer next week.",
    )
    assert not any(each.strength == "blocker" for text in ordinary for each in screen({"ask": text}))


@pytest.mark.parametrize("text", ["Please do not tell anybody of this.", "He should verify his bank details first."])
def test_what_is_suspicious_is_for_the_connector_alone(text: str) -> None:
    words = RITA | {"ask": text}
    assert "suspicious" in [each.code for each in screen(words, for_connector=True)]
    assert "suspicious" not in [each.code for each in screen(words)]


def test_a_finding_quotes_the_words_it_rests_on_as_they_were_written() -> None:
    (found,) = [
        each for each in screen(RITA | {"ask": "I would love to Pick his Brain."}) if each.code == "brain_picking"
    ]
    assert found.quotes == (("ask", "Pick his Brain"),)


def test_a_phrase_that_is_taken_back_does_not_count() -> None:
    told = RITA | {"ask": "I do not want to pick his brain, only to ask which columns I can trust: 20 minutes."}
    assert "brain_picking" not in [each.code for each in screen(told)]
    turned = RITA | {"ask": "I do not want much but to pick his brain."}
    assert "brain_picking" in [each.code for each in screen(turned)]


@pytest.mark.parametrize(
    "ask",
    [
        "Half an hour on which of the columns can be trusted?",
        "Twenty minutes about the gauge and its move to the pier.",
        "Eine halbe Stunde über die Spalten, denen man nicht trauen kann.",
        "Un quart d'heure sur les colonnes qui restent sûres après le déménagement.",
        "Media hora para saber en qué columnas se puede confiar.",
        "20 min about the columns of the gauge and the move of it.",
    ],
)
def test_minutes_in_words_are_minutes(ask: str) -> None:
    assert "vague_ask" not in [each.code for each in screen(RITA | {"minutes": "", "ask": ask})]


@pytest.mark.corpus
@pytest.mark.slow(9)
def test_in_a_hundred_ordinary_mails_one_at_most_is_taken_for_a_pitch_a_gift_or_brain_picking(corpus: Path) -> None:
    alarms = ham.alarms(corpus / "mail" / "spamassassin" / "easy-ham-1.mbox")
    assert len({number for number, _code, _phrase in alarms}) <= ham.FIRST // 100, alarms


def test_a_few_ordinary_mails_are_taken_for_none_of_these(tmp_path: Path) -> None:
    box = tmp_path / "mails.mbox"
    said = (
        "The price of the disk went up again; our vendor says the product is late. Buy it in May.\n> pick your brain",
        "I read the newsletter over coffee, and so on. In general the white paper is right about the discount.",
        "The customer called about the order. Can you send him the contract and the slides by Friday?",
    )
    box.write_text(
        "".join(f"From a Mon Jan  1 00:00:00 2001\nSubject: {n}\n\n{text}\n\n" for n, text in enumerate(said))
    )
    assert len(list(ham.texts(box))) == len(said)
    assert list(ham.texts(box, begin=1)) == list(ham.texts(box))[1:]
    assert ham.alarms(box) == []
    box.write_text("From a Mon Jan  1 00:00:00 2001\nSubject: 0\n\nMay I pick your brain over lunch?\n")
    assert [code for _number, code, _phrase in ham.alarms(box)] == ["brain_picking"]


def test_a_whole_message_is_not_told_what_only_a_part_could_lack() -> None:
    assert [each.code for each in screen_message("May I pick your brain over lunch?")] == ["brain_picking"]
    assert screen_message("Shall we meet on Friday?") == []


@pytest.mark.parametrize(
    ("field", "code", "hollow", "told"),
    [
        ("about_me", "no_who", "She is one of the best engineers of all.", "She and I build the gauges of Hull."),
        (
            "about_me",
            "no_who",
            "We do what we can, as we have always done.",
            "Somebody has to grease the gauges; I do.",
        ),
        ("why_now", "no_why_now", "Because of what we all want to become.", "The kiln is cold again."),
        ("why_now", "no_why_now", "Weil wir das alle schon so lange wollen.", "Der Brennofen ist wieder kalt."),
    ],
)
def test_words_that_fit_anybody_are_missing_words(field: str, code: str, hollow: str, told: str) -> None:
    assert code in [each.code for each in screen(RITA | {field: hollow})]
    assert code not in [each.code for each in screen(RITA | {field: told})]
