"""The one yes by mail that counts, where the operator chose that: all must hold, or it is a word to the connector.

The page has a box and a button for it. Here the letter that was asked with names one word, and our own mail server says
who wrote (C19).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping

from django.conf import settings
from django.utils import translation

from twoyes.introductions import front as introductions
from twoyes.lib.errors import Refused
from twoyes.mail import ours
from twoyes.mail.incoming import headers
from twoyes.mail.incoming.noted import Mail
from twoyes.mail.letters.ask import BY_MAIL

YES: Mapping[str, tuple[str, ...]] = {"en": ("yes",), "de": ("ja",), "fr": ("oui",), "es": ("sí", "si")}
"""The words, by the language of the letter that named them; `letters.ask.BY_MAIL` names the first of each."""


def is_own_yes(mail: Mail) -> bool:
    """Say whether a message is the yes that its ask told its reader how to give; the state is for the verb to see."""
    return all(holds(mail) for holds in _CONDITIONS)


def _is_chosen(_mail: Mail) -> bool:
    chosen: bool = settings.TWOYES_YES_BY_MAIL
    return chosen


def _answers_the_ask(mail: Mail) -> bool:
    """At the signed address of that one letter, and from whoever it went to."""
    matched = mail.matched
    return (matched.by, matched.kind, matched.writer) == ("token", "ask", matched.side)


def _is_written_to_us(mail: Mail) -> bool:
    """What they wrote to others is vouched for as well, and whoever has it could bring it here (C30)."""
    here = ours.Ours("reply", mail.matched.letter)
    return any(ours.recognise(one) == here for one in headers.to_whom(mail.raw))


def _is_by_hand(mail: Mail) -> bool:
    return mail.understood.kind == "reply" and headers.may_be_answered(mail.raw)


def _is_vouched_for(mail: Mail) -> bool:
    return headers.is_proved(mail.raw, mail.understood.sender, settings.TWOYES_AUTHSERV)


def _says_nothing_against(mail: Mail) -> bool:
    """Whatever stands below the word was read to its end, and takes nothing of it back.

    "Write to me at another address" looks like a signature.
    """
    said = mail.understood
    return said.meaning == "yes" and not said.truncated and not said.guessed


def _is_the_word(mail: Mail) -> bool:
    """The first line is the word that the letter named, and nothing else but a mark behind it."""
    first = unicodedata.normalize("NFC", mail.understood.new_text.strip().partition("\n")[0].strip().lower())
    # French has a space before the mark.
    said = first[:-1].rstrip() if first.endswith((".", "!")) else first
    return said in YES.get(_language_of(mail.matched.letter), ())


def _language_of(letter: str) -> str:
    """Return the language in which the letter named the word; "" where it named none."""
    try:
        frozen = introductions.facts(letter).frozen
    except Refused:
        return ""
    text = frozen.text if frozen is not None else ""
    for language in YES:
        with translation.override(language):
            if str(BY_MAIL) in text:
                return language
    return ""


# The costly one last.
_CONDITIONS: tuple[Callable[[Mail], bool], ...] = (
    _is_chosen,
    _answers_the_ask,
    _is_written_to_us,
    _is_by_hand,
    _is_vouched_for,
    _says_nothing_against,
    _is_the_word,
)
