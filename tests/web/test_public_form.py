"""The public page: one form, one post, and one answer whoever is asked for (S4, E6, E7, B17, D22)."""

import re
from datetime import timedelta

import pytest
from django.http import HttpResponse

from tests.support.cast import CORA, REQUEST, RITA, Cast
from tests.web.browsing import Browser, forms_of, twice, unlabelled
from twoyes.introductions.front import REQUEST_FIELDS
from twoyes.introductions.models import Introduction, Letter
from twoyes.lib import limits, sealing
from twoyes.people import front as people


def ask(browser: Browser, **fields: str) -> HttpResponse:
    """Open the page, take the time that typing takes, and send the form."""
    form = browser.form("/@cora", "request")
    browser.cast.now += timedelta(minutes=2)
    return browser.post(form.action, {**form.values, **REQUEST, **fields})


def test_the_form_has_the_fields_of_a_request_each_with_a_label_and_a_reader(rita: Browser) -> None:
    page = rita.get("/@cora")
    (form,) = forms_of(page)
    assert set(REQUEST_FIELDS) <= set(form.values) | set(form.choices)
    assert form.act == "request"
    assert unlabelled(page) == twice(page) == []
    for name in REQUEST_FIELDS:
        assert f'id="{name}-reads"' in page.content.decode(), name


def test_the_form_of_a_meeting_stays_open_when_nobody_chose_one(rita: Browser) -> None:
    form = rita.form("/@cora", "request")
    assert form.values["format"] == ""
    assert ask(rita, format="").status_code == 303
    row = Introduction.objects.get()
    assert sealing.get_json(row, "words")["format"] == ""


def test_a_request_is_taken_in_and_the_browser_led_to_a_page_of_its_own(rita: Browser, cast: Cast) -> None:
    response = ask(rita)
    assert (response.status_code, response.headers["Location"]) == (303, "/@cora/received")
    assert "look at your mail" in rita.get("/@cora/received").content.decode()
    assert cast.state(Introduction.objects.get().pk) == "unverified"
    assert cast.deliver() == ["verify:requester"]


@pytest.mark.case("E6", "E7")
def test_the_answer_is_the_same_for_a_known_target_an_unknown_one_and_a_repeat(rita: Browser, cast: Cast) -> None:
    cast.asked()
    answers = [
        ask(rita, target="Tom Target of Blade Works"),
        ask(rita, target="Somebody whom nobody knows"),
        ask(rita, target="Tom Target of Blade Works", email="other@asks.example"),
    ]
    assert {(one.status_code, one.headers["Location"], one.content) for one in answers} == {
        (303, "/@cora/received", b"")
    }


@pytest.mark.case("B17")
def test_the_same_form_sent_twice_is_one_request(rita: Browser) -> None:
    form = rita.form("/@cora", "request")
    rita.cast.now += timedelta(minutes=2)
    both = [rita.post(form.action, {**form.values, **REQUEST}) for _ in range(2)]
    assert [one.status_code for one in both] == [303, 303]
    assert Introduction.objects.count() == 1


def test_two_forms_have_two_keys(rita: Browser) -> None:
    assert rita.form("/@cora", "request").values["once"] != rita.form("/@cora", "request").values["once"]


@pytest.mark.case("D1", "D3", "D6")
@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("name", "", "required"),
        ("name", "Rita\nHolm", "bad_text"),
        ("name", "Rita\0Holm", "bad_text"),
        ("name", "Rita \u202emloH", "bad_text"),
        ("name", "Rita\u200bHolm", "bad_text"),
        ("name", "R" * 201, "bad_text"),
        ("email", "", "required"),
        ("email", "rita@asks.example, tom@target.example", "bad_address"),
        ("email", '"evil@x.example" <rita@asks.example>', "bad_address"),
        ("email", CORA, "self"),
        ("target", "", "required"),
        ("benefit", "", "required"),
        ("ask", "x" * 1_000_000, "bad_text"),
        ("format", "duel", "choice"),
        ("minutes", "-5", "minutes"),
        ("minutes", "0", "minutes"),
        ("minutes", "1e9", "minutes"),
        ("minutes", "half an hour", "minutes"),
    ],
)
def test_a_bad_field_is_named_beside_itself_and_nothing_that_was_typed_is_lost(
    rita: Browser, field: str, value: str, code: str
) -> None:
    response = ask(rita, **{field: value})
    assert response.status_code == 422
    assert f'data-error="{field}:{code}"' in response.content.decode()
    (form,) = forms_of(response)
    kept = {**REQUEST, field: value}
    for name in ("about_me", "why_them", "homework", "minutes", "may_pass_on", "link"):
        assert form.values[name] == kept[name]
    assert not Introduction.objects.exists()


