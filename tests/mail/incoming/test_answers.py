"""An answer by mail to an ask: to the connector alone and at once; it may close, and never opens (C17 to C20, E3)."""

from __future__ import annotations

from datetime import date, timedelta
from email import message_from_bytes, policy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.mail.incoming.came import actors, came, did, events, face, handed_on, letter, said
from tests.mail.letters_cast import facts, sent
from tests.support.cast import CORA, OTTO, RITA, TOM, Cast
from twoyes.care import front as care
from twoyes.introductions import front as introductions
from twoyes.introductions.models import Introduction, Letter
from twoyes.introductions.protocol import State
from twoyes.lib import addresses, limits, sealing
from twoyes.lib.errors import Refused
from twoyes.mail import front as mail
from twoyes.mail import ours
from twoyes.mail.incoming import inbox
from twoyes.mail.incoming.plain import line, plain
from twoyes.mail.incoming.understanding import Understood
from twoyes.mail.models import Inbound
from twoyes.people import front as people

OPENS = ("yes", "later", "their_details", "unclear")
SIGNED = "Gladly.\n\nTom Target\n+47 22 00 00 00\ntom@private.example"


def forbidden(cast: Cast, by: str = RITA) -> str | None:
    """What stands against asking Tom, for whoever asks."""
    keys = people.linked([addresses.key(TOM)])
    return people.forbidding(
        cast.cora.community_id, keys, requester_keys=[addresses.key(by)], connector_id=cast.cora.id
    )


@pytest.mark.case("C19")
@pytest.mark.parametrize("meaning", OPENS)
def test_a_yes_or_anything_that_would_open_changes_nothing_and_reaches_the_connector(cast: Cast, meaning: str) -> None:
    introduction = cast.asked()
    before, shown = events(introduction), face(introduction)
    row = came(cast, "reply", letter(introduction, "ask"), said("Yes, Tuesday.", meaning))
    assert cast.state(introduction) is State.ASKING
    assert (events(introduction), face(introduction)) == (before, shown)
    assert did(row) == "copied"
    ((to, subject, text),) = handed_on(cast)
    assert (to, subject) == (CORA, "An answer from Tom Target")
    assert "> Yes, Tuesday." in text
    assert "Nothing" in text


@pytest.mark.parametrize(
    ("side", "asked", "other"), [("first", "Rita Holm", "Tom Target"), ("second", "Tom Target", "Rita Holm")]
)
def test_of_an_offer_the_copy_names_whoever_was_asked_before_the_other(
    cast: Cast, side: str, asked: str, other: str
) -> None:
    introduction = cast.offered() if side == "first" else cast.offered_second()
    came(cast, "reply", letter(introduction, "ask", side=side), said("Yes, Tuesday.", "yes"))
    ((_to, subject, text),) = handed_on(cast)
    assert subject == f"An answer from {asked}"
    assert f"the question whether {asked} would like to meet {other}:" in " ".join(text.split())


@pytest.mark.case("C20")
def test_a_no_by_mail_is_their_own_no_and_the_requester_sees_nothing_of_it(cast: Cast) -> None:
    introduction = cast.asked()
    shown = face(introduction)
    row = came(cast, "reply", letter(introduction, "ask"), said("No, thank you.", "no"))
    assert cast.state(introduction) is State.REFUSED
    assert actors(introduction, "no") == [("link_holder", "mail")]
    assert face(introduction) == shown
    assert forbidden(cast) is None
    assert did(row) == "no"
    ((to, _subject, text),) = handed_on(cast)
    assert to == CORA
    assert "It is taken as a no." in text
    # Their page takes it back as long as it takes back any other no.
    introductions.undo(*cast.page(introduction), now=cast.now)
    assert cast.state(introduction) is State.ASKING


