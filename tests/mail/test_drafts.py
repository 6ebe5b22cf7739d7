"""What the connector writes becomes a draft in their own mailbox, on a real server; that it went is noticed."""

from __future__ import annotations

import imaplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from pytest_django import Settings

from tests.mail.test_deliver_crashes import crash_once
from tests.support import dovecot
from tests.support.cast import CORA, RITA, TOM, Cast
from twoyes.introductions import front as introductions
from twoyes.introductions.front import Claimed, Draft
from twoyes.introductions.models import AskedPair, Introduction, Letter
from twoyes.introductions.protocol import State, record
from twoyes.lib import faults
from twoyes.mail import ours
from twoyes.mail.front import Manner, Pace, deliver, deliver_one, trouble
from twoyes.mail.outgoing import drafts as looks
from twoyes.mail.outgoing.drafts import Looking
from twoyes.mail.outgoing.memory import MemoryTransport
from twoyes.people import front as people

pytestmark = pytest.mark.mailservers


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dovecot.Dovecot]:
    with dovecot.running(tmp_path_factory.mktemp("dovecot")) as running:
        yield running


@dataclass
class Cora:
    """Cora before her own mail program."""

    server: dovecot.Dovecot
    cast: Cast

    @contextmanager
    def logged_in(self) -> Iterator[imaplib.IMAP4_SSL]:
        trusted = ssl.create_default_context(cafile=str(self.server.certificate))
        with imaplib.IMAP4_SSL("localhost", self.server.tls, ssl_context=trusted, timeout=20) as program:
            program.login(dovecot.USER, dovecot.PASSWORD)
            yield program

    def read(self, folder: str) -> list[EmailMessage]:
        with self.logged_in() as program:
            if program.select(folder, readonly=True)[0] != "OK":
                return []
            numbers = program.search(None, "UNDELETED")[1][0].split()
            found = [program.fetch(number.decode(), "(RFC822)")[1][0] for number in numbers]
        return [message_from_bytes(bytes(one[1]), EmailMessage, policy=policy.default) for one in found if one]

    def send(self, *, anew: bool = True) -> None:
        """Send the last draft, as mail programs do: another Message-ID, a copy among what was sent, the draft gone."""
        draft = self.read("Drafts")[-1]
        if anew:
            draft.replace_header("Message-ID", "<sent-by-hand@connects.example>")
            del draft[ours.INSTANCE_HEADER]
        with self.logged_in() as program:
            program.create("Sent")
            program.append("Sent", "(\\Seen)", "", draft.as_bytes(policy=policy.SMTP))
        self.delete()

    def delete(self) -> None:
        """Throw the last draft away."""
        with self.logged_in() as program:
            program.select("Drafts")
            program.store(program.search(None, "ALL")[1][0].split()[-1].decode(), "+FLAGS", "\\Deleted")
            program.expunge()

    def round(self, looking: Looking | None = None) -> MemoryTransport:
        """Let the worker hand over what is due, and look after the drafts."""
        house = MemoryTransport()
        deliver(house, lambda: self.cast.now)
        (looking or Looking()).round(self.cast.now)
        return house


@pytest.fixture
def cora(cast: Cast, server: dovecot.Dovecot, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Cora]:
    settings.POST_ROOM = False
    monkeypatch.setenv("SSL_CERT_FILE", str(server.certificate))
    people.choose_way(
        cast.cora.id, "draft", server=f"localhost:{server.plain}", user=dovecot.USER, password=dovecot.PASSWORD
    )
    yield Cora(server, cast)
    server.empty()


def letter(introduction: str, kind: str = "ask") -> Letter:
    return Letter.objects.get(introduction_id=introduction, kind=kind)


def shown(cast: Cast, introduction: str) -> set[tuple[str, str]]:
    page = introductions.desk_page(cast.cora.id, introduction, now=cast.now)
    assert page is not None
    return {(line.kind, line.state) for line in page.letters}


def answer_until(introduction: str) -> object:
    return record.from_json(Introduction.objects.get(pk=introduction).snapshot).answer_until


