"""To be read in half a minute (A2): what is longer is not read."""

from twoyes.policy.reading import PROSE, Told
from twoyes.policy.records import Facts
from twoyes.policy.rules.base import Rule
from twoyes.policy.rules.base import mark as _

# Letters of 50 to 125 words are answered most; here a part is too long that no letter could hold.
MOST = {
    "target": 25,
    "about_me": 150,
    "why_them": 150,
    "why_now": 150,
    "ask": 150,
    "benefit": 150,
    "homework": 150,
    "how_we_know": 150,
}
# The parts of one request together.
MOST_IN_ALL = 400
# The longest words of a long language, so that a text without spaces has an end too.
_LETTERS_A_WORD = 12


def check(told: Told, _facts: Facts) -> list[str]:
    met = [field for field, most in MOST.items() if _is_over(told, field, most)]
    return met or ([""] if sum(told[field].size for field in PROSE) > MOST_IN_ALL else [])


def _is_over(told: Told, field: str, most: int) -> bool:
    return len(told[field].text) > most * _LETTERS_A_WORD or told[field].size > most


RULE = Rule(
    code="too_long",
    sentence=_("This is longer than somebody reads in half a minute."),
    mend=_("Keep the two sentences that matter most; there is time for the rest when you meet."),
    check=check,
)
