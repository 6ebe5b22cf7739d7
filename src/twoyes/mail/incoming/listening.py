"""A listener for a mail server on this machine: LMTP (RFC 2033) or SMTP, in a thread of the worker.

It stands behind that server and never on the open net: who it is spoken to by says what it may believe. What it takes
is committed before it says 250 (B22); whom it does not know it refuses in the session, so that it never has to write
to a sender whom nobody proved (C22).
"""

from __future__ import annotations

import asyncio
import logging
import socket
import threading
import time
from asyncio import LimitOverrunError
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, AnyStr
from urllib.parse import urlsplit

from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.conf import settings
from django.db import connection, connections
from django.utils.translation import gettext as _

from twoyes.lib import clock, faults, limits, store
from twoyes.lib.errors import Refused
from twoyes.lib.hosts import is_loopback
from twoyes.lib.logs import describe
from twoyes.mail.incoming import arriving
from twoyes.mail.incoming.arriving import Place

log = logging.getLogger(__name__)

KEPT, UNKNOWN, LATER = "250 2.0.0 Kept", "550 5.1.1 Nobody is known at this address", "451 4.3.0 Try again later"
FULL = "452 4.2.2 Too much came to this address today, try again tomorrow"
_TOO_MANY, _TOO_MUCH = "421 4.3.2 Too many at once, try again later", "552 5.3.4 This message is too large"
_TOO_FAST, _ENOUGH = "451 4.7.1 Too many messages, try again later", "452 4.5.3 Too many addresses, send the rest apart"
_GUESSING = "421 4.7.0 Too many addresses that nobody has"
# Seconds without a command, and bytes of one line; mail programs write longer ones than they may.
_PATIENCE, _LINE = 300.0, 65_536
_RECIPIENTS = 100
_MINUTE = 60.0


