"""My contact is my contact (S1): an introduction is asked for, not an address."""

from twoyes.policy.reading import PROSE, Told
from twoyes.policy.records import Facts, Strength
from twoyes.policy.rules.base import Rule
from twoyes.policy.rules.base import mark as _


def check(told: Told, _facts: Facts) -> list[str]:
    """Any field may hold the wish, and some hide it where the connector is told how they know each other."""
    return [*told.saying(("target", *PROSE, "how_we_know"), "contact_details_wanted", "wanted")]


RULE = Rule(
    code="contact_details_wanted",
    strength=Strength.BLOCKER,
    sentence=_("The request asks for an address or a number. Those are not handed out; only introductions are made."),
    mend=_("Ask to be introduced. If the other person says yes, you will have each other's address."),
    check=check,
)
