"""What is known by heart, and merge and split, at the command line: the same verbs as on the desk."""

from pathlib import Path

import pytest

from tests.cli.terminal import at, run
from tests.support.cast import TOM, Cast
from twoyes.care import front as care
from twoyes.people import front as people


def test_a_word_is_written_and_taken_back(cast: Cast) -> None:
    said = at(cast, "my-word", "Tom Target", "--since", "2017", "--how", "worked", "--how-well", "well").json
    assert said == {"id": cast.tom.id, "word": "You wrote: worked together since 2017, you know them well."}
    assert at(cast, "my-word", TOM, "--since", "soon").refused == "since"
    assert at(cast, "my-word", cast.tom.id).json["word"] == ""


@pytest.mark.parametrize("mark", ["do-not-ask", "not-listed"])
def test_a_mark_is_set_and_taken_off(cast: Cast, mark: str) -> None:
    assert at(cast, mark, TOM).json == {"id": cast.tom.id, "marks": [mark.replace("-", "_")]}
    assert at(cast, mark, TOM, "--off").json["marks"] == []


@pytest.mark.case("A19", "A20")
def test_two_cards_are_merged_and_taken_apart_again(cast: Cast) -> None:
    other = people.add_card(cast.cora.id, name="Thomas Target", addresses=["tom@other.example"])
    merged = at(cast, "merge", "Tom Target", "Thomas Target")
    assert merged.json == {"id": cast.tom.id, "name": "Tom Target", "closed": []}
    assert TOM not in merged.out
    assert at(cast, "split", "Tom Target").json["merged"][0]["id"] == other.id
    assert at(cast, "split", "Tom Target", "--again", other.id).json == {"id": other.id, "name": "Thomas Target"}
    assert people.addresses(cast.cora.id, other.id) == ["tom@other.example"]


@pytest.mark.case("A20")
def test_an_address_gets_a_card_of_its_own(cast: Cast) -> None:
    people.edit_card(cast.cora.id, cast.tom.id, addresses=[TOM, "tom@other.example"])
    words = ("split", "Tom Target", "--move", "tom@other.example")
    assert at(cast, *words).refused == "bad_text"
    new = at(cast, *words, "--name", "Thomas").json
    assert people.addresses(cast.cora.id, new["id"]) == ["tom@other.example"]


@pytest.mark.case("E8", "A19")
def test_refusals_are_sentences(cast: Cast) -> None:
    assert at(cast, "merge", "Tom Target", TOM).refused == "same_card"
    assert at(cast, "merge", "Tom Target", "Rita Holm", handle="otto").refused == "nobody"
    cast.asked()
    assert at(cast, "merge", "Tom Target", "Rita Holm").refused == "two_sides"


def test_in_words_it_says_what_happened(cast: Cast) -> None:
    people.add_card(cast.cora.id, name="Thomas Target", addresses=["tom@other.example"])
    with cast.time():
        assert "is on the card of Tom Target now" in run("merge", TOM, "Thomas Target", "--as", "cora").out
        assert "Thomas Target" in run("split", TOM, "--as", "cora").out
        assert "do not ask" in run("do-not-ask", TOM, "--as", "cora").out
        assert "You wrote: family." in run("my-word", TOM, "--how", "family", "--as", "cora").out


def test_a_look_says_what_it_joined_and_asks_the_rest(cast: Cast) -> None:
    people.add_card(cast.cora.id, name="Tom Target", addresses=["tom@sea.target.example"])
    other = people.add_card(cast.cora.id, name="Tom Target", addresses=["tom@home.example"])
    found = at(cast, "same")
    assert found.json["joined"] == 1
    (asked,) = found.json["asked"]
    assert other.id in {asked["one"], asked["other"]}
    assert asked["why"] == "name"
    assert "@" not in found.out


def test_a_page_that_began_a_look_hands_it_to_the_process_that_it_starts(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[list[str]] = []
    monkeypatch.setattr("twoyes.lib.apart.subprocess.Popen", lambda words, **_more: started.append(words))
    with cast.time():
        care.launch_look(cast.cora.id)
        care.launch_look(cast.cora.id)
    (words,) = started
    assert run(*words[3:]).status == 0
    last = people.look(cast.cora.id)
    assert last is not None
    assert (last.open, last.cards) == (False, len(people.everybody(cast.cora.id)))


def test_a_mailmap_says_who_is_one_person(cast: Cast, tmp_path: Path) -> None:
    people.add_card(cast.cora.id, name="Blade Runner", addresses=["br@sea.example"])
    assert at(cast, "same").json["joined"] == 0
    file = tmp_path / ".mailmap"
    assert at(cast, "same", "--mailmap", str(file)).refused == "no_such_file"
    file.write_text(f"Tom Target <{TOM}> Blade Runner <BR@sea.example>\n")
    assert at(cast, "same", "--mailmap", str(file)).json["joined"] == 1
    assert people.joined_by_themselves(cast.cora.id)[0].why == "mailmap"


def test_a_card_is_deleted_and_one_that_an_introduction_leads_to_is_not(cast: Cast) -> None:
    cast.asking()
    assert at(cast, "delete-card", TOM, "--yes").refused == "has_introductions"
    ada = people.add_card(cast.cora.id, name="Ada New")
    assert at(cast, "delete-card", "Ada New", "--yes").json == {"id": ada.id, "name": "Ada New"}
    assert at(cast, "delete-card", "Ada New", "--yes").refused == "nobody"
