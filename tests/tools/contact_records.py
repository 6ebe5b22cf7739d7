"""Count the records of contact files by other means than the importers: `python -m tests.tools.contact_records`.

Prints a table of file, records, and how many of them have a name as the file itself writes one. It shares no code with
the product: a table is cut by counting quotation marks, a card file by its BEGIN lines. Kept in
`tests/people/records.tsv`, against which the importers are held.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FIXTURES = ROOT / "tests" / "people" / "fixtures"
CORPUS = Path(os.environ.get("TWOYES_SHARED") or ROOT.parent / "shared") / "data" / "contacts"
TABLE = ROOT / "tests" / "people" / "records.tsv"
# The first heading of every table here, in every language and layout.
_FIRST = re.compile(r"\"?(First Name|Name|Title|Anrede|Titre|CONVERSATION ID|Last Name)\"?[,;\t]")
_LETTER = re.compile(r"[^\W\d_]")


def text_of(path: Path) -> str:
    """The text of a file, by trying encodings in turn."""
    data = path.read_bytes()
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def table_records(text: str) -> Iterator[str]:
    """The records below the headings: a line end inside an odd number of quotation marks ends nothing."""
    lines = re.split(r"\r\n|\n|\r", text)
    start = next(number for number, line in enumerate(lines) if _FIRST.match(line))
    held = ""
    for line in lines[start + 1 :]:
        held += line
        if held.count('"') % 2 == 0:
            if held.strip():
                yield held
            held = ""
        else:
            held += "\n"


def named_row(record: str, first: str) -> bool:
    """Whether one of the leading columns of a row holds a letter; those are the names, in every layout."""
    cut = re.split(r"[;,\t]", record.replace('"', ""))
    if first.startswith("CONVERSATION"):
        return bool(_LETTER.search(cut[2]))
    return any(_LETTER.search(cell) and "@" not in cell for cell in cut[: 5 if first.startswith("T") else 4])


def cards(text: str) -> list[str]:
    """Everything from each BEGIN to the next, cards inside cards and cards in one line included."""
    return re.split(r"BEGIN\s*:\s*VCARD", text, flags=re.IGNORECASE)[1:]


def named_card(card: str) -> bool:
    found = re.search(r"(?im)^(?:FN|N)\b[^:\n]*:(.*)$", card)
    return bool(found and re.search(r"[^\s;]", found[1]) and "@" not in found[1])


def counted(path: Path) -> tuple[int, int]:
    """How many records a file has, and how many of them have a name."""
    text = text_of(path)
    if path.suffix == ".vcf":
        found = cards(text)
        return len(found), sum(map(named_card, found))
    first = next(line for line in re.split(r"[\r\n]+", text) if _FIRST.match(line)).lstrip('"')
    rows = list(table_records(text))
    return len(rows), sum(named_row(row, first) for row in rows)


def rows(only: Path | None = None) -> Iterator[str]:
    """The lines of the table, sorted; of one of the two places where that is asked for."""
    for place, name in ((FIXTURES, "fixtures"), (CORPUS, "shared")):
        if only not in (None, place):
            continue
        for path in sorted(place.rglob("*.*")):
            if path.suffix in {".csv", ".vcf"}:
                records, named = counted(path)
                yield f"{name}/{path.relative_to(place).as_posix()}\t{records}\t{named}"


if __name__ == "__main__":
    sys.stdout.write("".join(f"{row}\n" for row in ("file\trecords\tnamed", *rows())))