@pytest.mark.case("C20")
@pytest.mark.parametrize("meaning", ["no", "stop"])
def test_a_no_among_other_words_waits_for_the_connector(cast: Cast, meaning: str) -> None:
    """One in ten that strangers wrote was none: "I tell my editor no every week, but for you …"."""
    introduction = cast.asked()
    row = came(cast, "reply", letter(introduction, "ask"), said("No to my editor, as ever.", meaning, plainly=False))
    assert (cast.state(introduction), did(row)) == (State.ASKING, "copied")
    assert forbidden(cast, OTTO) is None
    ((_to, _subject, text),) = handed_on(cast)
    assert "It is taken" not in text
    assert "note" in text


@pytest.mark.case("C20")
def test_a_stop_is_a_no_for_good_as_the_one_press_of_a_mail_program_is(cast: Cast) -> None:
    introduction = cast.asked()
    row = came(cast, "reply", letter(introduction, "ask"), said("Take me off your list.", "stop"))
    assert (cast.state(introduction), did(row)) == (State.REFUSED, "stop")
    assert actors(introduction, "never") == [("link_holder", "mail")]
    assert forbidden(cast, OTTO) == "never"


@pytest.mark.case("C20")
def test_a_stop_counts_where_all_is_over_as_well(cast: Cast) -> None:
    introduction = cast.introduced()
    row = came(cast, "reply", letter(introduction, "ask"), said("Stop.", "stop"))
    assert (cast.state(introduction), did(row)) == (State.INTRODUCED, "stop")
    assert forbidden(cast, OTTO) == "never"


def test_a_no_by_mail_takes_a_yes_back_before_the_introduction_is_out_and_not_after(cast: Cast) -> None:
    introduction = cast.agreed()
    came(cast, "reply", letter(introduction, "ask"), said("No, I was too quick.", "no"))
    assert cast.state(introduction) is State.REFUSED


def test_a_no_after_the_introduction_is_only_a_word(cast: Cast) -> None:
    introduction = cast.introduced()
    row = came(cast, "reply", letter(introduction, "ask"), said("No.", "no"))
    assert (cast.state(introduction), did(row)) == (State.INTRODUCED, "copied")
    ((_to, _subject, text),) = handed_on(cast)
    assert "Nothing follows from it by itself." in text
    assert "note" not in text


def test_the_first_side_of_an_offer_takes_its_yes_back_by_mail_and_the_second_still_closes(cast: Cast) -> None:
    introduction = cast.offered_second()
    came(cast, "reply", letter(introduction, "ask", "first"), said("No.", "no", sender=RITA))
    assert cast.state(introduction) is State.WITHDRAWN


@pytest.mark.case("A23")
@pytest.mark.parametrize("meaning", [*OPENS, "no", "stop"])
def test_an_answer_shows_that_an_ask_of_unknown_fate_arrived(cast: Cast, meaning: str) -> None:
    introduction = cast.asking()
    assert "ask:target" in cast.deliver("unknown")
    ask = letter(introduction, "ask")
    assert Letter.objects.get(pk=ask).state == "unknown"
    came(cast, "reply", ask, said("Hello.", meaning))
    assert Letter.objects.get(pk=ask).state == "sent"


@pytest.mark.case("C17", "C18")
@pytest.mark.parametrize("purpose", ["reply", "return"])
def test_an_automatic_answer_is_neither_consent_nor_refusal_and_is_never_answered(cast: Cast, purpose: str) -> None:
    introduction = cast.asked()
    before, letters = events(introduction), Letter.objects.count()
    words = "I am away until 12 March. YES NO STOP > yes, no, stop"
    row = came(cast, purpose, letter(introduction, "ask"), said(words, kind="auto_reply", back_on=date(2026, 3, 12)))
    assert (events(introduction), Letter.objects.count()) == (before, letters)
    assert did(row) == "noted"
    (shown,) = mail.came_about(introduction, cast.now)
    assert shown.back_on == date(2026, 3, 12)
    # The deadline goes on.
    cast.pass_time(timedelta(days=11))
    assert cast.state(introduction) is State.REFUSED


