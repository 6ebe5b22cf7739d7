"""Heads that are read in a child process: everything is as with one process, and nothing is lost where it dies."""

from __future__ import annotations

import gzip
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import pytest

from tests.network.histories import CORA, TOM, lay, mail
from tests.network.test_history import messages, rows
from twoyes.lib import locking
from twoyes.lib.ahead import is_possible
from twoyes.lib.errors import Unreachable
from twoyes.network import front, importing, walking
from twoyes.network.models import HistoryJob, Identity, Topic
from twoyes.network.reading import headers

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not is_possible(), reason="needs Linux and two cores"),
]
_EVENT = (
    "BEGIN:VEVENT\r\nUID:{0}\r\nDTSTART:2019020{0}T090000Z\r\n"
    "ATTENDEE:mailto:{1}\r\nATTENDEE:mailto:{2}\r\nEND:VEVENT\r\n"
)


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(walking, "MOST_MESSAGES", 20)


@pytest.fixture
def two(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Have everything from now on read by a child."""
    return lambda: monkeypatch.setattr(importing, "MUCH", 0)


def _mixed(folder: Path) -> Path:
    """A folder of everything, whole and broken."""
    place = folder / "everything"
    (place / "cur").mkdir(parents=True)
    lay(place / "a.mbox", 130)
    lay(place / "b.mbox", 45, seed=2)
    for number in range(30):
        text = mail(CORA, f"e{number}@eml.example", day=number, ident=f"eml{number}@m.example").split("\n", 1)[1]
        (place / "cur" / f"{number}:2,S").write_text(text)
    (place / "c.ics").write_text(
        "BEGIN:VCALENDAR\r\n" + "".join(_EVENT.format(day, CORA, TOM) for day in (1, 2, 3)) + "END:VCALENDAR\r\n"
    )
    packed = gzip.compress(lay(folder / "packed", 60, seed=3).read_bytes())
    (place / "d.mbox.gz").write_bytes(packed)
    (place / "e.mbox.gz").write_bytes(packed[: len(packed) // 2])
    (place / "f.log").write_text(
        "=" * 73 + "\nDate:         Mon, 7 Jan 2019 08:00:00 +0000\nFrom:         Tom <t@l.example>\n"
    )
    (place / "g.bin").write_bytes(bytes(range(256)))
    (place / "h.mbox").write_bytes(b"")
    return place


def _left(owner: str) -> list[object]:
    jobs = HistoryJob.objects.filter(owner_id=owner).values_list(
        "state", "path", "archive", "offset", "size", "passed", "taken", "left_out", "problem_count"
    )
    met = Identity.objects.filter(owner_id=owner).values_list("key", "seen_first", "seen_last", "wrote_to")
    return [rows(owner) and messages(owner), list(jobs), sorted(met)]


def test_rows_counts_problems_and_chunks_are_those_of_one_process(
    cora: str, otto: str, tmp_path: Path, two: Callable[[], None]
) -> None:
    place = _mixed(tmp_path)
    chunks = dict[str, list[tuple[int, int, int]]]({cora: [], otto: []})
    # In a meeting whoever has several addresses goes by the smallest number of them: both get the same ones.
    mine = [CORA, "otto@outside.example"]
    one = front.import_history(otto, [place], mine=mine, progress=lambda *told: chunks[otto].append(told))
    two()
    both = front.import_history(cora, [place], mine=mine, progress=lambda *told: chunks[cora].append(told))
    assert both == one
    assert one.taken > 100
    assert len(one.problems) == 3
    assert chunks[cora] == chunks[otto]
    assert len(chunks[cora]) > 10
    assert _left(cora) == _left(otto)


def _nth(number: int, does: Callable[[], object]) -> Callable[..., headers.Head]:
    """Read heads, until something happens at one of them."""
    read, calls = headers.read, count(1)

    def reads(raw: bytes, *, line: bytes, latest: int) -> headers.Head:
        if next(calls) == number:
            does()
        return read(raw, line=line, latest=latest)

    return reads


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _fail() -> None:
    raise ZeroDivisionError


@pytest.mark.parametrize(("does", "raises"), [(_die, Unreachable), (_fail, ZeroDivisionError)])
@pytest.mark.parametrize("number", [1, 600])
def test_where_the_child_dies_or_fails_it_is_told_and_the_same_command_goes_on(
    cora: str, otto: str, tmp_path: Path, two: Callable[[], None], does: Callable[[], None], raises: type, number: int
) -> None:
    path = lay(tmp_path / "Sent.mbox", 610)
    whole = front.import_history(otto, [path], mine=[CORA])
    two()
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(headers, "read", _nth(number, does))
        with pytest.raises(raises):
            front.import_history(cora, [path])
    job = HistoryJob.objects.get(owner_id=cora)
    assert job.state == "waiting"
    assert (job.taken > 0) == (number > 1)
    assert front.import_history(cora, [path]) == whole
    assert messages(cora) == messages(otto)


def test_an_upload_whose_reader_died_at_once_waits_with_all_its_bytes(
    cora: str, tmp_path: Path, two: Callable[[], None]
) -> None:
    path = lay(tmp_path / "Sent.mbox", 50)
    job = front.start_history(cora, [path.read_bytes()], name="Sent.mbox")
    two()
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(headers, "read", _nth(1, _die))
        front.carry_history(job)
    told = front.history_progress(cora, job)
    assert told is not None
    assert told.state == "stopped"
    assert "Try again" in told.refusal
    assert front.carry_history(job)
    done = front.history_progress(cora, job)
    assert done is not None
    assert done.taken + sum(done.left_out.values()) == 50


@pytest.mark.parametrize("before", [True, False])
def test_subject_lines_are_kept_from_when_it_was_switched_on(
    cora: str, otto: str, tmp_path: Path, two: Callable[[], None], before: bool
) -> None:
    path = lay(tmp_path / "Sent.mbox", 400)

    def bring(owner: str) -> int:
        switches = iter([lambda: front.remember_topics(owner, on=True, now=datetime.now(UTC))])

        def switch(*_told: int) -> None:
            next(switches, lambda: None)()

        if before:
            switch()
        front.import_history(owner, [path], mine=[CORA] if owner == otto else [], progress=switch)
        return Topic.objects.filter(owner_id=owner).count()

    one = bring(otto)
    two()
    assert bring(cora) == one > 20


def test_a_little_or_with_one_core_is_read_by_one_process(
    cora: str, tmp_path: Path, two: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(_reads: Iterator[object]) -> None:
        raise AssertionError("a second process")

    monkeypatch.setattr(importing, "read_ahead", never)
    front.import_history(cora, [lay(tmp_path / "few.mbox", 30)])
    two()
    with pytest.raises(AssertionError):
        front.import_history(cora, [lay(tmp_path / "many.mbox", 30)])
    monkeypatch.setattr(importing, "is_possible", lambda: False)
    front.import_history(cora, [lay(tmp_path / "more.mbox", 30)])


def test_the_last_chunk_of_an_import_waits_for_nobody_and_all_before_it_do(
    cora: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = list[bool]()

    def noted(*, last: bool) -> nullcontext[None]:
        told.append(last)
        return nullcontext()

    monkeypatch.setattr(locking, "making_way", noted)
    front.import_history(cora, [lay(tmp_path / "one.mbox", 50), lay(tmp_path / "two.mbox", 30, seed=2)])
    assert told == [False, False, False, False, True]
