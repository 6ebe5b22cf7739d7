"""`twoyes export`: all that is one's own, or what concerns one person."""

from __future__ import annotations

import json
import stat
import zipfile
from pathlib import Path

import pytest

from tests.cli.terminal import at
from tests.support.cast import TOM, Cast


def test_it_says_where_all_of_it_lies(cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    said = at(cast, "export").json
    assert said["path"] == "twoyes-cora-2026-03-02.zip"
    assert zipfile.ZipFile(tmp_path / said["path"]).namelist() == said["files"]
    assert at(cast, "export").refused == "exists"
    assert at(cast, "export", "--to", "elsewhere").json["path"] == "elsewhere"
    assert (tmp_path / "elsewhere" / "people.vcf").is_file()
    assert at(cast, "export", "--to", "no/such/place").refused == "not_written"


def test_of_one_person_it_prints_what_is_held_or_writes_it(cast: Cast, tmp_path: Path) -> None:
    said = at(cast, "export", "--person", "Tom Target").json
    assert said["card"]["addresses"] == [TOM]
    assert at(cast, "export", "--person", TOM, "--to", str(tmp_path / "tom")).json["files"] == ["person.json"]
    assert at(cast, "export", "--person", "Nobody Here").refused == "nobody"


def test_a_name_like_a_file_is_a_file_or_refused(cast: Cast, tmp_path: Path) -> None:
    said = at(cast, "export", "--person", "Tom Target", "--to", str(tmp_path / "tom.json")).json
    assert said == {"path": str(tmp_path / "tom.json"), "files": ["tom.json"]}
    assert json.loads((tmp_path / "tom.json").read_text())["card"]["addresses"] == [TOM]
    assert stat.S_IMODE((tmp_path / "tom.json").stat().st_mode) == 0o600
    assert at(cast, "export", "--person", TOM, "--to", str(tmp_path / "tom.json")).refused == "exists"
    assert at(cast, "export", "--person", TOM, "--to", str(tmp_path / "tom.txt")).refused == "not_a_folder"
    assert at(cast, "export", "--to", str(tmp_path / "all.json")).refused == "not_a_folder"
    assert [path.name for pattern in ("tom*", "all*") for path in tmp_path.glob(pattern)] == ["tom.json"]
