"""DIFF: who said yes first to an offer learns nothing of the other answer before the introduction (A30, quiet-no)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.http import HttpResponse

from tests.diff.life import Life, Trace, schedule
from tests.diff.secrets import ANSWER, FEW, LATE, NEAR, SECRETS, SILENCE, UNDO, Secret, text_changed
from tests.support.cast import START
from tests.support.posted import Posted
from tests.web.browsing import Browser
from twoyes.lib import limits

SAID_YES = START + timedelta(days=1, hours=2)
END = START + timedelta(days=60)
# One of each sort. Nobody's details are passed on in an offer, and an erasure before Rita's yes ends it for her too.
NAMES = {
    "no", "never anyone", "not me", "later", "yes, then undo", "yes, then no", "late yes", "refused by the relay",
    "unknown to the relay", "bounced", "erased after", "withdrawn by Cora", "a wish: never anyone", "spacing, near",
    "spacing, far", "text changed in the store", "at most once a year", "in no list",
}  # fmt: skip
YES = {"answer": "yes", "confirm": "yes"}


@pytest.fixture
def life(posted: Posted) -> Life:
    """Cora offered Rita and Tom to each other, and Rita, who is asked first, looks at her page."""
    life = Life(posted, Browser(posted), side="second")
    life.rita.client.raise_request_exception = True
    with life.chances("offer"):
        life.introduction = posted.offered()
    life.pages = [life.rita.open_as(life.introduction, "first")]
    life.until(SAID_YES)
    return life


def lived(life: Life, secret: Secret) -> Trace:
    """Let Rita say yes, and one world go on from there; it is thrown away afterwards."""
    life.trace = Trace()
    with life.thrown_away():
        if secret.before is not None:
            secret.before(life)
        if secret.relay == "tampered":
            text_changed(life)
        form = life.rita.form(life.pages[0], "answer")
        life.press(form.action, {**form.values, **YES})
        life.deliver(secret.relay if secret.relay != "tampered" else "sent")
        walk(life, secret)
    return life.trace


def walk(life: Life, secret: Secret) -> None:
    hidden = [limits.HOLD, ANSWER, UNDO, NEAR, LATE, limits.ASK_AGE, timedelta(days=40) + ANSWER]
    marked = [*(SAID_YES + span for span in hidden), life.hears_by]
    relay = secret.relay if secret.relay != "tampered" else "sent"
    acts = [(SAID_YES + after, step) for after, step in secret.then]
    for at in schedule(SAID_YES, END, special=marked, number=FEW):
        while acts and acts[0][0] <= at:
            when, step = acts.pop(0)
            life.until(when, relay)
            with life.chances(f"hidden {len(acts)}"):
                step(life)
            life.deliver()
        life.until(at, relay)
        page = life.look(life.pages)
        if at in marked[2::2]:
            press_everything(life, page)


def press_everything(life: Life, page: HttpResponse) -> None:
    """Press what the page shows, and give each answer to it, shown or not, each in a world thrown away."""
    life.press_all(page, forged=False)
    until = f"{life.posted.now + timedelta(days=50):%Y-%m-%d}"
    choices = [YES, {"answer": "no"}, {"answer": "never", "scope": "anyone"}, {"answer": "later", "until": until}]
    choices += [{**YES, "seq": "2"}]
    at = life.pages[0]
    pressed = [(f"{at}answer", choice) for choice in choices]
    pressed += [(f"{at}{act}", {"sure": "yes", "comment": "well"}) for act in ("undo", "not_me", "how_it_went")]
    for action, values in pressed:
        with life.thrown_away():
            life.press(action, values)
            life.look(life.pages)


@pytest.mark.slow(20)
@pytest.mark.case("A30", "E15")
def test_the_first_side_cannot_tell_the_second_sides_answer_from_silence(life: Life) -> None:
    base = lived(life, replace(SILENCE, instants=FEW))
    some = [secret for secret in SECRETS if secret.name in NAMES]
    assert len(some) == len(NAMES)
    told = {secret.name: lived(life, secret).unlike(base) for secret in some}
    assert {name: how for name, how in told.items() if how} == {}
