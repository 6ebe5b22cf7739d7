"""From the bytes of a message to what it is and says: pure, and the same for the same bytes (C14 to C21)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from twoyes.mail.incoming.understanding import (
    absence,
    automatic,
    bounded,
    calendar,
    decoding,
    delivery,
    headers,
    lexicon,
    newtext,
)
from twoyes.mail.incoming.understanding.bounded import Part
from twoyes.mail.incoming.understanding.meaning import meaning, names_in, plainly
from twoyes.mail.incoming.understanding.understood import Bounced, Kind, Meaning, Meeting, Understood

MOST_RECEIVED = 25
MOST_WHOLE = 20_000
"""Characters of a whole text that are handed on: the head of a forwarded message, and what a filter asks for."""

LEAST_POLISH = 2
"""Letters that Polish alone has, from which on a message has Polish in it."""
_POLISH = frozenset("ąęłśćżźń")

INSTANCE = "x-twoyes-instance"


@dataclass(frozen=True, slots=True)
class _Told:
    """What a message is, with what only its kind has."""

    kind: Kind
    bounced: Bounced | None = None
    meeting: Meeting | None = None
    back_on: date | None = None
    new_text: str = ""
    guessed: bool = False


def understand(raw: bytes) -> Understood:
    """Return what a message is, and what it says if a human wrote it. Never raises; at most 1 MB is read (D10 to D13).

    What cannot be read is of kind `unknown`: broken beyond reading, nested to harm, or empty.
    """
    try:
        message, truncated = bounded.take_apart(raw)
        return _understood(message, truncated=truncated)
    except (RecursionError, MemoryError, ValueError, LookupError, TypeError, ArithmeticError):
        # Each limit has a test; this is for the next trick, and a message set aside is seen by a human.
        return Understood("unknown", truncated=True)


def _understood(message: Part, *, truncated: bool) -> Understood:
    subject = " ".join(decoding.header(message.first("subject")).split())
    body = newtext.body(message)
    sent = headers.sent_at(message)
    told = _what(message, subject, body, sent)
    said, names = told.new_text, _names(message, subject, body)
    means = _meaning(said, names, f"{subject}\n{body}") if told.kind == "reply" else None
    return Understood(
        kind=told.kind,
        meaning=means,
        plainly=means is not None and plainly(said, names, means),
        new_text=said,
        subject=subject,
        sender=headers.sender(message),
        to=headers.addresses([*message.all("to"), *message.all("cc")]),
        message_id=headers.message_id(message),
        references=headers.references(message, headers.returned_ids(message, _returned(told, body))),
        sent_at=sent,
        back_on=told.back_on,
        bounced=told.bounced,
        meeting=told.meeting,
        truncated=truncated or len(body) == newtext.LONGEST,
        guessed=told.guessed,
        whole=_whole(message, body, told.kind),
    )


def _what(message: Part, subject: str, body: str, sent: datetime | None) -> _Told:
    """Ask each kind in turn, the surest sign first; what none of them claims is a human's, if there is anything."""
    if _has_looped(message):
        return _Told("loop")
    if _is_complaint(message):
        return _Told("complaint")
    status = delivery.status(message)
    if status is not None:
        kind: Kind = "auto_reply" if status.success else "delay" if status.action == "delayed" else "bounce"
        return _Told(kind, bounced=status)
    if _is_receipt(message):
        return _Told("auto_reply")
    meeting = calendar.meeting(message)
    if meeting is not None:
        return _Told("calendar", meeting=meeting)
    return _in_words(message, subject, body, sent)


def _in_words(message: Part, subject: str, body: str, sent: datetime | None) -> _Told:
    """Tell the kinds that only their headers and words give away."""
    said, guessed = newtext.parted(body)
    if _challenges(message, f"{subject}\n{said or body}", linked="http" in body):
        return _Told("challenge")
    free = delivery.free_text(message, subject, body, unread=automatic.by_sender(message))
    if free is not None:
        return _Told("delay" if free.action == "delayed" else "bounce", bounced=free)
    if _is_broken(message):
        return _Told("unknown")
    if (
        automatic.by_headers(message)
        or automatic.by_subject(subject)
        or automatic.by_sender(message)
        or automatic.by_text(said or body, quotes=len(said) < len(body) // 2)
    ):
        return _Told(
            "auto_reply", back_on=absence.back_on(f"{subject}\n{said or body}", sent=sent.date() if sent else None)
        )
    # One who passes a letter on and adds nothing has written to us all the same.
    return _Told("reply", new_text=said, guessed=guessed) if body.strip() else _Told("unknown")


def _has_looped(message: Part) -> bool:
    return len(message.all("received")) > MOST_RECEIVED or any(name == INSTANCE for name, _value in message.headers)


def _is_complaint(message: Part) -> bool:
    if any(part.kind == "message/feedback-report" for part in message.own()) or message.first("x-abuse-report"):
        return True
    told = lexicon.line(decoding.header(message.first("subject")))
    if told.startswith(lexicon.mail_systems().of("complaint.subjects")) and automatic.by_headers(message):
        return True
    return message.kind == "multipart/report" and message.parameters.get("report-type", "").lower() == "feedback-report"


def _is_receipt(message: Part) -> bool:
    """Say whether it only says that a letter was shown or deleted (RFC 8098)."""
    if any(part.kind == "message/disposition-notification" for part in message.own()):
        return True
    return message.kind == "multipart/report" and "disposition" in message.parameters.get("report-type", "").lower()


def _is_broken(message: Part) -> bool:
    """Say whether a message claims parts and has none: what is left of it is no text."""
    return message.kind == "text/plain" and message.first("content-type").lower().startswith(b"multipart/")


def _challenges(message: Part, said: str, *, linked: bool) -> bool:
    """Say whether somebody's filter wants a proof before it delivers: of being human, by a click, for what it holds."""
    text, known = lexicon.line(said[:4_000]), lexicon.mail_systems()
    if not linked and not lexicon.says(text, known.of("challenge.answer")):
        return False
    signs = sum(lexicon.says(text, known.of(f"challenge.{name}")) for name in ("human", "act", "held"))
    return lexicon.says(text, known.of("challenge.says")) or signs >= 3 - automatic.by_headers(message)


def _meaning(said: str, names: set[str], whole: str) -> Meaning:
    """Return what a text means; a bare "No." says yes in Polish, so beside Polish it may say either."""
    if lexicon.words(said) == ["no"] and len(_POLISH & set(whole.lower())) >= LEAST_POLISH:
        return "unclear"
    return meaning(said, names)


def _names(message: Part, subject: str, body: str) -> set[str]:
    """Return the words that name somebody in this message: those of its people, and names in what it quotes."""
    people = " ".join(decoding.header(value) for name in ("from", "to", "cc") for value in message.all(name))
    return set(lexicon.words(people)) | names_in(f"{subject}\n{body}")


def _whole(message: Part, body: str, kind: Kind) -> str:
    """Return the text as it stands, below the names in what a human sends on as an attachment."""
    carried = [one for part in message.own() if part.kind == "message/rfc822" for one in part.parts]
    names = ("from", "to", "cc") if kind == "reply" else ()
    heads = [f"{name}: {decoding.header(value)}" for one in carried for name in names for value in one.all(name)]
    return newtext.normal("\n".join([*heads, body])[:MOST_WHOLE])


def _returned(told: _Told, body: str) -> list[str]:
    """Return the text in which a mail system may carry the headers of the letter that it returns."""
    return [body] if told.kind in {"bounce", "delay", "complaint"} else []
