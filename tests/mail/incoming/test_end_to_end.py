"""From the bytes of a mail to what follows: arrived, read in a process of its own, acted on, and told to Cora."""

from __future__ import annotations

import pytest
from pytest_django import Settings

from tests.mail.incoming.came import actors, did, handed_on, letter
from tests.support.cast import CORA, RITA, TOM, Cast
from twoyes.introductions.models import Introduction, Letter
from twoyes.introductions.protocol import State
from twoyes.mail import front as mail
from twoyes.mail import ours
from twoyes.mail.incoming import arriving, processing
from twoyes.mail.models import Inbound

pytestmark = pytest.mark.django_db
MX = "mx.twoyes.example"


def brought(cast: Cast, to: str, head: str, body: str, sender: str = TOM) -> Inbound:
    """Let a mail come to an address of ours, and be processed."""
    place = arriving.place_of(to)
    assert place is not None
    raw = f"{head.strip()}\n\n{body}".replace("\n", "\r\n").encode()
    with cast.time():
        kept = arriving.arrive(place, sender, raw, way="lmtp", now=cast.now)
        assert kept is not None
        assert processing.process(cast.now) == 1
    row = Inbound.objects.get(pk=kept)
    assert (row.state, row.why) == ("done", "")
    return row


def head(sender: str, to: str, *more: str, subject: str = "Re: May I introduce you to someone?") -> str:
    lines = (f"From: {sender}", f"To: {to}", f"Subject: {subject}", f"Message-ID: <{len(more)}.{len(to)}@x.example>")
    return "\n".join((*lines, "Date: Mon, 02 Mar 2026 10:00:00 +0000", *more))


@pytest.mark.case("C20")
def test_a_no_above_a_quoted_ask_closes_and_is_told_without_the_quotation(cast: Cast) -> None:
    introduction = cast.asked()
    ask = letter(introduction, "ask")
    key = cast.key(introduction, "ask")
    to = ours.reply_address(ask)
    above = "No, thank you, I cannot take this on.\n\nTom\n\nOn Mon, 2 Mar 2026, Cora via Twoyes wrote:\n"
    body = f"{above}> Dear Tom,\n> yes\n> http://h/t/{key}\n"
    row = brought(cast, to, head(f"Tom Target <{TOM}>", to), body)
    assert (did(row), cast.state(introduction)) == ("no", State.REFUSED)
    assert actors(introduction, "no") == [("link_holder", "mail")]
    ((reader, _subject, text),) = handed_on(cast)
    assert reader == CORA
    assert "> No, thank you, I cannot take this on." in text
    assert key not in text
    with cast.time():
        assert "reply_copy" in mail.tick().letters


@pytest.mark.case("C19")
def test_a_yes_waits_for_the_connector(cast: Cast) -> None:
    introduction = cast.asked()
    to = ours.reply_address(letter(introduction, "ask"))
    row = brought(cast, to, head(TOM, to), "Yes, gladly.\n")
    assert (did(row), cast.state(introduction)) == ("copied", State.ASKING)
    (shown,) = mail.came_about(introduction, cast.now)
    assert (shown.meaning, shown.words) == ("yes", "Yes, gladly.")


@pytest.mark.case("C17", "C18")
def test_an_absence_that_quotes_our_yes_is_nothing_but_an_absence(cast: Cast) -> None:
    introduction = cast.asked()
    to = ours.return_path(letter(introduction, "ask"))
    auto = "Auto-Submitted: auto-replied"
    body = "I am out of the office until 12 March 2026.\n\n> yes, no, not now\n> YES\n"
    row = brought(cast, to, head(TOM, to, auto, subject="Out of office: May I introduce you"), body, sender="")
    assert (did(row), cast.state(introduction)) == ("noted", State.ASKING)
    (shown,) = mail.came_about(introduction, cast.now)
    assert shown.kind == "auto_reply"
    assert shown.back_on is not None
    assert shown.back_on.isoformat() == "2026-03-12"
    assert not Letter.objects.filter(kind="reply_copy").exists()


REPORT = """This is a MIME-encapsulated message.

--b1
Content-Type: text/plain; charset=us-ascii

I'm sorry to have to inform you that your message could not be delivered.

--b1
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.target.example

Final-Recipient: rfc822; tom@target.example
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 5.1.1 User unknown

--b1--
"""


