"""An uploaded history is kept sealed, carried by one process at a time, and gone when it is in the log."""

from __future__ import annotations

import gzip
import io
import random
import zipfile
from pathlib import Path

import pytest

from tests.network.histories import CORA, generated, mail, mbox
from tests.support.cast import START
from twoyes.care import front as care
from twoyes.introductions.front import Actor, Role
from twoyes.lib import apart
from twoyes.lib.errors import Refused
from twoyes.network import front, jobs, log, uploads, walking
from twoyes.network.models import HistoryJob, Identity, LogPart, Source
from twoyes.people import front as people

TOM = "Tom Target <tom@target.example>"
MAILS = "".join(generated(300)).encode()
TAKEN, TWICE = 207, 2


def started(owner: str, data: bytes = MAILS, name: str = "Sent with Tom.mbox") -> str:
    return front.start_history(owner, [data[:1000], data[1000:]], name=name)


def shown(owner: str, job: str) -> front.HistoryProgress:
    found = front.history_progress(owner, job)
    assert found is not None
    return found


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(walking, "MOST_MESSAGES", 50)
    monkeypatch.setattr(walking, "_BEAT", 10)


def test_a_job_is_carried_to_its_end_and_the_file_is_deleted(cora: str, tmp_path: Path, at_home: Path) -> None:
    expected = front.import_history(cora, [mbox(tmp_path, MAILS.decode())], dry_run=True)
    job = started(cora)
    assert (shown(cora, job).state, shown(cora, job).name) == ("waiting", "Sent with Tom.mbox")
    assert front.carry_history(job)
    end = shown(cora, job)
    assert (end.state, end.taken, end.left_out) == ("done", expected.taken, expected.left_out)
    assert (end.taken, end.left_out["duplicate"]) == (TAKEN, TWICE)
    assert end.passed == end.size == len(MAILS)
    assert not uploads.path_of(job).exists()
    assert not front.carry_history(job), "what is ended is not carried again"
    (source,) = front.history_sources(cora)
    assert (source.name, source.kind, source.messages) == ("Sent with Tom.mbox", "mbox", end.taken)


@pytest.mark.parametrize("pack", ["plain", "gzip", "zip"])
def test_what_is_packed_is_read_out_of_the_sealed_pieces(cora: str, monkeypatch: pytest.MonkeyPatch, pack: str) -> None:
    monkeypatch.setattr(uploads, "_PIECE", 1000)
    data = io.BytesIO()
    if pack == "zip":
        with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as packed:
            packed.writestr("Takeout/All mail.mbox", MAILS)
    else:
        data.write(gzip.compress(MAILS) if pack == "gzip" else MAILS)
    job = started(cora, data.getvalue())
    assert front.carry_history(job)
    assert shown(cora, job).taken == TAKEN


