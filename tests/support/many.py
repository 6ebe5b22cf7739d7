"""Introductions in great number, in the state `asking`: copies of one that the verbs made, by the same events.

The verbs take thirty milliseconds for one. A copy goes through the protocol by the events that they journaled, and
has the rows that they would have written, but for the notices, which have left already.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from twoyes.introductions import mailing
from twoyes.introductions.models import Introduction, JournalEntry, Letter, Link
from twoyes.introductions.protocol import Actor, Advanced, Event, LetterDue, Role, advance, record
from twoyes.introductions.protocol import Introduction as Snapshot
from twoyes.lib import limits, sealing
from twoyes.lib.ids import new_id
from twoyes.lib.models import Installation
from twoyes.lib.tokens import new_token, token_hash

# Columns that do not depend on who asks and who is asked.
_KEPT = tuple("community_id connector_id language zone policy_version writer approver approved_sha256".split())


@dataclass(frozen=True)
class Known:
    """Somebody as an introduction knows them: an address, all keys, and for who is asked a card."""

    address: str
    keys: Collection[str]
    card: str = ""


@dataclass(frozen=True)
class Template:
    """An introduction that the verbs brought to `asking`."""

    row: Introduction
    events: tuple[Event, ...]
    words: dict[str, Any]
    approval: dict[str, Any]
    text: dict[str, Any]

    @classmethod
    def of(cls, introduction: str) -> Template:
        """Read what the verbs wrote."""
        row = Introduction.objects.get(pk=introduction)
        letter = Letter.objects.get(introduction=row, kind="ask")
        entries = JournalEntry.objects.filter(introduction=row).order_by("seq")
        return cls(
            row,
            tuple(record.event_from_json(e.event, e.data, Actor(Role(e.role), e.actor, e.door)) for e in entries),
            sealing.get_json(row, "words"),
            sealing.get_json(row, "approval"),
            sealing.get_json(letter, "text"),
        )


@dataclass
class Batch:
    """Rows that wait to be written together."""

    generation: int = field(default_factory=lambda: Installation.the().generation)
    rows: list[Introduction] = field(default_factory=list)
    entries: list[JournalEntry] = field(default_factory=list)
    letters: list[Letter] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)

    def add(self, template: Template, asker: Known, target: Known, now: datetime) -> str:
        """Add one introduction, approved at this instant; return its id."""
        row = _row(template, asker, target, now)
        snapshot, last = self._events(template, row, now)
        row.state, row.origin, row.seq = str(snapshot.state), str(snapshot.origin), snapshot.seq
        row.snapshot = record.to_json(snapshot)
        row.next_at = snapshot.next_timer.at if snapshot.next_timer else None
        self.rows.append(row)
        due = next(letter for letter in last.letters if letter.kind == "ask")
        self.letters.append(self._letter(template, row, due, now))
        return row.pk

    def write(self) -> None:
        """Write all of them, in the order of their references."""
        Introduction.objects.bulk_create(self.rows)
        JournalEntry.objects.bulk_create(self.entries)
        Letter.objects.bulk_create(self.letters)
        Link.objects.bulk_create(self.links)

    def _events(self, template: Template, row: Introduction, now: datetime) -> tuple[Snapshot, Advanced]:
        advanced = Advanced(Snapshot())
        for known in template.events:
            asks = known.actor.role is Role.REQUESTER
            event = replace(known, actor=replace(known.actor, id=row.requester_key)) if asks else known
            advanced = advance(advanced.introduction, event, now)
            self.entries.append(_entry(row, advanced.introduction.seq, event, now))
        return advanced.introduction, advanced

    def _letter(self, template: Template, row: Introduction, due: LetterDue, now: datetime) -> Letter:
        letter = Letter(
            id=new_id(),
            introduction_id=row.pk,
            connector_id=row.connector_id,
            kind="ask",
            side="target",
            due_at=due.due,
            not_after=due.not_after,
            generation=self.generation,
            at=now,
            message_id=mailing.new_message_id(),
            text_sha256=row.approved_sha256["target"],
        )
        tokens = {"page": new_token(), "stop": new_token()}
        sealing.put_json(letter, "token", tokens)
        sealing.put_json(letter, "text", template.text)
        page = limits.ASK_AGE + limits.ANSWER_MARGIN + limits.TARGET_LINK_GRACE
        for name, purpose, age in (("page", "target", page), ("stop", "stop", limits.WISHES_LINK_AGE)):
            self.links.append(
                Link(
                    token_hash=token_hash(tokens[name]),
                    purpose=purpose,
                    introduction_id=row.pk,
                    side="target",
                    expires_at=now + age,
                )
            )
        return letter


def _row(template: Template, asker: Known, target: Known, now: datetime) -> Introduction:
    row = Introduction(opened_at=now, **{name: getattr(template.row, name) for name in _KEPT})
    row.target_id = target.card
    row.asker_keys, row.target_keys = sorted(asker.keys), sorted(target.keys)
    row.requester_key = row.asker_keys[0]
    sealing.put_json(row, "requester", {"name": "Rita Holm", "email": asker.address, "phone": "", "link": ""})
    sealing.put_json(row, "words", template.words)
    sealing.put_json(row, "approval", template.approval)
    return row


def _entry(row: Introduction, seq: int, event: Event, now: datetime) -> JournalEntry:
    kind, data = record.event_to_json(event)
    return JournalEntry(
        introduction_id=row.pk,
        seq=seq,
        event=kind,
        at=now,
        role=str(event.actor.role),
        actor=event.actor.id,
        door=event.actor.door,
        data=data,
    )
