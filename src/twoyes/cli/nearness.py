"""Who is near whom: the warmest ways to somebody, ties from a file, and working both out anew."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from twoyes.cli import entering, house
from twoyes.cli.bringing import bring, tell_imported
from twoyes.cli.house import As, Desk, Json
from twoyes.lib.words import said as _

if TYPE_CHECKING:
    from twoyes.network.front import Way

network = typer.Typer(help="What mail and calendars show of who knows whom.", no_args_is_help=True)
_FILE = "A CSV file with the columns from, to and strength (above 0, at most 1)."


def register(app: typer.Typer) -> None:
    """Add `paths`, `network` and `import ties`; `rebuild-network` is what the worker starts as a process of its own."""
    bring.command("ties")(ties)
    network.command("rebuild")(rebuild)
    app.add_typer(network, name="network", rich_help_panel="People and book")
    app.command("paths", rich_help_panel="Looking")(paths)
    app.command("rebuild-network", hidden=True)(rebuild_network)


@house.command
def paths(
    to: Annotated[str, typer.Option("--to", metavar="WHO", help="Whom you would like to reach.")],
    *,
    start: Annotated[str, typer.Option("--from", metavar="WHO", help="From whom; you, where nobody is named.")] = "me",
    k: Annotated[int, typer.Option("-k", min=1, max=50, help="How many ways.")] = 10,
    steps: Annotated[int, typer.Option(min=1, max=3, help="Over how many ties at most.")] = 3,
    handle: As = "",
    as_json: Json = False,
) -> None:
    """Show the warmest ways from one person to another through your own book, with the reason for each."""
    desk = house.at_desk(handle)
    from twoyes.network import front as network_room

    _bring_up_to_date(desk)
    found = network_room.warm_paths(desk.connector.id, start, to, k=k, max_steps=steps)

    def human() -> None:
        for way in found.ways:
            typer.echo(f"{way.warmth:.3f}  " + " > ".join(one.name for one in way.people))
            typer.echo(f"       {way.why}")
        if not found.ways:
            typer.echo(_("No way is seen in these sources. That does not mean that there is none."))

    house.tell([_told(way) for way in found.ways], as_json=as_json, human=human)


@house.command
def ties(
    file: Annotated[Path, typer.Argument(metavar="FILE.csv", help=_FILE)],
    *,
    owner: Annotated[str, typer.Option(metavar="HANDLE", help="Whose network they go into.")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would happen, and write nothing.")] = False,
    as_json: Json = False,
) -> None:
    """Take in who knows whom, and how well, where no mail shows it; again changes nothing."""
    desk = house.at_desk(owner)
    from twoyes.network import front as network_room

    report = network_room.import_ties(desk.connector.id, file, dry_run=dry_run)
    known: dict[str, Any] = {
        "added": report.added,
        "updated": report.updated,
        "unchanged": report.unchanged,
        "rejected": [{"where": one.where, "why": one.why} for one in report.rejected],
    }

    tell_imported(known, dry_run=dry_run, as_json=as_json)


@house.command
def rebuild(
    owner: Annotated[str, typer.Option(metavar="HANDLE", help="Whose; everybody's, where none is named.")] = "",
    *,
    as_json: Json = False,
) -> None:
    """Work out anew how near everybody is to whom. It happens by itself after an import and every night."""
    entering.enter()
    from twoyes.care import front as care
    from twoyes.people import front as people

    desks = [house.at_desk(owner).connector] if owner else people.connectors()
    known = []
    for one in desks:
        count, between = care.rebuild(one.id)
        known.append({"handle": one.handle, "people": count, "ties": between})

    def human() -> None:
        for one in known:
            typer.echo(_("@%(handle)s: %(people)s people, %(ties)s ties.") % one)

    house.tell(known, as_json=as_json, human=human)


def rebuild_network(owner: str) -> None:
    """Work out anew how near everybody in one book is to whom, while nobody waits."""
    entering.enter()
    from twoyes.care import front as care

    os.nice(10)
    care.work_through(owner)


def _bring_up_to_date(desk: Desk) -> None:
    from twoyes.care import front as care
    from twoyes.network import front as network_room

    if network_room.is_stale(desk.connector.id):
        typer.echo(_("Book or mail changed: working it out anew."), err=True)
        care.rebuild(desk.connector.id)


def _told(way: Way) -> dict[str, Any]:
    return {
        "people": [{"id": one.id, "name": one.name} for one in way.people],
        "strengths": [step.strength for step in way.steps],
        "warmth": way.warmth,
        "weakest": way.weakest,
        "why": way.why,
    }
