"""What was approved is what arrives, octet for octet; what would not survive the way is never sent."""

import asyncio
import re
import threading
from collections.abc import Iterator
from dataclasses import replace

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session
from hypothesis import given
from hypothesis import strategies as st

from tests.support.envelopes import ASK, QUICK, Hook
from twoyes.mail.outgoing.smtp import Server, SmtpTransport, dot_stuffed
from twoyes.mail.outgoing.transport import LONGEST_LINE, NotFitToSend

HEAD = b"Message-ID: <ask-1@cora.example>\r\n\r\n"
octets = st.binary(max_size=60).map(lambda raw: re.sub(rb"[\x00\r\n]", b".", raw).translate(None))
seven_bit = octets.map(lambda raw: bytes(octet & 0x7F for octet in raw)).map(
    lambda raw: re.sub(rb"[\x00\r\n]", b".", raw)
)
lines = st.one_of(
    seven_bit,
    st.sampled_from([b".", b"..", b". ", b".\t", b"QUIT", b"\x0b.\x0c", b"\x1c.", b"=2E"]),
    st.integers(LONGEST_LINE - 2, LONGEST_LINE).map(lambda width: b".".ljust(width, b"x")),
    st.integers(LONGEST_LINE - 2, LONGEST_LINE).map(lambda width: b" ".ljust(width, b"y")),
)
bodies = st.lists(lines, max_size=12).map(lambda parts: HEAD + b"".join(part + b"\r\n" for part in parts))


class Mailbox:
    """Keeps the bytes that a compliant server made of what it was sent."""

    def __init__(self) -> None:
        self.contents: list[bytes] = []
        self.port = 0

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        content = envelope.content
        assert isinstance(content, bytes)
        self.contents.append(content)
        return "250 2.0.0 Taken"


@pytest.fixture(scope="module")
def friendly() -> Iterator[Mailbox]:
    """aiosmtpd on a free port, in a thread of its own."""
    mailbox = Mailbox()
    loop = asyncio.new_event_loop()

    async def listen() -> asyncio.Server:
        return await loop.create_server(lambda: SMTP(mailbox, hostname="relay.test", loop=loop), "127.0.0.1", 0)

    server = loop.run_until_complete(listen())
    mailbox.port = server.sockets[0].getsockname()[1]
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    yield mailbox
    loop.call_soon_threadsafe(server.close)
    loop.call_soon_threadsafe(loop.stop)
    thread.join(5)
    loop.run_until_complete(loop.shutdown_asyncgens())
    loop.close()


@pytest.mark.case("C12", "D27")
@given(message=bodies)
def test_every_fit_message_arrives_octet_for_octet(friendly: Mailbox, message: bytes) -> None:
    friendly.contents.clear()
    transport = SmtpTransport(Server("127.0.0.1", friendly.port, "none"), patience=QUICK, helo="cora.example")

    verdict = transport.send(replace(ASK, message=message), point_of_no_return=Hook())

    assert verdict.kind == "sent"
    assert friendly.contents == [message]


@pytest.mark.case("C12", "D27")
@given(message=bodies)
def test_no_message_can_end_itself_early(message: bytes) -> None:
    """Inside DATA there is no end but ours, for strict and for careless readers of line ends alike."""
    sent = b"\r\n" + dot_stuffed(message)

    for end in (b"\r\n.\r\n", b"\n.\n", b"\n.\r\n", b"\r.\r", b"\r\n.\r", b"\r\n.\n"):
        assert end not in sent


@pytest.mark.case("C12", "D27")
@pytest.mark.parametrize(
    ("message", "why"),
    [
        (b"", "ends with CRLF"),
        (HEAD + b"no end", "ends with CRLF"),
        (HEAD + b"a bare\nline feed\r\n", "no bare CR, bare LF or NUL"),
        (HEAD + b"a bare\rreturn\r\n", "no bare CR, bare LF or NUL"),
        (HEAD + b"smuggled\n.\r\nMAIL FROM:<otto@outsider.example>\r\n", "no bare CR, bare LF or NUL"),
        (HEAD + b"a nul \x00\r\n", "no bare CR, bare LF or NUL"),
        (HEAD + b"x" * 999 + b"\r\n", "at most 998"),
        (HEAD + "Tömas\r\n".encode(), "7-bit"),
    ],
)
def test_what_would_be_changed_on_its_way_is_no_envelope(message: bytes, why: str) -> None:
    with pytest.raises(NotFitToSend, match=why):
        replace(ASK, message=message)


@pytest.mark.case("C12", "D27")
@given(
    raw=st.binary(max_size=80),
    place=st.sampled_from(["sender", "recipient", "kind", "letter", "introduction"]),
)
def test_no_part_of_an_envelope_can_hold_a_command(raw: bytes, place: str) -> None:
    text = raw.decode("latin-1")
    try:
        envelope = replace(ASK, **{place: text})  # type: ignore[arg-type]
    except NotFitToSend:
        return
    kept = getattr(envelope, place)
    assert not set(kept) & set("\r\n\0<> ")


@pytest.mark.case("D27")
@pytest.mark.parametrize(
    "address",
    ["tom@target.example\r\nDATA", "tom@target.example> SIZE=1", "<tom@target.example>", "t\0m@t.example"],
)
def test_an_address_that_is_more_than_an_address_is_no_recipient(address: str) -> None:
    with pytest.raises(NotFitToSend):
        replace(ASK, recipient=address)


def test_an_empty_return_path_is_one_as_for_automatic_answers() -> None:
    assert replace(ASK, sender="").sender == ""
