"""Whatever comes by mail, to whatever address, in whatever state: nothing opens, and the connector alone is told."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import product

import pytest
from django.db import transaction

from tests.mail.incoming.came import came, letter
from tests.support.cast import CORA, OTTO, RITA, TOM, Cast
from twoyes.introductions.models import Introduction, Letter
from twoyes.introductions.protocol import State
from twoyes.mail.incoming.understanding import Bounced, Meeting, Understood

SCENES = (
    "unverified draft waiting returned talking declined asked refused silent deferred passed passed_on withdrawn"
    " undeliverable agreed introduced connected awaiting_outcome closed unreported offered offered_second"
    " recorded".split()
)
MEANINGS = ("yes", "no", "later", "their_details", "stop", "unclear")
AT = datetime(2026, 3, 20, 14, 0, tzinfo=UTC)
MESSAGES: tuple[Understood, ...] = (
    *(Understood("reply", meaning, "YES yes no stop https://x.example/t/yes") for meaning in MEANINGS),  # type: ignore[arg-type]
    *(Understood("bounce", bounced=Bounced("", action, "5.1.1")) for action in ("failed", "delivered", "delayed", "")),
    Understood("bounce"),
    Understood("delay"),
    Understood("auto_reply", new_text="YES", back_on=date(2026, 3, 9)),
    Understood("complaint"),
    Understood("loop"),
    Understood("challenge", new_text="YES"),
    Understood("unknown", new_text="YES"),
    Understood("calendar", meeting=Meeting("request", (RITA, TOM), AT)),
)
# From these on both have each other's address, or the details of one of them.
OPEN = {State.AGREED, State.PASSED, State.INTRODUCED, State.CONNECTED, State.AWAITING_OUTCOME}
TOLD = {"reply_copy", "trouble", "digest", "good_news", "monthly", "guard_answer"}


def mails(introduction: str) -> Iterator[tuple[str, str, Understood]]:
    kinds = ("ask", "details", "introduction", "on_its_way", "what_happened", "verify")
    refs = [("thread", introduction), ("guard", "cora"), ("request", "cora"), ("", "")]
    for kind, side in product(kinds, ("target", "first", "second", "requester")):
        if Letter.objects.filter(introduction_id=introduction, kind=kind, side=side).exists():
            refs += [(purpose, letter(introduction, kind, side)) for purpose in ("reply", "return")]
    for (purpose, ref), message, sender in product(refs, MESSAGES, (TOM, RITA, OTTO)):
        yield purpose, ref, replace(message, sender=sender, to=(CORA,))


def standing(introduction: str) -> tuple[State, bool]:
    row = Introduction.objects.get(pk=introduction)
    return State(row.state), bool(row.snapshot.get("introduced_at"))


def nothing_opens(cast: Cast, scene: str, some: int = 0) -> None:
    introduction = getattr(cast, scene)()
    before, was_out = standing(introduction)
    known = {*Letter.objects.values_list("pk", flat=True)}
    found = list(mails(introduction))
    for purpose, ref, message in random.Random(scene).sample(found, some) if some else found:
        with transaction.atomic():
            came(cast, purpose, ref, message)
            after, is_out = standing(introduction)
            assert is_out == was_out
            assert after == before or after not in OPEN or (before, after) == (State.INTRODUCED, State.CONNECTED)
            new = Letter.objects.exclude(pk__in=known)
            assert {(one.kind in TOLD, one.side) for one in new} <= {(True, "connector")}
            transaction.set_rollback(True)


@pytest.mark.case("C18", "C19", "C35", "A1")
@pytest.mark.parametrize("scene", SCENES)
def test_no_mail_opens_anything_or_has_anybody_but_the_connector_written_to(cast: Cast, scene: str) -> None:
    nothing_opens(cast, scene, some=30)


@pytest.mark.slow(4)
@pytest.mark.parametrize("scene", SCENES)
def test_none_of_all_does(cast: Cast, scene: str) -> None:
    nothing_opens(cast, scene)
