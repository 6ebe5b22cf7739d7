"""Looking changes nothing, and says what it says in the shapes that programs rely on."""

import json
import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import transaction

from tests.cli.terminal import at, run
from tests.support.cast import REQUEST, TOM, Cast
from twoyes.introductions import front as introductions
from twoyes.policy import front as policy

ID = re.compile(r"[0-9a-z]{12}")
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


def test_people_are_found_without_their_addresses(cast: Cast) -> None:
    found = at(cast, "people", "target")
    assert found.json == [{"id": cast.tom.id, "name": "Tom Target", "organisation": "Blade Works", "known_since": None}]
    assert TOM not in found.out


def test_addresses_are_revealed_to_the_owner_of_the_book_alone(cast: Cast) -> None:
    assert at(cast, "people", TOM, "--reveal").json[0]["addresses"] == [TOM]
    assert at(cast, "people", TOM, "--reveal", handle="otto").json == []


def test_requests_are_listed_in_the_requesters_words_until_the_approval(cast: Cast) -> None:
    waiting = cast.waiting()
    cast.now += timedelta(days=3)
    row = at(cast, "requests").json[0]
    assert set(row) == {"id", "state", "requester", "target", "age_days", "findings"}
    assert (row["id"], row["state"], row["requester"], row["age_days"]) == (waiting, "waiting", "Rita Holm", 3)
    assert row["target"] == REQUEST["target"]
    assert isinstance(row["findings"], list)
    assert at(cast, "requests", handle="otto").json == []


def test_show_has_the_journal_and_what_comes_next(cast: Cast) -> None:
    introduction = cast.asked()
    shown = at(cast, "show", introduction).json
    assert shown["target"] == "Tom Target"
    assert ID.fullmatch(shown["id"])
    assert [set(line) for line in shown["journal"]] == [{"seq", "event", "at", "actor"}] * len(shown["journal"])
    assert [line["event"] for line in shown["journal"]][:3] == ["requested", "verified", "approve"]
    assert all(INSTANT.fullmatch(line["at"]) for line in shown["journal"])
    assert f"connector:{cast.cora.id}" in {line["actor"] for line in shown["journal"]}
    assert set(shown["next"]) == {"event", "at"}
    assert INSTANT.fullmatch(shown["next"]["at"])


def test_show_says_of_an_offer_what_both_told_and_that_nobody_asked(cast: Cast) -> None:
    introduction = cast.offered()
    cast.answer(introduction, "yes", side="first", comment="Only in May, please.")
    cast.pass_time(timedelta(minutes=11))
    cast.answer(introduction, "yes", side="second", comment="At last.")
    with cast.time():
        shown = run("show", introduction, "--as", "cora").out
    assert f"{introduction}  Rita Holm and Tom Target: agreed" in shown
    assert "asks for" not in shown
    for line in ("answer: yes", "first_comment: Only in May, please.", "comment: At last."):
        assert f"  {line}\n" in shown


AFTER_AN_ASK = ("asked", "refused", "silent", "deferred", "passed", "passed_on", "withdrawn", "undeliverable", "agreed")
OFFERS = ("offered", "offered_second", "introduced", "awaiting_outcome", "recorded", "closed", "declined", "returned")


def offered_acts(cast: Cast, introduction: str) -> list[str]:
    """Return what `show` says that Cora may do."""
    with cast.time():
        *_before, acts = run("show", introduction, "--as", "cora").out.rpartition("you may: ")
    return acts.strip().split(", ")


def takes(cast: Cast, introduction: str, *words: str) -> bool:
    """Say whether an act is taken, and take it back."""
    with transaction.atomic():
        done = at(cast, words[0], introduction, *words[1:])
        transaction.set_rollback(True)
    return done.status == 0


@pytest.mark.parametrize("scene", [*AFTER_AN_ASK, *OFFERS])
def test_what_show_lists_is_what_works(cast: Cast, scene: str) -> None:
    introduction = getattr(cast, scene)()
    listed = offered_acts(cast, introduction)
    noted = [
        takes(cast, introduction, "note-answer", "--answer", answer, "--how", "by phone", *until, *side)
        for answer in ("yes", "no", "later", "never")
        for until in ([] if answer != "later" else ["--until", (cast.now + timedelta(days=30)).date().isoformat()],)
        for side in ([], ["--side", "first"])
    ]
    assert ("note-answer" in listed) == any(noted)
    sides = [takes(cast, introduction, "send-again", "--side", side) for side in ("target", "first")]
    assert ("send-again" in listed) == any(sides)
    assert ("close" in listed) == takes(cast, introduction, "close", "--reason", "spam")
    assert ("withdraw" in listed) == takes(cast, introduction, "withdraw")


