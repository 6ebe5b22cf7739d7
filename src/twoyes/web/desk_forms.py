"""The forms of the desk: one for each act that is open, in the order in which they are weighed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from twoyes.introductions.front import DeskPage
from twoyes.policy import front as policy
from twoyes.policy.front import Finding
from twoyes.web.desk_words import ANSWERS, LEVELS
from twoyes.web.forms import Field, Form, Option
from twoyes.web.target_form import scopes

_THEY_READ = gettext_lazy("They read this in the ask, as yours.")
_LENGTH = 500

APPROVAL = (
    Field(
        "vouch",
        gettext_lazy("What can you say about them first-hand?"),
        gettext_lazy("One sentence. The one you ask reads it as yours."),
        "text",
        required=True,
    ),
    Field(
        "vouch_level",
        gettext_lazy("How well do you know them?"),
        _THEY_READ,
        "radio",
        tuple(Option(level, name) for level, name in LEVELS.items()),
    ),
    Field(
        "why_target",
        gettext_lazy("Why the one you ask?"),
        gettext_lazy("They read this in the ask, as yours; in the introduction both read it."),
        "text",
    ),
    Field(
        "why_requester",
        gettext_lazy("Why the one who asks?"),
        gettext_lazy("It stands in the introduction, which both read."),
        "text",
    ),
    Field("personal_line", gettext_lazy("A personal line to begin with"), _THEY_READ, "text", rows=2),
    Field(
        "channel",
        gettext_lazy("How does the ask go out?"),
        fold=True,
        kind="select",
        options=(
            Option("relay", gettext_lazy("as a letter, from here")),
            Option("by_hand", gettext_lazy("by hand: I copy its text")),
        ),
    ),
    Field(
        "mode",
        gettext_lazy("After the introduction"),
        fold=True,
        kind="select",
        options=(
            Option("thread", gettext_lazy("I am in copy until they move me to BCC")),
            Option("hand_off", gettext_lazy("I am out of it at once")),
        ),
    ),
    Field(
        "blind",
        gettext_lazy("Do not name the one who asks until the other is interested."),
        kind="tick",
        fold=True,
    ),
)
PASSING = tuple(one for one in APPROVAL if one.name in {"why_target", "personal_line"})
LOOK_UP = Field(
    "target_query",
    gettext_lazy("Somebody else from your book?"),
    gettext_lazy("Write a name or an address. What stands here counts before what is chosen above."),
)
DECLINING = (
    Field("reason", gettext_lazy("The honest reason"), gettext_lazy("They read it."), "text", required=True),
    Field(
        "instead",
        gettext_lazy("What instead?"),
        gettext_lazy("They read it. Another person, something to read, a direct message, when to come back."),
        "text",
    ),
    Field("stay_in_touch", gettext_lazy("A warm close"), gettext_lazy("They read it."), "text", rows=2),
    Field("rule", gettext_lazy("A rule of yours that it rests on"), gettext_lazy("They read it."), "text", rows=2),
)
_TALKING = (
    Field(
        "times",
        gettext_lazy("How do they reach you?"),
        gettext_lazy("They read it: a booking link, a number, or three times, one a line."),
        "text",
        required=True,
        rows=3,
    ),
    Field("words", gettext_lazy("A word from you"), gettext_lazy("They read it."), "text", rows=2),
)


def forms(page: DeskPage, findings: Sequence[Finding]) -> list[Form]:
    """Return the forms of the acts that are open now. Approving and passing on have forms of their own."""
    acts = [act for act in page.acts if act in _FORMS]
    if not any(policy.may_be_set_aside(one.code) for one in findings):
        acts = [act for act in acts if act != "override"]
    return [_FORMS[act](page, findings) for act in acts]


def blank(page: DeskPage, act: str, fields: Sequence[Field], button: str, then: str = "") -> Form:
    """Return an empty form for an act on this introduction."""
    return Form(
        act,
        f"/desk/introductions/{page.row.id}/{act}",
        fields,
        button,
        then,
        hidden={"seq": str(page.turn)},
        prefix=f"{act}-",
    )


def prefilled(page: DeskPage) -> dict[str, str]:
    """Return what the approval begins with: the requester's words as quotations, to confirm or to rewrite (B3)."""
    if page.approval:
        kept = {name: str(value) for name, value in page.approval.items()}
        return {**kept, "why_target": kept.get(f"why_{page.asked_side}", "")}
    said = page.words
    return {
        "vouch_level": "know",
        "channel": "relay",
        "mode": "thread",
        "why_target": _quotation(page, said.get("why_them", "")),
        # Who they are stands in the introduction anyway, in their own words.
        "why_requester": _quotation(page, said.get("benefit", "")),
    }


def offered(page: DeskPage) -> bool:
    """Say whether nobody asked for this: the connector offered it to both."""
    return any(letter.side in {"first", "second"} for letter in page.letters)


def _quotation(page: DeskPage, words: str) -> str:
    if not words:
        return ""
    name = page.words.get("name") or _("They")
    quoted = Truncator(words).chars(_LENGTH)
    return _("%(name)s writes: %(words)s") % {"name": name, "words": quoted}


def _codes(findings: Sequence[Finding], label: str) -> Field:
    options = tuple(Option(finding.code, finding.sentence) for finding in findings)
    return Field("codes", label, kind="ticks", options=options)


