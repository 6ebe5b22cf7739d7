"""Connectors, delegates, contact files and erasures at the command line."""

import re
from pathlib import Path

import pytest
from django.test import Client

from tests.cli.terminal import at, run
from tests.support.cast import OTTO, RITA, TOM, Cast
from twoyes.introductions import front as introductions
from twoyes.lib import env, store
from twoyes.people import front as people

FILE = Path(__file__).parents[1] / "people" / "fixtures" / "Connections.csv"


def test_a_connector_is_added_once(cast: Cast) -> None:
    words = ["connector", "add", "dana@connects.example", "--name", "Dana", "--handle", "dana", "--json"]
    made = run(*words).json
    assert made["url"].endswith("/@dana")
    assert run(*words).refused == "handle_taken"
    other = ["connector", "add", "not an address", "--name", "Dana", "--handle", "other", "--json"]
    assert run(*other).refused == "bad_address"


def test_a_language_that_the_house_does_not_speak_is_refused_with_those_it_does(cast: Cast) -> None:
    words = ["connector", "add", "dana@connects.example", "--name", "Dana", "--handle", "dana", "--json"]
    refused = run(*words, "--language", "xx")
    assert refused.refused == "bad_language"
    assert {"en", "de", "fr", "es"} <= set(re.findall(r"[a-z]{2}(?=[,.])", refused.json["error"]["sentence"]))
    assert run(*words, "--zone", "Mars/Base").refused == "bad_zone"
    assert run(*words, "--language", "fr").status == 0


def test_a_link_logs_its_connector_in(cast: Cast) -> None:
    url = run("connector", "link", "@cora").out.split()[-1]
    path = url.removeprefix("http://127.0.0.1:8000")
    assert path.startswith("/accounts/link/")
    assert people.opens_login(path.rpartition("/")[2], cast.now) is True
    assert run("connector", "link", "nobody", "--json").refused == "no_such_connector"
    assert Client().get(path).status_code == 200


def test_a_delegate_may_act_from_then_on(cast: Cast) -> None:
    made = run("connector", "add-delegate", "cora", "dora@connects.example", "--name", "Dora", "--json").json
    assert people.actor_may_act(made["id"], cast.cora.id)


@pytest.mark.case("A29")
def test_a_removed_connector_is_gone_and_their_introductions_are_closed(cast: Cast) -> None:
    introduction = cast.asked()
    with cast.time():
        done = run("connector", "remove", "cora", "--json")
    assert done.json["introductions"] == 1
    assert str(cast.state(introduction)) == "withdrawn"
    assert run("connector", "link", "cora", "--json").refused == "no_such_connector"


def test_a_contact_file_goes_into_the_owners_book_once(cast: Cast) -> None:
    words = ["import", "contacts", str(FILE), "--owner", "otto", "--json"]
    dry = run(*words, "--dry-run").json
    assert at(cast, "people", handle="otto").json == []
    first = run(*words)
    assert first.status == 0
    assert first.json == dry
    assert set(first.json) == {"added", "updated", "unchanged", "rejected"}
    assert [set(one) for one in first.json["rejected"]] == [{"where", "why"}] * len(first.json["rejected"])
    again = run(*words).json
    assert (again["added"], again["updated"], again["unchanged"]) == (0, 0, first.json["added"])


def test_a_file_that_is_not_there_is_refused(cast: Cast) -> None:
    assert run("import", "contacts", "nowhere.csv", "--owner", "cora", "--json").refused == "no_such_file"


@pytest.mark.case("E18", "E19")
def test_an_erased_person_is_nowhere_and_cannot_be_asked_even_when_imported_again(cast: Cast) -> None:
    introduction = cast.asked()
    done = at(cast, "erase", "Tom Target")
    assert (done.status, done.json["introductions"]) == (0, 1)
    assert at(cast, "people", "target").json == []
    people.add_card(cast.cora.id, name="Tom Target", addresses=[TOM])
    other = cast.waiting(email=OTTO, target="Tom Target again")
    made = at(cast, "approve", other, "--target", "Tom Target", "--vouch", "I know him.")
    assert made.json["state"] in {"refused", "asking"}
    cast.deliver()
    assert [facts.recipient for facts in cast.sent if facts.kind == "ask"] == [TOM]
    assert str(cast.state(introduction)) == "erased"


def test_whoever_only_asked_is_erased_by_their_address(cast: Cast) -> None:
    cast.waiting()
    done = at(cast, "erase", RITA)
    assert done.json["introductions"] == 1
    assert at(cast, "erase", "somebody unknown").refused == "nobody"


def test_what_is_held_is_listed_by_name_and_never_by_address(cast: Cast) -> None:
    introduction = cast.asking()
    store.bump_generation()
    introductions.hold_foreign(cast.now)
    held = run("release", "--json").json
    lines = [line.split("\t") for line in run("release").out.splitlines()]
    since = "2026-03-02T09:00:00Z"
    assert sorted(line[1:] for line in lines) == [
        ["ask", "Tom Target", introduction, since],
        ["on_its_way", "Rita Holm", introduction, since],
    ]
    assert [line[0] for line in lines] == held


def test_what_waits_in_a_restored_store_is_held_before_it_is_listed(cast: Cast) -> None:
    cast.asking()
    store.generation_file().unlink()
    with cast.time():
        assert len(run("release", "--json").json) == 2
        assert run("release", "--all", "--json").json == {"released": 2}
    assert sorted(cast.deliver()) == ["ask:target", "on_its_way:requester"]


def test_a_walk_of_the_clock_says_once_that_nothing_leaves(cast: Cast, caplog: pytest.LogCaptureFixture) -> None:
    cast.waiting()
    store.generation_file().unlink()
    with cast.time(), caplog.at_level("WARNING"):
        said = run("tick", "--now", "2026-04-20T09:00:00Z")
    *_walk, line = said.out.splitlines()
    assert line.startswith("Nothing was sent")
    assert "twoyes release" in line
    assert [one for one in caplog.messages if "sent" in one] == []


@pytest.mark.case("F1")
def test_held_letters_are_listed_and_let_go_one_by_one(cast: Cast) -> None:
    cast.asking()
    assert run("release", "--json").json == []
    store.generation_file().unlink()
    introductions.hold_foreign(cast.now)
    held = run("release", "--json").json
    assert len(held) == 2
    assert run("release", "aaaaaaaaaaaa", "--json").refused == "not_held"
    with cast.time():
        assert run("release", held[0], "--json").json == {"released": 1}
        assert run("release", "--all", "--json").json == {"released": 1}
    assert run("release", "--json").json == []
    assert env.data_dir().is_dir()
