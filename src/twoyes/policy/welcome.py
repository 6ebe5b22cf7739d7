"""Three ready policies: whom a connector introduces, in the rules' own words (N3, K1)."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from twoyes.policy.models import Welcome


@dataclass(frozen=True, slots=True)
class Policy:
    """One policy: its code, its name on the desk, and what the public page says, sentence by sentence."""

    code: str
    name: str | Promise
    sentences: tuple[str | Promise, ...]


WELCOMES = (
    Policy(
        Welcome.WORKED_WITH,
        _("People I have worked with"),
        (
            _("I introduce people I have worked with."),
            _("My word is what the other person relies on, and I can only give it for work that I have seen."),
        ),
    ),
    Policy(
        Welcome.KNOWN,
        _("People I know"),
        (
            _("I introduce people I know."),
            _("One handshake at a fair is not enough for that: we have talked more than once, and lately."),
        ),
    ),
    Policy(
        Welcome.OPEN,
        _("Open, if it helps them"),
        (
            _("I introduce people I do not know yet, if it helps the person they would like to meet."),
            _("What is in it for them decides, and I say openly how well I know you."),
        ),
    ),
)
