"""What a message is: each kind by its surest sign, and what goes before what."""

from __future__ import annotations

from datetime import date

import pytest

from twoyes.mail.incoming import understand
from twoyes.mail.incoming.understanding import understanding

FROM = "From: Tom <tom@example.net>"


def _mail(*heads: str, body: str = "Yes, please introduce us.\n") -> bytes:
    return "\n".join([FROM, *heads, "", body]).encode()


def _report(kind: str, part: str, text: str = "x", subject: str = "Report") -> bytes:
    return (
        f"{FROM}\nSubject: {subject}\nContent-Type: multipart/report; report-type={kind}; boundary=x\n\n"
        f"--x\n\nSorry.\n--x\nContent-Type: {part}\n\n{text}\n--x--\n"
    ).encode()


FAILED = "Final-Recipient: rfc822; tom@example.net\nAction: failed\nStatus: 5.1.1"


@pytest.mark.parametrize(
    ("raw", "kind"),
    [
        (_mail(), "reply"),
        (_report("delivery-status", "message/delivery-status", FAILED), "bounce"),
        (_report("delivery-status", "message/delivery-status", FAILED.replace("failed", "delayed")), "delay"),
        (_report("delivery-status", "message/delivery-status", FAILED.replace("failed", "delivered")), "auto_reply"),
        (_report("feedback-report", "message/feedback-report"), "complaint"),
        (_report("Feedback-Report", "text/plain"), "complaint"),
        (_report("x", "message/feedback-report"), "complaint"),
        (_mail("X-Abuse-Report: yes"), "complaint"),
        (_report("disposition-notification", "message/disposition-notification"), "auto_reply"),
        (_report("disposition-notification", "text/plain"), "auto_reply"),
        (_report("x", "message/disposition-notification"), "auto_reply"),
        (_mail("X-Twoyes-Instance: a"), "loop"),
        (_mail(*["Received: a"] * understanding.MOST_RECEIVED), "reply"),
        (_mail(*["Received: a"] * (understanding.MOST_RECEIVED + 1)), "loop"),
        # A loop goes before all else, a complaint before a report on delivery, a report before an invitation.
        (_report("feedback-report", "message/feedback-report").replace(b"\n", b"\nX-Twoyes-Instance: a\n", 1), "loop"),
        (_report("feedback-report", "message/delivery-status", FAILED), "complaint"),
        (_mail("Content-Type: text/calendar; method=REQUEST", body="BEGIN:VCALENDAR\nEND:VCALENDAR\n"), "calendar"),
        (_mail("Content-Type: multipart/mixed; boundary=x", body="nothing"), "unknown"),
        (_mail(body=""), "unknown"),
        (_mail(body=" \n\n"), "unknown"),
        (_mail("Subject: Out of office", body="Away."), "auto_reply"),
        (_mail("Auto-Submitted: auto-replied"), "auto_reply"),
        (b"", "unknown"),
    ],
)
def test_the_surest_sign_says_what_it_is(raw: bytes, kind: str) -> None:
    told = understand(raw)
    assert told.kind == kind
    assert (told.meaning is not None) == (kind == "reply")
    assert (told.bounced is not None) == (b"delivery-status" in raw and kind != "complaint")


def test_a_report_says_whom_and_which_letter() -> None:
    raw = _report(
        "delivery-status",
        "message/delivery-status",
        f"{FAILED}\n\n--x\nContent-Type: text/rfc822-headers\n\nMessage-ID: <a@x>",
    )
    told = understand(raw)
    assert told.bounced is not None
    assert (told.bounced.recipient, told.references) == ("tom@example.net", ("<a@x>",))


def test_in_words_of_its_own_a_mail_system_may_carry_the_head_of_the_letter() -> None:
    body = "<tom@example.net>: 550 5.1.1 unknown\n\nMessage-ID: <a@x>\n"
    told = understand(f"From: MAILER-DAEMON@relay.example\nSubject: failure notice\n\n{body}".encode())
    assert (told.kind, told.references) == ("bounce", ("<a@x>",))
    human = understand(_mail(body="Yes.\n\nMessage-ID: <a@x>\n"))
    assert (human.kind, human.references) == ("reply", ())


