"""What a connector ticked and wrote on the desk, cleaned and kept as the next version of their house rules."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from twoyes.lib import text
from twoyes.lib.errors import Refused
from twoyes.people import front as people
from twoyes.policy.house import MOST_CLOSED, house_rules, set_house_rules
from twoyes.policy.models import HouseRulesVersion
from twoyes.policy.never import keep_names, no_go
from twoyes.policy.records import HouseRules, Strength
from twoyes.policy.sentences import SENTENCES
from twoyes.policy.sentences.base import HouseRule, Value

STRENGTHS = (Strength.HINT, Strength.CONCERN, Strength.BLOCKER)
# Words of a rule stand on a page that is read in a minute.
_WORDS, _NAMES = 300, 4000
# Those without a tick: what is written there is chosen.
_UNTICKED = ("closed", "no_go")


class BadRules(Refused):
    """Some fields cannot be taken as they are. `errors` maps each field to its code and sentence."""

    def __init__(self, errors: Mapping[str, tuple[str, str]]) -> None:
        super().__init__(*next(iter(errors.values())))
        self.errors = dict(errors)


def choose(connector_id: str, typed: Mapping[str, str]) -> HouseRules:
    """Keep what was ticked, and nothing else: field RULE for a tick, RULE_VALUE for what it holds, RULE_strength.

    `closed_first_N` and `closed_last_N` are closed days, `no_go_names` the private list. Raises `BadRules` with
    number, choice, words or bad_closed at their fields, and what `set_house_rules` raises.
    """
    errors: dict[str, tuple[str, str]] = {}
    ticked = [rule for rule in SENTENCES if rule.id not in _UNTICKED and typed.get(rule.id)]
    chosen = {rule.id: _cleaned(rule, typed, errors) for rule in ticked}
    closed, names = _closed(typed, errors), _names(typed, errors)
    columns = {one.column: int(one.default) for rule in SENTENCES for one in rule.values if one.column}
    for rule in ticked:
        columns |= {one.column: int(chosen[rule.id].pop(one.name)) for one in rule.values if one.column}
    if not errors and columns["remind_days"] >= columns["lapse_days"]:
        errors["lapse_remind"] = ("number", _("The reminder comes before the day on which it lapses."))
    if errors:
        raise BadRules(errors)
    rules = set_house_rules(
        connector_id,
        remind_days=columns["remind_days"],
        lapse_days=columns["lapse_days"],
        ask_days=columns["ask_days"],
        spacing_days=columns["spacing_days"],
        closed=closed,
        chosen=chosen,
    )
    keep_names(connector_id, names)
    return rules


def written(connector_id: str) -> dict[str, str]:
    """Return what stands in the fields of `choose` now. A number that is not the usual one counts as chosen."""
    rules = house_rules(connector_id)
    shown: dict[str, str] = {}
    usual = HouseRulesVersion()
    for rule in SENTENCES:
        own = [one for one in rule.values if one.column and getattr(rules, one.column) != getattr(usual, one.column)]
        values = rules.chosen.get(rule.id, {})
        shown[rule.id] = "yes" if rule.id in rules.chosen or own else ""
        for one in rule.values:
            kept = getattr(rules, one.column) if one.column else values.get(one.name, one.default)
            shown[f"{rule.id}_{one.name}"] = str(kept)
        shown[f"{rule.id}_strength"] = str(values.get("strength", rule.strength or ""))
    for number, (first, last) in enumerate(closed_days(connector_id, rules)):
        shown[f"closed_first_{number}"], shown[f"closed_last_{number}"] = first.isoformat(), last.isoformat()
    return {**shown, "no_go_names": "\n".join(no_go(connector_id))}


def closed_days(connector_id: str, rules: HouseRules) -> list[tuple[date, date]]:
    """Return the closed times as first and last day, both closed, in the connector's zone."""
    connector = people.connector_by_id(connector_id)
    at = ZoneInfo(connector.zone if connector else "UTC")
    return [(a.astimezone(at).date(), (b.astimezone(at) - timedelta(hours=12)).date()) for a, b in rules.closed]


def _cleaned(rule: HouseRule, typed: Mapping[str, str], errors: dict[str, tuple[str, str]]) -> dict[str, int | str]:
    values: dict[str, int | str] = {}
    for one in rule.values:
        field = f"{rule.id}_{one.name}"
        try:
            values[one.name] = _value(one, typed.get(field, "").strip())
        except Refused as refused:
            errors[field] = (refused.code, refused.sentence)
            values[one.name] = one.default
    if rule.strength is not None:
        strength = typed.get(f"{rule.id}_strength") or str(rule.strength)
        if strength not in STRENGTHS:
            errors[f"{rule.id}_strength"] = ("choice", _("Please choose one of the options."))
        values["strength"] = strength
    return values


def _value(one: Value, written: str) -> int | str:
    if one.is_number:
        if not (written.isascii() and written.isdecimal() and one.least <= int(written[:9]) <= one.most):
            sentence = _("Write a number from %(least)d to %(most)d.")
            raise Refused("number", sentence % {"least": one.least, "most": one.most})
        return int(written)
    if one.choices:
        if written not in dict(one.choices):
            raise Refused("choice", _("Please choose one of the options."))
        return written
    return text.many_lines(written, limit=_WORDS, field=_("This"))


def _closed(typed: Mapping[str, str], errors: dict[str, tuple[str, str]]) -> list[tuple[date, date]]:
    found: list[tuple[date, date]] = []
    for number in range(MOST_CLOSED):
        first, last = (typed.get(f"closed_{end}_{number}", "").strip() for end in ("first", "last"))
        if not (first or last):
            continue
        try:
            days = date.fromisoformat(first or last), date.fromisoformat(last or first)
        except ValueError:
            errors[f"closed_first_{number}"] = ("date", _("Write the date as in 2026-05-31."))
            continue
        if not days[0] <= days[1] < days[0] + timedelta(days=365):
            sentence = _("A closed time goes from its first to its last day, within a year.")
            errors[f"closed_first_{number}"] = ("bad_closed", sentence)
        found.append(days)
    return found


def _names(typed: Mapping[str, str], errors: dict[str, tuple[str, str]]) -> str:
    try:
        lines = text.many_lines(typed.get("no_go_names", ""), limit=_NAMES, field=_("This")).splitlines()
    except Refused as refused:
        errors["no_go_names"] = (refused.code, refused.sentence)
        return ""
    return "\n".join(line.strip() for line in lines if line.strip())
