"""Letters a second that may leave twice without harm, beside raw pipelined SMTP and `smtplib`, in one run.

All three hand the same letter to the same relays on loopback: one that takes 2 ms and a disk for each letter, as a good
one does (CASES, gate G5), and Postfix's `smtp-sink`, which keeps nothing and answers at once, so that all that is left
is what our bounded conversation costs. Raw SMTP writes MAIL, RCPT and DATA in one packet (RFC 2920), the letter and its
dot in the next, on one connection; `smtplib` keeps one as well. Ours says good-bye after as many letters as ever.
"""

from __future__ import annotations

import shutil
import smtplib
import socket
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from tests.faults import processes
from tests.support.parts import ROOT
from tests.support.relay_scripts import Script
from twoyes.mail.outgoing.smtp import Server, SmtpTransport, dot_stuffed
from twoyes.mail.outgoing.transport import Envelope

ROUNDS = 7
RELAY_SECONDS = 0.002

type Rows = list[tuple[str, float | str, str]]
type Way = Callable[[int, Envelope, int], None]


def run() -> Rows:
    """Return the rates as medians of rounds in which each sends in turn, and the ratios as medians of each round's."""
    message = b"\r\n".join((ROOT / "tests/mail/golden/not_this_time.eml").read_bytes().splitlines()) + b"\r\n"
    letter = Envelope("note-7q2x@cora.example", "rita@requester.example", message, "not_this_time", "l1", "i1")
    with _relay() as port:
        rows = _measured("a relay of 2 ms", port, letter, 300)
    with _sink() as port:
        return rows + _measured("smtp-sink", port, letter, 2_000)


def _measured(relay: str, port: int, letter: Envelope, letters: int) -> Rows:
    ways: dict[str, Way] = {"Twoyes": _twoyes, "raw pipelined SMTP": _raw, "smtplib on one connection": _smtplib}
    rates: dict[str, list[float]] = {name: [] for name in ways}
    for _round in range(ROUNDS):
        for name, way in ways.items():
            began = time.perf_counter()
            way(port, letter, letters)
            rates[name].append(letters / (time.perf_counter() - began))
    rows: Rows = [(f"letters to {relay}, {name}", statistics.median(told), "letters/s")
                  for name, told in rates.items()]  # fmt: skip
    ours, *others = rates.items()
    for name, told in others:
        ratios = [one / other for one, other in zip(ours[1], told, strict=True)]
        rows.append((f"letters to {relay}, Twoyes beside {name}", statistics.median(ratios), "ratio"))
        rows.append(
            (f"the same, least and most of {ROUNDS} rounds", f"{min(ratios):.3f} to {max(ratios):.3f}", "ratio")
        )
    return rows


@contextmanager
def _relay() -> Iterator[int]:
    script = Script("accept", delay=RELAY_SECONDS)
    with (
        tempfile.TemporaryDirectory(prefix=".bench-", dir=ROOT / ".venv") as place,
        processes.relay(Path(place) / "taken.jsonl", script) as port,
    ):
        yield port


@contextmanager
def _sink() -> Iterator[int]:
    program = shutil.which("smtp-sink", path="/usr/sbin:/usr/bin") or ""
    if not program:
        raise SystemExit("`bench letters` needs smtp-sink, which comes with Postfix: apt-get install postfix")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    user = ["-u", "nobody"] if Path("/proc/self").owner() == "root" else []
    with subprocess.Popen([program, *user, f"127.0.0.1:{port}", "100"]) as sink:
        try:
            _wait_for(port)
            yield port
        finally:
            sink.terminate()


def _wait_for(port: int) -> None:
    until = time.monotonic() + 10
    while time.monotonic() < until:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise SystemExit("smtp-sink did not begin to listen within ten seconds.")


def _twoyes(port: int, letter: Envelope, letters: int) -> None:
    transport = SmtpTransport(Server("127.0.0.1", port, "none"), helo="twoyes.example").in_a_row()
    for _ in range(letters):
        verdict = transport.send(letter, point_of_no_return=lambda: None)
        if verdict.kind != "sent":
            raise SystemExit(f"The sink did not take a letter: {verdict}")
    transport.rest()


def _raw(port: int, letter: Envelope, letters: int) -> None:
    head = f"MAIL FROM:<{letter.sender}>\r\nRCPT TO:<{letter.recipient}>\r\nDATA\r\n".encode()
    body = dot_stuffed(letter.message) + b".\r\n"
    with socket.create_connection(("127.0.0.1", port)) as sock:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        answers = partial(next, _lines(sock))
        assert answers().startswith(b"220")
        sock.sendall(b"EHLO twoyes.example\r\n")
        while answers()[3:4] == b"-":
            pass
        for _ in range(letters):
            sock.sendall(head)
            assert [answers()[:3] for _ in range(3)] == [b"250", b"250", b"354"]
            sock.sendall(body)
            assert answers()[:3] == b"250"
        sock.sendall(b"QUIT\r\n")


def _lines(sock: socket.socket) -> Iterator[bytes]:
    kept = b""
    while heard := sock.recv(65_536):
        *whole, kept = (kept + heard).split(b"\r\n")
        yield from whole


def _smtplib(port: int, letter: Envelope, letters: int) -> None:
    with smtplib.SMTP("127.0.0.1", port, local_hostname="twoyes.example") as relay:
        for _ in range(letters):
            assert relay.sendmail(letter.sender, letter.recipient, letter.message) == {}
