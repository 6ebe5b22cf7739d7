"""Every mutant of one file, each with the lines that a test must run to notice it."""

from __future__ import annotations

import difflib
import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import libcst as cst
from libcst.metadata import CodeRange, MetadataWrapper, PositionProvider
from mutmut.mutation.file_mutation import deep_replace

from tests.tools.mutation import operators

SKIPPED = (cst.Annotation, cst.Import, cst.ImportFrom, cst.Decorator, cst.Assert, cst.TypeAlias, cst.Param, cst.Del)
_BARE = cst.Module([])


@dataclass(frozen=True)
class Mutant:
    """One change. `key` survives edits elsewhere in the file; `lines` are those of the changed statement.

    `name` is what a change outside functions is assigned to.
    """

    path: str
    where: str
    key: str
    lines: range
    outside: bool
    name: str
    tree: cst.Module = field(repr=False, compare=False)
    before: cst.CSTNode = field(repr=False, compare=False)
    after: cst.CSTNode = field(repr=False, compare=False)

    def source(self) -> str:
        """The whole file with the change."""
        changed = deep_replace(self.tree, self.before, self.after)
        assert isinstance(changed, cst.Module)
        return changed.code

    def diff(self) -> str:
        """The changed lines, `-` and `+`."""
        pair = (self.tree.code.splitlines(), self.source().splitlines())
        lines = [line for line in difflib.unified_diff(*pair, lineterm="", n=0) if not line.startswith(("---", "+++"))]
        return "\n".join(lines)


def mutants(root: Path, path: str) -> list[Mutant]:
    """Return the mutants of `root / path`, in the order of the file."""
    wrapper = MetadataWrapper(cst.parse_module((root / path).read_text()), unsafe_skip_copy=True)
    visitor = _Maker(path, wrapper.module)
    wrapper.visit(visitor)
    return visitor.found


class _Maker(cst.CSTVisitor):
    METADATA_DEPENDENCIES = (PositionProvider,)

    def __init__(self, path: str, tree: cst.Module) -> None:
        super().__init__()
        self.path, self.tree = path, tree
        self.found: list[Mutant] = []
        self._names: list[str] = []
        self._statements: list[cst.CSTNode] = []
        self._functions = 0
        self._count: Counter[str] = Counter()
        self._left: set[int] = set()

    def on_visit(self, node: cst.CSTNode) -> bool:
        if self._skipped(node):
            return False
        self._leave_doubles(node)
        if id(node) in self._left:
            return True
        if isinstance(node, cst.FunctionDef | cst.ClassDef):
            self._names.append(node.name.value)
            self._functions += isinstance(node, cst.FunctionDef)
        if isinstance(node, cst.BaseSmallStatement | cst.BaseCompoundStatement):
            self._statements.append(node)
        outside = not self._functions
        for name, make in (operators.OUTSIDE if outside else operators.INSIDE).items():
            self._add(name, node, make(node))
        return True

    def on_leave(self, original_node: cst.CSTNode) -> None:
        if isinstance(original_node, cst.FunctionDef | cst.ClassDef):
            self._names.pop()
            self._functions -= isinstance(original_node, cst.FunctionDef)
        if self._statements and self._statements[-1] is original_node:
            self._statements.pop()

    def _leave_doubles(self, node: cst.CSTNode) -> None:
        """Mark what would say the same as another change: a key or a word in a collection is left out as a whole."""
        if isinstance(node, cst.Element) and isinstance(node.value, cst.SimpleString):
            self._left.add(id(node.value))
        if isinstance(node, cst.DictElement):
            self._left.add(id(node.key))
        if isinstance(node, cst.Call) and isinstance(node.func, cst.Name) and node.func.value == "Row":
            # The letter is the diagram's, and a row's only event is the row.
            self._left |= {id(node.args[0].value)} | {id(arg.value) for arg in node.args[2:3] if _only(arg.value)}

    def _skipped(self, node: cst.CSTNode) -> bool:
        if isinstance(node, SKIPPED) or (isinstance(node, cst.Call) and operators.of_words(node)):
            return True
        if isinstance(node, cst.Arg) and node.keyword is not None and node.keyword.value == "rule":
            return True
        if isinstance(node, cst.Expr) and isinstance(node.value, cst.SimpleString | cst.ConcatenatedString):
            return True
        if isinstance(node, cst.FormattedString) and not self._functions:
            return True
        if isinstance(node, cst.Assign) and not self._functions:
            return _is_alias(node)
        return isinstance(node, cst.If) and _BARE.code_for_node(node.test) == "TYPE_CHECKING"

    def _add(self, operator: str, node: cst.CSTNode, changes: Iterable[cst.CSTNode]) -> None:
        for after in changes:
            pair = f"{_code(node)} -> {_code(after)}"
            where = ".".join(self._names)
            key = f"{self.path}|{where}|{operator}|{hashlib.sha256(pair.encode()).hexdigest()[:12]}"
            self._count[key] += 1
            key = f"{key}|{self._count[key]}"
            outside = not self._functions
            name = self._assigned() if outside else ""
            self.found.append(Mutant(self.path, where, key, self._lines(node), outside, name, self.tree, node, after))

    def _assigned(self) -> str:
        statement = self._statements[0] if self._statements else None
        target = statement.target if isinstance(statement, cst.AnnAssign) else None
        if isinstance(statement, cst.Assign):
            target = statement.targets[0].target
        return target.value if isinstance(target, cst.Name) else ""

    def _lines(self, node: cst.CSTNode) -> range:
        """The lines of the statement that `node` is in; of an `if` or a loop only those of its condition."""
        statement = self._statements[-1] if self._statements else node
        if isinstance(statement, cst.BaseCompoundStatement):
            at: CodeRange | None = self.get_metadata(PositionProvider, node, None)
            first: CodeRange = self.get_metadata(PositionProvider, statement)
            if at is None or node is statement:
                return range(first.start.line, first.start.line + 1)
            return range(at.start.line, at.end.line + 1)
        place: CodeRange = self.get_metadata(PositionProvider, statement)
        return range(place.start.line, place.end.line + 1)


def _code(node: cst.CSTNode) -> str:
    if isinstance(node, cst.If | cst.While | cst.CompIf):
        return _BARE.code_for_node(node.test)
    return _BARE.code_for_node(node)


def _only(node: cst.BaseExpression) -> bool:
    return isinstance(node, cst.Tuple) and len(node.elements) == 1


def _is_alias(node: cst.Assign) -> bool:
    """Whether this only names a type, or says what the module exports."""
    names = {target.target.value for target in node.targets if isinstance(target.target, cst.Name)}
    if "__all__" in names:
        return True
    value = node.value
    types = isinstance(value, cst.BinaryOperation) and isinstance(value.operator, cst.BitOr)
    return types or (isinstance(value, cst.Subscript) and isinstance(value.value, cst.Name))
