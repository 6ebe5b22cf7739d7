"""A sealed value opens in its place and nowhere else."""

import base64
import json
import os
from datetime import UTC, datetime

import pytest
from django.contrib.sessions.models import Session
from hypothesis import given
from hypothesis import strategies as st

from twoyes.lib import chance, sealing
from twoyes.lib.errors import Refused

PLACE = st.text(st.characters(codec="utf-8"), max_size=30)


def keys(*seal_ids: str) -> str:
    seals = [{"id": one, "key": base64.b64encode(one.ljust(32).encode()).decode()} for one in seal_ids]
    return json.dumps({"seal": seals, "index": {"key": base64.b64encode(b"i" * 32).decode()}})


@given(st.text(st.characters(codec="utf-8")), PLACE)
def test_what_is_sealed_comes_back(text: str, place: str) -> None:
    blob = sealing.seal(text, place)
    assert sealing.unseal(blob, place) == sealing.unseal(memoryview(blob), place) == text


@given(st.text(st.characters(codec="utf-8"), min_size=4), PLACE)
def test_the_sealed_bytes_show_nothing_and_are_never_the_same(text: str, place: str) -> None:
    first, second = sealing.seal(text, place), sealing.seal(text, place)
    assert first != second
    assert text.encode() not in first


@given(PLACE, PLACE)
def test_a_value_moved_to_another_place_does_not_open(place: str, other: str) -> None:
    if place != other:
        with pytest.raises(Refused) as refusal:
            sealing.unseal(sealing.seal("Tom", place), other)
        assert refusal.value.code == "sealed_elsewhere"


@given(st.integers(0, 20))
def test_a_changed_value_does_not_open(place: int) -> None:
    key_id, _, body = sealing.seal("Tom", "t.c.1").partition(b":")
    place %= len(body)
    changed = body[:place] + bytes([body[place] ^ 1]) + body[place + 1 :]
    with pytest.raises(Refused) as refusal:
        sealing.unseal(key_id + b":" + changed, "t.c.1")
    assert refusal.value.code == "sealed_elsewhere"


@given(st.binary(max_size=40))
def test_bytes_that_nobody_sealed_are_refused(blob: bytes) -> None:
    with pytest.raises(Refused) as refusal:
        sealing.unseal(blob, "t.c.1")
    assert refusal.value.code in ("not_sealed", "unknown_key", "sealed_elsewhere")


def test_the_first_key_writes_and_all_keys_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TWOYES_KEYS", keys("old"))
    blob, index = sealing.seal("Tom", "t.c.1"), sealing.index("name", "Tom")
    monkeypatch.setenv("TWOYES_KEYS", keys("new", "old"))
    assert sealing.seal("Tom", "t.c.1").startswith(b"new:")
    assert sealing.unseal(blob, "t.c.1") == "Tom"
    assert sealing.index("name", "Tom") == index
    monkeypatch.setenv("TWOYES_KEYS", keys("new"))
    with pytest.raises(Refused) as refusal:
        sealing.unseal(blob, "t.c.1")
    assert refusal.value.code == "unknown_key"


def test_a_row_binds_its_table_its_column_and_its_id() -> None:
    tom = Session(session_key="tom", expire_date=datetime.now(UTC))
    sealing.put_json(tom, "session_data", {"email": "tom@example.org", "n": [1, None]})
    assert sealing.get_json(tom, "session_data") == {"email": "tom@example.org", "n": [1, None]}
    otto = Session(session_key="otto", session_data=tom.session_data)
    with pytest.raises(Refused):
        sealing.get(otto, "session_data")


@given(
    st.dictionaries(
        st.sampled_from(["name", "names", "target", '"name":"', "about"]), st.text() | st.just('"name":"Otto"')
    )
)
def test_some_texts_of_many_are_read_as_if_all_were(words: dict[str, str]) -> None:
    row = Session(session_key="tom")
    sealing.put_json(row, "session_data", words)
    blob = bytes(row.session_data)  # type: ignore[arg-type]  # the column is a text for Django
    shown = sealing.json_of_all([("tom", blob)], Session, "session_data", only=("name", "target"))
    assert shown == {"tom": {name: words[name] for name in ("name", "target") if name in words}}


def test_nothing_is_kept_as_nothing() -> None:
    row = Session(session_key="tom")
    sealing.put(row, "session_data", "")
    assert not row.session_data
    assert sealing.get(row, "session_data") == ""
    assert sealing.get_json(row, "session_data") is None


def test_a_row_without_an_id_has_no_place_yet() -> None:
    with pytest.raises(ValueError, match="needs its id"):
        sealing.put(Session(), "session_data", "Tom")


@given(st.text(), st.text(), st.text(), st.text())
def test_the_blind_index_tells_kinds_and_texts_apart(kind: str, text: str, kind2: str, text2: str) -> None:
    same = (kind, text) == (kind2, text2)
    assert (sealing.index(kind, text) == sealing.index(kind2, text2)) is same
    assert len(sealing.index(kind, text)) == 32


def test_the_nonce_is_the_systems_even_where_chance_repeats_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "urandom", lambda n: b"n" * n)
    same = sealing.seal("Tom", "t.c.1") == sealing.seal("Tom", "t.c.1")
    monkeypatch.undo()
    with chance.seeded(7):
        first = sealing.seal("Tom", "t.c.1")
    with chance.seeded(7):
        assert sealing.seal("Tom", "t.c.1") != first
    assert same