def crash(cora: Cora, kind: str, point: str) -> None:
    """Let a worker die at a point, on its way with the letter of this kind."""
    claimed = introductions.claim(cora.cast.now, kinds=(kind,))
    assert claimed is not None
    with faults.intercept(crash_once(point)), pytest.raises(faults.Crash):
        deliver_one(claimed, MemoryTransport(), lambda: cora.cast.now)


def addresses(message: EmailMessage, header: str) -> list[str]:
    return [one.addr_spec for one in message[header].addresses] if message[header] else []


def test_an_ask_becomes_one_draft_in_the_connectors_own_name_and_takes_the_pairs_one_ask(cora: Cora) -> None:
    introduction = cora.cast.asking()
    for _ in range(3):
        cora.round()
        cora.cast.now += timedelta(minutes=5)
    (draft,) = cora.read("Drafts")
    assert (addresses(draft, "From"), addresses(draft, "To")) == ([CORA], [TOM])
    body = draft.get_body(("plain",))
    assert body is not None
    assert f"/t/{cora.cast.key(introduction, 'ask')}" in body.get_content()
    # A person sends it, with the draft before them.
    assert draft["Auto-Submitted"] is None
    assert draft["Reply-To"] is None
    assert ("ask", "drafted") in shown(cora.cast, introduction)
    assert AskedPair.objects.filter(introduction=introduction).exists()
    assert cora.cast.state(introduction) is State.ASKING
    assert not Letter.objects.filter(introduction_id=introduction, kind="trouble").exists()


@pytest.mark.parametrize("anew", [False, True])
def test_an_ask_that_went_is_noticed_whatever_the_program_made_of_it_and_its_days_count_from_then(
    cora: Cora, *, anew: bool
) -> None:
    introduction = cora.cast.asking()
    cora.round()
    cora.cast.now += timedelta(days=3)
    cora.send(anew=anew)
    cora.round()
    assert letter(introduction).state == "sent"
    assert answer_until(introduction) == cora.cast.now + timedelta(days=10)
    cora.cast.pass_time(timedelta(days=9))
    assert cora.cast.state(introduction) is State.ASKING
    cora.cast.answer(introduction, "yes")
    assert cora.cast.state(introduction) is State.AGREED


def test_an_ask_that_never_goes_ends_as_silence_and_is_taken_out_of_the_drafts(cora: Cora) -> None:
    cora.server.put(
        "Drafts", b"Subject: Something else of mine\r\nMessage-ID: <mine@connects.example>\r\n\r\nHello\r\n"
    )
    introduction = cora.cast.asking()
    cora.round()
    assert len(cora.read("Drafts")) == 2
    cora.cast.pass_time(timedelta(days=10, minutes=1))
    assert cora.cast.state(introduction) is State.REFUSED
    cora.round()
    assert [str(one["Subject"]) for one in cora.read("Drafts")] == ["Something else of mine"]
    assert ("ask", "taken_back") in shown(cora.cast, introduction)


@pytest.mark.parametrize("point", faults.POINTS)
@pytest.mark.case("A1", "B1", "B5", "B6", "A23")
def test_whatever_dies_at_a_point_there_is_one_draft_in_the_end_or_a_doubt_and_never_two(
    cora: Cora, point: str
) -> None:
    introduction = cora.cast.asking()
    claimed = introductions.claim(cora.cast.now, kinds=("ask",))
    assert claimed is not None
    with faults.intercept(crash_once(point)), pytest.raises(faults.Crash):
        deliver_one(claimed, MemoryTransport(), lambda: cora.cast.now)
    assert len(cora.read("Drafts")) == (point in {"after_dot", "after_250", "after_t3"})
    for _ in range(4):
        cora.cast.now += timedelta(minutes=20)
        cora.round()
        assert len(cora.read("Drafts")) <= 1
    # What died before the APPEND cannot be told from what was made and carried away: the one ask is spent.
    doubtful = point == "after_ponr"
    assert len(cora.read("Drafts")) == (0 if doubtful else 1)
    assert ("ask", "unknown" if doubtful else "drafted") in shown(cora.cast, introduction)


