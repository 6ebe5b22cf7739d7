"""May be the same person: several answered at once, each joined one with its way back, and plain forms alone."""

from __future__ import annotations

import pytest

from tests.support.cast import Cast
from tests.web.browsing import Browser, forms_of, twice, unlabelled
from tests.web.test_queries import queries
from twoyes.care import front as care
from twoyes.people import front as people

PAGE = "/desk/people/same/"


@pytest.fixture
def several(cast: Cast) -> list[str]:
    """Three questions: Tom at home, and two more who have two cards each; and one Rita who is joined by herself."""
    for name in ("Tom Target", "Ada Berg", "Ada Berg", "Nils Holt", "Nils Holt"):
        number = len(people.find(cast.cora.id, "", limit=100))
        people.add_card(cast.cora.id, name=name, addresses=[f"someone{number}@h{number}.example"])
    people.add_card(cast.cora.id, name=cast.rita.name, addresses=["rita@sea.asks.example"])
    with cast.time():
        care.look_for_same(cast.cora.id)
    return [one.id for one in people.questions(cast.cora.id)]


def test_the_page_leads_from_the_book_and_starts_a_look(cora: Browser, cast: Cast, launched: list[str]) -> None:
    assert f'href="{PAGE}"' in cora.get("/desk/people/").content.decode()
    assert cora.press(PAGE, "look").headers["Location"] == PAGE
    assert launched == [cast.cora.id]
    assert "being looked through" in cora.get(PAGE).content.decode()
    cora.post(f"{PAGE}look", {"act": "look"})
    assert launched == [cast.cora.id], "one look at a time"


def test_several_are_answered_at_once(cora: Browser, cast: Cast, several: list[str]) -> None:
    assert len(several) == 3
    page = cora.get(PAGE)
    assert page.content.decode().count("The same full name.") == 3
    assert unlabelled(page) == twice(page) == []
    form = next(one for one in forms_of(page) if one.act == "merge")
    before = len(people.find(cast.cora.id, "", limit=100))
    done = cora.post(form.action, {**form.values, "which": several[:2]})
    assert done.headers["Location"] == f"{PAGE}?done=merge"
    assert len(people.find(cast.cora.id, "", limit=100)) == before - 2
    assert cora.post(form.action, {**form.values, "which": several[:2]}).status_code == 303, "sent twice is once (E12)"
    assert len(people.find(cast.cora.id, "", limit=100)) == before - 2
    done = cora.post(f"{PAGE}keep_apart", {**form.values, "which": several[2:]})
    assert done.headers["Location"] == f"{PAGE}?done=keep_apart"
    assert "You are not asked about them again" in cora.get(done.headers["Location"]).content.decode()
    with cast.time():
        care.look_for_same(cast.cora.id)
    assert people.questions(cast.cora.id) == []


def test_nothing_ticked_is_said_beside_the_choice(cora: Browser, several: list[str]) -> None:
    for act in ("merge", "keep_apart"):
        refused = cora.post(f"{PAGE}{act}", {"act": act})
        assert refused.status_code == 422
        assert 'data-error="which:required"' in refused.content.decode()
    assert len(several) == 3


def test_what_was_joined_is_listed_with_its_reason_and_taken_apart_here(
    cora: Browser, cast: Cast, several: list[str]
) -> None:
    assert several
    shown = cora.get(PAGE).content.decode()
    assert "Joined without asking" in shown
    assert "the same mailbox name at two hosts" in shown
    form = next(one for one in forms_of(cora.get(PAGE)) if one.act == "split")
    assert cora.post(form.action, form.values).status_code == 303
    assert "Joined without asking" not in cora.get(PAGE).content.decode()
    with cast.time():
        assert care.look_for_same(cast.cora.id).joined == 0


def test_what_is_refused_is_named_and_the_others_are_merged(cora: Browser, cast: Cast) -> None:
    """The two sides of an open introduction cannot be one person."""
    people.edit_card(cast.cora.id, cast.rita.id, name="Tom Target")
    for number in range(2):
        people.add_card(cast.cora.id, name="Ada Berg", addresses=[f"ada@h{number}.example"])
    cast.asked()
    with cast.time():
        care.look_for_same(cast.cora.id)
    asked = people.questions(cast.cora.id)
    assert len(asked) == 2
    refused = cora.post(f"{PAGE}merge", {"act": "merge", "which": [one.id for one in asked]})
    assert refused.status_code == 409
    assert "Tom Target, Tom Target: " in refused.content.decode()
    assert len(people.find(cast.cora.id, "Ada Berg")) == 1


