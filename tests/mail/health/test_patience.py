"""Nobody who is silent holds the doctor up: each look has seconds, all together have fifteen."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest
from django.utils.translation import override

from tests.mail.health.house import DOMAIN, Setup, looked, standing
from tests.support import dovecot, nameserver
from tests.support.relay_scripts import SCRIPTS
from twoyes.lib.checked import Check, each_once
from twoyes.mail.health import certificates, look, names, relay
from twoyes.mail.health.inbox import inbox
from twoyes.mail.health.names import Names
from twoyes.mail.health.spf import NoAnswer
from twoyes.mail.health.told import Told
from twoyes.mail.outgoing.conversation import Patience


def test_whoever_hangs_is_left_behind_and_the_others_are_heard() -> None:
    never = threading.Event()

    def hangs() -> Told:
        never.wait(30)
        return Told()

    told = look._all({"sending": hangs, "tls": lambda: Told([Check("tls", "ok", "Good.")])}, 0.2)
    never.set()
    assert [(one.checks[0].id, one.checks[0].status) for one in told] == [("sending", "warn"), ("tls", "ok")]
    assert "0 seconds" in told[0].checks[0].sentence


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_look_that_fails_is_no_silence() -> None:
    def fails() -> Told:
        raise KeyError("of ours")

    with pytest.raises(RuntimeError, match="tls"):
        look._all({"tls": fails}, 5)


def test_a_look_speaks_the_language_of_whoever_asks() -> None:
    from django.utils.translation import get_language

    with override("de"):
        told = look._all({"tls": lambda: Told([Check("tls", "ok", str(get_language()))])}, 5)
    assert told[0].checks[0].sentence == "de"


def test_silent_name_servers_cost_their_seconds_twice_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(names, "_SECONDS", 0.2)
    with nameserver.serving({"quiet.example": ("SILENCE",)}) as server:
        asked = Names(server)
        spent = []
        for _ in range(4):
            began = time.monotonic()
            with pytest.raises(NoAnswer):
                asked.txt("quiet.example")
            spent.append(time.monotonic() - began > 0.1)
    assert spent == [True, True, False, False]


def test_a_relay_that_never_greets_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(relay, "_PATIENCE", Patience(connect=0.2, command=0.2))
    with standing(Setup(relay=SCRIPTS["blackhole"]), tmp_path, monkeypatch):
        found = looked()
    assert (found["sending"].status, "not reached, or broke off" in found["sending"].sentence) == ("fail", True)
    assert found["spf"].status == "ok"


def test_an_ask_is_never_longer_than_all_of_it() -> None:
    assert certificates.SECONDS * 2 < look.SECONDS < 20
    assert names._SECONDS * names._MOST_SILENCE < look.SECONDS


def test_each_id_stands_once_with_the_worst_that_was_said_of_it() -> None:
    said = each_once([Check("tls", "ok", "A."), Check("mx", "ok", "B."), Check("tls", "fail", "C.", "Mend.")])
    assert said == [Check("tls", "fail", "A. C.", "Mend."), Check("mx", "ok", "B.")]


def test_what_a_name_server_says_is_read_as_it_was_meant() -> None:
    long = " ".join(f'"{letter * 200}"' for letter in "abc")
    zone = {
        DOMAIN: (f"TXT {long}", "MX 20 b.example.", "MX 10 A.example.", "AAAA 2001:db8::1"),
        "null.example": ("MX 0 .",),
        "1.2.0.192.in-addr.arpa": ("PTR host.example.",),
    }
    with nameserver.serving(zone) as server:
        asked = Names(server)
        assert asked.txt(DOMAIN) == ["a" * 200 + "b" * 200 + "c" * 200]
        assert asked.mx(DOMAIN) == ["a.example", "b.example"]
        assert asked.mx("null.example") == ["."]
        assert (asked.hosts(DOMAIN, six=True), asked.hosts(DOMAIN, six=False)) == (["2001:db8::1"], [])
        assert asked.ptr("192.0.2.1") == ["host.example"]
        assert asked.txt("nothing.example") == asked.txt("a..b") == asked.txt("x" * 70 + ".example") == []


@pytest.mark.mailservers
@pytest.mark.slow(4)
def test_a_real_dovecot_is_looked_into_and_left_as_it_was(tmp_path: Path) -> None:
    with dovecot.running(tmp_path / "dovecot") as server:
        user = dovecot.USER.replace("@", "%40")
        template = "cora+{token}@connects.example"
        right = f"imaps://{user}:{dovecot.PASSWORD}@localhost:{server.tls}/INBOX?ca={server.certificate}"
        found = {one.id: one for one in inbox(right, template).checks}
        wrong = {one.id: one for one in inbox(right.replace(dovecot.PASSWORD, "wrong"), template).checks}
        stranger = {one.id: one for one in inbox(right.partition("?")[0], template).checks}
    assert {name: one.status for name, one in found.items()} == {"tls": "warn", "receiving": "ok", "addresses": "ok"}
    assert "IDLE" in found["receiving"].sentence
    assert "does not let" in wrong["receiving"].sentence
    assert (stranger["tls"].status, stranger["receiving"].status) == ("fail", "fail")
