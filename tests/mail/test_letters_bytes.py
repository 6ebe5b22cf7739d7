"""The bytes of every letter: what stands in their heads, that mail servers leave them alone, and golden copies."""

from dataclasses import replace
from pathlib import Path

import pytest
from pytest_django import Settings

from tests.mail.letters_cast import (
    AT,
    CORA,
    KINDS,
    RITA,
    STOP,
    TO_CONNECTOR,
    TOM,
    every_letter,
    facts,
    parsed,
    part,
    sent,
)
from twoyes.introductions.records import LetterFacts
from twoyes.lib import tokens
from twoyes.lib.errors import Refused
from twoyes.mail import ours
from twoyes.mail.outgoing.compose import compose, envelope, freeze
from twoyes.mail.outgoing.memory import MemoryTransport

GOLDEN = Path(__file__).parent / "golden"
ALL = [pytest.param(letter, id=f"{letter.kind}-{letter.side}") for letter in every_letter()]
HEADERS = {
    "Date", "From", "To", "Cc", "Reply-To", "Subject", "Message-ID", "Auto-Submitted",
    "X-Auto-Response-Suppress", "X-Twoyes-Instance", "List-Unsubscribe", "List-Unsubscribe-Post", "MIME-Version",
    "Content-Type",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _house(settings: Settings) -> None:
    settings.TWOYES_URL = "https://twoyes.example"
    settings.TWOYES_MAIL_ADDRESS = "intro+{token}@twoyes.example"
    settings.INBOX_URLS = ()


@pytest.mark.case("F22")
@pytest.mark.parametrize("name", ["ask", "introduction", "introduction-requester", "not_this_time"])
def test_a_complete_letter_is_what_it_was_byte_for_byte(name: str) -> None:
    # To renew a golden letter, remove its file, run this once, and read the difference as its reader would.
    kind, _dash, side = name.partition("-")
    message = sent(facts(kind, **({"side": side} if side else {}))).message
    golden = GOLDEN / f"{name}.eml"
    if not golden.exists():
        golden.write_bytes(message)
        pytest.fail(f"{golden.name} was written anew: read it, and run the test again")
    assert message == golden.read_bytes()


@pytest.mark.case("C12")
@pytest.mark.parametrize("letter", ALL)
def test_every_letter_is_7_bit_in_short_lines_with_crlf_and_reads_as_composed(letter: LetterFacts) -> None:
    message = sent(letter).message

    assert message.isascii()
    assert b"\0" not in message
    assert message.count(b"\n") == message.count(b"\r") == message.count(b"\r\n")
    assert max(map(len, message.split(b"\r\n"))) <= 78
    assert [one.get_content_type() for one in parsed(message).iter_parts()] == ["text/plain", "text/html"]
    assert parsed(message).defects == []
    for one in parsed(message).walk():
        assert one.defects == []


@pytest.mark.case("C12")
def test_a_letter_of_very_long_lines_and_lonely_dots_reads_back_as_it_was_written() -> None:
    long = "word " * 3000 + "ж" * 500
    letter = facts("declined", consolation={"reason": f"{long}\n.\n..\n\nFrom here", "instead": "\t=20=\t"})
    text = part(sent(letter).message, "plain")
    assert long in text
    assert "\n.\n..\n\nFrom here\n" in text
    assert "\n=20=\n" in text


@pytest.mark.parametrize("letter", ALL)
def test_a_letter_that_is_sent_again_is_the_same_byte_for_byte(letter: LetterFacts) -> None:
    assert sent(letter) == sent(letter)
    other = replace(letter, message_id="<another@twoyes.example>")
    assert parsed(sent(letter).message).get_boundary() != parsed(sent(other).message).get_boundary()


@pytest.mark.case("C29")
@pytest.mark.parametrize("letter", ALL)
def test_every_letter_is_from_our_own_domain_and_comes_back_to_it(letter: LetterFacts) -> None:
    leaving = sent(letter)
    (own,) = parsed(leaving.message)["From"].addresses
    assert own.addr_spec == "intro@twoyes.example"
    assert own.display_name == ("Twoyes" if letter.side == "connector" else "Cora Lund via Twoyes")
    assert leaving.sender.endswith("@twoyes.example")


@pytest.mark.parametrize(
    ("template", "own", "back"),
    [
        ("intro@a.example", "intro@a.example", "bounce+{}@a.example"),
        ("intro+{token}@a.example", "intro@a.example", "intro+{}@a.example"),
        ("intro-{token}@a.example", "intro@a.example", "intro-{}@a.example"),
        ("{token}@a.example", "intro@a.example", "{}@a.example"),
        ("{token}-intro@a.example", "intro@a.example", "{}-intro@a.example"),
        ("intro@bücher.example", "intro@xn--bcher-kva.example", "bounce+{}@xn--bcher-kva.example"),
    ],
)
def test_whatever_the_configured_address_looks_like_one_is_shown_and_one_is_signed(
    settings: Settings, template: str, own: str, back: str
) -> None:
    settings.TWOYES_MAIL_ADDRESS = template
    assert ours.sender() == own
    assert sent(facts("ask")).sender == back.format(tokens.sign("return", "letter000001"))


@pytest.mark.case("E2", "C11")
@pytest.mark.parametrize("letter", ALL)
def test_the_return_path_is_opaque_and_finds_exactly_one_letter(letter: LetterFacts) -> None:
    back = sent(letter).sender
    signed = back.removeprefix("intro+").partition("@")[0]
    assert tokens.unsign("return", signed) == "letter000001"
    assert tokens.unsign("return", f"x{signed}") is None
    for name in ("rita", "tom", "cora", "nordsjo", "target", "own.example"):
        assert name not in back


@pytest.mark.parametrize("letter", ALL)
def test_heads_hold_what_is_needed_and_nothing_that_tracks_or_prompts_an_answer(letter: LetterFacts) -> None:
    head = parsed(sent(letter).message)
    assert set(head.keys()) <= HEADERS
    assert len(head.keys()) == len(set(head.keys()))
    assert head["Auto-Submitted"] == "auto-generated"
    assert head["X-Auto-Response-Suppress"] == "All"
    assert head["Date"].datetime == AT
    assert head["Message-ID"] == "<m1234567890abcdef@twoyes.example>"


@pytest.mark.case("C32")
@pytest.mark.parametrize("letter", ALL)
def test_one_press_stops_the_letters_that_nobody_asked_for(letter: LetterFacts) -> None:
    head = parsed(sent(letter).message)
    if letter.kind in {"ask", "details"}:
        assert head["List-Unsubscribe"] == f"<https://twoyes.example/t/{STOP}/stop>"
        assert head["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    else:
        assert "List-Unsubscribe" not in head
        assert "List-Unsubscribe-Post" not in head
    for kind in ("plain", "html"):
        assert STOP not in part(sent(letter).message, kind)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "introduction"])
