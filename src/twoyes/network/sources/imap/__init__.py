"""A mailbox on a server, by app password: heads alone, what was sent first, and nothing there is changed.

Most people have their mail nowhere else. Folders are opened read-only and looked at with PEEK, so that nothing is
marked as read; of each message only the fields are asked for that say who wrote to whom and when.
"""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from itertools import batched
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

from django.utils.translation import gettext as _

from twoyes.lib.errors import Refused, Unreachable
from twoyes.lib.hosts import is_loopback
from twoyes.network.reading.archives import Piece
from twoyes.network.reading.headers import LONGEST_HEAD
from twoyes.network.sources.base import Kind, Mark, Marks, Opened
from twoyes.network.sources.patience import Beat, patiently

if TYPE_CHECKING:
    from imapclient import IMAPClient

# Seconds for a connection and for each answer.
PATIENCE = 60
_BATCH = 250
_PORTS = {"imaps": 993, "imap": 143}
# What `reading.headers` looks at.
_FIELDS = (
    "FROM TO CC DATE MESSAGE-ID IN-REPLY-TO REFERENCES SENDER REPLY-TO X-ORIGINAL-FROM RETURN-PATH AUTO-SUBMITTED"
    " PRECEDENCE LIST-ID LIST-POST LIST-UNSUBSCRIBE MAILING-LIST X-MAILING-LIST X-AUTOREPLY X-AUTORESPOND X-CRON-ENV"
    " CONTENT-TYPE RECEIVED"
)
_ARRIVED = b"INTERNALDATE"
_NEVER = {b"\\trash", b"\\junk", b"\\drafts", b"\\noselect", b"\\nonexistent"}
# Where a server does not say which folder is which (RFC 6154), its name has to.
SENT_NAMES = {
    "sent",
    "sent items",
    "sent messages",
    "sent mail",
    "gesendet",
    "gesendete objekte",
    "envoyés",
    "enviados",
}
_NEVER_NAMES = {"trash", "junk", "spam", "drafts", "deleted items", "papierkorb", "entwürfe", "corbeille", "brouillons"}


@dataclass(frozen=True, slots=True)
class Account:
    """A mailbox on a server and how to be let in. `folder` is "" for all of it; `ca` a file of certificates.

    `subjects` says that subject lines may be asked for, too; `named_by_user` that no operator named it, so that it is
    looked for on the open net alone.
    """

    host: str
    port: int
    user: str
    password: str = field(default="", repr=False)
    tls: str = "implicit"
    folder: str = ""
    ca: Path | None = None
    subjects: bool = False
    named_by_user: bool = False

    @property
    def url(self) -> str:
        """The address that `account` reads, without the password."""
        scheme = "imaps" if self.tls == "implicit" else "imap"
        query = f"?{urlencode({'ca': self.ca})}" if self.ca else ""
        return f"{scheme}://{quote(self.user, safe='')}@{self.host}:{self.port}/{quote(self.folder)}{query}"

    @property
    def key(self) -> str:
        """What tells it from others, whatever the password is."""
        return f"imap {self.user}@{self.host}:{self.port}/{self.folder}"

    @property
    def name(self) -> str:
        """What its owner knows it by."""
        return f"{self.user} ({self.host})"


class Folder(NamedTuple):
    """A folder by the name that the server gives it; `sent` where it holds what its owner wrote."""

    name: str
    sent: bool


def account(url: str, *, password: str = "") -> Account:
    """Read `imaps://user:password@host:port/folder?ca=FILE`, or `imap://` (STARTTLS, except on this machine).

    A password that is not in the address is given beside it. Raises Refused `bad_imap_url`; the sentence repeats none.
    """
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError:
        raise _unusable(_("it cannot be read; write special characters as %40 and so on")) from None
    if parts.scheme not in _PORTS or not parts.hostname:
        raise _unusable(_("it is written like imaps://you%40example.org@imap.example.org"))
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    if options.keys() - {"ca"}:
        raise _unusable(_("it may end with ?ca=FILE, and with nothing else"))
    known = password or unquote(parts.password or "")
    if not parts.username or not known:
        raise _unusable(_("a user and a password are needed; most providers give app passwords for this"))
    ca = Path(options["ca"]) if options.get("ca") else None
    plain = parts.scheme == "imap" and is_loopback(parts.hostname) and ca is None
    tls = "implicit" if parts.scheme == "imaps" else "none" if plain else "starttls"
    folder = unquote(parts.path).strip("/")
    return Account(parts.hostname, port or _PORTS[parts.scheme], unquote(parts.username), known, tls, folder, ca)


