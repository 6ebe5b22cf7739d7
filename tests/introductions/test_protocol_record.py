"""Snapshots and journals survive being stored."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twoyes.introductions.protocol import Actor, Event, Introduction, Role, Terms
from twoyes.introductions.protocol.record import event_from_json, event_to_json, from_json, to_json
from twoyes.introductions.protocol.snapshot import Channel, Face, Origin, Side, State, Timer

SECONDS = st.integers(0, 4_000_000_000) | st.sampled_from([2**31 - 1, 2**31])
INSTANTS = st.builds(lambda s, us: datetime.fromtimestamp(s + us / 2**20, UTC), SECONDS, st.integers(0, 2**20 - 1))
MAYBE = st.none() | INSTANTS
SPANS = st.timedeltas(timedelta(), timedelta(days=4000))
TERMS = st.builds(
    Terms,
    remind_after=SPANS,
    lapse_after=SPANS,
    ask_length=SPANS,
    spacing=SPANS,
    closed=st.lists(st.tuples(INSTANTS, INSTANTS), max_size=3).map(tuple),
)
WORDS = st.text(max_size=12)
SNAPSHOTS = st.builds(
    Introduction,
    state=st.none() | st.sampled_from(State),
    before=st.none() | st.sampled_from(State),
    origin=st.sampled_from(Origin),
    channel=st.sampled_from(Channel),
    side=st.sampled_from(Side),
    seq=st.integers(0),
    turn=st.integers(0),
    introductions=st.integers(0, 2),
    terms=TERMS,
    face=st.builds(Face, WORDS, MAYBE, MAYBE, MAYBE, MAYBE, st.integers(0)),
    timers=st.lists(st.builds(Timer, INSTANTS, WORDS), max_size=3).map(tuple),
    asked=st.lists(st.sampled_from(Side), max_size=2).map(tuple),
    confirmed=st.lists(WORDS, max_size=2).map(tuple),
    introduced_at=MAYBE,
    **dict.fromkeys(("approved_at", "leaves_at", "hears_by", "told_at", "answer_until", "first_until"), MAYBE),
    **dict.fromkeys(("passed_until", "hold_until", "come_back", "still_due"), MAYBE),
    **dict.fromkeys(("answer", "passed_by", "withdrawn_by", "final", "outcome"), WORDS),
    **{n: st.booleans() for n in ("as_draft", "may_pass_on", "noted", "wish", "addressed", "standing", "barred")},
    **{n: st.booleans() for n in ("late_yes", "permits_again", "reachable_again", "chapter_opened", "released")},
    **{n: st.booleans() for n in ("first_noted", "details_out")},
)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | WORDS
DATA = st.dictionaries(WORDS.filter(lambda name: name not in {"terms", "seen"}), SCALARS, max_size=4)
EVENTS = st.builds(
    Event,
    WORDS,
    st.builds(Actor, st.sampled_from(Role), WORDS, WORDS),
    data=DATA,
    seen=st.none() | st.integers(0),
    terms=st.none() | TERMS,
)


@given(SNAPSHOTS)
def test_a_stored_snapshot_reads_back_exactly(snapshot: Introduction) -> None:
    assert from_json(json.loads(json.dumps(to_json(snapshot)))) == snapshot


@given(EVENTS)
def test_a_journalled_event_reads_back_exactly(event: Event) -> None:
    kind, data = event_to_json(event)
    assert event_from_json(kind, json.loads(json.dumps(data)), event.actor) == event


def test_a_fresh_snapshot_is_short_but_keeps_its_terms_whole() -> None:
    assert list(to_json(Introduction())) == ["terms"]
    assert set(to_json(Introduction())["terms"]) == set(Terms.__slots__)  # type: ignore[arg-type]


def test_instants_are_stored_in_utc_whatever_zone_they_came_in() -> None:
    noon = datetime(2026, 3, 29, 12, tzinfo=timezone(timedelta(hours=2)))
    stored = to_json(replace(Introduction(), introduced_at=noon))
    assert stored["introduced_at"] == "2026-03-29T10:00:00+00:00"
    assert from_json(stored).introduced_at == noon


def test_the_names_beside_the_data_cannot_be_smuggled_in() -> None:
    with pytest.raises(ValueError, match="beside"):
        event_to_json(Event("yes", Actor(Role.TARGET), {"terms": "none"}))


def test_an_unknown_field_is_told_and_not_swallowed() -> None:
    with pytest.raises(KeyError):
        from_json({"mood": "sunny"})
