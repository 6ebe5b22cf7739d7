"""The rows of letters: what is called back, what is parked, and how long the pages live that letters lead to."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tests.introductions.checks import refused, state_of
from tests.introductions.sending import claim
from tests.support.cast import APPROVAL, OFFER, REQUEST, START, Cast, frozen
from twoyes.introductions import front, mailing, protocol, queries
from twoyes.introductions.models import Introduction, Letter, Link
from twoyes.introductions.protocol import Act, Advanced, LetterDue, State, record
from twoyes.lib import limits, sealing
from twoyes.lib.models import Installation
from twoyes.people import front as people

pytestmark = pytest.mark.both

DAY = timedelta(days=1)
PASSED = ("xmit", "sent", "unknown")


def row_of(introduction: str) -> Introduction:
    return Introduction.objects.get(pk=introduction)


def waiting_letter(cast: Cast, introduction: str, kind: str, side: str, state: str = "queued") -> str:
    letter = mailing.write(row_of(introduction), LetterDue(kind, side, cast.now), side, now=cast.now)
    for step in (*(("claimed", "xmit") if state in PASSED else ()), state):
        Letter.objects.filter(pk=letter.pk).update(state=step)
    return letter.pk


def states(introduction: str) -> dict[tuple[str, str], str]:
    rows = Letter.objects.filter(introduction=introduction).values_list("kind", "side", "state")
    return {(kind, side): state for kind, side, state in rows}


def owed(introduction: str, *letters: LetterDue) -> Advanced:
    return Advanced(record.from_json(row_of(introduction).snapshot), letters)


def queue(cast: Cast, introduction: str, *letters: LetterDue, muted: tuple[str, ...] = ()) -> list[str]:
    row, advanced = row_of(introduction), owed(introduction, *letters)
    return mailing.queue(row, advanced.introduction, advanced, now=cast.now, texts={}, muted=muted)


# --- called back ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("act", "gone"),
    [
        (Act.PARK_ASK, {"ask": "parked", "details": "parked"}),
        (Act.DROP_ASK, {"ask": "parked", "details": "parked"}),
        (Act.DROP_INTRODUCTION, {"introduction": "dropped"}),
        (Act.DROP_DATE, {"on_its_way": "dropped"}),
        (Act.DROP_AGAIN, {"still_looking": "dropped", "late_yes": "dropped"}),
        (Act.MOVE_ASK, {}),
    ],
)
@pytest.mark.parametrize("state", ["queued", "claimed"])
def test_each_act_calls_its_own_letters_back_and_leaves_every_other_on_its_way(
    cast: Cast, act: Act, gone: dict[str, str], state: str
) -> None:
    made, other = cast.waiting(), cast.waiting(target="Uma Third")
    kinds = ("ask", "details", "introduction", "on_its_way", "still_looking", "late_yes", "not_this_time")
    for kind in kinds:
        waiting_letter(cast, made, kind, "target", state)
        waiting_letter(cast, other, kind, "target", state)
    mailing.call_back(row_of(made), act, cast.now + DAY)
    assert {kind: states(made)[kind, "target"] for kind in kinds} == {**dict.fromkeys(kinds, state), **gone}
    assert {states(other)[kind, "target"] for kind in kinds} == {state}
    called_back = Letter.objects.filter(introduction=made, state__in=["parked", "dropped"])
    assert set(called_back.values_list("at", flat=True)) == ({cast.now + DAY} if gone else set())


def test_what_has_passed_its_point_of_no_return_is_called_back_by_nothing(cast: Cast) -> None:
    made = cast.waiting()
    kinds = ("ask", "introduction", "on_its_way")
    passed = [waiting_letter(cast, made, kind, "target", "sent") for kind in kinds]
    for act in (Act.PARK_ASK, Act.DROP_ASK, Act.DROP_INTRODUCTION, Act.DROP_DATE):
        mailing.call_back(row_of(made), act, cast.now)
    assert set(Letter.objects.filter(pk__in=passed).values_list("state", flat=True)) == {"sent"}


@pytest.mark.case("A24")
def test_whoever_takes_a_late_yes_back_leaves_no_letter_about_it_behind(cast: Cast) -> None:
    """Neither Cora reads that Tom said yes after all, nor is Rita asked whether she still looks for help."""
    made = cast.silent()
    cast.answer(made, "yes", still_looking="yes")
    assert (states(made)["late_yes", "connector"], states(made)["still_looking", "requester"]) == ("queued",) * 2
    cast.answer(made, "no")
    assert (states(made)["late_yes", "connector"], states(made)["still_looking", "requester"]) == ("dropped",) * 2
    cast.pass_time(timedelta(days=40))
    assert not {"late_yes", "still_looking"} & {facts.kind for facts in cast.sent}


# --- parked ---------------------------------------------------------------------------------------------------------


def test_the_parked_text_of_an_ask_holds_up_no_other_letter(cast: Cast) -> None:
    """Nor an ask to the other side, nor one of another introduction to the same person."""
    made, other = cast.waiting(), cast.waiting(target="Uma Third")
    beside = [
        waiting_letter(cast, made, "ask", "first"),
        waiting_letter(cast, made, "details", "second"),
        waiting_letter(cast, made, "on_its_way", "second"),
        waiting_letter(cast, other, "ask", "second"),
    ]
    mailing.park_text(row_of(made), "second", frozen("later"), cast.now)
    assert set(Letter.objects.filter(pk__in=beside).values_list("state", flat=True)) == {"queued"}
    parked = Letter.objects.get(introduction=made, kind="ask", side="second")
    assert (parked.state, parked.text_sha256) == ("parked", frozen("later").sha256)
    assert (sealing.get_json(parked, "text") or {})["text"] == frozen("later").text


def test_a_text_that_was_parked_is_replaced_by_the_next_and_stays_one_letter(cast: Cast) -> None:
    made = cast.waiting()
    mailing.park_text(row_of(made), "target", frozen("one"), cast.now)
    mailing.park_text(row_of(made), "target", frozen("two"), cast.now + DAY)
    parked = Letter.objects.get(introduction=made, kind="ask")
    assert (parked.state, parked.text_sha256, parked.at) == ("parked", frozen("two").sha256, cast.now + DAY)


@pytest.mark.parametrize("state", PASSED)
def test_details_that_are_asked_for_again_go_once_and_an_ask_is_refused(cast: Cast, state: str) -> None:
    made = cast.waiting()
    waiting_letter(cast, made, "details", "target", state)
    waiting_letter(cast, made, "ask", "target", state)
    queue(cast, made, LetterDue("details", "target", cast.now + DAY))
    details = Letter.objects.get(introduction=made, kind="details")
    assert (details.state, details.due_at) == (state, cast.now)
    refused("asked_already", lambda: queue(cast, made, LetterDue("ask", "target", cast.now + DAY)))


@pytest.mark.parametrize("state", ["failed", "dropped"])
def test_details_that_failed_are_not_tried_a_second_time(cast: Cast, state: str) -> None:
    made = cast.waiting()
    waiting_letter(cast, made, "details", "target", state)
    refused("asked_already", lambda: queue(cast, made, LetterDue("details", "target", cast.now)))


@pytest.mark.case("F1")
def test_an_ask_that_is_due_again_belongs_to_the_newest_generation_it_has_seen(cast: Cast) -> None:
    """The store is older than its file: what it queues again must not look older than it was."""
    made = cast.waiting()
    letter = waiting_letter(cast, made, "ask", "target", "parked")
    now = Installation.the().generation
    for known, expected in ((now + 3, now + 3), (now + 3, now + 5)):
        Letter.objects.filter(pk=letter).update(generation=known)
        Installation.objects.update(generation=expected if expected > known else now)
        queue(cast, made, LetterDue("ask", "target", cast.now + DAY, cast.now + 2 * DAY))
        again = Letter.objects.get(pk=letter)
        assert (again.state, again.generation) == ("queued", expected)
        assert (again.due_at, again.not_after, again.at) == (cast.now + DAY, cast.now + 2 * DAY, cast.now)


# --- who is written to ----------------------------------------------------------------------------------------------


def test_a_letter_that_nobody_can_be_sent_keeps_no_other_from_being_written(cast: Cast) -> None:
    made = front.draft(cast.cora.id, {**REQUEST, "email": ""}, actor=cast.desk, now=cast.now).id
    due = [LetterDue("declined", to, cast.now) for to in ("requester", "writer", "connector")]
    digest = LetterDue("digest", "connector", cast.now)
    assert queue(cast, made, *due, digest, muted=("digest",)) == ["declined"]
    assert ("declined", "connector") in states(made)
    assert ("declined", "requester") not in states(made)
    later = LetterDue("withdrawn", "connector", cast.now)
    assert queue(cast, made, digest, later, muted=("digest",)) == ["withdrawn"]


def test_only_the_two_envelopes_of_an_introduction_share_a_message_id(cast: Cast) -> None:
    made = cast.waiting()
    kinds = ("introduction", "introduction", "what_happened", "digest")
    sides = ("requester", "target", "requester", "connector")
    queue(cast, made, *(LetterDue(kind, side, cast.now) for kind, side in zip(kinds, sides, strict=True)))
    rows = Letter.objects.filter(introduction=made).values_list("kind", "side", "message_id")
    ids = {(kind, side): own for kind, side, own in rows if kind in kinds}
    assert ids["introduction", "requester"] == ids["introduction", "target"]
    assert len({*ids.values()}) == 2
    assert all(one.startswith("<") and one.endswith(">") for one in ids.values())


def test_an_introduction_that_is_sent_again_carries_its_own_message_id_and_nobody_elses(cast: Cast) -> None:
    made, other = cast.waiting(), cast.waiting(target="Uma Third")
    first = waiting_letter(cast, made, "introduction", "target")
    cast.now += DAY
    waiting_letter(cast, made, "on_its_way", "requester")
    waiting_letter(cast, other, "introduction", "target")
    Letter.objects.filter(introduction=other).update(at=cast.now + DAY)
    queue(cast, made, LetterDue("introduction", "requester", cast.now))
    ids = Letter.objects.filter(introduction=made, kind="introduction").values_list("message_id", flat=True)
    assert set(ids) == {Letter.objects.get(pk=first).message_id}


def test_a_digest_waits_for_the_next_morning(cast: Cast) -> None:
    made = cast.waiting()
    Letter.objects.filter(kind="digest").delete()
    queue(cast, made, LetterDue("digest", "connector", cast.now))
    digest = Letter.objects.get(kind="digest")
    assert digest.due_at == datetime.combine(cast.now.date() + DAY, limits.DIGEST_AT, UTC)
    assert (digest.side, digest.connector_id, digest.at) == ("connector", cast.cora.id, cast.now)
    assert digest.generation == Installation.the().generation
    # What is due at the very minute of the last one goes into the next.
    mailing.queue_digest(cast.cora.id, digest.due_at)
    assert sorted(Letter.objects.filter(kind="digest").values_list("due_at", flat=True)) == [
        digest.due_at,
        digest.due_at + DAY,
    ]


# --- the pages ------------------------------------------------------------------------------------------------------


def page_ends(introduction: str, side: str, purpose: str = "target") -> datetime:
    return Link.objects.filter(introduction=introduction, side=side, purpose=purpose).latest("expires_at").expires_at


@pytest.mark.case("A24")
def test_the_page_of_an_ask_stays_open_a_month_past_the_day_that_a_later_named(cast: Cast) -> None:
    made = cast.asked()
    day = cast.now + timedelta(days=200)
    cast.answer(made, "later", until=f"{day:%Y-%m-%d}")
    assert page_ends(made, "target") >= day - DAY + limits.TARGET_LINK_GRACE
    assert page_ends(made, "target") <= day + DAY + limits.TARGET_LINK_GRACE


@pytest.mark.parametrize("sides", [("target",), ("first", "second")])
def test_everybody_who_was_introduced_keeps_a_page_for_a_year(cast: Cast, sides: tuple[str, ...]) -> None:
    if sides == ("target",):
        made = cast.agreed()
    else:
        made = cast.offered_second()
        cast.answer(made, "yes", side="second")
    cast.pass_time(timedelta(minutes=11))
    introduced = record.from_json(row_of(made).snapshot).introduced_at
    assert introduced is not None
    assert state_of(made) is State.INTRODUCED
    assert {page_ends(made, side) for side in sides} == {introduced + limits.WISHES_LINK_AGE}


def test_the_first_sides_page_stays_open_as_long_whatever_the_second_answers(cast: Cast) -> None:
    made = cast.offered_second()
    before = page_ends(made, "first")
    cast.answer(made, "later", side="second", until=f"{cast.now + timedelta(days=200):%Y-%m-%d}")
    assert page_ends(made, "first") == before
    assert page_ends(made, "second") > before + timedelta(days=100)


def test_a_page_is_never_closed_sooner_than_its_letter_said(cast: Cast) -> None:
    made = cast.asked()
    before = page_ends(made, "target")
    snapshot = record.from_json(row_of(made).snapshot)
    mailing.renew_links(row_of(made), None, replace(snapshot, answer_until=cast.now - DAY))
    assert page_ends(made, "target") == before


@pytest.mark.parametrize(
    ("kind", "side", "pages"),
    [
        ("ask", "first", {"target", "stop"}),
        ("details", "target", {"target", "stop"}),
        ("introduction", "second", {"quiet"}),
        ("introduction", "requester", {"requester"}),
        ("reply_now", "first", {"requester"}),
        ("what_happened", "second", {"requester"}),
        ("verify", "requester", {"verify"}),
        ("digest", "connector", set()),
    ],
)
def test_each_letter_leads_to_the_page_on_which_its_reader_can_act(
    cast: Cast, kind: str, side: str, pages: set[str]
) -> None:
    """Whoever writes first in an offer says how it went on a requester's page, whichever side they are."""
    made = cast.waiting()
    before = set(Link.objects.values_list("pk", flat=True))
    waiting_letter(cast, made, kind, side)
    made_now = Link.objects.exclude(pk__in=before)
    assert {link.purpose for link in made_now} == pages
    assert {link.side for link in made_now} <= {side}


