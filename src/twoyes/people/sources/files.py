"""From bytes to a file that can be read: what it is not, how large it is, and in which encoding it stands (D17)."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable
from typing import BinaryIO

from django.utils.translation import gettext as _

from twoyes.lib.errors import Refused
from twoyes.people.sources.base import MEGABYTE, File

ARCHIVES = (b"PK\x03\x04", b"PK\x05\x06", b"\x1f\x8b", b"7z\xbc\xaf", b"Rar!", b"BZh", b"\xfd7zXZ", b"\xd0\xcf\x11\xe0")
UTF16 = (b"\xff\xfe", b"\xfe\xff")
_BROKEN = re.compile("[\udc80-\udcff]")
_FOREIGN = re.compile("[^\x00-\x7f\udc80-\udcff]")


def too_big(name: str, most: int) -> Refused:
    """What is said of a file that is larger than its kind may be."""
    sentence = _("“%(name)s” is larger than %(limit)d MB. Split it into several files.")
    return Refused("too_big", sentence % {"name": name, "limit": most // MEGABYTE})


def inspected(name: str, opened: Callable[[], BinaryIO], *, most: int) -> tuple[File, int]:
    """Return the file with its encoding, and its size in bytes, after one look at all of it.

    The encoding is UTF-8, UTF-16, or else the Windows encoding that spreadsheets save in. Raises Refused: too_big,
    archive, empty_file, binary; each sentence says what to do.
    """
    with opened() as raw:
        head = raw.read(4096)
        if head.startswith(ARCHIVES):
            sentence = _(
                "“%s” is an archive or a workbook. Unpack it, or save the sheet as CSV (UTF-8), and import that."
            )
            raise Refused("archive", sentence % name)
        broad = wide(head)
        size, blank, encoding = _scanned(raw, head, name, most=most, wide=broad)
    if blank:
        raise Refused("empty_file", _("“%s” is empty.") % name)
    return File(name, opened, broad or encoding), size


def wide(head: bytes) -> str:
    """The 16-bit encoding that a file begins in, if any; old exports have no mark, but a zero in every other byte."""
    if head.startswith(UTF16):
        return "utf-16"
    even, odd = head[0:80:2].count(0), head[1:80:2].count(0)
    if max(even, odd) <= 10 or min(even, odd) > 2:
        return ""
    return "utf-16-le" if odd > even else "utf-16-be"


def _scanned(raw: BinaryIO, block: bytes, name: str, *, most: int, wide: str) -> tuple[int, bool, str]:
    decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
    size, blank, broken, foreign = 0, True, 0, 0
    while block:
        size += len(block)
        if size > most:
            raise too_big(name, most)
        if not wide and b"\0" in block:
            raise Refused("binary", _("“%s” is not a text file. Save it as CSV (UTF-8) and import that.") % name)
        blank = blank and not block.strip(b" \t\r\n\0\xff\xfe")
        text = decoder.decode(block)
        if not text.isascii():
            broken += len(_BROKEN.findall(text))
            foreign += len(_FOREIGN.findall(text))
        block = raw.read(MEGABYTE)
    # Some broken bytes among many good ones are damage; nothing but broken bytes is another encoding.
    return size, blank, "utf-8-sig" if not broken or foreign > broken else "cp1252"
