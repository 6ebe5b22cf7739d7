"""A look through a book: what is sure is one card, all else is asked, and what was taken apart stays apart."""

from __future__ import annotations

from collections import Counter

import pytest
from django.db import connection

from tests.care.merging import Twins
from tests.support.cast import TOM, Cast
from twoyes.care import front as care
from twoyes.introductions import front as introductions
from twoyes.lib import addresses
from twoyes.network import front as network
from twoyes.network import naming
from twoyes.people import front as people
from twoyes.people.models import Apart, MaybeSame, SameLook

pytestmark = [pytest.mark.both, pytest.mark.django_db]
AT_SEA, AT_HOME = "tom@sea.target.example", "tom.target@home.example"


def card(cast: Cast, name: str, *addresses: str) -> people.Card:
    return people.add_card(cast.cora.id, name=name, addresses=list(addresses))


def look(cast: Cast) -> care.Looked:
    with cast.time():
        found = care.look_for_same(cast.cora.id)
    assert found is not None
    return found


def asked(cast: Cast) -> list[tuple[str, str, str]]:
    return [(one.one.name, one.other.name, one.why) for one in people.questions(cast.cora.id)]


def split_again(cast: Cast, keep: str, gone: str) -> None:
    care.split(cast.cora.id, keep, [], again=gone, actor=cast.desk, now=cast.now)


def test_the_same_name_at_two_hosts_of_one_house_is_one_card_and_says_why(cast: Cast) -> None:
    other = card(cast, cast.tom.name, AT_SEA)
    found = look(cast)
    assert (found.joined, found.questions) == (1, 0)
    (joined,) = people.joined_by_themselves(cast.cora.id)
    assert joined.why == "name_house_local"
    assert {joined.card, joined.past} == {cast.tom.id, other.id}
    assert set(people.addresses(cast.cora.id, joined.card)) == {TOM, AT_SEA}
    assert look(cast).joined == 0, "again changes nothing"


def test_what_was_taken_apart_is_neither_joined_nor_asked_again(cast: Cast) -> None:
    card(cast, cast.tom.name, AT_SEA)
    look(cast)
    (joined,) = people.joined_by_themselves(cast.cora.id)
    split_again(cast, joined.card, joined.past)
    again = look(cast)
    assert (again.joined, again.questions) == (0, 0)
    assert people.joined_by_themselves(cast.cora.id) == []


def test_a_name_alone_is_asked_and_a_no_is_remembered_for_a_new_card_too(cast: Cast) -> None:
    other = card(cast, cast.tom.name, AT_HOME)
    assert look(cast).joined == 0
    assert asked(cast) == [(cast.tom.name, cast.tom.name, "name")]
    (question,) = people.questions(cast.cora.id)
    assert people.keep_apart(cast.cora.id, question.id, now=cast.now)
    assert not people.keep_apart(cast.cora.id, question.id, now=cast.now), "sent twice"
    assert asked(cast) == []
    look(cast)
    assert asked(cast) == [], "not at the next look"
    people.edit_card(cast.cora.id, other.id, addresses=[])
    new = card(cast, cast.tom.name, AT_HOME)
    look(cast)
    # The card that lost its address was told apart, too; of the two without a no it is asked.
    (question,) = people.questions(cast.cora.id)
    assert {question.one.id, question.other.id} == {other.id, new.id}


def test_a_merge_that_would_close_an_ask_is_a_question_instead(cast: Cast) -> None:
    other = card(cast, cast.tom.name, AT_SEA)
    older, younger = Twins(cast, other).asked("queued", "queued")
    before = (cast.state(older), cast.state(younger))
    found = look(cast)
    assert (cast.state(older), cast.state(younger)) == before
    assert (found.joined, asked(cast)) == (0, [(cast.tom.name, cast.tom.name, "name_house_local")])
    (question,) = people.questions(cast.cora.id)
    both = {question.one.id, question.other.id}
    assert both == {cast.tom.id, other.id}
    done = care.merge(cast.cora.id, cast.tom.id, other.id, actor=cast.desk, now=cast.now)
    assert done.closed == (younger,), "the connector may"


def test_a_book_is_looked_through_alone_and_nothing_of_anothers_is_read(cast: Cast) -> None:
    people.add_card(cast.otto.id, name=cast.tom.name, addresses=[AT_SEA])
    found = look(cast)
    assert (found.joined, found.questions) == (0, 0)
    assert people.questions(cast.otto.id) == []
    card(cast, cast.tom.name, AT_HOME)
    look(cast)
    (question,) = people.questions(cast.cora.id)
    assert people.question(cast.otto.id, question.id) is None
    assert not people.keep_apart(cast.otto.id, question.id, now=cast.now)


def test_a_card_in_no_list_is_in_no_question_and_joined_to_nobody(cast: Cast) -> None:
    other = card(cast, cast.tom.name, AT_SEA)
    card(cast, cast.tom.name, AT_HOME)
    people.set_mark(cast.cora.id, other.id, "not_listed", on=True, now=cast.now)
    assert look(cast).joined == 0
    (question,) = people.questions(cast.cora.id)
    assert other.id not in {question.one.id, question.other.id}
    people.set_mark(cast.cora.id, cast.tom.id, "not_listed", on=True, now=cast.now)
    assert people.questions(cast.cora.id) == [], "nor one that was asked before the mark"


