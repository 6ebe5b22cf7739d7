"""Which letter a message answers: by its signed address, or by what it names and whom it is from; else none (C11)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from tests.mail.incoming.came import came, did, events, letter, said
from tests.support.cast import CORA, OTTO, RITA, TOM, Cast
from twoyes.introductions.models import Letter
from twoyes.introductions.protocol import State
from twoyes.lib import tokens
from twoyes.mail import ours
from twoyes.mail.incoming.matching import NOTHING, match
from twoyes.mail.incoming.understanding import Understood

TOKEN = st.text(alphabet="abcdefghijklmnopqrstuvwxyz234567.+-_=", min_size=1, max_size=60)
ID = st.from_regex(r"[a-z0-9]{12}", fullmatch=True)
NOT_PLAIN = ('"tom@target.example" <v@y.example>', "tom@target.example, v@y.example", "a:b;", "(x)")


def message_id(letter_id: str) -> str:
    return Letter.objects.get(pk=letter_id).message_id


@pytest.mark.case("C11")
def test_a_token_finds_its_letter_whatever_became_of_the_message_id(cast: Cast) -> None:
    introduction = cast.asked()
    ask = letter(introduction, "ask")
    for address in (ours.reply_address(ask), ours.return_path(ask).upper()):
        known = ours.recognise(address)
        assert known is not None
        found = match(known.purpose, known.ref, said(references=("<0100018f@email.amazonses.com>",)), now=cast.now)
        assert (found.letter, found.introduction, found.connector) == (ask, introduction, cast.cora.id)
        assert (found.kind, found.side, found.writer, found.by) == ("ask", "target", "target", "token")


@pytest.mark.case("C27", "C11")
def test_a_message_id_alone_matches_nothing(cast: Cast) -> None:
    introduction = cast.asked()
    named = message_id(letter(introduction, "ask"))
    for sender in (OTTO, RITA, CORA, "", "tom@target.example.evil.example"):
        assert match("", "", said(sender=sender, references=(named,)), now=cast.now) == NOTHING
    row = came(cast, "", "", said("Stop.", "stop", sender=OTTO, references=(named,)))
    assert (did(row), cast.state(introduction)) == ("noted", State.ASKING)


def test_what_a_message_names_counts_from_the_address_to_which_that_letter_went(cast: Cast) -> None:
    introduction = cast.asked()
    ask = letter(introduction, "ask")
    answer = said("No.", "no", sender=TOM.upper(), references=("<x@y.example>", message_id(ask)))
    found = match("", "", answer, now=cast.now)
    assert (found.purpose, found.letter, found.writer, found.by) == ("reply", ask, "target", "references")
    assert did(came(cast, "", "", answer)) == "no"
    # To a letter of the requester's only the requester answers.
    theirs = said(sender=TOM, references=(message_id(letter(introduction, "on_its_way")),))
    assert match("", "", theirs, now=cast.now) == NOTHING


def test_either_of_the_two_answers_an_introduction_by_what_it_names(cast: Cast) -> None:
    introduction = cast.introduced()
    named = message_id(letter(introduction, "introduction"))
    for sender, side in ((RITA, "requester"), (TOM, "target")):
        found = match("", "", said(sender=sender, references=(named,)), now=cast.now)
        assert (found.purpose, found.introduction, found.writer) == ("thread", introduction, side)


@pytest.mark.case("C27")
def test_our_message_ids_cannot_be_predicted(cast: Cast) -> None:
    introduction = cast.asked()
    names = [one.message_id for one in Letter.objects.filter(introduction_id=introduction)]
    assert len({*names}) == len(names)
    assert all(len(name.partition("@")[0].strip("<")) == 26 and introduction not in name for name in names)


@pytest.mark.case("C15")
@given(
    token=TOKEN,
    ref=st.from_regex(r"[a-z0-9]{12}", fullmatch=True),
    before=st.sampled_from(["reply", "bounce", "thread"]),
)
def test_a_forged_token_is_no_address_of_ours(token: str, ref: str, before: str) -> None:
    for forged in (token, f"{ref}.{token}", f"{ref}.{'a' * 16}", f"{ref}.", ref):
        found = ours.recognise(f"{before}+{forged}@twoyes.localhost")
        # 80 bits would have to be guessed.
        assert found is None


@pytest.mark.case("C15")
@given(ref=ID, place=st.integers(0, 28), char=st.sampled_from("abz27.-"))
def test_one_wrong_character_and_nothing_is_signed(ref: str, place: int, char: str) -> None:
    signed = tokens.sign("return", ref)
    changed = signed[: place % len(signed)] + char + signed[place % len(signed) + 1 :]
    assert tokens.unsign("return", changed) in ({ref} if changed == signed else {None})
    assert tokens.unsign("reply", signed) is None, "each purpose is signed apart"


@pytest.mark.case("C15", "C14")
def test_a_token_of_another_installation_is_foreign(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    ask = letter(cast.asked(), "ask")
    address = ours.return_path(ask)
    assert ours.recognise(address) == ours.Ours("return", ask)
    monkeypatch.setattr("twoyes.lib.keys.secrets_in_use", lambda: ("another house's secret, which is as long",))
    assert ours.recognise(address) is None
    settings.TWOYES_MAIL_ADDRESS = "intro@elsewhere.example"
    assert ours.recognise(address) is None


@pytest.mark.case("D3")
@pytest.mark.parametrize(
    "sender", ['"tom@target.example" <v@y.example>', "tom@target.example, v@y.example", "a:b;", "(x)"]
)
def test_what_is_not_one_plain_address_is_a_strangers(cast: Cast, sender: str) -> None:
    ask = letter(cast.asked(), "ask")
    assert match("reply", ask, said(sender=sender), now=cast.now).writer == ""
    assert match("", "", said(sender=sender, references=(message_id(ask),)), now=cast.now) == NOTHING


def test_a_thread_is_one_of_an_introduction_that_is_out(cast: Cast) -> None:
    introduction = cast.asked()
    assert match("thread", introduction, said(), now=cast.now) == NOTHING
    cast.answer(introduction, "yes")
    cast.pass_time(timedelta(minutes=11))
    found = match("thread", introduction, said(sender=RITA), now=cast.now)
    assert (found.connector, found.introduction, found.writer) == (cast.cora.id, introduction, "requester")


def test_the_two_addresses_of_a_connector_are_found_by_their_handle(cast: Cast) -> None:
    for purpose in ("guard", "request"):
        found = match(purpose, "cora", said(), now=cast.now)
        assert (found.purpose, found.connector) == (purpose, cast.cora.id)
        assert match(purpose, "nobody", said(), now=cast.now) == NOTHING


def test_no_number_of_references_makes_us_look_for_long(cast: Cast) -> None:
    introduction = cast.asked()
    many = tuple(f"<{n}@x.example>" for n in range(5000))
    understood: Understood = said(references=(*many, message_id(letter(introduction, "ask"))))
    assert match("", "", understood, now=cast.now) == NOTHING
    assert match("", "", replace(understood, references=understood.references[::-1]), now=cast.now) != NOTHING
    assert events(introduction)
