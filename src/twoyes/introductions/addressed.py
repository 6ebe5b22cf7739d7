"""Whom an address of ours stands for: asked by a listener while the sender waits, so it is one query."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from twoyes.introductions.models import Introduction, Letter


@dataclass(frozen=True, slots=True)
class Addressed:
    """What there is under an id that an address names: the introduction, "" for none, and whose desk it is on.

    `at` is when the letter left, or was written where it did not yet: what is older cannot answer it (C25).
    """

    introduction: str
    connector: str
    at: datetime


def letter_addressed(letter_id: str) -> Addressed | None:
    """Return what a letter of ours belongs to, or None where there is none (any more)."""
    found = Letter.objects.filter(pk=letter_id).values_list("introduction_id", "connector_id", "at").first()
    return Addressed(found[0] or "", found[1], found[2]) if found else None


def thread_addressed(introduction_id: str) -> Addressed | None:
    """Return an introduction and whose it is, or None where there is none (any more)."""
    found = Introduction.objects.filter(pk=introduction_id).values_list("connector_id", "opened_at").first()
    return Addressed(introduction_id, *found) if found else None
