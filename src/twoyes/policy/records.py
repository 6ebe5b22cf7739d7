"""What policy is told, and what it says: frozen values, never rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
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
    by the requester's view, not by the true state (quiet-no).
    """

    requester_is_target: bool = False
    requester_is_connector: bool = False
    target_is_connector: bool = False
    connector_name: str = ""
    outcomes_owed: int = 0
    open_requests: int = 0
    is_repeat: bool = False


@dataclass(frozen=True, slots=True)
class HouseRules:
    """A connector's rules in one version. `welcome` is a code of `WELCOMES` or empty.

    `closed` holds closed times as UTC instants, end excluded.
    """

    version: int
    remind_days: int
    lapse_days: int
    ask_days: int
    spacing_days: int
    closed: tuple[tuple[datetime, datetime], ...] = ()
    welcome: str = ""
