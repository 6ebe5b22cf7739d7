"""What is held about whoever was asked, fewer questions, and an erasure at their own press (B4; GDPR art. 15, 17)."""

from __future__ import annotations

from datetime import date

import pytest
from django.conf import settings

from tests.support.cast import TOM, Cast
from tests.web.browsing import Browser
from twoyes.introductions.models import Introduction, Letter
from twoyes.lib import addresses
from twoyes.people import front as people
from twoyes.people import points
from twoyes.people.models import CardSource, ContactPoint, Person, Subject, Wish


def test_the_page_shows_what_is_held_and_nothing_of_what_its_owner_thinks(tom: Browser, cast: Cast) -> None:
    people.edit_card(cast.cora.id, cast.tom.id, phones=["+48 22 555 0101"], notes="Talks too long on the phone.")
    page = tom.get(tom.open_as(cast.asked(), "target")).content.decode()
    held = page.partition('id="held"')[2]
    assert "Tom Target" in held
    assert "Blade Works" in held
    assert "t…@ta…" in held
    assert "1 phone number" in held
    assert "written by hand" in held
    assert TOM not in page
    assert "555 0101" not in page
    assert "Talks too long" not in page


@pytest.mark.parametrize("answer", ["no", "never", "later", "their_details"])
def test_after_any_answer_fewer_of_these_is_asked_with_three_chips(tom: Browser, cast: Cast, answer: str) -> None:
    introduction = cast.asked()
    path = tom.open_as(introduction, "target")
    assert '<section class="part" id="wishes">' not in tom.get(path).content.decode()
    day = f"{cast.now.date().replace(year=2027)}"
    tom.press(path, "answer", answer=answer, until=day, scope="this_person")
    page = tom.get(path).content.decode()
    assert '<section class="part" id="wishes">' in page
    assert page.count('name="scope" value=') == 3
    assert "Make a page like Cora Lund" in page


def test_a_chip_is_noted_as_a_wish(tom: Browser, cast: Cast) -> None:
    path = tom.open_as(cast.asked(), "target")
    assert tom.press(path, "wishes", scope="this_connector").status_code == 303
    assert {(wish.kind, wish.scope) for wish in Wish.objects.all()} == {("never", "this_connector")}


@pytest.mark.case("E18", "A8")
def test_one_press_and_one_tick_erase_the_reader_everywhere(tom: Browser, rita: Browser, cast: Cast) -> None:
    introduction = cast.asked()
    other = people.add_card(cast.otto.id, name="T. Target", addresses=[TOM])
    path = tom.open_as(introduction, "target")
    done = tom.press(path, "erase", sure="yes")
    assert (done.status_code, done.headers["Location"]) == (303, "/t/erased/")
    assert tom.get("/t/erased/").status_code == 200
    assert tom.get(path).status_code == 404
    assert cast.state(introduction) == "erased"
    for card in (cast.tom.id, other.id):
        assert not Person.objects.filter(pk=card, erased_at=None).exists()
    assert Subject.objects.get(key=addresses.key(TOM)).erased_at == cast.now
    again = cast.waiting(email="rolf@asks.example", name="Rolf")
    assert Introduction.objects.get(pk=again).state == "waiting"
    assert not Letter.objects.filter(kind="ask", state="queued").exists()


def test_without_the_tick_nothing_is_erased(tom: Browser, cast: Cast) -> None:
    introduction = cast.asked()
    path = tom.open_as(introduction, "target")
    answer = tom.press(path, "erase")
    assert answer.status_code == 422
    assert 'data-error="sure:required"' in answer.content.decode()
    assert cast.state(introduction) == "asking"
    assert Person.objects.filter(pk=cast.tom.id, erased_at=None).exists()


def test_the_quiet_page_of_an_introduction_shows_nothing_that_is_held(tom: Browser, cast: Cast) -> None:
    introduction = cast.introduced()
    token = cast.key(introduction, "introduction", side="target")
    path = tom.get(f"/t/{token}").headers["Location"]
    page = tom.get(path).content.decode()
    assert 'id="held"' not in page
    assert tom.post(f"{path}erase", {"act": "erase", "sure": "yes"}).status_code == 404


def test_the_page_tells_of_each_kind_of_thing_that_is_held_and_since_when(tom: Browser, cast: Cast) -> None:
    def shown() -> str:
        return tom.get(path).content.decode().partition('id="held"')[2]

    path = tom.open_as(cast.asked(), "target")
    assert "Known since" not in shown()
    assert "a profile" not in shown()
    people.edit_card(cast.cora.id, cast.tom.id, known_since=date(2009, 5, 31))
    points.replace(cast.tom.id, ContactPoint.Kind.PROFILE, ["https://social.example/tom"])
    for kind in ("linkedin", "google", "outlook", "thunderbird"):
        CardSource.objects.create(owner_id=cast.cora.id, person_id=cast.tom.id, kind=kind, key=kind)
    assert 'Known since</dt><dd dir="auto">31 May 2009' in shown()
    assert "a profile" in shown()
    for name in ("LinkedIn", "Google", "Outlook", "Thunderbird"):
        assert name in shown()


@pytest.mark.parametrize("blank", [True, False])
def test_another_link_of_theirs_joins_two_addresses_and_a_wrong_one_is_refused(
    tom: Browser, cast: Cast, blank: bool
) -> None:
    first = cast.asked()
    other = people.add_card(cast.cora.id, name="T. Target", addresses=["tt@target.example"])
    second = cast.asked(approval={"target": other.id}, email="kim@asks.example", name="Kim Ode")
    link = f"{settings.TWOYES_URL}/t/{cast.page(second)[1]}"
    path = tom.open_as(first, "target")
    answer = tom.press(path, "also_me", other="" if blank else link)
    assert answer.status_code == (422 if blank else 303)
    assert ("both addresses are yours" in tom.get(answer.headers.get("Location", path)).content.decode()) != blank
    keys = {*Introduction.objects.get(pk=first).target_keys} & {*Introduction.objects.get(pk=second).target_keys}
    assert ({addresses.key(TOM), addresses.key("tt@target.example")} <= keys) != blank
