"""How often pages ask the store: as often for a thousand introductions and people as for none (K7)."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.support.cast import START, Cast
from tests.support.many import Batch, Known, Template
from tests.web.browsing import Browser
from twoyes.introductions import front as introductions
from twoyes.introductions.front import State
from twoyes.lib import addresses
from twoyes.people import front as people
from twoyes.policy import front as policy

MANY = 90


def queries(browser: Browser, path: str) -> int:
    """Return how many queries a page makes, once all that is made on its first view is there."""
    assert browser.get(path).status_code == 200
    with CaptureQueriesContext(connection) as found:
        assert browser.get(path).status_code == 200
    return len(found)


def few(cast: Cast) -> str:
    """Let one be asked and one wait; return the one that is asked."""
    cast.waiting(email="second@asks.example", target="Somebody else")
    return cast.asking()


def many(cast: Cast, first: str, count: int = MANY, *, asker: str = "r{}@asks.example") -> None:
    """Let so many more be asked, as the first was, each about somebody else and by one or by many."""
    template, batch = Template.of(first), Batch()
    for number in range(count):
        card = people.add_card(cast.cora.id, name=f"Tom {number}", addresses=[f"t{number}@many.example"])
        known_as = asker.format(number)
        known = Known(f"t{number}@many.example", introductions.keys_of_card(card.id), card.id)
        batch.add(template, Known(known_as, [addresses.key(known_as)]), known, START)
    batch.write()


PAGES = [
    *(("/", 0), ("/@cora", 3), ("/desk/", 9), ("/desk/noes/", 7), ("/desk/noes/log", 6), ("/desk/people/", 8)),
    *(("/desk/numbers/", 12), ("/desk/rules/", 8)),
]


@pytest.mark.parametrize(("path", "most"), PAGES)
def test_a_page_asks_the_store_as_often_for_many_as_for_few(cora: Browser, cast: Cast, path: str, most: int) -> None:
    first = few(cast)
    known = queries(cora, path)
    many(cast, first)
    assert queries(cora, path) == known <= most


def test_one_introduction_is_shown_with_as_many_queries_beside_many_others(cora: Browser, cast: Cast) -> None:
    first = few(cast)
    path = f"/desk/introductions/{first}/"
    known = queries(cora, path)
    many(cast, first)
    assert queries(cora, path) == known


@pytest.mark.parametrize("asker", ["r{}@asks.example", "second@asks.example"])
def test_what_is_weighed_with_every_rule_chosen_asks_as_often_beside_many_requests_and_people(
    cora: Browser, cast: Cast, asker: str
) -> None:
    """Also where it is the same person who asked for all of them."""
    every = {rule.id: {one.name: one.default for one in rule.values} for rule in policy.SENTENCES}
    every = {name: {**values, "strength": "concern"} for name, values in every.items() if name != "pause"}
    with cast.time():
        policy.set_house_rules(cast.cora.id, chosen=every)
    waiting = cast.waiting(email="second@asks.example", target="Somebody else")
    first = cast.asking()
    path = f"/desk/introductions/{waiting}/"
    many(cast, first, 1, asker=asker)
    known = queries(cora, path)
    many(cast, first, asker=asker)
    assert queries(cora, path) == known <= 45


def test_whoever_asks_has_the_name_of_many_in_the_book_and_it_is_looked_through_by_as_many_queries(
    cora: Browser, cast: Cast
) -> None:
    waiting = cast.waiting(email="second@asks.example", name="Ada Berg", target="Tom Berg")
    path = f"/desk/introductions/{waiting}/"
    namesakes(cast, 2)
    known = queries(cora, path)
    namesakes(cast, 30)
    assert queries(cora, path) == known


def namesakes(cast: Cast, count: int) -> None:
    """Put so many more people of one family name into Cora's book."""
    for number in range(count):
        name = f"Nn{count} Berg{'' if number % 2 else ' Holm'}"
        people.add_card(cast.cora.id, name=name, addresses=[f"n{number}.{count}@berg.example"])


def test_the_list_is_turned_page_by_page_and_nothing_is_lost_or_shown_twice(cora: Browser, cast: Cast) -> None:
    many(cast, few(cast))
    begin, seen, parts = 0, list[str](), 0
    while True:
        part = introductions.desk_part(cast.cora.id, cast.now, begin=begin)
        seen, begin, parts = [*seen, *(row.id for row in part.rows)], begin + len(part.rows), parts + 1
        if begin >= part.total:
            break
    whole = [row.id for row in introductions.desk(cast.cora.id, cast.now)]
    assert (sorted(seen), len(seen), parts) == (sorted(whole), part.total, 4)
    page = cora.get("/desk/").content.decode()
    assert 'href="/desk/?from=30"' in page
    assert "1 to 30 of 92" in page
    assert "From the beginning" in cora.get("/desk/?from=30").content.decode()
    assert cora.get("/desk/?from=nonsense").content.decode() == page


def test_a_page_that_begins_among_those_that_wait_goes_on_with_the_others(cora: Browser, cast: Cast) -> None:
    many(cast, few(cast), 3)
    part = introductions.desk_part(cast.cora.id, cast.now)
    assert [row.state for row in part.rows] == [State.WAITING, *[State.ASKING] * 4]
    after = introductions.desk_part(cast.cora.id, cast.now, begin=1)
    assert after.rows == part.rows[1:]
    assert (part.waits, part.total) == (1, 5)


def test_markup_in_a_name_is_shown_and_not_obeyed_on_the_list(cora: Browser, cast: Cast) -> None:
    cast.waiting(name="<b onclick=x>Rita</b> & 'Co'", target="<script>alert(1)</script>")
    page = cora.get("/desk/").content.decode()
    assert "&lt;b onclick=x&gt;Rita&lt;/b&gt; &amp; &#x27;Co&#x27; → &lt;script&gt;" in page
    assert "<script>alert" not in page


def test_a_form_that_is_rendered_once_names_its_own_connector_in_its_own_language(rita: Browser, cast: Cast) -> None:
    first, other = rita.get("/@cora").content.decode(), rita.get("/@otto").content.decode()
    assert "Only Cora Lund reads this." in first
    assert "Only Otto Outsider reads this." in other
    assert "Cora Lund" not in other
    assert rita.press("/@cora", "request", name="Rita <i>").content.decode().count('value="Rita &lt;i&gt;"') == 1
    assert "Rita &lt;i&gt;" not in rita.get("/@cora").content.decode()
