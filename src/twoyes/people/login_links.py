"""A way in without mail, for whoever sits at the machine: a signed link, good for ten minutes and one login."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime

from django.contrib.auth.models import User
from django.utils.translation import gettext as _

from twoyes.lib import limits, tokens
from twoyes.lib.errors import Refused
from twoyes.people.models import Connector

_PURPOSE = "login-link"


def login_link(handle: str, now: datetime) -> str:
    """Return the token of a link that logs this connector in. Raises Refused("no_such_connector")."""
    row = Connector.objects.select_related("user").filter(handle=handle.lower(), removed_at=None).first()
    if row is None or row.user is None:
        raise Refused("no_such_connector", _("There is no such connector."))
    until = int((now + limits.LOGIN_CODE_AGE).timestamp())
    return tokens.sign(_PURPOSE, f"{row.user.pk}-{until}-{_mark(row.user)}")


def opens_login(token: str, now: datetime) -> bool:
    """Say whether this link would log somebody in now; a look that changes nothing."""
    return _holder(token, now) is not None


def use_login(token: str, now: datetime) -> User | None:
    """Use the link up and return whom it logs in; None for one that is used, old or not ours.

    Each login, by this link or any other way, ends all links made before it: of two presses one wins.
    """
    user = _holder(token, now)
    if user is None:
        return None
    unused = User.objects.filter(pk=user.pk, last_login=user.last_login)
    if user.last_login is None:
        unused = User.objects.filter(pk=user.pk, last_login__isnull=True)
    return user if unused.update(last_login=now) == 1 else None


def _holder(token: str, now: datetime) -> User | None:
    ref = tokens.unsign(_PURPOSE, token)
    if ref is None:
        return None
    number, until, mark = ref.split("-")
    if now >= datetime.fromtimestamp(int(until), UTC):
        return None
    user = User.objects.filter(pk=int(number), is_active=True).first()
    return user if user is not None and _mark(user) == mark else None


def _mark(user: User) -> str:
    """What changes with each login."""
    return hashlib.sha256(f"{user.pk} {user.last_login}".encode()).hexdigest()[:16]
