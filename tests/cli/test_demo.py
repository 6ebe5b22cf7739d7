"""The demo plays one introduction, shows what is really in the post room, and fails when the protocol does."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from tests.support import home
from twoyes.cli.playing import CORA, RITA, TOM, Broken, play
from twoyes.introductions import engine
from twoyes.introductions.protocol import Advanced, advance
from twoyes.lib import store

KINDS = ["verify", "received", "new_request", "on_its_way", "ask", "introduction", "introduction"]


def environment(place: Path, **more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("TWOYES_", "XDG_"))}
    return {**kept, "TMPDIR": str(place), **more}


@pytest.fixture
def memory() -> Iterator[Path]:
    """A directory in memory where it can be."""
    with tempfile.TemporaryDirectory(dir=home.room()) as place:
        yield Path(place)


def run(place: Path, *words: str, before: str = "", **more: str) -> subprocess.CompletedProcess[str]:
    """Run `twoyes demo` as a process of its own, after `before`."""
    code = f"{before}\nimport sys\nsys.argv = ['twoyes', 'demo', *{list(words)!r}]\nfrom twoyes.cli import main\nmain()"
    return subprocess.run(
        [sys.executable, "-c", code],
        env=environment(place, **more),
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        cwd=place,
    )


@pytest.mark.slow
def test_the_demo_shows_the_letters_as_they_lie_in_the_post_room_and_leaves_nothing_behind(memory: Path) -> None:
    kept, work = memory / "kept", memory / "work"
    work.mkdir()
    # What an operator set is not touched: a store that cannot be reached, and real mail.
    theirs = {"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none", "EMAIL_URL": "smtp://127.0.0.1:1"}
    done = run(work, "--keep", str(kept), **theirs)
    assert done.returncode == 0, done.stderr
    letters = sorted(kept.glob("*.eml"))
    assert sorted(path.stem.partition("-")[2] for path in letters) == sorted(KINDS)
    for path in letters:
        message = message_from_bytes(path.read_bytes(), policy=policy.default)
        body = message.get_body(("plain",))
        assert body is not None
        for line in [f"Subject: {message['Subject']}", *str(body.get_content()).split("\n")]:
            assert line.strip() in done.stdout
    assert list(work.iterdir()) == []


@pytest.mark.slow
def test_the_demo_ends_with_1_when_advance_is_broken(memory: Path) -> None:
    broken = """
from twoyes.introductions import protocol
real = protocol.advance
def advance(introduction, event, now):
    done = real(introduction, event, now)
    from dataclasses import replace
    return replace(done, letters=())
protocol.advance = advance
"""
    done = run(memory, before=broken)
    assert done.returncode == 1
    assert "The demo broke" in done.stderr


def silent(change: Advanced) -> Advanced:
    return replace(change, letters=())


def deaf(event: str) -> Callable[..., Any]:
    """An `advance` to which one event means nothing."""

    def broken(introduction: Any, given: Any, now: Any) -> Advanced:
        if given.kind == event:
            return Advanced(introduction=introduction, letters=(), acts=())
        return advance(introduction, given, now)

    return broken


@pytest.mark.django_db
def test_the_play_goes_well_with_the_protocol_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    store.prepare()
    said: list[str] = []
    play(said.append)
    text = "\n".join(said)
    assert all(address in text for address in (RITA, CORA, TOM))
    assert [line.partition("-")[2].removesuffix(".eml") for line in text.splitlines() if line.startswith("--- ")]


@pytest.mark.django_db
@pytest.mark.parametrize("event", ["verified", "approve", "yes", "introduced"])
def test_an_advance_that_ignores_one_event_breaks_the_play(monkeypatch: pytest.MonkeyPatch, event: str) -> None:
    store.prepare()
    assert settings.POST_ROOM
    monkeypatch.setattr(engine, "advance", deaf(event))
    with pytest.raises(Broken):
        play(lambda _words: None)


@pytest.mark.django_db
def test_an_advance_without_letters_breaks_the_play(monkeypatch: pytest.MonkeyPatch) -> None:
    store.prepare()
    monkeypatch.setattr(engine, "advance", lambda *given: silent(advance(*given)))
    with pytest.raises(Broken, match="the letters should be"):
        play(lambda _words: None)