def last_name(folder: str) -> str:
    """Return what a folder is called within the one that it lies in, in lower case."""
    return folder.replace("/", ".").rpartition(".")[2].lower()


@dataclass
class Session:
    """A login that lasts as long as its context. Raises Refused: imap_login, imap_no_folder, imap_broken; Unreachable.

    Where the server breaks off, it is asked again after a while, over a new login. Meanwhile `beat` is called.
    """

    account: Account
    beat: Beat = lambda: None
    _client: IMAPClient | None = None
    _folder: Folder | None = None
    _validity: int = 0

    def __enter__(self) -> Session:
        self._client = opened(self.account)
        return self

    def __exit__(self, *_error: object) -> None:
        client, self._client = self._client, None
        if client is not None:
            with suppress(Exception):
                client.logout()

    def folders(self) -> list[Folder]:
        """Return the folders to read, what was sent first; neither drafts nor what was thrown away.

        Where one folder holds all mail, as at some providers, the others hold copies and are left out.
        """
        known, everything = list[Folder](), list[Folder]()
        for flags, _separator, name in self._ask("list_folders"):
            marks = {_bytes(flag).lower() for flag in flags}
            last = last_name(str(name))
            if marks & _NEVER or last in _NEVER_NAMES:
                continue
            sent = b"\\sent" in marks or last in SENT_NAMES
            known.append(Folder(str(name), sent))
            if b"\\all" in marks:
                everything.append(known[-1])
        chosen = [one for one in known if one.name == self.account.folder] if self.account.folder else known
        if not chosen:
            raise Refused("imap_no_folder", _("There is no folder “%s” in this mailbox.") % self.account.folder)
        if everything and not self.account.folder:
            chosen = [*(one for one in known if one.sent), *everything]
        return sorted(chosen, key=lambda one: (not one.sent, one.name != "INBOX", one.name))

    def end(self, folder: Folder) -> Mark:
        """Return the number after the last message's, and for how long numbers of this folder mean the same."""
        told = self._ask("folder_status", folder.name, ["UIDNEXT", "UIDVALIDITY"])
        return Mark(folder.name, int(told[b"UIDVALIDITY"]), int(told[b"UIDNEXT"]))

    def messages(self, folder: Folder, start: int) -> Iterator[Piece]:
        """Yield the heads of a folder from a number on; a place is the message's number (UID) in the folder."""
        self._folder = None
        self._validity = int(self._ask("select_folder", folder.name, readonly=True)[b"UIDVALIDITY"])
        self._folder = folder
        fields = f"{_FIELDS} SUBJECT" if self.account.subjects else _FIELDS
        head = f"BODY.PEEK[HEADER.FIELDS ({fields})]<0.{LONGEST_HEAD}>"
        numbers = sorted(one for one in self._ask("search", ["UID", f"{max(start, 1)}:*"]) if one >= start)
        for some in batched(numbers, _BATCH):
            self.beat()
            found = self._ask("fetch", list(some), [head, _ARRIVED.decode()])
            for number in sorted(found):
                yield _found(number, found[number])

    def _ask(self, what: str, *given: Any, **named: Any) -> Any:
        return patiently(partial(self._once, what, given, named), self.beat)

    def _once(self, what: str, given: tuple[Any, ...], named: dict[str, Any]) -> Any:
        from imapclient.exceptions import IMAPClientAbortError, IMAPClientError

        client = self._client or self._again()
        told = _("The server broke off: %s. Try again later.")
        try:
            return getattr(client, what)(*given, **named)
        except IMAPClientAbortError as error:
            self._leave()
            raise Unreachable("imap_broken", told % _told(error)) from error
        except IMAPClientError as error:
            raise Refused("imap_broken", told % _told(error)) from error
        except OSError as error:
            self._leave()
            raise _unreachable(self.account, error) from error

    def _leave(self) -> None:
        """Let go of a login that is of no use any more."""
        client, self._client = self._client, None
        if client is not None:
            with suppress(Exception):
                client.shutdown()

    def _again(self) -> IMAPClient:
        """Return to where the server broke off: a new login, and the folder that was being read."""
        try:
            client = self._client = opened(self.account)
        except Refused as no:
            # The password was right before: a server that comes up lets nobody in for a while.
            raise Unreachable(no.code, no.sentence) from no
        if self._folder is not None:
            folder, self._folder = self._folder, None
            try:
                told = self._once("select_folder", (folder.name,), {"readonly": True})
            finally:
                self._folder = folder
            if int(told[b"UIDVALIDITY"]) != self._validity:
                raise Refused("imap_broken", _("The mailbox was made anew on the server meanwhile. Read it again."))
        return client


