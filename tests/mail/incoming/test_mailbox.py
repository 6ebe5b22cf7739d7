"""One mailbox on a real server, with other mail in it: what is for us is copied once, and nothing there changes."""

from __future__ import annotations

import imaplib
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import pytest
from pytest_django import Settings

from tests.mail.incoming.conftest import Asked
from tests.support import dovecot
from tests.support.cast import START
from twoyes.introductions.models import Letter
from twoyes.lib import clock, limits, sealing
from twoyes.lib.errors import Refused
from twoyes.mail import ours
from twoyes.mail.incoming import arriving, inbox, mailbox
from twoyes.mail.incoming.mailbox import Mailbox
from twoyes.mail.models import Inbound, MailboxMark, Seen
from twoyes.network import front as network
from twoyes.network.front import MailAccount

pytestmark = [pytest.mark.mailservers, pytest.mark.django_db(transaction=True)]
LATER = START + timedelta(hours=2)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dovecot.Dovecot]:
    with dovecot.running(tmp_path_factory.mktemp("dovecot")) as found:
        yield found


@pytest.fixture
def server(running: dovecot.Dovecot) -> dovecot.Dovecot:
    running.put("INBOX")
    running.put("Later")
    for folder in ("INBOX", "Later"):
        running.doveadm("expunge", "mailbox", folder, "all")
    return running


@pytest.fixture(autouse=True)
def plus_addresses(settings: Settings) -> None:
    settings.TWOYES_MAIL_ADDRESS = "cora+{token}@connects.example"


def url(server: dovecot.Dovecot, password: str = dovecot.PASSWORD, folder: str = "") -> str:
    ca = server.certificate
    return f"imaps://{quote(dovecot.USER)}:{password}@localhost:{server.tls}/{folder}?ca={ca}"


def account(server: dovecot.Dovecot, folder: str = "") -> MailAccount:
    return network.mailbox(url(server, folder=folder))


def looked(server: dovecot.Dovecot, folder: str = "", at: datetime = LATER + timedelta(hours=1)) -> int:
    client = network.open_mailbox(account(server, folder))
    try:
        with clock.frozen(at):
            return mailbox.look(client, account(server, folder))
    finally:
        client.logout()


def reply(to: str, number: int = 1, *more: str) -> bytes:
    head = [*more, "From: Tom <tom@target.example>", f"To: {to}", f"Message-ID: <{number}@t.example>", "Subject: Re: x"]
    return "\r\n".join([*head, "", "Yes, gladly.", ""]).encode()


FOREIGN = reply("cora@connects.example", 90)


def flags(server: dovecot.Dovecot) -> list[bytes]:
    trusted = ssl.create_default_context(cafile=str(server.certificate))
    with imaplib.IMAP4_SSL("localhost", server.tls, ssl_context=trusted, timeout=20) as client:
        client.login(dovecot.USER, dovecot.PASSWORD)
        client.select("INBOX", readonly=True)
        return [one for one in client.fetch("1:*", "(FLAGS)")[1] if isinstance(one, bytes)]


@pytest.mark.slow(2)
def test_what_is_for_us_is_copied_and_other_mail_is_left_alone(server: dovecot.Dovecot, asked: Asked) -> None:
    mine = reply(asked.reply, 1, "Return-Path: <tom@target.example>")
    server.put("INBOX", FOREIGN, mine, FOREIGN, at=LATER)
    assert looked(server) == 1
    row = Inbound.objects.get()
    assert (row.way, row.purpose, row.letter, row.state) == ("imap", "reply", asked.letter, "waiting")
    top = f"Return-Path: <tom@target.example>\r\nDelivered-To: {asked.reply}\r\n".encode()
    assert sealing.get_bytes(row, "raw") == top + mine
    assert all(b"Seen" not in one for one in flags(server))
    assert looked(server) == 0


def test_where_servers_noted_the_address_that_counts_and_else_what_was_written(
    server: dovecot.Dovecot, asked: Asked
) -> None:
    guard = ours.guard_address("cora")
    noted = reply(asked.reply, 1, f"Delivered-To: {asked.returned}", "Delivered-To: cora@connects.example")
    blind = reply("somebody@else.example", 2, f"X-Original-To: {asked.returned}")
    both = reply(f"Cora <{asked.reply}>,\r\n {guard}", 3, "Delivered-To: cora@connects.example")
    server.put("INBOX", noted, blind, both, at=LATER)
    assert looked(server) == 3
    found = sorted(Inbound.objects.values_list("purpose", flat=True))
    assert found == ["guard", "reply", "return", "return"]


