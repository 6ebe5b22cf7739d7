"""Histories that were uploaded, each carried by a process of its own; and what is in the log, to look at and delete."""

from __future__ import annotations

import io
import json
import zlib
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from functools import partial

from django.db import transaction
from django.utils.translation import gettext as _

from twoyes.lib import apart, sealing
from twoyes.lib.errors import Refused
from twoyes.network import carrying, importing, log, uploads
from twoyes.network.carrying import StoppedError
from twoyes.network.models import HistoryJob, Source
from twoyes.network.records import HistoryProgress, HistorySource
from twoyes.network.sources import kind_of, not_mail
from twoyes.network.sources.base import Opened
from twoyes.network.sources.imap import Account, account
from twoyes.network.sources.places import Kept, Problem, TooMuchError, inside
from twoyes.network.walking import Named

State = HistoryJob.State
# What became of an import is looked at for a while, not for ever.
KEPT = timedelta(days=30)


def start_history(owner_id: str, chunks: Iterable[bytes], *, name: str) -> str:
    """Keep an uploaded archive, sealed, as a job that waits; return its id.

    Raises Refused: too_big, no_room, empty_file, not_mail; then nothing of it is kept.
    """
    upload = uploads.Upload()
    for chunk in chunks:
        upload.take(chunk)
    return start_received(owner_id, upload, name=name)


def start_received(owner_id: str, upload: uploads.Upload, *, name: str) -> str:
    """Make a job of an upload that came in; as `start_history`."""
    try:
        upload.close()
        if not upload.size:
            raise Refused("empty_file", _("The file is empty."))
        _check(_uploaded(upload.job_id, name))
    except BaseException:
        upload.drop()
        raise
    job = HistoryJob(pk=upload.job_id, owner_id=owner_id, made_at=carrying.now(), upload=True)
    sealing.put(job, "name", name)
    with transaction.atomic():
        old = HistoryJob.objects.filter(owner_id=owner_id, made_at__lt=carrying.now() - KEPT)
        old.exclude(state__in=HistoryJob.OPEN).delete()
        job.save(force_insert=True)
    return job.pk


def start_mailbox(owner_id: str, account: Account) -> str:
    """Make a job of a mailbox on a server; return its id. The password is sealed, and forgotten when the job ends."""
    job = HistoryJob(owner_id=owner_id, made_at=carrying.now(), upload=True)
    sealing.put(job, "name", account.name)
    sealing.put(job, "paths", json.dumps([account.url, account.password]))
    job.save(force_insert=True)
    return job.pk


def carry_history(job_id: str, *, stop: Callable[[], bool] = lambda: False) -> bool:
    """Carry a job to its end, or until told to stop; say whether it ended. Does nothing where somebody carries it."""
    with carrying.claimed(job_id) as runner:
        if runner is None:
            return False
        job = HistoryJob.objects.get(pk=job_id)
        try:
            named = _named(job)
            importing.carry(job_id, runner, named, beat=partial(carrying.beat, job_id, runner, stop))
        except StoppedError:
            return False
        except Refused as no:
            sealing.put(job, "refusal", no.sentence)
            ended = {"state": State.REFUSED, "runner": "", "beat_at": None, "refusal": job.refusal}
            if carrying.mine(job_id, runner).update(**ended) != 1:
                return False
        uploads.drop(job_id)
        HistoryJob.objects.filter(pk=job_id).update(paths=b"")
    return True


def launch_history(job_id: str) -> None:
    """Start a process that carries a job; it ends with whoever started it, and then the job waits."""
    apart.launch("carry-history", job_id)


def take_up_histories() -> list[str]:
    """Launch every job that is not ended; return the ids. What a terminal began goes on there, by the same command."""
    jobs = HistoryJob.objects.filter(state__in=HistoryJob.OPEN)
    uploads.sweep(jobs.values_list("pk", flat=True))
    left = list(jobs.filter(upload=True).order_by("made_at", "pk").values_list("pk", flat=True))
    for job_id in left:
        launch_history(job_id)
    return left


