"""The rules as they are read out: what screening looks for, and a connector's own numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from twoyes.policy.house import house_rules
from twoyes.policy.records import HouseRules, Strength
from twoyes.policy.rules import RULES
from twoyes.policy.sentences import SENTENCES
from twoyes.policy.sentences.base import HouseRule


@dataclass(frozen=True, slots=True)
class Listed:
    """One rule in words; `values` are the numbers and words that it has here."""

    id: str
    sentence: str
    strength: Strength
    values: Mapping[str, int | str] = field(default_factory=dict)


def listed_rules(connector_id: str) -> list[Listed]:
    """Return every rule that is in force for this connector: numbers, chosen sentences, then what is always read."""
    rules = house_rules(connector_id)
    own = (
        ("reminder", _("A request that waits is brought up again."), {"days": rules.remind_days}),
        ("lapse", _("A request that nobody decides on ends kindly."), {"days": rules.lapse_days}),
        ("ask_length", _("Who is asked has this long to answer; silence is a no."), {"days": rules.ask_days}),
        ("spacing", _("Nobody is asked again before this time is over."), {"days": rules.spacing_days}),
    )
    listed = [Listed(name, sentence, Strength.BLOCKER, values) for name, sentence, values in own]
    numbers = {name for name, *_more in own}
    sentences = [rule for rule in SENTENCES if rule.id in rules.chosen and rule.id not in numbers]
    weighed = {code: _strength(rules, rule) for rule in sentences for code in rule.governs}
    about_words = [Listed(rule.code, _(rule.sentence), weighed.get(rule.code, rule.strength)) for rule in RULES]
    governing = {one.id for one in about_words}
    return listed + [_listed(rules, rule) for rule in sentences if rule.id not in governing] + about_words


def _listed(rules: HouseRules, rule: HouseRule) -> Listed:
    values = {name: value for name, value in rules.chosen[rule.id].items() if name != "strength"}
    return Listed(rule.id, _(rule.sentence or rule.name), _strength(rules, rule), values)


def _strength(rules: HouseRules, rule: HouseRule) -> Strength:
    """How much it weighs; what has no strength is kept as it stands."""
    return Strength(str(rules.chosen[rule.id].get("strength", Strength.BLOCKER)))
