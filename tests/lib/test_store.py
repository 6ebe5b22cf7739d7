"""The store is durable, named, and knows when it was put back from a backup (B10, B14, F1, F3, F8)."""

import sqlite3
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import DatabaseError, IntegrityError, OperationalError, connection, transaction
from django.db.models import UniqueConstraint
from pytest_django import Settings

from twoyes.lib import clock, keys, locking, sqlite, store
from twoyes.lib.errors import Refused
from twoyes.lib.models import Installation


def read(question: str) -> object:
    with connection.cursor() as cursor:
        cursor.execute(question)
        return cursor.fetchone()[0]


@pytest.mark.both
@pytest.mark.case("B10")
@pytest.mark.django_db
def test_the_workers_connection_is_durable() -> None:
    store.durable()


@pytest.mark.both
@pytest.mark.case("B10")
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("lazy", ["OFF", "NORMAL"])
def test_a_lazy_connection_sends_nothing(lazy: str) -> None:
    if store.is_sqlite():
        change, back = f"PRAGMA synchronous={lazy}", "PRAGMA synchronous=FULL"
    else:
        change, back = (
            f"SET synchronous_commit={'off' if lazy == 'OFF' else 'local'}",
            "SET synchronous_commit=on",
        )
    with connection.cursor() as cursor:
        cursor.execute(change)
    try:
        with pytest.raises(Refused) as refusal:
            store.durable()
        assert refusal.value.code == "not_durable"
    finally:
        with connection.cursor() as cursor:
            cursor.execute(back)


@pytest.mark.case("F8")
@pytest.mark.parametrize(
    ("version", "mode"),
    [
        ((3, 40, 1), "TRUNCATE"),
        ((3, 51, 2), "TRUNCATE"),
        ((3, 51, 3), "WAL"),
        ((3, 53, 4), "WAL"),
        ((4, 0), "WAL"),
    ],
)
def test_the_journal_is_the_fastest_that_is_safe(version: tuple[int, ...], mode: str) -> None:
    assert sqlite.journal_mode(version) == mode


@pytest.mark.case("F8", "B14")
@pytest.mark.django_db
def test_every_connection_to_sqlite_is_opened_safely() -> None:
    if not store.is_sqlite():
        pytest.skip("is about SQLite")
    assert read("PRAGMA journal_mode") == sqlite.journal_mode(sqlite3.sqlite_version_info).lower()
    assert read("PRAGMA foreign_keys") == 1
    assert read("PRAGMA busy_timeout") == 20_000
    assert read("PRAGMA mmap_size") == 0
    assert read("PRAGMA cache_spill") == 0


@pytest.mark.case("B14")
@pytest.mark.django_db(transaction=True)
def test_transactions_that_begin_with_a_read_wait_for_each_other() -> None:
    if not store.is_sqlite():
        pytest.skip("is about SQLite")
    Installation.the()
    Installation.objects.update(daily_cap=0)
    failures: list[DatabaseError] = []

    def count() -> None:
        try:
            for _ in range(5):
                with transaction.atomic():
                    cap = Installation.objects.get().daily_cap
                    Installation.objects.update(daily_cap=cap + 1)
        except DatabaseError as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=count) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    assert Installation.objects.get().daily_cap == 20


@pytest.mark.both
@pytest.mark.django_db
def test_there_is_one_installation_even_for_raw_sql() -> None:
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        Installation.objects.create(id=2)
    assert store.constraint_name(error.value) == "one_installation"


@pytest.mark.both
@pytest.mark.django_db
def test_a_unique_constraint_has_its_name_on_both_engines(monkeypatch: pytest.MonkeyPatch) -> None:
    named = UniqueConstraint(fields=["app_label", "model"], name="kind_once")
    monkeypatch.setattr(ContentType._meta, "constraints", [named])
    with connection.cursor() as cursor:
        cursor.execute("CREATE UNIQUE INDEX kind_once ON django_content_type (model, app_label)")
        if not store.is_sqlite():
            cursor.execute("DROP INDEX kind_once")
    ContentType.objects.create(app_label="a", model="b")
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        ContentType.objects.create(app_label="a", model="b")
    if store.is_sqlite():
        assert store.constraint_name(error.value) == "kind_once"
    else:
        assert str(store.constraint_name(error.value)).startswith("django_content_type_")


@pytest.mark.parametrize(
    ("message", "name"),
    [
        ("CHECK constraint failed: legal_state", "legal_state"),
        ("UNIQUE constraint failed: index 'slot_once'", "slot_once"),
        ("UNIQUE constraint failed: nowhere.column", None),
        ("asked_pair", "asked_pair"),
        ("FOREIGN KEY constraint failed", None),
    ],
)
def test_sqlites_words_become_a_name(message: str, name: str | None) -> None:
    assert store.constraint_name(IntegrityError(message)) == name


@pytest.mark.both
@pytest.mark.django_db(transaction=True)
def test_rows_are_locked_in_order_and_only_inside_a_transaction() -> None:
    with pytest.raises(transaction.TransactionManagementError):
        locking.locked(ContentType.objects.all())
    with transaction.atomic():
        rows = locking.locked(ContentType.objects.order_by("-pk"))
    assert [row.pk for row in rows] == sorted(row.pk for row in rows)


