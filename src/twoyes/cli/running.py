"""What runs for long: `serve`, `worker`; and the clock of the post room, `tick`."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer

from twoyes.cli import entering, house, parts, serving
from twoyes.cli.house import Json, utc
from twoyes.lib.words import said as _

_PANEL = "Running"


def register(app: typer.Typer) -> None:
    """Add these commands."""
    for name, function in (("serve", serve), ("worker", worker), ("tick", tick)):
        app.command(name, rich_help_panel=_PANEL)(function)


@house.command
def serve(
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    *,
    port: Annotated[int, typer.Option(min=0, max=65535, help="The port; 0 takes a free one.")] = 8000,
    web_only: Annotated[bool, typer.Option("--web-only", help="Without a worker: letters wait.")] = False,
    welcome: Annotated[bool, typer.Option("--welcome", help="Make a first connector, and print a way in.")] = False,
) -> None:
    """Start web, worker and post room, and print the address."""
    serving.serve(host, port, web_only=web_only, welcome=welcome)


@house.command
def worker() -> None:
    """Deliver letters and keep deadlines until told to stop; several workers may run."""
    parts.work()


@house.command
def tick(
    now: Annotated[str, typer.Option(metavar="ISO", help="Walk the clock to this time, as 2026-05-31T08:00:00Z.")] = "",
    *,
    as_json: Json = False,
) -> None:
    """Do all that is due; with --now, walk the post room's clock there from deadline to deadline."""
    goal = _instant(now) if now else None
    entering.enter()
    from twoyes.mail import front as mail

    report = mail.tick(goal)
    known = {"now": utc(report.now), "fired": len(report.fired), "letters": len(report.letters)}

    def human() -> None:
        typer.echo(_("It is %(now)s. Deadlines: %(fired)s. Letters: %(letters)s.") % known)
        if report.refused:
            typer.echo(_("Nothing was sent: %(why)s To see and release them: twoyes release") % {"why": report.refused})

    house.tell(known, as_json=as_json, human=human)


def _instant(text: str) -> datetime:
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter(_("Write the time as 2026-05-31T08:00:00Z."), param_hint="--now") from error
    return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
