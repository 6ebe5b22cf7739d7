"""The two addresses of a connector: the guard (S3), and asking by mail (C23); answered once a day at most (C21)."""

from __future__ import annotations

from datetime import timedelta
from email import message_from_bytes, policy

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from tests.mail.incoming.came import came, did, events, handed_on, said
from tests.mail.letters_cast import AT, facts
from tests.support.cast import CORA, OTTO, Cast
from twoyes.care import front as care
from twoyes.introductions import front as introductions
from twoyes.introductions.models import Introduction, JournalEntry, Letter
from twoyes.introductions.protocol import State
from twoyes.lib import addresses, sealing
from twoyes.lib.errors import Refused
from twoyes.mail import front as mail
from twoyes.mail import ours
from twoyes.mail.incoming import headers
from twoyes.mail.incoming.forwarded import Forwarded, forwarded
from twoyes.mail.incoming.plain import line
from twoyes.mail.models import Inbound
from twoyes.mail.outgoing.compose import envelope
from twoyes.network import front as network
from twoyes.policy import front as rules

ROLF = "rolf@asks.example"
MX = "mx.twoyes.example"
FORWARDED = """See below.

---------- Forwarded message ---------
From: Otto Outsider <otto@outside.example>
Date: Mon, 2 Mar 2026 at 08:00
Subject: You two should meet
To: Nadia Noor <nadia@noor.example>, Cora Lund <cora@connects.example>

Nadia, meet Cora. Cora, meet Nadia. I leave you to it!
"""
PROVED = f"Authentication-Results: {MX}; spf=pass; dmarc=pass (p=reject dis=none) header.from=asks.example\r\n"


def raw(sender: str, *more: str, name: str = "") -> bytes:
    head = f"Return-Path: <{sender}>\r\n{''.join(more)}From: {name} <{sender}>\r\nSubject: Hello\r\n\r\nHello\r\n"
    return head.encode()


def guarded(cast: Cast, *more: str, sender: str = CORA, kind: str = "reply") -> str:
    understood = said("See below.", sender=sender, whole=FORWARDED, kind=kind)
    return did(came(cast, "guard", "cora", understood, raw(sender, *more)))


# --- the guard ------------------------------------------------------------------------------------------------------


def test_a_forwarded_introduction_is_answered_with_what_happened_and_three_ready_answers(cast: Cast) -> None:
    assert guarded(cast) == "guard"
    ((to, subject, text),) = handed_on(cast, "guard_answer")
    assert (to, subject) == (CORA, "About the introduction that you forwarded")
    assert "Otto Outsider introduced you to Nadia Noor." in text
    assert "Nobody asked you first" in text
    assert "You owe neither of them an answer" in text
    for ready in ("A kind no:\n“Thank you", "A yes:\n“Thank you, Otto Outsider", "/@cora\n"):
        assert ready in text.replace("{page}", "http://house/@cora")
    assert "outside.example" not in text


def test_it_leaves_as_a_letter_with_the_connectors_own_page_as_its_one_link(cast: Cast) -> None:
    guarded(cast)
    with cast.time():
        report = mail.tick()
    assert report.letters == ("guard_answer",)


@pytest.mark.case("C21")
def test_only_the_connector_is_answered_and_once_a_day(cast: Cast) -> None:
    assert guarded(cast, sender=OTTO) == "noted"
    assert guarded(cast, kind="auto_reply") == "noted"
    assert guarded(cast) == "guard"
    assert guarded(cast) == "again"
    assert [one.did for one in mail.came_apart(cast.cora.id, cast.now)] == ["again"]
    cast.now += timedelta(days=1, seconds=1)
    assert guarded(cast) == "guard"
    assert Letter.objects.filter(kind="guard_answer").count() == 2
    assert not Letter.objects.exclude(connector_id=cast.cora.id).exists()


def test_any_address_that_the_connector_named_as_theirs_may_forward(cast: Cast) -> None:
    assert guarded(cast, sender="cora@home.example") == "noted"
    network.add_own_address(cast.cora.id, "cora@home.example")
    assert guarded(cast, sender="cora@home.example") == "guard"


