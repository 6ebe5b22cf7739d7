"""When a connector's graph is made anew: after an import, at night, and whenever it is asked for and no longer fits."""

from __future__ import annotations

from datetime import datetime, timedelta
from fcntl import LOCK_EX, LOCK_NB, flock
from hashlib import sha256

from django.db.models import Count, Max

from twoyes.lib import apart, clock
from twoyes.network.models import GivenTie, HiddenKey, Identity, LogPart
from twoyes.network.ways import shelf
from twoyes.people import front as people

# Ties fade from day to day; by the hour nobody could tell.
_NIGHT = timedelta(days=1)


def rebuild(owner_id: str, at: datetime | None = None) -> tuple[int, int]:
    """Make a connector's graph anew, in this process; return how many people and ties are in it.

    Needs a hundred megabytes and some seconds: for commands and child processes. One at a time for an owner.
    """
    from twoyes.network.ways import building

    place = shelf.folder(owner_id)
    place.mkdir(parents=True, mode=0o700, exist_ok=True)
    with (place / "lock").open("ab") as lock:
        flock(lock, LOCK_EX)
        return building.build(owner_id, at or clock.now(), of=_state(owner_id))


def is_stale(owner_id: str) -> bool:
    """Say whether cards, words, mail or ties came or went since the graph was made, or there is none."""
    made = shelf.note(owner_id)
    return made is None or made.of != _state(owner_id)


def is_rebuilding(owner_id: str) -> bool:
    """Say whether somebody makes the graph anew this moment."""
    try:
        with (shelf.folder(owner_id) / "lock").open("rb+") as lock:
            flock(lock, LOCK_EX | LOCK_NB)
            return False
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True


def made_at(owner_id: str) -> datetime | None:
    """Return from when the graph in force is; None where there is none."""
    made = shelf.note(owner_id)
    return datetime.fromisoformat(made.made_at) if made is not None else None


def rebuild_stale() -> None:
    """Make the graph of every connector anew whose mail came or went since, in this process."""
    for one in people.connectors():
        if LogPart.objects.filter(owner_id=one.id).exists() and is_stale(one.id):
            rebuild(one.id)


def rebuild_due() -> list[str]:
    """Launch a process for each connector whose graph is a day old and does not fit, or faded; return their ids."""
    due = [one.id for one in people.connectors() if _is_due(one.id)]
    for owner_id in due:
        launch_rebuild(owner_id)
    return due


def launch_rebuild(owner_id: str) -> None:
    """Start a process that makes a graph anew."""
    apart.launch("rebuild-network", owner_id)


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
