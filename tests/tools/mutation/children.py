"""Forked children, a few at a time, each with a limit of processor time and of patience."""

from __future__ import annotations

import contextlib
import os
import resource
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from tests.tools.mutation import results
from tests.tools.mutation.making import Mutant

# How a child ends.
PASSED, FAILED, NO_CHANGE, NEEDS_COLD = 0, 1, 2, 4
VERDICTS = {PASSED: results.SURVIVED, NO_CHANGE: results.SAME, NEEDS_COLD: results.COLD}
MEMORY = Path("/dev/shm")


@dataclass(frozen=True)
class Job:
    """A mutant, and how long its tests took without it."""

    mutant: Mutant
    seconds: float = 0.0


@dataclass(frozen=True)
class _Running:
    job: Job
    began: float
    place: Path


def run(jobs: Iterable[Job], work: Callable[[Mutant, Path], int], tell: Callable[[results.Result], None]) -> None:
    """Fork for each job, at most JOBS at a time; `work` gets the mutant and a directory, and returns how it ended."""
    running: dict[int, _Running] = {}
    at_once = int(os.environ.get("JOBS") or 2)
    for job in jobs:
        while len(running) >= at_once:
            _reap(running, tell)
        place = Path(tempfile.mkdtemp(prefix="twoyes-mutant-", dir=MEMORY if MEMORY.is_dir() else None))
        sys.stdout.flush()
        pid = os.fork()
        if pid == 0:
            _live(job, place, work)
        running[pid] = _Running(job, time.monotonic(), place)
    while running:
        _reap(running, tell)


def _live(job: Job, place: Path, work: Callable[[Mutant, Path], int]) -> None:
    """The child's whole life."""
    code = FAILED
    try:
        os.setsid()
        out = os.open(place / "out", os.O_WRONLY | os.O_CREAT)
        os.dup2(out, 1)
        os.dup2(out, 2)
        seconds = int(10 + 6 * job.seconds)
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
        resource.setrlimit(resource.RLIMIT_AS, (6 << 30, 6 << 30))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        code = work(job.mutant, place)
    except BaseException:  # noqa: BLE001  # whatever a mutant does to its process, it was noticed
        traceback.print_exc()
    finally:
        os._exit(code)


def _reap(running: dict[int, _Running], tell: Callable[[results.Result], None]) -> None:
    """Wait until a child has ended, or has been waited for too long."""
    while True:
        pid, status = os.waitpid(-1, os.WNOHANG)
        if pid in running:
            break
        late = [each for each, child in running.items() if _is_late(child)]
        for each in late:
            os.kill(each, signal.SIGKILL)
        time.sleep(0.01)
    child = running.pop(pid)
    # What a test of it may have started.
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)
    by = (child.place / "by").read_text() if (child.place / "by").exists() else ""
    keep = os.environ.get("KEEP")
    if not keep:
        shutil.rmtree(child.place, ignore_errors=True)
    tell(results.note(child.job.mutant, _verdict(status), time.monotonic() - child.began, by))


def _is_late(child: _Running) -> bool:
    return time.monotonic() - child.began > 60 + 20 * child.job.seconds


def _verdict(status: int) -> str:
    if os.WIFSIGNALED(status):
        timed = os.WTERMSIG(status) in {signal.SIGKILL, signal.SIGXCPU}
        return results.TIMEOUT if timed else results.KILLED
    return VERDICTS.get(os.WEXITSTATUS(status), results.KILLED)
