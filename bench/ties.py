"""Ties of 20 and of 100 million interactions: our expression beside SQL by hand, and a night beside the whole log.

Each run is a process of its own that reads Parquet and writes Parquet; answers of the two are compared row by row. Time
is CPU seconds of the process, user and system, since other work may share the machine; memory is its peak. For 100
million: `python -m bench ties` with TIES_100M=1, which wants 8 GB of disk.
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import duckdb

from twoyes.network import ties
from twoyes.network.ties import FIXED
from twoyes.network.ties.carrying import carry
from twoyes.network.ties.engines import MEMORY, engine

MILLION = 1_000_000
NOW = 1_750_000_000
DAYS = 3 * 365
# A night's new rows beside 20 million: 300 letters of a busy day to a few people each, and as much again.
NIGHT = 2_000
# As many rows as are weighed at once: more do not fit into the memory that an engine is given.
SLICE = 30 * MILLION
TURNS = 3

type Rows = list[tuple[str, float | str, str]]


def run() -> Rows:
    """Return the figures of 20 million, and of 100 million where it is asked for."""
    with tempfile.TemporaryDirectory(prefix="bench-ties-") as name:
        folder = Path(name)
        rows, seconds = _twenty(folder)
        if os.environ.get("TIES_100M"):
            shutil.rmtree(folder / "20")
            rows += _hundred(folder, seconds)
    return rows


def _twenty(folder: Path) -> tuple[Rows, float]:
    place = _made(folder / "20", 20 * MILLION)
    both: dict[str, list[dict[str, float]]] = {"ours": [], "by_hand": []}
    for _turn in range(TURNS):
        for name, taken in both.items():
            taken.append(_taken(name, place))
    best = {name: min(one["cpu"] for one in taken) for name, taken in both.items()}
    wall = {name: min(one["wall"] for one in taken) for name, taken in both.items()}
    pairs, apart = _compared(place)
    first = _taken("carry", place)
    _generate(place / "log" / "part-9.parquet", NIGHT, people=100_000, start=20 * MILLION)
    night = _taken("carry", place)
    assert night["read"] == 1, night
    rows: Rows = [
        ("ties of 20 M interactions, our expression", best["ours"], "CPU s"),
        ("ties of 20 M interactions, SQL by hand", best["by_hand"], "CPU s"),
        ("ties of 20 M, our expression beside SQL by hand", best["ours"] / best["by_hand"], "ratio"),
        ("ties of 20 M, the same in wall time", wall["ours"] / wall["by_hand"], "ratio"),
        (f"ties of 20 M, {pairs:,} pairs compared, most two strengths are apart", f"{apart:.1e}", ""),
        ("ties of 20 M, peak memory", max(one["megabytes"] for one in both["ours"]), "MB"),
        ("weeks of 20 M, first night", first["cpu"], "CPU s"),
        (f"weeks of 20 M, a night with {NIGHT:,} new rows", night["cpu"], "CPU s"),
    ]
    return rows, best["ours"]


def _hundred(folder: Path, twenty: float) -> Rows:
    taken = _taken("ours", _made(folder / "100", 100 * MILLION))
    return [
        ("ties of 100 M interactions, our expression", taken["cpu"], "CPU s"),
        ("ties of 100 M beside 20 M", taken["cpu"] / twenty, "ratio"),
        ("ties of 100 M, peak memory", taken["megabytes"], "MB"),
    ]


def _made(place: Path, rows: int) -> Path:
    (place / "log").mkdir(parents=True)
    parts = 4
    for number in range(parts):
        each = rows // parts
        _generate(place / "log" / f"part-{number}.parquet", each, people=rows // 200, start=number * each)
    return place


def _generate(path: Path, rows: int, *, people: int, start: int) -> None:
    """Write a log of letters and some meetings; few people write much, and each to up to 50, to some of them often."""
    with duckdb.connect(config={"threads": 2, "memory_limit": "2GB"}) as made:
        made.execute("select setseed(0.18)")
        made.execute(f"""
            copy (
                select {NOW} - cast(random() * {DAYS} * 86400 as bigint) as "at",
                    cast(hash(case when turned then other else one end) >> 1 as bigint) as src,
                    cast(hash(case when turned then one else other end) >> 1 as bigint) as dst,
                    cast(greatest(0, floor(12 * random() - 8)) as smallint) as others,
                    cast(case when met then 2 else 0 end as tinyint) as field,
                    cast(met as tinyint) as kind, number // 4 as thread, number as message,
                    'src000000001' as source, not turned as mine, number % 4 = 0 as opens
                from (
                    select number, one, random() < 0.45 as turned, random() < 0.05 as met,
                        (one + 1 + cast(floor(50 * pow(random(), 3)) as bigint) * 7919) % {people} as other
                    from (
                        select range as number, cast(floor({people} * pow(random(), 2)) as bigint) as one
                        from range({start}, {start + rows})
                    )
                )
            ) to '{path}' (format parquet, compression zstd)
        """)


def _taken(what: str, place: Path) -> dict[str, float]:
    command = [sys.executable, "-W", "ignore", "-m", "bench.ties", what, str(place)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def _child(what: str, place: Path) -> None:
    before, began = time.process_time(), time.perf_counter()
    log = str(place / "log" / "*.parquet")
    told: dict[str, float] = {}
    if what == "ours":
        _ours(log, place)
    elif what == "by_hand":
        _by_hand(log, place)
    else:
        told["read"] = len(carry(place / "ties", sorted((place / "log").glob("*.parquet")), NOW).read)
    told |= {"cpu": time.process_time() - before, "wall": time.perf_counter() - began}
    told["megabytes"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps(told))


def _ours(log: str, place: Path) -> None:
    own = engine(place / "spill")
    rows = own.read_parquet(log)
    slices = 1
    while own.to_pyarrow(rows.count()).as_py() > slices * SLICE:
        slices *= 2
    for number in range(slices):
        own.to_parquet(ties.strengths(ties.sliced(rows, number, slices), NOW), place / f"ours-{number}.parquet")


def _by_hand(log: str, place: Path) -> None:
    settings: dict[str, Any] = {"threads": 2, "memory_limit": MEMORY, "temp_directory": str(place / "spill")}
    with duckdb.connect(config={**settings, "preserve_insertion_order": False}) as by_hand:
        by_hand.execute(f"copy ({_SQL.format(log=log)}) to '{place / 'by_hand.parquet'}' (format parquet)")


def _compared(place: Path) -> tuple[int, float]:
    """Return the number of pairs, equal in every whole number, and how far apart two strengths are at most."""
    with duckdb.connect() as engine_of_both:
        ours, by_hand = (f"read_parquet('{place / name}.parquet')" for name in ("ours-*", "by_hand"))
        counts = [engine_of_both.execute(f"select count(*) from {one}").fetchall()[0][0] for one in (ours, by_hand)]
        same = " and ".join(f"a.{name} is not distinct from b.{name}" for name in _WHOLE)
        query = (
            f"select count(*), max(abs(a.strength - b.strength)), max(abs(a.strength_back - b.strength_back))"
            f" from {ours} a join {by_hand} b on {same}"
        )
        equal, there, back = engine_of_both.execute(query).fetchall()[0]
    assert counts == [equal, equal], (counts, equal)
    assert max(there, back) < 1e-9
    return equal, max(there, back)


_WHOLE = (
    *("one other out back meetings weeks_out weeks_back weeks_met direct_out direct_back opened_out").split(),
    *("opened_back first last last_out last_back last_met").split(),
)
_FADED = (
    f"({FIXED.week} + ln(1 + weight)) * (pow(1 + ({NOW} - last) / 86400.0 / {FIXED.ageing_days}, -{FIXED.ageing_power})"
    f" + {FIXED.lasting} * pow(0.5, ({NOW} - last) / 86400.0 / {FIXED.half_life_days}))"
)
_DIRECTION = """
    coalesce(cast(sum(cast(messages as double)) filter (to_{it}) as bigint), 0) as {it},
    coalesce(sum(faded) filter (to_{it}), 0) as weight_{it},
    count(*) filter (to_{it}) as weeks_{it},
    coalesce(cast(sum(cast(direct as double)) filter (to_{it}) as bigint), 0) as direct_{it},
    coalesce(cast(sum(cast(opened as double)) filter (to_{it}) as bigint), 0) as opened_{it},
    max(last) filter (to_{it}) as last_{it},
