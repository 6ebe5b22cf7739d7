"""What the connector writes leaves through their own mailbox: from them, under the same point of no return."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from pytest_django import Settings

from tests.mail.test_deliver_crashes import ENDS, crash_once
from tests.support.cast import APPROVAL, CORA, RITA, TOM, Cast, frozen
from tests.support.certificates import Certified, certified
from tests.support.relay import Relay
from tests.support.relay_scripts import HANG_UP, SILENCE, Script
from twoyes.introductions import front as introductions
from twoyes.introductions.models import Letter
from twoyes.introductions.protocol import State
from twoyes.lib import faults
from twoyes.lib.errors import Refused
from twoyes.mail import ours
from twoyes.mail.front import Manner, Pace, deliver, deliver_one, trouble
from twoyes.mail.outgoing import ways
from twoyes.mail.outgoing.memory import MemoryTransport
from twoyes.people import front as people
from twoyes.people.models import Connector

PASSWORD = "correct-horse-battery"


@pytest.fixture(scope="module")
def trusted(tmp_path_factory: pytest.TempPathFactory) -> Certified:
    return certified(tmp_path_factory.mktemp("trusted"))


@pytest.fixture
def server(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, trusted: Certified
) -> Iterator[Callable[..., Relay]]:
    """Start the server of Cora's mailbox, which follows a script."""
    settings.POST_ROOM = False
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted.ca))
    begun: list[Relay] = []

    def start(script: str | Script = "auth_ok") -> Relay:
        begun.append(Relay(tmp_path / f"log{len(begun)}", script, tls=trusted.context).__enter__())
        return begun[-1]

    yield start
    for one in begun:
        one.__exit__()


def choose(cast: Cast, relay: Relay) -> None:
    people.choose_way(cast.cora.id, "mailbox", server=f"127.0.0.1:{relay.port}", user=CORA, password=PASSWORD)


def message(relay: Relay, number: int = -1) -> EmailMessage:
    return message_from_bytes(relay.sessions[number].body, EmailMessage, policy=policy.default)


def addresses(found: EmailMessage, header: str) -> list[str]:
    return [one.addr_spec for one in found[header].addresses] if found[header] else []


def cast_time(cast: Cast) -> Callable[[], float]:
    """A worker's own clock, which goes as the test's does."""

    def read() -> float:
        return cast.now.timestamp()

    return read


def ask(introduction: str) -> Letter:
    return Letter.objects.get(introduction_id=introduction, kind="ask")


@pytest.mark.case("C29")
@pytest.mark.parametrize("inboxes", [(), ("lmtp://127.0.0.1:8024",)])
def test_an_ask_leaves_from_the_connector_and_answers_go_to_them(
    cast: Cast, server: Callable[..., Relay], settings: Settings, inboxes: tuple[str, ...]
) -> None:
    settings.INBOX_URLS = inboxes
    introduction, house, theirs = cast.asking(), MemoryTransport(), server()
    choose(cast, theirs)
    deliver(house, lambda: cast.now)
    left = message(theirs)
    assert addresses(left, "From") == addresses(left, "Reply-To") == [CORA]
    assert left["From"].addresses[0].display_name == cast.cora.name
    assert addresses(left, "To") == [TOM]
    assert left[ours.INSTANCE_HEADER] == ours.instance()
    assert [(one.sender, one.recipients) for one in theirs.taken] == [(CORA, [TOM])]
    assert ask(introduction).state == "sent"
    # What the house writes to whoever asked stays the house's.
    assert [(one.kind, one.recipient) for one in house.accepted] == [("on_its_way", RITA)]


def test_an_introduction_goes_to_each_from_the_connector_who_reads_along_under_the_alias(
    cast: Cast, server: Callable[..., Relay], settings: Settings
) -> None:
    settings.INBOX_URLS = ("lmtp://127.0.0.1:8024",)
    introduction, theirs = cast.agreed(), server()
    choose(cast, theirs)
    cast.now += timedelta(minutes=11)
    deliver(MemoryTransport(), lambda: cast.now)
    assert sorted(one.recipients[0] for one in theirs.taken) == [RITA, TOM]
    for number in range(2):
        left = message(theirs, number)
        assert addresses(left, "From") == [CORA]
        assert addresses(left, "To") == addresses(left, "Reply-To") == [RITA, TOM]
        (alias,) = addresses(left, "Cc")
        assert ours.recognise(alias) == ours.Ours("thread", introduction)
    assert cast.state(introduction) is State.INTRODUCED


