"""Too much for a first meeting: hours, money, a job, a mentor (K7, A2)."""

from twoyes.policy.reading import Phrases, Read, Told
from twoyes.policy.records import Facts
from twoyes.policy.rules.base import Rule
from twoyes.policy.rules.base import mark as _

MUCH = Phrases(
    "be my mentor", "become my mentor", "mentor me", "as my mentor", "her as a mentor", "him as a mentor",
    "hire me", "give me a job", "offer me a job", "invest in us", "invest in our", "invest in my",
    "investment from", "fund our", "fund my", "join our board", "join our advisory board", "be our advisor",
    "them as an advisor", "her as an advisor", "him as an advisor", "them as a co-founder",
    "review my business plan", "review our business plan", "read my manuscript", "letter of recommendation",
    "recommendation letter", "write a foreword", "weekly calls", "a weekly call", "call every week",
    "meet every week", "a whole day", "half a day", "speak at our",
    "mein mentor zu werden", "meine mentorin zu werden", "ihn als mentor", "sie als mentorin",
    "mich einstellen", "mir einen job", "in uns investieren", "bei uns investieren", "in unser unternehmen",
    "in unsere firma", "in unseren beirat", "ihn als mitgründer", "sie als mitgründerin",
    "meinen businessplan", "unseren businessplan", "mein manuskript", "empfehlungsschreiben", "jede woche",
    "wöchentliche gespräche", "einen ganzen tag", "einen halben tag",
    "être mon mentor", "devenir mon mentor", "être ma mentore", "devenir ma mentore", "m'embaucher",
    "me donner un emploi", "investir dans notre", "investir dans mon", "financer notre", "financer mon",
    "rejoindre notre conseil", "relire mon manuscrit", "relire mon business plan", "lettre de recommandation",
    "chaque semaine", "toutes les semaines", "une journée entière", "une demi-journée",
)  # fmt: skip
# What one gives a stranger; an interview may fill it.
MOST_MINUTES = 60
_HOURS = ("h", "hour", "hours", "std", "stunde", "stunden", "heure", "heures")


def check(told: Told, _facts: Facts) -> list[str]:
    met = told.saying(MUCH, "ask")
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
