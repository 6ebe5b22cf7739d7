"""What became of an introduction, as news and not as homework (F3)."""

from django.utils.translation import gettext_lazy as _

from twoyes.mail.letters import words
from twoyes.mail.letters.base import Composed, LetterFacts, render

OUTCOMES = {
    "met": _("They met."),
    "scheduled": _("They have a date."),
    "nothing_yet": _("Nothing has come of it yet."),
    "in_talks": _("They are in talks."),
    "hired": _("Somebody was hired."),
    "funded": _("It was funded."),
    "partnership": _("They work together now."),
    "customer": _("One has become a customer of the other."),
    "published": _("Something was published."),
    "advice": _("There was good advice."),
    "no_reply": _("There was no reply."),
    "no_show_me": _("They had a date, and the one who asked did not come."),
    "no_show_them": _("They had a date, and the other did not come."),
    "not_a_fit": _("They found that it was not a fit."),
    "other": _("There is a word about it."),
}


def good_news(facts: LetterFacts) -> Composed:
    """Return the requester's word to the connector; link to the desk."""
    return render(
        "good_news",
        facts,
        requester=words.theirs(facts.requester_name),
        target=words.theirs(facts.target_name),
        outcome=OUTCOMES.get(facts.answer_words.get("outcome", ""), OUTCOMES["other"]),
        note=words.theirs(facts.answer_words.get("outcome_words", "")),
    )