def test_a_first_side_may_change_their_mind_where_the_second_could_not_be_reached(cast: Cast) -> None:
    introduction = cast.offered()
    cast.answer(introduction, "yes", side="first")
    cast.now += timedelta(minutes=11)
    assert "ask:second" in cast.deliver("refused", code=550)
    assert str(cast.state(introduction)) == "undeliverable"
    assert "note-answer" in offered_acts(cast, introduction)
    assert takes(cast, introduction, "note-answer", "--answer", "no", "--how", "by phone", "--side", "first")


@pytest.mark.case("E8")
def test_somebody_elses_introduction_is_not_there(cast: Cast) -> None:
    introduction = cast.asked()
    theirs, unknown = at(cast, "show", introduction, handle="otto"), at(cast, "show", "aaaaaaaaaaaa", handle="otto")
    assert theirs.refused == unknown.refused == "nothing_here"
    assert theirs.out.replace(introduction, "") == unknown.out.replace("aaaaaaaaaaaa", "")


def test_screening_reads_a_file_or_the_standard_input_and_stores_nothing(cast: Cast, tmp_path: Path) -> None:
    words = {**REQUEST, "why_now": "", "ask": "I would like to pick his brain."}
    file = tmp_path / "request.json"
    file.write_text(json.dumps(words))
    found = run("screen", str(file), "--json").json["findings"]
    assert {"no_why_now", "brain_picking"} <= {one["code"] for one in found}
    assert [set(one) for one in found] == [{"code", "strength", "sentence", "mend"}] * len(found)
    assert {one["strength"] for one in found} <= {"hint", "concern", "blocker"}
    assert run("screen", "-", "--json", typed=json.dumps(words)).json["findings"] == found
    assert at(cast, "requests").json == []


def test_a_sentence_is_read_out_once_it_is_chosen(cast: Cast) -> None:
    assert "too_many_open" not in {one["id"] for one in at(cast, "rules").json}
    policy.choose(cast.cora.id, {"too_many_open": "yes", "too_many_open_most": "3", "too_many_open_strength": "hint"})
    (chosen,) = [one for one in at(cast, "rules").json if one["id"] == "too_many_open"]
    assert (chosen["strength"], chosen["values"]) == ("hint", {"most": 3})


def test_the_rules_are_read_out_with_their_numbers(cast: Cast) -> None:
    rules = at(cast, "rules").json
    assert [set(one) for one in rules] == [{"id", "sentence", "strength", "values"}] * len(rules)
    assert {one["id"]: one["values"] for one in rules}["spacing"] == {"days": 30}
    assert {"no_why", "sales_pitch"} <= {one["id"] for one in rules}


def test_words_for_people_are_plain_lines(cast: Cast) -> None:
    introduction = cast.waiting()
    with cast.time():
        listed = run("requests", "--as", "cora")
        shown = run("show", introduction, "--as", "cora")
    assert listed.out.startswith(f"{introduction}\twaiting\tRita Holm")
    assert "you may: approve, return" in shown.out
    assert TOM not in listed.out + shown.out


def test_what_the_one_to_be_asked_wishes_is_shown_before_a_decision(cast: Cast) -> None:
    link, token = cast.page(cast.asked(email="rolf@asks.example", name="Rolf Berg"))
    said = {"wish": "asked", "formats": "mail", "unwelcome": "lawsuits, maintenance", "every": "6"}
    introductions.wishes(link, token, said, now=cast.now)
    introduction = cast.waiting()
    known = at(cast, "show", introduction).json
    assert known["wishes"] == {
        "welcome": [],
        "unwelcome": ["lawsuits", "maintenance"],
        "formats": ["mail"],
        "every_months": 6,
        "not_listed": False,
        "standing_yes": None,
        # The ask of 2 March and six months, roughly.
        "not_before": "2026-09-11",
        "against": ["video", "maintenance"],
    }
    assert {"against_wishes", "too_soon"} <= set(known["findings"])
    with cast.time():
        shown = run("show", introduction, "--as", "cora")
    assert "they wish, unwelcome: lawsuits maintenance" in shown.out


def test_with_several_connectors_somebody_has_to_be_named(cast: Cast) -> None:
    with cast.time():
        assert run("requests", "--json").refused == "which_connector"
        assert run("requests", "--json", "--as", "nobody").refused == "no_such_connector"
        assert run("requests", "--json", "--as", "@Cora").json == []


def test_a_refusal_in_words_goes_to_standard_error(cast: Cast) -> None:
    with cast.time():
        said = run("show", "aaaaaaaaaaaa", "--as", "cora")
    assert (said.status, said.out) == (1, "")
    assert "There is no introduction" in said.err


@pytest.mark.parametrize(
    "words", [["show"], ["people", "x", "--no-such-option"], ["no-such-command"], ["tick", "--now", "soon"], ["offer"]]
)
def test_wrong_usage_is_status_2(db: None, words: list[str]) -> None:
    assert run(*words).status == 2