@pytest.mark.django_db(transaction=True)
def test_a_transaction_broken_off_for_anothers_sake_is_run_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.sleep", lambda _seconds: None)
    broken = [OperationalError("database is locked"), deadlock()]

    def work() -> str:
        if broken:
            raise broken.pop()
        return "done"

    assert locking.retry(work) == "done"
    with transaction.atomic(), pytest.raises(transaction.TransactionManagementError):
        locking.retry(work)


@pytest.mark.django_db(transaction=True)
def test_other_trouble_is_not_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.sleep", lambda _seconds: None)
    tries: list[int] = []

    def work(message: str) -> None:
        tries.append(1)
        raise OperationalError(message)

    with pytest.raises(OperationalError):
        locking.retry(lambda: work("disk is full"))
    assert len(tries) == 1
    with pytest.raises(OperationalError):
        locking.retry(lambda: work("database is locked"))
    assert len(tries) == 5


def deadlock() -> OperationalError:
    class Cause(Exception):
        sqlstate = "40P01"

    error = OperationalError("deadlock detected")
    error.__cause__ = Cause()
    return error


@pytest.mark.both
@pytest.mark.django_db(transaction=True)
def test_a_new_store_gets_a_generation_of_its_own() -> None:
    assert not store.check_generation()
    store.prepare()
    assert store.check_generation()
    assert store.read_generation() == Installation.the().generation == 1
    store.prepare()
    assert store.read_generation() == 1


@pytest.mark.case("F1")
@pytest.mark.django_db(transaction=True)
def test_a_store_whose_generation_went_on_without_it_is_restored() -> None:
    store.prepare()
    row = Installation.the()
    store.bump_generation()
    assert store.check_generation()
    Installation.objects.update(generation=row.generation)
    assert not store.check_generation()
    store.prepare()
    assert not store.check_generation()
    assert store.bump_generation() == 3
    assert store.check_generation()


@pytest.mark.case("F1")
@pytest.mark.django_db(transaction=True)
def test_a_plain_copy_put_back_is_found_out_by_its_clock() -> None:
    store.prepare()
    backup = Installation.the().high_water
    store.witness(clock.now())
    assert store.check_generation()
    Installation.objects.update(high_water=backup)
    assert not store.check_generation()
    with pytest.raises(Refused) as refusal:
        store.witness(clock.now() + timedelta(days=1))
    assert refusal.value.code == "restored"
    # It did not raise the mark by which it is known, nor does whoever moves the clock of the post room.
    clock.set_offset_to(clock.now() + timedelta(days=30))
    assert Installation.the().high_water == backup
    assert not store.check_generation()


@pytest.mark.both
@pytest.mark.case("B20")
@pytest.mark.django_db(transaction=True)
def test_a_witness_that_another_worker_bears_meanwhile_makes_no_store_look_restored(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    store.prepare()
    read_before = Installation.the()
    store.witness(clock.now())
    assert store.check_generation(read_before)

    read = store._known

    def borne_first() -> dict[str, store.Seen]:
        monkeypatch.setattr(store, "_known", read)
        store.witness(clock.now() + timedelta(minutes=1))
        return read()

    monkeypatch.setattr(store, "_known", borne_first)
    assert store.check_generation()


@pytest.mark.case("F1")
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("content", ["", "[]", "{}", "rubbish", '{"x": 1}', '{"x": [1]}', "null"])
def test_a_lost_or_broken_file_holds_everything_until_a_person_releases_it(content: str) -> None:
    store.prepare()
    store.generation_file().write_text(content)
    assert not store.check_generation()
    store.prepare()
    assert not store.check_generation()
    store.bump_generation()
    assert store.check_generation()


@pytest.mark.case("F3")
@pytest.mark.django_db(transaction=True)
def test_a_copy_under_another_address_may_not_use_real_mail(settings: Settings) -> None:
    store.prepare()
    settings.POST_ROOM, settings.RELAY_KIND = False, "smtp"
    store.prepare()
    assert store.read_generation() == 2
    assert store.check_generation()
    settings.TWOYES_URL = "https://staging.example.org"
    store.prepare()
    assert not store.check_generation()
    assert store.read_generation() == 2


@pytest.mark.django_db(transaction=True)
def test_a_change_between_post_room_and_real_mail_begins_a_generation(settings: Settings) -> None:
    store.prepare()
    settings.POST_ROOM, settings.RELAY_KIND = False, "smtp"
    store.prepare()
    settings.RELAY_KIND = "smtps"
    store.prepare()
    assert store.read_generation() == 2
    settings.POST_ROOM, settings.RELAY_KIND = True, "postroom"
    store.prepare()
    assert store.read_generation() == 3


@pytest.mark.django_db(transaction=True)
def test_two_stores_share_one_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TWOYES_GENERATION_FILE", f"{tmp_path}/elsewhere/generation")
    store.prepare()
    first = Installation.the().ident
    Installation.objects.update(ident="another12345", generation=0)
    store.prepare()
    assert store.read_generation() == 1
    Installation.objects.update(ident=first, generation=1)
    assert store.check_generation()


@pytest.mark.django_db(transaction=True)
def test_keys_of_another_store_are_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    store.prepare()
    monkeypatch.setenv("XDG_CONFIG_HOME", f"{tmp_path}/lost")
    with pytest.raises(Refused) as refusal:
        store.prepare()
    assert refusal.value.code == "other_keys"
    assert not keys.exist()
    keys.load()
    with pytest.raises(Refused) as refusal:
        store.prepare()
    assert refusal.value.code == "other_keys"
