"""Queries that are built once find, write and refuse what the same query built anew would."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import nullcontext
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import Model, QuerySet
from django.db.transaction import TransactionManagementError
from django.test.utils import CaptureQueriesContext

from tests.support.cast import START, Cast
from twoyes.introductions.models import Introduction, JournalEntry, Letter, SendAttempt
from twoyes.lib import locking, prepared, store

pytestmark = pytest.mark.both


@prepared.prepared
def due(state: str, by: object, kinds: list[str]) -> QuerySet[Letter]:
    return Letter.objects.filter(state=state, due_at__lte=by, kind__in=kinds).order_by("pk")


@prepared.prepared
def with_introduction(kind: str) -> QuerySet[Letter]:
    return Letter.objects.select_related("introduction").filter(kind=kind)


@prepared.prepared
def states(kind: str) -> QuerySet[Letter, tuple[str, int]]:
    return Letter.objects.filter(kind=kind).values_list("state", "epoch")


@prepared.prepared_update
def put_off(kind: str, due_at: object, reply: str) -> tuple[QuerySet[Letter], dict[str, object]]:
    return Letter.objects.filter(kind=kind), {"due_at": due_at, "reply": reply, "state": "queued"}


@prepared.prepared_returning("reply", "due_at", "introduction")
def hurry(kind: str, due_at: object, reply: str) -> tuple[QuerySet[Letter], dict[str, object]]:
    return Letter.objects.filter(kind=kind, state="queued"), {"due_at": due_at, "reply": reply}


@prepared.prepared_update
def remember(pk: str, snapshot: object, next_at: object) -> tuple[QuerySet[Introduction], dict[str, object]]:
    return Introduction.objects.filter(pk=pk), {"snapshot": snapshot, "next_at": next_at}


@locking.locks
def letters(kind: str) -> QuerySet[Letter]:
    return Letter.objects.filter(kind=kind)


def test_rows_are_those_of_the_query_whatever_the_values_and_however_many(cast: Cast) -> None:
    cast.asking()
    for kinds in (["ask"], ["on_its_way", "ask"], ["ask", "on_its_way", "digest"], ["nothing"], []):
        for by in (cast.now, cast.now - timedelta(days=1)):
            found = Letter.objects.filter(state="queued", due_at__lte=by, kind__in=kinds).order_by("pk")
            assert due("queued", by, kinds) == list(found)
    assert [letter.message_id for letter in due("queued", cast.now, ["ask"])] == [
        Letter.objects.get(kind="ask").message_id
    ]


def test_the_second_time_costs_one_query_like_the_first(cast: Cast) -> None:
    cast.asking()
    for _ in range(2):
        with CaptureQueriesContext(connection) as queries:
            letter = with_introduction("ask")[0]
            assert letter.introduction is not None
            assert letter.introduction.state == "asking"
        assert len(queries) == 1
    assert states("ask") == [("queued", 0)]


def test_an_update_writes_its_columns_and_says_how_many_rows(cast: Cast) -> None:
    introduction = cast.asking()
    assert put_off("ask", START + timedelta(days=2), "it's % busy") == 1
    assert put_off("nothing", START, "") == 0
    letter = Letter.objects.get(kind="ask")
    assert (letter.due_at, letter.reply) == (START + timedelta(days=2), "it's % busy")
    assert remember(introduction, {"a": [1, None, "é"]}, None) == 1
    row = Introduction.objects.get(pk=introduction)
    assert (row.snapshot, row.next_at) == ({"a": [1, None, "é"]}, None)


def test_an_update_may_return_columns_of_the_rows_that_it_changed(cast: Cast) -> None:
    introduction = cast.asking()
    assert hurry("ask", START, "at once") == [("at once", START, introduction)]
    assert Letter.objects.get(kind="ask").reply == "at once"
    assert hurry("nothing", START, "") == []


def test_a_constant_word_stands_in_the_query_where_a_partial_index_is_found_by_it(cast: Cast) -> None:
    cast.asking()
    seen: list[str] = []

    def watch(execute: Callable[..., object], sql: str, *rest: object) -> object:
        seen.append(sql)
        return execute(sql, *rest)

    with connection.execute_wrapper(watch):
        hurry("ask", START, "queued")
    assert """"state" = 'queued'""" in seen[0]
    assert seen[0].count("%s") == 3


def test_a_query_that_was_kept_works_after_a_rollback(cast: Cast) -> None:
    """PostgreSQL's driver forgets what it has prepared whenever a transaction is taken back."""
    cast.asking()
    for _ in range(8):
        assert states("ask") == [("queued", 0)]
        with transaction.atomic():
            assert put_off("ask", START, "taken back") == 1
            transaction.set_rollback(True)
    assert Letter.objects.get(kind="ask").reply == ""