def opened(account: Account) -> IMAPClient:
    """Return a login. Raises Refused `imap_login`; Unreachable `imap_unreachable`."""
    from imapclient import IMAPClient
    from imapclient.exceptions import IMAPClientError, LoginError

    from twoyes.lib.imap import OutsideClient

    try:
        trusted = ssl.create_default_context(cafile=str(account.ca) if account.ca else None)
        implicit = account.tls == "implicit"
        given = trusted if implicit else None
        kind = OutsideClient if account.named_by_user else IMAPClient
        client = kind(account.host, account.port, ssl=implicit, ssl_context=given, timeout=PATIENCE)
    except (IMAPClientError, OSError) as error:
        raise _unreachable(account, error) from error
    try:
        if account.tls == "starttls":
            client.starttls(trusted)
        client.normalise_times = False
        client.login(account.user, account.password)
    except (IMAPClientError, OSError) as error:
        with suppress(Exception):
            client.shutdown()
        if not isinstance(error, LoginError):
            raise _unreachable(account, error) from error
        why = _("%(host)s does not let you in. Most providers want an app password here, not the one you log in with.")
        raise Refused("imap_login", why % {"host": account.host}) from error
    return client


def _found(number: int, told: dict[Any, Any]) -> Piece:
    head = next((value for key, value in told.items() if _bytes(key).startswith(b"BODY[")), b"") or b""
    arrived = told.get(_ARRIVED)
    line = b""
    if isinstance(arrived, datetime):
        line = b"From - " + arrived.astimezone(UTC).strftime("%a %b %d %H:%M:%S %Y").encode()
    return Piece(number, head.rstrip(b"\r\n"), line)


def _bytes(text: bytes | str) -> bytes:
    return text if isinstance(text, bytes) else text.encode()


def _told(error: Exception) -> str:
    return " ".join(str(error).split())[:200]


def _unreachable(account: Account, error: Exception) -> Unreachable:
    told = _("%(host)s cannot be reached: %(error)s. Look at the address, and try again.")
    return Unreachable("imap_unreachable", told % {"host": account.host, "error": _told(error)})


def _unusable(why: str) -> Refused:
    return Refused("bad_imap_url", _("This address of a mailbox cannot be used: %s.") % why)


def folders(account: Account, marks: Marks, beat: Beat) -> Iterator[Opened]:
    """Yield the folders of a mailbox as archives that are read one after the other, over one login.

    Of a folder that was read before only what came since, unless the server numbered it anew: that is read as a whole.
    """
    with Session(account, beat) as session:
        for folder in session.folders():
            end, known = session.end(folder), marks.get(folder.name)
            start = known.next if known is not None and known.validity == end.validity else 1
            kind = Kind("imap", lambda _head: False, partial(_read, session, folder))
            mark, size = end._replace(next=start), max(end.next - start, 0)
            yield Opened(f"{account.name}: {folder.name}", _no_file, size, kind, mark)


def _read(session: Session, folder: Folder, file: Opened, start: int) -> Iterator[Piece]:
    return session.messages(folder, start) if file.size else iter(())


def _no_file(_start: int) -> BinaryIO:
    raise AssertionError("a mailbox on a server is no file")
