"""Working out what the owner looks back on, from their log. In child processes alone: DuckDB and Arrow are heavy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twoyes.network.log.columns import MAIL
from twoyes.network.ties import from_weeks
from twoyes.network.ties.facts import STRONG
from twoyes.network.ties.weeks import WEEK
from twoyes.network.ways.mine import DORMANT, INTRODUCED, RHYTHM, SPAN, SPANS, YEARS, Mine, week_of

if TYPE_CHECKING:
    import ibis

type Array = Any

YEAR = 365.25 * 86_400
# How strong a tie was at its best is looked up at the end of each half year in which something came or went.
_HALF = 26 * WEEK


def look_back(engine: Any, weeks: ibis.Table, log: ibis.Table, at: int) -> Mine:
    """Return what a log shows its owner of their own ties, up to a moment; node 0 is the owner.

    `weeks` are those of `ties.weekly` by nodes; `log` has the rows of the log with the columns `src_node` and
    `dst_node` beside, and none of people who are no node.
    """
    mine = engine.to_pyarrow(weeks.filter((weeks.src == 0) | (weeks.dst == 0)))
    return Mine(_rhythm(mine, at), _introduced(engine, log, at), _dormant(engine, mine, at))


def _rhythm(mine: Any, at: int) -> Array:
    import numpy as np

    src, dst, kind, week, messages = (mine[name].to_numpy() for name in ("src", "dst", "kind", "week", "messages"))
    age = (week_of(at) - week) // SPAN
    seen = (kind == MAIL) & (age >= 0) & (age < SPANS)
    nodes, places = np.unique(np.where(src == 0, dst, src)[seen], return_inverse=True)
    rows = np.zeros(len(nodes), np.dtype(RHYTHM))
    rows["node"] = nodes
    for name, sent in (("out", src[seen] == 0), ("back", dst[seen] == 0)):
        counts = np.zeros((len(nodes), SPANS), np.int64)
        np.add.at(counts, (places[sent], SPANS - 1 - age[seen][sent]), messages[seen][sent])
        rows[name] = np.minimum(counts, 65_535)
    return rows


def _dormant(engine: Any, mine: Any, at: int) -> Array:
    """Return whom nothing came from or went to for three years, and who was near once."""
    import ibis
    import numpy as np

    silent = _silent(mine, at)
    if not silent.num_rows:
        return np.zeros(0, np.dtype(DORMANT))
    weeks = ibis.memtable(silent)
    weeks = weeks.mutate(node=ibis.greatest(weeks.src, weeks.dst), half=weeks["last"] // _HALF)
    ended = weeks.group_by("node").agg(ended=weeks["last"].max())
    moments = weeks.group_by("node", "half").agg(moment=weeks["last"].max())
    # Each moment of each tie is one column of its own: as if that moment were now, and nothing had come after it.
    moments = moments.mutate(number=ibis.row_number().cast("int64") + 1)
    then = weeks.drop("half").join(moments, "node")
    then = then.filter(then["last"] <= then.moment)
    there = then.src == 0
    then = then.mutate(
        src=ibis.ifelse(there, 0, then.number),
        dst=ibis.ifelse(there, then.number, 0),
        **{name: then[name] + (at - then.moment) for name in ("first", "last")},
    )
    found = from_weeks(then.select(*mine.column_names), at)
    found = found.join(moments, found.other == moments.number).join(ended, "node")
    best = found.group_by("node").agg(strength=found.strength.max(), last=found.ended.max())
    rows = _rows(engine.to_pyarrow(best.filter(best.strength >= STRONG)), DORMANT)
    return rows[np.lexsort((rows["node"], -rows["strength"]))]


def _silent(mine: Any, at: int) -> Any:
    """Return the weeks of those with whom the last of all was more than three years ago."""
    import numpy as np

    others, last = np.maximum(mine["src"].to_numpy(), mine["dst"].to_numpy()), mine["last"].to_numpy()
    nodes, places = np.unique(others, return_inverse=True)
    ended = np.full(len(nodes), np.iinfo(np.int64).min)
    np.maximum.at(ended, places, last)
    return mine.filter(ended[places] < at - round(YEARS * YEAR))


def _introduced(engine: Any, log: ibis.Table, at: int) -> Array:
    """Return the pairs whom one letter of the owner's went to, and nobody else, before they were seen together."""
    import ibis
    import numpy as np

    log = log.filter(log["at"] <= at)
    # Few or none: so the log is not gone through again for nobody, and not thrice for the few.
    found = engine.to_pyarrow(_pairs(log, at - round(YEARS * YEAR)))
    if not found.num_rows:
        return np.zeros(0, np.dtype(INTRODUCED))
    pairs = ibis.memtable(found)
    together = _together(log, pairs)
    begun = together.group_by("one", "other").agg(begun=together["at"].min())
    made = pairs.join(begun, ["one", "other"])
    made = made.filter(made["at"] <= made.begun)
    made = made.group_by("one", "other").agg(at=made["at"].min(), thread=made.thread.min())
    answers = log.filter((log.src_node != 0) & (log.kind == MAIL))
    answers = answers.group_by("thread").agg(answered=answers["at"].max())
    theirs = together.filter(together.src_node != 0)
    theirs = theirs.group_by("one", "other").agg(met=theirs["at"].max())
    made = made.left_join(answers, "thread").drop("thread_right").left_join(theirs, ["one", "other"])
    heard = (made.answered.fill_null(0) > made["at"]) | (made.met.fill_null(0) > made["at"])
    rows = _rows(engine.to_pyarrow(made.select("at", "one", "other", heard=heard)), INTRODUCED)
    return rows[np.lexsort((rows["other"], rows["one"], -rows["at"]))]


def _pairs(log: ibis.Table, since: int) -> ibis.Table:
    """Return the owner's letters to exactly two people; their own other addresses beside are no third."""
    rows = log.filter((log.src_node == 0) & (log.kind == MAIL) & (log["at"] > since))
    others = rows.dst_node != 0
    letters = rows.group_by("message").agg(
        at=rows["at"].min(),
        thread=rows.thread.min(),
        one=rows.dst_node.min(where=others),
        other=rows.dst_node.max(where=others),
        people=rows.dst_node.nunique(where=others),
        named=rows.count(),
        all=rows.others.max() + 1,
    )
    letters = letters.filter((letters.people == 2) & (letters.named == letters["all"]))
    return letters.select("message", "at", "thread", "one", "other")


def _together(log: ibis.Table, pairs: ibis.Table) -> ibis.Table:
    """Return every message and meeting in which a pair stands together, with who wrote it."""
    senders = log.select("message", "at", "src_node", node="src_node")
    readers = log.select("message", "at", "src_node", node="dst_node")
    wanted = pairs.select(node="one").union(pairs.select(node="other"), distinct=True)
    there = senders.union(readers).semi_join(wanted, "node").distinct()
    known = pairs.select("one", "other").distinct()
    first = known.join(there, known.one == there.node).drop("node")
    second = there.select("message", other="node")
    return first.join(second, ["message", "other"])


def _rows(table: Any, kind: list[Any]) -> Array:
    import numpy as np

    rows = np.zeros(table.num_rows, np.dtype(kind))
    for name in rows.dtype.names or ():
        rows[name] = table[name].to_numpy()
    return rows
