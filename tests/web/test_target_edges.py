"""The page of somebody who was asked, at its edges: no address, the shortest names, and a mistake after an act."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.support.cast import Cast
from tests.web.browsing import Browser
from twoyes.introductions import front as introductions
from twoyes.introductions.front import TargetPage
from twoyes.people import front as people
from twoyes.web import target_words
from twoyes.web.forms import Field
from twoyes.web.target_form import answer_form, small_forms


def page_of(cast: Cast, introduction: str) -> TargetPage:
    return introductions.target_page(*cast.page(introduction), cast.now)


def fields_of(page: TargetPage) -> dict[str, Field]:
    form = answer_form(page)
    assert form is not None
    return {field.name: field for field in form.fields}


def test_whoever_has_an_address_confirms_it_and_may_unfold_another(cast: Cast) -> None:
    page = page_of(cast, cast.asked())
    fields = fields_of(page)
    confirm = fields["confirm"]
    assert confirm.kind == "tick"
    assert str(confirm.label) == (
        f"I am Tom Target, or I answer for them, and Cora Lund may give Rita Holm this address: {page.address_partly}"
    )
    assert fields["address"] == Field(
        "address", "Another address of yours", "Instead of the one above. Only with a yes.", "email", fold=True
    )


def test_whoever_has_none_is_asked_for_one_that_lies_open(cast: Cast) -> None:
    bare = replace(page_of(cast, cast.asked()), address_partly="")
    fields = fields_of(bare)
    assert str(fields["confirm"].label) == (
        "I am Tom Target, or I answer for them, and Cora Lund may give Rita Holm the address below."
    )
    reads = "With a yes, or to have their details sent."
    assert fields["address"] == Field("address", "An e-mail address of yours", reads, "email", fold=False)
    fields = fields_of(replace(bare, may=tuple(one for one in bare.may if one != "their_details")))
    assert fields["address"].reads == "Only with a yes."


def test_a_blind_ask_asks_for_no_address_and_for_no_box(cast: Cast) -> None:
    assert {"confirm", "address"} & fields_of(replace(page_of(cast, cast.asked()), blind=True)).keys() == set()


def test_only_what_must_be_filled_in_says_so(cast: Cast) -> None:
    fields = fields_of(page_of(cast, cast.asked()))
    assert [name for name, field in fields.items() if field.required] == ["answer"]
    assert [name for name, field in fields.items() if field.fold] == ["address", "zone", "comment"]
    kinds = {name: field.kind for name, field in fields.items()}
    assert kinds == {
        "answer": "radio",
        "confirm": "tick",
        "address": "email",
        "zone": "select",
        "until": "day",
        "still_looking": "tick",
        "tell": "select",
        "scope": "select",
        "comment": "text",
    }
    assert fields["comment"].rows == 2


def test_after_the_introduction_a_line_or_a_choice_is_enough(cast: Cast) -> None:
    told, line = small_forms(page_of(cast, cast.introduced()))["how_it_went"].fields
    assert (line.required, line.kind, str(line.reads)) == (False, "text", "Only Cora Lund reads this.")
    assert (told.required, told.kind, len(told.options)) == (False, "radio", 8)
    missed = next(one for one in told.options if one.value == "no_show_them")
    assert str(missed.hint).startswith("Rita Holm then reads that a date was missed, not who said so")


def test_a_wish_is_one_of_three_that_must_be_chosen(cast: Cast) -> None:
    form = small_forms(page_of(cast, cast.asked()))["wishes"]
    (scope,) = form.fields
    assert (scope.required, scope.kind) == (True, "radio")
    assert [option.value for option in scope.options] == ["this_person", "this_connector", "anyone"]
    assert form.values == {}
    assert form.hidden["wish"] == "never"


@pytest.mark.parametrize(
    ("name", "said", "shown"),
    [
        ("Bo Li", "I am Bo, Bo Li, or LI.", "I am …, …, or …."),
        ("Bo Li", "A bold line on Bolivia.", "A bold line on Bolivia."),
        ("Q Holm", "Mrs Holm took plan Q; Q Holm did not.", "Mrs … took plan Q; … did not."),
    ],
)
def test_in_a_blind_ask_names_of_two_letters_are_veiled_and_single_letters_are_not(
    cast: Cast, name: str, said: str, shown: str
) -> None:
    page = page_of(cast, cast.asked())
    blind = replace(page, blind=True, words={**page.words, "name": name, "about_me": said})
    assert dict(target_words.facts(blind))["In their own words"] == shown
    assert dict(target_words.facts(replace(blind, blind=False)))["In their own words"] == said


@pytest.mark.parametrize(("side", "veiled"), [("first", "target"), ("second", "name")])
def test_in_a_blind_offer_the_other_sides_name_is_veiled(cast: Cast, side: str, veiled: str) -> None:
    page = page_of(cast, cast.asked())
    words = {**page.words, "name": "", "target": "", veiled: "Ada Byron", "about_me": "Ada says so."}
    shown = target_words.facts(replace(page, blind=True, side=side, words=words))
    assert dict(shown)["In their own words"] == "… says so."


def test_a_page_that_comes_back_after_a_mistake_confirms_nothing(tom: Browser, cast: Cast) -> None:
    path = tom.open_as(cast.asked(), "target")
    assert "Your wish is noted" in tom.get(f"{path}?done=wishes").content.decode()
    refused = tom.post(f"{path}answer?done=wishes", {"act": "answer", "seq": "1"})
    assert refused.status_code in {409, 422}
    assert "Your wish is noted" not in refused.content.decode()


def test_what_was_wrong_stands_at_the_form_that_was_pressed_and_at_no_other(tom: Browser, cast: Cast) -> None:
    path = tom.open_as(cast.asked(), "target")
    page = tom.press(path, "erase").content.decode()
    assert page.count("Nothing was erased.") == 1
    assert people.card(cast.cora.id, cast.tom.id) is not None
