"""What is typed in the post room arrives as mail does: byte for byte, once, sealed, and nothing follows from it."""

from datetime import timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from django.db import IntegrityError, connection, transaction

from tests.support.cast import CORA, RITA, TOM, Cast
from twoyes.care import front as care
from twoyes.introductions.models import JournalEntry
from twoyes.lib import clock, env, limits
from twoyes.lib.errors import Refused
from twoyes.mail import front as mail
from twoyes.mail.incoming import inbox, typed
from twoyes.mail.models import Inbound

pytestmark = pytest.mark.django_db
WORDS = "Yes, gladly. Tuesday would suit me.\nTom"


@pytest.fixture
def asked(cast: Cast) -> tuple[Cast, dict[str, Path]]:
    """Tom was asked by a letter that lies in the post room; each kind's newest letter."""
    cast.asking(approval=None)
    with cast.time():
        mail.tick()
    return cast, {path.stem.partition("-")[2]: path for path in mail.posted_letters(env.data_dir())}


def answer(cast: Cast, path: Path, words: str = WORDS, once: str = "once") -> bool:
    with cast.time():
        return mail.answer_as(path, words, once=once, now=cast.now)


def test_it_is_a_reply_as_a_mail_program_writes_it(asked: tuple[Cast, dict[str, Path]]) -> None:
    cast, letters = asked
    assert answer(cast, letters["ask"])
    row = Inbound.objects.get()
    letter = message_from_bytes(mail.read_posted(letters["ask"]).message, policy=policy.default)
    raw = inbox.answers_to([row.letter])[row.letter][0].raw
    reply = message_from_bytes(raw, policy=policy.default)
    assert [one.addr_spec for one in reply["From"].addresses] == [TOM]
    assert str(reply["From"]).startswith("Tom Target")
    assert [one.addr_spec for one in reply["To"].addresses] == [CORA]
    assert reply["Subject"] == f"Re: {letter['Subject']}"
    assert reply["In-Reply-To"] == reply["References"] == letter["Message-ID"]
    assert reply["Date"].datetime == cast.now
    text = reply.get_content()
    assert text.replace("\r\n", "\n").startswith(f"{WORDS}\n\nOn ")
    assert "\n> " in text
    assert mail.said_in(raw) == WORDS
    assert all(len(line) <= 998 for line in raw.split(b"\r\n"))
    assert b"\n" not in raw.replace(b"\r\n", b"")


def test_nothing_else_changes(asked: tuple[Cast, dict[str, Path]]) -> None:
    cast, letters = asked
    journal = list(JournalEntry.objects.values_list("pk", flat=True))
    answer(cast, letters["ask"])
    with cast.time():
        report = mail.tick()
    assert report.letters == ()
    assert list(JournalEntry.objects.values_list("pk", flat=True)) == journal
    row = Inbound.objects.get()
    assert (row.state, row.attempts) == ("waiting", 0)


@pytest.mark.case("E12")
def test_the_same_form_sent_twice_is_one_message_and_another_is_another(asked: tuple[Cast, dict[str, Path]]) -> None:
    cast, letters = asked
    assert [answer(cast, letters["ask"]), answer(cast, letters["ask"])] == [True, False]
    assert answer(cast, letters["ask"], once="again")
    assert Inbound.objects.count() == 2
    first = Inbound.objects.first()
    assert first is not None
    with pytest.raises(IntegrityError), transaction.atomic():
        Inbound.objects.create(dedupe_key=first.dedupe_key, raw=b"x", received_at=cast.now)
    with pytest.raises(IntegrityError), transaction.atomic():
        Inbound.objects.create(dedupe_key="y", raw=b"x", received_at=cast.now, state="eaten")


@pytest.mark.parametrize("words", ["", "  \n ", "x" * (typed.LONGEST + 1), "a\u202eb"])
def test_what_is_no_answer_is_refused(asked: tuple[Cast, dict[str, Path]], words: str) -> None:
    cast, letters = asked
    with pytest.raises(Refused):
        answer(cast, letters["ask"], words)
    assert not Inbound.objects.exists()


@pytest.mark.case("E1")
def test_its_words_are_sealed(asked: tuple[Cast, dict[str, Path]]) -> None:
    cast, letters = asked
    answer(cast, letters["ask"])
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM mail_inbound")
        cells = b"\n".join(one if isinstance(one, bytes) else str(one).encode() for one in cursor.fetchone())
    for secret in (b"gladly", b"Tuesday", TOM.encode(), CORA.encode(), b"Message-ID"):
        assert secret not in cells


@pytest.mark.case("E18")
def test_an_erased_person_takes_their_words_along_and_what_was_answered_about_them(
    asked: tuple[Cast, dict[str, Path]],
) -> None:
    cast, letters = asked
    answer(cast, letters["ask"])
    answer(cast, letters["on_its_way"], "Thank you.", once="two")
    stays = inbox.Arrived(b"From: o@x.example\r\n\r\nHello\r\n", "o@x.example", "<3@x.example>")
    assert inbox.keep(stays, cast.now)
    with cast.time():
        care.erase(RITA, actor=cast.desk, now=cast.now)
    assert list(Inbound.objects.values_list("letter", flat=True)) == [""]


@pytest.mark.case("A29")
def test_a_connector_who_leaves_takes_their_answers_along(asked: tuple[Cast, dict[str, Path]]) -> None:
    cast, letters = asked
    assert inbox.keep(inbox.Arrived(b"Subject: x\r\n\r\nHello\r\n", CORA.upper(), "<1@x.example>"), cast.now)
    answer(cast, letters["ask"])
    with cast.time():
        care.remove_connector("cora", now=cast.now)
    assert not Inbound.objects.exists()


def test_after_a_month_it_is_gone(asked: tuple[Cast, dict[str, Path]]) -> None:
    cast, letters = asked
    answer(cast, letters["on_its_way"])
    with clock.frozen(cast.now + limits.RAW_INBOUND_AGE):
        inbox.tidy(clock.now())
        assert Inbound.objects.exists()
        inbox.tidy(clock.now() + timedelta(seconds=1))
    assert not Inbound.objects.exists()


def test_what_answers_an_ask_is_gone_within_a_week_and_nothing_else(asked: tuple[Cast, dict[str, Path]]) -> None:
    cast, letters = asked
    answer(cast, letters["ask"])
    answer(cast, letters["on_its_way"], once="two")
    kept = mail.read_posted(letters["on_its_way"]).letter
    # It is looked for once an hour, so it goes an hour before its time is over.
    last_look = cast.now + limits.REPLIES_TO_ASKS_AGE - limits.TIDY_INBOX
    inbox.tidy(last_look)
    assert Inbound.objects.count() == 2
    inbox.tidy(last_look + timedelta(seconds=1))
    assert [row.letter for row in Inbound.objects.all()] == [kept]


def test_an_introduction_is_answered_to_the_other_side(cast: Cast) -> None:
    cast.agreed()
    cast.now += limits.HOLD
    with cast.time():
        mail.tick()
    found = [path for path in mail.posted_letters(env.data_dir()) if "-introduction" in path.name]
    to = {}
    for number, path in enumerate(found):
        assert answer(cast, path, once=f"n{number}")
        sent = inbox.answers_to([mail.read_posted(path).letter])
        reply = message_from_bytes(next(iter(sent.values()))[0].raw, policy=policy.default)
        to[str(reply["From"].addresses[0].addr_spec)] = [one.addr_spec for one in reply["To"].addresses]
    assert to == {RITA: [TOM], TOM: [RITA]}
