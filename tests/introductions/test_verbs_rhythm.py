"""What a connector hears of the desk, and when: one digest a day at most, in their own morning (N1)."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.introductions.sending import blocked, claim, passed
from tests.support.cast import START, Cast
from twoyes.introductions import front as introductions
from twoyes.introductions import mailing
from twoyes.introductions.models import JournalEntry, Letter
from twoyes.people.models import Connector
from twoyes.policy import front as policy

DAY = timedelta(days=1)


def living_in(cast: Cast, zone: str) -> ZoneInfo:
    Connector.objects.filter(pk=cast.cora.id).update(zone=zone)
    return ZoneInfo(zone)


def digests(cast: Cast, zone: ZoneInfo) -> Counter[date]:
    """Count the digests that leave now, by the day that it is for their reader."""
    left = cast.deliver()
    return Counter(cast.now.astimezone(zone).date() for kind in left if kind.startswith("digest"))


@pytest.mark.parametrize("name", ["Europe/Berlin", "America/Los_Angeles", "Pacific/Auckland", "Asia/Kolkata"])
def test_however_much_is_new_there_is_one_digest_a_day_at_eight_and_over_the_change_of_the_clocks_too(
    cast: Cast, name: str
) -> None:
    zone, counted = living_in(cast, name), Counter[date]()
    cast.waiting()
    while cast.now < START + 45 * DAY:
        mailing.queue_digest(cast.cora.id, cast.now)
        # Half an hour to either side of eight, whatever the zone.
        cast.now += timedelta(minutes=30)
        left = digests(cast, zone)
        assert not left or cast.now.astimezone(zone).strftime("%H") == "08"
        counted += left
    assert set(counted.values()) == {1}
    assert len(counted) in {44, 45, 46}


@pytest.mark.parametrize(("news", "told"), [("07:59", "08:00"), ("08:00", "next"), ("23:59", "next")])
def test_what_is_new_before_eight_is_told_at_eight(cast: Cast, news: str, told: str) -> None:
    zone = living_in(cast, "Europe/Berlin")
    hour, minute = map(int, news.split(":"))
    at = cast.now.astimezone(zone).replace(hour=hour, minute=minute)
    mailing.queue_digest(cast.cora.id, at)
    due = Letter.objects.get(kind="digest").due_at.astimezone(zone)
    assert (due.hour, due.minute) == (8, 0)
    assert due.date() - at.date() == (DAY if told == "next" else timedelta())


def test_a_worker_that_slept_for_days_sends_one_digest_and_not_one_for_each_of_them(cast: Cast) -> None:
    zone = living_in(cast, "Europe/Berlin")
    cast.withdrawn()
    for _day in range(4):
        mailing.queue_digest(cast.cora.id, cast.now)
        cast.now += DAY
    assert digests(cast, zone).total() == 1
    assert "withdraw" in {line.news for line in cast.sent[-1].waiting}
    assert digests(cast, zone).total() == 0
    mailing.queue_digest(cast.cora.id, cast.now)
    cast.now += DAY
    assert digests(cast, zone).total() == 1


@pytest.mark.parametrize("first", ["on its way", "sent"])
def test_of_two_digests_that_two_workers_hold_one_leaves(cast: Cast, first: str) -> None:
    cast.waiting()
    for _day in range(2):
        mailing.queue_digest(cast.cora.id, cast.now)
        cast.now += DAY
    one, other = claim(cast, "digest"), claim(cast, "digest")
    passed(cast, one)
    if first == "sent":
        introductions.settle(one, "sent", code=250, now=cast.now)
    assert blocked(cast, other).cause == "lost"
    introductions.settle(one, "sent", code=250, now=cast.now)
    introductions.reap(cast.now + DAY)
    cast.now += DAY
    assert [kind for kind in cast.deliver() if kind == "digest:connector"] == []
    assert sorted(Letter.objects.filter(kind="digest").values_list("state", flat=True)) == ["dropped", "sent"]


def test_what_that_one_told_is_not_told_again_the_next_morning(cast: Cast) -> None:
    zone, made = living_in(cast, "Europe/Berlin"), cast.waiting()
    for _day in range(3):
        mailing.queue_digest(cast.cora.id, cast.now)
        cast.now += DAY
    introductions.withdraw(made, actor=cast.asker(made), now=cast.now - 2 * DAY)
    assert digests(cast, zone).total() == 1
    assert [line.news for line in cast.sent[-1].waiting if line.news] == ["withdraw"]
    mailing.queue_digest(cast.cora.id, cast.now)
    cast.now += DAY
    assert digests(cast, zone).total() == 1
    assert [line.news for line in cast.sent[-1].waiting if line.news] == []


def test_a_digest_that_the_relay_put_off_is_not_a_second_one_of_the_next_day(cast: Cast) -> None:
    zone = living_in(cast, "Europe/Berlin")
    cast.waiting()
    mailing.queue_digest(cast.cora.id, cast.now)
    cast.now += timedelta(hours=23)
    cast.deliver("temporary", code=451)
    assert Letter.objects.filter(kind="digest", state="queued", epoch__gt=0).exists()
    cast.now = START + DAY
    mailing.queue_digest(cast.cora.id, cast.now - timedelta(hours=2))
    Letter.objects.filter(kind="digest", epoch__gt=0).update(due_at=cast.now + DAY + timedelta(hours=3))
    cast.now += DAY
    counted = digests(cast, zone)
    cast.now += timedelta(hours=4)
    assert (counted + digests(cast, zone)).total() == 1


def test_a_digest_of_another_desk_leaves_all_the_same(cast: Cast) -> None:
    for _day in range(2):
        for one in (cast.cora.id, cast.otto.id):
            mailing.queue_digest(one, cast.now)
        cast.now += DAY
    assert [kind for kind in cast.deliver() if kind == "digest:connector"] == ["digest:connector"] * 2


# --- closed weeks ---------------------------------------------------------------------------------------------------


def ended_after(cast: Cast, introduction: str) -> dict[str, int]:
    """Return after how many days the reminder was due and it lapsed."""
    began, found = cast.now, dict[str, int]()
    while "lapsed" not in found and cast.now - began < 60 * DAY:
        cast.pass_time(DAY)
        events = set(JournalEntry.objects.filter(introduction=introduction).values_list("event", flat=True))
        if "remind" in events:
            found.setdefault("reminded", (cast.now - began).days)
        if cast.state(introduction) == "lapsed":
            found["lapsed"] = (cast.now - began).days
    return found


@pytest.mark.parametrize(
    ("state", "open_days"),
    [
        ("waiting", {"reminded": 5, "lapsed": 14}),
        ("talking", {"reminded": 7, "lapsed": 21}),
        ("returned", {"lapsed": 30}),
    ],
)
@pytest.mark.parametrize("closed", [0, 6, 13])
def test_what_waits_waits_as_many_days_longer_as_the_desk_is_closed(
    cast: Cast, state: str, open_days: dict[str, int], closed: int
) -> None:
    first = (cast.now + 2 * DAY).date()
    if closed:
        with cast.time():
            policy.set_house_rules(cast.cora.id, closed=[(first, first + (closed - 1) * DAY)])
    made = getattr(cast, state)()
    assert ended_after(cast, made) == {name: days + closed for name, days in open_days.items()}


def test_weeks_that_are_closed_later_move_no_day_that_was_set_before(cast: Cast) -> None:
    """What somebody was promised when they asked holds (PROTOCOL: deadlines are fixed when set)."""
    made = cast.waiting()
    with cast.time():
        first = (cast.now + 2 * DAY).date()
        policy.set_house_rules(cast.cora.id, closed=[(first, first + 6 * DAY)])
    assert ended_after(cast, made) == {"reminded": 5, "lapsed": 14}


def test_the_desk_says_the_age_of_what_waits_and_the_digest_since_when(cast: Cast) -> None:
    made = cast.waiting()
    cast.pass_time(timedelta(days=6))
    (row,) = introductions.desk(cast.cora.id, cast.now)
    assert (row.id, row.age_days, row.waits) == (made, 6, True)
    (line,) = next(facts.waiting for facts in reversed(cast.sent) if facts.kind == "digest")
    assert (line.introduction, line.since, line.news) == (made, START, "remind")
