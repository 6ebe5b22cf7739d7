"""The only clock. It never goes back: what was once late stays late (B21, F17)."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connection, models, transaction
from django.utils.translation import gettext as _

from twoyes.lib.errors import Refused
from twoyes.lib.prepared import prepared

_frozen: ContextVar[datetime | None] = ContextVar("clock", default=None)
_tables_seen: set[str] = set()


class _ServerClock(models.Func):
    """PostgreSQL's time at this very moment, not at the start of the transaction."""

    function = "clock_timestamp"
    output_field = models.DateTimeField()


def now() -> datetime:
    """Return the time (aware, UTC): the server's plus the persisted offset, never before the high water.

    Writes nothing, so it may be called where a page is only shown. A store without tables has
    the system's time.
    """
    at = _frozen.get()
    if at is not None:
        return at
    measured, high_water = _measure()
    return max(measured, high_water) if high_water else measured


def held_back() -> timedelta:
    """Return how far the clock stands still because it was once set too far ahead; zero when all is well."""
    measured, high_water = _measure()
    return max(high_water - measured, timedelta()) if high_water else timedelta()


def persist(now: datetime) -> None:
    """Raise the high water to `now`; never lowers it. For `store.witness` alone, which looks at the old one first."""
    from twoyes.lib.models import Installation

    Installation.the()
    Installation.objects.filter(id=1, high_water__lt=now).update(high_water=now)


def set_offset_to(at: datetime) -> None:
    """Move the clock of all processes forward to `at`, from where it goes on by itself. Post room only.

    Raises Refused: `clock_is_real` with real mail, `earlier_than_now` when `at` lies in the past.
    """
    from twoyes.lib.models import Installation

    if not settings.POST_ROOM:
        raise Refused("clock_is_real", _("With real mail the clock cannot be moved."))
    if at < now():
        raise Refused("earlier_than_now", _("The clock only goes forward: that time is already past."))
    with transaction.atomic():
        row = Installation.the()
        measured, _high_water = _measure()
        ahead = (at - measured).total_seconds() + row.clock_offset_seconds
        Installation.objects.filter(id=1).update(clock_offset_seconds=ahead)


def begin_at(at: datetime) -> None:
    """Let the clock of a store in which nothing has happened yet begin at `at`, which may be past: for the story.

    Raises Refused: `clock_is_real` with real mail, `earlier_than_now` where something has happened already.
    """
    from twoyes.lib.models import EPOCH, Installation

    if not settings.POST_ROOM:
        raise Refused("clock_is_real", _("With real mail the clock cannot be moved."))
    Installation.the()
    ahead = (at - datetime.now(UTC)).total_seconds()
    untouched = Installation.objects.filter(id=1, high_water=EPOCH, clock_offset_seconds=0)
    if untouched.update(clock_offset_seconds=ahead) != 1:
        raise Refused("earlier_than_now", _("The clock only goes forward: that time is already past."))


@contextmanager
def frozen(at: datetime) -> Iterator[None]:
    """Let the time be `at` inside the block, whatever else says; raises ValueError where it has no zone."""
    if at.tzinfo is None:
        raise ValueError("a time needs its zone")
    reset = _frozen.set(at.astimezone(UTC))
    try:
        yield
    finally:
        _frozen.reset(reset)


def _measure() -> tuple[datetime, datetime | None]:
    """Return the server's time with the offset, and the high water where there is one, in one query."""
    system = datetime.now(UTC)
    if not _has_table():
        return system, None
    found = _marks(1)
    if not found:
        return system, None
    offset, high_water, *server = found[0]
    return (server[0] if server else system) + timedelta(seconds=offset), high_water


@prepared
def _marks(pk: int) -> models.QuerySet[Any, tuple[Any, ...]]:
    """The offset, the high water, and on PostgreSQL the server's time: SQLite has none but ours."""
    from twoyes.lib.models import Installation

    server = [_ServerClock()] if connection.vendor == "postgresql" else []
    return Installation.objects.filter(pk=pk).values_list("clock_offset_seconds", "high_water", *server)


def _has_table() -> bool:
    # Asked only until it is there: on PostgreSQL a query that fails would break the caller's transaction.
    if not apps.ready:
        return False
    name = str(connection.settings_dict["NAME"])
    if name in _tables_seen:
        return True
    if "lib_installation" in connection.introspection.table_names():
        _tables_seen.add(name)
    return name in _tables_seen
