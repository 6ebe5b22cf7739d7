"""Two keys that are one person's: pair and slot of each count for both, as long as they are owed (A17 to A20)."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from tests.introductions.checks import refused
from tests.introductions.sending import claim, passed
from tests.support.cast import APPROVAL, OFFER, RITA, TOM, Cast, frozen
from twoyes.introductions import front, pairs
from twoyes.introductions.models import AskedPair, Introduction, Letter
from twoyes.introductions.protocol import Terms
from twoyes.lib import addresses
from twoyes.people import front as people
from twoyes.people.models import Community, Subject
from twoyes.policy import front as policy

pytestmark = [pytest.mark.both, pytest.mark.django_db, pytest.mark.case("A17", "A19")]

# Keys as they stand in the store, in the order in which pairs are written.
AUNT, MINE, ALSO_MINE, NEW, ZOE = "a-aunt", "m-mine", "n-mine-too", "o-new", "z-zoe"
OTHER, THIRD = "tom@other.example", "tom@third.example"
TOMS = [addresses.key(one) for one in (TOM, OTHER, THIRD)]
MONTH, QUARTER = timedelta(days=30), timedelta(days=90)


def share(cast: Cast, *keys: str) -> None:
    people.lock_subjects(cast.cora.community_id, keys)
    pairs.share(cast.cora.community_id, keys, connector_id=cast.cora.id, now=cast.now)


def slots(cast: Cast, *keys: str) -> list[tuple[datetime | None, str]]:
    rows = people.lock_subjects(cast.cora.community_id, keys)
    return [(row.next_ask_at, row.slot) for row in rows]


def pair(cast: Cast, low: str, high: str, introduction: str) -> None:
    AskedPair.objects.create(community_id=cast.cora.community_id, low=low, high=high, introduction=introduction)


def held() -> dict[tuple[str, str], str]:
    return {(low, high): by for low, high, by in AskedPair.objects.values_list("low", "high", "introduction")}


def another_tom(cast: Cast) -> str:
    """Tom's other card, of which nobody has said yet that it is his."""
    return people.add_card(cast.cora.id, name="Thomas", addresses=[OTHER]).id


def ask(cast: Cast, card: str, who: str, *, days: int) -> str:
    """Somebody new asks for this card; Cora's spacing is so many days; the ask is handed over now."""
    policy.set_house_rules(cast.cora.id, spacing_days=days)
    made = cast.waiting(email=f"{who}@asks.example", name=who.title(), target=f"Tom, says {who}")
    words = {**APPROVAL, "target": card}
    front.approve(made, words, frozen=frozen(), actor=cast.desk, now=cast.now)
    cast.deliver()
    return made


# --- the pair -------------------------------------------------------------------------------------------------------


def test_whoever_was_asked_under_one_key_counts_as_asked_under_all_of_them(cast: Cast) -> None:
    made = cast.waiting()
    pair(cast, AUNT, MINE, made)
    pair(cast, ALSO_MINE, ZOE, made)
    share(cast, MINE, ALSO_MINE)
    both = (MINE, ALSO_MINE)
    assert held() == {**{(AUNT, key): made for key in both}, **{(key, ZOE): made for key in both}}


@pytest.mark.parametrize("first_under", [MINE, ALSO_MINE])
def test_of_two_asks_about_one_pair_the_older_holds_what_is_new(cast: Cast, first_under: str) -> None:
    # Older by its day, and not by its id, which is drawn.
    older, younger = sorted((cast.waiting(), cast.waiting(target="Somebody else")), reverse=True)
    Introduction.objects.filter(pk=younger).update(opened_at=cast.now + timedelta(hours=1))
    then_under = ALSO_MINE if first_under == MINE else MINE
    pair(cast, AUNT, first_under, older)
    pair(cast, AUNT, then_under, younger)
    share(cast, MINE, ALSO_MINE, NEW)
    assert held() == {(AUNT, first_under): older, (AUNT, then_under): younger, (AUNT, NEW): older}