def test_it_works_in_one_mailbox_that_is_the_connectors_own(cast: Cast, settings: Settings) -> None:
    settings.TWOYES_MAIL_ADDRESS = CORA.replace("@", "+{token}@")
    assert guarded(cast) == "guard"
    # What is from one of its tokens is from us all the same.
    assert guarded(cast, sender=ours.guard_address("cora")) == "dropped"


@pytest.mark.case("C21", "C35")
def test_where_our_server_says_who_wrote_the_guard_answers_nobody_it_does_not_vouch_for(
    cast: Cast, settings: Settings
) -> None:
    settings.TWOYES_AUTHSERV = MX
    passed = PROVED.replace("asks.example", "connects.example")
    assert guarded(cast) == "noted"
    assert guarded(cast, passed.replace("dmarc=pass", "dmarc=fail")) == "noted"
    assert not Letter.objects.exists()
    assert guarded(cast, passed) == "guard"


AUTOMATIC = (
    "Auto-Submitted: auto-replied\r\n",
    "Precedence: bulk\r\n",
    "Precedence: List\r\n",
    "List-Id: <x.example>\r\n",
    "List-Unsubscribe: <mailto:x@x.example>\r\n",
    "X-Auto-Response-Suppress: All\r\n",
    "X-Loop: x\r\n",
)


@pytest.mark.case("C21")
@pytest.mark.parametrize("header", AUTOMATIC)
def test_no_program_list_or_null_sender_is_ever_answered(cast: Cast, settings: Settings, header: str) -> None:
    settings.TWOYES_AUTHSERV = MX
    assert guarded(cast, header) == "noted"
    assert asked(cast, header, PROVED) == "noted"
    understood = said("Hello", sender=CORA, whole=FORWARDED)
    for null in (b"Return-Path: <>\r\nFrom: <cora@connects.example>\r\n\r\n", b"From: <cora@connects.example>\r\n\r\n"):
        assert did(came(cast, "guard", "cora", understood, null)) == "noted"
    assert not Letter.objects.exists()
    assert not Introduction.objects.exists()


def erased(cast: Cast, *whom: str) -> list[bool]:
    """Erase one after the other; say of each whether something that was forwarded is still here."""
    still = []
    for address in whom:
        with cast.time():
            care.erase(address, actor=cast.desk, now=cast.now)
        still.append(Inbound.objects.exists())
    return still


@pytest.mark.case("E18")
@pytest.mark.parametrize("address", ["nadia@noor.example", "Otto@Outside.example"])
def test_what_was_forwarded_goes_with_whoever_it_names_and_so_does_the_answer(cast: Cast, address: str) -> None:
    assert guarded(cast) == "guard"
    assert erased(cast, "pia@elsewhere.example", address) == [True, False]
    with pytest.raises(Refused, match="not kept"):
        list(handed_on(cast, "guard_answer"))


@pytest.mark.case("E18")
@pytest.mark.parametrize(
    "body",
    [
        FORWARDED,
        FORWARDED.replace("@", "=40").replace("noor", "no=\r\nor"),
        "Content-Type: message/rfc822\r\n\r\nTo: nadia@noor.example\r\n\r\nMeet Cora.",
    ],
)
def test_also_where_nobody_has_read_it_yet(cast: Cast, body: str) -> None:
    kept = Inbound(dedupe_key="one", received_at=cast.now, purpose="guard", ref="cora", connector=cast.cora.id)
    sealing.put_bytes(kept, "raw", raw(CORA) + body.encode())
    kept.save(force_insert=True)
    assert erased(cast, "pia@elsewhere.example", "nadia@noor.example") == [True, False]


FORWARDS = {
    "german": "Von: Otto Ott <o@x.example>\nAn: Nadia Noor <n@x.example>; Cora <cora@connects.example>",
    "french": "De : Otto Ott <o@x.example>\nÀ : Nadia Noor <n@x.example>",
    "spanish": "De: Otto Ott <o@x.example>\nPara: Nadia Noor <n@x.example>\nCc: cora@connects.example",
    "quoted": "> *From:* \"Otto Ott\" <o@x.example>\n> *To:* 'Nadia Noor' <mailto:n@x.example>",
}


