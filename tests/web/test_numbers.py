"""/desk/numbers/: the connector's own numbers as sentences, drawings and tables."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from tests.introductions.test_numbers import half_a_year
from tests.support.cast import Cast
from tests.web.browsing import Browser
from tests.web.test_queries import queries
from twoyes.people import front as people

pytestmark = pytest.mark.django_db

PAGE = "/desk/numbers/"


def cells(html: str, section: str) -> list[list[str]]:
    """Return the rows of the table in a section, as text."""
    inside = html.partition(f'id="{section}"')[2].partition("</section>")[0]
    rows = re.findall(r"<tr>(.*?)</tr>", inside, re.DOTALL)
    found = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL) for row in rows]
    return [[re.sub(r"<[^>]+>", "", cell).strip() for cell in row] for row in found[1:]]


def test_an_empty_desk_is_told_so(cora: Browser) -> None:
    assert "Nothing reached your desk in this time" in cora.get(PAGE).content.decode()


def test_half_a_year_stands_in_sentences_and_in_tables(cora: Browser, cast: Cast) -> None:
    half_a_year(cast)
    html = cora.get(PAGE).content.decode()
    assert (
        "In the last 12 months, 22 reached your desk. You approved 16; to 6 everybody said yes, 6 are introduced. "
        "Of 4 you heard that they met, and of 2 what it became." in html
    )
    assert [count for _name, count in cells(html, "steps")] == ["22", "16", "6", "6", "4", "2"]
    assert ["They did not answer, which is a no", "2"] in cells(html, "noes")
    assert cells(html, "load")[0][0] == "Tina Often"
    months = cells(html, "months")
    assert sum(int(asked) for _month, asked, _made in months) == 22
    assert sum(int(made) for _month, _asked, made in months) == 6
    # The drawing says the same: the longest bar is the first, and no bar is wider than the drawing.
    widths = [int(width) for width in re.findall(r'<rect y="15" width="(\d+)"', html)]
    assert widths == sorted(widths, reverse=True)
    assert max(widths) <= 320


def test_good_news_has_names_for_the_connector_and_none_to_be_shown_around(cora: Browser, cast: Cast) -> None:
    half_a_year(cast)
    html = cora.get(PAGE).content.decode()
    news, _found, share = html.partition('<textarea id="share"')
    assert "Asker 4 and Target 4" in news
    share = share.partition("</textarea>")[0]
    assert "2 × It became an investment\n2 × We met" in share
    assert "Asker" not in share
    assert "Target" not in share


def test_another_time_can_be_looked_at_and_nonsense_is_the_usual_one(cora: Browser, cast: Cast) -> None:
    half_a_year(cast)
    assert "In the last 3 months" in cora.get(f"{PAGE}?months=3").content.decode()
    for nonsense in ("0", "-1", "x", "1" * 500, "%00"):
        assert "In the last 12 months" in cora.get(f"{PAGE}?months={nonsense}").content.decode()


def test_it_costs_the_same_questions_however_much_there_is(cora: Browser, cast: Cast) -> None:
    cast.closed()
    cast.pass_time(timedelta(days=1))
    few = queries(cora, PAGE)
    half_a_year(cast)
    assert queries(cora, PAGE) == few


def test_the_letter_of_the_first_is_stopped_and_wished_again_below_the_numbers(cora: Browser, cast: Cast) -> None:
    on, off = "On the 1st of a month a letter tells you", "No letter tells you on the 1st"
    assert on in cora.get(PAGE).content.decode()
    assert cora.press(PAGE, "monthly").status_code == 303
    assert off in cora.get(PAGE).content.decode()
    assert not people.wants_monthly(cast.cora.id)
    assert people.wants_monthly(cast.otto.id)
    assert cora.press(PAGE, "monthly").headers["Location"] == f"{PAGE}#monthly"
    assert on in cora.get(PAGE).content.decode()
    assert cora.get(f"{PAGE}monthly").status_code == 303, "opening it changes nothing"
    assert people.wants_monthly(cast.cora.id)
