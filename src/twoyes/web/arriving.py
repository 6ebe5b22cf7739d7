"""How a request would arrive, shown to whoever writes it: the ask in their words, counted and weighed, nothing kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from twoyes.introductions.front import LetterFacts
from twoyes.mail import front as mail
from twoyes.people import front as people
from twoyes.policy import front as policy
from twoyes.web.asking_form import BRIEF

# The parts that the letter quotes, and whose absence is named.
_QUOTED = ("about_me", "why_them", "benefit", "ask")
_WANTED = ("name", "target", "about_me", "why_them", "why_now", "benefit", "ask")
# One part says as much as anybody reads in a preview.
_READ_AT_MOST = 4000


@dataclass(frozen=True, slots=True)
class Arrival:
    """The letter as it would be read; `counts` are (part, words, how many stand in the letter)."""

    subject: str
    text: str
    counts: list[tuple[str, int, int]]
    findings: list[policy.Finding]
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
    link = _("(here stands the link to their page)")
    return Arrival(
        letter.subject,
        letter.text.replace("{page}", link),
        [(str(BRIEF[part]), len(words.get(part, "").split()), most) for part, most in mail.ask_parts(_QUOTED)],
        [
            found
            for found in policy.judge(words, policy.house_rules(connector.id))
            if words.get(found.field, "").strip()
        ],
        [str(BRIEF[part]) for part in _WANTED if not words.get(part, "").strip()],
    )
