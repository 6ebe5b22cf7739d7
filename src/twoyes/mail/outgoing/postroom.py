"""The post room: a relay whose world is a directory, for those who have not connected a real one yet.

It keeps the same contract as SMTP, so that trying the product and running it are one code path. Naming the
finished file is the final dot: from then on the letter exists for whoever reads the post room.
"""

import contextlib
import fcntl
import os
import re
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal

from twoyes.lib import disk, faults
from twoyes.mail.outgoing.transport import (
    ALLOWANCE,
    Abort,
    Envelope,
    Verdict,
    aborted,
    cross,
    readable,
    too_late,
)

_NAME = re.compile(r"(\d{6,})-([0-9A-Za-z_-]+)\.eml")
_HEADERS = ("X-Twoyes-Letter", "X-Twoyes-Introduction", "X-Twoyes-Envelope-To", "X-Twoyes-Envelope-From")
_NO_KIND = "letter"
_HALF_WRITTEN = ".half-"
_LOCK_POLL = 0.01


class PostroomTransport:
    """Writes each envelope to `data_dir/postroom/NNNNNN-KIND.eml` (0600 in a directory of 0700)."""

    def __init__(self, data_dir: Path, *, allowance: float = ALLOWANCE) -> None:
        self.data_dir = data_dir
        self.allowance = allowance

    def send(self, envelope: Envelope, *, point_of_no_return: Callable[[], None]) -> Verdict:
        """See `Transport.send`. A disk that fails before the naming is `temporary`, after it `unknown`."""
        faults.point("after_354")
        try:
            until = cross(point_of_no_return, self.allowance)
        except Abort:
            return aborted()
        try:
            path = _put(_room(self.data_dir), envelope, until)
        except OSError as error:
            return too_late() if time.monotonic() > until else _trouble("temporary", error)
        faults.point("after_dot")
        try:
            disk.settle(path.parent)
        except OSError as error:
            return _trouble("unknown", error)
        faults.point("after_250")
        return Verdict("sent", 250, f"In the post room as {path.name}", before_dot=False)


def letters(data_dir: Path) -> list[Path]:
    """The letters in the post room, oldest first; none if there is no post room yet."""
    room = data_dir / "postroom"
    return [path for _, path in sorted(_numbered(room))] if room.is_dir() else []


def read(path: Path) -> Envelope:
    """A letter of the post room as the envelope that was sent. Raises `ValueError` if it is none of ours."""
    *head, message = path.read_bytes().split(b"\r\n", len(_HEADERS))
    fields = [line.decode("utf-8", "replace").partition(": ") for line in head]
    name = _NAME.fullmatch(path.name)
    if name is None or tuple(field[0] for field in fields) != _HEADERS:
        raise ValueError(f"{path.name} is not a letter of the post room.")
    letter, introduction, recipient, sender = (field[2] for field in fields)
    kind = "" if name[2] == _NO_KIND else name[2]
    return Envelope(sender, recipient, message, kind, letter, introduction)


def forget(data_dir: Path, concerns: Callable[[Envelope], bool]) -> int:
    """Delete the letters that concern somebody who is erased; how many there were (E18)."""
    gone = 0
    for path in letters(data_dir):
        if concerns(read(path)):
            path.unlink(missing_ok=True)
            gone += 1
    return gone


def _trouble(kind: Literal["temporary", "unknown"], error: OSError) -> Verdict:
    text = readable(f"The post room failed: {error.strerror or error}.")
    return Verdict(kind, 0, text, before_dot=kind == "temporary")


def _room(data_dir: Path) -> Path:
    room = data_dir / "postroom"
    room.mkdir(mode=0o700, parents=True, exist_ok=True)
    room.chmod(0o700)
    return room


def _put(room: Path, envelope: Envelope, until: float) -> Path:
    """Write, then name with the next free number. A link, unlike a rename, never replaces what is there."""
    with _sole_writer(room, until), _half_written(room, envelope) as half:
        number = max((taken for taken, _ in _numbered(room)), default=0) + 1
        path = room / f"{number:06d}-{envelope.kind or _NO_KIND}.eml"
        if time.monotonic() > until:
            raise TimeoutError("too late")
        os.link(half, path)
    return path


def _numbered(room: Path) -> list[tuple[int, Path]]:
    return [(int(match[1]), path) for path in room.iterdir() if (match := _NAME.fullmatch(path.name))]


@contextlib.contextmanager
def _sole_writer(room: Path, until: float) -> Iterator[None]:
    """Holds the room against other workers, in this process or another; a crash lets go of it by itself."""
    with _opened(room) as handle:
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                # A worker that was stopped while it holds the room must not hold us for ever.
                if time.monotonic() > until:
                    raise
                time.sleep(_LOCK_POLL)
        for left_behind in room.glob(f"{_HALF_WRITTEN}*"):
            left_behind.unlink()
        yield


@contextlib.contextmanager
def _half_written(room: Path, envelope: Envelope) -> Iterator[Path]:
    """The whole letter on disk under a name that nobody reads; mkstemp makes it 0600."""
    values = (envelope.letter, envelope.introduction, envelope.recipient, envelope.sender)
    head = "".join(f"{name}: {value}\r\n" for name, value in zip(_HEADERS, values, strict=True))
    handle, name = tempfile.mkstemp(prefix=_HALF_WRITTEN, dir=room)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(head.encode() + envelope.message)
            file.flush()
            os.fsync(file.fileno())
        yield Path(name)
    finally:
        with contextlib.suppress(OSError):
            Path(name).unlink()


@contextlib.contextmanager
def _opened(room: Path) -> Iterator[int]:
    handle = os.open(room, os.O_RDONLY)
    try:
        yield handle
    finally:
        os.close(handle)
