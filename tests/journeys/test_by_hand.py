"""By hand: Cora copies the text with its link, and sends it her own way."""

import pytest

from tests.journeys.people import APPROVAL, Stage

pytestmark = pytest.mark.browser


def test_a_text_that_was_copied_asks_like_a_letter(stage: Stage) -> None:
    rita, tom = stage.rita(), stage.tom()
    rita.asks_for(tom)
    stage.cora.approves(rita.introduction, tom, channel="by_hand")
    text, link = stage.cora.takes_the_text()
    assert link in text
    assert stage.house.url in link

    tom.opens_by(link)
    assert tom.answers("yes") == 200
    stage.house.tick(minutes=10)
    assert tom.address in rita.waits_for("introduction").text
    assert rita.address in tom.waits_for("introduction").text
    assert [one.kind for one in tom.letters()] == ["introduction"]


CONNECTIONS = (
    "First Name,Last Name,URL,Email Address,Company,Position,Connected On\r\n"
    "{first},{last},https://www.linkedin.com/in/tom,,{company},Engineer,03 Mar 2019\r\n"
)


@pytest.mark.case("E1")
def test_somebody_known_from_linkedin_alone_is_asked_by_hand_and_introduced(stage: Stage) -> None:
    nora, rita, tom = stage.nora(), stage.rita(), stage.tom()
    first, last = tom.name.split()
    file = CONNECTIONS.format(first=first, last=last, company=tom.organisation).encode()
    nora.brings_in("Connections.csv", file)
    rita.asks_for(tom, at=nora.handle)

    # Nothing is said about the way the ask goes: there is only one.
    nora.weighs(rita.introduction)
    nora.look("by-hand-request")
    assert nora.post("approve", {**APPROVAL, "target": nora.card_of(tom)}) == 200
    assert nora.reads(f"Your book has no address of {tom.name}")
    nora.look("by-hand-preview")
    assert nora.post("approve", step="send") == 200
    nora.look("by-hand-approved")
    assert nora.page.get_by_role("button", name="Give me the text").is_visible()
    text, link = nora.takes_the_text()
    assert nora.copies("text") == text
    assert text.count(link) == 1

    tom.opens_by(link)
    tom.look("by-hand-ask")
    assert tom.answers("yes", address=tom.address) == 200
    stage.house.tick(minutes=10)
    assert tom.address in rita.waits_for("introduction").text
    assert rita.address in tom.waits_for("introduction").text
    assert [one.kind for one in tom.letters()] == ["introduction"]
