"""What `doctor` says of one thing: any room can look after its own, and the command tells them all alike."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

type Status = Literal["ok", "warn", "fail"]

_GRAVITY: dict[Status, int] = {"ok": 0, "warn": 1, "fail": 2}


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at: how it is, in a sentence, and what would mend it."""

    id: str
    status: Status
    sentence: str
    mend: str = ""


def each_once(checks: Iterable[Check]) -> list[Check]:
    """Return them with each id once, at its first place: what several say of it is joined, and the worst counts."""
    known: dict[str, list[Check]] = {}
    for one in checks:
        known.setdefault(one.id, []).append(one)
    return [_joined(same) for same in known.values()]


def _joined(same: list[Check]) -> Check:
    worst = max(same, key=lambda one: _GRAVITY[one.status])
    sentences = " ".join(one.sentence for one in same)
    return Check(worst.id, worst.status, sentences, " ".join(one.mend for one in same if one.mend))
