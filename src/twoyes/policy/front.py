"""The front door of policy: the only module that other rooms import."""

from twoyes.policy.house import Numbers, house_rules, set_house_rules
from twoyes.policy.listing import Listed, listed_rules
from twoyes.policy.noes import CONSOLATIONS as NO_CONSOLATIONS
from twoyes.policy.noes import LANGUAGES as NO_LANGUAGES
from twoyes.policy.noes import REASONS as NO_REASONS
from twoyes.policy.noes import TONES as NO_TONES
from twoyes.policy.noes import Choice as NoChoice
from twoyes.policy.noes import (
    ReadyNo,
    has_address,
    language_of,
    ready_draft,
    ready_no,
    spoken_date,
    suggested_reasons,
    usual_consolation,
)
from twoyes.policy.records import Facts, Finding, HouseRules, Strength
from twoyes.policy.screening import screen, screen_message
from twoyes.policy.welcome import WELCOMES, Policy

__all__ = [
    "NO_CONSOLATIONS",
    "NO_LANGUAGES",
    "NO_REASONS",
    "NO_TONES",
    "WELCOMES",
    "Facts",
    "Finding",
    "HouseRules",
    "Listed",
    "NoChoice",
    "Numbers",
    "Policy",
    "ReadyNo",
    "Strength",
    "has_address",
    "house_rules",
    "language_of",
    "listed_rules",
    "ready_draft",
    "ready_no",
    "screen",
    "screen_message",
    "set_house_rules",
    "spoken_date",
    "suggested_reasons",
    "usual_consolation",
]
