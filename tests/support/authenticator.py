"""A passkey in software: makes and uses one credential as a phone would, for tests without a browser."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2.cose import ES256
from fido2.utils import websafe_decode, websafe_encode
from fido2.webauthn import AttestationObject, AttestedCredentialData, AuthenticatorData, CollectedClientData

_SEEN = AuthenticatorData.FLAG.UP | AuthenticatorData.FLAG.UV


class Phone:
    """One device with one passkey. `origin` is the page it believes to be on; `seen` whether it saw a finger."""

    def __init__(self, origin: str = "http://localhost:8000", *, seen: bool = True) -> None:
        self.origin, self.seen = origin, seen
        self.id, self.user = os.urandom(16), b""
        self.key = ec.generate_private_key(ec.SECP256R1())

    def make(self, options: Mapping[str, Any]) -> str:
        """Return the credential that answers a registration, as the page posts it."""
        asked = options["publicKey"]
        self.user = websafe_decode(asked["user"]["id"])
        key = ES256.from_cryptography_key(self.key.public_key())  # type: ignore[no-untyped-call]
        public = AttestedCredentialData.create(b"\0" * 16, self.id, key)
        data = AuthenticatorData.create(
            _hash(asked["rp"]["id"]), self._flags | AuthenticatorData.FLAG.AT, 0, bytes(public)
        )
        said = CollectedClientData.create("webauthn.create", asked["challenge"], self.origin)
        made = AttestationObject.create("none", data, {})
        return self._posted({"clientDataJSON": bytes(said), "attestationObject": bytes(made)})

    def use(self, options: Mapping[str, Any]) -> str:
        """Return the credential that answers a login, as the page posts it."""
        asked = options["publicKey"]
        data = AuthenticatorData.create(_hash(asked["rpId"]), self._flags, 1)
        said = CollectedClientData.create("webauthn.get", asked["challenge"], self.origin)
        signature = self.key.sign(bytes(data) + said.hash, ec.ECDSA(hashes.SHA256()))
        parts = {"clientDataJSON": bytes(said), "authenticatorData": bytes(data), "signature": signature}
        return self._posted({**parts, "userHandle": self.user})

    @property
    def _flags(self) -> AuthenticatorData.FLAG:
        return _SEEN if self.seen else AuthenticatorData.FLAG.UP

    def _posted(self, response: Mapping[str, bytes]) -> str:
        name = websafe_encode(self.id)
        packed = {part: websafe_encode(value) for part, value in response.items()}
        return json.dumps(
            {"type": "public-key", "id": name, "rawId": name, "response": packed, "clientExtensionResults": {}}
        )


def _hash(host: str) -> bytes:
    return hashlib.sha256(host.encode()).digest()
