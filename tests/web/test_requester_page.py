"""The requester's page: proof by a button, the stage in words, and the same bytes whatever the target did (A7, A30)."""

import re
from datetime import timedelta

import pytest

from tests.support.cast import Cast
from tests.web.browsing import Browser, forms_of, twice, unlabelled
from twoyes.introductions import front as introductions
from twoyes.introductions.models import Introduction
from twoyes.lib import chance
from twoyes.people import front as people

STAGES = {
    "waiting": ["withdraw", "also_me"],
    "returned": ["revise", "withdraw", "also_me"],
    "talking": ["withdraw", "also_me"],
    "declined": [],
    "lapsed": [],
    "asked": ["withdraw"],
    "refused": ["withdraw"],
    "passed_on": ["outcome", "withdraw"],
    "introduced": ["wrote"],
    "awaiting_outcome": ["outcome", "wrote"],
    "unreported": ["outcome"],
    "closed": ["outcome"],
    "withdrawn": [],
}
_SECRETS = re.compile(rb'name="csrfmiddlewaretoken" value="\w+"|/r/[0-9a-z]{12}/')


def bare(browser: Browser, path: str) -> bytes:
    """Return a page without what differs from one visit to the next by itself."""
    return _SECRETS.sub(b"", browser.get(path).content)


@pytest.mark.parametrize("stage", STAGES)
def test_each_stage_says_where_it_stands_and_offers_what_is_open(rita: Browser, cast: Cast, stage: str) -> None:
    introduction: str = getattr(cast, stage)()
    page = rita.get(rita.open_as(introduction, "requester"))
    assert page.status_code == 200
    assert [form.act for form in forms_of(page)] == STAGES[stage]
    assert unlabelled(page) == twice(page) == []


def test_opening_the_letter_swaps_its_token_for_a_cookie_of_that_page_alone(rita: Browser, cast: Cast) -> None:
    introduction = cast.waiting()
    link, token = cast.page(introduction, "requester")
    response = rita.get(f"/r/{token}")
    assert (response.status_code, response.headers["Location"]) == (303, f"/r/{link}/")
    cookie = response.cookies[f"twoyes_r_{link}"]
    assert (cookie.value, cookie["path"], cookie["httponly"]) == (token, f"/r/{link}/", True)
    assert (cookie["samesite"], cookie["secure"]) == ("Lax", "")


@pytest.mark.case("E8", "E9", "E10", "D24")
def test_without_the_cookie_with_anothers_and_at_no_page_the_answer_is_one_404(rita: Browser, cast: Cast) -> None:
    first, second = cast.waiting(), cast.waiting(email="kim@asks.example")
    page = rita.open_as(first, "requester")
    foreign = f"/r/{cast.page(second, 'requester')[0]}/"
    target = cast.asked(target="Another")
    answers = [
        rita.get(foreign),
        rita.get("/r/000000000000/"),
        rita.get(f"/r/{'a' * 26}"),
        rita.get(f"/t/{cast.page(first, 'requester')[1]}"),
        rita.get(f"/r/{cast.page(target)[1]}"),
        rita.get("/r/x/y/z"),
        Browser(cast).get(page),
        rita.post(f"{foreign}withdraw", {"act": "withdraw"}),
        rita.post(f"{page}approve", {"act": "approve"}),
    ]
    assert {(one.status_code, one.content) for one in answers} == {(404, answers[0].content)}


@pytest.mark.case("E10")
def test_an_expired_letter_opens_the_same_404(rita: Browser, cast: Cast) -> None:
    introduction = cast.waiting()
    token = cast.page(introduction, "requester")[1]
    cast.now += timedelta(days=401)
    assert rita.get(f"/r/{token}").content == rita.get("/r/000000000000/").content


@pytest.mark.case("E27")
def test_opening_the_first_letter_proves_nothing_and_pressing_its_button_does(rita: Browser, cast: Cast) -> None:
    introduction = cast.unverified()
    page = rita.get(f"/v/{cast.key(introduction, 'verify')}").headers["Location"]
    assert rita.get(page).status_code == 200
    assert cast.state(introduction) == "unverified"
    response = rita.press(page, "verify")
    assert (response.status_code, response.headers["Location"]) == (303, "/r/")
    assert cast.state(introduction) == "waiting"
    assert "Tom Target of Blade Works" in rita.get("/r/").content.decode()


def test_pressing_it_again_changes_nothing(rita: Browser, cast: Cast) -> None:
    introduction = cast.unverified()
    page = rita.get(f"/v/{cast.key(introduction, 'verify')}").headers["Location"]
    assert [rita.press(page, "verify").status_code for _ in range(2)] == [303, 303]
    assert Introduction.objects.get().seq == 2


