"""What the mail room stores of what arrives. What leaves is a letter, and belongs to the introductions."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from twoyes.lib.ids import new_id


class InboundState(models.TextChoices):
    """How far a message is: nobody read it yet, it was read once and for all, or a human has to look at it."""

    WAITING = "waiting"
    DONE = "done"
    ASIDE = "aside"


class Inbound(models.Model):
    """One message as it arrived, kept before anything is made of it: the sender is told 250 only afterwards (L4).

    `raw` are its bytes, sealed, with the Return-Path and the recipient that the session named on top, as any mailbox
    has them. `dedupe_key` is a blind key of recipient, content and Message-ID: what comes twice is kept once, and who
    guesses a Message-ID cannot make the true answer a duplicate (E12, B23, C27). `way` is how it came. `attempts`
    counts readings and is written before each, so that a message that kills its reader is set aside after a few, with
    `why` (B24). `purpose` and `ref` are what the address it came to is for (`mail.ours.Ours`); `letter`,
    `introduction` and `connector` say what it answers and whom it is for, where that is known; `sender_key` finds it
    when somebody is erased (E18). `said` is what was understood, sealed: kind, meaning, new words; it goes with `raw`.
    `report` says that a mail system wrote it, and no human.
    """

    id = models.CharField(primary_key=True, max_length=12, default=new_id, editable=False)
    dedupe_key = models.CharField(max_length=32)
    raw = models.BinaryField()
    said = models.BinaryField(default=b"")
    state = models.CharField(max_length=10, default=InboundState.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    why = models.CharField(max_length=40, blank=True, default="")
    way = models.CharField(max_length=10, blank=True, default="")
    purpose = models.CharField(max_length=10, blank=True, default="")
    ref = models.CharField(max_length=64, blank=True, default="")
    report = models.BooleanField(default=False)
    received_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)
    sender_key = models.CharField(max_length=32, blank=True, default="", db_index=True)
    letter = models.CharField(max_length=12, blank=True, default="", db_index=True)
    introduction = models.CharField(max_length=12, blank=True, default="", db_index=True)
    connector = models.CharField(max_length=12, blank=True, default="", db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="inbound_once", fields=["dedupe_key"]),
            models.CheckConstraint(name="inbound_state", condition=Q(state__in=InboundState.values)),
        ]
        indexes = [
            models.Index(name="inbound_waiting", fields=["received_at"], condition=~Q(state="done")),
            # How many came to one address today is asked before each is taken.
            models.Index(name="inbound_address", fields=["purpose", "ref", "received_at"]),
        ]

    def __str__(self) -> str:
        # Never the content: rows end up in logs and error pages (E22).
        return f"{self._meta.label_lower}:{self.pk}"


class Seen(models.Model):
    """That a message came, by its blind key, and as which row it was kept: known for longer than the row is there.

    Rows go after a week, or when somebody is erased; the mail of a mailbox stays there, and comes back under another
    number when it is moved or restored (C25).
    """

    key = models.CharField(primary_key=True, max_length=32)
    inbound = models.CharField(max_length=12)
    at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self._meta.label_lower}:{self.pk}"


class MailboxMark(models.Model):
    """How far a mailbox on a server was looked through: the next number (UID), and for how long numbers mean the same.

    Lost, or of other numbers (UIDVALIDITY), it only costs another look: what came is known by its content (C25).
    """

    key = models.CharField(primary_key=True, max_length=32)
    validity = models.BigIntegerField()
    next = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self._meta.label_lower}:{self.pk}"
