"""A mark of the connector: this person cannot be asked through me. Nothing sets it aside but taking it off (B4)."""

from __future__ import annotations

import pytest

from tests.introductions.checks import standing
from tests.support.cast import APPROVAL, OFFER, Cast, frozen
from twoyes.introductions import front
from twoyes.introductions.protocol import State
from twoyes.lib.errors import Refused
from twoyes.people import front as people

pytestmark = [pytest.mark.both, pytest.mark.django_db]


def mark(cast: Cast, *, on: bool = True) -> None:
    people.set_mark(cast.cora.id, cast.tom.id, "do_not_ask", on=on, now=cast.now)


@pytest.mark.parametrize("act", ["approve", "approve by hand", "pass on", "offer"])
def test_whoever_is_not_to_be_asked_is_not_asked(cast: Cast, act: str) -> None:
    introduction = cast.waiting()
    mark(cast)
    words = {**APPROVAL, "target": cast.tom.id, "channel": "by_hand" if act == "approve by hand" else "relay"}
    offer = {**OFFER, "first": cast.rita.id, "second": cast.tom.id}
    at = {"actor": cast.desk, "now": cast.now}
    acts = {
        "pass on": lambda: front.pass_on(introduction, words, frozen=frozen(), **at),  # type: ignore[arg-type]
        "offer": lambda: front.offer(cast.cora.id, offer, frozen=(frozen(), frozen()), **at),  # type: ignore[arg-type]
    }
    approve = lambda: front.approve(introduction, words, frozen=frozen(), **at)  # type: ignore[arg-type]  # noqa: E731
    before = standing()
    with pytest.raises(front.BadFields) as wrong:
        acts.get(act, approve)()
    field = "second" if act == "offer" else "target"
    code, sentence = wrong.value.errors[field]
    assert (code, "Tom Target" in sentence, "Take the mark off" in sentence) == ("do_not_ask", True, True)
    assert standing() == before
    front.override(introduction, "do_not_ask", reason="They said so.", actor=cast.desk, now=cast.now)
    with pytest.raises(front.BadFields):
        acts.get(act, approve)()
    mark(cast, on=False)
    acts.get(act, approve)()


@pytest.mark.case("A30")
def test_an_ask_that_is_on_its_way_stops_and_whoever_asked_sees_silence(cast: Cast) -> None:
    introduction = cast.asking()
    mark(cast)
    assert "ask:target" not in cast.deliver()
    assert cast.state(introduction) is State.REFUSED
    page = front.requester_page(*cast.page(introduction, "requester"), cast.now)
    assert page.view.stage == "on_its_way"


def test_an_approved_text_is_not_given_out_by_hand(cast: Cast) -> None:
    introduction = cast.asking(approval={"channel": "by_hand"})
    mark(cast)
    with pytest.raises(Refused) as refused:
        front.by_hand(introduction, actor=cast.desk, now=cast.now)
    assert refused.value.code == "do_not_ask"
    mark(cast, on=False)
    assert front.by_hand(introduction, actor=cast.desk, now=cast.now)[1] is not None


def test_an_answer_that_was_given_stands(cast: Cast) -> None:
    introduction = cast.agreed()
    mark(cast)
    from datetime import timedelta

    cast.pass_time(timedelta(minutes=11))
    assert cast.state(introduction) is State.INTRODUCED
