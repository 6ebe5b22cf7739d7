"""What may never happen does not happen, even to somebody at the SQL shell of either engine (F20)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from tests.support.cast import Cast
from twoyes.introductions import triggers
from twoyes.introductions.models import Introduction, JournalEntry, Letter, LetterState, SendAttempt
from twoyes.lib import store
from twoyes.lib.ids import new_id

pytestmark = [pytest.mark.both, pytest.mark.case("F20")]

LETTER, JOURNAL, ATTEMPT, PAIR = triggers.LETTER, triggers.JOURNAL, triggers.ATTEMPT, triggers.PAIR


def sql(statement: str, values: Sequence[Any] = ()) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)


def forbidden(rule: str, statement: str, values: Sequence[Any] = ()) -> None:
    """Assert that the statement breaks this rule, by its name, on the engine of this run."""
    with pytest.raises(IntegrityError) as error:
        sql(statement, values)
    assert store.constraint_name(error.value) == rule


def copy(table: str, pk: str, **changes: object) -> tuple[str, list[Any]]:
    """Return an INSERT of a second row like that one, with a new id."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {table} WHERE id = %s", [pk])
        names = [column[0] for column in cursor.description]
        row = {**dict(zip(names, cursor.fetchone(), strict=True)), "id": new_id(), **changes}
    marks = ", ".join("%s" for _ in row)
    return f"INSERT INTO {table} ({', '.join(row)}) VALUES ({marks})", list(row.values())


def the(introduction: str, kind: str) -> str:
    return Letter.objects.get(introduction_id=introduction, kind=kind).pk


# --- letters --------------------------------------------------------------------------------------------------------


@pytest.mark.case("A1", "B1")
@pytest.mark.parametrize("result", ["sent", "unknown", "refused"])
def test_an_ask_that_was_handed_over_never_goes_back_to_the_queue(cast: Cast, result: str) -> None:
    introduction = cast.asking()
    cast.deliver(result, code=550 if result == "refused" else 0)
    ask = the(introduction, "ask")
    for state in ("queued", "claimed", "xmit", "held", "parked", "dropped"):
        forbidden("letter_moves", f"UPDATE {LETTER} SET state = %s WHERE id = %s", [state, ask])
    forbidden("letter_moves", f"UPDATE {LETTER} SET state = 'queued', generation = generation + 1 WHERE id = %s", [ask])


LEGAL = {
    "queued": {"claimed", "held", "parked", "dropped", "failed"},
    "claimed": {"queued", "xmit", "held", "parked", "dropped", "failed"},
    "xmit": {"sent", "unknown", "failed", "queued"},
    "unknown": {"sent", "failed"},
    "held": {"parked", "dropped"},
    "parked": {"queued", "dropped"},
    "sent": set(),
    "failed": set(),
    "dropped": set(),
}


@pytest.mark.parametrize("old", LetterState.values)
def test_a_letter_moves_only_forward(cast: Cast, old: str) -> None:
    introduction = cast.asking()
    for new in LetterState.values:
        pk = new_id()
        sql(*copy(LETTER, the(introduction, "on_its_way"), id=pk, state=old, kind="introduction"))
        move = f"UPDATE {LETTER} SET state = %s WHERE id = %s"
        if new == old or new in LEGAL[old]:
            sql(move, [new, pk])
        else:
            forbidden("letter_moves", move, [new, pk])


def test_a_held_letter_is_queued_again_only_in_a_newer_generation(cast: Cast) -> None:
    ask = the(cast.asking(), "ask")
    sql(f"UPDATE {LETTER} SET state = 'held' WHERE id = %s", [ask])
    forbidden("letter_moves", f"UPDATE {LETTER} SET state = 'queued' WHERE id = %s", [ask])
    sql(f"UPDATE {LETTER} SET state = 'queued', generation = generation + 1 WHERE id = %s", [ask])


def test_only_a_notice_whose_fate_is_unknown_may_be_tried_again(cast: Cast) -> None:
    introduction = cast.asking()
    again = f"UPDATE {LETTER} SET state = 'queued' WHERE id = %s"
    for kind in ("ask", "details", "introduction", "on_its_way"):
        pk = new_id()
        sql(*copy(LETTER, the(introduction, "on_its_way"), id=pk, state="unknown", kind=kind, side="second"))
        if kind == "on_its_way":
            sql(again, [pk])
        else:
            forbidden("letter_moves", again, [pk])


def test_a_letter_stays_what_it_is(cast: Cast) -> None:
    introduction = cast.asked()
    other = cast.draft(target="Somebody else")
    ask = the(introduction, "ask")
    for column, value in (("kind", "digest"), ("side", "second"), ("introduction_id", other)):
        forbidden("letter_is_itself", f"UPDATE {LETTER} SET {column} = %s WHERE id = %s", [value, ask])


def test_epoch_and_generation_never_go_back(cast: Cast) -> None:
    ask = the(cast.asked(), "ask")
    forbidden("letter_epoch", f"UPDATE {LETTER} SET epoch = epoch - 1 WHERE id = %s", [ask])
    forbidden("letter_epoch", f"UPDATE {LETTER} SET generation = generation - 1 WHERE id = %s", [ask])


def test_an_ask_that_was_tried_cannot_be_deleted(cast: Cast) -> None:
    introduction = cast.introduced()
    for letter in Letter.objects.filter(introduction_id=introduction, kind__in=["ask", "introduction"]):
        forbidden("ask_stays", f"DELETE FROM {LETTER} WHERE id = %s", [letter.pk])