def test_in_the_post_room_nothing_leaves_through_anybodys_mailbox(
    cast: Cast, server: Callable[..., Relay], settings: Settings
) -> None:
    settings.POST_ROOM = True
    cast.asking()
    house, theirs = MemoryTransport(), server()
    choose(cast, theirs)
    deliver(house, lambda: cast.now)
    assert theirs.sessions == []
    assert TOM in {one.recipient for one in house.accepted}


@pytest.mark.case("C9")
def test_a_mailbox_without_tls_is_not_used_even_on_this_machine(cast: Cast, server: Callable[..., Relay]) -> None:
    introduction, theirs = cast.asking(), server("no_starttls")
    choose(cast, theirs)
    deliver(MemoryTransport(), lambda: cast.now)
    assert theirs.taken == []
    heard = b" ".join(theirs.sessions[0].commands)
    assert b"AUTH" not in heard
    assert b"MAIL" not in heard
    assert ask(introduction).state == "queued"


@pytest.mark.case("C10")
def test_a_mailbox_that_lets_nobody_in_holds_its_owners_letters_alone_and_is_asked_again_after_ten_minutes(
    cast: Cast, server: Callable[..., Relay]
) -> None:
    introduction, house, theirs = cast.asking(), MemoryTransport(), server("auth_535")
    choose(cast, theirs)
    manner = Manner(Pace(cast_time(cast)), sleep=lambda _: None)
    start = cast.now
    while cast.now < start + timedelta(minutes=9):
        deliver(house, lambda: cast.now, manner=manner)
        cast.now += timedelta(seconds=30)
    assert len(theirs.sessions) == 1
    assert ask(introduction).state == "queued"
    assert [one.kind for one in house.accepted] == ["on_its_way"]
    assert trouble(cast.now) is None
    found = trouble(cast.now, cast.cora.id)
    assert found is not None
    assert "Your mailbox does not let us in: 535" in found.sentence
    cast.now = start + timedelta(minutes=20)
    deliver(house, lambda: cast.now, manner=manner)
    assert len(theirs.sessions) == 2


@pytest.mark.parametrize(("stage", "first"), [("ehlo", "queued"), ("dot", "unknown")])
@pytest.mark.case("C8", "C10")
def test_a_mailbox_that_says_nothing_costs_one_short_wait_and_then_holds_its_owners_letters_alone(
    cast: Cast, server: Callable[..., Relay], monkeypatch: pytest.MonkeyPatch, *, stage: str, first: str
) -> None:
    assert (ways.PATIENCE.connect, ways.PATIENCE.command, ways.PATIENCE.final) == (10, 20, 60)
    monkeypatch.setattr(ways, "PATIENCE", replace(ways.PATIENCE, connect=3, command=1, final=1))
    theirs, house = server(Script("silent", {stage: SILENCE}, offers=(b"AUTH PLAIN",))), MemoryTransport()
    choose(cast, theirs)
    made = [cast.waiting(email=f"rita{number}@r{number}.example") for number in range(3)]
    for number, one in enumerate(made):
        tom = people.add_card(cast.cora.id, name=f"Tom {number}", addresses=[f"tom{number}@d{number}.example"])
        introductions.approve(one, {**APPROVAL, "target": tom.id}, frozen=frozen(), actor=cast.desk, now=cast.now)
    manner = Manner(Pace(cast_time(cast)), sleep=lambda _: None)
    for _ in range(30):
        deliver(house, lambda: cast.now, manner=manner)
        cast.now += timedelta(seconds=2)
    assert len(theirs.sessions) == 1
    assert sorted(ask(one).state for one in made) == ["queued", "queued", first]
    assert [one.kind for one in house.accepted].count("on_its_way") == 3
    assert trouble(cast.now) is None
    assert trouble(cast.now, cast.cora.id) is not None


