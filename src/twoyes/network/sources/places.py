"""From paths to archives: files, folders (Maildir among them), and what gzip and zip hold, within limits (D14)."""

from __future__ import annotations

import gzip
import io
import stat
import zipfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import BinaryIO, NamedTuple

from django.utils.translation import gettext as _

from twoyes.network.sources.base import Opened

# Mail is packed three to five times as small; what is packed a hundred times as small is made to fill a disk.
MOST_RATIO = 100
MOST_ENTRIES = 1_000
MOST_UNPACKED = 100 * 1024**3
_SURE = 16 * 1024 * 1024
_SKIP = 1024 * 1024
# What mail programs keep beside the mail.
_NEVER = {".DS_Store", "Thumbs.db", "dovecot.index", "dovecot-uidlist", "maildirfolder", "subscriptions"}


class Problem(NamedTuple):
    """Something that was named and is not read: where, and why, in a sentence that says what to do."""

    where: str
    why: str


class TooMuchError(ValueError):
    """What a packed file holds is more than any mailbox."""


class Kept(NamedTuple):
    """A file, wherever it lies: what it is called, how to open it, and how many bytes it has."""

    name: str
    open: Callable[[], BinaryIO]
    size: int


def archives(path: Path) -> Iterator[Opened | Problem]:
    """Yield everything that a path leads to, in an order that is the same each time. Links are not followed."""
    if path.is_dir():
        for one in _below(path):
            yield from inside(_kept(one, f"{path.name}/{one.relative_to(path).as_posix()}"))
    else:
        yield from inside(_kept(path, path.name))


def _kept(path: Path, name: str) -> Kept:
    return Kept(name, lambda: path.open("rb"), path.stat().st_size)


def _below(folder: Path) -> Iterator[Path]:
    for one in sorted(folder.iterdir()):
        if one.is_symlink() or one.name in _NEVER or one.name.startswith("dovecot."):
            continue
        if one.is_dir():
            # The folders of a Maildir begin with a dot; what is half delivered lies in `tmp`.
            if one.name != "tmp" or not (folder / "cur").is_dir():
                yield from _below(one)
        elif one.is_file() and not one.name.startswith("."):
            yield one


def inside(kept: Kept) -> Iterator[Opened | Problem]:
    """Yield the file itself, or what is packed in it."""
    name = kept.name
    try:
        with kept.open() as raw:
            head = raw.read(4)
    except OSError as error:
        yield Problem(name, _("It cannot be read (%s).") % (error.strerror or error))
        return
    if head.startswith(b"\x1f\x8b"):
        yield Opened(name, partial(_unpacked, kept), 0)
    elif head.startswith(b"PK\x03\x04"):
        yield from _zipped(kept)
    elif not kept.size:
        yield Problem(name, _("It is empty."))
    else:
        yield Opened(name, partial(_plain, kept), kept.size)


def _plain(kept: Kept, start: int) -> BinaryIO:
    raw = kept.open()
    raw.seek(start)
    return raw


def _unpacked(kept: Kept, start: int) -> BinaryIO:
    packed = kept.open()
    return _from(start, _Limited(gzip.open(packed, "rb"), kept.size, packed))


def _zipped(kept: Kept) -> Iterator[Opened | Problem]:
    name = kept.name
    try:
        with kept.open() as raw, zipfile.ZipFile(raw) as packed:
            entries = sorted(packed.infolist(), key=lambda one: one.filename)
    except (zipfile.BadZipFile, OSError, ValueError):
        yield Problem(name, _("The archive is damaged. Unpack it yourself, and import what is in it."))
        return
    if len(entries) > MOST_ENTRIES:
        yield Problem(name, _("It holds more than %d files. Unpack it, and import the folder.") % MOST_ENTRIES)
        return
    for one in entries:
        where = f"{name}/{one.filename}"
        if one.is_dir():
            continue
        if stat.S_ISLNK(one.external_attr >> 16) or one.flag_bits & 1:
            yield Problem(where, _("It is a link or has a password. Unpack it yourself, and import that."))
        elif one.file_size > MOST_RATIO * max(one.compress_size, 1) + _SURE or one.file_size > MOST_UNPACKED:
            yield Problem(where, _("It says that it is far larger than mail can be packed. Unpack it yourself."))
        elif one.file_size:
            yield Opened(where, partial(_member, kept, one.filename, one.compress_size), one.file_size)


def _member(kept: Kept, member: str, packed: int, start: int) -> BinaryIO:
    raw = kept.open()
    archive = zipfile.ZipFile(raw)
    return _from(start, _Limited(archive.open(member), packed, archive, raw))


def _from(start: int, raw: BinaryIO) -> BinaryIO:
    """Pass over what lies before a place: in what is packed there is no other way there."""
    while start > 0 and (passed := raw.read(min(start, _SKIP))):
        start -= len(passed)
    return raw


class _Limited(io.RawIOBase, BinaryIO):
    """What is being unpacked, up to as much as its packed size can honestly hold. Raises TooMuchError."""

    def __init__(self, raw: object, packed: int, *others: object) -> None:
        self.raw: BinaryIO = raw  # type: ignore[assignment]
        self.left = min(MOST_RATIO * packed + _SURE, MOST_UNPACKED)
        self.others = others

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        found = self.raw.read(size)
        self.left -= len(found)
        if self.left < 0:
            raise TooMuchError
        return found

    def close(self) -> None:
        if not self.closed:
            for one in (self.raw, *self.others):
                one.close()  # type: ignore[attr-defined]
        super().close()
