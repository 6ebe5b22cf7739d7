"""Which conversations each person stands in: counted from the log with the graph, and compared with numpy alone.

A list for each node is as long as the mail; a count for each two would be as long as its square.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from twoyes.network.log.columns import MAIL

if TYPE_CHECKING:
    import ibis

type Array = Any


@dataclass(frozen=True, slots=True)
class Shared:
    """How many conversations two people stand in, and the day of the last letter in any of them; None for none."""

    count: int = 0
    last: date | None = None


NOTHING = Shared()


@dataclass(frozen=True, slots=True)
class Threads:
    """Conversations by number, the one that ended last having the highest.

    Those of a node stand in `members` from `starts[node]` to `starts[node + 1]`, in order; `ended` has the moment of
    the last letter of each (seconds since 1970, UTC).
    """

    starts: Array
    members: Array
    ended: Array

    @classmethod
    def nothing(cls) -> Self:
        """Return what is seen where no mail is."""
        import numpy as np

        return cls(np.zeros(1, "<i8"), np.zeros(0, "<i4"), np.zeros(0, "<i8"))

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Read what `save` wrote; nothing where an earlier version made the graph."""
        import numpy as np

        try:
            return cls(*(np.load(folder / f"threads_{one.name}.npy", mmap_mode="r") for one in fields(cls)))
        except FileNotFoundError:
            return cls.nothing()

    def save(self, folder: Path) -> None:
        """Write the tables into a folder."""
        import numpy as np

        for one in fields(self):
            np.save(folder / f"threads_{one.name}.npy", getattr(self, one.name))

    def shared(self, one: Sequence[int], other: Sequence[int]) -> Shared:
        """Return the conversations in which one of these nodes stands, and one of those, too."""
        import numpy as np

        few, many = sorted((self._of(one), self._of(other)), key=len)
        if not few.size:
            return NOTHING
        # The owner stands in nearly all: those of the other are looked up among them, and theirs are not gone through.
        places = np.minimum(np.searchsorted(many, few), many.size - 1)
        both = few[many[places] == few]
        if not both.size:
            return NOTHING
        return Shared(int(both.size), datetime.fromtimestamp(int(self.ended[both[-1]]), UTC).date())

    def _of(self, nodes: Sequence[int]) -> Array:
        import numpy as np

        there = [node for node in nodes if node + 1 < len(self.starts)]
        found = [self.members[self.starts[node] : self.starts[node + 1]] for node in there]
        if len(found) == 1:
            return found[0]
        return np.unique(np.concatenate(found)) if found else np.zeros(0, "<i4")


def count_threads(engine: Any, log: ibis.Table, at: int, *, nodes: int) -> Threads:
    """Return who stands in which conversation: wrote a letter of it or got one, up to a moment.

    `log` has the rows of the log with the columns `src_node` and `dst_node` beside. In child processes alone.
    """
    import ibis
    import numpy as np

    letters = log.filter((log.kind == MAIL) & (log["at"] <= at))
    senders = letters.select("thread", "at", node="src_node")
    there = senders.union(letters.select("thread", "at", node="dst_node"))
    there = there.group_by("thread", "node").agg(last=there["at"].max())
    threads = there.group_by("thread").agg(ended=there["last"].max())
    order = ibis.window(order_by=[threads.ended, threads.thread])
    threads = threads.mutate(number=ibis.row_number().over(order).cast("int32"))
    members = there.join(threads, "thread").select("node", "number").order_by("node", "number")
    found, ended = engine.to_pyarrow(members), engine.to_pyarrow(threads.order_by("number").select("ended"))
    starts = np.searchsorted(found["node"].to_numpy(), np.arange(nodes + 1)).astype("<i8")
    return Threads(starts, found["number"].to_numpy().astype("<i4"), ended["ended"].to_numpy().astype("<i8"))