def test_an_inserted_and_a_saved_row_read_back_as_they_were_written(cast: Cast) -> None:
    introduction = cast.asking()
    row = Introduction.objects.get(pk=introduction)
    row.words, row.snapshot, row.target_keys = b"\x00sealed", {"b": 1}, ["k"]
    prepared.save(row)
    again = Introduction.objects.get(pk=introduction)
    assert [getattr(again, f.attname) for f in row._meta.fields] == [getattr(row, f.attname) for f in row._meta.fields]
    letter = Letter.objects.get(kind="ask")
    attempts = [SendAttempt(letter=letter, epoch=n, phase="xmit", at=cast.now) for n in (7, 8)]
    prepared.insert(*attempts)
    assert list(SendAttempt.objects.filter(letter=letter, epoch__gt=6).order_by("epoch")) == attempts
    entry = JournalEntry(introduction=row, seq=99, event="sent", at=cast.now, role="relay", data={"side": "target"})
    prepared.insert(entry)
    entry.refresh_from_db()
    assert entry.data == {"side": "target"}


def test_a_row_is_in_every_attribute_what_django_makes_of_it(cast: Cast) -> None:
    cast.asking()
    ours, theirs = with_introduction("ask")[0], Letter.objects.select_related("introduction").get(kind="ask")
    assert ours.introduction is not None
    assert theirs.introduction is not None
    for one, other in ((ours, theirs), (ours.introduction, theirs.introduction)):
        assert _attributes(one) == _attributes(other)
        assert (one._state.adding, one._state.db) == (other._state.adding, other._state.db) == (False, "default")
        assert one._state.fetch_mode is other._state.fetch_mode


def _attributes(row: Model) -> dict[str, object]:
    return {name: bytes(v) if isinstance(v, memoryview) else v for name, v in vars(row).items() if name != "_state"}


def test_what_is_written_with_a_wrapper_in_between_is_what_is_written_without(cast: Cast) -> None:
    introduction = cast.asking()
    seen: list[str] = []

    def watch(execute: Callable[..., object], sql: str, *rest: object) -> object:
        seen.append(sql)
        return execute(sql, *rest)

    contexts: list[Any] = [nullcontext(), connection.execute_wrapper(watch)]
    for number, watched in enumerate(contexts):
        with watched:
            assert put_off("ask", START, f"100 % {number}") == 1
            assert remember(introduction, {"n": number}, START) == 1
            assert due("queued", START, ["ask"])[0].reply == f"100 % {number}"
    assert len(seen) == 3


def test_a_broken_constraint_is_djangos_error_and_breaks_the_transaction(cast: Cast) -> None:
    cast.asking()
    letter = Letter.objects.get(kind="ask")
    attempt = SendAttempt(letter=letter, epoch=1, phase="xmit", at=cast.now)
    prepared.insert(attempt)
    with pytest.raises(IntegrityError) as broken, transaction.atomic():
        prepared.insert(SendAttempt(letter=letter, epoch=1, phase="xmit", at=cast.now))
    assert store.constraint_name(broken.value) == "attempt_once"

    def go_on() -> None:
        with pytest.raises(IntegrityError):
            prepared.insert(SendAttempt(letter=letter, epoch=1, phase="xmit", at=cast.now))
        connection.needs_rollback = True
        states("ask")

    with pytest.raises(TransactionManagementError), transaction.atomic():
        go_on()


def test_one_insert_writes_several_rows_and_none_writes_nothing(cast: Cast) -> None:
    cast.asking()
    letter = Letter.objects.get(kind="ask")
    rows = [SendAttempt(letter=letter, epoch=n, phase="xmit", at=cast.now) for n in range(3, 6)]
    with CaptureQueriesContext(connection) as queries:
        prepared.insert(*rows)
        prepared.insert()
    assert len(queries) == 1
    assert set(SendAttempt.objects.filter(letter=letter, epoch__in=[3, 4, 5])) == set(rows)


def test_a_row_may_be_saved_in_part(cast: Cast) -> None:
    row = Introduction.objects.get(pk=cast.asking())
    row.seq, row.language = 77, "de"
    prepared.save(row, "seq")
    row.refresh_from_db()
    assert (row.seq, row.language) == (77, "en")


def test_a_queryset_that_gives_something_else_is_refused(cast: Cast) -> None:
    cast.asking()
    dicts = prepared.prepared(lambda kind: Letter.objects.filter(kind=kind).values("state"))
    with pytest.raises(TypeError, match="values_list"):
        dicts("ask")


def test_nothing_is_compared_with_null(cast: Cast) -> None:
    with pytest.raises(ValueError, match="NULL"):
        due("queued", None, ["ask"])


@pytest.mark.django_db(transaction=True)
def test_rows_are_locked_inside_a_transaction_only() -> None:
    with transaction.atomic():
        assert letters("ask") == []
    with pytest.raises(TransactionManagementError):
        letters("ask")


@pytest.mark.django_db(transaction=True)
def test_each_thread_reads_on_its_own_connection() -> None:
    states("ask")
    found: list[object] = []

    def read() -> None:
        try:
            found.append(states("ask"))
        except Exception as error:  # noqa: BLE001 - told to the test, which is in another thread
            found.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=read)
    thread.start()
    thread.join(10)
    assert found == [[]]


def test_a_lookup_that_makes_text_of_what_is_not_known_yet_is_refused(cast: Cast) -> None:
    @prepared.prepared
    def of(introductions: list[str]) -> QuerySet[Letter]:
        return Letter.objects.filter(introduction_id__in=introductions)

    with pytest.raises(TypeError, match="would find nothing"):
        of([cast.waiting()])
