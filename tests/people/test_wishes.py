"""A person's own wishes come first, across all books, and tell nobody more than they must."""

from datetime import UTC, datetime
from itertools import product

import pytest
from django.db import IntegrityError, connection, transaction

from twoyes.lib import addresses
from twoyes.people import front
from twoyes.people.models import Community, Subject, Wish

AT = datetime(2026, 1, 5, 9, tzinfo=UTC)
TOM = ("tom1" * 8, "tom2" * 8)
RITA = ("rita" * 8,)
OTTO = ("otto" * 8,)
CORA, DORA = "cora00000000", "dora00000000"


@pytest.fixture
def community(db: None) -> str:
    return front.default_community()


def forbidding(community: str, *, target: str = TOM[0], requester: str = RITA[0], through: str = CORA) -> str | None:
    return front.forbidding(community, [target], requester_keys=[requester], connector_id=through)


def wish(community: str, kind: str, scope: str, about: str = "", introduction: str = "intro0000001") -> None:
    front.wish(community, TOM, kind=kind, scope=scope, about=about, introduction=introduction, at=AT)


@pytest.mark.parametrize("kind", ["never", "not_me"])
@pytest.mark.parametrize(
    ("scope", "about", "met"),
    [
        ("this_person", RITA[0], [(RITA[0], CORA), (RITA[0], DORA)]),
        ("this_connector", CORA, [(RITA[0], CORA), (OTTO[0], CORA)]),
        ("anyone", "", list(product((RITA[0], OTTO[0]), (CORA, DORA)))),
    ],
)
def test_a_no_reaches_as_far_as_its_scope_and_no_further(
    community: str, kind: str, scope: str, about: str, met: list[tuple[str, str]]
) -> None:
    wish(community, kind, scope, about)
    for requester, through in product((RITA[0], OTTO[0]), (CORA, DORA)):
        expected = kind if (requester, through) in met else None
        assert forbidding(community, requester=requester, through=through) == expected


@pytest.mark.case("A17")
def test_a_wish_holds_for_every_address_of_the_person(community: str) -> None:
    wish(community, "never", "this_person", RITA[0])
    for key in TOM:
        assert forbidding(community, target=key) == "never"
    assert front.forbidding(community, [*OTTO, TOM[1]], requester_keys=RITA, connector_id=CORA) == "never"
    assert front.forbidding(community, OTTO, requester_keys=RITA, connector_id=CORA) is None
    assert front.forbidding(community, [], requester_keys=[], connector_id=CORA) is None


def test_a_standing_yes_counts_only_where_nothing_forbids(community: str) -> None:
    def welcome() -> bool:
        return front.standing_yes(community, TOM, requester_keys=RITA, connector_id=CORA)

    assert not welcome()
    wish(community, "standing_yes", "this_connector", CORA, "intro0000001")
    assert welcome()
    assert forbidding(community) is None
    assert not front.standing_yes(community, TOM, requester_keys=RITA, connector_id=DORA)
    wish(community, "never", "this_person", RITA[0], "intro0000002")
    assert not welcome()
    front.drop_wishes("intro0000002")
    assert welcome()


def test_taking_an_answer_back_takes_back_the_wishes_it_set_and_no_others(community: str) -> None:
    wish(community, "never", "anyone", introduction="intro0000001")
    wish(community, "never", "anyone", introduction="intro0000002")
    assert front.drop_wishes("intro0000001") == 2
    assert forbidding(community) == "never"
    assert front.drop_wishes("intro0000002") == 2
    assert forbidding(community) is None
    wish(community, "never", "anyone", introduction="")
    assert front.drop_wishes("") == 0


@pytest.mark.both
def test_a_wish_noted_twice_stands_once(community: str) -> None:
    wish(community, "never", "anyone")
    wish(community, "never", "anyone")
    assert Wish.objects.count() == len(TOM)


@pytest.mark.case("E24")
def test_a_no_to_everyone_holds_in_every_community_and_nothing_else_crosses(community: str) -> None:
    other = Community.objects.create(name="Other").pk
    wish(community, "standing_yes", "anyone", introduction="intro0000001")
    wish(community, "never", "this_person", RITA[0], "intro0000002")
    assert forbidding(community) == "never"
    assert forbidding(other) is None
    assert not front.standing_yes(other, TOM, requester_keys=OTTO, connector_id=CORA)
    wish(community, "never", "anyone", introduction="intro0000003")
    assert forbidding(other) == "never"


@pytest.mark.both
@pytest.mark.case("F20")
@pytest.mark.parametrize(
    ("kind", "scope", "about"),
    [
        ("maybe", "anyone", ""),
        ("never", "everyone", ""),
        ("never", "anyone", RITA[0]),
        ("never", "this_person", ""),
        ("never", "this_connector", ""),
    ],
)
def test_a_wish_that_means_nothing_cannot_be_stored(community: str, kind: str, scope: str, about: str) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        wish(community, kind, scope, about)


@pytest.mark.both
def test_subjects_are_made_where_missing_and_come_back_by_key(community: str) -> None:
    assert front.subject(community, TOM[0]) is None
    with transaction.atomic():
        first = front.lock_subjects(community, [TOM[1], TOM[0], TOM[1]])
    with transaction.atomic():
        again = front.lock_subjects(community, [*TOM, *RITA])
    assert [row.key for row in first] == sorted(TOM)
    assert [row.key for row in again] == sorted([*TOM, *RITA])
    assert [row.pk for row in first] == [row.pk for row in again if row.key in TOM]
    front.take_slot([first[0].pk], next_ask_at=AT, slot="intro0000001")
    seen = front.subject(community, first[0].key)
    assert seen is not None
    assert (seen.next_ask_at, seen.slot, seen.erased_at) == (AT, "intro0000001", None)


@pytest.mark.both
@pytest.mark.case("F20")
def test_one_person_is_one_subject_even_for_raw_sql(community: str) -> None:
    with transaction.atomic():
        front.lock_subjects(community, [TOM[0]])
    with pytest.raises(IntegrityError, match=r"people_subject|subject_key"), transaction.atomic():
        Subject.objects.create(community_id=community, key=TOM[0])
    statement = "INSERT INTO people_subject (id, community_id, key, slot) VALUES ('x', %s, %s, '')"
    for key in (TOM[0], ""):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, [community, key])


@pytest.mark.django_db(transaction=True)
def test_subjects_are_locked_inside_a_transaction_only() -> None:
    community = front.default_community()
    with pytest.raises(transaction.TransactionManagementError):
        front.lock_subjects(community, TOM)
    assert not Subject.objects.exists()


@pytest.mark.case("A14")
def test_a_card_of_the_requester_is_recognised_by_its_keys(cora: front.ConnectorView, tom: front.Card) -> None:
    assert addresses.key("TOM@private.example") in front.keys_of(tom.id)
    assert cora.address_key not in front.keys_of(tom.id)
