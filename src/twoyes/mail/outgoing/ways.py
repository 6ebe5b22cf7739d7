"""The connector's own way out: their mailbox in place of our relay, for what they write themselves."""

from __future__ import annotations

from datetime import datetime

from twoyes.introductions import front as introductions
from twoyes.lib import limits
from twoyes.mail.outgoing.conversation import Patience
from twoyes.mail.outgoing.drafts import DraftsTransport, marks_of
from twoyes.mail.outgoing.smtp import Server, SmtpTransport
from twoyes.mail.outgoing.transport import Transport
from twoyes.people import front as people

PATIENCE = Patience(connect=10, command=20, final=60)
"""Somebody's own server may not hold the worker, and the letters of everybody else, as long as our relay may."""


def way_out(facts: introductions.LetterFacts, now: datetime) -> tuple[Transport, str] | None:
    """Return the way that the letter takes, and which mailbox that is; None where its connector chose another since."""
    own = people.own_way(facts.connector)
    if own is None or own.kind != facts.way:
        return None
    if own.kind == introductions.DRAFT:
        # An earlier try of this letter cannot be older than the longest that it may wait.
        marks = marks_of(facts, now - limits.NOT_AFTER_APPROVAL)
        # Edited or sent since, it may bear another Message-ID: what was written down knows it better than a search.
        laid = introductions.drafted_beside(facts.letter, facts.message_id, own.key)
        return DraftsTransport(own, marks, laid), own.key
    return through(own), own.key


def through(own: people.OwnWay, patience: Patience | None = None) -> Transport:
    """Return the transport of somebody's own mailbox; TLS is required of it, on this machine too (C9)."""
    server = Server(own.host, own.port, own.tls, own.user, own.password, named_by_user=True)
    return SmtpTransport(server, patience=patience or PATIENCE)
