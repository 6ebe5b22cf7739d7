"""Only the requester's details go over; what happens next is the target's to decide (N5)."""

from twoyes.mail.letters import words
from twoyes.mail.letters.base import Composed, LetterFacts, render


def details(facts: LetterFacts) -> Composed:
    """Return the hand-over of what the requester permitted to pass on; link `/t/`.

    The proved address is shown as it is: handing it over is what the letter is for.
    """
    said, approval = facts.words, facts.approval
    return render(
        "details",
        facts,
        requester=words.theirs(facts.requester_name),
        address=words.one_line(facts.requester_address),
        phone=words.theirs(said.get("phone", "")),
        website=words.theirs(said.get("link", "")),
        about_me=words.theirs(said.get("about_me", ""), limit=40),
        ask=words.theirs(said.get("ask", ""), limit=40),
        why_target=words.theirs(approval.get("why_target", ""), limit=40),
        personal_line=words.theirs(approval.get("personal_line", ""), limit=40),
    )
