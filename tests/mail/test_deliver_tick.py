"""The clock of the post room goes from deadline to deadline, each at its own instant."""

from datetime import UTC, datetime, timedelta

import pytest
from pytest_django import Settings

from tests.support.cast import START, Cast
from twoyes.introductions.models import JournalEntry, Letter
from twoyes.introductions.protocol import State
from twoyes.lib import clock, env, store
from twoyes.lib.errors import Refused
from twoyes.lib.models import Installation
from twoyes.mail.front import tick
from twoyes.mail.outgoing import postroom
from twoyes.mail.outgoing.memory import MemoryTransport
from twoyes.people import front as people


@pytest.fixture(autouse=True)
def the_clock_stands_where_the_cast_is(cast: Cast) -> None:
    """Move the persisted clock back to the cast's Monday, so that a walk begins there."""
    ahead = (START - datetime.now(UTC)).total_seconds()
    Installation.objects.update(clock_offset_seconds=ahead, high_water=START)


def day(number: float) -> datetime:
    return START + timedelta(days=number)


def test_a_walk_fires_each_deadline_at_its_own_instant(cast: Cast) -> None:
    introduction = cast.waiting()
    report = tick(day(40))
    entries = {e.event: e.at for e in JournalEntry.objects.filter(introduction_id=introduction)}
    assert cast.state(introduction) is State.LAPSED
    assert [one.partition(":")[2] for one in report.fired] == ["remind", "lapse"]
    assert (entries["remind"], entries["lapse"]) == (day(5), day(14))
    assert report.now == day(40)
    assert day(40) <= clock.now() < day(40) + timedelta(minutes=1)


def test_every_due_letter_is_in_the_post_room_when_the_walk_returns(cast: Cast) -> None:
    introduction = cast.asked()
    cast.answer(introduction, "yes")
    report = tick(cast.now + timedelta(minutes=10))
    assert sorted(report.letters) == ["introduction", "introduction"]
    room = [postroom.read(path) for path in postroom.letters(env.data_dir())]
    assert {one.kind for one in room} == {"introduction"}
    assert len({one.recipient for one in room}) == 2
    assert not Letter.objects.filter(state="queued", due_at__lte=report.now).exists()


def test_a_letter_bears_the_date_of_its_own_instant(cast: Cast) -> None:
    introduction = cast.asked()
    relay = MemoryTransport()
    report = tick(day(60), relay)
    dated = {envelope.kind: envelope.message for envelope in relay.accepted}
    promised = Letter.objects.get(introduction_id=introduction, kind="not_this_time").due_at
    assert day(24) < promised < day(26)
    assert f"Date: {promised:%a, %d %b %Y %H:%M}".encode() in dated["not_this_time"]
    assert report.now == day(60)


def test_without_a_time_it_does_what_is_due_and_the_clock_stays(cast: Cast) -> None:
    cast.unverified()
    report = tick()
    assert report.letters == ("verify",)
    assert START <= report.now < START + timedelta(minutes=5)


def test_an_earlier_time_is_refused_and_nothing_happens(cast: Cast) -> None:
    cast.unverified()
    with pytest.raises(Refused) as refused:
        tick(day(-1))
    assert refused.value.code == "earlier_than_now"
    assert postroom.letters(env.data_dir()) == []


def test_a_time_that_has_only_just_gone_by_is_now(cast: Cast) -> None:
    before = clock.now() - timedelta(seconds=1)
    assert tick(before).now >= before


def test_with_real_mail_the_clock_cannot_be_walked(cast: Cast, settings: Settings) -> None:
    settings.POST_ROOM = False
    with pytest.raises(Refused) as refused:
        tick(day(1))
    assert refused.value.code == "clock_is_real"


def test_two_connectors_get_their_digest_in_their_own_morning(cast: Cast) -> None:
    people.add_connector("dana@connects.example", name="Dana", handle="dana", zone="Asia/Tokyo")
    cast.waiting()
    tick(day(6))
    digests = Letter.objects.filter(kind="digest", state="sent")
    assert {letter.due_at.hour for letter in digests} <= {8, 23}


@pytest.mark.case("F17")
def test_the_persisted_clock_survives_and_never_goes_back(cast: Cast) -> None:
    tick(day(3))
    assert clock.now() >= day(3)
    with pytest.raises(Refused):
        tick(day(2))
    tick(day(4))
    assert store.check_generation()
