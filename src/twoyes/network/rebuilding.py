"""When a connector's graph is made anew: after an import or a deletion, at night, and at a press where it is stale."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from fcntl import LOCK_EX, LOCK_NB, flock
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO

from django.db.models import Count, Max

from twoyes.lib import apart, clock
from twoyes.network import carrying, log
from twoyes.network.models import GivenTie, HiddenKey, HistoryJob, Identity, LogPart
from twoyes.network.ways import shelf
from twoyes.people import front as people

# Ties fade from day to day; by the hour nobody could tell.
_NIGHT = timedelta(days=1)
# A process that was asked for begins within so many seconds, or never.
_BEGINS = 30.0
# Who changes a book faster than it is looked through finds the rest looked through the next time.
_ROUNDS = 5


def rebuild(
    owner_id: str, at: datetime | None = None, *, first: Callable[[], object] = lambda: None
) -> tuple[int, int]:
    """Make a connector's graph anew once nobody works for them; return how many people and ties are in it.

    Where book or mail changed since it was made, `first` is done before. Needs a hundred megabytes and some seconds:
    for commands and child processes. `work_through` after it does what was wanted meanwhile.
    """
    with in_turn(owner_id):
        state = _settled(owner_id, first) if is_stale(owner_id) else _state(owner_id)
        return _build(owner_id, at or clock.now(), state)


def work_through(owner_id: str, first: Callable[[], object] = lambda: None) -> bool:
    """Do all that is due for one owner, in this process: forget, `first` where book or mail changed, and the graph.

    One process at a time for an owner: whoever comes while another works leaves word, and that one does it, too. Say
    whether this one worked.
    """
    worked = False
    while True:
        with _alone(owner_id) as mine:
            if not mine:
                return worked
            _wish(owner_id).unlink(missing_ok=True)
            _work(owner_id, first)
            worked = True
        # Whoever left word after the last look found the place taken, and went.
        if not _wish(owner_id).exists():
            return worked


@contextmanager
def in_turn(owner_id: str) -> Iterator[None]:
    """Work for an owner for a block, once nobody else does; `work_through` after it does what was wanted meanwhile."""
    with _sign(owner_id) as sign:
        flock(sign, LOCK_EX)
        yield


def is_stale(owner_id: str) -> bool:
    """Say whether cards, words, mail or ties came or went since the graph was made, or there is none."""
    made = shelf.note(owner_id)
    return made is None or made.of != _state(owner_id)


def is_rebuilding(owner_id: str) -> bool:
    """Say whether somebody makes the graph anew this moment, or was started to do it."""
    return _is_held(shelf.folder(owner_id).with_name("working")) or _is_wished(owner_id)


def is_moving(owner_id: str) -> bool:
    """Say whether the graph will fit soon without anybody's doing: it is made anew, or mail is being read."""
    if is_rebuilding(owner_id):
        return True
    jobs = HistoryJob.objects.filter(owner_id=owner_id, state=HistoryJob.State.RUNNING)
    return any(carrying.is_alive(job) for job in jobs)


def made_at(owner_id: str) -> datetime | None:
    """Return from when the graph in force is; None where there is none."""
    made = shelf.note(owner_id)
    return datetime.fromisoformat(made.made_at) if made is not None else None


def rebuild_due() -> list[str]:
    """Launch a process for each connector whose graph is a day old and does not fit, or faded; return their ids."""
    due = [one.id for one in people.connectors() if _is_due(one.id)]
    for owner_id in due:
        launch_rebuild(owner_id)
    return due


def launch_rebuild(owner_id: str) -> None:
    """Start a process that does what is due; whoever works for this owner already does it instead."""
    wish = _wish(owner_id)
    wish.parent.mkdir(parents=True, mode=0o700, exist_ok=True)
    wish.touch(mode=0o600)
    apart.launch("rebuild-network", owner_id)


# ---------------------------------------------------------------- parts


def _work(owner_id: str, first: Callable[[], object]) -> None:
    rewritten = owner_id in log.due()
    if rewritten:
        log.rewrite(owner_id)
    connector = people.connector_by_id(owner_id)
    if connector is None or connector.removed_at is not None:
        return
    stale, state = is_stale(owner_id), _state(owner_id)
    try:
        # Before the graph, since it may change the book; and killed here or later, whoever comes next does both.
        if stale:
            state = _settled(owner_id, first)
    except Exception:
        # What always fails may not keep the graph from being made.
        _build(owner_id, clock.now(), state)
        raise
    # The graph may not show what the log does not any more.
    if stale or rewritten or _is_due(owner_id):
        _build(owner_id, clock.now(), state)


def _settled(owner_id: str, first: Callable[[], object]) -> str:
    """Do `first` until it has seen all that it or anybody changed meanwhile; return the state that it saw."""
    seen = _state(owner_id)
    for _round in range(_ROUNDS):
        first()
        now = _state(owner_id)
        if now == seen:
            break
        seen = now
    return seen


def _build(owner_id: str, at: datetime, state: str) -> tuple[int, int]:
    """Make the graph anew, in the turn of the caller; whatever changed after this state leaves it stale."""
    from twoyes.network.ways import building

    return building.build(owner_id, at, of=state)


@contextmanager
def _alone(owner_id: str) -> Iterator[bool]:
    """Be the only one who works for an owner, for a block; False where somebody does already."""
    with _sign(owner_id) as sign:
        try:
            flock(sign, LOCK_EX | LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True


def _sign(owner_id: str) -> BinaryIO:
    path = shelf.folder(owner_id).with_name("working")
    path.parent.mkdir(parents=True, mode=0o700, exist_ok=True)
    return path.open("ab")


def _wish(owner_id: str) -> Path:
    return shelf.folder(owner_id).with_name("wanted")


def _is_wished(owner_id: str) -> bool:
    try:
        return time.time() - _wish(owner_id).stat().st_mtime < _BEGINS
    except FileNotFoundError:
        return False


def _is_held(path: Path) -> bool:
    try:
        with path.open("rb+") as lock:
            flock(lock, LOCK_EX | LOCK_NB)
            return False
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True


def _is_due(owner_id: str) -> bool:
    if not LogPart.objects.filter(owner_id=owner_id).exists():
        # Without mail nothing fades; what a card or a word changes is worked out when somebody asks.
        return False
    made = shelf.note(owner_id)
    return made is None or clock.now() - datetime.fromisoformat(made.made_at) >= _NIGHT


def _state(owner_id: str) -> str:
    """Return what tells one state of book and log from another; a card that is only renamed changes nothing here."""
    told = [repr((one.id, one.keys, one.how_well, one.not_listed)) for one in people.everybody(owner_id)]
    counted = LogPart.objects.filter(owner_id=owner_id, source__hidden_at=None)
    told.append(repr(counted.aggregate(Count("pk"), Max("written_at"))))
    told += [str(model.objects.filter(owner_id=owner_id).count()) for model in (GivenTie, Identity, HiddenKey)]
    return sha256("\n".join(told).encode()).hexdigest()
