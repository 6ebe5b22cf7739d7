"""LEAK: whatever leaves in any test is searched for every secret that the test brought in (CASES, LEAK; G9).

Looked at, unasked: pages with status line, headers, cookies and error pages; letters that a relay got; lines that a
log handler writes; what a command prints; names of files. A hit is a leak unless `may_see` says otherwise, and fails
the test at its end. A test that takes the fixture `leak` can look at the hits, or hand in what left another way.
"""

import logging
import os
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import wraps
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client, RequestFactory
from typer.testing import CliRunner

from tests.support import decodings
from tests.support import may_see as rules
from tests.support.canaries import Cage, Canary
from tests.support.decodings import readings
from tests.support.may_see import Reader
from twoyes.lib import addresses, clock, sealing, tokens
from twoyes.mail.outgoing.memory import MemoryTransport
from twoyes.mail.outgoing.postroom import PostroomTransport
from twoyes.mail.outgoing.smtp import SmtpTransport
from twoyes.mail.outgoing.transport import Envelope, Verdict
from twoyes.people import front as people

LOG = Reader("whoever reads the log", "log", stored=False)
FILES = Reader("whoever lists the data directory", "file", stored=False)
_SUPPLIED = 200
_CSRF = re.compile(rb'name="csrfmiddlewaretoken" value="[0-9A-Za-z]+"')


@dataclass(frozen=True)
class Hit:
    """One canary in the open, where it may not be."""

    canary: Canary
    reader: str
    where: str

    def __str__(self) -> str:
        return f"{self.canary} was shown to {self.reader} in {self.where}"


@dataclass
class Leak:
    """The watch over one test: its canaries, and the leaks so far."""

    cage: Cage = field(default_factory=Cage)
    hits: list[Hit] = field(default_factory=list)
    seconds: float = 0.0
    _read: dict[tuple[tuple[int, int], int], set[Canary]] = field(default_factory=dict)
    busy: bool = False

    def look(self, reader: Reader, where: str, texts: set[str]) -> None:
        """Search texts that `reader` gets to see, and keep what may not be seen by them."""
        self.judge(reader, where, self.cage.found(texts))

    def judge(self, reader: Reader, where: str, found: set[Canary], own: Callable[[], set[Canary]] = set) -> None:
        """Keep the canaries that were found where they may not be seen, but for what the reader brought along."""
        wrong = [one for one in found if not _is_ours(one) and not self._may_see(reader, one, where)]
        if wrong:
            brought = {one for one in own() if one.kind != "token"}
            self.hits += [Hit(canary, reader.who, where) for canary in wrong if canary not in brought]

    def _may_see(self, reader: Reader, canary: Canary, where: str) -> bool:
        # A test without a store has no clock either: pytest-django keeps both shut.
        return rules.may_see(reader, canary, clock.now() if reader.stored else datetime.now(UTC), where)

    @contextmanager
    def at_work(self) -> Iterator[bool]:
        """Hold the watch: what it does itself is neither looked at nor counted."""
        if self.busy:
            yield False
            return
        self.busy, started = True, time.perf_counter()
        try:
            with rules.unnoticed():
                yield True
        finally:
            self.busy = False
            self.seconds += time.perf_counter() - started

    @contextmanager
    def expected(self) -> Iterator[list[Hit]]:
        """Collect leaks that were planted: they are the test's own, and do not fail it."""
        kept, self.hits = self.hits, []
        found = self.hits
        try:
            yield found
        finally:
            self.hits = kept

    # ------------------------------------------------------------------ what leaves

    def letter(self, envelope: Envelope) -> None:
        """Look at a letter as its recipient, headers first."""
        with self.at_work() as free:
            if not free:
                return
            try:
                reader = rules.addressee(envelope.recipient, envelope.kind, envelope.letter)
            except RuntimeError:
                keys = frozenset({rules.key(envelope.recipient)})
                reader = Reader(f"a letter to {envelope.recipient}", "letter", keys, kind=envelope.kind, stored=False)
            for name, texts in decodings.headers(envelope.message):
                self.look(reader, f"header {name}", texts)
            self.look(reader, "envelope", readings(envelope.sender))
            self.look(reader, "body", decodings.body(envelope.message))

    def page(self, client: Client, response: Any) -> None:
        """Look at a response as whoever the client is to us by its cookies."""
        with self.at_work() as free:
            if not free or _is_post_room(response):
                return
            plain = "\n".join(f"{name}: {value}" for name, value in response.headers.items() if name != "Location")
            shown = {
                "status line": f"{response.status_code} {response.reason_phrase}",
                "location": response.headers.get("Location", ""),
                "cookie": response.cookies.output(),
                "headers": plain,
                "body": _body(response),
            }
            found = {where: canaries for where, text in shown.items() if (canaries := self._in(text))}
            if found:
                reader = _visitor(client, response)
                for where, canaries in found.items():
                    self.judge(reader, where, canaries, lambda: self._supplied(client))

    def _in(self, text: str | bytes) -> set[Canary]:
        """What stands in a text; the same page is read once, since its form's token alone is new each time."""
        plain = _CSRF.sub(b"", text) if isinstance(text, bytes) else text
        known = (self.cage.version, hash(plain))
        if known not in self._read:
            self._read[known] = self.cage.found(readings(plain))
        return self._read[known]

    def _supplied(self, client: Client) -> set[Canary]:
        """What this client wrote itself may be shown to it again."""
        said = getattr(client, "leak_supplied", [])
        return {one for text in said for one in self.cage.found(readings(text))}

    def printed(self, arguments: list[str], text: str) -> None:
        """Look at what a command printed; what stood in its arguments is no news."""
        with self.at_work() as free:
            found = self.cage.found(readings(text)) if free else set()
            if found:
                own = {one for argument in arguments for one in self.cage.found(readings(argument))}
                self.judge(rules.operator(arguments), "output", found, lambda: own)

    def logged(self, name: str, text: str) -> None:
        """Look at a line as a handler writes it."""
        with self.at_work() as free:
            if free:
                self.look(LOG, f"a line of {name}", readings(text))

    def files(self, *folders: Path) -> None:
        """Look at the names of all files below."""
        with self.at_work() as free:
            if free:
                names = [name for top in folders for _, dirs, found in os.walk(top) for name in (*dirs, *found)]
                self.look(FILES, "a file name", readings("\n".join(names)))


