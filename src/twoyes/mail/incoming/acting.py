"""What a message leads to, once it is understood: little, and never more than its writer may decide.

Whatever is ambiguous moves toward less disclosure: an answer by mail may close an ask and opens none, but for the one
word that an operator may let count (`own_yes`); an automatic one does nothing, and everything that is not plain goes to
the connector as text (C14 to C21, C31, C35).
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from datetime import datetime

from twoyes.introductions import front as introductions
from twoyes.lib import addresses, sealing
from twoyes.lib.errors import Refused
from twoyes.mail import ours
from twoyes.mail.incoming import headers, noted, own_yes, written_to
from twoyes.mail.incoming.matching import NOTHING, Matched, match
from twoyes.mail.incoming.noted import ASKS, Mail
from twoyes.mail.incoming.plain import plain
from twoyes.mail.incoming.understanding import Understood
from twoyes.mail.models import Inbound, InboundState

log = logging.getLogger(__name__)
_OUTCOME_WORDS = 1000
# What no human wrote as an answer, or nobody can tell: to the connector as it stands, and nothing follows (C16).
_AS_TEXT = ("challenge", "unknown", "calendar", "bounce")


def act(row: Inbound, understood: Understood, now: datetime) -> None:
    """Do what follows from a message, and note it on its row; part of the transaction that ends its reading.

    What the verbs refuse, because it came too late or from somebody else, is noted and nothing more.
    """
    raw = sealing.get_bytes(row, "raw")
    matched = _vouched(match(row.purpose, row.ref, understood, now=now), raw, understood)
    mail = Mail(row, raw, matched, understood, now)
    noted.note(mail, _did(mail))


def turned_away(row: Inbound, sender: str, now: datetime) -> None:
    """Note what was too large to be taken: nobody reads it, and nothing follows from it (C26).

    Whose answer it is stands in its envelope alone. Nobody can vouch for that, and it gives nobody a say.
    """
    said = Understood("unknown", sender=sender)
    matched = match(row.purpose, row.ref, said, now=now)
    noted.note(Mail(row, b"", matched, said, now), "too_large")
    Inbound.objects.filter(pk=row.pk).update(state=InboundState.DONE, read_at=now)


def _vouched(matched: Matched, raw: bytes, understood: Understood) -> Matched:
    """Take whoever our own mail server does not vouch for as a stranger: anybody can write any From (C35)."""
    if not matched.writer or headers.is_vouched(raw, understood.sender):
        return matched
    # What a message refers to counts from its writer alone.
    return NOTHING if matched.by == "references" else replace(matched, writer="")


def _did(mail: Mail) -> str:
    said, matched = mail.understood, mail.matched
    if said.kind == "loop" or _is_own(mail):
        return "dropped"
    if matched.expired:
        return _copy(mail) if said.kind == "reply" else "noted"
    return _PURPOSES.get(matched.purpose, _nothing)(mail)


def _is_own(mail: Mail) -> bool:
    """Say whether it is from us: two addresses of ours must not talk to each other (C21).

    The plain address that our letters are from is the connector's own where all is one mailbox: then it is theirs.
    """
    address = mail.understood.sender
    if not address or ours.recognise(address) is not None:
        return bool(address)
    return address.lower() == ours.sender().lower() and not written_to.is_of_connector(address, mail.matched.connector)


# --- answers to a letter ------------------------------------------------------------------------------------------


def _reply(mail: Mail) -> str:
    kind = mail.understood.kind
    if kind == "complaint":
        return _complaint(mail)
    if kind in _AS_TEXT:
        return _copy(mail)
    if kind != "reply":
        # An absence, a delay: shown beside the ask, and its deadline goes on (C17, C18).
        return "noted"
    return _answer(mail) if mail.matched.kind in ASKS else _word(mail)


def _answer(mail: Mail) -> str:
    """Take what somebody writes to an ask: it arrived (A23), a plain no closes (C20), and the connector reads it.

    The one word that the ask names is its yes, where the operator chose that (C19).
    """
    letter, now = mail.matched.letter, mail.now
    introductions.arrived(letter, now=now)
    did = ""
    closing = mail.understood.meaning if mail.understood.plainly else None
    if closing == "stop" and introductions.objected_by_mail(letter, now=now):
        did = "stop"
    elif closing == "no" and introductions.refused_by_mail(letter, now=now):
        did = "no"
    elif own_yes.is_own_yes(mail) and introductions.accepted_by_mail(letter, mail.understood.sender, now=now):
        did = "yes"
    told = did or _went(mail)
    copied = _copy(mail)
    return told or copied


def _went(mail: Mail) -> str:
    """Take what one of the two tells the connector after an introduction; "" for a stranger's word, or before it."""
    matched = mail.matched
    if matched.purpose != "thread" and matched.writer != matched.side:
        return ""
    said = plain(mail.understood.new_text, limit=_OUTCOME_WORDS)
    return "went" if introductions.went_by_mail(matched.letter, matched.writer, said, now=mail.now) else ""