@pytest.mark.parametrize("how", ["sent into a folder that nobody searches", "deleted"])
@pytest.mark.case("A1", "A23")
def test_an_ask_that_was_made_in_doubt_and_carried_away_is_not_made_again(cora: Cora, how: str) -> None:
    introduction = cora.cast.asking()
    crash(cora, "ask", "after_dot")
    if how.startswith("sent"):
        draft = cora.read("Drafts")[-1]
        cora.server.put("Verzonden", draft.as_bytes(policy=policy.SMTP))
    cora.delete()
    for _ in range(4):
        cora.cast.now += timedelta(minutes=20)
        cora.round()
    assert cora.read("Drafts") == []
    assert letter(introduction).state == "unknown"
    assert AskedPair.objects.filter(introduction=introduction).exists()
    assert Letter.objects.filter(introduction_id=introduction, kind="trouble").exists()


@pytest.mark.case("A12", "A23")
def test_an_introduction_of_which_there_is_no_draft_is_made_again(cora: Cora) -> None:
    introduction = cora.cast.agreed()
    cora.cast.now += timedelta(minutes=11)
    introductions.fire(introduction, cora.cast.now)
    for _ in range(2):
        crash(cora, "introduction", "after_ponr")
    for _ in range(4):
        cora.cast.now += timedelta(minutes=20)
        cora.round()
    assert len(cora.read("Drafts")) == 1
    assert cora.cast.state(introduction) is State.AGREED


@pytest.mark.case("A12", "A23")
@pytest.mark.parametrize("point", ["after_ponr", "after_250"])
def test_an_introduction_in_doubt_is_not_laid_into_another_mailbox_that_its_owner_named_since(
    cora: Cora, point: str
) -> None:
    introduction = cora.cast.agreed()
    cora.cast.now += timedelta(minutes=11)
    introductions.fire(introduction, cora.cast.now)
    crash(cora, "introduction", point)
    made = cora.read("Drafts")
    assert len(made) == (point == "after_250")
    # The same server, and another login to it: to us another mailbox, in which there is nothing.
    cora.server.empty()
    people.choose_way(
        cora.cast.cora.id, "draft", server=f"127.0.0.1:{cora.server.plain}", user=dovecot.USER,
        password=dovecot.PASSWORD,
    )  # fmt: skip
    for _ in range(4):
        cora.cast.now += timedelta(minutes=20)
        cora.round()
    assert cora.read("Drafts") == []
    states = Letter.objects.filter(introduction_id=introduction, kind="introduction").values_list("state", flat=True)
    assert set(states) == {"unknown"}
    assert cora.cast.state(introduction) is State.AGREED


@pytest.mark.case("A23")
def test_a_draft_that_went_while_its_making_was_in_doubt_is_not_made_again(cora: Cora) -> None:
    introduction = cora.cast.asking()
    claimed = introductions.claim(cora.cast.now, kinds=("ask",))
    assert claimed is not None
    with faults.intercept(crash_once("after_dot")), suppress(faults.Crash):
        deliver_one(claimed, MemoryTransport(), lambda: cora.cast.now)
    cora.send()
    for _ in range(3):
        cora.cast.now += timedelta(minutes=20)
        cora.round()
    assert cora.read("Drafts") == []
    assert letter(introduction).state == "sent"


@pytest.mark.case("A23")
def test_a_mailbox_that_nobody_can_look_into_for_a_day_leaves_the_ask_unknown_and_the_connector_told(
    cora: Cora,
) -> None:
    introduction = cora.cast.asking()
    claimed = introductions.claim(cora.cast.now, kinds=("ask",))
    assert claimed is not None
    with faults.intercept(crash_once("after_ponr")), suppress(faults.Crash):
        deliver_one(claimed, MemoryTransport(), lambda: cora.cast.now)
    people.choose_way(cora.cast.cora.id, "draft", server="localhost:1", user=dovecot.USER, password="x")
    cora.cast.now += timedelta(hours=20)
    cora.round()
    assert letter(introduction).state == "xmit"
    cora.cast.now += timedelta(hours=5)
    cora.round()
    assert letter(introduction).state == "unknown"
    assert Letter.objects.filter(introduction_id=introduction, kind="trouble").exists()


