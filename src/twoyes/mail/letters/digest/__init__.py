"""What waits on the desk and what is new, once a day at most (N1)."""

from django.utils.translation import gettext_lazy as _

from twoyes.introductions.front import DigestLine
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

NEWS = {
    "yes": _("a yes"),
    "no": _("a no"),
    "never": _("a no for good"),
    "not_me": _("the letter was not meant for them"),
    "later": _("not now, but from a day on"),
    "their_details": _("asked for the details"),
    "silence": _("silence, which is a no"),
    "blocked": _("the letter did not leave, and nobody was asked"),
    "failed": _("a letter could not be delivered"),
    "dsn": _("a letter came back"),
    "not_after": _("the ask was given up: it could not leave in time"),
    "bounced": _("the introduction may not have arrived"),
    "remind": _("still undecided"),
    "word": _("no first line was seen so far"),
    "undo": _("an answer was taken back"),
    "withdraw": _("withdrawn"),
    "outcome": _("word of what became of it"),
    "come_back": _("the day came from which they may be asked again"),
    "how_it_went": _("a word to you on how it went"),
    "amends": _("an answer about a date that was missed"),
}


def _news(line: DigestLine) -> object:
    if line.news == "yes" and line.state in {"refused", "deferred"}:
        return _("a yes after the date, which is for you to take up")
    if line.news == "blocked" and line.state == "asking":
        return _("the ask waits for a day on which it is fair to ask")
    if line.news == "come_back" and line.state == "declined":
        return _("the day came that you named in your no")
    return NEWS.get(line.news, words.theirs(line.news))


def digest(facts: LetterFacts) -> Composed:
    """Return the connector's digest, the new lines first; link to the desk."""
    lines = [
        {
            "requester": words.theirs(line.requester),
            "target": words.theirs(line.target),
            "state": STATES.get(line.state, line.state),
            "since": words.day(line.since, facts.zone),
            "news": _news(line),
        }
        for line in facts.waiting
    ]
    news = [line for line in lines if line["news"]]
    return render("digest", facts, news=news, waiting=[line for line in lines if not line["news"]])
