"""Logging in with a provider (OpenID Connect): it vouches for an address, and whoever has that address here is let in.

Nothing that a provider says is kept, so it is asked at every login: a connector who is removed, or an address that
it no longer vouches for, opens nothing. No account is ever made. What talks to it is imported when somebody wants to.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.utils import get_next_redirect_url
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from twoyes.web import replies

if TYPE_CHECKING:
    from allauth.socialaccount.models import SocialLogin

_logger = logging.getLogger("twoyes.oidc")
_CANCELLED = "cancelled"


class Adapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Answers on our pages where allauth would sign somebody up, or say what went wrong."""

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Let in whom we know by ourselves: allauth would lay the provider's tokens into the session meanwhile."""
        if not sociallogin.is_existing:
            return
        if request.user.is_authenticated:
            get_adapter(request).logout(request)
        record_authentication(request, sociallogin.user, "socialaccount")
        from allauth.account.models import Login

        wanted = Login(user=sociallogin.user, redirect_url=sociallogin.get_redirect_url(request))
        raise ImmediateHttpResponse(perform_login(request, wanted))

    def is_open_for_signup(self, request: HttpRequest, sociallogin: object) -> bool:
        """Turn away an address that nobody has here, or that the provider does not vouch for."""
        raise ImmediateHttpResponse(_refused(request, "stranger", 403))

    def on_authentication_error(self, request: HttpRequest, provider: object, **told: object) -> None:
        """Say that nobody was let in; the log tells the operator why, in words that name nobody."""
        if told.get("error") == _CANCELLED:
            messages.error(request, _("You did not log in there. Here is the other way: a code by letter."))
            raise ImmediateHttpResponse(replies.see(settings.LOGIN_URL))
        raise ImmediateHttpResponse(_unsound(request, told.get("exception")))


def login(request: HttpRequest) -> HttpResponse:
    """Lead to the provider: by a page, since the policy of our pages lets no form lead to another site."""
    if request.method != "POST" or settings.TWOYES_OIDC is None:
        return replies.see(settings.LOGIN_URL)
    from allauth.socialaccount.providers.oauth2.client import OAuth2Error
    from requests import RequestException

    from twoyes.web.oidc_provider import Talk

    provider = Talk(request, settings.TWOYES_OIDC).get_provider()
    try:
        led = provider.redirect(request, process="login", next_url=get_next_redirect_url(request))
    except (OAuth2Error, RequestException) as error:
        _logger.warning("the provider cannot be asked: %s", type(error).__name__)
        return _refused(request, "silent", 503)
    context = {"address": led.headers["Location"], "oidc": settings.TWOYES_OIDC}
    return replies.page(request, "logins/oidc_away.html", context)


def callback(request: HttpRequest) -> HttpResponse:
    """Let in whom the provider sends back. OpenID Connect does this by a GET; it counts once, in this browser alone."""
    if settings.TWOYES_OIDC is None:
        return replies.see(settings.LOGIN_URL)
    from allauth.socialaccount.providers.oauth2.client import OAuth2Error
    from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
    from requests import RequestException

    from twoyes.web.oidc_provider import Talk

    try:
        response: HttpResponse = OAuth2CallbackView.adapter_view(Talk(request, settings.TWOYES_OIDC))(request)
    except (OAuth2Error, RequestException) as error:
        # What the provider tells about itself is read before allauth begins to catch anything.
        return _unsound(request, error)
    return response


def _unsound(request: HttpRequest, error: object) -> HttpResponse:
    from twoyes.web.oidc_provider import Unsound

    # What others say in their errors may name somebody; only our own sentences are logged.
    why = error if isinstance(error, Unsound) else type(error).__name__
    _logger.warning("a login with the provider failed: %s", why if error else "no such login was begun here")
    return _refused(request, "unsound", 403)


def _refused(request: HttpRequest, why: str, status: int) -> HttpResponse:
    context = {"why": why, "oidc": settings.TWOYES_OIDC}
    return replies.page(request, "logins/oidc_refused.html", context, status=status)