@pytest.mark.parametrize("inboxes", [(), ("lmtp://127.0.0.1:8024",)])
@pytest.mark.case("A1", "A12")
def test_an_introduction_is_one_draft_to_both_and_only_its_going_introduces_them(
    cora: Cora, settings: Settings, inboxes: tuple[str, ...]
) -> None:
    settings.INBOX_URLS = inboxes
    introduction = cora.cast.agreed()
    cora.cast.now += timedelta(minutes=11)
    for _ in range(2):
        cora.round()
        cora.cast.now += timedelta(minutes=5)
    (draft,) = cora.read("Drafts")
    assert addresses(draft, "To") == [RITA, TOM]
    assert [ours.recognise(one) for one in addresses(draft, "Cc")] == (
        [ours.Ours("thread", introduction)] if inboxes else []
    )
    # What leads to the page of one of the two is not for the other.
    assert b"/t/" not in draft.as_bytes()
    assert b"/r/" not in draft.as_bytes()
    assert cora.cast.state(introduction) is State.AGREED
    cora.send()
    cora.cast.now += timedelta(hours=1)
    cora.round()
    assert cora.cast.state(introduction) is State.INTRODUCED
    letters = Letter.objects.filter(introduction_id=introduction, kind="introduction")
    assert [one.state for one in letters] == ["sent", "sent"]


@pytest.mark.parametrize("other", ["people", "time"])
def test_a_letter_to_people_of_like_addresses_or_of_before_is_not_taken_for_the_introduction(
    cora: Cora, other: str
) -> None:
    introduction = cora.cast.agreed()
    cora.cast.now += timedelta(minutes=11)
    cora.round()
    cora.delete()
    to = f"anna.{RITA}, anna.{TOM}" if other == "people" else f"{RITA}, {TOM}"
    at = cora.cast.now + timedelta(minutes=5 if other == "people" else -300)
    cora.server.put("Sent", f"Subject: Lunch\r\nTo: {to}\r\n\r\nHello\r\n".encode(), at=at)
    cora.cast.now += timedelta(hours=1)
    cora.round()
    assert cora.cast.state(introduction) is State.AGREED


@pytest.mark.parametrize("how", ["left lying", "deleted"])
def test_an_introduction_that_never_goes_lapses_after_a_week_with_a_reminder_before(cora: Cora, how: str) -> None:
    introduction = cora.cast.asked()
    cora.cast.answer(introduction, "yes")
    cora.cast.now += timedelta(minutes=11)
    cora.round()
    if how == "deleted":
        cora.delete()
    fired = cora.cast.pass_time(timedelta(days=7))
    assert [one.rpartition(":")[2] for one in fired if one.startswith(introduction)] == ["remind", "lapse"]
    assert cora.cast.state(introduction) is State.LAPSED
    cora.round()
    assert cora.read("Drafts") == []


@pytest.mark.case("A1", "A3")
def test_a_yes_that_is_taken_back_takes_the_draft_back_and_a_new_yes_makes_a_new_one(cora: Cora) -> None:
    introduction = cora.cast.agreed()
    cora.cast.now += timedelta(minutes=11)
    cora.round()
    first = cora.read("Drafts")[0]["Message-ID"]
    link, token = cora.cast.page(introduction)
    introductions.undo(link, token, now=cora.cast.now)
    cora.round()
    assert cora.read("Drafts") == []
    cora.cast.answer(introduction, "yes")
    cora.cast.now += timedelta(minutes=11)
    cora.round()
    (draft,) = cora.read("Drafts")
    assert draft["Message-ID"] != first


@pytest.mark.parametrize("kind", ["ask", "introduction"])
def test_what_was_approved_to_be_sent_is_sent_though_drafts_were_chosen_since(cora: Cora, kind: str) -> None:
    people.leave_way(cora.cast.cora.id)
    introduction = cora.cast.asking() if kind == "ask" else cora.cast.agreed()
    people.choose_way(
        cora.cast.cora.id, "draft", server=f"localhost:{cora.server.plain}", user=dovecot.USER,
        password=dovecot.PASSWORD,
    )  # fmt: skip
    cora.cast.now += timedelta(minutes=11)
    house = cora.round()
    assert kind in [one.kind for one in house.accepted]
    assert cora.read("Drafts") == []
    assert letter(introduction).state == "sent"


