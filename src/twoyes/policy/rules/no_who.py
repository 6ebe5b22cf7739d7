"""Who are you, and what are you doing (K7)."""

from twoyes.policy.rules.base import Rule, empty
from twoyes.policy.rules.base import mark as _

RULE = Rule(
    code="no_who",
    sentence=_("The request does not say who is asking."),
    mend=_("Two sentences are enough: what you do, and where one can see it."),
    check=empty("about_me"),
)
