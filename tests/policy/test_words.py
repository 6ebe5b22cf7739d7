"""The words that screening looks for: files that anybody can extend, and that cannot be written wrongly unnoticed."""

from collections import Counter
from pathlib import Path

import pytest

from twoyes.policy import wordfiles
from twoyes.policy.phrases import Line, Net, spellings
from twoyes.policy.rules import RULES

FILES = sorted(wordfiles.HOME.glob("*/*.txt"))
# These weigh facts or lengths, not words.
WORDLESS = {"too_long", "too_short", "repeat", "too_soon", "against_wishes"}


def _name(path: Path) -> str:
    return f"{path.parent.name}-{path.stem}"


def _net(*lines: str) -> Net:
    return Net([wordfiles.line(each) for each in lines], lambda name: {"his": ("his", "her")}.get(name, ("one", "two")))


def _met(text: str, *lines: str) -> list[str]:
    return [span.line.written for span in _net(*lines).spans(text.split())]


@pytest.mark.parametrize("language", wordfiles.LANGUAGES)
def test_each_language_has_a_file_for_each_rule_about_words(language: str) -> None:
    there = {path.stem for path in (wordfiles.HOME / language).glob("*.txt")}
    assert there == {rule.code for rule in RULES} - WORDLESS | {"language", "empty"}


@pytest.mark.parametrize("language", wordfiles.LANGUAGES)
def test_each_language_has_the_same_headings(language: str) -> None:
    for path in (wordfiles.HOME / "en").glob("*.txt"):
        ours, theirs = wordfiles.sections("en", path.stem), wordfiles.sections(language, path.stem)
        assert set(ours) == set(theirs), path.stem


@pytest.mark.parametrize("path", FILES, ids=_name)
def test_each_line_can_be_read_and_stands_once(path: Path) -> None:
    for heading, lines in wordfiles.sections(path.parent.name, path.stem).items():
        assert lines, f"nothing stands under {heading}"
        wordfiles.net(path.parent.name, path.stem, heading)
        folded = Counter((" ".join(spellings(line.written)), line.unless) for line in lines)
        written = Counter((line.written.casefold(), line.unless) for line in lines)
        assert folded
        assert [line for line, times in written.items() if times > 1] == []


@pytest.mark.parametrize("path", FILES, ids=_name)
def test_each_line_can_be_met(path: Path) -> None:
    for heading, lines in wordfiles.sections(path.parent.name, path.stem).items():
        for line in lines:
            assert _can_be_met(path.parent.name, path.stem, line), f"{heading}: {line.written}"


def _can_be_met(language: str, name: str, line: Line) -> bool:
    """Whether some text meets it: the one that takes the first of each choice and all that is optional."""
    net = Net([line], lambda each: tuple(one.written for one in _class(language, name, each)))
    return any(True for _span in net.spans(net.example()))


def _class(language: str, name: str, each: str) -> tuple[Line, ...]:
    return wordfiles.sections(language, name).get(each) or wordfiles.sections(language, "language")[each]


def test_one_of_several_an_optional_word_a_gap_and_a_star() -> None:
    assert _met("pick her brain", "pick (his|her) brain") == ["pick (his|her) brain"]
    assert _met("pick brain", "pick [his] brain") == ["pick [his] brain"]
    assert _met("pick a b c brain", "pick ... brain") == ["pick ... brain"]
    assert _met("pick a b c d brain", "pick ... brain") == []
    assert _met("pick . brain", "pick ... brain") == [], "a gap ends with the sentence"
    assert _met("picking", "pick*") == ["pick*"]
    assert _met("werkstatt orgelwerkstatt", "*werkstatt") == ["*werkstatt", "*werkstatt"]
    assert _met("give her 7", "give {his} {number}") == ["give {his} {number}"]


@pytest.mark.parametrize("wrong", ["pick (his|her brain", "pick his) brain", "pick {his brain", "?", "give ] it"])
def test_a_line_that_cannot_be_read_is_refused_with_its_words(wrong: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        _net(wrong)


def test_nothing_is_read_before_it_is_needed() -> None:
    import subprocess
    import sys

    program = "from twoyes.policy import screen, wordfiles\nprint(wordfiles.sections.cache_info().currsize)"
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "0"


def test_lines_that_begin_alike_and_otherwise_are_all_met_from_one_place() -> None:
    lines = ("[so] long", "so* as ever", "*o much", "... ever", "long as", "{his} way")
    assert set(_met("so long as ever", *lines)) == {"[so] long", "... ever", "long as"}
    assert set(_met("soon as ever", *lines)) == {"so* as ever", "... ever"}
    assert set(_met("too much of her way", *lines)) == {"*o much", "{his} way"}
