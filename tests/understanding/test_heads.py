"""What the headers of a message say, and what they cannot make anybody believe."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from twoyes.mail.incoming.understanding import automatic, headers
from twoyes.mail.incoming.understanding.bounded import take_apart


@pytest.mark.parametrize(
    ("value", "found"),
    [
        (b"tom@example.net", ("tom@example.net",)),
        (b" Tom <tom@example.net> ", ("tom@example.net",)),
        (b"Tom <tom@example.net>, Ann <ann@example.net>", ("tom@example.net", "ann@example.net")),
        (b"tom@example.net; ann@example.net", ("tom@example.net", "ann@example.net")),
        (b"tom@example.net, TOM@example.net", ("tom@example.net",)),
        (b"friends: tom@example.net, ann@example.net;", ("tom@example.net", "ann@example.net")),
        (b'"a, b" <tom@example.net>', ("tom@example.net",)),
        (b'"quoted \\" otto@example.org" <tom@example.net>', ("tom@example.net",)),
        (b"(otto@example.org) tom@example.net", ("tom@example.net",)),
        (b"(a (b) otto@example.org) tom@example.net", ("tom@example.net",)),
        (b"(a \\) otto@example.org) tom@example.net", ("tom@example.net",)),
        (b") tom@example.net", ("tom@example.net",)),
        (b'a "b tom@example.net', ()),
        (b"<otto@example.org> <tom@example.net>", ("tom@example.net",)),
        (b"<tom@example.net", ("tom@example.net",)),
        (b"<tom@example.net> otto@example.org", ("tom@example.net",)),
        (b"a\\b <tom@example.net>", ("tom@example.net",)),
        (b"nobody", ()),
        (b"", ()),
    ],
)
def test_addresses_are_read_and_names_are_not(value: bytes, found: tuple[str, ...]) -> None:
    assert headers.addresses([value]) == found


def test_so_many_addresses_are_read() -> None:
    many = ", ".join(f"p{n}@example.net" for n in range(headers.MOST_ADDRESSES + 5)).encode()
    assert headers.addresses([many]) == tuple(f"p{n}@example.net" for n in range(headers.MOST_ADDRESSES))


def test_so_many_references_are_read_and_each_once() -> None:
    many = " ".join(f"<{n}@x>" for n in range(headers.MOST_REFERENCES + 5))
    message, _cut = take_apart(f"References: {many}\nIn-Reply-To: <3@x> <y@x>\n\n".encode())
    found = headers.references(message, ["<z@x>"])
    assert found[:4] == ("<3@x>", "<y@x>", "<0@x>", "<1@x>")
    assert len(found) == headers.MOST_REFERENCES
    few, _cut = take_apart(b"References: <a@x> <a@x>\n\n")
    assert headers.references(few, ["<z@x>", "<a@x>"]) == ("<a@x>", "<z@x>")


@pytest.mark.parametrize(
    ("value", "found"),
    [("<a@x>", "<a@x>"), (" <a@x> <b@x>", "<a@x>"), ("a@x", ""), ("", ""), ("<a b@x>", ""), (f"<{'a' * 251}>", ""),
     (f"<{'a' * 250}>", f"<{'a' * 250}>")],
)  # fmt: skip
def test_a_message_id_stands_between_brackets(value: str, found: str) -> None:
    assert headers.message_id(take_apart(f"Message-ID: {value}\n\n".encode())[0]) == found


def test_the_letters_that_are_carried_inside_are_named() -> None:
    def carried(kind: str, body: str) -> list[str]:
        raw = f"Content-Type: multipart/mixed; boundary=x\n\n--x\nContent-Type: {kind}\n\n{body}\n--x--\n"
        return list(headers.returned_ids(take_apart(raw.encode())[0], []))

    whole = "Message-ID: <a@x>\nSubject: b\n\nMessage-ID: <no@x>"
    assert carried("message/rfc822", whole) == ["<a@x>"]
    assert carried("message/global", whole) == ["<a@x>"]
    for kind in ("text/rfc822-headers", "message/rfc822-headers", "message/global-headers"):
        assert carried(kind, "Subject: b\nMESSAGE-ID:\n <a@x>\n") == ["<a@x>"]
    assert carried("text/plain", whole) == []
    bare, _cut = take_apart(b"\n\n")
    assert list(headers.returned_ids(bare, ["> Message-ID: <a@x>", "said Message-ID: <b@x>"])) == ["<a@x>"]


@pytest.mark.parametrize(
    ("value", "at"),
    [
        ("Mon, 23 Nov 2026 09:30:00 +0100", datetime(2026, 11, 23, 8, 30, tzinfo=UTC)),
        ("Mon, 23 Nov 2026 09:30:00 -0000", datetime(2026, 11, 23, 9, 30, tzinfo=UTC)),
        ("23 Nov 2026 09:30 GMT", datetime(2026, 11, 23, 9, 30, tzinfo=UTC)),
        ("", None),
        ("yesterday", None),
        ("Mon, 99 Nov 2026 09:30:00 +0100", None),
        ("Mon, 23 Nov 2026 09:30:00 +9999999999", None),
        ("Fri, 31 Dec 9999 23:59:59 -1400", None),
    ],
)
def test_when_it_was_sent_is_in_utc_or_nothing(value: str, at: datetime | None) -> None:
    told = headers.sent_at(take_apart(f"Date: {value}\n\n".encode())[0])
    assert told == at
    assert told is None or told.utcoffset() == datetime.now(UTC).utcoffset()


@pytest.mark.parametrize(
    ("header", "program"),
    [
        *[(f"{name}: 1", True) for name in sorted(automatic._TELLING)],
        ("X-Autoreply: no", False),
        ("X-Autoreply: No, never", False),
        ("X-Autoreply: false", False),
        ("X-Autoreply: 0", False),
        ("X-Autoreply: none", False),
        ("Feedback-ID: 1:user:proton", False),
        ("Feedback-ID: 1:USER:proton", False),
        ("Auto-Submitted: no", False),
        ("Auto-Submitted: NO (really)", False),
        ("Auto-Submitted:", False),
        ("Auto-Submitted: Auto-Replied; owner=x", True),
        *[(f"Precedence: {one}", True) for one in ("auto_reply", "auto-reply", "autoreply", "bulk", "junk", " BULK ")],
        ("X-Precedence: junk", True),
        ("Precedence: list", False),
        ("X-Auto-Response-Suppress: none", False),
        ("X-Auto-Response-Suppress: OOF", True),
        ("X-Auto-Response-Suppress:", False),
        ("Delivered-To: the AutoResponder", True),
        ("Delivered-To: tom@example.net", False),
        ("X-POST-MessageClass: 9; Autoresponder", True),
        ("X-POST-MessageClass: 1", False),
        ("Return-Path: <>", True),
        ("Subject: bulk", False),
    ],
)
def test_headers_that_programs_alone_write_give_them_away(header: str, program: bool) -> None:
    assert automatic.by_headers(take_apart(f"{header}\n\n".encode())[0]) is program


@pytest.mark.parametrize(
    ("sender", "unread"),
    [
        ("noreply@example.net", True),
        ("No Reply <no-reply@example.net>", True),
        ("<no_reply+x@example.net>", True),
        ("<No.Reply@example.net>", True),
        ("donotreply@example.net", True),
        ("do-not-reply@example.net", True),
        ("nicht.antworten@example.net", True),
        ("ne-pas-repondre@example.net", True),
        ("nepasrepondre@example.net", True),
        ("autoreply@example.net", True),
        ("auto-responder@example.net", True),
        ("tom.noreply@example.net", False),
        ("noreply <tom@example.net>", False),
        ("tom@noreply.example", False),
    ],
)
def test_who_reads_nothing_says_so_in_the_address(sender: str, unread: bool) -> None:
    assert automatic.by_sender(take_apart(f"From: {sender}\n\n".encode())[0]) is unread


@pytest.mark.parametrize(
    ("subject", "program"),
    [
        ("Automatic reply: x", True),
        ("Out of office", True),
        ("Re: Out of office", False),
        ("Hello", False),
        ("", False),
    ],
)
def test_the_subject_of_an_automatic_answer_begins_like_one(subject: str, program: bool) -> None:
    assert automatic.by_subject(subject) is program
