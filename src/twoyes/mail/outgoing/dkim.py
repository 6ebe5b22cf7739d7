"""DKIM (RFC 6376): our letters signed by our domain, where no relay behind us does it.

Everything that makes a letter one person's letter is signed, To and Date and the button that stops it included, and
each signature expires: a letter that is sent on to thousands is not ours any more (C30).
"""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from django.conf import settings

from twoyes.lib import limits

SIGNED = (
    "from", "to", "cc", "reply-to", "subject", "date", "message-id", "mime-version", "content-type", "auto-submitted",
    "list-unsubscribe", "list-unsubscribe-post",
)  # fmt: skip
"""Named in every signature, those that a letter does not have as well: so nobody can add them later."""

_FIELD = re.compile(rb"([!-9;-~]+):(.*(?:\r\n[ \t].*)*)\r\n")
_LINE = 70


@dataclass(frozen=True, slots=True)
class Signer:
    """Signs in the name of `domain`; its public half stands in the DNS under `selector`."""

    domain: str
    selector: str
    key: RSAPrivateKey | Ed25519PrivateKey = field(repr=False)

    def signed(self, message: bytes, at: datetime) -> bytes:
        """Return the message with its signature on top: the same for the same message and instant.

        `message` has CRLF line ends; a header that stands twice is signed as the last of them, as receivers read it.
        """
        head, _empty, body = message.partition(b"\r\n\r\n")
        fields = {one[1].lower(): one for one in _FIELD.finditer(head + b"\r\n")}
        # From once more than it stands there: a second one would make the signature false.
        names = [*SIGNED, "from"]
        made = int(at.timestamp())
        tags = {
            "v": "1",
            "a": "rsa-sha256" if isinstance(self.key, RSAPrivateKey) else "ed25519-sha256",
            "c": "relaxed/relaxed",
            "d": self.domain,
            "s": self.selector,
            "t": str(made),
            "x": str(made + int(limits.DKIM_AGE.total_seconds())),
            "h": ":".join(names),
            "bh": base64.b64encode(hashlib.sha256(_body(body)).digest()).decode(),
        }
        own = f"{_folded('DKIM-Signature: ', tags)}\r\n b="
        canonical = [_relaxed(one[1], one[2]) for name in SIGNED if (one := fields.get(name.encode()))]
        name, _colon, value = own.encode().partition(b":")
        told = b"\r\n".join([*canonical, _relaxed(name, value)])
        return own.encode() + _wrapped(self._sign(told)) + b"\r\n" + message

    def _sign(self, told: bytes) -> bytes:
        if isinstance(self.key, RSAPrivateKey):
            return self.key.sign(told, PKCS1v15(), hashes.SHA256())
        # RFC 8463: what is signed is the hash.
        return self.key.sign(hashlib.sha256(told).digest())

    @property
    def public(self) -> bytes:
        """The public half, in DER."""
        kind = serialization.PublicFormat.SubjectPublicKeyInfo
        return self.key.public_key().public_bytes(serialization.Encoding.DER, kind)


def signer(domain: str) -> Signer | None:
    """Return who signs letters from our `domain` (ASCII), or None where the relay does or nobody."""
    if not settings.TWOYES_DKIM_KEY:
        return None
    return _signer(domain, settings.TWOYES_DKIM_SELECTOR, settings.TWOYES_DKIM_KEY)


@cache
def _signer(domain: str, selector: str, pem: str) -> Signer:
    key = serialization.load_pem_private_key(pem.encode(), None)
    assert isinstance(key, (RSAPrivateKey, Ed25519PrivateKey)), "the settings take no other"
    return Signer(domain, selector, key)


def _folded(begin: str, tags: dict[str, str]) -> str:
    """Return the tags in short lines; a list of names may be cut after each of its colons."""
    line, lines = begin, list[str]()
    for piece in "; ".join(f"{name}={value}" for name, value in tags.items()).replace(":", ":\0").split("\0"):
        for word in re.findall(r"\S+ ?", piece):
            if len(line) + len(word) > _LINE:
                lines.append(line.rstrip())
                line = ""
            line += word
    return "\r\n ".join([*lines, line.rstrip() + ";"])


def _wrapped(signature: bytes) -> bytes:
    text = base64.b64encode(signature)
    return b"\r\n ".join(text[at : at + _LINE] for at in range(0, len(text), _LINE))


def _relaxed(name: bytes, value: bytes) -> bytes:
    """A header as `relaxed` has it: its name in small letters, unfolded, each white space one space (3.4.2)."""
    return name.lower() + b":" + re.sub(rb"[ \t]+", b" ", value.replace(b"\r\n", b"")).strip()


def _body(body: bytes) -> bytes:
    """A body as `relaxed` has it: no white space at the end of lines, and no empty lines at its own (3.4.4)."""
    lines = [re.sub(rb"[ \t]+", b" ", line).rstrip(b" ") for line in body.split(b"\r\n")]
    while lines and not lines[-1]:
        lines.pop()
    return b"".join(line + b"\r\n" for line in lines)
