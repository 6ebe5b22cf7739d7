"""From paths to heads: kinds are told by content, folders gone through, packed files opened within limits (D14)."""

from __future__ import annotations

import gzip
import zipfile
from collections import Counter
from pathlib import Path

import pytest

from tests.network.test_archives import TWO
from tests.support.parts import CORPUS
from twoyes.network.reading.headers import read
from twoyes.network.sources import kind_of, places
from twoyes.network.sources.base import Opened
from twoyes.network.sources.places import Problem, TooMuchError, archives

ONE = b"From: Tom <tom@blades.example>\r\nDate: Thu, 28 Feb 2013 18:58:18 +0000\r\nSubject: Hello\r\n\r\nHello.\r\n"
LOG = (
    b"=" * 73
    + b"\r\nDate:         Thu, 28 Feb 2013 18:58:18 +0000\r\nFrom:         Tom <tom@blades.example>\r\n\r\nHello.\r\n"
)


def found(path: Path) -> dict[str, tuple[str, int]]:
    """What a path leads to: the kind of each archive, and how many messages it holds."""
    known = {}
    for one in archives(path):
        assert isinstance(one, Opened), one
        kind = kind_of(one)
        known[one.name] = (kind.name, len(list(kind.messages(one, 0)))) if kind else ("none", 0)
    return known


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (TWO, ("mbox", 2)),
        (b"\n\n" + TWO, ("mbox", 2)),
        (ONE, ("eml", 1)),
        (ONE.replace(b"\r\n", b"\n"), ("eml", 1)),
        (ONE.replace(b"\r\n", b"\r"), ("eml", 1)),
        (LOG, ("listserv", 1)),
        (b"Dear Tom,\n\nFrom: here to there.\n", ("none", 0)),
        (b"%PDF-1.4\n", ("none", 0)),
        (b"Name,E-mail\nTom,tom@blades.example\n", ("none", 0)),
        (b"0", ("none", 0)),
    ],
)
def test_a_kind_is_told_by_content_whatever_the_name(tmp_path: Path, data: bytes, kind: tuple[str, int]) -> None:
    file = tmp_path / "strange.name"
    file.write_bytes(data)
    assert found(file) == {"strange.name": kind}


def test_the_head_of_a_file_with_the_line_ends_of_an_old_mac_is_read(tmp_path: Path) -> None:
    file = tmp_path / "mac.eml"
    file.write_bytes(ONE.replace(b"\r\n", b"\r"))
    (opened,) = archives(file)
    assert isinstance(opened, Opened)
    kind = kind_of(opened)
    assert kind is not None
    (message,) = kind.messages(opened, 0)
    head = read(message.head)
    assert head.sender is not None
    assert (head.sender.address, head.at) == ("tom@blades.example", 1362077898)


def test_a_maildir_is_gone_through_in_one_order_and_what_is_no_mail_beside_it_is_passed_over(tmp_path: Path) -> None:
    for folder, name in (("cur", "1362.a:2,S"), ("new", "1363.b"), ("tmp", "half"), (".Sent/cur", "1364.c:2,S")):
        place = tmp_path / "Maildir" / folder
        place.mkdir(parents=True, exist_ok=True)
        (place / name).write_bytes(ONE)
    (tmp_path / "Maildir" / "dovecot.index.cache").write_bytes(b"\0" * 100)
    (tmp_path / "Maildir" / "link").symlink_to("/etc/hostname")
    assert found(tmp_path / "Maildir") == {
        "Maildir/.Sent/cur/1364.c:2,S": ("eml", 1),
        "Maildir/cur/1362.a:2,S": ("eml", 1),
        "Maildir/new/1363.b": ("eml", 1),
    }


@pytest.mark.case("D14")
def test_what_is_packed_is_read_as_if_it_were_not(tmp_path: Path) -> None:
    with gzip.open(tmp_path / "a.mbox.gz", "wb") as packed:
        packed.write(TWO)
    with zipfile.ZipFile(tmp_path / "takeout.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("Takeout/Mail/All mail.mbox", TWO * 3)
        archive.writestr("Takeout/Mail/empty.mbox", b"")
        archive.writestr("Takeout/about.html", "<p>Hello</p>")
    assert found(tmp_path) == {
        f"{tmp_path.name}/a.mbox.gz": ("mbox", 2),
        f"{tmp_path.name}/takeout.zip/Takeout/Mail/All mail.mbox": ("mbox", 6),
        f"{tmp_path.name}/takeout.zip/Takeout/about.html": ("none", 0),
    }


@pytest.mark.parametrize("packed", [False, True])
def test_reading_goes_on_from_the_place_of_any_message(tmp_path: Path, packed: bool) -> None:
    file = tmp_path / "a.mbox"
    file.write_bytes(gzip.compress(TWO * 5) if packed else TWO * 5)
    (opened,) = archives(file)
    assert isinstance(opened, Opened)
    kind = kind_of(opened)
    assert kind is not None
    whole = list(kind.messages(opened, 0))
    for number, message in enumerate(whole):
        assert list(kind.messages(opened, message.place)) == whole[number:]


@pytest.mark.case("D14")
def test_packed_files_that_are_made_to_hurt_are_a_problem_or_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(places, "_SURE", 1000)
    bomb = tmp_path / "bomb.gz"
    bomb.write_bytes(gzip.compress(b"\0" * 3_000_000))
    (opened,) = archives(bomb)
    assert isinstance(opened, Opened)
    with opened.open(0) as raw, pytest.raises(TooMuchError):
        raw.read()
    with zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.mbox", b"\0" * 3_000_000)
    monkeypatch.setattr(places, "MOST_ENTRIES", 3)
    with zipfile.ZipFile(tmp_path / "many.zip", "w") as archive:
        for number in range(4):
            archive.writestr(f"{number}.eml", ONE)
    (tmp_path / "damaged.zip").write_bytes(b"PK\x03\x04 and no more")
    (tmp_path / "empty").touch()
    problems = {one.where.rpartition("/")[2]: one.why for one in archives(tmp_path) if isinstance(one, Problem)}
    assert set(problems) == {"a.mbox", "many.zip", "damaged.zip", "empty"}
    assert "far larger than mail can be packed" in problems["a.mbox"]
    assert "more than 3 files" in problems["many.zip"]
    assert "damaged" in problems["damaged.zip"]


# Counted by other means: lines that begin a message, separators, or files.
SHARED = {
    "linux-mips": {"mbox": 2633},
    "spamassassin": {"mbox": 1051},
    "pipermail": {"mbox": 170},
    "py4e": {"mbox": 27},
    "listserv-3gpp-mtce": {"listserv": 57},
}


@pytest.mark.corpus
@pytest.mark.parametrize("name", SHARED)
def test_every_message_of_the_corpus_is_found(name: str) -> None:
    counts: Counter[str] = Counter()
    for kind, count in found(CORPUS / "mail" / name).values():
        counts[kind] += count
    assert counts == SHARED[name]


@pytest.mark.corpus
def test_every_bounce_of_the_corpus_is_known_as_mail() -> None:
    kinds = found(CORPUS / "mail" / "bounces-sisimai")
    assert len(kinds) == 342
    assert {kind for kind, _count in kinds.values()} == {"mbox", "eml"}