@pytest.mark.case("C17")
def test_an_automatic_answer_does_not_show_that_an_unknown_ask_arrived(cast: Cast) -> None:
    introduction = cast.asking()
    cast.deliver("unknown")
    came(cast, "reply", letter(introduction, "ask"), said(kind="auto_reply"))
    assert Letter.objects.get(pk=letter(introduction, "ask")).state == "unknown"


@pytest.mark.case("C16")
@pytest.mark.parametrize("kind", ["challenge", "unknown", "calendar", "bounce"])
def test_what_no_person_wrote_as_an_answer_goes_to_the_connector_as_text(cast: Cast, kind: str) -> None:
    introduction = cast.asked()
    before = events(introduction)
    words = "Press https://prove.example/x to prove that you are human"
    row = came(cast, "reply", letter(introduction, "ask"), said(words, kind=kind, subject="Prove it"))
    assert (events(introduction), did(row)) == (before, "copied")
    ((_to, _subject, text),) = handed_on(cast)
    assert "that no person seems to have written" in text
    assert "https://prove" not in text, "nothing in it can be pressed"


@pytest.mark.parametrize(("scene", "may"), [("asked", True), ("refused", True), ("undeliverable", False)])
def test_the_copy_speaks_of_noting_only_where_an_answer_can_be_noted(cast: Cast, scene: str, may: bool) -> None:
    introduction = getattr(cast, scene)()
    came(cast, "reply", letter(introduction, "ask"), said("Not now, perhaps in May.", "later"))
    ((_to, _subject, text),) = handed_on(cast)
    assert ("note their answer on your desk" in text) == may


@pytest.mark.case("E3")
def test_a_signature_reaches_the_connector_and_never_whoever_asked(cast: Cast) -> None:
    introduction = cast.asked()
    came(cast, "reply", letter(introduction, "ask"), said(SIGNED, "yes"))
    copies = Letter.objects.filter(kind="reply_copy")
    assert {one.side for one in copies} == {"connector"}
    page = introductions.requester_page(*cast.page(introduction, "requester"), cast.now)
    assert "+47" not in repr(page)
    cast.pass_time(timedelta(days=40))
    for one in cast.sent:
        if one.recipient == RITA:
            assert "+47" not in repr(one)
            assert "private.example" not in repr(one)


@pytest.mark.case("E3", "A1")
@pytest.mark.parametrize("kind", ["reply", "challenge"])
def test_the_key_of_their_page_is_not_handed_on_with_a_letter_that_stands_quoted(cast: Cast, kind: str) -> None:
    """Whoever quotes all of the ask without a mark quotes the address at which it is answered, too."""
    introduction = cast.asked()
    ask = letter(introduction, "ask")
    keys = [cast.key(introduction, "ask"), cast.key(introduction, "ask", of="stop").upper()]
    quoted = f"http://house/t/{keys[0]} http://house/t/{keys[1]}/stop {ours.reply_address(ask)} {ours.return_path(ask)}"
    row = came(cast, "reply", ask, said(quoted, kind=kind, subject=keys[0], whole=quoted))
    ((_to, _subject, text),) = handed_on(cast)
    (shown,) = mail.came_about(introduction, cast.now)
    for place in (text, shown.words, shown.subject, sealing.get(row, "said")):
        assert not any(key.lower() in place.lower() for key in [*keys, ask])
    assert "house/t/…" in shown.words


@pytest.mark.case("E3", "E18")
def test_words_of_an_answer_stand_in_the_inbox_alone_and_go_with_their_writer(cast: Cast) -> None:
    introduction = cast.asked()
    row = came(cast, "reply", letter(introduction, "ask"), said(SIGNED, "yes"))
    assert row.sender_key == addresses.key(TOM)
    with cast.time():
        care.erase(TOM, actor=cast.desk, now=cast.now)
    assert not Inbound.objects.exists()
    with pytest.raises(Refused) as refused:
        list(handed_on(cast))
    assert refused.value.code == "nothing_to_say"


