"""Pasted: a request that came by chat is weighed on a phone, answered from there, and becomes an ask like any other."""

import pytest

from tests.journeys.people import APPROVAL, WORDS, Nora, Rita, Stage, Tom

pytestmark = pytest.mark.browser

CHAT = "Hi Nora! I would love to pick his brain over a coffee. Could you send me his email address? Thanks!"


def pastes(nora: Nora, rita: Rita, tom: Tom, *, email: str = "") -> None:
    """Paste what came by chat, say who wrote it, and read it with the desk."""
    nora.open(f"{nora.house.url}/desk/")
    nora.page.get_by_text("More", exact=True).click()
    nora.page.locator(".more").get_by_role("link", name="Paste a request").click()
    assert nora.post("paste", {"message": CHAT, "name": rita.name, "target": tom.name, "email": email}) == 200
    assert nora.reads("Ask to be introduced")


def tom_in_the_book_of(nora: Nora, stage: Stage) -> Tom:
    """Put somebody into this connector's book, by hand."""
    tom = stage.tom()
    nora.open(f"{stage.house.url}/desk/people/")
    fields = {"name": tom.name, "organisation": tom.organisation, "addresses": tom.address}
    assert nora.post("add_card", fields) == 200
    return tom


@pytest.mark.case("E1")
def test_the_reply_that_is_pasted_back_leads_whoever_asked_to_the_form_and_to_an_ask(stage: Stage) -> None:
    nora, rita = stage.nora(), stage.rita()
    tom = tom_in_the_book_of(nora, stage)
    pastes(nora, rita, tom)
    nora.look("paste-read")
    reply = nora.copies("reply")
    nora.look("paste-copied")
    assert f"Hello {rita.name}," in reply
    address = next(word for word in reply.split() if word.startswith(stage.house.url))

    rita.open(address)
    rita.fill("request", name=rita.name, email=rita.address, target=tom.name, **WORDS)
    stage.house.next_day()
    assert rita.post("request") == 200
    rita.follows(rita.waits_for("verify"))
    assert rita.post("verify") == 200
    nora.approves(rita.introduction, tom)
    tom.is_asked()
    assert tom.reads(APPROVAL["vouch"])
    assert not tom.reads(CHAT)


@pytest.mark.case("E1")
def test_what_is_kept_on_the_desk_is_proved_completed_and_asked(stage: Stage) -> None:
    nora, rita = stage.nora(), stage.rita()
    tom = tom_in_the_book_of(nora, stage)
    pastes(nora, rita, tom, email=rita.address)
    nora.look("paste-with-address")
    assert nora.post("draft") == 200
    nora.look("paste-kept")
    assert tom.letters() == []

    rita.follows(rita.waits_for("verify"))
    assert rita.post("verify") == 200
    rita.look("paste-proved")
    rita.follows(rita.waits_for("returned"))
    rita.look("paste-returned")
    assert rita.post("revise", dict(WORDS)) == 200
    assert rita.reads(f"Your request is with {nora.name}.")

    nora.opens_by(nora.waits_for("new_request").link)
    introduction = nora.page.url.split("/introductions/")[1].split("/")[0]
    nora.approves(introduction, tom)
    tom.is_asked()
    assert tom.reads(WORDS["ask"])
    assert tom.answers("yes") == 200
    stage.house.tick(minutes=10)
    assert tom.address in rita.waits_for("introduction").text
