"""What people write is taken as they wrote it or refused with a sentence (D1, D6, D7)."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twoyes.lib import text
from twoyes.lib.errors import Refused

NASTY = st.text(
    st.one_of(
        st.characters(),
        st.sampled_from("\r\n\0\u2028\u2029\u0085\u202e\u2066\u200b\u200d\u0301\ufeff\u00ad a"),
    )
)
LINE_ENDS = set("\r\n\0\u2028\u2029\u0085\x0b\x0c\x1c\x1d\x1e")


def invisible(line: str) -> set[str]:
    joiners = {"\u200c", "\u200d"}
    return {char for char in line if unicodedata.category(char) in ("Cc", "Cf", "Cs")} - joiners


@pytest.mark.case("D1", "D6")
@given(NASTY)
def test_a_line_holds_no_line_end_and_nothing_invisible_or_is_refused(given_text: str) -> None:
    try:
        line = text.one_line(given_text, field="Name")
    except Refused:
        return
    assert not set(line) & LINE_ENDS
    assert not invisible(line)
    assert unicodedata.is_normalized("NFC", line)
    assert len(line) <= 200
    assert text.one_line(line, field="Name") == line


@pytest.mark.case("D1", "D6")
@given(NASTY)
def test_many_lines_hold_plain_line_ends_and_nothing_invisible_or_are_refused(given_text: str) -> None:
    try:
        lines = text.many_lines(given_text, limit=500, field="Why")
    except Refused:
        return
    assert not (set(lines) & LINE_ENDS) - {"\n"}
    assert not invisible(lines) - {"\n"}
    assert text.many_lines(lines, limit=500, field="Why") == lines


@pytest.mark.case("D1", "D6")
@pytest.mark.parametrize(
    "bad",
    [
        "Tom\r\nBcc: rita@example.org",
        "Tom\nTango",
        "Tom\0",
        "Tom\u2028Tango",
        "Tom\u202egnaT",
        "Tom\u2066Tango",
        "T\u200bom",
        "T\u200dom",
        "T\u2060om",
        "Tom\x1b[2J",
        "Tom\ud800",
        "T" + "\u0310" * 50,
        "x" * 201,
        "x" * 1_000_000,
    ],
)
def test_a_name_that_plays_tricks_is_refused(bad: str) -> None:
    with pytest.raises(Refused) as refusal:
        text.one_line(bad, field="Name")
    assert refusal.value.code == "bad_text"
    assert "Name" in refusal.value.sentence


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("  Tom\tTango ", "Tom Tango"),
        ("Jose\u0301", "José"),
        ("\ufeffTom", "Tom"),
        ("Tan\u00adgo", "Tango"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("👩\u200d🚀", "👩\u200d🚀"),
        ("שלום\u200f", "שלום"),
        ("Nguyễn Thị Ánh", "Nguyễn Thị Ánh"),
    ],
)
def test_an_honest_name_is_kept(written: str, kept: str) -> None:
    assert text.one_line(written, field="Name") == kept


def test_paragraphs_stay_and_what_trails_goes() -> None:
    assert (
        text.many_lines("\r\nDear Tom,  \r\n\r\nhello\u2028you\n\n", limit=50, field="Why") == "Dear Tom,\n\nhello\nyou"
    )


@pytest.mark.case("D8")
@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("see https://evil.org/a.html?q=b.c", "see hxxps://evil[.]org/a[.]html?q=b.c"),
        ("HTTP://EVIL.COM", "hxxp://EVIL[.]COM"),
        ("_https://evil.org", "_hxxps://evil[.]org"),
        ("xxhttp://evil.org", "xxhxxp://evil[.]org"),
        ("our hotel:5 stars", "our hotel:5 stars"),
        ("www.evil.co.uk now", "www[.]evil[.]co[.]uk now"),
        ("evil.zip", "evil[.]zip"),
        ("evil。com", "evil[.]com"),
        ("tom@example.org", "tom@example[.]org"),
        ("mailto:tom@example.org", "mailto[:]tom@example[.]org"),
        ("javascript:alert(1)", "javascript[:]alert(1)"),
        ("ftp://evil.org", "ftp[:]//evil[.]org"),
        ("It costs 3.14, e.g. at 10.30 a.m. Thanks.", "It costs 3.14, e.g. at 10.30 a.m. Thanks."),
        ("Note: call me", "Note: call me"),
    ],
)
def test_a_link_is_shown_and_cannot_be_clicked(written: str, shown: str) -> None:
    assert text.defang(written) == shown


@pytest.mark.case("D8")
@given(st.lists(st.sampled_from([*"abZ1.。:/@-_ hs[]", "http", "://", "mailto:"])).map("".join))
def test_disarming_twice_changes_nothing_more(given_text: str) -> None:
    once = text.defang(given_text)
    assert text.defang(once) == once


def test_search_is_blind_to_case_accents_and_spaces() -> None:
    assert text.fold("  Søren  ÅNGSTRÖM-Łuków ") == text.fold("soren angstrom-lukow")
    assert text.fold("STRASSE") == text.fold("Straße")
    assert text.fold("Æon İstanbul ılık") == "aeon istanbul ilik"


@given(st.text())
def test_a_folded_text_stays_as_it_is(given_text: str) -> None:
    assert text.fold(text.fold(given_text)) == text.fold(given_text)
