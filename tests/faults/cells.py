"""What must become of one ask in each cell of the grid: where the first worker dies, and what the relay does."""

from __future__ import annotations

from dataclasses import dataclass

from tests.support.relay_scripts import GRID
from twoyes.lib.faults import POINTS

SCRIPTS = tuple(script.name for script in GRID)


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: the letter's final state, how many copies the relay took, and whether the first worker died."""

    point: str
    script: str
    state: str
    copies: int
    died: bool


# By relay script: what becomes of the ask when nobody dies, and when the second worker has to do all.
_ALONE = {
    "accept": ("sent", 1),
    "greylist_rcpt": ("sent", 1),
    "busy_connect": ("sent", 1),
    "refuse_rcpt": ("failed", 0),
    "refuse_dot": ("failed", 0),
    "later_dot": ("sent", 1),
    "lose_250": ("unknown", 1),
    "drop_dot": ("unknown", 0),
    "garbage_reply": ("unknown", 1),
}
# Died after the point of no return: nobody knows, nobody tries again, and these relays had it by then.
_NOTHING_LEFT = ("unknown", 0)
_AFTER_DOT = {
    "accept": ("unknown", 1),
    "refuse_dot": ("unknown", 0),
    "later_dot": ("unknown", 0),
    "lose_250": ("unknown", 1),
    "drop_dot": ("unknown", 0),
    "garbage_reply": ("unknown", 1),
}
# fmt: off
EXPECTED: dict[str, dict[str, tuple[str, int]]] = {
    # Before the point of no return a death costs nothing but time.
    "after_claim": _ALONE,
    "after_354": _ALONE,
    # After it there is at most one copy, and none where the dot was not sent.
    "after_ponr": {**_ALONE, **dict.fromkeys(_AFTER_DOT, _NOTHING_LEFT)},
    "after_dot": {**_ALONE, **_AFTER_DOT},
    "after_250": {**_ALONE, "accept": ("unknown", 1)},
    # What is written down is written down.
    "after_t3": _ALONE,
}
# fmt: on
# Where the conversation ends earlier the first worker does not get as far as the point where it would die.
_UNREACHED = {
    "after_claim": (),
    "after_354": ("greylist_rcpt", "busy_connect", "refuse_rcpt"),
    "after_ponr": ("greylist_rcpt", "busy_connect", "refuse_rcpt"),
    "after_dot": ("greylist_rcpt", "busy_connect", "refuse_rcpt"),
    "after_250": tuple(name for name in SCRIPTS if name != "accept"),
    "after_t3": (),
}


def expected() -> list[Cell]:
    """Return the 54 cells, in the order of the table."""
    return [
        Cell(point, script, *EXPECTED[point][script], died=script not in _UNREACHED[point])
        for point in POINTS
        for script in SCRIPTS
    ]
