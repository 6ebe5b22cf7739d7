"""What mail systems say of a letter: delivery status (RFC 3464) and the free text of older and odder systems."""

from __future__ import annotations

import re
from collections.abc import Iterator

from twoyes.lib.mailbox import canonical
from twoyes.mail.incoming.understanding import decoding, headers, lexicon
from twoyes.mail.incoming.understanding.bounded import Part
from twoyes.mail.incoming.understanding.understood import Bounced

_STATUS_PARTS = {"message/delivery-status", "message/global-delivery-status", "text/delivery-status"}
_FIELD = re.compile(r"(?im)^(action|status|final-recipient|original-recipient)[ \t]{0,9}:[ \t]{0,9}([^\n]{0,300})")
_ENHANCED = re.compile(r"(?<![\d.])([245]\.[0-9]{1,3}\.[0-9]{1,3})(?![\d.])")
_REPLY_CODE = re.compile(r"(?im)(?:^|[\s:<(\[#])5[0-5][0-9][ -]#?(?:5\.[0-9]|[a-z<])")
_ADDRESS = re.compile(r"[A-Za-z0-9._%+=-]{1,64}@[A-Za-z0-9.-]{1,253}")
_ACTIONS = {"failed", "delayed", "delivered", "relayed", "expanded"}
_FREE_TEXT = 20_000
_RETURNED = re.compile(
    r"(?im)^[- *]{0,40}(?:below this line is a copy|this is a copy of|returned message|unsent message follows"
    r"|original message"
    r"|copy of the message|received: |return-path: |bounced e-mail)"
)


def status(message: Part) -> Bounced | None:
    """Return what a delivery status notification says; of several recipients, the one with the worst news."""
    for part in message.own():
        if part.kind in _STATUS_PARTS:
            text = decoding.text(part).replace("\n\n\n", "\n\n")
            found = sorted(_recipients(text), key=_badness)
            return found[0] if found else Bounced("", "failed", _first(_ENHANCED, text))
    return None


def _recipients(text: str) -> Iterator[Bounced]:
    for block in text.split("\n\n"):
        told = {name.lower(): value.strip() for name, value in _FIELD.findall(block)}
        if "action" in told or "status" in told or "final-recipient" in told:
            number = _first(_ENHANCED, told.get("status", ""))
            action = told.get("action", "").split(" ")[0].strip("();,").lower()
            if action not in _ACTIONS:
                action = {"2": "delivered", "4": "delayed"}.get(number[:1], "failed")
            whom = told.get("final-recipient") or told.get("original-recipient", "")
            yield Bounced(_address(whom), action, number)


def _badness(one: Bounced) -> int:
    return ["failed", "delayed", "delivered", "relayed", "expanded"].index(one.action)


def nobody(message: Part) -> bool:
    """Say whether it came from the null sender, as all that must not be answered does (RFC 5321 4.5.5)."""
    path = next((value for name, value in message.headers if name == "return-path"), None)
    return path is not None and path.strip() in {b"<>", b"<MAILER-DAEMON>"}


def free_text(message: Part, subject: str, body: str, *, unread: bool) -> Bounced | None:
    """Return what a mail system says in words of its own: `failed` or `delayed`, or None where it says neither.

    `unread`: nobody reads at the address that it came from.
    """
    known = lexicon.mail_systems()
    failed = headers.addresses(message.all("x-failed-recipients"))
    named = bool(failed) or _names_itself(message)
    if not (named or unread or nobody(message)):
        return None
    own = _own_words(body[:_FREE_TEXT])
    topic, text = lexicon.line(subject), lexicon.line(own)
    whom = failed[0] if failed else _address(own)
    if lexicon.says(topic + text, known.of("delayed.says")) and not _REPLY_CODE.search(own):
        return Bounced(whom, "delayed", _first(_ENHANCED, own))
    if lexicon.says(text, known.of("bounced.surely")) or topic.startswith(known.of("bounced.subjects")):
        return Bounced(whom, "failed", _first(_ENHANCED, own))
    if failed or (named and (_REPLY_CODE.search(own) or message.kind == "multipart/report")):
        return Bounced(whom, "failed", _first(_ENHANCED, own))
    return None


def _names_itself(message: Part) -> bool:
    """Say whether a mail system is named as the author, or nobody is."""
    author = decoding.header(message.first("from"))
    return author.strip(' <>"') == "" or lexicon.says(lexicon.line(author), lexicon.mail_systems().of("senders.names"))


def _own_words(body: str) -> str:
    """Return what a mail system wrote above the message that it returns."""
    returned = _RETURNED.search(body, 40)
    return body[: returned.start()] if returned else body


def _address(text: str) -> str:
    found = _ADDRESS.search(text)
    return (canonical(found[0].strip(".")) or "") if found else ""


def _first(pattern: re.Pattern[str], text: str) -> str:
    found = pattern.search(text)
    return found[1] if found else ""
