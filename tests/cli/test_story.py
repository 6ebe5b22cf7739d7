"""The told story: every state that there is, through the real verbs, in a house that leaves nothing behind."""

import tomllib
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.test import override_settings

from twoyes.cli.story import beside, telling
from twoyes.cli.story.plots import PLOTS
from twoyes.introductions import front as introductions
from twoyes.introductions.models import Introduction
from twoyes.introductions.protocol import State
from twoyes.lib import clock, env, store, story
from twoyes.lib.errors import Refused
from twoyes.lib.models import Installation
from twoyes.mail import front as mail
from twoyes.people import front as people
from twoyes.policy import screen

BOOK = tomllib.loads(Path(telling.__file__).with_name("story.toml").read_text())


@pytest.fixture
def empty(db: None) -> None:
    """A store in which nothing has happened yet."""
    Installation.the()
    store.bump_generation()


@pytest.mark.slow(5)
def test_it_ends_now_with_an_introduction_in_each_state_and_its_letters(empty: None) -> None:
    heard: list[tuple[int, int]] = []
    telling.tell(lambda done, of: heard.append((done, of)))
    assert set(Introduction.objects.values_list("state", flat=True)) == {str(state) for state in State}
    assert heard[-1] == (heard[-1][1], len(heard) - 1)
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(minutes=1)
    letters = Counter(path.stem.partition("-")[2] for path in mail.posted_letters(env.data_dir()))
    kinds = {"ask", "introduction", "returned", "talk_first", "declined", "lapsed", "not_this_time", "details"}
    assert letters.keys() >= kinds | {"what_happened", "good_news", "passed_on", "trouble", "digest", "reply_now"}
    staff = people.connectors()
    assert [one.handle for one in staff] == ["maren", "salma", "tiago"]
    assert sum(len(introductions.desk(one.id, clock.now())) for one in staff) == len(BOOK["introductions"]) - 3


def test_it_has_three_connectors_ten_founders_and_twenty_mentors() -> None:
    assert [len(BOOK[kind]) for kind in ("staff", "founders", "mentors")] == [3, 10, 20]
    assert {one["plot"] for one in BOOK["introductions"]} == set(PLOTS)
    asked = {one.get("founder") for one in BOOK["introductions"]} | {
        one.get(side) for one in BOOK["introductions"] for side in ("first", "second")
    }
    assert asked >= set(BOOK["founders"])


def test_its_requests_are_well_made_but_for_the_two_that_teach() -> None:
    found = {}
    for one in (one for one in BOOK["introductions"] if "founder" in one):
        founder = {**BOOK["founders"], **BOOK["erased"]}[one["founder"]]
        words = {**{name: one.get(name, "") for name in telling._REQUEST}, "about_me": founder["about"]}
        mentor = BOOK["mentors"][one["mentor"]]["name"]
        codes = {finding.code for finding in screen({**words, "target": mentor, "how_we_know": founder["knows"]})}
        if codes:
            found[one["plot"]] = codes
    bare = {"no_why_now", "no_benefit", "no_homework", "brain_picking"}
    assert found == {"returned": {"no_why_now"}, "waiting": bare}


def test_it_is_told_only_where_nothing_has_happened_yet(empty: None) -> None:
    clock.begin_at(datetime(2026, 1, 1, tzinfo=UTC))
    with pytest.raises(Refused, match="past"):
        clock.begin_at(datetime(2026, 1, 1, tzinfo=UTC))


def test_it_is_never_told_with_real_mail(empty: None) -> None:
    with override_settings(POST_ROOM=False), pytest.raises(Refused, match="real mail"):
        telling.tell(lambda done, of: None)
    assert people.connectors() == []


def test_its_house_gets_nothing_that_an_operator_has_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DATABASE_URL", "EMAIL_URL", "INBOX_URL", "TWOYES_KEYS", "TWOYES_SECRET", "TWOYES_DOMAIN"):
        monkeypatch.setenv(name, "the operator's own")
    monkeypatch.setenv(story.OFFERED, "1")
    given = beside._environment(tmp_path, "http://localhost:1", home="http://127.0.0.1:2")
    assert "the operator's own" not in given.values()
    assert given["EMAIL_URL"] == "postroom://"
    assert story.OFFERED not in given
    inside = ("TWOYES_DATA", "XDG_CONFIG_HOME", "XDG_STATE_HOME")
    assert all(given[name].startswith(f"{tmp_path}/") for name in inside)


def test_what_a_crash_left_behind_is_cleared(tmp_path: Path) -> None:
    story.want()
    (tmp_path / "left").mkdir()
    (story.place() / "house").write_text(str(tmp_path / "left"))
    beside.clear()
    assert not (tmp_path / "left").exists()
    assert not story.place().exists()
    beside.clear()
