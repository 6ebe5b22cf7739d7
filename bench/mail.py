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
    told: dict[int, dict[str, float]] = {}
    for size in (SMALL_MB, LARGE_MB):
        with tempfile.TemporaryDirectory(prefix="twoyes-bench-") as place:
            path = _mailbox(Path(place), size)
            told[size] = _timed(Path(place) / "watched", path)
            rows += _two_beside_one(Path(place), path, f"import of {size:,} MB")
    for size, one in told.items():
        rows.append((f"import of {size:,} MB", one["messages"] / one["seconds"], "messages/s"))
        rows.append((f"import of {size:,} MB, processor time", one["cpu"] / one["messages"] * 1e6, "µs a message"))
        rows.append((f"import of {size:,} MB, peak memory of both", one["peak"], "MB"))
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


def _two_beside_one(place: Path, path: Path, name: str) -> Rows:
    """Import a mailbox with one process and with two, in turn; the best of each, for others may use the cores."""
    pairs = [
        [_timed(place / f"{number}-{alone}", path, alone=alone, watched=False) for alone in (True, False)]
        for number in range(ROUNDS)
    ]
    one, two = ([pair[which] for pair in pairs] for which in (0, 1))
    best = [min(told["seconds"] for told in some) for some in (one, two)]
    used = statistics.median(told["cpu"] for told in one) / statistics.median(told["longer"] for told in two)
    return [
        (f"{name}, two processes beside one, best of {ROUNDS}", best[0] / best[1], "times faster"),
        (f"{name}, processor time of one process beside that of the busier of two", used, "times"),
    ]


def _mailbox(place: Path, megabytes: int) -> Path:
    return histories.lay(place / f"{megabytes}.mbox", megabytes * 1024 * 1024 // (BODY + 330), body=BODY)


def _timed(data: Path, path: Path, *, alone: bool = False, watched: bool = True) -> dict[str, float]:
    """Import in a new process; `watched` also measures its memory, which takes some of a core that two would use."""
    named = ("TWOYES_DATA", "XDG_CONFIG_HOME", "XDG_STATE_HOME")
    env = {**os.environ, **{name: str(data / name.lower()) for name in named}}
    command = [sys.executable, "-m", "bench.mail", str(path), *(["alone"] if alone else [])]
    peak = 0.0
    with subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True) as run:
        assert run.stdout is not None
        while watched and run.poll() is None:
            peak = max(peak, _held(run.pid))
            time.sleep(0.1)
        told: dict[str, float] = json.loads(run.stdout.read().splitlines()[-1])
    return told | {"peak": peak}


def _held(process: int) -> float:
    """Return the megabytes that a process and its children have, what they share once."""
    try:
        children = Path(f"/proc/{process}/task/{process}/children").read_text().split()
        all_of_them = [Path(f"/proc/{one}/smaps_rollup").read_text() for one in (process, *children)]
    except OSError:  # one of them is just ending
        return 0
    return sum(int(one.partition("\nPss:")[2].split(maxsplit=1)[0]) for one in all_of_them if one) / 1024


def main() -> None:
    """Import one mailbox into a new house; the last line is what it took, as JSON."""
    from twoyes.cli import entering

    entering.enter()
    from twoyes.network import front as network
    from twoyes.network import importing
    from twoyes.people import front as people

    if sys.argv[2:] == ["alone"]:
        importing.MUCH = sys.maxsize
    owner = people.add_connector(histories.CORA, name="Cora Lund", handle="cora").id
    before, began = _used(), time.perf_counter()
    report = network.import_history(owner, [Path(sys.argv[1])])
    took, after = time.perf_counter() - began, _used()
    told = {
        "messages": report.taken + sum(report.left_out.values()),
        "seconds": took,
        "cpu": sum(after) - sum(before),
        "longer": max(end - begin for begin, end in zip(before, after, strict=True)),
    }
    print(json.dumps(told))


def _used() -> tuple[float, ...]:
    """Return the processor time (s) of this process, and of its child."""
    both = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return tuple(one.ru_utime + one.ru_stime for one in both)


if __name__ == "__main__":
    main()
