"""What is wrong with a form of allauth's, in the shape in which our pages show it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from http import HTTPStatus

from django.forms import Form

TOO_MANY = {"too_many_login_attempts", "rate_limited", "too_many"}


@dataclass(frozen=True, slots=True)
class Problem:
    """A field, the code of what is wrong with it, and the sentence."""

    field: str
    code: str
    sentence: str


def problems_of(form: Form) -> list[Problem]:
    """Return every problem of a bound form."""
    errors = [(field, error) for field, those in form.errors.as_data().items() for error in those]
    return [Problem(field, error.code or "wrong", " ".join(map(str, error.messages))) for field, error in errors]


def status_of(form: Form) -> int:
    """Return 429 where it was too often, else 422."""
    return status_for(problems_of(form))


def status_for(problems: Iterable[Problem]) -> int:
    """Return 429 where it was too often, else 422."""
    limited = any(one.code in TOO_MANY for one in problems)
    return HTTPStatus.TOO_MANY_REQUESTS if limited else HTTPStatus.UNPROCESSABLE_ENTITY
