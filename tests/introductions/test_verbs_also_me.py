"""“This is also me”: two addresses that nobody had linked are one person from here on (A18)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.introductions.checks import refused
from tests.support.cast import APPROVAL, CORA, REQUEST, RITA, TOM, Cast, frozen
from twoyes.introductions import front
from twoyes.introductions.models import Introduction
from twoyes.introductions.protocol import Actor, Role, State
from twoyes.lib import addresses
from twoyes.people import front as people

pytestmark = [pytest.mark.both, pytest.mark.django_db]

OTHER = "tom@other.example"


def by_otto(cast: Cast, email: str = RITA, to: str = OTHER) -> str:
    """Otto, who knows Tom under another address, has him asked too."""
    card = people.add_card(cast.otto.id, name="Thomas T.", addresses=[to])
    otto = Actor(Role.CONNECTOR, cast.otto.actor_id, "test")
    words = {**REQUEST, "email": email, "target": "Thomas T."}
    made = front.request(cast.otto.id, words, now=cast.now, door="test", proved=addresses.key(email))
    front.approve(made.id, {**APPROVAL, "target": card.id}, frozen=frozen(), actor=otto, now=cast.now)
    cast.deliver()
    return made.id


def is_also_me(cast: Cast, here: str, there: str) -> bool:
    _page, token = cast.page(there)
    return front.also_me(*cast.page(here), f"https://intro.example/t/{token}", now=cast.now)


@pytest.mark.case("A18")
def test_two_addresses_that_nobody_linked_are_both_asked_which_is_the_limit(cast: Cast) -> None:
    mine, theirs = cast.asked(), by_otto(cast)
    assert sorted(facts.recipient for facts in cast.sent if facts.kind == "ask") == [OTHER, TOM]
    assert cast.state(mine) is cast.state(theirs) is State.ASKING


@pytest.mark.case("A18")
def test_this_is_also_me_closes_the_twin_and_the_question_goes_on_here(cast: Cast) -> None:
    mine, theirs = cast.asked(), by_otto(cast)
    seen = [front.requester_page(*cast.page(one, "requester"), cast.now) for one in (mine, theirs)]
    assert is_also_me(cast, mine, theirs)
    assert (cast.state(mine), cast.state(theirs)) == (State.ASKING, State.REFUSED)
    # Whoever asked sees what silence shows.
    assert [front.requester_page(*cast.page(one, "requester"), cast.now) for one in (mine, theirs)] == seen
    cast.answer(mine, "yes")
    assert cast.state(mine) is State.AGREED


@pytest.mark.case("A17", "A18")
def test_from_then_on_both_addresses_share_slot_pair_and_every_no(cast: Cast) -> None:
    mine, theirs = cast.asked(), by_otto(cast, email="rolf@asks.example")
    assert not is_also_me(cast, mine, theirs), "another's question is no twin"
    assert cast.state(theirs) is State.ASKING
    slots = {people.subject(cast.cora.community_id, addresses.key(one)) for one in (TOM, OTHER)}
    assert len({(slot.next_ask_at, slot.slot) for slot in slots if slot}) == 1
    cast.answer(mine, "never", scope="anyone")
    assert people.forbidding(cast.otto.community_id, [addresses.key(OTHER)], requester_keys=[], connector_id="x")
    cast.now += timedelta(days=40)
    again = by_otto(cast, email=RITA)
    assert cast.state(again) is State.REFUSED


@pytest.mark.case("A18", "E8")
def test_neither_connector_learns_of_the_other_or_of_an_address(cast: Cast) -> None:
    mine, theirs = cast.asked(), by_otto(cast)
    cards = [people.addresses(cast.cora.id, cast.tom.id), people.find(cast.otto.id, "Thomas")]
    pages = [front.desk_page(cast.cora.id, mine, cast.now), front.desk_page(cast.otto.id, theirs, cast.now)]
    is_also_me(cast, mine, theirs)
    assert [people.addresses(cast.cora.id, cast.tom.id), people.find(cast.otto.id, "Thomas")] == cards
    shown, told = front.desk_page(cast.cora.id, mine, cast.now), front.desk_page(cast.otto.id, theirs, cast.now)
    assert shown is not None
    assert told is not None
    # Of the others' ask a connector may learn a date before which it is not fair to ask (PROTOCOL), and no more.
    assert [replace(shown, not_before=None)] == [replace(page, not_before=None) for page in pages[:1] if page]
    assert told.answer == "no", "and no word of why"
    assert not [word for word in (CORA, TOM) if word in repr(told)]


@pytest.mark.case("A18")
def test_an_answer_that_was_given_on_the_other_page_stands(cast: Cast) -> None:
    mine, theirs = cast.asked(), by_otto(cast)
    cast.answer(theirs, "yes")
    assert not is_also_me(cast, mine, theirs)
    assert cast.state(theirs) is State.AGREED


@pytest.mark.case("A18", "A14")
def test_only_the_link_of_another_letter_proves_another_address(cast: Cast) -> None:
    mine = cast.asked()
    link, token = cast.page(mine)
    _page, asker = cast.page(mine, "requester")
    for other in ("", OTHER, f"/t/{'a' * 26}", f"/t/{token}", f"/r/{asker}"):
        before = Introduction.objects.values().get(pk=mine)
        with pytest.raises(front.BadFields) as wrong:
            front.also_me(link, token, other, now=cast.now)
        assert set(wrong.value.errors) == {"other"}
        assert Introduction.objects.values().get(pk=mine) == before
    refused("nothing_here", lambda: front.also_me(link, "a" * 26, f"/t/{token}", now=cast.now))


@pytest.mark.case("A14", "A18")
def test_the_two_letters_of_one_offer_are_not_one_persons(cast: Cast) -> None:
    offer = cast.offered_second()
    first, second = cast.page(offer, "first"), cast.page(offer, "second")
    with pytest.raises(front.BadFields) as wrong:
        front.also_me(*first, second[1], now=cast.now)
    assert wrong.value.errors["other"][0] == "two_sides"


@pytest.mark.case("A3", "A17", "A18")
def test_an_ask_that_comes_later_is_spaced_by_every_address_that_was_linked(cast: Cast) -> None:
    mine, theirs = cast.asked(), by_otto(cast, email="rolf@asks.example")
    is_also_me(cast, mine, theirs)
    cast.now += timedelta(days=31)
    cast.sent.clear()
    third = cast.asking(email="ursula@fourth.example", name="Ursula", target="Tom again")
    cast.deliver()
    assert cast.state(third) is State.ASKING
    fourth = by_otto(cast, email="uwe@fifth.example")
    assert cast.state(fourth) is State.REFUSED
    assert [facts.recipient for facts in cast.sent if facts.kind == "ask"] == [TOM]
    assert people.addresses(cast.cora.id, cast.tom.id) == [TOM], "no address crosses over"


@pytest.mark.case("A18", "E18")
def test_an_erasure_reaches_every_address_that_was_linked(cast: Cast) -> None:
    from twoyes.care import front as care

    mine, theirs = cast.asked(), by_otto(cast, email="rolf@asks.example")
    is_also_me(cast, mine, theirs)
    with cast.time():
        care.erase(TOM, actor=cast.desk, now=cast.now)
    assert cast.state(mine) is cast.state(theirs) is State.ERASED
    assert people.find(cast.otto.id, "Thomas") == []
