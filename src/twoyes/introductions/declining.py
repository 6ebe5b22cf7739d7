"""A kind no: the honest reason, what instead, and a warm close (N2), with ready words for whoever chose only a reason.

A message that the requester sends themselves is offered only where nobody was ever asked for this pair (N8).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise

from django.db.models import Q
from django.utils.translation import gettext as _

from twoyes.introductions import binding, deciding, engine, links, listing, words
from twoyes.introductions.models import AskedPair, Introduction
from twoyes.introductions.protocol import Actor, Event, Origin, State, record
from twoyes.introductions.protocol import Introduction as Snapshot
from twoyes.introductions.protocol.snapshot import Scalar
from twoyes.introductions.records import Outcome
from twoyes.lib import limits, sealing
from twoyes.lib.text import fold
from twoyes.people import front as people
from twoyes.policy import front as policy

PARTS = ("reason", "instead", "stay_in_touch", "rule")
CHOICES: Mapping[str, tuple[str, ...]] = {
    "why": ("", *policy.NO_REASONS),
    "tone": ("", *policy.NO_TONES),
    "words_in": ("", *policy.NO_LANGUAGES),
    "consolation": ("", *policy.NO_CONSOLATIONS),
}
# Where an ask is due, on its way, or was answered, though the pair may not be written yet.
_ASKED = (State.ASKING, State.AGREED, State.PASSED)
# A word of fewer letters tells nobody from anybody.
_TELLING = 3


@engine.verb
def decline(
    introduction_id: str,
    fields: Mapping[str, object],
    *,
    actor: Actor,
    now: datetime,
    seen: int | None = None,
) -> Outcome:
    """Say a kind no: the honest reason, what instead, a warm close (N2). Raises `BadFields`.

    Where `why` is chosen and no reason is written, the ready words stand for whatever is empty. `consolation` may be
    `come_back` with a day, on which the requester gets one letter, or `write_yourself` with a draft (N8).
    """
    clean = _cleaned(fields)
    with deciding.at_desk(introduction_id, actor) as work:
        told = _said(work.row, work.snapshot, clean, now)
        sealing.put_json(work.row, "consolation", told.words)
        data: dict[str, Scalar] = {"until": told.until.isoformat()} if told.until else {}
        work.hand_in(Event("decline", actor, data, seen=seen), now)
    return work.outcome()


def words_of_no(connector_id: str, introduction_id: str, fields: Mapping[str, object], now: datetime) -> dict[str, str]:
    """Return what a no with these fields would say, for a rehearsal: nothing changes. Raises what `decline` raises."""
    clean = _cleaned(fields)
    row = Introduction.objects.filter(pk=introduction_id, connector_id=connector_id).first()
    if row is None:
        raise links.nothing_here()
    return _said(row, record.from_json(row.snapshot), clean, now).words


@dataclass(frozen=True, slots=True)
class _Told:
    words: dict[str, str]
    until: datetime | None = None


def _cleaned(fields: Mapping[str, object]) -> dict[str, str]:
    """Return the fields, cleaned, with the consolation that a day or a draft alone already means."""
    errors: dict[str, tuple[str, str]] = {}
    for name, among in CHOICES.items():
        if str(fields.get(name) or "") not in among:
            errors[name] = ("choice", _("Please choose one of the options."))
    try:
        needed = () if fields.get("why") else ("reason",)
        clean = words.clean_lines(fields, *PARTS, "draft", "resource", required=needed)
    except words.BadFields as bad:
        raise words.BadFields({**bad.errors, **errors}) from bad
    if errors:
        raise words.BadFields(errors)
    clean |= {name: str(fields.get(name) or "") for name in CHOICES}
    day = binding.day(fields.get("come_back"), "come_back")
    clean["come_back"] = day.isoformat() if day else ""
    if not clean["consolation"]:
        clean["consolation"] = "come_back" if day else "write_yourself" if clean["draft"] else ""
    return clean


def _said(row: Introduction, snapshot: Snapshot, clean: Mapping[str, str], now: datetime) -> _Told:
    """Return what is kept of a no, and told: texts and codes, with the ready words where nothing was written."""
    clean = {**clean, **_of_consolation(row, snapshot, clean)}
    until = _until(row, clean["come_back"], now) if clean["come_back"] else None
    ready = policy.ready_no(choice_of(clean, row.language), sealing.get_json(row, "words") or {})
    whole = not clean["reason"]
    told = {
        "reason": clean["reason"] or ready.reason,
        "instead": clean["instead"] or (ready.instead if whole or clean["consolation"] else ""),
        "stay_in_touch": clean["stay_in_touch"] or (ready.stay_in_touch if whole else ""),
        "rule": clean["rule"],
    }
    chosen = {name: clean[name] for name in ("why", "tone", "consolation", "come_back")}
    kept = {**chosen, "draft": clean["draft"] or ready.draft}
    return _Told({**told, **{name: value for name, value in kept.items() if value}}, until)


def choice_of(fields: Mapping[str, str], language: str) -> policy.NoChoice:
    """Return what the fields of a no choose, in the request's `language` where they name none."""
    return policy.NoChoice(
        fields.get("why", ""),
        fields.get("tone") or policy.NO_TONES[0],
        fields.get("words_in") or language,
        fields.get("consolation", ""),
        date.fromisoformat(fields["come_back"]) if fields.get("come_back") else None,
        fields.get("resource", ""),
    )


