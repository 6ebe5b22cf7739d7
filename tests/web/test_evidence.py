"""Evidence on a request and on a card: word, book and mail apart, and the rhythm as a drawing that says the same."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import User

from tests.support.cast import CORA, START, TOM, Cast
from tests.web.browsing import Browser, twice, unlabelled
from tests.web.mailbox import a_history, letter, letters, mailed
from twoyes.network import front as network
from twoyes.people import front as people

RITA = "rita@asks.example"
NOT_IMPORTED = "Mail and calendar are not connected yet, so nothing is seen there."


def shown(browser: Browser, path: str) -> str:
    page = browser.get(path)
    assert page.status_code == 200
    assert unlabelled(page) == twice(page) == []
    return page.content.decode()


def part(page: str, name: str) -> str:
    """What stands in the part of a request's page that is about one of the two, or about both."""
    (found,) = re.findall(rf'<section class="side" id="{name}">.*?</section>', page, re.DOTALL)
    return str(found)


def line(label: str, kind: str = "") -> str:
    """How a line of evidence begins."""
    marked = f' class="{kind}"' if kind else ""
    return f"<dt{marked}>{label}</dt><dd{marked}>"


def test_a_request_shows_word_book_and_mail_apart(cora: Browser, cast: Cast) -> None:
    mailed(cast, letters(RITA, weeks=9))
    people.say_word(cast.cora.id, cast.rita.id, since="2019", how="met", how_well="", now=cast.now)
    page = part(shown(cora, f"/desk/introductions/{cast.waiting()}/"), "asks")
    for label, kind, said in (
        ("Your word", "by-word", "You wrote: met in person since 2019."),
        ("Your address book", "", "In your address book"),
        ("Seen in mail and calendars", "seen", "You wrote to each other in 9 different weeks"),
        ("First and last contact", "", "3 January 2026 to 1 March 2026"),
        ("Conversations", "", "You and they stand in 18, the last of 1 March 2026."),
    ):
        assert f"{line(label, kind)}{said}" in page


def test_seen_not_seen_and_not_read_are_three_words_and_three_kinds(cora: Browser, cast: Cast) -> None:
    path = f"/desk/introductions/{cast.waiting()}/"
    assert shown(cora, path).count(line("Not read", "unread") + NOT_IMPORTED) == 3
    mailed(cast, letters(RITA, weeks=9))
    page = shown(cora, path)
    assert line("Seen in mail and calendars", "seen") in part(page, "asks")
    assert line("Not seen", "not_seen") + "Not seen in your mail" in part(page, "asked")
    assert line("Not seen", "not_seen") + "Not seen together in your mail and calendars up to" in part(page, "between")


def test_both_are_shown_and_what_is_between_them(cora: Browser, cast: Cast) -> None:
    told = [*letters(RITA, weeks=9), *letters(TOM, weeks=3)]
    told += [letter(RITA, TOM, CORA, at=START - timedelta(days=30), ident="between.1")]
    told += [letter(CORA, RITA, TOM, at=START - timedelta(days=60), ident="intro")]
    mailed(cast, told)
    page = shown(cora, f"/desk/introductions/{cast.waiting()}/")
    assert "Rita Holm" in part(page, "asks").partition("</h3>")[0]
    asked = part(page, "asked")
    assert f'href="/desk/people/{cast.tom.id}/"' in asked.partition("</h3>")[0]
    assert "May be meant" in asked, "the request named him by words alone"
    assert "You wrote to " in asked
    between = part(page, "between")
    assert "Rita Holm wrote to Tom Target in one week that you saw" in between
    assert "Both stand in 2 conversations, the last of 31 January 2026." in between
    assert "You brought them together by a letter on 1 January 2026. A letter came after it." in between
    # What is more than that waits behind a line for each of the two, so that a phone shows both at once.
    assert page.count("<summary>More about") == 2


def test_once_somebody_is_chosen_it_is_their_card_and_not_a_guess(cora: Browser, cast: Cast) -> None:
    page = shown(cora, f"/desk/introductions/{cast.asking()}/")
    assert f'href="/desk/people/{cast.tom.id}/"' in part(page, "asked")
    assert "May be meant" not in page
    assert "To be asked" in part(page, "asked")


def test_of_several_whom_the_words_may_mean_none_is_shown(cora: Browser, cast: Cast) -> None:
    made = cast.waiting()
    people.add_card(cast.cora.id, name=cast.tom.name, addresses=["tom@other.example"])
    page = shown(cora, f"/desk/introductions/{made}/")
    assert 'id="asks"' in page
    assert 'id="asked"' not in page
    assert 'id="between"' not in page


def test_of_whoever_stands_in_no_list_nothing_is_said_between_them(cora: Browser, cast: Cast) -> None:
    mailed(cast, [letter(RITA, TOM, CORA, at=START - timedelta(days=30), ident="between.1")])
    made = cast.asking()
    people.set_mark(cast.cora.id, cast.tom.id, "not_listed", on=True, now=cast.now)
    page = part(shown(cora, f"/desk/introductions/{made}/"), "between")
    assert "stands in no list" in page
    assert "conversation" not in page


@pytest.mark.case("E6")
def test_whoever_is_asked_sees_the_same_page_whatever_mail_shows(tom: Browser, cast: Cast) -> None:
    page = tom.open_as(cast.asked(), "target")
    bare = without_keys(tom.get(page).content)
    mailed(cast, [*letters(RITA, weeks=9), *letters(TOM, weeks=3), letter(RITA, TOM, CORA, at=START, ident="between")])
    assert without_keys(tom.get(page).content) == bare


def without_keys(page: bytes) -> bytes:
    return re.sub(rb'name="csrfmiddlewaretoken" value="[0-9A-Za-z]+"', b"", page)


