"""May I introduce you to someone? The one question that a target ever gets (A1, A2, A3, A4, E17)."""

from collections.abc import Iterable

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from twoyes.lib import limits
from twoyes.mail.letters import words
from twoyes.mail.letters.base import Composed, LetterFacts, other, render

WORDS = {"personal_line": 20, "about_me": 30, "vouch": 25, "why_target": 25, "benefit": 25, "ask": 25}
"""How many words of each field stand in the letter: 150 in all (A2); the rest is read on the page."""


BY_MAIL = gettext_lazy(
    "You can also answer this letter: “yes”, alone on its first line, is your yes to an introduction at this address."
)
"""Stands in an ask where such an answer counts: nobody says yes by mail who was not told what that does (C19)."""


def ask(facts: LetterFacts) -> Composed:
    """Return the ask; link `/t/`. It names no address, and in a blind ask no name (E1, E2)."""
    approval, said = facts.approval, content(facts)
    days = approval.get("ask_days", "")
    return render(
        "ask",
        facts,
        **said,
        blind=_blind(facts),
        who=_("this person") if _blind(facts) else other(facts),
        offered=facts.origin == "offered",
        unaware=facts.side == "first",
        proved=facts.origin == "asked",
        details=bool(facts.words.get("may_pass_on")),
        vouch_level=approval.get("vouch_level", "no_vouch"),
        meeting=words.meeting(facts.words.get("format", ""), facts.words.get("minutes", "")),
        by_mail=BY_MAIL if _may_be_answered_by_mail(facts) else "",
        days=words.number(int(days) if days.isdecimal() else limits.ASK_AGE.days),
        shortened=any(said[field] != full for field, full in _full(facts).items()),
    )


def ask_parts(fields: Iterable[str]) -> list[tuple[str, int]]:
    """Return how many words of each field stand in the letter; the reason for the other side is `why_them`."""
    return [(field, WORDS["why_target" if field == "why_them" else field]) for field in fields]


def ask_words(facts: LetterFacts) -> int:
    """Return how many words of people the ask holds, which is 150 at most (A2)."""
    return sum(len(text.split()) for text in content(facts).values())


def content(facts: LetterFacts) -> dict[str, str]:
    """Return what people wrote, as it stands in the letter."""
    return {field: words.clipped(text, WORDS[field]) for field, text in _full(facts).items()}


def _full(facts: LetterFacts) -> dict[str, str]:
    approval = facts.approval
    reason = {"first": "why_first", "second": "why_second"}.get(facts.side, "why_target")
    full = {
        "personal_line": approval.get("personal_line", ""),
        "about_me": facts.words.get("about_me", ""),
        "vouch": approval.get("vouch", ""),
        "why_target": approval.get(reason) or approval.get("because") or facts.words.get("why_them", ""),
        "benefit": facts.words.get("benefit", ""),
        "ask": facts.words.get("ask", ""),
    }
    cleaned = {field: words.theirs(text) for field, text in full.items()}
    if not _blind(facts):
        return cleaned
    return {field: words.without(text, other(facts)) for field, text in cleaned.items()}


def _may_be_answered_by_mail(facts: LetterFacts) -> bool:
    """Where the operator chose it, in a letter that is answered to us; a blind ask unveils its name on the page."""
    by_us = not facts.way and facts.approval.get("channel") != "by_hand"
    return settings.TWOYES_YES_BY_MAIL and by_us and not _blind(facts)


def _blind(facts: LetterFacts) -> bool:
    return bool(facts.approval.get("blind"))
