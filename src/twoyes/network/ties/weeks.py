"""The log by weeks: what one person sent another in a week, as sums that can be joined with those of other nights.

No parameter is in them: whatever is weighed differently later needs no second reading of the log. Ibis alone is used
here, and only what DuckDB and Spark both run (tests/network/test_ties_on_spark.py).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import ibis

WEEK = 7 * 86_400
# 1 January 1970 was a Thursday, and weeks begin on Mondays.
MONDAY = 3 * 86_400
_KEYS = ("src", "dst", "kind", "week")


def sliced(log: ibis.Table, number: int, of: int) -> ibis.Table:
    """Return the rows of all pairs that belong to slice `number` of `of`, which is a power of two.

    No pair is in two slices, so a log too big for the memory is weighed slice by slice: reading it again costs less
    than writing half of it to the disk. Keys are hashes, so slices are of one size.
    """
    return log if of == 1 else log.filter(((log.src ^ log.dst) & (of - 1)) == number)


def weekly(log: ibis.Table, at: int) -> ibis.Table:
    """Return who sent what to whom by weeks, of all that lies at or before `at` (seconds since 1970, UTC).

    One row for each src, dst, kind and week: `messages`, `weight` (each message by 1 / recipients), `direct` (to nobody
    else), `opened` (that answer nothing), `first` and `last` (seconds).
    """
    import ibis

    rows = log.filter((log["at"] <= at) & (log.src != log.dst))
    opens = rows.opens if "opens" in rows.columns else ibis.literal(value=False)
    others = rows.others.cast("float64")
    rows = rows.select(
        "src",
        "dst",
        "kind",
        "at",
        week=(rows["at"] + MONDAY) // WEEK,
        weight=1.0 / (others + 1.0),
        direct=rows.others == 0,
        opened=opens,
    )
    return rows.group_by(*_KEYS).agg(
        messages=rows.count(),
        weight=rows.weight.sum(),
        direct=rows.count(where=rows.direct),
        opened=rows.count(where=rows.opened),
        first=rows["at"].min(),
        last=rows["at"].max(),
    )


def whole(numbers: Any, where: Any = None) -> Any:
    """Return a sum of whole numbers as int64, exact up to 2 ** 53, and 0 of none.

    DuckDB adds whole numbers up in 128 bits, which take longer and which Parquet does not know.
    """
    return numbers.cast("float64").sum(where=where).fill_null(0.0).cast("int64")


def joined(weeks: ibis.Table, more: ibis.Table) -> ibis.Table:
    """Return the weeks of two logs that have no row in common, as if `weekly` had read them as one."""
    return summed(weeks.union(more.select(*weeks.columns)))


def summed(weeks: ibis.Table) -> ibis.Table:
    """Return weeks with one row for each src, dst, kind and week again, where some had become the same.

    That is so where logs were joined, or where several addresses were put under one person.
    """
    weeks = weeks.filter(weeks.src != weeks.dst)
    return weeks.group_by(*_KEYS).agg(
        messages=whole(weeks.messages),
        weight=weeks.weight.sum(),
        direct=whole(weeks.direct),
        opened=whole(weeks.opened),
        first=weeks["first"].min(),
        last=weeks["last"].max(),
    )
