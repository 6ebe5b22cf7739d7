"""The store as a whole: durability, first start, and the generation that no backup carries (B10, F1)."""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError, IntegrityError, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import UniqueConstraint
from django.utils.translation import gettext as _

from twoyes.lib import clock, direct, env, keys, sealing
from twoyes.lib.errors import Refused
from twoyes.lib.models import Installation

# FULL and EXTRA of SQLite; with PostgreSQL's `off` and `local` a commit may return before it is safe.
_DURABLE = (2, 3, "on", "remote_write", "remote_apply")
_PREPARE_LOCK = 0x7477_6F79
_KEY_CHECK = "these keys sealed this store"


@dataclass(frozen=True)
class Seen:
    """What the generation file remembers of one store."""

    generation: int
    high_water: datetime


def is_sqlite() -> bool:
    """Say whether the store is SQLite: one writer at a time, and no clock of its own."""
    return connection.vendor == "sqlite"


def durable() -> None:
    """Read back, on this thread's very connection, that a commit is on the disk when it returns (B10).

    Raises Refused `not_durable` when that was tuned away: a power cut could take back a point of no return.
    """
    question = "PRAGMA synchronous" if is_sqlite() else "SHOW synchronous_commit"
    answer = direct.Statement(question).rows(connection, ())[0][0]
    if answer not in _DURABLE:
        sentence = _("Nothing is sent: %(what)s is %(value)s, so a power cut could undo what was promised. ")
        mend = _("Set it to FULL (SQLite) or on (PostgreSQL).")
        raise Refused("not_durable", sentence % {"what": question, "value": answer} + mend)


def constraint_name(error: IntegrityError) -> str | None:
    """Return the name of the constraint that was met, the same on both engines, or None where it has none."""
    diagnostics = getattr(error.__cause__, "diag", None)
    if diagnostics is not None:
        return diagnostics.constraint_name or None
    kind, _colon, detail = str(error).partition(" constraint failed: ")
    if not detail:
        # A trigger's RAISE(ABORT, 'name') gives its name and nothing else.
        return kind if kind.isidentifier() else None
    if kind != "UNIQUE":
        return detail
    if detail.startswith("index "):
        return detail.removeprefix("index ").strip("'")
    return _unique_on({column.strip() for column in detail.split(",")})


def prepare() -> None:
    """Make a missing store, bring an old one up to date, give it a generation; safe to run again and at once.

    A new SQLite file is its owner's alone. Raises Refused `no_store` when it cannot be used, `other_keys` when the
    keys are not those that this store was sealed with.
    """
    env.data_dir()
    _make_private()
    with _or_a_sentence(), _alone():
        if _has_migrations_to_run():
            call_command("migrate", interactive=False, verbosity=0)
        call_command("createcachetable", verbosity=0)
        row = Installation.the()
        _check_keys(row)
        if row.generation == 0:
            bump_generation()
        elif (row.relay_kind == "postroom") != settings.POST_ROOM and check_generation():
            # Asks that were meant for the post room must not reach real people, nor the other way round.
            bump_generation()


@contextmanager
def _or_a_sentence() -> Iterator[None]:
    """Make a sentence of what the store itself says when it cannot be used; the password of its URL is never in it."""
    try:
        yield
    except DatabaseError as error:
        said, *_more = str(error).splitlines() or [type(error).__name__]
        if password := str(connection.settings_dict["PASSWORD"] or ""):
            said = said.replace(password, "…")
        if is_sqlite():
            sentence = _("The store %(path)s cannot be used (%(error)s). It must be whole, and yours to write to.")
            raise Refused("no_store", sentence % {"path": _name(), "error": said}) from error
        sentence = _("PostgreSQL does not let us in (%(error)s). See that it runs, and that DATABASE_URL is right.")
        raise Refused("no_store", sentence % {"error": said}) from error


def _make_private() -> None:
    """Make a missing SQLite file, its owner's alone as all that lies beside it will be: SQLite gives them its mode."""
    if not is_sqlite() or _name() == ":memory:" or Path(_name()).exists():
        return
    # Where it cannot be made SQLite says why.
    with suppress(OSError):
        Path(_name()).touch(mode=0o600)


def _name() -> str:
    return str(connection.settings_dict["NAME"])


def generation_file() -> Path:
    """Return the file beside no backup: TWOYES_GENERATION_FILE, or one under XDG_STATE_HOME."""
    named = os.environ.get("TWOYES_GENERATION_FILE", "").strip()
    if named:
        return Path(named).expanduser()
    return env.user_dir("XDG_STATE_HOME", ".local/state") / "generation"


