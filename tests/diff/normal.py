"""What is taken out before two worlds are compared: what has to be random, and nothing else (PROTOCOL)."""

import re
from dataclasses import dataclass, field
from email.parser import BytesHeaderParser

from django.http import HttpResponse

from twoyes.mail.outgoing.transport import Envelope

_CSRF = re.compile(rb'(name="csrfmiddlewaretoken" value=")[0-9A-Za-z]+')
_TOKEN = re.compile(rb"(?<![a-z0-9])[a-z2-7]{26}(?![a-z0-9])")
# A cookie's value, and the day of its end, which Django counts by the machine's own clock.
_COOKIE = re.compile(r"^([^=]+)=[^;]*|(?<=; )expires=[^;]*; ")
_PAGE = re.compile(rb"(/[rvt]/)([0-9a-z]{12})(?![0-9a-z])")
_SIGNED = re.compile(r"\+[0-9a-z]+\.[a-z2-7]{16}@")


@dataclass(frozen=True)
class Seen:
    """One page as it was answered: every byte of status, headers and body, and how often the store was asked."""

    path: str
    status: int
    headers: tuple[str, ...]
    body: bytes
    queries: int

    def unlike(self, other: "Seen") -> str:
        """Say in which part two answers differ first; "" where they are the same."""
        for name in ("path", "status", "headers", "queries"):
            mine, theirs = getattr(self, name), getattr(other, name)
            if mine != theirs:
                return f"{name} of {self.path}: {mine} and {theirs}"
        lines = zip(self.body.split(b"\n"), other.body.split(b"\n"), strict=False)
        first = next(((a, b) for a, b in lines if a != b), (self.body[-200:], other.body[-200:]))
        return "" if self.body == other.body else f"body of {self.path}: {first[0]!r} and {first[1]!r}"


@dataclass
class Normal:
    """Takes out what is random in one world. Ids of pages become numbers, in the order in which Rita met them."""

    ids: dict[bytes, bytes] = field(default_factory=dict)

    def seen(self, path: str, response: HttpResponse, queries: int) -> Seen:
        """Return an answer without its CSRF token, link tokens and values of cookies."""
        headers = [f"{name}: {self.text(value)}" for name, value in response.headers.items() if name != "Expires"]
        cookies = [_COOKIE.sub(r"\1", self.text(morsel.OutputString())) for morsel in response.cookies.values()]
        parts = tuple(sorted([*headers, *cookies]))
        return Seen(self.text(path), response.status_code, parts, self.body(response.content), queries)

    def body(self, content: bytes) -> bytes:
        """Return the bytes of a page or letter without what is random in it."""
        plain = _TOKEN.sub(b"TOKEN", _CSRF.sub(rb"\1", content))
        return _PAGE.sub(self._number, plain)

    def text(self, text: str) -> str:
        return self.body(text.encode()).decode()

    def _number(self, match: re.Match[bytes]) -> bytes:
        return match[1] + self.ids.setdefault(match[2], b"%d" % len(self.ids))

    def letter(self, envelope: Envelope) -> tuple[str, str, bytes]:
        """Return recipient, return path and bytes of a letter without Message-ID, boundary and signatures."""
        message_id = str(BytesHeaderParser().parsebytes(envelope.message)["Message-ID"])
        boundary = re.search(rb'boundary="([^"]+)"', envelope.message)
        # A long line is broken wherever its length says, and so may be a token.
        content = envelope.message.replace(message_id.encode(), b"<ID>").replace(b"=\r\n", b"")
        if boundary is not None:
            content = content.replace(boundary[1], b"BOUNDARY")
        return envelope.recipient, _SIGNED.sub("+SIGNED@", envelope.sender), self.body(content)
