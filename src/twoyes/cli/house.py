"""What all commands share: the way in, who acts, and how results and refusals are told.

Django is imported inside functions only, so that `--help` stays light.
"""

from __future__ import annotations

import difflib
import json
import sys
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from twoyes.cli import entering
from twoyes.lib.errors import Refused
from twoyes.lib.words import said as _

if TYPE_CHECKING:
    from twoyes.introductions.front import Actor, Outcome
    from twoyes.people.front import ConnectorView

As = Annotated[str, typer.Option("--as", metavar="HANDLE", help="Who acts, where there are several connectors.")]
Json = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]

type Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Desk:
    """Who acts at the command line, and at what time."""

    connector: ConnectorView
    actor: Actor
    now: datetime


# --- the way in ---------------------------------------------------------------------------------------------------


def at_desk(handle: str, option: str = "--as") -> Desk:
    """Return who acts: the one named by this option, or the only one. Raises Refused when that is not clear."""
    entering.enter()
    from twoyes.introductions.front import Actor, Role
    from twoyes.lib import clock
    from twoyes.people import front as people

    found = people.connectors()
    if handle:
        found = [one for one in found if one.handle == handle.removeprefix("@").lower()]
        if not found:
            raise Refused(
                "no_such_connector", _("There is no connector @%(handle)s.") % {"handle": handle.removeprefix("@")}
            )
    if not found:
        sentence = _("There is no connector yet. Begin with: twoyes connector add EMAIL --name NAME --handle HANDLE")
        raise Refused("no_connector", sentence)
    if len(found) > 1:
        handles = ", ".join(f"@{one.handle}" for one in found)
        raise Refused(
            "which_connector",
            _("There are several connectors: %(handles)s. Say who acts with %(option)s HANDLE.")
            % {"handles": handles, "option": option},
        )
    return Desk(found[0], Actor(Role.CONNECTOR, found[0].actor_id, "cli"), clock.now())


# --- what is told -------------------------------------------------------------------------------------------------


def command(function: Callable[..., None]) -> Callable[..., None]:
    """Let a command refuse with a sentence and exit status 1, as JSON where JSON was asked for."""

    @wraps(function)
    def run(*args: Any, **kwargs: Any) -> None:
        try:
            function(*args, **kwargs)
        except Refused as refused:
            _tell_refusal(refused, kwargs)
            raise typer.Exit(1) from refused

    return run


def _tell_refusal(refused: Refused, given: Mapping[str, Any]) -> None:
    sentence = _whole_sentence(refused, given)
    told: dict[str, object] = {"code": refused.code, "sentence": sentence}
    candidates = [_candidate(card) for card in getattr(refused, "candidates", ())]
    if candidates:
        told["candidates"] = candidates
    if given.get("as_json"):
        typer.echo(json.dumps({"error": told}, ensure_ascii=False))
        return
    typer.echo(sentence, err=True)
    for one in candidates:
        typer.echo(f"  {one['id']}  {one['name']}  {one['organisation']}".rstrip(), err=True)


def _whole_sentence(refused: Refused, typed: Collection[str]) -> str:
    """Name what each sentence is about, where several fields are wrong at once: an option, or a field of a file."""
    errors: Mapping[str, tuple[str, str]] = getattr(refused, "errors", {})
    if not errors:
        return refused.sentence
    named = {field: f"--{field.replace('_', '-')}" if field in typed else field for field in errors}
    return " ".join(f"{named[field]}: {sentence}" for field, (_code, sentence) in errors.items())


def _candidate(card: Any) -> dict[str, str]:
    return {"id": card.id, "name": card.name, "organisation": card.organisation}


def tell(value: object, *, as_json: bool, human: Callable[[], None]) -> None:
    """Print the result: as JSON for a program, else in words."""
    if as_json:
        typer.echo(json.dumps(value, ensure_ascii=False))
    else:
        human()


def outcome(made: Outcome) -> dict[str, object]:
    """Return an act's result as programs read it."""
    return {"id": made.id, "state": str(made.state), "letters": list(made.letters)}


def tell_outcome(made: Outcome, *, as_json: bool) -> None:
    """Print what an act did."""

    def human() -> None:
        known = {"id": made.id, "state": made.state, "letters": ", ".join(made.letters)}
        whole = _("%(id)s is now %(state)s. Letters: %(letters)s.") if made.letters else _("%(id)s is now %(state)s.")
        typer.echo(whole % known)

    tell(outcome(made), as_json=as_json, human=human)


def table(title: str, columns: tuple[str, ...], rows: list[tuple[str, ...]]) -> None:
    """Print a table; plain lines where nobody looks at a terminal."""
    if not sys.stdout.isatty():
        for row in rows:
            typer.echo("\t".join(row))
        return
    from rich.console import Console
    from rich.table import Table

    shown = Table(*columns, title=title, title_justify="left", box=None, pad_edge=False)
    for row in rows:
        shown.add_row(*row)
    Console().print(shown)


def utc(at: datetime | None) -> str | None:
    """Return an instant as programs read it: UTC with Z."""
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z") if at else None


def read_fields(path: str) -> dict[str, str]:
    """Return the fields of a request from a JSON file, or from standard input for `-`. Raises Refused `bad_file`."""
    try:
        text = sys.stdin.read() if path == "-" else Path(path).read_text("utf-8")
        found = json.loads(text)
    except (OSError, ValueError) as error:
        raise Refused(
            "bad_file", _("%(path)s cannot be read as JSON: %(error)s.") % {"path": path, "error": error}
        ) from error
    if not isinstance(found, dict):
        raise Refused(
            "bad_file", _("%(path)s does not hold one request: it must be a JSON object of fields.") % {"path": path}
        )
    _warn_of_others(found)
    return {str(name): _text(value) for name, value in found.items()}


def _warn_of_others(names: Iterable[str]) -> None:
    """Name on stderr each key that is no field of a request, with the field that was probably meant."""
    from twoyes.introductions.front import REQUEST_FIELDS

    for name in names:
        if name in REQUEST_FIELDS:
            continue
        said = _("“%(name)s” is no field of a request and was left out.") % {"name": name}
        meant = difflib.get_close_matches(name, REQUEST_FIELDS, n=1)
        typer.echo(f"{said} {_('Did you mean “%(field)s”?') % {'field': meant[0]}}" if meant else said, err=True)


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else ""
    return "" if value is None else str(value)


def confirm(question: str, *, sure: bool) -> None:
    """Ask once more before what cannot be undone, where a person sits at the terminal; end the command on a no."""
    if not sure and sys.stdin.isatty() and not typer.confirm(question, err=True):
        raise typer.Exit(1)
