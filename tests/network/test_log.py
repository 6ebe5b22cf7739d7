"""The log: files that are in force by their rows alone, people who vanish at once, files that are rewritten."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from twoyes.lib import addresses
from twoyes.network import log
from twoyes.network.log import parts
from twoyes.network.models import HiddenKey, Identity, LogPart, Source
from twoyes.people import front as people

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
CORA, TOM, RITA, OTTO = (f"{name}@log.example" for name in ("cora", "tom", "rita", "otto"))


@pytest.fixture
def cora(db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("TWOYES_DATA", str(tmp_path))
    return people.add_connector(CORA, name="Cora Lund", handle="cora").id


def source(owner: str, name: str = "a") -> str:
    return Source.objects.create(owner_id=owner, key=name * 32).pk


def who(address: str) -> int:
    return log.number(addresses.key(address))


def rows_of(*pairs: tuple[str, str]) -> log.Columns:
    """A message for each pair, a day apart."""
    made = log.Columns()
    for day, (src, dst) in enumerate(pairs, start=1):
        row = {"at": day * 86400, "src": who(src), "dst": who(dst), "thread": day, "message": day, "mine": src == CORA}
        for name in made.__slots__:
            getattr(made, name).append(row.get(name, 0))
    return made


def seen(owner: str) -> set[tuple[int, int, str]]:
    return {(row["src"], row["dst"], row["source"]) for row in log.opened(owner).to_pyarrow().to_pylist()}


def on_disk(owner: str) -> int:
    return len(list(parts.folder(owner).iterdir()))


def known(owner: str, address: str) -> None:
    blank = {"domain_key": "d", "address": b"x", "seen_first": 1, "seen_last": 1}
    Identity.objects.create(owner_id=owner, key=addresses.key(address), **blank)


def test_what_was_written_is_read_with_the_types_that_were_promised(cora: str) -> None:
    here = source(cora)
    log.write(cora, here, rows_of((CORA, TOM), (TOM, CORA)))
    assert seen(cora) == {(who(CORA), who(TOM), here), (who(TOM), who(CORA), here)}
    types = {name: str(kind).removeprefix("!") for name, kind in log.opened(cora).schema().items()}
    assert types == {
        **dict.fromkeys(("at", "src", "dst", "thread", "message"), "int64"),
        "others": "int16",
        "field": "int8",
        "kind": "int8",
        "mine": "boolean",
        "opens": "boolean",
        "source": "string",
    }
    assert log.opened(cora).order_by("at").mine.to_pyarrow().to_pylist() == [True, False]


def test_an_empty_log_has_the_same_columns_and_no_row(cora: str) -> None:
    assert log.opened(cora).count().to_pyarrow().as_py() == 0
    assert set(log.opened(cora).columns) == {*log.Columns.__slots__, "source"}


@pytest.mark.case("E8")
def test_nobody_reads_the_log_of_another(cora: str) -> None:
    otto = people.add_connector(OTTO, name="Otto Outsider", handle="otto").id
    log.write(cora, source(cora), rows_of((CORA, TOM)))
    assert log.paths(otto) == []
    assert seen(otto) == set()
    assert log.own(otto) == {who(OTTO)}


def test_a_file_without_its_row_is_not_read_and_swept_away(cora: str) -> None:
    here = source(cora)
    log.write(cora, here, rows_of((CORA, TOM)))
    part = log.lay_down(cora, here, rows_of((CORA, RITA)))
    with pytest.raises(ZeroDivisionError), parts.in_place(part):
        raise ZeroDivisionError
    assert on_disk(cora) == 1
    left = parts.folder(cora) / f"part-{here}-000000000000.parquet"
    left.write_bytes(b"killed in between")
    log.lay_down(cora, here, rows_of((CORA, RITA)))
    old = parts.folder(cora) / "part-x.draft"
    old.write_bytes(b"killed long ago")
    os.utime(old, (0, 0))
    assert len(seen(cora)) == 1
    log.rewrite(cora)
    assert not left.exists()
    assert not old.exists()
    assert on_disk(cora) == 2, "what is being written is left alone"


def test_a_deleted_source_is_unseen_at_once_and_its_files_go_with_the_rewriting(cora: str) -> None:
    here, there = source(cora), source(cora, "b")
    log.write(cora, here, rows_of((CORA, TOM)))
    log.write(cora, there, rows_of((CORA, RITA)))
    assert log.due() == []
    assert log.hide_source(cora, here, NOW)
    assert not log.hide_source(cora, here, NOW), "once is enough"
    assert seen(cora) == {(who(CORA), who(RITA), there)}
    assert (log.due(), on_disk(cora)) == ([cora], 2)
    log.rewrite(cora)
    assert (log.due(), on_disk(cora)) == ([], 1)
    assert list(Source.objects.values_list("pk", flat=True)) == [there]


@pytest.mark.case("E8")
def test_nobody_deletes_the_source_of_another(cora: str) -> None:
    otto = people.add_connector(OTTO, name="Otto Outsider", handle="otto").id
    assert not log.hide_source(otto, source(cora), NOW)


@pytest.mark.case("E18")
def test_whoever_is_erased_is_unseen_at_once_and_out_of_the_files_after_the_rewriting(cora: str) -> None:
    here = source(cora)
    log.write(cora, here, rows_of((CORA, TOM), (RITA, CORA)))
    log.write(cora, here, rows_of((TOM, RITA), (TOM, CORA)))
    known(cora, TOM)
    assert log.forget_keys([addresses.key(TOM), addresses.key(OTTO)], NOW) == [cora]
    assert not Identity.objects.exists()
    assert seen(cora) == {(who(RITA), who(CORA), here)}
    held = b"".join(path.read_bytes() for path in log.paths(cora))
    log.rewrite(cora)
    assert seen(cora) == {(who(RITA), who(CORA), here)}
    assert not HiddenKey.objects.exists()
    assert (LogPart.objects.get().rows, on_disk(cora)) == (1, 1)
    tom = who(TOM).to_bytes(8, "little", signed=True)
    assert tom in held, "before, the bytes could be found"
    assert all(tom not in path.read_bytes() for path in log.paths(cora))


def test_many_small_files_become_one_with_the_same_rows(cora: str, monkeypatch: pytest.MonkeyPatch) -> None:
    here = source(cora)
    for other in range(16):
        log.write(cora, here, rows_of((CORA, f"p{other}@log.example")))
    before = seen(cora)
    log.rewrite(cora)
    assert (len(log.paths(cora)), on_disk(cora)) == (1, 1)
    assert seen(cora) == before
    assert LogPart.objects.get().rows == 16


def test_of_two_who_rewrite_one_wins_and_no_row_is_there_twice(cora: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from twoyes.network.log import rewriting

    here = source(cora)
    for other in range(16):
        log.write(cora, here, rows_of((CORA, f"p{other}@log.example")))
    copied = rewriting._copied

    def slow(*args: object) -> int:
        monkeypatch.setattr(rewriting, "_copied", copied)
        log.rewrite(cora)
        return copied(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(rewriting, "_copied", slow)
    with pytest.raises(FileNotFoundError):
        log.rewrite(cora)
    assert log.opened(cora).count().to_pyarrow().as_py() == 16
    assert len(log.paths(cora)) == 1


def test_an_owner_who_is_gone_leaves_no_file(cora: str) -> None:
    log.write(cora, source(cora), rows_of((CORA, TOM)))
    log.remove_owner(cora)
    assert log.due() == [], "somebody who is there may have other files here"
    people.remove_connector(cora, NOW)
    assert log.due() == [cora]
    log.rewrite(cora)
    assert log.due() == []
    assert not parts.folder(cora).parent.joinpath("lock").exists()
