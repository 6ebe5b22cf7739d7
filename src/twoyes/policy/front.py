"""The front door of policy: the only module that other rooms import."""

from twoyes.policy.house import Numbers, house_rules, set_house_rules
from twoyes.policy.listing import Listed, listed_rules
from twoyes.policy.records import Facts, Finding, HouseRules, Strength
from twoyes.policy.rules import PRIVATE
from twoyes.policy.screening import screen, screen_message
from twoyes.policy.welcome import WELCOMES, Policy

__all__ = [
    "PRIVATE",
    "WELCOMES",
    "Facts",
    "Finding",
    "HouseRules",
    "Listed",
    "Numbers",
    "Policy",
    "Strength",
    "house_rules",
    "listed_rules",
    "screen",
    "screen_message",
    "set_house_rules",
]
