"""A request against what the one to be asked wishes: word by word, blind to case and accents, and no judgement (B4)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from twoyes.policy.phrases import spellings
from twoyes.policy.reading import PROSE, Told

# What a request says in words, and what a connector says who asks unasked.
READ = (*PROSE, "how_we_know", "because")
# Whatever a request calls by no name of ours is for the connector to weigh.
_UNNAMED = frozenset({"", "other"})


@dataclass(frozen=True, slots=True)
class Against:
    """What a request has against somebody's wishes: the format that they do not take, or "", and topics with fields.

    Each topic stands as they wrote it, with the first field that says it.
    """

    format: str = ""
    topics: tuple[tuple[str, str], ...] = ()

    def __bool__(self) -> bool:
        return bool(self.format or self.topics)

    @property
    def fields(self) -> list[str]:
        """The fields that are concerned, each once."""
        return list(dict.fromkeys([*(["format"] if self.format else []), *(field for _topic, field in self.topics)]))


def against(words: Mapping[str, str], *, formats: tuple[str, ...], unwelcome: str) -> Against:
    """Return what in these words is against these wishes. Never raises; whole words alone are met."""
    return _against(Told(words), formats, unwelcome)


def fields_against(told: Told, formats: tuple[str, ...], unwelcome: str) -> list[str]:
    """Return the fields of a request that are against these wishes."""
    return _against(told, formats, unwelcome).fields if formats or unwelcome else []


def topics_of(text: str) -> list[str]:
    """Return the topics of what somebody wrote: parted by lines, commas and semicolons, each once."""
    parts = (part.strip(" .-•*\t") for line in text.splitlines() for part in line.replace(";", ",").split(","))
    return list(dict.fromkeys(part for part in parts if any(map(str.isalnum, part))))


def _against(told: Told, formats: tuple[str, ...], unwelcome: str) -> Against:
    asked = told["format"].text
    wrong = asked if formats and asked not in {*formats, *_UNNAMED} else ""
    met = ((topic, _first(told, topic)) for topic in topics_of(unwelcome))
    return Against(wrong, tuple((topic, field) for topic, field in met if field))


def _first(told: Told, topic: str) -> str:
    """Return the first field that says a topic, "" for none. That it is negated changes nothing: it is the topic."""
    named = [f" {spelling} " for spelling in spellings(topic)]
    said = ((field, f" {' '.join(told[field].pieces)} ") for field in READ)
    return next((field for field, text in said if any(name in text for name in named)), "")
