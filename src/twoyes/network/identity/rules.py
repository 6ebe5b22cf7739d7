"""The rules, strongest first. The first that holds for two people says why; `joins` may do so without asking."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from twoyes.network.identity.comparing import Facts
from twoyes.network.identity.names import Near


@dataclass(frozen=True, slots=True)
class Rule:
    """One reason to hold two for one person. Its name is the key of its sentence and of its row in the figures."""

    name: str
    joins: bool
    holds: Callable[[Facts], bool]


def _agree(facts: Facts) -> bool:
    """No name stands against it: alike, or one of them has none."""
    return facts.near is not Near.OTHER or not facts.named


# An address under two names may be a couple's, so even that only suggests where the names differ.
RULES: tuple[Rule, ...] = (
    Rule("same_mailbox", True, lambda of: of.same_mailbox and _agree(of) and not of.several),
    Rule("name_house_local", True, lambda of: of.near >= Near.CLOSE and of.one_house_one_local and _alone(of)),
    Rule("name_house", True, lambda of: of.near is Near.EQUAL and of.one_house and _alone(of)),
    Rule("name_handle", True, lambda of: of.near is Near.EQUAL and of.one_handle and _alone(of)),
    Rule("name", False, lambda of: of.near is Near.EQUAL),
    Rule("close_name_house", False, lambda of: of.near is Near.CLOSE and of.one_house),
    Rule("close_name_local", False, lambda of: of.near is Near.CLOSE and of.one_local),
    Rule("close_name", False, lambda of: of.near is Near.CLOSE),
    Rule("initial_house", False, lambda of: of.near is Near.INITIAL and of.one_house and not of.together),
    Rule("initial_local", False, lambda of: of.near is Near.INITIAL and of.one_local and not of.together),
    Rule("spelled", False, lambda of: of.spelled and _agree(of)),
    Rule("house_local", False, lambda of: of.one_house_one_local and _agree(of)),
    Rule("house_short", False, lambda of: of.shortened and _agree(of) and not of.together),
    Rule("nick", False, lambda of: of.one_nick and _agree(of)),
    Rule("initialled", False, lambda of: of.initialled and _agree(of) and not of.together),
    Rule("handle", False, lambda of: of.one_handle and _agree(of) and not of.together),
    Rule("mailbox", False, lambda of: of.same_mailbox),
)


def first(facts: Facts) -> Rule | None:
    """The strongest rule that holds, or None."""
    return next((rule for rule in RULES if rule.holds(facts)), None)


def _alone(facts: Facts) -> bool:
    """Nothing hints at two people of one name, or at one address of two people."""
    return not facts.numbered and not facts.several
