"""The forms of the target's page: what may be pressed now, nothing chosen beforehand (A3, C34)."""

from __future__ import annotations

from dataclasses import replace

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from twoyes.introductions.front import State, TargetPage
from twoyes.lib import zones
from twoyes.web.forms import Field, Form, Option

ANSWERS = ("yes", "their_details", "written_only", "later", "no", "never")
# What the one who was asked may say of it afterwards, in their own first person.
WENT = (
    Option("met", gettext_lazy("We met")),
    Option("scheduled", gettext_lazy("We have a date")),
    Option("partnership", gettext_lazy("We work together now")),
    Option("no_reply", gettext_lazy("Nobody wrote to me")),
    Option("no_show_them", gettext_lazy("They missed our date")),
    Option("no_show_me", gettext_lazy("I missed our date")),
    Option("not_a_fit", gettext_lazy("It was not a fit")),
    Option("other", gettext_lazy("Something else")),
)


def answer_form(page: TargetPage) -> Form | None:
    """Return the one form that answers, or None where nothing can be answered any more."""
    options = tuple(_option(page, name) for name in ANSWERS if name in page.may)
    if not options:
        return None
    legend = _("What would you like?") if not page.answer else _("You can change your answer")
    fields = (
        Field("answer", legend, kind="radio", options=options, required=True),
        *((_confirm(page), _address(page), _zone(page)) if "yes" in page.may and not page.blind else ()),
        Field("until", _("From which day may you be asked again?"), kind="day"),
        *_to_who_waits(page),
        Field("scope", _("Never what?"), kind="select", options=scopes()),
        Field("comment", _("A line to %(name)s") % who(page), _reader(page), "text", rows=2, fold=True),
    )
    return Form(
        "answer",
        f"/t/{page.link}/answer",
        fields,
        _("Send my answer"),
        _("You can change it on this page. Nothing is sent to anybody in the next ten minutes."),
        values={"tell": "nothing", "scope": "this_person"},
        hidden={"seq": str(page.turn)},
        main=True,
    )


def _to_who_waits(page: TargetPage) -> tuple[Field, ...]:
    """Return what may be said to whoever waits for this answer. Nobody waits for who is asked first in an offer."""
    if page.side == "first":
        return ()
    looking = _("Until then you may ask whether they are still looking.")
    if "later" not in page.may and "yes" in page.may:
        # After the date a yes needs their word, for which they must be asked (PROTOCOL, quiet-no).
        looking = _("You may ask whether they are still looking. Without that, they hear nothing of my yes.")
    tell = Field("tell", _("What may they learn?"), kind="select", options=_tell())
    # Whoever heard that their details are with somebody was promised no date on which they would hear more.
    waits = page.state is not State.PASSED or page.answer
    return (Field("still_looking", looking, kind="tick"), *([tell] if waits else []))


def small_forms(page: TargetPage) -> dict[str, Form]:
    """Return the other acts that are open now, by their names."""
    forms: dict[str, Form] = {}
    if not page.quiet:
        forms["wishes"] = _wishes(page)
        forms["also_me"] = _also_me(page)
        forms["erase"] = _erase(page)
    if "confirm" in page.may:
        button = _("Yes, I still wish it")
        forms["confirm"] = small(page, "confirm", button, _("It goes on when %(name)s wishes it, too.") % who(page))
    if "undo" in page.may:
        forms["undo"] = small(page, "undo", _("Take my answer back"), _("Then it is as if you had not answered yet."))
    if "not_me" in page.may:
        then = _("It ends here, and this address is not asked again.")
        sure = _("I looked: this letter is not meant for me.")
        forms["not_me"] = replace(small(page, "not_me", _("This is not me"), then), sure=sure)
    if "how_it_went" in page.may:
        forms["how_it_went"] = _how_it_went(page)
    return forms


def _how_it_went(page: TargetPage) -> Form:
    """Return the quiet line, and what may be chosen beside it or in its place (F5)."""
    reads = _("Only %(name)s reads this.") % who(page)
    told = Field("outcome", _("How did it go?"), reads, "radio", _went(page))
    line = Field("comment", _("A line about it, if you like"), reads, "text")
    return small(page, "how_it_went", _("Tell %(name)s") % who(page), "", told, line)


def _went(page: TargetPage) -> tuple[Option, ...]:
    hint = _("%(other)s then reads that a date was missed, not who said so, and can answer before it counts.")
    return tuple(replace(one, hint=hint % who(page)) if one.value == "no_show_them" else one for one in WENT)


