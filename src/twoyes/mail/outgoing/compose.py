"""From facts to bytes: composed in the reader's language, frozen when approved, filled in when it leaves.

What was approved is never rendered again (D8): sending only puts the page's address where `{page}` stands.
"""

import hashlib
import re
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import format_datetime

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from twoyes.introductions.front import FOLLOW_UP, hands_off
from twoyes.lib import addresses
from twoyes.lib.errors import Refused
from twoyes.mail import ours
from twoyes.mail.letters import LETTERS
from twoyes.mail.letters.base import PAGE, Composed, Frozen, LetterFacts
from twoyes.mail.outgoing import dkim
from twoyes.mail.outgoing.mime import Mailbox, mailboxes, message, unstructured
from twoyes.mail.outgoing.transport import Envelope

ONE_PRESS = ("ask", "details")
"""Letters to somebody who did not ask for them: their mail program may offer a button that stops them."""

_MESSAGE_ID = re.compile(r"<?([0-9A-Za-z._+-]+)@([0-9A-Za-z.-]+)>?")


def compose(facts: LetterFacts) -> Composed:
    """Return the letter, with `{page}` where its one link goes: as approved, or in the reader's language.

    Raises KeyError for a kind that is not written yet.
    """
    if facts.frozen is not None:
        return Composed(facts.frozen.subject, facts.frozen.text, facts.frozen.html)
    with translation.override(_language(facts.language)):
        return LETTERS[facts.kind](facts)


def freeze(facts: LetterFacts) -> Frozen:
    """Return the letter as it stands above the button, with the hash that binds what is sent to it (D8)."""
    letter = compose(facts)
    return Frozen(letter.subject, letter.text, letter.html, fingerprint(letter))


def fingerprint(letter: Composed) -> str:
    """Return the SHA-256, in hex, of subject, text and HTML."""
    return hashlib.sha256(f"{letter.subject}\0{letter.text}\0{letter.html}".encode()).hexdigest()


def envelope(facts: LetterFacts, at: datetime) -> Envelope:
    """Return the letter as it leaves at `at` (aware): the same facts and instant give the same bytes.

    Raises Refused: `text_changed` when a frozen text is not the approved one, `no_link` when a letter with a
    link has no token, `bad_address` when the recipient is not one address.
    """
    if facts.way == "draft" and facts.kind == "introduction":
        facts = _to_both(facts)
    letter = compose(facts)
    if facts.frozen is not None and fingerprint(letter) != facts.frozen.sha256:
        raise Refused("text_changed", _("The text is not the one that was approved. Nothing was sent."), rule="N4")
    letter = _filled(letter, facts)
    recipient = addresses.wire(facts.recipient)
    content = message(
        _headers(facts, letter.subject, at, international=not recipient.isascii()),
        text=letter.text,
        html=letter.html,
        seed=_message_id(facts),
    )
    if facts.way:
        # From their own mailbox it is theirs altogether: their server takes no other sender, and their domain aligns.
        sent_by = addresses.wire(facts.connector_address)
    else:
        sent_by, signer = ours.return_path(facts.letter), dkim.signer(ours.sender().rpartition("@")[2])
        content = signer.signed(content, at) if signer else content
    return Envelope(sent_by, recipient, content, facts.kind, facts.letter, facts.introduction)


def _to_both(facts: LetterFacts) -> LetterFacts:
    """Return the facts of the one draft that goes to both at once: as who writes first reads it, with nobody's link."""
    side = "requester" if facts.side == "target" else facts.side
    return replace(facts, side=side, recipient_name=facts.writer_name)


def page(facts: LetterFacts) -> str:
    """Return the address that the letter's one link leads to, from the configured base only (D28)."""
    if facts.kind == "login_changed":
        return f"{settings.TWOYES_URL}/accounts/"
    if facts.kind == "guard_answer":
        return f"{settings.TWOYES_URL}/@{facts.connector_handle}"
    if facts.kind == "monthly":
        return f"{settings.TWOYES_URL}/desk/numbers/#monthly"
    if facts.side == "connector":
        path = f"/desk/introductions/{facts.introduction}/" if facts.introduction else "/desk/"
        return f"{settings.TWOYES_URL}{path}"
    if not facts.token:
        raise Refused("no_link", _("This letter leads to a page and has no key for it. Nothing was sent."))
    follows_up = facts.side == "requester" or facts.kind in FOLLOW_UP
    door = "v" if facts.kind == "verify" else "r" if follows_up else "t"
    return f"{settings.TWOYES_URL}/{door}/{facts.token}"


