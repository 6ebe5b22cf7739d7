"""What somebody wishes is kept to at the approval and where an ask leaves, and can be taken back (B4, A5)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.introductions.checks import standing
from tests.support.cast import APPROVAL, OFFER, REQUEST, TOM, Cast, frozen
from twoyes.care import front as care
from twoyes.introductions import front, pairs
from twoyes.introductions.models import Introduction, JournalEntry, Letter
from twoyes.introductions.protocol import Actor, Role, State
from twoyes.lib import addresses
from twoyes.lib.errors import Refused
from twoyes.people import front as people
from twoyes.people.models import Preference, Subject, Wish

pytestmark = [pytest.mark.both, pytest.mark.django_db]
ROLF = {"email": "rolf@asks.example", "name": "Rolf Berg"}
HOLD = timedelta(minutes=11)


@pytest.fixture
def page(cast: Cast) -> tuple[str, str]:
    """Tom's page of an earlier ask, long enough ago that no spacing counts any more."""
    introduction = cast.asked(email="ruth@asks.example", name="Ruth")
    found = cast.page(introduction)
    cast.pass_time(timedelta(days=31))
    return found


def says(cast: Cast, page: tuple[str, str], **fields: str) -> None:
    front.wishes(*page, {"wish": "asked", **fields}, now=cast.now)


def approve(cast: Cast, introduction: str, **words: str) -> front.Outcome:
    fields = {**APPROVAL, "target": cast.tom.id, **words}
    return front.approve(introduction, fields, frozen=frozen(), actor=cast.desk, now=cast.now)


def by_otto(cast: Cast) -> str:
    """A request to Otto, who has Tom in a book of his own, approved by him."""
    card = people.add_card(cast.otto.id, name="Tom Target", addresses=[TOM])
    words = {**REQUEST, **ROLF, "target": "Tom Target"}
    made = front.request(cast.otto.id, words, now=cast.now, door="test", proved=addresses.key(ROLF["email"]))
    desk = Actor(Role.CONNECTOR, cast.otto.actor_id, "test")
    front.approve(made.id, {**APPROVAL, "target": card.id}, frozen=frozen(), actor=desk, now=cast.now)
    return made.id


AGAINST = {
    "a format": ({"formats": "mail call"}, "takes these alone: a call, mail. This asks for: a video call."),
    "a topic": ({"unwelcome": "lawsuits, ÍNSPECTION Data"}, "does not wish to be asked about “ÍNSPECTION Data”."),
}


@pytest.mark.parametrize("wish", AGAINST)
@pytest.mark.parametrize("act", ["approve", "approve by hand", "pass on"])
def test_an_approval_against_a_wish_is_refused_with_a_sentence_that_names_it(
    cast: Cast, page: tuple[str, str], wish: str, act: str
) -> None:
    fields, told = AGAINST[wish]
    introduction = cast.waiting()
    says(cast, page, **fields)
    words = {**APPROVAL, "target": cast.tom.id, "channel": "by_hand" if act == "approve by hand" else "relay"}
    verb = front.pass_on if act == "pass on" else front.approve
    before = standing()
    for _again in range(2):
        with pytest.raises(front.BadFields) as wrong:
            verb(introduction, words, frozen=frozen(), actor=cast.desk, now=cast.now)
        code, sentence = wrong.value.errors["target"]
        assert (code, told in sentence) == ("against_wishes", True), sentence
        # It is no rule of the house: nothing sets it aside.
        before = standing() if _again else before
        assert standing() == before
        front.override(introduction, "against_wishes too_soon", reason="Just once.", actor=cast.desk, now=cast.now)
    assert "against_wishes" not in str(JournalEntry.objects.filter(event="override").values_list("data", flat=True))
    says(cast, page, unwelcome="lawsuits")
    verb(introduction, words, frozen=frozen(), actor=cast.desk, now=cast.now)


