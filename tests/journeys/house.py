"""A Twoyes of its own: `serve` and a worker as real processes, a clock to move, and the command line."""

from __future__ import annotations

import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tests.journeys.postroom import PostRoom

# The first start makes the store and the keys; a machine under load takes its time.
STARTING = 60.0
STOPPING = 15.0
CORA, CORA_NAME, HANDLE = "cora@connects.example", "Cora Lund", "cora"
_BOOK = 60


class House:
    """One installation in its own directories. `patience` is how long somebody waits for a letter, in seconds."""

    def __init__(self, place: Path, *, patience: float = 20.0) -> None:
        self.place, self.data = place, place / "var"
        self.port = _free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.post_room = PostRoom(self.data, patience=patience)
        self.env = _environment(place, self.url)
        self.processes: dict[str, subprocess.Popen[bytes]] = {}

    # ------------------------------------------------------------------ processes

    def open(self, *arguments: str, worker: bool = True) -> None:
        """Start `serve` with `arguments`, and beside it a worker that can die alone; wait until pages come."""
        self.start("serve", "--host", "127.0.0.1", "--port", str(self.port), *arguments)
        if worker:
            self.start("worker")
        self._wait_until_ready()

    def start(self, command: str, *arguments: str) -> None:
        """Start one of the long-lived commands; what it says goes to a file beside the data."""
        with (self.place / f"{command}.log").open("ab") as log:
            self.processes[command] = subprocess.Popen(
                [*_TWOYES, command, *arguments],
                env=self.env,
                cwd=self.place,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def kill(self, command: str) -> None:
        """Let a process die without a word."""
        process = self.processes.pop(command)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def stop(self, command: str) -> int:
        """Ask a process to end, and return its exit status. One that does not end is killed."""
        process = self.processes.pop(command)
        process.terminate()
        try:
            return process.wait(STOPPING)
        except subprocess.TimeoutExpired:
            return -1
        finally:
            # Whatever it left behind is of its own session, and so is ours to end.
            _end_session(process.pid)

    def close(self) -> None:
        """Stop what runs, the worker first."""
        for command in reversed(list(self.processes)):
            self.stop(command)

    def answers(self) -> bool:
        """Say whether somebody answers at the door."""
        return _answers(f"{self.url}/readyz")

    def said(self, command: str) -> str:
        """Return what a process wrote so far."""
        log = self.place / f"{command}.log"
        return log.read_text() if log.exists() else ""

    def _wait_until_ready(self) -> None:
        until = time.monotonic() + STARTING
        while not self.answers():
            if (status := self.processes["serve"].poll()) is not None or time.monotonic() > until:
                raise AssertionError(f"serve is not ready (exit {status}).\n{self.said('serve')}")
            time.sleep(0.1)

    # ------------------------------------------------------------------ the command line

    def run(self, *arguments: str) -> str:
        """Run a command to its end and return what it printed; a refusal fails the test with its sentence."""
        done = subprocess.run(
            [*_TWOYES, *arguments],
            env=self.env,
            cwd=self.place,
            capture_output=True,
            text=True,
            timeout=STARTING,
            check=False,
        )
        assert done.returncode == 0, f"twoyes {' '.join(arguments)}: {done.stdout}{done.stderr}"
        return done.stdout

    def read(self, *arguments: str) -> Any:
        """Run a reading command and return its JSON."""
        return json.loads(self.run(*arguments, "--json"))

    # ------------------------------------------------------------------ the clock

    def now(self) -> datetime:
        """The house's own time, which goes on by itself and may be moved by a page of the post room as well."""
        place = f"file:{self.data / 'twoyes.sqlite3'}?mode=ro"
        with closing(sqlite3.connect(place, uri=True, timeout=20)) as store:
            ahead = store.execute("SELECT clock_offset_seconds FROM lib_installation").fetchone()
        return datetime.now(UTC) + timedelta(seconds=ahead[0] if ahead else 0)

    def tick_to(self, instant: datetime) -> dict[str, Any]:
        """Walk the clock to `instant`; return what fired and which letters left on the way."""
        report: dict[str, Any] = self.read("tick", "--now", f"{instant:%Y-%m-%dT%H:%M:%SZ}")
        return report

    def tick(self, **span: float) -> dict[str, Any]:
        """Walk the clock on by a span, such as `days=10`."""
        return self.tick_to(self.now() + timedelta(**span, seconds=1))

    def next_day(self) -> dict[str, Any]:
        """Walk the clock to the first second of the next day: what is counted by the day is counted anew."""
        tomorrow = (self.now() + timedelta(days=1)).replace(hour=0, minute=0, second=1)
        return self.tick_to(tomorrow)

    # ------------------------------------------------------------------ people

    def furnish(self) -> None:
        """Let Cora move in with her address book: sixty people called Tom, none of whom was ever asked."""
        self.run("connector", "add", CORA, "--name", CORA_NAME, "--handle", HANDLE)
        book = self.place / "Connections.csv"
        head = "First Name,Last Name,URL,Email Address,Company,Position,Connected On"
        rows = [f"Tom,{SURNAMES[n]},,{tom_address(n)},Blade Works {n},Engineer,03 Mar 2019" for n in range(_BOOK)]
        book.write_text("\n".join([head, *rows]) + "\n")
        added = json.loads(self.run("import", "contacts", str(book), "--owner", HANDLE, "--json"))["added"]
        assert added == _BOOK


SURNAMES = [f"{first}{last}" for first in ("Ad", "Berg", "Dal", "Elm", "Fels", "Gron") for last in
            ("berg", "dahl", "feld", "gaard", "holm", "lund", "mann", "rud", "stad", "wald")]  # fmt: skip
_TWOYES = [sys.executable, "-m", "twoyes.cli"]
_OURS = ("TWOYES_", "DATABASE_URL", "EMAIL_URL", "INBOX_URL", "XDG_", "DJANGO_", "PYTEST_", "COVERAGE_")


def tom_address(number: int) -> str:
    """The address of one of the people called Tom."""
    return f"tom{number:02d}@{SURNAMES[number].lower()}.example"


def _environment(place: Path, url: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_OURS)}
    own = {
        "TWOYES_DATA": place / "var",
        "TWOYES_URL": url,
        # The calendars and mailboxes of these people stand on this machine.
        "TWOYES_LOCAL_SERVERS": "127.0.0.0/8, ::1/128",
        "XDG_CONFIG_HOME": place / "config",
        "XDG_STATE_HOME": place / "state",
        "HOME": place,
    }
    return kept | {name: str(value) for name, value in own.items()}


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as response:
            return bool(response.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def _end_session(pid: int) -> None:
    try:
        os.killpg(pid, signal.SIGKILL)
    except ProcessLookupError:
        return
