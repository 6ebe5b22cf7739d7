"""The house of the story, beside the one that is served: built when the post room asks for it, and thrown away.

It is a `serve` of its own, with its own store, keys and clock, in a directory that nobody keeps. No Django here: the
supervisor of `serve` looks in every half second.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

from twoyes.lib import story

# What an operator set must lead the story neither to the operator's own store, nor to real mail.
_OURS = ("TWOYES_", "_TWOYES_", "DATABASE_URL", "EMAIL_URL", "INBOX_URL", "XDG_CONFIG_HOME", "XDG_STATE_HOME")
# Nothing in it outlives it, so memory is the place, where the machine has some to spare.
_MEMORY = Path("/dev/shm")  # noqa: S108
_ROOM = 64 * 1024 * 1024
_PATIENCE = 45.0
_HOUSE, _LOG = "house", "log"


class Beside:
    """Builds the story's house when it is wanted, and takes it down when it is not, or when `serve` ends."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.process: subprocess.Popen[bytes] | None = None
        clear()
        story.place().mkdir(mode=0o700, exist_ok=True)

    def look(self) -> None:
        """Do what is asked for, without waiting for it."""
        if self.process is None:
            if story.wanted():
                self._build()
        elif not story.wanted():
            self.end()
            story.place().mkdir(mode=0o700, exist_ok=True)
        elif self.process.poll() is not None:
            self.process = None
            story.fail()

    def end(self) -> None:
        """Take the house down, and throw away all that was in it."""
        if self.process is not None:
            self.process.terminate()
            try:
                self.process.wait(_PATIENCE)
            except subprocess.TimeoutExpired:
                # What it started is of its session, and nobody else is.
                os.killpg(self.process.pid, signal.SIGKILL)
                self.process.wait()
            self.process = None
        clear()

    def _build(self) -> None:
        place, port = _make_place(), _free_port()
        # By its other name this machine keeps other cookies: nobody is logged out of their own house.
        host = "127.0.0.1" if urlsplit(self.url).hostname == "localhost" else "localhost"
        address = f"http://{host}:{port}"
        story.note_address(address)
        with (story.place() / _LOG).open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "twoyes.cli.parts", "tell", "--port", str(port), "--notes", str(story.place())],
                env=_environment(place, address, home=self.url),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )


def clear() -> None:
    """Throw away what is left of any story of this data directory."""
    with contextlib.suppress(FileNotFoundError):
        shutil.rmtree((story.place() / _HOUSE).read_text("utf-8"), ignore_errors=True)
    shutil.rmtree(story.place(), ignore_errors=True)


def _make_place() -> Path:
    roomy = _MEMORY.is_dir() and os.access(_MEMORY, os.W_OK) and shutil.disk_usage(_MEMORY).free > _ROOM
    place = Path(tempfile.mkdtemp(prefix="twoyes-story-", dir=_MEMORY if roomy else story.place()))
    (story.place() / _HOUSE).write_text(str(place), "utf-8")
    return place


def _environment(place: Path, address: str, *, home: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_OURS)}
    own = {
        "TWOYES_DATA": str(place / "data"),
        "TWOYES_URL": address,
        "EMAIL_URL": "postroom://",
        "XDG_CONFIG_HOME": str(place / "config"),
        "XDG_STATE_HOME": str(place / "state"),
        story.WITHIN: "1",
        story.HOME: home,
        # It ends with the `serve` that started it.
        "_TWOYES_SERVED": "1",
    }
    return kept | own


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
