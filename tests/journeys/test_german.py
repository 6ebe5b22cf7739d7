"""In German from the first page to the last letter, and whatever is read meanwhile: nobody falls back to English."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.journeys.people import APPROVAL, Nora, Person, Rita, Stage, Tom
from tests.journeys.postroom import Letter
from tests.journeys.test_pasted import tom_in_the_book_of
from tests.support.english import english_in, words_of

pytestmark = pytest.mark.browser

GERMAN = {
    "about_me": "Ich leite seit vierzehn Jahren die Wartung von Rotorblättern bei Nordsjø Drift.",
    "why_them": "Sein Aufsatz von 2024 über Erosion beschreibt genau den Schaden, den wir jede Woche sehen.",
    "why_now": "Unsere Prüfungen beginnen im Mai, und die Drohnen sind bestellt.",
    "benefit": "Er bekommt die Prüfdaten von 212 Anlagen aus drei Jahren, bereinigt, um darüber zu veröffentlichen.",
    "ask": "Ein Videogespräch von 20 Minuten darüber, welche Spalten der Daten er braucht.",
    "format": "video",
    "minutes": "20",
    "by_when": "vor Mitte Mai",
    "homework": "Ich habe seine drei Aufsätze gelesen und sein Modell auf unsere Daten von 2023 angewandt.",
    "how_we_know": "Wir haben zwei Jahre zusammen auf Borkum gearbeitet.",
    "may_pass_on": "yes",
}
POOR = {**GERMAN, "benefit": "Ich schicke ihm gern mein kostenloses E-Book und unsere Präsentation."}


def reads_no_english(person: Person, *known: str) -> None:
    """Look for English on the page that stands there, and in every letter to this person."""
    names = (*known, person.name, "English", *APPROVAL.values())
    assert english_in(words_of(person.page.content()), known=names) == [], person.page.url
    for letter in person.letters():
        assert english_in(_whole(letter), known=names) == [], letter.kind


def _whole(letter: Letter) -> str:
    return f"{letter.subject}\n{letter.text}\n{words_of(letter.html)}"


def asks(rita: Rita, nora: Nora, target: str, **words: str) -> None:
    """Ask through Nora's page in German, and prove the address by the letter."""
    before = len(rita.letters("verify"))
    _late_enough(rita)
    rita.open(f"{rita.house.url}/@{nora.handle}")
    reads_no_english(rita, nora.name, target)
    rita.fill("request", name=rita.name, email=rita.address, target=target, **{**GERMAN, **words})
    rita.house.next_day()
    assert rita.post("request") == 200
    reads_no_english(rita, nora.name, target)
    rita.follows(rita.waits_for("verify", before + 1))
    reads_no_english(rita, nora.name, target)
    assert rita.post("verify") == 200
    reads_no_english(rita, nora.name, target)


def _late_enough(rita: Rita) -> None:
    """Let an hour of the day go by: a form that is opened at midnight is a day old at the next, and too old to send."""
    rita.house.tick(hours=1)


def chooses(nora: Nora, **fields: str) -> None:
    nora.open(f"{nora.house.url}/desk/rules/")
    assert nora.post("rules", fields) == 200


def knows_by_name_alone(nora: Nora, rita: Rita) -> None:
    """Put somebody into Nora's book, and let her say that she knows no more of them than the name."""
    nora.open(f"{nora.house.url}/desk/people/")
    assert nora.post("add_card", {"name": rita.name, "organisation": "", "addresses": rita.address}) == 200
    nora.house.run("my-word", rita.address, "--how-well", "by_name", "--as", nora.handle)


