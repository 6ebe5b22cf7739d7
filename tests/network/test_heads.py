"""The head of a message as real programs wrote it: who, to whom, when, and whether a person did."""

from __future__ import annotations

import io
import time
from collections.abc import Iterator
from email.message import Message
from email.parser import BytesHeaderParser
from email.policy import compat32
from email.utils import getaddresses, mktime_tz, parsedate_tz

import pytest

from tests.support.parts import CORPUS
from twoyes.network.reading.archives import LISTSERV, MBOX, pieces
from twoyes.network.reading.headers import Head, read
from twoyes.network.reading.mailboxes import Mailbox, mailboxes
from twoyes.network.reading.moments import moment

TOM, KIM = Mailbox("Tom Winter", "tom@blades.example"), Mailbox("", "kim@blades.example")


@pytest.mark.parametrize(
    ("field", "people"),
    [
        (b"Tom Winter <tom@blades.example>", [TOM]),
        (b'"Tom Winter" <TOM@Blades.Example>', [TOM]),
        (b"tom@blades.example (Tom Winter)", [TOM]),
        (b"tom at blades.example (Tom Winter)", [TOM]),
        (b"<kim@blades.example>", [KIM]),
        (b"kim@blades.example <kim@blades.example>", [KIM]),
        (b"'kim@blades.example' <kim@blades.example>", [KIM]),
        (b"kim@blades.example,\n\tTom Winter\n <tom@blades.example>", [KIM, TOM]),
        (b"kim@blades.example; Tom Winter <tom@blades.example>;", [KIM, TOM]),
        (b"friends: kim@blades.example, Tom Winter <tom@blades.example>;", [KIM, TOM]),
        (b"undisclosed-recipients:;", []),
        (b"", []),
        (b" , ,", []),
        (b'"Winter, Tom (Blades)" <tom@blades.example>', [Mailbox("Winter, Tom (Blades)", TOM.address)]),
        (b'"Tom \\"the blade\\" Winter" <tom@blades.example>', [Mailbox('Tom "the blade" Winter', TOM.address)]),
        (b"=?utf-8?q?J=C3=B6rg?= <kim@blades.example>", [Mailbox("J\u00f6rg", KIM.address)]),
        (b"=?utf-8?b?broken <kim@blades.example>", [Mailbox("=?utf-8?b?broken", KIM.address)]),
        (b"=?no-such?q?J=F6rg?= <kim@blades.example>", [Mailbox("J\u00f6rg", KIM.address)]),
        (b"J\xf6rg <kim@blades.example>", [Mailbox("J\u00f6rg", KIM.address)]),
        (b"J\xc3\xb6rg <kim@blades.example>", [Mailbox("J\u00f6rg", KIM.address)]),
        (b"kim@blades.example.", [KIM]),
        (b"kim@blades.example....", [KIM]),
        (b"nicholas.o'day@blades.example", [Mailbox("", "nicholas.o'day@blades.example")]),
        (b"a..martin@blades.example", [Mailbox("", "a..martin@blades.example")]),
        (b"<@relay.example:kim@blades.example>", [KIM]),
        (b"Kim Ode </O=BLADES/OU=NA/CN=RECIPIENTS/CN=KODE>", [Mailbox("Kim Ode", "")]),
        (b"Kim Ode/HOU/EES@EES", [Mailbox("", "")]),
        (b"IMCEANOTES-+22Kim+20Ode+22+20+3Ckim+40blades+2Eexample+3E+40EES@blades.example", [KIM]),
        (b"one@two@three", [Mailbox("", "")]),
        (b'Tom "Winter <tom@blades.example>', [TOM]),
        (b"Tom (a (nested) comment) <tom@blades.example>", [Mailbox("Tom", TOM.address)]),
    ],
)
def test_people_are_read_as_mail_writes_them(field: bytes, people: list[Mailbox]) -> None:
    assert list(mailboxes(field)) == people