def test_the_names_that_came_with_mail_speak_too(cast: Cast) -> None:
    other = card(cast, "Tom", AT_SEA)
    assert look(cast).joined == 0
    met = naming.Met(addresses.key(AT_SEA), AT_SEA, 1, 2, Counter({cast.tom.name: 3}))
    naming.save(cast.cora.id, [met])
    naming.save(cast.otto.id, [naming.Met(addresses.key(TOM), TOM, 1, 2, Counter({"Somebody Else": 3}))])
    assert look(cast).joined == 1
    (joined,) = people.joined_by_themselves(cast.cora.id)
    assert {joined.card, joined.past} == {cast.tom.id, other.id}


def test_two_who_look_at_once_are_one(cast: Cast) -> None:
    runner = people.begin_look(cast.cora.id)
    assert runner is not None
    assert people.begin_look(cast.cora.id) is None
    assert care.look_for_same(cast.cora.id) is None
    last = people.look(cast.cora.id)
    assert last is not None
    assert last.open
    # One whose process is gone is taken over, and then shut out.
    SameLook.objects.update(began_at="2001-01-01T00:00:00Z")
    assert look(cast).cards == len(people.everybody(cast.cora.id))
    assert not people.end_look(cast.cora.id, runner, [("a" * 12, "b" * 12, "name")], seen=1, joined=0)
    assert not MaybeSame.objects.exists()


def test_an_erasure_takes_what_was_said_about_them(cast: Cast) -> None:
    other = card(cast, cast.tom.name, AT_HOME)
    people.say_apart(cast.cora.id, people.keys_apart(cast.tom.id), people.keys_apart(other.id), now=cast.now)
    keys = set(people.keys_apart(other.id)[:1])
    assert Apart.objects.filter(one__in=keys).exists() or Apart.objects.filter(other__in=keys).exists()
    care.erase(AT_HOME, actor=introductions.Actor(introductions.Role.PROGRAM), now=cast.now)
    assert not Apart.objects.filter(one__in=keys).exists()
    assert not Apart.objects.filter(other__in=keys).exists()


def test_an_account_that_goes_takes_its_questions_and_answers_along(cast: Cast) -> None:
    for name in ("Ada Berg", "Nils Holt"):
        for number in range(2):
            card(cast, name, f"{name[:3].lower()}{number}@h{number}.example")
    look(cast)
    first, _second = people.questions(cast.cora.id)
    people.keep_apart(cast.cora.id, first.id, now=cast.now)
    assert all(model._default_manager.exists() for model in (MaybeSame, Apart, SameLook))
    care.remove_connector("cora", now=cast.now)
    assert not any(model._default_manager.exists() for model in (MaybeSame, Apart, SameLook))


def test_what_is_kept_are_keys_and_ids_alone(cast: Cast) -> None:
    card(cast, cast.tom.name, AT_HOME)
    look(cast)
    (question,) = people.questions(cast.cora.id)
    people.keep_apart(cast.cora.id, question.id, now=cast.now)
    with connection.cursor() as cursor:
        for model in (MaybeSame, Apart, SameLook):
            cursor.execute(f'SELECT * FROM "{model._meta.db_table}"')
            rows = repr(cursor.fetchall())
            assert cast.tom.name not in rows
            assert "@" not in rows


def test_a_look_that_nobody_asked_for_merges_nothing_and_hints_once_at_what_is_new(cast: Cast) -> None:
    def hinted() -> int:
        found = people.connector_by_id(cast.cora.id)
        assert found is not None
        return found.maybe_same

    def unasked() -> None:
        with cast.time():
            assert care.look_for_same(cast.cora.id, unasked=True)

    card(cast, cast.tom.name, AT_SEA)
    card(cast, cast.rita.name, "rita@home.example")
    unasked()
    assert people.joined_by_themselves(cast.cora.id) == []
    assert [why for _one, _other, why in asked(cast)] == ["name_house_local", "name"], "the surest first"
    assert hinted() == 2
    people.hint_seen(cast.cora.id)
    unasked()
    assert hinted() == 0, "these were seen"
    card(cast, cast.tom.name, AT_HOME)
    unasked()
    assert hinted() == 1, "the third Tom is new"
    people.hint_seen(cast.cora.id)
    assert look(cast).joined == 1, "asked for, what is sure is joined"
    assert hinted() == 0


def test_where_book_or_mail_changed_a_look_follows_and_otherwise_none(cast: Cast) -> None:
    card(cast, cast.tom.name, AT_HOME)
    with cast.time():
        care.work_through(cast.cora.id)
    assert len(asked(cast)) == 1
    MaybeSame.objects.all().delete()
    with cast.time():
        care.work_through(cast.cora.id)
    assert asked(cast) == []


def test_a_look_in_turn_is_followed_by_what_it_made_due(cast: Cast) -> None:
    card(cast, cast.tom.name, AT_SEA)
    runner = people.begin_look(cast.cora.id)
    assert runner is not None
    with cast.time():
        care.look_in_turn(cast.cora.id, runner)
    assert len(people.joined_by_themselves(cast.cora.id)) == 1
    assert not network.is_stale(cast.cora.id)