def test_without_an_inbox_answers_go_to_the_connector_and_never_from_them_to_others(kind: str) -> None:
    head = parsed(sent(facts(kind)).message)
    if kind in TO_CONNECTOR:
        assert "Reply-To" not in head
    else:
        assert [one.addr_spec for one in head["Reply-To"].addresses] == [CORA]
    assert "Cc" not in head


@pytest.mark.case("C11", "E2")
def test_with_an_inbox_answers_go_to_a_signed_address_of_ours(settings: Settings) -> None:
    settings.INBOX_URLS = ("lmtp://127.0.0.1:8024",)
    leaving = sent(facts("ask"))
    (answer,) = parsed(leaving.message)["Reply-To"].addresses
    signed = answer.addr_spec.removeprefix("intro+").removesuffix("@twoyes.example")
    assert tokens.unsign("reply", signed) == "letter000001"
    assert tokens.unsign("return", signed) is None
    assert CORA.encode() not in leaving.message


@pytest.mark.parametrize("side", ["requester", "target"])
def test_an_introduction_goes_to_each_in_an_envelope_of_their_own_with_both_in_its_head(side: str) -> None:
    leaving = sent(facts("introduction", side=side))
    head = parsed(leaving.message)
    assert leaving.recipient == (RITA if side == "requester" else TOM)
    assert [one.addr_spec for one in head["To"].addresses] == [RITA, TOM]
    assert [one.addr_spec for one in head["Cc"].addresses] == [CORA]
    # A plain "reply" must reach the other person, not an address of ours.
    assert [one.addr_spec for one in head["Reply-To"].addresses] == [RITA, TOM]


@pytest.mark.case("C35", "E2")
def test_where_mail_comes_to_us_the_connector_is_in_copy_under_an_alias(settings: Settings) -> None:
    settings.INBOX_URLS = ("lmtp://127.0.0.1:8024",)
    leaving = sent(facts("introduction"))
    (alias,) = parsed(leaving.message)["Cc"].addresses
    assert alias.display_name == "Cora Lund"
    assert ours.recognise(alias.addr_spec) == ours.Ours("thread", "intro0000001")
    assert CORA.encode() not in leaving.message
    assert "Cc" not in parsed(sent(facts("introduction", approval={"mode": "hand_off"})).message)


