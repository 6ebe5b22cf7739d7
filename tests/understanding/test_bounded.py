"""Messages that are made to hurt are read within limits, or set aside as unknown (D10 to D13, D19, G7)."""

from __future__ import annotations

import resource
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.parts import ROOT
from tests.understanding import bombs
from twoyes.mail.incoming import understand
from twoyes.mail.incoming.understanding import bounded, newtext

SECONDS, MEGABYTES = 2.0, 256
TEXT_SECONDS = 1.0


def _parts(message: bounded.Part) -> Iterator[bounded.Part]:
    yield message
    for part in message.parts:
        yield from _parts(part)


def _deepest(message: bounded.Part) -> int:
    return 1 + max((_deepest(part) for part in message.parts), default=0)


@pytest.mark.parametrize("name", sorted(bombs.STRUCTURES))
@pytest.mark.case("D10", "D11", "D12", "D13")
def test_a_message_that_is_made_to_hurt_is_read_in_two_seconds(name: str) -> None:
    began = time.process_time()
    understand(bombs.STRUCTURES[name]())
    assert time.process_time() - began < SECONDS


@pytest.mark.parametrize("name", sorted(bombs.TEXTS))
@pytest.mark.case("D19")
def test_a_text_that_is_made_to_hurt_is_read_in_one_second(name: str) -> None:
    raw = bombs.TEXTS[name]()
    began = time.process_time()
    understand(raw)
    assert time.process_time() - began < TEXT_SECONDS


@pytest.mark.slow(4)
@pytest.mark.case("D10", "D11")
def test_many_of_them_one_after_another_stay_within_the_memory_that_one_may_take() -> None:
    program = (
        "import resource\n"
        "from tests.understanding import bombs\n"
        "from twoyes.mail.incoming import understand\n"
        f"resource.setrlimit(resource.RLIMIT_AS, ({MEGABYTES << 20}, {MEGABYTES << 20}))\n"
        "for make in [*bombs.STRUCTURES.values(), *list(bombs.TEXTS.values())[::5]]: understand(make())\n"
        # Not ru_maxrss: that counts whoever started the process, too.
        "print(next(int(line.split()[1]) // 1024 for line in open('/proc/self/status') if line.startswith('VmHWM')))\n"
    )
    told = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert int(told.stdout) < MEGABYTES
    assert resource.getrlimit(resource.RLIMIT_AS)[0] == resource.RLIM_INFINITY


@pytest.mark.case("D10")
def test_of_many_parts_a_hundred_are_taken() -> None:
    message, cut = bounded.take_apart(bombs.STRUCTURES["a hundred thousand parts"]())
    assert cut
    assert len(list(_parts(message))) == bounded.PARTS


@pytest.mark.case("D10")
def test_of_many_levels_twenty_are_taken() -> None:
    message, cut = bounded.take_apart(bombs.STRUCTURES["nested 500 deep"]())
    assert cut
    assert _deepest(message) == bounded.LEVELS + 1


@pytest.mark.case("D11", "D13")
def test_of_each_header_two_kilobytes_are_taken_and_of_all_sixty_four() -> None:
    message, cut = bounded.take_apart(b"Subject: " + b"x" * 5_000 + b"\n" + b"X-A: b\n" * 20_000 + b"\nhello")
    assert cut
    assert message.first("subject") == b"x" * (bounded.HEADER_BYTES - 1)
    assert sum(len(name) + len(value) for name, value in message.headers) < bounded.HEADERS_BYTES
    assert message.body == b"hello"


@pytest.mark.case("C26")
def test_what_is_over_a_megabyte_is_left_and_said_to_be() -> None:
    head = b"From: tom@example.net\n\nYes, happy to.\n\n"
    assert not understand(head + b"> a\n" * 1_000).truncated
    long = understand(head + b"> a\n" * 400_000)
    assert long.truncated
    assert (long.kind, long.new_text) == ("reply", "Yes, happy to.")


@pytest.mark.case("C26")
def test_a_text_that_is_longer_than_what_is_looked_at_is_said_to_be() -> None:
    head = b"From: tom@example.net\n\nYes."
    assert not understand(head + b"\n" * (newtext.LONGEST - 10)).truncated
    assert understand(head + b"\n" * newtext.LONGEST + b"No.").truncated


@pytest.mark.case("D10")
def test_an_answer_is_found_beside_parts_that_are_never_read() -> None:
    head = b"From: tom@example.net\nContent-Type: multipart/mixed; boundary=b\n\n"
    told = understand(head + b"--b\n\nNot now.\n" + b"--b\n\n\n" * 5_000 + b"--b--\n")
    assert (told.kind, told.new_text, told.truncated) == ("reply", "Not now.", True)


@given(st.binary(max_size=600))
@settings(max_examples=200, deadline=None)
@pytest.mark.case("D12")
def test_whatever_comes_is_read(raw: bytes) -> None:
    assert understand(raw).kind


LINES = st.sampled_from(
    "> a|On 1 Jan 2026, a@example.net wrote:|From: a|Sent: b|To: c|Subject: d|-- |-----Original Message-----|yes|No."
    "|Sent from my iPhone|<div>|</div>|<blockquote>|____|+49 30 123456|Content-Type: text/html|--b|".split("|")
)
HEADS = st.sampled_from(
    [
        b"",
        b"Content-Type: text/html\n",
        b"Content-Type: text/plain; format=flowed\n",
        b"Content-Type: multipart/mixed; boundary=b\n",
        b"Return-Path: <>\n",
        b"Content-Type: message/rfc822\n",
    ]
)


@given(HEADS, st.lists(LINES, max_size=40))
@settings(max_examples=200, deadline=None)
def test_whatever_lines_come_the_new_text_is_normal(head: bytes, lines: list[str]) -> None:
    told = understand(b"From: tom@example.net\n" + head + b"\n" + "\n".join(lines).encode())
    text = told.new_text
    assert text == "\n".join(line.rstrip() for line in text.split("\n")).strip("\n")
    assert "\n\n\n" not in text
    assert told.kind == "reply" or not text
    assert (told.meaning is not None) == (told.kind == "reply")


def test_reading_needs_no_framework_and_no_database() -> None:
    program = (
        "import sys\nfrom twoyes.mail.incoming import understand\nunderstand(b'From: a@example.org\\n\\nyes')\n"
        "print(*sorted({name.partition('.')[0] for name in sys.modules} & {'django', 'allauth', 'psycopg', 'sqlite3'}))"
    )
    told = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert told.stdout.split() == []
