"""The letters of the post room as its pages show them: by person, and each as its reader's mail program would."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from twoyes.lib import addresses, env
from twoyes.mail import front as mail
from twoyes.web import postroom_words

NEWEST = 1000
"""As many letters are listed; older ones keep their own pages."""

_LINK = re.compile(r"https?://\S+")
_STOP = re.compile(r"<(https?://[^>\s]+)>")
_HEAD_END = b"\r\n\r\n"


@dataclass(frozen=True, slots=True)
class Line:
    """A letter in a list. `name` is its file's, without the ending; `reader` may have no name there."""

    name: str
    kind: str
    subject: str
    sent: datetime | None
    letter: str
    reader: str
    address: str
    answered: bool = False

    @property
    def word(self) -> str:
        return postroom_words.kind(self.kind)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who gets letters, newest first; `key` is a blind key of the address."""

    key: str
    name: str
    address: str
    part: str
    letters: tuple[Line, ...]

    @property
    def newest(self) -> tuple[Line, ...]:
        return self.letters[:2]

    @property
    def older(self) -> tuple[Line, ...]:
        return self.letters[2:]


@dataclass(frozen=True, slots=True)
class Opened:
    """One letter, open. A line of `lines` that is a link to one of our own pages has its path beside it.

    `html` goes into a frame of its own, `height` is about what it takes there, in pixels; `stop` is the path that a
    mail program's own button posts to (RFC 8058).
    """

    name: str
    kind: str
    letter: str
    introduction: str
    reader: str
    to: str
    sender: str
    answers_to: str
    subject: str
    sent: datetime | None
    lines: tuple[tuple[str, str], ...]
    html: str
    height: int
    stop: str

    @property
    def word(self) -> str:
        return postroom_words.kind(self.kind)


def people() -> list[Person]:
    """Return everybody who got letters, whoever got one last first."""
    found: dict[str, list[tuple[Line, mail.Envelope]]] = defaultdict(list)
    for line, envelope in _listed(mail.posted_letters(env.data_dir())[-NEWEST:]):
        found[addresses.key(envelope.recipient)].insert(0, (line, envelope))
    newest_first = sorted(found.items(), key=lambda one: one[1][0][0].name, reverse=True)
    return [_person(key, letters) for key, letters in newest_first]


def about(introduction: str) -> list[Line]:
    """Return the letters of one introduction, oldest first."""
    paths = mail.posted_letters(env.data_dir())
    return [line for line, envelope in _listed(paths) if envelope.introduction == introduction]


def introductions() -> set[str]:
    """Return the ids of all introductions that letters are about."""
    envelopes = (_read(path) for path in mail.posted_letters(env.data_dir()))
    return {envelope.introduction for envelope in envelopes if envelope is not None}


def opened(name: str) -> Opened | None:
    """Return one letter of the post room, or None where there is none of this name."""
    path = path_of(name)
    envelope = _read(path) if path is not None else None
    if path is None or envelope is None:
        return None
    message = _parsed(envelope.message)
    line = _line(path, envelope, message)
    html = _ours(_part(message, "html"))
    stop = _STOP.search(str(message.get("List-Unsubscribe", "")))
    return Opened(
        name=line.name,
        kind=line.kind,
        letter=line.letter,
        introduction=envelope.introduction,
        reader=line.reader or envelope.recipient,
        to=str(message["To"] or envelope.recipient),
        sender=str(message["From"] or ""),
        answers_to=_answers_to(message, envelope.recipient),
        subject=line.subject,
        sent=line.sent,
        lines=tuple(_lines(_part(message, "plain"))),
        html=html,
        height=_height(html),
        stop=_path(stop[1]) if stop else "",
    )


def path_of(name: str) -> Path | None:
    """Return the file of a letter by its name without the ending, or None."""
    return next((path for path in mail.posted_letters(env.data_dir()) if path.stem == name), None)


def _read(path: Path) -> mail.Envelope | None:
    """Return a letter; None where somebody was just erased, or where the file is none of ours."""
    try:
        return mail.read_posted(path)
    except (FileNotFoundError, ValueError):
        return None


def _listed(paths: Sequence[Path]) -> list[tuple[Line, mail.Envelope]]:
    """Return letters as they stand in a list, in the same order, each with its envelope."""
    envelopes = [(path, envelope) for path in paths if (envelope := _read(path)) is not None]
    answered = mail.answers_to([envelope.letter for _path, envelope in envelopes if envelope.letter])
    return [
        (_line(path, envelope, _head(envelope), answered=envelope.letter in answered), envelope)
        for path, envelope in envelopes
    ]


def _person(key: str, letters: list[tuple[Line, mail.Envelope]]) -> Person:
    lines = tuple(line for line, _envelope in letters)
    address = letters[0][1].recipient
    name = next((line.reader for line in lines if line.reader), address)
    return Person(key, name, address, postroom_words.part([line.kind for line in lines]), lines)


def _line(path: Path, envelope: mail.Envelope, message: EmailMessage, *, answered: bool = False) -> Line:
    date = message["Date"]
    sent: datetime | None = getattr(date, "datetime", None)
    return Line(
        name=path.stem,
        kind=envelope.kind,
        subject=str(message["Subject"] or _("A letter without a subject")),
        sent=sent,
        letter=envelope.letter,
        reader=_name(message, envelope.recipient),
        address=envelope.recipient,
        answered=answered,
    )


def _head(envelope: mail.Envelope) -> EmailMessage:
    """Return the headers alone: lists need no more, and letters are long."""
    return _parsed(envelope.message.split(_HEAD_END, 1)[0] + _HEAD_END)


def _parsed(raw: bytes) -> EmailMessage:
    return message_from_bytes(raw, policy=policy.default)


def _name(message: EmailMessage, recipient: str) -> str:
    """Return the name under which this recipient stands in To."""
    listed = getattr(message["To"], "addresses", ())
    return next((one.display_name for one in listed if addresses.same(one.addr_spec, recipient)), "")


def _answers_to(message: EmailMessage, recipient: str) -> str:
    """Say where an answer goes: to whoever the letter names for it, but nobody answers themselves."""
    listed = getattr(message["Reply-To"] or message["From"], "addresses", ())
    return ", ".join(str(one) for one in listed if not addresses.same(one.addr_spec, recipient))


def _part(message: EmailMessage, kind: str) -> str:
    body = message.get_body((kind,))
    return str(body.get_content()) if body is not None else ""


def _lines(text: str) -> Iterator[tuple[str, str]]:
    for line in text.splitlines():
        yield line, _path(line) if _LINK.fullmatch(line) else ""


def _path(link: str) -> str:
    """Return the path of a link to one of our own pages, else ""."""
    return urlsplit(link).path if link.startswith(f"{settings.TWOYES_URL}/") else ""


def _ours(html: str) -> str:
    """Let links open a tab of their own, and lead to this very server by whatever name it was opened."""
    inside = html.replace(f'href="{settings.TWOYES_URL}/', 'href="/')
    head = "<head>" if "<head>" in inside else ""
    return inside.replace(head, f'{head}<base target="_blank">', 1)


class _Blocks(HTMLParser):
    """Adds up how high a letter is on a phone: each paragraph is as many lines as its characters fill."""

    # A line of a letter on a phone: how many characters it takes, and how high it is; small print apart.
    ROOM, LINE = 39, 26.4
    SMALL_ROOM, SMALL_LINE = 48, 22.0
    BETWEEN = {"p": 17.0, "dd": 8.5, "li": 8.5, "dt": 0.0}
    BUTTON, FRAME = 24, 104

    def __init__(self) -> None:
        super().__init__()
        self.height, self.size, self.quiet = float(self.FRAME), 0, False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in self.BETWEEN:
            of = dict(attrs).get("class") or ""
            self.size, self.quiet = 0, of == "quiet"
            self.height += self.BUTTON if of == "act" else 0

    def handle_data(self, data: str) -> None:
        self.size += len(data.strip())

    def handle_endtag(self, tag: str) -> None:
        if tag in self.BETWEEN:
            room, line = (self.SMALL_ROOM, self.SMALL_LINE) if self.quiet else (self.ROOM, self.LINE)
            self.height += math.ceil(self.size / room) * line + self.BETWEEN[tag]


def _height(html: str) -> int:
    blocks = _Blocks()
    blocks.feed(html.partition("<body>")[2])
    return int(blocks.height)
