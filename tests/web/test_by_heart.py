"""On a card: my word in three taps, do not ask, not listed; merge and split with one button (K1, B4, A19, A20)."""

import pytest

from tests.support.cast import TOM, Cast
from tests.web.browsing import Browser, forms_of, twice, unlabelled
from twoyes.people import front as people


def at(card: people.Card, act: str = "") -> str:
    return f"/desk/people/{card.id}/{act}"


@pytest.fixture
def other(cast: Cast) -> people.Card:
    return people.add_card(
        cast.cora.id, name="Thomas Target", organisation="Sea Works", addresses=["tom@other.example"], notes="Sails."
    )


def tap(browser: Browser, path: str, value: str) -> str:
    """Tap one answer of the question that a card shows; return where that leads."""
    page = browser.get(path)
    assert unlabelled(page) == twice(page) == []
    form = next(form for form in forms_of(page) if form.act == "my_word")
    response = browser.post(form.action, {**form.values, form.values["one"]: value})
    assert response.status_code == 303
    return response.headers["Location"].partition("#")[0]


def test_a_word_takes_three_taps_and_stands_on_the_card_and_beside_a_request(cora: Browser, cast: Cast) -> None:
    path = at(cast.rita)
    for value in ("2023", "worked", "well"):
        path = tap(cora, path, value)
    assert path == f"{at(cast.rita)}?done=my_word"
    sentence = "You wrote: worked together since 2023, you know them well."
    shown = cora.get(path)
    assert sentence in shown.content.decode()
    assert "my_word" not in [form.act for form in forms_of(shown)]
    introduction = cast.waiting()
    assert sentence in cora.get(f"/desk/introductions/{introduction}/").content.decode()
    # It can be changed, and what was said is chosen already.
    form = next(form for form in forms_of(cora.get(at(cast.rita, "my_word"))) if form.act == "my_word")
    assert [form.values[name] for name in ("year", "how", "how_well")] == ["2023", "worked", "well"]


def test_each_tap_is_kept_at_once_and_any_question_can_be_left_out(cora: Browser, cast: Cast) -> None:
    tap(cora, at(cast.tom), "2023")
    assert people.my_word(cast.cora.id, cast.tom.id).since is not None
    assert "?word=how_well#by-heart" in cora.get(f"{at(cast.tom)}?word=how").content.decode()
    assert tap(cora, f"{at(cast.tom)}?word=how_well", "by_name").endswith("?done=my_word")
    word = people.my_word(cast.cora.id, cast.tom.id)
    assert (word.since is not None, word.how, word.how_well) == (True, "", "by_name")


def test_an_answer_that_no_button_has_is_refused_and_changes_nothing(cora: Browser, cast: Cast) -> None:
    form = next(form for form in forms_of(cora.get(f"{at(cast.tom)}?word=how")) if form.act == "my_word")
    response = cora.post(form.action, {**form.values, "how": "bribed"})
    assert response.status_code == 422
    assert not people.my_word(cast.cora.id, cast.tom.id)


@pytest.mark.parametrize(("since", "status"), [("2009", 303), ("2009-05-31", 303), ("once", 422), ("2031", 422)])
def test_another_year_can_be_typed_and_a_mistake_stands_beside_it(
    cora: Browser, cast: Cast, since: str, status: int
) -> None:
    response = cora.press(at(cast.tom, "my_word"), "my_word", since=since, how="met")
    assert response.status_code == status
    if status == 422:
        assert 'data-error="since:since"' in response.content.decode()
        assert next(form for form in forms_of(response) if form.act == "my_word").values["how"] == "met"
        assert unlabelled(response) == twice(response) == []
    else:
        assert since[:4] in cora.get(at(cast.tom)).content.decode()


@pytest.mark.parametrize("mark", people.MARKS)
def test_a_mark_is_set_and_taken_off_with_one_button(cora: Browser, cast: Cast, mark: str) -> None:
    cora.press(at(cast.tom), mark)
    assert people.marks(cast.cora.id, cast.tom.id) == {mark}
    cora.press(at(cast.tom), mark)
    assert people.marks(cast.cora.id, cast.tom.id) == frozenset()


def test_approving_somebody_who_is_not_to_be_asked_says_so_kindly(cora: Browser, cast: Cast) -> None:
    introduction = cast.waiting()
    cora.press(at(cast.tom), "do_not_ask")
    path = f"/desk/introductions/{introduction}/"
    form = cora.form(path, "approve")
    from tests.support.cast import APPROVAL

    response = cora.post(form.action, {**form.values, **APPROVAL, "target": cast.tom.id})
    text = response.content.decode()
    if response.status_code == 200:
        form = next(form for form in forms_of(response) if form.act == "approve")
        response = cora.post(form.action, form.values)
        text = response.content.decode()
    assert response.status_code == 422
    assert 'data-error="target:do_not_ask"' in text
    assert "Take the mark off their card first" in text


