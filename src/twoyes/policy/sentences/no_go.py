"""People and organisations who are never asked through this connector: known to the connector alone (S1, B4)."""

from __future__ import annotations

from twoyes.policy.reading import Told
from twoyes.policy.records import Facts, Strength
from twoyes.policy.rules.base import mark as _
from twoyes.policy.sentences.base import HouseRule, Values, nothing
from twoyes.policy.sentences.naming import named


def check(told: Told, facts: Facts, _values: Values) -> list[str]:
    return ["target"] if any(named(one, told["target"]) for one in facts.no_go) else []


# The names are sealed and kept apart from the versions: nobody who asks was shown them.
RULE = HouseRule(
    id="no_go",
    name=_("Never asked through me"),
    hint=_("People or organisations, one a line. Nobody but you reads this."),
    says=nothing,
    check=check,
    sentence=_("You noted that whoever is meant is never asked through you."),
    mend=_("Decline kindly; you need not say why."),
    strength=Strength.BLOCKER,
)