def test_an_absence_says_its_last_day_from_the_subject_or_the_text() -> None:
    sent = "Date: Mon, 23 Nov 2026 09:00:00 +0000"
    told = understand(_mail(sent, "Subject: Out of office until 2026-12-05", body="Away."))
    assert (told.kind, told.back_on) == ("auto_reply", date(2026, 12, 5))
    told = understand(_mail(sent, "Subject: Out of office", body="I am back on 2026-12-05."))
    assert told.back_on == date(2026, 12, 5)
    assert understand(_mail("Subject: Out of office", body="I am back on 2026-12-05.")).back_on is None
    assert understand(_mail(sent, body="Yes, I am back on 2026-12-05.")).back_on is None


def test_heads_are_told_as_they_stand() -> None:
    told = understand(
        _mail(
            "Subject: =?utf-8?q?gr=C3=BC=C3=9F?=\n  dich", "To: a@example.net", "Cc: b@example.net", "Message-ID: <m@x>"
        )
    )
    assert (told.subject, told.to, told.message_id) == ("grüß dich", ("a@example.net", "b@example.net"), "<m@x>")
    assert (told.sender, told.truncated, told.meeting) == ("tom@example.net", False, None)


def test_the_whole_text_has_the_quotation_too_and_so_much_of_it() -> None:
    told = understand(_mail(body="Yes.\n\n> May I?\n"))
    assert (told.new_text, told.whole) == ("Yes.", "Yes.\n\n> May I?")
    long = understand(_mail(body="a" * 30 + "\n" + "b" * understanding.MOST_WHOLE))
    assert len(long.whole) == understanding.MOST_WHOLE


def test_what_is_sent_on_as_an_attachment_tells_between_whom_it_went() -> None:
    inner = "From: otto@example.org\nTo: cora@example.org\nCc: ann@example.org\nSubject: x\n\nMeet Ann."
    parts = f"--x\n\nSee this.\n--x\nContent-Type: message/rfc822\n\n{inner}\n--x--"
    raw = f"{FROM}\nContent-Type: multipart/mixed; boundary=x\n\n{parts}"
    told = understand(raw.encode())
    assert told.whole.splitlines()[:3] == ["from: otto@example.org", "to: cora@example.org", "cc: ann@example.org"]
    assert told.whole.endswith("See this.")


@pytest.mark.parametrize(
    ("body", "meaning"),
    [("No.", "no"), ("No.\n\n> Zażółć gęślą", "unclear"), ("No.\n\n> Łódź", "unclear"), ("No.\n\n> Grzegorz ą", "no")],
)
def test_beside_polish_a_bare_no_may_be_a_yes(body: str, meaning: str) -> None:
    assert understand(_mail("Content-Type: text/plain; charset=utf-8", body=body)).meaning == meaning


def test_a_name_in_the_letter_that_is_answered_is_no_strange_word() -> None:
    quoted = "\n\nOn Mon, 23 Nov 2026 at 09:30, Cora <cora@example.org> wrote:\n> May I introduce Zbigniewa?\n"
    assert understand(_mail(body=f"Yes please, Zbigniewa.{quoted}")).meaning == "yes"
    assert understand(_mail(body="Yes please, zbigniewa.")).meaning == "unclear"
    assert understand(_mail("Cc: Zbigniewa <z@example.org>", body="Yes please, zbigniewa.")).meaning == "yes"


def test_a_letter_without_its_end_is_read_as_far_as_it_goes() -> None:
    told = understand(_mail(body="Yes, please introduce us.\n" + "\n> x" * 500_000))
    assert told.truncated
    assert told.new_text == "Yes, please introduce us."