def _filled(letter: Composed, facts: LetterFacts) -> Composed:
    if PAGE not in letter.text.split("\n"):
        return letter
    url = page(facts)
    lines = [url if line == PAGE else line for line in letter.text.split("\n")]
    return Composed(letter.subject, "\n".join(lines), letter.html.replace(f'href="{PAGE}"', f'href="{url}"'))


def _headers(facts: LetterFacts, subject: str, at: datetime, *, international: bool) -> list[tuple[str, str]]:
    own = mailboxes([_from(facts)], international=international)
    addressed = {name: mailboxes(who, international=international) for name, who in _addressed(facts).items() if who}
    stop = {}
    if facts.kind in ONE_PRESS and facts.stop_token:
        stop["List-Unsubscribe"] = f"<{settings.TWOYES_URL}/t/{facts.stop_token}/stop>"
        stop["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    # A draft is sent by a person, who has it before them.
    by_itself = {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"}
    return [
        ("Date", format_datetime(at.astimezone(UTC))),
        ("From", own),
        *addressed.items(),
        ("Subject", unstructured(subject)),
        ("Message-ID", _message_id(facts)),
        *(by_itself.items() if facts.way != "draft" else ()),
        (ours.INSTANCE_HEADER, ours.instance()),
        *stop.items(),
    ]


def _from(facts: LetterFacts) -> Mailbox:
    """Whom it is from: us, and never anybody else but the connector from their own mailbox (C29)."""
    if facts.way:
        return Mailbox(facts.connector_name, facts.connector_address)
    return Mailbox("Twoyes" if facts.side == "connector" else f"{facts.connector_name} via Twoyes", ours.sender())


def _addressed(facts: LetterFacts) -> dict[str, list[Mailbox]]:
    """Who stands in To, Cc and Reply-To. Only an introduction shows one person to another (E2, E4)."""
    connector = Mailbox(facts.connector_name, facts.connector_address)
    if facts.kind == "introduction":
        both = [
            Mailbox(facts.requester_name, facts.requester_address),
            Mailbox(facts.target_name, facts.target_address),
        ]
        in_copy = [] if hands_off(facts.approval) else [_in_copy(facts, connector)]
        if facts.way == "draft":
            # Mail programs keep To and Cc of a draft, and who sends it needs no copy.
            return {"To": both, "Cc": in_copy if settings.INBOX_URLS else []}
        # Both stand in Reply-To too: a plain "reply" must reach the other side, not our own address.
        return {"To": both, "Reply-To": both, "Cc": in_copy}
    # Whoever typed an address into the form chose the name as well: a stranger is not greeted with it (D22).
    name = "" if facts.kind == "verify" else facts.recipient_name
    return {"To": [Mailbox(name, facts.recipient)], "Reply-To": _answers(facts, connector)}


def _in_copy(facts: LetterFacts, connector: Mailbox) -> Mailbox:
    """Where the connector reads along: at an alias that hears the first reply, if mail comes to us (F2, C35)."""
    if settings.INBOX_URLS:
        return Mailbox(connector.name, ours.thread_address(facts.introduction))
    return connector


def _answers(facts: LetterFacts, connector: Mailbox) -> list[Mailbox]:
    """Where an answer goes: to our inbox under a signed address, else to the connector; never from themselves."""
    if facts.side == "connector" or facts.way == "draft":
        return []
    if settings.INBOX_URLS and not facts.way:
        return [Mailbox("", ours.reply_address(facts.letter))]
    return [connector] if connector.address else []


def _message_id(facts: LetterFacts) -> str:
    match = _MESSAGE_ID.fullmatch(facts.message_id)
    if match is None:
        raise ValueError(f"letter {facts.letter!r} has no usable Message-ID")
    return f"<{match[1]}@{match[2]}>"


def _language(language: str) -> str:
    try:
        return translation.get_supported_language_variant(language)
    except LookupError:
        return settings.LANGUAGE_CODE
