"""A connector's house rules: read in one version, changed by adding the next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import TypedDict, Unpack
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from twoyes.lib import clock, locking, store
from twoyes.lib.errors import Refused
from twoyes.lib.prepared import prepared
from twoyes.people import front as people
from twoyes.policy.models import ASK_LEAST, FIRST_VERSION, MOST_DAYS, HouseRulesVersion, Welcome
from twoyes.policy.records import HouseRules
from twoyes.policy.sentences import SENTENCES
from twoyes.policy.sentences.base import HouseRule

# More closed times than a year has weeks are a slip; so is one that is longer than a year.
MOST_CLOSED = 53
_EARLIEST, _LATEST = date(2000, 1, 1), date(2200, 1, 1)


class Numbers(TypedDict, total=False):
    """What a connector may change, in days. `closed` holds first and last day, both closed, in their zone.

    `welcome` names one of the ready policies (`WELCOMES`), or is empty. `chosen` are the sentences that act from now
    on, all of them, with their values, as `choosing` has cleaned them.
    """

    remind_days: int
    lapse_days: int
    ask_days: int
    spacing_days: int
    closed: Sequence[tuple[date, date]]
    welcome: str
    chosen: Mapping[str, Mapping[str, int | str]]


def house_rules(connector_id: str, version: int | None = None) -> HouseRules:
    """The numbers in force, or those of one version; version 1 are the defaults, the same for everybody.

    Raises Refused("no_such_version").
    """
    if version is None:
        return _view(_in_force(connector_id))
    if version == FIRST_VERSION:
        return _view(_first(connector_id))
    row = HouseRulesVersion.objects.filter(connector_id=connector_id, version=version).first()
    if row is None:
        raise Refused("no_such_version", _("There is no such version of these house rules."))
    return _view(row)


def rules_seen(connector_id: str, version: int | None) -> HouseRules:
    """Return the version that somebody saw; where there is none of that number, the one in force."""
    try:
        return house_rules(connector_id, version)
    except Refused:
        return house_rules(connector_id)


def in_turn(connector_id: str) -> None:
    """Let whoever decides by what this connector's rules leave over go one after another, until the transaction ends.

    Every version is locked, since two senders may have seen two of them. It comes after people, introduction and
    letter in the order of locks (B13). Who chose no rule has no version, and nothing to wait for.
    """
    locking.locked(HouseRulesVersion.objects.filter(connector_id=connector_id).only("pk"))


def set_house_rules(connector_id: str, **numbers: Unpack[Numbers]) -> HouseRules:
    """Add a version with these numbers changed and the others kept; without a change the present one stays.

    Deadlines that are already set do not move. Raises Refused: no_such_connector, bad_number, bad_closed,
    bad_welcome, changed_meanwhile.
    """
    connector = people.connector_by_id(connector_id)
    if connector is None or connector.removed_at:
        raise Refused("no_such_connector", _("There is no such connector."))
    present = _in_force(connector_id)
    row = HouseRulesVersion(
        connector_id=connector_id,
        version=present.version + 1,
        remind_days=numbers.get("remind_days", present.remind_days),
        lapse_days=numbers.get("lapse_days", present.lapse_days),
        ask_days=numbers.get("ask_days", present.ask_days),
        spacing_days=numbers.get("spacing_days", present.spacing_days),
        closed=_written(numbers["closed"]) if "closed" in numbers else present.closed,
        welcome=numbers.get("welcome", present.welcome),
        chosen=dict(numbers.get("chosen", present.chosen)),
        at=clock.now(),
    )
    _check(row)
    if _numbers(row) != _numbers(present):
        _add(row)
        present = row
    return _view(present)


def _in_force(connector_id: str) -> HouseRulesVersion:
    return next(iter(_latest(connector_id)), None) or _first(connector_id)


@prepared
def _latest(connector_id: str) -> QuerySet[HouseRulesVersion]:
    return HouseRulesVersion.objects.filter(connector_id=connector_id).order_by("-version")[:1]


def _first(connector_id: str) -> HouseRulesVersion:
    """The version that everybody begins with. It is never saved, so it needs no id of its own."""
    return HouseRulesVersion(id="", connector_id=connector_id, version=FIRST_VERSION)


def _add(row: HouseRulesVersion) -> None:
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:
        if store.constraint_name(error) != "house_rules_version":
            raise
        sentence = _("The house rules were changed meanwhile. Please look again.")
        raise Refused("changed_meanwhile", sentence) from error


def _check(row: HouseRulesVersion) -> None:
    if row.welcome not in Welcome.values:
        raise Refused("bad_welcome", _("Please choose one of the policies."))
    for number, least, what in (
        (row.remind_days, 1, _("The days before you are reminded")),
        (row.lapse_days, row.remind_days + 1, _("The days before a request lapses")),
        (row.ask_days, ASK_LEAST, _("The days that somebody has to answer")),
        (row.spacing_days, 1, _("The days between two asks to one person")),
    ):
        if not least <= number <= MOST_DAYS:
            sentence = _("%(what)s can be %(least)d to %(most)d.")
            raise Refused("bad_number", sentence % {"what": what, "least": least, "most": MOST_DAYS})


def _written(closed: Sequence[tuple[date, date]]) -> list[list[str]]:
    if len(closed) > MOST_CLOSED:
        raise Refused("bad_closed", _("There can be %d closed times at most.") % MOST_CLOSED)
    for first, last in closed:
        if not (_EARLIEST <= first <= last <= _LATEST and last - first < timedelta(days=MOST_DAYS)):
            raise Refused("bad_closed", _("A closed time goes from its first to its last day, within a year."))
    return [[first.isoformat(), last.isoformat()] for first, last in sorted(closed)]


def _numbers(row: HouseRulesVersion) -> tuple[object, ...]:
    return (row.remind_days, row.lapse_days, row.ask_days, row.spacing_days, row.closed, row.welcome, row.chosen)


def _view(row: HouseRulesVersion) -> HouseRules:
    return HouseRules(
        version=row.version,
        remind_days=row.remind_days,
        lapse_days=row.lapse_days,
        ask_days=row.ask_days,
        spacing_days=row.spacing_days,
        closed=_instants(row) if row.closed else (),
        welcome=str(row.welcome),
        chosen={rule.id: _values(rule, row) for rule in SENTENCES if rule.id in row.chosen},
    )


def _values(rule: HouseRule, row: HouseRulesVersion) -> Mapping[str, int | str]:
    """What was written into one rule; what was added to it since has its default."""
    kept = row.chosen[rule.id]
    values = {
        one.name: getattr(row, one.column) if one.column else kept.get(one.name, one.default) for one in rule.values
    }
    return {**values, "strength": kept.get("strength", rule.strength)} if rule.strength else values


def _instants(row: HouseRulesVersion) -> tuple[tuple[datetime, datetime], ...]:
    """The closed days as instants, from the midnight before to the midnight after (F16)."""
    connector = people.connector_by_id(row.connector_id)
    zone = ZoneInfo(connector.zone if connector else "UTC")
    days = ((date.fromisoformat(first), date.fromisoformat(last)) for first, last in row.closed)
    return tuple((_midnight(first, zone), _midnight(last + timedelta(days=1), zone)) for first, last in days)


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time.min, tzinfo=zone).astimezone(UTC)
