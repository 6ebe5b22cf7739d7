"""Archives cut into heads: every message once, whatever a letter quotes, and from any place on."""

from __future__ import annotations

import io
import re
import time
import tracemalloc

import pytest

from tests.support.parts import CORPUS
from twoyes.network.reading import archives
from twoyes.network.reading.archives import LISTSERV, MBOX, Dialect, Piece, pieces
from twoyes.network.reading.headers import LONGEST_HEAD

LINE = b"From a@b.example Thu Feb 28 18:58:18 2013\n"
TWO = b"""From tom@blades.example Thu Feb 28 18:58:18 2013
From: Tom <tom@blades.example>
Subject: One

The first.

From here on nothing is a message, and neither is
>From tom@blades.example Thu Feb 28 18:58:18 2013
From: a quoted line

From MAILER-DAEMON  Fri Mar  1 09:00:00 2013
From: Kim <kim@blades.example>
Subject: Two

The second.
"""


def cut(data: bytes, dialect: Dialect = MBOX, start: int = 0) -> list[Piece]:
    """Cut what stands in memory, from a place on."""
    file = io.BytesIO(data)
    file.seek(start)
    return list(pieces(file.read, dialect, start=start))


def subjects(data: bytes, dialect: Dialect = MBOX) -> list[bytes]:
    return [match[1] for piece in cut(data, dialect) if (match := re.search(rb"Subject: *(\S+)", piece.head))]


@pytest.mark.parametrize("ends", [b"\n", b"\r\n"])
def test_a_line_that_begins_a_message_names_a_time_and_a_header_follows_it(ends: bytes) -> None:
    found = cut(TWO.replace(b"\n", ends))
    assert [piece.head.splitlines()[-1] for piece in found] == [b"Subject: One", b"Subject: Two"]


@pytest.mark.case("D16")
def test_a_body_whose_length_is_told_may_hold_whole_messages() -> None:
    inner = b"From x@y.example Thu Feb 28 18:58:18 2013\nFrom: x@y.example\nSubject: Inner\n\nHello.\n"
    told = b"From a@b.example Thu Feb 28 18:58:18 2013\nFrom: a@b.example\nSubject: Outer\nContent-Length: %d\n\n%s"
    data = told % (len(inner), inner) + b"\n" + TWO
    assert subjects(data) == [b"Outer", b"One", b"Two"]
    # A length that leads nowhere is not believed: the line decides.
    assert subjects(told % (len(inner) + 7, inner) + b"\n" + TWO) == [b"Outer", b"Inner", b"One", b"Two"]
    assert subjects(told % (10**9, inner) + b"\n" + TWO) == [b"Outer", b"Inner", b"One", b"Two"]


@pytest.mark.parametrize(
    "line",
    [
        b"From user at host.example  Thu Nov  1 11:19:12 2001",
        b"From \xe4\xf6@host.example Thu Nov 01 11:19 2001",
        b"From MAILER-DAEMON Fri Jul  4 09:00:00 1997",
        b"From a@b.example Thu, 1 Nov 2001 11:19:12 +0100",
    ],
)
def test_the_lines_of_many_programs_begin_a_message(line: bytes) -> None:
    assert subjects(line + b"\nFrom: a@b.example\nSubject: Here\n\nHello.\n") == [b"Here"]


def test_a_log_of_listserv_is_cut_at_its_lines() -> None:
    data = b"".join(
        b"=" * 73 + b"\r\nDate:         x\r\nSubject:      %s\r\n\r\nHello\r\n" % name for name in (b"A", b"B")
    )
    assert subjects(data + b"=" * 73 + b"\r\n(end)\r\n", LISTSERV) == [b"A", b"B"]


@pytest.mark.parametrize("data", [b"", b"\n", b"0", b"Hello.\n\nNo mail at all.\n"])
def test_what_holds_no_message_yields_none(data: bytes) -> None:
    assert cut(data) == cut(data, LISTSERV) == []


@pytest.mark.parametrize("size", [1, 7, 64, 5000])
def test_it_does_not_matter_in_what_pieces_an_archive_is_read(monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    data = TWO * 5
    whole = cut(data)
    monkeypatch.setattr(archives, "_CHUNK", size)
    assert cut(data) == whole
    assert len(whole) == 10
    for number, piece in enumerate(whole):
        assert cut(data, start=piece.place) == whole[number:]


@pytest.mark.case("D10", "D16")
def test_a_head_without_an_end_is_cut_off_and_the_next_message_found() -> None:
    endless = b"From a@b.example Thu Feb 28 18:58:18 2013\nSubject: Endless\n" + b"X-More: yes\n" * 400_000
    found = cut(endless + b"\n" + TWO)
    assert len(found) == 3
    assert len(found[0].head) == LONGEST_HEAD


@pytest.mark.corpus
@pytest.mark.parametrize("name", ["linux-mips", "spamassassin", "pipermail", "listserv-3gpp-mtce"])
def test_every_message_of_the_corpus_is_cut_once_and_from_any_place_on(name: str) -> None:
    dialect = LISTSERV if name.startswith("listserv") else MBOX
    for path in sorted((CORPUS / "mail" / name).iterdir()):
        data = path.read_bytes()
        found = cut(data, dialect)
        # In these archives every quoted line is marked, so that a plain search counts the same.
        assert len(found) == len(re.findall(rb"^" + re.escape(dialect.needle), data, re.MULTILINE)), path.name
        assert found
        half = len(found) // 2
        assert cut(data, dialect, found[half].place) == found[half:]


@pytest.mark.case("D16")
def test_a_mailbox_of_any_size_needs_a_few_megabytes() -> None:
    chunk = (TWO + b"A long letter.\n" * 1000) * 50
    left = iter([chunk] * 100)
    tracemalloc.start()
    try:
        found = sum(1 for _piece in pieces(lambda _size: next(left, b""), MBOX))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert found == 100 * 100
    assert len(chunk) * 100 > 75_000_000
    assert peak < 12_000_000


@pytest.mark.case("D16")
def test_messages_that_lie_about_their_length_cost_neither_time_nor_more_than_one_long_body_of_memory() -> None:
    # What lies in sight is never copied as a whole: these would be 23 GB of copies, which take ten times as long.
    liar = LINE + b"From: a@b.example\nContent-Length: 60000000\n\n" + b"x" * 2_000 + b"\n\n"
    chunk, times = liar * 125, 400
    left = iter([chunk] * times)
    began = time.process_time()
    assert sum(1 for _piece in pieces(lambda _size: next(left, b""), MBOX)) == 125 * times
    assert time.process_time() - began < 4
    # A length that goes beyond the end of the archive hides nothing, whatever it says.
    for length in (b"400", b"9000", b"600000000"):
        lying = TWO.replace(b"\n\nThe first.", b"\nContent-Length: " + length + b"\n\nThe first.")
        assert len(cut(lying)) == len(cut(TWO)) == 2, length
    asked = list[int]()

    def told(_size: int) -> bytes:
        asked.append(1)
        return liar.replace(b"60000000", b"600000000") * 125

    # Nobody reads on to where a message of 600 MB would end.
    assert next(pieces(told, MBOX)).head.endswith(b"600000000")
    assert len(asked) <= 2
