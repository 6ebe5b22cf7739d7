"""Processes that may die: forked from one that has loaded everything, so that a hundred of them cost little."""

from __future__ import annotations

import gc
import json
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from tests.support.relay import Choice, Relay, Session

# Longer than anything here takes; a process that hangs must not hang the suite.
PATIENCE = 60.0


def forked(work: Callable[[], object]) -> int:
    """Run `work` in a process of its own and return its id; it exits 0, or 1 after printing what went wrong."""
    sys.stdout.flush()
    pid = os.fork()
    if pid:
        return pid
    code = 1
    try:
        # Objects of the parent, sockets among them, are nobody's to tidy up here.
        gc.freeze()
        work()
        code = 0
    except BaseException:  # noqa: BLE001 - the process ends here, and says why
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def ended(pid: int, patience: float = PATIENCE) -> int:
    """Wait for a process and return how it ended: an exit code, or minus the signal that killed it."""
    until = time.monotonic() + patience
    while time.monotonic() < until:
        found, status = os.waitpid(pid, os.WNOHANG)
        if found:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.003)
    kill(pid)
    raise AssertionError(f"process {pid} did not end within {patience} seconds")


def stopped(pid: int, patience: float = PATIENCE) -> None:
    """Wait until a process stands still by SIGSTOP."""
    until = time.monotonic() + patience
    while time.monotonic() < until:
        found, status = os.waitpid(pid, os.WNOHANG | os.WUNTRACED)
        if found:
            assert os.WIFSTOPPED(status), f"process {pid} ended before it stood still"
            return
        time.sleep(0.003)
    kill(pid)
    raise AssertionError(f"process {pid} did not stand still within {patience} seconds")


def kill(pid: int) -> None:
    """Kill a process that we started, and collect it."""
    with suppress(ProcessLookupError, ChildProcessError):
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)


def told_by_all(works: Sequence[Callable[[], Any]]) -> list[Any]:
    """Return what each returned, all at once in processes of their own, by way of JSON; raise when one failed."""
    running = [_telling(work) for work in works]
    told = []
    for pid, reader in running:
        with os.fdopen(reader) as pipe:
            text = pipe.read()
        if ended(pid) != 0:
            raise AssertionError("a process of the test failed; its traceback stands above")
        told.append(json.loads(text))
    return told


def _telling(work: Callable[[], Any]) -> tuple[int, int]:
    reader, writer = os.pipe()

    def tell() -> None:
        with os.fdopen(writer, "w") as pipe:
            json.dump(work(), pipe)

    pid = forked(tell)
    os.close(writer)
    return pid, reader


@contextmanager
def relay(log: Path, script: Choice, session: type[Session] | None = None) -> Iterator[int]:
    """Run a relay as a process of its own while the block lasts; yield its port. Its log is the truth."""
    ports, port = os.pipe()
    life, hold = os.pipe()

    def serve() -> None:
        os.close(hold)
        with Relay(log, script, session=session) as server:
            os.write(port, f"{server.port}\n".encode())
            # Until the other end is closed, by the block's end or by its process's death.
            os.read(life, 1)

    pid = forked(serve)
    os.close(port)
    os.close(life)
    with os.fdopen(ports) as pipe:
        number = int(pipe.readline())
    try:
        yield number
    finally:
        os.close(hold)
        ended(pid)
