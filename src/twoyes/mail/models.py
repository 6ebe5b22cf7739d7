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

    `raw` are its bytes, sealed. `dedupe_key` is a blind key of sender and Message-ID: what comes twice is kept once
    (E12). `attempts` counts readings, so that a message that breaks its reader is set aside after a few. `letter` and
    `introduction` say what it answers, where that is known; `sender_key` finds it when somebody is erased (E18).
    """

    id = models.CharField(primary_key=True, max_length=12, default=new_id, editable=False)
    dedupe_key = models.CharField(max_length=32)
    raw = models.BinaryField()
    state = models.CharField(max_length=10, default=InboundState.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    received_at = models.DateTimeField()
    sender_key = models.CharField(max_length=32, blank=True, default="", db_index=True)
    letter = models.CharField(max_length=12, blank=True, default="", db_index=True)
    introduction = models.CharField(max_length=12, blank=True, default="", db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="inbound_once", fields=["dedupe_key"]),
            models.CheckConstraint(name="inbound_state", condition=Q(state__in=InboundState.values)),
        ]

    def __str__(self) -> str:
        # Never the content: rows end up in logs and error pages (E22).
        return f"{self._meta.label_lower}:{self.pk}"
