"""Answered by mail: what Tom writes comes back over LMTP, and nothing opens but by a press of Cora's."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from contextlib import closing
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from email.utils import getaddresses, make_msgid
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.journeys.house import CORA, House
from tests.journeys.people import Rita, Stage, Tom, staged
from tests.journeys.postroom import Letter, eventually
from tests.mail.incoming.lines import Line

pytestmark = pytest.mark.browser

ON_ITS_WAY = "is willing and takes it from here"
MAIL_COMES = {"INBOX_URL": "lmtp://127.0.0.1:0", "TWOYES_MAIL_ADDRESS": "intro+{token}@twoyes.example"}
FORWARDED = """See below.

---------- Forwarded message ---------
From: Otto Outsider <otto@outside.example>
Date: Mon, 2 Mar 2026 at 08:00
Subject: You two should meet
To: Nadia Noor <nadia@noor.example>, Cora Lund <cora@connects.example>

Nadia, meet Cora. Cora, meet Nadia. I leave you to it!
"""


@pytest.fixture(scope="module")
def written_to(place: Path, browser: Browser) -> Iterator[Stage]:
    """A house to which mail comes, and Cora's address book in it."""
    # Where tests are shared out, the house of a module may be opened twice in one place.
    house = House(Path(tempfile.mkdtemp(prefix="written-to-", dir=place)))
    house.env |= MAIL_COMES
    with staged(house, browser) as one:
        yield one


@pytest.fixture
def mailed(written_to: Stage) -> Iterator[Stage]:
    """That house for one journey; none of its people had a page that complained."""
    yield written_to
    written_to.clear()


def asked(mailed: Stage) -> tuple[Rita, Tom, Letter]:
    """Let Rita ask for Tom, and Cora approve; return both, and the ask as it came to Tom."""
    rita, tom = mailed.rita(), mailed.tom()
    rita.asks_for(tom)
    mailed.cora.approves(rita.introduction, tom)
    return rita, tom, tom.waits_for("ask")


def brings(house: House, sender: str, to: str, subject: str, text: str) -> None:
    """Let a mail server hand a letter on to the worker, which says where it takes mail."""
    letter = EmailMessage(policy=default.clone(max_line_length=900))
    for name, value in (("From", sender), ("To", to), ("Subject", subject), ("Message-ID", make_msgid())):
        letter[name] = value
    letter.set_content(text)
    assert eventually(lambda: "Mail is taken at lmtp://" in house.said("worker"), patience=house.post_room.patience)
    told = re.findall(r"lmtp://127\.0\.0\.1:\d+", house.said("worker"))
    with closing(Line(told[-1])) as line:
        assert line.bring([to], bytes(letter), sender) == ["250 2.0.0 Kept"]


def answers(house: House, tom: Tom, ask: Letter, words: str) -> None:
    """Answer the ask as a mail program does: the words, and below them all that was asked."""
    quoted = "".join(f"> {line}\n" for line in ask.text.splitlines())
    body = f"{words}\n\nTom\n\nOn Mon, 2 Mar 2026 at 09:00, Cora Lund via Twoyes wrote:\n{quoted}"
    brings(house, tom.address, _mailboxes(ask, "Reply-To")[0], f"Re: {ask.subject}", body)


def _mailboxes(letter: Letter, header: str) -> list[str]:
    found = message_from_bytes(letter.raw, policy=default).get_all(header, [])
    return [address for _name, address in getaddresses([str(one) for one in found])]


@pytest.mark.slow(15)
@pytest.mark.case("C19", "C20")
def test_a_yes_by_mail_is_noted_with_two_presses_and_the_thread_is_heard(mailed: Stage) -> None:
    rita, tom, ask = asked(mailed)
    answers(mailed.house, tom, ask, "Yes, happy to.")
    cora = mailed.cora
    copy = mailed.house.post_room.wait("reply_copy", to=CORA, introduction=rita.introduction)
    assert "> Yes, happy to." in copy.text
    assert ask.link not in copy.text
    assert rita.is_told(ON_ITS_WAY)
    assert rita.letters("introduction") == []

    cora.open(copy.link)
    assert cora.reads("reads like a yes: nothing follows until you note it")
    cora.look("desk-yes-by-mail")
    cora.page.get_by_role("link", name="Note their answer").click()  # 1
    noted = cora.form("note_answer")
    assert noted.locator('[name="answer"]:checked').get_attribute("value") == "yes"
    assert cora.post("note_answer") == 200  # 2
    assert cora.reads("yes, by your word: by mail")

    mailed.house.tick(minutes=10)
    introduction = rita.waits_for("introduction")
    (alias,) = _mailboxes(introduction, "Cc")
    assert alias.endswith("@twoyes.example")
    assert CORA not in introduction.raw.decode()
    words = "Dear Tom, thank you for saying yes. Tuesday at ten?"
    brings(mailed.house, rita.address, alias, f"Re: {introduction.subject}", words)
    heard = mailed.house.post_room.wait("reply_copy", to=CORA, introduction=rita.introduction, number=2)
    assert f"> {words}" in heard.text
    assert cora.finds(rita.introduction, "in touch")
    assert cora.reads(f"by {rita.name}, within the hour")
    assert cora.reads("you are still in copy")
    cora.look("desk-first-line")


@pytest.mark.slow(15)
@pytest.mark.case("C20", "A5")
def test_a_no_by_mail_closes_the_ask_and_looks_to_her_like_silence(mailed: Stage) -> None:
    rita, tom, ask = asked(mailed)
    assert rita.is_told(ON_ITS_WAY)
    before, letters = _page(rita), rita.letters()
    answers(mailed.house, tom, ask, "No, thank you, I cannot take this on.")
    copy = mailed.house.post_room.wait("reply_copy", to=CORA, introduction=rita.introduction)
    assert "> No, thank you, I cannot take this on." in copy.text
    assert mailed.cora.finds(rita.introduction, "did not come about")
    assert mailed.cora.reads("taken as a no")
    mailed.cora.look("desk-no-by-mail")
    assert rita.is_told(ON_ITS_WAY)
    assert (_page(rita), rita.letters()) == (before, letters)


@pytest.mark.slow(10)
def test_an_unasked_introduction_that_is_forwarded_is_answered_with_both_names(mailed: Stage) -> None:
    cora = mailed.cora
    cora.open(f"{mailed.house.url}/desk/page/")
    guard = cora.page.input_value("#guard")
    cora.look("page-with-guard")
    brings(mailed.house, CORA, guard, "Fwd: You two should meet", FORWARDED)
    letter = cora.waits_for("guard_answer")
    assert "Otto Outsider introduced you to Nadia Noor." in letter.text
    assert letter.link == f"{mailed.house.url}/@{cora.handle}"
    assert "outside.example" not in letter.raw.decode()


def _page(rita: Rita) -> str:
    """Return all of somebody's page but what is drawn anew for each opening."""
    rita.returns()
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", rita.page.content())
