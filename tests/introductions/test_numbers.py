"""Six months through the verbs, and each number beside a count that SQL makes of the journal alone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from statistics import median

import pytest
from django.db import connection

from tests.support.cast import START, Cast
from tests.support.scenes import scene
from twoyes.introductions import front as introductions
from twoyes.introductions.front import NOES, STEPS, Numbers
from twoyes.people import front as people

pytestmark = [pytest.mark.django_db, pytest.mark.both]

ENDS = ("met", "declined", "no", "silence", "funded", "lapsed", "later", "untold", "withdrawn", "waiting", "bounced")
UNTIL = START + timedelta(days=400)


@scene
def half_a_year(cast: Cast) -> None:
    """Twenty-two chapters, one a week, each ending in turn; every fifth asks the same person."""
    tina = people.add_card(cast.cora.id, name="Tina Often", addresses=["tina@often.example"])
    for number in range(2 * len(ENDS)):
        began = cast.now
        other = people.add_card(cast.cora.id, name=f"Target {number}", addresses=[f"t{number}@target.example"])
        _chapter(cast, ENDS[number % len(ENDS)], number, tina.id if number % 5 == 0 else other.id)
        cast.pass_time(max(timedelta(days=7) - (cast.now - began), timedelta(hours=1)))
    cast.pass_time(timedelta(days=40))


def _chapter(cast: Cast, end: str, number: int, card: str) -> None:
    # Two people ask twice.
    asker = {"email": f"r{number % 20}@asks.example", "name": f"Asker {number % 20}", "target": f"Target {number}"}
    if end in {"declined", "lapsed", "waiting"}:
        getattr(cast, end)(**asker)
        return
    cast.pass_time(timedelta(hours=number))
    made = cast.asking(approval={"target": card}, **asker)
    cast.deliver("refused", code=550) if end == "bounced" else cast.deliver()
    cast.pass_time(timedelta(hours=5))
    if end == "withdrawn":
        introductions.withdraw(made, actor=cast.asker(made), now=cast.now)
    elif end == "later":
        cast.answer(made, "later", until=f"{cast.now + timedelta(days=40):%Y-%m-%d}")
    elif end in {"no", "met", "funded", "untold"}:
        cast.answer(made, "no" if end == "no" else "yes")
        cast.pass_time(timedelta(minutes=11))
    if end in {"met", "funded"}:
        cast.pass_time(timedelta(days=14, hours=1))
        for outcome in ("met", end):
            introductions.report_outcome(made, outcome, "", actor=cast.asker(made), now=cast.now)
            cast.pass_time(timedelta(days=1))


def counted(cast: Cast, since: datetime = START, until: datetime = UNTIL) -> Numbers:
    return introductions.numbers(cast.cora.id, since, until, zone="Europe/Berlin")


def sql(words: str, *values: object) -> list[Sequence[object]]:
    with connection.cursor() as cursor:
        cursor.execute(words.replace("J ", "introductions_journalentry ").replace("I ", "introductions_introduction "))
        return list(cursor.fetchall())


def chapters_with(*events: str) -> int:
    """How many chapters have one of these events."""
    named = ", ".join(f"'{event}'" for event in events)
    return int(str(sql(f"SELECT COUNT(DISTINCT introduction_id) FROM J WHERE event IN ({named})")[0][0]))


def test_each_step_is_what_the_journal_says(cast: Cast) -> None:
    half_a_year(cast)
    steps = counted(cast).steps
    assert tuple(steps) == STEPS
    assert steps["asked"] == chapters_with("verified") == 22
    assert steps["approved"] == chapters_with("approve")
    assert steps["yes"] == chapters_with("hold_over")
    assert steps["introduced"] == chapters_with("introduced") == 6
    assert steps["met"] == chapters_with("outcome") == 4
    told = [str(data) for (data,) in sql("SELECT data FROM J WHERE event = 'outcome'")]
    assert steps["became"] == sum("funded" in data for data in told) == 2


def test_what_led_nowhere_is_told_apart(cast: Cast) -> None:
    half_a_year(cast)
    noes = counted(cast).noes
    assert tuple(noes) == NOES
    assert noes["declined"] == chapters_with("decline") == 2
    assert noes["no"] == chapters_with("no") == 2
    assert noes["later"] == chapters_with("later") == 2
    assert noes["silence"] == chapters_with("silence") == 2
    assert noes["withdrawn"] == chapters_with("withdraw") == 2
    assert noes["not_reached"] == chapters_with("failed") == 2
    assert noes["lapsed"] == chapters_with("lapse") == 4, "what is left waiting lapses as well"


def test_the_months_come_to_the_whole(cast: Cast) -> None:
    half_a_year(cast)
    found = counted(cast)
    assert len(found.months) >= 6
    for step in STEPS:
        assert sum(steps[step] for _month, steps in found.months) == found.steps[step]
    cut = START + timedelta(days=90)
    first, rest = counted(cast, until=cut), counted(cast, since=cut)
    assert {step: first.steps[step] + rest.steps[step] for step in STEPS} == dict(found.steps)


def test_the_times_are_medians_of_the_journal(cast: Cast) -> None:
    half_a_year(cast)
    found = counted(cast)
    first: dict[tuple[str, str], datetime] = {}
    for introduction, event, at in sql("SELECT introduction_id, event, MIN(at) FROM J GROUP BY introduction_id, event"):
        first[str(introduction), str(event)] = datetime.fromisoformat(str(at)).replace(tzinfo=None)
    answers = [
        (at - first[introduction, "sent"]).total_seconds()
        for (introduction, event), at in first.items()
        if event in {"yes", "no", "later"}
    ]
    assert found.to_answer is not None
    assert found.to_answer.total_seconds() == pytest.approx(median(answers))
    assert found.to_decide is not None
    assert timedelta() <= found.to_decide <= timedelta(days=2)


def test_who_is_asked_most_and_who_asks_stand_first(cast: Cast) -> None:
    half_a_year(cast)
    found = counted(cast)
    asks = len(sql("SELECT 1 FROM J WHERE event IN ('sent', 'unknown')"))
    assert sum(one.asks for one in found.load) == asks
    assert (found.load[0].name, found.load[0].asks > 1) == ("Tina Often", True)
    assert {one.name for one in found.askers if one.requests == 2} == {"Asker 0", "Asker 1"}
    assert sum(one.requests for one in found.askers) == len(found.askers) + 2
    assert sum(one.told for one in found.askers) <= found.steps["met"]


def test_nothing_of_another_book_is_counted_and_nothing_yet_is_no_error(cast: Cast) -> None:
    half_a_year(cast)
    nobodys = introductions.numbers(cast.otto.id, START, UNTIL)
    assert set(nobodys.steps.values()) == set(nobodys.noes.values()) == {0}
    assert (nobodys.months, nobodys.load, nobodys.askers, nobodys.to_decide) == ([], [], [], None)


def test_good_news_is_told_with_its_best_word_the_latest_first(cast: Cast) -> None:
    half_a_year(cast)
    found = counted(cast)
    assert dict(found.became) == {"met": 2, "funded": 2}
    assert [one.outcome for one in found.news] == ["funded", "met", "funded", "met"]
    assert [one.at for one in found.news] == sorted((one.at for one in found.news), reverse=True)
    assert {one.requester for one in found.news} == {"Asker 0", "Asker 4", "Asker 11", "Asker 15"}
    assert all(one.target for one in found.news)


def test_what_the_one_who_was_asked_tells_is_news_and_no_word_of_whoever_asked(cast: Cast) -> None:
    made = cast.connected()
    introductions.how_it_went(*cast.page(made), "A good talk.", now=cast.now, outcome="met")
    found = counted(cast)
    assert found.steps["met"] == chapters_with("how_it_went") == 1
    assert (dict(found.became), found.steps["became"]) == ({"met": 1}, 0)
    assert [(one.outcome, one.words) for one in found.news] == [("met", "A good talk.")]
    assert [(one.introduced, one.told) for one in found.askers] == [(1, 0)]
    cast.pass_time(timedelta(days=15))
    introductions.report_outcome(made, "funded", "It began here.", actor=cast.asker(made), now=cast.now)
    found = counted(cast)
    assert [(one.outcome, one.words) for one in found.news] == [("funded", "It began here.")]
    assert (found.steps["became"], found.askers[0].told) == (1, 1)