def test_all_requests_of_a_proved_address_stand_on_one_page_and_each_opens(rita: Browser, cast: Cast) -> None:
    first = cast.unverified()
    rita.press(rita.get(f"/v/{cast.key(first, 'verify')}").headers["Location"], "verify")
    second = cast.waiting(target="Another person")
    stranger = cast.waiting(email="kim@asks.example", target="A third one")
    listed = rita.get("/r/").content.decode()
    assert f"/r/{first}/" in listed
    assert f"/r/{second}/" in listed
    assert "A third one" not in listed
    assert rita.get(f"/r/{second}/").status_code == 200
    assert rita.get(f"/r/{stranger}/").status_code == 404
    assert rita.press(f"/r/{second}/", "withdraw").status_code == 303
    assert cast.state(second) == "withdrawn"


@pytest.mark.parametrize("forged", ["", "abc", "0" * 32 + "-1772442000.aaaaaaaaaaaaaaaa"])
def test_without_a_proof_the_list_says_how_to_come_by_one(rita: Browser, cast: Cast, forged: str) -> None:
    cast.waiting()
    rita.client.cookies["twoyes_proved"] = forged
    page = rita.get("/r/")
    assert page.status_code == 200
    assert "Tom Target" not in page.content.decode()


def test_a_returned_request_shows_the_help_beside_its_field_and_goes_back_improved(rita: Browser, cast: Cast) -> None:
    introduction = cast.waiting(why_now="")
    help_ = {"codes": "no_why_now", "words": "Say why it has to be this spring."}
    introductions.return_(introduction, help_, actor=cast.desk, now=cast.now)
    cast.deliver()
    path = rita.open_as(introduction, "requester")
    page = rita.get(path).content.decode()
    assert "Say why it has to be this spring." in page
    assert 'class="finding"' in page
    assert rita.press(path, "revise", why_now="The season begins in May.").status_code == 303
    assert cast.state(introduction) == "waiting"


def test_an_improvement_with_a_mistake_is_shown_again_as_it_was_typed(rita: Browser, cast: Cast) -> None:
    path = rita.open_as(cast.returned(), "requester")
    response = rita.press(path, "revise", benefit="", why_now="Because of the season.")
    assert response.status_code == 422
    assert 'data-error="benefit:required"' in response.content.decode()
    assert forms_of(response)[0].values["why_now"] == "Because of the season."


def test_an_outcome_is_told_with_a_line_and_another_one_later(rita: Browser, cast: Cast) -> None:
    introduction = cast.awaiting_outcome()
    path = rita.open_as(introduction, "requester")
    assert rita.press(path, "outcome", outcome="met", words="A good talk.").status_code == 303
    assert cast.state(introduction) == "closed"
    assert rita.press(path, "outcome", outcome="partnership", words="").status_code == 303


@pytest.mark.parametrize("outcome", ["", "eaten"])
def test_an_outcome_that_is_none_is_refused_beside_its_field(rita: Browser, cast: Cast, outcome: str) -> None:
    introduction = cast.awaiting_outcome()
    response = rita.press(rita.open_as(introduction, "requester"), "outcome", outcome=outcome, words="We met.")
    assert response.status_code == 422
    assert 'data-error="outcome:outcome"' in response.content.decode()
    assert "We met." in response.content.decode()
    assert cast.state(introduction) == "awaiting_outcome"


def test_wrote_is_one_press(rita: Browser, cast: Cast) -> None:
    introduction = cast.introduced()
    assert rita.press(rita.open_as(introduction, "requester"), "wrote").status_code == 303
    assert cast.state(introduction) == "connected"


@pytest.mark.case("E12")
def test_what_has_ended_is_409_with_the_page_as_it_stands(rita: Browser, cast: Cast) -> None:
    introduction = cast.waiting()
    path = rita.open_as(introduction, "requester")
    form = rita.form(path, "withdraw")
    assert rita.post(form.action, form.values).status_code == 303
    again = rita.post(form.action, form.values)
    assert again.status_code == 409
    assert "You withdrew this request." in again.content.decode()


@pytest.mark.case("A30", "E15")
def test_the_page_is_the_same_in_every_byte_whatever_became_of_the_ask(
    rita: Browser, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chance, "uniform", lambda low, _high: low)
    start, seen = cast.now, {}
    for world in ("asked", "refused", "deferred", "passed", "undeliverable"):
        cast.now = start
        cast.tom = people.add_card(cast.cora.id, name=f"Tom {world}", addresses=[f"{world}@target.example"])
        introduction: str = getattr(cast, world)(email=f"{world}@asks.example", target="Somebody in health")
        path, found = rita.open_as(introduction, "requester"), []
        for when in (timedelta(hours=1), timedelta(days=11), timedelta(days=24, minutes=30), timedelta(days=26)):
            cast.now = start + when
            found.append(bare(rita, path))
        seen[world] = found
    assert all(found == seen["asked"] for found in seen.values())
    assert len({*seen["asked"]}) == 2


@pytest.mark.case("E14")
@pytest.mark.parametrize("stage", ["waiting", "introduced", "declined"])
def test_a_pasted_link_previews_no_name(rita: Browser, cast: Cast, stage: str) -> None:
    page = rita.get(rita.open_as(getattr(cast, stage)(), "requester")).content.decode()
    assert re.findall(r"<title>(.*?)</title>", page) == ["Your request"]
    assert 'name="robots" content="noindex, nofollow"' in page
    assert "og:" not in page
