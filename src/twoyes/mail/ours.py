"""The addresses at which we are written to: each names what it is for, and is signed where it names one row.

With `intro+{token}@example.org` as TWOYES_MAIL_ADDRESS all of them are this one mailbox; with a plain address the
part before the plus says what they are for. Relays do not keep the case of an address, and none of this needs it.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

from django.conf import settings

from twoyes.lib import addresses, tokens

_PLACE = "{token}"
# What stands before the plus where the template has no place of its own for a token.
_SIGNED = {"reply": "reply", "return": "bounce", "thread": "thread", "guard": "guard"}
_REQUEST = "request"

INSTANCE_HEADER = "X-Twoyes-Instance"
"""Stands in all that we write, so that what comes back to us round a corner is not taken for a letter (C21)."""


@dataclass(frozen=True, slots=True)
class Ours:
    """What an address of ours is for, and whom or what it names.

    `purpose` is `reply` (to a letter), `return` (a letter's failures), `thread` (the connector's Cc in an
    introduction), `guard` (unasked introductions) or `request` (asking by mail); `ref` is the id of the letter or the
    introduction, or the handle of the connector.
    """

    purpose: str
    ref: str


def sender() -> str:
    """Return the address that all letters come from: ours, and never anybody's (C29)."""
    local, _at, domain = settings.TWOYES_MAIL_ADDRESS.rpartition("@")
    local = re.sub(r"[+._=-]?\{token\}", "", local)
    return addresses.wire(f"{local.lstrip('+._=-') or 'intro'}@{domain}")


def reply_address(letter_id: str) -> str:
    """Return the address to which answers to this one letter come: opaque, and signed by us (E2, C11)."""
    return _signed("reply", letter_id)


def return_path(letter_id: str) -> str:
    """Return the address to which failures of this one letter come back: opaque, and signed by us (E2, C11)."""
    return _signed("return", letter_id)


def thread_address(introduction_id: str) -> str:
    """Return the address that stands for the connector in the thread of an introduction; it carries no rights (C35)."""
    return _signed("thread", introduction_id)


def guard_address(handle: str) -> str:
    """Return the address to which this connector forwards introductions that nobody asked them about (S3).

    It is theirs alone to know, so it is signed: what we answer to guessed ones tells nobody who has an account (E7).
    """
    return _signed("guard", handle)


def request_address(handle: str) -> str:
    """Return the address at which this connector can be asked for an introduction by mail (C23)."""
    return _written(f"{_REQUEST}.{handle}", before=_REQUEST, after=handle)


def instance() -> str:
    """Return what tells this installation's mail from any other's: the same for as long as its address is."""
    return hashlib.sha256(settings.TWOYES_MAIL_ADDRESS.lower().encode()).hexdigest()[:16]


def recognise(address: str) -> Ours | None:
    """Return what an address of ours is for, or None for any other: forged, foreign, or misspelt (C15, C22).

    Blind to case. That a row with this id exists is not looked at here.
    """
    token = _token(address)
    if token is None:
        return None
    for purpose, before in _SIGNED.items():
        ref = tokens.unsign(purpose, token.removeprefix(f"{before}+"))
        if ref is not None:
            return Ours(purpose, ref)
    word, _, handle = token.replace("+", ".", 1).partition(".")
    return Ours(word, handle) if word == _REQUEST and handle else None


def _token(address: str) -> str | None:
    """Return what stands in the token's place; where the template has none, the whole local part."""
    template: str = settings.TWOYES_MAIL_ADDRESS.lower()
    if _PLACE not in template:
        local, _, domain = address.strip().lower().rpartition("@")
        return local if local and domain == template.rpartition("@")[2] else None
    before, _, after = template.partition(_PLACE)
    text = address.strip().lower()
    if not text.startswith(before) or not text.endswith(after):
        return None
    return text[len(before) : len(text) - len(after)] or None


def _signed(purpose: str, ref: str) -> str:
    signed = tokens.sign(purpose, ref)
    return _written(signed, before=_SIGNED[purpose], after=signed)


def _written(token: str, *, before: str, after: str) -> str:
    template: str = settings.TWOYES_MAIL_ADDRESS
    if _PLACE in template:
        return addresses.wire(template.replace(_PLACE, token))
    return addresses.wire(f"{before}+{after}@{template.rpartition('@')[2]}")
