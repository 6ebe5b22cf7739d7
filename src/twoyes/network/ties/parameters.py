"""What weighs how much. The numbers were chosen on one data set, by `python -m bench.ties_choice`, before any other."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Parameters:
    """The numbers of the expression, with units and where each is from (decision 20).

    "Chosen" means chosen on CollegeMsg by `bench/ties_choice.py` and by nothing else; "set" means that CollegeMsg
    cannot tell, so that a sentence of the issue decides.
    """

    ageing_days: float = 3.0
    """Days after which a week's mail begins to fade. Chosen."""
    ageing_power: float = 2.0
    """How fast it fades then: (1 + age / ageing_days) ** -ageing_power. Chosen."""
    lasting: float = 0.03
    """What lasts of a week beside that, and fades by `half_life_days` alone. Chosen."""
    half_life_days: float = 180.0
    """Days after which half of what lasts is left. Set, by the issue."""
    week: float = 1.0
    """What a week with any mail weighs, beside ln(1 + mails of it, each by 1 / recipients). Set: as one more mail."""
    theirs: float = 0.9
    """What their mail weighs beside mine, whose strength it is. Chosen."""
    settled_weeks: float = 2.0
    """Different weeks of mail after which half of a tie's weight counts. Chosen."""
    their_weeks: float = 0.9
    """What a week in which they wrote counts among these, beside one in which I wrote. Chosen."""
    meeting: float = 4.0
    """What a week's meetings weigh beside my mail of a week. Set: above a mail each way, which is 1 + `theirs`."""
    half: float = 1.12
    """The weight at which a tie is half as strong as can be. Set: a letter each way every other week is just strong."""
    one_way: float = 0.6
    """The most that mail in one direction comes to, however much. Set: below what is called strong."""


FIXED = Parameters()
