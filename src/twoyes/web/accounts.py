"""How connectors log in: an e-mailed code, through django-allauth, which never sees a real address.

allauth knows each account under an alias made of the address' blind index; the form turns what was typed into the
alias, and the adapter turns allauth's mail into our own `login_code` letter (see docs/decisions/0003).
"""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.forms import RequestLoginCodeForm as AllauthRequestLoginCodeForm
from django.http import HttpRequest

from twoyes.introductions import front as introductions
from twoyes.lib import addresses
from twoyes.lib.errors import Refused


def alias(address: str) -> str:
    """Return what allauth knows an address by; one that cannot be read gets an alias that nobody has."""
    try:
        return f"{addresses.key(addresses.parse(address))}@login.invalid"
    except Refused:
        return "nobody@login.invalid"


class RequestLoginCodeForm(AllauthRequestLoginCodeForm):  # type: ignore[misc]
    """Asks for the address that the connector has here; the answer is the same whether it exists (E7)."""

    def clean_email(self) -> str:
        """Hand the alias to allauth instead of the address."""
        self.cleaned_data["email"] = alias(self.cleaned_data["email"])
        result: str = super().clean_email()
        return result


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Sends allauth's mail as our letters, and keeps sign-up closed."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Accounts are made with `twoyes connector add`."""
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Queue a `login_code` letter; whatever else allauth would say is not ours to send."""
        if "code" in context:
            introductions.login_code(email, str(context["code"]))
