"""The way out: say hello to the relay, insist on TLS, sign in, say goodbye. No letter is begun."""

from __future__ import annotations

import contextlib
import re
import ssl
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from twoyes.lib.checked import Check
from twoyes.lib.errors import Refused
from twoyes.mail.health.certificates import SECONDS, lasting, not_believed, renewal
from twoyes.mail.health.told import Hour, Told
from twoyes.mail.outgoing.configure import transport_for
from twoyes.mail.outgoing.conversation import Conversation, Lost, Patience, Untrusted
from twoyes.mail.outgoing.smtp import SmtpTransport
from twoyes.mail.outgoing.transport import Verdict, readable

_PATIENCE = Patience(connect=SECONDS, command=SECONDS)
# As RFC 5322 writes it, which some relays have in their greeting.
_DATE = re.compile(rb"\d{1,2} [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d [-+]\d{4}")


class _Overheard(Conversation):
    """A conversation that remembers how it was greeted, and at what time."""

    greeting = b""
    signs_in = False
    at = datetime.min.replace(tzinfo=UTC)

    def getreply(self) -> tuple[int, bytes]:
        code, reply = super().getreply()
        if not self.greeting:
            self.greeting, self.at = reply, datetime.now(UTC)
        return code, reply

    def sign_in(self, user: str, password: str) -> None:
        self.signs_in = True
        super().sign_in(user, password)


def relay(email_url: str, data_dir: Path) -> Told:
    """Say whether the relay would take a letter from us now."""
    try:
        transport = transport_for(email_url, data_dir=data_dir)
    except Refused as refused:
        return Told([Check("sending", "fail", refused.sentence)])
    if not isinstance(transport, SmtpTransport):
        sentence = _("Letters leave by the API of %(provider)s, which is not asked before there is one.")
        return Told([Check("sending", "ok", sentence % {"provider": settings.RELAY_KIND.partition("+")[2]})])
    talk = _Overheard(transport.helo, _PATIENCE)
    try:
        verdict = transport.enter(talk)
        checks = [_let_in(transport, verdict), *_certificate(talk, transport)]
    except Untrusted as error:
        checks = _untrusted(transport, error, signs_in=talk.signs_in)
    except Lost as error:
        sentence = _("The relay %(relay)s was not reached, or broke off. %(said)s")
        mend = _("Look at host and port in EMAIL_URL; some networks block them, and then 587 or 465 are open.")
        known = {"relay": _name(transport), "said": readable(str(error))}
        checks = [Check("sending", "fail", sentence % known, mend)]
    finally:
        if talk.sock is not None:
            talk.farewell()
        talk.hang_up()
    return Told(checks, _hour(talk, transport))


def _let_in(transport: SmtpTransport, verdict: Verdict | None) -> Check:
    known = {"relay": _name(transport), "user": transport.server.user}
    if verdict is not None:
        said = f"{verdict.code} {verdict.text}".rstrip(".")
        sentence = _("The relay %(relay)s does not talk to us: %(said)s.") % {**known, "said": said}
        return Check("sending", "fail", sentence, _("Ask who runs it whether it takes mail from this machine."))
    if transport.server.user:
        return Check("sending", "ok", _("The relay %(relay)s lets %(user)s in. No letter was sent.") % known)
    return Check("sending", "ok", _("The relay %(relay)s answers. No letter was sent.") % known)


def _certificate(talk: Conversation, transport: SmtpTransport) -> list[Check]:
    found = talk.sock.getpeercert() if isinstance(talk.sock, ssl.SSLSocket) else None
    return [lasting(found, _name(transport))] if found else []


def _untrusted(transport: SmtpTransport, error: Untrusted, *, signs_in: bool) -> list[Check]:
    known = {"relay": _name(transport), "said": f"{error.code or ''} {readable(error.text)}".strip(" .")}
    cause = error.__cause__
    if isinstance(cause, ssl.SSLCertVerificationError):
        sentence = _("Nothing is sent: the certificate of the relay %(relay)s is not believed.") % known
        failed = Check("tls", "fail", not_believed(cause, _name(transport)), renewal(cause))
        return [Check("sending", "fail", sentence), failed]
    if signs_in:
        sentence = _("The relay %(relay)s does not let us in: %(said)s.") % known
        mend = _("Look at user and password in EMAIL_URL; many providers want an app password, and @ is written %40.")
        return [Check("sending", "fail", sentence, mend)]
    sentence = _("Nothing is sent: %(relay)s does not come to TLS, and without it all could be overheard.") % known
    mend = _("Let the relay offer STARTTLS, or use smtps:// and its port 465.")
    no_tls = _("There is no TLS with %(relay)s: %(said)s.") % known
    return [Check("sending", "fail", sentence), Check("tls", "fail", no_tls, mend)]


def _name(transport: SmtpTransport) -> str:
    return f"{transport.server.host}:{transport.server.port}"


def _hour(talk: _Overheard, transport: SmtpTransport) -> Hour | None:
    found = _DATE.search(talk.greeting)
    if not found:
        return None
    with contextlib.suppress(ValueError):
        return Hour(transport.server.host, parsedate_to_datetime(found[0].decode()), talk.at)
    return None
