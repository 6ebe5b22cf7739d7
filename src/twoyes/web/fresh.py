"""/accounts/confirm/: who changes how they log in proves anew that it is them, if the last proof is old.

allauth asks nothing of a login that has no second proof yet, however long its session was left open somewhere. We do:
it proves itself by a code in a letter; one with passkeys or an app proves itself by those.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from functools import wraps
from typing import Concatenate

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import get_authentication_records, record_authentication
from allauth.core import ratelimit
from allauth.core.internal.cryptokit import compare_user_code
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _

from twoyes.introductions import front as introductions
from twoyes.lib import limits
from twoyes.web import replies, second_proofs
from twoyes.web.desk_door import Desk, at_desk
from twoyes.web.form_errors import Problem, problems_of, status_of

CONFIRM, LOGINS = "/accounts/confirm/", "/accounts/"
# A provider lets in whoever sits at the machine, so its word is no proof that somebody is there.
_PROOFS = {"code", "mfa", "link"}
_PENDING = "twoyes_confirm"
# What a proof was asked for where it was not the logins, and where to go on with it. A look writes nothing down, so
# this stands in the address.
_THEN = {"export": "/desk/export/"}

type View[**P] = Callable[Concatenate[HttpRequest, Desk, P], HttpResponse]


def is_fresh(request: HttpRequest) -> bool:
    """Say whether somebody proved in this session, within the last ten minutes, that it is them."""
    since = time.time() - limits.REAUTHENTICATION_AGE.total_seconds()
    user = who(request)
    return any(one["at"] > since and one["method"] in _PROOFS for one in get_authentication_records(request, user))


def who(request: HttpRequest) -> User:
    """Return whose session it is; only behind a door that let nobody else in."""
    assert isinstance(request.user, User)
    return request.user


def when_fresh[**P](view: View[P]) -> View[P]:
    """Lead to the proof first; nothing of what was posted is done."""

    @wraps(view)
    def asked(request: HttpRequest, desk: Desk, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if is_fresh(request):
            return view(request, desk, *args, **kwargs)
        if request.headers.get("Accept") == "application/json":
            return JsonResponse({"go": CONFIRM}, status=403)
        return replies.see(CONFIRM)

    return asked


def pressed[**P](view: View[P]) -> View[P]:
    """Let a button act, and a look lead back to the page where the button is."""

    @wraps(view)
    def acted(request: HttpRequest, desk: Desk, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        return view(request, desk, *args, **kwargs) if request.method == "POST" else replies.see(LOGINS)

    return acted


@at_desk
def page(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Offer the proofs that this login can give."""
    return replies.see(_again(request)) if request.method == "POST" else _page(request, desk, ())


@at_desk
@pressed
def by_letter(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Send a code to the address; not to whom a mailbox alone must not be enough."""
    user = who(request)
    if second_proofs.has_any(user):
        return replies.see(_again(request))
    if not ratelimit.consume(request, action="request_login_code", key=user.email):
        said = _("That was too often. Wait a few minutes.")
        return _page(request, desk, [Problem("letter", "too_many", said)], status=429)
    code = get_adapter().generate_login_code()
    until = time.time() + limits.LOGIN_CODE_AGE.total_seconds()
    second_proofs.keep(request, _PENDING, json.dumps([code, until, limits.LOGIN_CODE_TRIES]))
    introductions.login_code(user.email, code)
    return replies.see(_again(request))


@at_desk
@pressed
def by_code(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Take the code of the letter; it has as many tries as one for logging in."""
    user, waiting = who(request), _waiting(request)
    if waiting is None or second_proofs.has_any(user):
        return replies.see(_again(request))
    code, until, tries = waiting
    if compare_user_code(actual=request.POST.get("code", ""), expected=code):
        del request.session[_PENDING]
        record_authentication(request, user, "code", reauthenticated=True)
        return replies.see(_on(request))
    if tries > 1:
        second_proofs.keep(request, _PENDING, json.dumps([code, until, tries - 1]))
        said = _("This is not the code of the letter.")
    else:
        del request.session[_PENDING]
        said = _("This was not the code of the letter, and it works no more. Ask for another one.")
    return _page(request, desk, [Problem("code", "incorrect_code", said)], status=422)


@at_desk
@pressed
def by_app(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Take a code of the app, or one on paper."""
    from allauth.mfa.base.forms import ReauthenticateForm

    form = ReauthenticateForm(user=who(request), data=request.POST)
    if not form.is_valid():
        return _page(request, desk, problems_of(form), status=status_of(form))
    form.save()
    return replies.see(_on(request))


@at_desk
@pressed
def by_passkey(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Take what a passkey signed."""
    from allauth.mfa.webauthn.forms import ReauthenticateWebAuthnForm

    from twoyes.web.passkeys import holds

    form = ReauthenticateWebAuthnForm(user=who(request), data=request.POST)
    if not holds(form):
        return _page(request, desk, problems_of(form), status=status_of(form))
    form.save()
    return replies.see(_on(request))


@at_desk
@pressed
def begin_passkey(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Say what a passkey of this login is to sign."""
    from allauth.mfa.webauthn.internal import auth

    return JsonResponse(auth.begin_authentication(who(request)))


def _then(request: HttpRequest) -> str:
    said = request.GET.get("then", "")
    return said if said in _THEN else ""


def _on(request: HttpRequest) -> str:
    return _THEN.get(_then(request), LOGINS)


def _again(request: HttpRequest) -> str:
    then = _then(request)
    return f"{CONFIRM}?then={then}" if then else CONFIRM


def _waiting(request: HttpRequest) -> tuple[str, float, int] | None:
    text = second_proofs.kept(request, _PENDING)
    if not text:
        return None
    code, until, tries = json.loads(text)
    return (code, until, tries) if time.time() < until else None


def _page(request: HttpRequest, desk: Desk, problems: tuple[()] | list[Problem], *, status: int = 200) -> HttpResponse:
    user = who(request)
    second = second_proofs.has_any(user)
    context = {
        "desk": desk,
        "problems": problems,
        "second": second,
        "keys": second_proofs.passkeys(user),
        "then": _then(request),
        "query": _again(request).removeprefix(CONFIRM),
        "back": _on(request),
        "waiting": not second and _waiting(request) is not None,
    }
    return replies.page(request, "logins/confirm.html", context, status=status)
