"""Named places where a test may pull the plug. Without TWOYES_FAULT each costs one comparison."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache

from twoyes.lib import env
from twoyes.lib.errors import Refused

POINTS = ("after_claim", "after_354", "after_ponr", "after_dot", "after_250", "after_t3")
"""On a letter's way out, in their order."""
POINTS_IN = ("after_kept", "after_counted", "after_acted")
"""On a message's way in: kept but not answered 250; its reading counted but not begun; acted on and committed."""
_ALL = POINTS + POINTS_IN
_SLEEP_SECONDS = 60


class Crash(BaseException):
    """The simulator's power cut: no handler for ordinary errors may catch it."""


class FaultInjected(Exception):
    """An ordinary failure, asked for by TWOYES_FAULT=POINT:raise."""


_watcher: ContextVar[Callable[[str], None] | None] = ContextVar("faults", default=None)


def point(name: str) -> None:
    """Do here what TWOYES_FAULT or `intercept` asks for; raises ValueError for a name that is no point."""
    if name not in _ALL:
        raise ValueError(f"there is no fault point {name!r}")
    watcher = _watcher.get()
    if watcher is not None:
        watcher(name)
    wanted, act = _asked_for()
    if act is not None and wanted == name:
        act(name)


@contextmanager
def intercept(watcher: Callable[[str], None]) -> Iterator[None]:
    """Call `watcher(name)` at each point reached in this context; it may raise Crash."""
    reset = _watcher.set(watcher)
    try:
        yield
    finally:
        _watcher.reset(reset)


@lru_cache(maxsize=1)
def _asked_for() -> tuple[str, Callable[[str], None] | None]:
    text = env.read("TWOYES_FAULT")
    if text is None:
        return "", None
    name, _, act = text.partition(":")
    if name not in _ALL or act not in _ACTS:
        sentence = f"TWOYES_FAULT is {text!r}. Write POINT:ACT, of {_ALL} and {tuple(_ACTS)}."
        raise Refused("bad_fault", sentence)
    return name, _ACTS[act]


def _raise(name: str) -> None:
    raise FaultInjected(name)


_ACTS: dict[str, Callable[[str], None]] = {
    "kill": lambda _name: os.kill(os.getpid(), signal.SIGKILL),
    "stop": lambda _name: os.kill(os.getpid(), signal.SIGSTOP),
    "raise": _raise,
    "sleep": lambda _name: time.sleep(_SLEEP_SECONDS),
}
