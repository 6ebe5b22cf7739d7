"""Every command, in the order in which `twoyes --help` lists them."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from typing import Any

import typer
from typer.core import TyperGroup
from typer.exceptions import TyperException
from typer.main import get_command

from twoyes.cli import accounts, acts, beginning, bringing, cards, care, demo, doctor, nearness, reading, running
from twoyes.lib.words import said


class Whole(TyperGroup):
    """The command line as a whole: with `--json` it tells wrong usage as it tells every refusal, and ends with 2."""

    def main(self, args: Sequence[str] | None = None, *more: Any, **known: Any) -> Any:
        """Run, and end the process."""
        words = list(sys.argv[1:] if args is None else args)
        if "--json" not in words or more or not known.get("standalone_mode", True):
            return super().main(args, *more, **known)
        try:
            status = super().main(words, **{**known, "standalone_mode": False})
        except TyperException as wrong:
            typer.echo(json.dumps({"error": {"code": "usage", "sentence": wrong.format_message()}}, ensure_ascii=False))
            sys.exit(wrong.exit_code)
        except typer.Abort:
            sys.exit(1)
        sys.exit(status or 0)


app = typer.Typer(
    name="twoyes",
    cls=Whole,
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
