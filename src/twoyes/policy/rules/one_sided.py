"""Yours alone is not enough (B1): the benefit has to be the other person's too."""

from twoyes.policy.reading import Phrases, Read, Told
from twoyes.policy.records import Facts
from twoyes.policy.rules.base import Rule
from twoyes.policy.rules.base import mark as _

# "We" is left out: it often stands for what a house has to give.
_MINE = frozenset("i me my mine ich mich mir mein meine meinem meinen je j moi mon".split())
_THEIRS = frozenset(
    "they them their theirs he him his she her hers you your both mutual each"
    " sie ihr ihre ihrem ihren ihnen er ihn ihm seine seinem seinen du dir euch beide gegenseitig"
    " il elle ils elles lui leur leurs son sa ses vous votre vos eux mutuel deux".split()
)
TAKING = Phrases(
    "help me", "helps me", "advise me", "teach me", "mentor me", "guide me", "give me", "support me",
    "learn from", "good for my", "my career", "my startup would", "i would benefit", "i would learn", "i get",
    "i want to learn", "mir helfen", "mir hilft", "hilft mir", "mich beraten", "mich unterstützen",
    "mir zeigen", "lernen von", "von ihr lernen", "von ihm lernen", "von ihnen lernen", "meine karriere",
    "für mich wäre", "ich würde lernen", "m'aider", "m'aiderait", "me conseiller", "me guider", "me soutenir",
    "apprendre d'elle", "apprendre de lui", "ma carrière", "pour moi ce serait", "j'apprendrais",
    "me permettrait", "m'apprendre",
)  # fmt: skip
GIVING = Phrases(
    "offer", "share", "bring", "give them", "give her", "give him", "help them", "help her", "help him",
    "show them", "show her", "show him", "in return", "in exchange", "introduce them", "introduce her",
    "introduce him", "they get", "she gets", "he gets", "saves them", "saves her", "saves him", "they also",
    "she also", "he also", "get access", "biete", "bieten", "teile", "teilen", "bekommt", "bekommen",
    "erhält", "erhalten", "im gegenzug", "dafür", "zeige ihr", "zeige ihm", "helfe ihr", "helfe ihm",
    "spart ihr", "spart ihm",
    "offre", "offrir", "partager", "partage", "apporte", "apporter", "en échange", "en retour", "recevra",
    "l'aider", "lui montrer", "lui donner", "lui faire gagner",
)  # fmt: skip
# Not enough to outweigh a plain wish for help, but enough where no pronoun says whom it is for.
ABLE = Phrases(
    "i can", "i could", "i will", "happy to", "glad to", "ich kann", "ich könnte", "ich werde", "gern",
    "je peux", "je pourrais", "volontiers",
)  # fmt: skip


def check(told: Told, _facts: Facts) -> list[str]:
    benefit = told["benefit"]
    takes = benefit.says(TAKING) and not benefit.says(GIVING)
    return ["benefit"] if takes or _speaks_of_me_alone(benefit, told["target"]) else []


def _speaks_of_me_alone(benefit: Read, target: Read) -> bool:
    # Whoever names the person or the organisation speaks of them too.
    named = frozenset(word for word in target.words if len(word) > 3)
    theirs = benefit.has_any(_THEIRS | named) or benefit.says(GIVING) or benefit.says(ABLE)
    return benefit.has_any(_MINE) and not theirs


RULE = Rule(
    code="one_sided",
    sentence=_("What stands under benefit is good for the person who asks, not for the person to be met."),
    mend=_("Turn it round: name what they will have after it that they did not have before."),
    check=check,
)
