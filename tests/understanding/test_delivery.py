"""What mail systems say of a letter: in the fields of a report, and in words of their own."""

from __future__ import annotations

import pytest

from twoyes.mail.incoming.understanding.bounded import take_apart
from twoyes.mail.incoming.understanding.delivery import free_text, nobody, status
from twoyes.mail.incoming.understanding.understood import Bounced


def _report(*blocks: str, kind: str = "message/delivery-status") -> bytes:
    told = "\n\n".join(blocks)
    head = "From: a@b.example\nContent-Type: multipart/report; report-type=delivery-status; boundary=x\n\n"
    return f"{head}--x\n\nSorry.\n--x\nContent-Type: {kind}\n\n{told}\n--x--\n".encode()


@pytest.mark.parametrize(
    ("blocks", "told"),
    [
        (
            ["Reporting-MTA: dns; a", "Final-Recipient: rfc822; tom@example.net\nAction: failed\nStatus: 5.1.1"],
            Bounced("tom@example.net", "failed", "5.1.1"),
        ),
        # Of several recipients the one with the worst news.
        (
            [
                "Final-Recipient: rfc822; ann@example.net\nAction: delivered\nStatus: 2.0.0",
                "Final-Recipient: rfc822; ben@example.net\nAction: delayed\nStatus: 4.4.1",
                "Final-Recipient: rfc822; tom@example.net\nAction: failed\nStatus: 5.1.1",
            ],
            Bounced("tom@example.net", "failed", "5.1.1"),
        ),
        (
            [
                "Final-Recipient: rfc822; a@example.net\nAction: relayed",
                "Final-Recipient: rfc822; b@example.net\nAction: delivered",
            ],
            Bounced("b@example.net", "delivered", ""),
        ),
        (
            [
                "Final-Recipient: rfc822; a@example.net\nAction: expanded",
                "Final-Recipient: rfc822; b@example.net\nAction: relayed",
            ],
            Bounced("b@example.net", "relayed", ""),
        ),
        # What the action lacks the status says.
        (["Final-Recipient: rfc822; tom@example.net\nStatus: 4.2.2"], Bounced("tom@example.net", "delayed", "4.2.2")),
        (["Final-Recipient: rfc822; tom@example.net\nStatus: 2.1.5"], Bounced("tom@example.net", "delivered", "2.1.5")),
        (["Final-Recipient: rfc822; tom@example.net\nStatus: 5.2.2"], Bounced("tom@example.net", "failed", "5.2.2")),
        (["Final-Recipient: rfc822; tom@example.net"], Bounced("tom@example.net", "failed", "")),
        (["Status: 5.0.0"], Bounced("", "failed", "5.0.0")),
        (["Action: failed"], Bounced("", "failed", "")),
        (["ACTION: Failed (user unknown)"], Bounced("", "failed", "")),
        (["Action: failed; really"], Bounced("", "failed", "")),
        (["Action: relayed; really"], Bounced("", "relayed", "")),
        (["Action: (relayed), really"], Bounced("", "relayed", "")),
        (["Action: odd\nStatus: 4.0.0"], Bounced("", "delayed", "4.0.0")),
        # Whom it was for where the last address is not said.
        (["Original-Recipient: rfc822;tom@example.net\nAction: failed"], Bounced("tom@example.net", "failed", "")),
        (
            ["Original-Recipient: rfc822;old@example.net\nFinal-Recipient: rfc822; new@example.net\nAction: failed"],
            Bounced("new@example.net", "failed", ""),
        ),
        # No recipient at all: it failed, with whatever number stands there.
        (["Reporting-MTA: dns; a\nDiagnostic: 5.7.1 no"], Bounced("", "failed", "5.7.1")),
        (["Reporting-MTA: dns; a"], Bounced("", "failed", "")),
        (["Diagnostic: 15.7.1 and 5.7.1.2"], Bounced("", "failed", "")),
    ],
)
@pytest.mark.parametrize("kind", ["message/delivery-status", "message/global-delivery-status", "text/delivery-status"])
def test_a_report_says_whom_what_and_why(blocks: list[str], told: Bounced, kind: str) -> None:
    assert status(take_apart(_report(*blocks, kind=kind))[0]) == told