@pytest.mark.parametrize("text", FORWARDS.values(), ids=FORWARDS.keys())
def test_who_introduced_whom_is_read_in_the_languages_of_mail_programs(db: None, text: str) -> None:
    assert forwarded(text, own={addresses.key(CORA)}) == Forwarded("Otto Ott", ("Nadia Noor",))


def test_where_no_name_stands_the_address_is_told_in_part_and_nonsense_is_nobody(db: None) -> None:
    assert forwarded("From: otto@outside.example\nTo: nadia@noor.example", own=()) == Forwarded("o…@ou…", ("n…@no…",))
    assert forwarded("", own=()) == Forwarded()
    assert forwarded("To: Nadia <n@x.example>\nFrom the desk of", own=()) == Forwarded()


# --- asking by mail -------------------------------------------------------------------------------------------------


def asked(cast: Cast, *more: str, sender: str = ROLF, words: str = "May I meet Tom Target?", name: str = "Rolf") -> str:
    understood = said(words, sender=sender, subject="Tom Target of Blade Works")
    return did(came(cast, "request", "cora", understood, raw(sender, *more, name=name)))


@pytest.mark.case("C23")
def test_a_request_by_mail_becomes_a_draft_whose_address_is_asked_to_prove_itself(
    cast: Cast, settings: Settings
) -> None:
    settings.TWOYES_AUTHSERV = MX
    assert asked(cast, PROVED) == "draft"
    row = Introduction.objects.get()
    assert (row.state, row.connector_id) == (State.DRAFT, cast.cora.id)
    assert events(row.pk) == ["drafted"]
    assert [(one.role, one.actor, one.door) for one in JournalEntry.objects.all()] == [
        ("requester", addresses.key(ROLF), "mail")
    ]
    page = introductions.desk_page(cast.cora.id, row.pk, cast.now)
    assert page is not None
    assert {name: page.words[name] for name in ("name", "target", "ask")} == {
        "name": "Rolf",
        "target": "Tom Target of Blade Works",
        "ask": "May I meet Tom Target?",
    }
    (verify,) = Letter.objects.all()
    assert (verify.kind, verify.side) == ("verify", "requester")
    assert introductions.facts(verify.pk).recipient == ROLF


@pytest.mark.case("C23", "C21")
def test_one_address_is_answered_once_a_day_and_makes_one_draft(cast: Cast, settings: Settings) -> None:
    settings.TWOYES_AUTHSERV = MX
    assert [asked(cast, PROVED, words=f"May I meet {n}?") for n in range(3)] == ["draft", "again", "again"]
    assert Letter.objects.count() == Introduction.objects.count() == 1
    assert {one.words for one in mail.came_apart(cast.cora.id, cast.now)} == {"May I meet 2?", "May I meet 1?"}


@pytest.mark.case("A2")
def test_the_same_wish_by_mail_on_another_day_is_the_first_one(cast: Cast, settings: Settings) -> None:
    settings.TWOYES_AUTHSERV = MX
    assert asked(cast, PROVED) == "draft"
    cast.now += timedelta(days=2)
    assert asked(cast, PROVED, words="May I meet Tom Target now?") == "again"
    assert Letter.objects.count() == Introduction.objects.count() == 1


def test_in_a_pause_no_request_is_taken_by_mail_either(cast: Cast, settings: Settings) -> None:
    settings.TWOYES_AUTHSERV = MX
    rules.set_house_rules(cast.cora.id, chosen={"pause": {"words": "Back in May."}})
    assert asked(cast, PROVED) == "paused"
    assert not Introduction.objects.exists()
    assert not Letter.objects.exists()
    (apart,) = mail.came_apart(cast.cora.id, cast.now)
    assert (apart.did, apart.words) == ("paused", "May I meet Tom Target?")


