"""`python -m tests.tools.protocol_docs [--write]`: the generated parts of docs/protocol.md, from the table itself.

Without `--write` it prints them; with it, it puts each between its two marks in the document.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import timedelta
from pathlib import Path

from twoyes.introductions.protocol import PROMISES, Role, State
from twoyes.introductions.protocol.promises import OWED
from twoyes.introductions.protocol.table import ROLES, TABLE, Row

PAGE = Path(__file__).resolve().parents[2] / "docs" / "protocol.md"
S = State
# These act in every state, or leave it where it is: the page says them in words.
EVERYWHERE = frozenset("Yβγδε")
# The states of each picture, in the order of reading.
PICTURES: dict[str, tuple[State, ...]] = {
    "desk": (S.DRAFT, S.UNVERIFIED, S.WAITING, S.TALKING, S.RETURNED),
    "asking": (S.ASKING, S.AGREED, S.PASSED, S.REFUSED, S.DEFERRED),
    "afterwards": (S.INTRODUCED, S.CONNECTED, S.AWAITING_OUTCOME, S.CLOSED, S.UNREPORTED),
}
WHO = {
    Role.CONNECTOR: "connector",
    Role.DELEGATE: "",
    Role.REQUESTER: "requester",
    Role.TARGET: "target",
    Role.LINK_HOLDER: "",
    Role.CLOCK: "clock",
    Role.RELAY: "relay",
    Role.PROGRAM: "program",
}


def picture(states: Iterable[State]) -> str:
    """A Mermaid diagram of every transition out of these states; each arrow carries its letters."""
    arrows: dict[tuple[str, str], list[str]] = defaultdict(list)
    for row in TABLE:
        for state in _from(row, states):
            to = row.to
            if isinstance(to, State) and to is not state and row.letter not in arrows[state or "", to]:
                arrows[state or "", to].append(row.letter)
    lines = [f"    {source} --> {to} : {' '.join(letters)}" for (source, to), letters in arrows.items() if letters]
    return "\n".join(["```mermaid", "stateDiagram-v2", *lines, "```"])


def _from(row: Row, states: Iterable[State]) -> list[State]:
    if row.letter in EVERYWHERE:
        return []
    return [state for state in states if state in row.states]


def openings() -> str:
    """The rows that begin a chapter."""
    lines = [
        f"    [*] --> {row.to} : {row.letter} {row.events[0]}"
        for row in TABLE
        if None in row.states and row.to is not None
    ]
    return "\n".join(["```mermaid", "stateDiagram-v2", *dict.fromkeys(lines), "```"])


def rows() -> str:
    """The table: letter, states, event, who may, where to, under which conditions, and what it does."""
    lines = ["| | in | on | by | to | if | needs | does |", "|---|---|---|---|---|---|---|---|"]
    for row in TABLE:
        branch = "" if row.branch.__name__ == "always" else _words(row.branch)
        needs = ", ".join(_words(guard) for guard in row.guards)
        does = ", ".join(_effect(effect) for effect in row.effects)
        cells = (row.letter, _states(row), _events(row), _by(row), _to(row), branch, needs, does)
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def _states(row: Row) -> str:
    if len(row.states) > len(State) - 3:
        return "every state" if len(row.states) == len(State) else "every state but asking"
    return "nothing yet" if row.states == (None,) else ", ".join(str(state) for state in row.states)


def _events(row: Row) -> str:
    own = [kind for kind in row.events if not kind.startswith("noted_")]
    noted = " (or noted)" if len(own) < len(row.events) else ""
    return ", ".join(f"`{kind}`" for kind in own) + noted


def _by(row: Row) -> str:
    roles = {role for kind in row.events if not kind.startswith("noted_") for role in ROLES[kind]}
    return ", ".join(name for role, name in WHO.items() if role in roles and name)


def _to(row: Row) -> str:
    if row.to is None:
        return "stays"
    return "where the answer was given" if row.to == "before" else str(row.to)


def _effect(effect: Callable[..., object]) -> str:
    """An effect in words; one that was made with arguments says them: "letter `digest` connector"."""
    made_by = effect.__qualname__.partition(".")[0].replace("_", " ")
    cells = [_argument(cell.cell_contents) for cell in effect.__closure__ or ()]
    # Python keeps them by their names: (after, name) of a timer, (kind, to) of a letter.
    return " ".join([made_by, *(reversed(cells) if "timer" in made_by else cells)])


def _argument(value: object) -> str:
    if isinstance(value, timedelta):
        return f"{value.total_seconds() / 3600:g} h"
    if isinstance(value, (tuple, dict)):
        return " ".join(str(one) for one in value)
    return str(value)


def _words(function: Callable[..., object]) -> str:
    return function.__name__.replace("_", " ")


def letters() -> str:
    """The table transition × kind × recipient × promise."""
    lines = ["| transition | kind | to | promise |", "|---|---|---|---|"]
    for letter in dict.fromkeys(row.letter for row in TABLE):
        for kind, to in OWED.get(letter, ()):
            lines.append(f"| {letter} | `{kind}` | {to} | {PROMISES[kind]} |")
    return "\n".join(lines)


def promises() -> str:
    """Every kind of letter with its promise, those included that no transition owes."""
    owed = {kind for pairs in OWED.values() for kind, _ in pairs}
    lines = ["| promise | kinds |", "|---|---|"]
    for promise in dict.fromkeys(PROMISES.values()):
        kinds = [f"`{kind}`" + ("" if kind in owed else "\\*") for kind in PROMISES if PROMISES[kind] is promise]
        lines.append(f"| {promise} | {', '.join(kinds)} |")
    return "\n".join(lines)


PARTS: dict[str, Callable[[], str]] = {
    "openings": openings,
    **{name: (lambda states=states: picture(states)) for name, states in PICTURES.items()},  # type: ignore[misc]
    "rows": rows,
    "letters": letters,
    "promises": promises,
}


def filled(page: str) -> str:
    """The page with every generated part put between its marks. Raises `ValueError` when a mark is missing."""
    for name, make in PARTS.items():
        begin, end = f"<!-- generated {name} -->\n", f"<!-- end {name} -->"
        if page.count(begin) != 1 or page.count(end) != 1:
            raise ValueError(f"{PAGE.name} has no place for {name}")
        before, after = page.partition(begin)[0], page.partition(end)[2]
        page = f"{before}{begin}{make()}\n{end}{after}"
    return page


def main(arguments: list[str]) -> int:
    """Print the parts, or write them into the page."""
    if "--write" in arguments:
        PAGE.write_text(filled(PAGE.read_text()))
        return 0
    for name, make in PARTS.items():
        print(f"## {name}\n\n{make()}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
