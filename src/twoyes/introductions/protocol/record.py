"""Snapshots and events as JSON, exactly: what is read back equals what was written, so a journal still folds.

Each field has a hand-written pair of functions. A field that holds its default is left out, so that a snapshot
stays short and one written before a field existed still reads; `terms` are always whole, for their defaults may
change.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from typing import Any

from twoyes.introductions.protocol.snapshot import (
    NOTHING,
    Actor,
    Channel,
    Event,
    Face,
    Introduction,
    Origin,
    Scalar,
    Side,
    State,
    Terms,
    Timer,
)

JSON = Scalar | list["JSON"] | dict[str, "JSON"]
# Decoding trusts what encoding wrote: a value's type is known by its field's name alone.
_Codec = tuple[Callable[[Any], JSON], Callable[[Any], object]]

# Names that an event's own data may not use: they carry what stands beside the data.
RESERVED = frozenset({"terms", "seen"})


def to_json(introduction: Introduction) -> dict[str, JSON]:
    """Return the snapshot as plain JSON values; fields that hold their default are left out."""
    stored: dict[str, JSON] = {}
    for name, default, encode, _decode in _FIELDS:
        value = getattr(introduction, name)
        if value != default:
            stored[name] = encode(value)
    stored["terms"] = _terms_out(introduction.terms)
    return stored


def from_json(stored: Mapping[str, JSON]) -> Introduction:
    """Return the snapshot that `to_json` wrote.

    Raises `KeyError` for a name that is no field, and `ValueError` for a value that is none of its field's.
    """
    return Introduction(**{name: _DECODERS[name](value) for name, value in stored.items()})  # type: ignore[arg-type]


def event_to_json(event: Event) -> tuple[str, dict[str, JSON]]:
    """Return what a journal entry stores beside the actor: the kind, and the data with `terms` and `seen`.

    Raises `ValueError` when the data uses one of those two names itself.
    """
    if not RESERVED.isdisjoint(event.data):
        raise ValueError("terms and seen stand beside an event's data, not in it")
    data: dict[str, JSON] = dict(event.data)
    if event.terms is not None:
        data["terms"] = _terms_out(event.terms)
    if event.seen is not None:
        data["seen"] = event.seen
    return event.kind, data


def event_from_json(kind: str, data: Mapping[str, JSON], actor: Actor) -> Event:
    """Return the event that `event_to_json` took apart."""
    terms, seen = data.get("terms"), data.get("seen")
    own = {name: value for name, value in data.items() if name not in RESERVED}
    return Event(
        kind,
        actor,
        own or NOTHING,  # type: ignore[arg-type]  # an event's own data are scalars
        seen=seen if isinstance(seen, int) else None,
        terms=None if terms is None else _terms_in(terms),
    )


# --- one pair of functions for each type -----------------------------------------------------------------


def _same(value: Any) -> Any:
    return value


def _instant_out(at: datetime) -> str:
    return at.astimezone(UTC).isoformat()


def _instant_in(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _terms_out(terms: Terms) -> JSON:
    return {
        "remind_after": terms.remind_after.total_seconds(),
        "lapse_after": terms.lapse_after.total_seconds(),
        "ask_length": terms.ask_length.total_seconds(),
        "spacing": terms.spacing.total_seconds(),
        "closed": [[_instant_out(first), _instant_out(end)] for first, end in terms.closed],
    }


def _terms_in(stored: Any) -> Terms:
    return Terms(
        remind_after=timedelta(seconds=stored["remind_after"]),
        lapse_after=timedelta(seconds=stored["lapse_after"]),
        ask_length=timedelta(seconds=stored["ask_length"]),
        spacing=timedelta(seconds=stored["spacing"]),
        closed=tuple((_instant_in(first), _instant_in(end)) for first, end in stored["closed"]),
    )


def _face_out(face: Face) -> JSON:
    instants = (face.since, face.hears_by, face.again, face.told_at)
    missed = [] if face.missed_at is None else [_instant_out(face.missed_at)]
    return [face.stage, *(None if at is None else _instant_out(at) for at in instants), face.turn, *missed]


def _face_in(stored: Any) -> Face:
    stage, since, hears_by, again, told_at, turn, *missed = stored
    at = _maybe(missed[0]) if missed else None
    return Face(stage, _maybe(since), _maybe(hears_by), _maybe(again), _maybe(told_at), turn, at)


def _maybe(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def _timers_out(timers: tuple[Timer, ...]) -> JSON:
    return [[_instant_out(t.at), t.name] for t in timers]


def _timers_in(stored: Any) -> tuple[Timer, ...]:
    return tuple(Timer(_instant_in(at), name) for at, name in stored)


_PLAIN: _Codec = (_same, _same)
_INSTANT: _Codec = (_instant_out, _instant_in)
_STATE: _Codec = (str, State)
_CODECS: dict[str, _Codec] = {
    "state": _STATE,
    "before": _STATE,
    "origin": (str, Origin),
    "channel": (str, Channel),
    "side": (str, Side),
    "terms": (_terms_out, _terms_in),
    "face": (_face_out, _face_in),
    "timers": (_timers_out, _timers_in),
    "asked": (lambda sides: [str(s) for s in sides], lambda stored: tuple(Side(s) for s in stored)),
    "confirmed": (list, tuple),
    **dict.fromkeys(("approved_at", "leaves_at", "hears_by", "told_at", "answer_until"), _INSTANT),
    **dict.fromkeys(("first_until", "passed_until", "hold_until", "introduced_at"), _INSTANT),
    **dict.fromkeys(("come_back", "still_due", "missed_at"), _INSTANT),
    **dict.fromkeys(("seq", "turn", "introductions"), _PLAIN),
    **dict.fromkeys(("answer", "passed_by", "withdrawn_by", "final", "outcome"), _PLAIN),
    **dict.fromkeys(("went", "missed_by", "mended"), _PLAIN),
    **dict.fromkeys(("as_draft", "may_pass_on", "noted", "wish", "addressed", "standing", "barred"), _PLAIN),
    **dict.fromkeys(("late_yes", "permits_again", "reachable_again", "chapter_opened", "released"), _PLAIN),
    **dict.fromkeys(("first_noted", "details_out"), _PLAIN),
}
# Looking each field up here fails on import when somebody adds one to the snapshot and no codec for it.
_FIELDS = tuple((f.name, f.default, *_CODECS[f.name]) for f in fields(Introduction) if f.name != "terms")
_DECODERS = {name: decode for name, (_encode, decode) in _CODECS.items()}
