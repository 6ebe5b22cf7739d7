"""With real servers the whole way: to a Postfix, into Tom's mailbox, and back what he writes in a real mail program."""

from __future__ import annotations

import email
import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from pytest_django import Settings

from tests.support import mailhouse
from tests.support.cast import APPROVAL, TOM, Cast
from tests.support.cutting import Cut
from tests.support.dovecot import PASSWORD, USER
from tests.support.judging import LATER
from tests.support.mailhouse import MailHouse
from twoyes.introductions import front as introductions
from twoyes.introductions.models import Letter
from twoyes.introductions.protocol import State
from twoyes.introductions.records import Frozen
from twoyes.lib import clock
from twoyes.mail.front import deliver
from twoyes.mail.incoming import mailbox
from twoyes.mail.incoming.listening import Listener
from twoyes.mail.incoming.processing import process
from twoyes.mail.models import Inbound
from twoyes.network import front as network

pytestmark = [pytest.mark.mailservers, pytest.mark.django_db(transaction=True), pytest.mark.slow(3)]
NO = "No, thank you."


@pytest.fixture(scope="module")
def standing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MailHouse]:
    with mailhouse.running(tmp_path_factory.mktemp("mailhouse")) as found:
        yield found


@pytest.fixture
def house(standing: MailHouse, settings: Settings) -> MailHouse:
    settings.TWOYES_MAIL_ADDRESS = "intro@twoyes.example"
    settings.INBOX_URLS = ("lmtp://127.0.0.1:0",)
    standing.tidy()
    return standing


@pytest.fixture
def listener(house: MailHouse) -> Iterator[Listener]:
    found = Listener("lmtp://127.0.0.1:0")
    house.home.other = int(found.start().rpartition(":")[2])
    yield found
    found.stop()


def handed_over(house: MailHouse, cast: Cast, introduction: str) -> str:
    """Let all that is due leave; return what became of the ask."""
    deliver(house.transport, lambda: cast.now)
    return str(Letter.objects.get(introduction=introduction, kind="ask").state)


def days_later(house: MailHouse, cast: Cast, introduction: str) -> str:
    """Let the worker look again and again, for three days."""
    state = ""
    for _ in range(6):
        cast.now += timedelta(hours=12)
        state = handed_over(house, cast, introduction)
    return state


def message_ids(raws: list[bytes]) -> list[str]:
    return [str(email.message_from_bytes(raw)["Message-ID"]) for raw in raws]


@pytest.mark.case("C12")
def test_a_letter_comes_out_of_a_postfix_and_a_dovecot_byte_for_byte(house: MailHouse, cast: Cast) -> None:
    text = ".\n..two dots\n" + "ø" * 1500 + "\nFrom here\n" + "x" * 3000 + "\n\n{page}\n"
    html = '<p>.</p>\n<a href="{page}">Read</a>\n'
    sha256 = hashlib.sha256(f"About dots\0{text}\0{html}".encode()).hexdigest()
    introduction, words = cast.waiting(), {**APPROVAL, "target": cast.tom.id}
    approved = Frozen("About dots", text, html, sha256)
    introductions.approve(introduction, words, frozen=approved, actor=cast.desk, now=cast.now)
    assert handed_over(house, cast, introduction) == "sent"
    (found,) = house.at_toms()
    (given,) = [one for one in house.first.messages if TOM.encode() in one.partition(b"\r\n\r\n")[0]]
    assert found == given.replace(b"\r\n", b"\n")
    (plain,) = [one for one in email.message_from_bytes(found).walk() if one.get_content_type() == "text/plain"]
    payload = plain.get_payload(decode=True)
    assert isinstance(payload, bytes)
    assert payload.decode().replace("\r\n", "\n").startswith(text.partition("{page}")[0])


@pytest.mark.case("C1", "C2")
@pytest.mark.parametrize("stage", ["RCPT", "END-OF-MESSAGE"])
def test_told_to_come_again_at_the_address_or_after_the_dot_it_comes_again_and_arrives_once(
    house: MailHouse, cast: Cast, stage: str
) -> None:
    introduction = cast.asking()
    house.judge.says[stage] = [LATER] * 4
    assert handed_over(house, cast, introduction) == "queued"
    assert house.at_toms() == []
    house.judge.says[stage].clear()
    cast.now += timedelta(minutes=7)
    assert handed_over(house, cast, introduction) == "sent"
    assert len(house.at_toms()) == 1


