"""A house whose mail is right, on loopback: each test makes one thing of it wrong, and asks the doctor."""

from __future__ import annotations

import base64
import contextlib
import socket
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from django.test import override_settings

from tests.support import mailbox, nameserver, pages
from tests.support.certificates import certified
from tests.support.relay import Relay, Session
from tests.support.relay_scripts import Script
from twoyes.lib.checked import Check, each_once
from twoyes.mail.front import health

DOMAIN, HOST, RELAY = "letters.example", "intro.letters.example", "relay.provider.example"
LETS_IN = Script("lets_in", offers=(b"AUTH PLAIN",))
LONG = 90.0


@cache
def private(_number: int) -> rsa.RSAPrivateKey:
    """A signing key; another number is another key."""
    return rsa.generate_private_key(65_537, 2048)


def pem(number: int) -> str:
    """A signing key as the settings name it."""
    kind, locked = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    return private(number).private_bytes(serialization.Encoding.PEM, kind, locked).decode()


def dkim(number: int = 0, more: str = "") -> str:
    """The record of a key, in pieces as long as the DNS lets one be."""
    kind = serialization.PublicFormat.SubjectPublicKeyInfo
    public = private(number).public_key().public_bytes(serialization.Encoding.DER, kind)
    text = f"v=DKIM1; k=rsa; {more}p={base64.b64encode(public).decode()}"
    return "TXT " + " ".join(f'"{text[at : at + 200]}"' for at in range(0, len(text), 200))


def right() -> dict[str, Sequence[str]]:
    """What stands in the DNS where all is right."""
    return {
        DOMAIN: (f"MX 10 {HOST}.", f'TXT "v=spf1 a:{HOST} include:_spf.provider.example -all"', 'TXT "site=1"'),
        f"_dmarc.{DOMAIN}": ('TXT "v=DMARC1; p=quarantine; rua=mailto:cora@letters.example"',),
        f"twoyes._domainkey.{DOMAIN}": (dkim(),),
        HOST: ("A 127.0.0.1",),
        "_spf.provider.example": ('TXT "v=spf1 ip4:192.0.2.0/24 ~all"',),
        "mx.provider.example": ("A 192.0.2.25",),
    }


@dataclass(frozen=True)
class Setup:
    """One thing that is otherwise: records, the relay, certificates, or where mail arrives."""

    records: Mapping[str, Sequence[str]] = field(default_factory=dict)
    relay: Script = LETS_IN
    relay_name: str = RELAY
    relay_days: float = LONG
    web_name: str = HOST
    web_days: float = LONG
    web_status: int = 200
    ahead: timedelta = timedelta()
    inbox: str = "lmtp"
    password: str = mailbox.PASSWORD
    offers: str = "IMAP4rev1 IDLE"
    folder: str = "INBOX"
    signs: bool = False
    settings: Mapping[str, Any] = field(default_factory=dict)


class Listener(Session):
    """Ours, as far as it says hello."""

    def _rest(self, verb: bytes) -> None:
        if verb == b"LHLO":
            self._say("ehlo", b"250 here\r\n")
        else:
            super()._rest(verb)


@contextlib.contextmanager
def standing(setup: Setup, place: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Start all servers of a set-up, and point the settings at them."""
    _names_lead_here(monkeypatch)
    with contextlib.ExitStack() as open_:
        web = certified(place / "web", address=setup.web_name, days=setup.web_days)
        monkeypatch.setenv("SSL_CERT_FILE", str(web.ca))
        port = open_.enter_context(pages.serving(web.context, status=setup.web_status, ahead=setup.ahead))
        trusted = certified(place / "relay", address=setup.relay_name, days=setup.relay_days)
        relay = open_.enter_context(Relay(place / "relay.log", setup.relay, tls=trusted.context))
        chosen = {
            "POST_ROOM": False,
            "RELAY_KIND": "smtp",
            "TWOYES_URL": f"https://{HOST}:{port}",
            "EMAIL_URL": f"smtp://cora:secret@{RELAY}:{relay.port}?ca={trusted.ca}",
            "INBOX_URLS": (_inbox(setup, place, open_),),
            "TWOYES_MAIL_ADDRESS": f"cora+{{token}}@{DOMAIN}",
            "TWOYES_DNS": open_.enter_context(nameserver.serving({**right(), **setup.records})),
            "TWOYES_DKIM_SELECTOR": "twoyes",
            "TWOYES_DKIM_KEY": pem(0) if setup.signs else "",
        }
        open_.enter_context(override_settings(**{**chosen, **setup.settings}))
        yield


def _inbox(setup: Setup, place: Path, open_: contextlib.ExitStack) -> str:
    if setup.inbox == "nobody":
        with socket.create_server(("127.0.0.1", 0)) as free:
            return f"lmtp://127.0.0.1:{free.getsockname()[1]}"
    if setup.inbox == "smtp":
        return f"lmtp://127.0.0.1:{open_.enter_context(Relay(place / 'in.log')).port}"
    if setup.inbox == "lmtp":
        return f"lmtp://127.0.0.1:{open_.enter_context(Relay(place / 'in.log', session=Listener)).port}"
    imap = certified(place / "imap", address="imap.provider.example", days=LONG)
    port = open_.enter_context(mailbox.serving(imap.context, offers=setup.offers, folder=setup.folder))
    user = mailbox.USER.replace("@", "%40")
    return f"imaps://{user}:{setup.password}@imap.provider.example:{port}?ca={imap.ca}"


def _names_lead_here(monkeypatch: pytest.MonkeyPatch) -> None:
    real = socket.getaddrinfo
    ours = {HOST, RELAY, "imap.provider.example"}

    def found(host: Any, *args: Any, **kwargs: Any) -> Any:
        return real("127.0.0.1" if host in ours else host, *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", found)


def looked() -> dict[str, Check]:
    """What the doctor says of the house as it stands."""
    return {one.id: one for one in each_once(health())}
