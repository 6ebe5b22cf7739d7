"""What is known of whoever asks: shown to the connector as facts, and repeats answered from the record (K5, N7, F4)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.support.cast import REQUEST, RITA, TOM, Cast
from tests.web.browsing import Browser
from tests.web.chosen import Stage
from twoyes.care import front as care
from twoyes.introductions import front as introductions
from twoyes.introductions.models import Introduction, Letter
from twoyes.lib import addresses
from twoyes.people import front as people
from twoyes.policy import front as policy
from twoyes.policy.models import NoGo

OTHER = "rita@sea.asks.example"


@pytest.fixture
def stage(cast: Cast, cora: Browser) -> Stage:
    return Stage(cast, cora)


@pytest.mark.both
def test_the_desk_says_what_they_asked_what_became_of_it_and_what_they_gave(stage: Stage) -> None:
    first = stage.cast.awaiting_outcome()
    asker = stage.cast.asker(first)
    introductions.report_outcome(first, "met", "", actor=asker, now=stage.cast.now)
    page = stage.desk(stage.ask(target="Somebody else"))
    for told in ("They asked you once before.", "You introduced them once.", "What they told: We met."):
        assert told in page
    assert "They said yes" not in page


def test_a_first_request_has_nothing_behind_it(stage: Stage) -> None:
    assert 'id="standing"' not in stage.desk(stage.ask())


def test_who_was_asked_and_said_yes_gave_something(stage: Stage) -> None:
    stage.cast.introduced()
    assert "They said yes to one of yours." in stage.desk(stage.ask(email=TOM, name="Tom Target", target="Nora Vik"))


def test_a_no_of_the_one_who_was_asked_is_not_in_the_standing(stage: Stage) -> None:
    """Both count as open until the promised date: the ledger reads the requester's view (quiet-no)."""
    stage.cast.refused()
    stage.cast.now += timedelta(days=1)
    assert "One more request is open." in stage.desk(stage.ask(target="Somebody else"))


def test_whoever_writes_reads_beside_the_letter_what_a_chosen_sentence_finds_in_the_words(stage: Stage) -> None:
    stage.choose(topics="yes", topics_unwelcome="casting shows")
    form = stage.asker.form("/@cora", "request")
    shown = stage.asker.post("/@cora/preview", {**form.values, **REQUEST, "ask": "Which casting shows would he join?"})
    assert "no introductions are made here" in shown.content.decode()


def test_a_kind_no_can_rest_on_a_sentence_of_the_page(stage: Stage) -> None:
    stage.choose(outcome_owed="yes", too_new="yes", too_new_months="137")
    page = stage.desk(stage.ask())
    assert '<option value="Tell me what happened, or it was the last time.">' in page
    assert "137" not in page


# ---------------------------------------------------------------- repeats


@pytest.mark.case("A2")
@pytest.mark.parametrize(
    "spelled", ["TARGET, Tom (Blade Works, of)", "Mr. Tom Target of Bláde-Works", " tom  target of blade works "]
)
def test_the_same_wish_is_answered_from_the_record_however_it_is_spelled(stage: Stage, spelled: str) -> None:
    first = stage.ask()
    form = stage.asker.form("/@cora", "request")
    stage.cast.now += timedelta(days=1)
    form = stage.asker.form("/@cora", "request")
    stage.cast.now += timedelta(minutes=2)
    words = {name: value for name, value in introductions_words(first).items() if name in form.values}
    stage.asker.post(form.action, {**form.values, **words, "target": spelled})
    assert list(Introduction.objects.values_list("pk", flat=True)) == [first]


def introductions_words(introduction: str) -> dict[str, str]:
    """Return what was written, to be written once more."""
    from twoyes.lib import sealing

    return dict(sealing.get_json(Introduction.objects.get(pk=introduction), "words"))


@pytest.mark.parametrize("other", ["Tom Target of Blade Yard", "Tim Target of Blade Works", "Somebody at Blade Works"])
def test_another_wish_is_not_taken_for_a_repeat(stage: Stage, other: str) -> None:
    first, second = stage.ask(), stage.ask(target=other)
    assert first != second


def test_a_repeat_under_another_address_that_was_proved_is_answered_from_the_record(stage: Stage) -> None:
    first = stage.ask()
    keys = {addresses.key(one) for one in (RITA, OTHER)}
    people.lock_subjects(stage.cast.cora.community_id, keys)
    people.link_subjects(stage.cast.cora.community_id, keys)
    again = introductions.request(
        stage.cast.cora.id, {**introductions_words(first), "email": OTHER}, now=stage.cast.now, door="test"
    )
    assert (again.id, again.repeat) == (first, True)


def test_a_repeat_under_an_address_that_only_the_book_knows_is_told_to_the_connector_alone(stage: Stage) -> None:
    people.edit_card(stage.cast.cora.id, stage.cast.rita.id, addresses=[RITA, OTHER])
    first = stage.ask()
    second = stage.ask(email=OTHER)
    assert first != second
    assert stage.finds(second, "repeat")
    assert not stage.finds(first, "repeat")
    page = Browser(stage.cast)
    told = page.get(page.open_as(second, "requester")).content.decode()
    assert "asked for before" not in told


