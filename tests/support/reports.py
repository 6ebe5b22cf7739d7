"""A worker tells the first process what is read there: not that a test begins or ends, nor that a set-up passed.

That is four messages in five, and each is packed, sent, unpacked and handed to every plugin. Where somebody wants to
know more (`-v`, `--durations`, `--junit-xml`), all of them are sent.
"""

from typing import Any

import pytest

_MORE = ("xmlpath", "show_hypothesis_statistics")


def pytest_sessionstart(session: pytest.Session) -> None:
    """Stand between this worker, if it is one, and what it sends."""
    config = session.config
    # All durations are asked for by a 0, and quieter than usual is less than one.
    wanted = config.getoption("durations") is not None or config.getoption("verbose") > 0
    if wanted or any(config.getoption(name, None) for name in _MORE):
        return
    for worker in config.pluginmanager.get_plugins():
        if type(worker).__name__ == "WorkerInteractor":
            worker.sendevent = _sparing(worker.sendevent)


def _sparing(send: Any) -> Any:
    def sent(name: str, **what: Any) -> None:
        if name in {"logstart", "logfinish"}:
            return
        if name == "testreport" and what["data"]["when"] != "call" and what["data"]["outcome"] == "passed":
            return
        send(name, **what)

    return sent
