"""Files that were uploaded: kept sealed only until they are in the book, each carried by a process of its own.

What a job has done moves on in the same transaction as the cards, so one that was killed goes on where it stood.
Whoever carries a job holds its `runner`; taking over shuts the one before out, so two can never do the same rows.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from functools import partial

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils.translation import gettext as _

from twoyes.lib import apart, sealing
from twoyes.lib.errors import Refused
from twoyes.lib.ids import new_id
from twoyes.people import importing
from twoyes.people.importing import Tally
from twoyes.people.models import ImportJob, ImportPart, ImportProblem
from twoyes.people.records import ImportProgress, Rejected
from twoyes.people.sources import files

State = ImportJob.State
# What is received by a page is held in memory while it is sealed.
MOST_BYTES = 20 * 1024 * 1024
PART = 512 * 1024
# A carrier says so at each chunk, a few times a second; after this silence it is gone.
SILENCE = timedelta(seconds=20)
# The list of what was left out is for mending the file; nobody comes back for it later.
KEPT = timedelta(days=30)
# As many reasons as somebody reads on a page; the count is of all.
SHOWN = 500


def start_import(owner_id: str, pieces: Iterable[bytes], *, name: str) -> str:
    """Keep an uploaded file, sealed, as a job that waits; return its id.

    A file of a wrong kind is refused at once and nothing of it kept. Raises Refused as `import_contacts` does.
    """
    data = b"".join(pieces)
    if len(data) > MOST_BYTES:
        raise files.too_big(name, MOST_BYTES)
    importing.detect(owner_id, lambda: io.BytesIO(data), name)
    with transaction.atomic():
        ImportJob.objects.filter(owner_id=owner_id, made_at__lt=_now() - KEPT).exclude(state__in=_OPEN).delete()
        job = ImportJob(owner_id=owner_id, made_at=_now())
        sealing.put(job, "name", name)
        job.save(force_insert=True)
        for number, start in enumerate(range(0, len(data), PART)):
            part = ImportPart(job=job, number=number)
            part.data = sealing.seal_bytes(data[start : start + PART], _place(part))
            part.save(force_insert=True)
    return job.pk


_OPEN = (State.WAITING, State.RUNNING)


def import_owner(job_id: str) -> str:
    """Whose book a job brings something into; "" where there is no such job (any more)."""
    return ImportJob.objects.filter(pk=job_id).values_list("owner_id", flat=True).first() or ""


def import_progress(owner_id: str, job_id: str) -> ImportProgress | None:
    """How far a job of this owner is, with the first 500 records that were left out; None for somebody else's."""
    job = ImportJob.objects.filter(owner_id=owner_id, pk=job_id).first()
    return None if job is None else _progress(job, _problems(job))


def import_is_open(job_id: str) -> bool:
    """Whether a job is still to be carried."""
    return ImportJob.objects.filter(pk=job_id, state__in=_OPEN).exists()


def imports(owner_id: str) -> list[ImportProgress]:
    """The jobs of this owner, newest first, without what was left out."""
    jobs = ImportJob.objects.filter(owner_id=owner_id, made_at__gte=_now() - KEPT).order_by("-made_at", "pk")
    return [_progress(job, []) for job in jobs[:20]]


def launch(job_id: str) -> None:
    """Start a process that carries a job; it ends with whoever started it, and then the job waits."""
    job = ImportJob.objects.filter(pk=job_id, state__in=_OPEN).first()
    if job is not None and not _alive(job):
        # Whoever looks sees that it goes on while the process starts; one that never does is silent before long.
        _unchanged(job).update(state=State.WAITING, beat_at=_now())
    apart.launch("carry-import", job_id)


def take_up() -> list[str]:
    """Launch every job that is not ended; return the ids. Where one is carried already, its process finds out."""
    left = list(ImportJob.objects.filter(state__in=_OPEN).order_by("made_at", "pk").values_list("pk", flat=True))
    for job_id in left:
        launch(job_id)
    return left


def carry_import(job_id: str, *, stop: Callable[[], bool] = lambda: False) -> bool:
    """Carry a job to its end, or until told to stop; say whether it ended. Does nothing where somebody carries it.

    A file that is refused after all ends the job with the sentence.
    """
    runner = _claim(job_id)
    if runner is None:
        return False
    job = ImportJob.objects.get(pk=job_id)
    name = sealing.get(job, "name")
    try:
        beat = partial(_beat, job_id, runner, stop)
        plan = importing.plan(job.owner_id, lambda: io.BufferedReader(_Sealed(job_id), PART), name, beat=beat)
        _mine(job_id, runner).update(total=plan.total)
        for _step in importing.carry(plan, skip=job.done, also=partial(_note, job_id, runner)):
            _beat(job_id, runner, stop)
    except _StoppedError:
        # Nothing is left to whoever was shut out.
        _mine(job_id, runner).update(state=State.WAITING, runner="", beat_at=None)
        return False
    except Refused as no:
        sealing.put(job, "refusal", no.sentence)
        return _ended(job_id, runner, State.REFUSED, refusal=job.refusal)
    return _ended(job_id, runner, State.DONE)