class Listener:
    """Listens at an address of INBOX_URL from `start` to `stop`."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self.scheme, self.host, self._port = parts.scheme, parts.hostname or "", parts.port or 0
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name=f"listening at {self.scheme}", daemon=True)
        # One thread, so one connection to the store, and commits in the order in which they were asked for.
        self._in_store = ThreadPoolExecutor(1, thread_name_prefix="keeping")
        self.house = _House(self.scheme, self._ask)
        self._server: asyncio.Server | None = None

    def start(self) -> str:
        """Listen; return the address with the port that was found for 0.

        Raises Refused `inbox_open` for SMTP on the open net, `inbox_taken` where nobody can listen.
        """
        if self.scheme == "smtp" and not is_loopback(self.host):
            sentence = _(
                "%(host)s is open to others. Let a mail server listen there, and hand mail on to "
                "smtp:// on 127.0.0.1, or to lmtp://."
            )
            raise Refused("inbox_open", sentence % {"host": self.host})
        try:
            family = socket.AF_INET6 if ":" in self.host else socket.AF_INET
            listening = socket.create_server((self.host, self._port), family=family, backlog=64)
        except OSError as error:
            sentence = _("Mail cannot be taken at %(host)s:%(port)s (%(error)s).") % {
                "host": self.host,
                "port": self._port,
                "error": error.strerror or error,
            }
            raise Refused("inbox_taken", sentence) from error
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._serve(listening), self._loop).result()
        port = listening.getsockname()[1]
        return f"{self.scheme}://{f'[{self.host}]' if ':' in self.host else self.host}:{port}"

    def stop(self) -> None:
        """Take nothing more. What was not answered yet is sent again by its sender, and kept once."""
        if self._thread.is_alive():
            asyncio.run_coroutine_threadsafe(self._close(), self._loop).result()
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join()
        self._in_store.submit(connections.close_all)
        self._in_store.shutdown()
        self._loop.close()

    async def _serve(self, listening: socket.socket) -> None:
        self._server = await self._loop.create_server(self.house.session, sock=listening)

    async def _close(self) -> None:
        if self._server is not None:
            self._server.close()
        for one in list(self.house.open):
            if isinstance(one.transport, asyncio.WriteTransport):
                one.transport.abort()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_forever()

    async def _ask[**P, T](self, what: Callable[P, T], *given: P.args, **named: P.kwargs) -> T:
        """Ask the store in its own thread: a loop that waits for a commit answers nobody meanwhile."""

        def asked() -> T:
            connection.close_if_unusable_or_obsolete()
            return what(*given, **named)

        return await self._loop.run_in_executor(self._in_store, asked)


class _House:
    """What all sessions of a listener share: how many there are, how fast messages come, and who answers them."""

    def __init__(self, scheme: str, ask: Callable[..., Any]) -> None:
        self.scheme, self.ask = scheme, ask
        self.open: set[_Talk] = set()
        self._lately: deque[float] = deque()

    def session(self) -> _Talk:
        kind = _Lmtp if self.scheme == "lmtp" else _Smtp
        return kind(self)

    def too_fast(self) -> bool:
        """Count one more message, and say whether there were too many within a minute."""
        now = time.monotonic()
        while self._lately and self._lately[0] < now - _MINUTE:
            self._lately.popleft()
        if len(self._lately) >= limits.INBOUND_A_MINUTE:
            return True
        self._lately.append(now)
        return False


class _Answering:
    """The answers of one session, as aiosmtpd asks for them."""

    def __init__(self, house: _House) -> None:
        self.house = house
        self.places: list[Place] = []
        self.unknown = self.size = 0

    async def handle_EHLO(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, session: Session, _envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        """Let a size be declared, and name no limit: who knows it tells nobody here of what is too large (C26)."""
        session.host_name = hostname
        return [*responses[:-1], "250-SIZE", *responses[-1:]]

    async def handle_MAIL(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.house.too_fast():
            return _TOO_FAST
        self.places = []
        told = (one.removeprefix("SIZE=") for one in options if one.startswith("SIZE="))
        self.size = next((int(one) for one in told if one.isdecimal()), 0)
        # aiosmtpd takes an empty sender for none at all, and a bounce has one.
        envelope.mail_from = address or "<>"
        envelope.mail_options.extend(options)
        return "250 2.1.0 OK"

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if len(self.places) >= _RECIPIENTS:
            return _ENOUGH
        if self.unknown >= limits.INBOUND_UNKNOWN:
            return _GUESSING
        place = await self.house.ask(arriving.place_of, address)
        if place is None:
            self.unknown += 1
            return UNKNOWN
        if await self.house.ask(_is_full, place):
            return FULL
        if self.size > limits.INBOUND_MOST:
            await self._turn_away(place, envelope, self.size)
            return _TOO_MUCH
        envelope.rcpt_tos.append(address)
        self.places.append(place)
        return "250 2.1.5 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Keep the message for each recipient; LMTP is answered once for each, SMTP once for all (C24)."""
        sender = _sender(envelope)
        raw = envelope.content
        assert isinstance(raw, bytes)
        # Who writes to a signed address and to our plain one as well has written once.
        signed = any(place.purpose for place in self.places)
        said = [KEPT if signed and not place.purpose else await self._kept(place, sender, raw) for place in self.places]
        if self.house.scheme == "lmtp":
            return "\r\n".join(said)
        # Whoever sends again to all of them does no harm: what was kept is here already. What answers no letter at our
        # plain address is here at another one.
        return next((one for one in (LATER, FULL, KEPT) if one in said), UNKNOWN)

    async def too_large(self, envelope: Envelope, size: int) -> list[str]:
        """Take nothing of what has been sent, and let each connector see that it came; an answer for each recipient."""
        for place in self.places:
            await self._turn_away(place, envelope, size)
        return [_TOO_MUCH] * len(self.places)

    async def _turn_away(self, place: Place, envelope: Envelope, size: int) -> None:
        if place.purpose:
            sender = _sender(envelope)
            await self.house.ask(_turn_away, place, sender, size, self.house.scheme)

    async def _kept(self, place: Place, sender: str, raw: bytes) -> str:
        try:
            said: str = await self.house.ask(_keep, place, sender, raw, self.house.scheme)
        except Exception as error:  # noqa: BLE001 - for one recipient of several; its sender is told to try again
            log.error("A message was not kept: %s.", describe(error))
            return LATER
        return said

    async def handle_exception(self, error: Exception) -> str:
        log.error("A mail session failed: %s.", describe(error))
        return LATER


