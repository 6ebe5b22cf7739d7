"""What a connector takes elsewhere is all of theirs, opened, whole or not at all, and nobody else's (S1)."""

from __future__ import annotations

import csv
import io
import json
import stat
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.introductions.checks import state_of
from tests.support.cast import CORA, OTTO, REQUEST, RITA, TOM, Cast
from twoyes.care import exporting
from twoyes.care import front as care
from twoyes.introductions import front as introductions
from twoyes.lib.errors import Refused
from twoyes.people import front as people
from twoyes.policy import front as policy

pytestmark = pytest.mark.django_db


def written(cast: Cast, to: Path) -> dict[str, str]:
    """Let Cora write everything of hers into a folder; return the files by name."""
    with cast.time():
        names = care.export(cast.cora.id, to, now=cast.now)
    assert sorted(names) == sorted(path.name for path in to.iterdir())
    return {name: (to / name).read_bytes().decode() for name in names}


def table(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline="")))


def wishing(cast: Cast, introduction: str, **fields: str) -> None:
    link, token = cast.page(introduction)
    introductions.wishes(link, token, {"wish": "asked", **fields}, now=cast.now)


@pytest.fixture
def lived_in(cast: Cast) -> Cast:
    """A desk on which something happened: Tom wishes something, one met, one was told no."""
    people.edit_card(cast.cora.id, cast.tom.id, notes="Likes\nblades, and; semicolons", phones=["+47 22 33 44 55"])
    people.say_word(cast.cora.id, cast.tom.id, since="2017", how="worked", how_well="well", now=cast.now)
    closed = cast.closed()
    wishing(cast, closed, welcome="wind turbines", unwelcome="crypto", scope="anyone", every="6")
    no = cast.waiting(target="Uma Third", email="ada@asks.example", name="Ada Moor")
    fields = {"reason": "I do not know you yet.", "instead": "", "stay_in_touch": "", "why": "not_a_fit"}
    introductions.decline(no, fields, actor=cast.desk, now=cast.now)
    with cast.time():
        policy.set_house_rules(cast.cora.id, chosen={"too_many_open": {"most": 3}})
    return cast


def test_everything_of_theirs_stands_in_it_opened(lived_in: Cast, tmp_path: Path) -> None:
    files = written(lived_in, tmp_path / "mine")
    tom = next(row for row in table(files["people.csv"]) if row["id"] == lived_in.tom.id)
    assert (tom["name"], tom["addresses"], tom["word_since"], tom["word_how"]) == ("Tom Target", TOM, "2017", "worked")
    assert tom["notes"] == "Likes\nblades, and; semicolons"
    (wish,) = json.loads(files["wishes.json"])
    assert (wish["card"], wish["welcome"], wish["unwelcome"]) == (lived_in.tom.id, ["wind turbines"], ["crypto"])
    assert wish["every_months"] == 6
    made = {one["id"]: one for one in json.loads(files["introductions.json"])}
    (closed,) = (one for one in made.values() if one["state"] == "closed")
    assert closed["words"]["homework"] == REQUEST["homework"]
    assert closed["outcomes"]
    assert [line["event"] for line in closed["journal"]][:2] == ["requested", "verified"]
    rows = {row["id"]: row for row in table(files["introductions.csv"])}
    assert rows.keys() == made.keys()
    assert rows[closed["id"]]["last_outcome"] == closed["outcomes"][-1]["outcome"]
    assert [row["requester"] for row in table(files["noes.csv"])] == ["Ada Moor"]
    rules = json.loads(files["house-rules.json"])
    assert rules["versions"][-1]["chosen"]["too_many_open"]["most"] == 3
    assert json.loads(files["me.json"])["address"] == CORA
    assert all(f"{name}:" in files["README.txt"] for name in files if name != "README.txt")


def test_the_address_book_comes_in_elsewhere_as_it_was(lived_in: Cast, tmp_path: Path) -> None:
    long = "Ærøskøbing Vindmøllelaug " * 4
    people.edit_card(lived_in.cora.id, lived_in.rita.id, organisation=long.strip(), addresses=[RITA, "r@other.example"])
    file = written(lived_in, tmp_path / "mine")["people.vcf"].encode()
    assert max(map(len, file.split(b"\r\n"))) <= 75
    report = people.import_contacts(lived_in.otto.id, file, name="people.vcf")
    assert report.rejected == []
    for mine in people.whole_book(lived_in.cora.id):
        theirs = people.whole_card(lived_in.otto.id, people.who(lived_in.otto.id, mine.secrets.addresses[0]).id)
        assert theirs is not None
        assert theirs.secrets == mine.secrets
        assert (theirs.card.name, theirs.card.organisation) == (mine.card.name, mine.card.organisation)


def test_nothing_of_another_connector_is_in_it(lived_in: Cast, tmp_path: Path) -> None:
    """Not their cards, requests or rules, nor what somebody told them alone."""
    otto = lived_in.otto.id
    people.add_card(otto, name="Zoe Hidden", addresses=["zoe@hidden.example"], notes="only mine")
    people.add_card(otto, name="Tom Target", addresses=[TOM], notes="owes me a dinner")
    key = people.keys_of(lived_in.tom.id)
    people.say_topics(lived_in.otto.community_id, key, people.Topics(welcome="falconry"), about=otto, at=lived_in.now)
    words = {**REQUEST, "target": "Zoe Hidden"}
    introductions.request(otto, words, now=lived_in.now, door="test", proved=people.keys_of(lived_in.rita.id)[0])
    whole = "".join(written(lived_in, tmp_path / "mine").values())
    for theirs in ("Zoe", "zoe@hidden.example", "only mine", "owes me", "falconry", OTTO, otto):
        assert theirs not in whole, theirs


