"""A letter did not arrive, or may not have: what happened, what is unharmed, what to do (PROTOCOL, send protocol)."""

from django.utils.translation import gettext_lazy as _

from twoyes.mail.letters import words
from twoyes.mail.letters.base import Composed, LetterFacts, render

TROUBLES = {
    "failed": _("The mail server refused the letter. It was not delivered."),
    "unknown": _("The connection broke while the letter was handed over. It may have arrived, or not."),
    "dsn": _("The letter was sent, and came back as not deliverable."),
    "not_after": _("The letter could not be sent in time, so it was not sent."),
    "bounced": _("The introduction did not reach one of the two, or may not have."),
    "blocked_text": _("The text that was about to leave was not the one that was approved, so nothing was sent."),
    "blocked_authority": _("Whoever approved the letter may not act for you any more, so nothing was sent."),
    "blocked_approval": _("The approval did not stand any more, so nothing was sent."),
}
UNHARMED = {
    "bounced": _("Both said yes, and that stands. Whether it is sent once more is for you to say."),
    "blocked_text": _("The request is on your desk again, to be approved anew."),
    "blocked_authority": _("The request is on your desk again, to be approved anew."),
    "blocked_approval": _("The request is on your desk again, to be approved anew."),
}
SOMETHING = _("A letter could not be sent as it should.")
NEVER_AGAIN = _("Nothing was sent twice, and nothing is sent again by itself.")


def trouble(facts: LetterFacts) -> Composed:
    """Return the word to the connector about `facts.trouble`; link to the desk."""
    requester, target = words.theirs(facts.requester_name), words.theirs(facts.target_name)
    return render(
        "trouble",
        facts,
        about=requester if facts.about in {"requester", "first"} else target,
        requester=requester,
        target=target,
        what=TROUBLES.get(facts.trouble, SOMETHING),
        unharmed=UNHARMED.get(facts.trouble, NEVER_AGAIN),
    )
