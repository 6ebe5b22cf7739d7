"""Why this person, and not any other (K7)."""

from twoyes.policy.rules.base import Rule, empty
from twoyes.policy.rules.base import mark as _

RULE = Rule(
    code="no_why",
    sentence=_("The request does not say why it has to be this person."),
    mend=_("Name what they did or know that leads you to them and to nobody else."),
    check=empty("why_them"),
)
