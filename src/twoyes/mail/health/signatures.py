"""Signatures and what the domain asks of those who receive its mail: DKIM (RFC 6376) and DMARC (RFC 9989).

Which domain speaks for ours is found by walking up the tree, as the newer DMARC does, so no list of public suffixes is
needed.
"""

from __future__ import annotations

import base64
import binascii
import re

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from django.utils.translation import gettext as _

from twoyes.lib.checked import Check
from twoyes.mail.health import spf
from twoyes.mail.health.spf import Records
from twoyes.mail.health.us import Us

_POLICIES = ("none", "quarantine", "reject")
_WEAK, _STRONG = 1024, 2048
# A query never goes further up than this many labels (RFC 9989 4.10).
_LABELS = 8


# --- DKIM ---------------------------------------------------------------------------------------------------------


def dkim(us: Us, records: Records) -> Check:
    """Say whether the key that signs our letters stands in the DNS, and is the one that we sign with."""
    if not us.selector:
        sentence = _("Whether letters are signed (DKIM) is not known here: that is up to the relay.")
        mend = _(
            "Send yourself a letter. If it has a DKIM-Signature with d=%(domain)s, put its s= into"
            " TWOYES_DKIM_SELECTOR; else let the relay sign."
        )
        return Check("dkim", "warn", sentence, mend % {"domain": us.domain})
    name = f"{us.selector}._domainkey.{us.domain}"
    found = [tags for text in records.txt(name) if (tags := _tags(text)).get("v", "DKIM1") == "DKIM1" and "p" in tags]
    if not found:
        sentence = _("There is no DKIM key at %(name)s, so no signature of ours can be checked.") % {"name": name}
        return Check("dkim", "fail", sentence, _key_to_publish(us, name))
    if len(found) > 1:
        sentence = _("There are several DKIM keys at %(name)s, and which counts is left to chance.") % {"name": name}
        return Check("dkim", "fail", sentence, _("Keep one of them."))
    return _key(us, name, found[0])


def _key(us: Us, name: str, tags: dict[str, str]) -> Check:
    known: dict[str, object] = {"name": name, "bits": (bits := _bits(tags))}
    fault = ""
    if not tags["p"]:
        fault = _("The DKIM key at %(name)s is withdrawn (p= is empty).")
    elif bits is None:
        fault = _("What stands at %(name)s is no DKIM key.")
    elif us.public and _plain(tags["p"]) not in _halves(us.public):
        fault = _("The DKIM key at %(name)s is not the one that we sign with, so every signature fails.")
    if fault or bits is None:
        return Check("dkim", "fail", fault % known, _key_to_publish(us, name))
    if bits < _STRONG:
        sentence = _("The DKIM key at %(name)s has %(bits)s bits, which is weak; below 1024 nobody accepts it.")
        mend = _("Make a new key of 2048 bits under a new selector.")
        return Check("dkim", "fail" if bits < _WEAK else "warn", sentence % known, mend)
    if "y" in tags.get("t", "").split(":"):
        sentence = _("The DKIM key at %(name)s says that it is being tried out (t=y).")
        return Check("dkim", "warn", sentence % known, _("Take t=y out once signatures are good."))
    good = (
        _("The DKIM key at %(name)s is the one that we sign with.") if us.public else _("%(name)s has a good DKIM key.")
    )
    return Check("dkim", "ok", good % known)


def _key_to_publish(us: Us, name: str) -> str:
    if not us.public:
        return _("Publish the key that signs as a TXT record at %(name)s, or correct TWOYES_DKIM_SELECTOR.") % {
            "name": name
        }
    key = serialization.load_der_public_key(us.public)
    kind, half = (
        ("ed25519", min(_halves(us.public), key=len)) if isinstance(key, Ed25519PublicKey) else ("rsa", us.public)
    )
    record = f"v=DKIM1; k={kind}; p={base64.b64encode(half).decode()}"
    return _("Publish this TXT record at %(name)s: %(record)s") % {"name": name, "record": record}


