"""Scenes that were built once in this process are put back row by row: to build them anew was most of the suite's time.

What is kept was made by the real verbs. It is used only where the same call would make the same again: on the stage
as it was set, after the same scenes and nothing else, at the same time, with nothing patched and chance unseeded.
`TWOYES_SCENES=build` builds every scene, as do all tests on PostgreSQL.
"""

from __future__ import annotations

import copy
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields, replace
from functools import cache, wraps
from typing import Any

import pytest
from django.conf import UserSettingsHolder, settings
from django.db import connection, transaction

from tests.support import leak
from tests.support.canaries import Cage
from twoyes.lib import chance, store

type Rows = dict[str, set[tuple[Any, ...]]]
_kept: dict[object, Scene] = {}
# All rows as they were last looked at, by the number of writes until then.
_seen: dict[int, Rows] = {}
# The first column is the key everywhere; here it has another name.
_KEY = {"django_session": "session_key"}


@dataclass(frozen=True, slots=True)
class Scene:
    """The rows that a scene has beyond what stood there before, what its maker returned, and what came of the cast."""

    result: Any
    new: dict[str, list[tuple[Any, ...]]]
    gone: dict[str, list[Any]]
    cast: dict[str, Any]
    cage: Cage
    generation: bytes


@dataclass(frozen=True)
class Fresh:
    """True as long as a stage stands as it was set, but for the scenes of its `past`, and nothing is patched."""

    patches: pytest.MonkeyPatch
    written: int
    past: tuple[object, ...] = ()

    def __bool__(self) -> bool:
        return self.written == _written() and unpatched(self.patches)


def unpatched(patches: pytest.MonkeyPatch) -> bool:
    """Say whether a scene may be taken from memory in this test."""
    return (
        not patches._setattr
        and not isinstance(vars(settings)["_wrapped"], UserSettingsHolder)
        and chance._source.get() is chance._SYSTEM
        and connection.vendor == "sqlite"
        and os.environ.get("TWOYES_SCENES") != "build"
    )


def stage[T](build: Callable[[], T], patches: pytest.MonkeyPatch) -> T:
    """Set the stage, the first time by `build`, and note on the cast that it is fresh."""
    _seen.clear()
    if not unpatched(patches):
        return build()
    if "stage" not in _kept:
        before, cast = _rows(), build()
        _kept["stage"] = _scene(before, cast, cast)
    _put_back(_kept["stage"])
    cast = copy.copy(_kept["stage"].result)
    _give(cast, _kept["stage"])
    cast.fresh = Fresh(patches, _written())
    return cast


def scene[**P, R](build: Callable[P, R]) -> Callable[P, R]:
    """Let a method of the cast that makes an introduction do so from memory where that is the same."""

    @wraps(build)
    def made(*args: P.args, **kwargs: P.kwargs) -> R:
        cast: Any = args[0]
        if not cast.fresh:
            return build(*args, **kwargs)
        fresh: Fresh = cast.fresh
        key = (fresh.past, _standing(cast), build.__name__, repr(args[1:]), repr(sorted(kwargs.items())))
        if key in _kept:
            _put_back(_kept[key])
            _give(cast, _kept[key])
        else:
            before = _rows()
            _kept[key] = _scene(before, build(*args, **kwargs), cast)
        cast.fresh = replace(fresh, written=_written(), past=key)
        return _kept[key].result  # type: ignore[no-any-return]

    return made


@contextmanager
def aside(cast: Any) -> Iterator[None]:
    """Do something that touches no introduction, such as a login: the stage stays as fresh as it was."""
    fresh = bool(cast.fresh)
    yield
    if fresh:
        cast.fresh = replace(cast.fresh, written=_written())


def _scene(before: Rows, result: Any, cast: Any) -> Scene:
    after = _rows()
    kept = {one.name: copy.copy(getattr(cast, one.name)) for one in fields(cast) if one.name != "fresh"}
    new = {table: list(rows - before[table]) for table, rows in after.items() if rows - before[table]}
    gone = {table: [row[0] for row in rows - after[table]] for table, rows in before.items()}
    return Scene(result, new, gone, kept, leak.current().cage.copied(), store.generation_file().read_bytes())


def _standing(cast: Any) -> tuple[object, ...]:
    """What a test may have changed without a write: the time, who is meant, and what it has looked at already."""
    known = {one.name: getattr(cast, one.name) for one in fields(cast) if one.name != "fresh"}
    return type(cast), *(len(one) if isinstance(one, list) else repr(one) for one in known.values())


def _give(cast: Any, scene: Scene) -> None:
    for name, value in scene.cast.items():
        setattr(cast, name, copy.copy(value))


def _put_back(scene: Scene) -> None:
    with transaction.atomic():
        execute = connection.connection.executemany
        for table, keys in scene.gone.items():
            execute(f'DELETE FROM "{table}" WHERE "{_KEY.get(table, "id")}" = ?', [(key,) for key in keys])
        for table, rows in scene.new.items():
            execute(f'INSERT OR REPLACE INTO "{table}" VALUES ({", ".join("?" * len(rows[0]))})', rows)
    leak.current().cage = scene.cage.copied().joined(leak.current().cage)
    file = store.generation_file()
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(scene.generation)


def _rows() -> Rows:
    written = _written()
    if written not in _seen:
        execute = connection.connection.execute
        _seen.clear()
        _seen[written] = {table: set(execute(f'SELECT * FROM "{table}"').fetchall()) for table in _tables()}
    return _seen[written]


@cache
def _tables() -> list[str]:
    return sorted(connection.introspection.django_table_names(only_existing=True, include_views=False))


def _written() -> int:
    connection.ensure_connection()
    return int(connection.connection.total_changes)
