"""The one source of chance, so that a simulation can be repeated.

Keys and nonces never come from here: a repeated nonce would break the seal.
"""

import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar

_SYSTEM = random.SystemRandom()
_source: ContextVar[random.Random] = ContextVar("chance", default=_SYSTEM)


def token_bytes(n: int) -> bytes:
    """Return `n` bytes nobody can guess, unless `seeded` is active."""
    return _source.get().randbytes(n)


def uniform(low: float, high: float) -> float:
    """Return a number between `low` and `high`, both included."""
    return _source.get().uniform(low, high)


def choice[T](items: Sequence[T]) -> T:
    """Return one of `items`, all equally likely; raises IndexError when there are none."""
    return _source.get().choice(items)


@contextmanager
def seeded(seed: int | str) -> Iterator[None]:
    """Make chance repeatable inside the block. For tests and simulations: tokens made here can be guessed."""
    reset = _source.set(random.Random(seed))  # noqa: S311 - repeatable is the purpose
    try:
        yield
    finally:
        _source.reset(reset)
