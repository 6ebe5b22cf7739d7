"""A relay can neither hold us, nor flood us, nor make us store what should not be shown."""

import socket
import time
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.envelopes import ASK, QUICK, Hook, by_smtp, outcome
from tests.support.relay import Relay
from tests.support.relay_scripts import SCRIPTS, Script
from twoyes.mail.outgoing.conversation import Patience
from twoyes.mail.outgoing.smtp import Server, SmtpTransport
from twoyes.mail.outgoing.transport import readable

BEFORE_THE_DOT = ("connect", "ehlo", "mail", "rcpt", "data")


@pytest.mark.case("C5")
def test_without_being_told_otherwise_the_time_outs_are_those_of_the_protocol() -> None:
    patience = SmtpTransport(Server("127.0.0.1", 25, "none")).patience

    assert (patience.connect, patience.command, patience.final, patience.allowance) == (30, 300, 600, 30)


@pytest.mark.case("C5")
def test_a_relay_that_thinks_longer_than_a_command_may_last_is_waited_for_after_the_dot(
    tmp_path: Path,
) -> None:
    impatient = replace(QUICK, command=0.3, final=5)
    with Relay(tmp_path / "log", Script("slow", delay=0.6)) as relay:
        verdict = by_smtp(relay, impatient).send(ASK, point_of_no_return=Hook())

    assert verdict.kind == "sent"


@pytest.mark.case("C4", "C5")
def test_a_relay_that_never_answers_the_dot_leaves_us_not_knowing(tmp_path: Path) -> None:
    with Relay(tmp_path / "log", "silent_dot") as relay:
        verdict = by_smtp(relay, replace(QUICK, final=0.2)).send(ASK, point_of_no_return=Hook())

    assert outcome(verdict) == ("unknown", 0, False, False)


@pytest.mark.case("C5", "C8")
def test_a_relay_that_accepts_and_says_nothing_is_left_in_time(tmp_path: Path) -> None:
    with Relay(tmp_path / "log", "blackhole") as relay:
        began = time.monotonic()
        verdict = by_smtp(relay, replace(QUICK, command=0.2)).send(ASK, point_of_no_return=Hook())

    assert time.monotonic() - began < 3
    assert outcome(verdict) == ("temporary", 0, True, False)


@pytest.mark.case("C8")
@pytest.mark.parametrize("stage", ["rcpt", "dot"])
def test_one_byte_at_a_time_does_not_prolong_a_deadline(tmp_path: Path, stage: str) -> None:
    dripping = Script("drip", {stage: b"250 2.0.0 " + b"y" * 1_000 + b"\r\n"}, pace=0.05)
    with Relay(tmp_path / "log", dripping) as relay:
        began = time.monotonic()
        verdict = by_smtp(relay, replace(QUICK, command=0.3, final=0.3)).send(ASK, point_of_no_return=Hook())
        assert time.monotonic() - began < 3

    assert verdict.kind == ("unknown" if stage == "dot" else "temporary")


@pytest.mark.case("C8")
@pytest.mark.parametrize("script", ["many_lines", "long_line", "mixed_codes", "garbage_reply"])
def test_an_answer_to_the_dot_that_is_no_answer_is_unknown(tmp_path: Path, script: str) -> None:
    with Relay(tmp_path / "log", script) as relay:
        verdict = by_smtp(relay).send(ASK, point_of_no_return=Hook())

    assert outcome(verdict) == ("unknown", 0, False, False)
    assert len(relay.taken) == 1


@pytest.mark.case("C8")
def test_a_reply_of_a_hundred_lines_is_read_and_one_more_is_not(tmp_path: Path) -> None:
    def lines(number: int) -> Script:
        return Script("lines", {"dot": b"250-x\r\n" * (number - 1) + b"250 x\r\n"})

    for number, kind in ((100, "sent"), (101, "unknown")):
        with Relay(tmp_path / "log", lines(number)) as relay:
            assert by_smtp(relay).send(ASK, point_of_no_return=Hook()).kind == kind


