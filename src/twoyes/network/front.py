"""The front door of network: the only module that other rooms import."""

from twoyes.network.evidence import evidence, word_sentence
from twoyes.network.importing import import_history
from twoyes.network.records import Evidence, HistoryProblem, HistoryProgress, HistoryReport, HistorySource

__all__ = [
    "Evidence",
    "HistoryProblem",
    "HistoryProgress",
    "HistoryReport",
    "HistorySource",
    "evidence",
    "import_history",
    "word_sentence",
]
