"""Splink 5 on the same people, in an environment of its own: `python -m venv X && X/bin/pip install splink==5.0.0`.

Reads people from stdin (JSON: a list of {unique_id, name, given, family, local, house}), writes [[one, other, p], …] to
stdout. It learns u from random pairs by itself; nothing of the gold is given to it.
"""

# mypy: ignore-errors

from __future__ import annotations

import json
import logging
import sys

import pyarrow as pa
import splink.comparison_library as cl
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

logging.disable(logging.WARNING)
_BLOCKS = (("family",), ("name",), ("local",), ("given", "house"))


def main() -> None:
    people = json.load(sys.stdin)
    columns = ("unique_id", "name", "given", "family", "local", "house")
    table = pa.table({column: pa.array([one[column] or None for one in people], pa.string()) for column in columns})
    settings = SettingsCreator(
        link_type="dedupe_only",
        blocking_rules_to_generate_predictions=[block_on(*names) for names in _BLOCKS],
        comparisons=[
            cl.JaroWinklerAtThresholds("given", [0.88]),
            cl.ExactMatch("family").configure(term_frequency_adjustments=True),
            cl.ExactMatch("local").configure(term_frequency_adjustments=True),
            cl.ExactMatch("house").configure(term_frequency_adjustments=True),
        ],
    )
    api = DuckDBAPI()
    linker = Linker(api.register(table), settings)
    linker.training.estimate_probability_two_random_records_match(
        [block_on("name"), block_on("local", "house")], recall=0.6
    )
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
    # EM on a few hundred people drives an m to 0, which Splink 5 refuses; its own defaults for m stand in.
    rows = linker.inference.predict(threshold_match_probability=0.01).as_pyarrow_table().to_pylist()
    json.dump([[row["unique_id_l"], row["unique_id_r"], row["match_probability"]] for row in rows], sys.stdout)


if __name__ == "__main__":
    main()
