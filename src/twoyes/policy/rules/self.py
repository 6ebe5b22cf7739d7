"""An introduction needs two: nobody is introduced to themselves, or to the connector (A14, A15)."""

import re

from twoyes.policy.reading import Met, Read, Told
from twoyes.policy.records import Facts, Strength
from twoyes.policy.rules.base import Rule
from twoyes.policy.rules.base import mark as _

_TITLES = frozenset(
    "dr prof professor doctor mr mrs ms mx miss sir herr frau m mme mlle monsieur madame docteur professeur"
    " don dona doctora doctor profesor profesora maestra maestro senor senora sr sra ing lic".split()
)
_ENDS = re.compile(r"[,(<;:–—]")
# After a name, one of these tells of somebody else with the same name at a place of their own.
_PLACED = frozenset("at of from in and bei von vom aus und chez de du des et en y e del of s".split())


def check(told: Told, facts: Facts) -> list[str]:
    """Met by equal addresses, equal names, or where `you` is whom they want to meet."""
    target = told["target"]
    alike = any(_is_named(target, own) for own in (told["name"].text, facts.connector_name))
    first = _name(facts.connector_name)[:1]
    alike = alike or (bool(first) and _name(target.text) == first)
    mail = told["email"].text.casefold()
    if alike or facts.requester_is_target or facts.target_is_connector or (mail and mail in target.text.casefold()):
        return ["target"]
    if target.is_only("self", "you"):
        return [Met("target", target.text)]
    meet = told.saying(("target", "why_them"), "self", "meet you")
    wish = told.saying(("target", "ask", "why_them"), "self", "introduce me")
    return [*wish] or [*meet] or (["email"] if facts.requester_is_connector else [])


def _is_named(target: Read, name: str) -> bool:
    """Whether the whole name, or its first letter and the last, is one part of the field or begins it."""
    own = _name(name)
    if len(own) < 2:
        return False
    parts = (target.text, *_ENDS.split(target.text), *re.split(r"[(<]", target.text))
    return any(_is_same(_name(part), own) for part in parts) or _begins(_name(target.text), own)


def _name(text: str) -> list[str]:
    return [word for word in Read(text).words if word not in _TITLES]


def _is_same(said: list[str], own: list[str]) -> bool:
    if len(said) > 1 and set(said) <= set(own):
        return True
    return len(said) == 2 and said == [own[0][:1], own[-1]]


def _begins(said: list[str], own: list[str]) -> bool:
    rest = said[len(own) :]
    return bool(rest) and sorted(said[: len(own)]) == sorted(own) and rest[0] not in _PLACED


RULE = Rule(
    code="self",
    strength=Strength.BLOCKER,
    sentence=_("Two of the three seem to be one person: who asks, who is asked for, who introduces."),
    mend=_("Name the person to be met. If two of you share a name, add the organisation."),
    check=check,
)
