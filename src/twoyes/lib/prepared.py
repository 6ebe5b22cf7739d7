"""Queries that are built once: on the way of a letter Django spent four fifths of the time on building SQL.

A decorated function returns a queryset as usual. It is called once, with placeholders for its arguments; after
that its SQL is kept, and a call binds the arguments and reads the rows. Nothing else differs: the same SQL, the
same connection, the same rows.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import cache, wraps
from typing import Any, NamedTuple

from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Field, Model, QuerySet, Value
from django.db.models.sql import UpdateQuery


class _Slot(NamedTuple):
    """Where a parameter comes from: which argument, which element of it, and the column that it is written to."""

    argument: int
    element: int | None = None
    column: Field[Any, Any] | None = None


class _Open(Value):
    """An argument that is not known yet: it compiles to a placeholder, and its slot stands among the parameters."""

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        return "%s", [self.value]


class _Statement(NamedTuple):
    sql: str
    slots: tuple[Any, ...]
    queryset: Any = None
    compiler: Any = None
    iterable: Any = None
    converters: Any = None


def prepared[**P, M: Model, R](build: Callable[P, QuerySet[M, R]]) -> Callable[P, list[R]]:
    """Make a function that returns a queryset into one that returns its rows, by SQL that is built once.

    Arguments are positional, and stand for values in the queryset's conditions only: its shape may depend on none
    of them. A list or tuple is for `__in`. None is refused with ValueError, for `= NULL` would find nothing.
    """
    known: dict[object, _Statement] = {}

    @wraps(build)
    def rows(*values: P.args, **_none: P.kwargs) -> list[R]:
        shape = _shape(values)
        statement = known.get(shape)
        if statement is None:
            statement = known[shape] = _read(build(*_opened(values)))  # type: ignore[call-arg]
        if not statement.sql:
            return []
        return list(statement.iterable(_Bound(statement, values)))

    return rows


def prepared_update[**P](build: Callable[P, tuple[QuerySet[Any], dict[str, object]]]) -> Callable[P, int]:
    """Make a function that returns a queryset and new values into one that updates; it returns how many rows."""
    known: dict[object, _Statement] = {}

    @wraps(build)
    def update(*values: P.args, **_none: P.kwargs) -> int:
        shape = _shape(values)
        statement = known.get(shape)
        if statement is None:
            statement = known[shape] = _write(*build(*_opened(values)))  # type: ignore[call-arg]
        return 0 if not statement.sql else _execute(statement.sql, _parameters(statement, values))

    return update


def insert(*rows: Model) -> None:
    """Write new rows, each by the one INSERT of its model."""
    for row in rows:
        fields = row._meta.local_concrete_fields
        _execute(_insertion(type(row)), _stored(row, fields, new=True))
        row._state.adding, row._state.db = False, DEFAULT_DB_ALIAS


def save(row: Model) -> None:
    """Write all columns of a row that exists."""
    _execute(_saving(type(row)), [*_stored(row, _columns(type(row)), new=False), row.pk])


# --- building, once -----------------------------------------------------------------------------------------------


def _shape(values: Sequence[object]) -> object:
    lengths = tuple(len(value) if isinstance(value, list | tuple) else -1 for value in values)
    return connections[DEFAULT_DB_ALIAS].vendor, lengths


def _opened(values: Sequence[object]) -> list[Any]:
    return [
        [_Open(_Slot(number, element)) for element in range(len(value))]
        if isinstance(value, list | tuple)
        else _Open(_Slot(number))
        for number, value in enumerate(values)
    ]


def _read(queryset: QuerySet[Any, Any]) -> _Statement:
    compiler = queryset.query.get_compiler(DEFAULT_DB_ALIAS)
    sql, slots = _compiled(compiler)
    columns = [column[0] for column in compiler.select[: compiler.col_count]] if sql else []
    converters = compiler.get_converters(columns)
    return _Statement(sql, slots, queryset, compiler, queryset._iterable_class, converters)  # noqa: SLF001


def _write(queryset: QuerySet[Any], values: dict[str, object]) -> _Statement:
    query: Any = queryset.query.chain(UpdateQuery)
    query.add_update_values({name: _column(queryset.model, name, value) for name, value in values.items()})
    return _Statement(*_compiled(query.get_compiler(DEFAULT_DB_ALIAS)))


def _compiled(compiler: Any) -> tuple[str, tuple[Any, ...]]:
    """Return the SQL and its slots; no SQL at all where nothing can be found, as in an empty list."""
    try:
        sql, slots = compiler.as_sql()
    except EmptyResultSet:
        return "", ()
    return sql, tuple(slots)


@cache
def _insertion(model: type[Model]) -> str:
    columns = [_quoted(field.column) for field in model._meta.local_concrete_fields]
    places = ", ".join(["%s"] * len(columns))
    return f"INSERT INTO {_quoted(model._meta.db_table)} ({', '.join(columns)}) VALUES ({places})"  # noqa: S608 - names


@cache
def _saving(model: type[Model]) -> str:
    columns = ", ".join(f"{_quoted(field.column)} = %s" for field in _columns(model))
    key = _quoted(model._meta.pk.column)
    return f"UPDATE {_quoted(model._meta.db_table)} SET {columns} WHERE {key} = %s"  # noqa: S608 - names


def _columns(model: type[Model]) -> list[Any]:
    return [field for field in model._meta.local_concrete_fields if not field.primary_key]


def _column(model: type[Model], name: str, value: object) -> object:
    if not isinstance(value, _Open):
        return value
    return _Open(value.value._replace(column=model._meta.get_field(name)))


# --- running ------------------------------------------------------------------------------------------------------


class _Bound:
    """A queryset as far as Django's row iterators look at it, with its parameters in place."""

    def __init__(self, statement: _Statement, values: Sequence[object]) -> None:
        self.db = DEFAULT_DB_ALIAS
        self._queryset = statement.queryset
        parameters = _parameters(statement, values)
        self._compiler = copy.copy(statement.compiler)
        # Each thread has a connection of its own, and only its own.
        self._compiler.connection = connections[DEFAULT_DB_ALIAS]
        self._compiler.as_sql = lambda *_, **__: (statement.sql, parameters)
        self._compiler.get_converters = lambda _columns: statement.converters

    @property
    def query(self) -> _BoundQuery:
        return _BoundQuery(self._queryset.query, self._compiler)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._queryset, name)


