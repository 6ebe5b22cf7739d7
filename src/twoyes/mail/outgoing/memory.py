"""A relay in memory that behaves as well or as badly as it is told, for the simulator and for tests.

Shipped with the product, and under the same contract as the real ones, so that what passes here passes there.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from email.parser import BytesHeaderParser
from typing import Literal

from twoyes.lib import faults
from twoyes.mail.outgoing.transport import (
    Abort,
    Envelope,
    Verdict,
    aborted,
    cross,
    judge,
    too_late,
)


@dataclass(frozen=True, slots=True)
class Behaviour:
    """What a relay does with one message: where it answers out of the ordinary, and whether it takes it.

    An empty `reply` at the dot means that no answer comes which anybody could read.
    """

    at: Literal["nowhere", "before", "dot"] = "nowhere"
    code: int = 250
    reply: str = ""
    once: bool = False
    takes: bool = True


SCRIPTS: dict[str, Behaviour] = {
    "accept": Behaviour(),
    "greylist_rcpt": Behaviour("before", 451, "4.7.1 Greylisted, try again later", once=True),
    "busy_connect": Behaviour("before", 421, "4.3.2 Too busy", once=True),
    "refuse_rcpt": Behaviour("before", 550, "5.1.1 No such person here"),
    "refuse_dot": Behaviour("dot", 554, "5.7.1 Not this message", takes=False),
    "later_dot": Behaviour("dot", 451, "4.3.0 Try again later", once=True, takes=False),
    "lose_250": Behaviour("dot"),
    "drop_dot": Behaviour("dot", takes=False),
    "garbage_reply": Behaviour("dot"),
}
"""The nine ways of a relay that the fault grid enumerates (CASES 3.6); the tests' fake relay has them too."""


class MemoryTransport:
    """Keeps what it accepted in `accepted`, which is `log` itself when given, so workers share one truth.

    `script` names the behaviour for each envelope; "once" means once for each Message-ID and recipient.
    """

    def __init__(
        self,
        script: Callable[[Envelope], str] = lambda _: "accept",
        log: list[Envelope] | None = None,
    ) -> None:
        self.script = script
        self.accepted: list[Envelope] = [] if log is None else log
        self._met: set[tuple[str, str, str]] = set()

    def send(self, envelope: Envelope, *, point_of_no_return: Callable[[], None]) -> Verdict:
        """See `Transport.send`. Raises `KeyError` for a script that does not exist."""
        behaviour = self._behaviour(envelope)
        if behaviour.at == "before":
            return judge(behaviour.code, behaviour.reply)
        faults.point("after_354")
        try:
            until = cross(point_of_no_return)
        except Abort:
            return aborted()
        if time.monotonic() > until:
            return too_late()
        if behaviour.takes:
            self.accepted.append(envelope)
        faults.point("after_dot")
        if behaviour.at == "dot" and not behaviour.reply:
            return Verdict("unknown", 0, "The relay gave no answer that makes sense.", before_dot=False)
        verdict = judge(behaviour.code, behaviour.reply or "2.0.0 Taken", after_dot=True)
        if verdict.kind == "sent":
            faults.point("after_250")
        return verdict

    def _behaviour(self, envelope: Envelope) -> Behaviour:
        name = self.script(envelope)
        behaviour = SCRIPTS[name]
        if not behaviour.once:
            return behaviour
        occasion = (name, envelope.recipient, message_id(envelope.message))
        if occasion in self._met:
            return SCRIPTS["accept"]
        self._met.add(occasion)
        return behaviour


def message_id(message: bytes) -> str:
    """The Message-ID of a message, or "" if it has none."""
    return str(BytesHeaderParser().parsebytes(message).get("Message-ID", ""))
