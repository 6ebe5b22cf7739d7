"""Bringing histories into the log, chunk by chunk. A chunk, its place and its counts are one transaction."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from twoyes.lib import addresses, clock, locking, sealing
from twoyes.lib.ahead import is_possible
from twoyes.lib.errors import Refused, Unreachable
from twoyes.network import carrying, log, naming, topics
from twoyes.network.carrying import StoppedError
from twoyes.network.log.parts import in_place
from twoyes.network.models import HiddenKey, HistoryJob, Source
from twoyes.network.naming import Met
from twoyes.network.own import add_own_address, own_keys
from twoyes.network.parsing import Named, Parser, Place, read_ahead
from twoyes.network.records import HistoryProblem, HistoryReport
from twoyes.network.seen import in_log
from twoyes.network.sorting import Sorter
from twoyes.network.sources import imap, places, servers
from twoyes.network.sources.base import Mark
from twoyes.network.sources.patience import Beat
from twoyes.network.sources.servers import Account
from twoyes.network.walking import AHEAD, Step, Walk
from twoyes.people import front as people

# As many as somebody reads; the count is of all.
SHOWN = 500
# Bytes from which on heads are read in a process of their own: a tenth of a second's work or two. What is packed tells
# no size before its end.
MUCH = 8 * 1024 * 1024

type Progress = Callable[[int, int, int], None]


def import_history(
    owner_id: str,
    paths: Sequence[Path | Account],
    *,
    mine: Sequence[str] = (),
    dry_run: bool = False,
    progress: Progress | None = None,
) -> HistoryReport:
    """Take the mail that these paths lead to into the owner's log, in this process.

    The same paths again go on where an import of them was broken off, and then tell of the whole. A dry run tells
    the same and writes nothing. `mine` are further addresses of the owner's own. After each chunk
    `progress(bytes passed, bytes in all, messages)` is called.
    Raises Refused: no_such_connector, no_such_file, bad_address, busy (another process imports the same), and what a
    server refuses.
    """
    if people.connector_by_id(owner_id) is None:
        raise Refused("no_such_connector", _("There is no such connector."))
    named = [named_path(one) if isinstance(one, Path) else named_account(owner_id, one) for one in paths]
    keys = {addresses.key(addresses.parse(one)) for one in mine}
    if dry_run:
        return _rehearsed(owner_id, named, own_keys(owner_id) | keys, progress)
    for one in mine:
        add_own_address(owner_id, one)
    job = _job_for(owner_id, named, [str(one.absolute()) if isinstance(one, Path) else one.key for one in paths])
    with carrying.claimed(job.pk) as runner:
        if runner is None:
            raise Refused("busy", _("Another process imports the same already. Wait for it, or stop it."))
        try:
            carry(job.pk, runner, named, beat=lambda: carrying.beat(job.pk, runner, lambda: False), progress=progress)
        except Unreachable as no:
            job.refresh_from_db()
            if not is_begun(job):
                raise
            raise Unreachable(no.code, _("%s What was read is kept; the same command goes on.") % no.sentence) from no
    job.refresh_from_db()
    return HistoryReport(job.taken, dict(job.left_out), problems_of(job))


def named_path(path: Path) -> Named:
    """Return what a path leads to. Raises Refused `no_such_file`."""
    if not path.exists():
        raise Refused("no_such_file", _("“%s” is not there.") % path)
    whole = path.absolute()
    return Named(whole.name, sealing.index("history", f"path {whole}"), lambda _beat: places.archives(whole))


def named_account(owner_id: str, account: Account) -> Named:
    """Return a mailbox or calendars on a server. They are asked for only when they are read, from where they were."""
    if isinstance(account, imap.Account):
        # Subjects are asked for only where they are kept.
        account = replace(account, subjects=topics.remembers_topics(owner_id) is not None)
    key = sealing.index("history", account.key)
    return Named(
        account.name, key, lambda beat: servers.archives(account, _marks(_source(owner_id, key)), beat), fetched=True
    )


def carry(job_id: str, runner: str, named: list[Named], *, beat: Beat, progress: Progress | None = None) -> None:
    """Carry a job to its end. Raises StoppedError where it was told to stop, or shut out."""
    job = HistoryJob.objects.get(pk=job_id)
    if not job.size:
        sizes = sum(getattr(one, "size", 0) for name in named for one in name.archives(beat))
        carrying.mine(job_id, runner).update(size=sizes)
        job.size = sizes
    place, run = Place(job.path, job.archive, job.offset), _Run(job_id, runner, job.owner_id, named)
    aside = _is_much(job, named)
    subjects = not aside or topics.remembers_topics(job.owner_id) is not None
    parser = Parser(named, _latest(job.made_at), beat, subjects)
    # The child is there before the log is looked through, and so is as small as this process is now.
    with read_ahead(parser.reads(place)) if aside else nullcontext(parser.reads(place)) as reads:
        if aside:
            log.be_ready()
        sorter = Sorter(own_keys(job.owner_id), in_log(job.owner_id))
        done = job.taken + sum(job.left_out.values())
        forget(sorter, job.owner_id)
        for step in Walk(sorter, latest=parser.latest, beat=beat).steps(reads, place, job.passed):
            run.keep(step)
            done += step.chunk.messages
            if progress is not None:
                progress(step.passed, job.size, done)
            forget(sorter, job.owner_id)
            if sorter.topics and not subjects:
                break
    if sorter.topics and not subjects:
        # Switched on meanwhile: from here on subject lines are read, too.
        carry(job_id, runner, named, beat=beat, progress=progress)
        return
    ended = carrying.mine(job_id, runner).update(state=HistoryJob.State.DONE, runner="", beat_at=None)
    if ended != 1:
        raise StoppedError
    log.join_small(job.owner_id)


def is_begun(job: HistoryJob) -> bool:
    """Say whether anything of a job was read and kept."""
    return bool(job.taken or job.left_out)


def forget(sorter: Sorter, owner_id: str) -> None:
    """Let a sorter know who is not to be kept, and whether subject lines are."""
    sorter.erased = frozenset(log.number(key) for key in people.erased_keys(owner_id))
    sorter.topics = topics.remembers_topics(owner_id) is not None


def problems_of(job: HistoryJob) -> list[HistoryProblem]:
    """Return the first of the files of a job that could not be read."""
    text = sealing.get(job, "problems")
    return [HistoryProblem(where, why) for where, why in json.loads(text)] if text else []


# ---------------------------------------------------------------- parts


@dataclass(frozen=True, slots=True)
class _Run:
    """One process that carries a job."""

    job_id: str
    runner: str
    owner_id: str
    named: list[Named]

    def keep(self, step: Step) -> None:
        """Write a chunk: its file first, then all that is known of it at once, or nothing."""
        chunk = step.chunk
        source = self._source(step)
        part = log.lay_down(self.owner_id, source.pk, chunk.columns) if len(chunk.columns) else None
        way = locking.making_way(last=step.place.path == len(self.named))
        with way, in_place(part) if part else nullcontext(), transaction.atomic():
            self._note(step)
            if part is not None:
                part.save(force_insert=True)
            self._people(list(chunk.met.values()))
            topics.keep(self.owner_id, source.pk, chunk.topics)
            kinds = ",".join(sorted(step.kinds | {one for one in source.kind.split(",") if one}))
            told = {"messages": F("messages") + chunk.taken, "kind": kinds[:20]}
            if step.marks:
                marks = _marks(source) | {one.folder: one for one in step.marks}
                sealing.put_json(source, "marks", {name: [one.validity, one.next] for name, one in marks.items()})
                told["marks"] = source.marks
            Source.objects.filter(pk=source.pk).update(**told)

    def _source(self, step: Step) -> Source:
        named = self.named[step.path]
        source = _source(self.owner_id, named.key)
        if source is None:
            source = Source(owner_id=self.owner_id, key=named.key)
            sealing.put(source, "name", named.name)
            source.save(force_insert=True)
        return source

    def _note(self, step: Step) -> None:
        """Move the job on; whoever was shut out writes nothing."""
        job = carrying.mine(self.job_id, self.runner).first()
        if job is None:
            raise StoppedError
        job.path, job.archive, job.offset = step.place
        job.passed = step.passed
        job.taken += step.chunk.taken
        job.left_out = dict(sorted((Counter(job.left_out) + step.chunk.left_out).items()))
        job.problem_count += len(step.problems)
        shown = [*problems_of(job), *step.problems][:SHOWN]
        sealing.put(job, "problems", json.dumps([[one.where, one.why] for one in shown]) if shown else "")
        job.beat_at = carrying.now()
        job.save()

    def _people(self, met: list[Met]) -> None:
        """Remember who was met; those whom the owner wrote to get a card, by the name that came most often."""
        late = people.erased_keys(self.owner_id) & {one.key for one in met}
        now = clock.now()
        hidden = [HiddenKey(owner_id=self.owner_id, key=key, hidden_at=now) for key in sorted(late)]
        HiddenKey.objects.bulk_create(hidden, ignore_conflicts=True)
        rows = naming.save(self.owner_id, [one for one in met if one.key not in late])
        written_to = [row for row in rows if row.wrote_to]
        named = {sealing.get(row, "address"): naming.card_name(naming.names_of(row)) for row in written_to}
        people.meet(self.owner_id, {address: name for address, name in named.items() if name})


def _source(owner_id: str, key: str) -> Source | None:
    return Source.objects.filter(owner_id=owner_id, key=key, hidden_at=None).first()


def _marks(source: Source | None) -> dict[str, Mark]:
    """Return how far the folders of a source were read."""
    told = (sealing.get_json(source, "marks") if source is not None else None) or {}
    return {name: Mark(name, *numbers) for name, numbers in told.items()}


def _job_for(owner_id: str, named: list[Named], paths: list[str]) -> HistoryJob:
    """Return the job of these paths that is not ended, or a new one."""
    key = sealing.index("history", "\n".join(["job", owner_id, *paths]))
    job = HistoryJob.objects.filter(owner_id=owner_id, key=key, state__in=HistoryJob.OPEN).first()
    if job is None:
        job = HistoryJob(owner_id=owner_id, key=key, made_at=carrying.now())
        sealing.put(job, "paths", json.dumps(paths))
        sealing.put(job, "name", ", ".join(one.name for one in named))
        job.save(force_insert=True)
    return job


def _rehearsed(owner_id: str, named: list[Named], own: frozenset[str], progress: Progress | None) -> HistoryReport:
    sorter = Sorter(own, in_log(owner_id))
    forget(sorter, owner_id)
    parser = Parser(named, _latest(carrying.now()), lambda: None)
    walk = Walk(sorter, latest=parser.latest, beat=parser.beat)
    taken, left_out, problems = 0, Counter[str](), list[HistoryProblem]()
    for step in walk.steps(parser.reads(Place()), Place()):
        taken += step.chunk.taken
        left_out += step.chunk.left_out
        problems += step.problems
        if progress is not None:
            progress(step.passed, 0, taken + left_out.total())
    return HistoryReport(taken, dict(sorted(left_out.items())), problems)


def _is_much(job: HistoryJob, named: list[Named]) -> bool:
    """Say whether so much lies here to be read that two processes are sooner through it than one."""
    much = not job.size or job.size - job.passed >= MUCH
    return much and is_possible() and not any(one.fetched for one in named)


def _latest(at: datetime) -> int:
    return int(at.timestamp()) + AHEAD
