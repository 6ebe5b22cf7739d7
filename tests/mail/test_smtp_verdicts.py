"""Each way in which a relay can end a transaction has one verdict; the relay's own log is the truth."""

import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from tests.support.envelopes import ASK, QUICK, Hook, by_smtp, numbered, outcome, sha256
from tests.support.parts import ROOT
from tests.support.relay import Choice, Relay, taken
from tests.support.relay_scripts import GRID, Script
from twoyes.mail.outgoing import memory
from twoyes.mail.outgoing.smtp import Server, SmtpTransport
from twoyes.mail.outgoing.transport import Envelope, Transport, Verdict

pytestmark = pytest.mark.usefixtures("pipelining")


def once(log: Path, script: Choice, *, strict: bool = False) -> tuple[Verdict, Relay, Hook]:
    hook = Hook()
    with Relay(log / "log", script) as relay:
        verdict = by_smtp(relay, strict=strict).send(ASK, point_of_no_return=hook)
        relay.ended()
    return verdict, relay, hook


def test_a_friendly_relay_gets_the_bytes_exactly_as_they_were_approved(tmp_path: Path) -> None:
    verdict, relay, hook = once(tmp_path, "accept")

    assert outcome(verdict) == ("sent", 250, False, False)
    assert hook.times == 1
    (taken,) = relay.taken
    assert taken.sha256 == sha256(ASK)
    assert (taken.message_id, taken.sender) == ("<ask-1@cora.example>", ASK.sender)
    assert [line.split()[0] for line in relay.sessions[0].commands] == [
        b"ehlo",
        b"MAIL",
        b"RCPT",
        b"DATA",
        b"QUIT",
    ]


@pytest.mark.case("C1")
@pytest.mark.parametrize(
    ("script", "code"),
    [("busy_connect", 421), ("busy_mail", 451), ("greylist_rcpt", 451), ("busy_data", 452)],
)
def test_a_busy_relay_is_tried_again_and_no_point_of_no_return_is_spent(tmp_path: Path, script: str, code: int) -> None:
    verdict, relay, hook = once(tmp_path, script)

    assert outcome(verdict) == ("temporary", code, True, False)
    assert hook.times == 0
    assert relay.taken == []


@pytest.mark.case("C1", "C2")
@pytest.mark.parametrize("script", ["busy_connect", "greylist_rcpt", "later_dot"])
def test_a_second_try_after_a_temporary_no_hands_over_one_copy(tmp_path: Path, script: str) -> None:
    with Relay(tmp_path / "log", script) as relay:
        kinds = [by_smtp(relay).send(ASK, point_of_no_return=Hook()).kind for _ in range(2)]

    assert kinds == ["temporary", "sent"]
    assert len(relay.taken) == 1


@pytest.mark.case("C2")
def test_a_4xx_after_the_dot_is_definite_unless_the_relay_is_known_to_lie(tmp_path: Path) -> None:
    plain, relay, _ = once(tmp_path / "honest", "later_dot")
    assert outcome(plain) == ("temporary", 451, False, False)
    assert relay.taken == []

    strict, relay, _ = once(tmp_path / "lying", "lying_4xx", strict=True)
    assert outcome(strict) == ("unknown", 451, False, False)
    assert len(relay.taken) == 1


@pytest.mark.case("C2")
def test_strictness_is_only_about_the_answer_to_the_dot(tmp_path: Path) -> None:
    verdict, _, _ = once(tmp_path, "greylist_rcpt", strict=True)

    assert verdict.kind == "temporary"


@pytest.mark.case("C3")
@pytest.mark.parametrize(
    ("script", "code", "before_dot", "asked"),
    [("refuse_rcpt", 550, True, 0), ("refuse_dot", 554, False, 1)],
)
def test_a_5xx_is_final(tmp_path: Path, script: str, code: int, before_dot: bool, asked: int) -> None:
    verdict, relay, hook = once(tmp_path, script)

    assert outcome(verdict) == ("refused", code, before_dot, False)
    assert hook.times == asked
    assert relay.taken == []