def test_a_sealed_file_can_be_read_from_any_place(cora: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "_PIECE", 1000)
    for size in (1, 999, 1000, 1001, 3000):
        upload = uploads.Upload()
        upload.take(MAILS[:size])
        upload.close()
        with uploads.Sealed(upload.job_id) as file:
            chance = random.Random(size)
            for place in (0, size - 1, size, *(chance.randrange(size) for _each in range(20))):
                file.seek(place)
                assert file.read(10) == MAILS[place : min(size, place // 1000 * 1000 + 1000)][:10]
            file.seek(0)
            assert b"".join(iter(lambda: file.read(700), b"")) == MAILS[:size]


@pytest.mark.case("E1")
def test_nothing_of_an_upload_can_be_read_on_the_disk(cora: str, at_home: Path) -> None:
    started(cora)
    held = b"".join(path.read_bytes() for path in at_home.rglob("*") if path.is_file())
    assert len(held) > len(MAILS)
    assert b"connects.example" not in held
    assert b"Sent with Tom" not in held


def test_a_job_that_was_told_to_stop_goes_on_where_it_stood(cora: str, otto: str) -> None:
    job, asked = started(cora), iter([False] * 12)
    assert not front.carry_history(job, stop=lambda: next(asked, True))
    half = shown(cora, job)
    assert half.state == "waiting"
    assert 0 < half.passed < half.size
    assert front.carry_history(job)
    whole = started(otto)
    assert front.carry_history(whole)
    assert (shown(cora, job).taken, shown(cora, job).left_out) == (
        shown(otto, whole).taken,
        shown(otto, whole).left_out,
    )
    assert len(log.paths(cora)) == len(log.paths(otto)) == 6


def test_two_carriers_cannot_have_one_job(cora: str) -> None:
    job = started(cora)

    def stop() -> bool:
        assert not front.carry_history(job), "somebody carries it"
        assert shown(cora, job).state == "running"
        return False

    assert front.carry_history(job, stop=stop)


def test_whoever_was_shut_out_writes_nothing_any_more(cora: str, monkeypatch: pytest.MonkeyPatch) -> None:
    job = started(cora)
    laid, late = log.lay_down, iter([False, True])

    def slow(*args: object) -> LogPart:
        if next(late, False):
            HistoryJob.objects.update(state="waiting", runner="", beat_at=None)
            assert front.carry_history(job)
        return laid(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(log, "lay_down", slow)
    assert not front.carry_history(job)
    assert shown(cora, job).state == "done"
    assert sum(part.rows for part in LogPart.objects.all()) == log.opened(cora).count().to_pyarrow().as_py()
    assert Source.objects.get().messages == shown(cora, job).taken == TAKEN


@pytest.mark.case("D14")
@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty_file"),
        (b"a,b,c\n1,2,3\n", "not_mail"),
        (b"PK\x03\x04" + b"\0" * 100, "not_mail"),
        (b"\x1f\x8b\x08" + b"\0" * 100, "not_mail"),
        (b"BEGIN:VCARD\r\nFN:Tom\r\nEND:VCARD\r\n", "not_mail"),
    ],
)
def test_what_is_no_mail_is_refused_and_nothing_of_it_is_kept(cora: str, data: bytes, code: str) -> None:
    with pytest.raises(Refused) as refused:
        started(cora, data)
    assert refused.value.code == code
    assert not HistoryJob.objects.exists()
    assert list(uploads.path_of("x").parent.iterdir()) == []


@pytest.mark.case("D16", "F6")
def test_what_is_too_large_or_finds_no_room_is_refused_and_nothing_of_it_is_kept(
    cora: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "MOST_BYTES", 1000)
    with pytest.raises(Refused) as refused:
        started(cora)
    assert refused.value.code == "too_big"
    assert list(uploads.path_of("x").parent.iterdir()) == []
    monkeypatch.setattr(uploads, "MOST_BYTES", 1 << 60)
    with pytest.raises(Refused) as refused:
        front.check_room(1 << 59)
    assert refused.value.code == "no_room"


def test_a_file_that_is_gone_ends_the_job_with_a_sentence(cora: str) -> None:
    job = started(cora)
    uploads.drop(job)
    assert front.carry_history(job)
    assert (shown(cora, job).state, "Upload it again" in shown(cora, job).refusal) == ("refused", True)


@pytest.mark.case("E8")
def test_jobs_and_sources_are_their_owner_s_alone(cora: str, otto: str) -> None:
    job = started(cora)
    front.carry_history(job)
    assert front.history_progress(otto, job) is None
    assert front.histories(otto) == []
    assert front.history_sources(otto) == []
    with pytest.raises(Refused):
        front.delete_history(otto, front.history_sources(cora)[0].id, now=START)
    assert [one.id for one in front.histories(cora)] == [job]


def test_a_deleted_source_can_come_again(cora: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = mbox(tmp_path, mail(TOM, CORA))
    front.import_history(cora, [path])
    front.delete_history(cora, front.history_sources(cora)[0].id, now=START)
    assert front.history_sources(cora) == []
    assert front.import_history(cora, [path]).taken == 1
    launched: list[tuple[str, str]] = []
    monkeypatch.setattr(apart, "launch", lambda *words: launched.append(words))
    assert front.rewrite_due() == [cora]
    assert launched == [("rewrite-history", cora)]
    front.rewrite(cora)
    assert front.rewrite_due() == []
    assert (len(log.paths(cora)), len(list(log.paths(cora)[0].parent.iterdir()))) == (1, 1)


@pytest.mark.case("E18")
def test_an_erasure_takes_somebody_out_of_every_log(cora: str, otto: str, tmp_path: Path) -> None:
    path = mbox(tmp_path, mail(CORA, TOM), mail(CORA, "Rita <rita@asks.example>"))
    for owner in (cora, otto):
        front.import_history(owner, [path])
    (card,) = people.find(cora, "Tom Target")
    care.erase_card(cora, card.id, actor=Actor(Role.CONNECTOR, cora, "test"), now=START)
    assert [log.opened(owner).count().to_pyarrow().as_py() for owner in (cora, otto)] == [1, 1]
    assert log.due() == sorted([cora, otto])
    assert Identity.objects.filter(owner_id=cora).count() == 1


@pytest.mark.case("A29")
def test_an_owner_who_leaves_takes_the_log_along(cora: str, tmp_path: Path) -> None:
    front.import_history(cora, [mbox(tmp_path, mail(CORA, TOM))])
    care.remove_connector("cora", now=START)
    for model in (Source, LogPart, Identity, HistoryJob):
        assert not model.objects.exists()
    assert log.due() == [cora]
    front.rewrite(cora)
    assert log.due() == []


def test_what_was_left_waiting_is_taken_up(cora: str, monkeypatch: pytest.MonkeyPatch) -> None:
    launched: list[str] = []
    monkeypatch.setattr(jobs, "launch_history", launched.append)
    done, waits = started(cora), started(cora)
    front.carry_history(done)
    assert front.take_up_histories() == launched == [waits]
