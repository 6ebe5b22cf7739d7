"""Reads letters as whoever finds them in the post room: files, and nothing of the product's own code."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from functools import lru_cache
from pathlib import Path

_URL = re.compile(r"https?://\S+")
_LOOK = 0.1


class NoLetter(AssertionError):
    """Somebody waited for a letter that did not come."""


@dataclass(frozen=True)
class Letter:
    """One file of the post room. `link` is the first address in its text, "" where it has none."""

    kind: str
    to: str
    introduction: str
    subject: str
    text: str
    html: str
    raw: bytes

    @property
    def link(self) -> str:
        found = _URL.search(self.text)
        return found[0] if found else ""


class PostRoom:
    """The letters of one house. `patience` is how many seconds somebody waits for one."""

    def __init__(self, data: Path, *, patience: float) -> None:
        self.place, self.patience = data / "postroom", patience

    def letters(self, kind: str = "", *, to: str = "", introduction: str = "") -> list[Letter]:
        """Every letter of this kind, to this address, about this introduction, oldest first."""
        found = [_read(path, path.stat().st_mtime_ns) for path in sorted(self.place.glob(f"*-{kind or '*'}.eml"))]
        return [
            one for one in found if (not to or one.to == to) and (not introduction or one.introduction == introduction)
        ]

    def wait(self, kind: str, *, to: str, number: int = 1, introduction: str = "") -> Letter:
        """Return the letter (the second with `number=2`, and so on) once it is there. Raises `NoLetter`."""
        until = time.monotonic() + self.patience
        while len(found := self.letters(kind, to=to, introduction=introduction)) < number:
            if time.monotonic() > until:
                raise NoLetter(f"{to} has {len(found)} letters of kind {kind}, and waited for {number}.")
            time.sleep(_LOOK)
        return found[number - 1]


def eventually(what: Callable[[], bool], *, patience: float) -> bool:
    """Return whether something became true in time."""
    until = time.monotonic() + patience
    while not (done := what()) and time.monotonic() < until:
        time.sleep(_LOOK)
    return done


# Whoever waits for a letter looks ten times a second, and a house that many journeys share has hundreds.
@lru_cache(maxsize=4096)
def _read(path: Path, _written: int) -> Letter:
    raw = path.read_bytes()
    message = message_from_bytes(raw, policy=default)
    assert isinstance(message, EmailMessage)
    return Letter(
        kind=path.stem.partition("-")[2],
        to=str(message["X-Twoyes-Envelope-To"]),
        introduction=str(message["X-Twoyes-Introduction"] or ""),
        subject=str(message["Subject"]),
        text=_part(message, "plain"),
        html=_part(message, "html"),
        raw=raw,
    )


def _part(message: EmailMessage, kind: str) -> str:
    part = message.get_body(preferencelist=(kind,))
    return str(part.get_content()) if part is not None else ""
