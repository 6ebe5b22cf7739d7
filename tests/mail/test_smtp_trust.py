"""Without TLS that proves who the relay is nothing leaves, and a wrong password is tried once."""

import base64
import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.certificates import Certified, certified
from tests.support.envelopes import ASK, QUICK, Hook, by_smtp, outcome
from tests.support.relay import Relay
from twoyes.mail.outgoing.smtp import Server, SmtpTransport, Tls
from twoyes.mail.outgoing.transport import Verdict


@pytest.fixture(scope="module")
def trusted(tmp_path_factory: pytest.TempPathFactory) -> Certified:
    return certified(tmp_path_factory.mktemp("trusted"))


@pytest.fixture(scope="module")
def stranger(tmp_path_factory: pytest.TempPathFactory) -> Certified:
    return certified(tmp_path_factory.mktemp("stranger"))


def send(relay: Relay, ca: Path, *, tls: Tls = "starttls", password: str = "") -> tuple[Verdict, Hook]:
    server = Server("127.0.0.1", relay.port, tls, "cora" if password else "", password, ca)
    hook = Hook()
    verdict = SmtpTransport(server, patience=QUICK, helo="cora.example").send(ASK, point_of_no_return=hook)
    relay.ended()
    return verdict, hook


@contextlib.contextmanager
def nothing_said_in_the_clear(relay: Relay) -> Iterator[None]:
    yield
    assert relay.taken == []
    words = b" ".join(relay.sessions[0].commands)
    for secret in (b"MAIL", b"AUTH", b"RCPT", ASK.recipient.encode()):
        assert secret not in words


@pytest.mark.parametrize("tls", ["starttls", "implicit"])
def test_a_relay_that_proves_itself_gets_the_letter(tmp_path: Path, trusted: Certified, tls: Tls) -> None:
    with Relay(tmp_path / "log", tls=trusted.context, implicit=tls == "implicit") as relay:
        verdict, _ = send(relay, trusted.ca, tls=tls)

    assert outcome(verdict) == ("sent", 250, False, False)
    assert len(relay.taken) == 1


@pytest.mark.case("C9")
@pytest.mark.parametrize(("script", "code"), [("no_starttls", 0), ("starttls_refused", 454), ("starttls_injection", 0)])
def test_stripped_refused_or_injected_tls_stops_all_sending(
    tmp_path: Path, trusted: Certified, script: str, code: int
) -> None:
    with Relay(tmp_path / "log", script, tls=trusted.context) as relay, nothing_said_in_the_clear(relay):
        verdict, hook = send(relay, trusted.ca, password="0pen sesame")

    assert outcome(verdict) == ("temporary", code, True, True)
    assert hook.times == 0


@pytest.mark.case("C9")
@pytest.mark.parametrize("tls", ["starttls", "implicit"])
def test_a_certificate_of_another_authority_stops_all_sending(
    tmp_path: Path, trusted: Certified, stranger: Certified, tls: Tls
) -> None:
    implicit = tls == "implicit"
    relaying = Relay(tmp_path / "log", tls=stranger.context, implicit=implicit)
    with relaying as relay, nothing_said_in_the_clear(relay):
        verdict, _ = send(relay, trusted.ca, tls=tls, password="0pen sesame")

    assert outcome(verdict) == ("temporary", 0, True, True)
    assert "certificate" in verdict.text.lower()


@pytest.mark.case("C9")
def test_a_certificate_for_another_host_stops_all_sending(tmp_path: Path) -> None:
    elsewhere = certified(tmp_path / "elsewhere", address="127.0.0.2")
    with Relay(tmp_path / "log", tls=elsewhere.context) as relay, nothing_said_in_the_clear(relay):
        verdict, _ = send(relay, elsewhere.ca)

    assert outcome(verdict) == ("temporary", 0, True, True)


@pytest.mark.case("C9")
def test_a_relay_that_answers_tls_with_plain_words_stops_all_sending(tmp_path: Path, trusted: Certified) -> None:
    with Relay(tmp_path / "log") as relay, nothing_said_in_the_clear(relay):
        verdict, _ = send(relay, trusted.ca, tls="implicit")

    assert outcome(verdict) == ("temporary", 0, True, True)


@pytest.mark.case("C10")
def test_a_wrong_password_stops_all_sending_after_one_try(tmp_path: Path, trusted: Certified) -> None:
    with Relay(tmp_path / "log", "auth_535", tls=trusted.context) as relay:
        verdict, hook = send(relay, trusted.ca, password="wröng")
        tries = [line for line in relay.sessions[0].commands if line.startswith(b"AUTH")]

    assert outcome(verdict) == ("temporary", 535, True, True)
    assert len(tries) == 1
    assert hook.times == 0
    assert base64.b64decode(tries[0].split()[2]).decode() == "\0cora\0wröng"


@pytest.mark.case("C10")
def test_a_relay_that_offers_no_way_to_sign_in_is_not_used_without(tmp_path: Path, trusted: Certified) -> None:
    with Relay(tmp_path / "log", tls=trusted.context) as relay:
        verdict, _ = send(relay, trusted.ca, password="0pen sesame")

    assert outcome(verdict) == ("temporary", 0, True, True)
    assert relay.taken == []


@pytest.mark.parametrize("script", ["auth_ok", "auth_login"])
def test_with_the_right_password_the_letter_leaves(tmp_path: Path, trusted: Certified, script: str) -> None:
    with Relay(tmp_path / "log", script, tls=trusted.context) as relay:
        verdict, _ = send(relay, trusted.ca, password="0pen sesame")
        said = relay.sessions[0].commands

    assert verdict.kind == "sent"
    user, password, both = (base64.b64encode(text) for text in (b"cora", b"0pen sesame", b"\0cora\x000pen sesame"))
    spoken = {"auth_ok": [b"AUTH PLAIN " + both], "auth_login": [b"AUTH LOGIN " + user, password]}[script]
    place = said.index(spoken[0])
    assert said[place : place + len(spoken)] == spoken


def test_a_password_is_not_in_what_a_server_says_of_itself() -> None:
    assert "sesame" not in repr(Server("relay.example", 587, user="cora", password="0pen sesame"))


def test_an_answer_lost_inside_tls_is_unknown_too(tmp_path: Path, trusted: Certified) -> None:
    with Relay(tmp_path / "log", "lose_250", tls=trusted.context) as relay:
        verdict, _ = send(relay, trusted.ca)

    assert outcome(verdict) == ("unknown", 0, False, False)
    assert len(relay.taken) == 1


def test_plain_words_are_for_loopback_alone_and_need_no_certificate(tmp_path: Path) -> None:
    with Relay(tmp_path / "log", "no_starttls") as relay:
        assert by_smtp(relay).send(ASK, point_of_no_return=Hook()).kind == "sent"
