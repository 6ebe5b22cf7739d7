"""Evidence on a request and on a card: word, book and mail apart, and the rhythm as a drawing that says the same."""

from __future__ import annotations

import re

import pytest

from tests.support.cast import Cast
from tests.web.browsing import Browser, twice, unlabelled
from tests.web.mailbox import a_history, letters, mailed
from twoyes.network import front as network
from twoyes.people import front as people

RITA = "rita@asks.example"
NOT_IMPORTED = "Mail and calendar are not connected yet, so nothing is seen there."


def shown(browser: Browser, path: str) -> str:
    page = browser.get(path)
    assert page.status_code == 200
    assert unlabelled(page) == twice(page) == []
    return page.content.decode()


def test_a_request_shows_word_book_and_mail_apart(cora: Browser, cast: Cast) -> None:
    mailed(cast, letters(RITA, weeks=9))
    people.say_word(cast.cora.id, cast.rita.id, since="2019", how="met", how_well="", now=cast.now)
    page = shown(cora, f"/desk/introductions/{cast.waiting()}/")
    for label, said in (
        ("Your word", "You wrote: met in person since 2019."),
        ("Your address book", "In your address book"),
        ("Mail and calendars", "You wrote to each other in 9 different weeks"),
    ):
        assert re.search(rf"<dt>{label}</dt><dd>{said}", page)
    assert NOT_IMPORTED not in page


def test_where_no_history_was_imported_the_page_says_so_and_draws_nothing(cora: Browser, cast: Cast) -> None:
    page = shown(cora, f"/desk/introductions/{cast.waiting()}/")
    assert NOT_IMPORTED in page
    assert "<svg" not in page


def test_not_seen_names_the_day_up_to_which_was_read(cora: Browser, cast: Cast) -> None:
    mailed(cast, letters("somebody@else.example", weeks=2))
    page = shown(cora, f"/desk/people/{cast.rita.id}/")
    assert re.search(r"Not seen in your mail and calendars up to \d+ \w+ \d{4}\.", page)
    assert "<svg" not in page


def test_the_rhythm_is_a_drawing_without_style_or_script_that_says_the_same_in_words(cora: Browser, cast: Cast) -> None:
    mailed(cast, letters(RITA, weeks=9))
    page = shown(cora, f"/desk/people/{cast.rita.id}/")
    (figure,) = re.findall(r'<figure class="rhythm">.*?</figure>', page, re.DOTALL)
    assert "style=" not in figure
    assert "<script" not in figure
    assert 'role="img" aria-labelledby="rhythm-says"' in figure
    assert "You wrote 9 letters, in " in figure
    assert "They wrote 9 letters, in " in figure
    # The table has what the drawing has: a row for each span with letters, a bar for each number in it.
    numbers = [int(one) for one in re.findall(r"<td>(\d+)</td>", figure)]
    assert sum(numbers[0::2]) == sum(numbers[1::2]) == 9
    bars = len(re.findall(r'<rect class="out"', figure)), len(re.findall(r'<rect class="back"', figure))
    assert bars == (len([one for one in numbers[0::2] if one]), len([one for one in numbers[1::2] if one]))


def test_the_drawing_is_in_whole_numbers_which_every_language_writes_alike(cora: Browser, cast: Cast) -> None:
    mailed(cast, letters(RITA, weeks=9))
    drawn = re.findall(r' (?:x|y|height)="[^"]*"', shown(cora, f"/desk/people/{cast.rita.id}/"))
    assert len(drawn) > 10
    assert all(re.fullmatch(r' \w+="\d+"', one) for one in drawn)


def test_to_how_many_the_connector_introduced_them_stands_beside(cora: Browser, cast: Cast) -> None:
    mailed(cast, a_history(cast))
    kim = people.who(cast.cora.id, "Kim Berg")
    assert "You introduced them to 2 people in three years. Of one you never heard." in shown(
        cora, f"/desk/people/{kim.id}/"
    )
    assert "You introduced them" not in shown(cora, f"/desk/people/{cast.rita.id}/")


@pytest.mark.case("E8")
def test_nobody_else_sees_any_of_it(otto: Browser, cora: Browser, cast: Cast) -> None:
    mailed(cast, letters(RITA, weeks=9))
    theirs = people.add_card(cast.otto.id, name="Rita Holm", addresses=[RITA])
    page = shown(otto, f"/desk/people/{theirs.id}/")
    assert NOT_IMPORTED in page
    assert "<svg" not in page
    assert otto.get(f"/desk/people/{cast.rita.id}/").status_code == 404
    assert network.evidence_on(cast.otto.id, cast.rita.id) is None