@pytest.mark.parametrize(
    ("field", "value"), [("why_them", "x" * 2001), ("why_now", "a\0b"), ("by_when", "May\nor June")]
)
def test_the_sentence_beside_a_field_does_not_name_it_as_a_program_would(rita: Browser, field: str, value: str) -> None:
    told = re.search(rf'data-error="{field}:bad_text"[^>]*>([^<]+)<', ask(rita, **{field: value}).content.decode())
    assert told is not None
    assert told[1].strip().startswith("This ")
    assert field not in told[1]


def test_after_a_mistake_the_same_form_goes_through(rita: Browser) -> None:
    response = ask(rita, email="")
    (form,) = forms_of(response)
    assert rita.post(form.action, {**form.values, "email": RITA}).status_code == 303


@pytest.mark.case("D22")
def test_a_form_filled_in_faster_than_a_hand_can_is_asked_to_be_sent_again(rita: Browser) -> None:
    form = rita.form("/@cora", "request")
    response = rita.post(form.action, {**form.values, **REQUEST})
    assert response.status_code == 422
    assert 'data-error="issued:too_fast"' in response.content.decode()
    rita.cast.now += timedelta(seconds=5)
    (again,) = forms_of(response)
    assert rita.post(again.action, again.values).status_code == 303


@pytest.mark.parametrize(("age", "status"), [(timedelta(hours=24), 303), (timedelta(hours=24, seconds=2), 422)])
def test_a_form_is_good_for_a_day(rita: Browser, age: timedelta, status: int) -> None:
    form = rita.form("/@cora", "request")
    rita.cast.now += age
    response = rita.post(form.action, {**form.values, **REQUEST})
    assert response.status_code == status
    if status == 422:
        assert 'data-error="issued:stale"' in response.content.decode()
        rita.cast.now += timedelta(seconds=6)
        (again,) = forms_of(response)
        assert rita.post(again.action, again.values).status_code == 303


@pytest.mark.parametrize("issued", ["", "nonsense", "cora-1772442000.aaaaaaaaaaaaaaaa", "otto"])
def test_a_form_that_is_none_of_ours_is_not_taken(rita: Browser, issued: str) -> None:
    other = rita.form("/@otto", "request").values["issued"]
    response = ask(rita, issued=other if issued == "otto" else issued)
    assert response.status_code == 422
    assert 'data-error="issued:missing"' in response.content.decode()


@pytest.mark.case("D22")
def test_a_program_that_fills_in_everything_is_answered_alike_and_nothing_happens(rita: Browser) -> None:
    response = ask(rita, fax="1")
    assert (response.status_code, response.headers["Location"]) == (303, "/@cora/received")
    assert not Introduction.objects.exists()


@pytest.mark.case("D22")
def test_one_address_gets_one_verify_letter_a_day_whatever_is_asked(rita: Browser, cast: Cast) -> None:
    for number in range(3):
        assert ask(rita, target=f"Person {number}").status_code == 303
    assert cast.deliver() == ["verify:requester"]


@pytest.mark.case("D22")
def test_from_one_network_come_five_requests_a_day_and_the_sixth_loses_nothing(rita: Browser, cast: Cast) -> None:
    for number in range(5):
        assert ask(rita, email=f"rita{number}@asks.example").status_code == 303
    refused = ask(rita, email="rita6@asks.example")
    assert refused.status_code == 429
    (form,) = forms_of(refused)
    assert form.values["email"] == "rita6@asks.example"
    assert form.values["benefit"] == REQUEST["benefit"]
    assert Introduction.objects.count() == 5
    cast.now += timedelta(days=1)
    assert ask(rita, email="rita6@asks.example").status_code == 303