def test_a_person_makes_no_pair_with_themselves(cast: Cast) -> None:
    made = cast.waiting()
    pair(cast, MINE, ALSO_MINE, made)
    share(cast, MINE, ALSO_MINE, NEW)
    assert held() == {(MINE, ALSO_MINE): made}


def test_what_was_asked_in_another_community_stays_there(cast: Cast) -> None:
    elsewhere = Community.objects.create(name="Elsewhere")
    AskedPair.objects.create(community=elsewhere, low=AUNT, high=MINE, introduction=cast.waiting())
    share(cast, MINE, ALSO_MINE)
    assert len(held()) == 1


# --- the slot -------------------------------------------------------------------------------------------------------


@pytest.mark.case("A20")
@pytest.mark.parametrize(("first", "then", "until"), [(30, 30, 35), (90, 30, 90), (30, 90, 95)])
def test_the_longest_wait_counts_for_every_key_and_whoever_asked_last_holds_it(
    cast: Cast, first: int, then: int, until: int
) -> None:
    start, card = cast.now, another_tom(cast)
    ask(cast, cast.tom.id, "rolf", days=first)
    cast.now += timedelta(days=5)
    last = ask(cast, card, "ruth", days=then)
    tom, other = addresses.key(TOM), addresses.key(OTHER)
    share(cast, tom, other, NEW)
    assert slots(cast, tom, other, NEW) == [(start + timedelta(days=until), last)] * 3


def test_a_slot_whose_ask_nobody_knows_keeps_asks_away_but_is_not_the_last_to_have_asked(cast: Cast) -> None:
    known = ask(cast, cast.tom.id, "rolf", days=30)
    lost = people.lock_subjects(cast.cora.community_id, [NEW])
    people.take_slot([one.pk for one in lost], next_ask_at=cast.now + QUARTER, slot="gone00000001")
    share(cast, addresses.key(TOM), NEW)
    assert slots(cast, addresses.key(TOM), NEW) == [(cast.now + QUARTER, known)] * 2


@pytest.mark.parametrize("later", [MINE, ALSO_MINE])
def test_of_two_slots_whose_asks_nobody_knows_the_later_stays(cast: Cast, later: str) -> None:
    for row in people.lock_subjects(cast.cora.community_id, [MINE, ALSO_MINE]):
        wait = QUARTER if row.key == later else MONTH
        people.take_slot([row.pk], next_ask_at=cast.now + wait, slot=row.key)
    share(cast, MINE, ALSO_MINE)
    assert slots(cast, MINE, ALSO_MINE) == [(cast.now + QUARTER, later)] * 2


def test_nobody_who_was_never_asked_has_to_wait_after_it(cast: Cast) -> None:
    share(cast, MINE, ALSO_MINE)
    assert slots(cast, MINE, ALSO_MINE) == [(None, "")] * 2


# --- the slot, given back -------------------------------------------------------------------------------------------


def one_person(cast: Cast) -> None:
    """Let all addresses of Tom be one person's, in the store and in every ask."""
    for row in Introduction.objects.all():
        if {*TOMS} & {*row.target_keys}:
            row.target_keys = sorted({*row.target_keys, *TOMS})
            row.save(update_fields=["target_keys"])
    share(cast, *TOMS)


def on_its_way(cast: Cast, who: str) -> tuple[str, front.Claimed]:
    """An ask to Tom's other address that passed its point of no return: no word of the relay yet."""
    made = cast.waiting(email=f"{who}@asks.example", name=who.title(), target=f"Tom, says {who}")
    words = {**APPROVAL, "target": another_tom(cast)}
    front.approve(made, words, frozen=frozen(), actor=cast.desk, now=cast.now)
    claimed = claim(cast, "ask")
    passed(cast, claimed)
    return made, claimed


