"""Passkeys: one button on the login page, and a list of them under `/accounts/`.

The browser signs a challenge that a post fetched and the session holds, so opening a page changes nothing.
"""

from __future__ import annotations

import struct
from http import HTTPStatus

from allauth.core import ratelimit
from allauth.mfa.adapter import get_adapter
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import User
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _

from twoyes.introductions import front as introductions
from twoyes.lib import limits, text
from twoyes.lib.errors import Refused
from twoyes.web import replies, second_proofs
from twoyes.web.desk_door import Desk, at_desk
from twoyes.web.form_errors import Problem, problems_of
from twoyes.web.fresh import LOGINS, pressed, when_fresh, who
from twoyes.web.logins_page import show

CODES = "/accounts/codes/"
# A credential has about a thousand characters; a device that signs with everything it has, a few thousand.
_LONGEST = 20_000
_MISSHAPEN = (struct.error, AttributeError, LookupError, TypeError, ValueError)


def holds(form: Form) -> bool:
    """Say whether a credential is sound; what is no credential at all is an error of the form, never of the house."""
    from cryptography.exceptions import InvalidSignature

    if len(form.data.get("credential", "")) > _LONGEST:
        form.data = {"credential": ""}
    try:
        return bool(form.is_valid())
    except (InvalidSignature, RecursionError, *_MISSHAPEN):
        # allauth reads what was posted as if it had the right shape; what a browser never makes fails anywhere in it.
        form.add_error("credential", get_adapter().validation_error("incorrect_code"))
        return False


# ---------------------------------------------------------------- the login page


def begin_login(request: HttpRequest) -> HttpResponse:
    """Say what a passkey is to sign: any of this house, or one of whoever gave a first proof already."""
    from allauth.mfa.webauthn.internal import auth

    from twoyes.web.second_step import half_way

    if request.method != "POST":
        return replies.see(settings.LOGIN_URL)
    if not _allowed(request):
        return JsonResponse({"go": settings.LOGIN_URL}, status=HTTPStatus.TOO_MANY_REQUESTS)
    return JsonResponse(auth.begin_authentication(half_way(request)))


def login(request: HttpRequest) -> HttpResponse:
    """Let in whoever holds a passkey of this house."""
    from allauth.account.models import Login
    from allauth.account.utils import get_next_redirect_url
    from allauth.mfa.webauthn.forms import LoginWebAuthnForm
    from allauth.mfa.webauthn.internal import flows

    if request.method != "POST" or request.user.is_authenticated:
        return replies.see(settings.LOGIN_URL)
    form = LoginWebAuthnForm(data=request.POST)
    if not _allowed(request) or not holds(form):
        messages.error(request, _("This passkey does not open a desk here. Log in with a code, and look at your list."))
        return replies.see(settings.LOGIN_URL)
    authenticator = form.cleaned_data["credential"]
    wanted = Login(user=authenticator.user, redirect_url=get_next_redirect_url(request))
    response: HttpResponse = flows.perform_passwordless_login(request, authenticator, wanted)
    return response


def _allowed(request: HttpRequest) -> bool:
    return bool(ratelimit.consume(request, action="login"))


# ---------------------------------------------------------------- one's own


@at_desk
@pressed
@when_fresh
def begin_add(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Say what a new passkey is to be made for."""
    from allauth.mfa.webauthn.internal import auth

    return JsonResponse(auth.begin_registration(who(request), True))


@at_desk
@pressed
@when_fresh
def add(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Keep a new passkey under the name that was typed; with the first one come codes for a bad day."""
    from allauth.mfa.webauthn.forms import AddWebAuthnForm
    from allauth.mfa.webauthn.internal import flows

    user = who(request)
    try:
        name = text.one_line(request.POST.get("name", ""), limit=limits.NAME_LENGTH, field=_("The name"))
    except Refused as refused:
        return show(request, desk, [Problem("name", refused.code, refused.sentence)], status=422)
    # Whoever adds a passkey here logs in with it alone, so it must have seen a finger, a face or a PIN.
    given = {"credential": request.POST.get("credential", ""), "name": "-", "passwordless": "on"}
    form = AddWebAuthnForm(user=user, data=given)
    if not holds(form):
        return show(request, desk, problems_of(form), status=422)
    sealed = second_proofs.Adapter().encrypt(name or _next_name(user))
    _made, codes = flows.add_authenticator(request, name=sealed, credential=form.cleaned_data["credential"])
    introductions.login_changed(user.email, "passkey_added")
    return replies.see(CODES if codes else f"{LOGINS}?done=add")


def _next_name(user: User) -> str:
    return _("Passkey %d") % (len(second_proofs.passkeys(user)) + 1)


@at_desk
@pressed
@when_fresh
def remove(request: HttpRequest, desk: Desk, key: int) -> HttpResponse:
    """Let one of one's own passkeys open nothing any more."""
    from allauth.mfa.models import Authenticator
    from allauth.mfa.webauthn.internal import flows

    mine = Authenticator.objects.filter(user=who(request), type=Authenticator.Type.WEBAUTHN, pk=key).first()
    if mine is None:
        raise Http404
    flows.remove_authenticator(request, mine)
    introductions.login_changed(who(request).email, "passkey_removed")
    return replies.see(f"{LOGINS}?done=remove")
