"""The forms on the target's page about how they wish to be asked: said, seen, changed and taken back there (B4, A5)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from twoyes.introductions.front import FORMAT_NAMES, MyWishes, TargetPage
from twoyes.people import front as people
from twoyes.web.forms import Field, Form, Option
from twoyes.web.target_form import small, who
from twoyes.web.templatetags.times import day

# What a post of these forms may bring.
FIELDS = tuple("wish scope of welcome unwelcome every not_listed".split())
_LISTS = ("formats",)


def posted(request: HttpRequest) -> dict[str, str]:
    """Return what was posted to say a wish, and nothing else (D25)."""
    several = {name: " ".join(request.POST.getlist(name)) for name in _LISTS}
    return {**{name: request.POST.get(name, "") for name in FIELDS}, **several}


def key_of(fields: dict[str, str]) -> str:
    """Return the name of the form that was posted, under which the page has it."""
    wish = fields["wish"]
    return f"back-{fields['of']}" if wish == "back" else wish if wish in _OWN else "wishes"


_OWN = frozenset({"asked", "standing_yes", "standing_over"})


def wish_forms(page: TargetPage, mine: MyWishes) -> dict[str, Form]:
    """Return the forms in which the reader says how they wish to be asked, by their names."""
    forms: dict[str, Form] = {}
    if not page.quiet:
        forms["asked"] = _asked(page, mine)
    if mine.served or any(one.kind == "standing_yes" for one in mine.said):
        forms["standing_over"] = _standing_over(page)
    else:
        forms |= {} if page.quiet else {"standing_yes": _standing_yes(page)}
    return forms | {f"back-{one.id}": _back(page, one) for one in mine.said if one.kind == "never"}


def said(page: TargetPage, mine: MyWishes) -> list[tuple[str, str]]:
    """Return each wish that stands as a sentence, with the name of the form that takes it back."""
    found = [(never(page, one), f"back-{one.id}") for one in mine.said if one.kind == "never"]
    standing = next((one for one in mine.said if one.kind == "standing_yes"), None)
    return [*found, *([(standing_yes(page, standing), "standing_over")] if standing else [])]


def never(page: TargetPage, one: people.Said) -> str:
    """Return a never as a sentence. Of whom it speaks is not said: a page may have been passed on."""
    sentence = {
        "this_person": _("You are not asked about one person, as you said on %(day)s."),
        "this_connector": _("You are asked nothing by %(name)s, as you said on %(day)s."),
        "anyone": _("You are asked nothing by anyone here, as you said on %(day)s."),
    }[one.scope]
    return sentence % {**who(page), "day": day(one.at)}


def standing_yes(page: TargetPage, one: people.Said) -> str:
    """Return a yes in advance as a sentence."""
    sentence = _("%(name)s may introduce you without asking first, as you said on %(day)s.")
    return sentence % {**who(page), "day": day(one.at)}


def beside(mine: MyWishes) -> list[tuple[str, str]]:
    """Return as pairs what holds beside the form: what was said to everybody here, where this page is for one alone."""
    return topics(mine.for_everybody)


def held(page: TargetPage, mine: MyWishes) -> list[tuple[str, str]]:
    """Return as pairs all that is kept of the reader's wishes."""
    pairs = topics(mine.topics)
    if mine.for_everybody:
        pairs += [(_("%(label)s, for everybody here") % {"label": label}, text) for label, text in beside(mine)]
    if mine.limits.every_months:
        pairs.append((_("How often"), how_often(mine.limits.every_months)))
    if mine.limits.not_listed:
        pairs.append((_("Lists"), _("in no list and no suggestion")))
    return pairs + [(_("Your word"), sentence) for sentence, _form in said(page, mine)]


def topics(known: people.Topics) -> list[tuple[str, str]]:
    """Return topics and formats as pairs, without what was not said."""
    pairs = [
        (_("Welcome"), ", ".join(known.welcome.splitlines())),
        (_("Not welcome"), ", ".join(known.unwelcome.splitlines())),
        (_("You take"), formats(known.formats)),
    ]
    return [(label, text) for label, text in pairs if text]


def formats(kinds: Sequence[str]) -> str:
    """Return the formats that somebody takes, "" for any."""
    if kinds == (people.NONE_LEFT,):
        return _("none of those that are named here")
    return ", ".join(str(FORMAT_NAMES[kind]) for kind in kinds)


def how_often(months: int) -> str:
    """Return how often somebody wishes to be asked at most."""
    return ngettext("at most one ask a month", "at most one ask in %(n)d months", months) % {"n": months}


def _asked(page: TargetPage, mine: MyWishes) -> Form:
    named = who(page)
    everybody = Option("anyone", _("Everybody here who knows me"))
    scopes = (Option("this_connector", _("%(name)s alone") % named), everybody)
    every = (Option("0", _("As it comes")), *(Option(str(n), how_often(n)) for n in people.EVERY))
    fields = (
        Field(
            "formats", _("What do you take?"), _("Tick none if it does not matter."), "ticks", _formats(), chips=True
        ),
        Field("unwelcome", _("What would you rather not be asked about?"), _COMMAS, "text", rows=2),
        Field("welcome", _("And what is welcome?"), _COMMAS, "text", rows=2),
        Field("scope", _("Who reads this, and keeps to it?"), kind="select", options=scopes),
        Field("every", _("How often may you be asked?"), _("It counts whoever asks."), "select", every),
        Field(
            "not_listed",
            _("Leave me out of suggestions"),
            _("Then nobody here is shown that they could meet me through somebody, or somebody through me."),
            "tick",
        ),
    )
    then = _("It counts from now on and can be changed here. Nobody who would like to meet you learns of it.")
    topics, limits = mine.topics, mine.limits
    values = {
        "formats": " ".join(topics.formats),
        "unwelcome": topics.unwelcome,
        "welcome": topics.welcome,
        "scope": mine.scope,
        "every": str(limits.every_months),
        "not_listed": "yes" if limits.not_listed else "",
    }
    form = small(page, "wishes", _("Keep my wishes"), then, *fields)
    return replace(form, values=values, hidden={**form.hidden, "wish": "asked"}, prefix="asked-")


_COMMAS = gettext_lazy("A few words each, with commas between.")


def _formats() -> tuple[Option, ...]:
    return tuple(Option(kind, FORMAT_NAMES[kind]) for kind in people.FORMATS)


def _standing_yes(page: TargetPage) -> Form:
    button = _("Introduce me without asking")
    form = small(page, "wishes", button, _("For what comes from %(name)s. You can take it back here.") % who(page))
    # It opens something for later, so no program that presses what it finds may press it (C34).
    sure = _("Yes: %(name)s may introduce me to people without asking me first.") % who(page)
    return replace(form, hidden={**form.hidden, "wish": "standing_yes"}, prefix="standing-", sure=sure)


def _standing_over(page: TargetPage) -> Form:
    then = _("From now on %(name)s asks you first, every time.") % who(page)
    form = small(page, "wishes", _("Ask me first again"), then)
    return replace(form, values={}, hidden={**form.hidden, "wish": "standing_over"}, prefix="standing-over-")


def _back(page: TargetPage, one: people.Said) -> Form:
    form = small(page, "wishes", _("Take it back"), "")
    # You may be asked again then: that opens something, so it takes a hand (C34).
    hidden = {**form.hidden, "wish": "back", "of": one.id}
    return replace(form, values={}, hidden=hidden, prefix=f"back-{one.id}-", sure=_("Yes, I may be asked again."))
