"""Whatever a message does to the process that reads it, whoever asked goes on, and the next message is read."""

from __future__ import annotations

import random
import resource
import time
from pathlib import Path

import pytest

from tests.mail.incoming import bombs, shims
from twoyes.mail.incoming import wire
from twoyes.mail.incoming.reading import UNDERSTAND, Reading, Unread
from twoyes.mail.incoming.understanding import Understood

GOOD = b"Subject: x\r\n\r\nhello"


def told(reading: Reading, raw: bytes) -> str:
    """What came of a message: its words, or why there are none."""
    try:
        return reading.read(raw).new_text
    except Unread as unread:
        return f"-{unread.why}"


@pytest.mark.case("B24")
def test_a_reader_that_dies_is_followed_by_another() -> None:
    with Reading(f"{shims.HERE}:poisoned") as reading:
        said = [told(reading, one) for one in (GOOD, b"exit now", GOOD, b"kill now", GOOD, b"raise now", GOOD)]
    assert said == ["hello", "-died", "hello", "-died", "hello", "-SystemExit", "hello"]


@pytest.mark.case("B25")
def test_a_reader_has_half_a_gigabyte_and_no_more() -> None:
    with Reading(f"{shims.HERE}:poisoned") as reading:
        assert [told(reading, one) for one in (b"eat now", GOOD)] == ["-MemoryError", "hello"]


@pytest.mark.slow(2)
@pytest.mark.case("B25")
def test_a_reader_has_its_seconds_of_computing_for_each_message() -> None:
    with Reading("tests.mail.incoming.hasty:poisoned") as reading:
        assert [told(reading, one) for one in (GOOD, b"spin now", GOOD)] == ["hello", "-died", "hello"]


@pytest.mark.case("B25")
def test_a_reader_that_sleeps_is_not_waited_for() -> None:
    began = time.monotonic()
    with Reading(f"{shims.HERE}:poisoned", wall=0.5) as reading:
        assert told(reading, b"sleep now") == "-slow"
        assert time.monotonic() < began + 5
    with Reading(f"{shims.HERE}:poisoned") as reading:
        assert told(reading, GOOD) == "hello"


def test_a_reader_knows_no_key_no_store_and_no_open_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TWOYES_SECRET", "a secret")
    with Reading(f"{shims.HERE}:surroundings") as reading:
        names, loaded, handles = reading.read(GOOD).new_text.split("--")
    assert set(names.split()) <= {"PYTHONPATH", "LANG", "PYTHONHASHSEED", "LC_CTYPE"}
    assert loaded.split() == []
    assert all(one.startswith(("socket:", "/proc/")) for one in handles.split())


def test_a_reader_is_gone_when_all_is_read() -> None:
    with Reading(f"{shims.HERE}:plain") as reading:
        told(reading, GOOD)
        process = reading._process
        assert process is not None
        assert Path(f"/proc/{process.pid}").exists()
    assert process.returncode is not None


def test_what_was_understood_comes_back_as_it_was() -> None:
    with Reading(f"{shims.HERE}:everything") as reading:
        found = reading.read(GOOD)
    expected = shims.everything(GOOD)
    assert found == wire.unpack(wire.pack(expected))
    assert (found.new_text, found.bounced, found.meeting) == (
        "half a ? pair, ünd 🙂",
        expected.bounced,
        expected.meeting,
    )
    assert (found.sent_at, found.back_on, found.to) == (expected.sent_at, expected.back_on, expected.to)


def test_a_reader_that_says_something_else_is_not_believed() -> None:
    with Reading(f"{shims.HERE}:nonsense") as reading:
        assert told(reading, GOOD) == "-garbled"
    for data in (b"[]", b"{}", b"{", b"\xff", b'{"kind": 1}', b"null"):
        with pytest.raises(ValueError, match=r"what was understood|codec|Expecting"):
            wire.unpack(data)


@pytest.mark.slow(8)
@pytest.mark.case("B25")
@pytest.mark.parametrize("understand", ["tests.mail.incoming.hasty:careless", UNDERSTAND])
def test_no_bomb_reaches_whoever_asked_for_the_reading(understand: str) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with Reading(understand) as reading:
        for name, bomb in bombs.BOMBS.items():
            # Careless or not, it ends: in words or in a reason.
            assert isinstance(told(reading, bomb), str), name
            assert isinstance(told(reading, GOOD), str)
        assert not told(reading, GOOD).startswith("-")
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 64 * 1024


@pytest.mark.slow(5)
def test_mutated_messages_kill_nobody_who_asked() -> None:
    chance = random.Random(6)
    with Reading(UNDERSTAND, wall=5) as reading:
        kinds = {type(_one(reading, _mutated(chance.choice((REPORT, ANSWER, MEETING)), chance))) for _ in range(500)}
    assert Understood in kinds


REPORT = (
    b"From: T <t@x.example>\r\nSubject: =?utf-8?q?h=C3=A9?=\r\nContent-Type: multipart/report; boundary=b\r\n\r\n"
    b"--b\r\n\r\nhello\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\nAction: failed\r\n\r\n--b--\r\n"
)
ANSWER = b"From: a@x.example\r\nIn-Reply-To: <1@x>\r\nContent-Transfer-Encoding: base64\r\n\r\naGVsbG8=\r\n> quoted\r\n"
MEETING = (
    b"Content-Type: text/calendar; method=REPLY\r\n\r\nBEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART:20260301T090000Z\r\n"
)


def _one(reading: Reading, raw: bytes) -> Understood | str:
    try:
        return reading.read(raw)
    except Unread as unread:
        return unread.why


def _mutated(raw: bytes, chance: random.Random) -> bytes:
    data = bytearray(raw)
    for _ in range(chance.randint(1, 8)):
        at = chance.randrange(len(data))
        match chance.randrange(4):
            case 0:
                data[at] = chance.randrange(256)
            case 1:
                del data[at : at + chance.randint(1, 20)]
            case 2:
                data[at:at] = data[at : at + 40] * chance.randint(1, 50)
            case _:
                data[at:at] = bytes(chance.choices(b'\r\n\0:;="<>()\xff', k=5))
        if not data:
            return raw
    return bytes(data)
