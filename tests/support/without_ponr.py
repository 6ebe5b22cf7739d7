"""The product with its point of no return taken out, to see that the tests would notice.

Everything is still checked between the 354 and the dot, but nothing is committed there: the row stays `claimed`
while a copy may exist, as in any design of claim, send and mark, and the reaper returns it to the queue.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from typing import Any
from unittest import mock

from django.db import transaction

from twoyes.introductions import front, outbox
from twoyes.introductions.models import Letter, LetterState


@contextmanager
def without_point_of_no_return() -> Iterator[None]:
    """Take it out inside the block."""
    with ExitStack() as stack:
        for name, stand_in in (
            ("point_of_no_return", _only_look),
            ("settle", _settle),
            ("settle_and_claim", _settle_and_claim),
        ):
            stack.enter_context(mock.patch.object(front, name, stand_in))
        yield


_PASS, _SETTLE = outbox.point_of_no_return, outbox.settle


def _only_look(claimed: outbox.Claimed, recipient: str, now: datetime) -> None:
    with transaction.atomic():
        _PASS(claimed, recipient, now)
        transaction.set_rollback(True)


def _settle(claimed: outbox.Claimed, result: str, **what: Any) -> str:
    with transaction.atomic():
        if result in {"sent", "unknown"}:
            # The store's own rules let no letter go from claimed to sent: it is both at once here.
            mine = Letter.objects.filter(pk=claimed.letter, epoch=claimed.epoch, state=LetterState.CLAIMED)
            mine.update(state=LetterState.XMIT)
        return _SETTLE(claimed, result, **what)


def _settle_and_claim(claimed: outbox.Claimed, result: str, **what: Any) -> tuple[str, outbox.Claimed | None]:
    return _settle(claimed, result, **what), outbox.claim(what["now"])
