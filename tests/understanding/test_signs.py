"""The signs by which a message is told: headers that programs alone write, addresses, references, meetings."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from twoyes.mail.incoming import understand

YES = b"Yes please, introduce us.\n"


def _mail(*headers: str, body: bytes = YES) -> bytes:
    return "\n".join(["From: Tom <tom@example.net>", "Subject: Re: x", *headers, "", ""]).encode() + body


def test_without_any_of_them_it_is_a_yes() -> None:
    assert understand(_mail()).meaning == "yes"
    assert understand(_mail("Auto-Submitted: no")).meaning == "yes"


@pytest.mark.parametrize(
    "header",
    [
        "Return-Path: <>",
        "Auto-Submitted: auto-replied",
        "Auto-Submitted: auto-generated; type=vacation",
        "Precedence: bulk",
        "Precedence: auto_reply",
        "X-Autoreply: yes",
        "X-Autorespond: away",
        "X-Auto-Response-Suppress: All",
        "X-MS-Exchange-Inbox-Rules-Loop: tom@example.net",
        "Delivered-To: Autoresponder",
    ],
)
@pytest.mark.case("C17", "C18")
def test_what_a_program_sent_is_no_answer_whatever_it_says(header: str) -> None:
    told = understand(_mail(header))
    assert (told.kind, told.meaning, told.new_text) == ("auto_reply", None, "")


@pytest.mark.case("C21")
def test_mail_of_our_own_and_mail_that_went_through_too_many_hands_is_a_loop() -> None:
    assert understand(_mail("X-Twoyes-Instance: abc")).kind == "loop"
    assert understand(_mail(*["Received: from a by b"] * 26)).kind == "loop"
    assert understand(_mail(*["Received: from a by b"] * 25)).kind == "reply"


@pytest.mark.parametrize(
    ("headers", "sender"),
    [
        (["From: Tom@Example.NET"], "Tom@Example.NET".lower()),
        (['From: "otto@example.org" <tom@example.net>'], "tom@example.net"),
        (["From: tom@example.net (otto@example.org (nested))"], "tom@example.net"),
        (["From: tom@example.net, otto@example.org"], ""),
        (["From: tom@example.net", "From: otto@example.org"], ""),
        (["From: nobody"], ""),
        (["From: =?utf-8?q?otto=40example=2Eorg?= <tom@example.net>"], "tom@example.net"),
    ],
)
def test_the_sender_is_the_one_address_of_from(headers: list[str], sender: str) -> None:
    assert understand("\n".join([*headers, "", "Hello"]).encode()).sender == sender


def test_what_it_answers_stands_first_among_the_references() -> None:
    told = understand(
        _mail("References: <a@x> <b@x>", "In-Reply-To: <b@x>", "Message-ID: <c@x>", "Cc: rita@example.org")
    )
    assert told.references == ("<b@x>", "<a@x>")
    assert (told.message_id, told.to) == ("<c@x>", ("rita@example.org",))


def test_the_time_is_in_utc() -> None:
    told = understand(_mail("Date: Mon, 23 Nov 2026 09:30:00 +0100"))
    assert told.sent_at == datetime(2026, 11, 23, 8, 30, tzinfo=UTC)
    assert understand(_mail("Date: yesterday")).sent_at is None


@pytest.mark.parametrize(
    ("said", "back"),
    [
        ("I am out of the office until 7 December.", date(2026, 12, 7)),
        ("I am out of the office from 24 November to January 4th.", date(2027, 1, 4)),
        ("Ich bin bis zum 07.12.2026 nicht im Büro.", date(2026, 12, 7)),
        ("Je suis absente jusqu'au 7 décembre 2026.", date(2026, 12, 7)),
        ("Estoy de vacaciones hasta el 7 de diciembre.", date(2026, 12, 7)),
        ("Sono in ferie fino al 7/12/2026.", date(2026, 12, 7)),
        ("Estarei de férias até 7 de dezembro de 2026.", date(2026, 12, 7)),
        ("Ik ben afwezig tot en met 7 december.", date(2026, 12, 7)),
        ("Jestem na urlopie do 7 grudnia 2026.", date(2026, 12, 7)),
        ("I am out of the office until 31 November.", None),
    ],
)
@pytest.mark.case("C17")
def test_an_absence_is_told_by_its_text_with_its_last_day(said: str, back: date | None) -> None:
    told = understand(
        _mail("Date: Mon, 23 Nov 2026 09:30:00 +0100", "Content-Type: text/plain; charset=utf-8", body=said.encode())
    )
    assert (told.kind, told.back_on) == ("auto_reply", back)


def test_an_invitation_says_who_and_when() -> None:
    event = (
        b"BEGIN:VCALENDAR\nMETHOD:REQUEST\nBEGIN:VEVENT\nUID:1\nDTSTART:20261201T090000Z\n"
        b"ORGANIZER:mailto:Rita@example.org\nATTENDEE;CN=Tom:mailto:tom@example.net\nEND:VEVENT\nEND:VCALENDAR\n"
    )
    told = understand(_mail("Content-Type: text/calendar; method=REQUEST", body=event))
    assert told.kind == "calendar"
    assert told.meeting is not None
    assert told.meeting.method == "request"
    assert told.meeting.people == ("rita@example.org", "tom@example.net")
    assert told.meeting.at == datetime(2026, 12, 1, 9, tzinfo=UTC)


def test_a_receipt_is_automatic_and_an_empty_letter_is_unknown() -> None:
    receipt = "Content-Type: multipart/report; report-type=disposition-notification; boundary=b"
    body = b"--b\n\nYes\n--b\nContent-Type: message/disposition-notification\n\nDisposition: displayed\n--b--\n"
    assert understand(_mail(receipt, body=body)).kind == "auto_reply"
    assert understand(_mail(body=b" \n")).kind == "unknown"
    assert understand(b"").kind == "unknown"
