"""DIFF: whatever the target answers, or is, Rita's pages, letters, buttons and query counts are the same (A30)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from tests.diff.life import PUBLIC, Life, Trace, schedule
from tests.diff.secrets import (
    ANSWER,
    FEW,
    LATE,
    NEAR,
    SECRETS,
    SILENCE,
    UNDO,
    Secret,
    answers,
    asked_by_otto,
    merged,
    older_ask_to_a_twin,
    text_changed,
)
from tests.support.cast import RITA, START, TOM
from tests.support.posted import Posted
from tests.web.browsing import Browser
from twoyes.lib import limits

APPROVED = START + timedelta(days=1, hours=2)
END = START + timedelta(days=60)
DAY = timedelta(days=1)
WITHDRAWN = ANSWER + timedelta(days=2)


@pytest.fixture
def life(posted: Posted) -> Life:
    """Rita's request on Cora's desk."""
    life = Life(posted, Browser(posted))
    life.rita.client.raise_request_exception = True
    life.asks()
    life.until(APPROVED)
    return life


def special(hears_by: datetime) -> list[datetime]:
    """The instants at which something happens in some world, and those of the promise."""
    hidden = [ANSWER, UNDO, ANSWER + limits.HOLD, LATE, NEAR, NEAR + limits.ASK_AGE, limits.ASK_AGE]
    hidden += [limits.SLOT_AFTER_APPROVAL, limits.PASSED_AGE + ANSWER, timedelta(days=40) + ANSWER]
    return [*(APPROVED + span for span in hidden), hears_by, hears_by + DAY]


def lived(life: Life, secret: Secret, *, withdraws: bool = False) -> Trace:
    """Live one world through, and return what Rita got to see; the world is thrown away afterwards."""
    life.trace = Trace()
    with life.thrown_away():
        if secret.before is not None:
            secret.before(life)
        life.approve()
        if secret.relay == "tampered":
            text_changed(life)
        if secret.approved is not None:
            secret.approved(life)
        life.deliver("sent" if secret.relay == "tampered" else secret.relay)
        walk(life, secret, withdraws=withdraws)
    return life.trace


def walk(life: Life, secret: Secret, *, withdraws: bool) -> None:
    marked = special(life.hears_by)
    instants = schedule(APPROVED, END, special=marked, number=secret.instants)
    acts = [(APPROVED + after, step) for after, step in secret.then]
    if withdraws:
        acts = sorted([*acts, (APPROVED + WITHDRAWN, withdraw)], key=lambda act: act[0])
    for at in instants:
        while acts and acts[0][0] <= at:
            when, step = acts.pop(0)
            life.until(when)
            with life.chances(f"hidden {len(acts)}"):
                step(life)
            life.deliver()
        life.until(at)
        page = life.look(life.pages[:1])
        if at in marked:
            life.press_all(page, forged=at in marked[::3])
        if at in marked[::4]:
            life.look(["/r/", *PUBLIC])


def withdraw(life: Life) -> None:
    """Rita has had enough, whatever Tom has said."""
    form = life.rita.form(life.pages[0], "withdraw")
    life.press(form.action, form.values)


def unlike(life: Life, secrets: Sequence[Secret], base: Trace, *, withdraws: bool = False) -> dict[str, str]:
    """Return for each world that can be told from `base` how."""
    told = {secret.name: lived(life, secret, withdraws=withdraws).unlike(base) for secret in secrets}
    return {name: how for name, how in told.items() if how}


@pytest.mark.slow(15)
@pytest.mark.case("A30", "E15")
def test_at_200_instants_over_60_days_no_secret_can_be_told_from_silence(life: Life) -> None:
    base = lived(life, SILENCE)
    assert len({at for at, _seen in base.looks}) >= 200
    assert {secret.name for secret in SECRETS if secret.instants == 200} >= {"no", "bounced", "erased after"}
    assert unlike(life, [secret for secret in SECRETS if secret.instants == 200], base) == {}


@pytest.mark.slow(10)
@pytest.mark.case("A30", "E15")
def test_nor_can_the_milder_twins_of_those_secrets(life: Life) -> None:
    base = lived(life, Secret("silence", instants=FEW))
    assert unlike(life, [secret for secret in SECRETS if secret.instants == FEW], base) == {}


@pytest.mark.slow
@pytest.mark.case("A30", "A11")
def test_nor_does_anything_tell_them_apart_after_rita_withdrew(life: Life) -> None:
    names = {"no", "later", "yes, then undo", "refused by the relay", "erased after", "spacing, near"}
    some = [replace(secret, instants=FEW) for secret in SECRETS if secret.name in names]
    base = lived(life, Secret("silence", instants=FEW), withdraws=True)
    assert base.letters[-1][0] < APPROVED + DAY, "no final letter follows a withdrawal"
    assert unlike(life, some, base, withdraws=True) == {}


@pytest.mark.slow
@pytest.mark.case("A2", "A30", "E24")
def test_a_pair_that_was_asked_through_another_connector_looks_like_any_other(life: Life) -> None:
    # Rita asked Otto too. Whether he meant the same Tom is what she cannot find out from Cora.
    ago = timedelta(hours=20)
    other, same = (
        Secret(name, before=asked_by_otto(ago, asked, email=RITA, name="Rita Holm"), instants=FEW)
        for name, asked in (("another Tom", "tom@other.example"), ("the same Tom", TOM))
    )
    assert unlike(life, [same], lived(life, other)) == {}


@pytest.mark.slow
@pytest.mark.case("A19", "A30")
def test_an_ask_that_closed_because_two_cards_were_merged_cannot_be_told_from_silence(life: Life) -> None:
    alone = Secret("two cards", before=older_ask_to_a_twin, instants=FEW)
    one_person = Secret("one card", before=older_ask_to_a_twin, approved=merged, instants=FEW)
    assert unlike(life, [one_person], lived(life, alone)) == {}


@pytest.mark.slow
def test_the_comparison_notices_what_differs(life: Life) -> None:
    # A yes ends in an introduction, which Rita may well notice.
    base = lived(life, Secret("silence", instants=FEW))
    assert unlike(life, [Secret("yes", then=((ANSWER, answers("yes")),), instants=FEW)], base)