def _of_consolation(row: Introduction, snapshot: Snapshot, clean: Mapping[str, str]) -> dict[str, str]:
    """Return what goes with the consolation that was chosen; what belongs to another is left out."""
    chosen = clean["consolation"]
    if chosen == "write_yourself" and not (heard_at_once(snapshot) and may_write_themselves(row)):
        raise words.BadFields({"consolation": ("not_offered", not_offered())})
    if chosen == "write_yourself" and policy.has_address(clean["draft"]):
        raise words.BadFields({"draft": ("address", _("A draft holds no address. Please take it out."))})
    if chosen == "come_back" and not clean["come_back"]:
        raise words.BadFields({"come_back": ("required", _("Please name a day."))})
    if chosen == "come_back" and not heard_at_once(snapshot):
        raise words.BadFields({"consolation": ("not_offered", not_offered())})
    resource = clean["resource"] or next(iter(people.resources(row.connector_id)), "")
    if chosen == "resource" and not (resource or clean["instead"]):
        raise words.BadFields({"resource": ("required", _("Your list is empty. Write here what would help them."))})
    return {
        "come_back": clean["come_back"] if chosen == "come_back" else "",
        "draft": clean["draft"] if chosen == "write_yourself" else "",
        "resource": resource if chosen == "resource" else "",
    }


def not_offered() -> str:
    """The one sentence for a consolation that cannot be had here: it never says why (no-leak)."""
    return _("This cannot be offered here. Please choose something else.")


def _until(row: Introduction, day: str, now: datetime) -> datetime:
    until = binding.instant(date.fromisoformat(day), row.zone)
    if not now + timedelta(days=1) <= until <= now + limits.INTRODUCE_AGAIN_AGE:
        raise words.BadFields({"come_back": ("until", _("Name a date between tomorrow and a year from now."))})
    return until


def heard_at_once(snapshot: Snapshot) -> bool:
    """Say whether a no is heard at once by somebody who asked: no date was promised, and the address is proved."""
    desk = snapshot.state in {State.WAITING, State.TALKING}
    return desk and snapshot.origin is Origin.ASKED and snapshot.hears_by is None and snapshot.approved_at is None


def may_offer(connector_id: str, introduction_id: str, consolation: str) -> bool:
    """Say whether the connector may offer this to the requester; False as well where there is nothing of theirs."""
    row = Introduction.objects.filter(pk=introduction_id, connector_id=connector_id).first()
    if row is None or consolation not in {"come_back", "write_yourself"}:
        return row is not None
    at_once = heard_at_once(record.from_json(row.snapshot))
    return at_once and (consolation == "come_back" or may_write_themselves(row))


def may_write_themselves(row: Introduction) -> bool:
    """Say whether nobody was ever asked, through anybody here, about this requester and whom they name (N8).

    The request names a person in words, so words are compared, and in doubt they are the one who was asked: where a
    name or an organisation is shared, where no name is left of an ask, and where the request names nobody at all
    ("whoever wrote the erosion paper"). What the connector hears is never why.
    """
    mine = people.linked(people.keys_beside(row.connector_id, row.asker_keys))
    if not mine:
        return False
    others, holders = _asked_with(row, mine)
    meant = people.linked(sorted(others))
    own = people.names_on(row.connector_id, people.cards_with(meant, owner_id=row.connector_id))
    wanted, known = _telling(_target_of(row)), _telling(_words_of(row).get("name", ""))
    if not others and not holders:
        return True
    if not _names_somebody(_target_of(row)) or wanted & (_telling(" ".join(own.values())) - known):
        return False
    for holder in holders:
        names = _telling(" ".join((*listing.names(holder), _target_of(holder)))) - known
        if not names or wanted & names:
            return False
    return True


def _asked_with(row: Introduction, mine: set[str]) -> tuple[set[str], list[Introduction]]:
    """Return the keys of everybody between whom and this person an ask was made, and the introductions that made it."""
    held = AskedPair.objects.filter(Q(low__in=mine) | Q(high__in=mine), community_id=row.community_id)
    pairs = list(held.values_list("low", "high", "introduction"))
    others = {key for low, high, _holder in pairs for key in (low, high)} - mine
    here = Introduction.objects.filter(community_id=row.community_id).exclude(pk=row.pk)
    under_way = here.filter(requester_key__in=mine, state__in=_ASKED)
    return others, [*here.filter(pk__in={holder for *_pair, holder in pairs}), *under_way]


def _words_of(row: Introduction) -> dict[str, str]:
    said: dict[str, str] = sealing.get_json(row, "words") or {}
    return said


def _target_of(row: Introduction) -> str:
    return _words_of(row).get("target", "")


def _names_somebody(whom: str) -> bool:
    """Say whether two words that begin with a capital stand together, as a name does in all four languages."""
    parts = whom.split()
    return any(one[0].isupper() and other[0].isupper() for one, other in pairwise(parts))


def _telling(names: str) -> set[str]:
    return {word for word in re.split(r"[\W_]+", fold(names)) if len(word) >= _TELLING}
