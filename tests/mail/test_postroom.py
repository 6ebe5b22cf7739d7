"""The post room is a relay like any other: the same hook, one file a letter, none replaced or lost."""

import errno
import fcntl
import os
import stat
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest

from tests.support.envelopes import ASK, Hook, numbered, outcome
from twoyes.lib import disk, faults
from twoyes.mail.outgoing.postroom import PostroomTransport, letters, read
from twoyes.mail.outgoing.transport import Abort


def names(data_dir: Path) -> list[str]:
    return [path.name for path in letters(data_dir)]


def everything(data_dir: Path) -> list[str]:
    room = data_dir / "postroom"
    return sorted(path.name for path in room.iterdir()) if room.exists() else []


def test_a_letter_lands_as_it_was_sent_below_who_it_is_from_and_for(tmp_path: Path) -> None:
    verdict = PostroomTransport(tmp_path).send(ASK, point_of_no_return=Hook())

    assert outcome(verdict) == ("sent", 250, False, False)
    assert names(tmp_path) == ["000001-ask.eml"]
    assert (
        letters(tmp_path)[0].read_bytes()
        == (
            b"X-Twoyes-Letter: letter000001\r\nX-Twoyes-Introduction: intro0000001\r\n"
            b"X-Twoyes-Envelope-To: tom@target.example\r\nX-Twoyes-Envelope-From: ask-7q2x@cora.example\r\n"
        )
        + ASK.message
    )
    assert read(letters(tmp_path)[0]) == ASK


def test_an_envelope_without_ids_or_return_path_reads_back_as_it_was(tmp_path: Path) -> None:
    bare = replace(ASK, sender="", kind="", letter="", introduction="")
    PostroomTransport(tmp_path).send(bare, point_of_no_return=Hook())

    assert names(tmp_path) == ["000001-letter.eml"]
    assert read(letters(tmp_path)[0]) == bare


def test_only_the_owner_may_look_into_the_post_room(tmp_path: Path) -> None:
    PostroomTransport(tmp_path).send(ASK, point_of_no_return=Hook())

    assert stat.S_IMODE((tmp_path / "postroom").stat().st_mode) == 0o700
    assert stat.S_IMODE(letters(tmp_path)[0].stat().st_mode) == 0o600


def test_a_room_that_others_could_look_into_is_shut_before_a_letter_lies_in_it(tmp_path: Path) -> None:
    """Such as one that came out of a backup."""
    room = tmp_path / "postroom"
    room.mkdir(mode=0o755)
    room.chmod(0o755)
    PostroomTransport(tmp_path).send(ASK, point_of_no_return=Hook())

    assert stat.S_IMODE(room.stat().st_mode) == 0o700


def test_a_letter_that_is_being_written_has_a_name_that_nobody_reads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By that name the next worker finds what a power cut left behind."""
    link, seen = os.link, list[str]()

    def look(half: str, path: str) -> None:
        seen.extend(everything(tmp_path))
        link(half, path)

    monkeypatch.setattr(os, "link", look)
    PostroomTransport(tmp_path).send(ASK, point_of_no_return=Hook())
    assert [name.startswith(".half-") for name in seen] == [True]


def test_a_letter_is_on_the_disk_to_its_last_octet_before_it_has_a_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a program still holds back is gone with the power."""
    fsync, sizes = os.fsync, list[int]()

    def look(handle: int) -> None:
        if stat.S_ISREG(os.fstat(handle).st_mode):
            assert names(tmp_path) == []
            sizes.append(os.fstat(handle).st_size)
        fsync(handle)

    monkeypatch.setattr(os, "fsync", look)
    PostroomTransport(tmp_path).send(ASK, point_of_no_return=Hook())
    assert sizes == [letters(tmp_path)[0].stat().st_size]


def test_a_data_directory_that_is_not_there_yet_is_made(tmp_path: Path) -> None:
    assert PostroomTransport(tmp_path / "new" / "var").send(ASK, point_of_no_return=Hook()).kind == "sent"


def test_letters_are_numbered_in_order_and_after_the_last_one_that_stands(tmp_path: Path) -> None:
    assert names(tmp_path) == []
    transport = PostroomTransport(tmp_path)
    for kind in ("ask", "on_its_way", "details"):
        transport.send(replace(ASK, kind=kind), point_of_no_return=Hook())
    letters(tmp_path)[0].unlink()
    (tmp_path / "postroom" / "1000000-ask.eml").write_bytes(b"")
    transport.send(ASK, point_of_no_return=Hook())

    assert names(tmp_path) == [
        "000002-on_its_way.eml",
        "000003-details.eml",
        "1000000-ask.eml",
        "1000001-ask.eml",
    ]


