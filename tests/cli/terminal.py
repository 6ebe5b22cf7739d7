"""A terminal for tests: runs a command as the shell would, at the time of the cast."""

import json
from dataclasses import dataclass
from functools import cache
from typing import Any

from typer import testing
from typer.main import get_command
from typer.testing import CliRunner

from tests.support.cast import Cast
from twoyes.cli.app import app

# All commands are made from the signatures of their functions, which takes longer than to run one: once is enough.
vars(testing)["_get_command"] = cache(get_command)


@dataclass(frozen=True)
class Said:
    """How a command ended, and what it printed."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """What it printed for a program."""
        return json.loads(self.out)

    @property
    def refused(self) -> str:
        """The code of a refusal that was told as JSON; its shape is part of the contract."""
        error = self.json["error"]
        assert self.status == 1
        assert {"code", "sentence"} <= error.keys()
        assert error["sentence"]
        return str(error["code"])


def run(*words: str, typed: str | None = None) -> Said:
    """Run a command in this process, whatever the time."""
    result = CliRunner().invoke(app, list(words), input=typed)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return Said(result.exit_code, result.stdout, result.stderr)


def at(cast: Cast, *words: str, handle: str = "cora", typed: str | None = None) -> Said:
    """Run a command of Cora's at the time of the cast, and read its JSON."""
    with cast.time():
        return run(*words, "--as", handle, "--json", typed=typed)
