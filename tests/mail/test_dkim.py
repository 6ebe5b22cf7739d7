"""Our letters are signed by our domain, as dkimpy sees it with the key in its own DNS; what was changed is not."""

from __future__ import annotations

import base64
import re
from datetime import UTC, datetime, timedelta
from unittest.mock import patch

import dkim
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from pytest_django import Settings

from tests.mail.letters_cast import every_letter, facts, sent
from twoyes.introductions.records import LetterFacts
from twoyes.lib import config
from twoyes.lib.errors import Refused
from twoyes.mail.outgoing import dkim as ours
from twoyes.mail.outgoing.compose import envelope

RSA, ED25519 = rsa.generate_private_key(65537, 2048), ed25519.Ed25519PrivateKey.generate()
type Key = rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey


def pem(key: Key) -> str:
    kind = serialization.PrivateFormat.PKCS8
    return key.private_bytes(serialization.Encoding.PEM, kind, serialization.NoEncryption()).decode()


@pytest.fixture(autouse=True)
def _house(settings: Settings) -> None:
    settings.TWOYES_URL = "https://twoyes.example"
    settings.TWOYES_MAIL_ADDRESS = "intro+{token}@twoyes.example"
    settings.INBOX_URLS = ("lmtp://127.0.0.1:8024",)
    settings.TWOYES_DKIM_SELECTOR, settings.TWOYES_DKIM_KEY = "autumn", pem(RSA)


def in_the_dns(name: bytes, *_: object, **__: object) -> bytes | None:
    """What the domain's name server answers."""
    if name != b"autumn._domainkey.twoyes.example.":
        return None
    signer = ours.signer("twoyes.example")
    assert signer is not None
    if isinstance(signer.key, ed25519.Ed25519PrivateKey):
        public = base64.b64encode(signer.key.public_key().public_bytes_raw())
        return b"v=DKIM1; k=ed25519; p=" + public
    return b"v=DKIM1; k=rsa; p=" + base64.b64encode(signer.public)


def holds(message: bytes) -> bool:
    try:
        return bool(dkim.verify(message, dnsfunc=in_the_dns))
    except dkim.DKIMException:
        return False


def fresh(letter: LetterFacts) -> bytes:
    """A letter of this moment: an old one's signature is over."""
    return envelope(letter, datetime.now(UTC)).message


def tags(message: bytes) -> dict[str, str]:
    value = re.match(rb"DKIM-Signature: ((?:.*\r\n[ \t])*.*)\r\n", message)
    assert value is not None
    text = re.sub(r"\s+", "", value[1].decode())
    return dict(one.split("=", 1) for one in text.split(";"))


@pytest.mark.case("C29")
@pytest.mark.parametrize("letter", [pytest.param(one, id=f"{one.kind}-{one.side}") for one in every_letter()])
def test_every_letter_of_ours_bears_a_signature_of_our_domain_that_holds(letter: LetterFacts) -> None:
    message = fresh(letter)
    assert holds(message)
    assert tags(message)["d"] == "twoyes.example"
    assert max(map(len, message.split(b"\r\n"))) <= 78


@pytest.mark.case("C29")
def test_an_ed25519_key_signs_as_well(settings: Settings) -> None:
    settings.TWOYES_DKIM_KEY = pem(ED25519)
    message = fresh(facts("ask"))
    assert tags(message)["a"] == "ed25519-sha256"
    assert holds(message)


@pytest.mark.case("C30")
def test_what_makes_it_one_persons_letter_is_signed_and_the_signature_ends_within_days() -> None:
    found = tags(fresh(facts("ask")))
    signed = found["h"].split(":")
    assert {
        "from", "to", "cc", "reply-to", "subject", "date", "message-id", "list-unsubscribe", "list-unsubscribe-post",
    } <= set(signed)  # fmt: skip
    assert signed.count("from") == 2
    assert timedelta(seconds=int(found["x"]) - int(found["t"])) == timedelta(days=7)
    assert abs(int(found["t"]) - datetime.now(UTC).timestamp()) < 60


@pytest.mark.case("C30")
@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        (b"To: ", b"To: eve@outside.example, "),
        (b"\r\nDate: ", b"\r\nDate: Fri, 01 Jan 2027 00:00:00 +0000\r\nX-Date: "),
        (b"\r\nMIME-Version", b"\r\nFrom: eve@outside.example\r\nMIME-Version"),
        (b"\r\nMIME-Version", b"\r\nCc: eve@outside.example\r\nMIME-Version"),
        (b"/stop>", b"/other>"),
        (b"\r\n\r\n--", b"\r\n\r\nRead this first.\r\n--"),
        (b"Message-ID: <", b"Message-ID: <x"),
    ],
)
def test_a_letter_that_was_changed_or_given_to_others_bears_no_signature_that_holds(was: bytes, becomes: bytes) -> None:
    message = fresh(facts("ask"))
    head, _line, rest = message.partition(b"\r\nDate: ")
    changed = head + (_line + rest).replace(was, becomes, 1)
    assert changed != message
    assert not holds(changed)


def test_a_signature_that_is_over_holds_no_more() -> None:
    message = envelope(facts("ask"), datetime.now(UTC) - timedelta(days=8)).message
    assert not holds(message)


def test_the_same_letter_is_signed_the_same_and_without_a_key_nobody_signs(settings: Settings) -> None:
    assert sent(facts("ask")) == sent(facts("ask"))
    settings.TWOYES_DKIM_KEY = ""
    assert b"DKIM-Signature" not in sent(facts("ask")).message


@pytest.mark.case("C29")
@pytest.mark.parametrize("way", ["mailbox", "draft"])
def test_what_leaves_from_the_connectors_own_mailbox_is_not_signed_by_us(way: str) -> None:
    assert b"DKIM-Signature" not in sent(facts("ask", way=way)).message


@pytest.mark.parametrize(("selector", "key"), [("", pem(RSA)), ("autumn", "no key"), ("autumn", "-----BEGIN s3same")])
def test_a_key_that_cannot_sign_stops_the_start_and_is_not_repeated(selector: str, key: str) -> None:
    with patch.dict("os.environ", {"TWOYES_DKIM_KEY": key}), pytest.raises(Refused, match="TWOYES_DKIM_KEY") as refused:
        config.dkim_key(selector)
    assert "s3same" not in refused.value.sentence


def test_a_key_that_can_sign_is_taken(settings: Settings) -> None:
    with patch.dict("os.environ", {"TWOYES_DKIM_KEY": pem(ED25519)}):
        assert config.dkim_key("autumn") == pem(ED25519).strip()
