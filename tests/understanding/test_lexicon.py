"""Words as they are compared: folded, whole, and in all spellings that a phrase of a file stands for."""

from __future__ import annotations

import unicodedata

import pytest

from twoyes.mail.incoming.understanding import lexicon
from twoyes.mail.incoming.understanding.lexicon import Lexicon, fold, line, says, spellings, words


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("Yes", "yes"),
        # An umlaut is another letter, whichever way its bytes say it; an accent is often left out.
        ("Ä ä", "ae ae"),
        ("Ö ö", "oe oe"),
        ("Ü ü", "ue ue"),
        (unicodedata.normalize("NFD", "schön"), "schoen"),
        ("ß", "ss"),
        ("Ł ł", "l l"),
        ("Ø ø", "o o"),
        ("Æ æ", "ae ae"),
        ("Œ œ", "oe oe"),
        ("Đ đ", "d d"),
        ("ı İ", "i i"),
        ("é è ê ë ñ ç ã ś ż", "e e e e n c a s z"),
        (unicodedata.normalize("NFD", "déjà"), "deja"),
        ("ﬁn", "fin"),
        # Apostrophes and what nobody sees are no letters, also in a text that is ASCII otherwise.
        *[(f"don{mark}t", "dont") for mark in "'’´`ʼ‘\u200b\u200d\ufe0f"],
        ("DON'T `", "dont "),
        # With its accent the word says yes; a part of another word does not.
        ("sí", "sii"),
        ("Sì, certo", "sii, certo"),
        ("SÍ.", "sii."),
        (unicodedata.normalize("NFD", "sí"), "sii"),
        ("si", "si"),
        ("así síntesis é", "asi sintesis e"),
        ("", ""),
    ],
)
def test_spellings_of_a_word_are_equal(written: str, folded: str) -> None:
    assert fold(written) == folded


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Yes, please!", ["yes", "please"]),
        ("a_b-c/d", ["a", "b", "c", "d"]),
        ("at 9:30 on the 1st", ["at", "9", "30", "on", "the", "1st"]),
        ("ok👍👍🏽", ["ok", "👍", "👍"]),
        ("→ ☺️ ✓", ["→", "☺", "✓"]),
        ("\u2190\u21ff\u2600\u27bf\U0001f000\U0001f3fa\U0001f400\U0001faff", list("←⇿☀➿🀀🏺🐀\U0001faff")),
        # Neither signs of other kinds nor colours of skin.
        ("\u218f\u2200\u25ff\u27c0\U0001f3fb\U0001f3ff\U0001fb00", []),
        ("  ", []),
    ],
)
def test_marks_are_words_and_punctuation_is_none(text: str, found: list[str]) -> None:
    assert words(text) == found


def test_whole_phrases_are_found_and_parts_of_words_are_not() -> None:
    assert line("Yes,\n please!") == " yes please "
    assert line("") == "  "
    assert says(line("Well: YES, please."), (" no ", " yes please "))
    assert not says(line("Eyes pleased."), (" yes please ",))
    assert not says(line("Yes."), ())


@pytest.mark.parametrize(
    ("phrase", "found"),
    [
        ("Yes please", [" yes please "]),
        ("yes please/do", [" yes please ", " yes do "]),
        ("yes (please)", [" yes ", " yes please "]),
        ("(oh) yes", [" yes ", " oh yes "]),
        ("(oh/ah) yes", [" yes ", " oh yes ", " ah yes "]),
        ("a/b c/d", [" a c ", " a d ", " b c ", " b d "]),
        # Once each, and a bracket that is not closed is punctuation.
        ("a/A", [" a "]),
        ("(oh yes", [" oh yes "]),
        ("oh) yes", [" oh yes "]),
        ("e-mail", [" e mail "]),
    ],
)
def test_a_phrase_stands_for_all_its_spellings(phrase: str, found: list[str]) -> None:
    assert spellings(phrase) == found


def test_a_phrase_that_stands_for_more_than_anybody_meant_is_refused() -> None:
    many = "/".join(f"w{n}" for n in range(lexicon.MOST_SPELLINGS))
    assert len(spellings(many)) == lexicon.MOST_SPELLINGS
    with pytest.raises(ValueError, match=r"too many spellings.*: .*one/more"):
        spellings(f"{many} one/more")
    with pytest.raises(ValueError, match="too many spellings"):
        spellings(f"{many}/more")


def test_each_language_has_a_lexicon_in_the_order_of_their_names() -> None:
    assert [one.language for one in lexicon.languages()] == ["de", "en", "es", "fr", "it", "nl", "pl", "pt"]
    assert lexicon.mail_systems().language == "mail-systems"


def test_a_lexicon_has_what_stands_in_its_file_and_nothing_for_what_does_not() -> None:
    assert Lexicon("xx", {"a.b": (" c ",)}).of("a.b") == (" c ",)
    assert Lexicon("xx", {"a.b": (" c ",)}).of("a.c") == ()
    english = next(one for one in lexicon.languages() if one.language == "en")
    assert " best regards " in english.of("signatures.closings")
    # What accepts stands in a file of its own.
    assert english.of("accepting.kernel")
    assert english.of("meaning.yes")
    assert english.of("complaint.subjects") == ()
    assert " abuse report " in lexicon.mail_systems().of("complaint.subjects")


def test_before_a_language_is_known_the_phrases_of_all_count_once_each_and_those_of_further_ones() -> None:
    closings = lexicon.everywhere("signatures.closings")
    assert {" best regards ", " mit freundlichen gruessen ", " cordialement ", " mvh "} <= set(closings)
    assert len(closings) == len(set(closings))
    assert lexicon.everywhere("no.such") == ()
    # No phrase is empty: it would stand in every text.
    names = {name for one in lexicon.languages() for name in one.phrases}
    assert [name for name in names if "  " in lexicon.everywhere(name)] == []
