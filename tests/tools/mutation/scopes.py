"""What is changed, and which tests must notice."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
# Everything that a run leaves behind; ignored by git.
PLACE = ROOT / "mutants"
_INTRODUCTIONS = "src/twoyes/introductions"
_OUTGOING = "src/twoyes/mail/outgoing"
_INCOMING = "src/twoyes/mail/incoming"


@dataclass(frozen=True)
class Scope:
    """`pure`: its tests need neither Django nor a conftest, so a fresh import takes a moment only."""

    name: str
    title: str
    files: tuple[str, ...]
    tests: tuple[str, ...]
    pure: bool = False


def _named(folder: str, names: str) -> tuple[str, ...]:
    return tuple(f"{folder}/{name}.py" for name in names.split())


SCOPES = (
    Scope("protocol", "Protocol", (f"{_INTRODUCTIONS}/protocol/**/*.py",), ("introductions/test_protocol_*.py",), True),
    Scope(
        "send",
        "Send path",
        (
            *_named(_INTRODUCTIONS, "outbox mailing pairs"),
            *_named(_OUTGOING, "smtp conversation deliver postroom"),
        ),
        ("introductions/test_[!p]*.py", "mail/test_[!l]*.py"),
    ),
    Scope(
        "verbs",
        "Verbs",
        _named(_INTRODUCTIONS, "asking deciding answering offering byhand handing deadlines engine binding links"),
        ("introductions/test_[!p]*.py",),
    ),
    Scope("page", "Answer page", ("src/twoyes/web/target*.py",), ("web/test_*.py",)),
    Scope(
        "policy",
        "House rules and screening",
        ("src/twoyes/policy/*.py", *(f"src/twoyes/policy/{room}/*.py" for room in ("noes", "rules", "sentences"))),
        ("policy/test_*.py", "introductions/test_[!p]*.py", "web/test_house_rules.py", "web/test_wishes.py"),
    ),
    Scope("understand", "Reading letters", (f"{_INCOMING}/understanding/*.py",), ("understanding/test_*.py",), True),
    Scope("matching", "Finding what is answered", _named(_INCOMING, "matching"), ("mail/incoming/test_*.py",)),
)


def snapshot() -> Path:
    """Copy what the run needs from the work tree, so that nobody's editing disturbs it; return the copy's root."""
    tree = PLACE / "tree"
    shutil.rmtree(tree, ignore_errors=True)
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", "src", "tests", "docs"]
    names = subprocess.run(listed, cwd=ROOT, check=True, capture_output=True, text=True).stdout.split("\0")
    for name in (*filter(None, names), "pyproject.toml"):
        if (ROOT / name).is_file():
            (tree / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, tree / name)
    return tree


def files(tree: Path, scope: Scope) -> list[str]:
    """The files of the scope, relative to the tree."""
    found = {path.relative_to(tree).as_posix() for pattern in scope.files for path in tree.glob(pattern)}
    return sorted(found)


def tests(tree: Path, scope: Scope) -> list[str]:
    """The test files of the scope, as absolute paths."""
    return sorted({str(path) for pattern in scope.tests for path in (tree / "tests").glob(pattern)})
