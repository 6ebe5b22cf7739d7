"""What the public page says of the chosen sentences, in the connector's voice. No private number enters (K2, N3)."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from twoyes.lib import spoken
from twoyes.policy.records import HouseRules
from twoyes.policy.sentences import SENTENCES

_TRUST = ("not_known", "too_new", "too_few_weeks", "places")


def said(rules: HouseRules, *, zone: str, now: datetime) -> list[str]:
    """Return the sentences of the page, in the order of the list; closed weeks only while they last or are to come."""
    told = [line for rule in SENTENCES if rule.id in rules.chosen for line in rule.says(rules.chosen[rule.id])]
    return [*told, *_away(rules, zone, now)]


def earning(rules: HouseRules) -> str:
    """Return what earns trust, in words, where a rule speaks of trust; else "" (K2)."""
    return what_earns() if any(rule in rules.chosen for rule in _TRUST) else ""


def what_earns() -> str:
    """The sentence of K2, to those whom the connector does not know yet."""
    return _("What earns trust: answer something I wrote, help someone I know, work with me, come to a talk.")


def _away(rules: HouseRules, zone: str, now: datetime) -> list[str]:
    at = ZoneInfo(zone)
    days = [
        (first.astimezone(at).date(), (end.astimezone(at) - timedelta(hours=12)).date())
        for first, end in rules.closed
        if end > now
    ]
    return [
        _("I am away from %(first)s to %(last)s; nothing lapses meanwhile.")
        % {"first": spoken.day(first), "last": spoken.day(last)}
        for first, last in days
    ]
