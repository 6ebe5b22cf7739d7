"""House rules as sentences: what each finds at its bound, how much it weighs, and what the page says (N3, K1, K2)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tests.policy.examples import RITA
from twoyes.lib.errors import Refused
from twoyes.people import front as people
from twoyes.policy import front as policy
from twoyes.policy.front import Facts, HouseRules, Strength, judge

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
NONE = HouseRules(1, remind_days=5, lapse_days=14, ask_days=10, spacing_days=30)
KNOWN = Facts(known=True, known_months=12, read_months=12, weeks=5)


def with_rule(rule: str, **values: int | str) -> HouseRules:
    """Return rules with one sentence chosen; its usual values stand where none is given."""
    known = next(one for one in policy.SENTENCES if one.id == rule)
    usual: dict[str, int | str] = {value.name: value.default for value in known.values}
    strength = {"strength": str(known.strength)} if known.strength else {}
    return replace(NONE, chosen={rule: {**usual, **strength, **values}})


def found(rules: HouseRules, facts: Facts | None = None, **words: str) -> list[str]:
    """Return the codes that a good request meets with these facts and words."""
    return [one.code for one in judge(RITA | words, rules, facts=facts)]


@pytest.mark.parametrize(
    ("rule", "met", "spared"),
    [
        ("not_known", [Facts(known=False)], [Facts(known=None), Facts(known=True)]),
        (
            "too_new",
            [replace(KNOWN, known_months=11), Facts(known=False, known_months=0, read_months=12)],
            [KNOWN, replace(KNOWN, known_months=None), replace(KNOWN, known_months=11, read_months=11)],
        ),
        (
            "too_few_weeks",
            [replace(KNOWN, weeks=4), Facts(known=False, weeks=0, read_months=2)],
            [KNOWN, replace(KNOWN, weeks=None), replace(KNOWN, weeks=0, read_months=1)],
        ),
        ("too_many_open", [Facts(open_requests=2), Facts(open_requests=3)], [Facts(open_requests=1)]),
        ("outcome_owed", [Facts(outcomes_owed=1)], [Facts()]),
        ("no_show", [Facts(no_shows=1)], [Facts()]),
        ("talk_first", [Facts(is_first=True)], [Facts(), Facts(is_first=True, talked=True)]),
    ],
)
def test_a_rule_about_the_sender_is_met_at_its_bound_and_only_once_it_is_chosen(
    rule: str, met: list[Facts], spared: list[Facts]
) -> None:
    for facts in met:
        assert found(with_rule(rule), facts) == [rule]
        assert found(NONE, facts) == []
    for facts in spared:
        assert found(with_rule(rule), facts) == []
    assert found(with_rule(rule)) == [], "without facts only the words are judged"


@pytest.mark.parametrize(
    ("when", "facts", "met"),
    [
        ("always", Facts(), True),
        ("always", Facts(talked=True), False),
        ("unknown", Facts(known=False), True),
        ("unknown", Facts(known=None, is_first=True), False),
        ("first", Facts(known=False), False),
    ],
)
def test_a_talk_comes_first_when_the_connector_says_so(when: str, facts: Facts, met: bool) -> None:
    assert (found(with_rule("talk_first", when=when, words=""), facts) == ["talk_first"]) == met


def test_a_rule_about_words_weighs_what_was_chosen_and_what_is_not_chosen_weighs_as_ever() -> None:
    gift = {"benefit": "I will send them my free e-book and our slide deck."}
    usual = {one.code: one.strength for one in judge(RITA | gift, NONE)}
    assert usual
    for strength in policy.STRENGTHS:
        weighed = {one.code: one.strength for one in judge(RITA | gift, with_rule("no_benefit", strength=strength))}
        assert weighed == dict.fromkeys(usual, strength)
    assert {one.code: one.strength for one in judge(RITA | gift, with_rule("sales_pitch"))} == usual


@pytest.mark.parametrize(
    "written", ["gauges", "Tide Gauges", "crypto, TIDE-gauges", "crypto\ntide gauges", " , gauges,"]
)
def test_a_topic_is_met_word_for_word_however_it_is_written(written: str) -> None:
    rules = with_rule("topics", welcome="", unwelcome=written)
    (met,) = judge(RITA, rules)
    assert (met.code, met.field) == ("topics", "target")


@pytest.mark.parametrize("written", ["", " , ", "gaug", "tide water", "gauges tide"])
def test_a_part_of_a_word_and_no_word_at_all_are_no_topic(written: str) -> None:
    assert found(with_rule("topics", welcome="tide gauges", unwelcome=written)) == []


def test_the_private_list_acts_without_a_tick_and_looks_at_the_target_alone() -> None:
    assert found(NONE, Facts(no_go=("baltic waters",))) == ["no_go"]
    assert found(NONE, Facts(no_go=("Gothenburg", "", "Baltic Seas"))) == []
    (met,) = judge(RITA, NONE, facts=Facts(no_go=("Tomasz Wisniewski",)))
    assert (met.strength, met.field) == (Strength.BLOCKER, "target")


def test_who_may_read_what_and_what_may_be_set_aside() -> None:
    told = {"not_known", "too_soon", "no_show", "no_go", "suspicious", "no_why", "topics", "repeat"}
    assert {code for code in told if policy.may_be_told(code)} == {"not_known", "no_why", "topics", "repeat"}
    assert {code for code in told if not policy.may_be_set_aside(code)} == {"too_soon"}
    assert not policy.may_be_set_aside("against_wishes")
    assert {code for code in told if policy.about_words(code)} >= {"no_why", "topics"}
    assert {
        "not_known",
        "too_new",
        "too_few_weeks",
        "too_many_open",
        "outcome_owed",
        "talk_first",
        "repeat",
    } == policy.SHOWN_AFTER_PROOF


def test_what_is_the_connectors_own_is_what_they_chose_or_wrote_down() -> None:
    rules = with_rule("no_benefit")
    assert all(policy.is_own(code, rules) for code in ("no_benefit", "one_sided", "gift_nobody_wants", "no_go"))
    assert not any(policy.is_own(code, rules) for code in ("sales_pitch", "no_why", "not_known"))


def test_help_names_what_still_stands_in_the_words_and_what_may_be_told_of_the_sender() -> None:
    codes = ["no_why_now", "no_why", "not_known", "no_show", "no_go"]
    told = policy.helps(RITA | {"why_now": ""}, codes)
    assert [(one.code, one.field) for one in told] == [("no_why_now", "why_now"), ("not_known", "")]


# ---------------------------------------------------------------- what the page says


@pytest.mark.parametrize(
    ("rule", "values", "told"),
    [
        ("not_known", {}, ["I introduce people I know: my word is what the other side relies on."]),
        ("too_new", {"months": 7}, ["I introduce people I have known for a good while."]),
        ("too_few_weeks", {"weeks": 7}, ["We have been in touch again and again, not only this week."]),
        ("places", {"places": 1}, ["I keep 1 place a month for people I don't know yet."]),
        ("places", {"places": 3}, ["I keep 3 places a month for people I don't know yet."]),
        ("talk_first", {"when": "always"}, ["Talk to me first: I decide after that."]),
        ("talk_first", {"words": "Call me."}, ["When you ask me for the first time, we talk first. Call me."]),
        ("no_benefit", {}, ["Tell me what is in it for them. What helps only you I do not pass on."]),
        ("sales_pitch", {}, ["No sales pitches."]),
        ("brain_picking", {}, ["Nobody's brain is picked for the price of a coffee."]),
        ("topics", {"welcome": "wind", "unwelcome": ""}, ["What I like to introduce for: wind"]),
        ("topics", {"welcome": "", "unwelcome": "crypto"}, ["What I do not introduce for: crypto"]),
        ("too_many_open", {"most": 1}, ["At most 1 open request each."]),
        ("too_many_open", {"most": 2}, ["At most 2 open requests each."]),
        ("spacing", {"days": 45}, ["I ask each of my contacts at most once in 45 days, so it may take a while."]),
        ("outcome_owed", {}, ["Tell me what happened, or it was the last time."]),
        ("no_show", {}, ["Be there when you said you would, or call it off in good time."]),
        ("lapse", {"days": 9}, ["I answer within 9 days, or it lapses with a kind word."]),
        ("ask_length", {"days": 12}, ["Whom I ask has 12 days to answer, and silence is a no."]),
        ("pause", {"words": "Back in May."}, []),
    ],
)
def test_each_sentence_stands_on_the_page_in_the_connectors_voice(
    rule: str, values: dict[str, int | str], told: list[str]
) -> None:
    assert policy.said(with_rule(rule, **values), zone="UTC", now=NOW) == told


@pytest.mark.parametrize(
    ("rule", "speaks"),
    [("not_known", True), ("too_new", True), ("too_few_weeks", True), ("places", True), ("lapse", False)],
)
def test_what_earns_trust_is_said_where_a_rule_speaks_of_trust(rule: str, speaks: bool) -> None:
    assert policy.earning(with_rule(rule)) == (policy.what_earns() if speaks else "")


def test_closed_weeks_are_said_in_the_connectors_days_until_they_are_over() -> None:
    # From the midnight before 3 August to the midnight after the 16th, in Berlin.
    summer = (datetime(2026, 8, 2, 22, tzinfo=UTC), datetime(2026, 8, 16, 22, tzinfo=UTC))
    rules = replace(NONE, closed=(summer,))
    told = ["I am away from 3 August 2026 to 16 August 2026; nothing lapses meanwhile."]
    for now in (NOW, summer[0], summer[1] - timedelta(seconds=1)):
        assert policy.said(rules, zone="Europe/Berlin", now=now) == told
    assert policy.said(rules, zone="Europe/Berlin", now=summer[1]) == []


# ---------------------------------------------------------------- choosing


@pytest.fixture
def cora(db: None) -> people.ConnectorView:
    return people.add_connector("cora@connects.example", name="Cora Lund", handle="cora", zone="Europe/Berlin")


def test_a_new_connector_has_chosen_nothing(cora: people.ConnectorView) -> None:
    assert policy.house_rules(cora.id).chosen == {}
    assert not policy.house_rules(cora.id).is_paused
    assert "too_many_open" not in {one.id for one in policy.listed_rules(cora.id)}


def test_what_is_chosen_is_listed_with_its_values_and_its_strength(cora: people.ConnectorView) -> None:
    policy.choose(
        cora.id,
        {"too_many_open": "yes", "too_many_open_most": "3", "too_many_open_strength": "hint"}
        | {
            "no_benefit": "yes",
            "no_benefit_strength": "blocker",
            "lapse": "yes",
            "lapse_days": "9",
            "lapse_remind": "2",
        },
    )
    listed = {one.id: one for one in policy.listed_rules(cora.id)}
    assert len(listed) == len(policy.listed_rules(cora.id)), "each stands once"
    assert (listed["too_many_open"].strength, listed["too_many_open"].values) == (Strength.HINT, {"most": 3})
    assert listed["lapse"].values == {"days": 9}
    assert listed["reminder"].values == {"days": 2}
    strengths = {code: listed[code].strength for code in ("no_benefit", "one_sided", "gift_nobody_wants", "no_why")}
    assert strengths == {
        "no_benefit": "blocker", "one_sided": "blocker", "gift_nobody_wants": "blocker", "no_why": "concern",
    }  # fmt: skip


def test_a_number_that_is_not_ticked_is_the_usual_one(cora: people.ConnectorView) -> None:
    policy.choose(cora.id, {"ask_length": "yes", "ask_length_days": "21"})
    assert policy.house_rules(cora.id).ask_days == 21
    policy.choose(cora.id, {"ask_length_days": "21"})
    assert policy.house_rules(cora.id).ask_days == 10


def test_a_number_that_was_set_another_way_counts_as_ticked(cora: people.ConnectorView) -> None:
    policy.set_house_rules(cora.id, spacing_days=60)
    shown = policy.written(cora.id)
    assert (shown["spacing"], shown["spacing_days"], shown["lapse"]) == ("yes", "60", "")
    assert policy.choose(cora.id, shown).spacing_days == 60


def test_closed_days_come_back_as_they_were_written_and_one_day_is_enough(cora: people.ConnectorView) -> None:
    policy.choose(
        cora.id, {"closed_first_0": "2026-08-03", "closed_last_0": "2026-08-16", "closed_last_1": "2026-12-24"}
    )
    shown = policy.written(cora.id)
    days = [shown[f"closed_{end}_{number}"] for number in (0, 1) for end in ("first", "last")]
    assert days == ["2026-08-03", "2026-08-16", "2026-12-24", "2026-12-24"]
    assert policy.choose(cora.id, shown).version == 2


@pytest.mark.parametrize(
    ("days", "fine"),
    [
        (("2026-01-01", "2026-12-31"), True),
        (("2026-01-01", "2027-01-01"), False),
        (("2026-01-02", "2026-01-01"), False),
    ],
)
def test_a_closed_time_lasts_a_year_at_most(cora: people.ConnectorView, days: tuple[str, str], fine: bool) -> None:
    typed = {"closed_first_0": days[0], "closed_last_0": days[1]}
    if fine:
        assert len(policy.choose(cora.id, typed).closed) == 1
        return
    with pytest.raises(policy.BadRules) as wrong:
        policy.choose(cora.id, typed)
    assert wrong.value.errors["closed_first_0"][0] == wrong.value.code == "bad_closed"


@pytest.mark.parametrize(("least", "most"), [("1", "240")])
def test_a_number_is_taken_up_to_its_bounds(cora: people.ConnectorView, least: str, most: str) -> None:
    for written in (least, most):
        chosen = policy.choose(cora.id, {"too_new": "yes", "too_new_months": written}).chosen["too_new"]
        assert chosen == {"months": int(written), "strength": "concern"}
    for written in ("0", "241", "-1", "1.5", "٣", "9" * 30):
        with pytest.raises(policy.BadRules):
            policy.choose(cora.id, {"too_new": "yes", "too_new_months": written})


def test_a_version_that_was_seen_is_found_again_and_none_of_ours_is_the_one_in_force(
    cora: people.ConnectorView,
) -> None:
    policy.choose(cora.id, {"outcome_owed": "yes"})
    policy.choose(cora.id, {})
    assert [set(policy.rules_seen(cora.id, seen).chosen) for seen in (1, 2, 3, 9, None)] == [
        set(), {"outcome_owed"}, set(), set(), set(),
    ]  # fmt: skip
    assert policy.rules_seen(cora.id, 9).version == policy.rules_seen(cora.id, None).version == 3


def test_the_private_list_makes_no_version_and_is_trimmed(cora: people.ConnectorView) -> None:
    assert policy.choose(cora.id, {"no_go_names": " Uwe Lang \n\n Blade Works\n"}).version == 1
    assert policy.no_go(cora.id) == ("Uwe Lang", "Blade Works")
    policy.forget_no_go(cora.id)
    assert policy.no_go(cora.id) == ()


def test_nobody_chooses_for_a_connector_who_is_gone(db: None) -> None:
    with pytest.raises(Refused, match="no such connector"):
        policy.choose("nobody000000", {"outcome_owed": "yes"})