FORGED = {
    "no word of our server": "",
    "another server's": "Authentication-Results: mx.evil.example; dmarc=pass header.from=asks.example\r\n",
    "a failure": f"Authentication-Results: {MX}; dmarc=fail header.from=asks.example\r\n",
    "another domain": f"Authentication-Results: {MX}; dmarc=pass header.from=evil.example\r\n",
    "no domain": f"Authentication-Results: {MX}; dmarc=pass\r\n",
    "in a comment": f"Authentication-Results: {MX}; dmarc=fail (dmarc=pass header.from=asks.example)\r\n",
    "below ours": f"Authentication-Results: {MX}; dmarc=fail header.from=asks.example\r\n{PROVED}",
    "in a name": f"Authentication-Results: evil.{MX}; dmarc=pass header.from=asks.example\r\n",
    "in quotes": f'Authentication-Results: {MX}; spf=pass smtp.mailfrom="a; dmarc=pass header.from=asks.example x"'
    "@evil.example; dmarc=fail header.from=asks.example\r\n",
    "in quotes with a quote": f'Authentication-Results: {MX}; spf=pass smtp.mailfrom="a\\"; dmarc=pass header.from='
    'asks.example x"@evil.example\r\n',
    "in quotes that do not end": f'Authentication-Results: {MX}; dmarc=pass header.from=asks.example; spf=pass "a\r\n',
    "twice": f"Authentication-Results: {MX}; dmarc=pass header.from=asks.example; dmarc = fail\r\n",
    "as a domain in quotes": f'Authentication-Results: {MX}; dmarc=pass header.from="asks.example"\r\n',
    "a comment in a comment": f"Authentication-Results: {MX}; x=y (a (b) ; dmarc=pass header.from=asks.example)\r\n",
    "only spf": f"Authentication-Results: {MX}; spf=pass header.from=asks.example\r\n",
}


@pytest.mark.case("C23")
@pytest.mark.parametrize("forged", FORGED.values(), ids=FORGED.keys())
def test_without_proof_by_our_own_server_it_stands_apart_and_nobody_is_written_to(
    cast: Cast, settings: Settings, forged: str
) -> None:
    settings.TWOYES_AUTHSERV = MX
    assert asked(cast, forged) == "unproved"
    assert not Letter.objects.exists()
    assert not Introduction.objects.exists()
    (apart,) = mail.came_apart(cast.cora.id, cast.now)
    assert (apart.sender, apart.words) == (ROLF, "May I meet Tom Target?")
    assert mail.came_apart(cast.otto.id, cast.now) == []


@pytest.mark.case("C23")
def test_where_no_server_is_named_nothing_is_proved(cast: Cast, settings: Settings) -> None:
    assert settings.TWOYES_AUTHSERV == ""
    assert asked(cast, PROVED) == "unproved"
    assert asked(cast, "Authentication-Results: ; dmarc=pass header.from=asks.example\r\n") == "unproved"


def test_a_connector_who_writes_to_their_own_request_address_asks_for_nothing(cast: Cast, settings: Settings) -> None:
    settings.TWOYES_AUTHSERV = MX
    proved = PROVED.replace("asks.example", "connects.example")
    assert asked(cast, proved, sender=CORA) == "refused"
    assert not Introduction.objects.exists()


@pytest.mark.case("D2")
@given(name=st.text(max_size=80))
def test_no_name_in_from_becomes_a_header_of_ours(name: str) -> None:
    wild = raw(ROLF, name=f"=?utf-8?q?{''.join(f'={byte:02X}' for byte in name.encode('utf-8', 'replace'))}?=")
    found = line(headers.name_of_sender(wild))
    assert not {"\n", "\r", "\0"} & {*found}
    usual = message_from_bytes(envelope(facts("received"), AT).message, policy=policy.default)
    named = message_from_bytes(envelope(facts("received", recipient_name=found), AT).message, policy=policy.default)
    assert named.keys() == usual.keys()
    assert [one.addr_spec for one in named["To"].addresses] == [one.addr_spec for one in usual["To"].addresses]


@given(st.binary(max_size=3000))
def test_any_head_is_read_in_bounds_and_never_raises(data: bytes) -> None:
    assert all(len(value) <= 2048 for _name, value in headers.headers(data))
    headers.name_of_sender(data)
    headers.may_be_answered(data)
    assert not headers.is_proved(data, ROLF, MX)
