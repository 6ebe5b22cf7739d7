"""Beside a request: what mail shows, what it does not show up to a day, and what the connector says; three things."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path

import pytest

from tests.network.histories import CORA, mail, mbox
from tests.support.scenes import remembered
from twoyes.lib import addresses
from twoyes.network import importing, jobs
from twoyes.network.front import Evidence, Sight, evidence, evidence_on
from twoyes.network.log.rewriting import forget_keys, hide_source
from twoyes.network.models import Source
from twoyes.network.rebuilding import in_turn, work_through
from twoyes.network.ways import building, shelf
from twoyes.network.ways.mine import SPANS
from twoyes.people import front as people

KIM, ADA, TOM, RITA = "kim@blades.example", "ada@blades.example", "tom@target.example", "rita@asks.example"
NOW = datetime(2019, 12, 1, 9, 0, tzinfo=UTC)
HEAVY = ("duckdb", "ibis", "pyarrow", "numba", "pandas")


def key(address: str) -> str:
    return addresses.key(address)


def shown(owner: str, address: str) -> Evidence:
    return evidence(owner, [key(address)])


@pytest.fixture
def built(db: None, at_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Cora writes to Kim in ten weeks and hears from her in eight; Ada wrote to her once; Tom never did."""
    return remembered(partial(_graph, tmp_path), monkeypatch)


def _graph(folder: Path) -> str:
    cora = people.add_connector(CORA, name="Cora Lund", handle="cora").id
    me = f"Cora Lund <{CORA}>"
    letters = [mail(me, f"Kim <{KIM}>", day=250 + 7 * week, ident=f"out{week}@m") for week in range(10)]
    letters += [
        mail(f"Kim <{KIM}>", me, day=251 + 7 * week, ident=f"back{week}@m", more=f"In-Reply-To: <out{week}@m>\n")
        for week in range(8)
    ]
    letters += [mail(f"Ada <{ADA}>", me, day=300, ident="ada@m")]
    importing.import_history(cora, [mbox(folder, *letters)])
    people.add_card(cora, name="Tom Target", addresses=[TOM], known_since=date(2010, 5, 1))
    building.build(cora, NOW)
    return cora


def test_what_mail_shows_is_said_with_its_weeks_and_who_writes_first(built: str) -> None:
    found = shown(built, KIM)
    assert (found.facts.sight, found.level, found.writes_first) == (Sight.SEEN, "known", "you")
    assert found.mail == (
        "You wrote to them in 10 different weeks and they to you in 8 different weeks since September 2019, "
        "last on 16 November 2019. You write first more often."
    )
    assert found.sources == ("address_book", "mail")
    assert (found.first, found.last) == (date(2019, 9, 14), date(2019, 11, 16))


def test_the_plain_facts_for_rules_speak_of_weeks_and_days_and_not_of_letters(built: str) -> None:
    card = people.who(built, KIM)
    people.say_word(built, card.id, since="2015", how="worked", how_well="well", now=NOW)
    facts = shown(built, KIM).facts
    assert (facts.known_since, facts.last_contact) == (date(2015, 1, 1), date(2019, 11, 16))
    assert (facts.weeks, facts.weeks_wrote, facts.how_well) == (10, 10, "well")
    assert shown(built, KIM).level == "strong", "my word wins"


def test_not_seen_names_the_last_day_that_was_read_and_claims_no_more(built: str) -> None:
    found = shown(built, TOM)
    assert (found.facts.sight, found.facts.until) == (Sight.NOT_SEEN, date(2019, 11, 16))
    assert found.mail == "Not seen in your mail and calendars up to 16 November 2019. It may be seen elsewhere."
    assert found.seen, "he stands in the address book"
    assert not shown(built, "nobody@nowhere.example").seen


def test_whoever_wrote_and_has_no_card_is_seen_in_mail(built: str) -> None:
    found = shown(built, ADA)
    assert found.seen
    assert found.sources == ("mail",)
    assert found.book == "Not in your address book."
    assert found.mail == "They wrote to you in one week, last on 3 November 2019; no letter of yours is seen."


def test_one_letter_from_them_is_no_week_in_which_i_wrote(built: str) -> None:
    assert (shown(built, ADA).facts.weeks, shown(built, ADA).facts.weeks_wrote) == (1, 0)


def test_the_rhythm_counts_letters_each_way_by_four_weeks(built: str) -> None:
    rhythm = shown(built, KIM).rhythm
    assert rhythm is not None
    assert (len(rhythm.out), sum(rhythm.out), sum(rhythm.back)) == (SPANS, 10, 8)
    assert rhythm.begin.weekday() == 0
    assert (NOW.date() - rhythm.begin).days // 7 == 4 * SPANS - 1
    first = next(span for span, count in enumerate(rhythm.out) if count)
    assert rhythm.day(first) <= date(2019, 9, 14) < rhythm.day(first + 1)
    assert shown(built, TOM).rhythm is None


def test_before_the_mail_is_worked_through_nothing_is_claimed(built: str) -> None:
    shelf.take_away(built)
    found = shown(built, KIM)
    assert (found.facts.sight, found.rhythm, found.last) == (Sight.UNREAD, None, None)
    assert "not worked through yet" in found.mail


