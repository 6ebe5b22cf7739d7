"""What `understand` makes of the gold: `python -m tests.tools.understood [--misses] [SET…]`, a rate for each set.

Sets are the folders under tests/understanding/letters, `sisimai`, `talon` and `github` of the shared data, and `said`.
"""

from __future__ import annotations

import re
import sys
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from tests.tools import new_text_gold as texts
from twoyes.mail.incoming import understand
from twoyes.mail.incoming.understanding import Understood
from twoyes.mail.incoming.understanding.meaning import meaning

HERE = Path(__file__).resolve().parents[1] / "understanding"
LETTERS = HERE / "letters"
SAID = HERE / "said"
KINDS = HERE / "kinds-sisimai.tsv"
_POSTMARK = re.compile(rb"(?:\A|(?<=\n\n)|(?<=\n\r\n))From ")


@dataclass(frozen=True)
class Expected:
    """A message and what a careful person says of it; None for what the set says nothing about."""

    name: str
    raw: bytes
    kind: str | None = None
    meaning: str | None = None
    new_text: str | None = None
    back_on: date | None = None
    words: str = ""


@dataclass(frozen=True)
class Told:
    """What somebody wrote back, what a careful person says that it means, and what was read."""

    text: str
    means: str
    read: str


@dataclass
class Rates:
    """How many of a set were read as expected, and each miss in a line."""

    right: Counter[str] = field(default_factory=Counter)
    asked: Counter[str] = field(default_factory=Counter)
    confused: Counter[tuple[str, str]] = field(default_factory=Counter)
    misses: dict[str, str] = field(default_factory=dict)
    answered: list[str] = field(default_factory=list)
    """Automatic mail that was taken for an answer."""
    opened: list[str] = field(default_factory=list)
    """What was taken for a yes and is none."""

    def rate(self, what: str) -> float:
        return self.right[what] / self.asked[what] if self.asked[what] else 1.0


def letters(folder: Path) -> Iterator[Expected]:
    """Yield the letters of a folder, each with its sidecar."""
    for path in sorted(folder.glob("*.eml")):
        told = tomllib.loads(path.with_suffix(".toml").read_text("utf-8"))
        yield Expected(
            path.stem,
            path.read_bytes(),
            told["kind"],
            told.get("meaning", ""),
            # TOML takes off the newline after the quotes that open; the one before those that close is ours.
            told.get("new_text", "").strip("\n"),
            told.get("back_on"),
        )


def sisimai(corpus: Path = texts.CORPUS) -> Iterator[Expected]:
    """Yield the messages of bounces-sisimai with their kinds."""
    for row in KINDS.read_text("utf-8").splitlines():
        name, kind = row.split("\t")[:2]
        path, _, place = name.partition("#")
        data = (corpus / path).read_bytes()
        if place:
            starts = [one.start() for one in _POSTMARK.finditer(data)] + [len(data)]
            data = data[starts[int(place) - 1] : starts[int(place)]]
        yield Expected(name, data, kind)


def replies(corpus: Path = texts.CORPUS) -> Iterator[Expected]:
    """Yield the replies of replies-talon and replies-github with their new text, or the hash of its words for HTML."""
    for row in texts.rows():
        if row.form == "html":
            yield Expected(row.path, texts.raw(row, corpus), words=row.words)
        else:
            yield Expected(row.path, texts.raw(row, corpus), new_text=texts.new_text(row, corpus))


def said(path: Path) -> Iterator[Told]:
    """Read each line of `path`: what it means, a tab, what was said, with names in braces and `\\n` for a new line."""
    for line in path.read_text("utf-8").splitlines():
        means, _, text = line.partition("\t")
        text = text.replace("\\n", "\n").replace("{C}", "Cora").replace("{R}", "Ann").replace("{T}", "Tom")
        yield Told(text, means, meaning(text, {"cora", "ann", "tom"}))


def _print_said(*, misses: bool) -> None:
    for path in sorted(SAID.glob("*.tsv")):
        told = list(said(path))
        clear = [one for one in told if one.means != "unclear"]
        right = sum(one.read == one.means for one in clear)
        opened = sum(one.read == "yes" != one.means for one in told)
        closed = sum(one.read in {"no", "stop"} and one.means not in {"no", "stop"} for one in told)
        print(f"said/{path.stem}: {right}/{len(clear)} of {len(told)}; no yes {opened}, no no {closed}")
        for one in told:
            if misses and one.read != one.means:
                print(f"    {one.means} read as {one.read}: {one.text!r}")


def measure(some: Iterator[Expected]) -> Rates:
    """Read each message and count."""
    rates = Rates()
    for one in some:
        told = understand(one.raw)
        wrong = [what for what, right in _answers(one, told) if not rates_count(rates, what, right=right)]
        if one.kind is not None:
            rates.confused[one.kind, told.kind] += 1
            if told.kind == "reply" and one.kind != "reply" and told.meaning != "unclear":
                rates.answered.append(one.name)
            if told.meaning == "yes" and one.meaning != "yes":
                rates.opened.append(one.name)
        if wrong:
            rates.misses[one.name] = f"{', '.join(wrong)}: {told.kind} {told.meaning} {told.back_on} {told.new_text!r}"
            rates.misses[one.name] += f"\n      for {one.kind} {one.meaning} {one.back_on} {one.new_text!r}"
    return rates


def rates_count(rates: Rates, what: str, *, right: bool) -> bool:
    """Count one answer; return whether it was right."""
    rates.asked[what] += 1
    rates.right[what] += right
    return right


def _answers(one: Expected, told: Understood) -> Iterator[tuple[str, bool]]:
    if one.kind is not None:
        yield "kind", told.kind == one.kind
    if one.new_text is not None and one.kind in {None, "reply"}:
        yield "new text", told.new_text == one.new_text
    if one.words:
        yield "words", texts.words(told.new_text) == one.words
    if one.kind == "reply" and one.meaning is not None:
        yield f"meaning {one.meaning}", told.meaning == one.meaning
        if one.meaning != "unclear":
            yield "meaning", told.meaning == one.meaning
    if one.back_on is not None:
        yield "back on", told.back_on == one.back_on


def sets() -> dict[str, Callable[[], Iterator[Expected]]]:
    """Return every set by its name."""
    own = {path.name: path for path in sorted(LETTERS.iterdir()) if path.is_dir()}
    found: dict[str, Callable[[], Iterator[Expected]]] = {
        name: (lambda path=path: letters(path))  # type: ignore[misc]
        for name, path in own.items()
    }
    found["sisimai"] = sisimai
    for name in ("talon", "github"):
        found[name] = lambda name=name: (one for one in replies() if f"replies-{name}" in one.name)  # type: ignore[misc]
    return found


def main() -> None:
    """Print the rates of each set that is named, or of all."""
    named = [name for name in sys.argv[1:] if not name.startswith("-")]
    for name, read in sets().items():
        if named and name not in named:
            continue
        rates = measure(read())
        told = [f"{what} {rates.right[what]}/{rates.asked[what]}" for what in sorted(rates.asked)]
        print(f"{name}: {', '.join(told)}")
        print(f"  automatic taken for an answer {rates.answered}, yes that is none {rates.opened}")
        wrong = {pair: count for pair, count in rates.confused.items() if pair[0] != pair[1]}
        print(f"  kinds confused {wrong}")
        if "--misses" in sys.argv:
            print("".join(f"    {one}: {why}\n" for one, why in rates.misses.items()))
    if not named or "said" in named:
        _print_said(misses="--misses" in sys.argv)


if __name__ == "__main__":
    main()
