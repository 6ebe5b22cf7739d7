"""Real mail leaves slowly, more slowly to one provider, and not at all while a relay refuses us."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise

import pytest

from tests.support.cast import CORA, Cast
from twoyes.introductions import front as introductions
from twoyes.introductions.models import Letter, SendAttempt
from twoyes.lib import limits
from twoyes.lib.models import Installation
from twoyes.mail.front import Manner, Pace, RoundReport, deliver, trouble
from twoyes.mail.outgoing.memory import MemoryTransport
from twoyes.mail.outgoing.transport import Envelope, Verdict
from twoyes.people import front as people


@dataclass
class Post:
    """A worker with real mail, on a clock that only this test moves; `left` says what left when."""

    cast: Cast
    answers: Callable[[Envelope], str] = lambda _: "accept"
    halts: bool = False
    left: list[tuple[datetime, str]] = field(default_factory=list)
    tries: list[datetime] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.pace = self.another()

    def another(self) -> Pace:
        """A worker's pace, on a clock that this test moves along with the time."""
        start = self.cast.now

        def monotonic() -> float:
            return (self.cast.now - start).total_seconds()

        return Pace(monotonic)

    def send(self, envelope: Envelope, *, point_of_no_return: Callable[[], None]) -> Verdict:
        self.tries.append(self.cast.now)
        if self.halts:
            return Verdict("temporary", 535, "5.7.8 Authentication failed", before_dot=True, halt=True)
        verdict = MemoryTransport(self.answers).send(envelope, point_of_no_return=point_of_no_return)
        if verdict.kind == "sent":
            self.left.append((self.cast.now, envelope.recipient))
        return verdict

    def run(self, span: timedelta, *, step: float = 0.5) -> None:
        """Let the worker look every half second."""
        until = self.cast.now + span
        while self.cast.now < until:
            self.round()
            self.cast.now += timedelta(seconds=step)

    def round(self, pace: Pace | None = None) -> RoundReport:
        manner = Manner(pace or self.pace, sleep=lambda _: None)
        return deliver(self, lambda: self.cast.now, manner=manner)


def requests(cast: Cast, count: int) -> None:
    """Letters that go at once, each to a provider of its own."""
    for number in range(count):
        cast.unverified(email=f"rita{number}@d{number}.example")


def notices(cast: Cast, count: int, domain: str = "big.example") -> None:
    """Letters that can wait, all to one provider."""
    found = [cast.waiting(email=f"rita{number}@{domain}") for number in range(count)]
    cast.now += timedelta(minutes=2)
    for introduction in found:
        introductions.decline(introduction, {"reason": "I know him too little."}, actor=cast.desk, now=cast.now)


@pytest.mark.case("F11", "F12")
def test_one_letter_a_second_leaves(cast: Cast) -> None:
    post = Post(cast)
    requests(cast, 6)
    post.run(timedelta(seconds=8))
    times = [at for at, _ in post.left]
    assert len(times) == 6
    assert all(later - earlier >= timedelta(seconds=1) for earlier, later in pairwise(times))


@pytest.mark.case("F11")
def test_to_one_provider_three_letters_a_minute_leave_in_the_order_of_their_turns(cast: Cast) -> None:
    post = Post(cast)
    notices(cast, 7)
    post.run(timedelta(minutes=2, seconds=10), step=1)
    times = [at for at, _ in post.left]
    assert len(times) == 7
    assert all(later - earlier >= limits.SENDING_INTERVAL_PER_DOMAIN for earlier, later in pairwise(times))
    # A turn that was waited for is no try.
    assert set(Letter.objects.filter(kind="declined").values_list("attempts", flat=True)) == {1}


def test_another_provider_does_not_wait_for_a_busy_one(cast: Cast) -> None:
    post = Post(cast)
    notices(cast, 3)
    requests(cast, 1)
    post.run(timedelta(seconds=5))
    assert {recipient for _, recipient in post.left} >= {"rita0@d0.example"}
    assert len(post.left) == 2