@pytest.mark.parametrize(("first", "then", "until"), [(90, 30, 90), (30, 90, 92)])
def test_what_the_relay_refuses_gives_the_slot_back_to_the_stricter_of_the_asks_that_are_out(
    cast: Cast, first: int, then: int, until: int
) -> None:
    start = cast.now
    asks = [ask(cast, cast.tom.id, "rolf", days=first)]
    cast.now += timedelta(days=2)
    third = people.add_card(cast.cora.id, name="T. Target", addresses=[THIRD])
    asks.append(ask(cast, third.id, "ruth", days=then))
    policy.set_house_rules(cast.cora.id, spacing_days=30)
    cast.now += timedelta(days=1)
    mine, claimed = on_its_way(cast, "rosa")
    one_person(cast)
    assert {slot for _at, slot in slots(cast, *TOMS)} == {mine}
    front.settle(claimed, "refused", code=550, now=cast.now)
    holder = asks[0] if first > then else asks[1]
    assert slots(cast, *TOMS) == [(start + timedelta(days=until), holder)] * 3


def test_with_no_other_ask_out_whoever_was_refused_may_be_asked_at_once(cast: Cast) -> None:
    """Tom asked for somebody himself, which is no ask to him."""
    cast.waiting(email=OTHER, name="Tom Target", target="Uma Third")
    uma = people.add_card(cast.cora.id, name="Uma Third", addresses=["uma@third.example"])
    his = Introduction.objects.get(requester_key=addresses.key(OTHER)).pk
    front.approve(his, {**APPROVAL, "target": uma.id}, frozen=frozen(), actor=cast.desk, now=cast.now)
    cast.deliver()
    cast.now += timedelta(hours=1)
    mine, claimed = on_its_way(cast, "rosa")
    assert slots(cast, addresses.key(OTHER)) == [(cast.now + MONTH, mine)]
    front.settle(claimed, "refused", code=550, now=cast.now)
    assert slots(cast, addresses.key(OTHER)) == [(None, "")]
    assert "ask:target" in again(cast)


def again(cast: Cast) -> list[str]:
    made = cast.waiting(email=RITA, target="Thomas, once more")
    card = people.find(cast.cora.id, "Thomas")[0].id
    front.approve(made, {**APPROVAL, "target": card}, frozen=frozen(), actor=cast.desk, now=cast.now)
    return cast.deliver()


def test_the_slots_of_the_two_people_are_given_back_each_for_itself(cast: Cast) -> None:
    """Rita was asked for by Rolf before; that ask to Tom failed is nothing to her."""
    to_rita = ask(cast, cast.rita.id, "rolf", days=30)
    kept = slots(cast, addresses.key(RITA))
    assert kept[0][1] == to_rita
    cast.asking()
    cast.deliver("refused", code=550)
    assert slots(cast, addresses.key(RITA)) == kept
    assert slots(cast, addresses.key(TOM)) == [(None, "")]


# --- when an ask is fair --------------------------------------------------------------------------------------------


@pytest.mark.case("A3", "A5")
@pytest.mark.parametrize(("mine", "also_mine", "fair"), [(1, 3, 3), (3, 1, 3), (0, 2, 2), (-1, 0, None)])
def test_of_a_persons_slots_the_last_that_is_still_to_come_says_when_they_may_be_asked(
    cast: Cast, mine: int, also_mine: int, fair: int | None
) -> None:
    made = cast.waiting()
    subjects = people.lock_subjects(cast.cora.community_id, [MINE, ALSO_MINE, NEW])
    for subject, hours in zip(subjects, (mine, also_mine), strict=False):
        people.take_slot([subject.pk], next_ask_at=cast.now + timedelta(hours=hours), slot="another")
    subjects = people.lock_subjects(cast.cora.community_id, [MINE, ALSO_MINE, NEW])
    slot = pairs.slot_among(subjects, made, cast.now, Terms())
    assert slot == (cast.now + timedelta(hours=fair) if fair is not None else None)


