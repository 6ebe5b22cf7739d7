"""Which messages are in the log already: eight bytes for each, so that a million of them fit beside an import."""

from __future__ import annotations

from array import array
from collections.abc import Iterable

from twoyes.network.log.parts import in_force, path_of

_BUCKETS = 1 << 16


class Seen:
    """A set of 64-bit numbers, spread over small arrays: a tenth of what Python's own set would need."""

    def __init__(self) -> None:
        self.buckets: list[array[int] | None] = [None] * _BUCKETS

    def add(self, number: int) -> bool:
        """Add a number; say whether it is new."""
        place = number & (_BUCKETS - 1)
        bucket = self.buckets[place]
        if bucket is None:
            self.buckets[place] = array("q", (number,))
            return True
        if number in bucket:
            return False
        bucket.append(number)
        return True

    def update(self, numbers: Iterable[int]) -> None:
        """Add many numbers."""
        for number in numbers:
            self.add(number)


def in_log(owner_id: str) -> Seen:
    """Return the messages of an owner's log, as far as it is in force."""
    seen = Seen()
    parts = in_force(owner_id)
    if not parts:
        return seen
    import numpy as np
    from pyarrow import parquet

    for part in parts:
        with parquet.ParquetFile(path_of(part)) as file:
            for batch in file.iter_batches(256 * 1024, columns=["message"]):
                seen.update(np.unique(batch["message"].to_numpy()).tolist())
    return seen
