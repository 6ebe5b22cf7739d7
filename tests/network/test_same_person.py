"""Who is the same person: each rule on people of our own, and what must hold for all of them by any name."""

from __future__ import annotations

import random
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench import identity
from twoyes.network import same
from twoyes.network.identity import finding, mailboxes, mailmap, names, rules, tables
from twoyes.network.identity.comparing import Someone
from twoyes.network.identity.finding import Told

TOM = Someone("a", ("Tom Target",), ("tom.target@blades.example",))


def why(one: tuple[str, str], other: tuple[str, str]) -> str:
    """Which rule holds for two of a name and an address each; with a star where it joins by itself."""
    both = [Someone(key, (name,) if name else (), (address,)) for key, (name, address) in (("a", one), ("b", other))]
    found = finding.find(both)
    return f"{found[0].why}{'*' if found[0].joins else ''}" if found else ""


PAIRS = (
    (("Tom Target", "tom@blades.example"), ("Target, Tom", "tom@mail.blades.example"), "name_house_local*"),
    (("Tom B. Target", "tom@blades.example"), ("Tom Target", "tom@mail.blades.example"), "name_house_local*"),
    (("Tom Target", "tom@blades.example"), ("TARGET Tom", "tt@sales.blades.example"), "name_house*"),
    (("Tom Target", "knife@blades.example"), ("Tom Target", "knife@home.example"), "name_handle*"),
    (("Tom Target", "tom.target@gmail.com"), ("", "TomTarget+lists@googlemail.com"), "same_mailbox*"),
    (("Tom Target", "tom@gmail.com"), ("Tom Target", "target@gmail.com"), "name"),
    (("Tom Target", "tom@blades.example"), ("Tom Target", "tom@other.example"), "name"),
    # A son may leave the "Jr" out: that is asked.
    (("Tom Target", "tom@blades.example"), ("Tom Target Jr", "tomjr@blades.example"), "close_name_house"),
    # A house counts two people of one name.
    (("Tom Target", "t.target@blades.example"), ("Tom Target", "t.target2@blades.example"), "name"),
    (("Thomas Target", "tt@blades.example"), ("Tom Target", "tom@blades.example"), "close_name_house"),
    (("Thomas Target", "target@blades.example"), ("Tom Target", "target@other.example"), "close_name_local"),
    (("Rob Berg", "rob@berg.example"), ("Robert J. Berg", "rjb@other.example"), "close_name"),
    (("T. Target", "tt@blades.example"), ("Tom Target", "tom@blades.example"), "initial_house"),
    (("T. Target", "tom@one.example"), ("Tom Target", "tom@two.example"), "initial_local"),
    (("Tom Target", "tom@one.example"), ("", "target.tom@two.example"), "spelled"),
    (("", "ttar@blades.example"), ("", "ttar@mail.blades.example"), "house_local"),
    (("Tom Target", "tom@blades.example"), ("", "ttarget@sea.blades.example"), "house_short"),
    (("Tom Gunnholt", "tom@blades.example"), ("", "tgunnholt@sea.example"), "initialled"),
    (("BladeRunner7", "br@one.example"), ("BladeRunner7", "x@two.example"), "nick"),
    (("Tom Target", "knife@blades.example"), ("", "knife@home.example"), "handle"),
    (("Tom Target", "we@home.example"), ("Rita Holm", "we@home.example"), "mailbox"),
    (("", "/O=Blades/OU=EU/CN=Recipients/CN=TOM"), ("", "/o=blades/ou=eu/cn=recipients/cn=tom"), "same_mailbox*"),
    (
        ("", "IMCEANOTES-+22Tom+22+20+3Ctom+40blades+2Eexample+3E+40SEA@sea.example"),
        ("Tom", "tom@blades.example"),
        "same_mailbox*",
    ),
)  # fmt: skip


@pytest.mark.parametrize(("one", "other", "rule"), PAIRS)
def test_each_rule_holds_for_what_it_is_made_for(one: tuple[str, str], other: tuple[str, str], rule: str) -> None:
    assert why(one, other) == why(other, one) == rule


