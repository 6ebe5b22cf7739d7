"""What a connector knows by heart of somebody, and two cards that are one person, or one that is two."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from twoyes.cli import house
from twoyes.cli.house import As, Json
from twoyes.lib.errors import Refused
from twoyes.lib.words import said as _

_PANEL = "People and book"
Who = Annotated[str, typer.Argument(metavar="WHO", help="Id, handle, address or name.")]
Off = Annotated[bool, typer.Option("--off", help="Take the mark off again.")]


def register(app: typer.Typer) -> None:
    """Add these commands."""
    for name, function in (
        ("my-word", my_word),
        ("do-not-ask", do_not_ask),
        ("not-listed", not_listed),
        ("merge", merge),
        ("split", split),
        ("same", same),
        ("delete-card", delete_card),
    ):
        app.command(name, rich_help_panel=_PANEL)(function)


@house.command
def my_word(
    who: Who,
    *,
    since: Annotated[str, typer.Option(metavar="YEAR|DATE", help="As in 2017, or 2017-05-31.")] = "",
    how: Annotated[str, typer.Option(help="worked, studied, family, friend, met or online.")] = "",
    how_well: Annotated[str, typer.Option(help="well, somewhat or by_name.")] = "",
    handle: As = "",
    as_json: Json = False,
) -> None:
    """Write down what you know by heart: since when, how, how well. With none of them your word is taken back."""
    desk = house.at_desk(handle)
    from twoyes.network import front as network
    from twoyes.people import front as people

    card = people.who(desk.connector.id, who)
    word = people.say_word(desk.connector.id, card.id, since=since, how=how, how_well=how_well, now=desk.now)
    sentence = network.word_sentence(word)
    known = {"id": card.id, "word": sentence}
    human = sentence or _("Your word about %(name)s is taken back.") % {"name": card.name}
    house.tell(known, as_json=as_json, human=lambda: typer.echo(human))


@house.command
def do_not_ask(who: Who, *, off: Off = False, handle: As = "", as_json: Json = False) -> None:
    """Mark somebody as not to be asked through you; no ask to them leaves until the mark is off."""
    _mark("do_not_ask", who, off=off, handle=handle, as_json=as_json)


@house.command
def not_listed(who: Who, *, off: Off = False, handle: As = "", as_json: Json = False) -> None:
    """Leave somebody out of lists and suggestions; you find them by their whole name or an address."""
    _mark("not_listed", who, off=off, handle=handle, as_json=as_json)


def _mark(mark: str, who: str, *, off: bool, handle: str, as_json: bool) -> None:
    desk = house.at_desk(handle)
    from twoyes.people import front as people

    card = people.who(desk.connector.id, who)
    people.set_mark(desk.connector.id, card.id, mark, on=not off, now=desk.now)
    found = sorted(people.marks(desk.connector.id, card.id))
    human = f"{card.name}: {', '.join(one.replace('_', ' ') for one in found) or 'no mark'}."
    house.tell({"id": card.id, "marks": found}, as_json=as_json, human=lambda: typer.echo(human))


@house.command
def merge(
    keep: Annotated[str, typer.Argument(metavar="WHO", help="The card that stays: id, handle, address or name.")],
    other: Annotated[str, typer.Argument(metavar="WHO", help="The card that is the same person.")],
    *,
    handle: As = "",
    as_json: Json = False,
) -> None:
    """Make one card of two that are one person. Nothing is lost, and it can be taken apart again (`split`)."""
    desk = house.at_desk(handle)
    from twoyes.care import front as care
    from twoyes.people import front as people

    one, two = (people.who(desk.connector.id, who) for who in (keep, other))
    done = care.merge(desk.connector.id, one.id, two.id, actor=desk.actor, now=desk.now)

    def human() -> None:
        typer.echo(
            _("%(one)s is on the card of %(other)s now (%(id)s).")
            % {"one": two.name, "other": done.card.name, "id": done.card.id}
        )
        if done.closed:
            typer.echo(_("The older ask goes on; closed: %(ids)s.") % {"ids": ", ".join(done.closed)})

    house.tell({"id": done.card.id, "name": done.card.name, "closed": list(done.closed)}, as_json=as_json, human=human)


@house.command
def split(
    who: Who,
    *,
    move: Annotated[list[str] | None, typer.Option(metavar="ADDRESS", help="Belongs to somebody else.")] = None,
    name: Annotated[str, typer.Option(help="The name on the new card.")] = "",
    again: Annotated[str, typer.Option(metavar="ID", help="A card that was merged into this one.")] = "",
    handle: As = "",
    as_json: Json = False,
) -> None:
    """Give what belongs to somebody else a card of its own, or take a merge back; wishes hold for both cards."""
    desk = house.at_desk(handle)
    from twoyes.care import front as care
    from twoyes.people import front as people

    card = people.who(desk.connector.id, who)
    if not (move or again):
        past = people.joined_cards(desk.connector.id, card.id)
        listed = [{"id": one.id, "name": one.name, "organisation": one.organisation} for one in past]
        lines = [f"{one['id']}  {one['name']}  {one['organisation']}".rstrip() for one in listed]
        text = "\n".join(lines) or _(
            "Nothing was merged into this card. Say what goes with --move ADDRESS --name NAME."
        )
        house.tell({"merged": listed}, as_json=as_json, human=lambda: typer.echo(text))
        return
    new = care.split(desk.connector.id, card.id, move or [], name=name, again=again, actor=desk.actor, now=desk.now)
    house.tell(
        {"id": new.id, "name": new.name},
        as_json=as_json,
        human=lambda: typer.echo(
            _("%(name)s has a card of their own now (%(id)s).") % {"name": new.name, "id": new.id}
        ),
    )


@house.command
def same(
    *,
    mailmap: Annotated[Path | None, typer.Option(help="A .mailmap: who is one person.")] = None,
    handle: As = "",
    as_json: Json = False,
) -> None:
    """Look for cards that are one person: what is sure is merged, all else is listed for `merge`."""
    desk = house.at_desk(handle)
    from twoyes.care import front as care
    from twoyes.network import front as network
    from twoyes.people import front as people

    lines = _lines(mailmap) if mailmap else []
    looked = care.look_in_turn(desk.connector.id, mail_map=lines)
    asked = [
        {"one": one.one.id, "other": one.other.id, "names": [one.one.name, one.other.name], "why": one.why}
        for one in people.questions(desk.connector.id)
    ]
    already = [
        {"card": one.card, "again": one.past, "names": [one.name, one.past_name], "why": one.why}
        for one in people.joined_by_themselves(desk.connector.id)
    ]
    known = {"cards": looked.cards, "joined": looked.joined, "asked": asked, "already": already}

    def human() -> None:
        typer.echo(_("cards: %(cards)s, joined: %(joined)s.") % known)
        for one in people.questions(desk.connector.id):
            both = " = ".join(f"{card.name} ({card.id})" for card in (one.one, one.other))
            typer.echo(f"  {both}: {network.why_same(one.why)}")
        if already:
            typer.echo(_("Joined without asking; each can be taken apart:"))
        for past in already:
            typer.echo(f"  {' = '.join(past['names'])}: {network.why_same(str(past['why']))}")
            typer.echo(_("    to take it apart: twoyes split %(card)s --again %(again)s") % past)

    house.tell(known, as_json=as_json, human=human)


def _lines(file: Path) -> list[str]:
    try:
        return file.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError as exc:
        sentence = _("“%s” cannot be read. Is it there, and is it a file?") % file.name
        raise Refused("no_such_file", sentence) from exc


@house.command
def delete_card(
    who: Who,
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask again.")] = False,
    handle: As = "",
    as_json: Json = False,
) -> None:
    """Take a card out of your book, with what you noted on it. Whoever is on it is not erased anywhere else."""
    desk = house.at_desk(handle)
    from twoyes.care import front as care
    from twoyes.people import front as people

    card = people.who(desk.connector.id, who)
    house.confirm(_("Delete the card of %(name)s? This cannot be undone.") % {"name": card.name}, sure=yes)
    care.delete_card(desk.connector.id, card.id, now=desk.now)
    text = _("The card of %(name)s is deleted.") % {"name": card.name}
    house.tell({"id": card.id, "name": card.name}, as_json=as_json, human=lambda: typer.echo(text))
