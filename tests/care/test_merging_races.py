"""A merge and workers at the same instant: an ask that the merge closed never leaves, and nobody waits for ever."""

from __future__ import annotations

import pytest

from tests.care.merging import Twins, twins
from tests.introductions.together import at_once, failures
from tests.support.cast import Cast
from twoyes.care import front as care
from twoyes.introductions import front
from twoyes.introductions.models import AskedPair, SendAttempt
from twoyes.people import front as people

pytestmark = [pytest.mark.both, pytest.mark.django_db(transaction=True)]

ROUNDS = 3


def passes(two: Twins, introduction: str) -> str:
    """Pass the point of no return with the ask that a worker has in hand; say whether, or why not."""
    claimed = two.flights[introduction]
    try:
        front.point_of_no_return(claimed, front.facts(claimed.letter).recipient, two.cast.now)
    except front.Blocked as blocked:
        return blocked.cause
    return "passed"


@pytest.mark.case("A19", "B12", "B13")
@pytest.mark.parametrize("number", range(ROUNDS))
def test_what_a_merge_closes_never_leaves(cast: Cast, number: int) -> None:
    two = twins(cast)
    first, second = two.asked("claimed", "claimed")
    merged, *passed = at_once([two.merge, lambda: passes(two, first), lambda: passes(two, second)])
    assert not failures([merged, *passed])
    assert isinstance(merged, care.Merged)
    left = set(SendAttempt.objects.filter(phase="xmit").values_list("letter__introduction", flat=True))
    asks = {one for one in (first, second) if one in left and passed[(first, second).index(one)] == "passed"}
    assert not asks & set(merged.closed)
    # Whoever came first: after the merge the pair is one, and at most what had left before counts twice.
    if merged.closed:
        assert len(asks) <= 1
    holders = set(AskedPair.objects.values_list("introduction", flat=True))
    assert holders <= asks


@pytest.mark.case("B12")
def test_two_merges_of_the_same_cards_at_once_are_one(cast: Cast) -> None:
    two = twins(cast)
    two.asked("queued", "queued")
    results = at_once([two.merge, two.merge])
    done = [one for one in results if isinstance(one, care.Merged)]
    assert len(done) == 1
    assert len(people.joined_cards(cast.cora.id, cast.tom.id)) == 1
