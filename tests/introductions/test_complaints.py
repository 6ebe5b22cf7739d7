"""Too many letters called spam: asks stop by themselves, what was consented to goes on, the operator lets go (C31)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.introductions.sending import claim, passed, stopped
from tests.support.cast import TOM, Cast, frozen
from twoyes.introductions import front
from twoyes.introductions.complaints import Complaints
from twoyes.introductions.models import Complaint, Introduction, Letter, SendAttempt
from twoyes.lib import limits
from twoyes.lib.errors import Refused


@pytest.mark.case("C31")
@pytest.mark.parametrize(
    ("complaints", "released", "letters", "stops", "may_go"),
    [
        (0, 0, 0, False, True),
        # One or two say nothing of a small house, and hardly anything of a large one.
        (1, 0, 20, False, True),
        (2, 0, 20, False, True),
        (3, 0, 20, True, True),
        (3, 0, 3000, True, True),
        (3, 0, 3001, False, True),
        (9, 0, 9001, False, True),
        # Let go, it goes on: to three in a thousand, and of few letters to the next complaint.
        (3, 3, 20, False, True),
        (4, 3, 20, True, True),
        (4, 3, 3000, False, True),
        (8, 3, 3000, False, True),
        (9, 3, 3000, True, False),
        # Where the number tells something, nobody lets them pass it.
        (3, 0, 999, True, True),
        (3, 0, 1000, True, False),
        (3, 0, 1001, True, True),
    ],
)
def test_when_asks_stop_and_whether_they_may_be_let_go(
    complaints: int, released: int, letters: int, stops: bool, may_go: bool
) -> None:
    found = Complaints(complaints, released, letters)
    assert (found.stop_asks, found.may_be_released) == (stops, may_go)


def complain(made: str, cast: Cast, many: int = limits.COMPLAINTS_LEAST) -> None:
    """Let so many people call it spam that they were asked; by which introductions does not matter here."""
    Complaint.objects.bulk_create(
        (Complaint(introduction_id=made, side=f"other{number}", at=cast.now) for number in range(many)),
        ignore_conflicts=True,
    )


@pytest.mark.both
@pytest.mark.case("C31")
def test_an_ask_that_is_due_waits_while_too_many_were_called_spam(cast: Cast) -> None:
    made = cast.asking()
    complain(made, cast, limits.COMPLAINTS_LEAST - 1)
    claimed = claim(cast, "ask")
    complain(made, cast)
    assert stopped(cast, claimed, "complaints") == "queued"
    letter = Letter.objects.get(introduction=made, kind="ask")
    assert (letter.due_at, letter.reply) == (cast.now + timedelta(hours=1), "blocked: complaints")
    cast.now = letter.due_at
    assert front.release_asks(cast.now) == limits.COMPLAINTS_LEAST
    passed(cast, claim(cast, "ask"))


@pytest.mark.case("C31")
def test_what_was_consented_to_goes_on(cast: Cast) -> None:
    made = cast.agreed()
    complain(made, cast)
    assert front.asks_stopped(cast.now)
    cast.pass_time(limits.HOLD)
    left = {(one.kind, one.side) for one in cast.sent}
    assert {("introduction", "requester"), ("introduction", "target")} <= left


@pytest.mark.case("C31")
def test_a_final_goes_on(cast: Cast) -> None:
    made = cast.refused()
    complain(made, cast)
    cast.pass_time(timedelta(days=29))
    assert [one.kind for one in cast.sent if one.side == "requester"][-1] == "not_this_time"


@pytest.mark.case("C31")
def test_details_that_the_target_asked_for_go_on(cast: Cast) -> None:
    made = cast.asked()
    complain(made, cast)
    cast.answer(made, "their_details")
    passed(cast, claim(cast, "details"))


@pytest.mark.case("C31")
def test_details_that_nobody_asked_for_wait(cast: Cast) -> None:
    made = cast.waiting()
    words = {"target": cast.tom.id, "personal_line": "For you to decide."}
    front.pass_on(made, words, frozen=frozen("details"), actor=cast.desk, now=cast.now)
    complain(made, cast)
    assert stopped(cast, claim(cast, "details"), "complaints") == "queued"


@pytest.mark.case("C31")
def test_they_go_on_by_themselves_when_the_days_are_over(cast: Cast) -> None:
    complain(cast.asked(), cast)
    assert front.asks_stopped(cast.now)
    assert not front.asks_stopped(cast.now + limits.COMPLAINTS_COUNTED)


@pytest.mark.case("C31")
def test_only_letters_to_people_who_were_asked_are_counted_and_each_person_once(cast: Cast) -> None:
    made = cast.introduced()
    cast.deliver()
    asks = SendAttempt.objects.filter(phase="sent", letter__introduction=made, letter__side="target")
    assert front.complaints(cast.now) == Complaints(0, 0, asks.count())
    assert asks.count() == 2
    for kind in ("ask", "introduction"):
        letter = Letter.objects.get(introduction=made, kind=kind, side="target")
        assert front.complained(letter.pk, now=cast.now)
    received = Letter.objects.filter(introduction=made, side="requester").exclude(kind="introduction")[0]
    assert not front.complained(received.pk, now=cast.now)
    assert front.complaints(cast.now) == Complaints(1, 0, 2)
    assert front.complaints(cast.now).rate == 50.0


@pytest.mark.both
@pytest.mark.case("C31")
def test_one_person_who_was_asked_about_several_people_stops_nobodys_asks(cast: Cast) -> None:
    """A report can be written by anybody who has the letter, and of letters of more than a year."""
    made = [cast.asking(email=f"rita{number}@asks.example") for number in range(limits.COMPLAINTS_LEAST)]
    for number, one in enumerate(made):
        row = Introduction.objects.get(pk=one)
        if number:
            # Their other address, which they proved to be theirs: one key of several is enough.
            Introduction.objects.filter(pk=one).update(target_keys=[f"other{number}", row.target_keys[0]])
        assert front.complained(Letter.objects.get(introduction=one, kind="ask").pk, now=cast.now)
    assert front.complaints(cast.now).complaints == 1
    # Another one counts.
    Introduction.objects.filter(pk=made[1]).update(target_keys=["another"])
    assert front.complained(Letter.objects.get(introduction=made[1], kind="ask").pk, now=cast.now)
    assert front.complaints(cast.now).complaints == 2
    # And when the days are over they count again, as everybody does.
    Complaint.objects.update(at=cast.now - limits.COMPLAINTS_COUNTED)
    assert front.complained(Letter.objects.get(introduction=made[2], kind="ask").pk, now=cast.now)
    assert front.complaints(cast.now).complaints == 1


@pytest.mark.case("C31")
def test_no_more_letters_are_counted_than_tell_whether_asks_stop(cast: Cast) -> None:
    complain(cast.introduced(), cast)
    cast.deliver()
    with CaptureQueriesContext(connection) as looked:
        assert front.asks_stopped(cast.now)
    assert "LIMIT 3001" in looked.captured_queries[-1]["sql"]


@pytest.mark.case("C31")
def test_letting_go_is_refused_where_asks_leave_and_where_too_many_were_called_spam(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(Refused) as refused:
        front.release_asks(cast.now)
    assert refused.value.code == "asks_leave"
    complain(cast.asked(), cast)
    monkeypatch.setattr(limits, "COMPLAINTS_TELLING", 1)
    with pytest.raises(Refused) as refused:
        front.release_asks(cast.now)
    assert refused.value.code == "complaints"
    assert not Complaint.objects.filter(released=True).exists()
    assert front.asks_stopped(cast.now)


def test_a_complaint_is_kept_without_anything_that_says_whose_it_is(cast: Cast) -> None:
    made = cast.asked()
    front.complained(Letter.objects.get(introduction=made, kind="ask").pk, now=cast.now)
    row = Complaint.objects.get()
    assert (row.introduction_id, row.side, row.at) == (made, "target", cast.now)
    assert TOM not in str(row)
    assert Introduction.objects.get(pk=made).state == "refused"