def _sender(envelope: Envelope) -> str:
    return "" if envelope.mail_from == "<>" else envelope.mail_from or ""


def _is_full(place: Place) -> bool:
    return arriving.is_full(place, clock.now())


def _turn_away(place: Place, sender: str, size: int, way: str) -> None:
    arriving.turn_away(place, sender, size, way=way, now=clock.now())


def _keep(place: Place, sender: str, raw: bytes, way: str) -> str:
    """Keep a message, and return what is said to its sender; to our plain address nobody writes but as an answer."""
    found = arriving.about(place, raw)
    if found is None:
        return UNKNOWN
    if not place.purpose and _is_full(found):
        return FULL
    store.durable()
    arriving.arrive(found, sender, raw, way=way, now=clock.now())
    faults.point("after_kept")
    return KEPT


class _Talk(SMTP):
    """A session: few at once, and of a long message only what will be kept is ever in memory."""

    line_length_limit = _LINE

    def __init__(self, house: _House) -> None:
        super().__init__(
            answering := _Answering(house),
            data_size_limit=None,
            enable_SMTPUTF8=True,
            hostname=settings.TWOYES_DOMAIN,
            ident="Twoyes",
            timeout=_PATIENCE,
            auth_exclude_mechanism=("LOGIN", "PLAIN"),
            loop=asyncio.get_running_loop(),
        )
        self.house, self.answering = house, answering

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self.house.open.add(self)

    def connection_lost(self, error: Exception | None) -> None:
        self.house.open.discard(self)
        super().connection_lost(error)

    async def _handle_client(self) -> None:
        if len(self.house.open) > limits.INBOUND_SESSIONS:
            await self.push(_TOO_MANY)
            return
        await super()._handle_client()

    async def push(self, status: AnyStr) -> None:
        """Answer; after 421 the session is over (RFC 5321, 3.8)."""
        await super().push(status)
        if status[:3] in ("421", b"421") and self.transport is not None:
            self.transport.close()

    async def smtp_DATA(self, arg: str | None) -> None:  # noqa: N802 - aiosmtpd's name
        """Read a message to its end, which is a line of one dot between CRLFs and nothing else (D27).

        aiosmtpd's own keeps each line as an object of its own, up to the last byte of what it may take.
        """
        envelope = self.envelope
        if envelope is None or await self.check_helo_needed():
            return
        if arg or not envelope.rcpt_tos:
            await self.push("501 5.5.4 DATA stands alone" if arg else "503 5.5.1 Need RCPT first")
            return
        await self.push("354 End data with <CR><LF>.<CR><LF>")
        kept, size = await self._until_dot()
        if size > limits.INBOUND_MOST:
            said = await self.answering.too_large(envelope, size)
            status = "\r\n".join(said if self.house.scheme == "lmtp" else said[:1])
        else:
            envelope.content = envelope.original_content = kept
            status = await self._call_handler_hook("DATA")
        # What aiosmtpd does after a message: the next one has an envelope of its own.
        self.envelope = self._create_envelope()
        await self.push(status)

    async def _until_dot(self) -> tuple[bytes, int]:
        """Return what is kept of a message, without the dots that were put before dots, and how long all of it is."""
        kept, size, begins = bytearray(), 0, True
        while True:
            try:
                line = await self._reader.readuntil(b"\r\n")
                ends = True
            except LimitOverrunError as error:
                line, ends = await self._reader.read(error.consumed), False
            if begins and line == b".\r\n":
                return bytes(kept), size
            if begins and line.startswith(b"."):
                line = line[1:]
            size += len(line)
            if len(kept) <= limits.INBOUND_KEPT:
                kept += line
            begins = ends


class _Smtp(_Talk):
    """SMTP, for a mail server that hands on by it."""


class _Lmtp(_Talk, LMTP):
    """LMTP, where each recipient has an answer of its own."""
