"""Work in a process of its own, which runs ahead of whoever takes what it makes: two halves of a task on two cores."""

from __future__ import annotations

import ctypes
import gc
import os
import pickle
import select
import signal
import sys
import traceback
import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO, Never

from django.utils.translation import gettext as _

from twoyes.lib.errors import Unreachable

DIED = "reader_died"
# So many items go over at once, and so many bytes are made before anybody takes them: enough to go on with while the
# other side writes a chunk.
_BATCH = 128
_MOST_AHEAD = 4 * 1024 * 1024
_PIECE = 64 * 1024
_PR_SET_PDEATHSIG = 1


def is_possible() -> bool:
    """Say whether there is a second core, and a system that ends a child with its parent however that ends."""
    return sys.platform == "linux" and len(os.sched_getaffinity(0)) > 1


@contextmanager
def ahead[Item](items: Iterable[Item]) -> Iterator[Iterator[Item]]:
    """Give the same items, made by a child, in the same order; and where making them raises, then the same error.

    For a block, at the end of which the child is gone. Items and errors must be ones that pickle takes. What the child
    has is a copy of all that is here, keys too, but no open file: no lock, and no connection to the database.
    Raises Unreachable `reader_died` where the child ends before its time.
    """
    ours, theirs = os.pipe()
    parent = os.getpid()
    # What both have is one memory as long as neither touches it, which the collector of either would.
    gc.freeze()
    with warnings.catch_warnings():
        # Python warns of locks that other threads hold: the child reads files, and takes none that they could have.
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if child == 0:
        _be_child(items, theirs, parent)
    os.close(theirs)
    try:
        with os.fdopen(ours, "rb") as pipe:
            yield _taken(pipe)
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        gc.unfreeze()


def _taken(pipe: BinaryIO) -> Iterator[Any]:
    ended = False
    while not ended:
        try:
            batch, error, ended = pickle.load(pipe)  # noqa: S301 -- from our own child
        except (EOFError, pickle.UnpicklingError):
            sentence = _("The process that reads ahead ended before its time, perhaps for want of memory. Try again.")
            raise Unreachable(DIED, sentence) from None
        yield from batch
        if error is not None:
            raise error


# ---------------------------------------------------------------- in the child


def _be_child(items: Iterable[object], pipe: int, parent: int) -> Never:
    try:
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() == parent:
            os.closerange(3, pipe)
            os.closerange(pipe + 1, os.sysconf("SC_OPEN_MAX"))
            _make(items, _Sending(pipe))
    finally:
        # Nothing that the parent would do at its end is done here.
        os._exit(0)


def _make(items: Iterable[object], sending: _Sending) -> None:
    batch, error = list[object](), None
    try:
        for item in items:
            batch.append(item)
            if len(batch) == _BATCH:
                sending.put((batch, None, False))
                batch = []
    except Exception as no:  # noqa: BLE001 -- raised again in the parent, where it would have been without a child
        no.add_note(traceback.format_exc())
        error = no
    sending.put((batch, error, True), most=0)


class _Sending:
    """The way to the parent: what does not go through yet waits here, up to a limit."""

    def __init__(self, pipe: int) -> None:
        os.set_blocking(pipe, False)
        self.pipe, self.waiting = pipe, bytearray()
        self.room = select.poll()
        self.room.register(pipe, select.POLLOUT)

    def put(self, told: object, *, most: int = _MOST_AHEAD) -> None:
        """Send something; wait for the parent only while more than so many bytes are left."""
        self.waiting += pickle.dumps(told, pickle.HIGHEST_PROTOCOL)
        while self.waiting and self.room.poll(None if len(self.waiting) > most else 0):
            del self.waiting[: os.write(self.pipe, self.waiting[:_PIECE])]
