"""After the introduction: who wrote first, how fast, where the connector stands, and when they meet (F1, F2, C35)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from pytest_django import Settings

from tests.mail.incoming.came import actors, came, did, events, handed_on, letter, said
from tests.support.cast import CORA, OTTO, RITA, TOM, Cast
from twoyes.introductions import front as introductions
from twoyes.introductions.front import Thread
from twoyes.introductions.models import Letter
from twoyes.introductions.protocol import State
from twoyes.mail import front as mail
from twoyes.mail import ours
from twoyes.mail.incoming.understanding import Meeting, Understood

AT = datetime(2026, 3, 20, 14, 0, tzinfo=UTC)


def thread(cast: Cast, introduction: str) -> Thread | None:
    page = introductions.desk_page(cast.cora.id, introduction, cast.now)
    assert page is not None
    return page.thread


def invited(by: str, *people: str, method: str = "request", at: datetime = AT) -> Understood:
    return Understood("calendar", sender=by, meeting=Meeting(method, people, at))


@pytest.mark.parametrize(
    ("sender", "event", "by"), [(RITA, "requester_wrote", "requester"), (TOM, "target_wrote", "target")]
)
def test_the_first_line_is_seen_and_how_long_it_took(cast: Cast, sender: str, event: str, by: str) -> None:
    introduction = cast.introduced()
    out = cast.now
    cast.now += timedelta(hours=5)
    to = (ours.thread_address(introduction),)
    row = came(cast, "thread", introduction, said("Hello, shall we talk?", sender=sender, to=to))
    assert (did(row), cast.state(introduction)) == ("first", State.CONNECTED)
    assert actors(introduction, f"{by}_wrote") == [("relay", "mail")]
    seen = thread(cast, introduction)
    assert seen is not None
    assert seen.after >= cast.now - out
    assert (seen.by, seen.copied, seen.meeting) == (by, "cc", None)
    # Whoever wrote is not reminded.
    cast.pass_time(timedelta(hours=30))
    assert "reply_now" not in [one.kind for one in cast.sent]


def test_the_connector_hears_the_first_line_and_no_other_of_the_thread(cast: Cast) -> None:
    introduction = cast.introduced()
    cast.deliver()
    to = (ours.thread_address(introduction),)
    rows = [came(cast, "thread", introduction, said(f"Line {n}", sender=RITA, to=to)) for n in range(3)]
    rows.append(came(cast, "thread", introduction, said("Back", sender=TOM, to=to)))
    assert [did(row) for row in rows] == ["first", "wrote", "wrote", "wrote"]
    ((reader, _subject, text),) = handed_on(cast)
    assert reader == CORA
    assert "> Line 0" in text
    assert "no more of it from here" in text
    assert {one.words for one in mail.came_about(introduction, cast.now)} == {"Line 0", ""}


def test_it_is_seen_that_the_connector_was_moved_to_bcc_or_was_not(cast: Cast) -> None:
    introduction = cast.introduced()
    address = ours.thread_address(introduction)
    came(cast, "thread", introduction, said(sender=RITA, to=(TOM, address.upper())))
    assert thread(cast, introduction) is not None
    came(cast, "thread", introduction, said(sender=TOM, to=(RITA, address)))
    came(cast, "thread", introduction, said(sender=RITA, to=(TOM,)))
    seen = thread(cast, introduction)
    assert seen is not None
    assert (seen.by, seen.copied) == ("requester", "bcc")
    # A long thread is a few lines in the journal.
    for _ in range(5):
        came(cast, "thread", introduction, said(sender=RITA, to=(TOM,)))
    assert [one for one in events(introduction) if one.endswith("_wrote")] == [
        "requester_wrote",
        "target_wrote",
        "requester_wrote",
    ]


def test_where_only_the_references_tell_nothing_is_said_of_the_connectors_place(cast: Cast) -> None:
    introduction = cast.introduced()
    named = Letter.objects.filter(introduction_id=introduction, kind="introduction")[0].message_id
    assert did(came(cast, "", "", said(sender=RITA, to=(TOM,), references=(named,)))) == "wrote"
    seen = thread(cast, introduction)
    assert seen is not None
    assert seen.copied == ""


@pytest.mark.case("C35")
@pytest.mark.parametrize("meaning", ["yes", "no", "stop", "later", "their_details", "unclear"])
def test_the_address_of_a_thread_carries_no_rights(cast: Cast, meaning: str) -> None:
    introduction = cast.introduced()
    before, letters = events(introduction), Letter.objects.count()
    for understood in (
        said("Send me everything.", meaning, sender=OTTO),
        invited(OTTO, RITA, TOM),
        said(kind="complaint", sender=OTTO),
        said(kind="bounce", sender=OTTO),
    ):
        row = came(cast, "thread", introduction, understood)
        assert did(row) == "noted"
    assert (events(introduction), Letter.objects.count()) == (before, letters)
    shown = mail.came_about(introduction, cast.now)
    assert [one.other for one in shown] == [True] * 4
    assert "Send me everything." in {one.words for one in shown}


@pytest.mark.case("C35")
def test_neither_of_the_two_closes_or_answers_anything_through_it(cast: Cast) -> None:
    introduction = cast.introduced()
    for sender in (RITA, TOM):
        for meaning in ("no", "stop", "yes"):
            came(cast, "thread", introduction, said("Stop.", meaning, sender=sender))
    assert cast.state(introduction) is State.CONNECTED
    assert {*events(introduction)} & {"never", "no", "outcome"} == set()


def checked(result: str, domain: str) -> bytes:
    """A message of which our own mail server says what it thinks of its sender."""
    said_of = f"Authentication-Results: mx.twoyes.example; dmarc={result} header.from={domain}\r\n"
    return f"Return-Path: <x@{domain}>\r\n{said_of}From: x@{domain}\r\n\r\nHello\r\n".encode()


@pytest.mark.case("C35")
def test_from_alone_moves_nothing_where_our_server_says_who_wrote(cast: Cast, settings: Settings) -> None:
    settings.TWOYES_AUTHSERV = "mx.twoyes.example"
    introduction = cast.introduced()
    domain = RITA.partition("@")[2]
    named = Letter.objects.filter(introduction_id=introduction, kind="introduction")[0].message_id
    for raw in (checked("fail", domain), checked("pass", "evil.example"), b""):
        assert did(came(cast, "thread", introduction, said(sender=RITA), raw)) == "noted"
        assert did(came(cast, "", "", said(sender=RITA, references=(named,)), raw)) == "noted"
    assert (cast.state(introduction), thread(cast, introduction)) == (State.INTRODUCED, None)
    assert {one.other for one in mail.came_about(introduction, cast.now)} == {True}
    assert did(came(cast, "thread", introduction, said(sender=RITA), checked("pass", domain))) == "first"
    assert cast.state(introduction) is State.CONNECTED


@pytest.mark.case("C17")
def test_an_automatic_line_in_the_thread_is_no_first_line(cast: Cast) -> None:
    introduction = cast.introduced()
    assert did(came(cast, "thread", introduction, said(kind="auto_reply", sender=TOM))) == "noted"
    assert (cast.state(introduction), thread(cast, introduction)) == (State.INTRODUCED, None)


@pytest.mark.parametrize("method", ["request", "reply"])
def test_an_invitation_from_one_to_the_other_is_a_meeting(cast: Cast, method: str) -> None:
    introduction = cast.introduced()
    row = came(cast, "thread", introduction, invited(RITA, RITA, TOM, method=method))
    assert (did(row), cast.state(introduction)) == ("meeting", State.CONNECTED)
    seen = thread(cast, introduction)
    assert seen is not None
    assert (seen.by, seen.meeting) == ("requester", AT)
    # Moved, and moved again: the last one stands.
    came(cast, "thread", introduction, invited(TOM, RITA, at=AT + timedelta(days=1)))
    seen = thread(cast, introduction)
    assert seen is not None
    assert seen.meeting == AT + timedelta(days=1)


@pytest.mark.parametrize("people", [(), (OTTO,), (RITA,), ("not an address",)])
def test_an_invitation_to_anybody_else_is_no_meeting_of_the_two(cast: Cast, people: tuple[str, ...]) -> None:
    introduction = cast.introduced()
    assert did(came(cast, "thread", introduction, invited(RITA, *people))) == "wrote"
    assert did(came(cast, "thread", introduction, invited(RITA, TOM, method="cancel"))) == "wrote"
    seen = thread(cast, introduction)
    assert seen is not None
    assert seen.meeting is None


def test_in_an_offer_each_side_is_seen_as_itself(cast: Cast) -> None:
    introduction = cast.offered_second()
    cast.answer(introduction, "yes", side="second")
    cast.pass_time(timedelta(minutes=11))
    assert cast.state(introduction) is State.INTRODUCED
    came(cast, "thread", introduction, said(sender=TOM))
    assert events(introduction)[-1] == "target_wrote"
    assert letter(introduction, "introduction", "second")


@pytest.mark.case("C11")
def test_a_line_that_came_to_our_plain_address_alone_is_a_word_to_the_connector_and_no_first_line(cast: Cast) -> None:
    introduction = cast.introduced()
    named = (Letter.objects.get(pk=letter(introduction, "introduction")).message_id,)
    cast.deliver()
    alone = said("Thank you, I will write to her.", sender=TOM, to=("intro@twoyes.localhost",), references=named)
    assert did(came(cast, "", "", alone)) == "copied"
    ((reader, _subject, text),) = handed_on(cast)
    assert (reader, "I will write to her." in text) == (CORA, True)
    assert "target_wrote" not in events(introduction)
    both = said("Hello Rita", sender=TOM, to=("intro@twoyes.localhost", RITA), references=named)
    assert did(came(cast, "", "", both)) == "wrote"
    assert "target_wrote" in events(introduction)
