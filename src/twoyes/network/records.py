"""What network tells other rooms: frozen values, never rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the connector's own sources show of somebody (K1), for the connector's eyes alone (S1).

    `seen` needs an address in common: a name can be written by anybody (D5). `by_name` says that only a name
    was met; then `sources` and `first` belong to a card that may be another person's. `word` is the connector's own,
    which they wrote by heart; `sentence` begins with it.
    """

    seen: bool
    sources: tuple[str, ...]
    first: date | None
    last: date | None
    sentence: str
    by_name: bool = False
    word: str = ""
