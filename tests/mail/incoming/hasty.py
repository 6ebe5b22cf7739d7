"""As `shims`, with little time to compute: imported by a process that reads, and by nothing else."""

from datetime import timedelta

from tests.mail.incoming.shims import careless, poisoned
from twoyes.lib import limits

__all__ = ["careless", "poisoned"]

limits.READING_CPU = timedelta(seconds=1)
