"""What the desk begins: an offer read twice before it leaves, a record, a request by phone (A1)."""

import re
from html import unescape

import pytest

from tests.support.cast import OFFER, REQUEST, Cast
from tests.web.browsing import Browser, forms_of
from twoyes.introductions import front as introductions
from twoyes.introductions.models import Introduction, Letter
from twoyes.lib import sealing
from twoyes.mail import front as mail

WORDS = {name: value for name, value in OFFER.items() if name != "channel"}


def test_both_letters_of_an_offer_are_read_before_the_first_is_sent(cora: Browser, cast: Cast) -> None:
    page = cora.press("/desk/offer/", "offer", first_query="Rita Holm", second_query="tom@target.example", **WORDS)
    text = page.content.decode()
    assert page.status_code == 200
    assert WORDS["why_first"] in text
    assert WORDS["why_second"] in text
    assert not Introduction.objects.exists()
    send = next(form for form in forms_of(page) if form.values.get("step") == "send")
    response = cora.post(send.action, send.values)
    made = Introduction.objects.get()
    assert (response.status_code, response.headers["Location"]) == (303, f"/desk/introductions/{made.pk}/?done=offer")
    assert cast.deliver() == ["ask:first"]


@pytest.mark.case("D8")
def test_each_of_the_two_reads_of_the_other_and_what_was_read_is_what_leaves(cora: Browser, cast: Cast) -> None:
    page = cora.press("/desk/offer/", "offer", first_query="Rita Holm", second_query="Tom Target", **WORDS)
    to_rita, to_tom = (
        unescape(one) for one in re.findall(r"<pre class=\"text\"[^>]*>(.*?)</pre>", page.content.decode(), re.DOTALL)
    )
    assert "Dear Rita Holm," in to_rita
    assert "Who: Tom Target" in to_rita
    assert "Tom Target does not know of this letter." in to_rita
    assert "Dear Tom Target," in to_tom
    assert "Who: Rita Holm" in to_tom
    send = next(form for form in forms_of(page) if form.values.get("step") == "send")
    cora.post(send.action, send.values)
    link = "(here stands the link to their page)"
    for side, read in (("first", to_rita), ("second", to_tom)):
        letter = Letter.objects.get(kind="ask", side=side)
        stored = sealing.get_json(letter, "text") or {}
        assert stored["text"].replace("{page}", link).strip() == read.strip()
        assert stored["text"] == mail.preview(introductions.facts(letter.pk)).text, "as it would be written of the row"


def test_an_offer_for_which_it_is_too_soon_says_so(cora: Browser, cast: Cast) -> None:
    cast.asked()
    fields = {"act": "offer", "first": cast.tom.id, "second": cast.rita.id, **WORDS}
    told = cora.get(cora.post("/desk/offer/", fields).headers["Location"]).content.decode()
    assert "Nobody is asked" in told
    assert "The first of the two is asked." not in told


def test_an_offer_that_is_not_the_one_that_was_read_is_shown_again(cora: Browser, cast: Cast) -> None:
    page = cora.press("/desk/offer/", "offer", first_query="Rita Holm", second_query="Tom Target", **WORDS)
    send = next(form for form in forms_of(page) if form.values.get("step") == "send")
    changed = cora.post(send.action, {**send.values, "why_second": "Something else."})
    assert changed.status_code == 409
    assert "Something else." in changed.content.decode()
    assert not Introduction.objects.exists()


def test_an_offer_can_be_changed_with_nothing_lost(cora: Browser, cast: Cast) -> None:
    page = cora.press("/desk/offer/", "offer", first_query="Rita Holm", second_query="Tom Target", **WORDS)
    edit = next(form for form in forms_of(page) if form.values.get("step") == "edit")
    back = next(form for form in forms_of(cora.post(edit.action, edit.values)) if form.act == "offer")
    assert back.values["why_first"] == WORDS["why_first"]
    assert (back.values["first"], back.values["second"]) == (cast.rita.id, cast.tom.id)


