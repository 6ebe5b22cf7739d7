"""Which small changes are made. Sentences, docstrings, annotations, asserts, imports and decorators are left alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import islice

import libcst as cst
from mutmut.mutation import mutators

type Operator = Callable[[cst.CSTNode], Iterable[cst.CSTNode]]

# Calls whose arguments are words for people, or types.
WORDS = frozenset({"_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy", "isinstance", "len", "cast"})
LOGS = frozenset({"log", "logger", "logs"})


def is_sentence(node: cst.CSTNode | None) -> bool:
    """Whether this is text for a person: it has a space in it. Codes, names and keys have none."""
    if isinstance(node, cst.SimpleString):
        return " " in node.value
    if isinstance(node, cst.ConcatenatedString | cst.FormattedString):
        return True
    if isinstance(node, cst.Call):
        return isinstance(node.func, cst.Name) and node.func.value in {"_", "gettext", "gettext_lazy", "ngettext"}
    return isinstance(node, cst.Name) and node.value in {"sentence", "CHAPTER_OVER"}


def of_words(node: cst.Call) -> bool:
    """Whether nothing inside this call is worth a change: it only says something, or only helps the type checker."""
    if isinstance(node.func, cst.Name):
        return node.func.value in WORDS
    owner = node.func.value if isinstance(node.func, cst.Attribute) else None
    return isinstance(owner, cst.Name) and owner.value in LOGS


def _number(node: cst.CSTNode) -> Iterable[cst.CSTNode]:
    return mutators.operator_number(node) if isinstance(node, cst.BaseNumber) else ()


def _string(node: cst.CSTNode) -> Iterable[cst.CSTNode]:
    """One change a string: `XX` around it; other cases of letters would only be more of the same."""
    if not isinstance(node, cst.SimpleString) or is_sentence(node):
        return ()
    return islice(mutators.operator_string(node), 1)


def _name(node: cst.CSTNode) -> Iterable[cst.CSTNode]:
    return mutators.operator_name(node) if isinstance(node, cst.Name) else ()


def _assignment(node: cst.CSTNode) -> Iterable[cst.CSTNode]:
    if isinstance(node, cst.AugAssign):
        return mutators.operator_augmented_assignment(node)
    plain = isinstance(node, cst.Assign | cst.AnnAssign) and not is_sentence(node.value)
    return mutators.operator_assignment(node) if plain else ()  # type: ignore[arg-type]


def _unary(node: cst.CSTNode) -> Iterable[cst.CSTNode]:
    return mutators.operator_remove_unary_ops(node) if isinstance(node, cst.UnaryOperation) else ()


def _call(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """Each argument replaced by None, each keyword left out: what has no name would only raise TypeError."""
    if not isinstance(node, cst.Call):
        return
    for n, arg in enumerate(node.args):
        if arg.star or is_sentence(arg.value) or _is_rule(arg):
            continue
        if not (isinstance(arg.value, cst.Name) and arg.value.value == "None"):
            changed = arg.with_changes(value=cst.Name("None"))
            yield node.with_changes(args=[*node.args[:n], changed, *node.args[n + 1 :]])
        if arg.keyword is not None:
            yield node.with_changes(args=[*node.args[:n], *node.args[n + 1 :]])
    yield from mutators.operator_symmetric_string_methods_swap(node)
    yield from mutators.operator_unsymmetrical_string_methods_swap(node)


def _is_rule(arg: cst.Arg) -> bool:
    """The id of the rule that a refusal keeps is for the reader: nothing acts on it."""
    return arg.keyword is not None and arg.keyword.value == "rule"


def _lambda(node: cst.CSTNode) -> Iterable[cst.CSTNode]:
    return mutators.operator_lambda(node) if isinstance(node, cst.Lambda) else ()


def _words_of_python(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    yield from mutators.operator_keywords(node)
    yield from mutators.operator_swap_op(node)
    if isinstance(node, cst.Match):
        yield from mutators.operator_match(node)
    if isinstance(node, cst.IfExp):
        yield from mutators.operator_if_exp(node)


def _condition(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """Turn round a condition that no other operator touches, such as `if found:`."""
    if not isinstance(node, cst.If | cst.While | cst.CompIf):
        return
    if isinstance(node.test, cst.Comparison | cst.BooleanOperation | cst.UnaryOperation):
        return
    inner = node.test
    if not inner.lpar:
        inner = inner.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()])
    yield node.with_changes(test=cst.UnaryOperation(cst.Not(), inner))


def _element(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """Leave out one element of a tuple, list, set or dict."""
    if not isinstance(node, cst.Tuple | cst.List | cst.Set | cst.Dict):
        return
    if isinstance(node, cst.Set) and len(node.elements) == 1:
        yield cst.Call(cst.Name("set"))
        return
    for n, element in enumerate(node.elements):
        if is_sentence(getattr(element, "value", None)):
            continue
        rest = [*node.elements[:n], *node.elements[n + 1 :]]
        if isinstance(node, cst.Tuple) and len(rest) == 1:
            rest = [rest[0].with_changes(comma=cst.Comma())]
        changed = node.with_changes(elements=rest)
        if isinstance(node, cst.Tuple) and not rest and not node.lpar:
            changed = cst.Tuple([], lpar=[cst.LeftParen()], rpar=[cst.RightParen()])
        yield changed


def _statement(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """Leave out a call that stands alone, such as one that looks whether something is allowed."""
    if isinstance(node, cst.Expr) and isinstance(node.value, cst.Call):
        yield cst.Pass()


def _limit(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """Double a limit."""
    if isinstance(node, cst.Attribute) and isinstance(node.value, cst.Name) and node.value.value == "limits":
        lpar, rpar = [cst.LeftParen()], [cst.RightParen()]
        yield cst.BinaryOperation(node, cst.Multiply(), cst.Integer("2"), lpar=lpar, rpar=rpar)


INSIDE: dict[str, Operator] = {
    "number": _number,
    "string": _string,
    "name": _name,
    "assignment": _assignment,
    "unary": _unary,
    "call": _call,
    "lambda": _lambda,
    "operator": _words_of_python,
    "condition": _condition,
    "element": _element,
    "statement": _statement,
    "limit": _limit,
}


# Where a row of the protocol's table goes, what it does, and its branch; see `table.Row`.
_ROW = {3: "None", 4: "()", 5: "g.always"}
_ROW_NAMES = {"branch": "g.always", "effects": "()", "to": "None"}


def row(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """Let one row of the protocol's table stay where it is, do nothing, or always apply."""
    if not (isinstance(node, cst.Call) and isinstance(node.func, cst.Name) and node.func.value == "Row"):
        return
    for n, arg in enumerate(node.args):
        other = _ROW_NAMES.get(arg.keyword.value) if arg.keyword else _ROW.get(n)
        if other is None or cst.Module([]).code_for_node(arg.value) in {other, "None"}:
            continue
        changed = arg.with_changes(value=cst.parse_expression(other))
        yield node.with_changes(args=[*node.args[:n], changed, *node.args[n + 1 :]])


# On import a None in a call mostly breaks the import itself, which proves nothing about a test.
OUTSIDE: dict[str, Operator] = {
    **{name: each for name, each in INSIDE.items() if name not in {"assignment", "call", "statement"}},
    "row": row,
}
