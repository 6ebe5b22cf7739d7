"""Histories that were uploaded, each carried by a process of its own; and what is in the log, to look at and delete."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from functools import partial

from django.db import transaction
from django.utils.translation import gettext as _

from twoyes.lib import ahead, apart, sealing
from twoyes.lib.errors import Refused, Unreachable
from twoyes.network import carrying, importing, log, misplaced, uploads
from twoyes.network.carrying import StoppedError
from twoyes.network.models import HistoryJob, Source
from twoyes.network.parsing import Named
from twoyes.network.records import HistoryProgress, HistorySource
from twoyes.network.sources import imap, kind_of, servers
from twoyes.network.sources.base import Opened
from twoyes.network.sources.patience import Beat
from twoyes.network.sources.places import Kept, Problem, inside
from twoyes.network.sources.servers import Account

State = HistoryJob.State
# What became of an import is looked at for a while, not for ever.
KEPT = timedelta(days=30)
# A server that broke off may be asked again for so long; then the password is forgotten.
PATIENCE = timedelta(days=7)


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


def start_account(owner_id: str, account: Account) -> str:
    """Make a job of a mailbox or calendars on a server; return its id.

    The password is sealed, and forgotten when the job ends. Where one of the same account is not ended yet, that goes
    on, with the password that is given now. Raises Refused `ca_at_a_terminal`: who names a server here names no file.
    """
    if isinstance(account, imap.Account) and account.ca is not None:
        sentence = _("A file of certificates (?ca=) can only be named in a terminal, with “twoyes import history”.")
        raise Refused("ca_at_a_terminal", sentence)
    key = sealing.index("history", f"page\n{owner_id}\n{account.key}")
    job = HistoryJob.objects.filter(owner_id=owner_id, key=key, state__in=HistoryJob.OPEN).first()
    if job is not None:
        sealing.put(job, "paths", servers.written(account))
        job.save(update_fields=["paths"])
        return job.pk
    job = HistoryJob(owner_id=owner_id, key=key, made_at=carrying.now(), upload=True)
    sealing.put(job, "name", account.name)
    sealing.put(job, "paths", servers.written(account))
    job.save(force_insert=True)
    return job.pk


def carry_history(job_id: str, *, stop: Callable[[], bool] = lambda: False) -> bool:
    """Carry a job to its end, or until told to stop; say whether it ended. Does nothing where somebody carries it.

    Where a server broke off after something of it was read, the job waits to be taken up, and this is its end for now.
    """
    with carrying.claimed(job_id) as runner:
        if runner is None:
            return False
        carrying.mine(job_id, runner).update(refusal=b"")
        try:
            named = _named(HistoryJob.objects.get(pk=job_id))
            importing.carry(job_id, runner, named, beat=partial(carrying.beat, job_id, runner, stop))
        except StoppedError:
            return False
        except Refused as no:
            job = HistoryJob.objects.get(pk=job_id)
            sealing.put(job, "refusal", no.sentence)
            waits = isinstance(no, Unreachable) and (no.code == ahead.DIED or importing.is_begun(job))
            state = State.WAITING if waits else State.REFUSED
            told = carrying.mine(job_id, runner).update(state=state, runner="", beat_at=None, refusal=job.refusal)
            if told != 1 or waits:
                return bool(told)
        _forget(job_id)
    return True


def give_up_histories(now: datetime) -> None:
    """End what waits for its server for too long, so that no password is kept for ever; what was read stays."""
    left = HistoryJob.objects.filter(state__in=HistoryJob.OPEN, upload=True, made_at__lt=now - PATIENCE)
    for job in left.exclude(paths=b""):
        if not carrying.is_alive(job):
            sentence = _("Its server was waited for long enough, and the password is forgotten. What was read is kept.")
            sealing.put(job, "refusal", sentence)
            unchanged = HistoryJob.objects.filter(pk=job.pk, state=job.state, runner=job.runner)
            if unchanged.update(state=State.REFUSED, runner="", beat_at=None, refusal=job.refusal) == 1:
                _forget(job.pk)


def launch_history(job_id: str) -> None:
    """Start a process that carries a job; it ends with whoever started it, and then the job waits."""
    carrying.hand_over(job_id)
    apart.launch("carry-history", job_id)


def take_up_histories() -> list[str]:
    """Launch every job that is not ended; return the ids. What a terminal began goes on there, by the same command."""
    give_up_histories(carrying.now())
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
    # What was known from there already was passed over elsewhere: mailboxes on servers are read as a whole once more.
    Source.objects.filter(owner_id=owner_id).update(marks=b"")


def rewrite_due() -> list[str]:
    """Start a process for each log that holds what nobody may see any more; return whose they are."""
    give_up_histories(carrying.now())
    uploads.sweep(HistoryJob.objects.filter(state__in=HistoryJob.OPEN).values_list("pk", flat=True))
    owners = log.due()
    for owner in owners:
        apart.launch("rewrite-history", owner)
    return owners


# ---------------------------------------------------------------- parts


def _uploaded(job_id: str, name: str) -> Named:
    def archives(_beat: Beat) -> Iterator[Opened | Problem]:
        with uploads.Sealed(job_id) as file:
            size = file.size
        yield from inside(Kept(name, lambda: io.BufferedReader(uploads.Sealed(job_id), 1 << 20), size))

    return Named(name, sealing.index("history", f"upload {name}"), archives)


def _forget(job_id: str) -> None:
    """Delete what only a job that is not ended needs: the upload, or the address with the password."""
    uploads.drop(job_id)
    HistoryJob.objects.filter(pk=job_id).update(paths=b"")


def _state(job: HistoryJob) -> str:
    """Return what a job is doing; one whose carrier is gone or whose server broke off is stopped."""
    if job.state == State.RUNNING:
        return str(State(job.state)) if carrying.is_alive(job) else "stopped"
    broke_off = bool(job.refusal) and job.beat_at is None
    if job.state == State.WAITING and (broke_off or carrying.now() - (job.beat_at or job.made_at) >= carrying.SILENCE):
        return "stopped"
    return str(State(job.state))


def _named(job: HistoryJob) -> list[Named]:
    told = sealing.get(job, "paths")
    if told:
        return [importing.named_account(job.owner_id, servers.read(told))]
    if not uploads.path_of(job.pk).exists():
        raise Refused("no_such_file", _("The uploaded file is gone. Upload it again: nothing is counted twice."))
    return [_uploaded(job.pk, sealing.get(job, "name"))]


def _check(named: Named) -> None:
    """Refuse what holds no mail at all."""
    why, packed = misplaced.not_mail(), False
    for one in named.archives(lambda: None):
        if isinstance(one, Problem):
            why = one.why
            continue
        try:
            if kind_of(one) is not None:
                return
        except misplaced.BROKEN:
            why = _("The archive is damaged. Unpack it yourself, and import what is in it.")
        else:
            packed = packed or (one.name != named.name and misplaced.holds_contacts(one))
            why = misplaced.not_mail(one)
    raise Refused("not_mail", misplaced.packed_contacts() if packed else why)


def _progress(job: HistoryJob) -> HistoryProgress:
    return HistoryProgress(
        id=job.pk,
        name=sealing.get(job, "name"),
        state=_state(job),
        made_at=job.made_at,
        size=job.size,
        passed=min(job.passed, job.size),
        taken=job.taken,
        left_out=dict(job.left_out),
        problem_count=job.problem_count,
        problems=importing.problems_of(job),
        refusal=sealing.get(job, "refusal"),
    )
