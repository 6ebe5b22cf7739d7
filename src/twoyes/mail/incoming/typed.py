"""An answer that is typed in the post room, as the message that its writer's mail program would have sent."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from email import message_from_bytes, policy
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path

from django.utils.translation import gettext as _

from twoyes.lib import addresses, text
from twoyes.lib.errors import Refused
from twoyes.mail.incoming.inbox import Arrived
from twoyes.mail.outgoing import mime, postroom
from twoyes.mail.outgoing.transport import Envelope

LONGEST = 5000
"""Characters of an answer: more than anybody types, and little enough to be read."""


def typed(path: Path, words: str, *, once: str, now: datetime) -> Arrived:
    """Return the answer to a letter of the post room, from whom the letter went to, to where it wants answers.

    `once` becomes part of the Message-ID: the same form sent twice is one message. Raises Refused `no_words` for an
    empty answer, `bad_text` for one that cannot be written, ValueError for a file that is no letter of ours.
    """
    said = text.many_lines(words, limit=LONGEST, field=_("Your answer"))
    if not said.strip():
        raise Refused("no_words", _("Write a line first. Nothing was sent."))
    envelope = postroom.read(path)
    letter = message_from_bytes(envelope.message, policy=policy.default)
    message_id = f"<{once}@{addresses.wire(envelope.recipient).rpartition('@')[2]}>"
    headers = [
        ("Date", format_datetime(now)),
        ("From", mime.mailboxes([_own(letter, envelope)])),
        ("To", mime.mailboxes(_to(letter, envelope))),
        ("Subject", mime.unstructured(_subject(letter))),
        ("Message-ID", message_id),
        ("In-Reply-To", str(letter["Message-ID"])),
        ("References", str(letter["Message-ID"])),
    ]
    raw = mime.plain_message(headers, text=f"{said}\n\n{_quoted(letter)}\n")
    return Arrived(raw, envelope.recipient, message_id, envelope.letter, envelope.introduction)


def said_in(raw: bytes) -> str:
    """Return what was typed into an answer that `typed` made, without the letter that it quotes."""
    message = message_from_bytes(raw, policy=policy.default)
    lines = str(message.get_content()).splitlines()
    while lines and (not lines[-1] or lines[-1].startswith(">")):
        lines.pop()
    # What stands above the quotation says who wrote it, and when.
    return "\n".join(lines[:-1]).strip()


def _own(letter: EmailMessage, envelope: Envelope) -> mime.Mailbox:
    """Return who the letter went to, by the name under which it went."""
    names = [one.name for one in _mailboxes(letter, "To") if addresses.same(one.address, envelope.recipient)]
    return mime.Mailbox(names[0] if names else "", envelope.recipient)


def _to(letter: EmailMessage, envelope: Envelope) -> list[mime.Mailbox]:
    """Return where answers go; an introduction names both, and nobody answers themselves."""
    wanted = list(_mailboxes(letter, "Reply-To")) or list(_mailboxes(letter, "From"))
    return [one for one in wanted if not addresses.same(one.address, envelope.recipient)] or wanted


def _mailboxes(letter: EmailMessage, header: str) -> Iterable[mime.Mailbox]:
    found: tuple[Address, ...] = getattr(letter[header], "addresses", ())
    return (mime.Mailbox(one.display_name, one.addr_spec) for one in found)


def _subject(letter: EmailMessage) -> str:
    subject = str(letter["Subject"])
    return subject if subject.lower().startswith("re:") else f"Re: {subject}"


def _quoted(letter: EmailMessage) -> str:
    """Return the letter below the line with which mail programs begin a quotation."""
    body = letter.get_body(("plain",))
    lines = str(body.get_content()).splitlines() if body is not None else []
    above = _("On %(date)s, %(who)s wrote:") % {"date": letter["Date"], "who": letter["From"]}
    return "\n".join([above, *(f"> {line}".rstrip() for line in lines)])