def test_many_questions_cost_as_many_queries_as_few(cora: Browser, cast: Cast, several: list[str]) -> None:
    known = queries(cora, PAGE)
    for number in range(20):
        people.add_card(cast.cora.id, name="Tom Target", addresses=[f"more@h{number}.example"])
        people.add_card(cast.cora.id, name=f"Ada B{chr(97 + number)}rg", addresses=[f"a{number}@x{number}.example"])
        people.add_card(cast.cora.id, name=f"Ada B{chr(97 + number)}rg", addresses=[f"a{number}@y.x{number}.example"])
    with cast.time():
        care.look_for_same(cast.cora.id)
    assert len(people.questions(cast.cora.id)) > len(several) + 20
    assert len(people.joined_by_themselves(cast.cora.id)) > 20 or several
    assert queries(cora, PAGE) == known


@pytest.mark.case("E8")
def test_nobody_elses_desk_shows_or_answers_them(cora: Browser, otto: Browser, cast: Cast, several: list[str]) -> None:
    assert cora.get(PAGE).status_code == 200
    shown = otto.get(PAGE).content.decode()
    assert "Ada Berg" not in shown
    assert all(one not in shown for one in several)
    for act in ("merge", "keep_apart"):
        otto.post(f"{PAGE}{act}", {"act": act, "which": several})
    assert len(people.questions(cast.cora.id)) == 3


def test_the_desk_hints_at_new_suggestions_until_they_were_looked_at(cora: Browser, cast: Cast) -> None:
    known = queries(cora, "/desk/")
    people.add_card(cast.cora.id, name=cast.tom.name, addresses=["tom@home.example"])
    with cast.time():
        care.work_through(cast.cora.id)
    page = cora.get("/desk/")
    assert "Two cards of your book may be the same person." in page.content.decode()
    assert unlabelled(page) == twice(page) == []
    assert queries(cora, "/desk/") == known, "the hint comes with what is read anyway"
    assert "may be the same person" in cora.get("/desk/").content.decode(), "to look at the desk takes nothing away"
    assert cora.press("/desk/", "seen").headers["Location"] == PAGE
    assert "may be the same person" not in cora.get("/desk/").content.decode()
    assert len(people.questions(cast.cora.id)) == 1, "the question stays where it is"
    people.add_card(cast.cora.id, name=cast.tom.name, addresses=["tom@third.example"])
    with cast.time():
        care.work_through(cast.cora.id)
    assert "2 pairs of cards in your book may each be" in cora.get("/desk/").content.decode()
    assert cora.press("/desk/", "seen", later="yes").headers["Location"] == "/desk/"
    assert "may each be" not in cora.get("/desk/").content.decode()


def test_the_desk_tells_what_was_joined_by_itself_and_the_page_takes_each_apart(cora: Browser, cast: Cast) -> None:
    known = queries(cora, "/desk/")
    others = [people.add_card(cast.cora.id, name=cast.tom.name, addresses=["tom@sea.target.example"])]
    others.append(people.add_card(cast.cora.id, name=cast.rita.name, addresses=["rita@sea.asks.example"]))
    with cast.time():
        care.work_through(cast.cora.id)
    page = cora.get("/desk/")
    told = "2 cards of your book were joined to others of the same person. Each can be taken apart again."
    assert told in page.content.decode()
    assert "may be the same person" not in page.content.decode(), "nothing is asked"
    assert unlabelled(page) == twice(page) == []
    assert queries(cora, "/desk/") == known, "the hint comes with what is read anyway"
    assert cora.press("/desk/", "seen").headers["Location"] == PAGE
    assert "were joined" not in cora.get("/desk/").content.decode()
    page = cora.get(PAGE)
    assert "2 cards were joined to others without asking, and each can be taken apart." in page.content.decode()
    assert page.content.decode().count("the same mailbox name at two hosts") == 2
    for address in ("rita@asks.example", "rita@sea.asks.example", "tom@target.example", "tom@sea.target.example"):
        assert page.content.decode().count(address) == 1, "which came to which"
    assert unlabelled(page) == twice(page) == []
    for form in [one for one in forms_of(page) if one.act == "split"]:
        assert cora.post(form.action, form.values).status_code == 303
    assert "without asking" not in cora.get(PAGE).content.decode()
    with cast.time():
        care.work_through(cast.cora.id)
    assert {card.id for card in others} <= {card.id for card in people.find(cast.cora.id, "", limit=100)}
    assert "joined" not in cora.get("/desk/").content.decode(), "what was taken apart stays apart"


def test_however_many_were_joined_each_has_its_button(
    cora: Browser, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("twoyes.people.same.SHOWN", 2)
    for host in ("sea", "bay", "fjord"):
        people.add_card(cast.cora.id, name=cast.tom.name, addresses=[f"tom@{host}.target.example"])
    with cast.time():
        care.work_through(cast.cora.id)
    first, second = cora.get(PAGE), cora.get(f"{PAGE}?from=2")
    assert f'href="{PAGE}?from=2#joined"' in first.content.decode()
    assert "1 to 2 of 3." in first.content.decode()
    assert "3 cards were joined" in second.content.decode()
    buttons = [
        one.action + one.values["again"] for page in (first, second) for one in forms_of(page) if one.act == "split"
    ]
    assert len(set(buttons)) == 3
