"""The relay of a simulated world: the product's own relay in memory, with the nine scripts, in the world's time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from types import SimpleNamespace
from unittest import mock

from tests.simulate.world import Broken, World
from twoyes.lib import locking
from twoyes.mail.outgoing import deliver, memory, rounds, transport
from twoyes.mail.outgoing.memory import SCRIPTS, MemoryTransport
from twoyes.mail.outgoing.transport import Envelope, Verdict

# Mostly friendly, and each trouble often enough to meet every other.
_WEIGHTS = {"accept": 88}
_TROUBLE = 1.5


class _Log(list[Envelope]):
    """What the relay took: noted in the world, and not kept, since a million messages would not fit."""

    def __init__(self, world: World) -> None:
        super().__init__()
        self._world = world

    def append(self, envelope: Envelope) -> None:
        took(self._world, envelope)


class Relay(MemoryTransport):
    """One worker's way to the relay: `sending` is the letter that is on the wire."""

    def __init__(self, world: World) -> None:
        super().__init__(self._choose, _Log(world))
        self._world = world
        self._names = list(SCRIPTS)
        self._weights = [_WEIGHTS.get(name, _TROUBLE) for name in self._names]
        self.sending: Envelope | None = None

    def send(self, envelope: Envelope, *, point_of_no_return: Callable[[], None]) -> Verdict:
        self.sending = envelope
        try:
            return super().send(envelope, point_of_no_return=point_of_no_return)
        finally:
            self.sending = None

    def _choose(self, _envelope: Envelope) -> str:
        name: str = self._world.random.choices(self._names, self._weights)[0]
        self._world.note(f"relay: {name}")
        return name


def took(world: World, envelope: Envelope) -> None:
    """The relay is responsible for this message now: check what nobody can take back any more."""
    world.note(f"taken: {envelope.kind} {envelope.introduction}")
    world.counts[f"taken {envelope.kind}"] += 1
    ask = world.asks.get(envelope.introduction)
    if ask is None:
        return
    world.letters.add(envelope.letter)
    if envelope.kind == "ask":
        world.asks_now(ask, "first" if envelope.recipient in ask.asker.addresses else "target")
    elif envelope.kind not in {"details", "introduction"}:
        to_target = envelope.recipient in ask.target.addresses
        world.require(not to_target, "one-ask", f"a {envelope.kind} went to somebody who is asked")
        shown = any(address.encode() in envelope.message for address in ask.target.addresses)
        world.require(not shown, "no-leak", f"the target's address stands in a {envelope.kind}")


@contextmanager
def in_world_time(world: World) -> Iterator[None]:
    """Let everything that measures spans on the monotonic clock measure the world's."""

    def forbidden(_seconds: float) -> None:
        raise Broken("simulated: nothing may wait for real time")

    watch = SimpleNamespace(monotonic=world.monotonic, sleep=forbidden)
    with ExitStack() as stack:
        for module in (transport, memory, rounds, locking, deliver):
            stack.enter_context(mock.patch.object(module, "time", watch))
        yield