def test_a_second_worker_keeps_to_what_the_first_one_sent(cast: Cast) -> None:
    post = Post(cast)
    notices(cast, 3)
    others = post.another()
    for pace in (None, others) * 10:
        post.round(pace)
        cast.now += timedelta(seconds=0.7)
    assert len(post.left) == 1


def test_a_login_code_passes_everything_that_waits(cast: Cast) -> None:
    post = Post(cast)
    notices(cast, 5, "connects.example")
    post.round()
    cast.now += timedelta(seconds=1)
    with cast.time():
        introductions.login_code(people.login_alias(CORA), "123456")
    post.run(timedelta(seconds=3))
    assert "cora@connects.example" in {recipient for _, recipient in post.left}


@pytest.mark.case("C10")
def test_a_relay_that_does_not_let_us_in_is_tried_once_in_ten_minutes_and_everything_waits(cast: Cast) -> None:
    post = Post(cast, halts=True)
    cast.asking()
    requests(cast, 4)
    cast.now += timedelta(seconds=1)
    post.run(timedelta(minutes=25), step=20)
    assert len(post.tries) == 3
    assert set(Letter.objects.exclude(state="sent").values_list("state", flat=True)) == {"queued"}
    found = trouble(cast.now)
    assert found is not None
    assert (found.code, "535" in found.sentence) == ("relay_halted", True)
    post.halts = False
    post.run(timedelta(minutes=40), step=20)
    assert len(post.left) == 6
    assert trouble(cast.now) is None


@pytest.mark.case("C10")
def test_two_workers_do_not_try_a_wrong_password_twice_as_often(cast: Cast) -> None:
    post = Post(cast, halts=True)
    requests(cast, 4)
    others = post.another()
    for _ in range(50):
        post.round()
        post.round(others)
        cast.now += timedelta(seconds=30)
    assert len(post.tries) == 3


@pytest.mark.case("F13")
def test_after_five_equal_refusals_nothing_more_is_used_up(cast: Cast) -> None:
    post = Post(cast, answers=lambda _: "refuse_rcpt")
    requests(cast, 9)
    post.run(timedelta(minutes=5), step=5)
    assert len(post.tries) == 5
    states = list(Letter.objects.values_list("state", flat=True))
    assert (states.count("failed"), states.count("queued")) == (4, 5)
    assert getattr(trouble(cast.now), "code", "") == "relay_refuses"
    post.run(timedelta(minutes=21), step=30)
    assert len(post.tries) == 7
    assert list(Letter.objects.values_list("state", flat=True)).count("failed") == 4
    post.answers = lambda _: "accept"
    post.run(timedelta(hours=5), step=240)
    assert len(post.left) == 5


def test_refusals_that_differ_are_about_the_recipients(cast: Cast) -> None:
    answers = iter(["refuse_rcpt", "refuse_dot"] * 5)
    post = Post(cast, answers=lambda _: next(answers))
    requests(cast, 10)
    post.run(timedelta(seconds=15))
    assert set(Letter.objects.values_list("state", flat=True)) == {"failed"}
    assert trouble(cast.now) is None


@pytest.mark.case("F17")
def test_a_clock_that_stands_still_does_not_stop_the_mail(cast: Cast) -> None:
    """After a step back the time stands still for as long as the step was; one letter a second leaves all the same."""
    requests(cast, 3)
    ticks = iter(range(100))
    manner = Manner(Pace(lambda: float(next(ticks))))
    relay = MemoryTransport()
    for _ in range(12):
        deliver(relay, lambda: cast.now, manner=manner)
    assert len(relay.accepted) == 3


@pytest.mark.case("F12")
def test_no_more_asks_a_day_than_the_cap(cast: Cast) -> None:
    Installation.objects.update(daily_cap=0)
    introduction = cast.asking()
    relay = MemoryTransport()
    deliver(relay, lambda: cast.now)
    assert [envelope.kind for envelope in relay.accepted] == ["on_its_way"]
    assert not SendAttempt.objects.filter(letter__kind="ask").exists()
    Installation.objects.update(daily_cap=1)
    cast.now += timedelta(hours=1)
    deliver(relay, lambda: cast.now)
    assert "ask" in [envelope.kind for envelope in relay.accepted]
    assert introduction