def test_workers_at_once_lose_nothing_and_share_no_number(tmp_path: Path) -> None:
    def work(worker: int) -> None:
        for turn in range(5):
            envelope = replace(numbered(10 * worker + turn), kind=f"kind{worker}")
            PostroomTransport(tmp_path).send(envelope, point_of_no_return=Hook())

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)

    assert [int(name[:6]) for name in names(tmp_path)] == list(range(1, 21))
    assert len({read(path).message for path in letters(tmp_path)}) == 20
    assert everything(tmp_path) == names(tmp_path)


@pytest.mark.case("B3", "B7")
def test_whoever_raises_at_the_point_of_no_return_writes_nothing(tmp_path: Path) -> None:
    transport = PostroomTransport(tmp_path)

    assert outcome(transport.send(ASK, point_of_no_return=Hook(Abort()))) == ("aborted", 0, True, False)
    for trouble in (OSError(errno.ENOSPC, "No space left on device"), faults.Crash("power cut")):
        with pytest.raises(type(trouble)):
            transport.send(ASK, point_of_no_return=Hook(trouble))
    assert everything(tmp_path) == []


@pytest.mark.case("B4")
def test_a_worker_that_was_stopped_after_the_commit_puts_nothing_in(tmp_path: Path) -> None:
    transport = PostroomTransport(tmp_path, allowance=0.05)
    verdict = transport.send(ASK, point_of_no_return=lambda: time.sleep(0.06))

    assert outcome(verdict) == ("unknown", 0, True, False)
    assert everything(tmp_path) == []


@pytest.mark.case("B4")
def test_a_post_room_held_by_a_stopped_worker_holds_nobody_for_ever(tmp_path: Path) -> None:
    transport = PostroomTransport(tmp_path, allowance=0.2)
    room = tmp_path / "postroom"
    room.mkdir()
    handle = os.open(room, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        assert outcome(transport.send(ASK, point_of_no_return=Hook())) == ("unknown", 0, True, False)
    finally:
        os.close(handle)
    assert PostroomTransport(tmp_path).send(ASK, point_of_no_return=Hook()).kind == "sent"


@pytest.mark.case("F6")
def test_a_full_disk_leaves_no_half_letter_and_is_tried_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        verdict = PostroomTransport(tmp_path).send(ASK, point_of_no_return=Hook())

    assert outcome(verdict) == ("temporary", 0, True, False)
    assert "No space left" in verdict.text
    assert everything(tmp_path) == []


def test_a_disk_that_fails_after_the_naming_leaves_us_not_knowing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: Path) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(disk, "settle", broken)
    verdict = PostroomTransport(tmp_path).send(ASK, point_of_no_return=Hook())

    assert outcome(verdict) == ("unknown", 0, False, False)
    assert len(letters(tmp_path)) == 1


def test_the_fault_points_stand_where_those_of_smtp_do(tmp_path: Path) -> None:
    seen: list[tuple[str, int]] = []
    with faults.intercept(lambda name: seen.append((name, len(letters(tmp_path))))):
        PostroomTransport(tmp_path).send(ASK, point_of_no_return=lambda: seen.append(("hook", len(letters(tmp_path)))))

    assert seen == [("after_354", 0), ("hook", 0), ("after_dot", 1), ("after_250", 1)]


def test_what_a_crash_left_half_written_is_never_a_letter_and_goes_with_the_next(tmp_path: Path) -> None:
    room = tmp_path / "postroom"
    room.mkdir()
    (room / ".half-crashed").write_bytes(b"X-Twoyes-Letter: le")
    assert letters(tmp_path) == []

    PostroomTransport(tmp_path).send(ASK, point_of_no_return=Hook())

    assert everything(tmp_path) == ["000001-ask.eml"]


@pytest.mark.parametrize("content", [b"", b"Subject: hello\r\n\r\nhello\r\n", ASK.message])
def test_a_file_that_is_none_of_ours_is_not_read_as_a_letter(tmp_path: Path, content: bytes) -> None:
    room = tmp_path / "postroom"
    room.mkdir()
    (room / "notes.eml").write_bytes(content)
    (room / "000009-ask.eml").write_bytes(content)

    assert names(tmp_path) == ["000009-ask.eml"]
    for name in ("notes.eml", "000009-ask.eml"):
        with pytest.raises(ValueError, match="is not a letter of the post room"):
            read(room / name)