@pytest.mark.case("C21")
def test_all_our_mail_says_which_installation_wrote_it_and_another_says_something_else(settings: Settings) -> None:
    mine = {parsed(sent(letter).message)[ours.INSTANCE_HEADER] for letter in every_letter()}
    assert mine == {ours.instance()}
    settings.TWOYES_MAIL_ADDRESS = "intro+{token}@elsewhere.example"
    assert ours.instance() not in mine


def test_only_words_that_the_target_wants_told_stand_in_the_final_letter() -> None:
    told = compose(facts("not_this_time", side="requester", consolation={"their_words": "I am writing a book."}))
    assert "I am writing a book." in told.text
    assert "I am writing a book." in told.html


def test_in_hand_off_the_connector_is_out_of_the_thread() -> None:
    letter = facts("introduction", approval={"mode": "hand_off"})
    assert "Cc" not in parsed(sent(letter).message)
    assert CORA not in part(sent(letter).message, "plain")


def test_a_mailbox_with_letters_beyond_ascii_is_written_to_as_it_is() -> None:
    leaving = sent(facts("ask", recipient="jürgen@bücher.example"))
    assert leaving.international
    assert leaving.recipient == "jürgen@xn--bcher-kva.example"
    assert b"To: =?utf-8?b?" in leaving.message
    assert "<jürgen@xn--bcher-kva.example>".encode() in leaving.message


def test_in_the_letter_to_somebody_else_such_a_mailbox_stands_as_a_name_and_the_rest_stays_7_bit() -> None:
    letter = facts("introduction", side="requester", target_address="jürgen@bücher.example")
    leaving = sent(letter)
    assert leaving.message.isascii()
    assert [one.addr_spec for one in parsed(leaving.message)["To"].addresses] == [RITA]
    assert "jürgen@bücher.example" in part(leaving.message, "plain")


@pytest.mark.case("D3")
@pytest.mark.parametrize(
    "recipient", ["", "tom", "tom@a.example, eve@b.example", "Tom <tom@a.example>", "tom@a.example\r\nBcc: eve@b.c"]
)
def test_a_letter_to_what_is_not_exactly_one_address_does_not_leave(recipient: str) -> None:
    with pytest.raises(Refused) as refused:
        sent(facts("ask", recipient=recipient))
    assert refused.value.code == "bad_address"


@pytest.mark.case("D8")
def test_what_was_approved_is_sent_with_nothing_but_the_page_filled_in() -> None:
    frozen = freeze(facts("ask"))
    later = facts("ask", frozen=frozen, approval={}, words={}, language="de", requester_name="Eve")

    message = sent(later).message

    link = "https://twoyes.example/t/abcdefghijklmnopqrstuvwxyz"
    assert part(message, "plain") == frozen.text.replace("{page}", link)
    assert part(message, "html") == frozen.html.replace("{page}", link)
    assert parsed(message)["Subject"] == frozen.subject


@pytest.mark.case("D8")
@pytest.mark.parametrize("field", ["subject", "text", "html"])
def test_a_text_that_was_changed_after_its_approval_does_not_leave(field: str) -> None:
    frozen = freeze(facts("ask"))
    changed = replace(frozen, **{field: f"{getattr(frozen, field)}!"})
    with pytest.raises(Refused) as refused:
        sent(facts("ask", frozen=changed))
    assert refused.value.code == "text_changed"


def test_a_letter_with_a_link_but_no_key_does_not_leave() -> None:
    with pytest.raises(Refused) as refused:
        sent(facts("ask", token=""))
    assert refused.value.code == "no_link"


def test_a_letter_without_a_message_id_does_not_leave() -> None:
    for bad in ("", "<a b@c>", "<a@b>\r\nBcc: <x@y>"):
        with pytest.raises(ValueError, match="Message-ID"):
            sent(facts("ask", message_id=bad))


def test_a_relay_takes_an_envelope_as_it_is() -> None:
    relay = MemoryTransport()
    leaving = envelope(facts("ask"), AT)
    verdict = relay.send(leaving, point_of_no_return=lambda: None)
    assert verdict.kind == "sent"
    assert (leaving.kind, leaving.letter, leaving.introduction) == ("ask", "letter000001", "intro0000001")
    assert relay.accepted == [leaving]
