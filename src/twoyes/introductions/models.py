"""What is stored about introductions. The journal holds references only; words, texts and addresses are sealed.

What may never happen, whoever writes, stands here as a named constraint or trigger (F20): see `triggers.py`.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from twoyes.introductions.protocol import Origin, Role, State
from twoyes.introductions.records import HIDDEN, MAY_WAIT
from twoyes.lib.rows import Row


class Introduction(Row):
    """One chapter of one introduction: the fold of its journal, kept beside it, and the sealed words.

    `asker_keys` and `target_keys` are blind indexes of every known address of the two people, so that spacing,
    the pair and wishes hold without an address (A17). In an offer the asker is the side that is asked first.
    """

    community = models.ForeignKey("people.Community", models.PROTECT, related_name="+")
    connector = models.ForeignKey("people.Connector", models.PROTECT, related_name="+")
    origin = models.CharField(max_length=10)
    state = models.CharField(max_length=20)
    seq = models.PositiveIntegerField(default=0)
    snapshot = models.JSONField(default=dict)
    next_at = models.DateTimeField(null=True, db_index=True)
    opened_at = models.DateTimeField()
    first = models.ForeignKey("people.Person", models.PROTECT, related_name="+", null=True)
    target = models.ForeignKey("people.Person", models.PROTECT, related_name="+", null=True)
    asker_keys = models.JSONField(default=list)
    target_keys = models.JSONField(default=list)
    requester_key = models.CharField(max_length=32, blank=True, default="", db_index=True)
    requester = models.BinaryField(default=b"")
    words = models.BinaryField(default=b"")
    approval = models.BinaryField(default=b"")
    answer_words = models.BinaryField(default=b"")
    consolation = models.BinaryField(default=b"")
    # Which of the connector's own rules were set aside for this request, and why.
    set_aside = models.BinaryField(default=b"")
    approved_sha256 = models.JSONField(default=dict)
    approver = models.CharField(max_length=12, blank=True, default="")
    language = models.CharField(max_length=16, default="en")
    zone = models.CharField(max_length=64, default="UTC")
    policy_version = models.PositiveIntegerField(default=1)
    writer = models.CharField(max_length=10, default="requester")
    chapter_of = models.CharField(max_length=12, blank=True, default="", db_index=True)
    idempotency_key = models.CharField(max_length=64, null=True)

    class Meta:
        # The desk's order and its counts come out of these alone. What may wait is few among many.
        indexes = [
            models.Index(
                name="introduction_desk",
                fields=["connector", "opened_at", "id", "state"],
                condition=~Q(state__in=[s.value for s in HIDDEN]),
            ),
            models.Index(
                name="introduction_may_wait",
                fields=["connector", "opened_at", "id", "state"],
                condition=Q(state__in=[s.value for s in MAY_WAIT]),
            ),
            models.Index(
                name="introduction_returned",
                fields=["connector", "opened_at", "id"],
                condition=Q(state=State.RETURNED.value),
            ),
        ]
        constraints = [
            models.CheckConstraint(name="introduction_state", condition=Q(state__in=[s.value for s in State])),
            models.CheckConstraint(name="introduction_origin", condition=Q(origin__in=[o.value for o in Origin])),
            models.UniqueConstraint(
                name="request_once",
                fields=["connector", "idempotency_key"],
                condition=Q(idempotency_key__isnull=False),
            ),
            models.UniqueConstraint(name="one_next_chapter", fields=["chapter_of"], condition=~Q(chapter_of="")),
        ]


class JournalEntry(Row):
    """One event, by whom, through which door. Append-only, and nothing in it is personal (invariant journaled)."""

    introduction = models.ForeignKey(Introduction, models.PROTECT, related_name="+")
    seq = models.PositiveIntegerField()
    event = models.CharField(max_length=30)
    at = models.DateTimeField()
    role = models.CharField(max_length=12)
    actor = models.CharField(max_length=32, blank=True, default="")
    door = models.CharField(max_length=20, blank=True, default="")
    data = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="journal_seq", fields=["introduction", "seq"]),
            models.CheckConstraint(name="journal_role", condition=Q(role__in=[r.value for r in Role])),
        ]


class LetterState(models.TextChoices):
    QUEUED = "queued"
    CLAIMED = "claimed"
    XMIT = "xmit"
    SENT = "sent"
    UNKNOWN = "unknown"
    FAILED = "failed"
    HELD = "held"
    PARKED = "parked"
    DROPPED = "dropped"


class Letter(Row):
    """A letter due and its way out. `side` is requester, target, first, second or connector.

    An ask is one row per (introduction, side), reused when an approval is renewed before anything left.
    `text` holds what a person approved, frozen; other letters are rendered when they leave and are not kept.
    """

    introduction = models.ForeignKey(Introduction, models.PROTECT, related_name="+", null=True)
    connector = models.ForeignKey("people.Connector", models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20)
    side = models.CharField(max_length=10)
    state = models.CharField(max_length=10, default=LetterState.QUEUED)
    due_at = models.DateTimeField()
    not_after = models.DateTimeField(null=True)
    epoch = models.PositiveIntegerField(default=0)
    generation = models.PositiveIntegerField()
    attempts = models.PositiveIntegerField(default=0)
    at = models.DateTimeField()
    message_id = models.CharField(max_length=80)
    text = models.BinaryField(default=b"")
    text_sha256 = models.CharField(max_length=64, blank=True, default="")
    token = models.BinaryField(default=b"")
    # Where a letter without an introduction goes (a login code), and its one secret word.
    extra = models.BinaryField(default=b"")
    code = models.PositiveSmallIntegerField(default=0)
    reply = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        indexes = [
            models.Index(name="letter_due", fields=["due_at"], condition=Q(state="queued")),
            models.Index(name="letter_under_way", fields=["at"], condition=Q(state__in=["claimed", "xmit"])),
        ]
        constraints = [
            models.CheckConstraint(name="letter_state", condition=Q(state__in=LetterState.values)),
            models.UniqueConstraint(
                name="one_ask",
                fields=["introduction", "side"],
                condition=Q(kind="ask"),
            ),
            models.UniqueConstraint(
                name="one_details",
                fields=["introduction", "side"],
                condition=Q(kind="details"),
            ),
            models.UniqueConstraint(
                name="one_digest", fields=["connector", "due_at"], condition=Q(kind="digest", epoch=0)
            ),
            models.UniqueConstraint(
                name="one_monthly", fields=["connector", "due_at"], condition=Q(kind="monthly") & ~Q(state="dropped")
            ),
        ]


class AskedPair(Row):
    """Two address keys between whom an ask was handed over: for good, whatever becomes of everything else (A4)."""

    community = models.ForeignKey("people.Community", models.PROTECT, related_name="+")
    low = models.CharField(max_length=32)
    high = models.CharField(max_length=32)
    introduction = models.CharField(max_length=12, db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="asked_pair", fields=["community", "low", "high"]),
            models.CheckConstraint(name="asked_pair_ordered", condition=Q(low__lt=models.F("high"))),
        ]


class SendAttempt(Row):
    """What was tried with a letter, in the same transaction as the change: proves "asked once" (F19)."""

    letter = models.ForeignKey(Letter, models.PROTECT, related_name="+")
    epoch = models.PositiveIntegerField()
    phase = models.CharField(max_length=12)
    at = models.DateTimeField()
    code = models.PositiveSmallIntegerField(default=0)
    reply = models.CharField(max_length=200, blank=True, default="")
    # The connector's own way out, where it was tried there: what their server says is about nobody else's letters.
    # NULL and not empty, since SQLite would lose this table's triggers over any other new column.
    way = models.CharField(max_length=10, null=True)

    class Meta:
        # The sending rate and the daily cap look at the last ones, before each letter.
        indexes = [models.Index(name="attempt_when", fields=["at"])]
        constraints = [
            models.UniqueConstraint(name="attempt_once", fields=["letter", "epoch", "phase"]),
        ]


class Complaint(Row):
    """That somebody who was asked called a letter spam: once, of however many of their letters (C31).

    `released` says that the operator let asks go on after it.
    """

    introduction = models.ForeignKey(Introduction, models.PROTECT, related_name="+")
    side = models.CharField(max_length=10)
    at = models.DateTimeField(db_index=True)
    released = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(name="complaint_once", fields=["introduction", "side"])]


class Link(Row):
    """A page that a letter leads to. The id stands in its address and grants nothing; the token does (E9, E11)."""

    token_hash = models.CharField(max_length=64, unique=True)
    purpose = models.CharField(max_length=12)
    introduction = models.ForeignKey(Introduction, models.PROTECT, related_name="+")
    side = models.CharField(max_length=10)
    expires_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="link_purpose", condition=Q(purpose__in=["verify", "requester", "target", "quiet", "stop"])
            ),
        ]


class RequesterProof(Row):
    """How often verify letters went to one address or from one network address on a day (D22)."""

    key = models.CharField(max_length=32)
    day = models.DateField()
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(name="verify_count", fields=["key", "day"])]