def test_words_of_an_answer_are_kept_for_a_week_and_then_neither_shown_nor_sent(cast: Cast) -> None:
    introduction = cast.asked()
    came(cast, "reply", letter(introduction, "ask"), said("Gladly.", "yes"))
    assert [one.words for one in mail.came_about(introduction, cast.now)] == ["Gladly."]
    cast.now += limits.REPLIES_TO_ASKS_AGE
    assert mail.came_about(introduction, cast.now) == []
    with pytest.raises(Refused) as refused:
        list(handed_on(cast))
    assert refused.value.code == "nothing_to_say"
    with cast.time():
        inbox.tidy(cast.now)
    assert not Inbound.objects.exists()


def test_an_answer_from_another_address_says_so_and_may_close_but_never_open(cast: Cast) -> None:
    introduction = cast.asked()
    ask = letter(introduction, "ask")
    came(cast, "reply", ask, said("Yes, he would like that.", "yes", sender="ann@target.example"))
    ((_to, _subject, text),) = handed_on(cast)
    assert "from another address" in text
    assert cast.state(introduction) is State.ASKING
    came(cast, "reply", ask, said("No, he has left.", "no", sender="ann@target.example"))
    assert cast.state(introduction) is State.REFUSED


@pytest.mark.case("C21")
def test_a_mailbox_is_not_filled_through_us_the_rest_of_a_day_stands_on_the_desk(cast: Cast) -> None:
    introduction = cast.asked()
    rows = [came(cast, "reply", letter(introduction, "ask"), said(f"{n}")) for n in range(7)]
    most = limits.REPLY_COPIES_A_DAY
    assert [did(row) for row in rows] == ["copied"] * most + ["noted"] * (7 - most)
    assert len(mail.came_about(introduction, cast.now)) == 7
    cast.now += timedelta(days=1, seconds=1)
    assert did(came(cast, "reply", letter(introduction, "ask"), said("on"))) == "copied"


@pytest.mark.case("C15")
def test_what_names_a_letter_that_is_not_there_leads_nowhere(cast: Cast) -> None:
    introduction = cast.asked()
    before = events(introduction)
    for purpose in ("reply", "return", "thread", "guard", "request", ""):
        for meaning in ("no", "stop", "yes"):
            row = came(cast, purpose, "nobodysletter", said("No.", meaning))
            assert did(row) == "noted"
            assert (row.letter, row.introduction, row.connector) == ("", "", "")
    assert events(introduction) == before


def test_an_answer_to_a_letter_of_long_ago_is_a_word_and_nothing_more(cast: Cast) -> None:
    introduction = cast.asked()
    ask = letter(introduction, "ask")
    cast.now += limits.REPLY_ADDRESS_AGE + timedelta(days=1)
    assert did(came(cast, "reply", ask, said("Stop.", "stop"))) == "copied"
    assert forbidden(cast) is None


# --- words of whoever asked -----------------------------------------------------------------------------------------


def test_the_key_of_their_own_page_stays_theirs_in_the_words_of_an_outcome(cast: Cast) -> None:
    introduction = cast.awaiting_outcome()
    key = cast.key(introduction, "what_happened")
    words = f"We met. > http://house/r/{key}"
    came(cast, "reply", letter(introduction, "what_happened"), said(words, "yes", sender=RITA))
    page = introductions.desk_page(cast.cora.id, introduction, cast.now)
    assert page is not None
    assert page.answer_words["outcome_words"] == "We met. > http://house/r/…"


