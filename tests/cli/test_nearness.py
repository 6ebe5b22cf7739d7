"""Whom to ask, at the terminal: ways with their reasons, ties from a file, and working both out anew."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.terminal import Said, at, run
from tests.network.histories import both_ways, mbox
from tests.support.cast import CORA, TOM, Cast
from twoyes.network import front as network

KIM = "kim@blades.example"


def own(cast: Cast, *words: str) -> Said:
    """Run a command on what is Cora's."""
    with cast.time():
        return run(*words, "--owner", "cora", "--json")


@pytest.fixture
def mail(cast: Cast, tmp_path: Path) -> str:
    letters = both_ways(CORA, f"Kim Berg <{KIM}>", weeks=10) + both_ways(f"Kim Berg <{KIM}>", TOM, weeks=8, cc=CORA)
    return str(mbox(tmp_path, *letters))


def test_from_a_mailbox_to_the_warmest_way(cast: Cast, mail: str) -> None:
    assert own(cast, "import", "history", mail).json["taken"] == 36
    found = at(cast, "paths", "--to", "Tom Target", "--steps", "2").json
    over = next(one for one in found if len(one["people"]) == 3)
    assert [one["name"] for one in over["people"]] == ["Cora Lund", "Kim Berg", "Tom Target"]
    assert {"id", "name"} == over["people"][0].keys()
    assert over["warmth"] == pytest.approx(over["strengths"][0] * over["strengths"][1])
    assert over["weakest"] == min(over["strengths"])
    assert "@" not in json.dumps(found)


def test_between_two_others_too(cast: Cast, mail: str) -> None:
    own(cast, "import", "history", mail)
    (way,) = at(cast, "paths", "--from", KIM, "--to", TOM, "--steps", "1").json
    assert "wrote to each other in 8 different weeks that you saw" in way["why"]


def test_a_card_that_was_added_since_is_found_without_a_word_about_rebuilding(cast: Cast) -> None:
    assert at(cast, "paths", "--to", "Tom Target").json[0]["weakest"] == pytest.approx(0.1)


def test_nobody_of_that_name_is_a_refusal(cast: Cast) -> None:
    assert at(cast, "paths", "--to", "Nobody Here").refused == "nobody"


def test_ties_come_in_from_a_file_and_again_change_nothing(cast: Cast, tmp_path: Path) -> None:
    file = tmp_path / "ties.csv"
    file.write_text("From;To;Strength\nRita Holm;tom@target.example;0,8\nme;Rita Holm;0.9\nNobody;me;0.5\nme;me;1\n")
    told = own(cast, "import", "ties", str(file)).json
    assert (told["added"], told["updated"], told["unchanged"], len(told["rejected"])) == (2, 0, 0, 2)
    assert told["rejected"][0]["where"] == "line 4"
    assert own(cast, "import", "ties", str(file)).json["unchanged"] == 2
    way = at(cast, "paths", "--to", "Tom Target", "--steps", "2").json[0]
    assert [one["name"] for one in way["people"]] == ["Cora Lund", "Rita Holm", "Tom Target"]
    assert way["strengths"] == pytest.approx([0.9, 0.8])
    assert "cannot be proven" in way["why"]


@pytest.mark.parametrize("content", [b"", b"a,b\n1,2\n", b"\xff\xfe\x00", b"from,to\nme,Tom\n"])
def test_a_file_that_holds_no_ties_is_refused(cast: Cast, tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "ties.csv"
    file.write_bytes(content)
    assert own(cast, "import", "ties", str(file)).refused == "not_ties"
    assert own(cast, "import", "ties", str(tmp_path / "none.csv")).refused == "no_such_file"


@pytest.mark.parametrize("strength", ["0", "1.1", "-1", "strong", "nan", ""])
def test_a_strength_that_is_none_is_left_out_with_its_line(cast: Cast, tmp_path: Path, strength: str) -> None:
    file = tmp_path / "ties.csv"
    file.write_text(f"from,to,strength\nme,Tom Target,{strength}\n")
    told = own(cast, "import", "ties", str(file)).json
    assert (told["added"], told["rejected"][0]["where"]) == (0, "line 2")


def test_all_can_be_worked_out_anew(cast: Cast, mail: str) -> None:
    own(cast, "import", "history", mail)
    (told,) = own(cast, "network", "rebuild").json
    assert (told["handle"], told["people"], told["ties"]) == ("cora", 3, 8)
    assert not network.is_stale(cast.cora.id)
