"""Two cards that are one person: no second ask, whatever state either ask is in (A17, A19), and nothing is lost."""

from __future__ import annotations

from datetime import timedelta
from itertools import product

import pytest

from tests.care.merging import AFTER, BEFORE, OTHER, STATES, Twins, twins
from tests.support.cast import APPROVAL, REQUEST, RITA, TOM, Cast, frozen
from twoyes.care import front as care
from twoyes.introductions import front
from twoyes.introductions.models import AskedPair, Introduction, Letter
from twoyes.introductions.protocol import Actor, Role, State
from twoyes.lib import addresses
from twoyes.lib.errors import Refused
from twoyes.people import front as people
from twoyes.people.models import Subject

pytestmark = [pytest.mark.both, pytest.mark.django_db]

ROLF = "rolf@asks.example"
ASKERS = {"the same": {}, "another": {"email": ROLF, "name": "Rolf Other"}}


@pytest.fixture
def two(cast: Cast) -> Twins:
    return twins(cast)


def pairs_with(email: str, keys: set[str]) -> set[str]:
    """Which of these keys form a pair with somebody."""
    asker = addresses.key(email)
    rows = AskedPair.objects.values_list("low", "high")
    return {one if two == asker else two for one, two in rows if asker in (one, two)} & keys


@pytest.mark.case("A19")
@pytest.mark.parametrize("asker", ASKERS)
@pytest.mark.parametrize(("older", "younger"), [*product(STATES, STATES)])
def test_a_merge_keeps_one_of_two_asks_that_have_not_left_and_counts_both_that_have(
    two: Twins, older: str, younger: str, asker: str
) -> None:
    cast, who = two.cast, ASKERS[asker]
    first, second = two.asked(older, younger, **who)
    keys, seen = two.every_key(), {one: two.shown(one) for one in (first, second)}
    latest = max((at for at, _slot in two.slots(keys) if at), default=None)

    merged = two.merge()

    closes = expected_to_close(older, younger, {"older": first, "younger": second})
    assert merged.closed == tuple(closes)
    # Whoever asked sees what they saw; and for all keys of the person the latest slot holds.
    assert {one: two.shown(one) for one in (first, second)} == seen
    assert {at for at, _slot in two.slots(keys)} == {latest}
    for introduction, state, email in ((first, older, RITA), (second, younger, who.get("email", RITA))):
        if state in AFTER:
            assert pairs_with(email, keys) == keys
        if introduction in closes:
            assert cast.state(introduction) is State.REFUSED
        else:
            assert cast.state(introduction) is (State.UNDELIVERABLE if state == "failed" else State.ASKING)

    before = two.handed_over(first, second)
    two.everything_leaves()
    cast.pass_time(timedelta(days=60))
    goes_out = [s for s in (older, younger) if s in BEFORE]
    assert two.handed_over(first, second) == (before or (1 if goes_out else 0))
    assert not [one for one in closes if cast.state(one) is not State.REFUSED]


def expected_to_close(older: str, younger: str, which: dict[str, str]) -> list[str]:
    if older in BEFORE and younger in AFTER:
        return [which["older"]]
    if younger in BEFORE and older in (*BEFORE, *AFTER):
        return [which["younger"]]
    return []


@pytest.mark.case("A19")
@pytest.mark.parametrize("kept", ["older", "younger"])
def test_of_two_asks_on_their_way_one_that_the_relay_refuses_leaves_the_others_slot_and_pair(
    two: Twins, kept: str
) -> None:
    first, second = two.asked("xmit", "xmit", email=ROLF, name="Rolf Other")
    two.merge()
    gone, stays = (second, first) if kept == "older" else (first, second)
    front.settle(two.flights[gone], "refused", code=550, now=two.cast.now)
    front.settle(two.flights[stays], "sent", now=two.cast.now)
    assert {slot for _at, slot in two.slots(two.every_key())} == {stays}
    assert all(at and at > two.cast.now + timedelta(days=29) for at, _slot in two.slots(two.every_key()))
    third = two.cast.waiting(email="ursula@fourth.example", name="Ursula", target="Tom, please")
    two.approve(third, two.cast.tom)
    assert two.cast.state(third) is State.REFUSED


