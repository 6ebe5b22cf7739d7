"""Workers in processes of their own, on one store: no letter leaves twice, and none is forgotten (B2, B20, B27)."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from datetime import datetime

import pytest
from django.db import connection

from tests.introductions.checks import journaled
from tests.support import postgres
from tests.support.cast import APPROVAL, Cast, frozen
from twoyes.introductions import front
from twoyes.introductions.models import JournalEntry, Letter, SendAttempt
from twoyes.lib import store
from twoyes.people import front as people

ASKS, WORKERS = 8, 3

# What a worker does, without a relay: every letter is handed over at once, and its id printed.
WORKER = """
import sys
from datetime import datetime
import django
django.setup()
from django.db import DatabaseError
from twoyes.introductions import front
now = datetime.fromisoformat(sys.argv[1])
front.next_due(now)
print("ready", flush=True)
sys.stdin.readline()
front.due(now)
while (claimed := front.claim(now)) is not None:
    to = front.facts(claimed.letter).recipient
    try:
        front.point_of_no_return(claimed, to, now)
    except front.Blocked as blocked:
        front.stand_back(claimed, blocked, now)
        continue
    print(claimed.letter, flush=True)
    front.settle(claimed, "sent", code=250, now=now)
"""


def start(now: datetime) -> subprocess.Popen[str]:
    name = str(connection.settings_dict["NAME"])
    url = f"sqlite:///{name}" if store.is_sqlite() else postgres.url(name)
    environment = {**os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "twoyes.settings"}
    return subprocess.Popen(
        [sys.executable, "-c", WORKER, now.isoformat()],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def let_go(workers: list[subprocess.Popen[str]]) -> list[str]:
    """Let them all go when each stands ready; return what they printed."""
    for worker in workers:
        assert worker.stdout is not None
        assert worker.stdout.readline() == "ready\n"
    for worker in workers:
        assert worker.stdin is not None
        worker.stdin.write("go\n")
        worker.stdin.flush()
    return [worker.communicate(timeout=120)[0] for worker in workers]


@pytest.mark.both
@pytest.mark.slow
@pytest.mark.case("B2", "B20", "B27")
@pytest.mark.django_db(transaction=True)
def test_workers_in_several_processes_hand_each_letter_over_once(cast: Cast) -> None:
    waiting = []
    for number in range(ASKS):
        card = people.add_card(cast.cora.id, name="T", addresses=[f"t{number}@target.example"])
        waiting.append((cast.waiting(email=f"r{number}@asks.example", name="R"), card.id))
    for introduction, target in waiting:
        words = {**APPROVAL, "target": target}
        front.approve(introduction, words, frozen=frozen(), actor=cast.desk, now=cast.now)
    due = Letter.objects.filter(state="queued", due_at__lte=cast.now).count()
    workers = [start(cast.now) for _ in range(WORKERS)]
    outputs = let_go(workers)
    assert [worker.returncode for worker in workers] == [0] * WORKERS
    left = Counter(line for output in outputs for line in output.split())
    assert set(left.values()) == {1}
    assert len(left) == due == SendAttempt.objects.filter(phase="xmit", letter_id__in=left).count()
    assert JournalEntry.objects.filter(event="sent").count() == ASKS
    journaled()