@pytest.mark.case("C11")
def test_to_the_plain_address_only_what_answers_a_letter_of_ours_came_for_us(
    server: dovecot.Dovecot, asked: Asked
) -> None:
    named = Letter.objects.get(pk=asked.letter).message_id
    bare, foreign = "cora@connects.example", "In-Reply-To: <else@twoyes.localhost>"
    answers = [
        reply(bare, 1, f"In-Reply-To: {named}"),
        reply(bare, 2, "Delivered-To: cora@connects.example", f"References: <a@b.example>\r\n\t{named}"),
    ]
    token = reply(f"{asked.reply}, {bare}", 3, "Delivered-To: cora@connects.example", f"In-Reply-To: {named}")
    elsewhere = reply("somebody@else.example", 4, f"In-Reply-To: {named}")
    server.put("INBOX", FOREIGN, *answers, reply(bare, 5, foreign), token, elsewhere, at=LATER)
    assert looked(server) == 3
    found = sorted(Inbound.objects.values_list("purpose", "letter"))
    assert found == [("", asked.letter), ("", asked.letter), ("reply", asked.letter)]
    before = reply(bare, 6, f"In-Reply-To: {named}")
    server.put("INBOX", before, at=START - timedelta(days=2))
    assert looked(server) == 0, "no answer is older than its question"


@pytest.mark.slow(2)
@pytest.mark.case("C25")
def test_a_mailbox_that_is_numbered_anew_or_restored_brings_nothing_twice(
    server: dovecot.Dovecot, asked: Asked
) -> None:
    server.put("INBOX", reply(asked.reply), reply(asked.reply, 2), at=LATER)
    assert looked(server) == 2
    validity = MailboxMark.objects.get().validity
    server.renumber("INBOX", 1_900_000_001)
    assert looked(server) == 0
    assert MailboxMark.objects.get().validity not in {validity, 0}
    server.put("INBOX", reply(asked.reply, 3), at=LATER)
    assert looked(server) == 1
    # Put back from a backup, all of it has numbers that nobody has seen.
    server.put("INBOX", reply(asked.reply), reply(asked.reply, 2), reply(asked.reply, 3), at=LATER)
    assert looked(server) == 0
    MailboxMark.objects.all().delete()
    assert looked(server) == 0
    assert Inbound.objects.count() == 3


@pytest.mark.slow(2)
@pytest.mark.case("C25")
def test_a_message_that_is_moved_away_and_back_or_marked_comes_once(server: dovecot.Dovecot, asked: Asked) -> None:
    server.put("INBOX", reply(asked.reply), at=LATER)
    assert looked(server) == 1
    server.doveadm("move", "Later", "mailbox", "INBOX", "all")
    assert looked(server) == looked(server, "Later") == 0
    server.doveadm("move", "INBOX", "mailbox", "Later", "all")
    server.doveadm("flags add", "\\Seen", "mailbox", "INBOX", "all")
    assert looked(server) == 0
    server.doveadm("flags remove", "\\Seen", "mailbox", "INBOX", "all")
    server.put("INBOX", reply(asked.reply, 2), at=LATER)
    assert looked(server) == 1
    assert Inbound.objects.count() == 2


@pytest.mark.case("C25", "E12")
def test_what_was_forgotten_here_is_not_new_when_it_is_moved_there(server: dovecot.Dovecot, asked: Asked) -> None:
    server.put("INBOX", reply(asked.reply), at=LATER)
    assert looked(server) == 1
    inbox.tidy(LATER + limits.REPLIES_TO_ASKS_AGE + timedelta(days=1))
    assert not Inbound.objects.exists()
    server.renumber("INBOX", 1_900_000_002)
    assert looked(server, at=LATER + timedelta(days=9)) == 0
    inbox.tidy(LATER + limits.RAW_INBOUND_AGE + timedelta(days=3))
    assert not Seen.objects.exists()
    assert looked(server, at=LATER + limits.RAW_INBOUND_AGE + timedelta(days=3)) == 0


