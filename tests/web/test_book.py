"""The connector's own book on the desk: found by name or address, added and changed one card at a time (S1, E8)."""

import pytest
from django.contrib.auth.models import User

from tests.support.cast import Cast
from tests.web.browsing import Browser, forms_of, twice, unlabelled
from twoyes.people import front as people


@pytest.mark.parametrize("query", ["tom", "BLADE", "tom@target.example", "@target.example"])
def test_somebody_is_found(cora: Browser, query: str) -> None:
    page = cora.get(f"/desk/people/?q={query}").content.decode()
    assert "Tom Target" in page
    assert "Rita Holm" not in page


def test_the_list_shows_no_address(cora: Browser) -> None:
    assert "tom@target.example" not in cora.get("/desk/people/").content.decode()


@pytest.mark.case("D26")
@pytest.mark.parametrize("query", ["'; DROP TABLE people_person; --", "%", "\0", "x" * 5000, "@", "@@", "{{ q }}"])
def test_whatever_is_searched_for_is_only_searched_for(cora: Browser, cast: Cast, query: str) -> None:
    assert cora.client.get("/desk/people/", {"q": query}).status_code == 200
    assert people.card(cast.cora.id, cast.tom.id) is not None


def test_a_card_is_added_and_shown(cora: Browser, cast: Cast) -> None:
    response = cora.press(
        "/desk/people/",
        "add_card",
        name="Ada New",
        organisation="New Works",
        known_since="2019-05-01",
        addresses="ada@new.example\nada@home.example\n",
        phones="+47 22 22 22 22",
        notes="Likes mornings.",
    )
    assert response.status_code == 303
    page = cora.get(response.headers["Location"])
    form = next(form for form in forms_of(page) if form.act == "edit_card")
    assert form.values["addresses"].split() == ["ada@new.example", "ada@home.example"]
    assert form.values["known_since"] == "2019-05-01"
    assert unlabelled(page) == twice(page) == []


def test_a_card_is_changed(cora: Browser, cast: Cast) -> None:
    path = f"/desk/people/{cast.tom.id}/"
    assert cora.press(path, "edit_card", name="Tom T. Target", addresses="new@target.example").status_code == 303
    card = people.card(cast.cora.id, cast.tom.id)
    assert card is not None
    assert card.name == "Tom T. Target"
    assert people.addresses(cast.cora.id, cast.tom.id) == ["new@target.example"]


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"name": ""}, "name:bad_text"),
        ({"name": "A\u202eda"}, "name:bad_text"),
        ({"addresses": "one@x.example, two@x.example"}, "addresses:bad_address"),
        ({"known_since": "long ago"}, "known_since:date"),
        ({"phones": "call me"}, "phones:bad_phone"),
    ],
)
def test_a_mistake_stands_beside_its_field_with_everything_kept(
    cora: Browser, fields: dict[str, str], error: str
) -> None:
    known = {"name": "Ada New", "notes": "kept", **fields}
    response = cora.press("/desk/people/", "add_card", **known)
    assert response.status_code == 422
    assert f'data-error="{error}"' in response.content.decode()
    assert next(form for form in forms_of(response) if form.act == "add_card").values["notes"] == "kept"


@pytest.mark.case("E8")
def test_a_card_of_another_book_is_not_there(cora: Browser, cast: Cast) -> None:
    foreign = people.add_card(cast.otto.id, name="Foreign Card")
    assert cora.get(f"/desk/people/{foreign.id}/").content == cora.get("/desk/people/000000000000/").content
    assert "Foreign" not in cora.get("/desk/people/").content.decode()


def test_a_card_is_deleted_with_a_tick_and_is_nobodys_erasure(cora: Browser, cast: Cast) -> None:
    ada = people.add_card(cast.cora.id, name="Ada New", addresses=["ada@new.example"])
    others = people.add_card(cast.otto.id, name="Ada New", addresses=["ada@new.example"])
    path = f"/desk/people/{ada.id}/"
    without = cora.press(path, "delete_card")
    assert without.status_code == 422
    assert 'data-error="sure:required"' in without.content.decode()
    assert people.card(cast.cora.id, ada.id) is not None
    response = cora.press(path, "delete_card", sure="yes")
    assert response.status_code == 303
    assert "The card is deleted." in cora.get(response.headers["Location"]).content.decode()
    assert people.card(cast.cora.id, ada.id) is None
    assert cora.get(path).status_code == 404
    assert people.addresses(cast.otto.id, others.id) == ["ada@new.example"]
    assert not people.Subject.objects.exclude(erased_at=None).exists()


def test_a_card_that_an_introduction_leads_to_stays(cora: Browser, cast: Cast) -> None:
    cast.asking()
    response = cora.press(f"/desk/people/{cast.tom.id}/", "delete_card", sure="yes")
    assert response.status_code == 409
    assert "There is an introduction with Tom Target, so the card stays." in response.content.decode()
    assert people.addresses(cast.cora.id, cast.tom.id) == ["tom@target.example"]


@pytest.mark.case("E8")
def test_nobody_deletes_a_card_of_another_book_and_whoever_acts_for_somebody_none(
    cora: Browser, rita: Browser, cast: Cast
) -> None:
    foreign = people.add_card(cast.otto.id, name="Foreign Card")
    assert cora.post(f"/desk/people/{foreign.id}/delete_card", {"sure": "yes"}).status_code == 404
    assert people.card(cast.otto.id, foreign.id) is not None
    delegate = people.add_delegate("cora", "dana@connects.example", name="Dana")
    rita.client.force_login(User.objects.get(pk=delegate.user_id or 0))
    path = f"/desk/people/{people.add_card(cast.cora.id, name='Ada New').id}/"
    assert not [form for form in forms_of(rita.get(path)) if form.act == "delete_card"]
    assert rita.post(f"{path}delete_card", {"sure": "yes"}).status_code == 404
    assert cora.get(path).status_code == 200