def test_the_fields_alone_offer_in_one_post(cora: Browser, cast: Cast) -> None:
    fields = {"act": "offer", "first": cast.rita.id, "second": cast.tom.id, **WORDS}
    assert cora.post("/desk/offer/", fields).status_code == 303


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"first_query": ""}, "first:required"),
        ({"second_query": "Nobody Here"}, "second:nobody"),
        ({"second_query": "To"}, "second:ambiguous"),
        ({"why_first": ""}, "why_first:required"),
        ({"because": "x\u202ey"}, "because:bad_text"),
        ({"writes_first": "neither"}, "writes_first:choice"),
        ({"said_yes": "second"}, "said_yes:choice"),
    ],
)
def test_what_is_wrong_with_an_offer_stands_beside_its_field(
    cora: Browser, cast: Cast, fields: dict[str, str], error: str
) -> None:
    known = {"first_query": "Rita Holm", "second_query": "Tom Target", **WORDS, **fields}
    response = cora.press("/desk/offer/", "offer", **known)
    assert response.status_code == 422
    assert f'data-error="{error}"' in response.content.decode()
    form = next(form for form in forms_of(response) if form.act == "offer")
    assert form.values["why_second"] == WORDS["why_second"]
    assert not Introduction.objects.exists()


def test_part_of_a_name_is_answered_with_whom_it_may_mean(cora: Browser, cast: Cast) -> None:
    response = cora.press("/desk/offer/", "offer", first_query="Rit", second_query="Tom Target", **WORDS)
    assert "Choose one of these, or write the whole name." in response.content.decode()
    form = next(form for form in forms_of(response) if form.act == "offer")
    again = cora.post(form.action, {**form.values, "first_query": ""})
    form = next(form for form in forms_of(again) if form.act == "offer")
    assert form.choices["first"] == [cast.rita.id], "pressed without a choice, the choice is still there"
    chosen = cora.post(form.action, {**form.values, "first": cast.rita.id, "first_query": ""})
    assert chosen.status_code == 200
    assert "These are both letters" in chosen.content.decode()


def test_a_name_that_nobody_has_stays_to_be_mended(cora: Browser) -> None:
    response = cora.press("/desk/offer/", "offer", first_query="Reta Hlom", second_query="Tom Target", **WORDS)
    form = next(form for form in forms_of(response) if form.act == "offer")
    assert form.values["first_query"] == "Reta Hlom"


@pytest.mark.case("A14")
def test_somebody_cannot_be_offered_to_themselves(cora: Browser, cast: Cast) -> None:
    fields = {"act": "offer", "first": cast.tom.id, "second": cast.tom.id, **WORDS}
    assert cora.post("/desk/offer/", fields).status_code == 422


def test_an_introduction_made_elsewhere_is_recorded_without_a_letter(cora: Browser, cast: Cast) -> None:
    response = cora.press(
        "/desk/record/", "record", first_query="Rita Holm", second_query="Tom Target", on="2026-03-01"
    )
    assert response.status_code == 303
    assert Introduction.objects.get().state == "introduced"
    assert cast.deliver() == []


@pytest.mark.parametrize(("on", "code"), [("tomorrow", "date"), ("2036-01-01", "date")])
def test_it_cannot_have_happened_on_such_a_day(cora: Browser, cast: Cast, on: str, code: str) -> None:
    response = cora.press("/desk/record/", "record", first_query="Rita Holm", second_query="Tom Target", on=on)
    assert response.status_code == 422
    assert f'data-error="on:{code}"' in response.content.decode()


def test_a_request_by_phone_may_lack_what_was_not_said(cora: Browser, cast: Cast) -> None:
    response = cora.press("/desk/draft/", "draft", name="Rita Holm", target="Tom Target")
    assert response.status_code == 303
    page = introductions.desk_page(cast.cora.id, Introduction.objects.get().pk, cast.now)
    assert page is not None
    assert (page.row.state, page.requester_verified) == ("draft", False)
    assert cast.deliver() == []


def test_one_with_an_address_is_asked_to_prove_it(cora: Browser, cast: Cast) -> None:
    assert cora.press("/desk/draft/", "draft", **REQUEST).status_code == 303
    assert cast.deliver() == ["verify:requester"]


def test_a_draft_without_a_name_is_shown_again(cora: Browser, cast: Cast) -> None:
    response = cora.press("/desk/draft/", "draft", target="Tom Target", ask="A call.")
    assert response.status_code == 422
    assert 'data-error="name:required"' in response.content.decode()
    assert "A call." in response.content.decode()
