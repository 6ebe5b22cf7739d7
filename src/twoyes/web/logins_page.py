"""/accounts/: how one logs in, and what can be changed about it once one has proved oneself anew."""

from __future__ import annotations

from collections.abc import Sequence

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from twoyes.web import accounts, replies, second_proofs
from twoyes.web.desk_door import Desk, at_desk
from twoyes.web.form_errors import Problem
from twoyes.web.fresh import is_fresh, who

_DONE: dict[str, Promise] = {
    "add": _("Your passkey is kept. From now on it opens the desk."),
    "remove": _("That passkey opens nothing any more."),
    "app": _("From now on a code of your app is asked for after the letter."),
    "app_off": _("No code of an app is asked for any more."),
}


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Show whoever is logged in how they log in; lead everybody else to the login."""
    return _own(request) if request.user.is_authenticated else accounts.entrance(request)


@at_desk
def _own(request: HttpRequest, desk: Desk) -> HttpResponse:
    return show(request, desk)


def show(request: HttpRequest, desk: Desk, problems: Sequence[Problem] = (), *, status: int = 200) -> HttpResponse:
    """Show the page, with what was wrong with a form of it."""
    user = who(request)
    codes = second_proofs.of_kind(user, Authenticator.Type.RECOVERY_CODES)
    context = {
        "desk": desk,
        "fresh": is_fresh(request),
        "keys": second_proofs.passkeys(user),
        "can_have_keys": bool(settings.TWOYES_PASSKEY_HOST),
        "app": second_proofs.of_kind(user, Authenticator.Type.TOTP),
        "codes_left": len(codes.wrap().get_unused_codes()) if codes else None,
        "oidc": settings.TWOYES_OIDC,
        "name": request.POST.get("name", ""),
        "problems": problems,
        "done": _DONE.get(request.GET.get("done", "")),
    }
    return replies.page(request, "logins/logins.html", context, status=status)
