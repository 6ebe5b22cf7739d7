"""The cast reaches every state through the verbs, and what leaves on the way is what the protocol owes."""

import pytest

from tests.support.cast import Cast

STATES = (
    "unverified draft waiting returned talking declined lapsed refused deferred passed withdrawn undeliverable agreed"
    " introduced connected awaiting_outcome closed unreported asking"
).split()


@pytest.mark.parametrize("name", STATES)
def test_an_introduction_reaches_the_state_that_its_stage_is_named_for(cast: Cast, name: str) -> None:
    introduction: str = getattr(cast, name)()
    assert cast.state(introduction) == name


def test_silence_for_as_long_as_the_ask_ran_is_a_no(cast: Cast) -> None:
    assert cast.state(cast.silent()) == "refused"


def test_details_that_the_connector_passes_on_go_to_the_target_and_the_requester_hears_of_it(cast: Cast) -> None:
    introduction = cast.passed_on()
    assert cast.state(introduction) == "passed"
    assert {f"{facts.kind}:{facts.side}" for facts in cast.sent} >= {"details:target", "passed_on:requester"}


def test_the_second_side_of_an_offer_is_asked_by_the_text_that_was_approved_for_it(cast: Cast) -> None:
    introduction = cast.offered_second()
    assert cast.state(introduction) == "asking"
    asks = [(facts.side, facts.frozen.subject) for facts in cast.sent if facts.kind == "ask" and facts.frozen]
    assert asks == [("first", "About the offer to Rita"), ("second", "About the offer to Tom")]


def test_a_recorded_introduction_begins_after_both_have_each_other(cast: Cast) -> None:
    assert cast.state(cast.recorded()) == "introduced"
    assert cast.sent == []
