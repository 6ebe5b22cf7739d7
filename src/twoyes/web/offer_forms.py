"""The fields of an offer and of a record: two people from the book, why, and who writes first."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from twoyes.web.desk_words import LEVELS
from twoyes.web.forms import Field, Option

SIDES = ("first", "second")
_FIRST_READS = gettext_lazy("Only the first reads it, in the ask.")
_SECOND_READS = gettext_lazy("Only the second reads it, in the ask.")
_BOTH_READ = gettext_lazy("Both read it.")

OFFER = (
    Field("because", gettext_lazy("Why these two?"), _BOTH_READ, "text", required=True, rows=2),
    Field("why_first", gettext_lazy("Why for the first?"), _FIRST_READS, "text", required=True, rows=2),
    Field("why_second", gettext_lazy("Why for the second?"), _SECOND_READS, "text", required=True, rows=2),
    Field("vouch", gettext_lazy("What can you say about them?"), _BOTH_READ, "text", rows=2),
    Field(
        "vouch_level",
        gettext_lazy("How well do you know them?"),
        _BOTH_READ,
        "select",
        tuple(Option(level, name) for level, name in LEVELS.items()),
    ),
    Field("personal_line", gettext_lazy("A personal line to begin with"), _BOTH_READ, "text", rows=2),
    Field(
        "writes_first",
        gettext_lazy("Who writes first, once both said yes?"),
        kind="select",
        options=(Option("first", gettext_lazy("the first")), Option("second", gettext_lazy("the second"))),
    ),
    Field(
        "said_yes",
        gettext_lazy("Has the first said yes to you already?"),
        kind="select",
        options=(Option("", gettext_lazy("no, ask them")), Option("first", gettext_lazy("yes, they told me"))),
    ),
)
DATE_OF_RECORD = (
    Field("on", gettext_lazy("On which day?"), kind="day"),
    Field("because", gettext_lazy("What was it about?"), gettext_lazy("Only you read it."), "text", rows=2),
)


def person(side: str, options: Sequence[Option], *, asked: bool) -> list[Field]:
    """Return the fields that name one of the two: cards to choose from where some are known, and a name to write.

    `asked` says that both are going to be asked, in this order.
    """
    label = _("The first") if side == "first" else _("The second")
    if asked and side == "first":
        label = _("The first: who has more to lose, and is asked first")
    write = Field(f"{side}_query", _("A name or an address from your book"))
    if not options:
        return [Field(write.name, label, _("A name or an address from your book."), required=True, of=side)]
    return [Field(side, label, kind="radio", options=tuple(options), required=True), write]