@pytest.mark.case("C8")
def test_a_reply_line_of_8192_octets_is_read_and_one_more_is_not(tmp_path: Path) -> None:
    for octets, kind in ((8192, "sent"), (8193, "unknown")):
        reply = b"250 ".ljust(octets - 2, b"x") + b"\r\n"
        with Relay(tmp_path / "log", Script("long", {"dot": reply})) as relay:
            assert by_smtp(relay).send(ASK, point_of_no_return=Hook()).kind == kind


@pytest.mark.case("C8")
def test_what_is_kept_of_a_reply_is_short_and_printable(tmp_path: Path) -> None:
    with Relay(tmp_path / "log", "nul_reply") as relay:
        verdict = by_smtp(relay).send(ASK, point_of_no_return=Hook())

    assert outcome(verdict) == ("sent", 250, False, False)
    assert verdict.text == "2.0.0 Qu eued [31mé\N{REPLACEMENT CHARACTER}"


@pytest.mark.case("C8")
@given(st.binary(max_size=2_000))
def test_any_bytes_become_at_most_200_printable_characters(reply: bytes) -> None:
    text = readable(reply)

    assert len(text) <= 200
    assert text.isprintable()
    assert text == text.strip()


digits = st.sampled_from([220, 250, 354, 421, 451, 550, 554]) | st.integers(0, 999)
reply_lines = st.builds(
    lambda code, mark, text, end: code + mark + text + end,
    digits.map(lambda number: b"%03d" % number) | st.binary(max_size=4),
    st.sampled_from([b" ", b"-", b"", b"\t"]),
    st.binary(max_size=40),
    st.sampled_from([b"\r\n", b"\n", b"\r", b""]),
)


@pytest.mark.case("C8")
@settings(max_examples=150)
@given(
    stage=st.sampled_from([*BEFORE_THE_DOT, "dot", "quit"]),
    reply=st.binary(max_size=60) | st.lists(reply_lines, max_size=4).map(b"".join),
)
def test_whatever_a_relay_answers_there_is_a_verdict_and_it_is_true(
    tmp_path_factory: pytest.TempPathFactory, stage: str, reply: bytes
) -> None:
    """After a fuzzed answer the relay hangs up, so that a half answer costs no time here."""
    log = tmp_path_factory.mktemp("fuzz") / "log"
    hook = Hook()
    with Relay(log, Script("fuzz", {stage: reply}, leaves=True)) as relay:
        verdict = by_smtp(relay).send(ASK, point_of_no_return=hook)
        relay.ended()
        copies = len(relay.taken)

    assert verdict.text.isprintable()
    assert len(verdict.text) <= 200
    assert copies == (stage not in BEFORE_THE_DOT)
    if hook.times == 0:
        assert verdict.before_dot
        assert verdict.kind in {"temporary", "refused"}
    elif stage == "quit":
        assert verdict.kind == "sent"
    elif stage == "dot":
        assert not verdict.before_dot
        assert verdict.kind == "unknown" or reply.startswith(b"%d" % verdict.code)
    else:
        assert verdict.kind in {"temporary", "unknown"}


@pytest.mark.case("C8")
def test_a_name_that_cannot_be_looked_up_is_temporary(monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody(*_: object, **__: object) -> list[object]:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", nobody)
    verdict = SmtpTransport(Server("relay.invalid", 25, "none"), patience=Patience()).send(
        ASK, point_of_no_return=Hook()
    )

    assert outcome(verdict) == ("temporary", 0, True, False)


def test_every_script_ends_in_a_verdict_within_its_time(tmp_path: Path) -> None:
    impatient = Patience(connect=0.3, command=0.3, final=0.3, allowance=0.3, goodbye=0.1)
    for name in SCRIPTS:
        began = time.monotonic()
        with Relay(tmp_path / name, name) as relay:
            by_smtp(relay, impatient).send(ASK, point_of_no_return=Hook())
        assert time.monotonic() - began < 5, name
