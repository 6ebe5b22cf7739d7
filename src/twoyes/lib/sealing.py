"""Personal data at rest: sealed to the very place where it lies, and found again by blind index.

A sealed value copied to another row, column or table does not open: the place is part of the seal.
"""

import hmac
import json
import os
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.db.models import Model
from django.utils.translation import gettext as _

from twoyes.lib import keys
from twoyes.lib.errors import Refused

_NONCE = 12
_TAG = 16
_INDEX_CHARS = 32


def seal(text: str, place: str) -> bytes:
    """Return `keyid:` + nonce + ciphertext of `text`, which opens at `place` (`table.column.id`) only."""
    return seal_bytes(text.encode(), place)


def seal_bytes(data: bytes, place: str) -> bytes:
    """Return bytes sealed as `seal` does."""
    key = keys.load().seal[0]
    nonce = os.urandom(_NONCE)
    return f"{key.id}:".encode() + nonce + _cipher(key.key).encrypt(nonce, data, place.encode())


def unseal(blob: bytes | memoryview, place: str) -> str:
    """Return the text sealed for `place`; raises Refused as `unseal_bytes` does."""
    return unseal_bytes(blob, place).decode()


def unseal_bytes(blob: bytes | memoryview, place: str) -> bytes:
    """Return the bytes sealed for `place`.

    Raises Refused: `not_sealed` (not made by `seal`), `unknown_key` (its key is gone), `sealed_elsewhere`
    (changed, or moved from another place).
    """
    return _opened(blob, place, keys.load())


def _opened(blob: bytes | memoryview, place: str, known: keys.Keys) -> bytes:
    key_id, colon, rest = bytes(blob).partition(b":")
    if not colon or len(rest) < _NONCE:
        raise Refused("not_sealed", _("This value was not sealed by Twoyes."))
    key = _key(known, key_id) or _key(keys.reload(), key_id)
    if key is None:
        sentence = _("A value was sealed with a key that is missing. Put the key back from its backup.")
        raise Refused("unknown_key", sentence)
    try:
        return _cipher(key).decrypt(rest[:_NONCE], rest[_NONCE:], place.encode())
    except InvalidTag as error:
        sentence = _("A sealed value does not belong where it lies: it was moved or changed.")
        raise Refused("sealed_elsewhere", sentence) from error


# One for each key, which is in memory anyhow.
_cipher = lru_cache(maxsize=8)(AESGCM)


def _key(known: keys.Keys, key_id: bytes) -> bytes | None:
    # A loop, not a generator: a list unseals thirty values for each page.
    for one in known.seal:
        if one.id.encode() == key_id:
            return one.key
    return None


def overhead(blob: bytes) -> int:
    """Return how many bytes longer than its content a sealed value is that begins so."""
    return blob.index(b":") + 1 + _NONCE + _TAG


def put(row: Model, column: str, text: str) -> None:
    """Seal `text` into a BinaryField of `row`, without saving; an empty text is kept as no bytes at all."""
    setattr(row, column, seal(text, _place(row, column)) if text else b"")


def get(row: Model, column: str) -> str:
    """Return what `put` sealed there, or "" where nothing is; raises Refused as `unseal` does."""
    blob = getattr(row, column)
    return unseal(blob, _place(row, column)) if blob else ""


def put_bytes(row: Model, column: str, data: bytes) -> None:
    """Seal bytes that are no text into a BinaryField of `row`, without saving."""
    setattr(row, column, seal_bytes(data, _place(row, column)))


def get_bytes(row: Model, column: str) -> bytes:
    """Return what `put_bytes` sealed there; raises Refused as `unseal_bytes` does."""
    return unseal_bytes(getattr(row, column), _place(row, column))


def put_json(row: Model, column: str, value: Any) -> None:
    """Seal plain data (what JSON can say) into a BinaryField of `row`, without saving."""
    put(row, column, json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")))


def get_json(row: Model, column: str) -> Any:
    """Return what `put_json` sealed there, or None where nothing is; raises Refused as `unseal` does."""
    text = get(row, column)
    return json.loads(text) if text else None


def json_of_all(
    sealed: Iterable[tuple[str, bytes | memoryview]], model: type[Model], column: str, *, only: Sequence[str] = ()
) -> dict[str, Any]:
    """Return by id what `put_json` sealed, read without rows of the model: for lists. None and errors as `get_json`.

    With `only`, of objects whose values are texts, just the texts of those names that are there: a list shows a name
    out of long words.
    """
    known, where = keys.load(), f"{model._meta.db_table}.{column}."
    marks = [(name, f'"{name}":"') for name in only]
    return {
        pk: (_picked(text, marks) if marks else _parsed(text)[0]) if text else None
        for pk, blob in sealed
        for text in (_opened(blob, where + pk, known).decode() if blob else "",)
    }


def _picked(text: str, marks: Iterable[tuple[str, str]]) -> dict[str, str]:
    # Within a text each quotation mark stands behind a backslash, so a mark is found at its name and nowhere else.
    found = ((name, text.find(mark), len(mark)) for name, mark in marks)
    return {name: _parsed(text, at + long - 1)[0] for name, at, long in found if at >= 0}


# `json.loads` looks for white space first, which `put_json` never writes.
_parsed = json.JSONDecoder().raw_decode


def index(kind: str, text: str) -> str:
    """Return the blind index of `text`: 32 hex characters, equal for equal texts of one kind alone."""
    message = f"{len(kind)}:{kind}{text}".encode("utf-8", "replace")
    return hmac.digest(keys.load().index, message, "sha256").hex()[:_INDEX_CHARS]


def _place(row: Model, column: str) -> str:
    if not row.pk:
        raise ValueError(f"{row._meta.label} needs its id before {column} can be sealed")
    return f"{row._meta.db_table}.{column}.{row.pk}"
