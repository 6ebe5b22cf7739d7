"""/desk/network/: what was promised, whom the connector introduced and never heard of, and whom to write a line."""

from __future__ import annotations

import html
import re
from datetime import timedelta

import pytest

from tests.support.cast import Cast
from tests.web.browsing import Browser, forms_of, twice, unlabelled
from tests.web.mailbox import PROMISED, a_history, mailed
from twoyes.network import front as network
from twoyes.network.models import Promise
from twoyes.people import front as people

PAGE = "/desk/network/"


def shown(browser: Browser, path: str = PAGE) -> str:
    page = browser.get(path)
    assert page.status_code == 200
    assert unlabelled(page) == twice(page) == []
    return html.unescape(page.content.decode())


def listed(page: str, section: str) -> str:
    return page.split(f'id="{section}"')[1].split("</section>", maxsplit=1)[0]


def noted(cast: Cast, words: str = "") -> str:
    return network.promise(cast.cora.id, cast.rita.id, cast.tom.id, words=words, since=PROMISED, now=cast.now)


# ---------------------------------------------------------------- promises


def test_a_promise_is_noted_by_names_and_stands_there_with_its_age(cora: Browser, cast: Cast) -> None:
    fields = {"first_query": "Rita Holm", "second_query": "Tom Target", "words": "About blades.", "since": "2025-11-01"}
    response = cora.press(PAGE, "promise", **fields)
    assert response.headers["Location"] == f"{PAGE}?done=promise"
    page = listed(shown(cora), "promises")
    for said in ("Rita Holm to Tom Target", "Promised on 1 November 2025: 4 months ago.", "About blades."):
        assert said in page


def test_the_button_begins_the_offer_with_both_and_the_words_in_it(cora: Browser, cast: Cast) -> None:
    noted(cast, "They both look at blades.")
    form = next(one for one in forms_of(cora.get(PAGE)) if one.action == "/desk/offer/")
    page = cora.post(form.action, form.values)
    assert page.status_code == 200
    said = page.content.decode()
    for card in (cast.rita, cast.tom):
        assert re.search(rf'value="{card.id}"[^>]*checked', said)
    assert "They both look at blades." in said


@pytest.mark.parametrize("act", ["keep", "drop"])
def test_a_promise_that_was_kept_or_dropped_is_off_the_list_and_twice_does_no_harm(
    cora: Browser, cast: Cast, act: str
) -> None:
    promised = noted(cast, "They both look at blades.")
    form = next(one for one in forms_of(cora.get(PAGE)) if one.act == act)
    for _press in range(2):
        assert cora.post(form.action, form.values).headers["Location"] == f"{PAGE}?done={act}"
    assert network.promises(cast.cora.id, cast.now) == []
    assert bool(Promise.objects.get(pk=promised).words) == (act == "keep"), "the words of what was dropped are gone"


def test_what_is_wrong_is_told_beside_its_field_with_everything_kept(cora: Browser, cast: Cast) -> None:
    fields = {"first_query": "Rita Holm", "second_query": "Nobody Here", "words": "About blades.", "since": ""}
    page = cora.press(PAGE, "promise", **fields)
    assert page.status_code == 422
    said = page.content.decode()
    assert 'data-error="second_query:nobody"' in said or 'data-error="second:nobody"' in said
    assert "About blades." in said
    fields |= {"second_query": "Tom Target", "since": "2031-01-01"}
    assert 'data-error="since:future"' in cora.press(PAGE, "promise", **fields).content.decode()
    fields |= {"since": "soon"}
    assert 'data-error="since:date"' in cora.press(PAGE, "promise", **fields).content.decode()
    fields |= {"since": "", "second_query": "Rita Holm"}
    assert ":same_person" in cora.press(PAGE, "promise", **fields).content.decode()
    assert not Promise.objects.exists()


def test_the_same_promise_twice_is_one(cora: Browser, cast: Cast) -> None:
    fields = {"first_query": "Rita Holm", "second_query": "Tom Target", "words": "", "since": ""}
    assert cora.press(PAGE, "promise", **fields).status_code == 303
    assert ":promised" in cora.press(PAGE, "promise", **fields).content.decode()
    assert Promise.objects.count() == 1


@pytest.mark.case("E8")
def test_a_foreign_promise_is_like_one_that_does_not_exist(otto: Browser, cast: Cast) -> None:
    promised = noted(cast)
    assert "Rita Holm" not in shown(otto)
    assert otto.post(f"{PAGE}{promised}/keep", {"act": "keep"}).status_code == 404
    assert otto.post(f"{PAGE}{promised}/drop", {"act": "drop"}).status_code == 404
    assert Promise.objects.filter(pk=promised, ended_at=None).exists()


# ---------------------------------------------------------------- what mail shows


def test_how_many_were_introduced_and_of_how_many_nothing_was_heard(cora: Browser, cast: Cast) -> None:
    mailed(cast, a_history(cast))
    page = listed(shown(cora), "introduced")
    assert "In three years you introduced 2 pairs; of one you never heard." in page
    assert "Dear Kim Berg, dear Ada Moor," in page or "Dear Ada Moor, dear Kim Berg," in page
    assert "On 14 August 2025 I brought the two of you together." in page
    assert 'id="ask-1"' in page
    assert 'data-copy="ask-1"' in page
    assert "Uwe" not in page
    assert "@" not in re.sub(r"<[^>]*>", "", page)


def test_whoever_was_near_once_and_fell_silent_is_worth_a_line(cora: Browser, cast: Cast) -> None:
    mailed(cast, a_history(cast))
    page = listed(shown(cora), "dormant")
    assert "Nora Vik" in page
    assert "60 different weeks" in page
    assert "Rita" not in page


@pytest.mark.parametrize("mark", ["not_listed", "do_not_ask"])
def test_whoever_shall_not_be_asked_or_listed_is_not_suggested(cora: Browser, cast: Cast, mark: str) -> None:
    mailed(cast, a_history(cast))
    people.set_mark(cast.cora.id, people.who(cast.cora.id, "Nora Vik").id, mark, on=True, now=cast.now)
    assert "Nora" not in listed(shown(cora), "dormant")


def test_whoever_is_not_listed_is_in_no_introduction_either(cora: Browser, cast: Cast) -> None:
    mailed(cast, a_history(cast))
    people.set_mark(cast.cora.id, people.who(cast.cora.id, "Ada Moor").id, "not_listed", on=True, now=cast.now)
    page = listed(shown(cora), "introduced")
    assert "In three years you introduced one pair; of each of them you heard." in page
    assert "Ada" not in page


def test_without_mail_the_page_says_so_and_leads_there(cora: Browser, cast: Cast) -> None:
    page = shown(cora)
    assert page.count("No mail is read yet.") == 2
    assert "/desk/history/" in page


def test_what_a_deleted_archive_showed_is_gone_from_the_lists(cora: Browser, cast: Cast) -> None:
    mailed(cast, a_history(cast))
    (source,) = network.history_sources(cast.cora.id)
    network.delete_history(cast.cora.id, source.id, now=cast.now + timedelta(days=1))
    assert "No mail is read yet." in shown(cora)


def test_the_page_of_an_import_that_is_read_leads_there(cora: Browser, cast: Cast) -> None:
    job = network.start_history(cast.cora.id, ["".join(a_history(cast)).encode()], name="Sent.mbox")
    network.carry_history(job)
    assert f'href="{PAGE}#introduced"' in shown(cora, f"/desk/history/{job}/")
