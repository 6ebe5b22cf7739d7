"""Hold `tests/understanding/new-text.toml` against the shared mail: `python -m tests.tools.new_text_gold`.

The table says which lines of a message are its new text, and what that text hashes to, since the mail itself is not
ours to keep. Prints how many rows agree, and for one that does not the values that it should have; exit 1 then. With
`--show PATH` it numbers the lines of one message, which is where a new row begins. It shares no code with the product.
"""

from __future__ import annotations

import email
import email.policy
import hashlib
import os
import re
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CORPUS = Path(os.environ.get("TWOYES_SHARED") or ROOT.parent / "shared") / "data" / "mail"
TABLE = ROOT / "tests" / "understanding" / "new-text.toml"
HEADER = "From: writer@example.org\nTo: intro@example.net\nSubject: Re: Test\nContent-Type: {}; charset=utf-8\n\n"
TYPES = {"text": "text/plain", "html": "text/html"}
_MARK = re.compile(rb"^#(?:reply|sig)#", re.MULTILINE)
_SPACE = re.compile(r"[ \t\n\r\f]+")


@dataclass(frozen=True)
class Row:
    """One row of the table. `form`: the file is a whole `mail`, a bare body in plain `text`, or a bare `html` body."""

    path: str
    form: str
    kept: str
    lines: int
    sha256: str
    words: str
    marked: bool = False
    note: str = ""


def rows(table: Path = TABLE) -> list[Row]:
    """Every row, in the table's order."""
    return [Row(**row) for row in tomllib.loads(table.read_text("utf-8"))["message"]]


def raw(row: Row, corpus: Path = CORPUS) -> bytes:
    """The message as it would arrive: bare bodies get a small header, and annotators' marks are taken out."""
    data = (corpus / row.path).read_bytes()
    if row.marked:
        data = _MARK.sub(b"", data)
    return data if row.form == "mail" else HEADER.format(TYPES[row.form]).encode() + data


def body(row: Row, corpus: Path = CORPUS) -> list[str]:
    """The lines that `kept` counts: of the text/plain part as decoded, or of an HTML body as `plain` writes it."""
    message = email.message_from_bytes(raw(row, corpus), policy=email.policy.default)
    part = message.get_body(("html",) if row.form == "html" else ("plain",))
    content = part.get_payload(decode=True) if part else None
    if not part or not isinstance(content, bytes):
        raise ValueError(f"{row.path} has no such body")
    text = content.decode(part.get_content_charset() or "utf-8")
    return plain(text) if row.form == "html" else text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def new_text(row: Row, corpus: Path = CORPUS) -> str:
    """The new text that the row stands for."""
    lines = body(row, corpus)
    return normal([lines[number - 1] for number in _numbers(row.kept)])


def normal(lines: list[str]) -> str:
    """No space at an end of line, no blank line first or last, never two of them in a row."""
    bare = [line.rstrip() for line in lines]
    return "\n".join(line for before, line in pairwise(["", *bare]) if before or line).strip("\n")


def digest(text: str) -> str:
    """What the table keeps of a text."""
    return hashlib.sha256(text.encode()).hexdigest()


def words(text: str) -> str:
    """The same for the words alone, which does not ask where lines and blank lines are."""
    return digest(" ".join(text.split()))


def plain(html: str) -> list[str]:
    """The lines of an HTML body: `br` and blocks break lines, a `p` stands free unless it is Outlook's MsoNormal."""
    writer = _Plain()
    writer.feed(html)
    writer.close()
    writer.end_line()
    return writer.lines


class _Plain(HTMLParser):
    BLOCKS = frozenset("address blockquote body center div h1 h2 h3 h4 h5 h6 hr html li ol pre table td tr ul".split())
    SILENT = frozenset("head script style title".split())

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []
        self.line = ""
        self.silent = 0
        self.free = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.silent += tag in self.SILENT
        if tag == "br":
            self.lines.append(self.line)
            self.line = ""
        elif tag == "p":
            self.free = "MsoNormal" not in (dict(attrs).get("class") or "")
            self.end_line(free=self.free)
        elif tag in self.BLOCKS:
            self.end_line()

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        self.silent -= tag in self.SILENT and self.silent > 0
        if tag == "p":
            self.end_line(free=self.free)
        elif tag in self.BLOCKS:
            self.end_line()

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.line = (self.line + _SPACE.sub(" ", data)).lstrip(" ")

    def end_line(self, *, free: bool = False) -> None:
        """Begin a new line where one has been begun; with `free`, one blank line after it."""
        if self.line:
            self.lines.append(self.line)
        self.line = ""
        if free and self.lines and self.lines[-1]:
            self.lines.append("")


def _numbers(kept: str) -> Iterator[int]:
    for piece in filter(None, kept.split(",")):
        first, _, last = piece.partition("-")
        yield from range(int(first), int(last or first) + 1)


def disagreeing(corpus: Path = CORPUS, table: Path = TABLE) -> Iterator[str]:
    """One line for each row that the mail does not bear out, with what the row should say."""
    for row in rows(table):
        text = new_text(row, corpus)
        found = (len(text.split("\n")) if text else 0, digest(text), words(text))
        if found != (row.lines, row.sha256, row.words):
            yield '{}: lines = {}, sha256 = "{}", words = "{}"'.format(row.path, *found)


def main(arguments: list[str]) -> int:
    if arguments[:1] == ["--show"]:
        for row in rows():
            for number, line in enumerate(body(row) if row.path in arguments else [], 1):
                print(f"{number:4} {line}")
        return 0
    wrong = list(disagreeing())
    print(*wrong, f"{len(rows()) - len(wrong)} of {len(rows())} agree", sep="\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
