"""Do your homework: what is known already of the person to be met (K6)."""

from twoyes.policy.reading import Phrases, Told
from twoyes.policy.records import Facts
from twoyes.policy.rules.base import Rule
from twoyes.policy.rules.base import mark as _

# Where everybody looks first is not homework yet.
LOOKED = Phrases(
    "google", "googled", "i googled them", "i googled her", "i googled him", "linkedin", "website",
    "their website", "their linkedin", "linkedin profile", "i looked at their website", "wikipedia",
    "gegoogelt", "ich habe gegoogelt", "webseite", "die webseite", "linkedin-profil", "internet",
    "recherche google", "site web", "son site", "leur site", "son site web", "profil linkedin",
    "son linkedin",
)  # fmt: skip


def check(told: Told, _facts: Facts) -> list[str]:
    homework = told["homework"]
    return ["homework"] if homework.is_empty or homework.is_only(LOOKED) else []


RULE = Rule(
    code="no_homework",
    sentence=_("The request does not show what is already known of this person."),
    mend=_("Say what you read, watched or tried first, and which question it left open."),
    check=check,
)
