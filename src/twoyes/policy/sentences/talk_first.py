"""Talk to me first (K4): a personal word before a decision. Met until the connector notes that they talked."""

from __future__ import annotations

from django.utils.translation import gettext

from twoyes.policy.reading import Told
from twoyes.policy.records import Facts, Strength
from twoyes.policy.rules.base import mark as _
from twoyes.policy.sentences.base import HouseRule, Value, Values


def check(_told: Told, facts: Facts, values: Values) -> list[str]:
    wanted = {"always": True, "first": facts.is_first, "unknown": facts.known is False}
    return [""] if wanted.get(str(values["when"]), False) and not facts.talked else []


def says(values: Values) -> list[str]:
    told = {
        "always": gettext("Talk to me first: I decide after that."),
        "first": gettext("When you ask me for the first time, we talk first."),
        "unknown": gettext("When we do not know each other yet, we talk first."),
    }
    return [" ".join(part for part in (told[str(values["when"])], str(values["words"])) if part)]


RULE = HouseRule(
    id="talk_first",
    name=_("Talk to me first"),
    hint=_("The desk offers the talk, and notes that it took place."),
    values=(
        Value(
            "when",
            _("When?"),
            default="first",
            choices=(
                ("always", _("every time")),
                ("first", _("when somebody asks me for the first time")),
                ("unknown", _("when I do not know them yet")),
            ),
        ),
        Value("words", _("In your own words, for your page"), required=False),
    ),
    says=says,
    check=check,
    sentence=_("A personal talk comes first."),
    mend=_("Wait for the times that are offered, or call where you have the number."),
    strength=Strength.CONCERN,
)
