"""Nothing of a person can be read in any byte of TWOYES_DATA outside the post room (issue 2, step 3; E1, S1)."""

import json
import os
import sqlite3
import subprocess
import sys
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.canaries import Cage
from tests.support.decodings import readings
from tests.support.parts import ROOT
from twoyes.introductions.protocol import State


def spellings(secret: str) -> Iterator[bytes]:
    """Yield how a text may lie in a file: as it is, in another case or encoding, in base64 at any offset, in hex."""
    for text in {secret, secret.lower(), secret.upper()}:
        yield text.encode()
        yield text.encode("utf-16-le")
        yield text.encode().hex().encode()
        yield from (b64encode(b"x" * skip + text.encode())[4 * bool(skip) : -4] for skip in range(3))
        yield json.dumps(text)[1:-1].encode()


def readable(data: bytes, secrets: list[str]) -> set[str]:
    """Return the secrets that stand in the bytes."""
    return {secret for secret in secrets for spelled in spellings(secret) if spelled in data}


def files(folder: Path) -> Iterator[tuple[str, bytes]]:
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield str(path.relative_to(folder)), path.read_bytes()


@pytest.fixture
def lived_in(tmp_path: Path) -> Iterator[tuple[Path, dict[str, list[str]]]]:
    """The data of a house in which everything has happened, while it holds a transaction open; and what is secret."""
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith("TWOYES_") and name != "DATABASE_URL"
    }
    places = {name: str(tmp_path / folder) for name, folder in PLACES.items()}
    with subprocess.Popen(
        [sys.executable, "-m", "tests.house.all_states"],
        cwd=ROOT,
        env={**kept, **places, "PYTHONPATH": f"{ROOT}:{ROOT / 'src'}", "DJANGO_SETTINGS_MODULE": "twoyes.settings"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as child:
        assert child.stdout is not None
        line = child.stdout.readline()
        if not line:
            assert child.stderr is not None
            pytest.fail(child.stderr.read()[-3000:])
        yield tmp_path / "data", json.loads(line)
        child.communicate("\n", timeout=30)


PLACES = {"TWOYES_DATA": "data", "XDG_CONFIG_HOME": "config", "XDG_STATE_HOME": "state"}


@pytest.mark.slow
@pytest.mark.case("E1", "E18", "E22")
def test_no_address_phone_note_word_or_letter_can_be_read_in_the_data(
    lived_in: tuple[Path, dict[str, list[str]]],
) -> None:
    data, known = lived_in
    secrets = known["secrets"]
    assert set(known["states"]) >= {str(state) for state in State} - {"erased", "discarded"}
    found = dict(files(data))
    outside = {name: content for name, content in found.items() if not name.startswith("postroom/")}
    assert {name for name in outside if name.startswith("twoyes.sqlite3")} >= {"twoyes.sqlite3"}
    assert any(name.endswith(("-journal", "-wal")) and content for name, content in outside.items())
    assert readable(b"".join(found.values()), secrets), "in the post room they can be read, so they can be found"
    assert b"Tom 7" in outside["twoyes.sqlite3"], "names are clear"
    assert {name: told for name, content in outside.items() if (told := readable(content, secrets))} == {}
    assert readable("\n".join(found).encode(), secrets) == set(), "no file is named after anybody"
    assert in_cells(data / "twoyes.sqlite3", secrets) == []
    assert any("session" in told for told in in_cells(data / "twoyes.sqlite3", ["@login.invalid"])), "sessions unpack"


def in_cells(database: Path, secrets: list[str]) -> list[str]:
    """Return where a cell, unpacked as sessions and caches pack them, holds a secret."""
    cage = Cage()
    for secret in secrets:
        cage.add("address", secret)
    found = []
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as store:
        tables = [row[0] for row in store.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for table in tables:
            for row in store.execute(f'SELECT * FROM "{table}"'):
                text = "\n".join(str(cell) for cell in row if isinstance(cell, str))
                found += [f"{table}: {canary.text}" for canary in cage.found(readings(text))]
    store.close()
    return found


def test_the_search_finds_what_is_packed() -> None:
    for packed in (
        b"..tom@target.example..",
        b"VE9N" + b64encode(b"a tom@target.example b"),
        "TOM@TARGET.EXAMPLE".encode("utf-16-le"),
    ):
        assert readable(packed, ["tom@target.example"]) == {"tom@target.example"}
    assert readable(b"tom at target.example", ["tom@target.example"]) == set()
