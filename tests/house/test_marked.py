"""What people read is marked for translation where it is written: no refusal, no line of a command is bare text."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest

from tests.support.source import PRODUCT

# Where a sentence stands among the arguments of what shows it.
SHOWN = {"Refused": 1, "echo": 0, "confirm": 0, "BadParameter": 0, "scene": 0, "Check": 2}
# Set by tests alone, and read by who writes them.
FOR_TESTS = {"lib/faults.py"}


def is_sentence(text: str) -> bool:
    """Whether a text says something in words; an address, a format or a command to type does not."""
    return bool(re.search(r"[A-Za-z]{2,} [a-z]{2,}", text)) and not text.startswith(("twoyes ", "chmod "))


def bare(value: ast.expr) -> bool:
    """Whether an expression is words as they stand in the code."""
    if isinstance(value, ast.Constant):
        return isinstance(value.value, str) and is_sentence(value.value)
    if isinstance(value, ast.JoinedStr):
        return is_sentence("".join(str(one.value) for one in value.values if isinstance(one, ast.Constant)))
    if isinstance(value, ast.BinOp):
        return bare(value.left)
    if isinstance(value, ast.BoolOp):
        return any(map(bare, value.values))
    return isinstance(value, ast.IfExp) and (bare(value.body) or bare(value.orelse))


def unmarked(source: str) -> list[int]:
    """Return the lines where words are shown that are not marked, also by way of a name in the same function."""
    tree, found = ast.parse(source), set[int]()
    for scope in (one for one in ast.walk(tree) if isinstance(one, ast.FunctionDef)):
        said = dict(_assigned(scope))
        for call in (one for one in ast.walk(scope) if isinstance(one, ast.Call)):
            name = getattr(call.func, "id", getattr(call.func, "attr", ""))
            place = SHOWN.get(name, 99)
            for value in call.args[place : place + 1]:
                meant = said.get(value.id, value) if isinstance(value, ast.Name) else value
                if bare(meant):
                    found.add(meant.lineno)
    return sorted(found)


def _assigned(scope: ast.FunctionDef) -> Iterator[tuple[str, ast.expr]]:
    for one in ast.walk(scope):
        if isinstance(one, ast.Assign) and isinstance(one.targets[0], ast.Name):
            yield one.targets[0].id, one.value


def test_what_is_shown_to_people_is_marked_for_translation() -> None:
    found = {
        str(path.relative_to(PRODUCT)): lines
        for path in sorted(PRODUCT.rglob("*.py"))
        if str(path.relative_to(PRODUCT)) not in FOR_TESTS and (lines := unmarked(path.read_text("utf-8")))
    }
    assert found == {}


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        ('def f():\n    raise Refused("a", "It is late.")', [2]),
        ('def f():\n    said = f"It is late, {x}."\n    raise Refused("a", said)', [2]),
        ('def f():\n    typer.echo(f"{n} letters left")', [2]),
        ('def f():\n    typer.echo(_("%(n)s letters left") % {"n": n})', []),
        ('def f():\n    said = _("It is late.")\n    raise Refused("a", said)', []),
    ],
)
def test_a_text_that_was_not_marked_is_noticed(source: str, lines: list[int]) -> None:
    assert unmarked(source) == lines


def said_by_files(*kinds: str) -> Iterator[tuple[str, str]]:
    """Yield every file of the product of these kinds, with what stands in it."""
    for path in sorted(PRODUCT.rglob("*")):
        if path.suffix in kinds:
            yield path.relative_to(PRODUCT).as_posix(), path.read_text("utf-8")


def test_no_day_is_written_past_the_readers_language() -> None:
    written = re.compile(r"date_format\(|\|date:")
    past = {name for name, text in said_by_files(".py", ".html", ".txt") if written.search(text)}
    assert past == {"lib/spoken.py", "mail/letters/words.py"}, "use lib.spoken, or the filters of templatetags/times.py"


def test_a_sentence_of_a_template_is_filled_in_by_plain_names() -> None:
    """`{{ one.name }}` within a sentence renders as nothing: it has to be named `with name=one.name`."""
    sentence = re.compile(r"\{% blocktranslate.*?\{% endblocktranslate %\}", re.DOTALL)
    within = re.compile(r"\{\{ \w+[.|]")
    wrong = [name for name, text in said_by_files(".html", ".txt") if any(map(within.search, sentence.findall(text)))]
    assert not wrong
