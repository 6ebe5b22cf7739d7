"""A connector's mailbox over IMAP, as far as drafts need it: laid down, looked for, and taken out again."""

from __future__ import annotations

import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from email import policy
from email.parser import BytesParser
from email.utils import getaddresses
from typing import TYPE_CHECKING, Any, Literal

from twoyes.lib import faults
from twoyes.mail.outgoing.transport import Verdict, readable
from twoyes.network import front as network
from twoyes.people import front as people

if TYPE_CHECKING:
    from imapclient import IMAPClient

type Place = Literal["", "drafts", "sent"]

# Seconds to connect, and for one answer. A worker has other letters to care for.
_CONNECT, _ANSWER = 10, 20
# The newest of those that may be the letter; more are not read.
_LOOKED = 50
_HEAD = "BODY.PEEK[HEADER.FIELDS (TO CC)]"
_DRAFTS, _SENT = b"\\Drafts", b"\\Sent"
# Where a server does not mark its folders (RFC 6154), they are known by their names.
_NAMES = {
    _DRAFTS: {"drafts", "entwürfe", "brouillons", "borradores"},
    _SENT: network.SENT_NAMES,
}


class Shut(Exception):
    """A mailbox that is not to be reached, or (`halt`) lets us in no more."""

    def __init__(self, text: str, *, halt: bool = False) -> None:
        super().__init__(text)
        self.text, self.halt = text, halt


@dataclass(frozen=True, slots=True)
class Marks:
    """What a letter is known again by: its Message-ID, the key in its link, the alias in its Cc, or whom it goes to.

    Mail programs give a draft another Message-ID when it is edited or sent. `since` bounds the looking, by the day;
    `at` is the instant before which nothing counts that is known by its recipients alone.
    """

    message_id: str
    key: str = ""
    alias: str = ""
    to: tuple[str, ...] = ()
    since: date | None = None
    at: datetime | None = None

    @property
    def certain(self) -> list[list[Any]]:
        """Searches of which each finds this letter and no other."""
        found: list[list[Any]] = [["HEADER", "Message-ID", self.message_id]]
        if self.key:
            found.append([*self._lately, "BODY", self.key])
        if self.alias:
            found.append([*self._lately, "HEADER", "Cc", self.alias])
        return found

    @property
    def likely(self) -> list[list[Any]]:
        """Searches that find this letter among what was sent, where no draft of it is left."""
        if len(self.to) < 2 or self.alias:
            return []
        return [[*self._lately, *(word for address in self.to for word in ("TO", address))]]

    @property
    def _lately(self) -> list[Any]:
        return ["SINCE", self.since] if self.since else []


class Mailbox:
    """One login to a mailbox. Raises `Shut` when the server breaks off, except from `put`."""

    def __init__(self, client: IMAPClient) -> None:
        self._client = client
        with _heard():
            known = [(set(flags), str(name)) for flags, _separator, name in client.list_folders()]
        self._drafts, self._sent = _folder(known, _DRAFTS), _folder(known, _SENT)

    def where(self, marks: Marks, *, likely: bool = False) -> Place:
        """Say where the letter is: among what was sent, in Drafts, or in neither; `likely` is enough where it was."""
        if self._finds(self._sent, marks.certain):
            return "sent"
        if self._finds(self._drafts, marks.certain):
            return "drafts"
        return "sent" if likely and self._went_to(marks) else ""

    def put(self, message: bytes) -> Verdict:
        """Lay a message into Drafts, which is made if there is none. What became of it is the verdict."""
        from imapclient.exceptions import IMAPClientAbortError, IMAPClientError

        try:
            if not self._drafts:
                self._client.create_folder("Drafts")
                self._drafts = "Drafts"
            self._client.append(self._drafts, message, flags=[b"\\Draft", b"\\Seen"])
        except (IMAPClientAbortError, OSError) as error:
            return Verdict("unknown", 0, f"The mailbox broke off: {_said(error)}", before_dot=False)
        except IMAPClientError as error:
            return Verdict("temporary", 0, f"The mailbox took no draft: {_said(error)}", before_dot=False)
        faults.point("after_dot")
        faults.point("after_250")
        return Verdict("drafted", 0, "In Drafts.", before_dot=False)

    def take_back(self, marks: Marks) -> bool:
        """Take the letter out of Drafts, and nothing else; False where it is not there."""
        if not self._drafts:
            return False
        with _heard():
            self._client.select_folder(self._drafts)
            found = sorted({uid for one in marks.certain for uid in self._client.search(one, "UTF-8")})
            if found:
                self._client.delete_messages(found)
                # Without UIDPLUS an EXPUNGE would also take what its owner has marked: marked, ours is hidden too.
                if self._client.has_capability("UIDPLUS"):
                    self._client.uid_expunge(found)
        return bool(found)

    def _went_to(self, marks: Marks) -> bool:
        """Say whether something went to exactly these people since: a search for an address finds parts of others."""
        if not self._sent or not marks.likely:
            return False
        with _heard():
            self._client.select_folder(self._sent, readonly=True)
            found = {uid for one in marks.likely for uid in self._client.search(["UNDELETED", *one], "UTF-8")}
            newest = sorted(found)[-_LOOKED:]
            heads = self._client.fetch(newest, [_HEAD, "INTERNALDATE"]) if newest else {}
        return any(_is_to(one, marks) for one in heads.values())

    def _finds(self, folder: str, searches: Sequence[list[Any]]) -> bool:
        if not folder or not searches:
            return False
        with _heard():
            self._client.select_folder(folder, readonly=True)
            return any(self._client.search(["UNDELETED", *one], "UTF-8") for one in searches)