@pytest.mark.case("C3", "C10")
@pytest.mark.parametrize(("script", "code"), [("shut_door", 554), ("auth_wanted", 530)])
def test_a_5xx_that_is_about_us_stops_sending_and_closes_no_introduction(
    tmp_path: Path, script: str, code: int
) -> None:
    verdict, _, hook = once(tmp_path, script)

    assert outcome(verdict) == ("temporary", code, True, True)
    assert hook.times == 0


@pytest.mark.case("C4")
@pytest.mark.parametrize(("script", "copies"), [("lose_250", 1), ("drop_dot", 0), ("garbage_reply", 1)])
def test_an_answer_lost_after_the_dot_is_unknown_whether_or_not_the_relay_has_it(
    tmp_path: Path, script: str, copies: int
) -> None:
    verdict, relay, hook = once(tmp_path, script)

    assert outcome(verdict) == ("unknown", 0, False, False)
    assert hook.times == 1
    assert len(relay.taken) == copies


@pytest.mark.case("C4")
@pytest.mark.parametrize("script", ["drop_rcpt", "two_answers", "early_answer"])
def test_a_connection_lost_or_out_of_step_before_the_dot_is_temporary(tmp_path: Path, script: str) -> None:
    verdict, relay, hook = once(tmp_path, script)

    assert outcome(verdict) == ("temporary", 0, True, False)
    assert hook.times == 0
    assert relay.taken == []


@pytest.mark.case("C4")
def test_a_connection_lost_after_the_point_of_no_return_but_before_the_dot_is_temporary(
    tmp_path: Path,
) -> None:
    with Relay(tmp_path / "log") as relay:
        large = replace(ASK, message=ASK.message + (b"y" * 76 + b"\r\n") * 200_000)

        def cut() -> None:
            relay.sessions[0].cut()

        verdict = by_smtp(relay).send(large, point_of_no_return=cut)

    assert outcome(verdict) == ("temporary", 0, True, False)
    assert relay.taken == []


def test_a_relay_that_nobody_can_reach_is_temporary() -> None:
    hook = Hook()
    verdict = SmtpTransport(Server("127.0.0.1", 1, "none"), patience=QUICK).send(ASK, point_of_no_return=hook)

    assert outcome(verdict) == ("temporary", 0, True, False)
    assert hook.times == 0


@pytest.mark.case("C6")
@pytest.mark.parametrize("script", ["quit_error", "quit_gone", "quit_silent"])
def test_what_happens_at_quit_never_unsends_a_letter(tmp_path: Path, script: str) -> None:
    verdict, relay, _ = once(tmp_path, script)

    assert outcome(verdict) == ("sent", 250, False, False)
    assert len(relay.taken) == 1


@pytest.mark.case("C7")
def test_an_envelope_names_exactly_one_recipient() -> None:
    for recipient in ("", "tom@t.example,rita@r.example", "tom@t.example>, <rita@r.example", "tom", "a b@c"):
        with pytest.raises(ValueError, match="exactly one address"):
            replace(ASK, recipient=recipient)


@pytest.mark.case("C7")
def test_of_two_envelopes_one_refusal_leaves_the_other_alone(tmp_path: Path) -> None:
    both = [replace(ASK, recipient=person) for person in ("rita@requester.example", "tom@target.example")]
    with Relay(tmp_path / "log", lambda number: ["accept", "refuse_rcpt"][number]) as relay:
        kinds = [by_smtp(relay).send(envelope, point_of_no_return=Hook()).kind for envelope in both]

    assert kinds == ["sent", "refused"]
    assert [taken.recipients for taken in relay.taken] == [["rita@requester.example"]]


@pytest.mark.case("C11")
def test_the_id_that_a_rewriting_relay_gives_is_kept(tmp_path: Path) -> None:
    verdict, _, _ = once(tmp_path, "rewrites_id")

    assert verdict.kind == "sent"
    assert "0102018f-3c1a-000000@eu-central-1.relay.test" in verdict.text


