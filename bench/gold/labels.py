"""The labelled pairs of linux-mips: where they are kept, how they are resolved, and how new labels are written down.

`python -m bench.gold.labels list` prints every pair to be read, `python -m bench.gold.labels take FILE` keeps labels
("number label" in each line of FILE) as hashes.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

from bench.gold import blocks, sightings
from bench.gold.sightings import Pair, Sightings

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
MIPS = DATA / "mail" / "linux-mips"
MAILMAP = DATA / "identity" / "numpy.mailmap"
KEPT = Path(__file__).with_name("linux_mips.tsv")
LABELS = ("same", "different", "cannot_tell")


def labelled(seen: Sightings) -> dict[Pair, str]:
    """Every pair in the blocks with what was read; raises KeyError where one was never labelled."""
    known = dict(line.split("\t") for line in KEPT.read_text().splitlines())
    return {pair: known[blocks.digest(pair)] for pair in blocks.pairs(seen)}


def halves(labels: dict[Pair, str]) -> dict[Pair, int]:
    """The half (0 to tune on, 1 left alone) of each pair: all pairs of one person stand in one half.

    A pair of two people stands where the one of the smaller hash stands.
    """
    whose: dict[str, str] = {}

    def first(address: str) -> str:
        while whose.setdefault(address, address) != address:
            address = whose[address]
        return address

    for (one, other), label in labels.items():
        if label == "same":
            low, high = sorted((first(one), first(other)))
            whose[high] = low
    drawn = {a: int(blocks.digest((first(a), "half")), 16) for pair in labels for a in pair}
    return {pair: min(map(drawn.__getitem__, pair)) % 2 for pair in labels}


def main(words: list[str]) -> None:
    """List the pairs, or take the labels of a file."""
    seen = sightings.of_archive(MIPS)
    found = blocks.pairs(seen)
    if words[:1] == ["list"]:
        sys.stdout.writelines(f"{line}\n" for line in _listed(seen, found))
    elif words[:1] == ["take"]:
        said = dict(line.split() for line in Path(words[1]).read_text().splitlines())
        rows = [f"{blocks.digest(pair)}\t{LABELS[LABELS.index(said[str(i)])]}\n" for i, pair in enumerate(found)]
        KEPT.write_text("".join(rows))


def _listed(seen: Sightings, found: list[Pair]) -> Iterable[str]:
    for number, pair in enumerate(found):
        whom = [f"{address} ({', '.join(seen.called(address)[:4])})" for address in pair]
        yield f"{number}\t{' | '.join(whom)}\t{seen.together[pair]} messages name both"


if __name__ == "__main__":
    main(sys.argv[1:])
