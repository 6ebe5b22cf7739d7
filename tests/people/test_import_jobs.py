"""An uploaded file is kept sealed, carried by one process at a time, and taken up where it was left."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from twoyes.lib.errors import Refused
from twoyes.people import front, jobs, writing
from twoyes.people.models import ImportJob, ImportPart, ImportProblem, Person

HEADER = "First Name,Last Name,URL,Email Address,Company,Position,Connected On\n"
ROWS = "".join(f"Person,N{n},https://linkedin.com/in/n{n},n{n}@x.example,Acme,,\n" for n in range(450)) + ",,,,,,x\n"
FILE = (HEADER + ROWS).encode()


def started(cora: front.ConnectorView, data: bytes = FILE) -> str:
    return front.start_import(cora.id, [data[:1000], data[1000:]], name="Connections.csv")


def shown(cora: front.ConnectorView, job: str) -> front.ImportProgress:
    found = front.import_progress(cora.id, job)
    assert found is not None
    return found


@pytest.mark.both
def test_a_job_is_carried_to_its_end_and_the_file_is_deleted(cora: front.ConnectorView) -> None:
    job = started(cora)
    assert (shown(cora, job).state, shown(cora, job).name) == ("waiting", "Connections.csv")
    assert front.carry_import(job)
    end = shown(cora, job)
    assert (end.state, end.total, end.done, end.added, end.rejected_count) == ("done", 451, 451, 450, 1)
    assert [(one.where, "name" in one.why) for one in end.rejected] == [("line 452", True)]
    assert not ImportPart.objects.exists()
    assert not front.carry_import(job), "what is ended is not carried again"


@pytest.mark.both
def test_a_job_that_was_told_to_stop_goes_on_where_it_stood(cora: front.ConnectorView) -> None:
    job, asked = started(cora), iter([False] * 3 + [True])
    assert not front.carry_import(job, stop=lambda: next(asked))
    half = shown(cora, job)
    assert (half.state, half.done, half.added) == ("waiting", 200, 200)
    assert Person.objects.count() == 200
    assert front.carry_import(job)
    end = shown(cora, job)
    assert (end.done, end.added, end.unchanged, end.rejected_count) == (451, 450, 0, 1)
    assert Person.objects.count() == 450


@pytest.mark.both
def test_a_carrier_that_was_killed_is_noticed_by_its_silence_and_shut_out(
    cora: front.ConnectorView, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = started(cora)
    rival = iter([False] * 3)

    def stop() -> bool:
        if next(rival, None) is not None:
            return False
        # Meanwhile this one was silent for long, and somebody else took over and finished.
        ImportJob.objects.update(beat_at=jobs._now() - timedelta(minutes=5))
        assert shown(cora, job).state == "stopped"
        assert front.carry_import(job)
        return False

    assert not front.carry_import(job, stop=stop)
    assert shown(cora, job).state == "done"
    assert (shown(cora, job).done, Person.objects.count()) == (451, 450)


def test_two_carriers_cannot_have_one_job(cora: front.ConnectorView) -> None:
    job = started(cora)

    def stop() -> bool:
        assert not front.carry_import(job), "somebody carries it"
        return False

    assert front.carry_import(job, stop=stop)
    assert shown(cora, job).added == 450


def test_whatever_is_not_ended_is_taken_up_at_the_next_start(
    cora: front.ConnectorView, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "launch", lambda _job: None)
    done, waits, carried, silent = (started(cora) for _number in range(4))
    front.carry_import(done)
    ImportJob.objects.filter(pk=carried).update(state="running", runner="x", beat_at=jobs._now())
    ImportJob.objects.filter(pk=silent).update(state="running", runner="x", beat_at=jobs._now() - timedelta(minutes=1))
    assert set(front.take_up()) == {waits, carried, silent}


@pytest.mark.case("D14")
@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"PK\x03\x04" + b"\0" * 100, "archive"),
        (b"\x1f\x8b\x08" + b"\0" * 100, "archive"),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 100, "archive"),
        (b"a,b,c\n1,2,3\n", "not_contacts"),
        (b"<html><body>Sign in</body></html>", "not_contacts"),
        (b"", "empty_file"),
    ],
)
def test_a_file_of_a_wrong_kind_is_refused_and_nothing_of_it_is_kept(
    cora: front.ConnectorView, data: bytes, code: str
) -> None:
    with pytest.raises(Refused) as refused:
        started(cora, data)
    assert refused.value.code == code
    assert not ImportJob.objects.exists()
    assert not Person.objects.exists()


@pytest.mark.case("D17")
def test_what_only_the_whole_file_shows_ends_the_job_with_a_sentence_and_nothing_imported(
    cora: front.ConnectorView, monkeypatch: pytest.MonkeyPatch
) -> None:
    from twoyes.people.sources import base

    job = started(cora)
    monkeypatch.setattr(base, "MOST_RECORDS", 300)
    assert front.carry_import(job)
    end = shown(cora, job)
    assert (end.state, end.added) == ("refused", 0)
    assert "300" in end.refusal
    assert not Person.objects.exists()
    assert not ImportPart.objects.exists()


@pytest.mark.case("E8")
def test_a_job_is_its_owners_alone(cora: front.ConnectorView, otto: front.ConnectorView) -> None:
    job = started(cora)
    assert front.import_progress(otto.id, job) is None
    assert front.imports(otto.id) == []
    assert [one.id for one in front.imports(cora.id)] == [job]


def test_jobs_end_with_their_owner_and_old_ones_with_the_next(
    cora: front.ConnectorView, otto: front.ConnectorView
) -> None:
    old = started(cora)
    front.carry_import(old)
    ImportJob.objects.filter(pk=old).update(made_at=jobs._now() - timedelta(days=31))
    new = started(cora)
    assert set(ImportJob.objects.values_list("pk", flat=True)) == {new}
    front.remove_connector(cora.id, jobs._now())
    assert not ImportJob.objects.exists()
    assert not ImportPart.objects.exists()


@pytest.mark.case("E1")
@pytest.mark.django_db(transaction=True)
def test_nothing_of_a_file_that_waits_or_was_refused_or_came_in_can_be_read_in_the_store(store: str) -> None:
    if store != "sqlite":
        pytest.skip("the bytes of a PostgreSQL server are not ours to read")
    cora = front.add_connector("cora@connects.example", name="Cora Connects", handle="cora")
    front.start_import(cora.id, [FILE.replace(b"Acme", b"Waiting Works")], name="friends-of-cora.csv")
    done = started(cora)
    front.carry_import(done)
    connection.close()
    place = Path(connection.settings_dict["NAME"])
    found = b"".join(file.read_bytes() for file in place.parent.glob(place.name + "*"))
    assert b"Acme" in found, "what came in is clear where it may be"
    for secret in (b"n7@x.example", b"linkedin.com/in/n7", b"Waiting Works", b"friends-of-cora"):
        assert secret not in found


def test_reasons_are_kept_without_what_the_record_said(cora: front.ConnectorView) -> None:
    job = started(cora, (HEADER + "Tom,Target,,not <an> address at all,,,\n").encode())
    front.carry_import(job)
    (problem,) = ImportProblem.objects.all()
    assert "not <an>" not in problem.why


def test_whoever_was_shut_out_writes_nothing_of_the_chunk_in_hand(
    cora: front.ConnectorView, monkeypatch: pytest.MonkeyPatch
) -> None:
    job, real = started(cora), writing.write

    def overtaken(*args: Any) -> None:
        ImportJob.objects.filter(pk=job).update(runner="somebody")
        real(*args)

    monkeypatch.setattr(writing, "write", overtaken)
    assert not front.carry_import(job)
    assert (shown(cora, job).done, Person.objects.count()) == (0, 0)
