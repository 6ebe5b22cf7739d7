"""Whom to ask: from mail to the warmest ways, each with its reasons; never an address, never somebody not listed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.network.histories import ADA, CORA, KIM, NOW, TOM, both_ways, mail, mbox
from twoyes.lib.errors import Refused
from twoyes.network import importing, log
from twoyes.network.log.rewriting import forget_keys
from twoyes.network.models import GivenTie, Identity
from twoyes.network.ways import building, finding, shelf
from twoyes.people import front as people


def names(owner: str, source: str = "me", target: str = TOM, **more: int) -> list[list[str]]:
    return [[one.name for one in way.people] for way in finding.warm_paths(owner, source, target, **more).ways]


def test_the_warmest_way_is_over_whom_you_both_know_best(built: str) -> None:
    found = finding.warm_paths(built, "me", TOM, max_steps=2).ways
    over = [way.people[1].name for way in found if len(way.people) == 3]
    assert over == ["Kim Berg", "Ada Moor"]
    assert [way.warmth for way in found] == sorted((way.warmth for way in found), reverse=True)


def test_each_step_says_what_shows_it_and_the_weakest_is_named(built: str) -> None:
    (way,) = [one for one in finding.warm_paths(built, "me", TOM, max_steps=2).ways if one.people[1].name == "Kim Berg"]
    assert way.steps[0].sentence == (
        "Kim Berg: You wrote to each other in 10 different weeks since September 2019, last on 17 November 2019."
        " They write first more often."
    )
    assert way.steps[1].sentence == (
        "Kim Berg and Tom Target wrote to each other in 8 different weeks that you saw, last on 3 November 2019."
    )
    assert way.why.endswith("The weakest tie is between Kim Berg and Tom Target.")
    assert way.weakest == min(step.strength for step in way.steps)
    assert way.warmth == pytest.approx(way.steps[0].strength * way.steps[1].strength)
    assert all(step.proven for step in way.steps)


def test_what_shows_a_tie_of_mine_is_the_same_from_its_other_end(cora: str, tmp_path: Path) -> None:
    kim, tom = f"Kim Berg <{KIM}>", f"Tom Target <{TOM}>"
    asked = [mail(CORA, kim, day=250, ident="a@m.example"), mail(kim, CORA, day=251, ident="b@m.example")]
    asked.append(mail(CORA, kim, day=260, ident="c@m.example"))
    importing.import_history(cora, [mbox(tmp_path, *asked, mail(CORA, tom, day=252, ident="d@m.example"))])
    building.build(cora, NOW)
    for other, begun in ((KIM, "Kim Berg: You wrote to them in"), (TOM, "Tom Target: You wrote to them in one week")):
        (there,) = finding.warm_paths(cora, "me", other, max_steps=1).ways
        (back,) = finding.warm_paths(cora, other, "me", max_steps=1).ways
        assert there.steps[0].sentence == back.steps[0].sentence
        assert back.steps[0].sentence.startswith(begun)
        assert back.steps[0].sentence.endswith("no answer is seen.") == (other == TOM)


def test_no_way_names_an_address(built: str) -> None:
    for way in finding.warm_paths(built, "me", TOM).ways:
        assert "@" not in way.why
        assert all("@" not in one.name for one in way.people)


def test_somebody_without_a_name_is_told_by_where_their_mail_is_from(cora: str, tmp_path: Path) -> None:
    letters = both_ways(CORA, "kim@blades.example") + both_ways("kim@blades.example", f"Tom Target <{TOM}>", cc=CORA)
    importing.import_history(cora, [mbox(tmp_path, *letters)])
    building.build(cora, NOW)
    assert ["Cora Lund", "somebody at blades.example", "Tom Target"] in names(cora, max_steps=2)


def test_a_step_is_one_introduction_and_more_are_asked_for(built: str) -> None:
    assert {len(way) for way in names(built, max_steps=1)} <= {2}
    assert max(len(way) for way in names(built, max_steps=3)) == 4


def test_whoever_is_not_listed_is_on_no_way(built: str) -> None:
    kim = people.who(built, KIM)
    people.set_mark(built, kim.id, "not_listed", on=True, now=NOW)
    building.build(built, NOW)
    assert not any("Kim Berg" in way for way in names(built))
    with pytest.raises(Refused) as refused:
        names(built, "me", KIM)
    assert refused.value.code == "not_there"


def test_whoever_was_erased_is_on_no_way_at_once(built: str) -> None:
    kim = people.who(built, KIM)
    keys = people.keys_of(kim.id)
    forget_keys(keys, NOW)
    owner = people.connector_by_id(built)
    assert owner is not None
    people.forget_keys(owner.community_id, keys, NOW)
    assert not any("Kim Berg" in way for way in names(built))
    building.build(built, NOW)
    assert not any("Kim Berg" in way for way in names(built))


def test_my_word_wins_over_what_mail_shows(built: str) -> None:
    ada = people.who(built, ADA)
    people.say_word(built, ada.id, since="2001", how="worked", how_well="well", now=NOW)
    kim = people.who(built, KIM)
    people.say_word(built, kim.id, since="", how="", how_well="by_name", now=NOW)
    building.build(built, NOW)
    over = [way[1] for way in names(built, max_steps=2) if len(way) == 3]
    assert over[0] == "Ada Moor"


def test_a_card_with_nothing_beside_it_is_weak_and_said_to_be_unproven(built: str) -> None:
    card = people.add_card(built, name="Nora Vik", organisation="Nordsjo")
    building.build(built, NOW)
    (way,) = finding.warm_paths(built, "me", card.id).ways
    assert way.weakest == pytest.approx(0.1)
    assert not way.steps[0].proven
    assert "nothing is seen between you" in way.why
    assert "Not every step can be proven" in way.why


def test_a_tie_that_was_handed_in_counts_one_way_and_says_so(built: str) -> None:
    nora = people.add_card(built, name="Nora Vik")
    kim = people.who(built, KIM)
    GivenTie.objects.create(owner_id=built, one=kim.id, other=nora.id, strength=0.9)
    building.build(built, NOW)
    assert ["Cora Lund", "Kim Berg", "Nora Vik"] in names(built, "me", "Nora Vik", max_steps=2)
    assert names(built, "Nora Vik", KIM, max_steps=1) == []
    way = finding.warm_paths(built, "Kim Berg", "Nora Vik", max_steps=1).ways[0]
    assert "it cannot be proven" in way.why


def test_several_addresses_of_one_card_are_one_person(built: str, tmp_path: Path) -> None:
    kim = people.who(built, KIM)
    people.add_address(built, kim.id, "kim@private.example")
    letters = both_ways(CORA, "kim@private.example", weeks=4)
    importing.import_history(built, [mbox(tmp_path, *letters, name="more.mbox")])
    before = finding.warm_paths(built, "me", KIM, max_steps=1).ways[0].weakest
    building.build(built, NOW)
    after = finding.warm_paths(built, "me", KIM, max_steps=1).ways[0].weakest
    assert after > before
    nodes = shelf.opened(built)
    assert nodes is not None
    assert not Identity.objects.filter(pk__in=nodes.nodes, key__in=people.keys_of(kim.id)).exists()


def test_nothing_of_anothers_book_is_on_any_way(built: str, otto: str) -> None:
    with pytest.raises(Refused) as refused:
        names(otto)
    assert refused.value.code == "no_graph"
    building.build(otto, NOW)
    with pytest.raises(Refused) as refused:
        names(otto)
    assert refused.value.code == "nobody"


@pytest.mark.parametrize(
    ("source", "target", "code"),
    [("me", "me", "same_person"), ("cora", "me", "same_person"), ("me", "Nobody Here", "nobody"), ("me", "", "nobody")],
)
def test_ends_that_are_none_are_refused(built: str, source: str, target: str, code: str) -> None:
    with pytest.raises(Refused) as refused:
        finding.warm_paths(built, source, target)
    assert refused.value.code == code


def test_a_graph_of_an_earlier_version_is_as_good_as_none_and_made_anew(built: str) -> None:
    path = shelf.folder(built) / "current.json"
    told = json.loads(path.read_text())
    path.write_text(json.dumps({name: value for name, value in told.items() if name != "format"}))
    assert shelf.opened(built) is None
    building.build(built, NOW)
    assert shelf.opened(built) is not None


def test_a_graph_that_is_made_anew_takes_the_place_of_the_old_one(built: str) -> None:
    first = shelf.opened(built)
    assert shelf.opened(built) is first
    building.build(built, NOW)
    building.build(built, NOW)
    assert shelf.opened(built) is not first
    assert len([one for one in shelf.folder(built).glob("v-*") if one.is_dir()]) == 2
    assert log.paths(built)
