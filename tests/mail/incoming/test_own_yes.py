"""A yes by mail that counts (C19): only where the operator chose it, and each condition that fails leaves it a word."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import translation
from pytest_django import Settings

from tests.mail.incoming.came import actors, came, did, events, face, handed_on, letter, said
from tests.support.cast import APPROVAL, CORA, OFFER, RITA, TOM, Cast
from twoyes.introductions import front as introductions
from twoyes.introductions.models import Introduction, Letter
from twoyes.introductions.protocol import State
from twoyes.lib import addresses, limits, sealing
from twoyes.mail import front as mail
from twoyes.mail import ours
from twoyes.mail.incoming import arriving, own_yes, processing
from twoyes.mail.incoming.understanding import Understood
from twoyes.mail.letters.ask import BY_MAIL
from twoyes.mail.models import Inbound
from twoyes.people import points
from twoyes.people.models import Connector, ContactPoint

MX = "mx.twoyes.example"


@pytest.fixture(autouse=True)
def chosen(settings: Settings) -> None:
    settings.INBOX_URLS = ("lmtp://127.0.0.1:0",)
    settings.TWOYES_AUTHSERV = MX
    settings.TWOYES_YES_BY_MAIL = True


def ask_of(cast: Cast, **approval: str) -> str:
    """Tom was asked, by the letter that Cora approved as it stood above the button."""
    introduction = cast.waiting()
    words = {**APPROVAL, "target": cast.tom.id, **approval}
    facts = introductions.preview_facts(
        cast.cora.id, introduction, "ask", "target", approval=words, target_id=cast.tom.id
    )
    introductions.approve(introduction, words, frozen=mail.preview(facts), actor=cast.desk, now=cast.now)
    cast.deliver()
    return introduction


# In a head: the signed address to which the answer comes.
HERE = "here@answers.example"


def head(
    sender: str = TOM,
    *,
    verdict: str = "pass",
    authority: str = MX,
    domain: str = "",
    to: str = f"To: {HERE}",
    more: str = "",
) -> bytes:
    """The head of an answer, with what our own mail server says of its sender on top."""
    domain = domain or sender.rpartition("@")[2]
    lines = (
        f"Return-Path: <{sender}>",
        f"Authentication-Results: {authority}; dmarc={verdict} header.from={domain}",
        f"From: {sender}",
        to,
        *([more] if more else []),
    )
    return "\r\n".join((*lines, "", "Yes", "")).encode()


def answers(cast: Cast, introduction: str, understood: Understood | None = None, raw: bytes = b"") -> Inbound:
    return brought(cast, letter(introduction, "ask"), understood or said("Yes", "yes"), raw or head())


def brought(cast: Cast, ref: str, understood: Understood, raw: bytes) -> Inbound:
    """Let it come to the address of this letter, which stands in its head."""
    return came(cast, "reply", ref, understood, raw.replace(HERE.encode(), ours.reply_address(ref).encode()))


@pytest.mark.case("C19")
def test_the_word_that_the_ask_named_is_the_yes_of_its_page(cast: Cast) -> None:
    introduction = ask_of(cast)
    assert str(BY_MAIL) in introductions.facts(letter(introduction, "ask")).frozen.text  # type: ignore[union-attr]
    shown = face(introduction)
    row = answers(cast, introduction)
    assert (did(row), cast.state(introduction)) == ("yes", State.AGREED)
    assert actors(introduction, "yes") == [("link_holder", "mail")]
    assert face(introduction) == shown
    ((to, _subject, text),) = handed_on(cast)
    assert to == CORA
    assert "It counts as their yes" in text
    # Nothing is out before the ten minutes are over.
    assert not [one for one in cast.deliver() if one.startswith("introduction")]
    cast.pass_time(limits.HOLD)
    assert {one.side for one in cast.sent if one.kind == "introduction"} == {"requester", "target"}
    assert {one.target_address for one in cast.sent if one.kind == "introduction"} == {TOM}


@pytest.mark.case("C19", "A6")
def test_it_is_taken_back_by_a_no_by_mail(cast: Cast) -> None:
    introduction = ask_of(cast)
    answers(cast, introduction)
    assert did(answers(cast, introduction, said("No, I was too quick.", "no"))) == "no"
    assert cast.state(introduction) is State.REFUSED


@pytest.mark.case("A6", "C19")
@pytest.mark.parametrize("answer", ["mail", "yes", "no", "later"])
def test_what_was_taken_back_on_the_page_no_mail_says_again(cast: Cast, answer: str) -> None:
    """A mail may be late, or be brought again by somebody else: the page had the last word."""
    introduction = ask_of(cast)
    if answer == "mail":
        answers(cast, introduction)
    else:
        cast.answer(introduction, answer, **({"until": "2026-06-01"} if answer == "later" else {}))
    introductions.undo(*cast.page(introduction), now=cast.now)
    before = events(introduction)
    assert did(answers(cast, introduction)) == "copied"
    assert (cast.state(introduction), events(introduction)) == (State.ASKING, before)


@pytest.mark.case("C19", "C27")
def test_a_yes_that_they_wrote_elsewhere_is_none_here_whoever_brings_it(cast: Cast) -> None:
    """Its signature is still theirs: whoever has any "Yes" of theirs and the address of an ask could bring the two."""
    introduction = ask_of(cast)
    elsewhere = head().replace(HERE.encode(), ours.reply_address("anotherletter").encode())
    forwarded(cast, introduction, answers(cast, introduction, raw=elsewhere))


@pytest.mark.case("C19")
def test_by_default_no_yes_by_mail_opens_anything_and_no_ask_says_so(cast: Cast, settings: Settings) -> None:
    settings.TWOYES_YES_BY_MAIL = False
    introduction = ask_of(cast)
    assert str(BY_MAIL) not in introductions.facts(letter(introduction, "ask")).frozen.text  # type: ignore[union-attr]
    settings.TWOYES_YES_BY_MAIL = True
    # What it did not say it does not take, either.
    forwarded(cast, introduction, answers(cast, introduction))


@pytest.mark.case("C19")
@pytest.mark.parametrize("name", ["TWOYES_YES_BY_MAIL", "TWOYES_AUTHSERV"])
def test_an_option_that_was_taken_back_holds_for_asks_that_are_out(cast: Cast, settings: Settings, name: str) -> None:
    introduction = ask_of(cast)
    setattr(settings, name, "")
    forwarded(cast, introduction, answers(cast, introduction))


def forwarded(cast: Cast, introduction: str, row: Inbound) -> None:
    """Assert that it is a word to the connector and nothing else."""
    assert (did(row), cast.state(introduction)) == ("copied", State.ASKING)
    assert "yes" not in events(introduction)
    assert [to for to, _subject, _text in handed_on(cast)] == [CORA]


OTHER = "colleague@target.example"
MISSING: dict[str, tuple[Understood, bytes]] = {
    "not vouched for": (said("Yes", "yes"), head(verdict="fail")),
    "vouched for by a stranger": (said("Yes", "yes"), head(authority="mx.evil.example")),
    "vouched for another domain": (said("Yes", "yes"), head(domain="evil.example")),
    "nobody said anything": (said("Yes", "yes"), b"Return-Path: <%s>\r\nFrom: x\r\n\r\nYes\r\n" % TOM.encode()),
    "another address of the same domain": (said("Yes", "yes", sender=OTHER), head(OTHER)),
    "nobody's address": (said("Yes", "yes", sender=""), head()),
    "automatic": (said("Yes", "yes"), head(more="Auto-Submitted: auto-replied")),
    "in bulk": (said("Yes", "yes"), head(more="Precedence: bulk")),
    "through a list": (said("Yes", "yes"), head(more="List-Id: <all.target.example>")),
    "from nobody, by its envelope": (said("Yes", "yes"), head().replace(b"<%s>" % TOM.encode(), b"<>", 1)),
    "another word": (said("Gladly", "yes"), head()),
    "more on the line": (said("Yes, gladly", "yes"), head()),
    "a question": (said("Yes?", "yes"), head()),
    "below another line": (said("Dear Cora\nYes", "yes"), head()),
    "another language": (said("Ja", "yes"), head()),
    "marks that nobody sees": (said("Ye\u200bs", "yes"), head()),
    "taken back below": (said("Yes\nBut only if she pays.", "unclear"), head()),
    "put off below": (said("Yes\nIn May.", "later"), head()),
    "cut off": (said("Yes", "yes", truncated=True), head()),
    "more below that may be its signature": (said("Yes", "yes", guessed=True), head()),
    "written to somebody else": (said("Yes", "yes"), head(to="To: otto@asks.example")),
    "a copy to us": (said("Yes", "yes"), head(to=f"To: otto@asks.example\r\nCc: {HERE}")),
    "written to nobody": (said("Yes", "yes"), head(to="X-To: us")),
    "written to somebody else, and addressed again": (
        said("Yes", "yes"),
        head(to=f"To: {HERE}\r\nTo: otto@asks.example"),
    ),
    "our address for a name": (said("Yes", "yes"), head(to=f'To: "{HERE}" <otto@asks.example>')),
    "From twice": (said("Yes", "yes"), head(more="From: otto@asks.example")),
}


@pytest.mark.case("C19")
@pytest.mark.parametrize("what", MISSING)
def test_each_thing_that_is_missing_leaves_it_a_word_to_the_connector(cast: Cast, what: str) -> None:
    introduction = ask_of(cast)
    forwarded(cast, introduction, answers(cast, introduction, *MISSING[what]))
    # All else was as it should be.
    assert did(answers(cast, introduction)) == "yes"


@pytest.mark.case("C17", "C19")
@pytest.mark.parametrize("kind", ["auto_reply", "unknown", "challenge", "calendar", "delay", "bounce", "loop"])
def test_no_program_says_yes(cast: Cast, kind: str) -> None:
    introduction = ask_of(cast)
    answers(cast, introduction, replace(said("Yes", "yes"), kind=kind))  # type: ignore[arg-type]
    assert cast.state(introduction) is State.ASKING


@pytest.mark.case("C11", "C19")
def test_only_at_the_signed_address_of_the_ask(cast: Cast) -> None:
    introduction = ask_of(cast)
    ask = letter(introduction, "ask")
    named = (Letter.objects.get(pk=ask).message_id,)
    assert did(came(cast, "", "", said("Yes", "yes", references=named), head())) == "copied"
    came(cast, "return", ask, said("Yes", "yes"), head())
    came(cast, "thread", introduction, said("Yes", "yes"), head())
    brought(cast, letter(introduction, "on_its_way"), said("Yes", "yes"), head())
    brought(cast, "nobodysletter", said("Yes", "yes"), head())
    assert cast.state(introduction) is State.ASKING


@pytest.mark.case("A7", "A8", "C19")
def test_only_as_long_as_the_ask_is_open_and_nobody_has_answered(cast: Cast) -> None:
    introduction = ask_of(cast)
    answers(cast, introduction, said("No.", "no"))
    # The page takes another answer; a mail does not.
    assert did(answers(cast, introduction)) == "copied"
    assert cast.state(introduction) is State.REFUSED


@pytest.mark.case("A8", "C19")
def test_not_after_the_deadline_nor_after_it_was_withdrawn(cast: Cast) -> None:
    introduction = ask_of(cast)
    before = cast.now
    cast.pass_time(limits.ASK_AGE + timedelta(days=1))
    assert did(answers(cast, introduction)) == "copied"
    assert cast.state(introduction) is State.REFUSED
    assert "yes" not in events(introduction)
    assert cast.now > before


@pytest.mark.case("A9", "C19")
def test_not_after_it_was_withdrawn(cast: Cast) -> None:
    introduction = ask_of(cast)
    introductions.withdraw(introduction, actor=cast.desk, now=cast.now)
    assert did(answers(cast, introduction)) == "copied"
    assert cast.state(introduction) is State.WITHDRAWN


@pytest.mark.case("A21", "C19")
def test_not_from_an_address_that_the_card_got_since_nor_from_the_one_that_it_lost(cast: Cast) -> None:
    introduction = ask_of(cast)
    ask, new = letter(introduction, "ask"), "tom@new.example"
    for addresses_now, says in (([TOM, new], (new,)), ([new, TOM], (new, TOM)), ([new], (new, TOM))):
        points.replace(cast.tom.id, ContactPoint.Kind.EMAIL, addresses_now)
        for sender in says:
            brought(cast, ask, said("Yes", "yes", sender=sender), head(sender))
            assert cast.state(introduction) is State.ASKING
        # Nor where they proved on their page that both are theirs.
        assert not introductions.accepted_by_mail(ask, new, now=cast.now)
    points.replace(cast.tom.id, ContactPoint.Kind.EMAIL, [TOM])
    assert did(answers(cast, introduction)) == "yes"


@pytest.mark.case("A17", "C19")
def test_not_from_another_address_of_theirs_that_was_known_when_they_were_asked(cast: Cast) -> None:
    new = "tom@home.example"
    points.replace(cast.tom.id, ContactPoint.Kind.EMAIL, [TOM, new])
    introduction = ask_of(cast)
    assert addresses.key(new) in Introduction.objects.get(pk=introduction).target_keys
    forwarded(cast, introduction, answers(cast, introduction, said("Yes", "yes", sender=new), head(new)))


@pytest.mark.case("C19")
def test_a_blind_ask_is_answered_on_its_page_alone(cast: Cast) -> None:
    introduction = ask_of(cast, blind="yes")
    text = introductions.facts(letter(introduction, "ask")).frozen.text  # type: ignore[union-attr]
    assert str(BY_MAIL) not in text
    forwarded(cast, introduction, answers(cast, introduction))
    assert not introductions.accepted_by_mail(letter(introduction, "ask"), TOM, now=cast.now)
    assert "unveiled" not in (sealing.get_json(Introduction.objects.get(pk=introduction), "answer_words") or {})


@pytest.mark.case("C19")
def test_an_ask_that_goes_by_hand_names_no_word(cast: Cast) -> None:
    introduction = cast.waiting()
    words = {**APPROVAL, "target": cast.tom.id, "channel": "by_hand"}
    facts = introductions.preview_facts(
        cast.cora.id, introduction, "ask", "target", approval=words, target_id=cast.tom.id
    )
    assert str(BY_MAIL) not in mail.preview(facts).text
    assert str(BY_MAIL) not in mail.preview(replace(facts, approval=APPROVAL, way="mailbox")).text


@pytest.mark.case("C19")
def test_each_side_of_an_offer_says_its_own_yes(cast: Cast) -> None:
    words = {**OFFER, "first": cast.rita.id, "second": cast.tom.id}
    texts = tuple(mail.preview(introductions.offer_facts(cast.cora.id, words, side)) for side in ("first", "second"))
    made = introductions.offer(cast.cora.id, words, frozen=texts, actor=cast.desk, now=cast.now).id  # type: ignore[arg-type]
    cast.deliver()
    first = letter(made, "ask", "first")
    assert did(brought(cast, first, said("Yes", "yes"), head())) == "copied"
    assert did(brought(cast, first, said("Yes", "yes", sender=RITA), head(RITA))) == "yes"
    cast.pass_time(timedelta(minutes=11))
    assert did(brought(cast, first, said("Yes", "yes", sender=RITA), head(RITA))) == "copied"
    second = letter(made, "ask", "second")
    assert did(brought(cast, second, said("Yes", "yes", sender=RITA), head(RITA))) == "copied"
    assert did(brought(cast, second, said("yes.", "yes"), head())) == "yes"
    assert cast.state(made) is State.AGREED


WORDS = [(language, word) for language, words in own_yes.YES.items() for word in words]


@pytest.mark.case("C19")
@pytest.mark.parametrize(("language", "word"), WORDS)
@pytest.mark.parametrize("written", ["{}", "{}.", "{}!", "{} !", "{}\u202f!", "  {}  ", "{}\n\nTom", "\n{}"])
def test_the_word_is_the_one_that_the_letter_named_in_its_language(
    cast: Cast, language: str, word: str, written: str
) -> None:
    Connector.objects.filter(pk=cast.cora.id).update(language=language)
    introduction = ask_of(cast)
    for other, theirs in WORDS:
        if theirs not in own_yes.YES[language]:
            forwarded_word = answers(cast, introduction, said(theirs, "yes"))
            assert did(forwarded_word) in {"copied", "noted"}, other
    assert did(answers(cast, introduction, said(written.format(word.capitalize()), "yes"))) == "yes"


@pytest.mark.parametrize("language", own_yes.YES)
def test_the_sentence_names_the_first_word_of_its_language(language: str) -> None:
    with translation.override(language):
        sentence = str(BY_MAIL)
    first, *_others = own_yes.YES[language]
    assert any(f"{before}{first}{after}" in sentence for before, after in ("“”", "„“", "«»", "\u202f\u202f"))


@pytest.mark.case("C19")
@pytest.mark.parametrize(
    ("body", "followed"),
    [
        ("Yes\n\nTom\n\nOn Mon, 2 Mar 2026, Cora via Twoyes wrote:\n> Dear Tom,\n> no\n", "yes"),
        ("Yes!\n", "yes"),
        ("yes\n-- \nTom Target\n+47 22 00 00 00\n", "yes"),
        ("Yes\n\nBest regards,\nTom\n\nSent from my iPhone\n\n", "yes"),
        # What stands below may be a signature, or the sentence that matters.
        ("Yes\n\nBut write to me at tom@home.example\n", "copied"),
        ("Yes\n\nRing me before you give it out, +47 22 00 00 00\n", "copied"),
        ("Yes\n\nBest,\nTom\n\nPS: not here, at tom@home.example\n", "copied"),
        ("Yes\n--\nbut only if she pays\n", "copied"),
        ("Yes\n\nSent from my iPhone\nOnly if she pays\n", "copied"),
        ("Yes\n\nTom Target\nTarget AS\n+47 22 00 00 00\n", "copied"),
        ("Yes" + "\n" * 70_000 + "But not before May.\n", "copied"),
        ("Yes\n\nbut please not before May, and only if she pays for it.\n", "copied"),
        ("Yes, gladly.\n", "copied"),
        ("> Yes\n", "copied"),
        ("On Mon, 2 Mar 2026, Cora via Twoyes wrote:\n> Yes\n\nMaybe.\n", "copied"),
    ],
)
def test_from_the_bytes_of_a_mail_to_what_follows(cast: Cast, body: str, followed: str) -> None:
    introduction = ask_of(cast)
    to = ours.reply_address(letter(introduction, "ask"))
    lines = (
        f"Authentication-Results: {MX}; dkim=pass header.d=target.example; dmarc=pass header.from=target.example",
        f"From: Tom Target <{TOM}>",
        f"To: {to}",
        "Subject: Re: May I introduce you to someone?",
        "Message-ID: <one@target.example>",
        "Date: Mon, 02 Mar 2026 10:00:00 +0000",
    )
    raw = ("\n".join(lines) + f"\n\n{body}").replace("\n", "\r\n").encode()
    place = arriving.place_of(to)
    assert place is not None
    with cast.time():
        assert arriving.arrive(place, TOM, raw, way="lmtp", now=cast.now) is not None
        assert processing.process(cast.now) == 1
    assert did(Inbound.objects.get()) == followed
    assert cast.state(introduction) is (State.AGREED if followed == "yes" else State.ASKING)
