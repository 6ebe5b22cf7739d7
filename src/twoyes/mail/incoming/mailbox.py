"""A mailbox on a server, by app password: for people without a mail server, and with a single address.

Its owner's other mail is there too: of each message only the addresses are looked at, and what is for us is copied.
Nothing there is changed or marked as read. What is seen again, under whatever number, in whatever folder it was
meanwhile, is known by its content (C25).
"""

from __future__ import annotations

import logging
import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from itertools import batched
from typing import TYPE_CHECKING, Any

from django.db import connection, connections

from twoyes.lib import clock, limits, sealing, store
from twoyes.lib.errors import Refused
from twoyes.lib.logs import describe
from twoyes.mail.incoming import arriving
from twoyes.mail.incoming.arriving import Place
from twoyes.mail.models import MailboxMark
from twoyes.mail.outgoing import claims
from twoyes.network import front as network

if TYPE_CHECKING:
    from imapclient import IMAPClient

log = logging.getLogger(__name__)

_BATCH = 100
# Seconds before a lost connection is made anew, and of one IDLE: whoever says nothing for longer may be gone.
_AGAIN, _IDLE = 30.0, 300.0
# Seconds within which a wish to stop is noticed.
_SLICE = 1.0
# Clocks of mail servers differ, and their days begin elsewhere.
_SLACK = timedelta(days=1)
_HEAD = (
    "BODY.PEEK[HEADER.FIELDS (DELIVERED-TO X-ORIGINAL-TO ENVELOPE-TO X-ENVELOPE-TO TO CC RETURN-PATH IN-REPLY-TO"
    " REFERENCES)]<0.{}>"
)
_WRITTEN, _NO_ADDRESS = {"to", "cc"}, {"return-path", "in-reply-to", "references"}
_ADDRESS = re.compile(r"[^\s<>()\[\]\\,;:\"@]{1,200}@[^\s<>()\[\]\\,;:\"@]{1,253}")
# So many addresses of one message are looked at.
_ADDRESSES = 200


class Mailbox:
    """Watches one folder from `start` to `stop`, in a thread; of several workers one at a time."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._complaint = ""

    def start(self) -> str:
        """Begin; return the server and the folder. Raises Refused `bad_imap_url`. Whether it answers shows later."""
        account = network.mailbox(self._url)
        self._thread = threading.Thread(target=self._watch, args=[account], name="watching a mailbox", daemon=True)
        self._thread.start()
        return f"imaps://{account.host}:{account.port}/{_folder(account)}"

    def stop(self) -> None:
        """End. What was not looked at is there the next time."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join()

    def _watch(self, account: network.MailAccount) -> None:
        while not self._stop.is_set():
            pause = _AGAIN
            try:
                with claims.alone(f"mailbox-{_key(account)[:12]}") as mine:
                    if mine:
                        self._session(account)
            except Refused as refused:
                # Whoever asks too often with a wrong password is locked out.
                pause = limits.AUTH_RETRY.total_seconds() if refused.code == "imap_login" else _AGAIN
                self._complain(refused.sentence)
            except Exception as error:  # noqa: BLE001 - the thread's loop: whatever a server said, it may say less later
                self._complain(describe(error))
            self._stop.wait(pause)
        connections.close_all()

    def _session(self, account: network.MailAccount) -> None:
        with _logged_in(account) as client:
            idles = client.has_capability("IDLE")
            while not self._stop.is_set():
                connection.close_if_unusable_or_obsolete()
                store.durable()
                look(client, account)
                self._complaint = ""
                if idles:
                    self._idle(client)
                else:
                    self._stop.wait(limits.IMAP_POLL.total_seconds())

    def _idle(self, client: IMAPClient) -> None:
        """Wait until the server has news, or has been quiet for a while."""
        until = time.monotonic() + _IDLE
        client.idle()
        while not self._stop.is_set() and time.monotonic() < until:
            if any(b"EXISTS" in one or b"BYE" in one for one in client.idle_check(timeout=_SLICE)):
                break
        client.idle_done()

    def _complain(self, sentence: str) -> None:
        if sentence != self._complaint:
            self._complaint = sentence
            log.error("A mailbox cannot be looked at: %s", sentence)


