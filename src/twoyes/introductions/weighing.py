"""A request against the house rules that its sender saw: for the connector's desk, and what its sender may read."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from twoyes.introductions import standing
from twoyes.introductions import wished as wishing
from twoyes.introductions.models import Introduction, JournalEntry
from twoyes.introductions.repeating import same_wish
from twoyes.introductions.standing import Standing
from twoyes.introductions.wished import Wished
from twoyes.lib import sealing
from twoyes.lib.errors import Refused
from twoyes.people import front as people
from twoyes.policy import front as policy

# Nobody asked for it, or it is somebody else's.
_NONE = Standing()
_RULES_STAND = ("waiting", "returned", "talking")
# Once it was approved, what it would meet is the letters' business.
_WEIGHED = ("draft", *_RULES_STAND)


@dataclass(frozen=True, slots=True)
class SetAside:
    """Findings that a connector set aside for one request, why, and when. Nobody else reads the reason."""

    codes: tuple[str, ...]
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Weighed:
    """A request as its connector weighs it: what was found, what of it is set aside, and what is known of the sender.

    `must_set_aside` are the codes of the connector's own rules that block it now.
    """

    findings: tuple[policy.Finding, ...] = ()
    aside: tuple[SetAside, ...] = ()
    standing: Standing = _NONE
    must_set_aside: tuple[str, ...] = ()


def findings(connector_id: str, introduction_id: str, now: datetime) -> list[policy.Finding]:
    """Return the findings about one request, for its connector; none where it is not theirs (K5, K6, K7, F4, B4)."""
    row = Introduction.objects.filter(pk=introduction_id, connector_id=connector_id, origin="asked").first()
    return [] if row is None else list(_weighed(row, now, _wishes_of_whom(row, now)).findings)


def weighed(connector_id: str, introduction_id: str, now: datetime, *, wished: Wished | None = None) -> Weighed:
    """Return all that the desk shows of a request and its sender; nothing where it is not this connector's (E8).

    `wished` is what the one wishes who would be asked, where that is known.
    """
    row = Introduction.objects.filter(pk=introduction_id, connector_id=connector_id).first()
    return Weighed() if row is None or row.origin != "asked" else _weighed(row, now, wished)


def _weighed(row: Introduction, now: datetime, wished: Wished | None = None) -> Weighed:
    rules, keys = rules_of(row), standing.keys_of(row)
    so_far = standing.standing(row, keys, now)
    private = {**_of_the_connector(row, keys, so_far), **_of_the_asked(wished)}
    found = policy.judge(_said(row), rules, facts=_facts(row, rules, keys, so_far, now, private), for_connector=True)
    aside = set_aside(row)
    gone = {code for one in aside for code in one.codes}
    stand = (one.code for one in found if policy.blocks(one) and policy.is_own(one.code, rules))
    return Weighed(tuple(found), tuple(aside), so_far, tuple(code for code in stand if code not in gone))


def shown_to_sender(introduction_id: str, requester_key: str, now: datetime) -> list[policy.Finding]:
    """Return what whoever asked may read about themselves while it is undecided: it rests on what they proved alone."""
    row = Introduction.objects.filter(pk=introduction_id, requester_key=requester_key).first()
    if row is None or not requester_key or row.origin != "asked" or row.state not in _RULES_STAND:
        return []
    rules = rules_of(row)
    if not policy.SHOWN_AFTER_PROOF & set(rules.chosen):
        return []
    keys = standing.proved_keys(row)
    facts = _facts(row, rules, keys, standing.standing(row, keys, now), now, {})
    return [one for one in policy.judge({}, rules, facts=facts) if one.code in policy.SHOWN_AFTER_PROOF]


def rules_of(row: Introduction) -> policy.HouseRules:
    """Return the house rules that its sender saw, whatever they are now (N3)."""
    return policy.rules_seen(row.connector_id, row.policy_version)


def set_aside(row: Introduction) -> list[SetAside]:
    """Return what was set aside for this request, oldest first."""
    kept: list[dict[str, str]] = sealing.get_json(row, "set_aside") or []
    return [SetAside(tuple(one["codes"].split()), one["reason"], datetime.fromisoformat(one["at"])) for one in kept]


def keep_aside(row: Introduction, codes: Collection[str], reason: str, now: datetime) -> None:
    """Seal which findings were set aside, and why, onto the row."""
    kept = sealing.get_json(row, "set_aside") or []
    told = {"codes": " ".join(sorted(codes)), "reason": reason, "at": now.isoformat()}
    sealing.put_json(row, "set_aside", [*kept, told])


def approvable(connector_id: str, introduction_id: str, card_id: str, *, now: datetime) -> None:
    """Raise what `must_be_clear` raises, before anybody reads the text of an ask that could not leave."""
    row = Introduction.objects.filter(pk=introduction_id, connector_id=connector_id).first()
    card = people.card(connector_id, card_id)
    if row is not None and card is not None:
        must_be_clear(row, card, now)


def must_be_clear(row: Introduction, card: people.Card, now: datetime) -> None:
    """Raise `Refused` `rule_stands` while a rule of the connector's own blocks this request and was not set aside.

    `card` is whom it would ask: whoever is never asked through this connector may be named there alone.
    """
    if row.origin != "asked":
        return
    found = _weighed(row, now)
    for one in found.findings:
        if one.code in found.must_set_aside:
            told = _("Your own rule stands in the way: %(sentence)s Set it aside for this request, with a reason.")
            raise Refused("rule_stands", told % {"sentence": one.sentence}, rule="N3")
    aside = {code for one in found.aside for code in one.codes}
    if "no_go" not in aside and policy.is_no_go(row.connector_id, card.name, card.organisation):
        told = _("You noted that %(name)s is never asked through you. Take them off that list first.")
        raise Refused("rule_stands", told % {"name": card.name}, rule="N3")


def _said(row: Introduction) -> dict[str, str]:
    said: dict[str, str] = sealing.get_json(row, "words") or {}
    return said


def _wishes_of_whom(row: Introduction, now: datetime) -> Wished | None:
    """Return what the one wishes whom these words mean, where it is one and it is still to be decided on."""
    if row.state not in _WEIGHED:
        return None
    said = _said(row)
    meant = None if row.target_id else people.only_one(row.connector_id, said.get("target", ""))
    card = row.target_id or (meant.id if meant else "")
    return wishing.wished(row.connector_id, card, now, said=said, introduction=row.pk) if card else None


def _facts(
    row: Introduction,
    rules: policy.HouseRules,
    keys: Collection[str],
    so_far: standing.Standing,
    now: datetime,
    private: Mapping[str, Any],
) -> policy.Facts:
    """Put together what is known of the sender; what is `private` is the connector's alone."""
    near = standing.knowing(row.connector_id, keys, now) if standing.wants_knowing(rules) else standing.Knowing()
    return policy.Facts(
        outcomes_owed=so_far.owed,
        open_requests=so_far.open,
        is_first=so_far.requests == 0,
        talked="talk_first" in rules.chosen and _talked(row),
        known=near.known,
        known_months=near.months,
        read_months=near.read_months,
        weeks=near.weeks,
        **private,
    )


