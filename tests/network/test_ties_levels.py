"""Which strength is called what, counted out on people as one has them; and the connector's own word, which wins."""

from __future__ import annotations

import pytest

from tests.network.interactions import MEETING, Line, strength
from twoyes.network import ties
from twoyes.network.ties import Level
from twoyes.network.ties.facts import CARD_ALONE, KNOWN, STRONG


def letters(every: int, *, since: int = 365, until: int = 7) -> list[Line]:
    """A letter each way at each so many days."""
    return [Line(src=src, dst=3 - src, ago=ago) for ago in range(until, since, every) for src in (1, 2)]


@pytest.mark.parametrize(
    ("lines", "called"),
    [
        (letters(7), Level.STRONG),
        (letters(13), Level.STRONG),
        (letters(30), Level.KNOWN),
        ([Line(kind=MEETING, ago=ago, others=3) for ago in range(10, 365, 30)], Level.KNOWN),
        # Weekly for three years, and silent for two since: dormant, not unknown.
        (letters(7, since=5 * 365, until=2 * 365), Level.WEAK),
        (letters(180, since=3 * 365), Level.WEAK),
        ([Line(ago=30)], Level.WEAK),
        ([Line(src=2, dst=1, ago=ago, others=30) for ago in range(2, 365, 7)], Level.WEAK),
    ],
)
def test_people_are_called_as_one_would_call_them(lines: list[Line], called: Level) -> None:
    assert ties.level(strength(*lines)) is called, strength(*lines)


def test_unknown_is_not_zero() -> None:
    assert ties.level(None) is Level.UNKNOWN
    assert ties.level(0.0) is Level.WEAK
    assert ties.with_word(None, "") is None


def test_a_card_or_a_linkedin_connection_alone_is_weak() -> None:
    alone = ties.with_word(None, "", card=True)
    assert alone == CARD_ALONE
    assert ties.level(alone) is Level.WEAK
    # Beside letters a card adds nothing and takes nothing.
    assert ties.with_word(0.05, "", card=True) == 0.05


@pytest.mark.parametrize("seen", [None, 0.01, KNOWN, STRONG, 0.99])
@pytest.mark.parametrize(
    ("word", "called"), [("well", Level.STRONG), ("somewhat", Level.KNOWN), ("by_name", Level.WEAK)]
)
def test_the_word_of_the_connector_wins_both_ways(seen: float | None, word: str, called: Level) -> None:
    assert ties.level(ties.with_word(seen, word)) is called


def test_of_two_people_known_well_the_nearer_stays_the_nearer() -> None:
    near, nearer = ties.with_word(0.7, "well"), ties.with_word(0.8, "well")
    assert near is not None
    assert nearer is not None
    assert near < nearer
