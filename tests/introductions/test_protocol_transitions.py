"""Everything that an event does in every situation, word for word: tests/introductions/golden/transitions/*.txt.

Other tests say why; these pages say what, so that no field, letter, act or deadline changes unseen. A line is missing
where the event is nobody's (`not_yours`), has no row (`not_now`), no deadline (`not_due`), or is only noted (row γ).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import fields
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.introductions.states import MAKE, QUIET
from tests.introductions.walk import ACTORS, KINDS, LIKELY
from tests.introductions.world import DESK, HOLDER, RELAY, REQUESTER, Chapter, World, approved, asked, open_request
from twoyes.introductions.protocol import (
    Event,
    Face,
    Introduction,
    Origin,
    Role,
    State,
    Terms,
    Timer,
    advance,
    requester_view,
)
from twoyes.introductions.protocol.guards import OUTCOMES
from twoyes.introductions.protocol.snapshot import Scalar
from twoyes.introductions.protocol.table import ROLES
from twoyes.lib.errors import Refused

GOLDEN = Path(__file__).parent / "golden" / "transitions"
DAY = timedelta(days=1)
Data = dict[str, Scalar | timedelta]
SILENT = {"not_yours", "not_now", "not_due"}

DRAW: Data = {"draw": 7200.0}
APPROVAL: Data = {"channel": "mailbox", "as_draft": True, "address_wanted": True}
RELAYED: list[Data] = [{}, {"letter": "details"}, {"letter": "introduction"}]
BLOCKERS: list[Data] = [{}, {"blockers": True}]
YES: list[Data] = [{**DRAW}, {"address_wanted": True, **DRAW}, {"may_pass_on": True, **DRAW}, {"still_looking": True}]
NO: list[Data] = [{}, {"tell": "a_no_now"}, {"tell": "my_words"}]
UNTIL: list[Data] = [{"until": timedelta(days=days)} for days in (0.9, 1, 40, 365, 366)]
LATER: list[Data] = [{}, *UNTIL, {"until": 40 * DAY, "still_looking": True, "tell": "a_no_now"}]
CAUSES = ("text", "approval", "authority", "not_after", "pair")
BLOCKED: list[Data] = [
    *[Data(cause="spacing", slot=timedelta(days=days)) for days in (1, 3, 13, 14, 20)],
    {"cause": "spacing"},
    *[Data(cause=cause) for cause in CAUSES],
    *[Data(cause=cause, letter="introduction") for cause in CAUSES],
    {"cause": "pair", "letter": "details"},
]
CONTINUED: list[Data] = [
    {"origin": origin, "side": side, "late_yes": late, "may_pass_on": late, **DRAW}
    for origin, sides in (("asked", ("target",)), ("offered", ("first", "second")))
    for side in sides
    for late in (False, True)
]
VARIANTS: dict[str, list[Data]] = {
    **dict.fromkeys(("verified", "claimed", "revise"), BLOCKERS),
    **dict.fromkeys(("yes", "noted_yes"), YES),
    **dict.fromkeys(("no", "noted_no", "never", "noted_never", "not_me"), NO),
    **dict.fromkeys(("later", "noted_later"), LATER),
    **dict.fromkeys(("sent", "unknown", "failed", "dsn"), RELAYED),
    "blocked": BLOCKED,
    "decline": [{}, *UNTIL],
    "approve": [
        *({**DRAW, "draw": draw} for draw in (3599.0, 3600.0, 86399.0, 86400.0)),
        *({**DRAW, "standing": True, **more} for more in ({}, APPROVAL)),
        *({**DRAW, **more} for more in (APPROVAL, {"channel": "by_hand"}, {"same_person": True})),
        {},
    ],
    "pass_on": [{}, {"channel": "by_hand"}, {"channel": "mailbox"}, {"same_person": True}],
    "outcome": [{"outcome": outcome} for outcome in ("met", "scheduled", "advice", "nonsense")],
    "how_it_went": [
        {},
        *(Data(outcome=outcome, about_writer=True) for outcome in ("met", "no_show_them", "nonsense")),
        {"outcome": "no_show_them"},
    ],
    "amends": [{"answer": answer} for answer in ("made_good", "mistake", "nonsense")],
    "introduce_again": [
        {},
        {"new_wish": True},
        {"new_wish": True, "target_said_no": True},
        {"new_wish": True, **APPROVAL},
    ],
    "send_again": [{"side": side} for side in ("requester", "target", "first", "second", "nobody")],
    "erase": [{"who": who} for who in ("requester", "target", "first", "second")],
    "close": [{"reason": reason} for reason in ("operator", "account_deleted")],
    "requested": [{}, {"proved": True}, {"may_pass_on": True}],
    "drafted": [{}, {"addressed": True}, {"addressed": True, "proved": True, "may_pass_on": True}],
    "offered": [{}, {"said_yes": True, **DRAW}, {"said_yes": True}, {"same_person": True}, {**APPROVAL, **DRAW}],
    "recorded": [{}, {"on": -3 * DAY}],
    "continued": CONTINUED,
}


def offered(world: World, **data: Scalar) -> Chapter:
    chapter = world.open("offered", "fred", "sue", DESK, **data)
    world.send_all()
    return chapter


def second_asked(world: World) -> Chapter:
    chapter = offered(world)
    world.do(chapter, "yes", HOLDER, side="first", draw=7200.0, may_pass_on=True)
    world.wait(timedelta(minutes=10))
    world.send_all()
    return chapter


def _then(make: Callable[[World], Chapter], *events: tuple[str, Data]) -> Callable[[World], Chapter]:
    """Go on with events of the page, the desk (`noted_`, `confirm`) or the relay."""

    def run(world: World) -> Chapter:
        chapter = make(world)
        for kind, data in events:
            if kind == "wait":
                world.wait(_span(data["span"]))
                continue
            actor = HOLDER if Role.LINK_HOLDER in ROLES[kind] else RELAY if Role.RELAY in ROLES[kind] else DESK
            actor = DESK if kind in {"withdraw", "confirm"} else REQUESTER if kind == "amends" else actor
            world.do(chapter, kind, actor, **_facts(data, world.now))
        return chapter

    return run


def _wait(days: float) -> tuple[str, Data]:
    return "wait", {"span": days * DAY}


def by_hand(world: World) -> Chapter:
    return approved(world, channel="by_hand")


def with_draft(world: World) -> Chapter:
    return asked(world, as_draft=True)


INVITED: Data = {"until": 40 * DAY, "still_looking": True}
MISSED: Data = {"outcome": "no_show_them", "about_writer": True}
AGREED = _then(asked, ("yes", {}))
SITUATIONS: dict[str, Callable[[World], Chapter]] = {
    **{f"state {state}": make for state, make in MAKE.items()},
    **{f"quiet {name}": make for name, make in QUIET.items() if make not in MAKE.values()},
    "by hand, not given out": by_hand,
    "by hand, given out": lambda world: asked(world, channel="by_hand"),
    "a draft, agreed": _then(with_draft, ("yes", {})),
    "passed on by the connector": _then(open_request, ("pass_on", {})),
    "passed on by the connector, and a no": _then(open_request, ("pass_on", {}), ("no", {})),
    "details, and a yes": _then(asked, ("their_details", {}), ("yes", {})),
    "no, noted": _then(asked, ("noted_no", {})),
    "come back, waiting": _then(asked, ("later", {"until": 40 * DAY})),
    "no, told": _then(asked, ("no", {"tell": "a_no_now"})),
    "no, told and heard": _then(asked, ("no", {"tell": "a_no_now"}), _wait(1)),
    "no, and its date": _then(asked, ("no", {}), _wait(30)),
    "a late yes": _then(asked, ("no", {}), _wait(11), ("yes", {"still_looking": True})),
    "a late yes, shown": _then(asked, ("no", {}), _wait(11), ("yes", {"still_looking": True}), _wait(30)),
    "come back, quiet": _then(asked, ("later", {"until": 40 * DAY}), _wait(41)),
    "come back, shown": _then(asked, ("later", INVITED), _wait(41)),
    "come back, confirmed by the desk": _then(asked, ("later", INVITED), _wait(41), ("confirm", {})),
    "come back, told": _then(asked, ("later", {**INVITED, "tell": "a_no_now"})),
    "declined, to come back": _then(open_request, ("decline", {"until": 40 * DAY})),
    "declined, and its day": _then(open_request, ("decline", {"until": 40 * DAY}), _wait(41)),
    "parked, declined with a day": _then(approved, ("blocked", {"cause": "text"}), ("decline", {"until": 40 * DAY})),
    "hold over": _then(AGREED, _wait(0.01)),
    "parked, approved again": _then(approved, ("blocked", {"cause": "text"}), ("approve", DRAW)),
    "offered, not sent": lambda world: world.open("offered", "fred", "sue", DESK),
    "offered": offered,
    "offered, first no": _then(offered, ("no", {"side": "first"})),
    "offered, first later": _then(offered, ("later", {"side": "first", "until": 40 * DAY}), _wait(41)),
    "offered, first later, due": _then(offered, ("later", {"side": "first", "until": DAY}), _wait(2)),
    "offered, first noted later": _then(offered, ("noted_later", {"side": "first", "until": DAY})),
    "offered, first yes": _then(offered, ("yes", {"side": "first", **DRAW})),
    "offered, first noted": lambda world: world.open("offered", "fred", "sue", DESK, said_yes=True, draw=7200.0),
    "offered, second asked": second_asked,
    "offered, second no": _then(second_asked, ("no", {"side": "second"})),
    "offered, second later": _then(second_asked, ("later", {"side": "second", **INVITED}), _wait(41)),
    "offered, second wants details": _then(second_asked, ("their_details", {"side": "second"})),
    "offered, agreed": _then(second_asked, ("yes", {"side": "second"})),
    "offered, introduced": _then(second_asked, ("yes", {"side": "second"}), _wait(0.01), ("introduced", {})),
    "a missed date, told": _then(MAKE[State.CONNECTED], ("how_it_went", MISSED)),
    "a missed date, owned": _then(MAKE[State.CLOSED], ("how_it_went", MISSED), ("amends", {"answer": "made_good"})),
    "a missed date, taken back": _then(
        MAKE[State.CLOSED], ("how_it_went", MISSED), ("how_it_went", {"outcome": "met"})
    ),
    "recorded": lambda world: world.open("recorded", "rita", "tom", DESK),
    "introduced again": _then(MAKE[State.CLOSED], ("introduce_again", {"new_wish": True})),
    "nothing": lambda _world: Chapter("rita", "tom"),
}


@pytest.mark.parametrize("situation", SITUATIONS)
def test_an_event_does_in_each_situation_what_its_page_says_and_nothing_else(situation: str) -> None:
    # To renew a page, remove its file, run this once, and read the difference as a reviewer would.
    world = World()
    chapter = SITUATIONS[situation](world)
    text = _page(chapter.snapshot, world.now)
    page = GOLDEN / f"{situation.replace(' ', '_').replace(',', '')}.txt"
    if not page.exists():
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_text(text)
        pytest.fail(f"{page.name} was written anew: read it, and run the test again")
    assert text == page.read_text(), f"if this was meant, remove {page.name} and run this again"


def test_outcomes_terms_and_stored_words_are_those_that_pages_and_journals_hold() -> None:
    text = "\n".join([*sorted(OUTCOMES), *_fresh(), *map(str, State), *map(str, Origin), *map(str, Role)]) + "\n"
    page = GOLDEN / "words.txt"
    if not page.exists():
        page.write_text(text)
        pytest.fail("words.txt was written anew: read it, and run the test again")
    assert text == page.read_text()


def _fresh() -> Iterator[str]:
    for empty in (Introduction(), Terms(), Face()):
        for field in fields(empty):
            yield f"{type(empty).__name__}.{field.name}: {getattr(empty, field.name)!r}"


def _events(before: Introduction, now: datetime) -> Iterator[tuple[Event, datetime, str]]:
    for timer in before.timers:
        for late in (timedelta(), timedelta(days=7), timedelta(days=7, seconds=1)):
            at = max(timer.at, now) + late
            yield Event(timer.name, ACTORS[Role.CLOCK]), at, f"{timer.name} +{late}"
    for kind in KINDS:
        for role in _roles(kind):
            for side in ("", "first", "second") if _of_sides(before, kind, role) else ("",):
                for data in VARIANTS.get(kind, [{}]):
                    own: Data = {**({"side": side} if side else {}), **data}
                    event = Event(kind, ACTORS[role], _facts(own, now), terms=_terms(kind))
                    yield event, now, f"{kind} {role} {_said(own)}".rstrip()


def _roles(kind: str) -> list[Role]:
    """Who does this first of all; who withdraws or confirms makes a difference."""
    roles: list[Role] = [role for role in LIKELY if role in ROLES[kind] and role is not Role.CLOCK]
    return roles if kind in {"withdraw", "confirm"} else roles[:1]


def _page(before: Introduction, now: datetime) -> str:
    """What comes of every event, and under each outcome the events that have it."""
    outcomes: dict[str, list[str]] = {}
    for event, at, title in _events(before, now):
        if outcome := _outcome(before, event, at):
            outcomes.setdefault(outcome, []).append(title)
    return "\n".join(f"{outcome}\n    <- {' | '.join(titles)}\n" for outcome, titles in outcomes.items())


def _terms(kind: str) -> Terms | None:
    return Terms(ask_length=12 * DAY, lapse_after=20 * DAY) if kind in {"approve", "revise", "requested"} else None


def _of_sides(before: Introduction, kind: str, role: Role) -> bool:
    theirs = role in {Role.LINK_HOLDER, Role.RELAY} or kind.startswith("noted_")
    return before.origin is Origin.OFFERED and theirs and kind != "blocked"


def _facts(data: Data, now: datetime) -> dict[str, Scalar]:
    return {name: (now + value).isoformat() if isinstance(value, timedelta) else value for name, value in data.items()}


def _span(value: object) -> timedelta:
    assert isinstance(value, timedelta)
    return value


def _said(data: Data) -> str:
    return " ".join(f"{name}={value}" for name, value in data.items())


def _outcome(before: Introduction, event: Event, now: datetime) -> str:
    try:
        done = advance(before, event, now)
    except Refused as refused:
        return "" if refused.code in SILENT else f"refused {refused.code} {refused.rule}"
    after = done.introduction
    turned = ", a new turn" if after.turn == after.seq else ""
    lines = [f"{done.row}: {before.state} -> {after.state}{turned}"]
    for field in fields(before):
        old, new = getattr(before, field.name), getattr(after, field.name)
        if field.name not in {"state", "timers", "seq", "turn"} and old != new:
            lines.append(f"{field.name}: {_told(old, now)} -> {_told(new, now)}")
    acts = [requester_view(one.face, now).acts for one in (before, after)]
    lines += [f"whoever asked may {' '.join(acts[1]) or 'do nothing'}"] if acts[0] != acts[1] else []
    gone = sorted(timer.name for timer in set(before.timers) - set(after.timers))
    lines += [f"no more {' '.join(gone)}"] if gone else []
    lines += [f"timer {_told(timer, now)}" for timer in after.timers if timer not in before.timers]
    for letter in done.letters:
        until = f" until {_told(letter.not_after, now)}" if letter.not_after else ""
        lines.append(f"letter {letter.kind} to {letter.to} at {_told(letter.due, now)}{until}")
    lines += [f"act {act}" for act in done.acts]
    if done.row == "γ" and len(lines) == 1:
        return ""
    return "\n".join(lines)


def _told(value: object, now: datetime) -> str:
    """Instants as spans from now, so that a page reads."""
    if isinstance(value, datetime):
        return f"now{(value - now).total_seconds() / 3600:+.2f}h" if value != now else "now"
    if isinstance(value, Timer):
        return f"{value.name}@{_told(value.at, now)}"
    if isinstance(value, Face):
        parts = (value.since, value.hears_by, value.again, value.told_at)
        return f"[{value.stage} {' '.join(_told(part, now) for part in parts)} {value.turn}]"
    if isinstance(value, Terms):
        return f"ask {value.ask_length} lapse {value.lapse_after}"
    if isinstance(value, tuple):
        return f"({' '.join(map(str, value))})"
    return repr(str(value)) if isinstance(value, str) else str(value)
