"""The front door of the mail room: what other rooms may use."""

from collections.abc import Callable, Collection, Iterator
from datetime import datetime
from pathlib import Path

from twoyes.lib import addresses
from twoyes.lib.checked import Check
from twoyes.mail.incoming import inbox, typed
from twoyes.mail.incoming.aside import SetAside, raw_unread, read_again, unread_count, unread_of
from twoyes.mail.incoming.inbox import Kept, answers_to
from twoyes.mail.incoming.inbox import forget as forget_inbound
from twoyes.mail.incoming.noted import Came, written_by
from twoyes.mail.incoming.noted import about as came_about
from twoyes.mail.incoming.noted import set_apart as came_apart
from twoyes.mail.incoming.typed import LONGEST as LONGEST_ANSWER
from twoyes.mail.incoming.typed import said_in
from twoyes.mail.letters.ask import ask_parts, ask_words
from twoyes.mail.letters.base import Composed, Frozen, LetterFacts
from twoyes.mail.letters.first_line import first_line
from twoyes.mail.ours import guard_address, request_address
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
from twoyes.mail.outgoing.trying import try_out
from twoyes.mail.outgoing.working import Stop, worker

__all__ = [
    "LONGEST_ANSWER",
    "Came",
    "Composed",
    "Envelope",
    "Kept",
    "Manner",
    "Pace",
    "RoundReport",
    "SetAside",
    "Stop",
    "TickReport",
    "Transport",
    "Trouble",
    "Verdict",
    "answer_as",
    "answers_to",
    "ask_parts",
    "ask_words",
    "came_about",
    "came_apart",
    "compose",
    "deliver",
    "deliver_one",
    "envelope",
    "first_line",
    "forget_inbound",
    "forget_letters",
    "freeze",
    "guard_address",
    "health",
    "page",
    "posted_letters",
    "preview",
    "raw_unread",
    "read_again",
    "read_posted",
    "request_address",
    "said_in",
    "tick",
    "transport_for",
    "trouble",
    "try_out",
    "unread_count",
    "unread_of",
    "worker",
    "written_by",
]


def preview(facts: LetterFacts) -> Frozen:
    """Return what stands above the button, to be handed down as it was shown (N4, D8).

    `facts` come from `introductions.preview_facts`; `{page}` stands where the one link will go.
    """
    return freeze(facts)


def deliver(transport: Transport, now: Callable[[], datetime], *, manner: Manner | None = None) -> RoundReport:
    """Do one round of the worker: fire what is due and hand every due letter over; see `one_round`."""
    return one_round(transport, now, manner=manner or Manner())


def health() -> Iterator[Check]:
    """Look at our pages from outside, the relay, where mail arrives and what the DNS says of us; nothing is sent.

    Takes at most 15 seconds, whoever does not answer. In the post room there is nothing to look at.
    """
    # Only who asks for it needs all that it takes to ask the world.
    from twoyes.mail.health.look import look

    return look()


def forget_letters(data_dir: Path, *, introductions: Collection[str], keys: Collection[str]) -> int:
    """Delete the post room's letters of these introductions, and those to addresses with these keys (E18)."""
    return postroom.forget(
        data_dir, lambda sent: sent.introduction in introductions or addresses.key(sent.recipient) in keys
    )


def answer_as(path: Path, words: str, *, once: str, now: datetime) -> bool:
    """Keep an answer that was typed in the post room to one of its letters, as whoever the letter went to.

    Nothing else follows from it. False where the same form was sent before. Raises what `typed.typed` raises.
    """
    return inbox.keep(typed.typed(path, words, once=once, now=now), now) is not None
