"""What people say when an ask is about to leave: all of it in one query, since each is a round trip."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import CharField, Q, QuerySet, Value

from twoyes.lib.prepared import prepared
from twoyes.people import preferences, wishes
from twoyes.people.models import Connector, Delegate, Knowing, Subject

_MARKED, _CONNECTOR, _DELEGATE, _LIMITED = "marked", "connector", "delegate", "limited"


@dataclass(frozen=True, slots=True)
class Consent:
    """`forbidden` as by `wishes.forbidding`, `marked` as by `knowing.may_not_be_asked`, `may_act` as by `accounts`.

    `limited` says that there are topics or formats to look at (`preferences.topics`), which few people name.
    """

    forbidden: str | None
    marked: bool
    may_act: bool
    limited: bool = False


@dataclass(frozen=True, slots=True)
class Concerned:
    """Whose approval brings this ask, through whose book, and the card of whoever is asked, if there is one."""

    actor: str
    connector: str
    card: str | None


def consent(
    community_id: str, target_keys: Collection[str], *, requester_keys: Collection[str], concerned: Concerned
) -> Consent:
    """Return what stands at this instant between these people and an ask; lock the subjects first."""
    actor, connector = concerned.actor, concerned.connector
    asked, asking = sorted(target_keys), sorted(requester_keys)
    said = set(_said(community_id, asked, asking, connector, actor, concerned.card or ""))
    may_act = _CONNECTOR in said and (actor == connector or _DELEGATE in said)
    return Consent(wishes.strongest(said), _MARKED in said, may_act, _LIMITED in said)


@prepared
def _said(
    community_id: str, target_keys: list[str], requester_keys: list[str], connector_id: str, actor_id: str, card_id: str
) -> QuerySet[Subject, str]:
    marked = Knowing.objects.filter(~Q(do_not_ask_at=None), person_id=card_id)
    connectors = Connector.objects.filter(pk=connector_id, removed_at=None)
    delegates = Delegate.objects.filter(pk=actor_id, connector_id=connector_id, removed_at=None)
    return wishes.forbidding_rows(community_id, target_keys, requester_keys, connector_id).union(
        marked.values_list(_word(_MARKED), flat=True),
        connectors.values_list(_word(_CONNECTOR), flat=True),
        delegates.values_list(_word(_DELEGATE), flat=True),
        preferences.limited(community_id, target_keys, connector_id).values_list(_word(_LIMITED), flat=True),
        all=True,
    )


def _word(word: str) -> Value:
    return Value(word, output_field=CharField())