def test_a_message_that_arrived_in_another_folder_first_is_found_when_it_is_moved_here(
    server: dovecot.Dovecot, asked: Asked
) -> None:
    server.put("INBOX", reply(asked.reply, 2), at=LATER)
    assert looked(server) == 1
    server.put("Later", reply(asked.reply), at=LATER)
    server.doveadm("move", "INBOX", "mailbox", "Later", "all")
    assert looked(server) == 1


@pytest.mark.case("C25")
def test_what_is_older_than_the_ask_answers_nothing_and_what_is_too_old_to_be_known_is_left(
    server: dovecot.Dovecot, asked: Asked
) -> None:
    server.put("INBOX", reply(asked.reply), at=START - timedelta(days=3))
    assert looked(server) == 0
    server.put("INBOX", reply(asked.reply, 2), at=LATER)
    assert looked(server, at=LATER + limits.RAW_INBOUND_AGE + timedelta(days=1)) == 0
    assert not Inbound.objects.exists()


@pytest.mark.case("C25", "E12")
def test_the_same_message_by_lmtp_and_by_imap_is_one(server: dovecot.Dovecot, asked: Asked) -> None:
    place = arriving.place_of(asked.reply)
    assert place is not None
    raw = reply(asked.reply)
    assert arriving.arrive(place, "tom@target.example", raw, way="lmtp", now=LATER)
    server.put("INBOX", b"Received: from x.example\r\n" + raw.replace(b"\r\n", b"\n"), at=LATER)
    assert looked(server) == 0
    assert Inbound.objects.count() == 1


def wait_for(condition: Callable[[], bool], seconds: float) -> float:
    began = time.monotonic()
    while not condition():
        assert time.monotonic() < began + seconds, "it did not come in time"
        time.sleep(0.05)
    return time.monotonic() - began


@pytest.mark.slow(4)
def test_with_idle_a_message_is_here_within_five_seconds(server: dovecot.Dovecot, asked: Asked) -> None:
    watching = Mailbox(url(server))
    assert watching.start() == f"imaps://localhost:{server.tls}/INBOX"
    try:
        wait_for(MailboxMark.objects.exists, 10)
        time.sleep(0.5)
        server.put("INBOX", reply(asked.reply), at=datetime.now(UTC))
        assert wait_for(lambda: Inbound.objects.count() == 1, 10) < 5
        # Several workers may run, and one of them is enough.
        other = Mailbox(url(server))
        other.start()
        other.stop()
        server.put("INBOX", reply(asked.reply, 2), at=datetime.now(UTC))
        assert wait_for(lambda: Inbound.objects.count() == 2, 10) < 5
    finally:
        began = time.monotonic()
        watching.stop()
    assert time.monotonic() < began + 5
    assert not [one for one in threading.enumerate() if one.name == "watching a mailbox"]


@pytest.mark.slow(3)
def test_without_idle_it_is_looked_at_again_and_again(
    server: dovecot.Dovecot, asked: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "IMAP_POLL", timedelta(seconds=0.3))
    monkeypatch.setattr("imapclient.IMAPClient.has_capability", lambda *_: False)
    watching = Mailbox(url(server))
    watching.start()
    try:
        wait_for(MailboxMark.objects.exists, 10)
        server.put("INBOX", reply(asked.reply), at=datetime.now(UTC))
        wait_for(lambda: Inbound.objects.count() == 1, 10)
    finally:
        watching.stop()


@pytest.mark.slow(3)
def test_after_the_server_was_away_it_goes_on(
    server: dovecot.Dovecot, asked: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mailbox, "_AGAIN", 0.2)
    watching = Mailbox(url(server))
    watching.start()
    try:
        wait_for(MailboxMark.objects.exists, 10)
        server.doveadm("kick")
        server.put("INBOX", reply(asked.reply), at=datetime.now(UTC))
        wait_for(lambda: Inbound.objects.count() == 1, 20)
    finally:
        watching.stop()


def test_a_wrong_password_is_said_once_and_not_tried_again_soon(
    server: dovecot.Dovecot, asked: Asked, caplog: pytest.LogCaptureFixture
) -> None:
    watching = Mailbox(url(server, password="wrong"))
    watching.start()
    try:
        wait_for(lambda: "app password" in caplog.text, 20)
        time.sleep(1)
    finally:
        watching.stop()
    assert caplog.text.count("app password") == 1
    assert "wrong" not in caplog.text
    assert "cora" not in caplog.text.lower()
    with pytest.raises(Refused):
        Mailbox("imaps://localhost/").start()
