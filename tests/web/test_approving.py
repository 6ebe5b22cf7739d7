"""Approving takes a deliberate step: the very text stands above the button that sends it (N4, K3, D8)."""

import re
from html import unescape

import pytest
from django.http import HttpResponse

from tests.support.cast import Cast
from tests.web.browsing import Browser, FoundForm, forms_of
from twoyes.introductions.models import Introduction, Letter
from twoyes.lib import sealing
from twoyes.people import front as people

VOUCH = "Worked with her for two years on Borkum."


def at(introduction: str) -> str:
    return f"/desk/introductions/{introduction}/"


def shown(page: HttpResponse) -> str:
    """Return the text of the letter that a page shows."""
    found = re.search(r'<pre class="text"[^>]*>(.*?)</pre>', page.content.decode(), re.DOTALL)
    assert found
    return unescape(found[1])


def step(page: HttpResponse, name: str) -> FoundForm:
    """Return the form of a preview that sends, or that goes back to change something."""
    return next(form for form in forms_of(page) if form.values.get("step") == name)


@pytest.mark.case("D8")
def test_what_is_read_above_the_button_is_what_leaves(cora: Browser, cast: Cast) -> None:
    introduction = cast.waiting()
    page = cora.press(at(introduction), "approve", vouch=VOUCH, personal_line="I hope the move went well.")
    assert page.status_code == 200
    assert cast.state(introduction) == "waiting"
    text = shown(page)
    assert VOUCH in text
    assert "I hope the move went well." in text
    send = step(page, "send")
    assert cora.post(send.action, send.values).status_code == 303
    assert cast.state(introduction) == "asking"
    stored = sealing.get_json(Letter.objects.get(introduction=introduction, kind="ask"), "text") or {}
    link = "(here stands the link to their page)"
    assert stored["text"].replace("{page}", link).strip() == text.strip()
    assert sorted(cast.deliver()) == ["ask:target", "on_its_way:requester"]


def test_the_person_whose_whole_name_was_given_is_chosen_and_their_words_are_quoted(cora: Browser, cast: Cast) -> None:
    form = cora.form(at(cast.waiting()), "approve")
    assert form.values["target"] == cast.tom.id
    assert form.values["why_target"].startswith("Rita Holm writes: His 2024 paper")
    assert form.values["why_requester"].startswith("Rita Holm writes: He gets three years"), "not who she is once more"
    assert form.values["vouch"] == ""


def test_nobody_is_chosen_where_the_words_fit_somebody_in_part(cora: Browser, cast: Cast) -> None:
    form = cora.form(at(cast.waiting(target="Tom of some company")), "approve")
    assert "target" not in form.values
    assert cast.tom.id in form.choices["target"]


@pytest.mark.case("D8")
def test_a_text_that_is_not_the_one_that_was_read_is_not_sent_but_shown(cora: Browser, cast: Cast) -> None:
    introduction = cast.waiting()
    send = step(cora.press(at(introduction), "approve", vouch=VOUCH), "send")
    changed = cora.post(send.action, {**send.values, "vouch": "Something else."})
    assert changed.status_code == 409
    assert "Something else." in shown(changed)
    assert cast.state(introduction) == "waiting"
    again = step(changed, "send")
    assert cora.post(again.action, again.values).status_code == 303


def test_a_preview_can_be_changed_with_nothing_lost(cora: Browser, cast: Cast) -> None:
    introduction = cast.waiting()
    page = cora.press(at(introduction), "approve", vouch=VOUCH, blind="yes", channel="by_hand", mode="hand_off")
    edit = step(page, "edit")
    back = next(form for form in forms_of(cora.post(edit.action, edit.values)) if form.act == "approve")
    kept = {"vouch": VOUCH, "blind": "yes", "channel": "by_hand", "mode": "hand_off", "target": cast.tom.id}
    assert {name: back.values[name] for name in kept} == kept


def test_the_fields_alone_approve_in_one_post(cora: Browser, cast: Cast) -> None:
    introduction = cast.waiting()
    fields = {"act": "approve", "target": "Tom Target", "vouch": VOUCH, "vouch_level": "know"}
    assert cora.post(f"{at(introduction)}approve", fields).status_code == 303
    assert Introduction.objects.get(pk=introduction).target_id == cast.tom.id


@pytest.mark.parametrize("written", ["tom@target.example", "target, tom", "TOM TARGET"])
def test_the_person_is_found_by_what_is_written_and_that_counts_before_what_is_chosen(
    cora: Browser, cast: Cast, written: str
) -> None:
    introduction = cast.waiting()
    page = cora.press(at(introduction), "approve", vouch=VOUCH, target=cast.rita.id, target_query=written)
    assert "To Tom Target, tom@target.example" in page.content.decode()


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"vouch": "", "target": ""}, "vouch:required"),
        ({"vouch": VOUCH, "target": "", "target_query": ""}, "target:required"),
        ({"vouch": VOUCH, "target_query": "Nobody Here"}, "target:nobody"),
        ({"vouch": VOUCH, "target_query": "Tom"}, "target:ambiguous"),
        ({"vouch": VOUCH, "target": "000000000000"}, "target:nobody"),
        ({"vouch": VOUCH, "target_query": "x" * 300}, "target:nobody"),
    ],
)
def test_what_is_missing_stands_beside_its_field_and_nothing_is_sent(
    cora: Browser, cast: Cast, fields: dict[str, str], error: str
) -> None:
    people.add_card(cast.cora.id, name="Tom Other", addresses=["other@target.example"])
    introduction = cast.waiting()
    response = cora.press(at(introduction), "approve", **{"personal_line": "kept", **fields})
    assert response.status_code == 422
    assert f'data-error="{error}"' in response.content.decode()
    form = next(form for form in forms_of(response) if form.act == "approve")
    assert form.values["personal_line"] == "kept"
    assert cast.state(introduction) == "waiting"