@pytest.mark.case("A1")
def test_there_is_one_ask_and_one_hand_over_of_details_for_each_side(cast: Cast) -> None:
    introduction = cast.passed()
    forbidden("one_ask", *copy(LETTER, the(introduction, "ask")))
    # SQLite tells only the columns, and both rules stand on the same.
    rule = "one_ask" if store.is_sqlite() else "one_details"
    forbidden(rule, *copy(LETTER, the(introduction, "details")))


def test_a_connector_has_one_digest_waiting(cast: Cast) -> None:
    introduction = cast.refused()
    assert introduction
    forbidden("one_digest", *copy(LETTER, Letter.objects.get(kind="digest").pk))


def test_a_letter_has_a_known_state(cast: Cast) -> None:
    forbidden("letter_state", *copy(LETTER, the(cast.asking(), "on_its_way"), state="posted"))


# --- introduction and journal ---------------------------------------------------------------------------------------


def test_an_introduction_has_a_known_state_and_origin(cast: Cast) -> None:
    introduction = cast.waiting()
    table = Introduction._meta.db_table
    forbidden("introduction_state", f"UPDATE {table} SET state = 'asked' WHERE id = %s", [introduction])
    forbidden("introduction_origin", f"UPDATE {table} SET origin = 'bought' WHERE id = %s", [introduction])


@pytest.mark.case("B17")
def test_one_form_is_one_request_even_for_the_shell(cast: Cast) -> None:
    introduction = cast.waiting()
    table = Introduction._meta.db_table
    sql(f"UPDATE {table} SET idempotency_key = 'form' WHERE id = %s", [introduction])
    forbidden("request_once", *copy(table, introduction))


def test_a_chapter_has_one_next_chapter(cast: Cast) -> None:
    introduction = cast.waiting()
    table = Introduction._meta.db_table
    sql(*copy(table, introduction, chapter_of=introduction))
    forbidden("one_next_chapter", *copy(table, introduction, chapter_of=introduction))
    sql(f"DELETE FROM {table} WHERE chapter_of = %s", [introduction])


def test_the_journal_only_grows_and_each_number_stands_once(cast: Cast) -> None:
    introduction = cast.waiting()
    entry = JournalEntry.objects.filter(introduction_id=introduction).latest("seq").pk
    for column, value in (("event", "approve"), ("actor", ""), ("seq", 9), ("data", "{}")):
        forbidden("journal_kept", f"UPDATE {JOURNAL} SET {column} = %s WHERE id = %s", [value, entry])
    forbidden("journal_whole", f"DELETE FROM {JOURNAL} WHERE id = %s", [entry])
    forbidden("journal_seq", *copy(JOURNAL, entry))
    forbidden("journal_role", *copy(JOURNAL, entry, seq=9, role="owner"))


@pytest.mark.case("F19")
def test_what_was_tried_stays_written_down(cast: Cast) -> None:
    ask = the(cast.asked(), "ask")
    attempt = SendAttempt.objects.get(letter_id=ask, phase="xmit").pk
    forbidden("attempt_kept", f"UPDATE {ATTEMPT} SET phase = 'refused' WHERE id = %s", [attempt])
    forbidden("attempt_whole", f"DELETE FROM {ATTEMPT} WHERE id = %s", [attempt])
    forbidden("attempt_once", *copy(ATTEMPT, attempt))


# --- people ---------------------------------------------------------------------------------------------------------


@pytest.mark.case("A2", "A4")
def test_a_pair_stands_once_in_one_order_and_for_good(cast: Cast) -> None:
    introduction = cast.asked()
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT id, low, high FROM {PAIR} WHERE introduction = %s", [introduction])
        pk, low, high = cursor.fetchone()
    forbidden("asked_pair", *copy(PAIR, pk))
    forbidden("asked_pair_ordered", *copy(PAIR, pk, low=high, high=low))
    forbidden("asked_pair_stays", f"UPDATE {PAIR} SET high = %s WHERE id = %s", ["z" * 32, pk])
    forbidden("asked_pair_stays", f"UPDATE {PAIR} SET low = %s WHERE id = %s", ["0" * 32, pk])
    forbidden("asked_pair_kept", f"DELETE FROM {PAIR} WHERE id = %s", [pk])


def test_a_person_is_one_subject_in_a_community_with_a_key(cast: Cast) -> None:
    cast.asking()
    table = "people_subject"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT id FROM {table}")
        pk = cursor.fetchone()[0]
    forbidden("subject_key", *copy(table, pk))
    forbidden("subject_has_key", *copy(table, pk, key=""))


def test_a_wish_is_of_a_known_kind_and_says_about_whom(cast: Cast) -> None:
    introduction = cast.asked()
    cast.answer(introduction, "never")
    table = "people_wish"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT id FROM {table}")
        pk = cursor.fetchone()[0]
    forbidden("wish_once", *copy(table, pk))
    forbidden("wish_kind", *copy(table, pk, kind="perhaps"))
    forbidden("wish_scope", *copy(table, pk, scope="anyone"))
    forbidden("wish_scope", *copy(table, pk, about=""))
    forbidden("wish_scope", *copy(table, pk, scope="everybody"))


def test_a_link_opens_one_known_page(cast: Cast) -> None:
    introduction = cast.asked()
    link, _token = cast.page(introduction)
    forbidden("link_purpose", "UPDATE introductions_link SET purpose = 'desk' WHERE id = %s", [link])
    with pytest.raises(IntegrityError):
        sql(*copy("introductions_link", link))


def test_every_rule_of_the_triggers_is_tried_here() -> None:
    tried = set(re.findall(r'forbidden\(\s*"(\w+)"', Path(__file__).read_text("utf-8")))
    assert {rule.name for rule in triggers.RULES} <= tried
