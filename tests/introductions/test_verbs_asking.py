"""Rita asks, proves her address, improves, takes back, and says what became of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.introductions.checks import events, last_actor, nothing_here, refused, state_of
from tests.support.cast import CORA, REQUEST, RITA, Cast
from twoyes.introductions import front
from twoyes.introductions.models import Introduction, Letter
from twoyes.introductions.protocol import Actor, Role, State
from twoyes.lib import addresses, limits, sealing
from twoyes.lib.limits import VERIFY_LINK_AGE
from twoyes.policy import front as policy
from twoyes.policy.models import FIRST_VERSION

NOBODY = Actor(Role.REQUESTER, "0" * 32, "web")


def letters(introduction: str) -> list[str]:
    return sorted(Letter.objects.filter(introduction_id=introduction).values_list("kind", flat=True))


def words(introduction: str) -> dict[str, str]:
    found: dict[str, str] = sealing.get_json(Introduction.objects.get(pk=introduction), "words")
    return found


# --- asking and proving ---------------------------------------------------------------------------------------------


def test_a_request_waits_for_the_proof_of_its_address(cast: Cast) -> None:
    made = front.request(cast.cora.id, REQUEST, now=cast.now, door="form")
    assert (made.state, made.letters, made.seq, made.repeat) == (State.UNVERIFIED, ("verify",), 1, False)
    assert last_actor(made.id) == ("requester", addresses.key(RITA), "form")
    assert front.desk(cast.cora.id, cast.now) == []
    assert front.desk_page(cast.cora.id, made.id, cast.now) is None


def test_the_proof_puts_it_on_the_desk_and_tells_both(cast: Cast) -> None:
    introduction = cast.unverified()
    token = cast.key(introduction, "verify")
    link = front.open_link("verify", token, cast.now)
    assert link is not None
    done = front.verify(link, token, now=cast.now)
    assert (done.state, done.letters) == (State.WAITING, ("received", "new_request"))
    assert [row.id for row in front.desk(cast.cora.id, cast.now)] == [introduction]
    assert last_actor(introduction) == ("requester", addresses.key(RITA), "web")


@pytest.mark.case("E12")
def test_a_second_proof_changes_nothing(cast: Cast) -> None:
    introduction = cast.waiting()
    token = cast.key(introduction, "verify")
    link = str(front.open_link("verify", token, cast.now))
    again = front.verify(link, token, now=cast.now)
    assert again.repeat
    assert (again.state, again.letters) == (State.WAITING, ())
    assert events(introduction) == ["requested", "verified"]


@pytest.mark.case("E9")
def test_a_proof_needs_the_pages_own_token_in_time(cast: Cast) -> None:
    introduction = cast.unverified()
    token = cast.key(introduction, "verify")
    link = str(front.open_link("verify", token, cast.now))
    nothing_here(lambda: front.verify(link, token[::-1], now=cast.now))
    nothing_here(lambda: front.verify("x" * 12, token, now=cast.now))
    late = cast.now + VERIFY_LINK_AGE
    nothing_here(lambda: front.verify(link, token, now=late))
    assert front.open_link("verify", token, late) is None
    assert front.open_link("requester", token, cast.now) is None


@pytest.mark.case("B17")
def test_one_proof_is_enough_for_everything_that_waits_for_it(cast: Cast) -> None:
    first = cast.unverified()
    second = cast.unverified(target="Somebody else")
    assert letters(second) == []
    token = cast.key(first, "verify")
    front.verify(str(front.open_link("verify", token, cast.now)), token, now=cast.now)
    assert state_of(first) == state_of(second) == State.WAITING


def test_a_browser_that_proved_the_address_needs_no_letter(cast: Cast) -> None:
    made = front.request(cast.cora.id, REQUEST, now=cast.now, door="web", proved=addresses.key(RITA))
    assert (made.state, made.letters) == (State.WAITING, ("received", "new_request"))
    other = front.request(
        cast.cora.id, {**REQUEST, "email": "rolf@asks.example"}, now=cast.now, door="web", proved=addresses.key(RITA)
    )
    assert other.state is State.UNVERIFIED


def test_a_blocker_about_the_words_sends_it_back_before_anybody_reads_it(cast: Cast) -> None:
    introduction = cast.waiting(ask="Please send me his email address.")
    assert state_of(introduction) is State.RETURNED
    assert "new_request" not in letters(introduction)
    page = front.requester_page(*cast_page(cast, introduction, "returned"), cast.now)
    assert page.help["codes"]


def test_the_desk_counts_what_went_back_with_help_in_the_last_seven_days(cast: Cast) -> None:
    back = cast.waiting(ask="Please send me his email address.")
    assert front.helped(cast.cora.id, cast.now) == [back]
    cast.waiting(email="rolf@asks.example")
    assert front.helped(cast.cora.id, cast.now) == [back], "what reached the desk is not counted"
    assert front.helped("000000000000", cast.now) == [], "nor what others sent back"
    assert front.helped(cast.cora.id, cast.now + timedelta(days=8)) == []


def cast_page(cast: Cast, introduction: str, kind: str) -> tuple[str, str]:
    token = cast.key(introduction, kind)
    return str(front.open_link("requester", token, cast.now)), token


@pytest.mark.case("A15")
def test_whoever_owns_the_desk_cannot_ask_there(cast: Cast) -> None:
    own = {**REQUEST, "email": CORA.upper().replace("CORA", "cora")}
    refused("self", lambda: front.request(cast.cora.id, own, now=cast.now, door="web"))
    refused("self", lambda: front.draft(cast.cora.id, own, actor=cast.desk, now=cast.now))


@pytest.mark.case("D1")
@pytest.mark.parametrize("name", ["Ri\nta", "Ri\rta", "Ri\0ta", "Ri\u202eta", "Ri\u2028ta", "x" * 201])
def test_a_name_that_is_no_name_is_refused_beside_its_field(cast: Cast, name: str) -> None:
    error = refused(
        "bad_text", lambda: front.request(cast.cora.id, {**REQUEST, "name": name}, now=cast.now, door="web")
    )
    assert isinstance(error, front.BadFields)
    assert set(error.errors) == {"name"}


def test_all_mistakes_are_told_at_once(cast: Cast) -> None:
    wrong = {**REQUEST, "name": "", "email": "a@b.example, c@d.example", "format": "dance", "ask": "x" * 2001}
    error = refused("required", lambda: front.request(cast.cora.id, wrong, now=cast.now, door="web"))
    assert isinstance(error, front.BadFields)
    assert set(error.errors) == {"name", "email", "format", "ask"}


def test_there_is_nobody_to_ask_at_an_unknown_or_removed_desk(cast: Cast) -> None:
    from twoyes.people import front as people

    nothing_here(lambda: front.request("x" * 12, REQUEST, now=cast.now, door="web"))
    people.remove_connector(cast.otto.id, cast.now)
    nothing_here(lambda: front.request(cast.otto.id, REQUEST, now=cast.now, door="web"))


# --- a draft --------------------------------------------------------------------------------------------------------


def test_what_came_by_phone_waits_for_its_proof(cast: Cast) -> None:
    introduction = cast.draft()
    assert (state_of(introduction), letters(introduction)) == (State.DRAFT, ["verify"])
    token = cast.key(introduction, "verify")
    front.verify(str(front.open_link("verify", token, cast.now)), token, now=cast.now)
    assert state_of(introduction) is State.WAITING
    assert events(introduction) == ["drafted", "claimed"]


def test_what_came_without_an_address_writes_to_nobody(cast: Cast) -> None:
    introduction = cast.draft(email="")
    assert letters(introduction) == []
    front.decline(introduction, {"reason": "Too vague."}, actor=cast.desk, now=cast.now)
    assert (state_of(introduction), letters(introduction)) == (State.DECLINED, [])


# --- afterwards -----------------------------------------------------------------------------------------------------


def test_rita_improves_what_was_returned_and_keeps_her_address(cast: Cast) -> None:
    introduction = cast.returned()
    seen = front.requester_page(*cast.page(introduction, "requester"), cast.now).turn
    better = {**REQUEST, "why_now": "The drones fly in May and in no other month.", "email": "other@asks.example"}
    done = front.revise(introduction, better, actor=cast.asker(introduction), now=cast.now, seen=seen)
    assert (done.state, done.letters) == (State.WAITING, ("new_request",))
    assert words(introduction)["why_now"] == better["why_now"]
    assert words(introduction)["email"] == RITA


def test_what_is_still_blocked_comes_back_at_once(cast: Cast) -> None:
    introduction = cast.returned()
    worse = {**REQUEST, "ask": "Please send me his email address."}
    done = front.revise(introduction, worse, actor=cast.asker(introduction), now=cast.now)
    assert (done.state, done.letters) == (State.RETURNED, ())


@pytest.mark.case("A13")
def test_only_what_was_returned_can_be_improved(cast: Cast) -> None:
    introduction = cast.waiting()
    kept = words(introduction)
    refused(
        "ended",
        lambda: front.revise(introduction, {**REQUEST, "ask": "More"}, actor=cast.asker(introduction), now=cast.now),
    )
    assert words(introduction) == kept


def test_a_permission_that_is_taken_back_counts(cast: Cast) -> None:
    introduction = cast.returned()
    asker = cast.asker(introduction)
    front.revise(introduction, {**REQUEST, "may_pass_on": ""}, actor=asker, now=cast.now)
    page = front.desk_page(cast.cora.id, introduction, cast.now)
    assert page is not None
    assert not page.may_pass_on
    assert "pass_on" not in page.acts


@pytest.mark.case("A11")
@pytest.mark.parametrize("state", ["waiting", "talking", "returned", "asking", "asked", "agreed"])
def test_rita_takes_it_back_wherever_it_is(cast: Cast, state: str) -> None:
    introduction = getattr(cast, state)()
    cast.deliver()
    done = front.withdraw(introduction, actor=cast.asker(introduction), now=cast.now, seen=0)
    assert done.state is State.WITHDRAWN
    assert not {"not_this_time", "introduction", "declined", "lapsed"} & {*done.letters}
    assert last_actor(introduction)[:2] == ("requester", addresses.key(RITA))


@pytest.mark.case("A8", "A11")
def test_nothing_more_is_sent_after_rita_took_it_back(cast: Cast) -> None:
    introduction = cast.asking()
    front.withdraw(introduction, actor=cast.asker(introduction), now=cast.now)
    cast.sent.clear()
    cast.pass_time(timedelta(days=60))
    assert not [f for f in cast.sent if f.introduction == introduction and f.side == "target"]
    assert not [f for f in cast.sent if f.kind == "not_this_time"]


def test_what_has_ended_cannot_be_taken_back_again(cast: Cast) -> None:
    introduction = cast.declined()
    refused("ended", lambda: front.withdraw(introduction, actor=cast.asker(introduction), now=cast.now))


@pytest.mark.parametrize("act", ["withdraw", "confirm", "says_wrote"])
def test_somebody_elses_request_is_not_there(cast: Cast, act: str) -> None:
    introduction = cast.introduced()
    verb: Callable[..., object] = getattr(front, act)
    nothing_here(lambda: verb(introduction, actor=NOBODY, now=cast.now))
    nothing_here(lambda: verb("x" * 12, actor=NOBODY, now=cast.now))


def test_an_offer_has_no_requester(cast: Cast) -> None:
    introduction = cast.offered()
    empty = Actor(Role.REQUESTER, "", "web")
    nothing_here(lambda: front.withdraw(introduction, actor=empty, now=cast.now))


def test_the_first_line_counts_as_written_whoever_says_so(cast: Cast) -> None:
    for actor in ("asker", "desk"):
        introduction = cast.introduced(email=f"{actor}@asks.example")
        who = cast.asker(introduction) if actor == "asker" else cast.desk
        assert front.says_wrote(introduction, actor=who, now=cast.now).state is State.CONNECTED
        cast.now += timedelta(days=31)


def test_an_outcome_is_reported_with_a_line_for_cora(cast: Cast) -> None:
    introduction = cast.awaiting_outcome()
    asker = cast.asker(introduction)
    seen = front.requester_page(*cast.page(introduction, "requester"), cast.now).turn
    done = front.report_outcome(introduction, "met", "We talked.", actor=asker, now=cast.now, seen=seen)
    assert (done.state, done.letters) == (State.CLOSED, ("good_news",))
    page = front.desk_page(cast.cora.id, introduction, cast.now)
    assert page is not None
    assert page.answer_words["outcome_words"] == "We talked."
    refused("outcome", lambda: front.report_outcome(introduction, "lovely", "", actor=asker, now=cast.now))
    nothing_here(lambda: front.report_outcome(introduction, "met", "", actor=NOBODY, now=cast.now))


def test_a_request_keeps_the_house_rules_that_its_sender_saw(cast: Cast) -> None:
    first = cast.unverified()
    policy.set_house_rules(cast.cora.id, ask_days=7)
    second = cast.unverified(target="Somebody else")
    versions = [Introduction.objects.get(pk=one).policy_version for one in (first, second)]
    assert versions == [FIRST_VERSION, policy.house_rules(cast.cora.id).version]
    assert versions[0] != versions[1]


@pytest.mark.parametrize(("stage", "kind"), [("unverified", "verify"), ("draft", "verify"), ("waiting", "received")])
def test_who_asks_again_another_day_gets_the_letter_that_leads_on(cast: Cast, stage: str, kind: str) -> None:
    introduction = getattr(cast, stage)()
    cast.now += timedelta(days=1)
    again = front.request(cast.cora.id, REQUEST, now=cast.now, door="test")
    assert (again.id, again.repeat) == (introduction, True)
    newest = Letter.objects.filter(introduction_id=introduction, side="requester").latest("due_at")
    assert (newest.kind, newest.due_at) == (kind, cast.now)


def crowd(cast: Cast, people: range) -> list[str]:
    """So many others ask, each with an address of their own."""
    return [cast.waiting(email=f"r{one}@asks.example", name=f"Asker {one}", target=f"Person {one}") for one in people]


@pytest.mark.case("D23")
def test_of_a_flood_so_many_requests_a_day_are_letters_and_the_digest_tells_of_the_others(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert limits.REQUEST_LETTERS_A_DAY == 30
    monkeypatch.setattr(limits, "REQUEST_LETTERS_A_DAY", 10)
    crowd(cast, range(14))
    assert Letter.objects.filter(kind="new_request", connector_id=cast.cora.id).count() == 10
    cast.pass_time(timedelta(days=1))
    (digest,) = [one for one in cast.sent if one.kind == "digest"]
    assert {line.requester for line in digest.waiting} >= {f"Asker {one}" for one in range(10, 14)}
    crowd(cast, range(14, 16))
    assert Letter.objects.filter(kind="new_request", connector_id=cast.cora.id).count() == 12


@pytest.mark.case("D23")
def test_while_more_wait_than_anybody_reads_the_form_takes_no_more(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "REQUESTS_WAITING", 3)
    first, *_others = crowd(cast, range(3))
    words = {**REQUEST, "email": "r9@asks.example", "name": "Asker 9"}
    refused("too_many", lambda: front.request(cast.cora.id, words, now=cast.now, door="test"))
    assert not Introduction.objects.filter(requester_key=addresses.key("r9@asks.example")).exists()
    # Who has asked already is answered as ever, and another desk is open.
    again = {**REQUEST, "email": "r0@asks.example", "name": "Asker 0", "target": "Person 0"}
    assert front.request(cast.cora.id, again, now=cast.now, door="test").id == first
    front.request(cast.otto.id, words, now=cast.now, door="test")
    front.withdraw(first, actor=cast.asker(first), now=cast.now)
    assert front.request(cast.cora.id, words, now=cast.now, door="test").id
