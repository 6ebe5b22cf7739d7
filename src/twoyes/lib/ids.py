"""Names of rows."""

import string

from twoyes.lib import chance

_ALPHABET = string.digits + string.ascii_lowercase
LENGTH = 12


def new_id() -> str:
    """Return 12 characters of `[0-9a-z]`, 62 bits: never counted up, so a restored store reuses none (F2)."""
    # One draw of more bits than are used, so that no name is noticeably likelier than another.
    number = int.from_bytes(chance.token_bytes(16))
    letters = []
    for _ in range(LENGTH):
        number, at = divmod(number, len(_ALPHABET))
        letters.append(_ALPHABET[at])
    return "".join(letters)
