"""Facts in, verdict out: `screen` reads the words of a request, without a database (K6, K7, B1, B2)."""

from twoyes.policy.records import Facts, Finding, Strength
from twoyes.policy.screening import screen

__all__ = ["Facts", "Finding", "Strength", "screen"]