def test_a_poor_request_goes_back_twice_and_is_good_then(stage: Stage) -> None:
    nora, rita = stage.nora(language="de"), stage.rita(language="de")
    tom = tom_in_the_book_of(nora, stage)
    chooses(nora, no_benefit="yes", no_benefit_strength="blocker")
    asks(rita, nora, tom.name, benefit=POOR["benefit"])

    back = rita.waits_for("returned")
    assert "Was helfen würde:" in back.text
    assert nora.letters("new_request") == []
    rita.follows(back)
    rita.look("german-returned")
    reads_no_english(rita, nora.name)
    assert rita.post("revise", {"benefit": GERMAN["benefit"], "why_now": "So bald wie möglich."}) == 200

    nora.open(f"{stage.house.url}/desk/introductions/{back.introduction}/")
    assert nora.post("return", {"codes": "no_why_now", "words": "Warum in diesem Frühling?"}) == 200
    again = rita.waits_for("returned", 2)
    assert "Warum in diesem Frühling?" in again.text
    rita.follows(again)
    assert rita.reads("Warum in diesem Frühling?")
    reads_no_english(rita, nora.name)
    assert rita.post("revise", {"why_now": GERMAN["why_now"]}) == 200
    reads_no_english(rita, nora.name)
    nora.approves(back.introduction, tom)
    tom.is_asked()
    assert tom.reads(GERMAN["ask"])
    reads_no_english(tom, nora.name, rita.name, rita.address, tom.organisation)


def test_a_stranger_is_told_when_the_next_place_opens_and_what_would_earn_it(stage: Stage) -> None:
    nora, first, late = stage.nora(language="de"), stage.rita(language="de"), stage.rita(language="de")
    for one in (first, late):
        knows_by_name_alone(nora, one)
    chooses(nora, places="yes", places_places="1")
    asks(first, nora, "Uma Dritte")
    asks(late, nora, "Uma Dritte")
    back = late.waits_for("returned")
    for told in (back.text, back.html):
        assert "Im Monat halte ich einen Platz für Menschen frei" in " ".join(told.split())
        assert "Was Vertrauen schafft" in " ".join(told.split())
        assert "Der nächste wird am 1. " in " ".join(told.split())
    late.follows(back)
    late.look("german-stranger")
    assert late.reads("Was Vertrauen schafft")
    reads_no_english(late, nora.name)
    assert first.letters("returned") == []
    assert nora.letters("new_request") != []


def test_several_noes_on_a_phone_each_with_a_consolation_and_a_day_that_fires_once(stage: Stage) -> None:
    nora = stage.nora(language="de")
    ritas = [stage.rita(language="de") for _one in range(3)]
    for number, rita in enumerate(ritas):
        asks(rita, nora, f"Uma Dritte {number}")
    ids = [rita.introduction for rita in ritas]
    nora.open(f"{stage.house.url}/desk/noes/")
    nora.look("noes-several")
    reads_no_english(nora, *GERMAN.values(), *(rita.name for rita in ritas))
    for one in ids:
        nora.page.locator(f"#which-{one}").check()
    chosen = dict(zip((f"why_{one}" for one in ids), ("not_known", "too_soon", "not_a_fit"), strict=True))
    nora.fill("noes", **chosen, **{f"tone_{ids[2]}": "indirect", f"words_in_{ids[2]}": "fr"})
    nora.look("noes-several-chosen")
    assert nora.post("noes") == 200
    nora.look("noes-several-read")
    for said in ("Was es ändern könnte", "Für diese Vorstellung ist es zu früh.", "imaginer votre conversation"):
        assert nora.reads(said)
    assert nora.post("noes", step="send") == 200
    letters = [rita.waits_for("declined") for rita in ritas]
    assert "Was es ändern könnte" in letters[0].text
    assert "imaginer votre conversation" in letters[2].text
    for rita in ritas:
        rita.follows(rita.waits_for("received"))
        reads_no_english(rita, nora.name)

    stage.house.tick(days=91)
    came = ritas[1].waits_for("still_looking")
    ritas[1].follows(came)
    reads_no_english(ritas[1], nora.name)
    ritas[1].look("german-come-back")
    assert ritas[1].post("confirm") == 200
    reads_no_english(ritas[1], nora.name)
    stage.house.tick(days=200)
    assert [len(rita.letters("still_looking")) for rita in ritas] == [0, 1, 0]
    nora.open(f"{stage.house.url}/desk/noes/log")
    assert nora.page.locator("main li").count() == 3