# ---------------------------------------------------------------- parts


class _StoppedError(Exception):
    """Told to stop, or shut out by somebody else who carries the job now."""


class _Sealed(io.RawIOBase):
    """The uploaded file, opened piece by piece and never laid down in the clear."""

    def __init__(self, job_id: str) -> None:
        self.job_id = job_id
        self.number = 0
        self.rest = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        if not self.rest:
            part = ImportPart.objects.filter(job_id=self.job_id, number=self.number).first()
            if part is None:
                return 0
            self.rest = sealing.unseal_bytes(part.data, _place(part))
            self.number += 1
        given = self.rest[: len(buffer)]
        buffer[: len(given)] = given
        self.rest = self.rest[len(given) :]
        return len(given)


def _claim(job_id: str) -> str | None:
    """Become the one who carries a job; None where it is ended, gone, or in other hands that were heard of lately."""
    job = ImportJob.objects.filter(pk=job_id, state__in=_OPEN).first()
    if job is None or _alive(job):
        return None
    mine = new_id()
    return mine if _unchanged(job).update(state=State.RUNNING, runner=mine, beat_at=_now()) == 1 else None


def _unchanged(job: ImportJob) -> QuerySet[ImportJob]:
    return ImportJob.objects.filter(pk=job.pk, state=job.state, runner=job.runner, beat_at=job.beat_at)


def _mine(job_id: str, runner: str) -> QuerySet[ImportJob]:
    return ImportJob.objects.filter(pk=job_id, runner=runner, state=State.RUNNING)


def _beat(job_id: str, runner: str, stop: Callable[[], bool]) -> None:
    """Say that the job is carried, each few seconds."""
    lately = _now() - SILENCE / 8
    if stop() or not _mine(job_id, runner).exists():
        raise _StoppedError
    _mine(job_id, runner).filter(beat_at__lt=lately).update(beat_at=_now())


def _note(job_id: str, runner: str, step: Tally) -> None:
    """Count a chunk, in its own transaction; whoever was shut out writes nothing of it."""
    counted = _mine(job_id, runner).update(
        beat_at=_now(),
        done=F("done") + step.done,
        added=F("added") + step.added,
        updated=F("updated") + step.updated,
        unchanged=F("unchanged") + step.unchanged,
        rejected=F("rejected") + len(step.rejected),
    )
    if counted != 1:
        raise _StoppedError
    ImportProblem.objects.bulk_create(ImportProblem(job_id=job_id, line=one.line, why=one.why) for one in step.rejected)


def _ended(job_id: str, runner: str, state: State, **more: bytes | memoryview) -> bool:
    with transaction.atomic():
        if _mine(job_id, runner).update(state=state, runner="", beat_at=None, **more) != 1:
            return False
        ImportPart.objects.filter(job_id=job_id).delete()
    return True


def _alive(job: ImportJob) -> bool:
    return job.state == State.RUNNING and job.beat_at is not None and _now() - job.beat_at < SILENCE


def _is_silent(job: ImportJob) -> bool:
    """Whether nobody carries a job that is not ended, nor was it lately handed to somebody."""
    heard = job.beat_at or (job.made_at if job.state == State.WAITING else None)
    return job.state in _OPEN and (heard is None or _now() - heard >= SILENCE)


def _problems(job: ImportJob) -> list[Rejected]:
    rows = ImportProblem.objects.filter(job=job).order_by("line", "pk")[:SHOWN]
    return [Rejected(_("line %d") % row.line, row.why) for row in rows]


def _progress(job: ImportJob, problems: list[Rejected]) -> ImportProgress:
    return ImportProgress(
        id=job.pk,
        name=sealing.get(job, "name"),
        state="stopped" if _is_silent(job) else str(State(job.state)),
        made_at=job.made_at,
        total=job.total,
        done=job.done,
        added=job.added,
        updated=job.updated,
        unchanged=job.unchanged,
        rejected_count=job.rejected,
        rejected=problems,
        refusal=sealing.get(job, "refusal"),
    )


def _place(part: ImportPart) -> str:
    return f"{part._meta.db_table}.data.{part.pk}"


def _now() -> datetime:
    """The machine's own time: a post room that moves its clock must not make a carrier look dead."""
    return datetime.now(UTC)
