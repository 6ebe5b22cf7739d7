"""On the 1st a letter tells a connector what their introductions became: once, and only where there is news (F3)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction

from tests.support.cast import RITA, Cast
from twoyes.care import front as care
from twoyes.introductions import front, mailing
from twoyes.introductions.models import Letter
from twoyes.introductions.records import LetterFacts
from twoyes.mail import front as mail
from twoyes.people import front as people
from twoyes.people.models import Connector

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


def monthly(cast: Cast) -> list[LetterFacts]:
    return [one for one in cast.sent if one.kind == "monthly"]


def tells(cast: Cast, outcome: str, words: str = "") -> str:
    introduction = cast.awaiting_outcome()
    front.report_outcome(introduction, outcome, words, actor=cast.asker(introduction), now=cast.now)
    return introduction


def lives(cast: Cast, zone: str, language: str = "en") -> None:
    Connector.objects.filter(pk=cast.cora.id).update(zone=zone, language=language)


@pytest.mark.both
def test_good_news_comes_once_on_the_first_in_the_morning_and_never_again(cast: Cast) -> None:
    lives(cast, "Europe/Warsaw")
    introduction = tells(cast, "met")
    front.report_outcome(introduction, "partnership", "From March on.", actor=cast.asker(introduction), now=cast.now)
    cast.pass_time(200 * DAY)
    (letter,) = monthly(cast)
    row = Letter.objects.get(kind="monthly")
    assert row.due_at == datetime(2026, 4, 1, 8, tzinfo=ZoneInfo("Europe/Warsaw"))
    assert [(one.requester, one.target, one.outcome, one.words) for one in letter.news] == [
        ("Rita Holm", "Tom Target", "partnership", "From March on.")
    ]
    text = mail.compose(letter).text
    assert "Rita Holm and Tom Target: They work together now.\n“From March on.”" in text
    shared = text[text.index("without a name") :]
    assert "this was told to me in March 2026:\n1 × They work together now." in shared
    assert "Rita" not in shared
    assert "Tom" not in shared


@pytest.mark.parametrize("outcome", ["no_reply", "nothing_yet", "no_show_me", "not_a_fit", "other"])
def test_a_month_without_good_news_has_no_letter(cast: Cast, outcome: str) -> None:
    tells(cast, outcome)
    assert not Letter.objects.filter(kind="monthly").exists()
    cast.pass_time(60 * DAY)
    assert monthly(cast) == []


def test_what_the_one_who_was_asked_tells_is_news_as_well(cast: Cast) -> None:
    introduction = cast.connected()
    front.how_it_went(*cast.page(introduction), "A good talk.", now=cast.now, outcome="met")
    cast.pass_time(40 * DAY)
    ((news,),) = [one.news for one in monthly(cast)]
    assert (news.outcome, news.words) == ("met", "A good talk.")


@pytest.mark.case("F16")
@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Australia/Sydney"])
def test_the_first_is_the_connectors_own_and_eight_is_eight_across_both_changes_of_the_clock(zone: str) -> None:
    here = ZoneInfo(zone)
    for month in range(1, 13):
        morning = datetime(2027, month, 1, 8, tzinfo=here)
        for before in (timedelta(seconds=1), timedelta(days=3), timedelta(days=27)):
            assert mailing.next_first(morning.astimezone(UTC) - before, zone) == morning
        following = mailing.next_first(morning.astimezone(UTC), zone)
        assert (following.astimezone(here).day, following.astimezone(here).hour) == (1, 8)
        assert following > morning


def test_each_piece_of_news_stands_in_one_letter_whichever_side_of_the_morning_it_came(cast: Cast) -> None:
    introduction = tells(cast, "funded")
    first = Letter.objects.get(kind="monthly").due_at
    cast.pass_time(first - cast.now)
    front.report_outcome(introduction, "met", "", actor=cast.asker(introduction), now=cast.now)
    cast.pass_time(70 * DAY)
    assert [[one.outcome for one in letter.news] for letter in monthly(cast)] == [["funded"], ["met"]]


def test_it_is_in_the_connectors_language(cast: Cast) -> None:
    lives(cast, "Europe/Berlin", "de")
    tells(cast, "met")
    cast.pass_time(40 * DAY)
    (letter,) = monthly(cast)
    assert letter.language == "de"
    assert "März 2026" in mail.compose(letter).subject


def test_who_wishes_no_such_letter_has_none_and_may_change_their_mind(cast: Cast) -> None:
    front.wish_monthly(cast.cora.id, cast.now, wanted=False)
    introduction = tells(cast, "met")
    assert not Letter.objects.filter(kind="monthly").exists()
    front.wish_monthly(cast.cora.id, cast.now, wanted=True)
    front.wish_monthly(cast.cora.id, cast.now, wanted=False)
    front.wish_monthly(cast.cora.id, cast.now, wanted=True)
    front.report_outcome(introduction, "hired", "", actor=cast.asker(introduction), now=cast.now)
    assert Letter.objects.filter(kind="monthly", state="queued").count() == 1
    cast.pass_time(40 * DAY)
    assert [[one.outcome for one in letter.news] for letter in monthly(cast)] == [["hired"]]


def test_who_turns_it_off_gets_not_even_the_one_that_waits(cast: Cast) -> None:
    tells(cast, "met")
    front.wish_monthly(cast.cora.id, cast.now, wanted=False)
    cast.pass_time(60 * DAY)
    assert monthly(cast) == []
    assert not people.wants_monthly(cast.cora.id)


def test_news_that_is_rolled_back_leaves_no_letter(cast: Cast) -> None:
    with transaction.atomic():
        tells(cast, "met")
        transaction.set_rollback(True)
    assert not Letter.objects.filter(kind="monthly").exists()


def test_a_worker_that_died_with_it_in_hand_sends_one(cast: Cast) -> None:
    tells(cast, "met")
    cast.deliver()
    cast.now = Letter.objects.get(kind="monthly").due_at
    claims = iter(lambda: front.claim(cast.now), None)
    assert any(claimed.kind == "monthly" for claimed in claims)
    cast.now += timedelta(minutes=3)
    front.reap(cast.now)
    cast.pass_time(40 * DAY)
    assert len(monthly(cast)) == 1


def test_who_moves_to_another_zone_has_one_letter_all_the_same(cast: Cast) -> None:
    introduction = tells(cast, "met")
    lives(cast, "Pacific/Honolulu")
    front.report_outcome(introduction, "advice", "", actor=cast.asker(introduction), now=cast.now)
    assert Letter.objects.filter(kind="monthly").count() == 1


def test_what_was_erased_meanwhile_is_in_no_letter(cast: Cast) -> None:
    introduction = tells(cast, "met")
    assert introduction in care.erase(RITA, actor=cast.desk, now=cast.now).introductions
    cast.pass_time(60 * DAY)
    assert monthly(cast) == []
    assert Letter.objects.get(kind="monthly").state == "failed"
