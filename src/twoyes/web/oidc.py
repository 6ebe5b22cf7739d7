"""Logging in with a provider (OpenID Connect): it vouches for an address, and whoever has that address here is let in.

Nothing that a provider says is kept, so it is asked at every login: a connector who is removed, or an address that
it no longer vouches for, opens nothing. No account is ever made. What talks to it is imported when somebody wants to.
"""

from __future__ import annotations

import logging

from allauth.account.utils import get_next_redirect_url
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from twoyes.web import replies

_logger = logging.getLogger("twoyes.oidc")
_CANCELLED = "cancelled"


class Adapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Answers on our pages where allauth would sign somebody up, or say what went wrong."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: object) -> bool:
        """Turn away an address that nobody has here, or that the provider does not vouch for."""
        raise ImmediateHttpResponse(_refused(request, "stranger", 403))

    def on_authentication_error(self, request: HttpRequest, provider: object, **told: object) -> None:
        """Say that nobody was let in; the log tells the operator why, in words that name nobody."""
        from twoyes.web.oidc_provider import Unsound

        if told.get("error") == _CANCELLED:
            messages.error(request, _("You did not log in there. Here is the other way: a code by letter."))
            raise ImmediateHttpResponse(replies.see(settings.LOGIN_URL))
        exception = told.get("exception")
        # What others say in their errors may name somebody; only our own sentences are logged.
        why = exception if isinstance(exception, Unsound) else type(exception).__name__
        _logger.warning("a login with the provider failed: %s", why if exception else "no such login was begun here")
        raise ImmediateHttpResponse(_refused(request, "unsound", 403))


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
    from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView

    from twoyes.web.oidc_provider import Talk

    response: HttpResponse = OAuth2CallbackView.adapter_view(Talk(request, settings.TWOYES_OIDC))(request)
    return response


def _refused(request: HttpRequest, why: str, status: int) -> HttpResponse:
    context = {"why": why, "oidc": settings.TWOYES_OIDC}
    return replies.page(request, "logins/oidc_refused.html", context, status=status)
