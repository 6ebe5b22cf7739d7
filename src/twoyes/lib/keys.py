"""The keys that seal personal data, and the secret that signs.

Seal keys rotate: the first writes, all read. The index key never changes, or nobody would be known again.
"""

import base64
import binascii
import json
import os
import re
import secrets
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from twoyes.lib import env
from twoyes.lib.errors import Refused
from twoyes.lib.words import said as _

KEY_BYTES = 32
_SECRET_CHARS = 16
_KEY_ID = re.compile(r"[a-z0-9]{1,16}")
_WHERE = ("TWOYES_KEYS", "TWOYES_KEYS_FILE", "XDG_CONFIG_HOME", "HOME", "TWOYES_DATA")


def _mend() -> str:
    return _("Put back the file from its backup, or see `twoyes doctor`.")


@dataclass(frozen=True)
class SealKey:
    """One sealing key; its id stands in front of everything it sealed."""

    id: str
    key: bytes = field(repr=False)


@dataclass(frozen=True)
class Keys:
    """All that is needed to read and write sealed data."""

    seal: tuple[SealKey, ...]
    index: bytes = field(repr=False)


def load() -> Keys:
    """Return the keys of TWOYES_KEYS, TWOYES_KEYS_FILE or `keys.json`, made when all are missing.

    Raises Refused `bad_keys` when they cannot be understood, `keys_beside_data` when they would be made
    inside TWOYES_DATA, where every backup of the data would carry them.
    """
    return _loaded(tuple(os.environ.get(name, "") for name in _WHERE))


def reload() -> Keys:
    """Read the keys again, which another process may have rotated since."""
    _loaded.cache_clear()
    return load()


@lru_cache(maxsize=4)
def _loaded(_where: tuple[str, ...]) -> Keys:
    # Sealing asks for the keys at every value: they are read once for each place that they may come from.
    given = env.read("TWOYES_KEYS")
    if given is not None:
        return _parse(given, "TWOYES_KEYS")
    path = default_file()
    if not path.exists():
        _refuse_beside_data(path)
        env.make_private(path, _fresh())
    return _from_file(path, path.stat().st_mtime_ns)


def exist() -> bool:
    """Say whether keys are there already, without making any."""
    return env.read("TWOYES_KEYS") is not None or default_file().exists()


def default_file() -> Path:
    """Return where the keys are made when none are given."""
    return env.user_dir("XDG_CONFIG_HOME", ".config") / "keys.json"


def secret() -> str:
    """Return the secret that signs now: the first of `secrets_in_use`."""
    return secrets_in_use()[0]


def secrets_in_use() -> tuple[str, ...]:
    """Return the lines of TWOYES_SECRET, or of `$TWOYES_DATA/secret`, made on first need (F14).

    The first line signs, all verify. Raises Refused `bad_secret` when a line is shorter than 16 characters.
    """
    given = env.read("TWOYES_SECRET")
    if given is None:
        path = env.data_dir() / "secret"
        fresh = secrets.token_urlsafe(48) + "\n"
        given = _text(path, path.stat().st_mtime_ns) if path.exists() else env.make_private(path, fresh)
    return _lines(given)


@lru_cache(maxsize=4)
def _text(path: Path, _changed: int) -> str:
    # Every page signs something: the file is read again when it was written again.
    return path.read_text("utf-8")


@lru_cache(maxsize=4)
def _lines(given: str) -> tuple[str, ...]:
    lines = tuple(line.strip() for line in given.splitlines() if line.strip())
    if not lines or any(len(line) < _SECRET_CHARS for line in lines):
        sentence = _("The secret needs at least %s characters a line. Unset TWOYES_SECRET to have one made.")
        raise Refused("bad_secret", sentence % _SECRET_CHARS)
    return lines


def _refuse_beside_data(path: Path) -> None:
    data = env.data_dir().resolve()
    if path.resolve().is_relative_to(data):
        sentence = _(
            "The keys would be made at %(path)s, inside TWOYES_DATA, where each backup of the data would "
            "carry them. Set XDG_CONFIG_HOME to another directory, or TWOYES_KEYS_FILE to a file of keys."
        ) % {"path": path}
        raise Refused("keys_beside_data", sentence)


@lru_cache(maxsize=4)
def _from_file(path: Path, _changed: int) -> Keys:
    try:
        return _parse(path.read_text("utf-8"), str(path))
    except OSError as error:
        raise Refused(
            "bad_keys",
            _("%(path)s cannot be read (%(error)s). %(mend)s") % {"path": path, "error": error, "mend": _mend()},
        ) from error


@lru_cache(maxsize=4)
def _parse(text: str, where: str) -> Keys:
    try:
        parsed = json.loads(text)
        seal = tuple(SealKey(_key_id(one["id"]), _key(one["key"])) for one in parsed["seal"])
        index = _key(parsed["index"]["key"])
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        shape = '{"seal":[{"id","key"},…],"index":{"key"}} with keys of 32 bytes in base64'
        raise Refused(
            "bad_keys",
            _("%(where)s does not hold keys of the shape %(shape)s. %(mend)s")
            % {"where": where, "shape": shape, "mend": _mend()},
        ) from error
    if not seal or len({one.id for one in seal}) != len(seal):
        raise Refused(
            "bad_keys",
            _("%(where)s needs at least one seal key, each with an id of its own. %(mend)s")
            % {"where": where, "mend": _mend()},
        )
    return Keys(seal, index)


def _key_id(value: str) -> str:
    if not _KEY_ID.fullmatch(value):
        raise ValueError(value)
    return value


def _key(value: str) -> bytes:
    try:
        key = base64.b64decode(value, validate=True)
    except binascii.Error as error:
        raise ValueError("not base64") from error
    if len(key) != KEY_BYTES:
        raise ValueError("wrong length")
    return key


def _fresh() -> str:
    seal, index = (base64.b64encode(os.urandom(KEY_BYTES)).decode() for _ in range(2))
    return json.dumps({"seal": [{"id": "k1", "key": seal}], "index": {"key": index}}) + "\n"
