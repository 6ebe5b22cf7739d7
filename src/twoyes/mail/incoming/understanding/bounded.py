"""A message taken apart, within limits that hold before anything is parsed (D10 to D13, G7).

The standard library's parsers are linear in no sense that a stranger's message respects: they recurse as deep as it
nests, and decode a header as often as it asks. So the parts are cut here, by bytes, once for each level.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

MOST_BYTES = 1_000_000
HEADERS_BYTES = 64 * 1024
HEADER_BYTES = 2 * 1024
LEVELS = 20
PARTS = 100
# Lines that begin like a boundary and are none; past so many the rest of a body is its last part.
_LOOKALIKES = 1_000

_NAME = re.compile(rb"[!-9;-~]{1,76}[ \t]{0,9}:")
_PARAMETER = re.compile(rb';[ \t]*([!-:<-~]{1,40}?)\*?(?:0\*?)?[ \t]*=[ \t]*("[^"]*"?|[^;]*)')
_TYPE = re.compile(rb"[ \t]*([a-z0-9.+-]{1,40}/[a-z0-9.+_-]{1,80})")


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a message, or the message: headers in small letters and unfolded, what it is, and what is in it.

    `body` is as transferred, with LF; `parts` are those of a multipart, or the one message of a message/rfc822.
    """

    headers: tuple[tuple[str, bytes], ...]
    kind: str
    parameters: dict[str, str]
    body: bytes
    parts: tuple[Part, ...] = ()

    def all(self, name: str) -> list[bytes]:
        return [value for key, value in self.headers if key == name]

    def first(self, name: str) -> bytes:
        return next((value for key, value in self.headers if key == name), b"")

    def own(self) -> Iterator[Part]:
        """Yield this part and those below it, in order, but none of a message that is carried inside."""
        yield self
        if not self.kind.startswith("message/"):
            for part in self.parts:
                yield from part.own()

    @property
    def attached(self) -> bool:
        return self.first("content-disposition").lstrip().lower().startswith(b"attachment")


@dataclass(slots=True)
class _Taken:
    """How much was taken of what is there, and whether something was left."""

    parts: int = 0
    cut: bool = False


def take_apart(raw: bytes) -> tuple[Part, bool]:
    """Return the message in its parts, and whether some of it was left out. Never raises; linear in its size."""
    taken = _Taken(cut=len(raw) > MOST_BYTES)
    data = raw[:MOST_BYTES].replace(b"\r\n", b"\n").replace(b"\r", b"\n").lstrip(b"\n")
    if data.startswith((b"From ", b">From ")):
        data = data.partition(b"\n")[2]
    return _part(data, taken, level=0, otherwise="text/plain"), taken.cut


def _part(data: bytes, taken: _Taken, *, level: int, otherwise: str) -> Part:
    taken.parts += 1
    headers, body = _split(data, taken)
    kind, parameters = _what(headers, otherwise)
    parts: tuple[Part, ...] = ()
    if kind.startswith(("multipart/", "message/")) and level >= LEVELS:
        taken.cut = True
    elif kind.startswith("multipart/"):
        parts = _pieces(body, parameters.get("boundary", ""), taken, _Below(level + 1, kind))
        kind = kind if parts else "text/plain"
    elif kind in {"message/rfc822", "message/global"}:
        parts = (_part(body.lstrip(b"\n"), taken, level=level + 1, otherwise="text/plain"),)
    return Part(headers, kind, parameters, b"" if parts else body, parts)


@dataclass(frozen=True, slots=True)
class _Below:
    level: int
    kind: str


def _pieces(body: bytes, boundary: str, taken: _Taken, below: _Below) -> tuple[Part, ...]:
    otherwise = "message/rfc822" if below.kind == "multipart/digest" else "text/plain"
    found = []
    for piece in _between(body, boundary):
        if taken.parts >= PARTS:
            taken.cut = True
            break
        found.append(_part(piece, taken, level=below.level, otherwise=otherwise))
    return tuple(found)


def _between(body: bytes, boundary: str) -> Iterator[bytes]:
    """Yield what stands between the lines of a boundary; what follows the last one too, where the end is missing."""
    if not boundary:
        return
    line = b"\n--" + boundary.encode("latin-1", "replace")
    text, at, begin = b"\n" + body, 0, -1
    for _ in range(_LOOKALIKES):
        at = text.find(line, at)
        if at < 0:
            break
        end = text.find(b"\n", at + 1)
        end = len(text) if end < 0 else end
        rest = text[at + len(line) : min(end, at + len(line) + 80)].strip()
        if rest in {b"", b"--"}:
            if begin >= 0:
                yield text[begin:at]
            if rest:
                return
            begin = end + 1
        at = end
    if begin >= 0:
        yield text[begin:]


def _split(data: bytes, taken: _Taken) -> tuple[tuple[tuple[str, bytes], ...], bytes]:
    """Return the headers and the body; a line that is no header ends them too, as in mail of careless programs."""
    if data.startswith(b"\n"):
        return (), data[1:]
    end = data.find(b"\n\n")
    head = data if end < 0 else data[:end]
    body = b"" if end < 0 else data[end + 2 :]
    if len(head) > HEADERS_BYTES:
        taken.cut = True
        head = head[:HEADERS_BYTES]
    found: list[tuple[str, list[bytes]]] = []
    at = 0
    for line in head.split(b"\n"):
        if line[:1] in {b" ", b"\t"} and found:
            found[-1][1].append(line)
        elif _NAME.match(line):
            name, _, value = line.partition(b":")
            found.append((name.strip().lower().decode("ascii", "replace"), [value]))
        elif not line.startswith((b"From ", b">From ")) or found:
            return _unfolded(found), data[at:]
        at += len(line) + 1
    return _unfolded(found), body


def _unfolded(found: list[tuple[str, list[bytes]]]) -> tuple[tuple[str, bytes], ...]:
    return tuple((name, b"".join(lines)[:HEADER_BYTES].strip()) for name, lines in found)


def _what(headers: tuple[tuple[str, bytes], ...], otherwise: str) -> tuple[str, dict[str, str]]:
    value = next((value for name, value in headers if name == "content-type"), b"")
    kind = _TYPE.match(value.lower())
    if kind is None:
        return otherwise, {}
    parameters: dict[str, str] = {}
    for name, text in _PARAMETER.findall(value):
        parameters.setdefault(name.lower().decode("latin-1"), text.strip().strip(b'"').decode("latin-1"))
    return kind[1].decode(), parameters
