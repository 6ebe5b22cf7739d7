"""The product's worker as a process that a test may kill, on a clock that the test chooses."""

from __future__ import annotations

import os
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection

from tests.faults.stores import Store
from tests.support.without_ponr import without_point_of_no_return
from twoyes.introductions import front as introductions
from twoyes.introductions.models import Letter, LetterState
from twoyes.lib import clock
from twoyes.mail.outgoing.conversation import Patience
from twoyes.mail.outgoing.smtp import Server, SmtpTransport
from twoyes.mail.outgoing.working import worker

QUICK = Patience(connect=10, command=10, final=10, allowance=10, goodbye=0.5)
_MOVING = (LetterState.QUEUED, LetterState.CLAIMED, LetterState.XMIT)
# More than a letter may come back for.
_MOST_ROUNDS = 12


class Looks:
    """A stop event that lets a worker look at its queue so many times."""

    def __init__(self, looks: int = 1) -> None:
        self.left = looks

    def is_set(self) -> bool:
        return self.left <= 0

    def wait(self, _timeout: float) -> bool:
        self.left -= 1
        return self.is_set()


@dataclass(frozen=True)
class Setting:
    """Which store and relay a worker is to use, and whether it has its point of no return."""

    store: Store
    port: int
    without_ponr: bool = False
    patience: Patience = QUICK

    def transport(self) -> SmtpTransport:
        """The way to the relay."""
        server = Server("127.0.0.1", self.port, "none")
        return SmtpTransport(server, patience=self.patience, helo="twoyes.example")


def one_look(setting: Setting, at: datetime, *, fault: str = "") -> None:
    """Be a worker for one round at `at`; TWOYES_FAULT is `fault`. For a process of its own."""
    with _life(setting, fault):
        _look(setting, at)
    connection.close()


def finish(setting: Setting, at: datetime) -> str:
    """Be the next worker, from `at` on, until the ask is at rest; return its state. For a process of its own."""
    with _life(setting, ""):
        asks = Letter.objects.filter(kind="ask")
        for _ in range(_MOST_ROUNDS):
            _look(setting, at)
            if not asks.filter(state__in=_MOVING).exists():
                break
            with clock.frozen(at):
                at = max(introductions.next_due(at) or at, at + timedelta(minutes=16))
        state = str(asks.values_list("state", flat=True).get())
    connection.close()
    return state


def _life(setting: Setting, fault: str) -> ExitStack:
    setting.store.open()
    os.environ["TWOYES_FAULT"] = fault
    stack = ExitStack()
    if setting.without_ponr:
        stack.enter_context(without_point_of_no_return())
    return stack


def _look(setting: Setting, at: datetime) -> None:
    with clock.frozen(at):
        worker(Looks(), transport=setting.transport())