@pytest.mark.parametrize(("meaning", "outcome"), [("yes", "met"), ("no", "nothing_yet"), ("unclear", "other")])
def test_what_happened_is_told_by_mail_in_their_own_words(cast: Cast, meaning: str, outcome: str) -> None:
    introduction = cast.awaiting_outcome()
    asked = letter(introduction, "what_happened")
    row = came(cast, "reply", asked, said("We talked for an hour.", meaning, sender=RITA))
    assert (did(row), cast.state(introduction)) == ("outcome", State.CLOSED)
    with cast.time():
        page = introductions.desk_page(cast.cora.id, introduction, cast.now)
    assert page is not None
    assert (page.outcome, page.answer_words["outcome_words"]) == (outcome, "We talked for an hour.")
    assert actors(introduction, "outcome") == [("requester", "mail")]
    assert Letter.objects.filter(introduction_id=introduction, kind="good_news").count() == 1
    assert not Letter.objects.filter(kind="reply_copy").exists()


def test_an_outcome_that_was_chosen_stands_where_a_mail_names_none(cast: Cast) -> None:
    introduction = cast.closed()
    came(cast, "reply", letter(introduction, "what_happened"), said("And thank you.", sender=RITA))
    page = introductions.desk_page(cast.cora.id, introduction, cast.now)
    assert page is not None
    assert (page.outcome, page.answer_words["outcome_words"]) == ("met", "And thank you.")


@pytest.mark.parametrize("stage", ["recorded", "offered"])
def test_who_writes_first_of_two_who_were_offered_to_each_other_tells_what_happened(cast: Cast, stage: str) -> None:
    """By whichever of their keys: one is their address, one their card, and which comes first is chance."""
    introduction = cast.recorded() if stage == "recorded" else cast.offered_second(writes_first="second")
    if stage == "offered":
        cast.answer(introduction, "yes", side="second")
    cast.pass_time(timedelta(days=15))
    writer = RITA if stage == "recorded" else TOM
    asked = letter(introduction, "what_happened")
    for told in ("asker_keys", "target_keys"):
        keys = getattr(Introduction.objects.get(pk=introduction), told)
        Introduction.objects.filter(pk=introduction).update(**{told: keys[::-1]})
        row = came(cast, "reply", asked, said("We met.", "yes", sender=writer))
        assert did(row) == "outcome"
    assert cast.state(introduction) is State.CLOSED


@pytest.mark.parametrize("meaning", ["yes", "no", "unclear"])
def test_what_the_one_who_was_asked_tells_the_connector_stands_as_how_it_went_and_moves_nothing(
    cast: Cast, meaning: str
) -> None:
    introduction = cast.awaiting_outcome()
    shown = face(introduction)
    row = came(cast, "reply", letter(introduction, "ask"), said("We talked for an hour.", meaning))
    assert (did(row), cast.state(introduction)) == ("went", State.AWAITING_OUTCOME)
    assert actors(introduction, "how_it_went") == [("link_holder", "mail")]
    assert face(introduction) == shown
    ((to, subject, text),) = handed_on(cast)
    assert (to, subject) == (CORA, "An answer from Tom Target")
    assert "> We talked for an hour." in text
    assert "as their word on how it went" in text
    assert "reads like" not in text
    assert "a week" not in text
    assert "amends:requester" not in cast.deliver()
    came(cast, "", "", to_the_introduction(introduction, "And again on Friday."))
    # The message goes after a week; their word stays, as if it was told on the page.
    cast.now += limits.REPLIES_TO_ASKS_AGE
    with cast.time():
        inbox.tidy(cast.now)
        page = introductions.desk_page(cast.cora.id, introduction, cast.now)
    assert page is not None
    assert page.answer_words["how_it_went"] == "We talked for an hour.\nAnd again on Friday."
    assert (page.outcome, page.went) == ("", "")


def test_what_was_told_on_the_page_stands_above_what_is_told_by_mail(cast: Cast) -> None:
    introduction = cast.awaiting_outcome()
    introductions.how_it_went(*cast.page(introduction), "We met.", now=cast.now, outcome="met")
    came(cast, "reply", letter(introduction, "ask"), said("And thank you."))
    page = introductions.desk_page(cast.cora.id, introduction, cast.now)
    assert page is not None
    assert (page.went, page.answer_words["how_it_went"]) == ("met", "We met.\nAnd thank you.")


