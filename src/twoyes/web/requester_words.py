"""What the requester's page says at each stage. It knows the stage and the dates, and nothing else (A7, A30)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from twoyes.introductions.front import RequesterPage
from twoyes.lib import limits
from twoyes.web.forms import Field, Option
from twoyes.web.templatetags.times import day

OUTCOMES = (
    Option("met", gettext_lazy("We met")),
    Option("scheduled", gettext_lazy("We have a date")),
    Option("nothing_yet", gettext_lazy("Nothing yet")),
    Option("in_talks", gettext_lazy("We are in talks")),
    Option("hired", gettext_lazy("It became a job")),
    Option("funded", gettext_lazy("It became an investment")),
    Option("partnership", gettext_lazy("We work together now")),
    Option("customer", gettext_lazy("It became a customer")),
    Option("published", gettext_lazy("We published something")),
    Option("advice", gettext_lazy("I got good advice")),
    Option("no_reply", gettext_lazy("I wrote and heard nothing")),
    Option("no_show_me", gettext_lazy("I missed our date")),
    Option("no_show_them", gettext_lazy("They missed our date")),
    Option("not_a_fit", gettext_lazy("It was not a fit")),
    Option("other", gettext_lazy("Something else")),
)
_READS = gettext_lazy("Whoever introduced you reads this, and nobody else.")
OUTCOME = (
    Field("outcome", gettext_lazy("What happened?"), _READS, "radio", OUTCOMES, required=True),
    Field("words", gettext_lazy("A line about it, if you like"), _READS, "text"),
)
AMENDED = (
    Option("made_good", gettext_lazy("I made it good")),
    Option("mistake", gettext_lazy("It was called off, or it is a mistake")),
)
AMENDS = (
    Field(
        "answer",
        gettext_lazy("It is said that you missed a date"),
        gettext_lazy("You read this first. Once you answered, it does not count."),
        "radio",
        AMENDED,
        required=True,
    ),
    Field("words", gettext_lazy("A line about it"), _READS, "text", required=True),
)


@dataclass(frozen=True, slots=True)
class Story:
    """Where the request stands, in words: a state of two or three words, a heading, and what happens next."""

    state: str
    heading: str
    next: str


def story(page: RequesterPage) -> Story:
    """Return what this stage is called, what happened, and what happens then."""
    return _STORIES.get(page.view.stage, _ended)(page)


def _day(page: RequesterPage) -> str:
    return day(page.view.hears_by)


def _unverified(page: RequesterPage) -> Story:
    return Story(
        _("not proved yet"),
        _("Your address is not proved yet."),
        _("Open the letter that I sent you and press its button. %(name)s sees your request after that.") % _who(page),
    )


def _waiting(page: RequesterPage) -> Story:
    return Story(
        _("on the desk"),
        _("Your request is with %(name)s.") % _who(page),
        _("You get an answer either way. Nobody else has heard of it."),
    )


def _returned(page: RequesterPage) -> Story:
    return Story(
        _("back with you"),
        _("%(name)s gave your request back, with help.") % _who(page),
        _("Improve it below and send it again, or leave it: after thirty days it lapses by itself."),
    )


def _talking(page: RequesterPage) -> Story:
    return Story(
        _("a talk first"),
        _("%(name)s would like to talk with you first.") % _who(page),
        _("After the talk your request is on the desk again."),
    )


def _on_its_way(page: RequesterPage) -> Story:
    who = {**_who(page), "day": _day(page)}
    return Story(
        _("on its way"),
        _("%(name)s is willing and takes it from here.") % who,
        _("You hear by %(day)s either way. Please do not write to them meanwhile.") % who,
    )


def _not_this_time(page: RequesterPage) -> Story:
    if "confirm" in page.view.acts:
        return Story(
            _("are you still looking?"),
            _("It could come about now."),
            _("If you are still looking, say so, and %(name)s takes it up again. If not, you need not do anything.")
            % _who(page),
        )
    return Story(
        _("not this time"),
        _("It will not come about this time."),
        _("That happens often and says nothing about you. Please do not ask for the same introduction again."),
    )


def _declined(page: RequesterPage) -> Story:
    if "confirm" in page.view.acts:
        return Story(
            _("are you still looking?"),
            _("The day has come that %(name)s named.") % _who(page),
            _("If you are still looking, say so, and %(name)s looks at it again. If not, you need not do anything.")
            % _who(page),
        )
    return Story(
        _("declined"),
        _("%(name)s does not make this introduction.") % _who(page),
        _("Nobody else has heard of it. For another one you are welcome."),
    )


def _taken_up(page: RequesterPage) -> Story:
    return Story(
        _("on the desk again"),
        _("It is with %(name)s again.") % _who(page),
        _("You get an answer either way. Nobody else has heard of it."),
    )


def _lapsed(page: RequesterPage) -> Story:
    return Story(
        _("lapsed"),
        _("Your request has lapsed."),
        _("Nobody else has heard of it. It says nothing about you."),
    )


def _passed_on(page: RequesterPage) -> Story:
    return Story(
        _("passed on"),
        _("%(name)s passed your details on, as you allowed.") % _who(page),
        _("Whether they write to you is up to them. There is nothing more to do for you."),
    )


def _introduced(page: RequesterPage) -> Story:
    return Story(
        _("introduced"),
        _("You are introduced to %(target)s.") % {"target": page.target_name or page.whom},
        _("You write first, today or tomorrow. Two sentences are enough."),
    )


def _connected(page: RequesterPage) -> Story:
    return Story(
        _("in touch"),
        _("You are in touch with %(target)s.") % {"target": page.target_name or page.whom},
        _("In two weeks I ask you what became of it."),
    )


def _awaiting_outcome(page: RequesterPage) -> Story:
    return Story(
        _("what happened?"),
        _("What became of it?"),
        " ".join(
            [_("One press is enough. %(name)s reads it as good news, not as homework.") % _who(page), _owed(page)]
        ),
    )


def _owed(page: RequesterPage) -> str:
    """Say what follows as long as nothing is told, before it does (K5)."""
    if page.view.stage == "unreported" or page.view.since is None:
        return _("Until you tell, it stands open beside what you ask %(name)s next.") % _who(page)
    told = {**_who(page), "day": day(page.view.since + limits.HEARD_FIRST)}
    return _("From %(day)s on, until you tell, it stands open beside what you ask %(name)s next.") % told


def _closed(_page: RequesterPage) -> Story:
    return Story(_("told"), _("Thank you for telling."), _("If there is news later, this page takes it."))


def _once_more(page: RequesterPage) -> Story:
    return Story(
        _("to be introduced again"),
        _("%(name)s introduces you once more.") % _who(page),
        _("You get a letter with the rest."),
    )


def _withdrawn(_page: RequesterPage) -> Story:
    return Story(_("withdrawn"), _("You withdrew this request."), _("Nothing more happens."))


def _ended(_page: RequesterPage) -> Story:
    return Story(_("ended"), _("This request has ended."), _("Nothing more happens."))


def _who(page: RequesterPage) -> dict[str, str]:
    return {"name": page.connector_name or _("The connector")}


_STORIES: dict[str, Callable[[RequesterPage], Story]] = {
    "unverified": _unverified,
    "waiting": _waiting,
    "returned": _returned,
    "talking": _talking,
    "on_its_way": _on_its_way,
    "not_this_time": _not_this_time,
    "declined": _declined,
    "taken_up": _taken_up,
    "lapsed": _lapsed,
    "passed_on": _passed_on,
    "introduced": _introduced,
    "connected": _connected,
    "awaiting_outcome": _awaiting_outcome,
    "unreported": _awaiting_outcome,
    "closed": _closed,
    "once_more": _once_more,
    "withdrawn": _withdrawn,
}
