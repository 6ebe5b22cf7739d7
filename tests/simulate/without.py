"""The product with one of its parts taken out: each must be noticed, or the simulation would prove nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import datetime
from unittest import mock

from tests.simulate import restoring
from tests.support.without_ponr import without_point_of_no_return
from twoyes.introductions import front, outbox, pairs
from twoyes.introductions.models import Letter, LetterState
from twoyes.lib import limits, store

type Missing = Callable[[], AbstractContextManager[object]]


def _pair() -> AbstractContextManager[object]:
    """Nobody remembers who was asked about whom."""
    return mock.patch.object(outbox, "_take_pair", return_value=None)


def _slot() -> AbstractContextManager[object]:
    """Nobody remembers who was asked when."""
    return mock.patch.object(pairs, "slot_among", return_value=None)


def _wishes() -> AbstractContextManager[object]:
    """Nobody reads what people wish."""
    return mock.patch.object(pairs, "forbidden", return_value="")


def _reaper() -> AbstractContextManager[object]:
    """The reaper returns transmissions to the queue as if they were claims."""

    def reap(now: datetime) -> int:
        both = Letter.objects.filter(state__in=[LetterState.CLAIMED, LetterState.XMIT])
        return both.filter(at__lt=now - limits.CLAIM_AGE).update(state=LetterState.QUEUED, at=now)

    return mock.patch.object(front, "reap", reap)


@contextmanager
def _generation() -> Iterator[None]:
    """A restored store does not know that it is one."""
    with (
        mock.patch.object(restoring, "begin_generation", return_value=0),
        mock.patch.object(store, "check_generation", return_value=True),
    ):
        yield


MISSING: dict[str, Missing] = {
    "": nullcontext,
    "ponr": without_point_of_no_return,
    "pair": _pair,
    "slot": _slot,
    "wishes": _wishes,
    "reaper": _reaper,
    "generation": _generation,
}