def test_a_stop_after_the_introduction_is_a_stop_and_no_word_on_how_it_went(cast: Cast) -> None:
    introduction = cast.awaiting_outcome()
    assert did(came(cast, "reply", letter(introduction, "ask"), said("Stop.", "stop"))) == "stop"
    assert forbidden(cast) == "never"
    assert "how_it_went" not in events(introduction)


@pytest.mark.case("C35")
@pytest.mark.parametrize("sender", [OTTO, RITA, "ann@target.example"])
def test_nobody_else_tells_how_it_went_for_them(cast: Cast, sender: str) -> None:
    introduction = cast.awaiting_outcome()
    row = came(cast, "reply", letter(introduction, "ask"), said("It was awful.", sender=sender))
    assert did(row) == "copied"
    # Who is asked what happened has a letter of their own to answer.
    assert did(came(cast, "", "", to_the_introduction(introduction, "Hm.", sender=RITA))) == "copied"
    assert "how_it_went" not in events(introduction)


@pytest.mark.case("C17")
def test_no_program_tells_how_it_went(cast: Cast) -> None:
    introduction = cast.awaiting_outcome()
    for kind in ("auto_reply", "unknown", "challenge"):
        came(cast, "reply", letter(introduction, "ask"), said("I am away.", kind=kind))
    assert "how_it_went" not in events(introduction)


def to_the_introduction(introduction: str, words: str, *, sender: str = TOM) -> Understood:
    """An answer to the introduction that went to our plain address alone."""
    named = Letter.objects.filter(introduction_id=introduction, kind="introduction")[0].message_id
    return said(words, sender=sender, references=(named,))


@pytest.mark.parametrize("sender", [OTTO, TOM])
def test_nobody_else_tells_what_happened(cast: Cast, sender: str) -> None:
    introduction = cast.awaiting_outcome()
    row = came(cast, "reply", letter(introduction, "what_happened"), said("Wonderful.", "yes", sender=sender))
    assert (did(row), cast.state(introduction)) == ("copied", State.AWAITING_OUTCOME)


@pytest.mark.parametrize("kind", ["received", "on_its_way"])
def test_a_word_to_any_other_letter_reaches_the_connector(cast: Cast, kind: str) -> None:
    introduction = cast.asked()
    row = came(cast, "reply", letter(introduction, kind), said("Thank you, Cora.", "no", sender=RITA))
    assert (did(row), cast.state(introduction)) == ("copied", State.ASKING)
    ((to, subject, text),) = handed_on(cast)
    assert (to, subject) == (CORA, "An answer from Rita Holm")
    assert "> Thank you, Cora." in text


def test_who_has_not_proved_an_address_reaches_no_desk_by_mail_either(cast: Cast) -> None:
    introduction = cast.unverified()
    row = came(cast, "reply", letter(introduction, "verify"), said("Let me in.", sender=RITA))
    assert did(row) == "noted"
    assert not Letter.objects.filter(kind="reply_copy").exists()


# --- what may stand in it -------------------------------------------------------------------------------------------


@pytest.mark.case("D2", "D29")
@given(words=st.text(max_size=400), subject=st.text(max_size=200))
def test_whatever_is_written_is_text_alone_on_the_way_to_the_connector(words: str, subject: str) -> None:
    kept = {"kind": "reply", "about": "ask", "side": "target", "words": plain(words), "subject": line(subject)}
    written = sent(facts("reply_copy", said=kept)).message
    read = message_from_bytes(written, policy=policy.default)
    usual = message_from_bytes(sent(facts("reply_copy")).message, policy=policy.default)
    assert read.keys() == usual.keys()
    assert [part.get_content_type() for part in read.walk()] == [part.get_content_type() for part in usual.walk()]
    assert not any(char in plain(words) for char in "\r\x00\u202e\u2066\x1b")
    assert "\n" not in line(subject)
