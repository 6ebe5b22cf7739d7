"""What every row of every room has."""

from django.db import models

from twoyes.lib.ids import new_id


class Row(models.Model):
    """A row with a random id that tells nothing (E8)."""

    id = models.CharField(primary_key=True, max_length=12, default=new_id, editable=False)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        # Never the content: rows end up in logs and error pages (S1, E22).
        return f"{self._meta.label_lower}:{self.pk}"
