"""The files of this repository, for tests that look at the code itself."""

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from tests.support.parts import ROOT

PRODUCT = ROOT / "src" / "twoyes"
# From the ground up; each room may use those before it.
ROOMS = ("lib", "people", "network", "policy", "introductions", "mail", "care", "web")

type Function = ast.FunctionDef | ast.AsyncFunctionDef


def tracked() -> list[Path]:
    """Every file that git would hand to another person: committed, or about to be."""
    asked = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    answer = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [path for name in answer.split("\0") if name and (path := ROOT / name).is_file()]


def python(folder: Path) -> list[Path]:
    """The Python files under `folder`; migrations, which Django writes, are left out."""
    return sorted(path for path in folder.rglob("*.py") if "migrations" not in path.parts)


@cache
def tree(path: Path) -> ast.Module:
    """The parsed file."""
    return ast.parse(path.read_text(), str(path))


def functions(folder: Path) -> Iterator[tuple[str, Function]]:
    """Every function and method under `folder`, with `path:line` of each."""
    for path in python(folder):
        for node in _functions(path):
            yield f"{path.relative_to(ROOT)}:{node.lineno} {node.name}", node


@cache
def _functions(path: Path) -> list[Function]:
    return [node for node in ast.walk(tree(path)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
