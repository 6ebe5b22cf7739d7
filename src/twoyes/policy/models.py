"""A connector's house rules, version by version. A version is never changed: work refers to it."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from twoyes.lib import limits
from twoyes.lib.ids import new_id
from twoyes.lib.rows import Row

# Version 1 is what everybody begins with, and has no row.
FIRST_VERSION = 1
# The target has seven full days, whatever the connector's hurry (A3).
ASK_LEAST = limits.ASK_AGE_LEAST.days
# A number of more than a year is a slip of the keys.
MOST_DAYS = 365


class Welcome(models.TextChoices):
    """Whom a connector introduces: nothing said, or one of the three ready policies (N3)."""

    UNSAID = ""
    WORKED_WITH = "worked_with"
    KNOWN = "known"
    OPEN = "open"


class HouseRulesVersion(models.Model):
    """One version; the highest is in force. `closed` is [[first day, last day], …] in the connector's zone."""

    id = models.CharField(primary_key=True, max_length=12, default=new_id, editable=False)
    connector = models.ForeignKey("people.Connector", models.PROTECT, related_name="+")
    version = models.PositiveIntegerField()
    remind_days = models.PositiveSmallIntegerField(default=limits.WAITING_REMINDER.days)
    lapse_days = models.PositiveSmallIntegerField(default=limits.WAITING_AGE.days)
    ask_days = models.PositiveSmallIntegerField(default=limits.ASK_AGE.days)
    spacing_days = models.PositiveSmallIntegerField(default=limits.SPACING.days)
    closed = models.JSONField(default=list)
    welcome = models.CharField(max_length=20, choices=Welcome, blank=True, default=Welcome.UNSAID)
    # The sentences that were chosen: id → numbers and words, as `sentences` describes them.
    chosen = models.JSONField(default=dict)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(name="house_rules_welcome", condition=Q(welcome__in=Welcome.values)),
            models.UniqueConstraint(name="house_rules_version", fields=["connector", "version"]),
            models.CheckConstraint(name="house_rules_first_has_no_row", condition=Q(version__gt=FIRST_VERSION)),
            models.CheckConstraint(name="house_rules_remind", condition=Q(remind_days__gte=1)),
            models.CheckConstraint(
                name="house_rules_lapse", condition=Q(lapse_days__gt=F("remind_days"), lapse_days__lte=MOST_DAYS)
            ),
            models.CheckConstraint(
                name="house_rules_ask", condition=Q(ask_days__gte=ASK_LEAST, ask_days__lte=MOST_DAYS)
            ),
            models.CheckConstraint(
                name="house_rules_spacing", condition=Q(spacing_days__gte=1, spacing_days__lte=MOST_DAYS)
            ),
        ]

    def __str__(self) -> str:
        return f"{self._meta.label_lower}:{self.pk}"


class NoGo(Row):
    """Whom a connector never asks: names and organisations, one a line, sealed. Without versions: no sender saw it."""

    connector = models.OneToOneField("people.Connector", models.PROTECT, related_name="+")
    names = models.BinaryField(default=b"")
