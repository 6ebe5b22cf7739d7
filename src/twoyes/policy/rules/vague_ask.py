"""What exactly is asked, and for how long (K7): a question that can be answered with a yes or a no."""

from twoyes.policy.reading import Phrases, Told
from twoyes.policy.records import Facts
from twoyes.policy.rules.base import Rule
from twoyes.policy.rules.base import mark as _

VAGUE = Phrases(
    "connect", "to connect", "get connected", "network", "networking", "get to know", "explore synergies",
    "synergies", "explore opportunities", "possible opportunities", "opportunities",
    "how we can work together", "how we could work together", "touch base", "have a chat", "a quick chat",
    "have a conversation", "say hello", "exchange views", "exchange ideas", "collaborate",
    "possible collaboration", "whatever comes up", "kennenlernen", "kennen lernen", "vernetzen", "austausch",
    "austauschen", "synergien", "mal sprechen", "plaudern", "wie wir zusammenarbeiten",
    "mögliche zusammenarbeit", "möglichkeiten ausloten", "ins gespräch kommen", "faire connaissance",
    "échanger", "un échange", "réseauter", "synergies", "discuter d'opportunités", "des opportunités",
    "bavarder", "collaborer", "comment nous pourrions collaborer", "entrer en contact",
)  # fmt: skip
# With one of these the sentence goes on to say what about.
_ABOUT = frozenset(
    "about whether which how what why when where if ob wie welche welcher welches welchen was warum wann uber"
    " si comment quel quelle quels quelles pourquoi quand sur".split()
)
# To read a letter needs no minutes.
WITHOUT_MINUTES = ("mail", "other")


def check(told: Told, _facts: Facts) -> list[str]:
    ask = told["ask"]
    if ask.is_empty:
        return []
    if "?" not in ask.text and ask.says(VAGUE) and not ask.without(VAGUE).has_any(_ABOUT):
        return ["ask"]
    timed = told["minutes"].words or any(char.isdecimal() for char in ask.folded)
    return [] if timed or told["format"].text in WITHOUT_MINUTES else ["minutes"]


RULE = Rule(
    code="vague_ask",
    sentence=_("It stays open what exactly is asked, or for how many minutes."),
    mend=_("Name one question or one decision, the form, and the minutes: a video call, 20 minutes, about which."),
    check=check,
)
