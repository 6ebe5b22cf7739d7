"""One chapter in each state, made by the events that lead there."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from tests.introductions.world import (
    DESK,
    HOLDER,
    PROGRAM,
    RELAY,
    REQUESTER,
    Chapter,
    World,
    approved,
    asked,
    open_request,
)
from twoyes.introductions.protocol import State

S = State


def _then(make: Callable[[World], Chapter], kind: str, actor: object, **data: object) -> Callable[[World], Chapter]:
    def run(world: World) -> Chapter:
        chapter = make(world)
        world.do(chapter, kind, actor, **data)  # type: ignore[arg-type]
        return chapter

    return run


def _waited(make: Callable[[World], Chapter], days: float) -> Callable[[World], Chapter]:
    def run(world: World) -> Chapter:
        chapter = make(world)
        world.wait(timedelta(days=days))
        return chapter

    return run


def introduced(world: World) -> Chapter:
    """A chapter in which both have each other, since a moment."""
    chapter = asked(world)
    world.do(chapter, "yes", HOLDER)
    world.wait(timedelta(minutes=10))
    world.do(chapter, "introduced", RELAY)
    return chapter


def unverified(world: World) -> Chapter:
    return world.open("requested", "rita", "tom", REQUESTER, may_pass_on=True)


def draft(world: World) -> Chapter:
    return world.open("drafted", "rita", "tom", DESK, may_pass_on=True, addressed=True)


def later(world: World) -> Chapter:
    """Deferred by half a year, so that no date comes meanwhile."""
    chapter = asked(world)
    world.do(chapter, "later", HOLDER, until=(world.now + timedelta(days=180)).isoformat())
    return chapter


MAKE: dict[State, Callable[[World], Chapter]] = {
    S.DRAFT: draft,
    S.UNVERIFIED: unverified,
    S.WAITING: open_request,
    S.TALKING: _then(open_request, "talk", DESK),
    S.RETURNED: _then(open_request, "return", DESK),
    S.ASKING: asked,
    S.AGREED: _then(asked, "yes", HOLDER, address_wanted=True),
    S.INTRODUCED: introduced,
    S.CONNECTED: _then(introduced, "says_wrote", REQUESTER),
    S.PASSED: _then(asked, "their_details", HOLDER),
    S.AWAITING_OUTCOME: _waited(introduced, 14),
    S.CLOSED: _then(_waited(introduced, 14), "outcome", REQUESTER, outcome="advice"),
    S.UNREPORTED: _waited(_waited(introduced, 14), 28),
    S.DECLINED: _then(open_request, "decline", DESK),
    S.LAPSED: _waited(open_request, 14),
    S.REFUSED: _then(asked, "no", HOLDER),
    S.UNDELIVERABLE: _then(asked, "dsn", RELAY),
    S.DEFERRED: later,
    S.WITHDRAWN: _then(asked, "withdraw", DESK),
    S.DISCARDED: _waited(unverified, 2),
    S.ERASED: _then(asked, "erase", PROGRAM, who="target"),
}

# After an approval whoever asked sees one and the same thing in all of these, until the promised date.
QUIET: dict[str, Callable[[World], Chapter]] = {
    "asking": asked,
    "not sent yet": approved,
    "parked": _then(approved, "blocked", RELAY, cause="text"),
    "parked and declined": _then(_then(approved, "blocked", RELAY, cause="text"), "decline", DESK),
    "agreed": MAKE[S.AGREED],
    "agreed, address known": _then(asked, "yes", HOLDER),
    "refused": MAKE[S.REFUSED],
    "never": _then(asked, "never", HOLDER),
    "not me": _then(asked, "not_me", HOLDER),
    "silence": _waited(asked, 10),
    "deferred": later,
    "passed": MAKE[S.PASSED],
    "passed and closed": _waited(MAKE[S.PASSED], 21),
    "undeliverable": MAKE[S.UNDELIVERABLE],
    "withdrawn by the connector": MAKE[S.WITHDRAWN],
    "closed by hand": _then(asked, "close", PROGRAM, reason="operator"),
    "erased": MAKE[S.ERASED],
    "agreed and lapsed": _waited(MAKE[S.AGREED], 7),
}