def test_a_browser_that_proved_the_address_needs_no_letter_for_a_month(rita: Browser, cast: Cast) -> None:
    ask(rita)
    rita.press(rita.get(f"/v/{cast.key(Introduction.objects.get().pk, 'verify')}").headers["Location"], "verify")
    cast.deliver()
    cast.now += timedelta(days=29)
    answer = ask(rita, target="Another person")
    assert answer.headers["Location"] == "/@cora/received?proved=1"
    told = rita.get(answer.headers["Location"]).content.decode()
    assert "no letter comes first" in told
    assert "look at your mail" not in told, "no letter is on its way"
    second = Introduction.objects.latest("opened_at").pk
    assert cast.state(second) == "waiting"
    assert "verify:requester" not in cast.deliver()
    answer = ask(rita, target="Another person")
    assert answer.headers["Location"] == "/@cora/received?proved=1", "the same again is answered alike"
    assert Introduction.objects.latest("opened_at").pk == second
    answer = ask(rita, target="Another person", email="rita2@asks.example")
    assert answer.headers["Location"] == "/@cora/received", "an address that was not proved is sent a letter"
    cast.now += timedelta(days=3)
    ask(rita, target="A third person")
    assert "look at your mail" in rita.get("/@cora/received?proved=1").content.decode(), "the proof is too old"
    assert cast.state(Introduction.objects.latest("opened_at").pk) == "unverified"


@pytest.mark.case("D25")
def test_fields_that_are_not_on_the_form_are_not_read(rita: Browser, cast: Cast) -> None:
    ask(rita, state="agreed", connector_id=cast.otto.id, requester_key="x", proved="1", seq="9")
    introduction = Introduction.objects.get()
    assert (introduction.state, introduction.connector_id) == ("unverified", cast.cora.id)


@pytest.mark.case("D24")
def test_a_page_that_is_not_published_is_like_one_that_does_not_exist(rita: Browser, cast: Cast) -> None:
    people.publish(cast.cora.id, published=False)
    hidden, unknown = rita.get("/@cora"), rita.get("/@nobody")
    assert hidden.status_code == unknown.status_code == 404
    assert hidden.content == unknown.content
    assert rita.post("/@cora/request", REQUEST).status_code == 404


@pytest.mark.case("D28")
def test_another_host_is_not_answered_and_never_reaches_a_letter(rita: Browser, cast: Cast) -> None:
    form = rita.form("/@cora", "request")
    cast.now += timedelta(minutes=1)
    response = rita.post(form.action, {**form.values, **REQUEST}, host="evil.example")
    assert response.status_code == 400
    assert not Letter.objects.exists()


@pytest.mark.case("D7", "D9")
def test_what_was_typed_is_shown_as_text_and_never_run(rita: Browser) -> None:
    payload = "<script>alert(1)</script>{{ settings.SECRET_KEY }}{% debug %}%s"
    response = ask(rita, name="", about_me=payload)
    assert "<script>" not in response.content.decode()
    assert forms_of(response)[0].values["about_me"] == payload


def test_the_address_of_the_button_leads_back_to_the_form_when_it_is_opened(rita: Browser) -> None:
    assert rita.get("/@cora/request").headers["Location"] == "/@cora"
    assert rita.get("/@CORA/").status_code == 200


@pytest.mark.case("D23")
def test_a_desk_that_is_full_says_so_and_nothing_of_what_was_written_is_lost(
    rita: Browser, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "REQUESTS_WAITING", 1)
    cast.waiting(email="other@asks.example")
    full = ask(rita)
    assert full.status_code == 429
    assert "Please come back in a week." in full.content.decode()
    (form,) = forms_of(full)
    assert form.values["benefit"] == REQUEST["benefit"]
