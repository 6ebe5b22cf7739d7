"""What exactly is asked (K7): without it nobody can say yes."""

from twoyes.policy.reading import Met, Read, Told
from twoyes.policy.records import Facts
from twoyes.policy.rules.base import Rule
from twoyes.policy.rules.base import mark as _


def check(told: Told, _facts: Facts) -> list[str]:
    """Met where nothing in the field is a question, a wish or a span of time."""
    ask = told["ask"]
    if ask.is_empty:
        return ["ask"]
    left_open = ask.first("no_ask", "nothing")
    timed = ask.has("language", "time") or "?" in ask.text
    if left_open and not timed:
        return [Met("ask", left_open)]
    return [] if timed or _requests(ask) else ["ask"]


def _requests(ask: Read) -> bool:
    return ask.has("no_ask", "request") or ask.begins("no_ask", "begins")


RULE = Rule(
    code="no_ask",
    sentence=_("The request does not say what is asked of this person."),
    mend=_("Write one thing that they can say yes or no to: which question, in which form, how many minutes."),
    check=check,
)