def _is_ours(canary: Canary) -> bool:
    """The house's own addresses are on every letter."""
    own = {settings.TWOYES_DOMAIN, settings.TWOYES_MAIL_ADDRESS.rpartition("@")[2], "login.invalid"}
    return canary.kind == "address" and canary.text.rpartition("@")[2] in own


def _is_post_room(response: Any) -> bool:
    """The post room shows every letter on purpose; it exists on this machine alone, and only without real mail."""
    request = getattr(response, "wsgi_request", None)
    return settings.POST_ROOM and request is not None and request.path.startswith("/postroom/")


def _body(response: Any) -> bytes:
    if response.streaming:
        content = b"".join(response.streaming_content)
        response.streaming_content = [content]
        return content
    return bytes(response.content)


def _visitor(client: Client, response: Any) -> Reader:
    request = getattr(response, "wsgi_request", None)
    cookies = SimpleCookie(client.cookies)
    values = [morsel.value for morsel in cookies.values()]
    proved = next((ref for value in values if (ref := tokens.unsign("proved", value))), "")
    user = getattr(request, "user", None)
    connector = people.connector_for_user(user.pk) if user is not None and user.is_authenticated else None
    places = [*values, request.get_full_path()] if request is not None else values
    return rules.visitor(places, proved.rpartition("-")[0], [connector.id] if connector else [], clock.now())


# --- the hooks ----------------------------------------------------------------------------------------------------

_none = Leak()
_watch = _none


def current() -> Leak:
    """Return the watch over the test that runs now."""
    return _watch


def _after[**P, R](real: Callable[P, R], then: Callable[..., None]) -> Callable[P, R]:
    """Call `real`, then look at its result and arguments."""

    @wraps(real)
    def call(*args: P.args, **kwargs: P.kwargs) -> R:
        result = real(*args, **kwargs)
        then(result, *args, **kwargs)
        return result

    return call


def _parsed(address: str | None, *_args: object) -> None:
    if address and not _watch.busy:
        _watch.cage.add("address", address)


def _sealed(_nothing: None, row: Any, column: str, text: str) -> None:
    if text and not _watch.busy:
        _watch.cage.add_sealed(row, column, text)


def _token_made(token: str, raw: bytes) -> None:
    if len(raw) == tokens.TOKEN_BYTES:
        _watch.cage.add("token", token)


def _sent(verdict: Verdict, _transport: object, envelope: Envelope, **_hook: object) -> None:
    if not verdict.before_dot:
        _watch.letter(envelope)


def _answered(response: Any, client: Client, **_environ: object) -> None:
    _watch.page(client, response)


def _asked(real: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(real)
    def call(self: Any, method: str, path: str, data: Any = "", *args: Any, **kwargs: Any) -> Any:
        body = data.decode("utf-8", "replace") if isinstance(data, bytes) else str(data)
        said = self.__dict__.setdefault("leak_supplied", [])
        said += [str(path), body, str(kwargs)]
        del said[:-_SUPPLIED]
        return real(self, method, path, data, *args, **kwargs)

    return call


def _ran(result: Any, _runner: object, _cli: object, args: Any = None, *_more: object, **_kwargs: object) -> None:
    arguments = args.split() if isinstance(args, str) else [str(one) for one in args or ()]
    _watch.printed(arguments, f"{result.output}\n{result.exception or ''}")


def _handled(_result: object, handler: logging.Handler, record: logging.LogRecord) -> None:
    if not type(handler).__module__.startswith("_pytest"):
        _watch.logged(record.name, handler.format(record))


HOOKS: tuple[tuple[object, str, Callable[..., None]], ...] = (
    (addresses, "well_formed", _parsed),
    (sealing, "put", _sealed),
    (tokens, "_base32", _token_made),
    (MemoryTransport, "send", _sent),
    (PostroomTransport, "send", _sent),
    (SmtpTransport, "send", _sent),
    (Client, "request", _answered),
    (CliRunner, "invoke", _ran),
    (logging.Handler, "handle", _handled),
)


@pytest.fixture(autouse=True, scope="session")
def _leak_hooks() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        for owner, name, then in HOOKS:
            patch.setattr(owner, name, _after(getattr(owner, name), then))
        patch.setattr(RequestFactory, "generic", _asked(RequestFactory.generic))
        yield


@pytest.fixture(autouse=True)
def leak(own_directories: None) -> Iterator[Leak]:
    """The watch over this test, which fails at its end if anything leaked."""
    global _watch  # noqa: PLW0603 - the hooks are made once, the watch anew for each test
    _watch = mine = Leak()
    try:
        yield mine
    finally:
        mine.files(Path(os.environ["TWOYES_DATA"]), Path(os.environ["XDG_STATE_HOME"]))
        _watch = _none
    if mine.hits:
        pytest.fail("LEAK: " + "\n      ".join(dict.fromkeys(map(str, mine.hits))), pytrace=False)
