"""Real mail servers around the product: a Postfix that it hands its mail to, Tom's mailbox, a mailbox of its own."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.support import dovecot, postfix
from tests.support.cutting import Between
from tests.support.judging import Judge
from tests.support.postfix import Postfix
from twoyes.mail.outgoing.conversation import Patience
from twoyes.mail.outgoing.smtp import Server, SmtpTransport

_PATIENCE = Patience(connect=10, command=10, final=10, allowance=10, goodbye=0.5)
_TRACES = rb"(?:(?:Return-Path|Delivered-To|Received):[^\n]*\n(?:[ \t][^\n]*\n)*)+"


@dataclass(frozen=True)
class MailHouse:
    """`first` stands between the product and the Postfix, `second` before Tom's mailbox, `home` before our listener.

    `abroad` stands before the listener of another installation.
    """

    place: Path
    relay: Postfix
    judge: Judge
    first: Between
    second: Between
    home: Between
    abroad: Between
    tom: dovecot.Dovecot
    own: dovecot.Dovecot

    @property
    def transport(self) -> SmtpTransport:
        """The product's way to the Postfix."""
        return SmtpTransport(Server("127.0.0.1", self.first.port, "none"), patience=_PATIENCE, helo="twoyes.example")

    def tidy(self) -> None:
        """Let nothing be left of another test."""
        self.relay.settle()
        for between in (self.first, self.second, self.home, self.abroad):
            between.clear()
        for answers in self.judge.says.values():
            answers.clear()
        for mailbox in (self.tom, self.own):
            mailbox.doveadm("expunge", "mailbox", "INBOX", "all")

    def at_toms(self) -> list[bytes]:
        """What lies in Tom's mailbox by now, without what the servers on its way wrote on top."""
        self.relay.settle()
        return [re.sub(_TRACES, b"", raw, count=1) for raw in self.tom.held()]

    def answer(self, words: str, *, to_all: bool = False) -> None:
        """Answer the newest message in Tom's mailbox by a mail program that quotes it and signs.

        With Reply-To this program leaves out who stands in Cc, so `to_all` is without it.
        """
        self.relay.settle()
        number = len(self.tom.held())
        tail = "\n-- \nTom Target\nBlade Works, Gdansk\n+47 22 00 00 00"
        chosen = {
            "v15-compat": "",
            "from": "Tom Target <tom@target.example>",
            "hostname": "mail.target.example",
            "quote": "",
            "indentprefix": "> ",
            "message-inject-tail": tail,
            "smtp-auth": "none",
            "sendwait": "",
            "mta": f"smtp://127.0.0.1:{self.relay.port}",
        }
        if not to_all:
            chosen["reply-to-honour"] = ""
        options = [f"-S{name}={value}" if value else f"-S{name}" for name, value in chosen.items()]
        home = {"HOME": str(self.place), "PATH": os.defpath, "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8"}
        typed = f"reply {number}\n{words}\n~.\nxit\n"
        done = subprocess.run(
            ["s-nail", "-:/", "-#", "-~", *options, "-f", str(self.tom.config.parent / "mail")],
            input=typed,
            env=home,
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        self.relay.settle()


@contextmanager
def running(place: Path, aliases: Mapping[str, str] | None = None) -> Iterator[MailHouse]:
    """Start all of them in this directory, and stop them afterwards; `aliases` says by address whose it is."""
    assert shutil.which("s-nail"), "no s-nail (Debian: apt-get install s-nail)"
    for name in ("tom", "own", "relay"):
        (place / name).mkdir()
    with ExitStack() as stack:
        ports = [*dovecot.free_ports(), *dovecot.free_ports()]
        tom = stack.enter_context(dovecot.running(place / "tom", lmtp=ports[0]))
        own = stack.enter_context(dovecot.running(place / "own", lmtp=ports[1]))
        judge = stack.enter_context(Judge())
        first, second, home, abroad = (stack.enter_context(Between(port)) for port in (ports[2], ports[0], 0, 0))
        routes = {"target.example": second.port, "twoyes.example": home.port, "connects.example": ports[1]}
        routes["second.example"] = abroad.port
        ways = {domain: f"lmtp:inet:127.0.0.1:{port}" for domain, port in routes.items()}
        relay = stack.enter_context(
            postfix.running(place / "relay", ports[2], ways, aliases=aliases or {}, policy=judge.port)
        )
        yield MailHouse(place, relay, judge, first, second, home, abroad, tom, own)