def history_is_open(job_id: str) -> bool:
    """Say whether a job is still to be carried."""
    return HistoryJob.objects.filter(pk=job_id, state__in=HistoryJob.OPEN).exists()


def history_owner(job_id: str) -> str:
    """Return whose history a job brings in; "" where it is gone."""
    return HistoryJob.objects.filter(pk=job_id).values_list("owner_id", flat=True).first() or ""


def history_progress(owner_id: str, job_id: str) -> HistoryProgress | None:
    """How far a job of this owner is; None for somebody else's."""
    job = HistoryJob.objects.filter(owner_id=owner_id, pk=job_id).first()
    return None if job is None else _progress(job)


def histories(owner_id: str) -> list[HistoryProgress]:
    """The jobs of this owner, newest first."""
    jobs = HistoryJob.objects.filter(owner_id=owner_id, made_at__gte=carrying.now() - KEPT)
    return [_progress(job) for job in jobs.order_by("-made_at", "pk")[:20]]


# ---------------------------------------------------------------- what is in the log


def history_sources(owner_id: str) -> list[HistorySource]:
    """The archives in this owner's log, newest first."""
    rows = Source.objects.filter(owner_id=owner_id, hidden_at=None).order_by("-added_at", "pk")
    return [HistorySource(row.pk, sealing.get(row, "name"), row.kind, row.messages, row.added_at) for row in rows]


def delete_history(owner_id: str, source_id: str, *, now: datetime) -> None:
    """Delete an archive from the log: unseen from here on, and out of the files within a day (`rewrite_due`).

    People and addresses that were met stay: they may be known from elsewhere. Raises Refused("nothing_here").
    """
    if not log.hide_source(owner_id, source_id, now):
        raise Refused("nothing_here", _("There is nothing here."))


def rewrite_due() -> list[str]:
    """Start a process for each log that holds what nobody may see any more; return whose they are."""
    uploads.sweep(HistoryJob.objects.filter(state__in=HistoryJob.OPEN).values_list("pk", flat=True))
    owners = log.due()
    for owner in owners:
        apart.launch("rewrite-history", owner)
    return owners


# ---------------------------------------------------------------- parts


def _uploaded(job_id: str, name: str) -> Named:
    def archives() -> Iterator[Opened | Problem]:
        with uploads.Sealed(job_id) as file:
            size = file.size
        yield from inside(Kept(name, lambda: io.BufferedReader(uploads.Sealed(job_id), 1 << 20), size))

    return Named(name, sealing.index("history", f"upload {name}"), archives)


def _named(job: HistoryJob) -> list[Named]:
    told = sealing.get(job, "paths")
    if told:
        url, password = json.loads(told)
        return [importing.named_account(account(url, password=password), job.owner_id)]
    if not uploads.path_of(job.pk).exists():
        raise Refused("no_such_file", _("The uploaded file is gone. Upload it again: nothing is counted twice."))
    return [_uploaded(job.pk, sealing.get(job, "name"))]


def _check(named: Named) -> None:
    """Refuse what holds no mail at all."""
    why = not_mail()
    for one in named.archives():
        if isinstance(one, Problem):
            why = one.why
            continue
        try:
            if kind_of(one) is not None:
                return
        except (TooMuchError, EOFError, OSError, zlib.error):
            why = _("The archive is damaged. Unpack it yourself, and import what is in it.")
    raise Refused("not_mail", why)


def _progress(job: HistoryJob) -> HistoryProgress:
    return HistoryProgress(
        id=job.pk,
        name=sealing.get(job, "name"),
        state=str(State(job.state)) if job.state != State.RUNNING or carrying.is_alive(job) else "stopped",
        made_at=job.made_at,
        size=job.size,
        passed=min(job.passed, job.size),
        taken=job.taken,
        left_out=dict(job.left_out),
        problem_count=job.problem_count,
        problems=importing.problems_of(job),
        refusal=sealing.get(job, "refusal"),
    )
