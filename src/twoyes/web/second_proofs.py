"""Passkeys, an app's codes and codes on paper, as allauth keeps them: every secret of theirs sealed by our keys.

What is heavy (fido2, qrcode) is imported where it is used: a house in which nobody has a passkey never loads it.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from dataclasses import dataclass
from datetime import datetime

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.models import User
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from twoyes.lib import sealing
from twoyes.people import front as people

# allauth seals a secret before its row has an id, so the seal is bound to the table alone.
_PLACE = "mfa_authenticator.data"
_WRONG = _("This does not fit. A code works once, and one of an app for half a minute. Nothing was changed.")


class Adapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Seals what allauth would store in the clear, and names nobody by the alias that stands for an address."""

    error_messages = {**DefaultMFAAdapter.error_messages, "incorrect_code": _WRONG}

    def encrypt(self, text: str) -> str:
        """Seal a seed, as text."""
        return seal_text(text, _PLACE)

    def decrypt(self, encrypted_text: str) -> str:
        """Open what `encrypt` sealed."""
        return open_text(encrypted_text, _PLACE)

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Bind passkeys to the public address, never to what a request says (D28)."""
        return {"id": settings.TWOYES_PASSKEY_HOST, "name": "Twoyes"}

    def get_public_key_credential_user_entity(self, user: User) -> dict[str, object]:
        """Say whose passkey it is, in words that its owner knows."""
        name = self.get_totp_label(user)
        return {**super().get_public_key_credential_user_entity(user), "name": name, "display_name": name}

    def get_totp_label(self, user: User) -> str:
        """Return what an app lists the codes under."""
        connector = people.connector_for_user(user.pk)
        return f"@{connector.handle} {settings.TWOYES_DOMAIN}" if connector else settings.TWOYES_DOMAIN


@dataclass(frozen=True, slots=True)
class Passkey:
    """One passkey, as its owner tells it from the others."""

    id: int
    name: str
    made_at: datetime
    used_at: datetime | None


def passkeys(user: User) -> list[Passkey]:
    """Return the passkeys of this login, the oldest first."""
    rows = Authenticator.objects.filter(user=user, type=Authenticator.Type.WEBAUTHN).order_by("created_at", "pk")
    return [Passkey(row.pk, _name(row), row.created_at, row.last_used_at) for row in rows]


def of_kind(user: User, kind: str) -> Authenticator | None:
    """Return the one row of this kind (`totp`, `recovery_codes`), or None."""
    row: Authenticator | None = Authenticator.objects.filter(user=user, type=kind).first()
    return row


def has_any(user: User) -> bool:
    """Say whether a second proof is asked of this login."""
    return bool(Authenticator.objects.filter(user=user).exists())


def _name(row: Authenticator) -> str:
    return Adapter().decrypt(row.data["name"])


# ---------------------------------------------------------------- what waits in a session


def keep(request: HttpRequest, name: str, text: str) -> None:
    """Keep a secret in this session, sealed: sessions lie in the store like everything else."""
    request.session[name] = seal_text(text, _session_place(name))


def kept(request: HttpRequest, name: str) -> str:
    """Return what was kept, or "" where nothing is."""
    blob = request.session.get(name)
    return open_text(blob, _session_place(name)) if isinstance(blob, str) else ""


def _session_place(name: str) -> str:
    return f"django_session.{name}"


def seal_text(text: str, place: str) -> str:
    """Return `text` sealed for `place`, as text."""
    return b64encode(sealing.seal(text, place)).decode()


def open_text(blob: str, place: str) -> str:
    """Return what `seal_text` sealed; raises `Refused` as `sealing.unseal` does."""
    return sealing.unseal(b64decode(blob), place)
