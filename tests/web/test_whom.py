"""The page that says whom to ask: ways with their reasons, never an address, only what is one's own (S1, S2, E8)."""

from __future__ import annotations

import re
import shutil
import threading
from datetime import timedelta

import pytest

from tests.support.cast import CORA, OFFER, TOM, Cast
from tests.support.scenes import scene
from tests.web.browsing import Browser, forms_of, twice, unlabelled
from tests.web.near import to_and_fro
from twoyes.lib import env
from twoyes.network import front as network
from twoyes.network.ways import shelf
from twoyes.people import front as people

KIM = "kim@blades.example"
PAGE, PICTURE = "/desk/whom/", "/desk/picture/?to="


@pytest.fixture(autouse=True)
def empty(cast: Cast) -> None:
    """No graph is left of another test: stores are put back, files are not."""
    for owner in (cast.cora.id, cast.otto.id):
        shutil.rmtree(env.data_dir() / "network" / owner, ignore_errors=True)


@pytest.fixture
def known(cast: Cast) -> str:
    """Cora writes with Kim nearly every week, and Kim with Tom, whom Cora has a card of; return the card of Kim."""
    return worked_out(cast)


@scene
def worked_out(cast: Cast) -> str:
    box = to_and_fro(cast.now, f"Cora Lund <{CORA}>", f"Kim Berg <{KIM}>", 50)
    box += to_and_fro(cast.now, f"Kim Berg <{KIM}>", "Ada Moor <ada@moor.example>", 50, cc=CORA)
    box += to_and_fro(cast.now, "Ada Moor <ada@moor.example>", f"Tom Target <{TOM}>", 50, cc=CORA)
    with cast.time():
        job = network.start_history(cast.cora.id, [box.encode()], name="Sent.mbox")
        network.carry_history(job)
        network.rebuild(cast.cora.id)
        return people.who(cast.cora.id, KIM).id


def text(browser: Browser, path: str) -> str:
    page = browser.get(path)
    assert page.status_code == 200
    assert twice(page) == unlabelled(page) == []
    return re.sub(r"\s+", " ", page.content.decode())


def heads(browser: Browser, path: str) -> list[str]:
    return re.findall(r"<h3>(.*?)</h3>", text(browser, path))


def test_a_name_leads_to_the_ways_each_with_its_reasons_and_its_weakest_link(
    cora: Browser, cast: Cast, known: str
) -> None:
    page = text(cora, f"{PAGE}?who=tom+target")
    assert heads(cora, f"{PAGE}?who=tom+target") == ["You know them yourself", "Ask Ada Moor"]
    assert "Ada Moor and Tom Target wrote to each other in 50 different weeks that you saw" in page
    assert "The weakest link is yours to Ada Moor: known." in page
    assert f'href="/desk/offer/?first={cast.tom.id}"' in page
    assert "Over two introductions" not in page
    assert "Worked out on 2 March 2026" in page


@pytest.mark.case("E8")
def test_no_address_stands_on_any_page_of_ways(cora: Browser, cast: Cast, known: str) -> None:
    for path in (
        f"{PAGE}?card={cast.tom.id}&over=two",
        f"{PAGE}?card={known}",
        "/desk/picture/",
        PICTURE + cast.tom.id,
    ):
        assert "@" not in text(cora, path).partition("<main")[2]


def test_more_introductions_than_one_are_asked_for_and_said_to_be_so(cora: Browser, cast: Cast, known: str) -> None:
    link = f"{PAGE}?card={cast.tom.id}&amp;over=two#two"
    assert link in text(cora, f"{PAGE}?who=Tom Target")
    # Ada is known, though by no card: asking Kim for her would be a detour, unless Cora hardly knew her.
    assert "would be worth going" in text(cora, f"{PAGE}?card={cast.tom.id}&over=two")


def test_a_card_without_anything_beside_it_is_said_to_be_unproven(cora: Browser, cast: Cast, known: str) -> None:
    page = text(cora, f"{PAGE}?card={cast.rita.id}")
    assert "You know them yourself, though not well" in page
    assert "It cannot be proven from mail or calendar." in page
    assert "Nobody else is seen between you" in page


