"""House rules are sentences that a connector chooses: each acts once chosen, through the public form (N3, K1 to K5)."""

from __future__ import annotations

import sys
from datetime import timedelta

import pytest

from tests.support.cast import REQUEST, RITA, Cast
from tests.web.browsing import Browser, forms_of, twice, unlabelled
from tests.web.chosen import CASES, STRANGER, Stage, without
from twoyes.introductions.models import Introduction
from twoyes.lib import tokens
from twoyes.policy import front as policy

RULES = [rule.id for rule in policy.SENTENCES]


@pytest.fixture
def stage(cast: Cast, cora: Browser) -> Stage:
    return Stage(cast, cora)


def test_each_rule_has_a_case_and_each_case_a_rule() -> None:
    assert list(CASES) == RULES


@pytest.mark.parametrize("rule", RULES)
def test_a_chosen_rule_acts_through_the_public_form(stage: Stage, rule: str) -> None:
    assert CASES[rule].met(stage)


@pytest.mark.parametrize("rule", RULES)
def test_a_chosen_rule_leaves_alone_what_it_is_not_for(stage: Stage, rule: str) -> None:
    assert not CASES[rule].spared(stage)


@pytest.mark.parametrize("rule", RULES)
def test_without_its_file_a_rule_does_nothing(stage: Stage, rule: str, monkeypatch: pytest.MonkeyPatch) -> None:
    left = without(rule)
    for name, module in sys.modules.items():
        if name.startswith("twoyes.policy") and hasattr(module, "SENTENCES"):
            monkeypatch.setattr(module, "SENTENCES", left)
    try:
        met = CASES[rule].met(stage)
    except (AssertionError, KeyError):
        # Its field is gone from the page, or its number is.
        met = False
    assert not met


# ---------------------------------------------------------------- the page on the desk


def test_the_page_is_reached_from_the_bar_and_from_the_own_page_and_reads_well(cora: Browser) -> None:
    assert 'href="/desk/rules/"' in cora.get("/desk/").content.decode()
    assert cora.get("/desk/page/").content.decode().count('href="/desk/rules/"') == 2
    page = cora.get("/desk/rules/")
    assert unlabelled(page) == twice(page) == []
    (form,) = forms_of(page)
    assert not [rule for rule in RULES if form.values.get(rule)], "nothing is chosen to begin with"


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("too_new_months", "0", "number"),
        ("too_new_months", "many", "number"),
        ("too_new_months", "", "number"),
        ("talk_first_when", "never", "choice"),
        ("too_new_strength", "wall", "choice"),
        ("lapse_remind", "20", "number"),
        ("ask_length_days", "6", "number"),
        ("closed_first_0", "soon", "date"),
        ("closed_last_0", "2026-01-01", "bad_closed"),
        ("pause_words", "x" * 301, "bad_text"),
        ("no_go_names", "x" * 4001, "bad_text"),
    ],
)
def test_a_bad_value_is_named_beside_its_field_and_nothing_is_lost(
    stage: Stage, field: str, value: str, code: str
) -> None:
    ticked = dict.fromkeys(("too_new", "talk_first", "lapse", "ask_length", "pause"), "yes")
    days = {"closed_first_0": "2026-03-04", "closed_last_0": "2026-03-10"}
    answer = stage.cora.press("/desk/rules/", "rules", **{**ticked, **days, "topics_welcome": "wind", field: value})
    assert answer.status_code == 422
    at = "closed_first_0" if field == "closed_last_0" else field
    assert f'data-error="{at}:{code}"' in answer.content.decode()
    (form,) = forms_of(answer)
    assert (form.values["topics_welcome"], form.values["too_new"]) == ("wind", "yes")
    assert form.values[field] == value or field in form.choices, "a choice that is none cannot be shown"
    assert policy.house_rules(stage.cast.cora.id).version == 1


def test_what_was_chosen_stands_there_again_and_the_same_once_more_is_no_new_version(stage: Stage) -> None:
    stage.choose(too_new="yes", too_new_months="7", lapse="yes", lapse_days="9", no_go_names="Uwe Lang")
    (form,) = forms_of(stage.cora.get("/desk/rules/"))
    kept = {name: form.values[name] for name in ("too_new", "too_new_months", "lapse_days", "no_go_names")}
    assert kept == {"too_new": "yes", "too_new_months": "7", "lapse_days": "9", "no_go_names": "Uwe Lang"}
    stage.choose()
    assert policy.house_rules(stage.cast.cora.id).version == 2
    stage.choose(no_go_names="")
    assert policy.no_go(stage.cast.cora.id) == ()


