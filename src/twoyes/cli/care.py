"""What concerns a person or the whole store: taking it elsewhere, erasing, and letting held letters go."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from twoyes.cli import entering, house
from twoyes.cli.house import As, Desk, Json
from twoyes.lib.errors import Refused
from twoyes.lib.words import said as _

if TYPE_CHECKING:
    from twoyes.care.front import Erased

_PANEL = "Care"
_TO = "A new folder, or a new file.zip; with --person a new file.json, too."


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.command("export", rich_help_panel=_PANEL)(export)
    app.command("erase", rich_help_panel=_PANEL)(erase)
    app.command("release", rich_help_panel=_PANEL)(release)


@house.command
def export(
    person: Annotated[str, typer.Option("--person", metavar="WHO", help="Only what concerns one person.")] = "",
    to: Annotated[Path | None, typer.Option("--to", metavar="PATH", help=_TO)] = None,
    *,
    handle: As = "",
    as_json: Json = False,
) -> None:
    """Write all that is yours into files that you can take elsewhere: people, introductions, noes, wishes, rules.

    With --person, what is held about somebody, to be handed to them: printed as JSON, or written where --to says.
    Neither holds who wrote to whom and when: the archives that you brought in still have it.
    """
    desk = house.at_desk(handle)
    if person:
        _export_person(desk, person, to, as_json=as_json)
        return
    from twoyes.care import front as care

    place = to or Path(f"twoyes-{desk.connector.handle}-{desk.now.date().isoformat()}.zip")
    names = care.export(desk.connector.id, place, now=desk.now, progress=_pass)
    if sys.stderr.isatty():
        typer.echo(err=True)
    _tell_written(place, names, as_json=as_json)


def _export_person(desk: Desk, who: str, to: Path | None, *, as_json: bool) -> None:
    from twoyes.care import front as care
    from twoyes.people import front as people

    held = care.as_json(care.export_person(desk.connector.id, people.who(desk.connector.id, who).id, now=desk.now))
    if to is None:
        typer.echo(held)
        return
    names = care.written(to, held) if to.suffix.lower() == ".json" else care.packed(to, [("person.json", [held])])
    _tell_written(to, names, as_json=as_json)


def _tell_written(place: Path, names: list[str], *, as_json: bool) -> None:
    def human() -> None:
        typer.echo(_("Written to %(path)s: %(names)s.") % {"path": place, "names": ", ".join(names)})

    house.tell({"path": str(place), "files": names}, as_json=as_json, human=human)


def _pass(name: str, count: int) -> None:
    """Tell how far it is on standard error, where somebody looks."""
    if sys.stderr.isatty():
        typer.echo(f"\r\033[K{name}: {count:,}", err=True, nl=False)


@house.command
def erase(
    who: Annotated[str, typer.Argument(metavar="WHO", help="Id, handle, address or name.")],
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask again.")] = False,
    handle: As = "",
    as_json: Json = False,
) -> None:
    """Erase a person from every book, introduction and letter here, and bar them from being asked."""
    entering.enter()
    house.confirm(_("Erase %(who)s everywhere? This cannot be undone.") % {"who": who}, sure=yes)
    done = _erase(who, handle)

    def human() -> None:
        numbers = f"introductions: {len(done.introductions)}, cards: {len(done.cards)}, letters: {done.letters}"
        typer.echo(_("Erased (%(numbers)s). They cannot be asked any more.") % {"numbers": numbers})

    known = {"introductions": len(done.introductions), "cards": len(done.cards), "letters": done.letters}
    house.tell(known, as_json=as_json, human=human)


def _erase(who: str, handle: str) -> Erased:
    """Erase by the card in the acting connector's book; an address needs no card, and nobody's book."""
    from twoyes.care import front as care
    from twoyes.introductions.front import Actor, Role
    from twoyes.lib import clock
    from twoyes.people import front as people

    try:
        desk: Desk = house.at_desk(handle)
        card = people.who(desk.connector.id, who)
    except people.Ambiguous:
        raise
    except Refused:
        if "@" not in who[1:]:
            raise
        return care.erase(who, actor=Actor(Role.PROGRAM, "", "cli"), now=clock.now())
    return care.erase_card(desk.connector.id, card.id, actor=desk.actor, now=desk.now)


@house.command
def release(
    letters: Annotated[list[str] | None, typer.Argument(metavar="[LETTER]…", help="Ids of held letters.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="Let all of them go.")] = False,
    *,
    asks: Annotated[bool, typer.Option("--asks", help="Let asks leave again that stopped after complaints.")] = False,
    as_json: Json = False,
) -> None:
    """List the letters that are held since the store was restored or moved, or let some of them go.

    What is held may have been sent already, from the store as it was: look before you release it. Where too many
    letters were called spam, asks stop by themselves; with --asks they go on.
    """
    entering.enter()
    from twoyes.introductions import front as introductions
    from twoyes.lib import clock, store

    if asks and (letters or everything):
        sentence = _("--asks lets asks leave again, and no letters that are held: give one command for each.")
        raise Refused("one_at_a_time", sentence)
    if asks:
        noted = introductions.release_asks(clock.now())
        told = _("Asks leave again. Complaints taken note of: %(count)s.") % {"count": noted}
        house.tell({"complaints": noted}, as_json=as_json, human=lambda: typer.echo(told))
        return

    stood = not store.check_generation()
    if stood:
        # What waits is held by the next round of a worker; whoever looks now is to see it all.
        introductions.hold_foreign(clock.now())
    held = introductions.held()
    unknown = sorted({*(letters or ())} - {*held})
    if unknown:
        raise Refused("not_held", _("Not held: %(unknown)s.") % {"unknown": ", ".join(unknown)})
    if not letters and not everything:
        house.tell(held, as_json=as_json, human=_show_held)
        return
    count = introductions.release(list(letters or held), clock.now())

    def human() -> None:
        typer.echo(_("Released: %(count)s.") % {"count": count})
        if stood:
            typer.echo(_("Letters leave again."))

    house.tell({"released": count}, as_json=as_json, human=human)


def _show_held() -> None:
    """List what is held; say where nothing leaves although nothing is, since nobody has released it yet."""
    from twoyes.introductions import front as introductions
    from twoyes.lib import store

    found = introductions.held_letters()
    rows: list[tuple[str, ...]] = [
        (one.id, one.kind, one.name or _("nobody"), one.introduction, house.utc(one.since) or "") for one in found
    ]
    if rows:
        house.table("Held letters", ("id", "letter", "to", "introduction", "held since"), rows)
    else:
        typer.echo(_("Nothing is held."))
    if not store.check_generation():
        sentence = _(
            "No letter leaves: this data is older than what was sent from it, or was moved. When no other copy of it "
            "runs: twoyes release --all"
        )
        typer.echo(sentence)
