"""What whoever may be asked wishes, held against a request: shown before a decision, and kept to (B4, A5).

Words that are there to be read are named where an approval is refused. A never is not: approving never tells of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from twoyes.introductions import engine, pairs, words
from twoyes.introductions.models import Introduction
from twoyes.lib import sealing, spoken
from twoyes.lib.errors import Refused
from twoyes.people import front as people
from twoyes.policy import front as policy

NOTHING = policy.Against()


@dataclass(frozen=True, slots=True)
class Wished:
    """What somebody who may be asked wishes, for a connector who has them in a book: their topics, formats and limits.

    `not_before` is rough, whoever asked them last; `standing_since` is when they said yes in advance to this connector.
    `against` says what of a request they do not wish.
    """

    welcome: tuple[str, ...] = ()
    unwelcome: tuple[str, ...] = ()
    formats: tuple[str, ...] = ()
    every_months: int = 0
    not_listed: bool = False
    standing_since: datetime | None = None
    not_before: date | None = None
    against: policy.Against = NOTHING


def wished(
    connector_id: str, card_id: str, now: datetime, *, said: Mapping[str, str] | None = None, introduction: str = ""
) -> Wished | None:
    """Return what the person on a card of this connector's book wishes; None where there is none (E8).

    `said` are the words of a request, which are held against it; `introduction` is left out of what was asked.
    """
    connector, card = people.connector_by_id(connector_id), people.card(connector_id, card_id)
    if connector is None or card is None or card.erased:
        return None
    keys, community = pairs.keys_of_card(card_id), connector.community_id
    topics = people.topics(community, keys, connector_id=connector_id)
    limits = people.limits(community, keys)
    return Wished(
        welcome=tuple(policy.topics_of(topics.welcome)),
        unwelcome=tuple(policy.topics_of(topics.unwelcome)),
        formats=topics.formats,
        every_months=limits.every_months,
        not_listed=limits.not_listed,
        standing_since=_standing(community, keys, connector_id),
        not_before=pairs.fair_from(community, keys, introduction, now, engine.terms_of(connector_id)),
        against=_against(said or {}, topics),
    )


def against(row: Introduction, side: str) -> policy.Against:
    """Return what of this introduction the person on `side` does not wish, as they wish it at this moment."""
    topics = people.topics(row.community_id, pairs.asked_keys(row, side), connector_id=row.connector_id)
    return _against(_words(row, side), topics) if topics else NOTHING


def refuse_against(row: Introduction, side: str, card: people.Card, field: str) -> None:
    """Raise `BadFields` `against_wishes`, naming the wish, where an ask is not what this person wishes."""
    topics = people.topics(row.community_id, pairs.asked_keys(row, side), connector_id=row.connector_id)
    _refuse(_words(row, side), topics, card, field)


def within_wishes(connector_id: str, introduction_id: str, card_id: str) -> None:
    """Raise `BadFields` as an approval with this card would, before a text is read for nothing."""
    row = Introduction.objects.filter(pk=introduction_id, connector_id=connector_id).first()
    connector, card = people.connector_by_id(connector_id), people.card(connector_id, card_id)
    if row is not None and connector is not None and card is not None:
        refuse_words(connector, _words(row, "target"), card, field="target")


def refuse_words(connector: people.ConnectorView, said: Mapping[str, str], card: people.Card, *, field: str) -> None:
    """Do as `refuse_against` with words that belong to no introduction yet."""
    topics = people.topics(connector.community_id, pairs.keys_of_card(card.id), connector_id=connector.id)
    _refuse(said, topics, card, field)


def cannot_be_given_out(row: Introduction, side: str) -> None:
    """Raise `Refused` `against_wishes` where a text that was approved before is not what they wish now."""
    if against(row, side):
        raise Refused("against_wishes", _("They have said since that they do not wish to be asked this."), rule="B4")


def sentence(name: str, found: policy.Against, formats: Iterable[str]) -> str:
    """Return the sentence that names the wish, and what would change it."""
    told = []
    if found.format:
        taken = ", ".join(str(FORMAT_NAMES[kind]) for kind in formats if kind in FORMAT_NAMES)
        asked = FORMAT_NAMES.get(found.format, found.format)
        wish = _("%(name)s takes these alone: %(taken)s. This asks for: %(asked)s.")
        without = _("%(name)s takes none of the ways to meet that are named here. This asks for: %(asked)s.")
        told.append((wish if taken else without) % {"name": name, "taken": taken, "asked": asked})
    if found.topics:
        topics = ", ".join(spoken.quoted(topic) for topic, _field in found.topics)
        told.append(_("%(name)s does not wish to be asked about %(topics)s.") % {"name": name, "topics": topics})
    told.append(_("It cannot be approved as it is. Return it with help, or decline it kindly."))
    return " ".join(told)


FORMAT_NAMES = {
    "call": gettext_lazy("a call"),
    "video": gettext_lazy("a video call"),
    "coffee": gettext_lazy("a coffee"),
    "meal": gettext_lazy("a meal"),
    "interview": gettext_lazy("an interview"),
    "mail": gettext_lazy("mail"),
}


def _refuse(said: Mapping[str, str], topics: people.Topics, card: people.Card, field: str) -> None:
    found = _against(said, topics)
    if found:
        raise words.BadFields({field: ("against_wishes", sentence(card.name, found, topics.formats))})


def _against(said: Mapping[str, str], topics: people.Topics) -> policy.Against:
    return policy.against(said, formats=topics.formats, unwelcome=topics.unwelcome)


def _words(row: Introduction, side: str) -> dict[str, str]:
    """Return what whoever is asked would read of the request; of an offer, why the connector thinks of them, too."""
    said: dict[str, str] = sealing.get_json(row, "words") or {}
    approval: dict[str, str] = (sealing.get_json(row, "approval") or {}) if row.approval else {}
    why = approval.get(f"why_{side}", "") if side in {"first", "second"} else ""
    return {**said, "because": "\n".join([said.get("because", ""), why])}


def _standing(community: str, keys: Iterable[str], connector_id: str) -> datetime | None:
    said = people.said(community, keys, connector_id=connector_id)
    return next((one.at for one in said if one.kind == "standing_yes"), None)
