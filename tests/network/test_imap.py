"""Mail from a real server by app password: heads alone, sent first, nothing changed there, and kind errors."""

from __future__ import annotations

import imaplib
import socket
import ssl
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.support import dovecot
from twoyes.lib.errors import Refused
from twoyes.network.reading.headers import read
from twoyes.network.sources.imap import Account, Folder, Session, account

SENT = (
    b"From: Cora <cora@connects.example>\r\nTo: Tom <tom@target.example>\r\nDate: Thu, 28 Feb 2013 18:58:18 +0000\r\n"
)
GOT = b"From: Tom <tom@target.example>\r\nTo: cora@connects.example\r\nMessage-ID: <2@target.example>\r\n"
SECRET = b"Subject: the secret plan\r\n\r\nNobody but the two of us reads this.\r\n"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dovecot.Dovecot]:
    with dovecot.running(tmp_path_factory.mktemp("dovecot")) as running:
        running.put("INBOX", GOT + SECRET, GOT.replace(b"<2@", b"<3@") + SECRET)
        running.put("Sent", SENT + SECRET)
        running.put("Projects.Old", GOT.replace(b"<2@", b"<4@") + SECRET)
        running.put("Trash", GOT + SECRET)
        yield running


def mailbox(server: dovecot.Dovecot, *, folder: str = "", password: str = dovecot.PASSWORD, ca: bool = True) -> Account:
    url = f"imaps://cora%40connects.example@localhost:{server.tls}/{folder}"
    return account(f"{url}?ca={server.certificate}" if ca else url, password=password)


@pytest.mark.mailservers
def test_folders_come_with_what_was_sent_first_and_without_what_was_thrown_away(server: dovecot.Dovecot) -> None:
    with Session(mailbox(server)) as session:
        folders = session.folders()
    assert [one.name for one in folders] == ["Sent", "INBOX", "Projects.Old"]
    assert [one.sent for one in folders] == [True, False, False]


@pytest.mark.mailservers
def test_a_subject_is_asked_for_only_where_its_reader_keeps_subjects(server: dovecot.Dovecot) -> None:
    with Session(replace(mailbox(server), subjects=True)) as session:
        (sent,) = session.messages(Folder("Sent", sent=True), 0)
    assert b"the secret plan" in sent.head
    assert b"nobody" not in sent.head.lower()


@pytest.mark.mailservers
def test_heads_alone_are_read_and_where_no_date_is_told_the_day_of_arrival_counts(server: dovecot.Dovecot) -> None:
    with Session(mailbox(server)) as session:
        (sent,) = session.messages(Folder("Sent", sent=True), 0)
        got = list(session.messages(Folder("INBOX", sent=False), 0))
    assert b"secret" not in sent.head.lower()
    assert b"nobody" not in sent.head.lower()
    head = read(sent.head)
    assert head.at == 1362077898
    assert head.sender is not None
    assert (head.sender.address, head.to[0].address) == ("cora@connects.example", "tom@target.example")
    assert [read(one.head).message_id for one in got] == [b"2@target.example", b"3@target.example"]
    assert got[0].line == b"From - Tue Nov 14 22:13:20 2023"


@pytest.mark.mailservers
def test_reading_goes_on_after_the_last_message_and_leaves_all_as_it_was(server: dovecot.Dovecot) -> None:
    with Session(mailbox(server)) as session:
        folder = Folder("INBOX", sent=False)
        first, second = session.messages(folder, 0)
        assert list(session.messages(folder, second.place)) == [second]
        assert list(session.messages(folder, second.place + 1)) == []
        assert session.end(folder).next == second.place + 1
    assert first.place < second.place
    trusted = ssl.create_default_context(cafile=str(server.certificate))
    with imaplib.IMAP4_SSL("localhost", server.tls, ssl_context=trusted, timeout=10) as other:
        other.login(dovecot.USER, dovecot.PASSWORD)
        other.select("INBOX", readonly=True)
        assert other.search(None, "SEEN")[1] == [b""]


@pytest.mark.mailservers
def test_one_folder_can_be_named_and_one_that_is_not_there_is_said_so(server: dovecot.Dovecot) -> None:
    with Session(mailbox(server, folder="Projects.Old")) as session:
        assert [one.name for one in session.folders()] == ["Projects.Old"]
    with Session(mailbox(server, folder="Nowhere")) as session, pytest.raises(Refused) as refused:
        session.folders()
    assert refused.value.code == "imap_no_folder"


@pytest.mark.mailservers
def test_a_wrong_password_is_told_with_its_mend_and_without_itself(server: dovecot.Dovecot) -> None:
    with pytest.raises(Refused) as refused, Session(mailbox(server, password="quite wrong")):
        pass
    assert refused.value.code == "imap_login"
    assert "app password" in refused.value.sentence
    assert "quite wrong" not in refused.value.sentence


@pytest.mark.mailservers
def test_a_server_with_a_strangers_certificate_is_not_believed(server: dovecot.Dovecot) -> None:
    with pytest.raises(Refused) as refused, Session(mailbox(server, ca=False)):
        pass
    assert refused.value.code == "imap_unreachable"


@pytest.mark.mailservers
def test_without_tls_from_the_first_byte_it_is_asked_for_before_the_password(server: dovecot.Dovecot) -> None:
    url = f"imap://cora%40connects.example@localhost:{server.plain}?ca={server.certificate}"
    with Session(account(url, password=dovecot.PASSWORD)) as session:
        assert session.account.tls == "starttls"
        assert session.folders()


def test_nobody_at_the_address_is_a_sentence() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"imap://cora@127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(Refused) as refused, Session(account(url, password="x")):
            pass
    assert refused.value.code == "imap_unreachable"


@pytest.mark.parametrize(
    ("url", "password", "tls", "port"),
    [
        ("imaps://cora%40a.example:p%3Ass@mail.a.example", "", "implicit", 993),
        ("imap://cora@mail.a.example", "x", "starttls", 143),
        ("imap://cora@127.0.0.1:1143", "x", "none", 1143),
        ("imap://cora@127.0.0.1:1143?ca=/c.pem", "x", "starttls", 1143),
    ],
)
def test_an_address_says_how_a_mailbox_is_reached(url: str, password: str, tls: str, port: int) -> None:
    found = account(url, password=password)
    assert (found.tls, found.port, found.password) == (tls, port, password or "p:ss")
    assert "p:ss" not in repr(found)


@pytest.mark.parametrize(
    "url",
    ["", "imaps://", "https://cora:x@mail.a.example", "imaps://mail.a.example", "imaps://cora@mail.a.example",
     "imaps://cora:x@mail.a.example:port", "imaps://cora:x@mail.a.example?verify=no", "imaps://[::1"],
)  # fmt: skip
def test_an_address_that_is_none_is_refused_without_its_password(url: str) -> None:
    with pytest.raises(Refused) as refused:
        account(url)
    assert refused.value.code == "bad_imap_url"
    assert ":x@" not in refused.value.sentence


def test_a_certificate_file_that_is_not_there_is_a_sentence(tmp_path: Path) -> None:
    one = account(f"imaps://cora@localhost?ca={tmp_path}/none.pem", password="x")
    with pytest.raises(Refused) as refused, Session(one):
        pass
    assert refused.value.code == "imap_unreachable"