def read_generation() -> int | None:
    """Return this store's generation as the file knows it, or None where the file does not know it."""
    seen = _known().get(Installation.the().ident)
    return seen.generation if seen else None


def check_generation(row: Installation | None = None) -> bool:
    """Say whether store and file agree. If not, the store was restored or copied: nothing may leave (F1, F3).

    The store must also be as late as the file has seen it, which shows a plain copy put back; with real
    mail the public address must be the one the generation was given to.
    """
    if row is not None and _agree(row, _known()):
        return True
    # A row that was read before the file may be older than a witness that others bore meanwhile; one read after is not.
    known = _known()
    return _agree(Installation.the(), known)


def witness(at: datetime) -> None:
    """Raise the clock's mark to `at`, in the store and then in the file: for the worker, before it claims letters.

    Refuses with `restored` where `check_generation` says no. That is asked first: a copy that was put back is known by
    its old mark alone, and one that had raised it would pass for the store that sent what it does not know of.
    """
    with _file_alone():
        if not check_generation():
            raise Refused("restored", _("This data is older than what was sent from it. All asks are held."))
        clock.persist(at)
        row = Installation.the()
        _write({**_known(), row.ident: Seen(row.generation, row.high_water)})


def bump_generation() -> int:
    """Begin a new generation: what was due in the old one is held until a person releases it. Returns it.

    The file is written first: a crash between the two leaves them unequal, which holds everything.
    """
    with _file_alone():
        row = Installation.the()
        known = _known()
        last = known[row.ident].generation if row.ident in known else 0
        number = max(row.generation, last) + 1
        _write({**known, row.ident: Seen(number, row.high_water)})
        Installation.objects.filter(id=1).update(
            generation=number, relay_kind=settings.RELAY_KIND, url=settings.TWOYES_URL
        )
    return number


def _agree(row: Installation, known: dict[str, Seen]) -> bool:
    seen = known.get(row.ident)
    if seen is None or row.generation != seen.generation or row.high_water < seen.high_water:
        return False
    return row.generation > 0 and (settings.POST_ROOM or row.url == settings.TWOYES_URL)


def _known() -> dict[str, Seen]:
    try:
        found = json.loads(generation_file().read_text("utf-8"))
        return {ident: Seen(int(one[0]), datetime.fromisoformat(one[1])) for ident, one in found.items()}
    except (FileNotFoundError, ValueError, TypeError, AttributeError, IndexError, KeyError):
        # A file that cannot be understood knows no store, which holds everything until a person releases it.
        return {}


def _write(known: dict[str, Seen]) -> None:
    path = generation_file()
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    with draft.open("w", encoding="utf-8") as stream:
        json.dump({ident: [one.generation, one.high_water.isoformat()] for ident, one in known.items()}, stream)
        stream.flush()
        os.fsync(stream.fileno())
    draft.replace(path)


@contextmanager
def _file_alone() -> Iterator[None]:
    """Hold off every other process that writes the generation file, of this data directory or another."""
    path = generation_file()
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with path.with_name(f"{path.name}.lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _check_keys(row: Installation) -> None:
    known = row.key_check
    if known and not keys.exist():
        sentence = _("The keys of this data are missing. Put {} back from its backup, or set TWOYES_KEYS_FILE.")
        raise Refused("other_keys", sentence.format(keys.default_file()))
    check = sealing.index("installation", _KEY_CHECK)
    if known and known != check:
        raise Refused("other_keys", _("These are not the keys of this data. Put the right ones back from a backup."))
    if not known:
        Installation.objects.filter(id=1).update(key_check=check)


def _has_migrations_to_run() -> bool:
    # To plan takes a tenth of a second; that every migration of this version has run is seen at a glance.
    if _every_migration() <= MigrationRecorder(connection).applied_migrations().keys():
        return False
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


@cache
def _every_migration() -> frozenset[tuple[str, str]]:
    return frozenset(MigrationLoader(None).disk_migrations)


def _unique_on(columns: set[str]) -> str | None:
    for model in apps.get_models():
        table = model._meta.db_table
        names = {field.name: f"{table}.{field.column}" for field in model._meta.concrete_fields}
        for constraint in model._meta.constraints:
            if isinstance(constraint, UniqueConstraint) and columns == {names[f] for f in constraint.fields}:
                return constraint.name
    return None


@contextmanager
def _alone() -> Iterator[None]:
    """Hold off every other process of this data directory and, on PostgreSQL, of this database."""
    with (env.data_dir() / ".prepare").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        if is_sqlite():
            yield
            return
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [_PREPARE_LOCK])
            try:
                yield
            finally:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [_PREPARE_LOCK])
