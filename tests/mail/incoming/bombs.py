"""Small messages that cost their reader much: what is known to break programs that read mail (D10 to D13, B25)."""

from __future__ import annotations


def _nested(levels: int) -> bytes:
    heads = (b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (one, one) for one in range(levels))
    return b"".join(heads) + b"Content-Type: text/plain\r\n\r\nx"


def _head(name: bytes, value: bytes) -> bytes:
    return name + b": " + value + b"\r\n\r\nx"


BOMBS: dict[str, bytes] = {
    "500 parts in each other": _nested(500),
    "2000 parts in each other": _nested(2000),
    "20000 parts in each other": _nested(20000),
    "2000 messages in each other": b"Content-Type: message/rfc822\r\n\r\n" * 2000 + b"x",
    "200000 tiny parts": b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\r\n\r\n\r\n" * 200_000,
    "300000 headers": b"X: y\r\n" * 300_000 + b"\r\nx",
    "8000 addresses": _head(b"To", b", ".join(b"a%d@b.c" % one for one in range(8000))),
    "2000 comments in each other": _head(b"From", b"(" * 2000 + b")" * 2000 + b" a@b.c"),
    "a subject of encoded words": _head(b"Subject", b"=?utf-8?q?a?= " * 15_000),
    "a group of groups": _head(b"From", b"a:" * 2000 + b";"),
    "a megabyte of references": _head(b"References", b"<a@b> " * 170_000),
    "a boundary of a megabyte": b"Content-Type: multipart/mixed; boundary=" + b"b" * 900_000 + b"\r\n\r\n--bb\r\n\r\nx",
}
