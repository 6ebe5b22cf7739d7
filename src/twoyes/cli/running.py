"""What runs for long: `serve`, `worker`; and the clock of the post room, `tick`."""

from __future__ import annotations

import logging
import os
import signal
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from twoyes.cli import house, serving
from twoyes.cli.house import Json, utc
from twoyes.lib.errors import Refused
from twoyes.lib.words import said as _

_PANEL = "Running"


def register(app: typer.Typer) -> None:
    """Add these commands; `begin`, `web` and `tell` are parts that `serve` starts as processes of their own."""
    for name, function in (("serve", serve), ("worker", worker), ("tick", tick)):
        app.command(name, rich_help_panel=_PANEL)(function)
    for name, function in (("begin", begin), ("web", web), ("tell", tell)):
        app.command(name, hidden=True)(function)


@house.command
def serve(
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    *,
    port: Annotated[int, typer.Option(min=0, max=65535, help="The port; 0 takes a free one.")] = 8000,
    web_only: Annotated[bool, typer.Option("--web-only", help="Without a worker: letters wait.")] = False,
    welcome: Annotated[bool, typer.Option("--welcome", help="Make a first connector, and print a way in.")] = False,
) -> None:
    """Start web, worker and post room, and print the address."""
    raise typer.Exit(serving.serve(host, port, web_only=web_only, welcome=welcome))


@house.command
def begin(welcome: bool = False) -> None:
    """Bring the store up to date before anything is served, and note where it will be."""
    house.enter()
    from django.conf import settings

    from twoyes.lib import env

    (env.data_dir() / house.SERVED_AT).write_text(f"{settings.TWOYES_URL}\n", "utf-8")
    if welcome and settings.POST_ROOM:
        serving.welcome()


@house.command
def web(host: str = "127.0.0.1", port: int = 8000) -> None:
    """Serve the pages until told to stop."""
    serving.die_with_parent()
    serving.web(host, port)


@house.command
def tell(port: Annotated[int, typer.Option()], notes: Annotated[str, typer.Option()]) -> None:
    """Tell the story into the empty store of a house that only stands for it, then become the `serve` of that house."""
    serving.die_with_parent()
    from twoyes.lib import story

    if not story.within():
        raise Refused("not_a_story", _("A story is told only into a house of its own, which `serve` builds."))
    house.enter()
    # Its letters are there to be read; a line of the log for each would only be in the way.
    logging.getLogger("twoyes").setLevel(logging.WARNING)
    from twoyes.cli.story.telling import tell as tell_all

    tell_all(lambda steps, of: story.note_told(story.Told(steps, of), Path(notes)))
    os.execv(sys.executable, [sys.executable, "-m", "twoyes.cli", "serve", "--port", str(port)])  # noqa: S606


@house.command
def worker() -> None:
    """Deliver letters and keep deadlines until told to stop; several workers may run."""
    serving.die_with_parent()
    house.enter()
    from twoyes.mail import front as mail
    from twoyes.network import front as network
    from twoyes.people import front as people

    people.take_up()
    network.take_up_histories()
    stop = mail.Stop()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    mail.worker(stop, tell=lambda way: typer.echo(_("Mail is taken at %(way)s") % {"way": way}))


@house.command
def tick(
    now: Annotated[str, typer.Option(metavar="ISO", help="Walk the clock to this time, as 2026-05-31T08:00:00Z.")] = "",
    *,
    as_json: Json = False,
) -> None:
    """Do all that is due; with --now, walk the post room's clock there from deadline to deadline."""
    goal = _instant(now) if now else None
    house.enter()
    from twoyes.mail import front as mail

    report = mail.tick(goal)
    known = {"now": utc(report.now), "fired": len(report.fired), "letters": len(report.letters)}

    def human() -> None:
        typer.echo(_("It is %(now)s. Deadlines: %(fired)s. Letters: %(letters)s.") % known)

    house.tell(known, as_json=as_json, human=human)


def _instant(text: str) -> datetime:
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter(_("Write the time as 2026-05-31T08:00:00Z."), param_hint="--now") from error
    return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
