"""Several people, or workers, at the same instant: threads with connections of their own, let go by one barrier."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

from django.db import connections

# Whoever waits longer than this waits for ever: a deadlock that the database did not find.
PATIENCE = 60.0


def at_once(acts: Sequence[Callable[[], object]]) -> list[object]:
    """Run every act in a thread of its own, all let go together; return what each returned or raised, in order."""
    barrier = threading.Barrier(len(acts), timeout=PATIENCE)
    results: list[object] = [None] * len(acts)

    def run(place: int) -> None:
        try:
            barrier.wait()
            results[place] = acts[place]()
        except Exception as error:  # noqa: BLE001 - the test looks at each
            results[place] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(place,), daemon=True) for place in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    assert not any(thread.is_alive() for thread in threads), "somebody still waits"
    return results


def failures(results: Sequence[object], *expected: type[Exception]) -> list[object]:
    """Return the exceptions among the results that nobody expected."""
    return [one for one in results if isinstance(one, Exception) and not isinstance(one, expected)]