@pytest.mark.case("A17", "A19", "A2")
def test_after_a_merge_nobody_is_asked_again_under_either_address(two: Twins) -> None:
    first, second = two.asked("sent", "sent")
    two.merge()
    for address in (TOM, OTHER):
        card = people.add_card(two.cast.cora.id, name="Tom again", addresses=[address])
        again = two.cast.waiting(target=f"Somebody at {address.partition('@')[0]} {card.id}")
        two.approve(again, card)
        assert two.cast.state(again) is State.REFUSED
    two.cast.pass_time(timedelta(days=60))
    assert two.handed_over(*Introduction.objects.values_list("pk", flat=True)) == 2
    assert {two.cast.state(first), two.cast.state(second)} == {State.REFUSED}


@pytest.mark.case("A19")
def test_two_asks_that_are_out_can_both_be_answered_after_a_merge(two: Twins) -> None:
    first, second = two.asked("sent", "sent", email=ROLF, name="Rolf Other")
    two.merge()
    two.cast.answer(first, "yes")
    two.cast.answer(second, "no")
    assert (two.cast.state(first), two.cast.state(second)) == (State.AGREED, State.REFUSED)


@pytest.mark.case("A17", "A19")
@pytest.mark.parametrize("which", ["keep", "other"])
def test_a_wish_at_either_address_holds_for_both_after_a_merge(two: Twins, which: str) -> None:
    cast = two.cast
    first, second = two.asked("sent", "failed")
    mine = first if which == "keep" else second
    keys = Introduction.objects.get(pk=mine).target_keys
    about = {"this_person": addresses.key(ROLF), "this_connector": cast.cora.id, "anyone": ""}
    for scope, whom in about.items():
        people.wish(cast.cora.community_id, keys, kind="never", scope=scope, about=whom, introduction=mine, at=cast.now)
    two.merge()
    for key in two.every_key():
        for connector, asker in ((cast.cora.id, "nobody"), (cast.otto.id, addresses.key(ROLF)), (cast.otto.id, "x")):
            found = people.forbidding(cast.cora.community_id, [key], requester_keys=[asker], connector_id=connector)
            assert found == "never"
    # Taken back by the answer that set it, it is gone for both.
    people.drop_wishes(mine)
    assert not any(
        people.forbidding(cast.cora.community_id, [key], requester_keys=[], connector_id=cast.cora.id)
        for key in two.every_key()
    )


@pytest.mark.case("A19")
def test_an_ask_that_a_wish_at_the_other_address_forbids_closes_at_the_merge(two: Twins) -> None:
    first, second = two.asked("queued", "failed")
    people.wish(
        two.cast.cora.community_id,
        [addresses.key(OTHER)],
        kind="never",
        scope="anyone",
        about="",
        introduction="",
        at=two.cast.now,
    )
    assert two.merge().closed == (first,)
    assert two.cast.state(second) is State.UNDELIVERABLE


def test_a_yes_in_advance_at_one_address_is_not_copied_to_the_other(two: Twins) -> None:
    people.wish(
        two.cast.cora.community_id,
        [addresses.key(OTHER)],
        kind="standing_yes",
        scope="this_connector",
        about=two.cast.cora.id,
        introduction="",
        at=two.cast.now,
    )
    two.merge()
    parts = {"requester_keys": ["x"], "connector_id": two.cast.cora.id}
    assert not people.standing_yes(two.cast.cora.community_id, [addresses.key(TOM)], **parts)  # type: ignore[arg-type]


@pytest.mark.case("A17", "E18")
def test_an_erasure_at_one_address_holds_through_this_connector_alone(two: Twins) -> None:
    cast, community = two.cast, two.cast.cora.community_id
    people.forget_keys(community, [addresses.key("tom@gone.example")], cast.now)
    again = people.add_card(cast.cora.id, name="Tom Gone", addresses=["tom@gone.example"])
    care.merge(cast.cora.id, cast.tom.id, again.id, actor=cast.desk, now=cast.now)
    by_cora, by_otto = (
        people.forbidding(community, [addresses.key(TOM)], requester_keys=["x"], connector_id=one.id)
        for one in (cast.cora, cast.otto)
    )
    assert (by_cora, by_otto) == ("erased", None)