def _word(mail: Mail) -> str:
    """Take what whoever asked writes to a letter of theirs: an outcome where they were asked for one, else a word."""
    matched, said = mail.matched, mail.understood
    if matched.kind == "what_happened" and matched.writer == matched.side:
        told = introductions.outcome_by_mail(
            matched.introduction,
            said.meaning or "",
            plain(said.new_text, limit=_OUTCOME_WORDS),
            key=addresses.key(said.sender),
            now=mail.now,
        )
        if told is not None:
            return "outcome"
    return _copy(mail)


def _copy(mail: Mail) -> str:
    """Let the connector have it as a letter, unless they had enough of them today: then it stands on the desk."""
    done = introductions.copy_reply(mail.matched.introduction, mail.row.pk, now=mail.now)
    return "copied" if done else "noted"


def _complaint(mail: Mail) -> str:
    """Take a complaint to a mail provider as a no for good: nobody is asked again who called it spam (C31)."""
    if not introductions.complained(mail.matched.letter, now=mail.now):
        return "noted"
    if introductions.asks_stopped(mail.now):
        log.error("No ask leaves: too many letters were called spam. See `twoyes doctor`.")
    return "stop"


# --- reports on a letter ------------------------------------------------------------------------------------------


def _report(mail: Mail) -> str:
    """Take what mail systems say of a letter, at the address that no human writes to (A22, C14)."""
    said = mail.understood
    if said.kind == "complaint":
        return _complaint(mail)
    if said.bounced is not None and said.bounced.success:
        introductions.arrived(mail.matched.letter, now=mail.now)
        return "arrived"
    if said.kind == "bounce":
        return _bounce(mail)
    if said.kind in {"challenge", "unknown", "reply", "calendar"}:
        return _copy(mail)
    return "noted"


def _bounce(mail: Mail) -> str:
    """Let only a failure close; a text without a status is one, since nothing else comes to the signed address."""
    bounced = mail.understood.bounced
    if bounced is not None and bounced.action not in {"", "failed"}:
        return "noted"
    if noted.was_told(mail.matched.letter, "failed"):
        # A second report on one letter is no second trouble for the connector.
        return "noted"
    try:
        return "failed" if introductions.dsn(mail.matched.letter, now=mail.now) is not None else "noted"
    except Refused:
        return "noted"


# --- after the introduction ---------------------------------------------------------------------------------------


def _thread(mail: Mail) -> str:
    """See that the two write to each other (F1, F2). The address grants nothing: a stranger's line is a note (C35)."""
    matched, said = mail.matched, mail.understood
    if not matched.writer or said.kind not in {"reply", "calendar"}:
        return "noted"
    if matched.by == "references" and not _reaches_other(mail):
        # It came to us alone, so the other heard nothing of it: a word to the connector, who can pass it on.
        told = _went(mail) if said.kind == "reply" else ""
        copied = _copy(mail)
        return told or copied
    meeting = said.meeting
    # Where the connector's copy comes to us they hear the first line, and no more of a thread that is not theirs (F2).
    first = matched.by == "token" and introductions.nobody_wrote(matched.introduction)
    at = meeting.at if meeting is not None and meeting.method in {"request", "reply"} and _of_both(mail) else None
    try:
        introductions.wrote(matched.introduction, matched.writer, now=mail.now, copied=_copied(mail), meeting=at)
    except Refused:
        return "noted"
    if first and said.kind == "reply" and _copy(mail) == "copied":
        return "first"
    return "wrote" if at is None else "meeting"


def _copied(mail: Mail) -> str:
    """Return where the connector stands: in sight of all, or moved to BCC; "" where it cannot be told."""
    if mail.matched.by != "token":
        return ""
    thread = ours.Ours("thread", mail.matched.introduction)
    return "cc" if any(ours.recognise(one) == thread for one in mail.understood.to) else "bcc"


def _of_both(mail: Mail) -> bool:
    """Say whether an invitation is between the two: one sent it, and the other is invited."""
    meeting = mail.understood.meeting
    return _has_other(mail, meeting.people if meeting is not None else ())


def _reaches_other(mail: Mail) -> bool:
    """Say whether it went to the other of the two as well."""
    return _has_other(mail, mail.understood.to)


def _has_other(mail: Mail, people: Collection[str]) -> bool:
    keys = [addresses.key(one) for one in people if addresses.well_formed(one) is not None]
    sides = {introductions.side_with(mail.matched.introduction, key) for key in keys}
    return bool(sides - {"", mail.matched.writer})


def _nothing(_mail: Mail) -> str:
    return "noted"


_PURPOSES: Mapping[str, Callable[[Mail], str]] = {
    "reply": _reply,
    "return": _report,
    "thread": _thread,
    "guard": written_to.guard,
    "request": written_to.request,
}