def test_what_stands_beside_them_on_a_card_counts_for_the_connector_and_not_on_their_own_page(stage: Stage) -> None:
    """A card may be wrong about who is one person, and a page must not tell one what another asked."""
    people.edit_card(stage.cast.cora.id, stage.cast.rita.id, addresses=[RITA, OTHER])
    stage.choose(too_many_open="yes", too_many_open_most="1")
    stage.ask()
    second = stage.ask(email=OTHER, target="Somebody else")
    assert stage.finds(second, "too_many_open")
    page = stage.asker.get(stage.asker.open_as(second, "requester")).content.decode()
    assert "Other requests of the same person" not in page


# ---------------------------------------------------------------- a second address


def test_a_second_address_is_suggested_to_the_connector_alone_and_put_on_the_card_by_one_press(stage: Stage) -> None:
    stage.ask()
    second = stage.ask(email=OTHER, target="Somebody else")
    assert "A second address?" in stage.desk(second)
    page = Browser(stage.cast)
    assert "second address" not in page.get(page.open_as(second, "requester")).content.decode()
    assert stage.cora.press(f"/desk/introductions/{second}/", "add_address").status_code == 303
    assert OTHER in people.addresses(stage.cast.cora.id, stage.cast.rita.id)
    assert "They asked you once before." in stage.desk(second)
    assert "A second address?" not in stage.desk(second)


@pytest.mark.parametrize("name", ["Rita", "Rolf Berg", "Rita Holmberg"])
def test_somebody_else_is_not_taken_for_a_card(stage: Stage, name: str) -> None:
    assert "A second address?" not in stage.desk(stage.ask(email="somebody@far.example", name=name))


@pytest.mark.both
def test_whoever_holds_both_letters_is_one_person_and_what_is_owed_counts_for_both(stage: Stage) -> None:
    stage.choose(too_many_open="yes", too_many_open_most="1")
    first = stage.ask()
    second = stage.ask(email=OTHER, name="R. H.", target="Somebody else")
    assert not stage.finds(second, "too_many_open")
    link = stage.cast.key(first, "received")
    at = stage.asker.open_as(second, "requester")
    assert stage.asker.press(at, "also_me", other=f"http://testserver/r/{link}").status_code == 303
    assert stage.finds(second, "too_many_open")
    page = stage.asker.get(at).content.decode()
    assert "Other requests of the same person are still open." in page
    assert RITA not in page
    assert people.addresses(stage.cast.cora.id, stage.cast.rita.id) == [RITA], "no card changes by it"


def test_a_link_that_shows_nothing_is_refused_beside_its_field(stage: Stage) -> None:
    asked = stage.ask()
    at = stage.asker.open_as(asked, "requester")
    own = stage.cast.key(asked, "received")
    for other, code in (("", "unknown"), ("http://testserver/r/nonsense", "unknown"), (own, "same")):
        answer = stage.asker.press(at, "also_me", other=other)
        assert answer.status_code == 422
        assert f'data-error="other:{code}"' in answer.content.decode()


def test_a_letter_to_the_one_who_is_asked_proves_no_requester(stage: Stage) -> None:
    asked = stage.ask()
    other = stage.cast.asked(email="rolf@asks.example", name="Rolf Berg")
    token = stage.cast.key(other, "ask", side="target")
    answer = stage.asker.press(stage.asker.open_as(asked, "requester"), "also_me", other=token)
    assert 'data-error="other:unknown"' in answer.content.decode()


# ---------------------------------------------------------------- the private list


def test_the_private_list_is_sealed_and_goes_with_its_connector(stage: Stage) -> None:
    stage.choose(no_go_names="Secretive Holdings")
    assert b"Secretive" not in bytes(NoGo.objects.get().names)
    with stage.cast.time():
        care.remove_connector("cora", now=stage.cast.now)
    assert not NoGo.objects.exists()


@pytest.mark.case("E18")
def test_an_erased_person_is_taken_off_the_private_lists_by_name_and_by_address(stage: Stage) -> None:
    stage.choose(no_go_names=f"Tom Target\nSecretive Holdings\n{TOM}")
    with stage.cast.time():
        care.erase(TOM, actor=stage.cast.desk, now=stage.cast.now)
    assert policy.no_go(stage.cast.cora.id) == ("Secretive Holdings",)


def test_the_reason_for_setting_a_rule_aside_goes_with_whoever_asked(stage: Stage) -> None:
    asked = stage.ask(why_now="")
    at = f"/desk/introductions/{asked}/"
    stage.cora.press(at, "override", codes="no_why_now", reason="Rita is my cousin.")
    assert introductions.weighed(stage.cast.cora.id, asked, stage.cast.now).aside[0].reason == "Rita is my cousin."
    with stage.cast.time():
        care.erase(RITA, actor=stage.cast.desk, now=stage.cast.now)
    assert bytes(Introduction.objects.get(pk=asked).set_aside) == b""
    assert not Letter.objects.filter(introduction=asked).exclude(text=b"").exists()


@pytest.mark.case("E8")
def test_nobody_weighs_another_connectors_request(stage: Stage) -> None:
    asked = stage.ask()
    assert introductions.weighed(stage.cast.otto.id, asked, stage.cast.now) == introductions.Weighed()
    assert introductions.shown_to_sender(asked, "nobody's", stage.cast.now) == []
