"""What a mail server hands on is kept before it is told so, once, and only for addresses that stand for something."""

import smtplib
import time
from datetime import timedelta
from unittest import mock

import pytest
from django.conf import settings

from tests.mail.incoming import shims
from tests.mail.incoming.conftest import Asked, opened
from tests.mail.incoming.lines import Line
from tests.support.cast import TOM
from twoyes.lib import addresses, clock, limits, sealing, store
from twoyes.lib.errors import Refused
from twoyes.mail import front as mail
from twoyes.mail import ours
from twoyes.mail.incoming import arriving, listening, processing, ways_in
from twoyes.mail.incoming.listening import Listener
from twoyes.mail.models import Inbound

pytestmark = pytest.mark.django_db(transaction=True)
REPLY = (
    b"From: Tom Target <tom@target.example>\r\nSubject: Re: a question\r\nMessage-ID: <one@target.example>\r\n\r\n"
    b"Yes, gladly.\r\n.\r\n..two dots\r\nTom\r\n"
)


def raw_of(row: Inbound) -> bytes:
    return sealing.get_bytes(row, "raw")


def test_a_reply_is_kept_byte_for_byte_below_who_sent_it_and_where_it_came(line: Line, asked: Asked) -> None:
    assert line.bring([asked.reply.upper()], REPLY, TOM) == ["250 2.0.0 Kept"]
    row = Inbound.objects.get()
    top = f"Return-Path: <{TOM}>\r\nDelivered-To: {asked.reply.upper()}\r\n".encode()
    assert raw_of(row) == top + REPLY + b"\r\n"
    assert (row.purpose, row.ref, row.letter, row.introduction) == (
        "reply",
        asked.letter,
        asked.letter,
        asked.introduction,
    )
    assert (row.way, row.state, row.attempts, row.connector) == (line.scheme, "waiting", 0, asked.cast.cora.id)
    assert row.sender_key == addresses.key(TOM)


def test_it_is_read_and_acted_on_once(lmtp: Line, asked: Asked) -> None:
    lmtp.bring([asked.reply], REPLY)
    with mock.patch("twoyes.mail.incoming.acting.act") as act:
        assert processing.process(clock.now(), understand=f"{shims.HERE}:plain") == 1
        assert processing.process(clock.now() + timedelta(days=1), understand=f"{shims.HERE}:plain") == 0
    row, understood, _now = act.call_args.args
    assert (row.pk, understood.kind) == (Inbound.objects.get().pk, "reply")
    assert understood.new_text.startswith("Yes, gladly.\n")
    assert act.call_count == 1
    assert Inbound.objects.get().state == "done"


def test_a_bounce_has_no_sender(line: Line, asked: Asked) -> None:
    assert line.bring([asked.returned], REPLY, "") == ["250 2.0.0 Kept"]
    row = Inbound.objects.get()
    assert raw_of(row).startswith(b"Return-Path: <>\r\n")
    assert (row.purpose, row.sender_key) == ("return", "")


def test_the_thread_and_the_connectors_own_addresses_are_known(lmtp: Line, asked: Asked) -> None:
    wanted = [ours.thread_address(asked.introduction), ours.guard_address("cora"), ours.request_address("cora")]
    assert lmtp.bring(wanted, REPLY) == ["250 2.0.0 Kept"] * 3
    found = dict(Inbound.objects.values_list("purpose", "connector"))
    assert found == dict.fromkeys(("thread", "guard", "request"), asked.cast.cora.id)


@pytest.mark.case("C22", "C15")
def test_whom_nobody_knows_is_refused_in_the_session(line: Line, asked: Asked) -> None:
    other = asked.letter[::-1]
    forged = asked.reply.replace(asked.reply.split("+")[1][-20:-14], "aaaaaa")
    unknown = [
        "nobody@twoyes.localhost",
        forged,
        ours.reply_address(other),
        ours.thread_address(other),
        ours.guard_address("nobody"),
        asked.reply.replace("twoyes.localhost", "elsewhere.example"),
        "intro@twoyes.localhost",
    ]
    for address in unknown:
        assert line.bring([address], REPLY) == [listening.UNKNOWN], address
        assert line.say("RSET").startswith("250")
    assert line.say("MAIL FROM:<>").startswith("250")
    assert line.say("RCPT TO:<>").startswith("5")
    assert not Inbound.objects.exists()