@pytest.mark.case("C28")
def test_an_address_that_the_relay_cannot_carry_is_refused_and_never_respelled(tmp_path: Path) -> None:
    envelope = replace(ASK, recipient="tömas@target.example")
    hook = Hook()
    with Relay(tmp_path / "log") as relay:
        verdict = by_smtp(relay).send(envelope, point_of_no_return=hook)
    assert outcome(verdict) == ("refused", 0, True, False)
    assert hook.times == 0

    with Relay(tmp_path / "log", "eai") as relay:
        verdict = by_smtp(relay).send(envelope, point_of_no_return=hook)
        assert verdict.kind == "sent"
        assert relay.taken[0].recipients == ["tömas@target.example"]
        assert b"SMTPUTF8" in relay.sessions[0].commands[1]


@pytest.mark.case("B27")
def test_threads_share_a_transport_but_never_a_connection(tmp_path: Path) -> None:
    with Relay(tmp_path / "log") as relay:
        transport = by_smtp(relay)
        verdicts: list[Verdict] = []

        def work(number: int) -> None:
            verdicts.extend(
                transport.send(numbered(10 * number + turn), point_of_no_return=Hook()) for turn in range(3)
            )

        threads = [threading.Thread(target=work, args=(number,)) for number in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(10)

    assert [verdict.kind for verdict in verdicts] == ["sent"] * 18
    assert len({taken.message_id for taken in relay.taken}) == len(relay.taken) == 18
    assert [session.commands.count(b"DATA") for session in relay.sessions] == [1] * 18


@pytest.mark.case("B27")
def test_after_an_ambiguous_answer_the_next_letter_has_a_connection_of_its_own(tmp_path: Path) -> None:
    with Relay(tmp_path / "log", lambda number: ["garbage_reply", "accept"][number]) as relay:
        transport = by_smtp(relay)
        kinds = [transport.send(numbered(n), point_of_no_return=Hook()).kind for n in range(2)]

    assert kinds == ["unknown", "sent"]
    assert len(relay.sessions) == 2


def test_the_relay_in_memory_behaves_as_the_one_on_the_wire(tmp_path: Path) -> None:
    """Twice each: the second try meets what "once" means."""
    assert set(memory.SCRIPTS) == {script.name for script in GRID}

    def run(transport: Transport) -> tuple[object, ...]:
        hook = Hook()
        tries = [transport.send(ASK, point_of_no_return=hook) for _ in range(2)]
        return [outcome(verdict) for verdict in tries], hook.times

    def in_memory(name: str) -> tuple[object, ...]:
        transport = memory.MemoryTransport(lambda _: name)
        return *run(transport), len(transport.accepted)

    for script in GRID:
        with Relay(tmp_path / script.name, script) as relay:
            on_the_wire = *run(by_smtp(relay)), len(relay.taken)
        assert in_memory(script.name) == on_the_wire, script.name


def test_workers_in_memory_can_share_one_truth() -> None:
    log: list[Envelope] = []
    for transport in (memory.MemoryTransport(log=log), memory.MemoryTransport(log=log)):
        transport.send(ASK, point_of_no_return=Hook())

    assert log == [ASK, ASK]


def test_a_relay_in_a_process_of_its_own_keeps_its_log_when_others_die(tmp_path: Path) -> None:
    log = tmp_path / "log"
    command = [sys.executable, "-m", "tests.support.relay", "--log", str(log), "--script", "lose_250"]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        port = int(process.stdout.readline())
        transport = SmtpTransport(Server("127.0.0.1", port, "none"), patience=QUICK)
        assert transport.send(ASK, point_of_no_return=Hook()).kind == "unknown"
        process.communicate(timeout=10)

    assert [(line.message_id, line.sha256) for line in taken(log)] == [("<ask-1@cora.example>", sha256(ASK))]


def test_a_script_may_be_made_up_for_one_test(tmp_path: Path) -> None:
    verdict, relay, _ = once(tmp_path, Script("odd", {"dot": b"299 Fine\r\n"}))

    assert outcome(verdict) == ("sent", 299, False, False)
    assert len(relay.taken) == 1