def _of_the_asked(wished: Wished | None) -> dict[str, Any]:
    """Return what is known of whom they would meet: whoever said yes in advance is not asked, so never too soon."""
    if wished is None:
        return {}
    return {
        "formats_taken": wished.formats,
        "unwelcome": "\n".join(wished.unwelcome),
        "not_before": None if wished.standing_since else wished.not_before,
    }


def _of_the_connector(row: Introduction, keys: Collection[str], so_far: standing.Standing) -> dict[str, Any]:
    connector = people.connector_by_id(row.connector_id)
    return {
        "requester_is_target": bool({*row.asker_keys} & {*row.target_keys}),
        "requester_is_connector": bool(connector and connector.address_key in row.asker_keys),
        "target_is_connector": bool(connector and connector.address_key in row.target_keys),
        "connector_name": connector.name if connector else "",
        "no_shows": so_far.no_shows,
        "no_go": policy.no_go(row.connector_id),
        "is_repeat": _is_repeat(row, keys),
    }


def _talked(row: Introduction) -> bool:
    return JournalEntry.objects.filter(introduction=row, event="talked").exists()


def _is_repeat(row: Introduction, keys: Collection[str]) -> bool:
    """Whether the same was asked before under another address of the same person, as the connector's book has it."""
    elsewhere = standing.others(row, keys).exclude(requester_key=row.requester_key)
    wanted = _said(row).get("target", "")
    return any(
        same_wish(_said(one).get("target", ""), wanted) for one in elsewhere.filter(opened_at__lte=row.opened_at)
    )
