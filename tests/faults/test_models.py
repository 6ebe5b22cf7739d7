"""The two models, checked exhaustively by spin, each of their parts seen to be needed, and compared with the code."""

import shutil
from pathlib import Path

import pytest

from tests.faults.spinning import MODELS, SHARED, holds, moves, states, steps
from twoyes.introductions import front, mailing, outbox, standing_back, triggers
from twoyes.introductions.models import LetterState
from twoyes.introductions.protocol.guards import first_again, first_in_time, first_side
from twoyes.introductions.protocol.table import TABLE

SEND, CONSENT = MODELS / "send.pml", MODELS / "consent.pml"
HOLDS = ("", "-DWORKERS=3", "-DLIES -DSTRICT")
VIOLATED = ("-DNO_PONR", "-DNO_EPOCH", "-DREAP_XMIT", "-DLOSES", "-DNO_GUARD", "-DLIES")
AGAINST_A_WORD = (
    "-DTOCTOU_ASK",
    "-DTOCTOU_INTRO",
    "-DREADCHECK",
    "-DNO_DATE",
    "-DNO_STANDING",
    "-DNO_WISH",
    "-DNO_HOLD",
)
# The design's own rows: what was weighed before anything was built, and what must go on failing.
DESIGN = (
    ("ask.pml", "-DNAIVE", False),
    ("ask.pml", "-DNAIVE -DNW=1", False),
    ("ask.pml", "-DLEASE", False),
    ("ask.pml", "-DFENCEDB", False),
    ("ask.pml", "-DMARK -DCRASH", True),
    ("ask.pml", "-DMARK -DCRASH -DNW=3", True),
    ("ask.pml", "-DPONR -DCRASH", True),
    ("ask.pml", "-DPONR -DCRASH -DNW=3", True),
    ("ask.pml", "-DPONR -DCRASH -DCANCEL", True),
    ("ask.pml", "-DPONR -DCRASH -DPOWER", False),
    ("ask.pml", "-DPONR -DCRASH -DRESTORE", False),
    ("ask.pml", "-DPONR -DCRASH -DRESTORE -DGUARD", True),
    ("ask.pml", "-DPONR -DCRASH -DLYING4XX", False),
    ("ask.pml", "-DPONR -DCRASH -DLYING4XX -DSTRICT4XX", True),
    ("consent.pml", "", True),
    ("consent.pml", "-DTOCTOU", False),
    ("consent.pml", "-DREADCHECK", False),
    ("consent.pml", "-DSLOT", True),
)
# The store would let a letter go these ways, and nothing in the code makes one.
NOT_MADE = {("queued", "failed"), ("held", "parked")}
# The model is of a request; in an offer the first side answers before, by rows of its own.
OF_AN_OFFER = {first_side, first_in_time, first_again}

with_spin = pytest.mark.skipif(
    not (shutil.which("spin") and shutil.which("gcc")),
    reason="spin and gcc are not installed (Debian: apt-get install spin gcc)",
)


@with_spin
@pytest.mark.slow(2)
@pytest.mark.parametrize("flags", HOLDS, ids=lambda flags: flags or "as it is")
@pytest.mark.case("A1", "B1", "B2", "B3", "B5", "B6", "B21")
def test_no_second_copy_exists_in_any_order_of_crashes_reapers_withdrawals_and_restores(
    flags: str, tmp_path: Path
) -> None:
    assert holds(SEND, flags, tmp_path)


@with_spin
@pytest.mark.slow(2)
@pytest.mark.parametrize("flags", VIOLATED)
@pytest.mark.case("B10")
def test_a_second_copy_exists_as_soon_as_one_part_is_taken_away(flags: str, tmp_path: Path) -> None:
    assert not holds(SEND, flags, tmp_path)


@with_spin
@pytest.mark.slow(2)
def test_nothing_leaves_against_anybodys_word_in_any_order_of_what_they_do(tmp_path: Path) -> None:
    assert holds(CONSENT, "", tmp_path)
    assert not holds(CONSENT, "-DMEETS", tmp_path), "no introduction ever leaves, so the model proves nothing"


@with_spin
@pytest.mark.slow(2)
@pytest.mark.parametrize("flags", AGAINST_A_WORD)
def test_something_leaves_against_somebodys_word_as_soon_as_one_part_is_taken_away(flags: str, tmp_path: Path) -> None:
    assert not holds(CONSENT, flags, tmp_path)


@with_spin
@pytest.mark.slow(2)
@pytest.mark.corpus
@pytest.mark.parametrize(("model", "flags", "good"), DESIGN)
def test_what_the_design_rests_on_holds_and_what_it_was_chosen_over_still_breaks(
    model: str, flags: str, good: bool, tmp_path: Path
) -> None:
    assert holds(SHARED / model, flags, tmp_path, ltl=True) is good


def test_the_model_of_consent_has_the_rows_of_the_table_and_no_others() -> None:
    modelled = steps(CONSENT)
    known, events = states(CONSENT), {event for _row, event, _state, _to in modelled}
    table = {
        (row.letter, event, str(state), str(row.to or state))
        for row in TABLE
        if row.branch not in OF_AN_OFFER
        for event in events.intersection(row.events)
        for state in known.intersection(map(str, row.states))
    }
    assert modelled - table == set(), "the code knows no such transition"
    assert table - modelled == set(), "the model lacks a transition of its states and events"
    assert len(modelled) > 100


def test_the_model_of_sending_has_the_moves_that_the_code_makes_and_no_others() -> None:
    modelled = moves(SEND)
    by = {name: {(old, new) for who, old, new in modelled if who == name} for name, _old, _new in modelled}
    for result, sources in outbox._SETTLED_FROM.items():
        state = LetterState.SENT if result == "sent" else outbox._next_state("ask", result)
        assert by.pop(f"settle_{result}") == {(str(old), str(state)) for old in sources}
    held_back = {str(state) for state, _due in standing_back._WAITING.values()} | {
        LetterState.QUEUED,
        LetterState.PARKED,
    }
    assert by.pop("stand_back") == {("claimed", str(new)) for new in held_back}
    assert by.pop("call_back") == {(old, "parked") for old in ("queued", "claimed")}
    for name in by:
        makers = (front, mailing)
        assert any(callable(getattr(maker, name, None)) for maker in makers), f"nothing in the code is called {name}"
    assert by["queue"] == {("parked", "queued")}


def test_the_model_of_sending_has_the_moves_that_the_store_allows_and_no_others() -> None:
    modelled = {(old, new) for _by, old, new in moves(SEND)}
    allowed = {(old, new) for old, news in triggers._MOVES.items() for new in news} | {("held", "queued")}
    known = {state for pair in modelled for state in pair}
    assert set(LetterState.values) - known == {"dropped"}, "an ask is parked, and never dropped"
    assert modelled - allowed == set()
    assert {pair for pair in allowed - modelled if set(pair) <= known} == NOT_MADE
