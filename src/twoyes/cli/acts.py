"""The acts on an introduction: one literal table. An act's options are its form fields, with dashes (DESIGN, CLI).

A command is made from each line of the table, so that a field is named in one place and an act in another.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from inspect import Parameter, Signature
from typing import TYPE_CHECKING, Annotated, Any

import typer

from twoyes.cli import house
from twoyes.cli.house import As, Desk, Json
from twoyes.lib.words import said as _

if TYPE_CHECKING:
    from twoyes.introductions.front import Frozen, Outcome

type Fields = Mapping[str, str]
type Do = Callable[[Desk, str, Fields], Outcome]

HELP = {
    "target": "Who is meant: id, handle, address or name of a card.",
    "vouch": "One sentence of your own about the requester.",
    "vouch_level": "vouch, know or no_vouch.",
    "why_requester": "Why it helps the requester.",
    "why_target": "Why the target, said to the target.",
    "personal_line": "A line to the target alone.",
    "channel": "relay (a letter) or by_hand.",
    "mode": "thread or hand_off.",
    "blind": "yes: the ask does not name the requester.",
    "reason": "Why.",
    "instead": "What they could do instead.",
    "stay_in_touch": "A warm close.",
    "rule": "The rule that was met.",
    "why": "Ready words: not_known, target_not_known, not_a_fit, no_benefit, too_soon, my_rule or not_said.",
    "tone": "Of the ready words: direct or indirect.",
    "words_in": "The language of the ready words: en, de, fr or es; the request's, if not named.",
    "consolation": "another, earn, come_back, write_yourself or resource.",
    "come_back": "The day on which they are asked once whether they still look, as 2026-05-31.",
    "resource": "What may help them: the first line of your own list, if not named.",
    "draft": "A message that they can send themselves; made of their own words, if not written.",
    "codes": "Codes of findings, separated by spaces.",
    "words": "A word of your own.",
    "times": "A booking link, a number, or up to three times.",
    "answer": "yes, no, later, their_details, written_only or never.",
    "how": "How you heard: by phone, at the fair.",
    "on": "The day, as 2026-05-31.",
    "until": "Not before this day, as 2026-05-31.",
    "scope": "this_person, this_connector or anyone.",
    "side": "Which side: target, or first and second of an offer.",
    "address": "The address that was still missing.",
    "wish": "The requester's new wish.",
}


@dataclass(frozen=True, slots=True)
class Act:
    """One command: its name, a sentence about it, its options, and the verb behind it."""

    name: str
    about: str
    options: tuple[str, ...]
    do: Do


def register(app: typer.Typer) -> None:
    """Add a command for each act, and `by-hand`, which has a text to show."""
    for act in ACTS:
        app.command(act.name, help=act.about, rich_help_panel="Acts")(_command(act))
    app.command("by-hand", rich_help_panel="Acts")(by_hand)


def _command(act: Act) -> Callable[..., None]:
    @house.command
    def run(introduction: str, *, handle: str, as_json: bool, **given: str) -> None:
        desk = house.at_desk(handle)
        must_be_theirs(desk, introduction)
        house.tell_outcome(act.do(desk, introduction, given), as_json=as_json)

    run.__signature__ = _signature(act.options)  # type: ignore[attr-defined]
    return run


def _signature(options: tuple[str, ...]) -> Signature:
    def option(name: str) -> Parameter:
        said = typer.Option(f"--{name.replace('_', '-')}", help=HELP[name], metavar="TEXT")
        return Parameter(name, Parameter.KEYWORD_ONLY, default="", annotation=Annotated[str, said])

    which = Annotated[str, typer.Argument(metavar="ID", help="The id of the introduction.")]
    return Signature(
        [
            Parameter("introduction", Parameter.POSITIONAL_OR_KEYWORD, annotation=which),
            *map(option, options),
            Parameter("handle", Parameter.KEYWORD_ONLY, default="", annotation=As),
            Parameter("as_json", Parameter.KEYWORD_ONLY, default=False, annotation=Json),
        ]
    )


# --- what the acts do ---------------------------------------------------------------------------------------------


def _approve(desk: Desk, introduction: str, fields: Fields) -> Outcome:
    from twoyes.introductions import front as introductions

    known = with_card(desk, fields)
    frozen = _frozen(desk, introduction, "ask", known)
    return introductions.approve(introduction, known, frozen=frozen, actor=desk.actor, now=desk.now)


def _override(desk: Desk, introduction: str, fields: Fields) -> Outcome:
    from twoyes.introductions import front as introductions

    codes, reason = fields["codes"], fields["reason"]
    return introductions.override(introduction, codes, reason=reason, actor=desk.actor, now=desk.now)


def _pass_on(desk: Desk, introduction: str, fields: Fields) -> Outcome:
    from twoyes.introductions import front as introductions

    known = with_card(desk, fields)
    frozen = _frozen(desk, introduction, "details", known)
    return introductions.pass_on(introduction, known, frozen=frozen, actor=desk.actor, now=desk.now)


def with_card(desk: Desk, fields: Fields, *names: str) -> dict[str, str]:
    """Return the fields with the id of the card that each of `names` means. Raises what `people.who` raises."""
    from twoyes.people import front as people

    meant = {name: people.who(desk.connector.id, fields[name]).id for name in names or ("target",) if fields[name]}
    return {**fields, **meant}


def _frozen(desk: Desk, introduction: str, kind: str, fields: Fields) -> Frozen:
    """Return the letter as it will leave: written from these words, and never again (D8)."""
    from twoyes.introductions import front as introductions
    from twoyes.mail import front as mail

    facts = introductions.preview_facts(
        desk.connector.id, introduction, kind, "target", approval=fields, target_id=fields["target"]
    )
    return mail.preview(facts)


def _by_fields(verb: str) -> Do:
    def do(desk: Desk, introduction: str, fields: Fields) -> Outcome:
        return _verb(verb)(introduction, fields, actor=desk.actor, now=desk.now)

    return do


def _alone(verb: str) -> Do:
    def do(desk: Desk, introduction: str, _fields: Fields) -> Outcome:
        return _verb(verb)(introduction, actor=desk.actor, now=desk.now)

    return do


def _by_one(verb: str, field: str) -> Do:
    def do(desk: Desk, introduction: str, fields: Fields) -> Outcome:
        return _verb(verb)(introduction, fields[field], actor=desk.actor, now=desk.now)

    return do


def must_be_theirs(desk: Desk, introduction: str) -> Any:
    """Return the desk's page of an introduction. Raises Refused `nothing_here` for somebody else's, or none (E8)."""
    from twoyes.introductions import front as introductions
    from twoyes.lib.errors import Refused

    page = introductions.desk_page(desk.connector.id, introduction, desk.now)
    if page is None:
        sentence = _("There is no introduction %(introduction)s on this desk. To list them: twoyes requests")
        raise Refused("nothing_here", sentence % {"introduction": introduction})
    return page


def _verb(name: str) -> Callable[..., Outcome]:
    from twoyes.introductions import front as introductions

    verb: Callable[..., Outcome] = getattr(introductions, name)
    return verb


ACTS = (
    Act(
        "approve",
        "Approve a request: the ask leaves, as written from these words.",
        ("target", "vouch", "vouch_level", "why_requester", "why_target", "personal_line", "channel", "mode", "blind"),
        _approve,
    ),
    Act(
        "decline",
        "Say a kind no, with the honest reason.",
        (
            *("reason", "instead", "stay_in_touch", "rule"),
            *("why", "tone", "words_in", "consolation", "come_back", "resource", "draft"),
        ),
        _by_fields("decline"),
    ),
    Act("return", "Give a request back with help.", ("codes", "words"), _by_fields("return_")),
    Act("talk", "Ask for a personal talk first.", ("times", "words"), _by_fields("talk")),
    Act("talked", "Note that the talk took place.", (), _alone("talked")),
    Act(
        "pass-on",
        "Let only the requester's details go over.",
        ("target", "personal_line", "why_target"),
        _pass_on,
    ),
    Act("withdraw", "Take it back; nobody is told why.", (), _alone("withdraw")),
    Act("confirm", "Say that the wish still stands, after a later or a late yes.", (), _alone("confirm")),
    Act(
        "note-answer",
        "Note an answer that was given elsewhere; it is kept as your word.",
        ("answer", "how", "on", "until", "scope", "side"),
        _by_fields("note_answer"),
    ),
    Act("give-address", "Give the address that a noted yes still lacks.", ("address",), _by_fields("give_address")),
    Act("says-wrote", "Note that the first line was written.", (), _alone("says_wrote")),
    Act("send-again", "Send the introduction once more to one side.", ("side",), _by_one("send_again", "side")),
    Act("introduce-again", "Introduce two people once more within a year.", ("wish",), _by_fields("introduce_again")),
    Act("close", "Close an introduction in whatever state it is.", ("reason",), _by_one("close", "reason")),
    Act("override", "Set a rule of your own aside for one request.", ("codes", "reason"), _override),
)


@house.command
def by_hand(
    introduction: Annotated[str, typer.Argument(metavar="ID")], handle: As = "", *, as_json: Json = False
) -> None:
    """Take the approved text to give it out yourself, or say that the introduction went out by hand."""
    desk = house.at_desk(handle)
    page = must_be_theirs(desk, introduction)
    from twoyes.introductions import front as introductions

    given = introductions.copied(introduction, actor=desk.actor)
    if given is None:
        made, given = introductions.by_hand(introduction, actor=desk.actor, now=desk.now)
    else:
        made = introductions.Outcome(introduction, page.row.state)
    extra = {} if given is None else {"text": given.text, "link": given.link}

    def human() -> None:
        typer.echo(extra.get("text") or _("%(id)s is now %(state)s.") % {"id": made.id, "state": made.state})

    house.tell({**house.outcome(made), **extra}, as_json=as_json, human=human)