def test_a_name_that_means_two_people_becomes_a_choice(cora: Browser, cast: Cast) -> None:
    other = people.add_card(cast.cora.id, name="Tom Other", addresses=["other@target.example"])
    introduction = cast.waiting(target="somebody")
    response = cora.press(at(introduction), "approve", vouch=VOUCH, target_query="Tom")
    form = next(form for form in forms_of(response) if form.act == "approve")
    assert {cast.tom.id, other.id} <= {*form.choices["target"]}
    assert form.values["target_query"] == ""
    page = cora.post(form.action, {**form.values, "target": other.id})
    assert "To Tom Other" in page.content.decode()


@pytest.mark.case("E8")
def test_a_card_from_somebody_elses_book_is_nobody(cora: Browser, cast: Cast) -> None:
    foreign = people.add_card(cast.otto.id, name="Foreign Card", addresses=["foreign@target.example"])
    introduction = cast.waiting()
    response = cora.press(at(introduction), "approve", vouch=VOUCH, target=foreign.id)
    assert response.status_code == 422
    assert "Foreign Card" not in response.content.decode()


@pytest.mark.case("A14")
def test_the_one_who_asks_cannot_be_the_one_who_is_asked(cora: Browser, cast: Cast) -> None:
    introduction = cast.waiting()
    fields = {"act": "approve", "target": cast.rita.id, "vouch": VOUCH}
    response = cora.post(f"{at(introduction)}approve", fields)
    assert response.status_code == 422
    assert 'data-error="target:self"' in response.content.decode()


def test_details_are_passed_on_in_the_same_two_steps(cora: Browser, cast: Cast) -> None:
    introduction = cast.waiting()
    page = cora.press(at(introduction), "pass_on", personal_line="For you to decide.")
    assert "For you to decide." in shown(page)
    send = step(page, "send")
    assert cora.post(send.action, send.values).status_code == 303
    assert cast.state(introduction) == "passed"


def test_details_are_not_passed_on_without_permission(cora: Browser, cast: Cast) -> None:
    introduction = cast.waiting(may_pass_on="")
    assert "pass_on" not in [form.act for form in forms_of(cora.get(at(introduction)))]
    refused = cora.post(f"{at(introduction)}pass_on", {"act": "pass_on", "target": cast.tom.id})
    assert refused.status_code == 409
    assert cast.state(introduction) == "waiting"


@pytest.mark.case("A28")
def test_a_request_that_was_decided_meanwhile_is_not_approved(cora: Browser, cast: Cast) -> None:
    introduction = cast.waiting()
    send = step(cora.press(at(introduction), "approve", vouch=VOUCH), "send")
    cora.press(at(introduction), "decline", reason="No.")
    assert cora.post(send.action, send.values).status_code == 409
    assert cast.state(introduction) == "declined"


def test_an_ask_by_hand_says_so_before_it_is_approved(cora: Browser, cast: Cast) -> None:
    introduction = cast.waiting()
    page = cora.press(at(introduction), "approve", vouch=VOUCH, channel="by_hand")
    assert "by your own hand" in page.content.decode()
    send = step(page, "send")
    assert cora.post(send.action, send.values).status_code == 303
    assert cast.deliver() == ["on_its_way:requester"]


def test_an_address_is_added_beside_the_text_and_the_letter_goes_there_with_nothing_typed_twice(
    cora: Browser, cast: Cast
) -> None:
    introduction = cast.waiting()
    otto = people.add_card(cast.cora.id, name="Otto Plain")
    page = cora.press(at(introduction), "approve", vouch=VOUCH, target=otto.id)
    assert "Your book has no address of Otto Plain" in page.content.decode()
    reach = step(page, "address")
    wrong = cora.post(reach.action, {**reach.values, "address": "otto at plain"})
    assert wrong.status_code == 422
    assert 'data-error="address:bad_address"' in wrong.content.decode()
    assert 'value="otto at plain"' in wrong.content.decode()
    assert not people.addresses(cast.cora.id, otto.id)
    right = step(wrong, "address")
    letter = cora.post(right.action, {**right.values, "address": "otto@plain.example"})
    assert "To Otto Plain, otto@plain.example" in letter.content.decode()
    assert "You do know an address" not in letter.content.decode()
    send = step(letter, "send")
    assert cora.post(send.action, send.values).status_code == 303
    assert "ask:target" in cast.deliver()
    assert people.addresses(cast.cora.id, otto.id) == ["otto@plain.example"]
