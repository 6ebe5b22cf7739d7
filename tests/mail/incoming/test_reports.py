"""What mail systems say of a letter: it can close an ask, tell that one arrived, and nothing else (A22, C14, C15)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.mail.incoming.came import actors, bounce, came, did, events, face, letter, said
from tests.support.cast import OTTO, TOM, Cast
from twoyes.introductions import front as introductions
from twoyes.introductions.models import AskedPair, Complaint, Letter
from twoyes.introductions.protocol import State
from twoyes.lib import addresses, limits
from twoyes.mail.incoming.understanding import Understood
from twoyes.people import front as people


@pytest.mark.case("A22", "C14")
def test_a_failure_closes_the_ask_keeps_the_pair_and_shows_the_requester_nothing(cast: Cast) -> None:
    introduction = cast.asked()
    shown = face(introduction)
    row = came(cast, "return", letter(introduction, "ask"), bounce())
    assert (cast.state(introduction), did(row)) == (State.UNDELIVERABLE, "failed")
    assert AskedPair.objects.filter(introduction=introduction).exists()
    assert face(introduction) == shown
    assert "trouble:connector" in cast.deliver()
    # They hear what they would have heard of silence, and when.
    cast.pass_time(timedelta(days=30))
    assert [one.kind for one in cast.sent if one.side == "requester"][-1] == "not_this_time"


@pytest.mark.case("A22", "C14")
@pytest.mark.parametrize("action", ["delayed", "relayed", "delivered", "expanded"])
def test_only_failed_closes(cast: Cast, action: str) -> None:
    introduction = cast.asked()
    before = events(introduction)
    came(cast, "return", letter(introduction, "ask"), bounce(action, "2.0.0"))
    came(cast, "return", letter(introduction, "ask"), Understood("delay"))
    assert cast.state(introduction) is State.ASKING
    assert events(introduction) == before


@pytest.mark.case("A23", "C14")
@pytest.mark.parametrize("kind", ["bounce", "auto_reply"])
@pytest.mark.parametrize(("action", "state"), [("delivered", "sent"), ("relayed", "sent"), ("delayed", "unknown")])
def test_a_success_shows_that_an_ask_of_unknown_fate_arrived(cast: Cast, action: str, state: str, kind: str) -> None:
    introduction = cast.asking()
    cast.deliver("unknown")
    report = replace(bounce(action, "2.0.0"), kind=kind)  # type: ignore[arg-type]
    came(cast, "return", letter(introduction, "ask"), report)
    assert Letter.objects.get(pk=letter(introduction, "ask")).state == state
    assert cast.state(introduction) is State.ASKING


@pytest.mark.case("A23")
def test_a_failure_of_an_ask_of_unknown_fate_says_that_it_was_handed_over(cast: Cast) -> None:
    introduction = cast.asking()
    cast.deliver("unknown")
    came(cast, "return", letter(introduction, "ask"), bounce())
    assert cast.state(introduction) is State.UNDELIVERABLE
    assert events(introduction)[-2:] == ["sent", "dsn"]


@pytest.mark.case("C16")
def test_a_failure_in_free_words_counts_where_nothing_else_comes_and_nowhere_else(cast: Cast) -> None:
    introduction = cast.asked()
    words = "I could not deliver your message."
    row = came(cast, "reply", letter(introduction, "ask"), Understood("bounce", new_text=words))
    assert (cast.state(introduction), did(row)) == (State.ASKING, "copied")
    row = came(cast, "return", letter(introduction, "ask"), Understood("bounce", new_text=words))
    assert (cast.state(introduction), did(row)) == (State.UNDELIVERABLE, "failed")


@pytest.mark.case("C16")
@pytest.mark.parametrize("kind", ["challenge", "unknown", "reply"])
def test_anything_else_at_the_return_path_is_text_for_the_connector(cast: Cast, kind: str) -> None:
    introduction = cast.asked()
    before = events(introduction)
    row = came(cast, "return", letter(introduction, "ask"), said("My address has changed. Stop.", "stop", kind=kind))
    assert (events(introduction), did(row)) == (before, "copied")


@pytest.mark.case("A22")
def test_a_failure_after_the_answer_is_only_noted(cast: Cast) -> None:
    introduction = cast.refused()
    came(cast, "return", letter(introduction, "ask"), bounce())
    assert cast.state(introduction) is State.REFUSED
    assert events(introduction)[-1] == "dsn"


@pytest.mark.case("E12")
def test_a_report_that_comes_again_is_no_second_trouble(cast: Cast) -> None:
    introduction = cast.introduced()
    cast.deliver()
    sent = letter(introduction, "introduction", "target")
    rows = [came(cast, "return", sent, bounce()) for _ in range(3)]
    assert [did(row) for row in rows] == ["failed", "noted", "noted"]
    assert events(introduction).count("bounced") == 1
    assert cast.deliver().count("trouble:connector") == 1
    # The other envelope is another letter.
    assert did(came(cast, "return", letter(introduction, "introduction", "requester"), bounce())) == "failed"


@pytest.mark.case("E12")
def test_an_answer_that_comes_again_closes_once(cast: Cast) -> None:
    introduction = cast.asked()
    rows = [came(cast, "reply", letter(introduction, "ask"), said("No.", "no")) for _ in range(2)]
    assert [did(row) for row in rows] == ["no", "copied"]
    assert events(introduction).count("no") == 1


def test_a_report_on_a_notice_changes_nothing(cast: Cast) -> None:
    introduction = cast.asked()
    before = events(introduction)
    assert did(came(cast, "return", letter(introduction, "on_its_way"), bounce())) == "noted"
    assert events(introduction) == before


@pytest.mark.case("C15")
def test_a_report_of_long_after_the_letter_is_nobodys(cast: Cast) -> None:
    introduction = cast.asked()
    before = events(introduction)
    ask = letter(introduction, "ask")
    cast.now += limits.RETURN_ADDRESS_AGE + timedelta(seconds=1)
    assert did(came(cast, "return", ask, bounce())) == "noted"
    assert events(introduction) == before


@pytest.mark.case("C31")
@pytest.mark.parametrize("purpose", ["return", "reply"])
def test_a_complaint_is_a_no_and_nobody_here_asks_them_again(cast: Cast, purpose: str) -> None:
    introduction = cast.asked()
    row = came(cast, purpose, letter(introduction, "ask"), Understood("complaint", sender="fbl@provider.example"))
    assert (cast.state(introduction), did(row)) == (State.REFUSED, "stop")
    assert actors(introduction, "never") == [("link_holder", "mail")]
    keys = people.linked([addresses.key(TOM)])
    found = people.forbidding(
        cast.cora.community_id, keys, requester_keys=[addresses.key(OTTO)], connector_id=cast.otto.id
    )
    assert found == "never"


@pytest.mark.case("C31")
def test_a_complaint_about_an_introduction_that_is_out_counts_for_later_asks(cast: Cast) -> None:
    introduction = cast.introduced()
    came(cast, "return", letter(introduction, "introduction", "target"), Understood("complaint"))
    assert cast.state(introduction) is State.INTRODUCED
    keys = people.linked([addresses.key(TOM)])
    assert people.forbidding(cast.cora.community_id, keys, requester_keys=[], connector_id=cast.cora.id) == "never"


@pytest.mark.case("C31")
def test_a_complaint_is_counted_once_and_a_stop_or_a_no_is_none(cast: Cast) -> None:
    introduction = cast.introduced()
    cast.deliver()
    for purpose, kind in (("return", "introduction"), ("reply", "ask"), ("return", "introduction")):
        came(cast, purpose, letter(introduction, kind, "target"), Understood("complaint"))
    assert introductions.complaints(cast.now).complaints == 1
    Complaint.objects.all().delete()
    came(cast, "reply", letter(introduction, "ask"), said("Stop.", "stop"))
    came(cast, "thread", introduction, Understood("complaint", sender=TOM))
    assert introductions.complaints(cast.now).complaints == 0


@pytest.mark.case("C31")
def test_who_wrote_to_us_first_stops_nobodys_asks_by_complaining_of_what_they_got(cast: Cast) -> None:
    introduction = cast.asked()
    for kind in ("received", "on_its_way"):
        assert did(came(cast, "return", letter(introduction, kind), Understood("complaint"))) == "noted"
    assert introductions.complaints(cast.now).complaints == 0


@pytest.mark.case("C31")
def test_the_worker_says_that_asks_have_stopped(cast: Cast, caplog: pytest.LogCaptureFixture) -> None:
    introduction = cast.asked()
    other = cast.waiting(email="ann@asks.example")
    for side in ("one", "two"):
        Complaint.objects.create(introduction_id=other, side=side, at=cast.now)
    came(cast, "return", letter(introduction, "ask"), Understood("complaint"))
    assert [one.message for one in caplog.records if "No ask leaves" in one.message]


@pytest.mark.case("C21")
@pytest.mark.parametrize("purpose", ["reply", "return", "thread"])
def test_what_came_around_in_a_loop_is_dropped(cast: Cast, purpose: str) -> None:
    introduction = cast.introduced()
    before, letters = events(introduction), Letter.objects.count()
    ref = introduction if purpose == "thread" else letter(introduction, "ask")
    assert did(came(cast, purpose, ref, said("No.", kind="loop"))) == "dropped"
    assert did(came(cast, purpose, ref, said("No.", "no", sender="intro@twoyes.localhost"))) == "dropped"
    assert (events(introduction), Letter.objects.count()) == (before, letters)
