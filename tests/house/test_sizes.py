"""The measures of the house: the tail of a distribution says more about code than its middle."""

import ast
from statistics import median, quantiles

from tests.support.parts import ROOT
from tests.support.source import PRODUCT, Function, functions, python

CODE = [PRODUCT, ROOT / "tests"]


def _lines(node: Function) -> int:
    assert node.end_lineno is not None
    return node.end_lineno - node.lineno + 1


def _named(arguments: ast.arguments) -> list[str]:
    positional = [*arguments.posonlyargs, *arguments.args]
    return [argument.arg for argument in positional if argument.arg not in {"self", "cls"}]


def _p95(values: list[int]) -> float:
    return quantiles(values, n=20, method="inclusive")[-1]


def test_functions_are_short_and_their_tail_is_too() -> None:
    lengths = [_lines(node) for _, node in functions(PRODUCT)]
    assert median(lengths) <= 10
    assert _p95(lengths) <= 45


def test_no_function_is_longer_than_80_lines() -> None:
    assert [name for folder in CODE for name, node in functions(folder) if _lines(node) > 80] == []


def test_files_are_short_and_their_tail_is_too() -> None:
    lengths = [len(path.read_text().splitlines()) for path in python(PRODUCT) if path.read_text().strip()]
    assert median(lengths) <= 100
    assert _p95(lengths) <= 350


def test_no_file_is_longer_than_500_lines() -> None:
    files = [path for folder in CODE for path in python(folder)]
    assert [str(path.relative_to(ROOT)) for path in files if len(path.read_text().splitlines()) > 500] == []


def test_functions_take_few_parameters_and_name_most_of_them() -> None:
    # The rule is two, and a third where three are one thought, as in advance(introduction, event, now).
    taken = [(len(_named(node.args)), len(node.args.kwonlyargs)) for _, node in functions(PRODUCT)]
    assert _p95([positional + named for positional, named in taken]) <= 4
    assert _p95([positional for positional, _ in taken]) <= 3
