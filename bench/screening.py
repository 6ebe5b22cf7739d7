"""How well the words of requests are screened, on gold whose writers did not know the patterns (bench/gold/screening).

The patterns are tuned on `read`; whoever tunes them has never read a text of `unread`.
`--show LANGUAGE CODE` prints the rows of the first that go wrong; nothing here prints a text of the other.
"""

from __future__ import annotations

import json
import math
import sys
import time
from collections import Counter
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

from bench import ham
from twoyes.policy import Facts, Finding, screen

GOLD = Path(__file__).parent / "gold" / "screening"
LANGUAGES = ("en", "de", "fr", "es")
SETS = {"read": "gold tuned on", "unread": "gold whose texts nobody read"}
# Whose form the requests of these languages are written to; the others say "you".
CONNECTORS = {"de": "Cora Lund", "es": "Cora Lund"}
_Z = 1.96

UNREAD = "never read"

type Row = dict[str, Any]
type Figure = tuple[str, float | str, str]


def run() -> Iterator[Figure]:
    """Precision and recall of each set: in total, by language, by language and code; and the speed."""
    judged = [(row, finding) for row, finding in _judged()]
    for part, name in SETS.items():
        ours = [(row["language"], row["code"], _verdict(row, found)) for row, found in judged if row["set"] == part]
        yield _figure(f"{name}, all", Counter(verdict for _language, _code, verdict in ours))
        for language in LANGUAGES:
            here = [(code, verdict) for said, code, verdict in ours if said == language]
            yield _figure(f"{name}, {language}", Counter(verdict for _code, verdict in here))
            for code in dict.fromkeys(code for code, _verdict in here):
                yield _figure(f"{name}, {language}, {code}", Counter(v for said, v in here if said == code))
    yield "screening, whole requests", _speed(), "requests/s"
    if ham.CORPUS.exists():
        yield from _ham()


def _ham() -> Iterator[Figure]:
    """Of the mails that were never read only how many, so that nobody tunes on their phrases."""
    for name, begin in ham.STRETCHES.items():
        alarms = ham.alarms(ham.CORPUS, begin=begin)
        share = wilson(len({each[0] for each in alarms}), ham.FIRST)
        yield f"screening, ordinary mail {name} with an alarm", share, "Wilson 95 %"
        for number, code, phrase in alarms if name != UNREAD else ():
            yield f"screening, alarm in ordinary mail {number}", f"{code}: {' '.join(phrase.split())}", "phrase"


def rows() -> Iterator[Row]:
    """Every row of the gold with its set, language, code, and the words of its whole request."""
    for part, language in product(SETS, LANGUAGES):
        home = GOLD / part / language
        if not home.is_dir():
            continue
        good = {row["id"]: row["words"] for row in _lines(home / "good.jsonl")}
        for path in sorted(home.glob("*.jsonl")):
            if path.stem == "good":
                continue
            for row in _lines(path):
                whole = good[row["base"]] | row["words"]
                yield row | {"set": part, "language": language, "code": path.stem, "whole": whole}


def _lines(path: Path) -> list[Row]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def _judged() -> Iterator[tuple[Row, Finding | None]]:
    for row in rows():
        facts = Facts(connector_name=CONNECTORS.get(row["language"], ""))
        found = screen(row["whole"], facts=facts, for_connector=True)
        yield row, next((finding for finding in found if finding.code == row["code"]), None)


def _verdict(row: Row, found: Finding | None) -> str:
    return ("hit" if found else "missed") if row["found"] else ("alarm" if found else "left")


def _figure(what: str, counted: Counter[str]) -> Figure:
    said, there = counted["hit"] + counted["alarm"], counted["hit"] + counted["missed"]
    precision = f"precision {wilson(counted['hit'], said)}"
    return f"screening, {what}", f"{precision}, recall {wilson(counted['hit'], there)}", "Wilson 95 %"


def wilson(hits: int, of: int) -> str:
    """A share with its Wilson interval at 95 %."""
    if not of:
        return "none"
    share, square = hits / of, _Z * _Z
    middle = (share + square / (2 * of)) / (1 + square / of)
    reach = _Z / (1 + square / of) * math.sqrt(share * (1 - share) / of + square / (4 * of * of))
    return f"{share:.3f} [{max(0.0, middle - reach):.3f}, {min(1.0, middle + reach):.3f}] ({hits} of {of})"


def _speed() -> float:
    requests = [row["whole"] for row in rows() if row["set"] == "read"]
    screen(requests[0])
    start = time.process_time()
    for words in requests:
        screen(words)
    return len(requests) / (time.process_time() - start)


def show(language: str, code: str) -> None:
    """Print what goes wrong in the gold tuned on, of the other never."""
    for row, found in _judged():
        verdict = _verdict(row, found)
        if row["set"] != "read" or row["language"] != language or code not in ("all", row["code"]):
            continue
        if verdict in ("missed", "alarm"):
            print(verdict, row["id"], found.field if found else "", found.quotes if found else "", row["words"])


if __name__ == "__main__":
    if sys.argv[1:2] == ["--show"]:
        show(*sys.argv[2:4])