def test_what_is_no_report_says_nothing() -> None:
    assert status(take_apart(_report("Action: failed", kind="text/plain"))[0]) is None


@pytest.mark.parametrize("action", ["delivered", "relayed", "expanded"])
def test_a_report_of_success_is_one(action: str) -> None:
    assert Bounced("", action, "").success


@pytest.mark.parametrize("action", ["failed", "delayed", ""])
def test_any_other_is_none(action: str) -> None:
    assert not Bounced("", action, "").success


@pytest.mark.parametrize(
    ("path", "is_nobody"),
    [
        ("Return-Path: <>", True),
        ("Return-Path:  <> ", True),
        ("Return-Path: <MAILER-DAEMON>", True),
        ("Return-Path: <tom@example.net>", False),
        ("Return-Path:", False),
        ("X-Path: <>", False),
        ("Return-Path: <tom@example.net>\nReturn-Path: <>", False),
    ],
)
def test_the_null_sender_is_nobody(path: str, is_nobody: bool) -> None:
    assert nobody(take_apart(f"{path}\n\n".encode())[0]) is is_nobody


DAEMON = "From: Mail Delivery System <MAILER-DAEMON@relay.example>"
PERSON = "From: Tom <tom@example.net>"


@pytest.mark.parametrize(
    ("heads", "subject", "body", "told"),
    [
        ([DAEMON], "Undelivered Mail Returned to Sender", "<tom@example.net>: 550 5.1.1 unknown", "failed"),
        ([DAEMON], "Hello", "<tom@example.net>: 550 5.1.1 unknown", "failed"),
        ([DAEMON], "Hello", "tom@example.net said 550 hello", "failed"),
        ([DAEMON], "Hello", "Nothing that anybody knows.", None),
        ([DAEMON], "Warning: could not send message for past 4 hours", "tom@example.net: still trying", "delayed"),
        ([PERSON], "Undelivered Mail Returned to Sender", "<tom@example.net>: 550 5.1.1 unknown", None),
        ([PERSON, "Return-Path: <>"], "Undelivered Mail Returned to Sender", "tom@example.net is unknown", "failed"),
        ([PERSON, "X-Failed-Recipients: tom@example.net"], "Hello", "Sorry.", "failed"),
        (['From: ""'], "Hello", "<tom@example.net>: 550 5.1.1 unknown", "failed"),
    ],
)
def test_words_count_where_a_mail_system_says_them(heads: list[str], subject: str, body: str, told: str | None) -> None:
    message, _cut = take_apart("\n".join([*heads, f"Subject: {subject}", "", body]).encode())
    found = free_text(message, subject, body, unread=False)
    assert (found.action if found else None) == told


def test_it_names_whom_and_why_in_its_own_words_and_not_in_those_that_it_returns() -> None:
    own = "This is the mail system.\n\n<tom@example.net>: 550 5.1.1 unknown"
    body = f"{own}\n\n--- Original message ---\nFrom: cora@example.org 5.7.7\n"
    message, _cut = take_apart(f"{DAEMON}\n\n{body}".encode())
    told = free_text(message, "failure notice", body, unread=False)
    assert told == Bounced("tom@example.net", "failed", "5.1.1")
    only = "This is the mail system at your service.\n---- Original message ----\n<tom@example.net>: 550 5.1.1"
    assert free_text(message, "failure notice", only, unread=False) == Bounced("", "failed", "")


def test_where_nobody_reads_the_words_count_as_well() -> None:
    body = "Your message could not be delivered to tom@example.net: the address does not exist."
    message, _cut = take_apart(f"{PERSON}\n\n{body}".encode())
    assert free_text(message, "Undelivered Mail Returned to Sender", body, unread=False) is None
    told = free_text(message, "Undelivered Mail Returned to Sender", body, unread=True)
    assert told is not None
    assert (told.recipient, told.action) == ("tom@example.net", "failed")


def test_a_word_in_a_report_without_fields_is_a_failure() -> None:
    message, _cut = take_apart(f"{DAEMON}\nContent-Type: multipart/report; boundary=x\n\n--x\n\nSorry.\n--x--".encode())
    assert free_text(message, "Hello", "Sorry, tom@example.net.", unread=False) == Bounced(
        "tom@example.net", "failed", ""
    )