def _decline(page: DeskPage, _findings: Sequence[Finding]) -> Form:
    return blank(page, "decline", DECLINING, _("Decline kindly"), _("They get these words at once. Nobody else hears."))


def _return(page: DeskPage, findings: Sequence[Finding]) -> Form:
    note = Field("words", _("What would help"), _("They read it."), "text")
    told = [one for one in findings if policy.may_be_told(one.code)]
    fields = (_codes(told, _("What is missing")), note) if told else (note,)
    return blank(page, "return", fields, _("Return with help"), _("They may improve it within thirty days."))


def _talk(page: DeskPage, _findings: Sequence[Finding]) -> Form:
    return blank(page, "talk", _TALKING, _("Talk first"), _("The request waits until you note that you talked."))


def _talked(page: DeskPage, _findings: Sequence[Finding]) -> Form:
    return blank(page, "talked", (), _("We talked"), _("Then it waits for your decision again."))


def _override(page: DeskPage, findings: Sequence[Finding]) -> Form:
    label = _("Set aside for this request")
    why = Field("reason", _("Why this time?"), _("Nobody but you reads it. It stays with this request."), required=True)
    then = _("It is noted. Wishes of the one you would ask cannot be set aside.")
    own = [one for one in findings if policy.may_be_set_aside(one.code)]
    return blank(page, "override", (_codes(own, label), why), _("Set aside"), then)


def _withdraw(page: DeskPage, _findings: Sequence[Finding]) -> Form:
    then = _("Their page says that it is no longer needed. The date that was promised stands.")
    return blank(page, "withdraw", (), _("Withdraw the ask"), then)


def _by_hand(page: DeskPage, _findings: Sequence[Finding]) -> Form:
    if page.row.state == "agreed":
        return blank(page, "by_hand", (), _("I introduced them myself"), _("No letter leaves from here then."))
    then = _("Taking the text counts as asking, once and for all: copy it, and send it your own way.")
    return replace(blank(page, "by_hand", (), _("Give me the text"), then), main=True)


def _note_answer(page: DeskPage, _findings: Sequence[Finding]) -> Form:
    every = *(Option(name, word) for name, word in ANSWERS.items()), Option("written_only", _("yes, in writing only"))
    answers = tuple(one for one in every if one.value in page.notable)
    first, second = Option("first", page.row.requester), Option("second", page.row.target)
    # A first yes that stands leaves one answer to be noted, and it comes before a change of mind.
    sides: tuple[Option, ...] = (second, first) if page.asked_side == "second" else (first,)
    fields = (
        Field("answer", _("They told me"), kind="radio", options=answers, required=True),
        Field("how", _("How?"), _("Kept as your word: on the phone, at the fair, by mail."), required=True),
        Field("on", _("On which day?"), kind="day"),
        Field("until", _("Not before which day? (for: not now)"), kind="day"),
        Field("scope", _("How far? (for: never)"), kind="select", options=scopes()),
        *((Field("side", _("Who of the two?"), kind="select", options=sides),) if offered(page) else ()),
    )
    return blank(page, "note_answer", fields, _("Note their answer"), _("It counts like an answer on their page."))


def _give_address(page: DeskPage, _findings: Sequence[Finding]) -> Form:
    field = Field("address", _("Their address"), _("It goes onto their card."), "email", required=True)
    return blank(page, "give_address", (field,), _("Give the address"), _("The introduction leaves ten minutes later."))


def _says_wrote(page: DeskPage, _findings: Sequence[Finding]) -> Form:
    return blank(page, "says_wrote", (), _("The first line was written"), _("Then nobody is reminded."))


def _send_again(page: DeskPage, _findings: Sequence[Finding]) -> Form:
    sides = (("first", page.row.requester), ("second", page.row.target))
    if not offered(page):
        sides = (("requester", page.row.requester), ("target", page.row.target))
    field = Field("side", _("To whom?"), kind="select", options=tuple(Option(side, name) for side, name in sides))
    return blank(page, "send_again", (field,), _("Send the introduction again"), _("For when it did not arrive."))


def _confirm(page: DeskPage, _findings: Sequence[Finding]) -> Form:
    then = _("It goes on when the one who asked confirms as well.")
    if page.asked_side == "first":
        # Nobody but the two at this desk and on that page knows of it.
        then = _("The other is asked then.") if page.late_yes else _("It comes to you anew, to be approved.")
    return blank(page, "confirm", (), _("Yes, it still stands for me"), then)


def _introduce_again(page: DeskPage, _findings: Sequence[Finding]) -> Form:
    wish = Field("wish", _("What is the new wish?"), _("Both read it in the introduction."), "text", required=True)
    return blank(
        page, "introduce_again", (wish,), _("Introduce them again"), _("Without an ask: they know each other.")
    )


_FORMS: Mapping[str, Callable[[DeskPage, Sequence[Finding]], Form]] = {
    "return": _return,
    "talk": _talk,
    "decline": _decline,
    "talked": _talked,
    "override": _override,
    "by_hand": _by_hand,
    "note_answer": _note_answer,
    "give_address": _give_address,
    "says_wrote": _says_wrote,
    "send_again": _send_again,
    "confirm": _confirm,
    "withdraw": _withdraw,
    "introduce_again": _introduce_again,
}