def test_what_is_said_of_stale_mail_is_true_at_that_moment(built: str, tmp_path: Path) -> None:
    importing.import_history(built, [mbox(tmp_path, mail(CORA, TOM, day=20, ident="tom@m"), name="Old.mbox")])
    building.build(built, NOW)
    hide_source(built, Source.objects.order_by("added_at")[1].pk, NOW)
    stale = "Stale since an archive was deleted: your mail was last worked through on 1 December 2019"
    assert shown(built, KIM).mail.startswith(stale), "nothing runs, so nothing is said to come soon"
    with in_turn(built):
        assert "being worked through this moment" in shown(built, KIM).mail
    assert shown(built, KIM).mail.startswith(stale)
    assert work_through(built)
    assert (shown(built, KIM).facts.sight, shown(built, TOM).facts.sight) == (Sight.SEEN, Sight.NOT_SEEN)


def test_what_a_deleted_archive_showed_is_not_shown_from_that_moment_on(built: str) -> None:
    (source,) = Source.objects.all()
    hide_source(built, source.pk, NOW)
    found = shown(built, KIM)
    assert (found.facts.sight, found.last, found.rhythm) == (Sight.UNREAD, None, None)
    assert "not connected yet" in found.mail


def test_whoever_came_in_after_the_last_working_through_is_not_said_to_be_unseen(built: str, tmp_path: Path) -> None:
    letter = mail(f"Rita <{RITA}>", CORA, day=310, ident="rita@m")
    importing.import_history(built, [mbox(tmp_path, letter, name="More.mbox")])
    found = shown(built, RITA)
    assert (found.facts.sight, found.seen) == (Sight.UNREAD, False)
    assert "It is worked through every night." in found.mail
    with in_turn(built):
        assert "is being worked out this moment" in shown(built, RITA).mail


def test_nobody_is_said_to_be_unseen_while_a_new_archive_that_names_them_waits(built: str, tmp_path: Path) -> None:
    assert shown(built, TOM).facts.sight is Sight.NOT_SEEN
    importing.import_history(built, [mbox(tmp_path, mail(CORA, TOM, day=20, ident="tom@m"), name="Old.mbox")])
    assert shown(built, TOM).facts.sight is Sight.UNREAD
    building.build(built, NOW)
    assert shown(built, TOM).facts.sight is Sight.SEEN


def test_of_whoever_stands_in_no_list_nothing_is_worked_out(built: str) -> None:
    card = people.who(built, KIM)
    people.set_mark(built, card.id, "not_listed", on=True, now=NOW)
    found = shown(built, KIM)
    assert (found.facts.sight, found.rhythm) == (Sight.UNREAD, None)


def test_of_an_erased_person_nothing_is_seen_though_files_still_hold_it(built: str) -> None:
    owner = people.connector_by_id(built)
    assert owner is not None
    forget_keys([key(KIM)], NOW)
    people.forget_keys(owner.community_id, [key(KIM)], NOW)
    assert not shown(built, KIM).seen
    assert shown(built, KIM).rhythm is None


def test_two_cards_that_became_one_show_what_either_had(built: str) -> None:
    kim = people.who(built, KIM)
    other = people.add_card(built, name="Kim Berg", addresses=["kim@private.example"])
    people.join(built, other.id, kim.id, introductions=[], now=NOW)
    found = evidence_on(built, other.id)
    assert found is not None
    assert found.facts.weeks == 10


@pytest.mark.case("E8")
def test_nothing_of_anothers_mail_is_shown(built: str, otto: str) -> None:
    assert "not connected yet" in shown(otto, KIM).mail
    assert evidence_on(otto, people.who(built, KIM).id) is None
    assert jobs.history_sources(otto) == []


_ALONE = """
import pathlib, sys, django, numpy
django.setup()
from twoyes.network import front, looking
from twoyes.network.ways import shelf
from twoyes.network.ways.mine import Mine
from twoyes.network.ways.shared import Threads
place = pathlib.Path(sys.argv[1])
facts = numpy.zeros(1, numpy.dtype(shelf.FACTS))
facts["other"], facts["out"], facts["strength"] = 1, 3, 0.5
numpy.save(place / "facts.npy", facts)
(place / "nodes.json").write_text('["a", "b"]')
Mine.nothing().save(place)
Threads.nothing().save(place)
graph = shelf._read(place, shelf.Note("x", "2026-01-01T00:00:00+00:00", ""))
assert graph.between(0, 1).facts.out == 3 and graph.rhythm(1) is None
assert graph.threads.shared([0], [1]).count == 0
print(",".join(name for name in sys.argv[2:] if name in sys.modules))
"""


@pytest.mark.slow(10)
def test_a_page_that_shows_evidence_loads_no_engine(tmp_path: Path) -> None:
    """In a process of its own: here other tests have loaded everything."""
    places = {name: str(tmp_path) for name in ("TWOYES_DATA", "XDG_CONFIG_HOME", "XDG_STATE_HOME")}
    settings = {"DJANGO_SETTINGS_MODULE": "twoyes.settings", "PYTHONPATH": ":".join(sys.path), "PATH": ""}
    done = subprocess.run(
        [sys.executable, "-c", _ALONE, str(tmp_path), *HEAVY],
        env=places | settings,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.stdout.strip(), done.returncode) == ("", 0), done.stderr
