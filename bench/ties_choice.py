"""Choose what weighs how much, on CollegeMsg and nothing else: `python -m bench.ties_choice`.

At six cuts, who writes to whom in the 60 days after? Measured by AUC and average precision over all pairs that had
anything to do with each other, and by NDCG within each ego; their mean is what is compared. CollegeMsg is 193 days of a
site that emptied after two months: what happened yesterday counts there for more than it will in a mailbox of years.
So of all settings that are not behind the best Interactions Rank, tuned on the same cuts, the one that forgets most
slowly is taken, though others were further ahead here. `half` changes no order: it is where a letter each way every
other week for a year, the last a week ago, is just strong.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import product

import ibis
import numpy as np

from bench.ties_data import DAY, Array, Candidates, log, timed
from bench.ties_measures import Ranking
from twoyes.network import ties
from twoyes.network.ties import Parameters
from twoyes.network.ties.facts import STRONG

CUTS, HORIZON = (21, 35, 49, 63, 91, 119), 60
AGEING = {
    "ageing_days": (1, 3, 7),
    "ageing_power": (1, 1.5, 2),
    "lasting": (0, 0.01, 0.03, 0.1),
    "settled_weeks": (2, 4, 8),
}
# Below 1: a tie is whose it is, so at equal evidence my letters weigh more than theirs.
SIDES = {"theirs": (0.5, 0.7, 0.9), "their_weeks": (0.5, 0.9)}
RANKS = {"half_life": (1, 2, 3, 5, 7, 10, 14, 30, 60), "w_out": (1, 2, 5)}
# Where the issue's own words decide, not the data.
SET = Parameters(week=1, meeting=4, one_way=0.6, half_life_days=180)

type Score = Callable[[Candidates], Array]


def main() -> None:
    """Print what was tried and what is taken."""
    rows = timed("CollegeMsg.txt.gz")
    start = int(rows["at"].to_numpy().min())
    cuts = [Candidates(rows, start + cut * DAY, days=HORIZON) for cut in CUTS]
    for name, score in (("count", Candidates.count), ("recency", Candidates.recency)):
        print(name, _told(_mean(_rankings(cuts, score))))
    ranks = [(_mean(_rankings(cuts, _rank(*values))).mean(), values) for values in product(*RANKS.values())]
    least, best_rank = max(ranks)
    print("Interactions Rank", best_rank, _told(_mean(_rankings(cuts, _rank(*best_rank)))))
    chosen = _chosen(cuts, SET, grid=AGEING, least=least)
    chosen = _chosen(cuts, chosen, grid=SIDES, least=least)
    print("taken", replace(chosen, half=_half(chosen)))


def _rank(half_life: float, w_out: float) -> Score:
    return lambda cut: cut.interactions_rank(half_life, w_out)


def _rankings(cuts: Sequence[Candidates], score: Score) -> list[Ranking]:
    return [Ranking(score(cut), cut.after, cut.ego) for cut in cuts]


def _mean(rankings: Sequence[Ranking]) -> Array:
    return np.mean([ranking.measures() for ranking in rankings], axis=0)


def _chosen(
    cuts: Sequence[Candidates], base: Parameters, *, grid: dict[str, tuple[float, ...]], least: float
) -> Parameters:
    tried = []
    for values in product(*grid.values()):
        parameters = replace(base, **dict(zip(grid, values, strict=True)))
        found = _mean(_rankings(cuts, lambda cut, by=parameters: cut.ours(by)))  # type: ignore[misc]
        tried.append((float(found.mean()), parameters))
        print(dict(zip(grid, values, strict=True)), _told(found), flush=True)
    fit = [(_memory(one), found, one) for found, one in tried if found >= least]
    print(f"{len(fit)} of {len(tried)} are not behind {least:.4f}")
    return max(fit, key=lambda one: one[:2])[2]


def _half(parameters: Parameters) -> float:
    letters = np.arange(7, 365, 14) * DAY
    one, other = np.full(letters.size, 1), np.full(letters.size, 2)
    rows = log(np.concatenate([one, other]), np.concatenate([other, one]), 1000 * DAY - np.tile(letters, 2))
    found = ties.strengths(ibis.memtable(rows), 1000 * DAY, replace(parameters, half=1))
    strength = float(found.to_pyarrow()["strength"][0].as_py())
    return strength / (1 - strength) * (1 - STRONG) / STRONG


def _memory(parameters: Parameters) -> float:
    """Return what is left of a week's weight after half a year."""
    soon = float((1 + 180 / parameters.ageing_days) ** -parameters.ageing_power)
    late = float(0.5 ** (180 / parameters.half_life_days))
    return (soon + parameters.lasting * late) / (1 + parameters.lasting)


def _told(found: Array) -> str:
    return " ".join(f"{value:.4f}" for value in (*found, found.mean()))


if __name__ == "__main__":
    main()
