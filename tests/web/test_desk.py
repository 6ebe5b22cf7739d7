"""The desk: what waits, each act a form of its own, and nothing of anybody else's (N1, N2, N6, E8)."""

import pytest
from django.contrib.auth.models import User
from django.http import HttpResponse

from tests.support.cast import Cast
from tests.web.browsing import Browser, forms_of, twice, unlabelled
from twoyes.introductions import front as introductions
from twoyes.introductions.models import Complaint
from twoyes.people import front as people

ACTS = {
    "draft": ["return", "decline"],
    "waiting": ["approve", "return", "talk", "decline", "pass_on"],
    "talking": ["talked", "decline"],
    "asked": ["note_answer", "withdraw"],
    "agreed": ["by_hand", "note_answer", "withdraw"],
    "introduced": ["says_wrote", "send_again"],
    "connected": ["send_again"],
    "closed": ["introduce_again"],
    # They may still change their mind, and say so to Cora.
    "refused": ["note_answer"],
    "passed": ["note_answer"],
    "deferred": ["note_answer"],
    "undeliverable": [],
    "declined": [],
}


def at(introduction: str) -> str:
    """Return the address of an introduction on the desk."""
    return f"/desk/introductions/{introduction}/"


@pytest.mark.parametrize("stage", ACTS)
def test_each_state_offers_its_acts_each_as_a_form_of_its_own(cora: Browser, cast: Cast, stage: str) -> None:
    page = cora.get(at(getattr(cast, stage)()))
    assert page.status_code == 200
    assert [form.act for form in forms_of(page)] == ACTS[stage]
    assert unlabelled(page) == twice(page) == []
    assert all(form.action.endswith(f"/{form.act}") for form in forms_of(page))


@pytest.mark.parametrize(
    ("stage", "until", "hears"),
    [("waiting", False, False), ("asked", True, True), ("agreed", False, True), ("introduced", False, False)],
)
def test_the_desk_tells_the_dates_that_still_matter_and_the_deadline_in_words(
    cora: Browser, cast: Cast, stage: str, until: bool, hears: bool
) -> None:
    page = cora.get(at(getattr(cast, stage)())).content.decode()
    assert ("Tom Target has until 12 March 2026; silence is a no." in page) == until
    assert ("; silence is a no." in page) == until
    assert ("The one who asked hears by" in page) == hears


@pytest.mark.case("C31")
def test_the_desk_says_that_asks_have_stopped_and_that_a_hand_can_write(cora: Browser, cast: Cast) -> None:
    introduction = cast.asked()
    assert "No ask leaves at the moment" not in cora.get("/desk/").content.decode()
    for side in ("one", "two", "three"):
        Complaint.objects.create(introduction_id=introduction, side=side, at=cast.now)
    assert "No ask leaves at the moment" in cora.get("/desk/").content.decode()


def test_whoever_is_not_logged_in_is_led_to_the_login_and_back(rita: Browser, cast: Cast) -> None:
    introduction = cast.waiting()
    for path in ("/desk/", at(introduction), f"{at(introduction)}decline", "/desk/people/", "/desk/offer/"):
        response = rita.get(path)
        assert response.status_code == 303
        assert response.headers["Location"].startswith("/accounts/login/code/?next=%2Fdesk%2F")
    assert rita.post(f"{at(introduction)}decline", {"reason": "no"}).status_code == 303
    assert cast.state(introduction) == "waiting"


@pytest.mark.case("E8")
def test_another_connectors_introduction_is_like_none_at_all(otto: Browser, cast: Cast) -> None:
    introduction = cast.waiting()
    answers = [
        otto.get(at(introduction)),
        otto.get(at("000000000000")),
        otto.get(f"{at(introduction)}text"),
        otto.get(f"/desk/people/{cast.tom.id}/"),
        otto.post(f"/desk/people/{cast.tom.id}/", {"act": "edit_card", "name": "Mine"}),
    ]
    acts = ["approve", "pass_on", "decline", "return", "talk", "talked", "withdraw", "note_answer", "give_address"]
    acts += ["by_hand", "send_again", "says_wrote", "confirm", "override", "introduce_again", "close", "nonsense"]
    answers += [otto.post(f"{at(introduction)}{act}", {"act": act, "reason": "x"}) for act in acts]
    assert {(one.status_code, one.content) for one in answers} == {(404, answers[0].content)}
    assert cast.state(introduction) == "waiting"


