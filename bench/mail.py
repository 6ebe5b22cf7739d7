"""Reading mail: heads a second beside other parsers, and a whole import by size, each in a process of its own.

`python -m bench mail`; TWOYES_BENCH_MB is the size of the large mailbox (1,024 by default; 5,120 for the last word).
"""

from __future__ import annotations

import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from bench.peers.heads import readers
from tests.network import histories
from tests.support.parts import CORPUS, ROOT

ROUNDS = 5
SMALL_MB, LARGE_MB = 300, int(os.environ.get("TWOYES_BENCH_MB", "1024"))
# Bytes of a body beside its head: the mean of a list, and of a mailbox with attachments (PEERS).
BODY = 4_500

type Rows = list[tuple[str, float | str, str]]


def run() -> Rows:
    """Return the figures."""
    rows = heads()
    with tempfile.TemporaryDirectory(prefix="twoyes-bench-") as place:
        told = {size: _imported(Path(place), size) for size in (SMALL_MB, LARGE_MB)}
    for size, one in told.items():
        rows.append((f"import of {size:,} MB", one["messages"] / one["seconds"], "messages/s"))
        rows.append((f"import of {size:,} MB, processor time", one["cpu"] / one["messages"] * 1e6, "µs a message"))
        rows.append((f"import of {size:,} MB, peak memory", one["peak"], "MB"))
    ratio = (told[LARGE_MB]["cpu"] / told[LARGE_MB]["messages"]) / (told[SMALL_MB]["cpu"] / told[SMALL_MB]["messages"])
    rows.append((f"a message of {LARGE_MB:,} MB beside one of {SMALL_MB}, processor time", ratio, "ratio"))
    return rows


def heads() -> Rows:
    """Read every head of some corpora with each reader in turn, in processor time; of a made mailbox where none is."""
    from twoyes.network.reading.headers import read

    some = _heads()
    work: dict[str, Callable[[bytes], object]] = {"ours": read, **readers()}
    times: dict[str, list[float]] = {name: [] for name in work}
    for _round in range(ROUNDS):
        for name, reader in work.items():
            began = time.process_time()
            for head in some:
                reader(head)
            times[name].append(time.process_time() - began)
    rows: Rows = [
        (f"heads read, {name}", len(some) / statistics.median(took), "heads/s") for name, took in times.items()
    ]
    for name, took in times.items():
        if name != "ours":
            ratio = statistics.median(theirs / ours for theirs, ours in zip(took, times["ours"], strict=True))
            rows.append((f"heads read beside {name}", ratio, "times faster"))
    return rows


def _heads() -> list[bytes]:
    from twoyes.network.reading.archives import MBOX, pieces

    with tempfile.TemporaryDirectory() as place:
        there = [CORPUS / "mail" / name for name in ("linux-mips", "spamassassin", "pipermail")]
        files = sorted(file for folder in there if folder.is_dir() for file in folder.iterdir())
        found: list[bytes] = []
        for file in files or [histories.lay(Path(place) / "made.mbox", 20_000)]:
            with file.open("rb") as raw:
                found += [piece.head for piece in pieces(raw.read, MBOX)]
    return found


def _imported(place: Path, megabytes: int) -> dict[str, float]:
    """Import a made mailbox of so many megabytes in a process of its own, and return what it took."""
    path = place / f"{megabytes}.mbox"
    count = megabytes * 1024 * 1024 // (BODY + 330)
    histories.lay(path, count, body=BODY)
    data = place / f"data-{megabytes}"
    named = ("TWOYES_DATA", "XDG_CONFIG_HOME", "XDG_STATE_HOME")
    env = {**os.environ, **{name: str(data / name.lower()) for name in named}}
    command = [sys.executable, "-m", "bench.mail", str(path)]
    done = subprocess.run(command, cwd=ROOT, env=env, check=True, stdout=subprocess.PIPE, text=True)
    path.unlink()
    told: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return told


def main() -> None:
    """Import one mailbox into a new house; the last line is what it took, as JSON."""
    from twoyes.cli import house

    house.enter()
    from twoyes.network import front as network
    from twoyes.people import front as people

    owner = people.add_connector(histories.CORA, name="Cora Lund", handle="cora").id
    before, began = _used(), time.perf_counter()
    report = network.import_history(owner, [Path(sys.argv[1])])
    took, after = time.perf_counter() - began, _used()
    told = {
        "messages": report.taken + sum(report.left_out.values()),
        "seconds": took,
        "cpu": after[0] - before[0],
        "peak": after[1],
    }
    print(json.dumps(told))


def _used() -> tuple[float, float]:
    """Return the processor time and the most memory (MB) of this process and of its child, which share some of it."""
    both = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in both), sum(one.ru_maxrss for one in both) / 1024


if __name__ == "__main__":
    main()
