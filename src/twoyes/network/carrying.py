"""Who carries a job: one process at a time, which says so every few seconds; whoever takes over shuts the other out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from fcntl import LOCK_EX, LOCK_NB, flock
from pathlib import Path

from django.db.models import QuerySet

from twoyes.lib import env
from twoyes.lib.ids import new_id
from twoyes.network.models import HistoryJob

State = HistoryJob.State
# After this silence a carrier is gone, wherever it ran. One that ran here is known to be gone at once.
SILENCE = timedelta(seconds=20)


class StoppedError(Exception):
    """Told to stop, or shut out by somebody else who carries the job now."""


@contextmanager
def claimed(job_id: str) -> Iterator[str | None]:
    """Become the one who carries a job, for a block; None where it is ended, gone, or in other hands."""
    job = HistoryJob.objects.filter(pk=job_id, state__in=HistoryJob.OPEN).first()
    if job is None or is_alive(job):
        yield None
        return
    me = new_id()
    path = _sign(job.owner_id, me)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with path.open("ab") as sign:
        flock(sign, LOCK_EX)
        try:
            won = _unchanged(job).update(state=State.RUNNING, runner=me, beat_at=now()) == 1
            yield me if won else None
        finally:
            # Whatever went wrong, what is not ended can be taken up at once. Nothing is left to whoever was shut out.
            mine(job_id, me).update(state=State.WAITING, runner="", beat_at=None)
            path.unlink(missing_ok=True)
            if job.runner:
                _sign(job.owner_id, job.runner).unlink(missing_ok=True)


def hand_over(job_id: str) -> None:
    """Say of a job that nobody carries that somebody is about to; if they never come, it is silent before long."""
    job = HistoryJob.objects.filter(pk=job_id, state__in=HistoryJob.OPEN).first()
    if job is not None and not is_alive(job):
        _unchanged(job).update(state=State.WAITING, beat_at=now())


def _unchanged(job: HistoryJob) -> QuerySet[HistoryJob]:
    return HistoryJob.objects.filter(pk=job.pk, state=job.state, runner=job.runner, beat_at=job.beat_at)


def mine(job_id: str, runner: str) -> QuerySet[HistoryJob]:
    """Return the job as a query, as long as it is in these hands."""
    return HistoryJob.objects.filter(pk=job_id, runner=runner, state=State.RUNNING)


def beat(job_id: str, runner: str, stop: Callable[[], bool]) -> None:
    """Say that the job is carried. Raises StoppedError where it no longer is, or shall not be."""
    if stop() or not mine(job_id, runner).exists():
        raise StoppedError
    mine(job_id, runner).filter(beat_at__lt=now() - SILENCE / 8).update(beat_at=now())


def is_alive(job: HistoryJob) -> bool:
    """Say whether somebody carries a job."""
    if job.state != State.RUNNING or job.beat_at is None or now() - job.beat_at >= SILENCE:
        return False
    return not _fell(_sign(job.owner_id, job.runner))


def now() -> datetime:
    """Return the machine's own time: a post room that moves its clock must not make a carrier look dead."""
    return datetime.now(UTC)


def _sign(owner_id: str, runner: str) -> Path:
    return env.data_dir() / "network" / owner_id / f"carrier-{runner}"


def _fell(sign: Path) -> bool:
    """Say whether whoever held this sign is gone: the system lets go of it when a process ends, however it ends."""
    try:
        with sign.open("rb+") as held:
            flock(held, LOCK_EX | LOCK_NB)
            return True
    except OSError:
        return False