class _BoundQuery:
    def __init__(self, query: Any, compiler: Any) -> None:
        self._query, self._compiler = query, compiler

    def get_compiler(self, *_: object, **__: object) -> Any:
        return self._compiler

    def __getattr__(self, name: str) -> Any:
        return getattr(self._query, name)


def _parameters(statement: _Statement, values: Sequence[object]) -> tuple[object, ...]:
    return tuple(_value(slot, values) if isinstance(slot, _Slot) else slot for slot in statement.slots)


def _value(slot: _Slot, values: Sequence[Any]) -> object:
    value = values[slot.argument] if slot.element is None else values[slot.argument][slot.element]
    connection = connections[DEFAULT_DB_ALIAS]
    if slot.column is not None:
        return slot.column.get_db_prep_save(value, connection)
    if value is None:
        raise ValueError("a prepared query compares with values only, not with NULL")
    return connection.ops.adapt_datetimefield_value(value) if isinstance(value, datetime) else value


def _stored(row: Model, fields: Sequence[Any], *, new: bool) -> list[object]:
    connection = connections[DEFAULT_DB_ALIAS]
    return [field.get_db_prep_save(field.pre_save(row, new), connection) for field in fields]


def _execute(sql: str, parameters: Any) -> int:
    with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
        cursor.execute(sql, parameters)
        return int(cursor.rowcount)


def _quoted(name: str | None) -> str:
    # Both engines quote alike, so what is built for one holds for the other.
    return connections[DEFAULT_DB_ALIAS].ops.quote_name(name or "")
