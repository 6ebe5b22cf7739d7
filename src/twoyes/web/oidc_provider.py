"""What is said between us and an OpenID Connect provider, and every check on it (OpenID Connect Core 3.1.3.7).

allauth carries the code and its state; what it leaves out is here: the issuer, the nonce, and the signature, which it
skips. Loaded when somebody logs in that way, and not before.
"""

from __future__ import annotations

import hashlib
from typing import Any

import jwt
from allauth.account.models import EmailAddress
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.models import SocialApp, SocialLogin, SocialToken
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.utils import generate_code_challenge
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.http import HttpRequest

from twoyes.lib import sealing
from twoyes.lib.config import Oidc
from twoyes.web.accounts import alias

_ID = "oidc"
_PATH = "/.well-known/openid-configuration"
_ALGORITHMS = {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"}
_CLAIMS = ["iss", "sub", "aud", "exp", "iat", "nonce"]
_ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")
# Two clocks are never quite the same.
_LEEWAY_SECONDS = 60


class Unsound(OAuth2Error):  # type: ignore[misc]
    """What the provider said is not to be believed. Its sentence names nobody."""


class Talk(OpenIDConnectOAuth2Adapter):  # type: ignore[misc]
    """One login with the provider that the environment names."""

    def __init__(self, request: HttpRequest, of: Oidc) -> None:
        super().__init__(request, _ID)
        self.of, self.nonce = of, ""

    def get_provider(self) -> Provider:
        """Return the provider of TWOYES_OIDC_URL; none is ever read from the store."""
        of = self.of
        server = {"server_url": of.url.rstrip("/") + _PATH}
        app = SocialApp(
            provider="openid_connect", provider_id=_ID, name=of.name, client_id=of.client_id, secret=of.secret
        )
        app.settings = server
        return Provider(self.request, app=app, talk=self)

    @property
    def openid_config(self) -> dict[str, Any]:
        """What the provider tells about itself. Raises `Unsound` where it is not the one that was named."""
        told: Any = super().openid_config
        if not isinstance(told, dict) or str(told.get("issuer")).rstrip("/") != self.of.url.rstrip("/"):
            raise Unsound("the issuer that it tells is not TWOYES_OIDC_URL")
        if not all(isinstance(told.get(name), str) for name in _ENDPOINTS):
            raise Unsound("it does not tell where it takes a login, a code and its keys")
        return told

    def get_callback_url(self, request: HttpRequest, app: SocialApp) -> str:
        """Return where it sends people back to: built from our address, never from a request (D28)."""
        return f"{settings.TWOYES_URL}/accounts/oidc/callback/"

    def get_access_token_data(
        self, request: HttpRequest, app: SocialApp, client: object, pkce_code_verifier: str | None = None
    ) -> dict[str, Any]:
        """Change the code for tokens, and remember which nonce they must carry."""
        self.nonce = nonce_of(pkce_code_verifier or "")
        tokens: dict[str, Any] = super().get_access_token_data(request, app, client, pkce_code_verifier)
        return tokens

    def complete_login(
        self, request: HttpRequest, app: SocialApp, token: SocialToken, **kwargs: dict[str, Any]
    ) -> SocialLogin:
        """Return whom the provider vouches for, once everything about it was checked."""
        try:
            claims = self._claims(str(kwargs["response"].get("id_token", "")), app.client_id)
        except jwt.PyJWTError as error:
            raise Unsound(f"its token does not hold ({type(error).__name__})") from error
        if "email" not in claims and isinstance(self.openid_config.get("userinfo_endpoint"), str):
            more = self._fetch_user_info(token.token)
            if not isinstance(more, dict) or more.get("sub") != claims["sub"]:
                raise Unsound("it tells about somebody else than who logged in")
            claims = {**more, **claims}
        return self.get_provider().sociallogin_from_response(request, claims)

    def _claims(self, token: str, client_id: str) -> dict[str, Any]:
        key = self._key(jwt.get_unverified_header(token).get("kid"))
        if key.algorithm_name not in _ALGORITHMS:
            raise Unsound("it signs in a way that is not taken here")
        claims = jwt.decode(
            token,
            key=key,
            algorithms=[key.algorithm_name],
            audience=client_id,
            issuer=self.openid_config["issuer"],
            leeway=_LEEWAY_SECONDS,
            options={"require": _CLAIMS},
        )
        if not self.nonce or claims["nonce"] != self.nonce:
            raise Unsound("its token was made for another login")
        if claims.get("azp", client_id) != client_id:
            raise Unsound("its token was made for somebody else than us")
        return claims

    def _key(self, kid: str | None) -> jwt.PyJWK:
        with get_adapter().get_requests_session() as session:
            answer = session.get(self.openid_config["jwks_uri"])
        answer.raise_for_status()
        keys = [one for one in jwt.PyJWKSet.from_dict(answer.json()).keys if kid in (None, one.key_id)]
        if len(keys) != 1:
            raise Unsound("it does not show the key that it signed with")
        return keys[0]


class Provider(OpenIDConnectProvider):  # type: ignore[misc]
    """The provider as allauth asks about it. Of what it tells only an address that it vouches for is used."""

    pkce_enabled_default = True

    def __init__(self, request: HttpRequest, app: SocialApp, talk: Talk) -> None:
        super().__init__(request, app=app)
        self._talk = talk

    def get_oauth2_adapter(self, request: HttpRequest) -> Talk:
        """Return the talk that this provider belongs to: one look at its configuration is enough."""
        return self._talk

    def get_pkce_params(self) -> dict[str, Any]:
        """Return a challenge and, since both must come back to this very browser, a nonce made of the same chance."""
        made = generate_code_challenge()
        return {**made, "nonce": nonce_of(made["code_verifier"])}

    def get_default_scope(self) -> list[str]:
        """Ask for the address and nothing more."""
        return ["openid", "email"]

    def extract_uid(self, data: dict[str, Any]) -> str:
        """Return who it is as a keyed hash: it goes into the session, and some providers put an address there."""
        return sealing.index("oidc", f"{data['iss']} {data['sub']}")

    def extract_extra_data(self, data: dict[str, Any]) -> dict[str, Any]:
        """Keep nothing."""
        return {}

    def extract_common_fields(self, data: dict[str, Any]) -> dict[str, Any]:
        """Take no name and no picture."""
        return {}

    def extract_email_addresses(self, data: dict[str, Any]) -> list[EmailAddress]:
        """Return the alias of the address, if the provider says in so many words that it was verified."""
        address = data.get("email")
        if not isinstance(address, str) or data.get("email_verified") is not True:
            return []
        return [EmailAddress(email=alias(address), verified=True, primary=True)]


def nonce_of(verifier: str) -> str:
    """Return the nonce of a login: the verifier stays in the session, and cannot be told from what travels."""
    return hashlib.sha256(f"nonce {verifier}".encode()).hexdigest()
