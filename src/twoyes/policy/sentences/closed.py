"""Closed weeks: the clocks of what waits stand still, and no ask leaves (PROTOCOL)."""

from __future__ import annotations

from twoyes.policy.rules.base import mark as _
from twoyes.policy.sentences.base import HouseRule, nothing

# Its days are kept as days, in the connector's zone, and the page says those that are to come: see `saying`.
RULE = HouseRule(
    id="closed",
    name=_("I am away"),
    hint=_("Nothing lapses meanwhile and no ask leaves. Both days are closed."),
    says=nothing,
)
