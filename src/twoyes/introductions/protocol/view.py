"""What the requester may know. The view is a function of their face and the clock: no answer of the target enters."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from twoyes.introductions.protocol.snapshot import Face

# What the requester can press at each stage.
ACTS: dict[str, tuple[str, ...]] = {
    "returned": ("revise", "withdraw"),
    "waiting": ("withdraw",),
    "talking": ("withdraw",),
    "on_its_way": ("withdraw",),
    "introduced": ("wrote",),
    "connected": (),
    "awaiting_outcome": ("outcome", "wrote"),
    "unreported": ("outcome",),
    "closed": ("outcome",),
    "passed_on": (),
}


@dataclass(frozen=True, slots=True)
class View:
    """`stage` is a word of the protocol, `since` and `hears_by` are UTC instants, `acts` what may be pressed."""

    stage: str
    since: datetime | None = None
    hears_by: datetime | None = None
    acts: tuple[str, ...] = ()

    @property
    def open(self) -> bool:
        """A request counts as open until its final letter."""
        return self.stage in {"unverified", "waiting", "returned", "talking", "on_its_way"}


def requester_view(face: Face, now: datetime) -> View:
    """Return what the requester sees at `now` (rules A7, quiet-no): the promised date decides, never the answer."""
    stage, hears_by = face.stage, face.hears_by
    if stage == "on_its_way" and hears_by is not None and now >= hears_by:
        stage = "not_this_time"
    acts = ACTS.get(stage, ())
    if face.again and stage != "on_its_way":
        acts = (*acts, "confirm")
    return View(stage, face.since, hears_by, acts)
