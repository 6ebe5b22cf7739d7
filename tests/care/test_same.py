"""A look through a book: what is sure is one card, all else is asked, and what was taken apart stays apart."""

from __future__ import annotations

from collections import Counter

import pytest
from django.db import connection

from tests.care.merging import Twins
from tests.support.cast import TOM, Cast
from twoyes.care import front as care
from twoyes.introductions import front as introductions
from twoyes.introductions.models import Introduction
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
        return care.look_for_same(cast.cora.id)


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


def test_a_look_takes_over_from_one_that_was_killed_or_has_not_begun(cast: Cast) -> None:
    assert people.begin_look(cast.cora.id)
    assert not people.begin_look(cast.cora.id), "one is under way"
    runner = people.take_look(cast.cora.id)
    last = people.look(cast.cora.id)
    assert last is not None
    assert last.open
    assert look(cast).cards == len(people.everybody(cast.cora.id)), "whoever has the turn need not wait for the dead"
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


def hinted(cast: Cast) -> tuple[int, int]:
    found = people.connector_by_id(cast.cora.id)
    assert found is not None
    return found.joined_alone, found.maybe_same


def unasked(cast: Cast) -> care.Looked:
    with cast.time():
        return care.look_for_same(cast.cora.id, unasked=True)


def test_a_look_that_nobody_asked_for_joins_what_is_sure_and_tells_once_of_it_and_of_what_is_new(cast: Cast) -> None:
    card(cast, cast.tom.name, AT_SEA)
    card(cast, cast.rita.name, "rita@home.example")
    assert unasked(cast).joined == 1
    (joined,) = people.joined_by_themselves(cast.cora.id)
    assert joined.why == "name_house_local"
    assert [why for _one, _other, why in asked(cast)] == ["name"], "a name alone only asks"
    assert hinted(cast) == (1, 1)
    assert unasked(cast).joined == 0, "again changes nothing"
    assert hinted(cast) == (1, 1)
    people.hint_seen(cast.cora.id)
    card(cast, cast.tom.name, AT_HOME)
    unasked(cast)
    assert hinted(cast) == (0, 1), "the third Tom is new"
    people.hint_seen(cast.cora.id)
    card(cast, cast.tom.name, "tom@bay.target.example")
    assert look(cast).joined == 1
    assert hinted(cast) == (0, 0), "who asked for the look sees what it found"


