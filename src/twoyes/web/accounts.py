"""How connectors log in: an e-mailed code, through django-allauth, which never sees a real address.

allauth knows each account under an alias made of the address' blind index; the form turns what was typed into the
alias, and the adapter turns allauth's mail into our own `login_code` letter (see docs/decisions/0003). Only its
views for codes and for leaving are reachable: the others would take addresses and passwords in.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from allauth.account import views
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.forms import RequestLoginCodeForm as AllauthRequestLoginCodeForm
from allauth.core import context
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import User
from django.forms import CharField, ValidationError
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.views.decorators.http import require_http_methods, require_safe

from twoyes.introductions import front as introductions
from twoyes.lib import addresses
from twoyes.lib.errors import Refused
from twoyes.web import fresh, replies
from twoyes.web.clients import client
from twoyes.web.form_errors import problems_of, status_for

# Where allauth keeps a login that waits for its code.
_PENDING = "account_login"


def alias(address: str) -> str:
    """Return what allauth knows an address by; one that cannot be read gets an alias that nobody has."""
    try:
        return f"{addresses.key(addresses.parse(address))}@login.invalid"
    except Refused:
        return "nobody@login.invalid"


class RequestLoginCodeForm(AllauthRequestLoginCodeForm):  # type: ignore[misc]
    """Asks for the address that the connector has here; the answer is the same whether it exists (E7)."""

    # Django's own field takes other addresses for good than ours does.
    email = CharField(max_length=320)

    def clean_email(self) -> str:
        """Hand the alias to allauth instead of the address."""
        try:
            typed = addresses.parse(self.cleaned_data["email"])
        except Refused as refused:
            raise ValidationError(refused.sentence, code=refused.code) from refused
        self.cleaned_data["email"] = alias(typed)
        result: str = super().clean_email()
        if self._user is None:
            # The same work as for an account: a letter is queued, and finds nobody when it is due.
            introductions.login_code(result, "")
        else:
            # allauth looks once more for an address that it does not know.
            User.objects.filter(email=result).first()
        return result


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Sends allauth's mail as our letters, keeps sign-up closed, and says only what went wrong."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Accounts are made with `twoyes connector add`."""
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Queue a `login_code` letter; whatever else allauth would say is not ours to send."""
        if "code" in context:
            introductions.login_code(email, str(context["code"]))

    def add_message(self, request: HttpRequest, level: int, *args: Any, **kwargs: Any) -> None:
        """Keep errors. What succeeded shows on the page it leads to, and would name the alias."""
        if level >= messages.ERROR:
            super().add_message(request, level, *args, **kwargs)

    def get_client_ip(self, request: HttpRequest) -> str:
        """Count attempts by whoever asks, not by the proxy before us."""
        return str(client(request) or "unknown")

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Ask for a proof when ours is old: a login counts as one, and no login is let off (`web/fresh.py`)."""
        return not fresh.is_fresh(context.request)


@require_safe
def entrance(request: HttpRequest) -> HttpResponse:
    """Lead to the one way in."""
    following = request.GET.get("next", "")
    return replies.see(f"{settings.LOGIN_URL}{f'?{urlencode({"next": following})}' if following else ''}")


@require_http_methods(["GET", "HEAD", "POST"])
def request_code(request: HttpRequest) -> HttpResponse:
    """Ask for the address; a code goes there if it is somebody's here."""
    response = _with_status(views.request_login_code(request))
    if isinstance(response, TemplateResponse) and response.context_data is not None:
        ways = {"can_have_keys": bool(settings.TWOYES_PASSKEY_HOST), "oidc": settings.TWOYES_OIDC}
        response.context_data.update(ways)
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def confirm_code(request: HttpRequest) -> HttpResponse:
    """Take the code."""
    pending = request.session.get(_PENDING)
    if isinstance(pending, dict) and pending.get("user_pk") is None:
        # allauth looks up whose login this is; where it is nobody's, so do we.
        User.objects.filter(pk=0).first()
    return _with_status(views.confirm_login_code(request))


def _with_status(response: HttpResponse) -> HttpResponse:
    """Say 422 where a field is wrong and 429 where it was too often, as everywhere else."""
    if not isinstance(response, TemplateResponse) or not response.context_data:
        return response
    form = response.context_data.get("form")
    if form is None or not form.errors:
        return response
    problems = problems_of(form)
    response.status_code = status_for(problems)
    response.context_data["problems"] = problems
    return response


urlpatterns: list[URLPattern] = [
    path("accounts/login/", entrance, name="account_login"),
    path("accounts/login/code/", request_code, name="account_request_login_code"),
    path("accounts/login/code/confirm/", confirm_code, name="account_confirm_login_code"),
    path("accounts/logout/", views.logout, name="account_logout"),
    path("accounts/inactive/", views.account_inactive, name="account_inactive"),
]
