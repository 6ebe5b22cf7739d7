"""Every command, in the order in which `twoyes --help` lists them."""

from __future__ import annotations

import typer

from twoyes.cli import accounts, acts, beginning, bringing, cards, care, demo, doctor, reading, running

app = typer.Typer(
    name="twoyes",
    help="An introduction takes two yeses.",
    no_args_is_help=True,
    add_completion=False,
    # A traceback with the values of variables would show personal data (E22).
    pretty_exceptions_enable=False,
)
for room in (running, doctor, demo, accounts, bringing, cards, reading, beginning, acts, care):
    room.register(app)
