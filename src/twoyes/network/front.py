"""The front door of network: the only module that other rooms import."""

from twoyes.network.evidence import evidence, word_sentence
from twoyes.network.records import Evidence

__all__ = ["Evidence", "evidence", "word_sentence"]