# ---------------------------------------------------------------- who reads what


def test_the_page_says_in_words_what_earns_trust_and_never_a_private_number_or_name(stage: Stage) -> None:
    stage.choose(
        not_known="yes",
        too_new="yes",
        too_new_months="137",
        too_few_weeks="yes",
        too_few_weeks_weeks="113",
        no_go_names="Secretive Holdings",
    )
    stage.mail()
    asked = stage.ask(**STRANGER)
    of_asker = stage.asker.open_as(asked, "requester")
    for page in (stage.page(), stage.asker.get(of_asker).content.decode()):
        assert "137" not in page
        assert "113" not in page
        assert "Secretive" not in page
    assert "What earns trust" in stage.page()


def test_whoever_asked_reads_after_the_proof_what_stands_in_their_way_and_nothing_that_is_the_connectors(
    stage: Stage,
) -> None:
    stage.mail()
    stage.choose(not_known="yes", talk_first="yes", no_show="yes", no_go_names="Blade Works")
    asked = stage.ask(**STRANGER)
    page = stage.asker.get(stage.asker.open_as(asked, "requester")).content.decode()
    desk = stage.desk(asked)
    told = {rule.id: rule.sentence for rule in policy.SENTENCES}
    assert told["not_known"] in page
    assert told["talk_first"] in page
    assert told["no_go"] not in page
    assert told["no_go"] in desk


def test_what_is_the_connectors_alone_is_not_offered_to_be_returned_nor_named_when_it_is_forged(stage: Stage) -> None:
    stage.choose(no_go_names="Blade Works")
    asked = stage.ask(why_now="")
    at = f"/desk/introductions/{asked}/"
    assert "no_go" not in stage.cora.form(at, "return").choices["codes"]
    stage.cora.press(at, "return", codes="no_go no_why_now")
    page = stage.asker.get(stage.asker.open_as(asked, "requester")).content.decode()
    assert "never asked through you" not in page
    assert all("never asked through you" not in str(letter) for letter in stage.cast.sent)


def test_unknown_is_not_zero_where_nothing_was_read(stage: Stage) -> None:
    stage.choose(not_known="yes", too_new="yes", too_few_weeks="yes", places="yes")
    asked = stage.ask(**STRANGER)
    assert stage.cast.state(asked) == "waiting"
    assert not [one for one in ("not_known", "too_new", "too_few_weeks") if stage.finds(asked, one)]


def test_the_connectors_word_counts_as_evidence_for_and_against(stage: Stage) -> None:
    stage.mail()
    stage.choose(not_known="yes", too_new="yes", too_new_months="30", too_few_weeks="yes", too_few_weeks_weeks="40")
    first = stage.ask()
    assert [stage.finds(first, one) for one in ("not_known", "too_new", "too_few_weeks")] == [False, True, True]
    stage.word(since="2015", how="worked", how_well="well")
    assert [stage.finds(first, one) for one in ("not_known", "too_new", "too_few_weeks")] == [False, False, False]
    stage.word(since="", how="", how_well="by_name")
    assert stage.finds(first, "not_known")


# ---------------------------------------------------------------- which version


def test_a_request_is_judged_by_the_rules_that_its_sender_saw(stage: Stage) -> None:
    form = stage.asker.form("/@cora", "request")
    stage.choose(talk_first="yes", talk_first_when="always")
    stage.cast.now += timedelta(minutes=2)
    stage.asker.post(form.action, {**form.values, **REQUEST})
    (seen_before,) = Introduction.objects.values_list("pk", "policy_version")
    assert seen_before[1] == 1
    seen_after = stage.ask(email="other@asks.example", target="Somebody else")
    assert stage.finds(seen_after, "talk_first")
    assert not stage.finds(seen_before[0], "talk_first")
    stage.choose(talk_first="")
    assert stage.finds(seen_after, "talk_first"), "also when the connector changed the rules meanwhile"


