"""Whose is what: a stranger finds nothing, in the very words of a page that never was (E8, D24)."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.introductions.checks import nothing_here, refused
from tests.support.cast import APPROVAL, OFFER, REQUEST, Cast, frozen
from twoyes.introductions import front
from twoyes.introductions.models import Introduction
from twoyes.introductions.protocol import Actor, Role
from twoyes.people import front as people

pytestmark = pytest.mark.case("E8")

Verb = Callable[[Cast, str, Actor], object]
REASON, HELP, TIMES = {"reason": "No."}, {"words": "More."}, {"times": "Tuesday"}
NOTED = {"answer": "yes", "how": "On the phone"}

# Every verb of the desk, with the state in which Cora could do it.
DESK: dict[str, tuple[str, Verb]] = {
    "approve": (
        "waiting",
        lambda c, i, a: front.approve(i, {**APPROVAL, "target": c.tom.id}, frozen=frozen(), actor=a, now=c.now),
    ),
    "decline": ("waiting", lambda c, i, a: front.decline(i, REASON, actor=a, now=c.now)),
    "return": ("waiting", lambda c, i, a: front.return_(i, HELP, actor=a, now=c.now)),
    "talk": ("waiting", lambda c, i, a: front.talk(i, TIMES, actor=a, now=c.now)),
    "talked": ("talking", lambda c, i, a: front.talked(i, actor=a, now=c.now)),
    "override": ("waiting", lambda c, i, a: front.override(i, "too_many_open", reason="So.", actor=a, now=c.now)),
    "pass_on": (
        "waiting",
        lambda c, i, a: front.pass_on(i, {"target": c.tom.id}, frozen=frozen(), actor=a, now=c.now),
    ),
    "withdraw": ("asked", lambda c, i, a: front.withdraw(i, actor=a, now=c.now)),
    "note_answer": ("asked", lambda c, i, a: front.note_answer(i, NOTED, actor=a, now=c.now)),
    "by_hand": ("asked", lambda c, i, a: front.by_hand(i, actor=a, now=c.now)),
    "give_address": ("agreed", lambda c, i, a: front.give_address(i, {"address": "t@x.example"}, actor=a, now=c.now)),
    "send_again": ("introduced", lambda c, i, a: front.send_again(i, "target", actor=a, now=c.now)),
    "says_wrote": ("introduced", lambda c, i, a: front.says_wrote(i, actor=a, now=c.now)),
    "confirm": ("deferred", lambda c, i, a: front.confirm(i, actor=a, now=c.now)),
    "introduce_again": ("closed", lambda c, i, a: front.introduce_again(i, {"wish": "More"}, actor=a, now=c.now)),
    "close": ("waiting", lambda c, i, a: front.close(i, "moved", actor=a, now=c.now)),
}


def stranger(cast: Cast, kind: str) -> Actor:
    """Return somebody who has no business at Cora's desk."""
    if kind == "another connector":
        return Actor(Role.CONNECTOR, cast.otto.id, "web")
    if kind == "another's delegate":
        theirs = people.add_delegate("otto", "olga@outside.example", name="Olga")
        return Actor(Role.DELEGATE, theirs.id, "web")
    if kind == "a removed delegate":
        once = people.add_delegate("cora", "dora@connects.example", name="Dora")
        people.remove_delegate(cast.cora.id, once.id, at=cast.now)
        return Actor(Role.DELEGATE, once.id, "web")
    return Actor(Role.CONNECTOR, "", "web")


@pytest.mark.parametrize("kind", ["another connector", "another's delegate", "a removed delegate", "nobody"])
@pytest.mark.parametrize("verb", DESK)
def test_a_stranger_at_the_desk_finds_nothing(cast: Cast, verb: str, kind: str) -> None:
    state, act = DESK[verb]
    introduction: str = getattr(cast, state)()
    actor = stranger(cast, kind)
    nothing_here(lambda: act(cast, introduction, actor))
    nothing_here(lambda: act(cast, "x" * 12, actor))


@pytest.mark.parametrize("verb", DESK)
def test_what_does_not_exist_is_not_there_for_its_owner_either(cast: Cast, verb: str) -> None:
    nothing_here(lambda: DESK[verb][1](cast, "x" * 12, cast.desk))


def test_nobody_opens_anything_in_anothers_name(cast: Cast) -> None:
    otto = Actor(Role.CONNECTOR, cast.otto.id, "web")
    words = {**OFFER, "first": cast.rita.id, "second": cast.tom.id}
    texts = frozen(), frozen()
    refused("not_yours", lambda: front.draft(cast.cora.id, REQUEST, actor=otto, now=cast.now))
    refused("not_yours", lambda: front.offer(cast.cora.id, words, frozen=texts, actor=otto, now=cast.now))
    refused("not_yours", lambda: front.record(cast.cora.id, words, actor=otto, now=cast.now))
    refused("unknown", lambda: front.offer(cast.otto.id, words, frozen=texts, actor=otto, now=cast.now))


def test_the_pages_of_a_desk_are_its_own(cast: Cast) -> None:
    introduction = cast.asked()
    assert front.desk(cast.otto.id, cast.now) == []
    assert front.desk_page(cast.otto.id, introduction, cast.now) is None
    assert front.desk_page(cast.cora.id, "x" * 12, cast.now) is None
    assert front.findings(cast.otto.id, introduction, cast.now) == []
    approval = {"vouch": "x"}
    nothing_here(
        lambda: front.preview_facts(
            cast.otto.id, introduction, "ask", "target", approval=approval, target_id=cast.tom.id
        )
    )


@pytest.mark.case("A13")
@pytest.mark.parametrize("role", [Role.REQUESTER, Role.TARGET, Role.LINK_HOLDER, Role.CLOCK, Role.RELAY])
def test_an_id_without_its_role_is_nobody(cast: Cast, role: Role) -> None:
    """Cora's id in the hands of another role: the protocol refuses what the desk let through."""
    introduction = cast.waiting()
    actor = Actor(role, cast.cora.id, "web")
    refused("not_yours", lambda: DESK["decline"][1](cast, introduction, actor))


@pytest.mark.case("E9")
def test_a_requesters_proof_is_of_their_own_requests(cast: Cast) -> None:
    mine = cast.waiting()
    others = cast.waiting(email="rolf@asks.example", name="Rolf")
    rita = cast.asker(mine)
    nothing_here(lambda: front.withdraw(others, actor=rita, now=cast.now))
    nothing_here(lambda: front.revise(others, REQUEST, actor=rita, now=cast.now))
    nothing_here(lambda: front.report_outcome(others, "met", "", actor=rita, now=cast.now))
    pages = front.requester_pages(rita.id, cast.now)
    assert [page.introduction for page in pages] == [mine]
    assert front.requester_pages("", cast.now) == []


def test_an_address_of_the_target_is_on_no_page_of_the_desk_or_the_requester(cast: Cast) -> None:
    introduction = cast.introduced()
    pages = (
        repr(front.desk_page(cast.cora.id, introduction, cast.now)),
        repr(front.requester_page(*cast.page(introduction, "requester"), cast.now)),
    )
    assert not [page for page in pages if "tom@target.example" in page]
    assert Introduction.objects.filter(pk=introduction).exists()
