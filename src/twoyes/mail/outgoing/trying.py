"""A way out is tried before it is kept: its owner gets a test letter, or finds a test draft. Nobody else hears of it.

Such a letter has no row: it goes to whoever asked for it, about nobody, and what became of it is said at once.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from email.utils import format_datetime

from django.conf import settings
from django.utils.translation import gettext as _

from twoyes.introductions import front as introductions
from twoyes.lib import addresses
from twoyes.lib.errors import Refused
from twoyes.lib.tokens import new_token
from twoyes.mail import ours
from twoyes.mail.outgoing.conversation import PATIENCE
from twoyes.mail.outgoing.drafts import DraftsTransport
from twoyes.mail.outgoing.mailbox import Marks
from twoyes.mail.outgoing.mime import Mailbox, mailboxes, plain_message, unstructured
from twoyes.mail.outgoing.transport import Envelope, Transport
from twoyes.mail.outgoing.ways import through
from twoyes.people import front as people

# Somebody waits before their screen, so no server has the time that it may have for a letter.
_PATIENCE = replace(PATIENCE, connect=10, command=20, final=30)


def try_out(own: people.OwnWay, *, name: str, now: datetime) -> None:
    """Send the owner of a mailbox a test letter through it, or lay one into its Drafts.

    Raises Refused `way_failed` with what the server said; nothing was kept then.
    """
    message_id = f"<{new_token()}@{settings.TWOYES_DOMAIN}>"
    address = addresses.wire(own.address)
    me = mailboxes([Mailbox(name, own.address)], international=not address.isascii())
    headers = [
        ("Date", format_datetime(now.astimezone(UTC))),
        ("From", me),
        ("To", me),
        ("Subject", unstructured(_("A test from Twoyes"))),
        ("Message-ID", message_id),
        ("Auto-Submitted", "auto-generated"),
        (ours.INSTANCE_HEADER, ours.instance()),
    ]
    said = _("This is a test that you asked for. Your letters can leave this way.")
    transport: Transport = through(own, _PATIENCE)
    if own.kind == introductions.DRAFT:
        said = _("This is a test that you asked for. Your letters can be laid here. You may delete this one.")
        transport = DraftsTransport(own, Marks(message_id))
    letter = Envelope(address, address, plain_message(headers, text=f"{said}\n"))
    verdict = transport.send(letter, point_of_no_return=lambda: None)
    if verdict.kind not in {"sent", "drafted"}:
        told = f"{verdict.code or ''} {verdict.text}".strip().rstrip(".")
        sentence = _("%(host)s did not take it: %(told)s. Nothing was changed.")
        raise Refused("way_failed", sentence % {"host": own.host, "told": told})
