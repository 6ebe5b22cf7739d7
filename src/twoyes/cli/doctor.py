"""`doctor`: what is well with this installation, what is not, and what to do about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from twoyes.cli import house
from twoyes.cli.house import Json

if TYPE_CHECKING:
    from twoyes.lib.checked import Check

_MARKS = {"ok": "ok  ", "warn": "warn", "fail": "FAIL"}


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("doctor", rich_help_panel="Running")(doctor)


@house.command
def doctor(*, as_json: Json = False) -> None:
    """Look the installation over; exit status 1 when something fails."""
    from twoyes.cli import checks

    found = checks.all_checks()
    known = [{"id": one.id, "status": one.status, "sentence": one.sentence, "mend": one.mend} for one in found]
    house.tell({"checks": known}, as_json=as_json, human=lambda: _show(found))
    if any(one.status == "fail" for one in found):
        raise typer.Exit(1)


def _show(found: list[Check]) -> None:
    for one in found:
        typer.echo(f"{_MARKS[one.status]}  {one.sentence}")
        if one.mend:
            typer.echo(f"      {one.mend}")
