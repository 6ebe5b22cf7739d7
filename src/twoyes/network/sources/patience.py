"""Servers that break off: the same is asked again after growing pauses, and then left for another day."""

from __future__ import annotations

import time
from collections.abc import Callable

from twoyes.lib.errors import Unreachable

# Seconds before the same is asked again: a restart of a server or of a line takes less, an outage more.
PAUSES = (2, 10, 30)

type Beat = Callable[[], None]
"""Says that whoever waits is alive; raises where nobody wants it any more."""


def patiently[Answer](ask: Callable[[], Answer], beat: Beat) -> Answer:
    """Return an answer, asked for again where the server cannot be reached. Raises Unreachable after the last pause."""
    for pause in PAUSES:
        try:
            return ask()
        except Unreachable:
            _wait(pause, beat)
    return ask()


def _wait(seconds: int, beat: Beat) -> None:
    beat()
    for _second in range(seconds):
        time.sleep(1)
        beat()
