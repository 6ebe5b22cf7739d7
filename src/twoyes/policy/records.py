"""What policy is told, and what it says: frozen values, never rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum


class Strength(StrEnum):
    """How much a finding weighs: a hint informs, a concern asks for thought, a blocker sends back."""

    HINT = "hint"
    CONCERN = "concern"
    BLOCKER = "blocker"


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule noticed: the sentence says what, `mend` what to do instead.

    `field` is the first field that it concerns ("" = the request as a whole), `also` are the others. `quotes` are
    the words that were met, as they were written, each with its field; a rule that weighs the whole quotes nothing.
    """

    code: str
    strength: Strength
    sentence: str
    mend: str
    field: str = ""
    also: tuple[str, ...] = ()
    quotes: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of the sender beside their words, gathered by the caller.

    `requester_is_target` is for the connector's eyes: it compares with a card, so what the requester sees is
    never screened with it (no-leak). The rest may be shown to one who has proved their address.
    `outcomes_owed` counts introductions by this connector that were never reported on; `open_requests` counts
    by the requester's view, not by the true state (quiet-no). `known`, `known_months` and `weeks` (in which the
    connector wrote) are None where nothing was read that could show it, and `read_months` is how far back it was
    read: unknown is not zero (K1). `talked` is said of
    this very request. `not_before` and `no_go` are the connector's alone, and so is `no_shows`.
    """

    requester_is_target: bool = False
    requester_is_connector: bool = False
    target_is_connector: bool = False
    connector_name: str = ""
    outcomes_owed: int = 0
    open_requests: int = 0
    is_repeat: bool = False
    is_first: bool = False
    talked: bool = False
    known: bool | None = None
    known_months: int | None = None
    read_months: int = 0
    weeks: int | None = None
    no_shows: int = 0
    not_before: date | None = None
    no_go: tuple[str, ...] = ()
    # Of whom would be asked, for the connector's eyes alone: `FORMATS` that they take (() for any), and topics that are
    # not welcome, one a line.
    formats_taken: tuple[str, ...] = ()
    unwelcome: str = ""


@dataclass(frozen=True, slots=True)
class HouseRules:
    """A connector's rules in one version. `welcome` is a code of `WELCOMES` or empty.

    `closed` holds closed times as UTC instants, end excluded. `chosen` are the sentences that act, by id, each with
    its numbers and words and with the `strength` that was chosen for it.
    """

    version: int
    remind_days: int
    lapse_days: int
    ask_days: int
    spacing_days: int
    closed: tuple[tuple[datetime, datetime], ...] = ()
    welcome: str = ""
    chosen: Mapping[str, Mapping[str, int | str]] = field(default_factory=dict)

    @property
    def is_paused(self) -> bool:
        return "pause" in self.chosen
