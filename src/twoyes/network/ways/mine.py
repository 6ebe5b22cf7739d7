"""What the owner looks back on, beside the graph: the rhythm of each tie, who was introduced, who went silent.

People are nodes of the graph, by number. It is worked out with the graph (`looking_back`) and read with numpy alone.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Self

from twoyes.network.ties.weeks import MONDAY, WEEK

type Array = Any

# Three years, in spans of four weeks.
SPAN = 4
SPANS = 39
YEARS = 3
RHYTHM = [("node", "<i4"), ("out", "<u2", (SPANS,)), ("back", "<u2", (SPANS,))]
# Of each pair that the owner brought together first: when, and whether anything was heard after.
INTRODUCED = [("at", "<i8"), ("one", "<i4"), ("other", "<i4"), ("heard", "?")]
# Whom nothing was heard of for three years and more: since when, and how strong the tie was at its best.
DORMANT = [("node", "<i4"), ("last", "<i8"), ("strength", "<f4")]


@dataclass(frozen=True, slots=True)
class Rhythm:
    """Letters by spans of four weeks, the oldest first; `begin` is the day on which the first span begins, a Monday."""

    begin: date
    out: tuple[int, ...]
    back: tuple[int, ...]

    def day(self, span: int) -> date:
        """Return the day on which a span begins."""
        return self.begin + timedelta(weeks=SPAN * span)


@dataclass(frozen=True, slots=True)
class Mine:
    """Three tables: rhythm by node, introductions the newest first, silent ties the nearest first."""

    rhythm: Array
    introduced: Array
    dormant: Array

    @classmethod
    def nothing(cls) -> Self:
        """Return what is seen where no mail is."""
        import numpy as np

        return cls(*(np.zeros(0, np.dtype(kind)) for kind in (RHYTHM, INTRODUCED, DORMANT)))

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Read what `save` wrote; nothing where it was never written."""
        import numpy as np

        try:
            return cls(*(np.load(folder / f"{one.name}.npy", mmap_mode="r") for one in fields(cls)))
        except FileNotFoundError:
            return cls.nothing()

    def save(self, folder: Path) -> None:
        """Write the tables into a folder."""
        import numpy as np

        for one in fields(self):
            np.save(folder / f"{one.name}.npy", getattr(self, one.name))

    def introductions_of(self, nodes: list[int]) -> list[bool]:
        """Return for each introduction of one of these nodes whether anything was heard after."""
        import numpy as np

        mine = np.isin(self.introduced["one"], nodes) | np.isin(self.introduced["other"], nodes)
        heard: list[bool] = self.introduced["heard"][mine].tolist()
        return heard

    def between(self, one: list[int], other: list[int]) -> tuple[int, bool] | None:
        """Return when the owner last brought these two together (seconds since 1970), and whether any was heard of."""
        import numpy as np

        first, second = self.introduced["one"], self.introduced["other"]
        both = (np.isin(first, one) & np.isin(second, other)) | (np.isin(first, other) & np.isin(second, one))
        # The newest comes first.
        found = self.introduced[both][:1].tolist()
        return (found[0][0], found[0][3]) if found else None

    def rhythm_of(self, node: int, made_at: str) -> Rhythm | None:
        """Return the letters between the owner and a node, as of when the graph was made (ISO 8601)."""
        import numpy as np

        place = int(np.searchsorted(self.rhythm["node"], node))
        if place >= len(self.rhythm) or self.rhythm["node"][place] != node:
            return None
        last = week_of(int(datetime.fromisoformat(made_at).timestamp()))
        begin = (last - SPAN * SPANS + 1) * WEEK - MONDAY
        row = self.rhythm[place]
        return Rhythm(
            datetime.fromtimestamp(begin, UTC).date(), tuple(row["out"].tolist()), tuple(row["back"].tolist())
        )


def week_of(seconds: int) -> int:
    """Return the number of the week in which a moment lies."""
    return (seconds + MONDAY) // WEEK
