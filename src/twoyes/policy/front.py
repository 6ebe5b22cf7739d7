"""The front door of policy: the only module that other rooms import."""

from twoyes.policy.house import Numbers, house_rules, set_house_rules
from twoyes.policy.listing import Listed, listed_rules
from twoyes.policy.records import OF_THE_ASKED, Facts, Finding, HouseRules, Strength
from twoyes.policy.screening import screen, screen_message
from twoyes.policy.welcome import WELCOMES, Policy
from twoyes.policy.wished import Against, against, topics_of

__all__ = [
    "OF_THE_ASKED",
    "WELCOMES",
    "Against",
    "Facts",
    "Finding",
    "HouseRules",
    "Listed",
    "Numbers",
    "Policy",
    "Strength",
    "against",
    "house_rules",
    "listed_rules",
    "screen",
    "screen_message",
    "set_house_rules",
    "topics_of",
]
