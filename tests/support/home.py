"""One directory for everything that a run of the tests writes, shared by its worker processes."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

from tests.support import postgres

HOME = "TWOYES_TEST_HOME"
STORE = "TWOYES_TEST_STORE"
OF_THE_TESTS = {
    HOME,
    STORE,
    postgres.PLACE,
    "TWOYES_AXE",
    "TWOYES_MAIL_MB",
    "TWOYES_PACE",
    "TWOYES_REQUIRE",
    "TWOYES_SCREENSHOTS",
    "TWOYES_TALLY",
}
NAMES = ("DATABASE_URL", "EMAIL_URL", "INBOX_URL")
MEMORY = Path("/dev/shm")


def store() -> str:
    """`sqlite` or `postgres`: the engine that this run of the tests is on (environment TWOYES_TEST_STORE)."""
    name = os.environ.get(STORE) or "sqlite"
    if name not in {"sqlite", "postgres"}:
        raise ValueError(f"{STORE} is {name!r}; it can be sqlite or postgres.")
    return name


def home() -> Path:
    """The run's own directory, in memory where it can be: made by the first process, found by workers."""
    if HOME not in os.environ:
        place = MEMORY if os.access(MEMORY, os.W_OK) else None
        os.environ[HOME] = tempfile.mkdtemp(prefix="twoyes-tests-", dir=place)
        # Where pytest keeps `tmp_path`: each test writes its keys and its generation, and waits for the disk.
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", os.environ[HOME])
        postgres.reserve()
        # Not a hook of pytest: a run that fails while it starts has a home too.
        atexit.register(_move_out, os.getpid())
    return Path(os.environ[HOME])


def room() -> Path:
    """This process's part of the home: two workers never write the same file."""
    return home() / os.environ.get("PYTEST_XDIST_WORKER", "main")


def database_name() -> str:
    """The name of this process's test database: a file for SQLite, a name for PostgreSQL."""
    return str(room() / "test.sqlite3") if store() == "sqlite" else "test_twoyes"


def move_in() -> None:
    """Point every name that Twoyes reads from the environment into the home, and forget the caller's."""
    for name in list(os.environ):
        if name.removesuffix("_FILE") in NAMES or (name.startswith("TWOYES_") and name not in OF_THE_TESTS):
            del os.environ[name]
    for name, folder in (("TWOYES_DATA", "data"), ("XDG_CONFIG_HOME", "config"), ("XDG_STATE_HOME", "state")):
        path = room() / folder
        path.mkdir(parents=True, exist_ok=True, mode=0o700)
        os.environ[name] = str(path)
    # The servers of the tests stand on this machine, which an operator has to allow.
    os.environ["TWOYES_LOCAL_SERVERS"] = "127.0.0.0/8,::1"
    os.environ["TWOYES_SECRET"] = "only-the-tests-know-this-secret-and-it-guards-nothing"
    if store() == "postgres":
        os.environ["DATABASE_URL"] = postgres.url()


def _move_out(owner: int) -> None:
    """Stop the run's database server, if any, and remove the home; a fork of the first process keeps off."""
    if os.getpid() == owner:
        postgres.stop()
        shutil.rmtree(home(), ignore_errors=True)