@pytest.mark.parametrize(
    ("field", "at"),
    [
        (b"Thu, 28 Feb 2013 18:58:18 +0000", 1362077898),
        (b" Thu, 28 Feb 2013 19:58:18 +0100 (CET)", 1362077898),
        (b"28 Feb 2013 18:58:18 GMT", 1362077898),
        (b"Thu, 28 Feb 13 13:58:18 EST", 1362077898),
        (b"Thu Feb 28 18:58:18 2013", 1362077898),
        (b"Thu, 28 February 2013 18:58 -0000", 1362077880),
        (b"Fri, 01 Mar 2013 03:28:18 +0830", 1362077898),
        (b"Thu, 22 Aug 0102 12:07:35 +0800", None),
        (b"Wed, 31 Dec 1969 23:59:59 +0000", None),
        (b"Thu, 30 Feb 2013 18:58:18 +0000", None),
        (b"Thu, 28 Feb 2013 27:58:18 +0000", None),
        (b"yesterday", None),
        (b"", None),
    ],
)
def test_dates_are_read_as_programs_write_them(field: bytes, at: int | None) -> None:
    assert moment(field) == at


def test_what_the_head_says_is_read_whatever_the_size_of_its_letters_and_however_it_is_folded() -> None:
    head = read(
        b"FROM: Tom Winter\r\n <tom@blades.example>\r\nto: kim@blades.example\r\nTo: rita@asks.example\r\n"
        b"Date: Thu, 28 Feb 2013\r\n\t18:58:18 +0000\r\nMessage-Id: <3@blades.example>\r\n"
        b"In-Reply-To: <2@asks.example>\r\nReferences: <1@asks.example>\r\n <2@asks.example>\r\nX-From: not@me.example"
    )
    assert head == Head(
        TOM, [KIM, Mailbox("", "rita@asks.example")], [], 1362077898, "date",
        b"3@blades.example", b"2@asks.example", b"1@asks.example", "",
    )._replace(to=head.to, cc=head.cc)  # fmt: skip
    assert list(head.to) == [KIM, Mailbox("", "rita@asks.example")]
    assert not head.cc


def test_without_a_date_the_last_hand_that_it_went_through_tells_when() -> None:
    head = read(
        b"Received: by b.example; Thu, 28 Feb 2013 18:58:18 +0000"
        b"\nReceived: by a.example; Wed, 27 Feb 2013 18:58:18 +0000"
        b"\nDate: Thu, 22 Aug 0102 12:07:35 +0800\nFrom: tom@blades.example"
    )
    assert (head.at, head.dated) == (1362077898, "received")
    assert read(b"From: tom@blades.example")[3:5] == (None, "")


@pytest.mark.parametrize(
    ("more", "why"),
    [
        (b"", ""),
        (b"Auto-Submitted: no", ""),
        (b"Auto-Submitted: auto-replied (vacation)", "automatic"),
        (b"X-Autoreply: yes", "automatic"),
        (b"Content-Type: multipart/report; report-type=delivery-status", "automatic"),
        (b"Return-Path: <>", "automatic"),
        (b"Precedence: bulk", "bulk"),
        (b"List-Unsubscribe: <mailto:off@news.example>", "bulk"),
        (b"List-Id: <blades.lists.example>", "list"),
        (b"Precedence: list", "list"),
        (b"Precedence: bulk\nSender: owner-blades@lists.example", "list"),
        (b"Precedence: bulk\nSender: blades-bounces@lists.example", "list"),
    ],
)
def test_what_no_person_wrote_to_another_is_told_with_its_reason(more: bytes, why: str) -> None:
    assert read(b"From: tom@blades.example\nTo: kim@blades.example\n" + more).why == why


@pytest.mark.parametrize(
    "address",
    ["noreply@a.example", "no-reply@a.example", "MAILER-DAEMON@a.example", "svn@a.example", "x-bounces@a.example"],
)
def test_robots_are_known_by_their_names(address: str) -> None:
    assert read(b"From: " + address.encode()).why == "automatic"
    assert read(b"From: svante.daemond@a.example").why == ""


