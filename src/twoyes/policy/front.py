"""The front door of policy: the only module that other rooms import."""

from twoyes.policy.choosing import STRENGTHS, BadRules, choose, written
from twoyes.policy.house import Numbers, house_rules, in_turn, rules_seen, set_house_rules
from twoyes.policy.judging import (
    SHOWN_AFTER_PROOF,
    about_words,
    blocks,
    helps,
    is_own,
    judge,
    may_be_set_aside,
    may_be_told,
)
from twoyes.policy.listing import Listed, listed_rules
from twoyes.policy.never import forget_no_go, forget_person, is_no_go, no_go
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
from twoyes.policy.rules import PRIVATE
from twoyes.policy.saying import earning, said, what_earns
from twoyes.policy.screening import screen, screen_message
from twoyes.policy.sentences import SENTENCES
from twoyes.policy.sentences.base import HouseRule, Value
from twoyes.policy.taking_out import all_rules
from twoyes.policy.welcome import WELCOMES, Policy
from twoyes.policy.wished import Against, against, topics_of

__all__ = [
    "NO_CONSOLATIONS",
    "NO_LANGUAGES",
    "NO_REASONS",
    "NO_TONES",
    "PRIVATE",
    "SENTENCES",
    "SHOWN_AFTER_PROOF",
    "STRENGTHS",
    "WELCOMES",
    "Against",
    "BadRules",
    "Facts",
    "Finding",
    "HouseRule",
    "HouseRules",
    "Listed",
    "NoChoice",
    "Numbers",
    "Policy",
    "ReadyNo",
    "Strength",
    "Value",
    "about_words",
    "against",
    "all_rules",
    "blocks",
    "choose",
    "earning",
    "forget_no_go",
    "forget_person",
    "has_address",
    "helps",
    "house_rules",
    "in_turn",
    "is_no_go",
    "is_own",
    "judge",
    "language_of",
    "listed_rules",
    "may_be_set_aside",
    "may_be_told",
    "no_go",
    "ready_draft",
    "ready_no",
    "rules_seen",
    "said",
    "screen",
    "screen_message",
    "set_house_rules",
    "spoken_date",
    "suggested_reasons",
    "topics_of",
    "usual_consolation",
    "what_earns",
    "written",
]