def test_every_rule_has_a_pair_here_and_a_sentence() -> None:
    assert {rule for _one, _other, rule in PAIRS} == {f"{one.name}{'*' if one.joins else ''}" for one in rules.RULES}
    assert all(same.why_same(one.name).endswith(".") for one in rules.RULES)
    assert same.why_same(finding.MAILMAP)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("Tom Target", "tom@blades.example"), ("Tom Thumb", "tom@other.example")),
        (("Tom Target", "tom@blades.example"), ("Tim Target", "tim@blades.example")),
        (("Tom A. Target", "ta@blades.example"), ("Tom B. Target", "tb@blades.example")),
        (("Tom Target Sr", "tom@blades.example"), ("Tom Target Jr", "tomjr@blades.example")),
        (("", "tom@one.example"), ("", "tom@two.example")),
        (("Blade Users", "blades@one.example"), ("Blade Users", "blades@one.two.example")),
        (("Tom Target via Blades", "blades@lists.example"), ("Tom Target", "tom@blades.example")),
        (("Tom Target", "root@one.example"), ("Tom Target", "root@two.one.example")),
        (("T T", "tt@one.example"), ("T T", "tt@two.example")),
    ],
)
def test_two_people_stay_two(one: tuple[str, str], other: tuple[str, str]) -> None:
    assert why(one, other) == ""


@pytest.mark.parametrize(
    "role", "root no-reply noreply postmaster info sales webmaster blades-list svn hello do-not-reply".split()
)
def test_a_function_is_nobody(role: str) -> None:
    both = [Someone(host, ("Tom Target",), (f"{role}@{host}",)) for host in ("blades.example", "x.blades.example")]
    assert finding.find([*both, TOM]) == []


def test_a_list_at_many_hosts_is_nobody() -> None:
    hosts = [Someone(str(n), (), (f"blades@h{n}.sea.example",)) for n in range(5)]
    assert finding.find(hosts[:2]) != []
    assert finding.find(hosts) == [], "nobody has one mailbox name at five hosts without ever a name"
    assert finding.find([*hosts[:2], Someone("l", ("Blades mailing list",), ("blades@sea.example",))]) == []


def test_an_address_of_two_people_joins_nobody_by_itself() -> None:
    couple = Someone("b", ("Tom Target", "Rita Holm"), ("we@blades.example",))
    (found,) = finding.find([TOM, couple])
    assert not found.joins


def test_one_who_would_put_two_names_into_one_group_makes_it_a_question() -> None:
    rita = Someone("b", ("Rita Holm",), ("rita@blades.example",))
    nameless = Someone("c", (), ("tom.target@blades.example", "rita@blades.example"))
    found = finding.find([TOM, rita, nameless])
    assert {one.why for one in found} == {"same_mailbox"}
    assert not any(one.joins for one in found)
    assert finding.groups(found) == []


def test_what_was_told_apart_is_neither_joined_nor_asked_nor_joined_by_a_third() -> None:
    other = Someone("b", ("Tom Target",), ("tom@blades.example",))
    third = Someone("c", ("Tom Target",), ("target@blades.example",))
    apart = Told({}, frozenset({("b", "a")}), {})
    assert finding.find([TOM, other], apart) == []
    found = finding.find([TOM, other, third], apart)
    assert {(one.one, one.other) for one in found} == {("a", "c"), ("b", "c")}
    assert finding.groups(found) == []


def test_what_is_asked_is_asked_once_for_two_groups() -> None:
    here = [Someone(f"a{n}", ("Tom Target",), (f"tom@h{n}.blades.example",)) for n in range(3)]
    there = [Someone(f"b{n}", ("Tom Target",), (f"tom@h{n}.sea.example",)) for n in range(3)]
    found = finding.find([*here, *there])
    assert finding.groups(found) == [("a0", "a1", "a2"), ("b0", "b1", "b2")]
    assert [one.why for one in finding.asked(found)] == ["name"]


