"""What swindlers write: secrecy, pressure, money that comes by itself, a link to log in. For the connector alone."""

import re

from twoyes.policy.reading import PROSE, Met, Told
from twoyes.policy.records import Facts
from twoyes.policy.rules.base import Rule
from twoyes.policy.rules.base import mark as _

FIELDS = ("target", *PROSE, "how_we_know")
# A page of one's own is asked for under `link`; among the words, one that wants a login is a trap.
_LOGIN = re.compile(
    r"https?://\S{0,200}?(?:login|log-in|signin|sign-in|verify|acceso|account|konto|passwor|anmeld|connexion)",
    re.IGNORECASE,
)


def check(told: Told, _facts: Facts) -> list[str]:
    met = {str(each): each for each in told.saying(FIELDS, "suspicious", "signs")}
    for field in FIELDS:
        link = _LOGIN.search(told[field].bare)
        if link and field not in met:
            met[field] = Met(field, link[0])
    return [met[field] for field in FIELDS if field in met]


# Whoever means ill is not told what gave them away, and whoever does not is not told that they were suspected.
RULE = Rule(
    code="suspicious",
    sentence=_("Something here is often written by people who want money, secrecy or a password."),
    mend=_("Speak with them by a way that you know already before you decide."),
    check=check,
)
