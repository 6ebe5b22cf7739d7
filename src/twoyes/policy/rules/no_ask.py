"""What exactly is asked (K7)."""

from twoyes.policy.rules.base import Rule, empty
from twoyes.policy.rules.base import mark as _

RULE = Rule(
    code="no_ask",
    sentence=_("The request does not say what is asked of this person."),
    mend=_("Write one thing that they can say yes or no to: which question, in which form, how many minutes."),
    check=empty("ask"),
)
