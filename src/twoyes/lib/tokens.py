"""Link tokens, of which only the hash is stored, and signed references for return addresses (E9)."""

import base64
import hashlib
import hmac

from twoyes.lib import chance, keys

TOKEN_BYTES = 16
_MAC_BYTES = 10


def new_token() -> str:
    """Return 128 bits as 26 characters of lower-case base32: safe in a URL, an address and read aloud."""
    return _base32(chance.token_bytes(TOKEN_BYTES))


def token_hash(token: str) -> str:
    """Return what is stored instead of the token: SHA-256 in hex, blind to the token's case."""
    return hashlib.sha256(token.strip().lower().encode("utf-8", "replace")).hexdigest()


def sign(purpose: str, ref: str) -> str:
    """Return `ref.mac`, in which 80 bits prove that this installation wrote `ref` for this purpose.

    Raises ValueError for a ref with capitals, since relays do not keep the case of an address.
    """
    if not ref or ref != ref.lower():
        raise ValueError(f"cannot sign {ref!r}: a reference is lower case and not empty")
    return f"{ref}.{_mac(keys.secret(), purpose, ref)}"


def unsign(purpose: str, text: str) -> str | None:
    """Return the ref that `sign` took for the same purpose, or None. Blind to case; takes constant time."""
    ref, _, mac = text.strip().lower().rpartition(".")
    genuine = False
    for secret in keys.secrets_in_use():
        genuine |= hmac.compare_digest(_mac(secret, purpose, ref).encode(), mac.encode("utf-8", "replace"))
    return ref if genuine and ref else None


def _mac(secret: str, purpose: str, ref: str) -> str:
    message = f"{len(purpose)}:{purpose}{ref}".encode("utf-8", "replace")
    return _base32(hmac.digest(secret.encode(), message, "sha256")[:_MAC_BYTES])


def _base32(raw: bytes) -> str:
    return base64.b32encode(raw).decode().rstrip("=").lower()
