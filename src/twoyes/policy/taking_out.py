"""Every version of a connector's house rules, and whom they never ask, for themselves to take elsewhere."""

from __future__ import annotations

from typing import Any

from twoyes.policy.house import house_rules
from twoyes.policy.models import FIRST_VERSION, HouseRulesVersion
from twoyes.policy.never import no_go
from twoyes.policy.records import HouseRules


def all_rules(connector_id: str) -> dict[str, Any]:
    """Return the versions, the one in force last, and the private list of names; closed times are UTC instants."""
    rows = HouseRulesVersion.objects.filter(connector_id=connector_id).order_by("version")
    dates = {FIRST_VERSION: None, **dict(rows.values_list("version", "at"))}
    return {
        "versions": [{"since": at, **_version(house_rules(connector_id, version))} for version, at in dates.items()],
        "never_asked": list(no_go(connector_id)),
    }


def _version(rules: HouseRules) -> dict[str, Any]:
    return {
        "version": rules.version,
        "remind_days": rules.remind_days,
        "lapse_days": rules.lapse_days,
        "ask_days": rules.ask_days,
        "spacing_days": rules.spacing_days,
        "closed": [list(span) for span in rules.closed],
        "welcome": rules.welcome,
        "chosen": {rule: dict(values) for rule, values in rules.chosen.items()},
    }