def test_who_is_not_listed_is_no_suggestion_for_a_request(cora: Browser, cast: Cast) -> None:
    introduction = cast.waiting()
    path = f"/desk/introductions/{introduction}/"
    assert cast.tom.id in cora.get(path).content.decode()
    cora.press(at(cast.tom), "not_listed")
    assert cast.tom.id not in cora.get(path).content.decode()
    assert "Tom Target" not in cora.get("/desk/people/").content.decode()
    assert "Tom Target" in cora.get("/desk/people/?q=Tom+Target").content.decode()


@pytest.mark.case("A19")
@pytest.mark.parametrize("keep", ["this", "other"])
def test_two_cards_are_seen_side_by_side_and_made_one(cora: Browser, cast: Cast, other: people.Card, keep: str) -> None:
    found = cora.get(f"{at(cast.tom, 'merge')}?q=thomas")
    assert f"?other={other.id}" in found.content.decode()
    path = f"{at(cast.tom, 'merge')}?other={other.id}"
    page = cora.get(path)
    assert unlabelled(page) == twice(page) == []
    for word in (TOM, "tom@other.example", "Blade Works", "Sea Works", "Sails."):
        assert word in page.content.decode()
    form = cora.form(path, "merge")
    stays, goes = (cast.tom, other) if keep == "this" else (other, cast.tom)
    for _again in range(2):
        response = cora.post(form.action, {**form.values, "keep": stays.id})
        assert response.headers["Location"] == f"{at(stays)}?done=merge"
    assert set(people.addresses(cast.cora.id, stays.id)) == {TOM, "tom@other.example"}
    # The address of the card that went leads to the one that stays.
    assert cora.get(at(goes)).headers["Location"] == at(stays)
    assert f"Also known as {goes.name}" in cora.get(at(stays)).content.decode()

    form = next(form for form in forms_of(cora.get(at(stays, "split"))) if form.values.get("again"))
    for _again in range(2):
        assert cora.post(form.action, form.values).headers["Location"] == f"{at(goes)}?done=split"
    assert people.card(cast.cora.id, goes.id) == goes


@pytest.mark.case("A14", "A19")
def test_the_two_sides_of_an_open_introduction_are_refused_with_a_sentence(cora: Browser, cast: Cast) -> None:
    cast.asked()
    response = cora.press(f"{at(cast.tom, 'merge')}?other={cast.rita.id}", "merge")
    assert response.status_code == 409
    assert 'data-refused="two_sides"' in response.content.decode()


@pytest.mark.case("A20")
def test_what_is_ticked_gets_a_card_of_its_own(cora: Browser, cast: Cast) -> None:
    people.edit_card(cast.cora.id, cast.tom.id, addresses=[TOM, "tom@other.example"])
    page = cora.get(at(cast.tom, "split"))
    assert unlabelled(page) == twice(page) == []
    form = cora.form(at(cast.tom, "split"), "split")
    ids = {point.value: point.id for point in people.points_of(cast.cora.id, cast.tom.id)}
    nothing = cora.post(form.action, {**form.values, "name": "Thomas"})
    assert nothing.status_code == 422
    assert 'data-error="move:nothing_moves"' in nothing.content.decode()
    nameless = cora.post(form.action, {**form.values, "name": " ", "move": ids["tom@other.example"]})
    assert 'data-error="name:bad_text"' in nameless.content.decode()
    done = cora.post(form.action, {**form.values, "name": "Thomas", "move": ids["tom@other.example"]})
    assert done.status_code == 303
    assert people.addresses(cast.cora.id, cast.tom.id) == [TOM]
    assert people.who(cast.cora.id, "Thomas").id in done.headers["Location"]


@pytest.mark.case("E8")
@pytest.mark.parametrize("act", ["my_word", "do_not_ask", "not_listed", "merge", "split"])
def test_none_of_this_is_there_for_another_connectors_card(cora: Browser, cast: Cast, act: str) -> None:
    foreign = people.add_card(cast.otto.id, name="Foreign Card", addresses=["f@foreign.example"])
    fields = {"year": "2023", "on": "yes", "other": cast.tom.id, "keep": cast.tom.id, "name": "X", "move": "x"}
    missing = cora.post("/desk/people/000000000000/", {})
    for path in (at(foreign, act), f"/desk/people/000000000000/{act}"):
        assert cora.post(path, fields).content == missing.content
    merged = cora.post(at(cast.tom, "merge"), {"other": foreign.id, "keep": cast.tom.id})
    assert merged.status_code == 404
    assert people.addresses(cast.otto.id, foreign.id) == ["f@foreign.example"]
