"""The power is cut at each fault point, against each relay: what was an ask never exists twice in the world."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from datetime import timedelta

import pytest
from django.db import transaction

from tests.support.cast import RITA, TOM, Cast
from twoyes.introductions import front as introductions
from twoyes.introductions.models import Letter
from twoyes.lib import faults, store
from twoyes.mail.front import deliver, deliver_one
from twoyes.mail.outgoing.memory import SCRIPTS, MemoryTransport, message_id
from twoyes.mail.outgoing.transport import Envelope

# What a relay that answers well leaves behind when the power goes at a point: the row's state after the reaper.
ENDS = {
    "after_claim": "queued",
    "after_354": "queued",
    "after_ponr": "unknown",
    "after_dot": "unknown",
    "after_250": "unknown",
    "after_t3": "sent",
}


def crash_once(point: str) -> Callable[[str], None]:
    """Cut the power the first time that the point is reached."""
    armed = [True]

    def watch(name: str) -> None:
        if name == point and armed:
            armed.clear()
            raise faults.Crash(name)

    return watch


def run(cast: Cast, relay: MemoryTransport, point: str) -> None:
    """Let workers run until nothing is left to do; the first one dies at the point."""
    with faults.intercept(crash_once(point)):
        for _ in range(4):
            with suppress(faults.Crash):
                deliver(relay, lambda: cast.now)
            cast.now += timedelta(hours=1)


def answering(script: str, kind: str, *, times: int = 100) -> Callable[[Envelope], str]:
    """A relay that does as the script says with the first so many letters of a kind, and well with all others."""
    left = [script] * times
    return lambda envelope: left.pop() if envelope.kind == kind and left else "accept"


def of(relay: MemoryTransport, kind: str) -> list[str]:
    return [message_id(envelope.message) for envelope in relay.accepted if envelope.kind == kind]


def against(cast: Cast, scripts: Iterable[str]) -> Iterator[str]:
    """Each relay in turn, in a store and at a time that are as they were before."""
    before, known = cast.now, store.generation_file().read_text()
    for script in scripts:
        with transaction.atomic():
            yield script
            transaction.set_rollback(True)
        cast.now = before
        store.generation_file().write_text(known)


@pytest.mark.parametrize("point", faults.POINTS)
@pytest.mark.case("A1", "B1", "B5", "B6")
def test_an_ask_exists_at_most_once_in_the_world_whatever_the_relay_does(cast: Cast, point: str) -> None:
    introduction = cast.asking()
    for script in against(cast, SCRIPTS):
        relay = MemoryTransport(answering(script, "ask"))
        run(cast, relay, point)
        assert len(of(relay, "ask")) <= 1, script
        letter = Letter.objects.get(introduction_id=introduction, kind="ask")
        assert letter.state in {"sent", "unknown", "failed"}, script
        assert (letter.state == "sent") <= (len(of(relay, "ask")) == 1), script


@pytest.mark.both
@pytest.mark.parametrize("point", ENDS)
@pytest.mark.case("B1", "B5", "B6")
def test_what_the_row_says_after_a_crash_is_what_the_protocol_says(cast: Cast, point: str) -> None:
    introduction, relay = cast.asking(), MemoryTransport()
    claimed = introductions.claim(cast.now, kinds=("ask",))
    assert claimed is not None
    with faults.intercept(crash_once(point)), pytest.raises(faults.Crash):
        deliver_one(claimed, relay, lambda: cast.now)
    cast.now += timedelta(minutes=16)
    introductions.reap(cast.now)
    assert Letter.objects.get(introduction_id=introduction, kind="ask").state == ENDS[point]


@pytest.mark.parametrize("point", faults.POINTS)
def test_a_notice_arrives_at_least_once_and_always_under_one_message_id(cast: Cast, point: str) -> None:
    cast.unverified()
    for script in against(cast, [name for name in SCRIPTS if not name.startswith("refuse")]):
        # A relay that never answers the dot would get a notice again and again; this one recovers.
        relay = MemoryTransport(answering(script, "verify", times=1))
        run(cast, relay, point)
        ids = of(relay, "verify")
        assert len(ids) >= 1, script
        assert len(set(ids)) == 1, script
        assert {envelope.recipient for envelope in relay.accepted} == {RITA}
        assert Letter.objects.get(kind="verify").state == "sent", script


@pytest.mark.parametrize("point", faults.POINTS)
@pytest.mark.case("C7", "A12")
def test_an_introduction_reaches_both_once_or_the_connector_hears_that_it_may_not_have(cast: Cast, point: str) -> None:
    introduction = cast.agreed()
    cast.now += timedelta(minutes=11)
    relay = MemoryTransport()
    run(cast, relay, point)
    letters = Letter.objects.filter(introduction_id=introduction, kind="introduction")
    assert {letter.state for letter in letters} <= {"sent", "unknown"}
    recipients = [envelope.recipient for envelope in relay.accepted if envelope.kind == "introduction"]
    assert len(recipients) == len(set(recipients))
    assert set(recipients) <= {RITA, TOM}
    if point in {"after_claim", "after_354", "after_t3"}:
        assert set(recipients) == {RITA, TOM}
        assert len(set(of(relay, "introduction"))) == 1


@pytest.mark.case("B20", "B28")
def test_a_round_that_runs_twenty_times_does_what_one_does(cast: Cast) -> None:
    cast.asking()
    relay = MemoryTransport()
    for _ in range(20):
        deliver(relay, lambda: cast.now)
    kinds = [envelope.kind for envelope in relay.accepted]
    assert sorted(kinds) == ["ask", "on_its_way"]
    cast.now += timedelta(days=11)
    fired = [deliver(relay, lambda: cast.now).fired for _ in range(20)]
    assert len(fired[0]) == 1
    assert not any(fired[1:])
