"""Both said yes: three sentences, two blurbs, who writes first (A1, B3, F1, F2)."""

from twoyes.introductions.front import hands_off
from twoyes.mail.letters import words
from twoyes.mail.letters.base import Composed, LetterFacts, render


def introduction(facts: LetterFacts) -> Composed:
    """Return the introduction; both get the same, and whoever does not write first one quiet line more (F5)."""
    requester, target = words.theirs(facts.requester_name), words.theirs(facts.target_name)
    writer = words.theirs(facts.writer_name) or requester
    in_offer = facts.side in {"first", "second"}
    writes = words.theirs(facts.recipient_name) == writer if in_offer else facts.side == "requester"
    return render(
        "introduction",
        facts,
        requester=requester,
        target=target,
        requester_address=words.one_line(facts.requester_address),
        target_address=words.one_line(facts.target_address),
        writer=writer,
        quiet_line=not writes,
        standing=facts.standing,
        thread=not hands_off(facts.approval),
        in_writing=_in_writing(facts, requester, target),
        wish=words.theirs(facts.words.get("wish", ""), limit=40),
        because=words.theirs(facts.approval.get("because", ""), limit=40),
        # In an offer each reason was written for one of the two alone; what both may read is `because`.
        about_requester=_blurb(facts, "about_me", "why_requester"),
        about_target=_blurb(facts, "", "why_target"),
    )


def _in_writing(facts: LetterFacts, requester: str, target: str) -> list[str]:
    """Return who of the two said yes to an exchange in writing only; in an offer that may be either, or both."""
    sides = (("first_written_only", requester), ("written_only", target))
    return [name for side, name in sides if facts.answer_words.get(side)]


def _blurb(facts: LetterFacts, own: str, reason: str) -> list[str]:
    said = [facts.words.get(own, ""), facts.approval.get(reason, "")]
    return [line for line in (words.theirs(text, limit=30) for text in said) if line]
