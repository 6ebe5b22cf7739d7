"""House rules: a connector chooses sentences on a phone; a poor request goes back twice, and then it is a good one."""

import pytest

from tests.journeys.people import WORDS, Nora, Stage
from tests.journeys.test_pasted import tom_in_the_book_of

pytestmark = pytest.mark.browser

POOR = {**WORDS, "benefit": "I will send them my free e-book and our slide deck."}
BETTER = {**WORDS, "why_now": "As soon as possible."}
CHOSEN = {
    "no_benefit": "yes",
    "no_benefit_strength": "blocker",
    "too_many_open": "yes",
    "too_many_open_most": "1",
    "outcome_owed": "yes",
    "lapse": "yes",
    "lapse_days": "9",
    "topics": "yes",
    "topics_unwelcome": "casting shows",
}


def chooses(nora: Nora, **fields: str) -> None:
    """Go to the house rules by the bar, tick some, and keep them."""
    nora.open(f"{nora.house.url}/desk/")
    nora.page.get_by_text("More", exact=True).click()
    nora.page.locator(".more").get_by_role("link", name="House rules").click()
    nora.look("rules")
    assert nora.post("rules", fields) == 200
    assert nora.reads("Kept. Your page says them from now on.")
    nora.look("rules-kept")


def test_a_poor_request_goes_back_twice_and_is_good_then(stage: Stage) -> None:
    nora, rita = stage.nora(), stage.rita()
    tom = tom_in_the_book_of(nora, stage)
    chooses(nora, **CHOSEN)

    rita.open(f"{stage.house.url}/@{nora.handle}")
    for said in ("Tell me what is in it for them.", "At most 1 open request each.", "I answer within 9 days"):
        assert rita.reads(said)
    rita.look("page-with-rules")
    rita.fill("request", name=rita.name, email=rita.address, target=tom.name, **POOR)
    stage.house.next_day()
    assert rita.post("request") == 200
    rita.follows(rita.waits_for("verify"))
    assert rita.post("verify") == 200

    back = rita.waits_for("returned")
    assert nora.letters("new_request") == []
    rita.follows(back)
    rita.look("returned-by-a-rule")
    assert rita.post("revise", BETTER) == 200
    assert rita.reads(f"Your request is with {nora.name}.")

    nora.open(f"{stage.house.url}/desk/introductions/{back.introduction}/")
    nora.look("desk-with-a-finding")
    assert nora.post("return", {"codes": "no_why_now", "words": "Why this spring?"}) == 200
    rita.follows(rita.waits_for("returned", 2))
    assert rita.reads("Why this spring?")
    assert rita.post("revise", dict(WORDS)) == 200
    nora.approves(back.introduction, tom)
    tom.is_asked()
    assert tom.reads(WORDS["ask"])