def look(client: IMAPClient, account: network.MailAccount) -> int:
    """Keep what is new for us in the folder; return how many messages that were.

    Where the server numbered the folder anew, all that is young enough to be known still is looked at again.
    """
    told = client.select_folder(_folder(account), readonly=True)
    validity, key = int(told[b"UIDVALIDITY"]), _key(account)
    mark = MailboxMark.objects.filter(key=key, validity=validity).first()
    start, end = mark.next if mark is not None else 1, int(told.get(b"UIDNEXT", 0))
    if mark is not None and end == start:
        return 0
    oldest = clock.now() - limits.RAW_INBOUND_AGE
    # `n:*` has the last message in it even if that comes before n.
    numbers = sorted(one for one in client.search(["UID", f"{start}:*", "SINCE", oldest.date()]) if one >= start)
    kept = 0
    for some in batched(numbers, _BATCH):
        kept += sum(_kept(client, number, places) for number, places in _for_us(client, some, oldest))
        _remember(key, validity, some[-1] + 1)
    _remember(key, validity, max(start, end, *(one + 1 for one in numbers)))
    return kept


def _for_us(client: IMAPClient, numbers: tuple[int, ...], oldest: datetime) -> Iterator[tuple[int, list[Place]]]:
    found = client.fetch(list(numbers), [_HEAD.format(limits.INBOUND_HEAD), "INTERNALDATE"])
    for number in sorted(found):
        arrived = found[number].get(b"INTERNALDATE")
        if isinstance(arrived, datetime) and arrived > oldest:
            places = [one for one in places_in(_body(found[number])) if _is_younger(arrived, one)]
            if places:
                yield number, places


def _is_younger(arrived: datetime, place: Place) -> bool:
    """Say whether it can be about what its address stands for: no answer is older than its question (C25)."""
    return place.since is None or arrived > place.since - _SLACK


def places_in(head: bytes) -> list[Place]:
    """Return what a message came for: by what the servers on its way noted, else by what its writer wrote.

    To our plain address, which may be its owner's as well, only what answers a letter of ours came for us.
    """
    noted, written = list[str](), list[str]()
    for line in re.sub(rb"\r?\n[ \t]+", b" ", head).splitlines():
        name, _colon, value = line.decode("utf-8", "replace").partition(":")
        if name.lower() not in _NO_ADDRESS:
            (written if name.lower() in _WRITTEN else noted).append(value)
    plain = None
    for values in (noted, written):
        addresses = dict.fromkeys(_ADDRESS.findall("\n".join(values))[:_ADDRESSES])
        places = {(one.purpose, one.ref): one for one in map(arriving.place_of, addresses) if one is not None}
        plain = places.pop(("", ""), plain)
        if places:
            return list(places.values())
    found = arriving.about(plain, head) if plain is not None else None
    return [found] if found is not None else []


def _kept(client: IMAPClient, number: int, places: list[Place]) -> bool:
    told = client.fetch([number], [f"BODY.PEEK[]<0.{limits.INBOUND_KEPT + 1}>"]).get(number)
    if told is None:
        # Moved or deleted meanwhile; where it is moved to our folder again, it is found again.
        return False
    raw = _body(told)
    sender = re.match(rb"(?:[^\r\n]+\r\n){0,100}?return-path:[ \t]*<([^\r\n<>]{0,320})>", raw, re.IGNORECASE)
    by = sender.group(1).decode("utf-8", "replace") if sender else ""
    now = clock.now()
    ids = [arriving.arrive(one, by, raw, way="imap", now=now) for one in places if not arriving.is_full(one, now)]
    return any(ids)


def _body(told: dict[Any, Any]) -> bytes:
    return next((value for key, value in told.items() if bytes(key).startswith(b"BODY[")), b"") or b""


@contextmanager
def _logged_in(account: network.MailAccount) -> Iterator[IMAPClient]:
    client = network.open_mailbox(account)
    try:
        yield client
    finally:
        # Where the server is gone already, one of them fails, and the socket is closed by the other.
        for end in (client.logout, client.shutdown):
            with suppress(Exception):
                end()


def _remember(key: str, validity: int, number: int) -> None:
    MailboxMark.objects.update_or_create(key=key, defaults={"validity": validity, "next": number})


def _key(account: network.MailAccount) -> str:
    return sealing.index("mailbox", account.key)


def _folder(account: network.MailAccount) -> str:
    return account.folder or "INBOX"
