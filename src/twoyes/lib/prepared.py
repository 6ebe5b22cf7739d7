"""Queries that are built once: on the way of a letter Django spent four fifths of the time on building SQL.

A decorated function returns a queryset as usual. It is called once, with placeholders for its arguments; after
that its SQL is kept, and a call binds the arguments and reads the rows. Nothing else differs: the same SQL, the
same connection, the same rows.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import cache, wraps
from typing import Any, NamedTuple

from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Field, JSONField, Model, QuerySet, Value
from django.db.models.sql import UpdateQuery

from twoyes.lib import direct, reading

_LISTS = (list, tuple)
_PLACES = re.compile("%%|%s")
# What may stand in SQL as it is.
_PLAIN_WORD = re.compile("[a-z_]*")
_TAKEN_AS_THEY_ARE = (str, int)


class _Slot(NamedTuple):
    """Where a parameter comes from: which argument, which element of it, and the column that it is written to."""

    argument: int
    element: int | None = None
    column: Field[Any, Any] | None = None


class _Open(Value):
    """An argument that is not known yet: it compiles to a placeholder, and its slot stands among the parameters."""

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        return "%s", [self.value]


class _Query(NamedTuple):
    """A query that was built: no statement where nothing can be found, as in an empty list."""

    statement: direct.Statement | None
    slots: tuple[Any, ...]
    read: Callable[[list[tuple[Any, ...]]], list[Any]] = list


class _Known:
    """What was built for one function, by engine and by how long its lists are."""

    def __init__(self, build: Callable[[list[Any]], _Query]) -> None:
        self._build = build
        self._queries: dict[object, _Query] = {}

    def rows(self, values: Sequence[object]) -> list[Any]:
        connection = connections[DEFAULT_DB_ALIAS]
        query = self._query(values, connection)
        if query.statement is None:
            return []
        return query.read(query.statement.rows(connection, _parameters(query, values, connection)))

    def change(self, values: Sequence[object]) -> int:
        connection = connections[DEFAULT_DB_ALIAS]
        query = self._query(values, connection)
        if query.statement is None:
            return 0
        return query.statement.change(connection, _parameters(query, values, connection))

    def _query(self, values: Sequence[object], connection: BaseDatabaseWrapper) -> _Query:
        shape = _shape(values, connection)
        query = self._queries.get(shape)
        if query is None:
            query = self._queries[shape] = self._build(_opened(values))
        return query


def prepared[**P, M: Model, R](build: Callable[P, QuerySet[M, R]]) -> Callable[P, list[R]]:
    """Make a function that returns a queryset into one that returns its rows, by SQL that is built once.

    Arguments are positional, and stand for values in the queryset's conditions only: its shape may depend on none
    of them. A list or tuple is for `__in`. None is refused with ValueError, for `= NULL` would find nothing.
    """
    known = _Known(lambda values: _read(build(*values)))  # type: ignore[call-arg]

    @wraps(build)
    def rows(*values: P.args, **_none: P.kwargs) -> list[R]:
        return known.rows(values)

    return rows


def prepared_update[**P](build: Callable[P, tuple[QuerySet[Any], dict[str, object]]]) -> Callable[P, int]:
    """Make a function that returns a queryset and new values into one that updates; it returns how many rows."""
    known = _Known(lambda values: _write(*build(*values)))  # type: ignore[call-arg]

    @wraps(build)
    def update(*values: P.args, **_none: P.kwargs) -> int:
        return known.change(values)

    return update


def prepared_returning[**P](
    *names: str,
) -> Callable[[Callable[P, tuple[QuerySet[Any], dict[str, object]]]], Callable[P, list[tuple[Any, ...]]]]:
    """Do as `prepared_update` with a function that then returns these columns of each row, as they were written."""

    def decorate(build: Callable[P, tuple[QuerySet[Any], dict[str, object]]]) -> Callable[P, list[tuple[Any, ...]]]:
        known = _Known(lambda values: _write(*build(*values), returning=names))  # type: ignore[call-arg]

        @wraps(build)
        def update(*values: P.args, **_none: P.kwargs) -> list[tuple[Any, ...]]:
            return known.rows(values)

        return update

    return decorate


def insert(*rows: Model) -> None:
    """Write new rows of one model by one INSERT: a few, since all their values are parameters of it."""
    if not rows:
        return
    connection = connections[DEFAULT_DB_ALIAS]
    statement = _insertion(type(rows[0]), len(rows), connection.vendor)
    fields = rows[0]._meta.local_concrete_fields
    statement.change(connection, [value for row in rows for value in _stored(row, fields, connection, new=True)])
    for row in rows:
        row._state.adding, row._state.db = False, DEFAULT_DB_ALIAS


def save(row: Model, *names: str) -> None:
    """Write these columns of a row that exists, all of them if none is named."""
    connection = connections[DEFAULT_DB_ALIAS]
    columns = _columns(type(row), names)
    saving = _saving(type(row), names, connection.vendor)
    saving.change(connection, [*_stored(row, columns, connection, new=False), row.pk])


# --- building, once -----------------------------------------------------------------------------------------------


def _shape(values: Sequence[object], connection: BaseDatabaseWrapper) -> object:
    return connection.vendor, *[len(value) if isinstance(value, _LISTS) else -1 for value in values]


def _opened(values: Sequence[object]) -> list[Any]:
    return [
        [_Open(_Slot(number, element)) for element in range(len(value))]
        if isinstance(value, _LISTS)
        else _Open(_Slot(number))
        for number, value in enumerate(values)
    ]


def _read(queryset: QuerySet[Any, Any]) -> _Query:
    compiler = queryset.query.get_compiler(DEFAULT_DB_ALIAS)
    statement, slots = _compiled(compiler)
    return _Query(statement, slots, reading.reader(queryset, compiler) if statement else list)


def _write(queryset: QuerySet[Any], values: dict[str, object], returning: Sequence[str] = ()) -> _Query:
    query: Any = queryset.query.chain(UpdateQuery)
    query.add_update_values({name: _column(queryset.model, name, value) for name, value in values.items()})
    compiler = query.get_compiler(DEFAULT_DB_ALIAS)
    compiler.returning_fields = [queryset.model._meta.get_field(name) for name in returning]
    columns = [field.get_col(queryset.model._meta.db_table) for field in compiler.returning_fields]
    return _Query(*_compiled(compiler), reading.columns(columns, compiler))


def _compiled(compiler: Any) -> tuple[direct.Statement | None, tuple[Any, ...]]:
    try:
        sql, parameters = compiler.as_sql()
    except EmptyResultSet:
        return None, ()
    if any(isinstance(parameter, str) and _Open.__name__ in parameter for parameter in parameters):
        # As `card_id__in` does with what stands in for a value; `card__id__in` leaves it alone.
        raise TypeError("a lookup made text of a value that is not known yet, and would find nothing")
    spelled = [_spelled(parameter) for parameter in parameters]
    places = iter(spelled)
    sql = _PLACES.sub(lambda place: place[0] if place[0] == "%%" else next(places), sql)
    left = [parameter for parameter, there in zip(parameters, spelled, strict=True) if there == "%s"]
    return direct.Statement(sql), tuple(left)


def _spelled(parameter: object) -> str:
    """Return a constant that is a plain word or a number as SQL, and for all else its place.

    Engines that plan a query once, for all values, use a partial index only where the query itself says the condition.
    """
    if isinstance(parameter, str) and _PLAIN_WORD.fullmatch(parameter):
        return f"'{parameter}'"
    return str(parameter) if type(parameter) is int else "%s"


@cache
def _insertion(model: type[Model], rows: int, _engine: str) -> direct.Statement:
    columns = [_quoted(field.column) for field in model._meta.local_concrete_fields]
    places = ", ".join([f"({', '.join(['%s'] * len(columns))})"] * rows)
    table = _quoted(model._meta.db_table)
    return direct.Statement(f"INSERT INTO {table} ({', '.join(columns)}) VALUES {places}")  # noqa: S608 - names


@cache
def _saving(model: type[Model], names: tuple[str, ...], _engine: str) -> direct.Statement:
    columns = ", ".join(f"{_quoted(field.column)} = %s" for field in _columns(model, names))
    key = _quoted(model._meta.pk.column)
    return direct.Statement(f"UPDATE {_quoted(model._meta.db_table)} SET {columns} WHERE {key} = %s")  # noqa: S608


@cache
def _columns(model: type[Model], names: tuple[str, ...]) -> list[Any]:
    every = [field for field in model._meta.local_concrete_fields if not field.primary_key]
    return [field for field in every if not names or field.name in names]


def _column(model: type[Model], name: str, value: object) -> object:
    if not isinstance(value, _Open):
        return value
    return _Open(value.value._replace(column=model._meta.get_field(name)))


# --- running ------------------------------------------------------------------------------------------------------


def _parameters(query: _Query, values: Sequence[object], connection: BaseDatabaseWrapper) -> tuple[object, ...]:
    return tuple([_value(slot, values, connection) if type(slot) is _Slot else slot for slot in query.slots])


def _value(slot: _Slot, values: Sequence[Any], connection: BaseDatabaseWrapper) -> object:
    value = values[slot.argument] if slot.element is None else values[slot.argument][slot.element]
    if slot.column is not None:
        return _column_value(slot.column, value, connection)
    if type(value) is str:
        return value
    if value is None:
        raise ValueError("a prepared query compares with values only, not with NULL")
    return connection.ops.adapt_datetimefield_value(value) if isinstance(value, datetime) else value


def _stored(row: Model, fields: Sequence[Any], connection: BaseDatabaseWrapper, *, new: bool) -> list[object]:
    return [_column_value(field, field.pre_save(row, new), connection) for field in fields]


def _column_value(field: Field[Any, Any], value: Any, connection: BaseDatabaseWrapper) -> object:
    # What a driver takes as it is needs no field to say so.
    if type(value) in _TAKEN_AS_THEY_ARE and not isinstance(field, JSONField):
        return value
    return field.get_db_prep_save(value, connection)


def _quoted(name: str | None) -> str:
    # Both engines quote alike, so what is built for one holds for the other.
    return connections[DEFAULT_DB_ALIAS].ops.quote_name(name or "")
