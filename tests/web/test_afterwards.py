"""What counts against somebody is theirs to read first: a missed date with amends, a word that is owed (K5, F4, F5)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.support.cast import RITA, Cast
from tests.web.browsing import Browser, forms_of
from tests.web.chosen import Stage
from twoyes.introductions import front as introductions
from twoyes.introductions.front import LetterFacts
from twoyes.mail import front as mail

DAY = timedelta(days=1)
MISSED = "They missed one date."
ANSWERED = "Of one missed date they told you more."


@pytest.fixture
def stage(cast: Cast, cora: Browser) -> Stage:
    return Stage(cast, cora)


def letters(cast: Cast, kind: str) -> list[LetterFacts]:
    return [one for one in cast.sent if one.kind == kind]


def missed(stage: Stage, tom: Browser, **said: str) -> str:
    """Tom says on his page that Rita did not come; return the introduction."""
    introduction = stage.cast.connected()
    page = tom.open_as(introduction, "target")
    assert tom.press(page, "how_it_went", **{"outcome": "no_show_them", **said}).status_code == 303
    stage.cast.deliver()
    return introduction


def requester(stage: Stage, kind: str) -> str:
    """Open the newest letter of a kind to Rita; return the address of her page."""
    return stage.asker.get(f"/r/{letters(stage.cast, kind)[-1].token}").headers["Location"]


def approval(stage: Stage, asked: str) -> int:
    """Press "approve" once; return the status: 200 shows the ask above the button, 409 is a rule in the way."""
    at = f"/desk/introductions/{asked}/"
    return stage.cora.press(at, "approve", target=stage.cast.tom.id, vouch="Careful.").status_code


# ---------------------------------------------------------------- a missed date


def test_who_missed_a_date_reads_it_first_and_not_from_whom(stage: Stage, tom: Browser) -> None:
    missed(stage, tom, comment="I waited for half an hour.")
    (letter,) = letters(stage.cast, "amends")
    assert (letter.recipient, letter.side) == (RITA, "requester")
    text = mail.compose(letter).text
    assert "came to nothing because you were not there" in text
    assert "Until Monday 9 March 2026 it does not count." in text
    assert "half an hour" not in text
    shown = stage.asker.get(requester(stage, "amends"))
    assert "amends" in [form.act for form in forms_of(shown)]
    html = shown.content.decode()
    assert "half an hour" not in html
    assert "I was not there when we had a date, and I am sorry" in html


def test_a_line_alone_is_for_the_connector_alone(stage: Stage, tom: Browser) -> None:
    introduction = stage.cast.connected()
    before = stage.asker.get(stage.asker.open_as(introduction, "requester")).content
    sent = len(stage.cast.sent)
    page = tom.open_as(introduction, "target")
    for said in ({"comment": "She never came."}, {"outcome": "not_a_fit"}, {"outcome": "no_reply"}):
        assert tom.press(page, "how_it_went", **said).status_code == 303
    stage.cast.deliver()
    assert [one.kind for one in stage.cast.sent[sent:]] == []
    after = stage.asker.get(stage.asker.open_as(introduction, "requester")).content
    assert forms_of_bytes(after) == forms_of_bytes(before)
    desk = stage.desk(introduction)
    assert "Nobody wrote to me<br>She never came." in desk


def forms_of_bytes(page: bytes) -> str:
    """A page from its heading on, without the token that each form draws anew."""
    html = page.decode()
    return "".join(part.partition('">')[2] for part in html[html.index("<h1") :].split('csrfmiddlewaretoken" value="'))


def test_a_missed_date_counts_after_a_week_and_blocks_where_a_rule_says_so_until_it_is_answered(
    stage: Stage, tom: Browser
) -> None:
    stage.choose(no_show="yes", no_show_strength="blocker")
    first = missed(stage, tom)
    stage.cast.pass_time(DAY)
    asked = stage.ask(target="Tom Target once more")
    assert MISSED not in stage.desk(asked)
    assert "They read of it first and can answer." in stage.desk(first)
    assert approval(stage, asked) == 200
    stage.cast.pass_time(8 * DAY)
    assert MISSED in stage.desk(asked)
    assert approval(stage, asked) == 409

    page = requester(stage, "amends")
    assert stage.asker.press(page, "amends", answer="made_good").status_code == 422, "a line is wanted"
    told = stage.asker.press(page, "amends", answer="made_good", words="We met on Tuesday instead.")
    assert told.status_code == 303
    assert "amends" not in [form.act for form in forms_of(stage.asker.get(page))]
    desk = stage.desk(asked)
    assert MISSED not in desk
    assert ANSWERED in desk
    assert "I made it good<br>We met on Tuesday instead." in stage.desk(first)
    assert approval(stage, asked) == 200


def test_a_missed_date_fades_within_a_year(stage: Stage, tom: Browser) -> None:
    missed(stage, tom)
    stage.cast.pass_time(364 * DAY)
    asked = stage.ask(target="Tom Target once more")
    assert MISSED in stage.desk(asked)
    stage.cast.pass_time(2 * DAY)
    assert MISSED not in stage.desk(asked)


def test_an_answer_in_the_first_week_keeps_it_from_ever_counting(stage: Stage, tom: Browser) -> None:
    missed(stage, tom)
    page = requester(stage, "amends")
    stage.asker.press(page, "amends", answer="mistake", words="He called it off that morning.")
    stage.cast.pass_time(30 * DAY)
    assert MISSED not in stage.desk(stage.ask(target="Somebody else"))


def test_who_said_so_may_take_it_back_and_no_second_letter_follows(stage: Stage, tom: Browser) -> None:
    introduction = missed(stage, tom)
    page = tom.open_as(introduction, "target")
    tom.press(page, "how_it_went", outcome="met")
    shown = stage.asker.get(requester(stage, "amends"))
    assert "amends" not in [form.act for form in forms_of(shown)]
    tom.press(page, "how_it_went", outcome="no_show_them")
    stage.cast.pass_time(30 * DAY)
    assert len(letters(stage.cast, "amends")) == 1
    assert MISSED not in stage.desk(stage.ask(target="Somebody else"))


def test_who_says_it_of_themselves_needs_no_letter_and_may_answer_as_well(stage: Stage) -> None:
    introduction = stage.cast.awaiting_outcome()
    page = stage.asker.open_as(introduction, "requester")
    stage.asker.press(page, "outcome", outcome="no_show_me")
    assert letters(stage.cast, "amends") == []
    stage.cast.pass_time(8 * DAY)
    asked = stage.ask(target="Somebody else")
    assert MISSED in stage.desk(asked)
    stage.asker.press(page, "amends", answer="made_good", words="We met a day later.")
    assert ANSWERED in stage.desk(asked)


def test_nobody_answers_for_what_was_never_said(stage: Stage) -> None:
    introduction = stage.cast.connected()
    page = stage.asker.open_as(introduction, "requester")
    refused = stage.asker.post(f"{page}amends", {"answer": "made_good", "words": "Nothing."})
    assert refused.status_code in {403, 409}
    assert introductions.desk_page(stage.cast.cora.id, introduction, stage.cast.now).mended == ""  # type: ignore[union-attr]


def test_what_the_one_who_was_asked_says_of_a_meeting_stands_on_the_desk(stage: Stage, tom: Browser) -> None:
    introduction = stage.cast.connected()
    page = tom.open_as(introduction, "target")
    assert tom.press(page, "how_it_went", outcome="nonsense").status_code in {409, 422}
    assert tom.press(page, "how_it_went", outcome="met", comment="A good talk.").status_code == 303
    assert "We met<br>A good talk." in stage.desk(introduction)
    assert "Thank you. Cora Lund reads it." in tom.get(f"{page}?done=how_it_went").content.decode()


# ---------------------------------------------------------------- a word that is owed


def test_what_is_owed_is_said_first_blocks_from_a_week_later_and_ends_when_it_is_told(stage: Stage) -> None:
    stage.choose(outcome_owed="yes", outcome_owed_strength="blocker")
    first = stage.cast.awaiting_outcome()
    text = mail.compose(letters(stage.cast, "what_happened")[-1]).text
    assert "Until you tell, it stays open: from Monday 23 March 2026 on" in text
    page = requester(stage, "what_happened")
    assert "From 23 March 2026 on, until you tell" in stage.asker.get(page).content.decode()
    asked = stage.ask(target="Tom Target once more")
    assert approval(stage, asked) == 200
    stage.cast.pass_time(8 * DAY)
    assert approval(stage, asked) == 409
    mine = stage.asker.open_as(asked, "requester")
    assert "has not been told yet" in stage.asker.get(mine).content.decode()

    assert stage.asker.press(page, "outcome", outcome="met", words="Thank you.").status_code == 303
    assert stage.cast.state(first) == "closed"
    assert "has not been told yet" not in stage.asker.get(mine).content.decode()
    assert approval(stage, asked) == 200


def test_a_word_that_is_owed_fades_as_well(stage: Stage) -> None:
    stage.choose(outcome_owed="yes")
    stage.cast.unreported()
    asked = stage.ask(target="Somebody else")
    assert stage.finds(asked, "outcome_owed")
    stage.cast.pass_time(366 * DAY)
    assert not stage.finds(stage.ask(target="Somebody else again"), "outcome_owed")


# ---------------------------------------------------------------- the first line


def test_the_first_line_proposes_times_on_the_clock_that_was_named_with_the_yes(stage: Stage, tom: Browser) -> None:
    introduction = stage.cast.asked()
    page = tom.open_as(introduction, "target")
    tom.press(page, "answer", answer="yes", confirm="yes", zone="Asia/Tokyo")
    before = stage.asker.get(stage.asker.open_as(introduction, "requester")).content.decode()
    assert "Tokyo" not in before
    assert introductions.requester_page(*stage.cast.page(introduction, "requester"), stage.cast.now).proposed == ()
    stage.cast.pass_time(timedelta(days=1, hours=1))
    with stage.cast.time():
        text = mail.compose(introductions.facts(letters(stage.cast, "reply_now")[-1].letter)).text
    assert "They are on your clock (Asia/Tokyo)." in text
    assert "- Thursday 5 March, 10:00\n- Friday 6 March, 15:00\n- Monday 9 March, 11:30" in text
    assert "and move me to BCC" in text
    ready = stage.asker.get(requester(stage, "reply_now")).content.decode()
    assert "- Thursday 5 March, 10:00" in ready


def test_without_a_clock_the_times_are_left_to_whoever_writes(stage: Stage) -> None:
    stage.cast.introduced()
    stage.cast.pass_time(timedelta(days=1, hours=1))
    text = mail.compose(letters(stage.cast, "reply_now")[-1]).text
    assert "Dear Tom Target,\n\nthank you for agreeing to hear from me, and thank you, Cora Lund, for this." in text
    assert "in your time?\n\n- …" in text


def test_whoever_hands_off_is_moved_nowhere(stage: Stage) -> None:
    made = stage.cast.asked(approval={"mode": "hand_off"})
    introductions.answer(*stage.cast.page(made), {"answer": "yes", "confirm": "yes"}, now=stage.cast.now)
    stage.cast.pass_time(timedelta(days=1, hours=1))
    assert "BCC" not in mail.compose(letters(stage.cast, "reply_now")[-1]).text
    assert "to BCC" not in stage.asker.get(requester(stage, "reply_now")).content.decode()
