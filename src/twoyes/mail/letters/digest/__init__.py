"""What waits on the desk and what is new, once a day at most (N1)."""

from django.utils.translation import gettext_lazy as _

from twoyes.mail.letters import words
from twoyes.mail.letters.base import Composed, LetterFacts, render

STATES = {
    "draft": _("a draft, its address not yet proved"),
    "unverified": _("its address not yet proved"),
    "waiting": _("waiting for you"),
    "talking": _("waiting for your talk"),
    "returned": _("returned, to be improved"),
    "asking": _("the ask is out, or on its way"),
    "agreed": _("both said yes"),
    "introduced": _("introduced"),
    "connected": _("in touch"),
    "passed": _("the details are passed on"),
    "awaiting_outcome": _("asked what happened"),
    "closed": _("closed"),
    "unreported": _("closed without a word"),
    "declined": _("declined"),
    "lapsed": _("lapsed"),
    "refused": _("will not come about"),
    "undeliverable": _("could not be delivered"),
    "deferred": _("not now"),
    "withdrawn": _("withdrawn"),
    "discarded": _("discarded"),
    "erased": _("erased"),
}


def digest(facts: LetterFacts) -> Composed:
    """Return the connector's digest, the new lines first; link to the desk."""
    lines = [
        {
            "requester": words.theirs(line.requester),
            "target": words.theirs(line.target),
            "state": STATES.get(line.state, line.state),
            "since": words.day(line.since, facts.zone),
            "news": words.theirs(line.news),
        }
        for line in facts.waiting
    ]
    news = [line for line in lines if line["news"]]
    return render("digest", facts, news=news, waiting=[line for line in lines if not line["news"]])
