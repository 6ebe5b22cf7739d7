"""From the rows of a kept query to what its queryset would have given: models, tuples or single values.

Django works out anew for each query which column belongs where. Here that is done once, with Django's own parts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.sqlite3.operations import DatabaseOperations
from django.db.models import FETCH_ONE, Model, QuerySet
from django.db.models.base import ModelState
from django.db.models.query import (
    FlatValuesListIterable,
    ModelIterable,
    ValuesListIterable,
    get_related_populators,
)

type _Rows = Iterable[Any]
type Reader = Callable[[_Rows], list[Any]]


def reader(queryset: QuerySet[Any, Any], compiler: Any) -> Reader:
    """Return what makes a queryset's results of its rows; `compiler` has compiled it. Raises TypeError for others."""
    kind = queryset._iterable_class  # noqa: SLF001 - nothing public says what a queryset gives
    if kind is ModelIterable:
        make = _models(compiler)
    elif kind is ValuesListIterable:
        make = _tuples
    elif kind is FlatValuesListIterable:
        make = _values
    else:
        raise TypeError(f"a prepared query gives models or values_list, not {kind.__name__}")
    return _reader([column[0] for column in compiler.select[: compiler.col_count]], compiler, make)


def columns(expressions: list[Any], compiler: Any) -> Reader:
    """Return what makes tuples of rows that have these columns."""
    return _reader(expressions, compiler, _tuples)


def _reader(expressions: list[Any], compiler: Any, make: Reader) -> Reader:
    converters = compiler.get_converters(expressions)
    if not converters:
        return make
    positions = [(at, [*map(_quicker, steps)], expression) for at, (steps, expression) in converters.items()]
    return lambda rows: make(_converted(rows, positions))


def _converted(rows: _Rows, positions: list[tuple[int, Any, Any]]) -> _Rows:
    # Each thread has a connection of its own, and only its own.
    connection = connections[DEFAULT_DB_ALIAS]
    for row in map(list, rows):
        for at, steps, expression in positions:
            for step in steps:
                row[at] = step(row[at], expression, connection)
        yield row


def _quicker(step: Any) -> Any:
    """Return a step that does the same, but asks the settings about time zones once for each value less."""
    return _instant if getattr(step, "__func__", None) is DatabaseOperations.convert_datetimefield_value else step


def _instant(value: Any, expression: Any, connection: Any) -> Any:
    if type(value) is datetime and value.tzinfo is None and settings.USE_TZ:
        return value.replace(tzinfo=connection.timezone)
    return connection.ops.convert_datetimefield_value(value, expression, connection)


def _tuples(rows: _Rows) -> list[Any]:
    return list(map(tuple, rows))


def _values(rows: _Rows) -> list[Any]:
    return [row[0] for row in rows]


def _models(compiler: Any) -> Reader:
    known, annotations = compiler.klass_info, compiler.annotation_col_map or {}
    model: type[Model] = known["model"]
    first, end = known["select_fields"][0], known["select_fields"][-1] + 1
    names = [column[0].target.attname for column in compiler.select[first:end]]
    if model.__init__ is not Model.__init__ or len(names) != len(model._meta.concrete_fields):
        raise TypeError(f"a prepared query makes whole rows by their columns alone, not {model.__name__}")

    related = get_related_populators(known, compiler.select, DEFAULT_DB_ALIAS, FETCH_ONE)
    if any(other.reorder_for_init or other.related_populators for other in related):
        raise TypeError("a prepared query follows a relation once, not further")

    def make(rows: _Rows) -> list[Any]:
        made = []
        for row in rows:
            one = _whole(model, names, row[first:end])
            for other in related:
                _relate(one, other, row[other.cols_start : other.cols_end])
            for name, at in annotations.items():
                setattr(one, name, row[at])
            made.append(one)
        return made

    return make


def _whole(model: type[Model], names: list[str], values: list[Any]) -> Model:
    """As `Model.from_db`, without a signal and a descriptor for each column that nobody listens to."""
    one, state = model.__new__(model), ModelState()
    state.adding, state.db = False, DEFAULT_DB_ALIAS
    one.__dict__.update(zip(names, values, strict=True), _state=state)
    return one


def _relate(one: Model, populator: Any, values: list[Any]) -> None:
    other = None if values[populator.pk_idx] is None else _whole(populator.model_cls, populator.init_list, values)
    populator.local_setter(one, other)
    if other is not None:
        populator.remote_setter(other, one)
