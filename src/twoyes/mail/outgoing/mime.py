"""The bytes of a message, written by ourselves: the same for every Python, 7-bit, and never re-read.

The standard library decodes encoded words in what it is given and builds headers from the result; a name may
then bring a line end along (D2). Here a value is text and stays text.
"""

import binascii
import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass

from twoyes.lib import addresses
from twoyes.mail.letters.words import one_line

_LINE_ENDS = re.compile("\r\n|\r")
# RFC 2047: a line with an encoded word has 76 characters; 12 are its frame, 8 "Subject:"; base64 makes 4 of 3.
_WORD_OCTETS = 42
_LONGEST_PLAIN = 60
_FOLD = "\r\n "
_NAME_LENGTH = 200
_ATOMS = re.compile(r"[0-9A-Za-z!#$%&'*+/=?^_`{|}~ -]+")
# Above this share of other than ASCII, base64 is shorter and no less readable.
_MOSTLY_ASCII = 6


@dataclass(frozen=True, slots=True)
class Mailbox:
    """Somebody's name, as data, and one bare address."""

    name: str
    address: str


def message(headers: Iterable[tuple[str, str]], *, text: str, html: str, seed: str) -> bytes:
    """Return a multipart/alternative message, text first, with CRLF line ends and no line over 998 octets (C12).

    `headers` are finished values, from the functions below. `seed` decides the boundary, so that a letter that
    is sent again is the same, byte for byte.
    """
    boundary = f"=_{hashlib.sha256(seed.encode()).hexdigest()[:32]}"
    head = [f"{name}: {value}" for name, value in headers]
    head += ["MIME-Version: 1.0", f'Content-Type: multipart/alternative;{_FOLD}boundary="{boundary}"', ""]
    parts = [f"--{boundary}\r\n{_part(kind, body)}" for kind, body in (("plain", text), ("html", html))]
    return "\r\n".join([*head, *parts, f"--{boundary}--", ""]).encode()


def plain_message(headers: Iterable[tuple[str, str]], *, text: str) -> bytes:
    """Return a message of one text part, with CRLF line ends; `headers` as for `message`."""
    head = [f"{name}: {value}" for name, value in headers]
    return "\r\n".join([*head, "MIME-Version: 1.0", f"{_part('plain', text)}\r\n"]).encode()


def unstructured(text: str) -> str:
    """Return a text as the value of a header: folded, encoded where it is not plain ASCII."""
    line = one_line(text)
    if line.isascii() and "=?" not in line and len(line) <= _LONGEST_PLAIN:
        return line
    return _FOLD.join(_encoded_words(line))


def mailboxes(people: Iterable[Mailbox], *, international: bool = False) -> str:
    """Return addresses as the value of To, Cc or Reply-To; raises `Refused` for one that is not one address.

    `international` says that the envelope needs SMTPUTF8 anyhow; in any other letter an address that is not
    ASCII stands as the name of an empty group, as RFC 6857 has it.
    """
    return f",{_FOLD}".join(_mailbox(one, international=international) for one in people)


def _mailbox(one: Mailbox, *, international: bool) -> str:
    name, address = _phrase(one.name), addresses.wire(one.address)
    if not address.isascii() and not international:
        return f"{_phrase(f'{one_line(one.name)} {address}'.strip())} :;"
    if not name:
        return address
    fits = len(name) + len(address) <= _LONGEST_PLAIN
    return f"{name}{' ' if fits else _FOLD}<{address}>"


def _phrase(name: str) -> str:
    line = one_line(name)[:_NAME_LENGTH].strip()
    if line.isascii() and "=?" not in line and len(line) <= _LONGEST_PLAIN:
        if not line or _ATOMS.fullmatch(line):
            return line
        return '"' + line.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return _FOLD.join(_encoded_words(line))


def _encoded_words(line: str) -> list[str]:
    """Cut between characters: each encoded word has to be whole on its own (RFC 2047 5)."""
    chunks, size = [""], 0
    for char in line:
        octets = len(char.encode())
        if size + octets > _WORD_OCTETS:
            chunks.append("")
            size = 0
        chunks[-1] += char
        size += octets
    return [f"=?utf-8?b?{_base64(chunk.encode())}?=" for chunk in chunks if chunk]


def _part(kind: str, body: str) -> str:
    octets = _LINE_ENDS.sub("\n", body).replace("\0", "").encode("utf-8", "replace")
    others = sum(octet > 0x7F for octet in octets)
    if others * _MOSTLY_ASCII > len(octets):
        encoding, lines = "base64", _wrapped(octets)
    else:
        quoted = binascii.b2a_qp(octets, quotetabs=False, istext=True).decode()
        encoding, lines = "quoted-printable", quoted.replace("\n", "\r\n")
    head = f"Content-Type: text/{kind}; charset=utf-8\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n"
    return f"{head}{lines}"


def _wrapped(octets: bytes) -> str:
    encoded = _base64(octets.replace(b"\n", b"\r\n"))
    return "\r\n".join(encoded[at : at + 76] for at in range(0, len(encoded), 76))


def _base64(octets: bytes) -> str:
    return binascii.b2a_base64(octets, newline=False).decode()
