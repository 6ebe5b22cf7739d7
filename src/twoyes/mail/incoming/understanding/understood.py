"""What `understand` returns."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

Kind = Literal["reply", "bounce", "delay", "auto_reply", "complaint", "loop", "calendar", "challenge", "unknown"]
Meaning = Literal["yes", "no", "later", "their_details", "stop", "unclear"]


@dataclass(frozen=True, slots=True)
class Bounced:
    """What a mail system says of a letter: `action` and `status` of RFC 3464 (`failed`, `5.1.1`), lower case.

    `recipient` is the one whom it could not be delivered to, "" where that is not said; `success` says that it
    arrived after all (`delivered`, `relayed`, `expanded`).
    """

    recipient: str
    action: str
    status: str

    @property
    def success(self) -> bool:
        return self.action in {"delivered", "relayed", "expanded"}


@dataclass(frozen=True, slots=True)
class Meeting:
    """An invitation or an answer to one: `method` of RFC 5546, lower case; who is invited; when, aware, if said."""

    method: str
    people: tuple[str, ...] = ()
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Understood:
    """What a message is (`kind`) and, where a human wrote it, what it says as an answer to an ask (`meaning`).

    `plainly` says that a sentence of its own says so, a no or a stop, and nothing else.
    `new_text` is what its writer wrote, without quotation and signature, for a reply; else "". Addresses are
    canonical (`addresses.canonical`); `sender` is From, "" where there is not exactly one. `references` are the
    Message-IDs that it answers or returns, In-Reply-To first. `back_on` is the last day of an absence that is said.
    `to` are To and Cc. `whole` is the text as it stands, quotation and all, our own letter too: for what is forwarded,
    and for what no human wrote. `truncated` says that more came than is read (C26), `guessed` that more was taken for a
    signature than a mail program marks as one.
    """

    kind: Kind
    meaning: Meaning | None = None
    new_text: str = ""
    subject: str = ""
    sender: str = ""
    to: tuple[str, ...] = ()
    message_id: str = ""
    references: tuple[str, ...] = ()
    sent_at: datetime | None = None
    back_on: date | None = None
    bounced: Bounced | None = None
    meeting: Meeting | None = None
    truncated: bool = False
    whole: str = ""
    plainly: bool = False
    guessed: bool = False
