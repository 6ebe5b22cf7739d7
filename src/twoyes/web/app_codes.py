"""Codes of an authenticator app (TOTP), and codes on paper for the day when everything else is lost."""

from __future__ import annotations

from base64 import b64encode
from types import SimpleNamespace

from allauth.mfa.models import Authenticator
from django.http import Http404, HttpRequest, HttpResponse

from twoyes.introductions import front as introductions
from twoyes.web import replies, second_proofs
from twoyes.web.desk_door import Desk, at_desk
from twoyes.web.form_errors import Problem, status_for
from twoyes.web.fresh import LOGINS, pressed, when_fresh, who
from twoyes.web.second_proofs import Adapter, keep, kept, of_kind

APP, CODES = "/accounts/app/", "/accounts/codes/"
_PENDING = "twoyes_app_seed"


@at_desk
@pressed
@when_fresh
def begin(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Draw a seed for the app, which counts once its first code was typed in."""
    from allauth.mfa.totp.internal.auth import generate_totp_secret

    if of_kind(who(request), Authenticator.Type.TOTP) is not None:
        return replies.see(LOGINS)
    keep(request, _PENDING, generate_totp_secret())
    return replies.see(APP)


@at_desk
@when_fresh
def app(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show the seed as a picture and as text; a right code switches it on."""
    seed, user = kept(request, _PENDING), who(request)
    if not seed or of_kind(user, Authenticator.Type.TOTP) is not None:
        return replies.see(LOGINS)
    if request.method != "POST":
        return _page(request, desk, seed, [])
    problems = _problems(request, seed)
    if problems:
        return _page(request, desk, seed, problems)
    from allauth.mfa.totp.internal import flows

    _made, codes = flows.activate_totp(request, SimpleNamespace(secret=seed))
    del request.session[_PENDING]
    introductions.login_changed(user.email, "app_added")
    return replies.see(CODES if codes else f"{LOGINS}?done=app")


def _problems(request: HttpRequest, seed: str) -> list[Problem]:
    from allauth.mfa.base.internal.flows import check_rate_limit
    from allauth.mfa.totp.internal.auth import validate_totp_code
    from django.core.exceptions import ValidationError

    try:
        forget = check_rate_limit(who(request))
    except ValidationError as error:
        return [Problem("code", "too_many", " ".join(error.messages))]
    if not validate_totp_code(seed, request.POST.get("code", "")):
        return [Problem("code", "incorrect_code", str(Adapter.error_messages["incorrect_code"]))]
    forget()
    return []


def _page(request: HttpRequest, desk: Desk, seed: str, problems: list[Problem]) -> HttpResponse:
    adapter = Adapter()
    address = adapter.build_totp_url(who(request), seed)
    picture = b64encode(adapter.build_totp_svg(address).encode()).decode()
    spaced = " ".join(seed[at : at + 4] for at in range(0, len(seed), 4))
    context = {"desk": desk, "picture": picture, "address": address, "seed": spaced, "problems": problems}
    return replies.page(request, "logins/app.html", context, status=status_for(problems) if problems else 200)


@at_desk
@pressed
@when_fresh
def remove(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Ask for no code of the app any more."""
    from allauth.mfa.totp.internal import flows

    mine = of_kind(who(request), Authenticator.Type.TOTP)
    if mine is not None:
        flows.deactivate_totp(request, mine)
        introductions.login_changed(who(request).email, "app_removed")
    return replies.see(f"{LOGINS}?done=app_off")


@at_desk
@when_fresh
def codes(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show the codes on paper that were not used yet."""
    if request.method == "POST":
        return replies.see(CODES)
    mine = of_kind(who(request), Authenticator.Type.RECOVERY_CODES)
    if mine is None:
        return replies.see(LOGINS)
    return replies.page(request, "logins/codes.html", {"desk": desk, "codes": mine.wrap().get_unused_codes()})


@at_desk
@pressed
@when_fresh
def new_codes(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Write ten new codes; the old ones end."""
    from allauth.mfa.recovery_codes.internal import flows

    if not second_proofs.has_any(who(request)):
        raise Http404
    flows.generate_recovery_codes(request)
    introductions.login_changed(who(request).email, "codes_made")
    return replies.see(CODES)