@pytest.mark.parametrize("wish", AGAINST)
def test_a_wish_after_the_approval_stops_the_ask_where_it_would_leave(
    cast: Cast, page: tuple[str, str], wish: str
) -> None:
    introduction = cast.asking()
    says(cast, page, **AGAINST[wish][0])
    assert "ask:target" not in cast.deliver()
    assert cast.state(introduction) is State.REFUSED
    blocked = JournalEntry.objects.get(introduction_id=introduction, event="blocked")
    assert blocked.data["cause"] == "wish"
    shown = front.requester_page(*cast.page(introduction, "requester"), cast.now)
    assert shown.view.stage == "on_its_way"


def test_a_wish_that_says_nothing_against_it_stops_nothing(cast: Cast, page: tuple[str, str]) -> None:
    introduction = cast.asking()
    says(cast, page, formats="video mail", unwelcome="lawsuits, inspect", welcome="blades")
    assert "ask:target" in cast.deliver()
    assert cast.state(introduction) is State.ASKING


@pytest.mark.parametrize("wish", AGAINST)
def test_a_text_that_would_go_by_hand_is_not_given_out_against_a_wish(
    cast: Cast, page: tuple[str, str], wish: str
) -> None:
    introduction = cast.asking(approval={"channel": "by_hand"})
    says(cast, page, **AGAINST[wish][0])
    with pytest.raises(Refused) as refused:
        front.by_hand(introduction, actor=cast.desk, now=cast.now)
    assert refused.value.code == "against_wishes"
    says(cast, page, welcome="anything")
    assert front.by_hand(introduction, actor=cast.desk, now=cast.now)[1] is not None


def test_details_that_somebody_asks_for_are_their_own_wish(cast: Cast, page: tuple[str, str]) -> None:
    introduction = cast.asked()
    says(cast, page, formats="mail", unwelcome="blade")
    cast.answer(introduction, "their_details")
    assert "details:target" in cast.deliver()


def test_an_offer_is_held_against_the_wishes_of_either_side(cast: Cast, page: tuple[str, str]) -> None:
    says(cast, page, unwelcome="log")
    words = {**OFFER, "first": cast.rita.id, "second": cast.tom.id}

    def offer(**other: str) -> front.Outcome:
        texts = (frozen(), frozen())
        return front.offer(cast.cora.id, {**words, **other}, frozen=texts, actor=cast.desk, now=cast.now)

    with pytest.raises(front.BadFields) as wrong:
        offer()
    assert wrong.value.errors["second"][0] == "against_wishes"
    with pytest.raises(front.BadFields):
        front.offer_facts(cast.cora.id, words, "second")
    front.offer_facts(cast.cora.id, words, "first")
    # Why Rita is thought of is hers to read, and not his.
    assert offer(why_second="Rita knows blades.", why_first="His model fits your log.").state is State.ASKING


# ---------------------------------------------------------------- how often


@pytest.mark.parametrize(("months", "asked_again"), [("1", True), ("3", False), ("12", False)])
def test_the_stricter_of_the_spacing_and_how_often_they_wish_holds_for_every_connector(
    cast: Cast, page: tuple[str, str], months: str, asked_again: bool
) -> None:
    says(cast, page, every=months)
    introduction = by_otto(cast)
    cast.deliver()
    assert (cast.state(introduction) is State.ASKING) == asked_again
    seen = front.wished(cast.otto.id, Introduction.objects.get(pk=introduction).target_id or "", cast.now)
    assert seen is not None
    assert seen.every_months == int(months)


def test_how_often_is_looked_at_again_where_the_ask_would_leave(cast: Cast, page: tuple[str, str]) -> None:
    introduction = cast.asking()
    says(cast, page, every="6")
    assert "ask:target" not in cast.deliver()
    assert cast.state(introduction) is State.REFUSED
    blocked = JournalEntry.objects.get(introduction_id=introduction, event="blocked")
    assert blocked.data["cause"] == "spacing"


