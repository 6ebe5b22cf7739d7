"""The front door of the mail room: what other rooms may use."""

from collections.abc import Callable, Collection
from datetime import datetime
from pathlib import Path

from twoyes.lib import addresses
from twoyes.mail.incoming import inbox, typed
from twoyes.mail.incoming.inbox import Kept, answers_to
from twoyes.mail.incoming.inbox import forget as forget_inbound
from twoyes.mail.incoming.typed import LONGEST as LONGEST_ANSWER
from twoyes.mail.incoming.typed import said_in
from twoyes.mail.letters.ask import ask_parts, ask_words
from twoyes.mail.letters.base import Composed, Frozen, LetterFacts
from twoyes.mail.letters.first_line import first_line
from twoyes.mail.outgoing import postroom
from twoyes.mail.outgoing.compose import compose, envelope, freeze, page
from twoyes.mail.outgoing.configure import transport_for
from twoyes.mail.outgoing.deliver import Manner, deliver_one
from twoyes.mail.outgoing.pace import Pace, Trouble, trouble
from twoyes.mail.outgoing.postroom import letters as posted_letters
from twoyes.mail.outgoing.postroom import read as read_posted
from twoyes.mail.outgoing.rounds import RoundReport, one_round
from twoyes.mail.outgoing.ticking import TickReport, tick
from twoyes.mail.outgoing.transport import Envelope, Transport, Verdict
from twoyes.mail.outgoing.working import Stop, worker

__all__ = [
    "LONGEST_ANSWER",
    "Composed",
    "Envelope",
    "Kept",
    "Manner",
    "Pace",
    "RoundReport",
    "Stop",
    "TickReport",
    "Transport",
    "Trouble",
    "Verdict",
    "answer_as",
    "answers_to",
    "ask_parts",
    "ask_words",
    "compose",
    "deliver",
    "deliver_one",
    "envelope",
    "first_line",
    "forget_inbound",
    "forget_letters",
    "freeze",
    "page",
    "posted_letters",
    "preview",
    "read_posted",
    "said_in",
    "tick",
    "transport_for",
    "trouble",
    "worker",
]


def preview(facts: LetterFacts) -> Frozen:
    """Return what stands above the button, to be handed down as it was shown (N4, D8).

    `facts` come from `introductions.preview_facts`; `{page}` stands where the one link will go.
    """
    return freeze(facts)


def deliver(transport: Transport, now: Callable[[], datetime], *, manner: Manner | None = None) -> RoundReport:
    """Do one round of the worker: fire what is due and hand every due letter over; see `one_round`."""
    return one_round(transport, now, manner=manner or Manner())


def forget_letters(data_dir: Path, *, introductions: Collection[str], keys: Collection[str]) -> int:
    """Delete the post room's letters of these introductions, and those to addresses with these keys (E18)."""
    return postroom.forget(
        data_dir, lambda sent: sent.introduction in introductions or addresses.key(sent.recipient) in keys
    )


def answer_as(path: Path, words: str, *, once: str, now: datetime) -> bool:
    """Keep an answer that was typed in the post room to one of its letters, as whoever the letter went to.

    Nothing else follows from it. False where the same form was sent before. Raises what `typed.typed` raises.
    """
    return inbox.keep(typed.typed(path, words, once=once, now=now), now)