def test_messages_that_name_both_speak_against_a_weak_rule_alone() -> None:
    weak = [
        Someone("a", ("T. Target",), ("tt@blades.example",)),
        Someone("b", ("Tom Target",), ("tom@blades.example",)),
    ]
    assert finding.find(weak)
    assert finding.find(weak, Told({}, frozenset(), {("a", "b"): 1})) == []
    strong = [TOM, Someone("b", ("Tom Target",), ("tom@blades.example",))]
    assert finding.find(strong, Told({}, frozenset(), {("a", "b"): 9}))[0].joins, "people write to their other address"


# ---------------------------------------------------------------- names, mailboxes, mailmap


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Dr. Tom B. Target, PhD", ("tom", ("b",), "target")),
        ("Target, Tom (Blades)", ("tom", (), "target")),
        ("MOLNAR Ingo", ("ingo", (), "molnar")),
        ("Miguel de Icaza", ("miguel", (), "deicaza")),
        ("Tom Target via Blades-list", ("tom", (), "target")),
        ("Jürgen Ångström", ("jurgen", (), "angstrom")),
        ("TomTarget", ("tom", (), "target")),
        ("Anne-Marie O'Brien", ("anne", ("marie",), "obrien")),
    ],
)
def test_a_name_is_taken_apart(text: str, name: tuple[str, tuple[str, ...], str]) -> None:
    found = names.parse(text)
    assert found is not None
    assert found[:3] == name


@pytest.mark.parametrize(
    "text", ["", "Tom", "tom7", "Blade mailing list", "The Linux Kernel Team", "4819", "---", "T T"]
)
def test_what_is_no_persons_name_is_none(text: str) -> None:
    assert names.parse(text) is None


def test_a_github_address_is_a_persons_and_says_nothing_of_a_house() -> None:
    box = mailboxes.read("1234567+tom@users.noreply.github.com")
    assert box is not None
    assert (box.local, box.house, box.role) == ("tom", "", False)


def test_a_mailmap_joins_what_no_rule_sees() -> None:
    lines = (
        "# who is who",
        "Tom Target <tom@blades.example> <root@kitchen.example>",
        "Tom Target <tom@blades.example> Blade Runner <br@sea.example>",
        "no entry",
        "",
    )
    told = mailmap.same(mailmap.read(lines))
    assert told == dict.fromkeys(("tom@blades.example", "root@kitchen.example", "br@sea.example"), "tom@blades.example")
    called = {"tom@blades.example": "Tom Target", "br@sea.example": "Blade Runner"}
    people = [Someone(address, (name,), (address,)) for address, name in called.items()]
    (found,) = finding.find(people, Told(told, frozenset(), {}))
    assert (found.why, found.joins) == ("mailmap", True)


# ---------------------------------------------------------------- what holds for all

_GIVEN, _FAMILY = ("Tom", "Thomas", "T.", "Rita", "Bob", "Robert"), ("Target", "Holm", "de Berg", "Gunnholt")
_NAMES = st.builds(lambda *words: " ".join(words), st.sampled_from(_GIVEN), st.sampled_from(_FAMILY))
_LOCALS = st.sampled_from(
    "tom ttarget tom.target t.target2 root no-reply rita knife rita.holm bob gunnholt info blades-list".split()
)
_HOSTS = st.sampled_from(
    "blades.example mail.blades.example sea.example gmail.com googlemail.com lists.sea.example".split()
)
_ADDRESSES = st.builds(lambda local, host: f"{local}@{host}", _LOCALS, _HOSTS)
_SOME = st.lists(
    st.tuples(st.lists(_NAMES, max_size=2), st.lists(_ADDRESSES, min_size=1, max_size=2)), min_size=2, max_size=9
).map(lambda rows: [Someone(f"{n}", tuple(called), tuple(at)) for n, (called, at) in enumerate(rows)])