def test_a_delegate_acts_as_one_and_loses_the_desk_at_once(rita: Browser, cast: Cast) -> None:
    introduction = cast.waiting()
    delegate = people.add_delegate("cora", "dana@connects.example", name="Dana")
    rita.client.force_login(User.objects.get(pk=delegate.user_id or 0))
    assert rita.press(at(introduction), "talk", times="Tuesday").status_code == 303
    page = introductions.desk_page(cast.cora.id, introduction, cast.now)
    assert page is not None
    assert page.journal[-1].actor == f"delegate:{delegate.id}"
    people.remove_delegate(cast.cora.id, delegate.id, at=cast.now)
    gone = rita.get("/desk/")
    assert gone.status_code in {303, 403}


def test_the_list_shows_what_waits_first_and_how_old_it_is(cora: Browser, cast: Cast) -> None:
    cast.declined(target="Somebody else")
    cast.waiting()
    page = cora.get("/desk/").content.decode()
    assert "1 waits for you" in page
    assert page.index("Tom Target of Blade Works") < page.index("Somebody else")
    assert "since today" in page


def test_an_empty_desk_teaches_the_first_step(cora: Browser) -> None:
    page = cora.get("/desk/").content.decode()
    assert "Nothing waits for you." in page
    assert 'href="/@cora"' in page


def press(browser: Browser, introduction: str, act: str, **fields: str) -> HttpResponse:
    """Press the button of an act on the page of an introduction."""
    return browser.press(at(introduction), act, **fields)


@pytest.mark.parametrize(
    ("stage", "act", "fields", "state"),
    [
        ("waiting", "decline", {"reason": "I know him too little.", "instead": "Write to the journal."}, "declined"),
        ("waiting", "return", {"words": "Say why now."}, "returned"),
        ("waiting", "talk", {"times": "Tuesday at ten", "words": "Call me."}, "talking"),
        ("talking", "talked", {}, "waiting"),
        ("asked", "withdraw", {}, "withdrawn"),
        ("asked", "note_answer", {"answer": "no", "how": "on the phone", "on": "2026-03-01"}, "refused"),
        ("asked", "note_answer", {"answer": "yes", "how": "at the fair"}, "agreed"),
        ("agreed", "withdraw", {}, "withdrawn"),
        ("agreed", "note_answer", {"answer": "no", "how": "on the phone"}, "refused"),
        ("refused", "note_answer", {"answer": "yes", "how": "by mail"}, "agreed"),
        ("introduced", "says_wrote", {}, "connected"),
        ("introduced", "send_again", {"side": "requester"}, "introduced"),
        ("closed", "introduce_again", {"wish": "A second paper together."}, "agreed"),
    ],
)
def test_an_act_is_done_by_its_form_and_the_page_says_so(
    cora: Browser, cast: Cast, stage: str, act: str, fields: dict[str, str], state: str
) -> None:
    introduction: str = getattr(cast, stage)()
    response = press(cora, introduction, act, **fields)
    assert (response.status_code, response.headers["Location"]) == (303, f"{at(introduction)}?done={act}")
    assert cast.state(introduction) == state
    assert 'role="status"' in cora.get(response.headers["Location"]).content.decode()


@pytest.mark.parametrize(
    ("stage", "answers"),
    [
        ("asked", "yes no never later their_details written_only"),
        ("agreed", "no never later their_details"),
        ("refused", "yes no never later their_details written_only"),
    ],
)
def test_only_what_they_may_still_say_can_be_noted_and_a_change_of_mind_is_folded(
    cora: Browser, cast: Cast, stage: str, answers: str
) -> None:
    page = cora.get(at(getattr(cast, stage)()))
    form = next(one for one in forms_of(page) if one.act == "note_answer")
    assert form.choices["answer"] == answers.split()
    assert '<details id="note_answer">' in page.content.decode()


