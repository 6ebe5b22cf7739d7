"""What one look tells: checks, and what time it was over there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from twoyes.lib.checked import Check

_ODD, _WRONG = timedelta(seconds=30), timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Hour:
    """What another machine's clock said, and ours at the same moment."""

    whose: str
    theirs: datetime
    ours: datetime


@dataclass(frozen=True, slots=True)
class Told:
    """The checks of one look, and the hour it heard by the way."""

    checks: list[Check] = field(default_factory=list)
    hour: Hour | None = None


def clock(hours: Iterable[Hour]) -> Check:
    """Compare our clock with those that were heard: deadlines and login codes go by it, and receivers look at Date."""
    heard = list(hours)
    if not heard:
        return Check("clock", "ok", _("No other clock was heard, so this machine's was compared with none."))
    # One of them may be wrong itself: the one that agrees most is believed.
    best = min(heard, key=lambda one: abs(one.ours - one.theirs))
    off = abs(best.ours - best.theirs)
    known = {"whose": best.whose, "off": int(off.total_seconds())}
    if off < _ODD:
        return Check("clock", "ok", _("The clock agrees with that of %(whose)s.") % known)
    if best.ours > best.theirs:
        sentence = _("The clock is %(off)s seconds ahead of that of %(whose)s.") % known
    else:
        sentence = _("The clock is %(off)s seconds behind that of %(whose)s.") % known
    mend = _("Let the system keep time: timedatectl set-ntp true")
    return Check("clock", "fail" if off > _WRONG else "warn", sentence, mend)
