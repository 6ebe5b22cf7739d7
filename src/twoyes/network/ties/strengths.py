"""How strong each tie is, both ways, as one Ibis expression over the log (decision 20)."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from twoyes.network.ties.parameters import FIXED, Parameters
from twoyes.network.ties.weeks import weekly, whole

if TYPE_CHECKING:
    import ibis

DAY = 86_400.0
MAIL, MEETING = 0, 1


def strengths(log: ibis.Table, at: int, parameters: Parameters = FIXED) -> ibis.Table:
    """Return every pair that has a message or a meeting at or before `at`, with strengths and facts.

    One row a pair, `one` < `other`: `strength` is that of the tie from `one` to `other`, `strength_back` of the one
    back, both above 0 and below 1. No row means unknown, which is not zero. The facts: `out`, `back` (messages from
    `one`, from `other`), `weight_out`, `weight_back` (faded), `weeks_out`, `weeks_back` (different weeks),
    `direct_out`, `direct_back`, `opened_out`, `opened_back` (conversations begun), `last_out`, `last_back`, `first`,
    `last` (seconds since 1970; null where there is none), `meetings`, `weeks_met`, `weight_met`, `last_met`.

    More evidence, of whatever time before `at`, never lowers either strength.
    """
    return from_weeks(weekly(log, at), at, parameters)


def from_weeks(weeks: ibis.Table, at: int, parameters: Parameters = FIXED) -> ibis.Table:
    """Return the same from what `weekly` made of the log; `at` must not be before the `at` of that."""
    return _weighed(_pairs(weeks, at, parameters), parameters)


def _pairs(weeks: ibis.Table, at: int, parameters: Parameters) -> ibis.Table:
    import ibis

    age = (ibis.literal(float(at)) - weeks["last"].cast("float64")) / DAY
    soon = (1.0 + age / parameters.ageing_days) ** ibis.literal(-parameters.ageing_power)
    late = parameters.lasting * (age * (-math.log(2) / parameters.half_life_days)).exp()
    there = weeks.src < weeks.dst
    rows = weeks.mutate(
        one=ibis.least(weeks.src, weeks.dst),
        other=ibis.greatest(weeks.src, weeks.dst),
        faded=(parameters.week + (1.0 + weeks.weight).ln()) * (soon + late),
        is_out=(weeks.kind == MAIL) & there,
        is_back=(weeks.kind == MAIL) & ~there,
        is_met=weeks.kind == MEETING,
    )
    return rows.group_by("one", "other").agg(
        **_sums(rows, "out"),
        **_sums(rows, "back"),
        meetings=whole(rows.messages, rows.is_met),
        weeks_met=rows.count(where=rows.is_met),
        weight_met=rows.faded.sum(where=rows.is_met).fill_null(0.0),
        last_met=rows["last"].max(where=rows.is_met),
        first=rows["first"].min(),
        last=rows["last"].max(),
    )


def _sums(rows: ibis.Table, name: str) -> dict[str, Any]:
    """Return what is summed of the mail of one direction."""
    where = rows[f"is_{name}"]
    return {
        name: whole(rows.messages, where),
        f"weight_{name}": rows.faded.sum(where=where).fill_null(0.0),
        f"weeks_{name}": rows.count(where=where),
        f"direct_{name}": whole(rows.direct, where),
        f"opened_{name}": whole(rows.opened, where),
        f"last_{name}": rows["last"].max(where=where),
    }


def _weighed(pairs: ibis.Table, parameters: Parameters) -> ibis.Table:
    import ibis

    met = parameters.meeting * pairs.weight_met
    two_way = ((pairs.weeks_out > 0) & (pairs.weeks_back > 0)) | (pairs.weeks_met > 0)
    most = ibis.ifelse(two_way, 1.0, parameters.one_way)

    def strength(mine: str, theirs: str) -> Any:
        weight = pairs[f"weight_{mine}"] + parameters.theirs * pairs[f"weight_{theirs}"] + met
        weeks = pairs[f"weeks_{mine}"] + parameters.their_weeks * pairs[f"weeks_{theirs}"] + pairs.weeks_met
        settled = weight * weeks / (weeks + parameters.settled_weeks)
        return most * settled / (settled + parameters.half)

    return pairs.mutate(strength=strength("out", "back"), strength_back=strength("back", "out"))