@pytest.mark.parametrize("spoilt", ["drafted", "sent"])
@pytest.mark.case("A12")
def test_the_second_envelope_of_an_introduction_lays_nothing_down_once_the_first_has(cora: Cora, spoilt: str) -> None:
    introduction = cora.cast.agreed()
    cora.cast.now += timedelta(minutes=11)
    introductions.fire(introduction, cora.cast.now)
    first = introductions.claim(cora.cast.now, kinds=("introduction",))
    assert first is not None
    deliver_one(first, MemoryTransport(), lambda: cora.cast.now)
    # Its owner's program gave it another Message-ID, and without an alias nothing else tells what it is.
    if spoilt == "sent":
        cora.send()
    else:
        draft = cora.read("Drafts")[-1]
        draft.replace_header("Message-ID", "<edited@connects.example>")
        cora.delete()
        cora.server.put("Drafts", draft.as_bytes(policy=policy.SMTP))
    second = introductions.claim(cora.cast.now, kinds=("introduction",))
    assert second is not None
    deliver_one(second, MemoryTransport(), lambda: cora.cast.now)
    assert len(cora.read("Drafts")) == (spoilt == "drafted")
    states = set(Letter.objects.filter(introduction_id=introduction, kind="introduction").values_list("state"))
    assert states == {("unknown",)}


def test_a_draft_waits_for_no_turn_of_its_recipients_domain(cora: Cora) -> None:
    introduction = cora.cast.asking()
    pace = Pace()
    pace.turn("ask", TOM, cora.cast.now)
    deliver(MemoryTransport(), lambda: cora.cast.now, manner=Manner(pace, sleep=lambda _: None))
    claimed = introductions.claim(cora.cast.now, kinds=("ask",))
    if claimed is not None:
        deliver_one(claimed, MemoryTransport(), lambda: cora.cast.now, manner=Manner(pace))
    assert ("ask", "drafted") in shown(cora.cast, introduction)


@pytest.mark.case("C9", "C10")
def test_a_mailbox_that_lets_nobody_in_holds_its_owners_letters_alone(cora: Cora) -> None:
    people.choose_way(
        cora.cast.cora.id, "draft", server=f"localhost:{cora.server.plain}", user=dovecot.USER, password="wrong"
    )
    introduction = cora.cast.asking()
    house = cora.round()
    assert letter(introduction).state == "queued"
    assert "on_its_way" in [one.kind for one in house.accepted]
    assert trouble(cora.cast.now) is None
    assert trouble(cora.cast.now, cora.cast.cora.id) is not None


def test_one_mailbox_with_which_something_is_wrong_ends_no_look_into_those_of_others_nor_eats_their_time(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    at = datetime(2026, 5, 1, tzinfo=UTC)
    lying = [Draft(Claimed(f"l{who}", 1, "ask", "target", "i"), who, "<m@x>", at, wanted=True) for who in "abcd"]
    monkeypatch.setattr(introductions, "drafts_in_doubt", lambda _now: [])
    monkeypatch.setattr(introductions, "drafts", lambda _now: lying)
    seconds, looked = [0.0], list[str]()

    def look(connector: str, _theirs: object, _now: datetime) -> bool:
        looked.append(connector)
        seconds[0] += 20
        if connector == "a":
            raise UnicodeError("of somebody's server")
        return True

    monkeypatch.setattr(looks, "_look", look)
    looking = Looking(clock=lambda: seconds[0])
    looking.round(at)
    assert looked == ["a", "b"]
    assert "could not be looked after: UnicodeError" in caplog.text
    looking.round(at + timedelta(minutes=5))
    # Who waited comes first; the one with whom something is wrong is left alone for ten minutes.
    assert looked == ["a", "b", "c", "d"]
    looking.round(at + timedelta(minutes=11))
    assert looked == ["a", "b", "c", "d", "a", "b"]


@pytest.mark.case("C9")
def test_a_server_that_proves_nothing_hears_no_password(cora: Cora, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    introduction = cora.cast.asking()
    cora.round()
    assert cora.read("Drafts") == []
    assert letter(introduction).state == "queued"
    assert trouble(cora.cast.now, cora.cast.cora.id) is not None
