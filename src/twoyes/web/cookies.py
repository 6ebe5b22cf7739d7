"""Two kinds of cookies of our own: the key to one page, and the proof of one address (E9, E11)."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from twoyes.lib import limits, tokens

# A page may be opened again without the letter for a day; then the letter opens it once more.
PAGE_AGE = timedelta(days=1)
_PROVED = "twoyes_proved"


def hand_over(response: HttpResponse, door: str, link_id: str, token: str) -> None:
    """Swap a link's token for a cookie that only its own page is sent: two asks in two tabs cannot cross."""
    response.set_cookie(
        _name(door, link_id),
        token,
        max_age=PAGE_AGE,
        path=f"/{door}/{link_id}/",
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def token_of(request: HttpRequest, door: str, link_id: str) -> str:
    """Return the token that opens this page, or ""."""
    return request.COOKIES.get(_name(door, link_id), "")


def prove(response: HttpResponse, requester_key: str, now: datetime) -> None:
    """Let this browser ask for a month without proving the address again."""
    value = tokens.sign("proved", f"{requester_key}-{int(now.timestamp())}")
    response.set_cookie(
        _PROVED,
        value,
        max_age=limits.PROVED_BROWSER_AGE,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def proved_key(request: HttpRequest, now: datetime) -> str:
    """Return the blind key of the address that this browser proved within the month, or ""."""
    ref = tokens.unsign("proved", request.COOKIES.get(_PROVED, "")) or ""
    key, _dash, at = ref.rpartition("-")
    fresh = at.isdecimal() and timedelta() <= now - _instant(at, now) <= limits.PROVED_BROWSER_AGE
    return key if fresh else ""


def _instant(seconds: str, now: datetime) -> datetime:
    return datetime.fromtimestamp(min(int(seconds), 2**40), tz=now.tzinfo)


def _name(door: str, link_id: str) -> str:
    return f"twoyes_{door}_{link_id}"