def test_who_must_never_be_asked_is_not_told(lived_in: Cast, tmp_path: Path) -> None:
    before = written(lived_in, tmp_path / "before")
    people.wish(
        lived_in.cora.community_id,
        people.keys_of(lived_in.tom.id),
        kind="never",
        scope="anyone",
        about="",
        introduction="",
        at=lived_in.now,
    )
    assert written(lived_in, tmp_path / "after") == before


@pytest.mark.case("D18")
@pytest.mark.parametrize("begin", ["=", "+", "-", "@", "\t=", '="a","b"', "＝"])
def test_a_cell_is_never_a_formula(cast: Cast, tmp_path: Path, begin: str) -> None:
    people.edit_card(cast.cora.id, cast.tom.id, notes=f"{begin}HYPERLINK(1)", organisation="=1+1")
    file = written(cast, tmp_path / "mine")["people.csv"]
    tom = next(row for row in table(file) if row["id"] == cast.tom.id)
    assert tom["organisation"] == "'=1+1"
    assert not any(cell.startswith(("=", "+", "-", "@", "\t", "＝")) for row in table(file) for cell in row.values())
    quoted = list(csv.reader(io.StringIO(file.removeprefix("\ufeff"), newline="")))
    assert len({len(row) for row in quoted}) == 1


def test_an_archive_holds_the_same_and_is_for_nobody_else(lived_in: Cast, tmp_path: Path) -> None:
    whole = written(lived_in, tmp_path / "mine")
    with lived_in.time():
        care.export(lived_in.cora.id, tmp_path / "mine.zip", now=lived_in.now)
    with zipfile.ZipFile(tmp_path / "mine.zip") as packed:
        assert {name: packed.read(name).decode() for name in packed.namelist()} == whole
    assert stat.S_IMODE((tmp_path / "mine.zip").stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "mine").stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "mine").iterdir()} == {0o600}


@pytest.mark.parametrize("name", ["mine", "mine.zip"])
def test_half_of_it_is_never_there(cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    def breaks(_of: exporting.Exporting) -> Iterator[str]:
        yield "half"
        raise OSError(28, "No space left on device")

    place = tmp_path / "place"
    place.mkdir()
    monkeypatch.setattr(exporting, "PARTS", (*exporting.PARTS, ("last.json", breaks)))
    with cast.time(), pytest.raises(Refused, match="No space left"):
        care.export(cast.cora.id, place / name, now=cast.now)
    assert list(place.iterdir()) == []


def test_what_is_there_already_is_left_alone(cast: Cast, tmp_path: Path) -> None:
    (tmp_path / "mine.zip").write_text("dear to me")
    with cast.time(), pytest.raises(Refused, match="there already"):
        care.export(cast.cora.id, tmp_path / "mine.zip", now=cast.now)
    assert (tmp_path / "mine.zip").read_text() == "dear to me"


def test_each_record_is_told_of_while_it_goes_on(lived_in: Cast, tmp_path: Path) -> None:
    told: list[tuple[str, int]] = []
    with lived_in.time():
        care.export(lived_in.cora.id, tmp_path / "mine", now=lived_in.now, progress=lambda *passed: told.append(passed))
    assert ("people.vcf", 2) in told
    assert ("introductions.json", 2) in told


# ---------------------------------------------------------------- one person


def held(cast: Cast, card: str) -> dict[str, Any]:
    with cast.time():
        found: dict[str, Any] = json.loads(care.as_json(care.export_person(cast.cora.id, card, now=cast.now)))
    return found


def test_what_is_held_about_a_person_has_their_wishes_and_nothing_that_anybody_thinks_of_them(lived_in: Cast) -> None:
    tom = held(lived_in, lived_in.tom.id)
    assert tom["card"]["addresses"] == [TOM]
    assert (tom["wishes"]["welcome"], tom["wishes"]["every_months"]) == (["wind turbines"], 6)
    (ask,) = tom["asks"]
    assert (ask["kind"], ask["answer"]) == ("ask", "yes")
    whole = json.dumps(tom)
    assert "semicolons" not in whole
    assert "worked" not in whole.replace(ask["text"], "")
    assert RITA not in whole


@pytest.mark.parametrize("state", ["refused", "silent", "deferred", "asked"])
def test_who_asked_is_told_no_more_by_it_than_by_their_own_page(cast: Cast, state: str) -> None:
    """Whoever hands a requester their file must not tell them by it what the other answered (quiet-no)."""
    made = getattr(cast, state)()
    assert state_of(made) != "waiting"
    rita = held(cast, cast.rita.id)
    (mine,) = rita["requests"]
    assert mine["stage"] in {"on_its_way", "not_this_time"}
    assert mine["words"]["homework"] == REQUEST["homework"]
    assert rita["asks"] == []
    assert TOM not in json.dumps(rita)


def test_somebody_elses_card_is_nobodys(cast: Cast) -> None:
    theirs = people.add_card(cast.otto.id, name="Zoe Hidden", addresses=["zoe@hidden.example"])
    with cast.time(), pytest.raises(Refused, match="no such card"):
        care.export_person(cast.cora.id, theirs.id, now=cast.now)


def test_what_they_asked_through_another_connector_is_not_in_it(cast: Cast) -> None:
    mine = cast.waiting()
    words, key = {**REQUEST, "target": "Zoe Hidden"}, people.keys_of(cast.rita.id)[0]
    introductions.request(cast.otto.id, words, now=cast.now, door="test", proved=key)
    assert [one["id"] for one in held(cast, cast.rita.id)["requests"]] == [mine]