def test_what_a_look_joined_before_it_was_killed_is_told_of_and_the_next_goes_on(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("Ada Berg", "Nils Holt", "Uma Third"):
        for host in ("sea", "bay"):
            card(cast, name, f"{name[:3].lower()}@{host}.{name[-4:].lower()}.example")
    note, done = people.note_rule, list[str]()

    def killed_at_the_second(owner: str, gone: str, why: str, *, hint: bool) -> None:
        note(owner, gone, why, hint=hint)
        done.append(gone)
        if len(done) == 2:
            raise KeyboardInterrupt

    with monkeypatch.context() as patched, cast.time():
        patched.setattr(people, "note_rule", killed_at_the_second)
        with pytest.raises(KeyboardInterrupt):
            care.work_through(cast.cora.id)
    assert [one.past for one in people.joined_by_themselves(cast.cora.id)] == done[:1], "the second was not whole"
    assert hinted(cast) == (1, 0)
    with cast.time():
        found = care.work_through(cast.cora.id)
    assert found is not None
    assert found.joined == 2, "nobody waits for the look that is gone"
    assert hinted(cast) == (3, 0)
    assert people.count_joined(cast.cora.id) == 3


def test_a_look_by_itself_leaves_open_introductions_alone_and_asks(cast: Cast) -> None:
    introduction = cast.asked()
    card(cast, cast.tom.name, AT_SEA)
    card(cast, cast.rita.name, "rita@sea.asks.example")
    before = Introduction.objects.values().get(pk=introduction)
    assert unasked(cast).joined == 0
    assert Introduction.objects.values().get(pk=introduction) == before
    assert sorted(why for _one, _other, why in asked(cast)) == ["name_house_local"] * 2
    assert hinted(cast) == (0, 2)
    cast.answer(introduction, "no")
    with cast.time():
        introductions.close(introduction, "other", actor=cast.desk, now=cast.now)
    assert unasked(cast).joined == 2, "once it is over nothing stands against it"


def test_a_group_with_a_contradiction_is_not_joined_by_itself(cast: Cast) -> None:
    other, third = card(cast, cast.tom.name, AT_SEA), card(cast, cast.tom.name, "tom@bay.target.example")
    people.say_apart(cast.cora.id, people.keys_apart(other.id), people.keys_apart(third.id), now=cast.now)
    assert unasked(cast).joined == 0
    assert people.joined_by_themselves(cast.cora.id) == []
    assert {why for _one, _other, why in asked(cast)} == {"name_house_local"}


@pytest.mark.parametrize("answer", ["apart", "not_listed"])
def test_what_its_owner_said_while_a_look_went_on_counts(
    cast: Cast, answer: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    other, read = card(cast, cast.tom.name, AT_SEA), people.told_apart

    def said_after(owner: str) -> set[tuple[str, str]]:
        found = read(owner)
        if answer == "apart":
            people.say_apart(owner, people.keys_apart(cast.tom.id), people.keys_apart(other.id), now=cast.now)
        else:
            people.set_mark(owner, other.id, "not_listed", on=True, now=cast.now)
        return found

    with monkeypatch.context() as patched:
        patched.setattr(people, "told_apart", said_after)
        assert unasked(cast).joined == 0
    assert (unasked(cast).joined, asked(cast)) == (0, [])


def test_who_was_told_apart_from_a_card_is_told_apart_from_what_it_becomes_a_part_of(cast: Cast) -> None:
    """A card without an address is told apart by itself; joined to another it must not be forgotten."""
    bare, other = card(cast, cast.tom.name), card(cast, cast.tom.name, AT_SEA)
    people.say_apart(cast.cora.id, people.keys_apart(bare.id), people.keys_apart(other.id), now=cast.now)
    care.merge(cast.cora.id, cast.tom.id, bare.id, actor=cast.desk, now=cast.now)
    assert unasked(cast).joined == 0
    assert asked(cast) == []


def test_what_joined_by_itself_comes_apart_whole_and_the_stricter_mark_held_meanwhile(cast: Cast) -> None:
    owner, other = cast.cora.id, card(cast, cast.tom.name, AT_SEA, "tom@third.example")
    people.edit_card(owner, cast.tom.id, notes="Likes mornings.")
    people.edit_card(owner, other.id, notes="Sails.", organisation="Sea Works")
    people.say_word(owner, other.id, since="2017", how="worked", how_well="well", now=cast.now)
    people.set_mark(owner, cast.tom.id, "do_not_ask", on=True, now=cast.now)

    def told() -> list[object]:
        cards = (cast.tom.id, other.id)
        reads = (people.card, people.secrets_of, people.my_word, people.marks)
        return [read(owner, one) for one in cards for read in reads]

    before = told()
    assert unasked(cast).joined == 1
    (joined,) = people.joined_by_themselves(owner)
    assert (joined.card, joined.past) == (other.id, cast.tom.id), "who has more addresses stays"
    assert people.may_not_be_asked(other.id), "the mark of either holds"
    assert hinted(cast) == (1, 0)
    split_again(cast, joined.card, joined.past)
    assert told() == before
    assert hinted(cast) == (0, 0), "nothing is told of what was taken apart"
    assert not people.may_not_be_asked(other.id)
    assert (unasked(cast).joined, asked(cast)) == (0, [])


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
    assert people.begin_look(cast.cora.id)
    with cast.time():
        assert care.look_in_turn(cast.cora.id).joined == 1
    assert len(people.joined_by_themselves(cast.cora.id)) == 1
    assert not network.is_stale(cast.cora.id)
