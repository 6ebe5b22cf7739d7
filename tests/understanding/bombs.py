"""Messages that are made to hurt, each a function so that none is kept; those of ../shared/models/bombs.py first."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

MEGABYTE = 1_000_000
HEAD = b"From: tom@example.net\r\nSubject: Re: x\r\n"


def _nested(levels: int) -> bytes:
    head = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (one, one) for one in range(levels)
    )
    return head + b"Content-Type: text/plain\r\n\r\nx"


def _filled(head: bytes, piece: bytes) -> bytes:
    return head + piece * (MEGABYTE // len(piece))


_MIXED = HEAD + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"
_CALENDAR = HEAD + b"Content-Type: text/calendar; method=REQUEST\r\n\r\nBEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\n"

STRUCTURES: dict[str, Callable[[], bytes]] = {
    "nested 500 deep": partial(_nested, 500),
    "nested 2,000 deep": partial(_nested, 2_000),
    "nested 20,000 deep": partial(_nested, 20_000),
    "a message in a message": lambda: b"Content-Type: message/rfc822\r\n\r\n" * 2_000 + b"x",
    "a hundred thousand parts": lambda: _filled(_MIXED, b"--b\r\n\r\n\r\n"),
    "boundaries that are none": lambda: _filled(_MIXED, b"\n--bx"),
    "boundaries that are none, twenty deep": lambda: _filled(
        b"Content-Type: multipart/mixed; boundary=b\n\n--b\n" * 20, b"\n--bx"
    ),
    "300,000 headers": lambda: b"X: y\r\n" * 300_000 + b"\r\nx",
    "8,000 recipients": lambda: b"To: " + b", ".join(b"a%d@b.c" % one for one in range(8_000)) + b"\r\n\r\nx",
    "2,000 nested comments": lambda: b"From: " + b"(" * 2_000 + b")" * 2_000 + b" a@b.c\r\n\r\nx",
    "15,000 encoded words": lambda: b"Subject: " + b"=?utf-8?q?a?= " * 15_000 + b"\r\n\r\nx",
    "2,000 groups": lambda: b"From: " + b"a:" * 2_000 + b";\r\n\r\nx",
    "a megabyte of References": lambda: _filled(b"References: ", b"<a@b> "),
    "a folded header": lambda: _filled(b"Subject: x", b"\n y") + b"\n\nx",
    "parameters": lambda: _filled(b"Content-Type: text/plain", b"; a=b") + b"\n\nx",
    "a long domain": lambda: b"From: a@" + "ü.".encode() * 300 + b"de\n\nx",
    "delivery status": lambda: _filled(
        HEAD + b"Content-Type: multipart/report; boundary=b\n\n--b\nContent-Type: message/delivery-status\n\n",
        b"Action: failed\n\n",
    ),
    "codes of failure": lambda: _filled(b"From: mailer-daemon@b.c\n\n", b"550 a "),
    "attendees": lambda: _CALENDAR + b"BEGIN:VEVENT\r\n" + b"ATTENDEE:mailto:a@b.c\r\n" * 40_000 + b"END:VEVENT\r\n",
    "time zones": lambda: _CALENDAR + b"BEGIN:VTIMEZONE\n" * 3_000 + b"BEGIN:VEVENT\nEND:VEVENT\nEND:VTIMEZONE\n",
    "parameters of an event": lambda: _CALENDAR + b"BEGIN:VEVENT\nX" + b";A=B" * 20_000 + b":x\nEND:VEVENT\n",
    "no base64": lambda: _filled(HEAD + b"Content-Transfer-Encoding: base64\n\n", b"="),
    "no quoted-printable": lambda: _filled(HEAD + b"Content-Transfer-Encoding: quoted-printable\n\n", b"="),
    "punycode": lambda: _filled(HEAD + b"Content-Type: text/plain; charset=punycode\n\n", b"a-"),
    "a charset with states": lambda: _filled(HEAD + b"Content-Type: text/plain; charset=iso-2022-jp\n\n", b"\x1b$B+A"),
}

_PLAIN = HEAD + b"Content-Type: text/plain; charset=utf-8\r\n\r\n"
_FLOWED = HEAD + b"Content-Type: text/plain; format=flowed; delsp=yes\r\n\r\n"
_HTML = HEAD + b"Content-Type: text/html; charset=utf-8\r\n\r\n"
_AWAY = b"Date: Mon, 23 Nov 2026 08:00:00 +0000\r\nAuto-Submitted: auto-replied\r\n" + _PLAIN

_PLAIN_PIECES = (
    b">", b"> a\n", b"On 1 Jan 2026 a@b.c wrote:\n", b"From: a\n", b"From: a\nx\n", b"-----\n", b"\n",
    b"yes ", b"yes, ", b"a", b"a@", b"a.", b"1 ", b"a:", b"a1@:\n", b"-- \n", b"+49 123 4567\n", b"\xc3\xa9", b" ",
    b"-", b"Sent from my x\n", b"Best\n", b"(", b"\xc2\xa0", b"a-", b"http://", b"is ", b"not ",
)  # fmt: skip
_HTML_PIECES = (
    b"<", b"<div>", b"<div></div>", b"<blockquote>", b"<blockquote><br>", b"<a a='", b'<a a="x', b"<!--",
    b"<!-- -->", b"&",
    b"&amp;", b"&ampx", b"</a>", b"<a></b>", b"<br>", b"<p>x", b'<div class="gmail_signature">', b"<style>", b"<pre>\n",
    b"<a ", b"=", b"<p class=MsoNormal>&nbsp;</p>",
)  # fmt: skip

TEXTS: dict[str, Callable[[], bytes]] = {
    **{f"plain {piece!r}": partial(_filled, _PLAIN, piece) for piece in _PLAIN_PIECES},
    **{f"HTML {piece!r}": partial(_filled, _HTML, piece) for piece in _HTML_PIECES},
    "flowed": partial(_filled, _FLOWED, b"x \n"),
    "months": partial(_filled, _AWAY, b"1 may until "),
    "dates": partial(_filled, _AWAY, b"1.2.2026 "),
}
