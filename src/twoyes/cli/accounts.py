"""Connectors and their delegates: who has a book here, and how they get in."""

from __future__ import annotations

from typing import Annotated

import typer

from twoyes.cli import entering, house
from twoyes.cli.house import Json
from twoyes.lib.words import said as _

Handle = Annotated[str, typer.Argument(metavar="HANDLE")]
Email = Annotated[str, typer.Argument(metavar="EMAIL")]
connector = typer.Typer(help="Connectors and delegates.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add `connector` with its commands."""
    for name, function in (("add", add), ("link", link), ("add-delegate", add_delegate), ("remove", remove)):
        connector.command(name)(function)
    app.add_typer(connector, name="connector", rich_help_panel="People and book")


@house.command
def add(
    email: Email,
    *,
    name: Annotated[str, typer.Option(metavar="NAME", help="The name that stands under their letters.")],
    handle: Annotated[str, typer.Option(metavar="HANDLE", help="The public page is /@HANDLE.")],
    language: Annotated[str, typer.Option(metavar="CODE", help="en, de, fr or es.")] = "en",
    zone: Annotated[str, typer.Option(metavar="ZONE", help="Such as Europe/Berlin.")] = "UTC",
    as_json: Json = False,
) -> None:
    """Add a connector: an empty book, a page of their own and a way to log in."""
    entering.enter()
    from django.conf import settings

    from twoyes.people import front as people

    made = people.add_connector(email, name=name, handle=handle, language=language, zone=zone)
    page = f"{settings.TWOYES_URL}/@{made.handle}"

    def human() -> None:
        typer.echo(
            _("@%(handle)s has a page at %(page)s. Log in with: twoyes connector link %(handle)s")
            % {"handle": made.handle, "page": page}
        )

    house.tell({"id": made.id, "handle": made.handle, "url": page}, as_json=as_json, human=human)


@house.command
def link(handle: Handle, *, as_json: Json = False) -> None:
    """Print an address that logs this connector in, once and within ten minutes."""
    entering.enter()
    url = login_url(handle.removeprefix("@"))
    house.tell({"url": url}, as_json=as_json, human=lambda: typer.echo(url))


def login_url(handle: str) -> str:
    """Return the address of a fresh login link. Raises Refused `no_such_connector`."""
    from django.conf import settings

    from twoyes.lib import clock
    from twoyes.people import front as people

    return f"{settings.TWOYES_URL}/accounts/link/{people.login_link(handle, clock.now())}"


@house.command
def add_delegate(
    handle: Handle,
    email: Email,
    *,
    name: Annotated[str, typer.Option(metavar="NAME", help="Their name.")],
    as_json: Json = False,
) -> None:
    """Let somebody else act for a connector, with a login of their own."""
    entering.enter()
    from twoyes.people import front as people

    made = people.add_delegate(handle.removeprefix("@"), email, name=name)

    def human() -> None:
        typer.echo(
            _("%(name)s may act for @%(handle)s and logs in with their own address.")
            % {"name": made.name, "handle": handle.removeprefix("@")}
        )

    house.tell({"id": made.id, "name": made.name}, as_json=as_json, human=human)


@house.command
def remove(
    handle: Handle,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask again.")] = False,
    *,
    as_json: Json = False,
) -> None:
    """Delete a connector's account: introductions close, whoever waits hears at once, the book goes."""
    entering.enter()
    house.confirm(
        _("Delete @%(handle)s with their book? This cannot be undone.") % {"handle": handle.removeprefix("@")}, sure=yes
    )
    from twoyes.care import front as care
    from twoyes.lib import clock

    done = care.remove_connector(handle.removeprefix("@"), now=clock.now())
    known = {"introductions": len(done.introductions), "cards": len(done.cards)}

    def human() -> None:
        typer.echo(_("Removed. Introductions closed: %(introductions)s. Cards deleted: %(cards)s.") % known)

    house.tell(known, as_json=as_json, human=human)
