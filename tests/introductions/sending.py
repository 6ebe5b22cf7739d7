"""A worker in slow motion: a claim, the point of no return, and what was handed over, one at a time."""

from __future__ import annotations

import pytest

from tests.support.cast import Cast
from twoyes.introductions import front
from twoyes.introductions.models import Letter, SendAttempt
from twoyes.lib.errors import Refused


def claim(cast: Cast, kind: str, side: str = "") -> front.Claimed:
    """Claim the due letter of this kind; every other one stays where it is."""
    while (claimed := front.claim(cast.now, kinds=(kind,))) is not None:
        if side in {"", claimed.side}:
            return claimed
    raise AssertionError(f"no {kind} to {side or 'anybody'} is due")


def recipient(claimed: front.Claimed) -> str:
    """Return the address that the letter would go to now."""
    try:
        return front.facts(claimed.letter).recipient
    except Refused:
        return "nobody@nowhere.example"


def blocked(cast: Cast, claimed: front.Claimed, address: str = "") -> front.Blocked:
    """Assert that the point of no return is not passed, and that no trace of a hand-over stays; return why."""
    tries = SendAttempt.objects.count()
    with pytest.raises(front.Blocked) as stopped:
        front.point_of_no_return(claimed, address or recipient(claimed), cast.now)
    assert SendAttempt.objects.count() == tries
    assert Letter.objects.get(pk=claimed.letter).state != "xmit"
    return stopped.value


def stopped(cast: Cast, claimed: front.Claimed, cause: str) -> str:
    """Assert that the letter is stopped for this cause, let it stand back, and return its state."""
    found = blocked(cast, claimed)
    assert found.cause == cause
    state = front.stand_back(claimed, found, cast.now)
    assert state == Letter.objects.get(pk=claimed.letter).state
    return state


def passed(cast: Cast, claimed: front.Claimed) -> None:
    """Pass the point of no return: from here on a copy may exist."""
    front.point_of_no_return(claimed, recipient(claimed), cast.now)