def _bits(tags: dict[str, str]) -> int | None:
    """Return how long a key is, in bits of RSA; None where it is none."""
    plain = _plain(tags["p"])
    if tags.get("k", "rsa") == "ed25519":
        # As strong as RSA with 3072 (NIST SP 800-57).
        return 3072 if len(plain) == 32 else None
    try:
        key = serialization.load_der_public_key(plain)
    except ValueError:
        return None
    return key.key_size if isinstance(key, RSAPublicKey) else None


def _plain(text: str) -> bytes:
    try:
        return base64.b64decode(re.sub(r"\s", "", text), validate=True)
    except binascii.Error:
        return b""


def _halves(public: bytes) -> set[bytes]:
    """Return the ways in which the public half of our key may stand in the DNS."""
    key = serialization.load_der_public_key(public)
    if isinstance(key, Ed25519PublicKey):
        return {public, key.public_bytes_raw()}
    return {public}


# --- DMARC --------------------------------------------------------------------------------------------------------


def dmarc(us: Us, records: Records) -> Check:
    """Say what the domain asks of receivers, and whether our letters can stand up to it."""
    known: dict[str, object] = {"domain": us.domain}
    at, found = _speaking_for(us.domain, records)
    if not found:
        sentence = _("%(domain)s has no DMARC record; large providers want one, and trust mail less without.") % known
        mend = _("Publish this TXT record at _dmarc.%(domain)s: v=DMARC1; p=quarantine; rua=mailto:ADDRESS") % known
        return Check("dmarc", "warn", sentence, mend)
    known["at"] = f"_dmarc.{at}"
    tags = found[0]
    asked = tags.get("p", "none")
    policy = (asked if at == us.domain else tags.get("sp", asked)).lower()
    if len(found) > 1 or policy not in _POLICIES:
        sentence = _("The DMARC record at %(at)s cannot be used: there are several, or its p= is not known.") % known
        return Check("dmarc", "fail", sentence, _("Keep one, such as: v=DMARC1; p=quarantine; rua=mailto:ADDRESS"))
    known["policy"] = policy
    if policy == "none":
        sentence = _("DMARC at %(at)s asks for nothing (p=none): anybody may write as %(domain)s.") % known
        mend = _("If the domain is yours and its reports look right, change it to p=quarantine.")
        return Check("dmarc", "warn", sentence, mend)
    if not us.selector and not spf.records_of(records.txt(us.domain)):
        sentence = _("DMARC at %(at)s has mail refused that neither SPF nor DKIM prove, and our letters have neither.")
        return Check("dmarc", "fail", sentence % known, _("Publish SPF, and sign with DKIM for %(domain)s.") % known)
    sentence = _(
        "DMARC at %(at)s asks for p=%(policy)s; letters come from and return to %(domain)s, so SPF and DKIM count."
    )
    return Check("dmarc", "ok", sentence % known)


def _speaking_for(domain: str, records: Records) -> tuple[str, list[dict[str, str]]]:
    """Return the nearest domain at or above ours with DMARC records, and these; a public suffix speaks for nobody."""
    labels = domain.split(".")
    for first in range(max(0, len(labels) - 1)):
        if first and len(labels) - first >= _LABELS:
            continue
        at = ".".join(labels[first:])
        texts = records.txt(f"_dmarc.{at}")
        found = [_tags(text) for text in texts if re.match(r"v\s*=\s*DMARC1\s*(;|$)", text)]
        if found and not (first and found[0].get("psd") == "y"):
            return at, found
    return domain, []


def _tags(text: str) -> dict[str, str]:
    """Read `name=value; name=value`, as DKIM and DMARC write it."""
    pairs = (part.partition("=") for part in text.split(";") if "=" in part)
    return {name.strip().lower(): value.strip() for name, _equals, value in pairs}
