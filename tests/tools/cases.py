"""`make cases`: which case of docs/cases.md is proved by which test. Exit 1 when an S1 that is due has none.

Prints one line a case: id, severity, then the tests that carry `@pytest.mark.case(ID)`; `later` for a case
of a part that is still to come, `missing` for one that is due and has no test. Tests are found by reading.
"""

import ast
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROW = re.compile(
    r"^\| (?P<id>[A-F]\d+) \| (?P<severity>S[123]) \| (?P<when>now|later) \| (?P<title>.+) \|$", re.MULTILINE
)

type Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


@dataclass(frozen=True)
class Case:
    """One row of docs/cases.md; `due` says that what it is about exists."""

    id: str
    severity: str
    due: bool
    title: str


def cases(page: Path = ROOT / "docs" / "cases.md") -> list[Case]:
    """Every case of the page, in its order."""
    return [
        Case(row["id"], row["severity"], row["when"] == "now", row["title"]) for row in ROW.finditer(page.read_text())
    ]


def proofs(root: Path = ROOT, folders: tuple[str, ...] = ("tests",)) -> dict[str, list[str]]:
    """The ids of tests by the case that they claim to prove; pytest's ids, relative to `root`."""
    found: dict[str, list[str]] = {}
    for folder in folders:
        for path in sorted((root / folder).rglob("test_*.py")):
            tree = ast.parse(path.read_text(), str(path))
            for case, name in _claims(tree, path.relative_to(root).as_posix()):
                found.setdefault(case, []).append(name)
    return found


def _claims(tree: ast.Module, path: str) -> Iterator[tuple[str, str]]:
    assigned = [node for node in tree.body if isinstance(node, ast.Assign)]
    of_the_file = [case for node in assigned if _is_pytestmark(node) for case in _ids(node.value)]
    for names, marks in _tests(tree.body, (), []):
        for case in dict.fromkeys([*of_the_file, *marks]):
            yield case, "::".join((path, *names))


def _tests(
    body: list[ast.stmt], outer: tuple[str, ...], inherited: list[str]
) -> Iterator[tuple[tuple[str, ...], list[str]]]:
    """Each test with the cases that it and the classes around it are marked with."""
    for node in body:
        if isinstance(node, ast.ClassDef):
            yield from _tests(node.body, (*outer, node.name), [*inherited, *_marked(node)])
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test"):
            yield (*outer, node.name), [*inherited, *_marked(node)]
        elif isinstance(node, ast.Assign) and (name := _state_machine(node)):
            yield (*outer, name), inherited


def _state_machine(node: ast.Assign) -> str:
    """The name in `TestThing = Thing.TestCase`, as hypothesis has it; its cases are the whole file's."""
    target = node.targets[0]
    named = isinstance(target, ast.Name) and target.id.startswith("Test")
    return ast.unparse(target) if named and ast.unparse(node.value).endswith(".TestCase") else ""


def _marked(node: Definition) -> list[str]:
    return [case for decorator in node.decorator_list for case in _ids(decorator)]


def _is_pytestmark(node: ast.Assign) -> bool:
    return any(isinstance(target, ast.Name) and target.id == "pytestmark" for target in node.targets)


def _ids(expression: ast.expr) -> list[str]:
    """The ids in every `pytest.mark.case("A1", …)` within `expression`."""
    return [
        argument.value
        for call in ast.walk(expression)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr == "case"
        for argument in call.args
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
    ]


def lines(known: list[Case], proved: dict[str, list[str]]) -> list[str]:
    """One line a case: id, severity, its tests or `later` or `missing`."""
    return [f"{case.id:4} {case.severity}  {_proof(case, proved.get(case.id, []))}" for case in known]


def _proof(case: Case, tests: list[str]) -> str:
    return " ".join(tests) or ("missing" if case.due else "later")


def shortfall(known: list[Case], proved: dict[str, list[str]]) -> list[str]:
    """What makes the run fail: an S1 that is due without a test, and a mark that names no case."""
    names = {case.id for case in known}
    bare = [
        f"{case.id} (S1) has no test: {case.title}"
        for case in known
        if case.due and case.severity == "S1" and case.id not in proved
    ]
    unknown = [
        f"{tests[0]} names {case}, which docs/cases.md does not know."
        for case, tests in proved.items()
        if case not in names
    ]
    return bare + unknown


def main() -> int:
    """Print the table to stdout and what is wrong to stderr."""
    known, proved = cases(), proofs()
    print("\n".join(lines(known, proved)))
    wrong = shortfall(known, proved)
    for sentence in wrong:
        print(sentence, file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