@settings(max_examples=150, deadline=None)
@given(_SOME, st.randoms(use_true_random=False))
def test_the_order_of_the_people_changes_nothing(people: list[Someone], chance: random.Random) -> None:
    mixed = people[:]
    chance.shuffle(mixed)
    assert finding.find(mixed) == finding.find(people)


@settings(max_examples=150, deadline=None)
@given(_SOME)
def test_groups_are_what_joins_alone_put_together(people: list[Someone]) -> None:
    found = finding.find(people)
    assert all(one.one < one.other for one in found)
    known = {one.id: one for one in people}
    whose = {member: group for group in finding.groups(found) for member in group}
    assert sum(map(len, finding.groups(found))) == len(whose), "nobody is in two groups"
    for one in found:
        assert not one.joins or whose[one.one] is whose[one.other]
    for group in finding.groups(found):
        reached: set[str] = {group[0]}
        joins = [{one.one, one.other} for one in found if one.joins]
        while more := set[str]().union(*(both for both in joins if both & reached)) - reached:
            reached |= more
        assert reached == set(group)
    for one in found:
        for member in (one.one, one.other):
            boxes = [mailboxes.read(address) for address in known[member].addresses]
            assert any(box is not None and not box.role for box in boxes), "a function is in no pair"


@settings(max_examples=60, deadline=None)
@given(_SOME)
def test_telling_two_apart_never_joins_more(people: list[Someone]) -> None:
    found = finding.find(people)
    for one in found:
        again = finding.find(people, Told({}, frozenset({(one.one, one.other)}), {}))
        assert {(x.one, x.other) for x in again} == {(x.one, x.other) for x in found} - {(one.one, one.other)}
        whose = {member: group for group in finding.groups(again) for member in group}
        assert one.other not in whose.get(one.one, ())


@pytest.mark.slow(5)
def test_twenty_thousand_people_take_seconds_and_no_block_is_gone_through_by_pairs() -> None:
    chance = random.Random(4)
    people = [
        Someone(
            f"{n:05}", (f"G{chance.randrange(400):x}z Fam{chance.randrange(9000):x}q",), (f"m{n}@h{n % 999}.example",)
        )
        for n in range(20_000)
    ]
    crowd = [Someone(f"x{n}", ("Tom Target",), (f"u{n}@gmail.com",)) for n in range(2_000)]
    began = time.process_time()
    found = finding.find([*people, *crowd])
    assert time.process_time() - began < 20
    assert not any(one.one.startswith("x") for one in found), "a name of two thousand is nobody's"


def test_the_tables_are_folded_and_do_not_contradict() -> None:
    assert all(word == names.fold(word) for word in (*tables.NICKNAMES, *tables.PARTICLES, *tables.NOT_NAMES))
    assert tables.NOT_NAMES.isdisjoint(tables.NICKNAMES)
    assert tables.ROLES.isdisjoint(tables.NICKNAMES)


# ---------------------------------------------------------------- the gold


@pytest.mark.corpus
@pytest.mark.slow(2)
@pytest.mark.parametrize("half", [0, 1])
def test_what_joins_and_what_is_asked_is_as_right_as_it_has_to_be(half: int) -> None:
    for gold in (identity.linux_mips(), identity.numpy_mailmap()):
        named = identity.methods(gold)
        joins = identity.score(gold, named["rules that join"], half)
        asks = identity.score(gold, named["rules that join or suggest"], half)
        assert joins.right == joins.named > 0, gold.name
        assert asks.right / asks.named >= identity.SUGGESTS, gold.name
        assert asks.right / asks.there >= 0.75, gold.name


@pytest.mark.corpus
def test_every_pair_of_the_gold_is_labelled_and_each_person_stands_in_one_half() -> None:
    gold = identity.linux_mips()
    assert len(gold.labels) >= 300
    halves: dict[str, set[int]] = {}
    for (one, other), label in gold.labels.items():
        if label == "same":
            for address in (one, other):
                halves.setdefault(address, set()).add(gold.halves[one, other])
    assert all(len(found) == 1 for found in halves.values())
