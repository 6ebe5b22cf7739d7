"""The words of a request against the rules of the house, in their order. Pure: no database, no clock."""

from __future__ import annotations

from collections.abc import Mapping

from django.apps import apps
from django.conf import settings
from django.utils.translation import gettext

from twoyes.policy.reading import PROSE, Met, Told
from twoyes.policy.records import Facts, Finding
from twoyes.policy.rules import PRIVATE, RULES
from twoyes.policy.rules.base import Rule

# How long a part may be, and what is missing in one, cannot be told from a whole message.
# So many words in a row a phrase has at least there: in 500 ordinary mails shorter ones were met in 59.
_IN_A_MESSAGE = 3
_OF_PARTS = {"too_long", "too_short", "no_who", "no_why", "no_why_now", "no_ask", "no_benefit", "no_homework"}


def screen(words: Mapping[str, str], *, facts: Facts | None = None, for_connector: bool = False) -> list[Finding]:
    """What the rules find in the fields of a request: each code at most once, in the order of `RULES`.

    Without `facts` only the words are judged, which is all that a requester may see before they proved their
    address (K6, K7, B1, B2). `for_connector` adds what a requester never sees. Never raises, whatever the text;
    what is missing is empty, what is unknown is ignored; a field is read up to its first 20,000 characters.
    """
    return screened(Told(words), facts or Facts(), for_connector=for_connector)


def screened(told: Told, known: Facts, *, for_connector: bool) -> list[Finding]:
    """What `screen` finds, for whoever has opened the words and goes on reading them."""
    asked = (rule for rule in RULES if for_connector or rule.code not in PRIVATE)
    met = ((rule, tuple(rule.check(told, known))) for rule in asked)
    return [_finding(rule, fields) for rule, fields in met if fields]


def screen_message(text: str, *, for_connector: bool = False) -> list[Finding]:
    """What the rules find in a message as a whole, before anybody put it into the fields of a form.

    Whether a part is missing cannot be told from one text, so only what is there is judged. Never raises.
    """
    met = {
        found.code: found
        for part in PROSE
        for found in screened(Told({part: text}, least=_IN_A_MESSAGE), Facts(), for_connector=for_connector)
        if part in dict(found.quotes) and found.code not in _OF_PARTS
    }
    return [found for rule in RULES if (found := met.get(rule.code))]


def _finding(rule: Rule, fields: tuple[str, ...]) -> Finding:
    first, *others = (str(field) for field in fields)
    quotes = tuple((str(field), field.quote) for field in fields if isinstance(field, Met) and field.quote)
    return Finding(rule.code, rule.strength, _said(rule.sentence), _said(rule.mend), first, tuple(others), quotes)


def _said(sentence: str) -> str:
    """The sentence in the reader's language; in English where the library is used without the application."""
    return gettext(sentence) if settings.configured and apps.ready else sentence
