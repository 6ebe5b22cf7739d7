"""Bringing contact files into a book."""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from twoyes.cli import house
from twoyes.cli.house import Json

bring = typer.Typer(help="Bring files in.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add `import` with its commands."""
    bring.command("contacts")(contacts)
    app.add_typer(bring, name="import", rich_help_panel="People and book")


@house.command
def contacts(
    paths: Annotated[list[Path], typer.Argument(metavar="PATH…", help="LinkedIn's Connections.csv.")],
    *,
    owner: Annotated[str, typer.Option(metavar="HANDLE", help="Whose book they go into.")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would happen, and write nothing.")] = False,
    as_json: Json = False,
) -> None:
    """Import people from contact files; the same file again changes nothing."""
    desk = house.at_desk(owner)
    from twoyes.people import front as people

    known: dict[str, Any] = {"added": 0, "updated": 0, "unchanged": 0, "rejected": []}
    for path in paths:
        report = people.import_contacts(
            desk.connector.id, path, name=path.name, progress=_progress(path), dry_run=dry_run
        )
        for name, value in asdict(report).items():
            known[name] += value

    def human() -> None:
        verb = "would be " if dry_run else ""
        numbers = ", ".join(f"{verb}{name}: {known[name]}" for name in ("added", "updated", "unchanged"))
        typer.echo(f"{numbers}.")
        for one in known["rejected"]:
            typer.echo(f"  left out, {one['where']}: {one['why']}", err=True)

    house.tell(known, as_json=as_json, human=human)


def _progress(path: Path) -> house.Progress | None:
    """Tell how far it is on standard error, where somebody looks."""
    if not sys.stderr.isatty():
        return None

    def show(done: int, total: int) -> None:
        typer.echo(f"\r{path.name}: {done} of {total}", err=True, nl=done == total)

    return show
