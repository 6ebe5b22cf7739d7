"""Mail addresses: one strict grammar, one key per person (D3, D4)."""

from django.utils.translation import gettext as _

from twoyes.lib import sealing
from twoyes.lib.errors import Refused
from twoyes.lib.mailbox import a_label, well_formed

__all__ = ["canonical", "domain_key", "key", "parse", "partly", "same", "well_formed", "wire"]


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
    return f"{local.lower() if local.isascii() else local}@{a_label(domain)}"


def wire(address: str) -> str:
    """Return the address as an envelope carries it: local part as written, domain in A-labels."""
    local, _at, domain = parse(address).rpartition("@")
    return f"{local}@{a_label(domain)}"


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
