"""What `understand` returns, field by field, and how it weighs one sign against another; `test_kinds` has the kinds."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from twoyes.mail.incoming import understand
from twoyes.mail.incoming.understanding import bounded
from twoyes.mail.incoming.understanding.understood import Bounced, Meeting, Understood

PROGRAM = "Auto-Submitted: auto-generated"
DAEMON = "From: MAILER-DAEMON@relay.example"
PERSON = "From: Tom <tom@example.net>"
MIXED = "Content-Type: multipart/mixed; boundary=x"
CALENDAR = "--x\nContent-Type: text/calendar; method=REQUEST\n\nBEGIN:VCALENDAR\n"
RECEIPT = "--x\nContent-Type: message/disposition-notification\n\nDisposition: displayed\n"
FEEDBACK = "--x\nContent-Type: message/feedback-report\n\nFeedback-Type: abuse\n"


def _failed(action: str = "failed") -> str:
    return f"--x\nContent-Type: message/delivery-status\n\nFinal-Recipient: rfc822; ann@example.net\nAction: {action}\n"


def _mail(*heads: str, body: str = "Yes please, introduce us.") -> bytes:
    return "\n".join([*heads, "Content-Type: text/plain; charset=utf-8", "", body]).encode()


def _parts(*parts: str, heads: tuple[str, ...] = (PERSON,), head: str = MIXED) -> bytes:
    return "\n".join([*heads, head, "", "--x\n\nYes please, introduce us.", *parts, "--x--"]).encode()


def test_each_field_of_a_letter_is_filled() -> None:
    told = understand(
        _mail(
            "From: =?utf-8?q?T=C3=B6m?= <Tom@example.net>",
            "To: desk@example.org, Rita <rita@example.org>",
            "Cc: Ann <ann@example.net>",
            "Subject: =?utf-8?q?Re:_Gr=C3=BC=C3=9Fe?=  and\n\t more ",
            "Message-ID: <1@example.net>",
            "References: <a@example.org>",
            "In-Reply-To: <b@example.org>",
            "Date: Mon, 23 Nov 2026 09:30:00 +0100",
            body="No, thank you.\n\nTom\n-- \nTom Target\n\n\nOn 23 Nov 2026, Cora <cora@example.org> wrote:\n> May I?",
        )
    )
    assert told == Understood(
        kind="reply",
        meaning="no",
        plainly=True,
        new_text="No, thank you.\n\nTom",
        subject="Re: Grüße and more",
        sender="tom@example.net",
        to=("desk@example.org", "rita@example.org", "ann@example.net"),
        message_id="<1@example.net>",
        references=("<b@example.org>", "<a@example.org>"),
        sent_at=datetime(2026, 11, 23, 8, 30, tzinfo=UTC),
        whole="No, thank you.\n\nTom\n--\nTom Target\n\nOn 23 Nov 2026, Cora <cora@example.org> wrote:\n> May I?",
    )


def test_what_says_nothing_has_nothing_in_it() -> None:
    assert understand(b"") == Understood("unknown")
    nothing = Understood("unknown")
    assert (nothing.meaning, nothing.plainly, nothing.new_text, nothing.subject, nothing.sender) == (
        None, False, "", "", "",
    )  # fmt: skip
    assert (nothing.to, nothing.message_id, nothing.references, nothing.sent_at) == ((), "", (), None)
    assert (nothing.back_on, nothing.bounced, nothing.meeting) == (None, None, None)
    assert (nothing.truncated, nothing.whole) == (False, "")


@pytest.mark.parametrize(
    "error", [RecursionError, MemoryError, ValueError, UnicodeError, LookupError, KeyError, TypeError, OverflowError]
)
def test_what_breaks_the_reading_is_set_aside_for_a_human(
    error: type[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(raw: bytes) -> tuple[bounded.Part, bool]:
        raise error

    monkeypatch.setattr(bounded, "take_apart", breaks)
    assert understand(_mail(PERSON)) == Understood("unknown", truncated=True)


# The surest sign goes first: each of these is also what all below it are.
BY_RANK = [
    ("loop", _parts(FEEDBACK, _failed(), RECEIPT, CALENDAR, heads=(PERSON, PROGRAM, "X-Twoyes-Instance: a"))),
    ("complaint", _parts(FEEDBACK, _failed(), RECEIPT, CALENDAR, heads=(PERSON, PROGRAM))),
    ("bounce", _parts(_failed(), RECEIPT, CALENDAR, heads=(PERSON, PROGRAM))),
    ("auto_reply", _parts(RECEIPT, CALENDAR, heads=(PERSON,))),
    ("calendar", _parts(CALENDAR, heads=(PERSON, PROGRAM))),
    ("challenge", _mail(DAEMON, body="Click http://f.example and prove that you are human. 550 5.1.1 user unknown.")),
    ("bounce", _mail(DAEMON, PROGRAM, body="550 5.1.1 user unknown.")),
    ("auto_reply", _mail(PERSON, PROGRAM)),
    ("reply", _mail(PERSON)),
    ("unknown", _mail(PERSON, body=" \n")),
]


@pytest.mark.parametrize(("kind", "raw"), BY_RANK, ids=[f"{at} {kind}" for at, (kind, _raw) in enumerate(BY_RANK)])
def test_of_several_signs_the_surest_says_what_it_is(kind: str, raw: bytes) -> None:
    told = understand(raw)
    assert told.kind == kind
    assert (told.meaning is not None) == (kind == "reply")
    assert bool(told.new_text) == (kind == "reply")


@pytest.mark.parametrize(
    ("raw", "kind"),
    [
        (_parts(FEEDBACK), "complaint"),
        (_mail(PERSON, "X-Abuse-Report: this is one"), "complaint"),
        (_mail(PERSON, "X-Abuse-Report:"), "reply"),
        (_parts(head="Content-Type: multipart/report; report-type=Feedback-Report; boundary=x"), "complaint"),
        (_parts(head="Content-Type: multipart/mixed; report-type=feedback-report; boundary=x"), "reply"),
        (_parts(head="Content-Type: multipart/report; boundary=x"), "reply"),
        # Its subject says so where a program wrote it; a human may write about one.
        (_mail(PERSON, PROGRAM, "Subject: Abuse report 17"), "complaint"),
        (_mail(PERSON, PROGRAM, "Subject: =?utf-8?q?Spam-Beschwerde?="), "complaint"),
        (_mail(PERSON, "Subject: Abuse report 17"), "reply"),
        (_mail(PERSON, PROGRAM, "Subject: Your abuse report"), "auto_reply"),
    ],
)
def test_a_complaint_is_told_by_its_parts_or_by_a_program(raw: bytes, kind: str) -> None:
    assert understand(raw).kind == kind


@pytest.mark.parametrize(
    ("raw", "kind"),
    [
        (_parts(RECEIPT), "auto_reply"),
        (
            _parts(head="Content-Type: multipart/report; report-type=Disposition-Notification; boundary=x"),
            "auto_reply",
        ),
        (_parts(head="Content-Type: multipart/mixed; report-type=disposition-notification; boundary=x"), "reply"),
        # One that is carried inside is not about our letter.
        (_parts(f"--x\nContent-Type: message/rfc822\n\n{MIXED.replace('=x', '=y')}\n\n{RECEIPT.replace('--x', '--y')}"),
         "reply"),
    ],
)  # fmt: skip
def test_a_receipt_says_only_that_a_letter_was_shown(raw: bytes, kind: str) -> None:
    told = understand(raw)
    assert (told.kind, told.bounced) == (kind, None)


@pytest.mark.parametrize(
    ("action", "kind"),
    [("failed", "bounce"), ("delayed", "delay"), ("delivered", "auto_reply"), ("relayed", "auto_reply")],
)
@pytest.mark.case("C14")
def test_a_report_says_what_became_of_a_letter(action: str, kind: str) -> None:
    told = understand(_parts(_failed(action), "--x\nContent-Type: text/rfc822-headers\n\nMessage-ID: <a@example.org>"))
    assert (told.kind, told.bounced) == (kind, Bounced("ann@example.net", action, ""))
    assert told.references == ("<a@example.org>",)


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("ann@example.net: 550 5.1.1 user unknown", "bounce"),
        ("ann@example.net: still trying 4.4.1", "delay"),
    ],
)
def test_a_mail_system_may_say_so_in_words(body: str, kind: str) -> None:
    returned = f"{body}\n\n--- Original message ---\nMessage-ID: <a@example.org>\n"
    told = understand(_mail(DAEMON, body=returned))
    assert told.kind == kind
    assert told.bounced is not None
    assert told.bounced.recipient == "ann@example.net"
    assert told.references == ("<a@example.org>",)


def test_what_nobody_can_answer_may_be_a_mail_system() -> None:
    body = "Your message could not be delivered to ann@example.net: the address does not exist."
    assert understand(_mail("From: noreply@example.net", body=body)).kind == "bounce"
    assert understand(_mail(PERSON, body=body)).kind == "reply"


def test_the_letter_that_a_complaint_returns_as_text_is_named_and_one_in_an_answer_is_not() -> None:
    body = "Somebody complained.\n\nMessage-ID: <a@example.org>\n"
    assert understand(_mail(PERSON, "X-Abuse-Report: a", body=body)).references == ("<a@example.org>",)
    assert understand(_mail(PERSON, body=body)).references == ()
    assert understand(_mail(PERSON, PROGRAM, body=body)).references == ()


def test_an_invitation_is_told_from_a_file_that_is_only_attached() -> None:
    told = understand(_parts(CALENDAR))
    assert (told.kind, told.meeting) == ("calendar", Meeting("request"))
    attached = CALENDAR.replace("\n\n", "\nContent-Disposition: attachment\n\n")
    assert (understand(_parts(attached)).kind, understand(_parts(attached)).meeting) == ("reply", None)


HELD = "A human must confirm: your letter is being held."


@pytest.mark.parametrize(
    ("heads", "body", "kind"),
    [
        # One sentence that only filters write, with a link or to be answered.
        ([], "http://f.example/1 Prove that you are human.", "challenge"),
        ([], "Reply to this: prove that you are human.", "challenge"),
        ([], "Prove that you are human.", "reply"),
        ([], "http://f.example/1 Are you human?", "reply"),
        # Or a human, something to do, and a letter that is held: of a program two of these.
        ([], f"http://f.example/1 {HELD}", "challenge"),
        ([], f"Reply to this. {HELD}", "challenge"),
        ([], HELD, "reply"),
        ([], "http://f.example/1 A human must confirm.", "reply"),
        ([], "http://f.example/1 Confirm: it is being held.", "reply"),
        ([], "http://f.example/1 No human, and it is being held.", "reply"),
        ([PROGRAM], "http://f.example/1 A human must confirm.", "challenge"),
        ([PROGRAM], "http://f.example/1 Confirm: it is being held.", "challenge"),
        ([PROGRAM], "http://f.example/1 No human, and it is being held.", "challenge"),
        ([PROGRAM], "http://f.example/1 A human.", "auto_reply"),
        ([PROGRAM], f"{HELD}", "auto_reply"),
        # The subject counts, what is quoted does not where anything is new, and only the beginning is looked at.
        (["Subject: Prove that you are human"], "http://f.example/1", "challenge"),
        ([], "Yes.\n\n> http://f.example/1 Prove that you are human.", "reply"),
        ([], "> http://f.example/1 Prove that you are human.", "challenge"),
        ([], f"http://f.example/1 {'a ' * 1_950}prove that you are human", "challenge"),
        ([], f"http://f.example/1 {'a ' * 1_990}prove that you are human", "reply"),
    ],
)
@pytest.mark.case("C18")
def test_a_filter_that_wants_a_proof_is_told_by_what_it_wants(heads: list[str], body: str, kind: str) -> None:
    assert understand(_mail(PERSON, *heads, body=body)).kind == kind


SENT = "Date: Mon, 23 Nov 2026 09:30:00 +0000"
ABSENT = "I am out of the office until 7 December."


@pytest.mark.parametrize(
    "raw",
    [
        _mail(PERSON, PROGRAM),
        _mail(PERSON, "Subject: Out of office"),
        _mail("From: noreply@example.net"),
        _mail(PERSON, body=ABSENT),
        # What a program writes may be all quoted.
        _mail(PERSON, body=f"> {ABSENT}"),
    ],
)
@pytest.mark.case("C17", "C18")
def test_each_sign_of_a_program_is_enough(raw: bytes) -> None:
    assert (understand(raw).kind, understand(raw).meaning) == ("auto_reply", None)


ONE_SIGN = "This inbox is closed."


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (ONE_SIGN, "auto_reply"),
        # What is less than half of a text, and a quotation the rest, is likelier an answer: it takes one sign more.
        (f"{ONE_SIGN}\n> {'a' * (len(ONE_SIGN) - 2)}", "auto_reply"),
        (f"{ONE_SIGN}\n> {'a' * (len(ONE_SIGN) - 1)}", "reply"),
        (f"{ONE_SIGN}\n> {'a' * 200}", "reply"),
        (f"{ONE_SIGN} I return in May.\n> {'a' * 200}", "auto_reply"),
    ],
)
def test_one_who_quotes_is_likelier_a_human(body: str, kind: str) -> None:
    assert understand(_mail(PERSON, body=body)).kind == kind


@pytest.mark.parametrize(
    ("heads", "body", "back"),
    [
        (["Date: Mon, 23 Nov 2026 23:30:00 -0800"], ABSENT, date(2026, 12, 7)),
        (["Date: Tue, 08 Dec 2026 09:30:00 +0000"], ABSENT, date(2027, 12, 7)),
        (
            [SENT, "Subject: Out of office until 7 December"],
            "Hi.",
            date(2026, 12, 7),
        ),
        ([SENT], f"> {ABSENT}", date(2026, 12, 7)),
        ([SENT, PROGRAM], "Hi.", None),
        ([], ABSENT, None),
    ],
)
@pytest.mark.case("C17")
def test_the_day_of_return_is_in_its_subject_or_text(heads: list[str], body: str, back: date | None) -> None:
    told = understand(_mail(PERSON, *heads, body=body))
    assert (told.kind, told.back_on) == ("auto_reply", back)


def test_a_message_that_claims_parts_and_has_none_is_unknown_unless_something_else_tells_it() -> None:
    assert understand(f"{PERSON}\n{MIXED}\n\nYes.".encode()).kind == "unknown"
    assert understand(f"{PERSON}\n{MIXED.upper()}\n\nYes.".encode()).kind == "unknown"
    assert understand(f"{DAEMON}\n{MIXED}\n\n550 5.1.1 user unknown".encode()).kind == "bounce"
    assert understand(f"{PERSON}\nContent-Type: text/enriched\n\nYes.".encode()).kind == "unknown"


@pytest.mark.parametrize(
    ("body", "meaning"),
    [
        ("No.", "no"),
        # In Polish this says yes, and two letters that Polish alone has show that Polish is near.
        ("No.\n\n> proszę", "no"),
        ("No.\n\n> proszę, żadnych", "unclear"),
        ("No.\n\n> PROSZĘ, ŻADNYCH", "unclear"),
        ("No.\n\n> ęęę", "no"),
        *[(f"No.\n\n> {one}{'ę' if one != 'ę' else 'ą'}", "unclear") for one in "ąęłśćżźń"],
        ("No.\n\n> ó ê", "no"),
        ("No, thanks.\n\n> proszę, żadnych", "no"),
    ],
)
def test_a_bare_no_beside_polish_may_be_a_yes(body: str, meaning: str) -> None:
    assert understand(_mail(PERSON, body=body)).meaning == meaning


def test_polish_may_also_be_in_the_subject() -> None:
    assert understand(_mail(PERSON, "Subject: =?utf-8?q?prosz=C4=99_=C5=BC?=", body="No.")).meaning == "unclear"


@pytest.mark.parametrize(
    "raw",
    [
        _mail("From: Zebulon <z@example.net>", body="Yes, zebulon, please introduce us."),
        _mail(PERSON, "To: Zebulon <z@example.net>", body="Yes, Zebulon, please introduce us."),
        _mail(PERSON, "Cc: Zebulon <z@example.net>", body="Yes, Zebulon, please introduce us."),
        _mail(PERSON, "To: =?utf-8?q?Zebulon?= <z@example.net>", body="Yes, Zebulon, please introduce us."),
        _mail(PERSON, body="Yes, Zebulon, please introduce us.\n\n> May I introduce you to our Zebulon?"),
        _mail(PERSON, "Subject: You and our Zebulon", body="Yes, Zebulon, please introduce us."),
    ],
)
def test_the_names_of_its_people_are_known(raw: bytes) -> None:
    assert understand(raw).meaning == "yes"


def test_a_word_that_names_nobody_is_not_known() -> None:
    assert understand(_mail(PERSON, body="Yes, zebulon, please introduce us.")).meaning == "unclear"


def test_of_a_letter_that_is_passed_on_its_people_are_named() -> None:
    inner = (
        "From: =?utf-8?q?C=C3=B6ra?= <cora@example.org>\nTo: ann@example.net\nCc: ben@example.net\n"
        "Subject: secret\n\nMay I?"
    )
    told = understand(_parts(f"--x\nContent-Type: message/rfc822\n\n{inner}"))
    heads = "from: Cöra <cora@example.org>\nto: ann@example.net\ncc: ben@example.net"
    assert (told.kind, told.whole) == ("reply", f"{heads}\nYes please, introduce us.")
    by_program = understand(_parts(f"--x\nContent-Type: message/rfc822\n\n{inner}", heads=(PERSON, PROGRAM)))
    assert (by_program.kind, by_program.whole) == ("auto_reply", "Yes please, introduce us.")


def test_one_who_passes_a_letter_on_and_adds_nothing_has_written() -> None:
    told = understand(_mail(PERSON, body="> May I?"))
    assert (told.kind, told.meaning, told.new_text, told.whole) == ("reply", "unclear", "", "> May I?")
    assert not told.plainly
