"""What less common verbs leave in the store and tell the doors: tests/introductions/golden/rows/more_*.txt."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.introductions.rows import is_page
from tests.support.cast import APPROVAL, OFFER, REQUEST, RITA, TOM, Cast, frozen
from twoyes.introductions import front
from twoyes.introductions.models import Letter
from twoyes.introductions.protocol import Actor, Role
from twoyes.lib import addresses, chance
from twoyes.people import front as people

type Told = list[object]
PROGRAM = Actor(Role.PROGRAM, "", "test")


def repeated(cast: Cast) -> Told:
    fields = {**REQUEST, "phone": "+49 30 123456"}
    first = front.request(cast.cora.id, fields, now=cast.now, door="test", idempotency_key="one", network="net")
    again = front.request(cast.cora.id, fields, now=cast.now, door="test", idempotency_key="one", network="net")
    return [first, again]


def repeated_by_whoever_proved(cast: Cast) -> Told:
    introduction = cast.waiting()
    key = addresses.key(RITA)
    again = front.request(cast.cora.id, REQUEST, now=cast.now, door="test", proved=key, network="net")
    other = {**REQUEST, "target": "Otto Outsider"}
    return [introduction != again.id, again, front.request(cast.cora.id, other, now=cast.now, door="api", proved=key)]


def verified_twice(cast: Cast) -> Told:
    introduction = cast.unverified()
    link, token = _verify(cast, introduction)
    return [front.verify(link, token, now=cast.now), front.verify(link, token, now=cast.now)]


def _verify(cast: Cast, introduction: str) -> tuple[str, str]:
    token = cast.key(introduction, "verify")
    return front.open_link("verify", token, cast.now) or "", token


def drafted_without_address(cast: Cast) -> Told:
    fields = {**REQUEST, "email": "", "language": "de"}
    return [front.draft(cast.cora.id, fields, actor=cast.desk, now=cast.now)]


def stopped(cast: Cast) -> Told:
    introduction = cast.asked()
    token = cast.key(introduction, "ask", of="stop")
    return [front.stop(token, now=cast.now), front.stop("nobody", now=cast.now)]


def wishes(wish: str, scope: str) -> Callable[[Cast], Told]:
    def run(cast: Cast) -> Told:
        link, token = cast.page(cast.asked())
        return [front.wishes(link, token, {"wish": wish, "scope": scope}, now=cast.now)]

    return run


def noted(answer: str, **fields: str) -> Callable[[Cast], Told]:
    def run(cast: Cast) -> Told:
        words = {"answer": answer, "how": "On the phone.", "on": "2026-03-01", **fields}
        return [front.note_answer(cast.asked(), words, actor=cast.desk, now=cast.now)]

    return run


def noted_for_the_first(cast: Cast) -> Told:
    words = {"answer": "yes", "how": "At lunch.", "side": "first"}
    return [front.note_answer(cast.offered(), words, actor=cast.desk, now=cast.now)]


def address_given(cast: Cast) -> Told:
    bare = people.add_card(cast.cora.id, name="Tom Target", addresses=[])
    approval = {"channel": "by_hand", "target": bare.id}
    introduction = cast.asking(approval=approval)
    front.by_hand(introduction, actor=cast.desk, now=cast.now)
    front.note_answer(introduction, {"answer": "yes", "how": "In the hall."}, actor=cast.desk, now=cast.now)
    given = {"address": "tom@found.example"}
    return [front.give_address(introduction, given, actor=cast.desk, now=cast.now)]


def sent_again(cast: Cast) -> Told:
    introduction = cast.introduced()
    told = [front.send_again(introduction, "target", actor=cast.desk, now=cast.now)]
    cast.deliver()
    return [*told]


def overridden(cast: Cast) -> Told:
    introduction = cast.waiting(homework="")
    return [
        front.override(introduction, "no_homework, nonsense", reason="They are new.", actor=cast.desk, now=cast.now)
    ]


def closed(cast: Cast) -> Told:
    return [front.close(cast.waiting(), "account_deleted", actor=PROGRAM, now=cast.now)]


def introduced_again(cast: Cast) -> Told:
    words = {"wish": "A second call about the blades of 2026."}
    return [front.introduce_again(cast.closed(), words, actor=cast.desk, now=cast.now)]


def talked(cast: Cast) -> Told:
    return [front.talked(cast.talking(), actor=cast.desk, now=cast.now)]


def bounced(kind: str) -> Callable[[Cast], Told]:
    def run(cast: Cast) -> Told:
        introduction = cast.asked() if kind == "ask" else cast.introduced()
        letter = Letter.objects.filter(introduction=introduction, kind=kind, side="target").get()
        return [front.dsn(letter.pk, now=cast.now)]

    return run


def wrote(side: str) -> Callable[[Cast], Told]:
    return lambda cast: [front.wrote(cast.introduced(), side, now=cast.now)]


def erased(address: str, stage: Callable[[Cast], str]) -> Callable[[Cast], Told]:
    def run(cast: Cast) -> Told:
        stage(cast)
        keys = [addresses.key(address)]
        gone = front.erase_person(cast.cora.community_id, keys, actor=PROGRAM, now=cast.now)
        again = front.erase_person(cast.cora.community_id, keys, actor=PROGRAM, now=cast.now)
        return [len(gone), len(again)]

    return run


def come_back(cast: Cast) -> Told:
    introduction = cast.asked()
    until = f"{cast.now + timedelta(days=20):%Y-%m-%d}"
    cast.answer(introduction, "later", until=until, still_looking="yes")
    cast.pass_time(timedelta(days=40))
    first = front.confirm(introduction, actor=cast.asker(introduction), now=cast.now)
    return [first, front.confirm(introduction, actor=cast.desk, now=cast.now)]


def late_yes(cast: Cast) -> Told:
    introduction = cast.silent()
    cast.answer(introduction, "yes", still_looking="yes", comment="Sorry for the delay.")
    cast.pass_time(timedelta(days=30))
    first = front.confirm(introduction, actor=cast.desk, now=cast.now)
    return [first, front.confirm(introduction, actor=cast.asker(introduction), now=cast.now)]


def blind(answer: str) -> Callable[[Cast], Told]:
    def run(cast: Cast) -> Told:
        introduction = cast.asked(approval={"blind": "yes"})
        link, token = cast.page(introduction)
        fields = {"answer": answer, "confirm": "yes"}
        first = front.answer(link, token, fields, now=cast.now)
        return [first, front.answer(link, token, fields, now=cast.now)]

    return run


def how_it_went(cast: Cast) -> Told:
    link, token = cast.page(cast.introduced())
    return [front.how_it_went(link, token, "Well, thank you.", now=cast.now)]


def standing_yes(cast: Cast) -> Told:
    link, token = cast.page(cast.asked())
    front.wishes(link, token, {"wish": "standing_yes"}, now=cast.now)
    # Another person than Rita, about whom Tom was never asked.
    second = cast.waiting(email="otto@outside.example", name="Otto Outsider")
    words = {**APPROVAL, "target": cast.tom.id}
    return [front.approve(second, words, frozen=frozen("another ask"), actor=cast.desk, now=cast.now)]


def asked_too_soon(cast: Cast) -> Told:
    cast.asked()
    second = cast.waiting(email="otto@outside.example", name="Otto Outsider")
    words = {**APPROVAL, "target": cast.tom.id}
    return [front.approve(second, words, frozen=frozen("another ask"), actor=cast.desk, now=cast.now)]


def asked_after_a_never(cast: Cast) -> Told:
    cast.answer(cast.asked(), "never", scope="anyone")
    second = cast.waiting(email="otto@outside.example", name="Otto Outsider")
    words = {**APPROVAL, "target": cast.tom.id}
    return [front.approve(second, words, frozen=frozen("another ask"), actor=cast.desk, now=cast.now)]


def offered_with_a_yes(cast: Cast) -> Told:
    words = {**OFFER, "first": cast.rita.id, "second": cast.tom.id, "said_yes": "first", "writes_first": "second"}
    texts = frozen("the offer to Rita"), frozen("the offer to Tom")
    return [front.offer(cast.cora.id, words, frozen=texts, actor=cast.desk, now=cast.now)]


def recorded_on_a_day(cast: Cast) -> Told:
    words = {"first": cast.rita.id, "second": cast.tom.id, "on": "2026-02-20", "because": "At the fair."}
    return [front.record(cast.cora.id, words, actor=cast.desk, now=cast.now)]


def facts_of_an_offer(cast: Cast) -> Told:
    words = {**OFFER, "first": cast.rita.id, "second": cast.tom.id}
    return [front.offer_facts(cast.cora.id, words, side) for side in ("first", "second")]


def facts_of_an_approval(cast: Cast) -> Told:
    introduction = cast.waiting()
    facts = [
        front.preview_facts(cast.cora.id, introduction, kind, "target", approval=APPROVAL, target_id=target)
        for kind in ("ask", "details")
        for target in (cast.tom.id, "")
    ]
    return [*facts]


def first_later_confirmed(cast: Cast) -> Told:
    """The first side named a day; the day came, and Cora confirms alone, since nobody asked yet."""
    introduction = cast.offered()
    cast.answer(introduction, "later", side="first", until=f"{cast.now + timedelta(days=20):%Y-%m-%d}")
    cast.pass_time(timedelta(days=45))
    made = front.confirm(introduction, actor=cast.desk, now=cast.now)
    words = {**APPROVAL, "because": OFFER["because"], "why_first": OFFER["why_first"]}
    text = frozen("the offer again")
    return [made, front.approve(made.id, words, frozen=text, actor=cast.desk, now=cast.now)]


def noted_without_an_address(side: str) -> Callable[[Cast], Told]:
    def run(cast: Cast) -> Told:
        introduction = cast.offered()
        card = cast.rita if side == "first" else cast.tom
        people.edit_card(cast.cora.id, card.id, addresses=[])
        words = {"answer": "yes", "how": "At lunch.", "side": "first"}
        return [front.note_answer(introduction, words, actor=cast.desk, now=cast.now)]

    return run


def recorded_today(cast: Cast) -> Told:
    words = {"first": cast.rita.id, "second": cast.tom.id, "on": f"{cast.now:%Y-%m-%d}"}
    return [front.record(cast.cora.id, words, actor=cast.desk, now=cast.now)]


def erased_elsewhere(cast: Cast) -> Told:
    introduction = cast.waiting()
    keys, community = people.keys_of(cast.tom.id), cast.cora.community_id
    people.wish(community, keys, kind="erased", scope="anyone", about="", introduction="", at=cast.now)
    words = {**APPROVAL, "target": cast.tom.id}
    return [front.approve(introduction, words, frozen=frozen(), actor=cast.desk, now=cast.now)]


STAGES: dict[str, Callable[[Cast], Told]] = {
    "repeated": repeated,
    "repeated_by_whoever_proved": repeated_by_whoever_proved,
    "verified_twice": verified_twice,
    "drafted_without_address": drafted_without_address,
    "stopped": stopped,
    "wish_never_connector": wishes("never", "this_connector"),
    "wish_never_person": wishes("never", "this_person"),
    "wish_standing_yes": wishes("standing_yes", ""),
    "noted_yes": noted("yes"),
    "noted_written_only": noted("written_only"),
    "noted_no": noted("no", on=""),
    "noted_later": noted("later", until="2026-04-20"),
    "noted_never": noted("never", scope="anyone"),
    "noted_details": noted("their_details"),
    "noted_for_the_first": noted_for_the_first,
    "address_given": address_given,
    "sent_again": sent_again,
    "overridden": overridden,
    "closed": closed,
    "introduced_again": introduced_again,
    "talked": talked,
    "bounced_ask": bounced("ask"),
    "bounced_introduction": bounced("introduction"),
    "wrote_target": wrote("target"),
    "wrote_requester": wrote("requester"),
    "erased_requester": erased(RITA, Cast.asked),
    "erased_target": erased(TOM, Cast.agreed),
    "erased_first": erased(RITA, Cast.offered_second),
    "erased_second": erased(TOM, Cast.offered_second),
    "come_back": come_back,
    "late_yes": late_yes,
    "blind_yes": blind("yes"),
    "blind_written_only": blind("written_only"),
    "how_it_went": how_it_went,
    "standing_yes": standing_yes,
    "asked_too_soon": asked_too_soon,
    "asked_after_a_never": asked_after_a_never,
    "offered_with_a_yes": offered_with_a_yes,
    "recorded_on_a_day": recorded_on_a_day,
    "recorded_today": recorded_today,
    "facts_of_an_offer": facts_of_an_offer,
    "facts_of_an_approval": facts_of_an_approval,
    "first_later_confirmed": first_later_confirmed,
    "noted_first_without_address": noted_without_an_address("first"),
    "noted_first_second_without_address": noted_without_an_address("second"),
    "erased_elsewhere": erased_elsewhere,
}


@pytest.mark.parametrize("stage", STAGES)
def test_each_verb_leaves_the_rows_and_tells_the_doors_what_its_page_says(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, stage: str
) -> None:
    monkeypatch.setattr(chance, "uniform", lambda low, high: low + (high - low) / 4)
    told = STAGES[stage](cast)
    is_page(cast, f"more_{stage}", *told)