def test_a_name_of_several_is_a_choice_and_so_is_a_part_of_one(cora: Browser, cast: Cast, known: str) -> None:
    with cast.time():
        other = people.add_card(cast.cora.id, name="Tom Target", organisation="Tower Works")
    for who in ("Tom Target", "tom tar", "to"):
        page = text(cora, f"{PAGE}?who={who}")
        assert "Whom do you mean?" in page
        for card in (cast.tom.id, other.id):
            assert f'href="/desk/whom/?card={card}"' in page
    typing = text(cora, f"{PAGE}?who=tom+tar&typing=1")
    assert f"card={cast.tom.id}" in typing
    assert "<h3>" not in typing
    assert "Whom do you mean" not in text(cora, f"{PAGE}?who=xyz&typing=1")


@pytest.mark.parametrize(("who", "code"), [("Nobody Here", "nobody"), ("me", "same_person"), ("@", "nobody")])
def test_who_is_nobody_is_told_kindly(cora: Browser, known: str, who: str, code: str) -> None:
    assert f'data-refused="{code}"' in text(cora, f"{PAGE}?who={who}")


def test_before_anything_is_worked_out_the_page_says_what_to_do(cora: Browser, cast: Cast) -> None:
    for path in (PAGE, f"{PAGE}?who=Tom+Target", "/desk/picture/"):
        page = text(cora, path)
        assert "Nothing is worked out yet" in page
        assert 'href="/desk/history/"' in page
        assert any(form.act == "rebuild" for form in forms_of(cora.get(path)))


@pytest.mark.case("C33")
def test_what_is_stale_is_shown_with_its_day_and_worked_out_anew_at_a_press_alone(
    cora: Browser, cast: Cast, known: str, launched: list[str]
) -> None:
    with cast.time():
        people.add_card(cast.cora.id, name="Vera Vik")
    cast.pass_time(timedelta(days=1))
    page = text(cora, f"{PAGE}?card={cast.tom.id}")
    assert "What is shown here is from 2 March 2026" in page
    assert "Ask Ada Moor" in page
    cora.get("/desk/whom/rebuild")
    assert launched == []
    response = cora.press(f"{PAGE}?card={cast.tom.id}", "rebuild")
    assert launched == [cast.cora.id]
    assert response.headers["Location"] == f"/desk/whom/?card={cast.tom.id}"
    waiting = text(cora, response.headers["Location"])
    assert "It is being worked out." in waiting
    assert 'hx-trigger="every 2s"' in waiting
    assert not any(form.act == "rebuild" for form in forms_of(cora.get(f"{PICTURE}{cast.tom.id}"))), "it is under way"
    fields = {"back": "picture", "card": cast.tom.id}
    assert cora.post("/desk/whom/rebuild", fields).headers["Location"] == f"/desk/picture/?to={cast.tom.id}"
    assert launched == [cast.cora.id]
    assert cora.post("/desk/whom/rebuild", {"back": "network"}).headers["Location"] == "/desk/network/"
    assert cora.post("/desk/whom/rebuild", {"back": "//evil.example"}).headers["Location"] == "/desk/whom/"
    with cast.time():
        network.rebuild(cast.cora.id)
    done = text(cora, response.headers["Location"])
    assert "Worked out on 3 March 2026" in done
    assert 'hx-trigger="every' not in done


def test_whoever_is_new_since_is_not_there_yet_and_the_page_says_why(cora: Browser, cast: Cast, known: str) -> None:
    with cast.time():
        card = people.add_card(cast.cora.id, name="Vera Vik")
    page = text(cora, f"{PAGE}?card={card.id}")
    assert 'data-refused="not_there"' in page
    assert "Work it out anew" in page


