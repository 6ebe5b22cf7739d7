"""`demo`: one introduction, played in the terminal, in a store that is thrown away afterwards."""

from __future__ import annotations

import logging
import os
import shutil
import tempfile
from pathlib import Path
from typing import Annotated

import typer

from twoyes.cli import entering, house
from twoyes.lib.words import said as _

# What an operator set must not lead the demo to the operator's own store, or to real mail.
_OURS = ("TWOYES_", "DATABASE_URL", "EMAIL_URL", "INBOX_URL")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("demo", rich_help_panel="Running")(demo)


@house.command
def demo(
    keep: Annotated[str, typer.Option(metavar="DIR", help="Keep the letters in this directory.")] = "",
) -> None:
    """Play one introduction from the request to two yeses, with its letters; nothing leaves this machine."""
    for name in [name for name in os.environ if name.startswith(_OURS)]:
        del os.environ[name]
    place = Path(tempfile.mkdtemp(prefix="twoyes-demo-"))
    os.environ |= {
        "TWOYES_DATA": str(place / "data"),
        "XDG_CONFIG_HOME": str(place / "config"),
        "XDG_STATE_HOME": str(place / "state"),
    }
    try:
        entering.enter()
        # The letters are the play; a line of the log for each would only be in the way.
        logging.getLogger("twoyes").setLevel(logging.WARNING)
        from twoyes.cli.playing import Broken, play

        try:
            play(typer.echo)
        except Broken as broken:
            typer.echo(_("The demo broke: %(broken)s") % {"broken": broken}, err=True)
            raise typer.Exit(1) from broken
        if keep:
            shutil.copytree(place / "data" / "postroom", keep, dirs_exist_ok=True)
    finally:
        shutil.rmtree(place, ignore_errors=True)