@pytest.mark.parametrize("point", faults.POINTS)
@pytest.mark.case("A1", "B1", "B5", "B6")
def test_an_ask_through_a_mailbox_exists_at_most_once_whatever_happens_there(
    cast: Cast, server: Callable[..., Relay], point: str
) -> None:
    introduction, theirs = cast.asking(), server()
    choose(cast, theirs)
    claimed = introductions.claim(cast.now, kinds=("ask",))
    assert claimed is not None
    with faults.intercept(crash_once(point)), pytest.raises(faults.Crash):
        deliver_one(claimed, MemoryTransport(), lambda: cast.now)
    for _ in range(3):
        cast.now += timedelta(hours=1)
        deliver(MemoryTransport(), lambda: cast.now)
    assert len(theirs.taken) <= 1
    expected = "sent" if ENDS[point] == "queued" else ENDS[point]
    assert ask(introduction).state == expected
    assert (expected == "sent") <= (len(theirs.taken) == 1)


def test_a_mailbox_that_breaks_off_after_the_dot_leaves_an_ask_in_doubt_for_good(
    cast: Cast, server: Callable[..., Relay]
) -> None:
    introduction, theirs = cast.asking(), server(Script("lost", {"dot": HANG_UP}, offers=(b"AUTH PLAIN",)))
    choose(cast, theirs)
    for _ in range(5):
        deliver(MemoryTransport(), lambda: cast.now)
        cast.now += timedelta(hours=1)
    assert ask(introduction).state == "unknown"
    assert len(theirs.taken) == 1


@pytest.mark.case("F13")
def test_five_equal_refusals_in_a_row_hold_the_letters_of_this_mailbox_and_cost_no_more_pairs(
    cast: Cast, server: Callable[..., Relay]
) -> None:
    refuses = {"rcpt": b"550 5.7.1 Your account may not send\r\n"}
    theirs, house = server(Script("refuses", refuses, offers=(b"AUTH PLAIN",))), MemoryTransport()
    choose(cast, theirs)
    made = [cast.waiting(email=f"rita{number}@r{number}.example") for number in range(7)]
    for number, one in enumerate(made):
        tom = people.add_card(cast.cora.id, name=f"Tom {number}", addresses=[f"tom{number}@d{number}.example"])
        fields = {**APPROVAL, "target": tom.id}
        introductions.approve(one, fields, frozen=frozen(), actor=cast.desk, now=cast.now)
    manner = Manner(Pace(cast_time(cast)), sleep=lambda _: None)
    for _ in range(60):
        deliver(house, lambda: cast.now, manner=manner)
        cast.now += timedelta(seconds=2)
    states = sorted(ask(one).state for one in made)
    assert states == ["failed"] * 4 + ["queued"] * 3
    assert trouble(cast.now) is None
    assert trouble(cast.now, cast.cora.id) is not None
    # The house's own letters went on meanwhile.
    assert [one.kind for one in house.accepted].count("on_its_way") == 7


def test_the_password_is_sealed_and_goes_to_no_other_server_than_it_was_given_for(cast: Cast) -> None:
    people.choose_way(cast.cora.id, "mailbox", server="smtp.example.org", user=CORA, password=PASSWORD)
    row = Connector.objects.get(pk=cast.cora.id)
    assert PASSWORD.encode() not in bytes(row.way_in)
    own = people.own_way(cast.cora.id)
    assert own is not None
    assert (own.kind, own.host, own.port, own.tls, own.password) == (
        "mailbox", "smtp.example.org", 465, "implicit", PASSWORD,
    )  # fmt: skip
    assert PASSWORD not in repr(own)
    again = people.choose_way(cast.cora.id, "mailbox", server="smtp.example.org:587", user=CORA, password="")
    assert (again.tls, again.password) == ("starttls", PASSWORD)
    with pytest.raises(Refused, match="app password"):
        people.choose_way(cast.cora.id, "draft", server="imap.elsewhere.example", user=CORA, password="")
    people.leave_way(cast.cora.id)
    assert people.own_way(cast.cora.id) is None
    assert bytes(Connector.objects.get(pk=cast.cora.id).way_in) == b""


@pytest.mark.parametrize(
    "written",
    [
        "",
        "smtp.example.org:0",
        "smtp.example.org:99999",
        "a b",
        "https://x.example",
        "-x",
        "smtp..example.org",
        "x" * 64,
    ],
)
def test_what_is_no_server_is_refused(cast: Cast, written: str) -> None:
    with pytest.raises(Refused, match="server"):
        people.choose_way(cast.cora.id, "mailbox", server=written, user=CORA, password=PASSWORD)