def test_behind_a_list_that_writes_its_own_address_the_true_sender_is_found() -> None:
    munged = b'From: "Tom Winter via Blades" <blades@lists.example>\nList-Id: <blades.lists.example>\n'
    assert read(munged + b"Reply-To: Tom Winter <tom@blades.example>").sender == TOM
    assert read(munged + b"X-Original-From: tom@blades.example").sender == TOM
    assert read(munged + b"List-Post: <mailto:blades@lists.example>\nReply-To: blades@lists.example").sender == Mailbox(
        "Tom Winter", ""
    )
    assert read(munged).sender == Mailbox("Tom Winter", "")
    # Somebody may be called so without any list.
    assert read(b"From: Tom via Blades <tom@blades.example>").sender == Mailbox("Tom via Blades", "tom@blades.example")


@pytest.mark.case("D11", "D12", "D13", "D19")
@pytest.mark.parametrize(
    "head",
    [
        b"Subject: " + b"=?utf-8?q?" + b"a" * 200_000 + b"?=",
        b"From: " + b"(" * 50_000,
        b"From: " + b'"' * 50_001,
        b"From: " + b"<" * 50_000,
        b"To: " + b"(a" * 30_000 + b")" * 30_000,
        b"To: " + b"=?utf-8?q?a?= " * 5_000 + b"<a@b.example>",
        b"To: " + b"a@b.example, " * 20_000,
        b"References: " + b"<a@b> " * 200_000,
        b"Received: " + b"x;" * 500_000,
        b"From: a\n " * 20_000,
        b"X: y\n" * 300_000,
    ],
)
def test_heads_that_are_made_to_hurt_take_no_longer_than_others(head: bytes) -> None:
    began = time.process_time()
    read(head)
    assert time.process_time() - began < 0.5


# ---------------------------------------------------------------- beside the standard library


def heads(name: str) -> Iterator[bytes]:
    for path in sorted((CORPUS / "mail" / name).rglob("*")):
        if path.suffix in {".eml", ""} and path.is_file() and "LOG" not in path.name:
            data = path.read_bytes().replace(b"\r\n", b"\n").replace(b"\r", b"\n")
            yield data.partition(b"\n\n")[0]
        elif path.is_file() and path.suffix not in {".html", ".parquet", ".py"}:
            dialect = LISTSERV if "LOG" in path.name else MBOX
            yield from (piece.head for piece in pieces(io.BytesIO(path.read_bytes()).read, dialect))


def of_stdlib(message: Message, field: str) -> list[str]:
    found = getaddresses([str(value) for value in message.get_all(field, [])], strict=False)
    return [address.lower() for _name, address in found if _is_plain(address)]


def _is_plain(address: str) -> bool:
    """Whether both call this an address: one @, a dot in its domain, and no quotes, which ours leaves out."""
    local, _at, domain = address.rpartition("@")
    return bool(local) and "." in domain and not set('"@ ') & set(local) and local.isprintable()


def date_of_stdlib(message: Message) -> int | None:
    try:
        parts = parsedate_tz(str(message.get("date", "")))
        return int(mktime_tz(parts)) if parts else None
    except (ValueError, OverflowError):
        return None


# Where ours knows better: a year with a zero in front (then the last hand tells), and British summer time.
BETTER = {"spamassassin": 9, "linux-mips": 2}


@pytest.mark.corpus
@pytest.mark.parametrize(
    "name",
    ["linux-mips", "spamassassin", "pipermail", "listserv-3gpp-mtce", "bounces-sisimai", "parser-flanker", "py4e"],
)
def test_the_same_people_and_days_are_read_as_by_the_standard_library(name: str) -> None:
    parser = BytesHeaderParser(policy=compat32)
    other_days = count = 0
    for head in heads(name):
        count += 1
        message, ours = parser.parsebytes(head + b"\n\n"), read(head)
        for field, people in (("to", ours.to), ("cc", ours.cc)):
            assert [one.address for one in people if _is_plain(one.address)] == of_stdlib(message, field), head
        sender = of_stdlib(message, "from")
        if sender and ours.sender is not None and " via " not in str(message["from"]):
            assert ours.sender.address == sender[0], head
        other_days += ours.dated != "date" and date_of_stdlib(message) is not None
        other_days += ours.dated == "date" and ours.at != date_of_stdlib(message)
    assert count > 5
    assert other_days == BETTER.get(name, 0)
