"""The front door of network: the only module that other rooms import."""

from twoyes.network.evidence import evidence, word_sentence
from twoyes.network.identity.comparing import Someone
from twoyes.network.records import Evidence
from twoyes.network.same import Same, same_people, why_same

__all__ = ["Evidence", "Same", "Someone", "evidence", "same_people", "why_same", "word_sentence"]
