"""What stands in the store after each stage of an introduction, row by row: tests/introductions/golden/rows/*.txt.

Other tests say why; these pages say what, so that no row, deadline, link or sealed word changes unseen. Ids, keys and
tokens stand as names, instants as hours since the start.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.introductions.rows import is_page
from tests.support.cast import Cast
from twoyes.introductions import front
from twoyes.introductions.models import Introduction
from twoyes.lib import chance, sealing


def wished(scope: str) -> Callable[[Cast], str]:
    def stage(cast: Cast) -> str:
        introduction = cast.asked()
        cast.answer(introduction, "never", scope=scope, comment="Please do not.")
        return introduction

    return stage


def answered(answer: str, **fields: str) -> Callable[[Cast], str]:
    def stage(cast: Cast) -> str:
        introduction = cast.asked()
        cast.answer(introduction, answer, **fields)
        return introduction

    return stage


def not_me(cast: Cast) -> str:
    introduction = cast.asked()
    link, token = cast.page(introduction)
    front.not_me(link, token, now=cast.now)
    return introduction


def second(answer: str, **fields: str) -> Callable[[Cast], str]:
    def stage(cast: Cast) -> str:
        introduction = cast.offered_second()
        cast.answer(introduction, answer, side="second", **fields)
        cast.deliver()
        return introduction

    return stage


def offered_awaiting_outcome(cast: Cast) -> str:
    introduction = second("yes")(cast)
    cast.pass_time(timedelta(days=15))
    return introduction


def given_out(cast: Cast) -> str:
    introduction = cast.asking(approval={"channel": "by_hand"})
    front.by_hand(introduction, actor=cast.desk, now=cast.now)
    return introduction


def undone(cast: Cast) -> str:
    introduction = cast.asked()
    cast.answer(introduction, "never", scope="this_person")
    link, token = cast.page(introduction)
    front.undo(link, token, now=cast.now)
    return introduction


def revised(cast: Cast) -> str:
    introduction = cast.returned()
    fields = {**front_words(introduction), "why_now": "The drones fly in May and not again before autumn."}
    front.revise(introduction, fields, actor=cast.asker(introduction), now=cast.now)
    cast.deliver()
    return introduction


def front_words(introduction: str) -> dict[str, str]:
    row = Introduction.objects.get(pk=introduction)
    return {name: str(value) for name, value in (sealing.get_json(row, "words") or {}).items()}


def closed_by_hand(cast: Cast) -> str:
    introduction = cast.asked()
    front.close(introduction, "operator", actor=cast.desk, now=cast.now)
    return introduction


def withdrawn_by_desk(cast: Cast) -> str:
    introduction = cast.asked()
    front.withdraw(introduction, actor=cast.desk, now=cast.now)
    return introduction


STAGES: dict[str, Callable[[Cast], str]] = {
    **{
        name: getattr(Cast, name)
        for name in (
            *("unverified", "draft", "waiting", "returned", "talking", "declined", "lapsed", "asking", "asked"),
            *("refused", "silent", "deferred", "passed", "passed_on", "withdrawn", "undeliverable", "agreed"),
            *("introduced", "connected", "awaiting_outcome", "closed", "unreported", "offered", "offered_second"),
            "recorded",
        )
    },
    "never_this_person": wished("this_person"),
    "never_this_connector": wished("this_connector"),
    "never_anyone": wished("anyone"),
    "not_me": not_me,
    "no_with_words": answered("no", tell="my_words", comment="Not before summer."),
    "yes_with_address": answered("yes", address="tom@other.example", comment="Gladly."),
    "offered_second_no": second("no"),
    "offered_second_yes": second("yes"),
    "offered_second_never": second("never", scope="this_person"),
    "offered_awaiting_outcome": offered_awaiting_outcome,
    "by_hand": given_out,
    "undone": undone,
    "revised": revised,
    "closed_by_hand": closed_by_hand,
    "withdrawn_by_desk": withdrawn_by_desk,
}


@pytest.mark.parametrize("stage", STAGES)
def test_each_stage_leaves_the_rows_that_its_page_says_and_no_others(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, stage: str
) -> None:
    monkeypatch.setattr(chance, "uniform", lambda low, high: low + (high - low) / 4)
    STAGES[stage](cast)
    is_page(cast, stage)
