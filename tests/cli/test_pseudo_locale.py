"""What the command line says to people can be said in another language: results, refusals, and help."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.terminal import run
from tests.support import pseudo
from tests.support.cast import APPROVAL, REQUEST, Cast
from twoyes.cli.app import _helped, in_words

# Names, what was typed, and the words that programs share with people: codes, states, ids.
DATA = (
    *REQUEST.values(),
    *APPROVAL.values(),
    *"Rita Holm|Tom Target|Blade Works|Nordsjo Drift|Cora Lund|Ada New|Otto Outsider|Twoyes|SQLite".split("|"),
)


REFUSALS = (
    ("people", "--as", "nobody"),
    ("people",),
    ("show", "000000000000", "--as", "cora"),
    ("approve", "000000000000", "--as", "cora", "--target", "Nobody Known"),
    ("request", "{place}/missing.json", "--as", "cora"),
    ("request", "{place}/list.json", "--as", "cora"),
    ("import", "contacts", "{place}/empty", "--owner", "cora"),
    ("import", "contacts", "{place}/missing", "--owner", "cora"),
    ("connector", "link", "nobody"),
    ("connector", "add", "no address", "--name", "A", "--handle", "a"),
    ("connector", "add", "x@y.example", "--name", "A", "--handle", "cora"),
    ("connector", "remove", "nobody", "--yes"),
    ("release", "000000000000"),
    ("erase", "Nobody Known", "--yes", "--as", "cora"),
    ("tick", "--now", "2001-01-01T00:00:00Z"),
    ("record", "--to", "Tom Target", "--to", "Tom Target", "--as", "cora"),
)


@pytest.mark.parametrize("words", REFUSALS, ids=" ".join)
def test_every_refusal_is_marked_for_translation(
    cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    (tmp_path / "list.json").write_text("[]")
    (tmp_path / "empty").mkdir()
    with pseudo.spoken(monkeypatch), cast.time():
        said = run(*[one.format(place=tmp_path) for one in words])
    assert said.status == 1, said
    assert pseudo.OPEN in said.err
    assert pseudo.left_over(said.err, (*DATA, str(tmp_path), "cora", "otto")) == []


def test_every_result_is_marked_for_translation(cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    introduction = cast.waiting()
    file, cards = tmp_path / "request.json", tmp_path / "cards.vcf"
    file.write_text(json.dumps({**REQUEST, "ask": "Pick his brain."}))
    cards.write_text("BEGIN:VCARD\r\nFN:Ada New\r\nEND:VCARD\r\nBEGIN:VCARD\r\nEMAIL:x@y.example\r\nEND:VCARD\r\n")
    with pseudo.spoken(monkeypatch), cast.time():
        said = {
            " ".join(words[:2]): run(*words)
            for words in (
                ("screen", str(file)),
                ("import", "contacts", str(cards), "--owner", "cora"),
                ("approve", introduction, "--as", "cora", "--target", "Tom Target", "--vouch", APPROVAL["vouch"]),
                ("withdraw", introduction, "--as", "cora"),
                ("connector", "add", "ada@new.example", "--name", "Ada New", "--handle", "ada"),
                ("connector", "add-delegate", "cora", "ben@new.example", "--name", "Ada New"),
                ("connector", "remove", "otto", "--yes"),
                ("release",),
                ("erase", "rita@asks.example", "--yes", "--as", "cora"),
                ("doctor",),
            )
        }
    known = (*DATA, str(tmp_path), introduction, *SHARED)
    assert {name: one.status for name, one in said.items() if one.status and name != "doctor"} == {}
    left = {name: pseudo.left_over(one.out + one.err, known) for name, one in said.items()}
    assert {name: lines for name, lines in left.items() if lines} == {}


# Codes, states and kinds are what programs and people say to each other; they are the same in every language.
SHARED = (
    "no_ask blocker concern hint ok warn fail brain_picking vague_ask too_short asking withdrawn ask"
    " on_its_way settings keys data disk"
    " store mail generation queue connectors clock cards.vcf chmod ada Ada"
).split()


def test_every_help_is_marked_for_translation(monkeypatch: pytest.MonkeyPatch) -> None:
    with pseudo.spoken(monkeypatch):
        texts = [one.help for one in _helped(in_words())]
    ours = [text for text in texts if text != "Show this message and exit."]
    assert len(ours) > 100
    assert [text for text in ours if not text.startswith(pseudo.OPEN)] == []
