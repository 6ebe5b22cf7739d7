"""Rita, Cora and Tom in words: the facts of every kind of letter, written by hand."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from functools import lru_cache
from typing import Any

from twoyes.introductions.records import DigestLine, LetterFacts, News
from twoyes.mail.letters import LETTERS
from twoyes.mail.outgoing.compose import envelope
from twoyes.mail.outgoing.transport import Envelope

AT = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
HEARS_BY = datetime(2026, 12, 17, 23, 30, tzinfo=UTC)
RITA, TOM, CORA = "rita@nordsjo.example", "tom@target.example", "cora.lund@own.example"
TOKEN, STOP = "abcdefghijklmnopqrstuvwxyz", "zyxwvutsrqponmlkjihgfedcba"
PHONE = "+47 22 00 00 00"
KINDS = tuple(LETTERS)
TO_CONNECTOR = tuple(
    "login_code login_changed new_request good_news digest monthly trouble late_yes reply_copy guard_answer".split()
)
WITHOUT_INTRODUCTION = ("login_code", "login_changed", "digest", "monthly", "guard_answer")
TO_TARGET = ("ask", "details", "introduction", "your_data")
TO_REQUESTER = tuple(kind for kind in KINDS if kind not in (*TO_CONNECTOR, *TO_TARGET))
AFTER_BOTH_SAID_YES = ("introduction", "reply_now", "what_happened", "amends")
# Letters that say all there is to say: nothing in them can be pressed.
WITHOUT_LINK = ("login_code", "declined", "lapsed", "not_this_time", "passed_on")

WORDS = {
    "about_me": "I lead blade maintenance at Nordsjø Drift, 14 years in the field",
    "why_them": "Your erosion paper describes the damage that we log every week.",
    "benefit": "three years of inspection data from 212 turbines, cleaned",
    "ask": "which columns of the data do you need?",
    "format": "video",
    "minutes": "20",
    "may_pass_on": "yes",
}
APPROVAL = {
    "vouch": "Worked with her for two years on Borkum. Careful, punctual, asks good questions.",
    "vouch_level": "vouch",
    "why_requester": "Tom knows what the damage does next.",
    "why_target": "Your erosion paper describes the damage that she logs every week.",
    "personal_line": "I hope the move to Gdańsk went well.",
    "channel": "relay",
    "mode": "thread",
    "blind": "",
}
CONSOLATION = {
    "reason": "I have not spoken with them for years.",
    "instead": "The erosion workshop in Bremen takes abstracts until March.",
    "stay_in_touch": "Tell me how the season goes.",
    "rule": "I introduce people whom I have worked with.",
    "codes": "no_why_now",
    "words": "Two lines on why now would help.",
    "times": "Tuesday at ten, or Thursday at four.",
}

# What the requester may send themselves, in a letter and on their page.
DRAFT = "I lead blade maintenance at Nordsjø Drift."


def side_of(kind: str) -> str:
    """Whom a kind of letter goes to."""
    return "connector" if kind in TO_CONNECTOR else "target" if kind in TO_TARGET else "requester"


def facts(kind: str, **changes: Any) -> LetterFacts:
    """The facts of a letter of this kind as the introductions room gathers them, with `changes`."""
    side = changes.pop("side", side_of(kind))
    addresses = {"target": TOM, "second": TOM, "connector": CORA}
    names = {"target": "Tomasz Wiśniewski", "second": "Tomasz Wiśniewski", "connector": "Cora Lund"}
    revealing = kind == "introduction"
    known = LetterFacts(
        kind=kind,
        side=side,
        connector_name="Cora Lund",
        connector_handle="cora",
        connector_address=CORA,
        letter="letter000001",
        introduction="" if kind in WITHOUT_INTRODUCTION else "intro0000001",
        message_id="<m1234567890abcdef@twoyes.example>",
        zone="Europe/Oslo",
        recipient=addresses.get(side, RITA),
        recipient_name=names.get(side, "Rita Holm"),
        requester_name="Rita Holm",
        requester_address=RITA if revealing or kind == "details" else "",
        target_name="Tomasz Wiśniewski" if side != "requester" or kind in AFTER_BOTH_SAID_YES else "",
        target_address=TOM if revealing else "",
        whom="whoever wrote the erosion paper",
        words=WORDS | ({"phone": PHONE} if kind == "details" else {}),
        approval=APPROVAL,
        consolation=CONSOLATION,
        writer_name="Rita Holm",
        hears_by=HEARS_BY,
        token="" if side == "connector" else TOKEN,
        stop_token=STOP if kind in ("ask", "details") else "",
        code={"login_code": "KX4TQ9", "login_changed": "passkey_added"}.get(kind, ""),
        trouble="unknown" if kind == "trouble" else "",
        waiting=WAITING if kind == "digest" else (),
        news=NEWS if kind == "monthly" else (),
        month=AT if kind == "monthly" else None,
        missed_at=AT if kind == "amends" else None,
        said=SAID.get(kind, {}),
    )
    return replace(known, **changes)


# What came by mail, as the mail room fills it in.
SAID = {
    "reply_copy": {
        "kind": "reply",
        "about": "ask",
        "did": "copied",
        "meaning": "yes",
        "side": "target",
        "words": "Yes, gladly.\n\nTuesday would suit me, see www.wind.example/tomasz\nTomasz",
    },
    "guard_answer": {"kind": "reply", "by": "Otto Ott", "others": "Nadia Noor"},
}
NEWS = (
    News("intro0000001", "Rita Holm", "Tomasz Wiśniewski", "partnership", "Blades, from March on.", AT),
    News("intro0000002", "Otto Ott", "Nadia Noor", "met", "", AT),
)
WAITING = (
    DigestLine("intro0000001", "Rita Holm", "Tomasz Wiśniewski", "agreed", AT, "said yes"),
    DigestLine("intro0000002", "Otto Ott", "a designer", "waiting", AT),
)


def every_letter() -> Iterator[LetterFacts]:
    """Each kind once, to its usual reader; the introduction also to the requester, the ask in an offer too."""
    yield from map(facts, KINDS)
    yield facts("introduction", side="requester")
    for side in ("requester", "target"):
        yield facts("introduction", side=side, standing=True)
    yield facts("declined", consolation=CONSOLATION | {"draft": DRAFT})
    yield facts("still_looking", consolation=CONSOLATION | {"come_back": "2026-11-23"})
    yield facts("ask", approval=APPROVAL | {"blind": "yes"})
    yield facts("reply_copy", said={"kind": "challenge", "side": "target", "subject": "Prove that you are human"})
    yield facts("reply_copy", said=SAID["reply_copy"] | {"did": "no", "meaning": "no", "other": "True"})
    yield facts("reply_copy", said={"kind": "reply", "side": "requester", "did": "first", "words": "Yes, gladly."})
    yield facts("guard_answer", said={"kind": "reply"})
    offer = {"because": "You both measure wind.", "why_first": "She has data.", "why_second": "He has ideas."}
    for side in ("first", "second"):
        yield facts("ask", side=side, origin="offered", words={}, approval=APPROVAL | offer)


def sent(letter: LetterFacts) -> Envelope:
    """The letter as it leaves."""
    return envelope(letter, AT)


@lru_cache(maxsize=16)
def parsed(message: bytes) -> EmailMessage:
    """The message as a mail program reads it."""
    return BytesParser(_class=EmailMessage, policy=policy.default).parsebytes(message)


def part(message: bytes, kind: str) -> str:
    """The text of one part, `plain` or `html`, decoded."""
    for one in parsed(message).iter_parts():
        if one.get_content_type() == f"text/{kind}":
            content: str = one.get_content()
            return content.replace("\r\n", "\n")
    raise LookupError(kind)
