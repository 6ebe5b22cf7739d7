"""Real mail of others: bounces of some eighty mail systems, replies of many programs; and small twins of our own."""

from __future__ import annotations

import pytest

from tests.tools.understood import measure, replies, sisimai
from tests.understanding.misses import CORPUS_MISSES
from twoyes.mail.incoming import understand


@pytest.mark.corpus
@pytest.mark.slow(2)
@pytest.mark.case("C14", "C16")
def test_every_kind_of_the_bounces_is_told_but_for_known_misses() -> None:
    rates = measure(sisimai())
    wrong = {one for one, why in rates.misses.items() if "kind" in why}
    assert wrong <= set(CORPUS_MISSES)
    assert rates.asked["kind"] == 378
    assert rates.rate("kind") >= 0.95
    assert rates.answered == []
    assert rates.opened == []


@pytest.mark.corpus
@pytest.mark.parametrize("name", ["replies-talon", "replies-github"])
def test_the_new_text_of_replies_is_told_but_for_known_misses(name: str) -> None:
    rates = measure(one for one in replies() if name in one.name)
    assert set(rates.misses) <= set(CORPUS_MISSES)
    assert rates.rate("new text") >= 0.90
    assert rates.rate("words") >= 0.90


FAILED = b"""Return-Path: <>
From: MAILER-DAEMON@mx.example.net
Subject: failure notice

Hi. This is the qmail-send program at mx.example.net.
I'm afraid I wasn't able to deliver your message to the following addresses.

<Tom@example.net>:
Sorry, no mailbox here by that name. (#5.1.1)

--- Below this line is a copy of the message.

Message-ID: <ask@example.org>
Subject: May I introduce you?

Yes, happy to.
"""


@pytest.mark.case("C14")
def test_a_bounce_in_free_text_names_whom_it_is_about_and_what_it_returns() -> None:
    told = understand(FAILED)
    assert (told.kind, told.meaning, told.new_text) == ("bounce", None, "")
    assert told.bounced is not None
    assert (told.bounced.recipient, told.bounced.action, told.bounced.status) == ("tom@example.net", "failed", "5.1.1")
    assert told.references == ("<ask@example.org>",)


REPORT = b"""Return-Path: <>
From: Mail Delivery System <MAILER-DAEMON@mx.example.net>
Subject: %(subject)s
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="=b"

--=b
Content-Type: text/plain

This is the mail system at host mx.example.net.

--=b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.net

Final-Recipient: rfc822; Tom@Example.net
Action: %(action)s
Status: %(status)s

--=b
Content-Type: text/rfc822-headers

Message-ID: <ask@example.org>
From: intro@example.org

--=b--
"""


@pytest.mark.parametrize(
    ("action", "status", "kind"),
    [
        (b"failed", b"5.1.1", "bounce"),
        (b"failed", b"4.4.7", "bounce"),
        (b"delayed", b"4.4.1", "delay"),
        (b"delivered", b"2.0.0", "auto_reply"),
        (b"relayed", b"2.0.0", "auto_reply"),
        (b"expanded (to multi-recipient alias)", b"2.0.0", "auto_reply"),
    ],
)
@pytest.mark.case("C14")
def test_only_failed_is_a_bounce(action: bytes, status: bytes, kind: str) -> None:
    told = understand(REPORT % {b"subject": b"Report", b"action": action, b"status": status})
    assert told.kind == kind
    assert told.bounced is not None
    assert told.bounced.recipient == "tom@example.net"
    assert told.bounced.action == action.decode().partition(" ")[0]
    assert told.bounced.success == (kind == "auto_reply")
    assert told.references == ("<ask@example.org>",)


def test_a_human_who_forwards_a_bounce_has_written_to_us() -> None:
    raw = REPORT % {b"subject": b"x", b"action": b"failed", b"status": b"5.1.1"}
    head = b"From: Tom <tom@example.net>\nSubject: Fwd: it came back\nContent-Type: multipart/mixed; boundary=o\n\n"
    told = understand(
        head + b"--o\n\nLook at this, please.\n--o\nContent-Type: message/rfc822\n\n" + raw + b"\n--o--\n"
    )
    assert (told.kind, told.new_text) == ("reply", "Look at this, please.")
