"""Links carry 128 bits of which the hash alone is stored; signed references serve one purpose (E9, F14)."""

import hashlib
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twoyes.lib import chance, tokens

REF = st.from_regex(r"[0-9a-z]{12}", fullmatch=True)
PURPOSE = st.text(max_size=10)


@pytest.mark.case("E9")
def test_a_token_is_128_bits_that_do_not_come_twice() -> None:
    made = {tokens.new_token() for _ in range(2000)}
    assert len(made) == 2000
    assert all(re.fullmatch(r"[a-z2-7]{26}", token) for token in made)


@pytest.mark.case("E9")
def test_the_stored_hash_is_sha256_and_blind_to_case() -> None:
    token = tokens.new_token()
    assert tokens.token_hash(token) == hashlib.sha256(token.encode()).hexdigest()
    assert tokens.token_hash(token.upper()) == tokens.token_hash(token)


@given(st.text(st.characters()))
def test_any_text_from_a_url_has_a_hash(text: str) -> None:
    assert len(tokens.token_hash(text)) == 64


@pytest.mark.case("E9")
@given(PURPOSE, REF)
def test_a_signed_reference_comes_back_in_any_case(purpose: str, ref: str) -> None:
    signed = tokens.sign(purpose, ref)
    assert re.fullmatch(r"[0-9a-z]{12}\.[a-z2-7]{16}", signed)
    assert tokens.unsign(purpose, signed) == tokens.unsign(purpose, signed.upper()) == ref


@pytest.mark.case("E9")
@given(PURPOSE, PURPOSE, REF)
def test_a_reference_signed_for_one_purpose_serves_no_other(purpose: str, other: str, ref: str) -> None:
    if purpose != other:
        assert tokens.unsign(other, tokens.sign(purpose, ref)) is None


@pytest.mark.case("E9")
@given(REF, st.text(max_size=40), st.integers(0, 28))
def test_a_forged_reference_is_nobody(ref: str, rubbish: str, place: int) -> None:
    signed = tokens.sign("reply", ref)
    swapped = signed[:place] + ("b" if signed[place] != "b" else "c") + signed[place + 1 :]
    for forged in (swapped, rubbish, f"{ref}.", f".{signed.rpartition('.')[2]}", ref, signed[:-1]):
        assert tokens.unsign("reply", forged) is None


def test_a_reference_with_capitals_is_not_signed() -> None:
    with pytest.raises(ValueError, match="lower case"):
        tokens.sign("reply", "Abc")


@pytest.mark.case("F14")
def test_references_outlive_a_change_of_the_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TWOYES_SECRET", "the old secret of this place")
    signed, token = tokens.sign("reply", "abc123"), tokens.new_token()
    hashed = tokens.token_hash(token)
    monkeypatch.setenv("TWOYES_SECRET", "the new secret of this place\nthe old secret of this place")
    assert tokens.unsign("reply", signed) == "abc123"
    assert tokens.sign("reply", "abc123") != signed
    assert tokens.token_hash(token) == hashed
    monkeypatch.setenv("TWOYES_SECRET", "the new secret of this place")
    assert tokens.unsign("reply", signed) is None


def test_chance_repeats_itself_only_when_it_is_asked_to() -> None:
    with chance.seeded(7):
        first = tokens.new_token(), chance.uniform(0, 1), chance.choice("abc")
    with chance.seeded(7):
        assert (tokens.new_token(), chance.uniform(0, 1), chance.choice("abc")) == first
    assert tokens.new_token() != first[0]
