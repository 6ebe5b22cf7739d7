"""Offers and late answers, read by each of the three in full: no line of one stands for another (A1, A7, N4)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.support.cast import OFFER, RITA, TOM, Cast, frozen
from tests.web.browsing import Browser, forms_of
from tests.web.test_approving import at
from twoyes.introductions import front
from twoyes.introductions.models import Letter
from twoyes.mail import front as mail
from twoyes.people import front as people

ALONE = "Ask her about the winter of 2015."


def texts(cast: Cast, kind: str, recipient: str) -> list[str]:
    """Return what left to somebody of one kind, as they read it."""
    sent = [facts for facts in cast.sent if (facts.kind, facts.recipient) == (kind, recipient)]
    return [mail.preview(facts).text for facts in sent]


def on_desk(browser: Browser, introduction: str) -> str:
    return browser.get(at(introduction)).content.decode()


def asked_first(cast: Cast) -> str:
    """Return the address of Rita's page, who is asked first."""
    introduction = cast.offered()
    return f"/t/{cast.page(introduction, 'first')[1]}"


@pytest.mark.case("A1")
@pytest.mark.parametrize(
    ("first", "second", "named"),
    [
        ("written_only", "yes", ["Rita Holm"]),
        ("yes", "written_only", ["Tom Target"]),
        ("written_only", "written_only", ["Rita Holm", "Tom Target"]),
        ("yes", "yes", []),
    ],
)
def test_an_introduction_names_whoever_of_the_two_would_keep_it_in_writing(
    cora: Browser, cast: Cast, first: str, second: str, named: list[str]
) -> None:
    introduction = cast.offered()
    cast.answer(introduction, first, side="first")
    cast.pass_time(timedelta(minutes=11))
    cast.answer(introduction, second, side="second")
    assert on_desk(cora, introduction).count("yes, in writing only") == len(named)
    cast.pass_time(timedelta(minutes=11))
    for reader in (RITA, TOM):
        text = texts(cast, "introduction", reader)[0]
        assert [
            name for name in ("Rita Holm", "Tom Target") if f"{name} would like to keep it in writing." in text
        ] == (named)


def test_a_yes_in_writing_only_that_was_told_in_person_is_kept_for_the_side_that_gave_it(cast: Cast) -> None:
    introduction = cast.offered()
    noted = {"answer": "written_only", "how": "On the phone.", "side": "first"}
    front.note_answer(introduction, noted, actor=cast.desk, now=cast.now)
    cast.pass_time(timedelta(minutes=11))
    cast.answer(introduction, "yes", side="second")
    cast.pass_time(timedelta(minutes=11))
    assert "Rita Holm would like to keep it in writing." in texts(cast, "introduction", TOM)[0]


def test_the_lines_of_both_sides_stand_on_the_desk_each_under_its_name(cora: Browser, cast: Cast) -> None:
    introduction = cast.offered()
    cast.answer(introduction, "yes", side="first", comment="Only in May, please.")
    cast.pass_time(timedelta(minutes=11))
    cast.answer(introduction, "yes", side="second", comment="At last.")
    page = on_desk(cora, introduction)
    for name, line in (("Rita Holm", "Only in May, please."), ("Tom Target", "At last.")):
        assert f'<dt>{name} adds</dt><dd dir="auto">{line}</dd>' in page


@pytest.mark.case("A7")
def test_who_said_yes_first_is_not_told_their_own_line_as_the_others(cast: Cast) -> None:
    introduction = cast.offered()
    cast.answer(introduction, "yes", side="first", comment=ALONE, tell="my_words")
    cast.pass_time(timedelta(days=40))
    text = texts(cast, "not_this_time", RITA)[0]
    assert ALONE not in text
    assert "asked me to pass this on" not in text
    assert "the same introduction again" not in text, "she asked for none"


@pytest.mark.case("A7")
@pytest.mark.parametrize("then", ["undo", "yes", "noted"])
def test_a_line_beside_an_answer_that_does_not_stand_any_more_is_told_to_nobody(cast: Cast, then: str) -> None:
    introduction = cast.asked(approval=None)
    cast.answer(introduction, "no", comment=ALONE, tell="my_words")
    if then == "undo":
        front.undo(*cast.page(introduction), now=cast.now)
    elif then == "yes":
        cast.answer(introduction, "yes", comment=ALONE, tell="my_words")
        front.withdraw(introduction, actor=cast.desk, now=cast.now)
    else:
        noted = {"answer": "no", "how": "On the phone."}
        front.note_answer(introduction, noted, actor=cast.desk, now=cast.now)
    cast.pass_time(timedelta(days=40))
    text = texts(cast, "not_this_time", RITA)[0]
    assert ALONE not in text
    assert "asked me to pass this on" not in text


