"""What nobody asked for: offers that ask each side once, and introductions that happened elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

import pytest

from tests.introductions.checks import events, last_actor, refused, state_of
from tests.support.cast import OFFER, RITA, TOM, Cast, frozen
from twoyes.introductions import front
from twoyes.introductions.models import AskedPair, JournalEntry, Letter
from twoyes.introductions.protocol import State
from twoyes.people import front as people

TEXTS = frozen("the offer to Rita"), frozen("the offer to Tom")


def offer(cast: Cast, **fields: str) -> front.Outcome:
    words = {**OFFER, "first": cast.rita.id, "second": cast.tom.id, **fields}
    return front.offer(cast.cora.id, words, frozen=TEXTS, actor=cast.desk, now=cast.now)


def kinds(cast: Cast, recipient: str) -> list[str]:
    return [facts.kind for facts in cast.sent if facts.recipient == recipient]


def first_page(cast: Cast, introduction: str) -> str:
    """Return all that Rita, who said yes first, can see on her page."""
    return repr(front.target_page(*cast.page(introduction, "first"), cast.now))


@pytest.mark.case("A1")
def test_each_side_is_asked_once_the_second_after_the_firsts_yes(cast: Cast) -> None:
    introduction = cast.offered()
    assert (kinds(cast, RITA), kinds(cast, TOM)) == (["ask"], [])
    cast.answer(introduction, "yes", side="first")
    cast.deliver()
    assert kinds(cast, TOM) == []
    cast.pass_time(timedelta(minutes=11))
    assert (kinds(cast, RITA), kinds(cast, TOM)) == (["ask", "on_its_way"], ["ask"])
    cast.answer(introduction, "yes", side="second")
    cast.pass_time(timedelta(minutes=11))
    assert state_of(introduction) is State.INTRODUCED
    assert (kinds(cast, RITA)[-1], kinds(cast, TOM)[-1]) == ("introduction", "introduction")
    assert [facts.frozen and facts.frozen.text for facts in cast.sent if facts.kind == "ask"] == [
        text.text for text in TEXTS
    ]


def test_a_first_no_is_told_to_cora_alone(cast: Cast) -> None:
    introduction = cast.offered()
    cast.answer(introduction, "no", side="first")
    cast.pass_time(timedelta(days=60))
    assert (kinds(cast, RITA), kinds(cast, TOM)) == (["ask"], [])
    assert state_of(introduction) is State.REFUSED


def test_a_yes_given_in_person_asks_the_other_side_alone(cast: Cast) -> None:
    made = offer(cast, said_yes="first")
    cast.pass_time(timedelta(minutes=11))
    assert (kinds(cast, RITA), kinds(cast, TOM)) == (["on_its_way"], ["ask"])
    assert last_actor(made.id)[0] == "relay"


@pytest.mark.case("A6")
@pytest.mark.parametrize("answer", ["no", "never", "undo"])
def test_the_first_side_takes_its_yes_back_before_anybody_heard_of_it(cast: Cast, answer: str) -> None:
    introduction = cast.offered()
    cast.answer(introduction, "yes", side="first")
    cast.now += timedelta(minutes=9)
    if answer == "undo":
        front.undo(*cast.page(introduction, "first"), now=cast.now)
    else:
        cast.answer(introduction, answer, side="first")
    cast.pass_time(timedelta(minutes=30))
    assert kinds(cast, TOM) == []
    assert kinds(cast, RITA) == ["ask"]
    assert state_of(introduction) is (State.ASKING if answer == "undo" else State.WITHDRAWN)


@pytest.mark.case("A30")
@pytest.mark.parametrize("answer", ["no", "never", "later", "their_details", "silence", "bounce", "erased"])
def test_the_page_of_the_first_side_is_the_same_whatever_the_second_does(cast: Cast, answer: str) -> None:
    introduction = cast.offered_second()
    before = first_page(cast, introduction)
    if answer == "erased":
        program = front.Actor(front.Role.PROGRAM, "", "care")
        front.erase_person(cast.cora.community_id, people.keys_of(cast.tom.id), actor=program, now=cast.now)
    elif answer == "bounce":
        front.dsn(letter_to(introduction, "second"), now=cast.now)
    elif answer == "their_details":
        refused("details_not_allowed", lambda: cast.answer(introduction, answer, side="second"))
    elif answer != "silence":
        cast.answer(introduction, answer, side="second", until="2026-06-01")
    if answer == "erased":
        # What Cora wrote about Tom goes with him; nothing else differs.
        before = before.replace("'target': 'Tom Target'", "'target': ''").replace(
            "other_name='Tom Target'", "other_name=''"
        )
    assert without_words(first_page(cast, introduction)) == without_words(before)
    cast.pass_time(timedelta(days=26))
    after = front.target_page(*cast.page(introduction, "first"), cast.now)
    assert (after.state, after.ended, after.may, after.answer) == (State.REFUSED, "ended", (), "yes")
    assert kinds(cast, RITA)[-1] == "not_this_time"


def without_words(page: str) -> str:
    return page.partition("approval=")[0] + page.partition("answer=")[2]


def letter_to(introduction: str, side: str) -> str:
    return Letter.objects.get(introduction_id=introduction, kind="ask", side=side).pk


@pytest.mark.parametrize(
    ("fields", "code", "field"),
    [
        ({"because": ""}, "required", "because"),
        ({"why_first": ""}, "required", "why_first"),
        ({"vouch": ""}, "required", "vouch"),
        ({"writes_first": "third"}, "choice", "writes_first"),
        ({"said_yes": "second"}, "choice", "said_yes"),
        ({"second": ""}, "unknown", "second"),
    ],
)
def test_an_offer_says_why_to_both(cast: Cast, fields: Mapping[str, str], code: str, field: str) -> None:
    error = refused(code, lambda: offer(cast, **fields))
    assert isinstance(error, front.BadFields)
    assert list(error.errors) == [field]


def test_an_offer_needs_two_people_with_addresses(cast: Cast) -> None:
    nils = people.add_card(cast.cora.id, name="Nils Nowhere")
    refused("no_address", lambda: offer(cast, second=nils.id))
    refused("self", lambda: offer(cast, second=cast.rita.id))
    refused("channel", lambda: offer(cast, channel="by_hand"))


@pytest.mark.case("A2", "A4")
def test_an_offer_and_a_request_share_the_one_ask(cast: Cast) -> None:
    cast.offered()
    cast.pass_time(timedelta(days=31))
    introduction = cast.asking()
    assert state_of(introduction) is State.REFUSED
    assert len(set(AskedPair.objects.values_list("introduction", flat=True))) == 1


def test_an_offer_to_somebody_who_wants_none_is_refused_quietly(cast: Cast) -> None:
    people.wish(
        cast.cora.community_id,
        people.keys_of(cast.rita.id),
        kind="never",
        scope="anyone",
        about="",
        introduction="",
        at=cast.now,
    )
    assert offer(cast).state is State.REFUSED
    cast.pass_time(timedelta(days=30))
    assert (kinds(cast, RITA), kinds(cast, TOM)) == ([], [])


@pytest.mark.case("A3")
def test_each_side_of_an_offer_has_its_own_spacing(cast: Cast) -> None:
    """Tom was asked nine days after Rita, which keeps nobody away from Rita any longer."""
    introduction = cast.offered()
    start = cast.now
    cast.pass_time(timedelta(days=9))
    cast.answer(introduction, "yes", side="first")
    cast.pass_time(timedelta(days=12))
    to_rita = cast.asking(approval={"target": cast.rita.id}, email="rolf@asks.example", name="Rolf", target="Rita")
    to_tom = cast.asking(email="ruth@asks.example", name="Ruth")
    assert Letter.objects.get(introduction_id=to_rita, kind="ask").due_at == start + timedelta(days=30)
    assert (state_of(to_rita), state_of(to_tom)) == (State.ASKING, State.REFUSED)


@pytest.mark.case("A12")
def test_a_no_of_either_side_given_anywhere_stops_the_introduction(cast: Cast) -> None:
    introduction = cast.offered_second()
    cast.answer(introduction, "yes", side="second")
    people.wish(
        cast.cora.community_id,
        people.keys_of(cast.rita.id),
        kind="never",
        scope="anyone",
        about="",
        introduction="",
        at=cast.now,
    )
    cast.pass_time(timedelta(minutes=11))
    assert state_of(introduction) is State.REFUSED
    assert "introduction" not in [facts.kind for facts in cast.sent]


# --- recorded -------------------------------------------------------------------------------------------------------


def test_what_happened_elsewhere_is_only_followed_up(cast: Cast) -> None:
    introduction = cast.recorded()
    assert state_of(introduction) is State.INTRODUCED
    cast.pass_time(timedelta(days=15))
    assert state_of(introduction) is State.AWAITING_OUTCOME
    assert not {"ask", "introduction"} & {facts.kind for facts in cast.sent}
    assert events(introduction)[0] == "recorded"


def test_nothing_is_recorded_that_has_not_happened(cast: Cast) -> None:
    words = {"first": cast.rita.id, "second": cast.tom.id, "on": f"{cast.now + timedelta(days=1):%Y-%m-%d}"}
    refused("date", lambda: front.record(cast.cora.id, words, actor=cast.desk, now=cast.now))
    refused("date", lambda: front.record(cast.cora.id, {**words, "on": "May"}, actor=cast.desk, now=cast.now))
    refused("unknown", lambda: front.record(cast.cora.id, {"first": cast.rita.id}, actor=cast.desk, now=cast.now))
    refused(
        "self",
        lambda: front.record(cast.cora.id, {**words, "second": cast.rita.id, "on": ""}, actor=cast.desk, now=cast.now),
    )


@pytest.mark.parametrize(("side", "event"), [("first", "requester_wrote"), ("second", "target_wrote")])
def test_a_first_line_is_noted_as_that_of_its_side(cast: Cast, side: str, event: str) -> None:
    introduction = cast.offered_second()
    cast.answer(introduction, "yes", side="second")
    cast.pass_time(timedelta(minutes=11))
    front.wrote(introduction, side, now=cast.now)
    assert JournalEntry.objects.filter(introduction_id=introduction).latest("seq").event == event


@pytest.mark.parametrize("on", ["yesterday", "2026-02-30"])
def test_a_day_that_cannot_be_read_is_named_beside_its_field(cast: Cast, on: str) -> None:
    words = {"first": cast.rita.id, "second": cast.tom.id, "on": on, "because": "At the fair."}
    with pytest.raises(front.BadFields) as refusal:
        front.record(cast.cora.id, words, actor=cast.desk, now=cast.now)
    assert set(refusal.value.errors) == {"on"}


@pytest.mark.case("E12")
def test_the_same_two_on_the_same_day_are_one_record_whoever_is_named_first(cast: Cast) -> None:
    words = {"first": cast.rita.id, "second": cast.tom.id, "on": "", "because": "At the fair."}
    turned = {**words, "first": cast.tom.id, "second": cast.rita.id, "on": f"{cast.now:%Y-%m-%d}"}
    made = front.record(cast.cora.id, words, actor=cast.desk, now=cast.now)
    again = front.record(cast.cora.id, turned, actor=cast.desk, now=cast.now)
    assert (again.id, again.repeat) == (made.id, True)
    earlier = {**words, "on": f"{cast.now - timedelta(days=1):%Y-%m-%d}"}
    assert front.record(cast.cora.id, earlier, actor=cast.desk, now=cast.now).id != made.id
    cast.pass_time(timedelta(days=16))
    assert [facts.kind for facts in cast.sent].count("what_happened") == 2
