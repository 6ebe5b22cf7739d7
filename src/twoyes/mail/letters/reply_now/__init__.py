"""The first line is the requester's (F1). What cannot be seen is asked, never held against anyone."""

from twoyes.introductions.front import hands_off
from twoyes.mail.letters import words
from twoyes.mail.letters.base import Composed, LetterFacts, other, render
from twoyes.mail.letters.first_line import first_line


def reply_now(facts: LetterFacts) -> Composed:
    """Return the one nudge to whoever writes first, with a first line that is ready; it may name the other."""
    ready = first_line(
        target=other(facts),
        connector=words.theirs(facts.connector_name),
        name=words.theirs(facts.recipient_name),
        ask=words.theirs(facts.words.get("ask", ""), limit=60),
        proposed=facts.proposed,
    )
    return render("reply_now", facts, other=other(facts), ready=ready, thread=not hands_off(facts.approval))