def test_where_no_history_was_imported_the_page_says_so_and_draws_nothing(cora: Browser, cast: Cast) -> None:
    page = shown(cora, f"/desk/introductions/{cast.waiting()}/")
    assert NOT_IMPORTED in page
    assert "<svg" not in page


def test_not_seen_names_the_day_up_to_which_was_read(cora: Browser, cast: Cast) -> None:
    mailed(cast, letters("somebody@else.example", weeks=2))
    page = shown(cora, f"/desk/people/{cast.rita.id}/")
    assert re.search(r"Not seen in your mail and calendars up to \d+ \w+ \d{4}\.", page)
    assert "<svg" not in page


def test_the_rhythm_is_a_drawing_without_style_or_script_that_says_the_same_in_words(cora: Browser, cast: Cast) -> None:
    mailed(cast, letters(RITA, weeks=9))
    page = shown(cora, f"/desk/people/{cast.rita.id}/")
    (figure,) = re.findall(r'<figure class="rhythm">.*?</figure>', page, re.DOTALL)
    assert "style=" not in figure
    assert "<script" not in figure
    assert 'role="img" aria-labelledby="rhythm-says"' in figure
    assert "You wrote 9 letters, in " in figure
    assert "They wrote 9 letters, in " in figure
    # The table has what the drawing has: a row for each span with letters, a bar for each number in it.
    numbers = [int(one) for one in re.findall(r"<td>(\d+)</td>", figure)]
    assert sum(numbers[0::2]) == sum(numbers[1::2]) == 9
    bars = len(re.findall(r'<rect class="out"', figure)), len(re.findall(r'<rect class="back"', figure))
    assert bars == (len([one for one in numbers[0::2] if one]), len([one for one in numbers[1::2] if one]))


def test_the_drawing_is_in_whole_numbers_which_every_language_writes_alike(cora: Browser, cast: Cast) -> None:
    mailed(cast, letters(RITA, weeks=9))
    drawn = re.findall(r' (?:x|y|height)="[^"]*"', shown(cora, f"/desk/people/{cast.rita.id}/"))
    assert len(drawn) > 10
    assert all(re.fullmatch(r' \w+="\d+"', one) for one in drawn)


def test_to_how_many_the_connector_introduced_them_stands_beside(cora: Browser, cast: Cast) -> None:
    mailed(cast, a_history(cast))
    kim = people.who(cast.cora.id, "Kim Berg")
    assert "You introduced them to 2 people in three years. Of one you never heard." in shown(
        cora, f"/desk/people/{kim.id}/"
    )
    assert "You introduced them" not in shown(cora, f"/desk/people/{cast.rita.id}/")


@pytest.mark.case("E8")
def test_nobody_else_sees_any_of_it(otto: Browser, cora: Browser, cast: Cast) -> None:
    mailed(cast, letters(RITA, weeks=9))
    theirs = people.add_card(cast.otto.id, name="Rita Holm", addresses=[RITA])
    page = shown(otto, f"/desk/people/{theirs.id}/")
    assert NOT_IMPORTED in page
    assert "<svg" not in page
    assert otto.get(f"/desk/people/{cast.rita.id}/").status_code == 404
    assert network.evidence_on(cast.otto.id, cast.rita.id) is None


def test_topics_are_switched_on_kept_shown_and_deleted_by_the_page(cora: Browser, cast: Cast) -> None:
    history, card = "/desk/history/", f"/desk/people/{cast.rita.id}/"
    told = [letter(CORA, RITA, at=START - timedelta(days=3), ident="t1", subject="=?utf-8?Q?R=C3=A9union?=")]
    page = shown(cora, history)
    assert "no subject and no word of a letter is kept" in page
    assert "Off: what letters were about is not kept." in page
    with cast.time():
        mailed(cast, told)
    cast.pass_time(timedelta(hours=1))
    assert "Last about" not in shown(cora, card)
    assert cora.press(history, "topics").status_code == 303
    page = shown(cora, history)
    assert "Read it again to remember topics" in page
    assert "keeps the last few subject lines" in page
    with cast.time():
        mailed(cast, told)
    assert "Read it again" not in shown(cora, history)
    assert '<dt>Last about</dt><dd><ul class="topics"><li><span dir="auto">Réunion</span>' in shown(cora, card)
    assert "Réunion" not in shown(cora, f"/desk/introductions/{cast.waiting()}/")
    people.set_mark(cast.cora.id, cast.rita.id, "not_listed", on=True, now=cast.now)
    assert "Last about" not in shown(cora, card)
    people.set_mark(cast.cora.id, cast.rita.id, "not_listed", on=False, now=cast.now)
    assert "Last about" in shown(cora, card)
    assert cora.press(history, "topics").status_code == 303
    assert "Last about" not in shown(cora, card)
    assert "Off: what letters were about is not kept." in shown(cora, history)


@pytest.mark.case("E26")
def test_who_acts_for_the_connector_neither_reads_topics_nor_switches_them(
    rita: Browser, cora: Browser, cast: Cast
) -> None:
    network.remember_topics(cast.cora.id, on=True, now=cast.now)
    mailed(cast, [letter(CORA, RITA, at=START - timedelta(days=3), ident="t1", subject="The harbour crane")])
    card = f"/desk/people/{cast.rita.id}/"
    assert "The harbour crane" in shown(cora, card)
    delegate = people.add_delegate("cora", "dana@connects.example", name="Dana")
    rita.client.force_login(User.objects.get(pk=delegate.user_id or 0))
    assert "The harbour crane" not in shown(rita, card)
    assert "Remember topics" not in shown(rita, "/desk/history/")
    assert rita.post("/desk/history/topics", {"act": "topics", "on": "no"}).status_code == 404
    assert network.remembers_topics(cast.cora.id) is not None