def test_an_offer_that_the_relay_refuses_keeps_nobody_away_from_its_first_side(cast: Cast) -> None:
    words = {**OFFER, "first": cast.rita.id, "second": cast.tom.id}
    front.offer(cast.cora.id, words, frozen=(frozen("one"), frozen("two")), actor=cast.desk, now=cast.now)
    claimed = claim(cast, "ask", "first")
    passed(cast, claimed)
    assert slots(cast, addresses.key(RITA))[0][0] == cast.now + MONTH
    front.settle(claimed, "refused", code=550, now=cast.now)
    assert slots(cast, addresses.key(RITA), addresses.key(TOM)) == [(None, "")] * 2


def test_an_ask_of_another_community_holds_no_slot_here(cast: Cast) -> None:
    elsewhere = Community.objects.create(name="Elsewhere")
    theirs = ask(cast, another_tom(cast), "rolf", days=90)
    low, high = sorted((AUNT, addresses.key(TOM)))
    AskedPair.objects.create(community=elsewhere, low=low, high=high, introduction=theirs)
    cast.asking()
    cast.deliver("refused", code=550)
    assert slots(cast, addresses.key(TOM)) == [(None, "")]


def test_a_never_that_cora_notes_for_the_first_side_is_the_first_sides(cast: Cast) -> None:
    made = cast.offered()
    said = {"answer": "never", "how": "At lunch.", "side": "first", "scope": "anyone"}
    front.note_answer(made, said, actor=cast.desk, now=cast.now)
    row = Introduction.objects.get(pk=made)
    assert (pairs.forbidden(row, "first"), pairs.forbidden(row, "second")) == ("never", "")


def test_an_ask_that_left_twice_counts_from_the_second_time(cast: Cast) -> None:
    """The relay put it off after the dot: a copy may have been there before."""
    made = cast.asking()
    first = claim(cast, "ask")
    passed(cast, first)
    front.settle(first, "temporary", code=451, now=cast.now)
    cast.now = Letter.objects.get(pk=first.letter).due_at
    cast.deliver()
    subject = Subject.objects.get(key=addresses.key(TOM))
    assert pairs._last_asked(made, subject.key) == cast.now


@pytest.mark.case("A3", "A5")
def test_of_two_connectors_spacings_the_stricter_one_holds(cast: Cast) -> None:
    """Asked with a month between, asked about again by somebody who leaves a quarter."""
    start = cast.now
    ask(cast, cast.tom.id, "rolf", days=30)
    cast.now += timedelta(days=40)
    subjects = people.lock_subjects(cast.cora.community_id, [addresses.key(TOM)])
    assert pairs.slot_among(subjects, cast.waiting(), cast.now, Terms(spacing=QUARTER)) == start + QUARTER
    assert pairs.slot_among(subjects, cast.waiting(), cast.now, Terms(spacing=MONTH)) is None


@pytest.mark.case("E18")
def test_whoever_is_said_to_be_one_with_somebody_erased_is_not_asked_by_whoever_says_so(cast: Cast) -> None:
    people.forget_keys(cast.cora.community_id, [MINE], cast.now)
    share(cast, MINE, ALSO_MINE)
    for connector, found in ((cast.cora.id, "erased"), (cast.otto.id, None)):
        wish = people.forbidding(cast.cora.community_id, [ALSO_MINE], requester_keys=[AUNT], connector_id=connector)
        assert wish == found


@pytest.mark.case("A2", "A4")
def test_a_pair_that_another_holds_is_refused_but_not_to_whoever_has_the_answer_already(cast: Cast) -> None:
    first, second = cast.waiting(), cast.waiting(target="Tom again")
    rows = [Introduction.objects.get(pk=one) for one in (first, second)]
    for row in rows:
        row.asker_keys, row.target_keys = [AUNT], [MINE, ALSO_MINE]
    pair(cast, AUNT, MINE, first)
    assert (pairs.taken_by(rows[0]), pairs.taken_by(rows[1])) == ("", first)
    refusal = refused("pair", lambda: pairs.take(rows[1]))
    assert "about each other" in refusal.sentence
    pairs.take(rows[1], agreed=True)
    assert held() == {(AUNT, MINE): first, (AUNT, ALSO_MINE): second}
