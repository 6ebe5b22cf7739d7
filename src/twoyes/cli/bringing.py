"""Bringing contact files into a book."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from twoyes.cli import house
from twoyes.cli.house import Json
from twoyes.lib import env
from twoyes.lib.errors import Refused
from twoyes.lib.words import said as _

if TYPE_CHECKING:
    from twoyes.people.front import ImportReport

bring = typer.Typer(help="Bring files in.", no_args_is_help=True)

# Shorter than this a new carrier cannot tell whether the one before is gone (people.jobs).
_UNTIL_SURE = 30.0
_WHAT = "Files or folders, or the https:// address of a CardDAV address book."


def register(app: typer.Typer) -> None:
    """Add `import` with its commands; pages start `carry-import` and `look-for-same` as processes."""
    bring.command("contacts")(contacts)
    app.add_typer(bring, name="import", rich_help_panel="People and book")
    app.command("carry-import", hidden=True)(carry_import)
    app.command("look-for-same", hidden=True)(look_for_same)


@house.command
def contacts(
    paths: Annotated[list[str], typer.Argument(metavar="PATH…", help=_WHAT)],
    *,
    owner: Annotated[str, typer.Option(metavar="HANDLE", help="Whose book they go into.")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would happen, and write nothing.")] = False,
    user: Annotated[str, typer.Option(help="The login at a CardDAV server; see TWOYES_CARDDAV_PASSWORD.")] = "",
    as_json: Json = False,
) -> None:
    """Import people from LinkedIn, Google, Outlook, Thunderbird, vCards or CardDAV; again changes nothing."""
    desk = house.at_desk(owner)
    known: dict[str, Any] = {"added": 0, "updated": 0, "unchanged": 0, "rejected": []}
    for report in _reports(desk.connector.id, paths, user, dry_run=dry_run):
        for name, value in asdict(report).items():
            known[name] += value

    def human() -> None:
        done = _("added: %(added)s, updated: %(updated)s, unchanged: %(unchanged)s.")
        would = _("would be added: %(added)s, would be updated: %(updated)s, would be unchanged: %(unchanged)s.")
        typer.echo((would if dry_run else done) % known)
        for one in known["rejected"]:
            typer.echo(_("  left out, %(where)s: %(why)s") % one, err=True)

    house.tell(known, as_json=as_json, human=human)


def carry_import(job: str) -> None:
    """Carry an uploaded file into its book, until it is in or whoever started this is gone."""
    house.enter()
    from twoyes.people import front as people

    # The pages come first: an import has time.
    os.nice(10)
    parent, until = os.getppid(), time.monotonic() + _UNTIL_SURE
    while not people.carry_import(job, stop=lambda: os.getppid() != parent):
        if os.getppid() != parent or not people.import_is_open(job) or time.monotonic() > until:
            return
        time.sleep(1)


def look_for_same(owner: str, runner: Annotated[str, typer.Argument()] = "") -> None:
    """Look through a book for cards that are one person; a page starts this as a process of its own."""
    house.enter()
    from twoyes.care import front as care

    os.nice(10)
    care.look_for_same(owner, runner)


def _reports(owner_id: str, paths: list[str], user: str, *, dry_run: bool) -> Iterator[ImportReport]:
    """Import one thing after the other; nothing at all where one that was named cannot be read."""
    from twoyes.people import front as people

    password = env.read("TWOYES_CARDDAV_PASSWORD", "") or ""
    given: list[tuple[str, Path | bytes]] = []
    for written in paths:
        if "://" in written:
            given.append((written, people.fetch_address_book(written, user=user, password=password)))
        else:
            given += [(name, path) for name, path in _files(Path(written))]
    folders = {name for name, _source in given if "/" in name and "://" not in name}
    plans, skipped = {}, []
    for name, source in given:
        if sys.stderr.isatty():
            typer.echo(_("%(name)s: looking it over…") % {"name": name}, err=True)
        try:
            plans[name] = people.check_contacts(owner_id, source, name=name)
        except Refused as no:
            # A folder from LinkedIn or a backup holds much else; what was named by itself was meant.
            if name not in folders or no.code not in _NO_CONTACTS:
                raise
            skipped.append(people.Rejected(name, no.sentence))
    yield people.ImportReport(rejected=skipped)
    for name, source in given:
        if plan := plans.pop(name, None):
            show = _progress(name)
            yield people.import_contacts(owner_id, source, name=name, progress=show, dry_run=dry_run, checked=plan)


_NO_CONTACTS = {"not_contacts", "binary", "archive", "empty_file"}


def _files(path: Path) -> list[tuple[str, Path]]:
    """A file by its name; the files of a folder, by their names from there. Links are not followed."""
    if not path.is_dir():
        return [(path.name, path)]
    found = [(f"{path.name}/{one.relative_to(path).as_posix()}", one) for one in _below(path)]
    if not found:
        raise Refused("empty_folder", _("There is no file in “%(name)s”.") % {"name": path.name})
    return found


def _below(folder: Path) -> Iterator[Path]:
    for one in sorted(folder.iterdir()):
        if one.name.startswith(".") or one.is_symlink():
            continue
        if one.is_dir():
            yield from _below(one)
        elif one.is_file():
            yield one


def _progress(name: str) -> house.Progress | None:
    """Tell how far it is on standard error, where somebody looks."""
    if not sys.stderr.isatty():
        return None
    width = 30

    def show(done: int, total: int) -> None:
        full = width * done // max(total, 1)
        bar = "█" * full + "·" * (width - full)
        typer.echo(
            _("%(name)s: %(bar)s %(done)s of %(total)s")
            % {"name": f"\r{name}", "bar": bar, "done": f"{done:,}", "total": f"{total:,}"},
            err=True,
            nl=done == total,
        )

    return show
