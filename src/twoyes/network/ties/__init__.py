"""How strong a tie is: one expression over the log of who wrote to whom, and the sentence that explains each number.

The way of weighing, and what it was measured against, is decision 20.
"""

from twoyes.network.ties.explaining import explain
from twoyes.network.ties.facts import Facts, Level, facts_of, level, with_word
from twoyes.network.ties.parameters import FIXED, Parameters
from twoyes.network.ties.strengths import from_weeks, strengths
from twoyes.network.ties.weeks import joined, sliced, summed, weekly

__all__ = [
    "FIXED",
    "Facts",
    "Level",
    "Parameters",
    "explain",
    "facts_of",
    "from_weeks",
    "joined",
    "level",
    "sliced",
    "strengths",
    "summed",
    "weekly",
    "with_word",
]
