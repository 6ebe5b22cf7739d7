"""Each act has a command of its name, whose options are the act's fields; what it does is what the verb does."""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from tests.cli.terminal import at, run
from tests.support.cast import APPROVAL, REQUEST, RITA, Cast
from twoyes.cli import acts
from twoyes.introductions import front as introductions
from twoyes.introductions.models import Letter
from twoyes.introductions.pages import DESK_ACTS
from twoyes.introductions.protocol import State
from twoyes.people import front as people

WORDS = ["--vouch", APPROVAL["vouch"], "--vouch-level", "vouch", "--why-target", APPROVAL["why_target"]]


def approve(cast: Cast, introduction: str, *more: str, target: str = "Tom Target") -> str:
    made = at(cast, "approve", introduction, "--target", target, *WORDS, *more)
    assert made.status == 0, made
    assert made.json["id"] == introduction
    return str(made.json["state"])


def test_every_act_of_the_desk_has_a_command_of_its_name() -> None:
    commands = {act.name.replace("-", "_") for act in acts.ACTS} | {"by_hand"}
    assert {act for those in DESK_ACTS.values() for act in those} <= commands


def test_every_option_is_explained_and_a_field_of_its_act() -> None:
    options = {option for act in acts.ACTS for option in act.options}
    assert options <= acts.HELP.keys()
    approval = next(act for act in acts.ACTS if act.name == "approve")
    assert set(approval.options) == {*introductions.APPROVAL_FIELDS}


def test_approve_takes_a_name_and_sends_the_text_made_of_these_words(cast: Cast) -> None:
    introduction = cast.waiting()
    made = at(cast, "approve", introduction, "--target", "target, tom", *WORDS, "--personal-line", "Hello again.")
    assert (made.json["id"], made.json["state"]) == (introduction, "asking")
    assert set(made.json["letters"]) == {"ask", "on_its_way"}
    cast.deliver()
    ask = next(facts for facts in cast.sent if facts.kind == "ask")
    assert ask.frozen is not None
    assert "Hello again." in ask.frozen.text
    assert APPROVAL["vouch"] in ask.frozen.text


def test_approving_without_a_word_of_ones_own_names_the_option(cast: Cast) -> None:
    introduction = cast.waiting()
    refused = at(cast, "approve", introduction, "--target", "Tom Target")
    assert refused.refused == "required"
    assert "--vouch" in refused.json["error"]["sentence"]
    assert cast.state(introduction) is State.WAITING


def test_a_name_that_several_answer_to_lists_them(cast: Cast) -> None:
    people.add_card(cast.cora.id, name="Tom Target", organisation="Another Works", addresses=["tom@other.example"])
    introduction = cast.waiting()
    refused = at(cast, "approve", introduction, "--target", "Tom Target", *WORDS)
    assert refused.refused == "ambiguous"
    assert {one["organisation"] for one in refused.json["error"]["candidates"]} == {"Blade Works", "Another Works"}
    assert cast.state(introduction) is State.WAITING


@pytest.mark.parametrize(
    ("words", "state"),
    [
        (["decline", "ID", "--reason", "I know him too little."], "declined"),
        (["decline", "ID", "--why", "too_soon", "--tone", "indirect", "--come-back", "2026-04-20"], "declined"),
        (["decline", "ID", "--why", "not_said", "--words-in", "es", "--consolation", "write_yourself"], "declined"),
        (["return", "ID", "--codes", "no_why_now", "--words", "Say why now."], "returned"),
        (["talk", "ID", "--times", "Tuesday at ten"], "talking"),
        (["pass-on", "ID", "--target", "tom@target.example"], "passed"),
        (["close", "ID", "--reason", "spam"], "withdrawn"),
        (["override", "ID", "--codes", "no_homework", "--reason", "New here."], "waiting"),
    ],
)
def test_each_decision_about_a_request_leads_where_the_protocol_says(cast: Cast, words: list[str], state: str) -> None:
    introduction = cast.waiting()
    done = at(cast, *[introduction if word == "ID" else word for word in words])
    assert (done.status, done.json["id"], done.json["state"]) == (0, introduction, state), done
    assert set(done.json) == {"id", "state", "letters"}
    assert str(cast.state(introduction)) == state