@pytest.mark.case("C22")
def test_whoever_guesses_addresses_is_sent_away(line: Line, asked: Asked) -> None:
    line.say("MAIL FROM:<x@x.example>")
    said = [line.say(f"RCPT TO:<reply+{number}@twoyes.localhost>")[:3] for number in range(limits.INBOUND_UNKNOWN + 1)]
    assert said == ["550"] * limits.INBOUND_UNKNOWN + ["421"]
    assert line.answer() == ""


@pytest.mark.case("C24")
def test_each_recipient_has_an_answer_of_its_own_by_lmtp(lmtp: Line, asked: Asked) -> None:
    real = arriving.arrive

    def fails(place: arriving.Place, sender: str, raw: bytes, **named: object) -> str | None:
        if place.purpose == "guard":
            raise OSError("the disk is full")
        return real(place, sender, raw, **named)  # type: ignore[arg-type]

    with mock.patch.object(arriving, "arrive", fails):
        three = [asked.reply, ours.guard_address("cora"), "nobody@twoyes.localhost", asked.returned]
        assert [one[:3] for one in lmtp.bring(three, REPLY)] == ["250", "451", "250"]
    assert set(Inbound.objects.values_list("purpose", flat=True)) == {"reply", "return"}
    # Its sender tries the one again, and so may one who tries all of them again.
    assert lmtp.bring(three, REPLY) == [listening.KEPT] * 3
    assert Inbound.objects.count() == 3


@pytest.mark.case("C24")
def test_all_recipients_have_one_answer_by_smtp(asked: Asked) -> None:
    real = arriving.arrive

    def fails(place: arriving.Place, sender: str, raw: bytes, **named: object) -> str | None:
        if place.purpose == "return":
            raise OSError("the disk is full")
        return real(place, sender, raw, **named)  # type: ignore[arg-type]

    with opened("smtp") as line:
        with mock.patch.object(arriving, "arrive", fails):
            assert line.bring([asked.reply, asked.returned], REPLY) == [listening.LATER]
        assert line.bring([asked.reply, asked.returned], REPLY) == [listening.KEPT]
    assert Inbound.objects.count() == 2


def test_where_the_store_does_not_answer_the_sender_is_told_to_try_again(lmtp: Line, asked: Asked) -> None:
    with mock.patch.object(arriving, "place_of", side_effect=OSError("no store")):
        assert lmtp.bring([asked.reply], REPLY) == [listening.LATER]
    with mock.patch.object(store, "durable", side_effect=Refused("not_durable", "no")):
        lmtp.say("RSET")
        assert lmtp.bring([asked.reply], REPLY) == [listening.LATER]
    assert not Inbound.objects.exists()


@pytest.mark.case("E12", "B22")
def test_the_same_message_again_is_taken_and_nothing_is_kept_twice(line: Line, asked: Asked) -> None:
    moved = b"Received: from another.example; Mon, 2 Mar 2026 10:00:00 +0000\r\n" + REPLY
    assert line.bring([asked.reply], REPLY) == line.bring([asked.reply], moved) == ["250 2.0.0 Kept"]
    assert Inbound.objects.count() == 1
    assert line.bring([asked.returned], REPLY) == ["250 2.0.0 Kept"]
    assert Inbound.objects.count() == 2


@pytest.mark.case("C27")
def test_a_guessed_message_id_does_not_make_the_true_answer_a_duplicate(line: Line, asked: Asked) -> None:
    line.bring([asked.reply], REPLY.replace(b"Yes, gladly.", b"Buy this."), "mallory@x.example")
    line.bring([asked.reply], REPLY)
    assert [b"gladly" in raw_of(row) for row in Inbound.objects.order_by("received_at", "pk")] == [False, True]


@pytest.mark.case("C26")
def test_of_a_long_message_only_the_first_megabyte_is_kept_and_it_shows(line: Line, asked: Asked) -> None:
    body = b"".join(b"%07d\r\n" % number for number in range(300_000))
    head = REPLY.partition(b"\r\n\r\n")[0] + b"\r\n\r\n"
    assert line.bring([asked.reply], head + body) == ["250 2.0.0 Kept"]
    raw = raw_of(Inbound.objects.get())
    assert len(raw) == limits.INBOUND_KEPT + 1
    assert (head + body).startswith(raw.partition(b"\r\nFrom:")[2][:1000], len(b"From:"))
    moved = b"Received: from another.example; Mon, 2 Mar 2026 10:00:00 +0000\r\n" + head + body
    line.bring([asked.reply], moved)
    assert Inbound.objects.count() == 1


