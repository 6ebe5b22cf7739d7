"""Pages and letters of requests and records, read in full by the person whom they are for (A1, B4, N5)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.introductions.checks import refused
from tests.support.cast import RITA, TOM, Cast
from tests.web.browsing import Browser, forms_of
from tests.web.test_approving import VOUCH, at, step
from twoyes.introductions import front, pages
from twoyes.introductions.models import Introduction
from twoyes.mail import front as mail
from twoyes.people import front as people

WISH = "Whether the second gauge may stand at your quay."


def texts(cast: Cast, kind: str, recipient: str) -> list[str]:
    """Return what left to somebody of one kind, as they read it."""
    sent = [facts for facts in cast.sent if (facts.kind, facts.recipient) == (kind, recipient)]
    return [mail.preview(facts).text for facts in sent]


def sent_digest(cast: Cast) -> front.LetterFacts:
    """Return what the next digest will know."""
    cast.pass_time(timedelta(days=1))
    return next(facts for facts in cast.sent if facts.kind == "digest")


@pytest.mark.case("E2")
def test_a_blind_page_names_nobody_in_the_line_to_begin_with_nor_behind_a_link(cast: Cast, tom: Browser) -> None:
    line = "You once heard Rita speak, I think."
    approval = {"blind": "yes", "personal_line": line}
    introduction = cast.asked(approval=approval, link="https://people.example/gauges")
    path = tom.open_as(introduction, "target")
    before = tom.get(path).content.decode()
    assert "You once heard … speak, I think." in before
    assert "Rita" not in before
    assert "people" not in before.partition("<main")[2].partition("<form")[0], "an address says who it is"
    cast.answer(introduction, "yes")
    after = tom.get(path).content.decode()
    assert line in after
    assert "hxxps://people[.]example/gauges" in after


def test_details_are_not_read_over_as_a_question_with_a_date(cora: Browser, cast: Cast) -> None:
    introduction = cast.waiting(may_pass_on="yes")
    page = cora.press(at(introduction), "pass_on", target=cast.tom.id, why_target="He has the model.")
    text = page.content.decode()
    assert "Whether Tom Target writes is theirs to decide; nobody is reminded." in text
    assert "silence is a no" not in text


def test_whose_hands_the_details_came_to_reads_that_and_no_question(cast: Cast, tom: Browser) -> None:
    introduction = cast.passed_on(may_pass_on="yes")
    page = tom.follow(f"/t/{cast.key(introduction, 'details')}")
    text = page.content.decode()
    assert "Cora Lund passed on to you how to reach Rita Holm." in text
    assert "may I introduce you to someone?" not in text
    assert "they hear on a fixed date" not in text, "whoever heard that their details are there was promised no date"


@pytest.mark.case("A1")
def test_what_was_introduced_elsewhere_has_no_introduction_to_send_again(cora: Browser, cast: Cast) -> None:
    introduction = cast.recorded()
    acts = {form.act for form in forms_of(cora.get(at(introduction)))}
    assert "says_wrote" in acts
    assert acts.isdisjoint({"send_again", "introduce_again"})
    for side in ("requester", "target"):
        again = lambda side=side: front.send_again(introduction, side, actor=cast.desk, now=cast.now)  # noqa: E731
        refused("recorded", again)
    cast.deliver()
    assert not [facts for facts in cast.sent if facts.kind == "introduction"]


def test_nobody_is_told_that_they_wrote_what_the_connector_noted(cast: Cast, tom: Browser) -> None:
    introduction = cast.recorded()
    cast.pass_time(timedelta(days=20))
    page = tom.follow(f"/r/{cast.key(introduction, 'what_happened')}").content.decode()
    assert "What became of it?" in page
    assert "What you wrote" not in page


def test_a_second_introduction_says_what_it_is_for(cast: Cast) -> None:
    introduction = cast.closed()
    front.introduce_again(introduction, {"wish": WISH}, actor=cast.desk, now=cast.now)
    cast.pass_time(timedelta(minutes=11))
    for reader in (RITA, TOM):
        first, second = texts(cast, "introduction", reader)
        assert WISH not in first
        assert f"Tom Target, Rita Holm: I introduce you once more, for something new: “{WISH}”" in second
        assert "you both said" not in second


def test_a_quiet_page_says_nothing_about_words_that_it_does_not_show(cast: Cast, tom: Browser) -> None:
    introduction = cast.introduced()
    page = tom.follow(f"/t/{cast.key(introduction, 'introduction', side='target')}").content.decode()
    assert "You are introduced." in page
    assert "What was checked" not in page


def test_a_digest_says_of_a_late_yes_that_it_waits_to_be_taken_up(cast: Cast) -> None:
    introduction = cast.silent()
    cast.answer(introduction, "yes")
    lines = tuple(pages.digest_lines(cast.cora.id, cast.now - timedelta(hours=1), cast.now))
    text = mail.preview(replace(sent_digest(cast), waiting=lines)).text
    assert "Rita Holm and Tom Target: a yes after the date, which is for you to take up (" in text


@pytest.mark.parametrize("order", ["Cora first", "Rita first"])
def test_whoever_said_yes_first_says_on_their_page_that_they_still_wish_it(
    cora: Browser, tom: Browser, cast: Cast, order: str
) -> None:
    introduction = cast.offered_second()
    until = f"{cast.now + timedelta(days=40):%Y-%m-%d}"
    cast.answer(introduction, "later", side="second", until=until, still_looking="on")
    cast.pass_time(timedelta(days=45))
    assert "say so on your page" in texts(cast, "still_looking", RITA)[0]
    if order == "Cora first":
        front.confirm(introduction, actor=cast.desk, now=cast.now)
    page = tom.follow(f"/t/{cast.key(introduction, 'still_looking', side='first')}")
    text = page.content.decode()
    assert "It could come about now." in text
    assert "Tom" not in text
    assert "Cora Lund asks the other person now" not in text
    form = next(form for form in forms_of(page) if form.act == "confirm")
    after = tom.get(tom.post(form.action, form.values).headers["Location"]).content.decode()
    assert "Noted: you still wish it. Cora Lund takes it up again." in after
    assert tom.post(form.action, form.values).status_code == 409, "once is enough"
    if order == "Rita first":
        front.confirm(introduction, actor=cast.desk, now=cast.now)
    assert Introduction.objects.get(chapter_of=introduction).state == "waiting"


@pytest.mark.parametrize("end", ["lapsed", "declined"])
def test_who_said_yes_to_an_offer_is_told_its_end_as_an_offers(cast: Cast, end: str) -> None:
    introduction = cast.offered_second()
    until = f"{cast.now + timedelta(days=40):%Y-%m-%d}"
    cast.answer(introduction, "later", side="second", until=until, still_looking="on")
    cast.pass_time(timedelta(days=45))
    front.confirm(introduction, actor=cast.desk, now=cast.now)
    link = cast.key(introduction, "still_looking", side="first")
    front.confirm_first(front.open_link("target", link, cast.now) or "", link, now=cast.now)
    later = Introduction.objects.get(chapter_of=introduction).pk
    if end == "declined":
        front.decline(later, {"reason": "He moved away."}, actor=cast.desk, now=cast.now)
    cast.pass_time(timedelta(days=30))
    (facts,) = [facts for facts in cast.sent if (facts.kind, facts.recipient) == (end, RITA)]
    letter = mail.preview(facts)
    assert letter.subject == "About an introduction"
    assert "your request" not in letter.text
    assert "what you are after" not in letter.text


def test_a_yes_without_an_address_waits_and_says_so_on_both_sides(cora: Browser, cast: Cast, tom: Browser) -> None:
    nils = people.add_card(cast.cora.id, name="Nils Nowhere")
    introduction = cast.asking(approval={"channel": "by_hand", "target": nils.id})
    taken = front.by_hand(introduction, actor=cast.desk, now=cast.now)
    assert taken
    noted = {"answer": "yes", "how": "On the phone.", "on": "2026-03-02"}
    front.note_answer(introduction, noted, actor=cast.desk, now=cast.now)
    assert "yes, by your word: On the phone., on 2 March 2026" in cora.get(at(introduction)).content.decode()
    page = tom.follow(f"/t/{cast.key(introduction, 'ask')}").content.decode()
    assert "The introduction waits until Cora Lund has an address of yours." in page
    assert "ten minutes after that" not in page


@pytest.mark.case("A5")
def test_an_approval_that_must_wait_for_a_fair_day_does_not_say_that_the_ask_leaves_now(
    cora: Browser, cast: Cast
) -> None:
    cast.asked(approval=None)
    cast.pass_time(timedelta(days=25))
    other = cast.waiting(email="ada@asks.example", name="Ada Asker")
    page = cora.press(at(other), "approve", vouch=VOUCH, target=cast.tom.id)
    send = step(page, "send")
    done = cora.get(cora.post(send.action, send.values).headers["Location"]).content.decode()
    assert "when it is a fair time to ask them." in done
    assert "The ask leaves now" not in done
    assert "not before " in done
    cast.deliver()
    lines = tuple(pages.digest_lines(cast.cora.id, cast.now - timedelta(hours=1), cast.now))
    text = mail.preview(replace(sent_digest(cast), waiting=lines)).text
    assert "Ada Asker and Tom Target: the ask waits for a day on which it is fair to ask (" in text