def test_the_talk_took_place(cast: Cast) -> None:
    assert at(cast, "talked", cast.talking()).json["state"] == "waiting"


def test_an_answer_given_elsewhere_is_noted_as_the_connectors_word(cast: Cast) -> None:
    introduction = cast.asked()
    noted = at(cast, "note-answer", introduction, "--answer", "yes", "--how", "by phone", "--on", "2026-03-02")
    assert noted.json["state"] == "agreed"
    with cast.time():
        page = introductions.desk_page(cast.cora.id, introduction, cast.now)
    assert page is not None
    assert page.answer_noted


def test_withdraw_and_confirm_and_says_wrote_and_send_again(cast: Cast) -> None:
    assert at(cast, "withdraw", cast.asking()).json["state"] == "withdrawn"
    deferred = cast.deferred(email="rita2@asks.example")
    cast.pass_time(timedelta(days=45))
    assert at(cast, "confirm", deferred).status == 0


def test_the_introduction_goes_out_again_to_one_side(cast: Cast) -> None:
    introduction = cast.introduced()
    assert at(cast, "send-again", introduction, "--side", "target").json["letters"] == ["introduction"]
    assert at(cast, "says-wrote", introduction).json["state"] == "connected"


def test_an_ask_by_hand_is_printed_with_its_link_and_a_second_time_the_same(cast: Cast) -> None:
    introduction = cast.waiting()
    assert approve(cast, introduction, "--channel", "by_hand") == "asking"
    given = at(cast, "by-hand", introduction).json
    assert given["link"] in given["text"]
    assert given["state"] == "asking"
    assert at(cast, "by-hand", introduction).json["link"] == given["link"]
    assert Letter.objects.get(introduction_id=introduction, kind="ask").state == "parked"


@pytest.mark.case("E8")
@pytest.mark.parametrize("act", [act.name for act in acts.ACTS])
def test_nobody_acts_on_anothers_introduction(cast: Cast, act: str) -> None:
    introduction = cast.waiting()
    options = ["--target", cast.tom.id] if act in {"approve", "pass-on"} else []
    options += ["--vouch", "x"] if act == "approve" else []
    required = {"decline": ["--reason", "no"], "return": ["--words", "x"], "talk": ["--times", "x"]}
    required |= {"note-answer": ["--answer", "yes", "--how", "x"], "close": ["--reason", "spam"]}
    required |= {"give-address": ["--address", "tom@target.example"], "override": ["--codes", "x", "--reason", "x"]}
    refused = at(cast, act, introduction, *options, *required.get(act, []), handle="otto")
    assert refused.status == 1
    assert refused.refused in {"nothing_here", "not_yours", "nobody"}
    assert cast.state(introduction) is State.WAITING


def test_a_request_from_a_file_is_refused_by_the_names_of_its_fields(cast: Cast, tmp_path: Path) -> None:
    file = tmp_path / "request.json"
    file.write_text(json.dumps({"name": "Rita"}))
    refused = at(cast, "request", str(file))
    assert refused.refused == "required"
    assert refused.json["error"]["sentence"].startswith("target: ")
    assert "--" not in refused.json["error"]["sentence"]


@pytest.mark.parametrize("command", ["offer", "record"])
def test_a_refusal_about_one_of_the_two_names_them_and_the_option_that_there_is(cast: Cast, command: str) -> None:
    people.add_card(cast.cora.id, name="Ada New", organisation="", addresses=[])
    more = ["--writes-first", "Ada New", "--ask-first", "Tom Target", "--because", "Both build wings."]
    refused = at(
        cast, command, "--to", "Ada New", "--to", "Tom Target", *(more if command == "offer" else ["--on", "x"])
    )
    named = "--to Ada New: " if command == "offer" else "--on: "
    assert refused.json["error"]["sentence"].startswith(named)


