"""Every command, in the order in which `twoyes --help` lists them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import typer
from typer.main import get_command

from twoyes.cli import accounts, acts, beginning, bringing, cards, care, demo, doctor, nearness, reading, running
from twoyes.lib.words import said

app = typer.Typer(
    name="twoyes",
    help="An introduction takes two yeses.",
    no_args_is_help=True,
    add_completion=False,
    # A traceback with the values of variables would show personal data (E22).
    pretty_exceptions_enable=False,
)
for room in (running, doctor, demo, accounts, bringing, cards, nearness, reading, beginning, acts, care):
    room.register(app)


def in_words() -> Any:
    """Return the command line with the help of each command and option in the language that is active."""
    whole = get_command(app)
    for one in _helped(whole):
        one.help = said(one.help)
    return whole


def _helped(command: Any) -> Iterator[Any]:
    """Yield a command, what it takes, and the commands below it, as far as each has a help."""
    below = getattr(command, "commands", {}).values()
    yield from (one for one in (command, *command.params) if getattr(one, "help", None))
    for one in below:
        yield from _helped(one)
