"""How a request would arrive, shown to whoever writes it: the ask in their words, counted and weighed, nothing kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from twoyes.introductions.front import LetterFacts
from twoyes.mail import front as mail
from twoyes.people import front as people
from twoyes.policy import front as policy
from twoyes.web.asking_form import ASKING, BRIEF

# The parts that the letter quotes, and whose absence is named.
_QUOTED = ("about_me", "why_them", "benefit", "ask")
_WANTED = ("name", "target", "about_me", "why_them", "why_now", "benefit", "ask")
# Beside these stands what would help.
TEXTS = frozenset(one.name for one in ASKING if one.kind == "text")
# One part says as much as anybody reads in a preview.
_READ_AT_MOST = 4000


@dataclass(frozen=True, slots=True)
class Arrival:
    """The letter as it would be read; `counts` are (part, words, how many stand in the letter).

    `beside` are sentences and mends by the field that they stand beside, `whole` those that concern no text field.
    """

    subject: str
    text: str
    counts: list[tuple[str, int, int]]
    beside: dict[str, list[tuple[str, str]]]
    whole: list[tuple[str, str]]
    missing: list[str]


def arrival(connector: people.ConnectorView, typed: Mapping[str, str]) -> Arrival:
    """Return the ask as it would arrive with these words, whatever is still missing. Raises nothing, keeps nothing."""
    words = {name: text[:_READ_AT_MOST].replace("\0", "") for name, text in typed.items()}
    name = connector.name
    letter = mail.preview(
        LetterFacts(
            kind="ask",
            side="target",
            connector_name=name,
            connector_handle=connector.handle,
            connector_address="",
            recipient_name="…",
            requester_name=words.get("name") or "…",
            words=words,
            approval={
                "vouch": _("(here %(name)s says what they know of you)") % {"name": name},
                "vouch_level": "know",
                "ask_days": str(policy.house_rules(connector.id).ask_days),
            },
        )
    )
    beside, whole = _weighed(words, policy.house_rules(connector.id))
    link = _("(here stands the link to their page)")
    return Arrival(
        letter.subject,
        letter.text.replace("{page}", link),
        [(str(BRIEF[part]), len(words.get(part, "").split()), most) for part, most in mail.ask_parts(_QUOTED)],
        beside,
        whole,
        [str(BRIEF[part]) for part in _WANTED if not words.get(part, "").strip()],
    )


def _weighed(
    words: Mapping[str, str], rules: policy.HouseRules
) -> tuple[dict[str, list[tuple[str, str]]], list[tuple[str, str]]]:
    """What would help, beside each field that is filled in; what is still empty is named elsewhere."""
    beside: dict[str, list[tuple[str, str]]] = {}
    whole: list[tuple[str, str]] = []
    for found in policy.judge(words, rules):
        told = (found.sentence, found.mend)
        fields = [name for name in (found.field, *found.also) if words.get(name, "").strip()]
        for name in fields:
            if name in TEXTS:
                beside.setdefault(name, []).append(told)
        if "" in (found.field, *found.also) or any(name not in TEXTS for name in fields):
            whole.append(told)
    return beside, whole
