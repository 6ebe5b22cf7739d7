"""The public form's own proofs: when it was shown, once-only, and from which network (B17, D22)."""

from __future__ import annotations

import ipaddress
import re
from datetime import datetime, timedelta

from django.http import HttpRequest
from django.utils.translation import gettext as _

from twoyes.introductions import front as introductions
from twoyes.lib import limits, sealing, tokens
from twoyes.web.clients import client

_ONCE = re.compile(r"[a-z2-7]{26}")


def issue(handle: str, now: datetime) -> str:
    """Return a signed note of when this connector's form was shown."""
    return tokens.sign("form", f"{handle}-{int(now.timestamp())}")


def check(issued: str, handle: str, now: datetime) -> None:
    """Raise `BadFields` on `issued` for a form filled in faster than a hand can, a stale one, or none of ours."""
    ref = tokens.unsign("form", issued) or ""
    name, _dash, at = ref.rpartition("-")
    if name != handle or not at.isdecimal():
        raise _refusal("missing", _("This form was not complete. Nothing was sent; please press the button again."))
    age = now - datetime.fromtimestamp(int(at), tz=now.tzinfo)
    if age < limits.FORM_TOKEN_MIN_AGE:
        raise _refusal("too_fast", _("That was faster than a hand can type. Please press the button once more."))
    if age > limits.FORM_TOKEN_MAX_AGE + timedelta(seconds=1):
        raise _refusal("stale", _("This form was open for more than a day. Nothing was sent; press the button again."))


def rules(handle: str, version: int) -> str:
    """Return a signed note of which house rules this form was shown with (N3)."""
    return tokens.sign("rules", f"{handle}-{version}")


def rules_of(noted: str, handle: str) -> int | None:
    """Return the version of this connector's house rules that a form was shown with; None for none of ours."""
    name, _dash, version = (tokens.unsign("rules", noted) or "").rpartition("-")
    return int(version) if name == handle and version.isdecimal() and len(version) < 10 else None


def once() -> str:
    """Return a key by which the same form sent twice is known as one."""
    return tokens.new_token()


def once_of(text: str) -> str | None:
    """Return the key if it is one of ours, else None."""
    return text if _ONCE.fullmatch(text) else None


def kept(request: HttpRequest) -> dict[str, str]:
    """Return the hidden field of a form that makes something: one that is shown again keeps its key (E12)."""
    return {"once": once_of(request.POST.get("once", "")) or once()}


def network(request: HttpRequest) -> str:
    """Return a blind key of the network that a request comes from; of IPv6 the half that is one household's."""
    at = client(request)
    if at is None:
        return ""
    known = str(ipaddress.ip_network(f"{at}/64", strict=False)) if at.version == 6 else str(at)
    return sealing.index("network", known)


def _refusal(code: str, sentence: str) -> introductions.BadFields:
    return introductions.BadFields({"issued": (code, sentence)})