@pytest.mark.parametrize(
    ("side", "said", "then"),
    [
        ("first", "Rita Holm said yes to meeting Tom Target", "Tom Target has not been asked"),
        ("second", "Tom Target said yes to meeting Rita Holm", "it takes your word and that of Rita Holm"),
    ],
)
def test_a_late_yes_names_who_said_it(cora: Browser, cast: Cast, side: str, said: str, then: str) -> None:
    introduction = cast.offered() if side == "first" else cast.offered_second()
    cast.pass_time(timedelta(days=11))
    assert "The answer" not in on_desk(cora, introduction)
    cast.answer(introduction, "yes", side=side)
    cast.deliver()
    (text,) = texts(cast, "late_yes", people.connector_address(cast.cora.id))
    assert said in text
    assert then in text
    page = on_desk(cora, introduction)
    assert "yes, on their page (whoever holds the letter)" in page
    assert ("The other is asked then." in page) == (side == "first")
    link, token = cast.page(introduction, side)
    seen = cora.follow(f"/t/{token}").content.decode()
    assert "Your yes is noted." in seen
    assert link in seen


@pytest.mark.case("A7")
def test_a_late_yes_may_permit_that_whoever_asked_is_asked_again(cast: Cast, tom: Browser) -> None:
    introduction = cast.silent()
    page = tom.follow(f"/t/{cast.page(introduction)[1]}")
    form = next(form for form in forms_of(page) if form.act == "answer")
    assert "You may ask whether they are still looking." in page.content.decode()
    tom.post(form.action, {**form.values, "answer": "yes", "confirm": "yes", "still_looking": "yes"})
    cast.pass_time(timedelta(days=40))
    assert texts(cast, "still_looking", RITA)


def test_trouble_with_the_letter_of_the_first_side_names_the_first_side(cast: Cast) -> None:
    words = {**OFFER, "first": cast.rita.id, "second": cast.tom.id}
    both = frozen("the offer to Rita"), frozen("the offer to Tom")
    front.offer(cast.cora.id, words, frozen=both, actor=cast.desk, now=cast.now)
    cast.deliver("refused", code=550)
    cast.deliver()
    trouble = next(facts for facts in cast.sent if facts.kind == "trouble")
    assert mail.preview(trouble).subject == "A letter to Rita Holm needs you"


def test_the_first_digest_of_all_tells_what_is_new_in_words(cast: Cast) -> None:
    introduction = cast.offered()
    cast.answer(introduction, "no", side="first")
    cast.pass_time(timedelta(days=2))
    (text,) = texts(cast, "digest", people.connector_address(cast.cora.id))
    assert "- Rita Holm and Tom Target: a no (will not come about, since" in text
    assert "Nothing waits" not in text


def test_who_said_yes_first_reads_the_date_that_the_letter_promises(cast: Cast, tom: Browser) -> None:
    introduction = cast.offered_second()
    text = texts(cast, "on_its_way", RITA)[0]
    assert "thank you for your yes. Cora Lund asks the other person now." in text
    assert "lets you take your yes back" in text
    letter = Letter.objects.get(introduction=introduction, kind="on_its_way")
    facts = front.facts(letter.pk)
    assert facts.hears_by is not None
    page = tom.follow(f"/t/{facts.token}").content.decode()
    assert f"you hear by {facts.hears_by.day} {facts.hears_by:%B %Y} either way." in page
    assert 'value="no"' in page


def test_an_offer_to_one_who_said_yes_in_person_shows_the_one_letter_that_leaves(cora: Browser, cast: Cast) -> None:
    fields = {**OFFER, "first": cast.rita.id, "second": cast.tom.id, "said_yes": "first"}
    page = cora.press("/desk/offer/", "offer", **fields)
    shown = page.content.decode()
    assert "This is the letter, word for word." in shown
    assert "Dear Tom Target" in shown
    assert "Dear Rita Holm" not in shown
    send = next(form for form in forms_of(page) if form.values.get("step") == "send")
    made = cora.post(send.action, send.values).headers["Location"]
    answer = cora.get(made)
    done = answer.content.decode()
    assert "The first said yes to you, so only the second is asked." in done
    assert "The first of the two is asked." not in done
    note = next(form for form in forms_of(answer) if form.act == "note_answer")
    assert note.choices["side"] == ["second", "first"], "whose answer is awaited comes first"


def test_who_is_asked_first_is_not_offered_to_tell_the_other_who_knows_nothing(cast: Cast, tom: Browser) -> None:
    page = tom.follow(asked_first(cast))
    form = next(form for form in forms_of(page) if form.act == "answer")
    assert {"tell", "still_looking"}.isdisjoint(form.values)
    text = page.content.decode()
    assert "What may they learn?" not in text
    assert "No reason needed. Only Cora Lund learns of it." in text
