"""/accounts/login/second/: who has a second proof gives it after the first one, and only then stands at the desk."""

from __future__ import annotations

from allauth.account.stages import LoginStage, LoginStageController
from allauth.mfa.internal.constants import LoginStageKey
from django.conf import settings
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse

from twoyes.web import replies, second_proofs
from twoyes.web.form_errors import Problem, problems_of, status_for

_STAGE = LoginStageKey.MFA_AUTHENTICATE.value


def half_way(request: HttpRequest) -> User | None:
    """Return whoever gave the first proof in this session and owes the second, or None."""
    stage = _stage(request)
    user: User | None = stage.login.user if stage is not None else None
    return user


def by_code(request: HttpRequest) -> HttpResponse:
    """Take a code of the app, or one on paper."""
    from allauth.mfa.base.forms import AuthenticateForm

    stage = _stage(request)
    if stage is None:
        return replies.see(settings.LOGIN_URL)
    if request.method != "POST":
        return _page(request, stage.login.user, [])
    form = AuthenticateForm(user=stage.login.user, data=request.POST)
    if not form.is_valid():
        return _page(request, stage.login.user, problems_of(form))
    form.save()
    response: HttpResponse = stage.exit()
    return response


def by_passkey(request: HttpRequest) -> HttpResponse:
    """Take what a passkey of theirs signed."""
    from allauth.mfa.webauthn.forms import AuthenticateWebAuthnForm

    from twoyes.web.passkeys import holds

    stage = _stage(request)
    if stage is None:
        return replies.see(settings.LOGIN_URL)
    if request.method != "POST":
        return replies.see("/accounts/login/second/")
    form = AuthenticateWebAuthnForm(user=stage.login.user, data=request.POST)
    if not holds(form):
        return _page(request, stage.login.user, problems_of(form))
    form.save()
    response: HttpResponse = stage.exit()
    return response


def _stage(request: HttpRequest) -> LoginStage | None:
    return None if request.user.is_authenticated else LoginStageController.enter(request, _STAGE)


def _page(request: HttpRequest, user: User, problems: list[Problem]) -> HttpResponse:
    context = {"problems": problems, "keys": second_proofs.passkeys(user)}
    status = status_for(problems) if problems else 200
    return replies.page(request, "logins/second.html", context, status=status)
