"""What comes back by mail: letters of ours to answer, and a listener to which answers are brought."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.mail.incoming.lines import Line
from tests.support.cast import Cast
from tests.support.parts import ROOT
from twoyes.introductions.models import Letter
from twoyes.mail import ours
from twoyes.mail.incoming.listening import Listener


@pytest.fixture(autouse=True)
def shims_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """The process that reads is told nothing about this one but where the code is."""
    path = [str(ROOT), *filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep))]
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(path))


@dataclass
class Asked:
    """Tom was asked; the letter that did it, and the addresses at which it is answered."""

    cast: Cast
    introduction: str
    letter: str

    @property
    def reply(self) -> str:
        return ours.reply_address(self.letter)

    @property
    def returned(self) -> str:
        return ours.return_path(self.letter)


def asked_of(cast: Cast) -> Asked:
    introduction = cast.asking()
    return Asked(cast, introduction, Letter.objects.get(introduction=introduction, kind="ask").pk)


@pytest.fixture
def asked(cast: Cast) -> Asked:
    return asked_of(cast)


@pytest.fixture(params=["lmtp", "smtp"])
def scheme(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def lmtp(transactional_db: None) -> Iterator[Line]:
    with opened("lmtp") as line:
        yield line


@pytest.fixture
def line(transactional_db: None, scheme: str) -> Iterator[Line]:
    with opened(scheme) as line:
        yield line


class opened:  # noqa: N801 - used as a word
    """A listener, and a connection to it by which a mail server has greeted."""

    def __init__(self, scheme: str) -> None:
        self.listener = Listener(f"{scheme}://127.0.0.1:0")

    def __enter__(self) -> Line:
        self.line = Line(self.listener.start())
        return self.line

    def __exit__(self, *_error: object) -> None:
        self.line.close()
        self.listener.stop()