@pytest.mark.parametrize("act", ["approve", "withdraw", "send-again", "by-hand", "talked", "show"])
def test_of_an_id_that_is_not_there_the_command_that_lists_them_is_named(cast: Cast, act: str) -> None:
    more = {"approve": ["--target", "Tom Target", "--vouch", "x"], "send-again": ["--side", "target"]}
    refused = at(cast, act, "zzz", *more.get(act, []))
    assert refused.refused == "nothing_here"
    assert "zzz" in refused.json["error"]["sentence"]
    assert refused.json["error"]["sentence"].endswith("twoyes requests")


def test_a_request_by_phone_is_noted_and_asks_for_a_proof(cast: Cast, tmp_path: Path) -> None:
    file = tmp_path / "request.json"
    file.write_text(json.dumps({**REQUEST, "may_pass_on": True, "minutes": 20}))
    made = at(cast, "request", str(file)).json
    assert (made["state"], made["letters"]) == ("draft", ["verify"])
    cast.deliver()
    assert [facts.recipient for facts in cast.sent] == [RITA]


def test_a_key_that_is_no_field_of_a_request_is_named_and_the_rest_is_taken(cast: Cast, tmp_path: Path) -> None:
    file = tmp_path / "request.json"
    file.write_text(json.dumps({**REQUEST, "frmat": "call", "zzz": 1}))
    told = at(cast, "request", str(file))
    assert told.json["state"] == "draft"
    assert "“frmat” is no field of a request and was left out. Did you mean “format”?" in told.err
    assert "“zzz” is no field of a request and was left out.\n" in told.err


@pytest.mark.parametrize("content", ["", "[]", "{", '"x"'])
def test_a_file_that_holds_no_request_is_refused(cast: Cast, tmp_path: Path, content: str) -> None:
    file = tmp_path / "request.json"
    file.write_text(content)
    assert at(cast, "request", str(file)).refused == "bad_file"
    assert at(cast, "request", str(tmp_path / "missing.json")).refused == "bad_file"


def test_an_offer_asks_the_one_who_has_more_to_lose_first(cast: Cast) -> None:
    words = ["--to", "Rita Holm", "--to", "Tom Target", "--writes-first", "Rita Holm", "--ask-first", "Tom Target"]
    made = at(cast, "offer", *words, "--because", "You both look at how blades wear at sea.")
    assert (made.status, made.json["state"], made.json["letters"]) == (0, "asking", ["ask"]), made
    cast.deliver()
    assert [facts.recipient_name for facts in cast.sent] == ["Tom Target"]


def test_of_an_offer_a_yes_in_person_is_noted_and_only_the_other_is_asked(cast: Cast) -> None:
    words = ["--to", "Rita Holm", "--to", "Tom Target", "--writes-first", "Rita Holm", "--ask-first", "Tom Target"]
    made = at(cast, "offer", *words, "--said-yes", "Tom Target", "--because", "You both look at blades.")
    assert set(made.json["letters"]) == {"ask", "on_its_way"}
    cast.pass_time(timedelta(minutes=11))
    assert [facts.recipient_name for facts in cast.sent if facts.kind == "ask"] == ["Rita Holm"]


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (["--to", "Rita Holm"], 2),
        (["--to", "Rita Holm", "--to", "Rita Holm"], 1),
        (["--to", "Rita Holm", "--to", "Nobody Here"], 1),
    ],
)
def test_an_offer_needs_two_people(cast: Cast, words: list[str], status: int) -> None:
    with cast.time():
        more = ["--writes-first", "Rita Holm", "--ask-first", "Rita Holm", "--because", "x", "--as", "cora"]
        assert run("offer", *words, *more).status == status


def test_what_happened_elsewhere_is_recorded_without_a_letter(cast: Cast) -> None:
    made = at(cast, "record", "--to", "Rita Holm", "--to", "Tom Target", "--because", "At the fair.")
    assert (made.json["state"], made.json["letters"]) == ("introduced", [])