@pytest.mark.parametrize(
    ("stage", "act", "fields", "error"),
    [
        ("waiting", "decline", {"instead": "kept"}, "reason:required"),
        ("waiting", "return", {}, "words:required"),
        ("waiting", "talk", {"words": "kept"}, "times:required"),
        ("asked", "note_answer", {"how": "kept"}, "answer:choice"),
        ("asked", "note_answer", {"answer": "no", "how": ""}, "how:required"),
        ("asked", "note_answer", {"answer": "later", "how": "kept", "until": "x"}, "until:date"),
        ("asked", "note_answer", {"answer": "later", "how": "kept"}, "until:until"),
        ("asked", "note_answer", {"answer": "no", "how": "kept", "on": "2026-03-04"}, "on:date"),
        ("introduced", "send_again", {"side": "everybody"}, "side:side"),
        ("closed", "introduce_again", {"wish": ""}, "wish:no_new_wish"),
    ],
)
def test_a_bad_field_of_an_act_stands_beside_itself(
    cora: Browser, cast: Cast, stage: str, act: str, fields: dict[str, str], error: str
) -> None:
    introduction: str = getattr(cast, stage)()
    before = cast.state(introduction)
    response = press(cora, introduction, act, **fields)
    assert response.status_code == 422
    assert f'data-error="{error}"' in response.content.decode()
    kept = next(form for form in forms_of(response) if form.act == act).values
    assert {name: kept.get(name) for name in fields} == fields or "side" in fields
    assert cast.state(introduction) == before


@pytest.mark.case("A28")
def test_of_two_decisions_from_two_tabs_one_counts_and_the_other_sees_it(cora: Browser, cast: Cast) -> None:
    introduction = cast.waiting()
    declining = cora.form(at(introduction), "decline")
    press(cora, introduction, "talk", times="Tuesday")
    response = cora.post(declining.action, {**declining.values, "reason": "No."})
    assert response.status_code == 409
    assert "has changed since" in response.content.decode()
    assert cast.state(introduction) == "talking"


def test_an_act_that_is_over_is_409_and_one_that_does_not_exist_404(cora: Browser, cast: Cast) -> None:
    introduction = cast.declined()
    assert cora.post(f"{at(introduction)}talk", {"act": "talk", "times": "Now"}).status_code == 409
    assert cora.post(f"{at(introduction)}bribe", {"act": "bribe"}).status_code == 404
    assert cora.get(f"{at(introduction)}talk").headers["Location"] == at(introduction)


def test_while_a_yes_is_minutes_old_nobody_introduces_them_by_hand(cora: Browser, cast: Cast) -> None:
    introduction = cast.agreed()
    assert press(cora, introduction, "by_hand").status_code == 409
    assert cast.state(introduction) == "agreed"


def test_findings_are_ticked_to_return_with_them_and_set_aside_by_name(cora: Browser, cast: Cast) -> None:
    introduction = cast.waiting(why_now="")
    form = cora.form(at(introduction), "return")
    assert "no_why_now" in form.choices["codes"]
    assert press(cora, introduction, "override", codes="no_why_now").status_code == 422
    assert press(cora, introduction, "override", codes="no_why_now", reason="So.").status_code == 303
    assert press(cora, introduction, "return", codes="no_why_now").status_code == 303
    assert cast.state(introduction) == "returned"


def test_closing_is_possible_in_every_state(cora: Browser, cast: Cast) -> None:
    introduction = cast.introduced()
    assert cora.post(f"{at(introduction)}close", {"act": "close"}).status_code == 303
    assert cast.state(introduction) == "closed"


def test_a_noted_yes_without_an_address_asks_for_one_beside_its_field(cora: Browser, cast: Cast) -> None:
    cast.tom = people.add_card(cast.cora.id, name="Tom Unreachable")
    introduction = cast.asking(approval={"channel": "by_hand"})
    press(cora, introduction, "by_hand")
    press(cora, introduction, "note_answer", answer="yes", how="on the phone")
    assert press(cora, introduction, "give_address", address="nonsense").status_code == 422
    assert press(cora, introduction, "give_address", address="tom@home.example").status_code == 303
    assert people.addresses(cast.cora.id, cast.tom.id) == ["tom@home.example"]


def test_the_text_is_given_out_by_hand_once_and_shown_to_copy(cora: Browser, cast: Cast) -> None:
    introduction = cast.asking(approval={"channel": "by_hand"})
    assert cora.get(f"{at(introduction)}text").status_code == 404
    response = press(cora, introduction, "by_hand")
    assert response.headers["Location"] == f"{at(introduction)}text"
    page = cora.get(response.headers["Location"]).content.decode()
    assert "This is the ask." in page
    assert "/t/" in page
    assert cora.post(f"{at(introduction)}by_hand", {"act": "by_hand"}).status_code == 409
