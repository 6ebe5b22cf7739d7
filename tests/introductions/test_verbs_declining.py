"""A kind no (N2): ready words for whoever chose only a reason, a day to come back, and a draft where N8 allows one."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from tests.introductions.checks import events, refused, state_of
from tests.support.cast import APPROVAL, REQUEST, RITA, TOM, Cast, frozen
from twoyes.care import front as care
from twoyes.introductions import front
from twoyes.introductions.models import AskedPair, Introduction, Letter
from twoyes.introductions.protocol import Actor, Role, State
from twoyes.introductions.words import BadFields
from twoyes.lib import addresses, sealing
from twoyes.people import front as people
from twoyes.policy import front as policy

DAYS = timedelta(days=1)
ON = date(2026, 4, 20)
YOURSELF = {"why": "target_not_known", "consolation": "write_yourself"}


def decline(cast: Cast, introduction: str, **fields: str) -> front.Outcome:
    return front.decline(introduction, fields, actor=cast.desk, now=cast.now)


def kept(introduction: str) -> dict[str, Any]:
    return sealing.get_json(Introduction.objects.get(pk=introduction), "consolation") or {}


def errors(cast: Cast, introduction: str, **fields: str) -> dict[str, str]:
    """What is wrong with these fields; nothing has changed by them."""
    refusal = refused_fields(cast, introduction, **fields)
    return {name: code for name, (code, _sentence) in refusal.errors.items()}


def refused_fields(cast: Cast, introduction: str, **fields: str) -> BadFields:
    with pytest.raises(BadFields) as caught:
        decline(cast, introduction, **fields)
    assert state_of(introduction) is State.WAITING
    return caught.value


# --- words ----------------------------------------------------------------------------------------------------------


def test_a_reason_alone_is_a_whole_letter_in_the_language_of_the_request(cast: Cast) -> None:
    introduction = cast.waiting(language="de")
    assert decline(cast, introduction, why="no_benefit").letters == ("declined",)
    ready = policy.ready_no(policy.NoChoice("no_benefit", "direct", "de"), REQUEST)
    assert kept(introduction) == {
        "reason": ready.reason, "instead": "", "stay_in_touch": ready.stay_in_touch, "rule": "", "why": "no_benefit",
    }  # fmt: skip
    assert "was die andere Seite davon hat" in ready.reason


def test_a_tone_and_another_language_are_taken_where_they_are_named(cast: Cast) -> None:
    introduction = cast.waiting()
    decline(cast, introduction, why="not_a_fit", tone="indirect", words_in="fr", consolation="earn")
    told = kept(introduction)
    assert "imaginer votre conversation" in told["reason"]
    assert "En général, cela vient tout seul" in told["instead"]


def test_what_was_written_stands_as_it_was_written_and_nothing_is_put_beside_it(cast: Cast) -> None:
    introduction = cast.waiting()
    decline(cast, introduction, why="not_a_fit", reason="My own words.")
    told = kept(introduction)
    assert (told["reason"], told["instead"], told["stay_in_touch"]) == ("My own words.", "", "")


def test_a_consolation_is_said_even_beside_words_of_ones_own(cast: Cast) -> None:
    introduction = cast.waiting()
    decline(cast, introduction, reason="My own words.", come_back=ON.isoformat())
    assert kept(introduction)["instead"].startswith("Come back on 20 April 2026.")


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({}, {"reason": "required"}),
        ({"why": "nonsense"}, {"why": "choice"}),
        ({"why": "not_said", "tone": "rude"}, {"tone": "choice"}),
        ({"why": "not_said", "words_in": "tlh"}, {"words_in": "choice"}),
        ({"why": "not_said", "consolation": "money"}, {"consolation": "choice"}),
        ({"tone": "rude"}, {"reason": "required", "tone": "choice"}),
        ({"why": "not_said", "consolation": "come_back"}, {"come_back": "required"}),
        ({"why": "not_said", "come_back": "soon"}, {"come_back": "date"}),
        ({"why": "not_said", "come_back": "2026-03-02"}, {"come_back": "until"}),
        ({"why": "not_said", "come_back": "2027-04-01"}, {"come_back": "until"}),
        ({"why": "not_said", "consolation": "resource"}, {"resource": "required"}),
        ({**YOURSELF, "draft": f"Write to {TOM}."}, {"draft": "address"}),
        ({"reason": "a\0b"}, {"reason": "bad_text"}),
    ],
)
def test_what_cannot_be_taken_is_named_by_its_field(cast: Cast, fields: dict[str, str], wrong: dict[str, str]) -> None:
    assert errors(cast, cast.waiting(), **fields) == wrong


def test_the_first_line_of_the_connectors_own_list_is_offered_unless_another_is_named(cast: Cast) -> None:
    people.set_resources(cast.cora.id, "The handbook of the harbour\n\n The winter course \n")
    assert people.resources(cast.cora.id) == ["The handbook of the harbour", "The winter course"]
    one, other = cast.waiting(), cast.waiting(email="rolf@asks.example", name="Rolf Berg")
    decline(cast, one, why="not_said", consolation="resource")
    decline(cast, other, why="not_said", consolation="resource", resource="The winter course")
    assert kept(one)["instead"].endswith("The handbook of the harbour")
    assert kept(other)["instead"].endswith("The winter course")


def test_the_list_is_short_sealed_and_goes_with_the_account(cast: Cast) -> None:
    refused("bad_resources", lambda: people.set_resources(cast.cora.id, "x\n" * 13))
    refused("bad_text", lambda: people.set_resources(cast.cora.id, "a\0b"))
    refused("no_such_connector", lambda: people.set_resources("nobody000001", "x"))
    people.set_resources(cast.cora.id, "The handbook")
    people.remove_connector(cast.cora.id, at=cast.now)
    assert people.resources(cast.cora.id) == []


# --- a day to come back ---------------------------------------------------------------------------------------------


def come_back(cast: Cast, **fields: str) -> str:
    introduction = cast.waiting(**fields)
    decline(cast, introduction, why="too_soon", come_back=ON.isoformat())
    cast.deliver()
    return introduction


@pytest.mark.both
def test_on_its_day_exactly_one_letter_leaves_however_often_the_clock_looks(cast: Cast) -> None:
    introduction = come_back(cast)
    cast.pass_time(timedelta(days=48, hours=23))
    assert [facts.kind for facts in cast.sent].count("still_looking") == 0
    assert cast.pass_time(timedelta(hours=2)) == [f"{introduction}:come_back"]
    assert front.due(cast.now) == []
    assert cast.pass_time(timedelta(days=400)) == []
    assert cast.deliver() == []
    (letter,) = [facts for facts in cast.sent if facts.kind == "still_looking"]
    assert (letter.recipient, letter.consolation["come_back"], letter.target_name) == (RITA, "2026-04-20", "")


def test_it_leaves_at_nine_in_the_morning_and_closed_weeks_do_not_move_it(cast: Cast) -> None:
    policy.set_house_rules(cast.cora.id, closed=[(date(2026, 4, 13), date(2026, 4, 30))])
    introduction = come_back(cast)
    at = Introduction.objects.get(pk=introduction).next_at
    assert at is not None
    assert at.isoformat() == "2026-04-20T09:00:00+00:00"


@pytest.mark.both
def test_whoever_still_wishes_it_is_on_the_desk_again_at_one_press(cast: Cast) -> None:
    introduction = come_back(cast)
    cast.pass_time(timedelta(days=50))
    page = front.requester_page(*cast.page(introduction, "requester"), cast.now)
    assert (page.view.stage, page.view.acts) == ("declined", ("confirm",))
    again = front.confirm(introduction, actor=cast.asker(introduction), now=cast.now)
    assert (again.state, state_of(introduction)) == (State.WAITING, State.DECLINED)
    assert kept(again.id) == {}
    assert events(introduction)[-1] == "confirm"
    page = front.requester_page(*cast.page(introduction, "requester"), cast.now)
    assert (page.view.stage, page.view.acts) == ("taken_up", ())
    assert next(iter(front.desk(cast.cora.id, cast.now))).id == again.id
    refused("ended", lambda: front.confirm(introduction, actor=cast.asker(introduction), now=cast.now))


def test_whoever_was_erased_hears_nothing_on_that_day(cast: Cast) -> None:
    introduction = come_back(cast)
    care.erase(RITA, actor=Actor(Role.PROGRAM, door="test"), now=cast.now)
    assert cast.pass_time(timedelta(days=60)) == []
    assert not Letter.objects.filter(kind="still_looking").exists()
    assert kept(introduction) == {}


def test_a_letter_that_was_due_when_they_were_erased_does_not_leave(cast: Cast) -> None:
    come_back(cast)
    cast.now += timedelta(days=50)
    front.due(cast.now)
    care.erase(RITA, actor=Actor(Role.PROGRAM, door="test"), now=cast.now)
    assert "still_looking:requester" not in cast.deliver()


def test_an_account_that_is_gone_invites_nobody_back(cast: Cast) -> None:
    introduction = come_back(cast)
    front.close(introduction, "account_deleted", actor=Actor(Role.PROGRAM, door="test"), now=cast.now)
    assert cast.pass_time(timedelta(days=60)) == []


def test_a_draft_and_a_second_thought_after_an_approval_name_no_day(cast: Cast) -> None:
    noted = cast.draft()
    with pytest.raises(BadFields):
        decline(cast, noted, why="too_soon", come_back=ON.isoformat())
    decline(cast, noted, why="too_soon")
    assert state_of(noted) is State.DECLINED


# --- a draft to send themselves (N8) --------------------------------------------------------------------------------


def offered(cast: Cast, introduction: str) -> bool:
    return front.may_offer(cast.cora.id, introduction, "write_yourself")


def by_otto(cast: Cast, to: str = TOM, name: str = "Tom Target", target: str = "", email: str = RITA) -> str:
    """Otto, whose book nobody else sees, has somebody asked for Rita."""
    card = people.add_card(cast.otto.id, name=name, addresses=[to])
    words = {**REQUEST, "email": email, "target": target or name}
    made = front.request(cast.otto.id, words, now=cast.now, door="test", proved=addresses.key(email))
    otto = Actor(Role.CONNECTOR, cast.otto.actor_id, "test")
    front.approve(made.id, {**APPROVAL, "target": card.id}, frozen=frozen(), actor=otto, now=cast.now)
    return made.id


@pytest.mark.both
def test_a_draft_of_their_own_words_goes_along_where_nobody_was_asked(cast: Cast) -> None:
    introduction = cast.waiting()
    assert offered(cast, introduction)
    decline(cast, introduction, **YOURSELF)
    assert REQUEST["about_me"] in kept(introduction)["draft"]
    cast.deliver()
    letter = cast.sent[-1]
    assert (letter.kind, letter.target_address) == ("declined", "")
    assert "@" not in letter.consolation["draft"]


@pytest.mark.both
@pytest.mark.parametrize("answer", ["", "no", "never"])
def test_never_after_an_ask_through_the_same_connector(cast: Cast, answer: str) -> None:
    first = cast.asked(approval=None)
    if answer:
        cast.answer(first, answer)
    again = cast.waiting(target="Mr Tom Target")
    assert not offered(cast, again)
    assert errors(cast, again, **YOURSELF) == {"consolation": "not_offered"}
    assert errors(cast, again, reason="No.", draft="Good day.") == {"consolation": "not_offered"}


@pytest.mark.both
@pytest.mark.parametrize(
    ("asked", "now_named"),
    [
        ({}, "Tom Target of Blade Works"),
        ({"name": "Tomasz T.", "target": "T. from Gdansk"}, "Tom Target of Blade Works"),
        ({"to": "else@target.example", "target": "Herr Target"}, "Tom Target of Blade Works"),
        ({"to": "else@target.example", "target": "Anna of Blade Works", "name": "Anna Ek"}, "Tom at Blade Works"),
        ({"to": "else@target.example", "name": "Wim Vos"}, "whoever wrote the erosion paper"),
    ],
)
def test_never_after_an_ask_through_another_connector_and_in_doubt_not_either(
    cast: Cast, asked: dict[str, str], now_named: str
) -> None:
    by_otto(cast, **asked)
    cast.deliver()
    assert errors(cast, cast.waiting(target=now_named), **YOURSELF) == {"consolation": "not_offered"}


@pytest.mark.both
def test_nor_while_an_ask_is_due_that_has_not_left(cast: Cast) -> None:
    introduction = cast.waiting()
    by_otto(cast)
    assert not AskedPair.objects.exists()
    assert errors(cast, introduction, **YOURSELF) == {"consolation": "not_offered"}


@pytest.mark.both
def test_an_ask_about_somebody_else_stands_in_nobodys_way(cast: Cast) -> None:
    by_otto(cast, to="wim@else.example", name="Wim Vos")
    cast.deliver()
    introduction = cast.waiting()
    assert offered(cast, introduction)
    decline(cast, introduction, **YOURSELF)
    assert kept(introduction)["draft"]


@pytest.mark.both
def test_another_address_of_the_same_requester_counts_as_well(cast: Cast) -> None:
    people.add_address(cast.cora.id, cast.rita.id, "rita@home.example")
    by_otto(cast)
    cast.deliver()
    introduction = cast.waiting(email="rita@home.example")
    assert errors(cast, introduction, **YOURSELF) == {"consolation": "not_offered"}


def test_the_refusal_is_the_same_in_every_letter_whoever_asked_and_why(cast: Cast) -> None:
    """What comes from others' asks is told as what comes from one's own, or from a request that names nobody."""
    by_otto(cast, to="wim@else.example", name="Wim Vos")
    cast.deliver()
    nobody = cast.waiting(target="somebody in wind")
    by_otto(cast)
    cast.deliver()
    somebody = cast.waiting()
    said = [refused_fields(cast, one, **YOURSELF).errors for one in (nobody, somebody)]
    assert said[0] == said[1]
    assert front.not_offered() == said[0]["consolation"][1]
    assert not any(name in front.not_offered() for name in ("ask", "Otto", "Tom"))


def test_an_outsider_learns_nothing_by_asking_what_could_be_offered(cast: Cast) -> None:
    introduction = cast.waiting()
    assert not front.may_offer(cast.otto.id, introduction, "write_yourself")
    assert not front.may_offer(cast.otto.id, introduction, "another")
    assert front.may_offer(cast.cora.id, introduction, "another")
