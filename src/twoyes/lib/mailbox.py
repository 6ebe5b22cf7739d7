"""The strict grammar of a mail address (D3), for what has no language and no framework at hand."""

import re
import unicodedata

import idna

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


def well_formed(text: str) -> str | None:
    """Return the one bare address in `text` as `addresses.parse` does, or None where that refuses."""
    local, at, domain = unicodedata.normalize("NFC", text.strip(" \t")).rpartition("@")
    domain = unicodedata.normalize("NFC", domain.lower())
    ascii_domain = a_label(domain)
    if not at or ascii_domain is None or not _is_dot_atom(local):
        return None
    if len(local.encode()) + 1 + max(len(ascii_domain), len(domain.encode())) > ADDRESS_OCTETS:
        return None
    return f"{local}@{domain}"


def canonical(text: str) -> str | None:
    """Return the form in which two spellings of one mailbox are equal (D4), or None for what is no address."""
    address = well_formed(text)
    if address is None:
        return None
    local, _at, domain = address.rpartition("@")
    return f"{local.lower() if local.isascii() else local}@{a_label(domain)}"


def _is_dot_atom(local: str) -> bool:
    if not local or len(local.encode("utf-8", "replace")) > LOCAL_OCTETS:
        return False
    if local.isascii():
        return _PLAIN_LOCAL.fullmatch(local) is not None
    return all(atom and all(map(_may_stand, atom)) for atom in local.split("."))


def _may_stand(char: str) -> bool:
    # RFC 6531 lets all of Unicode in; letters, marks and digits are what mailboxes are made of.
    return char in _ATEXT if char.isascii() else unicodedata.category(char)[0] in "LMN"


def a_label(domain: str) -> str | None:
    """Return a domain in small letters as DNS carries it, or None where IDNA2008 knows none such."""
    labels = domain.split(".")
    if len(labels) < 2 or not all(labels) or _ALL_DIGITS.fullmatch(labels[-1]):
        return None
    if len(domain) <= _DOMAIN_CHARS and _PLAIN_DOMAIN.fullmatch(domain):
        return domain
    try:
        return idna.encode(domain, strict=True).decode()
    except idna.IDNAError:
        return None
