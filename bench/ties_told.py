"""Ties against what came after and what people said, untouched by the data: `python -m bench ties_told`.

The parameters are those that `bench.ties_choice` took on CollegeMsg, and were committed before this ran for the first
time. Who writes to whom in the 60 days after each of four cuts, on the first 150 days of email-Eu-core; and how mail
of EIES and interactions seen in an office agree with what the same people said of each other. Intervals are the middle
95 of 100 resamples of people; a difference is that of the same resamples.
"""

from __future__ import annotations

from collections.abc import Callable

import ibis
import numpy as np

from bench.ties_data import DAY, Array, Candidates, log, timed, weighted
from bench.ties_measures import NAMES, Ranking, drawn, interval, spearman
from twoyes.network import ties

CUTS, HORIZON = (45, 60, 75, 90), 60
RESAMPLES, SEED = 300, 18
# Half-life in days and w_out: as the paper has them, as far as we know (we had no copy), and the best on CollegeMsg.
PAPER, TUNED = (7, 5), (2, 1)
OTHERS: dict[str, Callable[[Candidates], Array]] = {
    "message count": Candidates.count,
    "recency": Candidates.recency,
    "Interactions Rank (7 days, 5)": lambda cut: cut.interactions_rank(*PAPER),
    "Interactions Rank tuned on CollegeMsg (2 days, 1)": lambda cut: cut.interactions_rank(*TUNED),
}

type Rows = list[tuple[str, float | str, str]]


def run() -> Rows:
    """Return every figure, ahead or not."""
    return [*_after(), *_said()]


def _after() -> Rows:
    rows = timed("email-Eu-core-temporal.prefix.txt.gz")
    cuts = [Candidates(rows, cut * DAY, days=HORIZON) for cut in CUTS]
    egos = 1 + max(int(cut.ego.max()) for cut in cuts)
    weights = drawn(egos, RESAMPLES, SEED)
    scores = {"ours": lambda cut: cut.ours(ties.FIXED), **OTHERS}
    told: Rows = []
    ours: tuple[Array, Array] | None = None
    for name, score in scores.items():
        rankings = [Ranking(score(cut), cut.after, cut.ego) for cut in cuts]
        each = np.array([ranking.measures() for ranking in rankings])
        resampled = np.array([np.mean([one.measures(weight) for one in rankings], axis=0) for weight in weights])
        if ours is None:
            ours = each, resampled
        for number, measure in enumerate(NAMES):
            by_cut = " ".join(f"{value:.3f}" for value in each[:, number])
            found = f"{each[:, number].mean():.3f} {_between(resampled[:, number])}"
            told.append((f"email-Eu, {measure}, {name}; by cut {by_cut}", found, ""))
            if name != "ours":
                ahead = ours[0][:, number].mean() - each[:, number].mean()
                between = _between(ours[1][:, number] - resampled[:, number])
                told.append((f"email-Eu, {measure}, ours ahead of {name}", f"{ahead:+.3f} {between}", ""))
    return told


def _between(values: Array) -> str:
    low, high = interval(values)
    return f"[{low:.3f}, {high:.3f}]"


def _said() -> Rows:
    said = weighted("eies_relations_edges.csv")
    told: Rows = []
    sent = {(one, other): float(words[0] or 0) for one, other, words in weighted("eies_messages_edges.csv")}
    for time in (1, 2):
        ranks = {(one, other): float(words[time - 1] or 0) for one, other, words in said}
        told += _agreement(f"EIES, acquaintance as said at time {time}", sent, ranks, people=32)
    seen: dict[tuple[int, int], float] = {}
    for one, other, words in weighted("bkoffb_edges.csv"):
        for pair in ((one, other), (other, one)):
            seen[pair] = max(seen.get(pair, 0), float(words[0]))
    recalled = {(one, other): float(words[0]) for one, other, words in weighted("bkoffc_edges.csv")}
    return told + _agreement("office, rank as recalled (1 is most)", seen, recalled, people=40)


type Pairs = dict[tuple[int, int], float]


def _agreement(what: str, counts: Pairs, said: Pairs, *, people: int) -> Rows:
    pairs = [(one, other) for one in range(people) for other in range(people) if one != other]
    if min(said.values()) > 0:
        # Ranks: who was not ranked is not said to be anything.
        pairs = [pair for pair in pairs if pair in said]
    out = np.array([counts.get(pair, 0) for pair in pairs])
    back = np.array([counts.get(pair[::-1], 0) for pair in pairs])
    strength = _untimed(counts)
    scores = {
        "ours": np.array([strength.get(pair, 0) for pair in pairs]),
        "messages sent": out,
        "messages either way": out + back,
        f"Interactions Rank, w_out {PAPER[1]}": PAPER[1] * out + back,
    }
    truth, ego = np.array([said.get(pair, 0) for pair in pairs]), np.array([pair[0] for pair in pairs])
    places = [np.flatnonzero(ego == one) for one in range(people)]
    draws = [
        np.concatenate([places[one] for one in np.repeat(np.arange(people), weight.astype(int))])
        for weight in drawn(people, RESAMPLES, SEED)
    ]
    rows: Rows = []
    for name, score in scores.items():
        between = _between(np.array([spearman(score[draw], truth[draw]) for draw in draws]))
        rows.append((f"{what}, Spearman, {name}", f"{spearman(score, truth):.3f} {between}", ""))
    return rows


def _untimed(counts: Pairs) -> Pairs:
    """Return our strengths where nothing is known of when: all of it in one week, now."""
    sent = [(pair, int(count)) for pair, count in counts.items() if count and pair[0] != pair[1]]
    times = [count for _, count in sent]
    src, dst = (np.repeat([pair[end] for pair, _ in sent], times) for end in (0, 1))
    rows = ties.strengths(ibis.memtable(log(src, dst, np.zeros(len(src), np.int64))), 0).to_pyarrow().to_pylist()
    there = {(row["one"], row["other"]): float(row["strength"]) for row in rows}
    return there | {(row["other"], row["one"]): float(row["strength_back"]) for row in rows}
