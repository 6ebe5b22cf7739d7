"""The cast with a real way out: letters are composed and handed to a relay in memory by the worker's own rounds."""

from __future__ import annotations

from dataclasses import dataclass, field, fields

import pytest

from tests.support.cast import Cast
from twoyes.mail.outgoing.memory import MemoryTransport
from twoyes.mail.outgoing.rounds import one_round
from twoyes.mail.outgoing.transport import Envelope

# What the cast calls the relay's last word, and the relay's script that ends so.
_SCRIPTS = {"sent": "accept", "refused": "refuse_rcpt", "unknown": "lose_250", "temporary": "busy_connect"}


@dataclass
class Posted(Cast):
    """Everybody, and all that the relay took, oldest first."""

    taken: list[Envelope] = field(default_factory=list)

    def deliver(self, result: str = "sent", *, code: int = 250) -> list[str]:
        """Hand every due letter over; return the kinds that left. Asks alone meet the relay's bad manners."""
        script = _SCRIPTS[result]
        relay = MemoryTransport(
            lambda envelope: script if envelope.kind in {"ask", "details"} else "accept", self.taken
        )
        with self.time():
            return list(one_round(relay, lambda: self.now).letters)

    def to(self, address: str) -> list[Envelope]:
        """All letters that one person got."""
        return [envelope for envelope in self.taken if envelope.recipient == address]


@pytest.fixture
def posted(cast: Cast) -> Posted:
    """The cast, whose letters leave as real bytes."""
    return Posted(**{one.name: getattr(cast, one.name) for one in fields(Cast)})