LARGE = b"X: y\r\n\r\n" + b"x" * 998 + b"\r\n" + b"y" * 3_000_000


@pytest.mark.case("C26")
@pytest.mark.parametrize("vouching", ["", "mx.example"])
def test_over_the_limit_nothing_is_taken_and_the_connector_sees_that_it_came(
    line: Line, asked: Asked, monkeypatch: pytest.MonkeyPatch, vouching: str
) -> None:
    # Of what nobody reads no mail server can say who wrote it: the envelope says whose it is.
    monkeypatch.setattr(settings, "TWOYES_AUTHSERV", vouching)
    monkeypatch.setattr(limits, "INBOUND_MOST", 3_000_000)
    monkeypatch.setattr(clock, "now", lambda: asked.cast.now)
    said = line.bring([asked.reply, asked.returned], LARGE, TOM)
    assert {one[:9] for one in said} == {"552 5.3.4"}
    assert len(said) == (2 if line.scheme == "lmtp" else 1)
    # Brought again it is still one letter.
    line.bring([asked.reply], LARGE, TOM)
    for row in Inbound.objects.all():
        assert (row.state, row.letter, row.introduction, raw_of(row)) == ("done", asked.letter, asked.introduction, b"")
    assert sorted(row.purpose for row in Inbound.objects.all()) == ["reply", "return"]
    shown = mail.came_about(asked.introduction, asked.cast.now)
    assert {(one.did, one.sender, one.other, one.words) for one in shown} == {("too_large", TOM, False, "")}
    assert processing.process(asked.cast.now) == 0
    assert line.bring([asked.reply], REPLY) == ["250 2.0.0 Kept"]


@pytest.mark.case("C26")
def test_what_is_too_large_by_its_own_word_is_not_even_sent(line: Line, asked: Asked) -> None:
    """A server that was told a limit would tell its own sender, and nobody here would know that an answer came."""
    line.send(b"LHLO x.example\r\n" if line.scheme == "lmtp" else b"EHLO x.example\r\n")
    offered = []
    while (one := line.file.readline().decode())[3:4] == "-":
        offered.append(one[4:].rstrip())
    assert "SIZE" in offered
    assert line.say(f"MAIL FROM:<x@x.example> SIZE={limits.INBOUND_MOST + 1}").startswith("250")
    assert line.say(f"RCPT TO:<{asked.reply}>").startswith("552 5.3.4")
    assert line.say("RCPT TO:<nobody@twoyes.localhost>").startswith("550")
    assert line.say("DATA").startswith("503")
    row = Inbound.objects.get()
    assert (row.state, row.letter, row.sender_key) == ("done", asked.letter, addresses.key("x@x.example"))
    line.say("RSET")
    assert line.say(f"MAIL FROM:<x@x.example> SIZE={limits.INBOUND_MOST}").startswith("250")
    assert line.say(f"RCPT TO:<{asked.reply}>").startswith("250")


@pytest.mark.case("C26")
def test_a_size_that_is_no_number_says_nothing(line: Line, asked: Asked) -> None:
    # Python takes it for a digit and not for a number.
    said = line.say("MAIL FROM:<x@x.example> SIZE=\u00b2")
    assert said.startswith(("250", "501"))
    assert line.say(f"RCPT TO:<{asked.reply}>").startswith(("250", "503"))


@pytest.mark.case("C21", "C26")
def test_letters_that_are_too_large_count_among_those_of_a_day(
    lmtp: Line, asked: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "INBOUND_A_DAY", 2)
    said = []
    for more in range(3):
        lmtp.say(f"MAIL FROM:<x@x.example> SIZE={limits.INBOUND_MOST + 1 + more}")
        said.append(lmtp.say(f"RCPT TO:<{asked.reply}>")[:3])
        lmtp.say("RSET")
    assert said == ["552", "552", "452"]
    assert Inbound.objects.count() == 2


@pytest.mark.case("C26")
def test_a_message_that_breaks_off_is_nothing(line: Line, asked: Asked) -> None:
    line.say("MAIL FROM:<x@x.example>")
    line.say(f"RCPT TO:<{asked.reply}>")
    line.say("DATA")
    line.send(b"Subject: x\r\n\r\nhalf of it\r\n")
    line.close()
    again = line.again()
    assert again.say("NOOP").startswith("250")
    again.close()
    assert not Inbound.objects.exists()


