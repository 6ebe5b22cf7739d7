"""Names of rows."""

import string

from twoyes.lib import chance

_ALPHABET = string.digits + string.ascii_lowercase
LENGTH = 12


def new_id() -> str:
    """Return 12 characters of `[0-9a-z]`, 62 bits: never counted up, so a restored store reuses none (F2)."""
    return "".join(chance.choice(_ALPHABET) for _ in range(LENGTH))
