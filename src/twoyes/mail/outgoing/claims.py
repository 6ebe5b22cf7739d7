"""Who may claim letters: any number of workers, but none while somebody walks the clock.

Locks of the kernel on files beside the post room: a process that dies lets go of them by itself, so a crashed
walk stops nobody for ever. They keep the order, not the promise; that is the point of no return's.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.utils.translation import gettext as _

from twoyes.lib import env
from twoyes.lib.errors import Refused

_POLL = 0.02
# A worker in a round finishes its letter; one that was stopped in it is not waited for any longer.
PATIENCE = 60.0


@contextmanager
def taking_part() -> Iterator[bool]:
    """Take part in the claiming for a round; False, at once, while a walk goes on or waits for its turn."""
    with _file("gate") as gate, _file("claims") as claims:
        free = _locked(gate, fcntl.LOCK_SH) and _locked(claims, fcntl.LOCK_SH)
        if free:
            fcntl.flock(gate, fcntl.LOCK_UN)
        yield free


@contextmanager
def stopped(patience: float = PATIENCE) -> Iterator[None]:
    """Keep every worker from claiming until the block ends. Raises Refused `workers_busy` after `patience` seconds."""
    until = time.monotonic() + patience
    with _file("gate") as gate, _file("claims") as claims:
        # The gate first, or workers that overlap could keep a walk waiting for ever.
        for handle in (gate, claims):
            while not _locked(handle, fcntl.LOCK_EX):
                if time.monotonic() > until:
                    raise Refused("workers_busy", _("A worker is still sending. Nothing was changed; try again."))
                time.sleep(_POLL)
        yield


@contextmanager
def alone(what: str) -> Iterator[bool]:
    """Be the only process in such a block; False, at once, when another one is."""
    with _file(what) as handle:
        yield _locked(handle, fcntl.LOCK_EX)


@contextmanager
def _file(name: str) -> Iterator[int]:
    handle = os.open(_place() / name, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        yield handle
    finally:
        os.close(handle)


def _locked(handle: int, how: int) -> bool:
    try:
        fcntl.flock(handle, how | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _place() -> Path:
    place = env.data_dir() / "locks"
    place.mkdir(mode=0o700, exist_ok=True)
    return place
