"""What the requester may know: a function of their face and the clock. No answer of the target enters."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from twoyes.introductions.protocol.snapshot import Face

# What the requester can press at each stage; `advance` accepts no act of theirs that does not stand here.
ACTS: dict[str, tuple[str, ...]] = {
    "returned": ("revise", "withdraw"),
    "waiting": ("withdraw",),
    "talking": ("withdraw",),
    "on_its_way": ("withdraw",),
    "passed_on": ("outcome", "withdraw"),
    "introduced": ("wrote",),
    "awaiting_outcome": ("outcome", "wrote"),
    "unreported": ("outcome",),
    "closed": ("outcome",),
    "once_more": ("outcome", "withdraw"),
}


@dataclass(frozen=True, slots=True)
class View:
    """`stage` is a word of the protocol, `since` and `hears_by` are UTC instants, `acts` what may be pressed.

    `turn` is what the page carries as `seen`: it counts stages only, so that it tells nothing either.
    """

    stage: str
    since: datetime | None = None
    hears_by: datetime | None = None
    acts: tuple[str, ...] = ()
    turn: int = 0

    @property
    def open(self) -> bool:
        """A request counts as open until its final letter."""
        return self.stage in {"unverified", "waiting", "returned", "talking", "on_its_way"}


def requester_view(face: Face, now: datetime) -> View:
    """Return what the requester sees at `now` (rule A7, quiet-no): the promised date decides, never the answer."""
    stage = face.stage
    if stage == "on_its_way" and face.hears_by is not None:
        told = face.told_at or face.hears_by
        stage = "not_this_time" if now >= min(told, face.hears_by) else stage
    acts = ACTS.get(stage, ())
    if face.again is not None and now >= face.again:
        acts = (*acts, "confirm")
    if face.missed_at is not None:
        acts = (*acts, "amends")
    return View(stage, face.since, face.hears_by, acts, face.turn)
