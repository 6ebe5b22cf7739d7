"""An uploaded archive: sealed piece by piece as it comes in, opened piece by piece as it is read, deleted at the end.

It is larger than a row of the store should be, so it is a file under TWOYES_DATA; nothing in it is ever in the clear.
"""

from __future__ import annotations

import io
import os
import shutil
import time
from collections.abc import Iterable
from pathlib import Path

from django.utils.translation import gettext as _

from twoyes.lib import env, sealing
from twoyes.lib.errors import Refused
from twoyes.lib.ids import new_id

MOST_BYTES = 8 * 1024**3
_PIECE = 1024 * 1024
# What an upload must leave free: the store has to go on writing (F6).
_FREE = 1.5
# An upload takes hours at most; then whoever sent it is gone.
_ABANDONED = 24 * 3600.0


def check_room(size: int) -> None:
    """Refuse an upload of so many bytes before it is read: `too_big`, `no_room`."""
    if size > MOST_BYTES:
        sentence = _("The file is larger than %d GB. Import it with the command “twoyes import history”.")
        raise Refused("too_big", sentence % (MOST_BYTES // 1024**3))
    if shutil.disk_usage(env.data_dir()).free < _FREE * size:
        raise Refused("no_room", _("There is not enough room on this machine's disk for the file."))


def path_of(job_id: str) -> Path:
    """Return where the upload of a job lies."""
    folder = env.data_dir() / "uploads"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder / job_id


class Upload:
    """An upload on its way in, under the id of the job that it will be. Whoever does not start that drops it."""

    def __init__(self) -> None:
        self.job_id = new_id()
        self.size = 0
        self.rest, self.number = bytearray(), 0
        handle = os.open(path_of(self.job_id), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        self.out = os.fdopen(handle, "wb")

    def take(self, data: bytes) -> None:
        """Keep the next bytes, sealed. Raises Refused `too_big`, `no_room`; then nothing is kept of any."""
        self.size += len(data)
        self.rest += data
        try:
            if self.size > MOST_BYTES:
                check_room(self.size)
            while len(self.rest) >= _PIECE:
                self._seal(bytes(self.rest[:_PIECE]))
                del self.rest[:_PIECE]
        except OSError as error:
            self.drop()
            raise Refused("no_room", _("There is not enough room on this machine's disk for the file.")) from error
        except Refused:
            self.drop()
            raise

    def close(self) -> None:
        """Keep what is left: this was all."""
        if self.rest:
            self._seal(bytes(self.rest))
        self.out.close()

    def drop(self) -> None:
        """Delete it."""
        self.rest.clear()
        self.out.close()
        drop(self.job_id)

    def _seal(self, piece: bytes) -> None:
        self.out.write(sealing.seal_bytes(piece, _place(self.job_id, self.number)))
        self.number += 1


def drop(job_id: str) -> None:
    """Delete an upload."""
    path_of(job_id).unlink(missing_ok=True)


def sweep(wanted: Iterable[str]) -> None:
    """Delete the uploads that no job wants any more."""
    kept = set(wanted)
    for path in path_of("x").parent.iterdir():
        if path.name not in kept and path.stat().st_mtime < time.time() - _ABANDONED:
            path.unlink(missing_ok=True)


class Sealed(io.RawIOBase):
    """An upload as the file that it was: it can be read from any place. Never laid down in the clear."""

    def __init__(self, job_id: str) -> None:
        self.job_id = job_id
        self.file = path_of(job_id).open("rb")
        # All pieces but the last are of one length, as they were sealed with one key.
        first = sealing.overhead(self.file.read(64))
        self.stride = _PIECE + first
        whole = os.fstat(self.file.fileno()).st_size
        pieces = -(-whole // self.stride)
        self.size = whole - pieces * first
        self.place, self.number, self.piece = 0, -1, b""

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self.place

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Go to a place, as a file does."""
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self.place, os.SEEK_END: self.size}[whence]
        self.place = max(base + offset, 0)
        return self.place

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        """Fill a buffer with what stands here, as far as one piece goes."""
        if self.place >= self.size:
            return 0
        number, at = divmod(self.place, _PIECE)
        if number != self.number:
            self.file.seek(number * self.stride)
            self.piece = sealing.unseal_bytes(self.file.read(self.stride), _place(self.job_id, number))
            self.number = number
        given = self.piece[at : at + len(buffer)]
        buffer[: len(given)] = given
        self.place += len(given)
        return len(given)

    def close(self) -> None:
        """Let go of the file."""
        if not self.closed:
            self.file.close()
        super().close()


def _place(job_id: str, number: int) -> str:
    return f"upload.{number}.{job_id}"
