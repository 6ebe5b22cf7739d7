"""A provider's HTTP API: the point of no return precedes the request, and each answer is one verdict."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings

from tests.mail.letters_cast import RITA, TOM, facts, sent
from tests.mail.test_deliver_crashes import ENDS, crash_once
from tests.support.cast import Cast
from tests.support.certificates import certified
from tests.support.envelopes import ASK, Hook
from tests.support.relay import Relay
from twoyes.introductions import front as introductions
from twoyes.introductions.models import Letter
from twoyes.lib import faults
from twoyes.lib.errors import Refused
from twoyes.mail import ours
from twoyes.mail.front import deliver, deliver_one
from twoyes.mail.outgoing.api import ApiTransport
from twoyes.mail.outgoing.configure import transport_for
from twoyes.mail.outgoing.transport import Abort

TAKEN = json.dumps({"ErrorCode": 0, "Message": "OK", "MessageID": "1", "To": "tom@target.example"})
INACTIVE = json.dumps({"ErrorCode": 406, "Message": "You tried to send to an inactive recipient"})
REJECTED = json.dumps([{"email": "tom@target.example", "status": "rejected", "_id": "1"}])


@dataclass
class Provider:
    """A provider on loopback that answers as told, and keeps what it was asked. Status 0: it hangs up."""

    port: int = 0
    status: int = 200
    body: str = TAKEN
    asked: list[dict[str, Any]] = field(default_factory=list)

    def transport(self, name: str = "postmark") -> ApiTransport:
        token = {"mandrill": "api_key"}.get(name, "server_token")
        return ApiTransport(name, {token: "s3same", "api_url": f"http://127.0.0.1:{self.port}/"})


@pytest.fixture
def provider() -> Iterator[Provider]:
    told = Provider()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            told.asked.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            if not told.status:
                self.connection.shutdown(socket.SHUT_RDWR)
                return
            self.send_response(told.status)
            if told.status == 302:
                self.send_header("Location", f"http://127.0.0.1:{told.port}/again")
            self.end_headers()
            self.wfile.write(told.body.encode())

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    told.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield told
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.mark.parametrize(
    ("status", "body", "kind", "halt"),
    [
        (200, TAKEN, "sent", False),
        (202, "", "sent", False),
        (200, "<html>no JSON</html>", "sent", False),
        (422, INACTIVE, "refused", False),
        (400, "", "refused", False),
        (401, '{"Message": "wrong token"}', "temporary", True),
        (403, "", "temporary", True),
        (429, "", "temporary", False),
        (302, "", "unknown", False),
        (500, "", "unknown", False),
        (503, TAKEN, "unknown", False),
        (0, "", "unknown", False),
    ],
)
@pytest.mark.case("C4", "C10")
def test_each_answer_is_one_verdict(provider: Provider, status: int, body: str, kind: str, halt: bool) -> None:
    provider.status, provider.body = status, body
    verdict = provider.transport().send(ASK, point_of_no_return=Hook())
    assert (verdict.kind, verdict.halt, verdict.code) == (kind, halt, status)
    assert len(provider.asked) == 1


def test_a_provider_that_takes_a_request_and_turns_the_recipient_down_has_refused(provider: Provider) -> None:
    provider.body = REJECTED
    assert provider.transport("mandrill").send(ASK, point_of_no_return=Hook()).kind == "refused"


def test_a_provider_that_cannot_be_reached_has_nothing() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    verdict = Provider(port).transport().send(ASK, point_of_no_return=Hook())
    assert (verdict.kind, verdict.before_dot) == ("temporary", True)


@pytest.mark.case("C9")
def test_a_provider_that_does_not_prove_who_it_is_hears_nothing(tmp_path: Path) -> None:
    with Relay(tmp_path / "log", tls=certified(tmp_path).context, implicit=True) as relay:
        options = {"server_token": "s3same", "api_url": f"https://127.0.0.1:{relay.port}/"}
        verdict = ApiTransport("postmark", options).send(ASK, point_of_no_return=Hook())
        assert (verdict.kind, verdict.halt, verdict.before_dot) == ("temporary", True, True)
        assert relay.ended().commands == []


@pytest.mark.case("B7")
def test_nothing_is_asked_before_the_point_of_no_return_is_passed(provider: Provider) -> None:
    hook = Hook(Abort())
    assert provider.transport().send(ASK, point_of_no_return=hook).kind == "aborted"
    assert (hook.times, provider.asked) == (1, [])
    with pytest.raises(RuntimeError):
        provider.transport().send(ASK, point_of_no_return=Hook(RuntimeError()))
    assert provider.asked == []


@pytest.mark.case("C7", "E2")
def test_an_introduction_goes_to_one_alone_and_answers_to_all_the_others(
    provider: Provider, settings: Settings
) -> None:
    settings.INBOX_URLS = ("lmtp://127.0.0.1:8024",)
    provider.transport().send(sent(facts("introduction")), point_of_no_return=Hook())
    (asked,) = provider.asked
    assert TOM in asked["To"]
    assert RITA not in asked["To"]
    assert "Cc" not in asked
    assert "Bcc" not in asked
    assert RITA in asked["ReplyTo"]
    assert f"{ours.thread_address('intro0000001')}" in asked["ReplyTo"]
    assert TOM not in asked["ReplyTo"]
    headers = {one["Name"]: one["Value"] for one in asked["Headers"]}
    assert headers["X-Twoyes-Instance"] == ours.instance()
    assert headers["Auto-Submitted"] == "auto-generated"


def test_an_ask_keeps_its_words_and_its_one_press_stop(provider: Provider) -> None:
    provider.transport().send(sent(facts("ask")), point_of_no_return=Hook())
    (asked,) = provider.asked
    assert "May I introduce" in asked["Subject"]
    assert "/t/" in asked["TextBody"]
    assert "<html" in asked["HtmlBody"]
    names = {one["Name"] for one in asked["Headers"]}
    assert {"List-Unsubscribe", "List-Unsubscribe-Post"} <= names


@pytest.mark.parametrize("point", faults.POINTS)
@pytest.mark.case("A1", "B1", "B5", "B6")
def test_an_ask_is_asked_of_a_provider_at_most_once_whatever_dies(cast: Cast, provider: Provider, point: str) -> None:
    introduction = cast.asking()
    claimed = introductions.claim(cast.now, kinds=("ask",))
    assert claimed is not None
    with faults.intercept(crash_once(point)), pytest.raises(faults.Crash):
        deliver_one(claimed, provider.transport(), lambda: cast.now)
    for _ in range(3):
        cast.now += timedelta(hours=1)
        deliver(provider.transport(), lambda: cast.now)
    to_tom = [one for one in provider.asked if "tom@target.example" in one["To"]]
    expected = "sent" if ENDS[point] == "queued" else ENDS[point]
    assert Letter.objects.get(introduction_id=introduction, kind="ask").state == expected
    assert len(to_tom) == (point != "after_ponr")


def test_the_address_names_the_provider_and_a_file_with_its_secret(tmp_path: Path, provider: Provider) -> None:
    (tmp_path / "token").write_text("s3same\n")
    url = f"anymail+postmark://?server_token_file={tmp_path / 'token'}&api_url=http://127.0.0.1:{provider.port}/"
    transport = transport_for(url, data_dir=tmp_path)
    assert transport.send(ASK, point_of_no_return=Hook()).kind == "sent"


@pytest.mark.parametrize(
    "url",
    [
        "anymail+postmark://",
        "anymail+pigeon://?server_token=s3same",
        "anymail+console://",
        "anymail+postmark://?server_token=s3same&colour=blue",
        "anymail+postmark://?server_token_file=/nowhere/token",
        "anymail+postmark://?server_token=s3same&api_url=http://mail.example.org/",
        "anymail+postmark://s3same@host",
    ],
)
def test_what_names_no_usable_provider_is_refused_and_no_secret_repeated(url: str, tmp_path: Path) -> None:
    with pytest.raises(Refused) as caught:
        transport_for(url, data_dir=tmp_path)
    assert caught.value.code == "bad_email_url"
    assert "s3same" not in caught.value.sentence
