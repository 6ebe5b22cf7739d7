"""Scenes that were built once in this process are put back row by row: to build them anew was most of the suite's time.

What is kept was made by the real verbs. It is used only where the same call would make the same again: on the stage
as it was set, after the same scenes and nothing else, at the same time, with nothing patched and chance unseeded.
What is worked out of mail also leaves files in the data directory; they are put back beside the rows.
`TWOYES_SCENES=build` builds every scene, as do all tests on PostgreSQL.
"""

from __future__ import annotations

import copy
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields, replace
from functools import cache, partial, wraps
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from django.conf import UserSettingsHolder, settings
from django.db import connection, transaction

from tests.support import home, leak
from tests.support.canaries import Cage
from twoyes.lib import chance, env, store
from twoyes.network.ways import shelf

type Rows = dict[str, set[tuple[Any, ...]]]
_kept: dict[object, Scene] = {}
# The rows that stood there before what is remembered.
_before: dict[object, Rows] = {}
# All rows as they were last looked at, by the number of writes until then.
_seen: dict[int, Rows] = {}
_NUMBERS = count(1)
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
    files: Path | None


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
        _kept["stage"] = _scene(before, cast, _of(cast))
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
        elif leak.current().busy:
            # Made where nobody watches: what was written is in no cage, and must not come back as if it were.
            return build(*args, **kwargs)
        else:
            before = _rows()
            result = build(*args, **kwargs)
            _kept[key] = _scene(before, result, _of(cast))
        cast.fresh = replace(fresh, written=_written(), past=key)
        return _kept[key].result  # type: ignore[no-any-return]

    return made


def remembered[T](build: partial[T], patches: pytest.MonkeyPatch) -> T:
    """Build something once in this process, and put it back wherever the same rows stood before: in an empty store.

    Only where it is built may differ: what else `build` is given would have to be told apart.
    """
    _seen.clear()
    if not unpatched(patches) or leak.current().busy:
        return build()
    before, key = _rows(), (build.func.__module__, build.func.__qualname__)
    if key not in _kept:
        _before[key] = before
        _kept[key] = _scene(before, build(), {})
    elif before != _before[key]:
        return build()
    else:
        _put_back(_kept[key])
    return _kept[key].result  # type: ignore[no-any-return]


@contextmanager
def aside(cast: Any) -> Iterator[None]:
    """Do something that touches no introduction, such as a login: the stage stays as fresh as it was."""
    fresh = bool(cast.fresh)
    yield
    if fresh:
        cast.fresh = replace(cast.fresh, written=_written())


def _of(cast: Any) -> dict[str, Any]:
    return {one.name: copy.copy(getattr(cast, one.name)) for one in fields(cast) if one.name != "fresh"}


def _scene(before: Rows, result: Any, cast: dict[str, Any]) -> Scene:
    after = _rows()
    new = {table: list(rows - before[table]) for table, rows in after.items() if rows - before[table]}
    gone = {table: [row[0] for row in rows - after[table]] for table, rows in before.items()}
    file = store.generation_file()
    generation = file.read_bytes() if file.exists() else b""
    return Scene(result, new, gone, cast, leak.current().cage.copied(), generation, _files())


def _files() -> Path | None:
    """Keep a copy of what lies in the data directory, with its times; most scenes have nothing there."""
    place = env.data_dir()
    if not any(place.iterdir()):
        return None
    return Path(shutil.copytree(place, home.room() / f"scene{next(_NUMBERS)}"))


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
    if scene.generation:
        file = store.generation_file()
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(scene.generation)
    if scene.files is not None:
        shutil.copytree(scene.files, env.data_dir(), dirs_exist_ok=True)
        # What is open lies in the directory of a test that has ended.
        vars(shelf)["_opened"].clear()


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
