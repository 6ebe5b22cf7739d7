"""Whether the gold for screening is whole: counts, ids, bases, JSON and the names of fields.

`python -m bench.gold.screening.check` says what is wrong in each language that is there, and ends
with 1 if anything is.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
FIELDS = frozenset(
    "name email target about_me why_them why_now benefit ask format minutes by_when homework how_we_know link".split()
)
FORMATS = frozenset("call video coffee meal interview mail other".split())
CODES = tuple(
    "no_who no_why no_why_now no_benefit one_sided gift_nobody_wants brain_picking sales_pitch no_ask vague_ask "
    "big_ask no_homework generic placeholder too_long too_short contact_details_wanted self suspicious".split()
)
EACH = 12

type Row = dict[str, Any]


def rows(path: Path) -> list[Row]:
    """The lines of a file; raises ValueError where one is not JSON, OSError where there is no file."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def wrong(home: Path) -> Iterator[str]:
    """What is wrong in the gold of one language."""
    names = {f"{name}.jsonl" for name in ("good", *CODES)}
    yield from (f"{path.name}: not a code" for path in home.iterdir() if path.name not in names)
    good = {row["id"]: row["words"] for row in rows(home / "good.jsonl")}
    yield from _ids("good", good, [f"{home.name}-good-{n:02}" for n in range(1, EACH + 1)])
    for key, words in good.items():
        yield from _words(key, words)
        yield from (f"{key}: no {field}" for field in sorted(FIELDS - words.keys()))
    for code in CODES:
        yield from _code(f"{home.name}-{code}", rows(home / f"{code}.jsonl"), good)


def _code(stem: str, found: list[Row], good: dict[str, Row]) -> Iterator[str]:
    yield from _ids(stem, [row["id"] for row in found], [f"{stem}-{n:02}" for n in range(1, 2 * EACH + 1)])
    halves = Counter((row["found"], int(row["id"][-2:]) % 2) for row in found)
    if halves != {(said, half): EACH // 2 for said in (True, False) for half in (0, 1)}:
        yield f"{stem}: the halves are {dict(halves)}"
    texts = Counter(json.dumps(row["words"], sort_keys=True) for row in found)
    yield from (f"{stem}: twice {text}" for text, times in texts.items() if times > 1)
    for row in found:
        yield from _row(row, good)


def _row(row: Row, good: dict[str, Row]) -> Iterator[str]:
    key, words = row["id"], row["words"]
    if row.keys() != {"id", "found", "base", "words"} or not words:
        yield f"{key}: has {sorted(row)}, {len(words)} words"
    if row["base"] not in good:
        yield f"{key}: no base {row['base']}"
        return
    yield from _words(key, words)
    yield from (f"{key}: {field} as in its base" for field in words if words[field] == good[row["base"]].get(field))


def _ids(stem: str, there: Iterable[str], wanted: list[str]) -> Iterator[str]:
    if list(there) != wanted:
        yield f"{stem}: the ids are {list(there)}"


def _words(key: str, words: Row) -> Iterator[str]:
    yield from (f"{key}: no field {field}" for field in sorted(words.keys() - FIELDS))
    yield from (f"{key}: {field} is no text" for field, text in words.items() if not isinstance(text, str))
    if words.get("format", "call") not in FORMATS:
        yield f"{key}: no format {words['format']}"
    if not str(words.get("minutes") or "1").isdigit():
        yield f"{key}: minutes are {words['minutes']}"


def main() -> int:
    """Say what is wrong in every language; 1 if anything is."""
    homes = sorted(home for home in HERE.glob("*read/??") if home.is_dir())
    said = [f"{home.parent.name}/{home.name}: {line}" for home in homes for line in wrong(home)]
    sys.stdout.writelines(f"{line}\n" for line in said)
    return 1 if said else 0


if __name__ == "__main__":
    sys.exit(main())