def test_a_date_that_they_named_themselves_is_the_later_word(cast: Cast) -> None:
    introduction = cast.asked()
    until = f"{cast.now + timedelta(days=40):%Y-%m-%d}"
    cast.answer(introduction, "later", until=until, still_looking="on")
    says(cast, cast.page(introduction), every="12")
    cast.pass_time(timedelta(days=41))
    front.confirm(introduction, actor=cast.asker(introduction), now=cast.now)
    front.confirm(introduction, actor=cast.desk, now=cast.now)
    chapter = Introduction.objects.get(chapter_of=introduction).pk
    approve(cast, chapter)
    assert "ask:target" in cast.deliver()
    cast.pass_time(timedelta(days=31))
    other = cast.waiting(**ROLF)
    assert approve(cast, other).state is State.REFUSED


@pytest.mark.parametrize(
    ("fair", "told"),
    [
        ("2026-12-01", "early December 2026"),
        ("2026-12-02", "mid-December 2026"),
        ("2026-12-11", "mid-December 2026"),
        ("2026-12-12", "late December 2026"),
        ("2026-12-22", "early January 2027"),
    ],
)
def test_from_when_it_is_fair_is_said_roughly_and_never_too_early(cast: Cast, fair: str, told: str) -> None:
    at = cast.now.replace(year=2026, month=12, day=int(fair[-2:]))
    rough = pairs.roughly(at)
    assert rough >= date.fromisoformat(fair)
    assert front.part_of_month(rough) == told


def test_the_desk_knows_roughly_when_and_nothing_from_which_it_could_be_worked_out(cast: Cast) -> None:
    cast.asked(email=ROLF["email"], name=ROLF["name"])
    cast.pass_time(timedelta(days=20))
    introduction = cast.asking()
    shown = front.desk_page(cast.cora.id, introduction, cast.now)
    assert shown is not None
    assert shown.not_before == date(2026, 4, 1)
    assert (shown.row.next_event, shown.row.next_at) == ("", None)


# ---------------------------------------------------------------- a yes in advance


def test_a_yes_in_advance_is_an_event_that_serves_is_named_and_can_be_taken_back(
    cast: Cast, page: tuple[str, str]
) -> None:
    front.wishes(*page, {"wish": "standing_yes"}, now=cast.now)
    assert JournalEntry.objects.filter(event="standing_yes", role="link_holder").count() == 1
    introduction = cast.waiting()
    known = front.wished(cast.cora.id, cast.tom.id, cast.now)
    assert known is not None
    assert known.standing_since == cast.now
    assert approve(cast, introduction).state is State.AGREED
    cast.pass_time(HOLD)
    assert cast.state(introduction) is State.INTRODUCED
    both = [one for one in cast.sent if one.kind == "introduction"]
    assert {(one.side, one.standing) for one in both} == {("requester", True), ("target", True)}
    # The page in the thread shows nothing of what they said, and still lets them take it back.
    token = cast.key(introduction, "introduction", side="target")
    link = front.open_link("target", token, cast.now)
    assert link is not None
    mine = front.my_wishes(link, token, cast.now)
    assert (mine.served, mine.said, bool(mine.topics)) == (True, (), False)
    with pytest.raises(Refused):
        front.wishes(link, token, {"wish": "standing_yes"}, now=cast.now)
    front.wishes(link, token, {"wish": "standing_over"}, now=cast.now)
    front.wishes(link, token, {"wish": "standing_over"}, now=cast.now)
    assert JournalEntry.objects.filter(event="standing_over").count() == 1
    assert approve(cast, cast.waiting(**ROLF)).state is State.ASKING


@pytest.mark.parametrize("how", ["taken back", "never", "topic", "by hand"])
def test_what_rests_on_a_yes_in_advance_does_not_leave_once_that_is_gone(
    cast: Cast, page: tuple[str, str], how: str
) -> None:
    front.wishes(*page, {"wish": "standing_yes"}, now=cast.now)
    introduction = cast.waiting()
    assert approve(cast, introduction).state is State.AGREED
    over: dict[str, dict[str, str]] = {
        "never": {"wish": "never", "scope": "this_connector"},
        "topic": {"wish": "asked", "unwelcome": "blade maintenance"},
    }
    front.wishes(*page, over.get(how, {"wish": "standing_over"}), now=cast.now)
    if how == "by hand":
        cast.now += HOLD
        with pytest.raises(Refused):
            front.by_hand(introduction, actor=cast.desk, now=cast.now)
    cast.pass_time(HOLD)
    assert cast.state(introduction) is State.REFUSED
    assert not [one for one in cast.sent if one.kind == "introduction"]


