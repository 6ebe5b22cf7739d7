"""Files that are there whole or not at all: written beside their place, and put there by one rename."""

from __future__ import annotations

import io
import os
import shutil
import tempfile
import zipfile
from collections.abc import Buffer, Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.utils.translation import gettext as _

from twoyes.lib import disk
from twoyes.lib.errors import Refused

# Everybody's addresses stand in it in the open: for nobody but whoever made it.
_FILE = 0o600
# What is handed on at a time, in bytes.
_PIECE = 64 * 1024


def packed(to: Path, files: Iterable[tuple[str, Iterable[str]]]) -> list[str]:
    """Write these files into a folder, or an archive where `to` ends in `.zip`; return their names.

    Raises Refused: exists where something is there already, not_a_folder for what is named like another file,
    not_written where the disk or a right says no.
    """
    zipped = to.suffix.lower() == ".zip"
    if to.suffix[1:].isalpha() and not zipped:
        sentence = _("%(path)s is named like a file. Name a new folder, or a new file.zip. Nothing was written.")
        raise Refused("not_a_folder", sentence % {"path": to})
    return _placed(to, files, lambda folder, names: _zipped(folder, names) if zipped else folder)


def written(to: Path, text: str) -> list[str]:
    """Write one file; return its name. Raises Refused exists and not_written as `packed` does."""
    return _placed(to, [(to.name, [text])], lambda folder, names: folder / names[0])


def _placed(
    to: Path, files: Iterable[tuple[str, Iterable[str]]], whole: Callable[[Path, list[str]], Path]
) -> list[str]:
    """Write files beside a place, and rename what `whole` makes of them to it; return their names."""
    if os.path.lexists(to):
        raise Refused("exists", _("%(path)s is there already. Nothing was written.") % {"path": to})
    try:
        with _beside(to) as folder:
            names = [_write(folder / name, text) for name, text in files]
            made = whole(folder, names)
            disk.settle(made)
            made.rename(to)
            disk.settle(to.parent)
    except OSError as error:
        why = {"path": to, "error": error.strerror or error}
        raise Refused("not_written", _("%(path)s cannot be written: %(error)s.") % why) from error
    return names


def streamed(files: Iterable[tuple[str, Iterable[str]]]) -> Iterator[bytes]:
    """Yield an archive of these files as it is packed: it is never whole anywhere here, and no file holds it."""
    sink = _Sink()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as packing:
        for name, text in files:
            with packing.open(name, "w", force_zip64=True) as file:
                for part in text:
                    file.write(part.encode())
                    if sink.length > _PIECE:
                        yield sink.taken()
    yield sink.taken()


class _Sink(io.RawIOBase):
    """What an archive is written to: it has no place to go back to, and hands on what there is."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []
        self.length = 0

    def writable(self) -> bool:
        return True

    def write(self, data: Buffer) -> int:
        piece = bytes(data)
        self._pieces.append(piece)
        self.length += len(piece)
        return len(piece)

    def taken(self) -> bytes:
        """Return what was written since the last time."""
        whole = b"".join(self._pieces)
        self._pieces, self.length = [], 0
        return whole


@contextmanager
def _beside(to: Path) -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix=f".{to.name}.", dir=to.parent))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _write(path: Path, text: Iterable[str]) -> str:
    with os.fdopen(
        os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _FILE), "w", encoding="utf-8", newline=""
    ) as file:
        for part in text:
            file.write(part)
        file.flush()
        os.fsync(file.fileno())
    return path.name


def _zipped(folder: Path, names: list[str]) -> Path:
    archive = folder / "whole.zip"
    archive.touch(_FILE)
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packing:
        for name in names:
            packing.write(folder / name, name)
    return archive