@pytest.mark.case("D27")
@pytest.mark.parametrize(
    "end",
    [b"\n.\n", b"\n.\r\n", b"\r\n.\n", b"\r.\r", b"\r\n.\r", b"\r.\r\n", b"\r\n\0.\r\n", b"\n\n.\r\n", b"\r\n.\0\r\n"],
    ids=repr,
)
def test_nothing_but_a_dot_between_two_line_ends_ends_a_message(line: Line, asked: Asked, end: bytes) -> None:
    smuggled = f"MAIL FROM:<mallory@x.example>\r\nRCPT TO:<{asked.returned}>\r\nDATA\r\nSubject: x\r\n\r\nmine".encode()
    line.say("MAIL FROM:<x@x.example>")
    line.say(f"RCPT TO:<{asked.reply}>")
    line.say("DATA")
    line.send(b"Subject: outer\r\n\r\nhello" + end + smuggled + b"\r\n.\r\n")
    assert line.answer() == "250 2.0.0 Kept"
    assert line.say("NOOP").startswith("250")
    row = Inbound.objects.get()
    assert (row.purpose, b"RCPT TO" in raw_of(row)) == ("reply", True)


@pytest.mark.case("D27")
@pytest.mark.parametrize("cut", [b".", b".\r", b"x", b"x\r"], ids=repr)
def test_a_dot_at_the_end_of_a_line_that_is_read_in_pieces_ends_nothing(line: Line, asked: Asked, cut: bytes) -> None:
    line.say("MAIL FROM:<x@x.example>")
    line.say(f"RCPT TO:<{asked.reply}>")
    line.say("DATA")
    line.send(b"Subject: x\r\n\r\n" + b"x" * listening._LINE * 2 + cut)
    # Until here it is read, but for what might be the beginning of a line's end.
    time.sleep(0.2)
    line.send(b"\r\nNOOP\r\n.\r\n")
    assert line.answer() == "250 2.0.0 Kept"
    assert raw_of(Inbound.objects.get()).endswith(cut + b"\r\nNOOP\r\n")


@pytest.mark.case("D27")
def test_nothing_is_encrypted_or_logged_into_here(line: Line, asked: Asked) -> None:
    assert line.say("STARTTLS").startswith("454")
    assert line.say("AUTH PLAIN AGEAYg==")[:1] == "5"
    assert line.say("VRFY cora")[:3] in {"252", "502", "550"}


def test_who_hands_on_too_much_is_asked_to_wait(line: Line, asked: Asked, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "INBOUND_A_MINUTE", 2)
    said = [line.bring([asked.reply], REPLY + b"%d" % number)[0][:3] for number in range(3)]
    assert said == ["250", "250", "451"]
    monkeypatch.setattr(limits, "INBOUND_SESSIONS", 1)
    other = line.again()
    assert other.greeting.startswith("421")
    assert other.answer() == ""
    other.close()


def test_smtp_on_the_open_net_and_a_port_that_is_taken_are_refused(line: Line) -> None:
    for url, code in (
        ("smtp://192.0.2.1:2525", "inbox_open"),
        (f"{line.scheme}://127.0.0.1:{line.port}", "inbox_taken"),
    ):
        other = Listener(url)
        with pytest.raises(Refused) as refused:
            other.start()
        other.stop()
        assert refused.value.code == code


def test_the_standard_clients_are_understood(line: Line, asked: Asked) -> None:
    kind = smtplib.LMTP if line.scheme == "lmtp" else smtplib.SMTP
    with kind("127.0.0.1", line.port, timeout=20) as client:
        assert client.sendmail("", [asked.reply], REPLY, mail_options=["BODY=8BITMIME"]) == {}
        with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
            client.sendmail(TOM, ["nobody@twoyes.localhost"], REPLY)
    assert refused.value.recipients["nobody@twoyes.localhost"][0] == 550
    assert Inbound.objects.count() == 1


def test_of_two_workers_the_second_listens_once_the_first_is_gone(
    transactional_db: None, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(ways_in, "_AGAIN", -1.0)
    told: list[str] = []
    with opened("lmtp") as line:
        second = ways_in.WaysIn([line.url, "imaps://localhost/"], told.append)
        second.look()
        second.look()
        assert told == []
        # Each is said once, however often it is tried.
        assert len(caplog.records) == 2
    second.look()
    assert told == [line.url]
    second.look()
    second.stop()
    assert told == [line.url]