def test_a_yes_in_advance_keeps_its_page_open_for_a_year(cast: Cast, page: tuple[str, str]) -> None:
    front.wishes(*page, {"wish": "standing_yes"}, now=cast.now)
    cast.pass_time(timedelta(days=300))
    assert front.my_wishes(*page, cast.now).said


# ---------------------------------------------------------------- taken back, erased, one person


@pytest.mark.parametrize("scope", ["this_person", "this_connector", "anyone"])
def test_a_never_is_seen_and_taken_back_on_the_page(cast: Cast, page: tuple[str, str], scope: str) -> None:
    front.wishes(*page, {"wish": "never", "scope": scope}, now=cast.now)
    (one,) = front.my_wishes(*page, cast.now).said
    assert (one.kind, one.scope) == ("never", scope)
    front.wishes(*page, {"wish": "back", "of": "nothing00000"}, now=cast.now)
    assert Wish.objects.exists()
    front.wishes(*page, {"wish": "back", "of": one.id}, now=cast.now)
    assert not Wish.objects.exists()
    cast.asking()
    assert "ask:target" in cast.deliver()


def test_what_was_said_to_one_connector_is_read_by_nobody_else(cast: Cast, page: tuple[str, str]) -> None:
    says(cast, page, unwelcome="lawsuits about cranes", formats="mail", scope="this_connector")
    card = people.add_card(cast.otto.id, name="Tom Target", addresses=[TOM])

    def read(owner: str, card_id: str) -> tuple[object, ...]:
        known = front.wished(owner, card_id, cast.now)
        assert known is not None
        return known.unwelcome, known.formats

    assert read(cast.cora.id, cast.tom.id) == (("lawsuits about cranes",), ("mail",))
    assert read(cast.otto.id, card.id) == ((), ())
    says(cast, page, unwelcome="lawsuits about cranes", formats="mail", scope="anyone")
    assert read(cast.otto.id, card.id) == read(cast.cora.id, cast.tom.id)
    assert front.wished(cast.otto.id, cast.tom.id, cast.now) is None
    says(cast, page, scope="anyone")
    assert not Preference.objects.exists()


WRONG = {
    "nothing": ({}, "welcome"),
    "a format": ({"formats": "seance"}, "formats"),
    "a number": ({"every": "2"}, "every"),
    "a scope": ({"welcome": "blades", "scope": "everywhere"}, "scope"),
    "too much": ({"unwelcome": "so long " * 100}, "unwelcome"),
    "too many": ({"welcome": ",".join(f"topic {n}" for n in range(31))}, "welcome"),
}


@pytest.mark.parametrize("what", WRONG)
def test_what_is_no_wish_is_refused_and_changes_nothing(cast: Cast, page: tuple[str, str], what: str) -> None:
    fields, field = WRONG[what]
    with pytest.raises(front.BadFields) as wrong:
        says(cast, page, **fields)
    assert set(wrong.value.errors) == {field}
    assert not Preference.objects.exists()
    assert not Subject.objects.filter(every_months__gt=0).exists()


@pytest.mark.case("E18")
def test_an_erasure_takes_what_they_wished_along(cast: Cast, page: tuple[str, str]) -> None:
    says(cast, page, unwelcome="lawsuits about cranes", every="6", not_listed="yes")
    assert Preference.objects.exists()
    care.erase(TOM, actor=Actor(Role.PROGRAM, "", "care"), now=cast.now)
    assert not Preference.objects.exists()
    assert not Subject.objects.filter(every_months__gt=0).exists()
    assert not Subject.objects.filter(not_listed=True).exists()


def test_a_connector_who_leaves_takes_along_what_was_said_to_them_alone(cast: Cast, page: tuple[str, str]) -> None:
    says(cast, page, unwelcome="lawsuits about cranes", scope="this_connector", every="6")
    care.remove_connector("cora", now=cast.now)
    assert not Preference.objects.exists()
    assert Subject.objects.filter(every_months=6).exists()