@contextmanager
def opened(own: people.OwnWay) -> Iterator[Mailbox]:
    """Log in for as long as the block lasts; inside TLS, or not at all (C9). Raises `Shut`."""
    client = _let_in(own)
    try:
        yield Mailbox(client)
    finally:
        with suppress(Exception):
            client.logout()


def _let_in(own: people.OwnWay) -> IMAPClient:
    from imapclient import SocketTimeout
    from imapclient.exceptions import IMAPClientAbortError, IMAPClientError

    from twoyes.lib.imap import OutsideClient

    trusted = ssl.create_default_context()
    trusted.minimum_version = ssl.TLSVersion.TLSv1_2
    implicit = own.tls == "implicit"
    inside = trusted if implicit else None
    try:
        patience = SocketTimeout(_CONNECT, _ANSWER)
        client = OutsideClient(own.host, own.port, ssl=implicit, ssl_context=inside, timeout=patience)
    except (IMAPClientError, OSError, UnicodeError) as error:
        raise Shut(_said(error), halt=isinstance(error, ssl.SSLCertVerificationError)) from error
    try:
        if not implicit:
            client.starttls(trusted)
        client.login(own.user, own.password)
    except (IMAPClientError, OSError) as error:
        with suppress(Exception):
            client.shutdown()
        # That it breaks off may be over in a minute; that it refuses us, or proves nothing, is for its owner to mend.
        passing = isinstance(error, (IMAPClientAbortError, OSError)) and not isinstance(error, ssl.SSLError)
        raise Shut(_said(error), halt=not passing) from error
    return client


@contextmanager
def _heard() -> Iterator[None]:
    from imapclient.exceptions import IMAPClientError

    try:
        yield
    except (IMAPClientError, OSError) as error:
        raise Shut(_said(error)) from error


def _is_to(found: dict[bytes, Any], marks: Marks) -> bool:
    arrived = found[b"INTERNALDATE"].astimezone(UTC)
    if marks.at is not None and arrived < marks.at.replace(microsecond=0):
        return False
    head = next(bytes(part) for name, part in found.items() if name.startswith(b"BODY["))
    parsed = BytesParser(policy=policy.default).parsebytes(head, headersonly=True)
    written = getaddresses([str(value) for name in ("To", "Cc") for value in parsed.get_all(name, [])])
    return {address.lower() for address in marks.to} <= {address.lower() for _name, address in written}


def _folder(known: list[tuple[set[bytes], str]], mark: bytes) -> str:
    marked = [name for flags, name in known if mark in flags]
    named = [name for _flags, name in known if network.folder_name(name) in _NAMES[mark]]
    return next(iter(marked + named), "")


def _said(error: Exception) -> str:
    return readable(str(error) or type(error).__name__)
