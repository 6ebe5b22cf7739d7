"""Talk first: a booking link that was set once, or three times; whoever asked reads them, and nobody else (K4)."""

from __future__ import annotations

import pytest

from tests.support.cast import Cast
from tests.web.browsing import Browser, twice, unlabelled
from twoyes.introductions import front as introductions
from twoyes.introductions.models import Letter
from twoyes.mail import front as mail
from twoyes.people import front as people

LINK = "https://cal.example/cora?slot=20"
TIMES = "Tuesday 3 March, 10:00\nTuesday 3 March, 16:00\nFriday 6 March, 9:30"


def letter_of(introduction: str) -> mail.Composed:
    """Return the letter that asks for a talk, as it is due."""
    return mail.compose(introductions.facts(Letter.objects.get(introduction=introduction, kind="talk_first").pk))


def test_a_link_set_once_stands_in_the_form_and_in_the_letter(cora: Browser, rita: Browser, cast: Cast) -> None:
    assert cora.press("/desk/page/", "booking", booking=LINK).headers["Location"] == "/desk/page/?done=booking"
    introduction = cast.waiting()
    path = f"/desk/introductions/{introduction}/"
    assert cora.form(path, "talk").values["times"] == LINK
    assert cora.press(path, "talk").status_code == 303
    letter = letter_of(introduction)
    assert LINK in letter.text
    page = rita.follow(rita.open_as(introduction, "requester")).content.decode()
    assert f'<a href="{LINK}" rel="nofollow">' in page


def test_three_times_can_be_written_instead_and_all_stand_in_the_letter(cora: Browser, cast: Cast) -> None:
    introduction = cast.waiting()
    assert cora.press(f"/desk/introductions/{introduction}/", "talk", times=TIMES).status_code == 303
    letter = letter_of(introduction)
    assert all(line in letter.text for line in TIMES.split("\n"))


@pytest.mark.parametrize(
    "link", ["javascript:alert(1)", "cal.example/cora", "https://cal.example/a b", "ftp://x.example"]
)
def test_what_is_no_link_is_refused_beside_its_field_and_the_old_one_stays(
    cora: Browser, cast: Cast, link: str
) -> None:
    people.set_booking_link(cast.cora.id, LINK)
    answer = cora.press("/desk/page/", "booking", booking=link)
    assert answer.status_code == 422
    assert 'data-error="booking:bad_booking"' in answer.content.decode()
    assert unlabelled(answer) == twice(answer) == []
    assert people.booking_link(cast.cora.id) == LINK


def test_it_can_be_taken_off_and_nobody_but_whom_it_is_for_reads_it(cora: Browser, rita: Browser, cast: Cast) -> None:
    cora.press("/desk/page/", "booking", booking=LINK)
    assert LINK not in rita.get("/@cora").content.decode()
    cora.press("/desk/page/", "booking", booking="")
    assert people.booking_link(cast.cora.id) == ""
    assert cora.form(f"/desk/introductions/{cast.waiting()}/", "talk").values["times"] == ""