@pytest.mark.case("A17", "A19", "A20")
@pytest.mark.parametrize("merged", [True, False], ids=["merged", "by their own word"])
def test_of_two_addresses_of_one_person_the_stricter_wish_holds_for_both(cast: Cast, merged: bool) -> None:
    other = people.add_card(cast.cora.id, name="T. Target", addresses=["tt@target.example"])
    mine = cast.page(cast.asked(email="ruth@asks.example", name="Ruth"))
    theirs = cast.page(cast.asked(approval={"target": other.id}, **ROLF))
    cast.pass_time(timedelta(days=31))
    says(cast, mine, formats="call mail", unwelcome="cranes", every="3")
    says(cast, theirs, formats="mail video", unwelcome="lawsuits", every="1", not_listed="yes", scope="anyone")
    keys = {*people.keys_of(cast.tom.id), *people.keys_of(other.id)}
    if merged:
        care.merge(cast.cora.id, cast.tom.id, other.id, actor=cast.desk, now=cast.now)
    else:
        front.also_me(*mine, theirs[1], now=cast.now)
    for key in keys:
        topics = people.topics(cast.cora.community_id, [key], connector_id=cast.cora.id)
        assert (topics.formats, sorted(topics.unwelcome.split())) == (("mail",), ["cranes", "lawsuits"])
        assert people.limits(cast.cora.community_id, [key]) == people.Limits(3, True)
    assert not people.is_listed(cast.cora.id, cast.tom.id)


@pytest.mark.case("A20")
def test_after_a_split_what_was_wished_holds_for_both_halves(cast: Cast, page: tuple[str, str]) -> None:
    people.add_address(cast.cora.id, cast.tom.id, "tt@target.example")
    says(cast, page, formats="mail", every="6", not_listed="yes")
    new = care.split(cast.cora.id, cast.tom.id, ["tt@target.example"], name="T. T.", actor=cast.desk, now=cast.now)
    for card in (cast.tom.id, new.id):
        known = front.wished(cast.cora.id, card, cast.now)
        assert known is not None
        assert (known.formats, known.every_months, known.not_listed) == (("mail",), 6, True)
        assert not people.is_listed(cast.cora.id, card)


def test_formats_of_which_none_is_the_same_leave_none(cast: Cast) -> None:
    one, other = people.Topics(formats=("call",)), people.Topics(formats=("mail",))
    assert people.stricter(one, other).formats == (people.NONE_LEFT,)
    assert people.stricter(one, people.Topics()).formats == ("call",)
    community, keys = cast.cora.community_id, people.keys_of(cast.tom.id)
    people.say_topics(community, keys, people.stricter(one, other), about="", at=cast.now)
    with pytest.raises(front.BadFields) as wrong:
        approve(cast, cast.waiting())
    assert "takes none of the ways" in wrong.value.errors["target"][1]


@pytest.mark.parametrize("addressed", [True, False])
def test_whoever_wishes_it_stands_in_no_list_of_any_book(cast: Cast, addressed: bool) -> None:
    if not addressed:
        people.edit_card(cast.cora.id, cast.tom.id, addresses=[])
    made = cast.asking(approval={"channel": "by_hand"})
    front.by_hand(made, actor=cast.desk, now=cast.now)
    token = cast.key(made, "ask")
    link = front.open_link("target", token, cast.now)
    assert link is not None
    theirs = people.add_card(cast.otto.id, name="Tom Target", addresses=[TOM])
    front.wishes(link, token, {"wish": "asked", "not_listed": "yes"}, now=cast.now)
    assert not people.is_listed(cast.cora.id, cast.tom.id)
    assert [one.name for one in people.find(cast.cora.id, "Tom", hints=True)] == []
    assert people.who(cast.cora.id, "Tom Target").id == cast.tom.id
    # A card without an address is nobody in another's book.
    assert people.is_listed(cast.otto.id, theirs.id) != addressed
    front.wishes(link, token, {"wish": "asked"}, now=cast.now)
    assert people.is_listed(cast.cora.id, cast.tom.id)
    assert not Letter.objects.filter(kind="ask", state="queued").exists()
