"""A message taken apart: headers, parts and bodies, within limits."""

from __future__ import annotations

import pytest

from twoyes.mail.incoming.understanding import bounded
from twoyes.mail.incoming.understanding.bounded import Part, take_apart


def _taken(raw: bytes) -> Part:
    message, cut = take_apart(raw)
    assert not cut
    return message


@pytest.mark.parametrize(
    ("raw", "headers", "body"),
    [
        (b"Subject: a\n\nb", (("subject", b"a"),), b"b"),
        (b"Subject: a\r\n\r\nb\r\nc\rd", (("subject", b"a"),), b"b\nc\nd"),
        (b"\n\nSubject: a\n\nb", (("subject", b"a"),), b"b"),
        (b"From a@x Mon\nSubject: a\n\nb", (("subject", b"a"),), b"b"),
        (b">From a@x Mon\nSubject: a\n\nb", (("subject", b"a"),), b"b"),
        (b"SUBJECT : a\n\nb", (("subject", b"a"),), b"b"),
        (b"Subject: a\n b\n\tc\n\nd", (("subject", b"a b\tc"),), b"d"),
        (b"Subject: a\nTo: b\n\n", (("subject", b"a"), ("to", b"b")), b""),
        (b"Subject: a", (("subject", b"a"),), b""),
        # A line that is no header begins the body.
        (b"Subject: a\nhello\n\nb", (("subject", b"a"),), b"hello\n\nb"),
        (b"hello\n\nb", (), b"hello\n\nb"),
        (b" a: b\n\nc", (), b" a: b\n\nc"),
        (b"Subject: a\nTo: b\nhello there", (("subject", b"a"), ("to", b"b")), b"hello there"),
        (b"Subject: a\nFrom b\n\nc", (("subject", b"a"),), b"From b\n\nc"),
        (b"a" * 77 + b": b\n\nc", (), b"a" * 77 + b": b\n\nc"),
    ],
)
def test_headers_end_where_they_end(raw: bytes, headers: tuple[tuple[str, bytes], ...], body: bytes) -> None:
    message = _taken(raw)
    assert (message.headers, message.body) == (headers, body)
    assert (message.kind, message.parts) == ("text/plain", ())


def test_of_equal_headers_the_first_is_first() -> None:
    message = _taken(b"To: a\nTO: b\n\n")
    assert (message.first("to"), message.all("to"), message.first("cc")) == (b"a", [b"a", b"b"], b"")


@pytest.mark.parametrize(
    ("value", "kind", "parameters"),
    [
        ("text/html", "text/html", {}),
        ("TEXT/HTML; Charset=UTF-8", "text/html", {"charset": "UTF-8"}),
        ('text/html; charset="a;b"; format=flowed', "text/html", {"charset": "a;b", "format": "flowed"}),
        ("text/html; charset=a; charset=b", "text/html", {"charset": "a"}),
        ("text/html; name*0=a; filename*=b", "text/html", {"name": "a", "filename": "b"}),
        ("text/html; charset = a ", "text/html", {"charset": "a"}),
        ("text", "text/plain", {}),
        ("", "text/plain", {}),
        ("/html", "text/plain", {}),
    ],
)
def test_what_it_is_stands_in_its_type(value: str, kind: str, parameters: dict[str, str]) -> None:
    message = _taken(f"Content-Type: {value}\n\na".encode())
    assert (message.kind, message.parameters) == (kind, parameters)


MIXED = "Content-Type: multipart/mixed; boundary=x\n\n"


@pytest.mark.parametrize(
    ("body", "parts"),
    [
        ("--x\n\na\n--x\n\nb\n--x--\n", [b"a", b"b"]),
        ("before\n--x\n\na\n--x--\nafter", [b"a"]),
        ("--x  \n\na\n--x-- \n", [b"a"]),
        ("--x\n\na\n--x\n\nb", [b"a", b"b"]),
        ("--x\n\na\n--xy\nb\n--x--\n", [b"a\n--xy\nb"]),
        ("--x\n\na", [b"a"]),
        ("--x\n\n--x--", [b""]),
    ],
)
def test_the_parts_stand_between_the_lines_of_a_boundary(body: str, parts: list[bytes]) -> None:
    message = _taken((MIXED + body).encode())
    assert [part.body for part in message.parts] == parts
    assert (message.kind, message.body) == ("multipart/mixed", b"")


@pytest.mark.parametrize("head", [MIXED, "Content-Type: multipart/mixed\n\n"])
def test_what_claims_parts_and_has_none_is_text(head: str) -> None:
    message = _taken(f"{head}hello".encode())
    assert (message.kind, message.body, message.parts) == ("text/plain", b"hello", ())


def test_a_message_inside_is_one_and_its_parts_are_not_ours() -> None:
    inner = "Subject: in\nContent-Type: multipart/mixed; boundary=y\n\n--y\n\nb\n--y--"
    for kind in ("message/rfc822", "message/global"):
        message = _taken(f"{MIXED}--x\n\na\n--x\nContent-Type: {kind}\n\n\n{inner}\n--x--".encode())
        carried = message.parts[1]
        assert carried.parts[0].first("subject") == b"in"
        assert [part.kind for part in message.own()] == ["multipart/mixed", "text/plain", kind]
    digest = _taken(b"Content-Type: multipart/digest; boundary=x\n\n--x\n\nSubject: in\n\nb\n--x--")
    assert digest.parts[0].kind == "message/rfc822"
    assert digest.parts[0].parts[0].first("subject") == b"in"
    status = _taken(b"Content-Type: message/delivery-status\n\nAction: failed")
    assert (status.parts, status.body) == ((), b"Action: failed")


@pytest.mark.parametrize(
    ("value", "attached"), [("attachment", True), (" Attachment; filename=x", True), ("inline", False)]
)
def test_what_is_attached_says_so(value: str, attached: bool) -> None:
    assert _taken(f"Content-Disposition: {value}\n\n".encode()).attached is attached


def _nested(levels: int) -> bytes:
    return b"Content-Type: message/rfc822\n\n" * levels + b"Subject: a\n\nb"


def _many(parts: int) -> bytes:
    return MIXED.encode() + b"--x\n\na\n" * parts + b"--x--"


@pytest.mark.parametrize(
    ("most", "more"),
    [
        (b"a: b\n\n" + b"c" * (bounded.MOST_BYTES - 6), b"a: b\n\n" + b"c" * (bounded.MOST_BYTES - 5)),
        (
            b"a: " + b"b" * (bounded.HEADERS_BYTES - 3) + b"\n\nc",
            b"a: " + b"b" * (bounded.HEADERS_BYTES - 2) + b"\n\nc",
        ),
        (_nested(bounded.LEVELS), _nested(bounded.LEVELS + 1)),
        (_many(bounded.PARTS - 1), _many(bounded.PARTS)),
    ],
)
def test_each_limit_is_told_from_just_within_it(most: bytes, more: bytes) -> None:
    assert not take_apart(most)[1]
    assert take_apart(more)[1]


def test_within_the_limits_is_what_can_be_used() -> None:
    message, _cut = take_apart(b"a: " + b"b" * 9_000 + b"\n\nc")
    assert message.first("a") == b"b" * (bounded.HEADER_BYTES - 1)
    message, _cut = take_apart(_many(bounded.PARTS + 9))
    assert len(message.parts) == bounded.PARTS - 1
    message, _cut = take_apart(b"a: b\n\n" + b"c" * bounded.MOST_BYTES)
    assert len(message.body) == bounded.MOST_BYTES - 6
