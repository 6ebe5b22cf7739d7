"""What is true of the whole installation: one row."""

from __future__ import annotations

from datetime import UTC, datetime

from django.db import models

from twoyes.lib import limits
from twoyes.lib.ids import new_id
from twoyes.lib.prepared import prepared

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Installation(models.Model):
    """The one row that all processes share: switches, clock and generation."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    ident = models.CharField(max_length=12, default=new_id)
    generation = models.PositiveIntegerField(default=0)
    sending_enabled = models.BooleanField(default=True)
    daily_cap = models.PositiveIntegerField(default=limits.ASKS_A_DAY)
    clock_offset_seconds = models.FloatField(default=0.0)
    high_water = models.DateTimeField(default=EPOCH)
    relay_kind = models.CharField(max_length=40, default="", blank=True)
    url = models.CharField(max_length=500, default="", blank=True)
    # A blind index of a constant: shows that the keys are the ones this data was sealed with.
    key_check = models.CharField(max_length=32, default="", blank=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="one_installation")]

    def __str__(self) -> str:
        return self.ident

    @classmethod
    def the(cls) -> Installation:
        """Return the row; a store that lost it gets a fresh one, of generation 0, which sends nothing."""
        found = _installation(1)
        return found[0] if found else cls._default_manager.get_or_create(id=1)[0]


@prepared
def _installation(pk: int) -> models.QuerySet[Installation]:
    return Installation._default_manager.filter(pk=pk)
