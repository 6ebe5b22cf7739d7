"""How somebody wishes to be asked: said on their page, read on the desk before a decision, taken back (B4, A5)."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from tests.support.cast import APPROVAL, REQUEST, TOM, Cast, frozen
from tests.web.browsing import Browser, forms_of
from twoyes.introductions import front as introductions
from twoyes.introductions.protocol import Actor, Role
from twoyes.lib import addresses
from twoyes.people import front as people
from twoyes.people.models import Preference, Wish

ROLF = {"email": "rolf@asks.example", "name": "Rolf Berg"}
SAID = {
    "wish": "asked",
    "formats": ["mail", "call"],
    "unwelcome": "offshore lawsuits, Nórdsjo Drift",
    "welcome": "erosion measured at sea",
    "every": "6",
    "scope": "anyone",
}


@pytest.fixture
def asked(tom: Browser, cast: Cast) -> str:
    """The path of Tom's page, from an ask of a while ago."""
    path = tom.open_as(cast.asked(), "target")
    cast.pass_time(timedelta(days=31))
    return path


def say(tom: Browser, path: str, **fields: object) -> str:
    """Press the form with what Tom says; return where it leads."""
    answer = tom.post(f"{path}wishes", {"act": "wishes", **SAID, **fields})
    assert answer.status_code == 303, answer.content.decode()
    return answer.headers["Location"]


def test_three_presses_keep_what_somebody_takes(tom: Browser, asked: str) -> None:
    # Unfold, tick, keep: the form itself needs no other field.
    form = next(one for one in forms_of(tom.get(asked)) if one.values.get("wish") == "asked")
    answer = tom.post(form.action, {**form.values, "formats": "mail"})
    assert answer.headers["Location"] == f"{asked}?done=asked"
    assert "Your wishes are kept." in tom.get(answer.headers["Location"]).content.decode()
    assert set(Preference.objects.values_list("formats", flat=True)) == {"mail"}


def test_the_page_shows_what_was_said_to_be_changed_and_among_what_is_held(tom: Browser, asked: str) -> None:
    say(tom, asked, not_listed="yes")
    page = tom.get(asked)
    form = next(one for one in forms_of(page) if one.values.get("wish") == "asked")
    assert form.values["unwelcome"] == SAID["unwelcome"]
    assert form.values["every"] == "6"
    held = page.content.decode().partition('id="held"')[2]
    for told in ("erosion measured at sea", "a call, mail", "at most one ask in 6 months", "in no list"):
        assert told in held
    say(tom, asked, formats=[], unwelcome="", welcome="", every="0", not_listed="")
    assert not Preference.objects.exists()
    assert "in no list" not in tom.get(asked).content.decode()


def test_a_later_letter_leads_to_the_same_wishes(tom: Browser, cast: Cast, asked: str) -> None:
    say(tom, asked, formats=[], unwelcome="", every="1")
    later = tom.open_as(cast.asked(email=ROLF["email"], name=ROLF["name"]), "target")
    assert "erosion measured at sea" in tom.get(later).content.decode()
    say(tom, later, formats=[], unwelcome="", welcome="", every="0")
    assert "erosion measured at sea" not in tom.get(asked).content.decode()


def test_nothing_said_is_nothing_noted(tom: Browser, asked: str) -> None:
    answer = tom.post(f"{asked}wishes", {"act": "wishes", "wish": "asked"})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert 'data-error="welcome:required"' in page
    assert '<details id="asked" open>' in page


@pytest.mark.case("C34")
@pytest.mark.parametrize("scope", ["this_person", "this_connector", "anyone"])
def test_a_never_is_shown_and_taken_back_with_a_tick(tom: Browser, asked: str, scope: str) -> None:
    tom.press(asked, "wishes", scope=scope)
    page = tom.get(asked)
    assert "What you have said so far" in page.content.decode()
    back = next(one for one in forms_of(page) if one.values.get("wish") == "back")
    unsure = tom.post(back.action, {name: value for name, value in back.values.items() if name != "sure"})
    assert unsure.status_code == 422
    assert 'data-error="sure:required"' in unsure.content.decode()
    assert Wish.objects.exists()
    done = tom.post(back.action, {**back.values, "sure": "yes"})
    assert done.headers["Location"] == f"{asked}?done=back"
    assert not Wish.objects.exists()
    assert "What you have said so far" not in tom.get(asked).content.decode()