def test_whoever_is_taken_out_of_lists_is_on_no_page_of_ways_at_once(cora: Browser, cast: Cast, known: str) -> None:
    people.set_mark(cast.cora.id, known, "not_listed", on=True, now=cast.now)
    for path in (f"{PAGE}?card={cast.tom.id}&over=two", "/desk/picture/", PICTURE + cast.tom.id, f"{PAGE}?who=kim"):
        assert "Kim" not in text(cora, path).partition("<main")[2].replace('value="kim"', "").replace("“kim”", "")
    assert 'data-refused="not_there"' in text(cora, f"{PAGE}?card={known}")
    with cast.time():
        network.forget_keys(people.keys_of(cast.tom.id), cast.now)
        people.forget_keys(cast.cora.community_id, people.keys_of(cast.tom.id), cast.now)
    assert "Tom Target" not in text(cora, PICTURE + cast.tom.id)
    assert "Tom Target" not in text(cora, f"{PAGE}?card={cast.tom.id}")


@pytest.mark.case("E8")
def test_somebody_elses_card_is_like_one_that_does_not_exist(
    cora: Browser, otto: Browser, cast: Cast, known: str
) -> None:
    with cast.time():
        network.rebuild(cast.otto.id)
    for path in (f"{PAGE}?card=", PICTURE, f"{PAGE}?who="):
        nothing, foreign = (text(otto, f"{path}{card}").replace(card, "ID") for card in ("0" * 12, known))
        assert foreign == nothing
    for path in (PAGE, "/desk/picture/"):
        assert "Kim" not in text(otto, path)


def test_the_picture_links_each_card_and_says_the_same_as_a_table(cora: Browser, cast: Cast, known: str) -> None:
    page = text(cora, "/desk/picture/")
    svg, table = re.search(r"<svg.*</svg>", page)[0], page.partition("<table")[2]  # type: ignore[index]
    for name, card in (("Kim Berg", known), ("Tom Target", cast.tom.id), ("Rita Holm", cast.rita.id)):
        assert f'href="/desk/people/{card}/"' in svg
        assert f'<a href="/desk/people/{card}/">{name}</a>' in table
    assert "style=" not in page
    assert "<script" not in page
    assert "path.way" not in page
    assert "tie way" not in svg


def test_a_way_is_drawn_as_a_way_and_another_where_it_is_named(cora: Browser, cast: Cast, known: str) -> None:
    warmest = text(cora, PICTURE + cast.tom.id)
    assert "The way to Tom Target" in warmest
    assert 'class="tie way"' in warmest
    direct = text(cora, f"{PICTURE}{cast.tom.id}&over=")
    assert direct.count(" way") < warmest.count(" way")
    links = re.findall(r'href="(/desk/picture/[^"]*)"', text(cora, f"{PAGE}?card={cast.tom.id}"))
    over_ada = text(cora, links[1].replace("&amp;", "&"))
    assert re.findall(r'<b dir="auto">(.*?)</b>', over_ada) == ["Ada Moor", "Tom Target"]


def test_a_link_begins_an_offer_with_somebody_chosen_and_nobody_elses_card_is(
    cora: Browser, otto: Browser, cast: Cast
) -> None:
    for path in ("/desk/offer/", "/desk/record/"):
        form = next(one for one in forms_of(cora.get(f"{path}?first={cast.tom.id}")) if "once" in one.values or one.act)
        assert form.values["first"] == cast.tom.id
        assert otto.get(f"{path}?first={cast.tom.id}").content.count(cast.tom.id.encode()) == 0
    offer = next(one for one in forms_of(cora.get(f"/desk/offer/?first={cast.tom.id}")) if one.act == "offer")
    words = {name: value for name, value in OFFER.items() if name != "channel"}
    page = cora.post(offer.action, {**offer.values, **words, "second_query": "Rita Holm"})
    assert page.status_code == 200
    assert "word for word" in page.content.decode()


def test_ways_are_found_from_the_book_and_from_a_card(cora: Browser, cast: Cast) -> None:
    assert 'href="/desk/whom/"' in text(cora, "/desk/people/")
    assert f'href="/desk/whom/?card={cast.tom.id}"' in text(cora, f"/desk/people/{cast.tom.id}/")


def test_the_index_is_opened_while_the_name_is_still_being_typed(cora: Browser, cast: Cast, known: str) -> None:
    shelf._opened.clear()
    text(cora, PAGE)
    for thread in threading.enumerate():
        if thread.name == "path index":
            thread.join(20)
    graph = shelf.opened(cast.cora.id)
    assert graph is not None
    assert "index" in vars(graph), "so that whoever presses does not wait for it"
