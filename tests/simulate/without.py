"""The product with one of its parts taken out: each must be noticed, or the simulation would prove nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import replace
from datetime import datetime
from unittest import mock

from tests.simulate import restoring
from tests.support.without_ponr import without_point_of_no_return
from twoyes.introductions import front, outbox, pairs
from twoyes.introductions.models import Introduction, Letter, LetterState
from twoyes.lib import limits, store
from twoyes.people import front as people

type Missing = Callable[[], AbstractContextManager[object]]


def _pair() -> AbstractContextManager[object]:
    """Nobody remembers who was asked about whom."""
    return mock.patch.object(outbox, "_take_pair", return_value=None)


def _slot() -> AbstractContextManager[object]:
    """Nobody remembers who was asked when."""
    return mock.patch.object(pairs, "slot_among", return_value=None)


@contextmanager
def _wishes() -> Iterator[None]:
    """Nobody reads what people wish, neither at the approval nor at the point of no return."""
    asked = pairs.consent

    def whatever_they_wish(row: Introduction, side: str) -> people.Consent:
        return replace(asked(row, side), forbidden=None)

    with (
        mock.patch.object(pairs, "forbidden", return_value=""),
        mock.patch.object(pairs, "consent", whatever_they_wish),
    ):
        yield


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