def who(page: TargetPage) -> dict[str, str]:
    """Return the names that sentences need; in a blind ask the other's name is not among them."""
    other = page.other_name if page.other_name and not page.blind and not page.ended else _("this person")
    return {
        "name": page.connector_name or _("the sender"),
        "other": other,
        "you": page.target_name or _("the person addressed"),
        "address": page.address_partly,
    }


def scopes() -> tuple[Option, ...]:
    """Return how far a never reaches: one person, everything from this connector, everything here."""
    return (
        Option("this_person", _("Never about this person")),
        Option("this_connector", _("Never anything from this sender")),
        Option("anyone", _("Never anything from anyone here")),
    )


def _option(page: TargetPage, name: str) -> Option:
    named = who(page)
    return {
        "yes": _yes(page, named),
        "their_details": Option(
            name, _("Send me their details"), _("I write when it suits me. They learn nothing of it.")
        ),
        "written_only": Option(name, _("Yes, but in writing only"), _("The introduction says so.")),
        "later": Option(name, _("Not now, ask me again"), _("From a day that you name.")),
        "no": Option(name, _("No, thank you"), _no(page)),
        "never": Option(name, _("Never"), _("You say how far it reaches.")),
    }[name]


def _yes(page: TargetPage, named: dict[str, str]) -> Option:
    if page.blind:
        return Option("yes", _("Perhaps: show me who it is"), _("Nothing is agreed by that."))
    return Option("yes", _("Yes, introduce us"), _("%(other)s sees one address of yours.") % named)


def _no(page: TargetPage) -> str:
    if page.side == "first":
        return _("No reason needed. Only %(name)s learns of it.") % who(page)
    return _("No reason needed. They cannot tell a no from silence.")


def _confirm(page: TargetPage) -> Field:
    named = who(page)
    text = _("I am %(you)s, or I answer for them, and %(name)s may give %(other)s this address: %(address)s")
    without = _("I am %(you)s, or I answer for them, and %(name)s may give %(other)s the address below.")
    label = (text if page.address_partly else without) % named
    return Field("confirm", label, kind="tick")


def _address(page: TargetPage) -> Field:
    alone = (
        _("Only with a yes.") if "their_details" not in page.may else _("With a yes, or to have their details sent.")
    )
    reads = _("Instead of the one above. Only with a yes.") if page.address_partly else alone
    label = _("Another address of yours") if page.address_partly else _("An e-mail address of yours")
    return Field("address", label, reads, "email", fold=bool(page.address_partly))


def _zone(page: TargetPage) -> Field:
    reads = _("Only with a yes: %(other)s then proposes times on your clock.") % who(page)
    options = (Option("", _("I would rather not say")), *(Option(one, one.replace("_", " ")) for one in zones.CHOICES))
    return Field("zone", _("Your time zone"), reads, "select", options, fold=True)


def _tell() -> tuple[Option, ...]:
    return (
        Option("nothing", _("Nothing: they hear on a fixed date, as if I had been silent")),
        Option("a_no_now", _("That it will not come about, in ten minutes")),
        Option("my_words", _("The same, with my line below")),
    )


def _reader(page: TargetPage) -> str:
    if page.side == "first":
        return _("Only %(name)s reads this.") % who(page)
    return _("Only %(name)s reads it, unless you choose otherwise above.") % who(page)


def _wishes(page: TargetPage) -> Form:
    named = who(page)
    chips = (
        Option("this_person", _("Not about %(other)s") % named),
        Option("this_connector", _("Nothing from %(name)s") % named),
        Option("anyone", _("Nothing from anyone here")),
    )
    scope = Field("scope", _("Want fewer of these?"), kind="radio", options=chips, required=True)
    form = small(page, "wishes", _("Note this"), _("It counts from now on, whoever asks."), scope)
    return replace(form, values={}, hidden={**form.hidden, "wish": "never"})


def _erase(page: TargetPage) -> Form:
    then = _("It happens at once and cannot be undone. A blind mark stays, so that you are not asked again.")
    sure = _("I am %(you)s, and everything that is held about me here is to be erased.") % who(page)
    return replace(small(page, "erase", _("Erase me"), then), sure=sure)


def _also_me(page: TargetPage) -> Form:
    reads = _("Paste the address of the page that the other letter leads to. Nobody is shown that both are yours.")
    line = Field("other", _("The link in the other letter"), reads)
    then = _("The same question there is then closed, and you answer here.")
    return small(page, "also_me", _("This is also me"), then, line)


def small(page: TargetPage, act: str, button: str, then: str, *fields: Field) -> Form:
    """Return a form of the page beside its answer; it posts to the address of its act."""
    return Form(
        act,
        f"/t/{page.link}/{act}",
        fields,
        button,
        then,
        values={"scope": "this_person"},
        hidden={"seq": str(page.turn)},
        prefix=f"{act}-",
    )
