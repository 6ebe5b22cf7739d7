"""What happens in each plot of the story, and how long after its beginning. Each act is a verb of a door."""

from __future__ import annotations

from datetime import timedelta

type Step = tuple[timedelta, str]


def _steps(*steps: tuple[float, str]) -> tuple[Step, ...]:
    return tuple((timedelta(days=days), act) for days, act in steps)


_ASK = ((0.0, "request"), (0.02, "verify"))
_APPROVED = (*_ASK, (0.6, "approve"))
_YES = (*_APPROVED, (1.5, "yes"))
_WROTE = (*_YES, (1.9, "says_wrote"))

PLOTS: dict[str, tuple[Step, ...]] = {
    "unverified": _steps((0, "request")),
    "discarded": _steps((0, "request")),
    "draft": _steps((0, "draft")),
    "waiting": _steps(*_ASK),
    "talking": _steps(*_ASK, (0.5, "talk")),
    "returned": _steps(*_ASK, (0.7, "return_")),
    "declined": _steps(*_ASK, (0.8, "decline")),
    "lapsed": _steps(*_ASK),
    "asking": _steps(*_APPROVED),
    "refused": _steps(*_APPROVED, (1.4, "no")),
    "silence": _steps(*_APPROVED),
    "deferred": _steps(*_APPROVED, (2.1, "later")),
    "passed": _steps(*_APPROVED, (1.2, "their_details")),
    "passed_on": _steps(*_ASK, (0.7, "pass_on")),
    "withdrawn": _steps(*_APPROVED, (2.5, "withdraw")),
    "undeliverable": _steps(*_APPROVED),
    # Its ten minutes begin when the story ends.
    "agreed": _steps(*_APPROVED, (1.699, "yes")),
    "introduced": _steps(*_YES),
    "connected": _steps(*_WROTE),
    "awaiting_outcome": _steps(*_WROTE),
    "closed": _steps(*_WROTE, (16.5, "report_outcome")),
    "unreported": _steps(*_WROTE),
    "erased": _steps(*_APPROVED, (3.0, "erase")),
    "offered": _steps((0, "offer")),
    "offered_second": _steps((0, "offer"), (1.1, "yes_first")),
    "recorded": _steps((0, "record")),
}

GONE = "undeliverable"
"""The plot in which the ask meets a mailbox that is not there any more."""