@pytest.mark.case("A14", "A19")
def test_the_two_sides_of_an_open_introduction_cannot_become_one_person(cast: Cast) -> None:
    cast.asked()
    with pytest.raises(Refused) as refused:
        care.merge(cast.cora.id, cast.tom.id, cast.rita.id, actor=cast.desk, now=cast.now)
    assert refused.value.code == "two_sides"
    assert people.card(cast.cora.id, cast.rita.id) is not None


@pytest.mark.case("A17", "A19")
def test_a_requester_with_two_cards_is_one_person_in_pairs_after_a_merge(cast: Cast) -> None:
    second = people.add_card(cast.cora.id, name="R. Holm", addresses=["rita@home.example"])
    cast.asked()
    care.merge(cast.cora.id, cast.rita.id, second.id, actor=cast.desk, now=cast.now)
    again = cast.asking(email="rita@home.example", name="Rita at home", target="Tom once more")
    assert cast.state(again) is State.REFUSED


@pytest.mark.case("A19", "E8")
def test_a_merge_touches_nobody_elses_book_and_shows_nothing_of_it(two: Twins) -> None:
    cast = two.cast
    theirs = people.add_card(cast.otto.id, name="Tom T.", addresses=[OTHER])
    otto = Actor(Role.CONNECTOR, cast.otto.actor_id, "test")
    words = {"email": ROLF, "name": "Rolf Other", "target": "Tom T."}

    asked = front.request(cast.otto.id, {**REQUEST, **words}, now=cast.now, door="test", proved=addresses.key(ROLF)).id
    front.approve(asked, {**APPROVAL, "target": theirs.id}, frozen=frozen(), actor=otto, now=cast.now)
    before = Introduction.objects.values().get(pk=asked)
    merged = two.merge()
    assert merged.closed == ()
    assert Introduction.objects.values().get(pk=asked) == before
    assert people.card(cast.otto.id, theirs.id) == theirs
    # His ask leaves; Cora's, who cannot know of it, meets its slot and no more.
    assert "ask:target" in cast.deliver()
    mine = cast.asking()
    assert cast.state(mine) is State.REFUSED
    assert Letter.objects.filter(introduction=mine, kind="ask", state="parked").exists()


@pytest.mark.parametrize(("keep", "other", "code"), [("tom", "tom", "same_card"), ("tom", "foreign", "no_such_card")])
def test_only_two_cards_of_ones_own_book_can_be_merged(cast: Cast, keep: str, other: str, code: str) -> None:
    foreign = people.add_card(cast.otto.id, name="Foreign Tom")
    ids = {"tom": cast.tom.id, "foreign": foreign.id}
    for one, two in ((keep, other), (other, keep)):
        with pytest.raises(Refused) as refused:
            care.merge(cast.cora.id, ids[one], ids[two], actor=cast.desk, now=cast.now)
        assert refused.value.code == code


def test_somebody_who_may_not_act_for_the_owner_merges_nothing(two: Twins) -> None:
    otto = Actor(Role.CONNECTOR, two.cast.otto.actor_id, "test")
    for act in (
        lambda: care.merge(two.cast.cora.id, two.cast.tom.id, two.other.id, actor=otto, now=two.cast.now),
        lambda: care.split(two.cast.cora.id, two.cast.tom.id, [TOM], name="X", actor=otto, now=two.cast.now),
    ):
        with pytest.raises(Refused) as refused:
            act()
        assert refused.value.code == "not_yours"


def test_subjects_of_all_keys_are_locked_before_anything_is_changed(two: Twins) -> None:
    two.asked("queued", "queued")
    Subject.objects.all().delete()
    two.merge()
    assert set(Subject.objects.values_list("key", flat=True)) >= two.every_key()


@pytest.mark.case("A17")
def test_one_person_with_two_addresses_is_asked_at_one_of_them(two: Twins) -> None:
    two.merge()
    first = two.cast.asking()
    second = two.cast.waiting(email=ROLF, name="Rolf Other", target="Thomas, please")
    two.approve(second, two.cast.tom)
    two.cast.pass_time(timedelta(days=20))
    asks = [(facts.introduction, facts.recipient) for facts in two.cast.sent if facts.kind == "ask"]
    assert asks == [(first, TOM)]
    assert {slot for _at, slot in two.slots(two.every_key())} - {""} == {first}
    assert two.cast.state(second) is State.REFUSED
