"""Bringing contact files into a book."""

from __future__ import annotations

import os
import resource
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from twoyes.cli import entering, house
from twoyes.cli.house import Json
from twoyes.lib import env
from twoyes.lib.errors import Refused
from twoyes.lib.words import said as _

if TYPE_CHECKING:
    from twoyes.care.front import Looked
    from twoyes.network.front import Account
    from twoyes.people.front import ImportReport

bring = typer.Typer(help="Bring files in.", no_args_is_help=True)

# What shells say of a program that was stopped by Ctrl-C.
_INTERRUPTED = 130
# Shorter than this a new carrier cannot tell whether the one before is gone (people.jobs).
_UNTIL_SURE = 30.0
_MAIL = (
    "Mailboxes (mbox), folders of mail (Maildir, .eml), LISTSERV logs, calendars (.ics); also packed as .gz or .zip."
    " Or imaps://you%40example.org@imap.example.org: an app password is asked for, or read from TWOYES_IMAP_PASSWORD."
    " Or the https:// address of a CalDAV calendar, with --user: as before, or from TWOYES_CALDAV_PASSWORD."
)
_ME = "A further address of the owner's own; may be given several times, and is remembered."
_WHAT = "Files or folders, or the https:// address of a CardDAV address book."


def register(app: typer.Typer) -> None:
    """Add `import` with its commands; pages start `carry-import` and `look-for-same` as processes."""
    bring.command("contacts")(contacts)
    bring.command("history")(history)
    app.add_typer(bring, name="import", rich_help_panel="People and book")
    for name, function in (
        ("carry-import", carry_import),
        ("carry-history", carry_history),
        ("rewrite-history", rewrite_history),
        ("look-for-same", look_for_same),
    ):
        app.command(name, hidden=True)(function)


def _stoppable(function: Callable[..., None]) -> Callable[..., None]:
    """Let an import be stopped at the terminal, and say what becomes of it."""

    @wraps(function)
    def run(*args: Any, **kwargs: Any) -> None:
        try:
            function(*args, **kwargs)
        except KeyboardInterrupt as stopped:
            said = _("Stopped. What came in so far stays, and the same command brings in the rest.")
            nothing = _("Stopped. Nothing was written.")
            typer.echo(f"\n{nothing if kwargs.get('dry_run') else said}", err=True)
            raise typer.Exit(_INTERRUPTED) from stopped

    return run


