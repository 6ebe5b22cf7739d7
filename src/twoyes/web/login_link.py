"""/accounts/link/TOKEN: the way in that `twoyes connector link` prints. Opening it shows a button; pressing logs in."""

from __future__ import annotations

from allauth.account.internal.flows.login import record_authentication
from django.conf import settings
from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods

from twoyes.lib import clock
from twoyes.people import front as people
from twoyes.web import replies
from twoyes.web.forms import Form

_BACKEND = settings.AUTHENTICATION_BACKENDS[0]


@sensitive_variables("token")
@require_http_methods(["GET", "HEAD", "POST"])
def login_link(request: HttpRequest, token: str) -> HttpResponse:
    """Log the connector in, once; a link that is used, old or unknown is not there (D24, E10)."""
    now = clock.now()
    if request.method != "POST":
        if not people.opens_login(token, now):
            raise Http404
        then = _("This works once, within ten minutes of when the link was made.")
        form = Form("login", request.path, (), _("Log in to the desk"), then, main=True)
        return replies.page(request, "login_link.html", {"form": form})
    user = people.use_login(token, now)
    if user is None:
        raise Http404
    login(request, user, backend=_BACKEND)
    # Whoever sits at the machine may change at once how this account logs in: it is the way back after a loss.
    record_authentication(request, user, "link")
    return replies.see(settings.LOGIN_REDIRECT_URL)
