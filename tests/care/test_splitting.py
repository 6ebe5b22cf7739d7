"""A card that was two people comes apart: every no and every asked pair stays with both halves (A20)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.care.merging import OTHER, Twins, twins
from tests.support.cast import RITA, TOM, Cast
from twoyes.care import front as care
from twoyes.introductions import front
from twoyes.introductions.models import AskedPair, Introduction
from twoyes.introductions.protocol import State
from twoyes.lib import addresses
from twoyes.lib.errors import Refused
from twoyes.people import front as people

pytestmark = [pytest.mark.both, pytest.mark.django_db]


@pytest.fixture
def two(cast: Cast) -> Twins:
    return twins(cast)


@pytest.fixture
def one(cast: Cast) -> Twins:
    """Tom's card holds an address of somebody else's."""
    people.edit_card(cast.cora.id, cast.tom.id, addresses=[TOM, OTHER], phones=["+47 22 22 22 22"])
    return twins(cast)


def forbidden(two: Twins, card: people.Card) -> str | None:
    return people.forbidding(
        two.cast.cora.community_id,
        front.keys_of_card(card.id),
        requester_keys=[addresses.key(RITA)],
        connector_id=two.cast.cora.id,
    )


def paired(card: people.Card) -> set[str]:
    """Which keys of a card stand in a pair with Rita."""
    rita, keys = addresses.key(RITA), set(front.keys_of_card(card.id))
    return {key for pair in AskedPair.objects.values_list("low", "high") if rita in pair for key in pair} & keys


@pytest.mark.case("A20")
@pytest.mark.parametrize("answer", ["", "no", "never"])
def test_both_halves_keep_the_pair_the_slot_and_every_no(one: Twins, answer: str) -> None:
    introduction = one.cast.asked()
    if answer:
        one.cast.answer(introduction, answer, scope="anyone")
    new = one.split(OTHER, name="Thomas Second")
    assert people.addresses(one.cast.cora.id, new.id) == [OTHER]
    assert people.addresses(one.cast.cora.id, one.cast.tom.id) == [TOM]
    for card in (one.cast.tom, new):
        assert paired(card) == set(front.keys_of_card(card.id))
        assert {slot for _at, slot in one.slots(set(front.keys_of_card(card.id)))} == {introduction}
        assert forbidden(one, card) == ("never" if answer == "never" else None)
        one.cast.now += timedelta(days=31)
        again = one.cast.waiting(target=f"{card.name}, please")
        one.approve(again, card)
        assert one.cast.state(again) is State.REFUSED


@pytest.mark.case("A20")
def test_a_wish_that_comes_after_a_split_is_that_of_whoever_was_asked(one: Twins) -> None:
    introduction = one.cast.asking()
    new = one.split(OTHER, name="Thomas Second")
    one.cast.deliver()
    one.cast.answer(introduction, "never", scope="anyone")
    assert (forbidden(one, one.cast.tom), forbidden(one, new)) == ("never", None)


@pytest.mark.case("A20", "A21")
def test_an_ask_that_has_not_left_goes_to_the_half_that_keeps_the_card(one: Twins) -> None:
    people.edit_card(one.cast.cora.id, one.cast.tom.id, addresses=[OTHER, TOM])
    one.cast.asking()
    one.split(OTHER, name="Thomas Second")
    one.cast.deliver()
    assert [facts.recipient for facts in one.cast.sent if facts.kind == "ask"] == [TOM]


@pytest.mark.case("A19", "A20")
@pytest.mark.parametrize("answered", ["never", ""])
def test_a_wrong_merge_is_taken_back_whole_but_for_what_was_asked_and_wished(two: Twins, answered: str) -> None:
    cast = two.cast
    first, second = two.asked("sent", "sent", email="rolf@asks.example", name="Rolf Other")
    if answered:
        cast.answer(first, answered, scope="anyone")
    two.merge()
    assert people.card(cast.cora.id, two.other.id) is None
    back = two.split(again=two.other.id)
    assert back == two.other
    assert people.addresses(cast.cora.id, back.id) == [OTHER]
    assert people.addresses(cast.cora.id, cast.tom.id) == [TOM]
    bound = dict(Introduction.objects.values_list("pk", "target"))
    assert (bound[first], bound[second]) == (cast.tom.id, back.id)
    for card in (cast.tom, back):
        assert paired(card) == set(front.keys_of_card(card.id))
        assert forbidden(two, card) == ("never" if answered else None)
    assert people.joined_cards(cast.cora.id, cast.tom.id) == []


@pytest.mark.case("A19", "A20")
def test_no_ask_that_a_merge_closed_is_opened_by_a_split(two: Twins) -> None:
    first, second = two.asked("queued", "queued", email="rolf@asks.example", name="Rolf Other")
    assert two.merge().closed == (second,)
    two.split(again=two.other.id)
    two.everything_leaves()
    two.cast.pass_time(timedelta(days=30))
    assert two.cast.state(second) is State.REFUSED
    assert (two.handed_over(first), two.handed_over(second)) == (1, 0)


def test_everything_on_two_cards_is_on_the_one_that_stays_and_comes_back(two: Twins) -> None:
    cast, owner = two.cast, two.cast.cora.id
    people.edit_card(owner, cast.tom.id, notes="Likes mornings.", phones=["+47 1234"], known_since=date(2020, 5, 1))
    people.edit_card(owner, two.other.id, notes="Sails.", phones=["+47 1234", "+47 99"], known_since=date(2017, 1, 2))
    people.say_word(owner, two.other.id, since="2017", how="worked", how_well="well", now=cast.now)
    people.set_mark(owner, two.other.id, "do_not_ask", on=True, now=cast.now)
    before = people.secrets_of(owner, two.other.id)
    two.merge()
    card, secrets = people.card(owner, cast.tom.id), people.secrets_of(owner, cast.tom.id)
    assert card is not None
    assert secrets is not None
    assert (card.name, card.organisation, card.known_since) == ("Tom Target", "Blade Works", date(2017, 1, 2))
    assert (secrets.addresses, secrets.phones) == ((TOM, OTHER), ("+47 1234", "+47 99"))
    assert secrets.notes == "Likes mornings.\n\nSails."
    assert people.my_word(owner, cast.tom.id).how == "worked"
    assert people.marks(owner, cast.tom.id) == {"do_not_ask"}
    # By either name and organisation there is one person.
    for query in ("tom target", "thomas", "sea works", "blade"):
        assert [found.id for found in people.find(owner, query)] == [cast.tom.id]
    assert people.who(owner, "Thomas Target").id == cast.tom.id
    assert people.joined_to(owner, two.other.id) == cast.tom.id

    two.split(again=two.other.id)
    assert people.secrets_of(owner, two.other.id) == before
    mine = people.secrets_of(owner, cast.tom.id)
    assert mine is not None
    assert (mine.notes, mine.phones) == ("Likes mornings.", ("+47 1234",))
    assert people.my_word(owner, two.other.id).how_well == "well"
    assert people.marks(owner, two.other.id) == {"do_not_ask"}
    again = people.card(owner, cast.tom.id)
    assert again is not None
    assert again.known_since == date(2020, 5, 1)
    assert not people.my_word(owner, cast.tom.id)
    assert people.marks(owner, cast.tom.id) == set(), "it was never said of this one"


MARKED = ("do_not_ask", "not_listed")


def told(owner: str, *cards: str) -> list[tuple[object, ...]]:
    """All that either card says, for comparing."""
    return [
        (people.card(owner, one), people.secrets_of(owner, one), people.my_word(owner, one), people.marks(owner, one))
        for one in cards
    ]


@pytest.mark.case("A20")
@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_cards_that_leave_one_after_the_other_say_again_what_each_said(cast: Cast, order: tuple[int, int]) -> None:
    """The one that stays said nothing; what came from one of two must not be left when both are gone."""
    owner, keep = cast.cora.id, cast.tom.id
    people.edit_card(owner, keep, organisation="", position="", notes="")
    others = [people.add_card(owner, name=f"Tom {n}", addresses=[f"tom@h{n}.example"]).id for n in ("one", "two")]
    for number, other in enumerate(others):
        words = {"organisation": f"Works {number}", "position": f"Smith {number}", "notes": f"Sails {number}."}
        people.edit_card(owner, other, known_since=date(2017 - number, 1, 2), **words)
        people.say_word(owner, other, since=str(2016 - number), how="met", how_well="", now=cast.now)
        people.set_mark(owner, other, MARKED[number], on=True, now=cast.now)
        people.set_mark(owner, other, "do_not_ask", on=True, now=cast.now + timedelta(days=-number))
    before = told(owner, keep, *others)
    for other in others:
        care.merge(owner, keep, other, actor=cast.desk, now=cast.now)
    assert people.marks(owner, keep) == set(MARKED)
    gone, last = (others[place] for place in order)
    care.split(owner, keep, [], again=gone, actor=cast.desk, now=cast.now)
    ((stays, _secrets, word, marks),) = told(owner, keep)
    theirs = before[1 + others.index(last)]
    assert isinstance(stays, people.Card)
    assert isinstance(theirs[0], people.Card)
    assert (stays.organisation, stays.position) == (theirs[0].organisation, theirs[0].position)
    assert stays.known_since == theirs[0].known_since
    assert (word, marks) == theirs[2:], "the one that is still there counts, and the stricter mark holds"
    care.split(owner, keep, [], again=last, actor=cast.desk, now=cast.now)
    assert told(owner, keep, *others) == before


@pytest.mark.case("A20")
def test_what_was_changed_on_the_whole_stays_and_a_new_mark_holds_for_both(two: Twins) -> None:
    cast, owner = two.cast, two.cast.cora.id
    people.set_mark(owner, two.other.id, "do_not_ask", on=True, now=cast.now)
    two.merge()
    people.set_mark(owner, cast.tom.id, "do_not_ask", on=False, now=cast.now)
    people.set_mark(owner, cast.tom.id, "not_listed", on=True, now=cast.now)
    people.edit_card(owner, cast.tom.id, organisation="Rope Works")
    two.split(again=two.other.id)
    tom, other = people.card(owner, cast.tom.id), people.card(owner, two.other.id)
    assert tom is not None
    assert other is not None
    assert (tom.organisation, other.organisation) == ("Rope Works", "Sea Works")
    assert people.marks(owner, tom.id) == {"not_listed"}
    assert people.marks(owner, other.id) == set(MARKED), "what was said of them before holds, too"


@pytest.mark.case("A20")
def test_a_card_that_had_a_past_of_its_own_takes_it_along_and_brings_it_back(two: Twins) -> None:
    cast, owner = two.cast, two.cast.cora.id
    third = people.add_card(owner, name="T. Target", addresses=["t@third.example"])
    people.set_mark(owner, two.other.id, "do_not_ask", on=True, now=cast.now)
    before = told(owner, third.id, cast.tom.id, two.other.id)
    two.merge()
    care.merge(owner, third.id, cast.tom.id, actor=cast.desk, now=cast.now)
    assert people.marks(owner, third.id) == {"do_not_ask"}
    care.split(owner, third.id, [], again=cast.tom.id, actor=cast.desk, now=cast.now)
    assert people.marks(owner, third.id) == set()
    assert people.marks(owner, cast.tom.id) == {"do_not_ask"}, "whose past it is"
    two.split(again=two.other.id)
    assert told(owner, third.id, cast.tom.id, two.other.id) == before


CONTACTS = (
    "First Name,Last Name,URL,Email Address,Company,Position,Connected On\n"
    "Uma,Third,https://linkedin.com/in/uma,uma@third.example,Third Works,Smith,02 May 2019\n"
    "Uma,Third-Stone,https://linkedin.com/in/umastone,,Stone Works,Mason,03 Jun 2021\n"
)


def test_a_later_import_neither_splits_nor_doubles_two_cards_that_were_merged(cast: Cast) -> None:
    owner, name = cast.cora.id, "Connections.csv"
    people.import_contacts(owner, CONTACTS.encode(), name=name)
    two = Twins(cast, people.who(owner, "Uma Third-Stone"))
    cast.tom = people.who(owner, "Uma Third")
    two.merge()
    for _again in range(2):
        report = people.import_contacts(owner, CONTACTS.encode(), name=name)
        assert (report.added, report.updated, report.unchanged) == (0, 0, 2)
    moved = CONTACTS.replace("Mason", "Sculptor")
    assert people.import_contacts(owner, moved.encode(), name=name).added == 0
    assert [card.name for card in people.find(owner, "uma")] == ["Uma Third"]
    two.split(again=two.other.id)
    assert people.import_contacts(owner, CONTACTS.encode(), name=name).added == 0
    assert {card.name for card in people.find(owner, "uma")} == {"Uma Third", "Uma Third-Stone"}


def test_another_source_that_knows_the_other_name_finds_the_one_card(two: Twins) -> None:
    card = f"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Thomas Target\r\nEMAIL:{OTHER}\r\nEND:VCARD\r\n"
    two.merge()
    report = people.import_contacts(two.cast.cora.id, card.encode(), name="cards.vcf")
    assert (report.added, report.rejected) == (0, [])
    assert [card.id for card in people.find(two.cast.cora.id, "target")] == [two.cast.tom.id]


@pytest.mark.parametrize("first_off", ["Thomas Target", "Tom Target"])
def test_cards_merged_one_after_the_other_come_off_one_by_one(two: Twins, first_off: str) -> None:
    owner, tom = two.cast.cora.id, two.cast.tom
    third = people.add_card(owner, name="T. Target", addresses=["t@third.example"])
    two.merge()
    thomas, two.cast.tom, two.other = two.other, third, tom
    two.merge()
    assert sorted(len(one.points) for one in people.joined_cards(owner, third.id)) == [1, 2]
    if first_off == "Thomas Target":
        two.split(again=thomas.id)
        two.split(again=tom.id)
    else:
        two.split(again=tom.id)
        assert people.addresses(owner, tom.id) == [TOM, OTHER]
        two.cast.tom = tom
        two.split(again=thomas.id)
    cards = (third.id, tom.id, thomas.id)
    assert [people.addresses(owner, card) for card in cards] == [["t@third.example"], [TOM], [OTHER]]


@pytest.mark.case("E18")
def test_an_erasure_takes_the_cards_that_were_merged_along(two: Twins) -> None:
    from twoyes.people.models import JoinedCard, Knowing

    people.set_mark(two.cast.cora.id, two.cast.tom.id, "not_listed", on=True, now=two.cast.now)
    two.asked("sent", "sent", email="rolf@asks.example", name="Rolf Other")
    two.merge()
    with two.cast.time():
        care.erase(OTHER, actor=two.cast.desk, now=two.cast.now)
    assert not JoinedCard.objects.exists()
    assert not Knowing.objects.exists()
    assert set(Introduction.objects.values_list("state", flat=True)) == {"erased"}


@pytest.mark.parametrize(
    ("move", "name", "code"),
    [
        ([], "Thomas", "nothing_moves"),
        ([TOM, OTHER, "+47 22 22 22 22"], "Thomas", "nothing_stays"),
        (["nobody@nowhere.example"], "Thomas", "no_such_point"),
        ([OTHER], " ", "bad_text"),
    ],
)
def test_a_split_that_makes_no_sense_is_refused_with_nothing_done(
    one: Twins, move: list[str], name: str, code: str
) -> None:
    owner, card = one.cast.cora.id, one.cast.tom.id
    points = {point.value: point.id for point in people.points_of(owner, card)}
    with pytest.raises(Refused) as refused:
        one.split(*(points.get(value, value) for value in move), name=name)
    assert refused.value.code == code
    assert len(people.addresses(owner, card)) == 2
    with pytest.raises(Refused):
        one.split(again="000000000000")