@pytest.mark.parametrize("noted", ["", "nonsense", "otto-1", "cora-99", "cora-x"])
def test_an_unknown_or_foreign_version_falls_back_to_the_one_in_force(stage: Stage, noted: str) -> None:
    stage.choose(too_new="yes")
    signed = tokens.sign("rules", noted) if "-" in noted else noted
    stage.ask(rules=signed)
    assert Introduction.objects.get().policy_version == 2


# ---------------------------------------------------------------- setting a rule aside


def test_a_blocking_rule_stands_before_the_approval_until_it_is_set_aside_with_a_reason(stage: Stage) -> None:
    stage.choose(outcome_owed="yes", outcome_owed_strength="blocker")
    stage.cast.unreported()
    asked = stage.ask(target="Tom Target once more", email=RITA)
    at = f"/desk/introductions/{asked}/"
    refused = stage.cora.press(at, "approve", target=stage.cast.tom.id, vouch="Careful.")
    assert refused.status_code == 409
    assert 'data-refused="rule_stands"' in refused.content.decode()
    bare = stage.cora.press(at, "override", codes="outcome_owed")
    assert 'data-error="reason:required"' in bare.content.decode()
    assert stage.cora.press(at, "override", codes="outcome_owed", reason="She told me by phone.").status_code == 303
    assert "She told me by phone." in stage.desk(asked)
    page = stage.asker.get(stage.asker.open_as(asked, "requester")).content.decode()
    assert "by phone" not in page
    assert b"by phone" not in bytes(Introduction.objects.get(pk=asked).set_aside), "it is sealed"
    assert stage.cora.press(at, "approve", target=stage.cast.tom.id, vouch="Careful.").status_code == 200


def test_whoever_is_never_asked_is_not_asked_under_other_words_either(stage: Stage) -> None:
    stage.choose(no_go_names="Blade Works")
    asked = stage.ask(target="The one with the erosion model")
    assert not stage.finds(asked, "no_go")
    refused = stage.cora.press(f"/desk/introductions/{asked}/", "approve", target_query="Tom Target", vouch="Careful.")
    assert refused.status_code == 409
    assert "Tom Target is never asked through you" in refused.content.decode()
    stage.choose(no_go_names="")
    again = stage.cora.press(f"/desk/introductions/{asked}/", "approve", target_query="Tom Target", vouch="Careful.")
    assert again.status_code == 200


def test_a_name_on_the_list_can_be_set_aside_for_one_request(stage: Stage) -> None:
    stage.choose(no_go_names="Blade Works")
    asked = stage.ask()
    at = f"/desk/introductions/{asked}/"
    assert stage.cora.press(at, "approve", target=stage.cast.tom.id, vouch="Careful.").status_code == 409
    stage.cora.press(at, "override", codes="no_go", reason="He asked me to.")
    assert stage.cora.press(at, "approve", target=stage.cast.tom.id, vouch="Careful.").status_code == 200


def test_a_pause_keeps_what_is_under_way_and_takes_nothing_new_until_it_is_over(stage: Stage) -> None:
    asked = stage.ask()
    stage.choose(pause="yes", pause_words="Back in May.")
    assert "Back in May." in stage.page()
    assert not forms_of(Browser(stage.cast).get("/@cora"))
    assert stage.cast.state(asked) == "waiting"
    assert 'id="paused"' in stage.cora.get("/desk/page/").content.decode()
    stage.choose(pause="")
    assert 'id="paused"' not in stage.cora.get("/desk/page/").content.decode()
    assert stage.ask(target="Somebody else")


# ---------------------------------------------------------------- places


@pytest.mark.both
def test_without_a_free_place_a_stranger_is_told_when_the_next_one_opens_and_what_earns_trust(stage: Stage) -> None:
    stage.mail()
    stage.choose(places="yes", places_places="1")
    stage.ask(**STRANGER)
    late = stage.ask(email="uwe@new.example", name="Uwe Late")
    assert stage.cast.state(late) == "returned"
    again = stage.led_back(late)
    page = stage.asker.get(again).content.decode()
    assert "1 April 2026" in page
    assert "What earns trust" in page
    assert "returned" in [letter.kind for letter in stage.cast.sent]
    stage.cast.pass_time(timedelta(days=29))
    stage.asker.press(again, "revise")
    assert stage.cast.state(late) == "returned", "it is still March"
    stage.cast.pass_time(timedelta(days=1))
    stage.asker.press(again, "revise")
    assert stage.cast.state(late) == "waiting"