@house.command
@_stoppable
def contacts(
    paths: Annotated[list[str], typer.Argument(metavar="PATH…", help=_WHAT)],
    *,
    owner: Annotated[str, typer.Option(metavar="HANDLE", help="Whose book they go into.")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would happen, and write nothing.")] = False,
    user: Annotated[str, typer.Option(help="The login at a CardDAV server; see TWOYES_CARDDAV_PASSWORD.")] = "",
    as_json: Json = False,
) -> None:
    """Import people from LinkedIn, Google, Outlook, Thunderbird, vCards or CardDAV; again changes nothing."""
    desk = house.at_desk(owner, "--owner")
    from twoyes.care import front as care

    known: dict[str, Any] = {"added": 0, "updated": 0, "unchanged": 0, "rejected": []}
    for report in _reports(desk.connector.id, paths, user, dry_run=dry_run):
        for name, value in asdict(report).items():
            known[name] += value
    looked = None if dry_run else care.work_through(desk.connector.id)
    tell_imported(known, looked, dry_run=dry_run, as_json=as_json)


@house.command
@_stoppable
def history(
    paths: Annotated[list[str], typer.Argument(metavar="PATH…", help=_MAIL)],
    *,
    owner: Annotated[str, typer.Option(metavar="HANDLE", help="Whose history it is.")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would happen, and write nothing.")] = False,
    me: Annotated[list[str] | None, typer.Option("--me", metavar="ADDRESS", help=_ME)] = None,
    user: Annotated[str, typer.Option(help="The login at a CalDAV server; see TWOYES_CALDAV_PASSWORD.")] = "",
    as_json: Json = False,
) -> None:
    """Read who wrote to and met whom and when, never what; broken off, the same command goes on where it was."""
    desk = house.at_desk(owner, "--owner")
    from twoyes.care import front as care
    from twoyes.network import front as network

    _must_be_for_a_server(user, paths)
    report = network.import_history(
        desk.connector.id, [_history(one, user) for one in paths], mine=me or (), dry_run=dry_run, progress=_passing()
    )
    known: dict[str, Any] = {
        "taken": report.taken,
        "left_out": report.left_out,
        "problems": [asdict(one) for one in report.problems],
    }
    looked = None if dry_run else care.work_through(desk.connector.id)

    def human() -> None:
        typer.echo((_("would be taken: %s.") if dry_run else _("taken: %s.")) % f"{report.taken:,}")
        for reason, count in report.left_out.items():
            typer.echo(_("  left out, %(reason)s: %(count)s") % {"reason": reason, "count": f"{count:,}"})
        for one in report.problems:
            typer.echo(_("  not read, %(where)s: %(why)s") % asdict(one), err=True)
        _tell_same(looked)

    house.tell(known, as_json=as_json, human=human)
    if report.problems and not report.taken and not report.left_out:
        # Nothing of what was named could be read.
        raise typer.Exit(1)


def _tell_same(looked: Looked | None) -> None:
    """Say what the look that followed an import joined by itself, and where it is listed and taken apart.

    Nothing where nothing changed, or another process looks. A program asks `twoyes same --json`.
    """
    if looked is not None and looked.joined:
        said = _("cards joined to another of the same person: %(joined)s; each can be taken apart.")
        typer.echo(said % {"joined": looked.joined})
    if looked is not None and looked.questions:
        typer.echo(_("pairs of cards that may be the same person: %(asked)s.") % {"asked": looked.questions})
    if looked is not None and (looked.joined or looked.questions):
        typer.echo(_("To see them: twoyes same"))


def _must_be_for_a_server(user: str, paths: list[str]) -> None:
    if user and not any(written.lower().startswith(("https://", "http://")) for written in paths):
        raise Refused("no_server", _("--user is a login at an https:// server, and none is named."))


def _history(written: str, user: str) -> Path | Account:
    """Return what was named: a path, or an account on a server; its password is never on the command line."""
    from twoyes.network import front as network

    if "://" not in written:
        return Path(written)
    if written.lower().startswith(("https://", "http://")):
        password = env.read("TWOYES_CALDAV_PASSWORD", "") or (_asked() if user else "")
        return network.calendars(written, user=user, password=password)
    return network.mailbox(written, password=env.read("TWOYES_IMAP_PASSWORD", "") or _asked())


def _asked() -> str:
    """Ask for a password, where somebody is there to answer."""
    return str(typer.prompt(_("App password"), hide_input=True, err=True)) if sys.stdin.isatty() else ""


def tell_imported(known: dict[str, Any], looked: Looked | None = None, *, dry_run: bool, as_json: bool) -> None:
    """Print what became of each record: how many are new, changed and as before, and why others were left out."""

    def human() -> None:
        done = _("added: %(added)s, updated: %(updated)s, unchanged: %(unchanged)s.")
        would = _("would be added: %(added)s, would be updated: %(updated)s, would be unchanged: %(unchanged)s.")
        typer.echo((would if dry_run else done) % known)
        for one in known["rejected"]:
            typer.echo(_("  left out, %(where)s: %(why)s") % one, err=True)
        _tell_same(looked)

    house.tell(known, as_json=as_json, human=human)


def carry_import(job: str) -> None:
    """Carry an uploaded file into its book, until it is in or whoever started this is gone; then do what is due."""
    entering.enter()
    from twoyes.care import front as care
    from twoyes.people import front as people

    # The pages come first: an import has time.
    os.nice(10)
    parent, until = os.getppid(), time.monotonic() + _UNTIL_SURE
    while not people.carry_import(job, stop=lambda: os.getppid() != parent):
        if os.getppid() != parent or not people.import_is_open(job) or time.monotonic() > until:
            return
        time.sleep(1)
    if owner := people.import_owner(job):
        care.work_through(owner)


def look_for_same(owner: str) -> None:
    """Look through a book for cards that are one person; a page starts this as a process of its own."""
    entering.enter()
    from twoyes.care import front as care

    os.nice(10)
    care.look_in_turn(owner)


def carry_history(job: str) -> None:
    """Carry an uploaded history into the log, until it is in or whoever started this is gone."""
    entering.enter()
    from twoyes.care import front as care
    from twoyes.network import front as network

    _in_the_background()
    parent, until = os.getppid(), time.monotonic() + _UNTIL_SURE
    while not network.carry_history(job, stop=lambda: os.getppid() != parent):
        if os.getppid() != parent or not network.history_is_open(job) or time.monotonic() > until:
            return
        time.sleep(1)
    if owner := network.history_owner(job):
        care.work_through(owner)


def rewrite_history(owner: str) -> None:
    """Take out of an owner's log what nobody may see any more, and make anew what was made of it."""
    entering.enter()
    from twoyes.care import front as care

    _in_the_background()
    care.work_through(owner)


# What reads strangers' files may not take the machine down with it, nor leave its memory on the disk.
_MOST_MEMORY = 2 * 1024**3


def _in_the_background() -> None:
    os.nice(10)
    resource.setrlimit(resource.RLIMIT_DATA, (_MOST_MEMORY, _MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _reports(owner_id: str, paths: list[str], user: str, *, dry_run: bool) -> Iterator[ImportReport]:
    """Import one thing after the other; nothing at all where one that was named cannot be read."""
    from twoyes.people import front as people

    _must_be_for_a_server(user, paths)
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
        except Refused as refused:
            no = refused if isinstance(source, bytes) else _told_apart(refused, name, source)
            # A folder from LinkedIn or a backup holds much else; what was named by itself was meant.
            if name not in folders or no.code not in _NO_CONTACTS:
                raise no from refused
            skipped.append(people.Rejected(name, no.sentence))
    yield people.ImportReport(rejected=skipped)
    for name, source in given:
        if plan := plans.pop(name, None):
            show = _progress(name)
            yield people.import_contacts(owner_id, source, name=name, progress=show, dry_run=dry_run, checked=plan)


def _told_apart(refused: Refused, name: str, path: Path) -> Refused:
    from twoyes.network import front as network

    if refused.code == "no_such_file":
        return refused
    return network.told_apart(refused, lambda: path.open("rb"), name=name, size=path.stat().st_size)


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


def _passing() -> Callable[[int, int, int], None] | None:
    """Tell how many messages were read on standard error, where somebody looks."""
    if not sys.stderr.isatty():
        return None

    def show(passed: int, size: int, messages: int) -> None:
        share = f" ({min(passed / size, 1):.0%})" if size else ""
        typer.echo(f"\r{_('messages: %s') % f'{messages:,}'}{share}", err=True, nl=False)

    return show


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