def test_a_yes_in_advance_is_shown_named_in_the_introduction_and_taken_back_from_it(
    tom: Browser, rita: Browser, cora: Browser, cast: Cast, asked: str
) -> None:
    form = next(one for one in forms_of(tom.get(asked)) if one.values.get("wish") == "standing_yes")
    tom.post(form.action, {**form.values, "sure": "yes"})
    page = tom.get(asked).content.decode()
    assert "Cora Lund may introduce you without asking first" in page
    assert "Introduce me without asking" not in page
    introduction = cast.waiting(**ROLF)
    at = f"/desk/introductions/{introduction}/"
    assert "Approving introduces them." in cora.get(at).content.decode()
    words = {**APPROVAL, "target": cast.tom.id, "act": "approve", "step": "preview"}
    read = cora.post(f"{at}approve", words).content.decode()
    assert "They said yes in advance." in read
    assert "Introduce them" in read
    assert TOM not in rita.get("/@cora").content.decode()
    cora.post(f"{at}approve", {name: value for name, value in words.items() if name != "step"})
    assert "They said yes in advance" in cora.get(f"{at}?done=approve").content.decode()
    cast.pass_time(timedelta(minutes=11))
    token = cast.key(introduction, "introduction", side="target")
    quiet = tom.get(f"/t/{token}").headers["Location"]
    page = tom.get(quiet).content.decode()
    assert "You were introduced because you said that Cora Lund need not ask you first." in page
    assert 'id="held"' not in page
    tom.press(quiet, "wishes", wish="standing_over")
    assert not Wish.objects.exists()


def test_the_desk_shows_wishes_before_the_decision_and_refuses_what_is_against_them(
    tom: Browser, cora: Browser, cast: Cast, asked: str
) -> None:
    say(tom, asked)
    introduction = cast.waiting(**ROLF)
    at = f"/desk/introductions/{introduction}/"
    page = cora.get(at).content.decode()
    for told in ("not before mid-September 2026", "Nórdsjo Drift", "a call, mail", "erosion measured at sea"):
        assert told in page
    assert "This is not what the one to be asked wishes." in page
    assert "It is too soon to ask the same person again." in page
    codes = {choice for form in forms_of(cora.get(at)) for choice in form.choices.get("codes", ())}
    assert not codes & {"against_wishes", "too_soon"}
    for step in ({"step": "preview"}, {}):
        answer = cora.post(f"{at}approve", {**APPROVAL, "target": cast.tom.id, "act": "approve", **step})
        assert answer.status_code == 422
        told = answer.content.decode()
        assert 'data-error="target:against_wishes"' in told
        assert "does not wish to be asked about “Nórdsjo Drift”" in told
    assert cast.state(introduction) == "waiting"
    card = cora.get(f"/desk/people/{cast.tom.id}/").content.decode()
    assert "not before mid-September 2026" in card
    assert "Tom Target said so on a page of their own." in card


def test_whoever_asked_reads_of_no_wish_in_a_return_or_on_any_page(
    tom: Browser, rita: Browser, cast: Cast, asked: str
) -> None:
    say(tom, asked)
    introduction = cast.waiting(**ROLF)
    words = {"codes": "no_why_now against_wishes too_soon", "words": "Say when."}
    introductions.return_(introduction, words, actor=cast.desk, now=cast.now)
    cast.deliver()
    page = rita.get(rita.open_as(introduction, "requester")).content.decode()
    for told in ("wishes", "too soon", "offshore", "not what the one"):
        assert told not in page
    returned = next(one for one in cast.sent if one.kind == "returned")
    assert returned.consolation["codes"] == "no_why_now"
    form = rita.form("/@cora", "request")
    cast.now += timedelta(minutes=2)
    shown = rita.post("/@cora/preview", {**form.values, **REQUEST, "email": "ruth@asks.example"}).content.decode()
    assert "not what the one to be asked" not in shown


def test_what_others_asked_reaches_a_desk_only_roughly(cora: Browser, cast: Cast) -> None:
    card = people.add_card(cast.otto.id, name="Tom Target", addresses=[TOM])
    proved = addresses.key(ROLF["email"])
    made = introductions.request(cast.otto.id, {**REQUEST, **ROLF}, now=cast.now, door="test", proved=proved)
    desk = Actor(Role.CONNECTOR, cast.otto.actor_id, "test")
    introductions.approve(made.id, {**APPROVAL, "target": card.id}, frozen=frozen(), actor=desk, now=cast.now)
    assert "ask:target" in cast.deliver()
    cast.pass_time(timedelta(days=20))
    waiting = f"/desk/introductions/{cast.waiting()}/"
    asking = f"/desk/introductions/{cast.asking(email='ruth@asks.example', name='Ruth')}/"
    for path in (waiting, asking, f"/desk/people/{cast.tom.id}/"):
        page = cora.get(path).content.decode()
        assert "not before early April 2026" in page
        # Not the day, nor one from which it could be worked out: the ask waits for its slot until 4 April.
        assert not re.search(r"\b([1-5]) April 2026", page), path