@pytest.mark.case("C4")
@pytest.mark.parametrize(("cut", "copies"), [("before_dot", 0), ("after_dot", 1)])
def test_cut_off_around_the_dot_nobody_knows_and_nobody_is_asked_again(
    house: MailHouse, cast: Cast, cut: Cut, copies: int
) -> None:
    introduction = cast.asking()
    house.first.cuts = [cut] * 2
    assert handed_over(house, cast, introduction) == "unknown"
    assert days_later(house, cast, introduction) == "unknown"
    assert len(house.at_toms()) == copies


@pytest.mark.case("C13")
def test_where_a_later_server_loses_an_answer_both_copies_are_one_message(house: MailHouse, cast: Cast) -> None:
    introduction = cast.asking()
    house.second.cuts = ["after_dot"]
    assert handed_over(house, cast, introduction) == "sent"
    first, second = house.at_toms()
    assert first == second
    assert message_ids([first]) == [Letter.objects.get(introduction=introduction, kind="ask").message_id]


@pytest.mark.case("A22")
def test_a_full_mailbox_is_a_report_to_us_and_the_ask_was_not_delivered(
    house: MailHouse, cast: Cast, listener: Listener
) -> None:
    introduction = cast.asking()
    house.tom.put("INBOX", b"Subject: much\r\n\r\n" + (b"x" * 74 + b"\r\n") * 14_200)
    assert handed_over(house, cast, introduction) == "sent"
    house.relay.settle()
    assert "552 5.2.2" in house.relay.log
    assert process(cast.now) == 1
    assert cast.state(introduction) is State.UNDELIVERABLE
    assert len(house.tom.held()) == 1


@pytest.mark.case("B22", "C20")
def test_a_no_from_a_mail_program_comes_back_by_lmtp_once_although_a_250_was_lost(
    house: MailHouse, cast: Cast, listener: Listener
) -> None:
    introduction = cast.asking()
    assert handed_over(house, cast, introduction) == "sent"
    house.home.cuts = ["after_dot"]
    house.answer(NO)
    assert len(house.home.messages) == 2
    row = Inbound.objects.get()
    assert (row.way, row.purpose) == ("lmtp", "reply")
    assert cast.state(introduction) is State.ASKING
    assert process(cast.now) == 1
    assert cast.state(introduction) is State.REFUSED


@pytest.mark.case("C20")
def test_a_no_from_a_mail_program_comes_back_to_one_mailbox_by_imap(
    house: MailHouse, cast: Cast, settings: Settings
) -> None:
    settings.TWOYES_MAIL_ADDRESS = "cora+{token}@connects.example"
    introduction = cast.asking()
    assert handed_over(house, cast, introduction) == "sent"
    house.answer(NO)
    url = f"imaps://{USER.replace('@', '%40')}:{PASSWORD}@localhost:{house.own.tls}/?ca={house.own.certificate}"
    account = network.mailbox(url)
    client = network.open_mailbox(account)
    try:
        with clock.frozen(datetime.now(UTC)):
            assert mailbox.look(client, account) == 1
    finally:
        client.logout()
    assert Inbound.objects.get().way == "imap"
    assert process(cast.now) == 1
    assert cast.state(introduction) is State.REFUSED


@pytest.mark.case("C35")
def test_an_answer_to_all_from_a_mail_program_connects_the_two(
    house: MailHouse, cast: Cast, listener: Listener
) -> None:
    introduction = cast.agreed()
    cast.now += timedelta(minutes=11)
    deliver(house.transport, lambda: cast.now)
    assert cast.state(introduction) is State.INTRODUCED
    house.answer("Rita, good to meet you. Does Thursday at ten suit?", to_all=True)
    assert Inbound.objects.get().purpose == "thread"
    assert process(cast.now) == 1
    assert cast.state(introduction) is State.CONNECTED
