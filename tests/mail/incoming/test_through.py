"""From a mail server's connection to what follows: an answer by mail is kept, read, understood, and acted on."""

from datetime import timedelta

import pytest

from tests.mail.incoming.conftest import Asked
from tests.mail.incoming.lines import Line
from tests.support.cast import TOM
from twoyes.lib import limits
from twoyes.mail.incoming import processing
from twoyes.mail.models import Inbound

pytestmark = pytest.mark.django_db(transaction=True)


def answer(words: str, *more: str) -> bytes:
    head = [f"From: Tom Target <{TOM}>", "Subject: Re: a question", "Message-ID: <one@target.example>", *more]
    quoted = "On Monday, Cora via Twoyes wrote:\r\n> Would you like to meet Rita?"
    return "\r\n".join([*head, "", words, "", quoted, ""]).encode()


def read(asked: Asked) -> str:
    """Read what came, a minute after it; return where the introduction stands."""
    asked.cast.now += timedelta(hours=1)
    # What the listener's own clock says is later than the stage's: every message is there already.
    assert processing.process(asked.cast.now) == 1
    assert Inbound.objects.get().state == "done"
    return asked.cast.state(asked.introduction)


@pytest.mark.case("C20")
def test_a_no_by_mail_closes_the_ask(line: Line, asked: Asked) -> None:
    asked.cast.deliver()
    assert line.bring([asked.reply], answer("No, thank you. I would rather not."), TOM) == ["250 2.0.0 Kept"]
    assert read(asked) == "refused"


@pytest.mark.case("C18", "C19")
def test_neither_a_yes_by_mail_nor_an_absence_opens_anything(lmtp: Line, asked: Asked) -> None:
    asked.cast.deliver()
    lmtp.bring([asked.reply], answer("Yes, gladly!"), TOM)
    assert read(asked) == "asking"
    Inbound.objects.all().delete()
    absence = answer("I am on holiday. YES", "Auto-Submitted: auto-replied")
    lmtp.bring([asked.reply], absence, TOM)
    assert read(asked) == "asking"


@pytest.mark.case("A22", "C14")
def test_a_report_that_nobody_is_there_ends_it(lmtp: Line, asked: Asked) -> None:
    asked.cast.deliver()
    report = (
        "From: MAILER-DAEMON@mx.target.example\r\nSubject: Undelivered Mail Returned to Sender\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n--b\r\n\r\n'
        "User unknown\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n"
        "Reporting-MTA: dns; mx.target.example\r\n\r\n"
        f"Final-Recipient: rfc822; {TOM}\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n--b--\r\n"
    )
    lmtp.bring([asked.returned], report.encode(), "")
    assert read(asked) == "undeliverable"
    assert Inbound.objects.get().attempts < limits.INBOUND_TRIES
