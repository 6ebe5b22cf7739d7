"""A request against the sentences that its connector chose: what screening finds, weighed as they weigh it (N3)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

from django.utils.translation import gettext as _

from twoyes.policy.reading import Told
from twoyes.policy.records import Facts, Finding, HouseRules, Strength
from twoyes.policy.rules import PRIVATE, RULES
from twoyes.policy.screening import screen, screened
from twoyes.policy.sentences import SENTENCES

# What whoever asked may read about themselves once they proved their address; of the rest about them, nothing.
SHOWN_AFTER_PROOF = frozenset(
    ("not_known", "too_new", "too_few_weeks", "too_many_open", "outcome_owed", "talk_first", "repeat")
)
# Not the connector's own: it is kept by the protocol, and no word of theirs sets it aside (wishes-first).
_NO_OVERRIDE = frozenset(("too_soon", "against_wishes"))
_ABOUT_WORDS = frozenset((*(rule.code for rule in RULES), "topics")) - {"repeat", *_NO_OVERRIDE}
# Acts without being chosen: whoever writes a name there has chosen.
_ALWAYS = "no_go"


def judge(
    words: Mapping[str, str], rules: HouseRules, *, facts: Facts | None = None, for_connector: bool = False
) -> list[Finding]:
    """What the words and the sender meet: of `screen` all, of the house rules those that are chosen, in their order.

    A chosen rule about words sets how much its findings weigh. Without `facts` only the words are judged;
    `for_connector` adds what whoever asked never reads.
    """
    told, known = Told(words), facts or Facts()
    weights = {code: _weight(rules, rule.id) for rule in SENTENCES if rule.id in rules.chosen for code in rule.governs}
    screens = screened(told, known, for_connector=for_connector)
    found = [replace(one, strength=weights.get(one.code, one.strength)) for one in screens]
    for rule in SENTENCES:
        if rule.check is None or not (rule.id in rules.chosen or rule.id == _ALWAYS):
            continue
        fields = tuple(rule.check(told, known, rules.chosen.get(rule.id, {})))
        if fields:
            weight = _weight(rules, rule.id) if rule.id in rules.chosen else rule.strength or Strength.CONCERN
            found.append(Finding(rule.id, weight, _(rule.sentence), _(rule.mend), fields[0], fields[1:]))
    return found


def about_words(code: str) -> bool:
    """Say whether a finding is about the words of a request, which its sender may see before any proof."""
    return code in _ABOUT_WORDS


def may_be_set_aside(code: str) -> bool:
    """Say whether a connector may set a finding aside for one request: of their own rules, any (wishes-first)."""
    return code not in _NO_OVERRIDE


def is_own(code: str, rules: HouseRules) -> bool:
    """Say whether a finding rests on a sentence that the connector chose, or on a name that they wrote down."""
    chosen = {one for rule in SENTENCES if rule.id in rules.chosen for one in (rule.id, *rule.governs)}
    return code in chosen or code == _ALWAYS


def may_be_told(code: str) -> bool:
    """Say whether a finding may be named to whoever asked; the others are the connector's alone (PROTOCOL)."""
    return (about_words(code) and code not in PRIVATE) or code in SHOWN_AFTER_PROOF


def helps(words: Mapping[str, str], codes: Collection[str]) -> list[Finding]:
    """What to say to whoever asked of the findings with these codes, as far as they may be told and still stand.

    Of the sender themselves nothing is looked at anew: that was named when it was found.
    """
    found = [one for one in screen(words) if one.code in codes and may_be_told(one.code)]
    told = (rule for rule in SENTENCES if rule.id in codes and rule.sentence and may_be_told(rule.id))
    return [*found, *(Finding(rule.id, Strength.CONCERN, _(rule.sentence), _(rule.mend)) for rule in told)]


def blocks(found: Finding) -> bool:
    """Say whether a finding sends a request back, or keeps the desk from approving it."""
    return found.strength is Strength.BLOCKER


def _weight(rules: HouseRules, rule: str) -> Strength:
    return Strength(str(rules.chosen[rule]["strength"]))
