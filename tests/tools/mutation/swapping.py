"""Puts a mutant into functions that exist already, wherever they are referred to: into their code objects."""

from __future__ import annotations

import functools
import gc
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any


class Functions:
    """Every function object of some files, by its code."""

    def __init__(self, paths: Iterable[Path]) -> None:
        names = {str(path) for path in paths}
        self._by_code: dict[tuple[str, CodeType], list[FunctionType]] = defaultdict(list)
        self._caches: list[Any] = []
        # What the session froze (tests/support/isolation.py) is not among these objects, and that is all of it.
        gc.unfreeze()
        for each in gc.get_objects():
            # Not isinstance: asking a lazy object of Django for its class makes it be what it stands for.
            kind = type(each)
            if kind is FunctionType and each.__code__.co_filename in names:
                self._by_code[each.__code__.co_filename, each.__code__].append(each)
            elif kind is functools._lru_cache_wrapper:
                self._caches.append(each)
        if not self._by_code:
            raise RuntimeError(f"no function of {sorted(names)} was found: nothing could be changed")

    def swap(self, path: Path, original: str, changed: str) -> bool | None:
        """Make the functions of `path` those of the changed source.

        Returns False when both compile to the same, or the change to nothing; None when it cannot be done like this.
        """
        try:
            new = compile(changed, str(path), "exec", dont_inherit=True)
        except (SyntaxError, ValueError):
            return False
        old = compile(original, str(path), "exec", dont_inherit=True)
        pairs = _pairs(old, new)
        if pairs is None:
            return None
        changed_pairs = [(before, after) for before, after in pairs if before != after]
        if all(_bare(before) == _bare(after) for before, after in changed_pairs):
            return False
        if any(before.co_freevars != after.co_freevars for before, after in changed_pairs):
            return None
        for before, after in changed_pairs:
            for function in self._by_code.get((str(path), before), ()):
                function.__code__ = after
        for cache in self._caches:
            cache.cache_clear()
        return True


def _within(code: CodeType) -> Iterator[CodeType]:
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield constant
            yield from _within(constant)


def _pairs(old: CodeType, new: CodeType) -> list[tuple[CodeType, CodeType]] | None:
    """Old and new of each function, in order; None when there are not as many, or they are called otherwise."""
    before, after = list(_within(old)), list(_within(new))
    if [code.co_qualname for code in before] != [code.co_qualname for code in after]:
        return None
    return list(zip(before, after, strict=True))


def _bare(code: CodeType) -> tuple[object, ...]:
    """What a code object does, whatever its lines."""
    constants = tuple(_bare(c) if isinstance(c, CodeType) else (type(c), repr(c)) for c in code.co_consts)
    return code.co_code, constants, code.co_names, code.co_varnames, code.co_freevars
