"""Tom answers, changes his answer, objects and wishes; whatever is unclear only closes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial

import pytest

from tests.introductions.checks import events, last_actor, nothing_here, refused, state_of
from tests.support.cast import APPROVAL, RITA, TOM, Cast, frozen
from twoyes.introductions import front
from twoyes.introductions.models import Introduction, Link
from twoyes.introductions.protocol import State
from twoyes.lib import addresses, sealing
from twoyes.people import front as people

YES = {"answer": "yes", "confirm": "on"}
NOES = ("no", "never", "not_me", "stop")


def page(cast: Cast, introduction: str, side: str = "target") -> front.TargetPage:
    return front.target_page(*cast.page(introduction, side), cast.now)


def press(cast: Cast, introduction: str, fields: Mapping[str, object], seen: int | None = None) -> front.Outcome:
    return front.answer(*cast.page(introduction), fields, now=cast.now, seen=seen)


def say_no(cast: Cast, introduction: str, how: str) -> None:
    if how == "stop":
        assert front.stop(cast.key(introduction, "ask", of="stop"), now=cast.now)
    elif how == "not_me":
        front.not_me(*cast.page(introduction), now=cast.now)
    else:
        press(cast, introduction, {"answer": how})


def forbids(cast: Cast, requester: str = RITA) -> str | None:
    return people.forbidding(
        cast.cora.community_id,
        [addresses.key(TOM)],
        requester_keys=[addresses.key(requester)],
        connector_id=cast.cora.id,
    )


# --- the answers ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "state"),
    [
        (YES, State.AGREED),
        ({"answer": "written_only", "confirm": "on"}, State.AGREED),
        ({"answer": "no"}, State.REFUSED),
        ({"answer": "never"}, State.REFUSED),
        ({"answer": "their_details"}, State.PASSED),
        ({"answer": "later", "until": "2026-06-01"}, State.DEFERRED),
    ],
)
@pytest.mark.case("A24", "A25")
def test_each_answer_is_taken_from_the_holder_of_the_link(
    cast: Cast, fields: Mapping[str, object], state: State
) -> None:
    introduction = cast.asked()
    done = press(cast, introduction, fields, page(cast, introduction).turn)
    assert done.state is state
    assert last_actor(introduction) == ("link_holder", cast.page(introduction)[0], "page")
    assert page(cast, introduction).answer == str(fields["answer"]).replace("written_only", "yes")


@pytest.mark.parametrize(
    ("fields", "code", "field"),
    [
        ({}, "choice", "answer"),
        ({"answer": "maybe"}, "choice", "answer"),
        ({"answer": "yes"}, "required", "confirm"),
        ({"answer": "written_only"}, "required", "confirm"),
        ({**YES, "address": "a@b.example, c@d.example"}, "bad_address", "address"),
        ({**YES, "comment": "a\0b"}, "bad_text", "comment"),
        ({"answer": "later"}, "required", "until"),
        ({"answer": "later", "until": "soon"}, "date", "until"),
        ({"answer": "never", "scope": "the world"}, "choice", "scope"),
        ({"answer": "no", "tell": "everything"}, "choice", "tell"),
    ],
)
@pytest.mark.case("A25")
def test_half_an_answer_is_no_answer(cast: Cast, fields: Mapping[str, object], code: str, field: str) -> None:
    introduction = cast.asked()
    error = refused(code, lambda: press(cast, introduction, fields))
    assert isinstance(error, front.BadFields)
    assert list(error.errors) == [field]


@pytest.mark.parametrize("until", ["2026-03-02", "2027-04-01"])
def test_later_is_a_day_between_tomorrow_and_a_year_from_now(cast: Cast, until: str) -> None:
    introduction = cast.asked()
    refused("until", lambda: press(cast, introduction, {"answer": "later", "until": until}))


@pytest.mark.case("A26", "E12")
def test_a_press_from_an_old_page_counts_only_as_a_no(cast: Cast) -> None:
    introduction = cast.asked()
    seen = page(cast, introduction).turn
    press(cast, introduction, {"answer": "no"}, seen)
    refused("stale", lambda: press(cast, introduction, YES, seen))
    press(cast, introduction, YES, page(cast, introduction).turn)
    assert press(cast, introduction, {"answer": "no"}, seen).state is State.REFUSED


@pytest.mark.case("A7")
def test_until_the_deadline_any_answer_may_become_any_other(cast: Cast) -> None:
    introduction = cast.asked()
    for fields, state in [
        ({"answer": "no"}, State.REFUSED),
        (YES, State.AGREED),
        ({"answer": "later", "until": "2026-06-01"}, State.DEFERRED),
        ({"answer": "their_details"}, State.PASSED),
        ({"answer": "never"}, State.REFUSED),
        (YES, State.AGREED),
    ]:
        cast.now += timedelta(minutes=1)
        assert press(cast, introduction, fields, page(cast, introduction).turn).state is state
    assert forbids(cast) is None


def test_undo_leads_back_to_the_question_and_takes_the_wish_along(cast: Cast) -> None:
    introduction = cast.asked()
    press(cast, introduction, {"answer": "never"})
    assert forbids(cast) == "never"
    front.undo(*cast.page(introduction), now=cast.now, seen=page(cast, introduction).turn)
    assert (state_of(introduction), forbids(cast)) == (State.ASKING, None)
    refused("not_now", lambda: front.undo(*cast.page(introduction), now=cast.now))


@pytest.mark.case("A6")
@pytest.mark.parametrize("how", [*NOES, "undo"])
def test_a_yes_can_be_taken_back_until_the_introduction_leaves(cast: Cast, how: str) -> None:
    introduction = cast.agreed()
    cast.now += timedelta(minutes=9)
    if how == "undo":
        front.undo(*cast.page(introduction), now=cast.now)
    else:
        say_no(cast, introduction, how)
    cast.pass_time(timedelta(days=40))
    assert not [facts for facts in cast.sent if facts.kind == "introduction"]
    assert "introduced" not in events(introduction)


@pytest.mark.case("A4", "A5")
@pytest.mark.parametrize("how", [*NOES, "silence"])
def test_after_a_no_tom_hears_nothing_more(cast: Cast, how: str) -> None:
    introduction = cast.asked()
    if how != "silence":
        say_no(cast, introduction, how)
    cast.pass_time(timedelta(days=90))
    assert [facts.kind for facts in cast.sent if facts.recipient == TOM] == ["ask"]
    assert [facts.kind for facts in cast.sent if facts.side == "requester"][-1] == "not_this_time"


@pytest.mark.case("A5", "A24")
@pytest.mark.parametrize(
    ("answer", "scope", "rita", "rolf"),
    [
        ("no", "", None, None),
        ("never", "", "never", None),
        ("never", "this_person", "never", None),
        ("never", "this_connector", "never", "never"),
        ("never", "anyone", "never", "never"),
        ("not_me", "", "not_me", "not_me"),
        ("stop", "", "never", "never"),
    ],
)
def test_a_never_reaches_as_far_as_tom_chose(
    cast: Cast, answer: str, scope: str, rita: str | None, rolf: str | None
) -> None:
    introduction = cast.asked()
    if answer in NOES and not scope:
        say_no(cast, introduction, answer)
    else:
        press(cast, introduction, {"answer": answer, "scope": scope})
    assert (forbids(cast), forbids(cast, "rolf@asks.example")) == (rita, rolf)
    cast.pass_time(timedelta(days=31))
    other = cast.asking(email="rolf@asks.example", name="Rolf")
    assert state_of(other) is (State.REFUSED if rolf else State.ASKING)


def test_another_address_may_be_given_with_the_yes(cast: Cast) -> None:
    introduction = cast.asked()
    press(cast, introduction, {**YES, "address": "tom@private.example", "comment": "Gladly."})
    cast.pass_time(timedelta(minutes=11))
    envelopes = {facts.side: facts for facts in cast.sent if facts.kind == "introduction"}
    assert envelopes["target"].recipient == "tom@private.example"
    assert envelopes["requester"].target_address == "tom@private.example"
    kept = sealing.get_json(Introduction.objects.get(pk=introduction), "answer_words")
    assert kept["comment"] == "Gladly."


# --- a blind ask ----------------------------------------------------------------------------------------------------


def test_a_blind_ask_shows_the_name_after_a_first_yes_and_acts_on_the_second(cast: Cast) -> None:
    introduction = cast.asked(approval={"blind": "yes"})
    assert page(cast, introduction).other_name == ""
    assert press(cast, introduction, {"answer": "yes"}).state is State.ASKING
    assert page(cast, introduction).other_name == "Rita Holm"
    refused("required", lambda: press(cast, introduction, {"answer": "yes"}))
    assert press(cast, introduction, YES).state is State.AGREED


@pytest.mark.case("A8")
@pytest.mark.parametrize("ended", ["withdrawn by Rita", "withdrawn by Cora", "an old page"])
def test_a_blind_ask_that_has_ended_shows_no_name_any_more(cast: Cast, ended: str) -> None:
    introduction = cast.asked(approval={"blind": "yes"})
    seen = page(cast, introduction).turn
    if ended == "an old page":
        seen -= 1
    else:
        actor = cast.desk if ended.endswith("Cora") else cast.asker(introduction)
        front.withdraw(introduction, actor=actor, now=cast.now)
    code = "stale" if ended == "an old page" else "not_now"
    refused(code, lambda: press(cast, introduction, YES, seen if code == "stale" else None))
    assert page(cast, introduction).other_name == ""


# --- it has ended ---------------------------------------------------------------------------------------------------


@pytest.mark.case("A8", "A9", "A10", "A11")
@pytest.mark.parametrize("when", ["asked", "agreed"])
@pytest.mark.parametrize("by", ["Cora", "Rita"])
def test_what_was_withdrawn_says_so_to_tom_on_his_page_only(cast: Cast, when: str, by: str) -> None:
    introduction: str = getattr(cast, when)()
    actor = cast.desk if by == "Cora" else cast.asker(introduction)
    front.withdraw(introduction, actor=actor, now=cast.now)
    seen = page(cast, introduction)
    assert (seen.ended, seen.may, seen.words, seen.approval) == ("no_longer_needed", (), {}, {})
    refused("not_now", lambda: press(cast, introduction, YES))
    sent = len(cast.sent)
    cast.pass_time(timedelta(days=60))
    assert not [facts for facts in cast.sent[sent:] if facts.recipient == TOM]
    finals = [facts.kind for facts in cast.sent[sent:] if facts.side == "requester"]
    assert finals == (["not_this_time"] if by == "Cora" else [])


@pytest.mark.case("A8", "E9")
def test_a_link_ends_and_never_opens_another_page(cast: Cast) -> None:
    introduction = cast.asked()
    link, token = cast.page(introduction)
    stop = cast.key(introduction, "ask", of="stop")
    asker = cast.page(introduction, "requester")
    later = cast.now + timedelta(days=366)
    for wrong in ((link, stop), (link, asker[1]), (asker[0], token), asker, ("x" * 12, token)):
        nothing_here(partial(front.answer, wrong[0], wrong[1], YES, now=cast.now))
        nothing_here(partial(front.target_page, wrong[0], wrong[1], cast.now))
    nothing_here(lambda: front.answer(link, token, YES, now=later))
    nothing_here(lambda: front.requester_page(link, token, cast.now))
    assert not front.stop(token, now=cast.now)
    assert not front.stop(stop, now=later)


def test_the_page_stays_open_a_month_past_the_deadline(cast: Cast) -> None:
    introduction = cast.silent()
    expires = Link.objects.get(pk=cast.page(introduction)[0]).expires_at
    deadline: datetime | None = page(cast, introduction).answer_until
    assert deadline is not None
    assert expires >= deadline + timedelta(days=30)


@pytest.mark.case("C32", "E12")
def test_a_one_press_objection_closes_and_suppresses_whenever_it_comes(cast: Cast) -> None:
    for state in ("asked", "agreed", "introduced", "refused", "withdrawn"):
        introduction: str = getattr(cast, state)(email=f"{state}@asks.example", name=state)
        stop = cast.key(introduction, "ask", of="stop")
        for _ in range(3):
            assert front.stop(stop, now=cast.now)
        assert state_of(introduction) is not State.AGREED
        assert forbids(cast, "anybody@asks.example") == "never"
        people.drop_wishes(introduction)
        cast.pass_time(timedelta(days=31))


@pytest.mark.case("A24")
def test_not_me_ends_it_for_good(cast: Cast) -> None:
    introduction = cast.asked()
    front.not_me(*cast.page(introduction), now=cast.now)
    assert page(cast, introduction).may == ("not_me",)
    refused("not_now", lambda: press(cast, introduction, YES))


def test_what_tom_wishes_counts_at_once_and_before_any_letter(cast: Cast) -> None:
    introduction = cast.asked()
    refused("choice", lambda: front.wishes(*cast.page(introduction), {"wish": "money"}, now=cast.now))
    front.wishes(*cast.page(introduction), {"wish": "never", "scope": "this_connector"}, now=cast.now)
    assert forbids(cast, "rolf@asks.example") == "never"
    press(cast, introduction, YES)
    cast.pass_time(timedelta(minutes=11))
    assert state_of(introduction) is State.REFUSED


def test_the_quiet_line_is_taken_after_an_introduction_only(cast: Cast) -> None:
    introduction = cast.introduced()
    link, token = cast.page(introduction)
    refused("required", lambda: front.how_it_went(link, token, " ", now=cast.now))
    front.how_it_went(link, token, "We get along.", now=cast.now)
    seen = front.desk_page(cast.cora.id, introduction, cast.now)
    assert seen is not None
    assert seen.answer_words["how_it_went"] == "We get along."


def test_before_an_introduction_there_is_no_quiet_line(cast: Cast) -> None:
    introduction = cast.asked()
    refused("not_now", lambda: front.how_it_went(*cast.page(introduction), "Well.", now=cast.now))


def test_cora_notes_what_tom_said_elsewhere_as_her_own_word(cast: Cast) -> None:
    introduction = cast.asked()
    noted = {"answer": "yes", "how": "At the fair", "on": "2026-03-01"}
    done = front.note_answer(introduction, noted, actor=cast.desk, now=cast.now)
    assert done.state is State.AGREED
    seen = front.desk_page(cast.cora.id, introduction, cast.now)
    assert seen is not None
    assert (seen.answer, seen.answer_noted, seen.answer_words["how"]) == ("yes", True, "At the fair")
    for wrong, code in (({"answer": "maybe"}, "choice"), ({"answer": "no"}, "required")):
        refused(code, partial(front.note_answer, introduction, wrong, actor=cast.desk, now=cast.now))


def test_a_noted_yes_without_an_address_waits_for_one(cast: Cast) -> None:
    nils = people.add_card(cast.cora.id, name="Nils Nowhere")
    introduction = cast.waiting(target="Nils")
    words = {**APPROVAL, "target": nils.id, "channel": "by_hand"}
    front.approve(introduction, words, frozen=frozen(), actor=cast.desk, now=cast.now)
    noted = {"answer": "yes", "how": "On the phone"}
    front.note_answer(introduction, noted, actor=cast.desk, now=cast.now)
    cast.pass_time(timedelta(hours=1))
    assert state_of(introduction) is State.AGREED
    front.give_address(introduction, {"address": "nils@target.example"}, actor=cast.desk, now=cast.now)
    cast.pass_time(timedelta(minutes=11))
    assert state_of(introduction) is State.INTRODUCED
    assert people.address_of(nils.id) == "nils@target.example"


def test_a_day_on_which_something_happened_is_not_to_come_where_cora_is(cast: Cast) -> None:
    cast.pass_time(timedelta(hours=14))
    introduction = cast.asked()
    # It is past eleven in the evening in UTC: tomorrow already in Tokyo, and not yet in New York.
    assert cast.now.hour == 23
    tomorrow = f"{cast.now + timedelta(days=1):%Y-%m-%d}"
    noted = {"answer": "no", "how": "On the phone", "on": tomorrow}
    for zone in ("UTC", "America/New_York"):
        Introduction.objects.update(zone=zone)
        refused("date", lambda: front.note_answer(introduction, noted, actor=cast.desk, now=cast.now))
    Introduction.objects.update(zone="Asia/Tokyo")
    front.note_answer(introduction, noted, actor=cast.desk, now=cast.now)
    seen = front.desk_page(cast.cora.id, introduction, cast.now)
    assert seen is not None
    assert seen.answer_words["on"] == tomorrow