"""
_WEIGHT = f"(weight_{{mine}} + {FIXED.theirs} * weight_{{theirs}} + {FIXED.meeting} * weight_met)"
_WEEKS = f"(weeks_{{mine}} + {FIXED.their_weeks} * weeks_{{theirs}} + weeks_met)"
_SETTLED = f"{_WEIGHT} * {_WEEKS} / ({_WEEKS} + {FIXED.settled_weeks})"
_STRENGTH = (
    f"case when (weeks_out > 0 and weeks_back > 0) or weeks_met > 0 then 1 else {FIXED.one_way} end"
    f" * ({_SETTLED}) / ({_SETTLED} + {FIXED.half})"
)
_SQL = f"""
    with weeks as (
        select src, dst, kind, ("at" + 259200) // 604800 as week, count(*) as messages,
            sum(1.0 / (others + 1)) as weight, count(*) filter (others = 0) as direct,
            count(*) filter (opens) as opened, min("at") as first, max("at") as last
        from read_parquet('{{log}}') where "at" <= {NOW} and src <> dst group by all
    ), faded as (
        select least(src, dst) as one, greatest(src, dst) as other, messages, direct, opened, first, last,
            kind = 0 and src < dst as to_out, kind = 0 and src > dst as to_back, kind = 1 as met, {_FADED} as faded
        from weeks
    ), pairs as (
        select one, other, {_DIRECTION.format(it="out")} {_DIRECTION.format(it="back")}
            coalesce(cast(sum(cast(messages as double)) filter (met) as bigint), 0) as meetings,
            count(*) filter (met) as weeks_met,
            coalesce(sum(faded) filter (met), 0) as weight_met, max(last) filter (met) as last_met,
            min(first) as first, max(last) as last
        from faded group by one, other
    )
    select *, {_STRENGTH.format(mine="out", theirs="back")} as strength,
        {_STRENGTH.format(mine="back", theirs="out")} as strength_back
    from pairs
"""

if __name__ == "__main__":
    _child(sys.argv[1], Path(sys.argv[2]))
