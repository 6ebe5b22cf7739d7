"""The front door of the mail room: what other rooms may use."""

from twoyes.mail.letters.ask import ask_words
from twoyes.mail.letters.base import Composed, Frozen, LetterFacts
from twoyes.mail.outgoing.compose import compose, envelope, freeze, page

__all__ = ["Composed", "ask_words", "compose", "envelope", "freeze", "page", "preview"]


def preview(facts: LetterFacts) -> Frozen:
    """Return what stands above the button, to be handed down as it was shown (N4, D8).

    `facts` come from `introductions.preview_facts`; `{page}` stands where the one link will go.
    """
    return freeze(facts)