def test_the_objection_of_an_ask_can_be_pressed_for_a_year(cast: Cast) -> None:
    made = cast.asked()
    assert page_ends(made, "target", "stop") == cast.now + limits.WISHES_LINK_AGE
    assert page_ends(made, "requester", "requester") == cast.now + limits.REQUESTER_LINK_AGE


def test_an_offer_parks_the_text_for_the_second_side_and_asks_the_first(cast: Cast) -> None:
    words = {**OFFER, "first": cast.rita.id, "second": cast.tom.id}
    texts = frozen("the offer to Rita"), frozen("the offer to Tom")
    made = front.offer(cast.cora.id, words, frozen=texts, actor=cast.desk, now=cast.now).id
    assert states(made) == {("ask", "first"): "queued", ("ask", "second"): "parked"}
    assert claim(cast, "ask").side == "first"
    assert front.claim(cast.now + DAY, kinds=("ask",)) is None


def test_an_ask_by_hand_to_the_first_side_takes_the_first_sides_slot(cast: Cast) -> None:
    """Rita said later; Cora confirms, and asks her again by hand. Tom was not asked and may be, by others."""
    old = cast.offered()
    cast.answer(old, "later", side="first", until=f"{cast.now + timedelta(days=40):%Y-%m-%d}")
    cast.pass_time(timedelta(days=45))
    made = front.confirm(old, actor=cast.desk, now=cast.now).id
    words = {**APPROVAL, "because": OFFER["because"], "why_first": OFFER["why_first"], "channel": "by_hand"}
    front.approve(made, words, frozen=frozen("once more"), actor=cast.desk, now=cast.now)
    front.by_hand(made, actor=cast.desk, now=cast.now)
    slots = [people.subject(cast.cora.community_id, people.keys_of(card.id)[0]) for card in (cast.rita, cast.tom)]
    assert [slot is not None and slot.slot == made for slot in slots] == [True, False]


def test_a_verb_that_moves_no_date_asks_nothing_about_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []
    monkeypatch.setattr(queries, "keep_open", lambda *given: asked.append(given))
    row, before = Introduction(opened_at=START), protocol.Introduction(seq=1)
    mailing.renew_links(row, before, before.changed(seq=2))
    assert asked == []
    for moved in ("answer_until", "come_back", "introduced_at"):
        mailing.renew_links(row, before, before.changed(**{moved: START}))
        assert asked, moved
        asked.clear()
