"""Looking, without changing anything: the book, the desk, one introduction, the rules."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from twoyes.cli import entering, house
from twoyes.cli.acts import must_be_theirs
from twoyes.cli.house import As, Desk, Json, utc
from twoyes.lib.words import said as _

if TYPE_CHECKING:
    from twoyes.introductions.front import DeskPage, DeskRow
    from twoyes.policy.front import Finding

_PANEL = "Looking"


def register(app: typer.Typer) -> None:
    """Add these commands."""
    for name, function in (
        ("people", people),
        ("requests", requests),
        ("show", show),
        ("screen", screen),
        ("rules", rules),
    ):
        app.command(name, rich_help_panel=_PANEL)(function)


@house.command
def people(
    query: Annotated[str, typer.Argument(metavar="QUERY", help="Name, organisation, address or @domain.")] = "",
    *,
    reveal: Annotated[bool, typer.Option("--reveal", help="Show addresses too.")] = False,
    handle: As = "",
    as_json: Json = False,
) -> None:
    """Find people in your own address book; addresses are shown only with --reveal."""
    desk = house.at_desk(handle)
    from twoyes.people import front

    found = [
        {
            "id": card.id,
            "name": card.name,
            "organisation": card.organisation,
            "known_since": card.known_since.isoformat() if card.known_since else None,
            **({"addresses": list(front.addresses(desk.connector.id, card.id))} if reveal else {}),
        }
        for card in front.find(desk.connector.id, query)
    ]

    def human() -> None:
        columns = ("id", "name", "organisation", "known since", *(("addresses",) if reveal else ()))
        rows = [tuple(_cell(value) for value in one.values()) for one in found]
        house.table(f"{len(found)} people", columns, rows)

    house.tell(found, as_json=as_json, human=human)


@house.command
def requests(handle: As = "", *, as_json: Json = False) -> None:
    """List your introductions: what waits for you first, oldest first."""
    desk = house.at_desk(handle)
    from twoyes.introductions import front as introductions

    found = [_row(desk, row) for row in introductions.desk(desk.connector.id, desk.now)]

    def human() -> None:
        columns = ("id", "state", "requester", "target", "days", "findings")
        house.table("Introductions", columns, [tuple(_cell(value) for value in one.values()) for one in found])

    house.tell(found, as_json=as_json, human=human)


@house.command
def show(introduction: Annotated[str, typer.Argument(metavar="ID")], handle: As = "", *, as_json: Json = False) -> None:
    """Show one introduction: how it stands, what comes next, and its journal."""
    desk = house.at_desk(handle)
    page = must_be_theirs(desk, introduction)
    row = page.row
    known: dict[str, Any] = {
        **_row(desk, row),
        "journal": [
            {"seq": line.seq, "event": line.event, "at": utc(line.at), "actor": line.actor} for line in page.journal
        ],
        "next": {"event": row.next_event, "at": utc(row.next_at)} if row.next_event else None,
    }

    wishes = _wishes(desk, page)
    if wishes is not None:
        known["wishes"] = wishes

    def human() -> None:
        # What a connector offered or noted, nobody asked for.
        head = _("%(id)s  %(requester)s asks for %(target)s: %(state)s")
        if "because" in page.words:
            head = _("%(id)s  %(requester)s and %(target)s: %(state)s")
        named = {"requester": row.requester, "target": row.target or _("somebody")}
        typer.echo(head % {"id": row.id, "state": row.state, **named})
        answered = {"answer": page.answer, **{name: page.answer_words.get(name, "") for name in _TOLD}}
        for name, words in {**page.words, **answered}.items():
            if words:
                typer.echo(f"  {name}: {words}")
        for name, words in (wishes or {}).items():
            if words:
                typer.echo(_("  they wish, %(name)s: %(words)s") % {"name": name, "words": _cell(words)})
        for line in page.journal:
            typer.echo(f"  {line.seq:>3}  {utc(line.at)}  {line.event}  {line.actor}")
        if row.next_event:
            typer.echo(_("  next: %(event)s at %(at)s") % {"event": row.next_event, "at": utc(row.next_at)})
        # To close is no button of the desk, and possible in whatever state.
        typer.echo(
            _("  you may: %(acts)s") % {"acts": ", ".join(act.replace("_", "-") for act in (*page.acts, "close"))}
        )

    house.tell(known, as_json=as_json, human=human)


# What was written to the connector alone, as `show` names it.
_TOLD = ("first_comment", "comment", "how_it_went", "outcome_words", "amends_words")


@house.command
def screen(
    file: Annotated[str, typer.Argument(metavar="FILE.json", help="A request's fields; - reads standard input.")],
    *,
    as_json: Json = False,
) -> None:
    """Say what the rules find in the words of a request; nothing is stored."""
    entering.load_settings()
    from twoyes.policy import front as policy

    found = policy.screen(house.read_fields(file), for_connector=True)

    def human() -> None:
        for one in found:
            typer.echo(f"{one.strength}  {one.code}: {one.sentence} {one.mend}")
        if not found:
            typer.echo(_("Nothing was found."))

    house.tell({"findings": [_finding(one) for one in found]}, as_json=as_json, human=human)


@house.command
def rules(handle: As = "", *, as_json: Json = False) -> None:
    """List the rules that are in force, with your numbers."""
    desk = house.at_desk(handle)
    from twoyes.policy import front as policy

    found = [
        {"id": one.id, "sentence": one.sentence, "strength": str(one.strength), "values": dict(one.values)}
        for one in policy.listed_rules(desk.connector.id)
    ]

    def human() -> None:
        rows = [tuple(_cell(value) for value in one.values()) for one in found]
        house.table("Rules", ("id", "sentence", "strength", "values"), rows)

    house.tell(found, as_json=as_json, human=human)


def _row(desk: Desk, row: DeskRow) -> dict[str, Any]:
    from twoyes.introductions import front as introductions

    findings = introductions.findings(desk.connector.id, row.id, desk.now)
    return {
        "id": row.id,
        "state": str(row.state),
        "requester": row.requester,
        "target": row.target,
        "age_days": row.age_days,
        "findings": [finding.code for finding in findings],
    }


def _wishes(desk: Desk, page: DeskPage) -> dict[str, Any] | None:
    """Return what whoever would be asked wishes, where it is clear who that is; a day is rough, whoever asked them."""
    from twoyes.introductions import front as introductions
    from twoyes.people import front as people

    meant = None if page.target_id else people.only_one(desk.connector.id, page.words.get("target", ""))
    card = page.target_id or (meant.id if meant else "")
    known = introductions.wished(desk.connector.id, card, desk.now, said=page.words, introduction=page.row.id)
    if known is None:
        return None
    return {
        "welcome": list(known.welcome),
        "unwelcome": list(known.unwelcome),
        "formats": list(known.formats),
        "every_months": known.every_months,
        "not_listed": known.not_listed,
        "standing_yes": utc(known.standing_since) if known.standing_since else None,
        "not_before": known.not_before.isoformat() if known.not_before else None,
        "against": [*([known.against.format] if known.against.format else []), *(t for t, _f in known.against.topics)],
    }


def _finding(one: Finding) -> dict[str, str]:
    return {"code": one.code, "strength": str(one.strength), "sentence": one.sentence, "mend": one.mend}


def _cell(value: object) -> str:
    if isinstance(value, list):
        return " ".join(map(str, value))
    if isinstance(value, dict):
        return " ".join(f"{name}={one}" for name, one in value.items())
    return "" if value is None else str(value)