def test_a_second_address_is_the_same_person_once_they_show_it_and_asks_nobody_twice(stage: Stage) -> None:
    nora, rita, other = stage.nora(language="de"), stage.rita(language="de"), stage.rita(language="de")
    chooses(nora, too_many_open="yes", too_many_open_most="1")
    asks(rita, nora, "Uma Dritte")
    asks(other, nora, "Jemand aus der Windkraft")
    waiting = other.introduction
    nora.open(f"{stage.house.url}/desk/introductions/{waiting}/")
    open_too = "Andere Anfragen derselben Person sind noch offen."
    assert not nora.reads(open_too)

    other.follows(other.waits_for("received"))
    assert other.post("also_me", {"other": rita.waits_for("received").link}) == 200
    other.look("german-also-me")
    reads_no_english(other, nora.name)
    assert rita.address not in other.page.content()
    nora.open(f"{stage.house.url}/desk/introductions/{waiting}/")
    assert nora.reads(open_too)
    nora.look("german-second-address")
    asks_again(other, nora, "Uma Dritte")
    assert len(nora.letters("new_request")) == 2, "the same wish is answered from the record"


def asks_again(rita: Rita, nora: Nora, target: str) -> None:
    """Send the form once more from a browser that proved its address."""
    _late_enough(rita)
    rita.open(f"{rita.house.url}/@{nora.handle}")
    rita.fill("request", name=rita.name, email=rita.address, target=target, **GERMAN)
    rita.house.next_day()
    assert rita.post("request") == 200


def in_the_book_of(nora: Nora, tom: Tom) -> None:
    nora.open(f"{nora.house.url}/desk/people/")
    fields = {"name": tom.name, "organisation": tom.organisation, "addresses": tom.address}
    assert nora.post("add_card", fields) == 200


def test_never_by_this_person_holds_whoever_asks_for_them_and_for_nobody_else(stage: Stage) -> None:
    nora, dora = stage.nora(language="de"), stage.nora(language="de")
    rita, ute = stage.rita(language="de"), stage.rita(language="de")
    tom = tom_in_the_book_of(nora, stage)
    in_the_book_of(dora, tom)
    asks(rita, nora, tom.name)
    nora.approves(rita.introduction, tom)
    tom.is_asked()
    assert tom.answers("never", scope="this_person") == 200
    tom.look("german-never")
    reads_no_english(tom, nora.name, rita.name)
    stage.house.tick(days=40)
    rita.waits_for("not_this_time")
    rita.follows(rita.waits_for("received"))
    reads_no_english(rita, nora.name)

    # Another connector, another wish: it is taken in like any other, and ends like silence.
    asks(rita, dora, tom.name, ask="Ein Telefonat von 10 Minuten über seine Messreihen.")
    second = rita.waits_for("received", 2).introduction
    dora.approves(second, tom)
    stage.house.tick(days=40)
    rita.waits_for("not_this_time", 2)
    assert len(tom.letters("ask")) == 1
    said = [letter.text.replace(nora.name, "N").replace(dora.name, "N") for letter in rita.letters("not_this_time")]
    assert words_alone(said[0]) == words_alone(said[1])

    asks(ute, dora, tom.name)
    dora.approves(ute.introduction, tom)
    tom.is_asked(2)
    assert tom.reads(GERMAN["ask"])
    stage.house.tick(days=timedelta(days=1).days)
    assert len(tom.letters("ask")) == 2


def words_alone(text: str) -> list[str]:
    """Return the words of a letter without its link."""
    return [word for word in text.split() if not word.startswith("http")]
