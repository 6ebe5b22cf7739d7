"""The rules as they are read out: what screening looks for, and a connector's own numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from twoyes.policy.house import house_rules
from twoyes.policy.records import Strength
from twoyes.policy.rules import RULES


@dataclass(frozen=True, slots=True)
class Listed:
    """One rule in words; `values` are the numbers that it has here."""

    id: str
    sentence: str
    strength: Strength
    values: Mapping[str, int] = field(default_factory=dict)


def listed_rules(connector_id: str) -> list[Listed]:
    """Return every rule that is in force for this connector, numbers first, in the order of reading."""
    numbers = house_rules(connector_id)
    own = (
        ("reminder", _("A request that waits is brought up again."), {"days": numbers.remind_days}),
        ("lapse", _("A request that nobody decides on ends kindly."), {"days": numbers.lapse_days}),
        ("ask_length", _("Who is asked has this long to answer; silence is a no."), {"days": numbers.ask_days}),
        ("spacing", _("Nobody is asked again before this time is over."), {"days": numbers.spacing_days}),
    )
    listed = [Listed(name, sentence, Strength.BLOCKER, values) for name, sentence, values in own]
    return listed + [Listed(rule.code, _(rule.sentence), rule.strength) for rule in RULES]
