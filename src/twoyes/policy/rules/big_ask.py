"""Too much for a first meeting: hours, money, a job, a mentor (K7, A2)."""

from twoyes.policy.reading import Met, Read, Told
from twoyes.policy.records import Facts
from twoyes.policy.rules.base import Rule
from twoyes.policy.rules.base import mark as _

# What one gives a stranger; an interview may fill it.
MOST_MINUTES = 60
_HOURS = ("h", "hour", "hours", "std", "stunde", "stunden", "heure", "heures", "hora", "horas")


def check(told: Told, _facts: Facts) -> list[str]:
    """Met by what is asked for; not by what the person who asks will do themselves."""
    ask = told["ask"]
    much = "" if ask.has("big_ask", "mine") else ask.first("big_ask", "much")
    met: list[str] = [Met("ask", much)] if much else []
    return [*met, "minutes"] if _minutes(told["minutes"]) > MOST_MINUTES else met


def _minutes(read: Read) -> int:
    """The number of minutes that stands here, 0 for none. Four digits are enough to be too many."""
    text = read.folded[:40]
    digits = "".join(char if char in "0123456789" else " " for char in text).split()
    number = int(digits[0][:4]) if digits else 0
    units = "".join(char if char.isalpha() else " " for char in text).split()
    return number * 60 if any(unit in _HOURS for unit in units) else number


RULE = Rule(
    code="big_ask",
    sentence=_("This is a lot to ask of somebody at a first meeting."),
    mend=_("Ask for the first small step, 30 minutes at most; what follows from it follows later."),
    check=check,
)
