"""What was understood, as it crosses from the process that reads: plain JSON, so that nothing in it can act here."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, fields, is_dataclass
from datetime import date, datetime
from types import UnionType
from typing import Any, Literal, Union, cast, get_args, get_origin, get_type_hints

from twoyes.mail.incoming.understanding import Understood


def pack(understood: Understood) -> bytes:
    """Return it as JSON; a text that is no Unicode keeps its stray halves out of it."""
    text = json.dumps(asdict(understood), default=_dated, ensure_ascii=False)
    return text.encode("utf-8", "replace")


def unpack(data: bytes) -> Understood:
    """Return what `pack` was given. Raises ValueError for what no `Understood` looks like."""
    try:
        found = _of(Understood, json.loads(data))
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError("this is not what was understood") from error
    assert isinstance(found, Understood)
    return found


def _dated(value: date) -> str:
    # The method of `date` itself would leave the time of a datetime out.
    return value.isoformat()


def _of(kind: Any, value: Any) -> Any:
    """Read a value of a type that `Understood` uses: plain ones, dates, tuples, Literal, Optional, its own parts."""
    origin = get_origin(kind)
    if origin in (Union, UnionType):
        rest = [one for one in get_args(kind) if one is not type(None)]
        return None if value is None else _of(rest[0], value)
    if origin is tuple:
        return tuple(_of(get_args(kind)[0], one) for one in value)
    if origin is Literal:
        return _checked(value, value in get_args(kind))
    if is_dataclass(kind):
        known, make = get_type_hints(kind), cast("Callable[..., object]", kind)
        return make(**{one.name: _of(known[one.name], value[one.name]) for one in fields(kind)})
    if kind in (datetime, date):
        return kind.fromisoformat(value)
    return _checked(value, type(value) is kind)


def _checked(value: Any, fits: bool) -> Any:
    if not fits:
        raise TypeError("a value of another kind")
    return value
