"""Mail addresses: one strict grammar, one key per person (D3, D4)."""

import re
import unicodedata

import idna
from django.utils.translation import gettext as _

from twoyes.lib import sealing
from twoyes.lib.errors import Refused

# RFC 5321 4.5.3.1: octets of the local part, and of the path between the angle brackets.
LOCAL_OCTETS = 64
ADDRESS_OCTETS = 254
_ATEXT = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!#$%&'*+-/=?^_`{|}~")
_PLAIN_ATOM = f"[{re.escape(''.join(sorted(_ATEXT)))}]+"
_PLAIN_LOCAL = re.compile(rf"{_PLAIN_ATOM}(?:\.{_PLAIN_ATOM})*")
# Letters, digits and hyphens as IDNA2008 takes them unchanged: no hyphen at an end or in places three and four.
_PLAIN_LABEL = r"(?!..--)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_PLAIN_DOMAIN = re.compile(rf"{_PLAIN_LABEL}(?:\.{_PLAIN_LABEL})*")
_DOMAIN_CHARS = 253
_ALL_DIGITS = re.compile(r"[0-9]+")


def parse(text: str) -> str:
    """Return the one bare address in `text`, with its domain in lower case and everything composed (NFC).

    Comments, groups, display names, quoted local parts, address literals and lists are Refused as
    `bad_address` (D3). What is returned parses to itself.
    """
    address = well_formed(text)
    if address is None:
        sentence = _("This is not one plain mail address. Write it like tom@example.org, nothing around it.")
        raise Refused("bad_address", sentence)
    return address


def well_formed(text: str) -> str | None:
    """Return what `parse` returns, or None where it refuses."""
    local, at, domain = unicodedata.normalize("NFC", text.strip(" \t")).rpartition("@")
    domain = unicodedata.normalize("NFC", domain.lower())
    ascii_domain = _a_label(domain)
    if not at or ascii_domain is None or not _is_dot_atom(local):
        return None
    if len(local.encode()) + 1 + max(len(ascii_domain), len(domain.encode())) > ADDRESS_OCTETS:
        return None
    return f"{local}@{domain}"


def same(one: str, other: str) -> bool:
    """Say whether two addresses are one mailbox; what is no address is nobody's."""
    if well_formed(one) is None or well_formed(other) is None:
        return False
    return canonical(one) == canonical(other)


def canonical(address: str) -> str:
    """Return the form in which two spellings of one mailbox are equal (D4).

    The local part is lower-cased only when it is ASCII: `ı` must never become `I`. Never send to this form.
    """
    local, _at, domain = parse(address).rpartition("@")
    return f"{local.lower() if local.isascii() else local}@{_a_label(domain)}"


def wire(address: str) -> str:
    """Return the address as an envelope carries it: local part as written, domain in A-labels."""
    local, _at, domain = parse(address).rpartition("@")
    return f"{local}@{_a_label(domain)}"


def key(address: str) -> str:
    """Return the blind index under which a person is known by this address."""
    return sealing.index("address", canonical(address))


def domain_key(address: str) -> str:
    """Return the blind index of the address's domain; also takes `@example.org`."""
    text = f"x{address}" if address.startswith("@") else address
    return sealing.index("domain", canonical(text).rpartition("@")[2])


def partly(address: str) -> str:
    """Return the address as its owner recognises it and nobody else learns it: `t…@ta…`."""
    local, _at, domain = address.rpartition("@")
    return f"{local[:1]}…@{domain[:2]}…"


def _is_dot_atom(local: str) -> bool:
    if not local or len(local.encode("utf-8", "replace")) > LOCAL_OCTETS:
        return False
    if local.isascii():
        return _PLAIN_LOCAL.fullmatch(local) is not None
    return all(atom and all(map(_may_stand, atom)) for atom in local.split("."))


def _may_stand(char: str) -> bool:
    # RFC 6531 lets all of Unicode in; letters, marks and digits are what mailboxes are made of.
    return char in _ATEXT if char.isascii() else unicodedata.category(char)[0] in "LMN"


def _a_label(domain: str) -> str | None:
    labels = domain.split(".")
    if len(labels) < 2 or not all(labels) or _ALL_DIGITS.fullmatch(labels[-1]):
        return None
    if len(domain) <= _DOMAIN_CHARS and _PLAIN_DOMAIN.fullmatch(domain):
        return domain
    try:
        return idna.encode(domain, strict=True).decode()
    except idna.IDNAError:
        return None
