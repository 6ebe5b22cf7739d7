"""What a connector begins: a request that came by phone or paste, an offer, a note of what happened elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from twoyes.cli import house
from twoyes.cli.acts import with_card
from twoyes.cli.house import As, Desk, Json
from twoyes.lib.errors import Refused
from twoyes.lib.words import said as _

if TYPE_CHECKING:
    from twoyes.introductions.front import Frozen

_PANEL = "Beginning"
Who = Annotated[list[str], typer.Option("--to", metavar="WHO", help="One of the two; give it twice.")]


def register(app: typer.Typer) -> None:
    """Add these commands."""
    for name, function in (("request", request), ("offer", offer), ("record", record)):
        app.command(name, rich_help_panel=_PANEL)(function)


@house.command
def request(
    file: Annotated[str, typer.Argument(metavar="FILE.json", help="The fields of the form; - reads standard input.")],
    handle: As = "",
    *,
    as_json: Json = False,
) -> None:
    """Note a request that came by phone or paste; with an address, its owner is asked to prove it."""
    desk = house.at_desk(handle)
    from twoyes.introductions import front as introductions

    made = introductions.draft(desk.connector.id, house.read_fields(file), actor=desk.actor, now=desk.now)
    house.tell_outcome(made, as_json=as_json)


@house.command
def offer(  # noqa: PLR0913 - the options of a command are its form's fields
    to: Who,
    *,
    writes_first: Annotated[str, typer.Option(metavar="WHO", help="Who writes first after two yeses.")],
    ask_first: Annotated[str, typer.Option(metavar="WHO", help="Who is asked first: the side with more to lose.")],
    because: Annotated[str, typer.Option(metavar="TEXT", help="Why these two.")],
    said_yes: Annotated[str, typer.Option(metavar="WHO", help="Who said yes to you in person already.")] = "",
    vouch: Annotated[str, typer.Option(metavar="TEXT", help="One sentence of your own about both.")] = "",
    vouch_level: Annotated[str, typer.Option(metavar="TEXT", help="vouch, know or no_vouch.")] = "",
    why_first: Annotated[str, typer.Option(metavar="TEXT", help="Why, said to who is asked first.")] = "",
    why_second: Annotated[str, typer.Option(metavar="TEXT", help="Why, said to the other.")] = "",
    personal_line: Annotated[str, typer.Option(metavar="TEXT", help="A line of your own.")] = "",
    handle: As = "",
    as_json: Json = False,
) -> None:
    """Offer two people to each other: each is asked, the second only after the first's yes."""
    desk = house.at_desk(handle)
    from twoyes.introductions import front as introductions

    two = _two(desk, to)
    first = _one_of(desk, two, ask_first, "--ask-first")
    sides = {"first": first, "second": next(card for card in two if card != first)}
    fields = {
        **sides,
        "writes_first": _side(sides, _one_of(desk, two, writes_first, "--writes-first")),
        "said_yes": _side(sides, _one_of(desk, two, said_yes, "--said-yes")) if said_yes else "",
        "because": because,
        # What is not said for one of them alone is said to both.
        "vouch": vouch or because,
        "why_first": why_first or because,
        "why_second": why_second or because,
        "vouch_level": vouch_level,
        "personal_line": personal_line,
    }
    with _said_of_the_two(desk, sides):
        texts = offered_texts(desk, fields)
        made = introductions.offer(desk.connector.id, fields, frozen=texts, actor=desk.actor, now=desk.now)
    house.tell_outcome(made, as_json=as_json)


@house.command
def record(
    to: Who,
    *,
    on: Annotated[str, typer.Option(metavar="DATE", help="The day, as 2026-05-31; today where none is given.")] = "",
    because: Annotated[str, typer.Option(metavar="TEXT", help="Why these two.")] = "",
    handle: As = "",
    as_json: Json = False,
) -> None:
    """Record an introduction made elsewhere; two weeks after it the first of the two is asked what became of it."""
    desk = house.at_desk(handle)
    from twoyes.introductions import front as introductions

    first, second = _two(desk, to)
    fields = {"first": first, "second": second, "on": on, "because": because}
    with _said_of_the_two(desk, {"first": first, "second": second}):
        made = introductions.record(desk.connector.id, fields, actor=desk.actor, now=desk.now)
    house.tell_outcome(made, as_json=as_json)


def _two(desk: Desk, to: list[str]) -> tuple[str, str]:
    if len(to) != 2:
        raise typer.BadParameter(_("Name two people: --to WHO --to WHO."), param_hint="--to")
    first, second = (with_card(desk, {"target": one})["target"] for one in to)
    if first == second:
        raise Refused("same_person", _("These are one and the same person."))
    return first, second


def _one_of(desk: Desk, two: tuple[str, str], who: str, option: str) -> str:
    found = with_card(desk, {"target": who})["target"]
    if found not in two:
        raise Refused("not_one_of_them", _("%(option)s is neither of the two.") % {"option": option})
    return found


@contextmanager
def _said_of_the_two(desk: Desk, sides: Mapping[str, str]) -> Iterator[None]:
    """Name whom of the two a refusal is about by the option and the name with which they were meant."""
    from twoyes.introductions import front as introductions
    from twoyes.people import front as people

    try:
        yield
    except introductions.BadFields as bad:
        names = {side: card.name for side, id_ in sides.items() if (card := people.card(desk.connector.id, id_))}
        errors = {f"--to {names[field]}" if field in names else field: error for field, error in bad.errors.items()}
        raise introductions.BadFields(errors) from bad


def _side(sides: dict[str, str], card: str) -> str:
    return "first" if sides["first"] == card else "second"


def offered_texts(desk: Desk, fields: dict[str, str]) -> tuple[Frozen, Frozen]:
    """Return the letters to the first and to the second, as they will leave."""
    return _text(desk, fields, "first"), _text(desk, fields, "second")


def _text(desk: Desk, fields: dict[str, str], side: str) -> Frozen:
    from twoyes.introductions import front as introductions
    from twoyes.mail import front as mail
    from twoyes.policy import front as policy

    facts = introductions.offer_facts(desk.connector.id, fields, side)
    days = str(policy.house_rules(desk.connector.id).ask_days)
    return mail.preview(replace(facts, approval={**facts.approval, "ask_days": days}))
