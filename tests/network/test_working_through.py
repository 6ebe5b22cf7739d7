"""What is due for an owner is done by one process at a time, and nothing that was asked for meanwhile is forgotten."""

from __future__ import annotations

import os
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.network.histories import CORA, KIM, NOW, mail, mbox
from twoyes.lib import apart
from twoyes.network import front, log
from twoyes.network.log.rewriting import hide_source
from twoyes.network.models import Source
from twoyes.network.ways import building, shelf
from twoyes.people import front as people


@pytest.fixture
def steps(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is done, in order, and launched."""
    done: list[str] = []
    rewrite, build = log.rewrite, building.build

    def rewritten(owner: str) -> None:
        done.append("rewrite")
        rewrite(owner)

    def built_anew(owner: str, at: datetime, *, of: str) -> tuple[int, int]:
        done.append("rebuild")
        return build(owner, at, of=of)

    monkeypatch.setattr(log, "rewrite", rewritten)
    monkeypatch.setattr(building, "build", built_anew)
    monkeypatch.setattr(apart, "launch", lambda command, _owner, *_more: done.append(command))
    return done


def worked(owner: str, steps: list[str]) -> bool:
    return front.work_through(owner, lambda: steps.append("look"))


def test_after_an_import_what_comes_before_the_graph_is_done_and_then_the_graph_is_made(
    cora: str, tmp_path: Path, steps: list[str]
) -> None:
    front.import_history(cora, [mbox(tmp_path, mail(CORA, KIM))])
    assert worked(cora, steps)
    assert steps == ["look", "rebuild"]
    assert worked(cora, steps)
    assert steps == ["look", "rebuild"], "nothing changed, so nothing is due"


def test_after_a_deletion_the_log_forgets_before_the_graph_is_made(built: str, steps: list[str]) -> None:
    hide_source(built, Source.objects.get().pk, NOW)
    assert worked(built, steps)
    assert steps == ["rewrite", "look", "rebuild"]
    assert not front.is_stale(built)
    assert log.due() == []


def test_at_night_a_graph_that_only_faded_is_made_anew_and_nothing_else_is_done(built: str, steps: list[str]) -> None:
    front.rebuild(built, NOW - timedelta(days=400))
    steps.clear()
    assert worked(built, steps)
    assert steps == ["rebuild"]


def test_whoever_comes_while_another_works_leaves_it_to_that_one(built: str, steps: list[str]) -> None:
    came: list[bool] = []

    def meanwhile() -> None:
        steps.append("look")
        if not came:
            people.add_card(built, name="Late Comer")
            front.launch_rebuild(built)
            came.append(worked(built, steps))

    people.add_card(built, name="First Comer")
    assert front.work_through(built, meanwhile)
    assert came == [False]
    assert steps == ["look", "rebuild-network", "look", "rebuild"], "who came late is seen before the graph is made"
    assert not front.is_stale(built)
    assert not front.is_rebuilding(built)


def test_whoever_works_in_turn_waits_and_what_was_wanted_is_done_after_it(built: str, steps: list[str]) -> None:
    people.add_card(built, name="First Comer")
    with front.in_turn(built):
        assert front.is_rebuilding(built)
        assert not worked(built, steps)
    assert steps == []
    assert worked(built, steps)
    assert steps == ["look", "rebuild"]


def test_what_changes_while_the_graph_is_made_is_seen_the_next_time(
    built: str, steps: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    build = building.build

    def meanwhile(owner: str, at: datetime, *, of: str) -> tuple[int, int]:
        people.add_card(owner, name="Late Comer")
        return build(owner, at, of=of)

    people.add_card(built, name="First Comer")
    with monkeypatch.context() as patched:
        patched.setattr(building, "build", meanwhile)
        assert worked(built, steps)
    assert front.is_stale(built)
    assert worked(built, steps)
    assert steps == ["look", "rebuild"] * 2


def test_a_look_that_was_killed_is_made_again_and_one_that_failed_keeps_no_graph_from_being_made(
    built: str, steps: list[str]
) -> None:
    def broken_off() -> None:
        raise KeyboardInterrupt

    def failing() -> None:
        raise ValueError("always")

    people.add_card(built, name="First Comer")
    with pytest.raises(KeyboardInterrupt):
        front.work_through(built, broken_off)
    assert (steps, front.is_stale(built)) == ([], True)
    assert worked(built, steps)
    assert steps == ["look", "rebuild"]
    people.add_card(built, name="Second Comer")
    with pytest.raises(ValueError, match="always"):
        front.work_through(built, failing)
    assert steps == ["look", "rebuild", "rebuild"]
    assert not front.is_stale(built)


def test_a_graph_is_made_on_demand_in_its_turn_and_what_comes_before_it_where_book_or_mail_changed(
    built: str, steps: list[str]
) -> None:
    def first() -> None:
        steps.append("look")
        assert front.is_rebuilding(built)
        assert not worked(built, steps), "one at a time"

    front.rebuild(built)
    front.rebuild(built, first=first)
    assert steps == ["rebuild", "rebuild"], "nothing changed"
    people.add_card(built, name="First Comer")
    front.rebuild(built, first=first)
    assert steps == ["rebuild", "rebuild", "look", "rebuild"]


def test_what_was_started_and_never_began_is_not_said_to_be_under_way_for_long(built: str, steps: list[str]) -> None:
    front.launch_rebuild(built)
    assert (steps, front.is_rebuilding(built)) == (["rebuild-network"], True)
    wish = shelf.folder(built).with_name("wanted")
    long_ago = wish.stat().st_mtime - 60
    os.utime(wish, (long_ago, long_ago))
    assert not front.is_rebuilding(built)


@pytest.mark.case("A29")
def test_of_an_owner_who_left_nothing_is_made_anew(built: str, steps: list[str]) -> None:
    front.remove_owner(built)
    people.remove_connector(built, NOW)
    assert worked(built, steps)
    assert steps == ["rewrite"]
    assert not shelf.folder(built).exists()
    assert log.due() == []
