"""Plays the cells of the grid: real processes, a real store, a real relay; nothing is taken from what they say."""

from __future__ import annotations

import signal
from collections.abc import Sequence
from dataclasses import asdict
from datetime import timedelta
from functools import partial

from tests.faults import processes, stores
from tests.faults.cells import SCRIPTS, Cell
from tests.faults.stores import START, Store
from tests.faults.workers import Setting, finish, one_look
from tests.support.cast import TOM
from tests.support.relay import taken
from twoyes.lib.faults import POINTS

# Cells that run at once; two suit a small machine.
AT_ONCE = 2
SECOND_WORKER = timedelta(minutes=20)


def play(*, without_ponr: bool) -> list[Cell]:
    """Play all cells and return what became of the ask in each, in the order of the table."""
    template = stores.make(lambda cast: cast.asking())
    places = [(point, script) for point in POINTS for script in SCRIPTS]
    shares = [places[number::AT_ONCE] for number in range(AT_ONCE)]
    told = processes.told_by_all([partial(_share, template, share, without_ponr) for share in shares])
    cells = {(cell["point"], cell["script"]): Cell(**cell) for share in told for cell in share}
    return [cells[place] for place in places]


def _share(template: Store, places: Sequence[tuple[str, str]], without_ponr: bool) -> list[dict[str, object]]:
    return [asdict(_cell(template, *place, without_ponr=without_ponr)) for place in places]


def _cell(template: Store, point: str, script: str, *, without_ponr: bool) -> Cell:
    with template.copy() as store:
        log = store.place / "taken.jsonl"
        with processes.relay(log, script) as port:
            setting = Setting(store, port, without_ponr)
            first = processes.forked(partial(one_look, setting, START, fault=f"{point}:kill"))
            died = processes.ended(first) == -signal.SIGKILL
            state = processes.told_by_all([partial(finish, setting, START + SECOND_WORKER)])[0]
        copies = sum(one.recipients == [TOM] for one in taken(log))
        return Cell(point, script, state, copies, died)
