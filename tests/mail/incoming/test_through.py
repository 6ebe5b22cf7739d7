"""From a mail server's connection to what follows: an answer by mail is kept, read, understood, and acted on."""

from datetime import timedelta

import pytest
from pytest_django import Settings

from tests.mail.incoming.conftest import Asked
from tests.mail.incoming.lines import Line
from tests.support.cast import OTTO, TOM
from twoyes.introductions.models import Letter
from twoyes.lib import limits
from twoyes.mail import front as mail
from twoyes.mail import ours
from twoyes.mail.incoming import listening, processing
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


BARE = "intro@twoyes.localhost"


def refers_to(letter: str, *, other: str = "<x@elsewhere.example>") -> tuple[str, str]:
    """What a mail program writes above an answer to this letter."""
    named = Letter.objects.get(pk=letter).message_id
    return f"In-Reply-To: {named}", f"References: {other}\r\n {named}"


@pytest.mark.case("C11", "C20")
@pytest.mark.parametrize("template", ["intro@twoyes.localhost", "intro+{token}@twoyes.localhost"])
def test_a_no_to_the_address_that_our_letters_are_from_closes_by_what_it_refers_to_and_whom_it_is_from(
    line: Line, asked: Asked, settings: Settings, template: str
) -> None:
    settings.TWOYES_MAIL_ADDRESS = template
    asked.cast.deliver()
    assert ours.sender() == BARE
    no = answer("No, thank you. I would rather not.", *refers_to(asked.letter))
    assert line.bring([BARE.upper()], no, TOM) == [listening.KEPT]
    assert read(asked) == "refused"
    assert (Inbound.objects.get().letter, Inbound.objects.get().introduction) == (asked.letter, asked.introduction)


@pytest.mark.case("C11", "C27")
def test_from_anybody_else_it_answers_nothing(lmtp: Line, asked: Asked) -> None:
    asked.cast.deliver()
    stop = answer("No. Stop.", *refers_to(asked.letter)).replace(TOM.encode(), OTTO.encode())
    assert lmtp.bring([BARE], stop, OTTO) == [listening.KEPT]
    assert read(asked) == "asking"
    assert mail.came_about(asked.introduction, asked.cast.now) == []


@pytest.mark.case("C22", "C27")
def test_what_answers_no_letter_of_ours_is_refused_in_the_session(line: Line, asked: Asked) -> None:
    for head in ((), ("In-Reply-To: <x@twoyes.localhost>",), ("References: <a@b.example> <c@d.example>",)):
        assert line.bring([BARE], answer("Hello?", *head), TOM) == [listening.UNKNOWN]
    assert not Inbound.objects.exists()
    # Beside a signed address it says nothing more.
    both = line.bring([BARE, asked.reply], answer("Hello?", *refers_to(asked.letter)), TOM)
    assert set(both) == {listening.KEPT}
    assert [row.purpose for row in Inbound.objects.all()] == ["reply"]


def test_no_more_comes_to_it_about_one_letter_in_a_day_than_to_any_other_address(lmtp: Line, asked: Asked) -> None:
    said = [
        lmtp.bring([BARE], answer(f"Hello {number}", *refers_to(asked.letter)), TOM)[0]
        for number in range(limits.INBOUND_A_DAY + 1)
    ]
    assert said == [listening.KEPT] * limits.INBOUND_A_DAY + [listening.FULL]
