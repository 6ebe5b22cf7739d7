"""An introduction needs two: nobody is introduced to themselves, or to the connector (A14, A15)."""

from twoyes.policy.reading import Read, Told
from twoyes.policy.records import Facts, Strength
from twoyes.policy.rules.base import Rule
from twoyes.policy.rules.base import mark as _

_TITLES = frozenset("dr prof mr mrs ms mx herr frau m mme mlle".split())


def check(told: Told, facts: Facts) -> list[str]:
    """Met by equal addresses (facts) or equal full names; one name alone is shared by too many people."""
    target = _name(told["target"])
    alike = len(target) > 1 and target in (_name(told["name"]), _name(Read(facts.connector_name)))
    if alike or facts.requester_is_target or facts.target_is_connector:
        return ["target"]
    return ["email"] if facts.requester_is_connector else []


def _name(read: Read) -> list[str]:
    return sorted(word for word in read.words if word not in _TITLES)


RULE = Rule(
    code="self",
    strength=Strength.BLOCKER,
    sentence=_("Two of the three seem to be one person: who asks, who is asked for, who introduces."),
    mend=_("Name the person to be met. If two of you share a name, add the organisation."),
    check=check,
)