@pytest.mark.case("A22", "A23", "C14")
@pytest.mark.parametrize(
    ("action", "status", "state", "sent"),
    [
        ("failed", "5.1.1", State.UNDELIVERABLE, "sent"),
        ("delayed", "4.4.1", State.ASKING, "unknown"),
        ("delivered", "2.0.0", State.ASKING, "sent"),
    ],
)
def test_a_report_on_an_ask_of_unknown_fate(cast: Cast, action: str, status: str, state: State, sent: str) -> None:
    introduction = cast.asking()
    cast.deliver("unknown")
    ask = letter(introduction, "ask")
    to = ours.return_path(ask)
    kind = 'Content-Type: multipart/report; report-type=delivery-status; boundary="b1"'
    daemon = head("Mail Delivery System <mailer-daemon@mx.target.example>", to, "MIME-Version: 1.0", kind, subject="x")
    brought(cast, to, daemon, REPORT.format(action=action, status=status), sender="")
    assert cast.state(introduction) is state
    assert Letter.objects.get(pk=ask).state == sent


def test_a_first_line_that_moves_the_connector_to_bcc_is_seen_and_told_once(cast: Cast) -> None:
    introduction = cast.introduced()
    to = ours.thread_address(introduction)
    words = "Dear Tom, thank you for saying yes. Tuesday at ten?\n\nRita"
    row = brought(cast, to, head(RITA, TOM, subject="Re: Rita Holm and Tom Target"), words, sender=RITA)
    assert (did(row), cast.state(introduction)) == ("first", State.CONNECTED)
    ((_to, _subject, text),) = handed_on(cast)
    assert "> Dear Tom, thank you for saying yes." in text


FORWARDED = """This came just now.

---------- Forwarded message ---------
From: Otto Outsider <otto@outside.example>
Date: Mon, 2 Mar 2026 at 08:00
Subject: You two should meet
To: Nadia Noor <nadia@noor.example>, Cora Lund <cora@connects.example>

Nadia, meet Cora. Cora, meet Nadia. I leave you to it!
"""


def test_a_forwarded_introduction_is_answered(cast: Cast) -> None:
    to = ours.guard_address("cora")
    row = brought(cast, to, head(f"Cora Lund <{CORA}>", to, subject="Fwd: You two should meet"), FORWARDED, sender=CORA)
    assert did(row) == "guard"
    ((reader, _subject, text),) = handed_on(cast, "guard_answer")
    assert reader == CORA
    assert "Otto Outsider introduced you to Nadia Noor." in text


@pytest.mark.case("C23")
@pytest.mark.parametrize(("authority", "followed"), [(MX, "draft"), ("mx.other.example", "unproved")])
def test_a_request_by_mail(cast: Cast, settings: Settings, authority: str, followed: str) -> None:
    settings.TWOYES_AUTHSERV = MX
    to = ours.request_address("cora")
    proof = f"Authentication-Results: {authority}; dmarc=pass header.from=asks.example"
    body = "Dear Cora,\n\nmay I meet Tom Target of Blade Works? I lead blade maintenance at Nordsjo Drift.\n\nRolf\n"
    mail_head = head("Rolf Rask <rolf@asks.example>", to, proof, subject="An introduction to Tom Target?")
    assert did(brought(cast, to, mail_head, body, sender="rolf@asks.example")) == followed
    assert Introduction.objects.count() == (followed == "draft")


@pytest.mark.case("C27", "E12")
def test_who_sends_first_under_a_guessed_message_id_does_not_shut_out_the_true_answer(cast: Cast) -> None:
    introduction = cast.asked()
    to = ours.reply_address(letter(introduction, "ask"))
    brought(cast, to, head("eve@evil.example", to), "Hello.\n", sender="eve@evil.example")
    row = brought(cast, to, head(TOM, to), "No, thank you.\n")
    assert (did(row), cast.state(introduction)) == ("no", State.REFUSED)
    place = arriving.place_of(to)
    assert place is not None
    again = f"{head(TOM, to)}\n\nNo, thank you.\n".replace("\n", "\r\n").encode()
    assert arriving.arrive(place, TOM, again, way="lmtp", now=cast.now) is None
