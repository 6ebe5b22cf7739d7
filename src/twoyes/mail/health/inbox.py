"""The way in: does somebody listen where mail is to arrive, or does the mailbox let us in? Nothing there is changed."""

from __future__ import annotations

import contextlib
import ssl
from collections.abc import Iterator
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from django.utils.translation import gettext as _
from imapclient import IMAPClient, SocketTimeout
from imapclient.exceptions import IMAPClientError, LoginError

from twoyes.lib.checked import Check
from twoyes.lib.hosts import is_loopback
from twoyes.mail.health.certificates import SECONDS, lasting, not_believed, renewal, why
from twoyes.mail.health.told import Told
from twoyes.mail.outgoing.conversation import Conversation, Lost, Patience

_PATIENCE = Patience(connect=SECONDS, command=SECONDS)
# Where the listener hears all addresses, we ask it at the one that is here.
_HERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - nothing is bound
_IMAPS = 993
# Servers let whoever had a wrong password wait before they say so.
_ANSWERS = 9.0


def inbox(url: str, template: str) -> Told:
    """Look at one part of INBOX_URL; `template` is TWOYES_MAIL_ADDRESS, to which the answers go."""
    parts = urlsplit(url)
    return _mailbox(parts, template) if parts.scheme == "imaps" else Told([_listener(parts)])


# --- a listener of our own ----------------------------------------------------------------------------------------


def _listener(parts: SplitResult) -> Check:
    host, port = parts.hostname or "", parts.port or 0
    known = {"at": f"{parts.scheme}://{parts.netloc}"}
    if parts.scheme == "smtp" and not is_loopback(host):
        sentence = _("%(at)s is open to others, and Twoyes does not listen there.") % known
        mend = _("Let a mail server listen there, and hand mail on to lmtp:// or to smtp://127.0.0.1.")
        return Check("receiving", "fail", sentence, mend)
    if not port:
        return Check("receiving", "ok", _("The listener of %(at)s says its port when it starts.") % known)
    hello = "LHLO" if parts.scheme == "lmtp" else "EHLO"
    talk = Conversation("localhost", _PATIENCE)
    try:
        code, _greeting = talk.open((_HERE.get(host, host), port))
        if code == 220:
            code, _reply = talk.docmd(hello, talk.local_hostname)
        talk.farewell()
    except Lost:
        sentence = _("Nobody answers at %(at)s, so no mail arrives.") % known
        return Check("receiving", "fail", sentence, _("Is a worker running? Start: twoyes serve, or twoyes worker"))
    finally:
        talk.hang_up()
    if code != 250:
        sentence = _("What listens at %(at)s answers %(code)s to %(hello)s, so it is not ours.")
        mend = _("See what else has this port, and give INBOX_URL another.")
        return Check("receiving", "fail", sentence % {**known, "code": code, "hello": hello}, mend)
    return Check("receiving", "ok", _("The listener at %(at)s answers.") % known)


# --- a mailbox ----------------------------------------------------------------------------------------------------


def _mailbox(parts: SplitResult, template: str) -> Told:
    host, user = parts.hostname or "", unquote(parts.username or "")
    known = {"host": host, "user": user}
    try:
        trusted = ssl.create_default_context(cafile=dict(parse_qsl(parts.query)).get("ca"))
        client = IMAPClient(host, parts.port or _IMAPS, ssl_context=trusted, timeout=SocketTimeout(SECONDS, _ANSWERS))
    except ssl.SSLCertVerificationError as error:
        sentence = _("Nothing is read: the certificate of %(host)s is not believed.") % known
        return Told(
            [Check("receiving", "fail", sentence), Check("tls", "fail", not_believed(error, host), renewal(error))]
        )
    except (OSError, IMAPClientError) as error:
        sentence = _("The mailbox at %(host)s could not be reached: %(why)s.") % {**known, "why": why(error)}
        return Told([Check("receiving", "fail", sentence, _("Look at host, port and ca= in INBOX_URL."))])
    try:
        checks = [
            lasting(client.socket().getpeercert() or {}, host),
            *_looked_into(client, parts),
            *_plus(user, template),
        ]
        if not any(one.status == "fail" for one in checks):
            with contextlib.suppress(OSError, IMAPClientError):
                client.logout()
        return Told(checks)
    except (OSError, IMAPClientError) as error:
        sentence = _("The mailbox of %(user)s at %(host)s broke off: %(why)s.") % {**known, "why": why(error)}
        return Told([Check("receiving", "fail", sentence, _("Try again in a few minutes."))])
    finally:
        # Whoever was late once is not waited for again.
        with contextlib.suppress(OSError):
            client.shutdown()


def _looked_into(client: IMAPClient, parts: SplitResult) -> Iterator[Check]:
    folder = unquote(parts.path).strip("/") or "INBOX"
    known = {"host": parts.hostname, "user": unquote(parts.username or ""), "folder": folder}
    try:
        client.login(known["user"], unquote(parts.password or ""))
    except (LoginError, TimeoutError) as error:
        sentence = _("%(host)s does not let %(user)s in.") % known
        if isinstance(error, TimeoutError):
            sentence = _("%(host)s takes too long to let %(user)s in, as servers do after a wrong password.") % known
        mend = _("Look at user and password in INBOX_URL; most providers want an app password, and @ is written %40.")
        yield Check("receiving", "fail", sentence, mend)
        return
    if not client.folder_exists(folder):
        sentence = _("The mailbox of %(user)s has no folder “%(folder)s”.") % known
        yield Check("receiving", "fail", sentence, _("Make it, or name another one at the end of INBOX_URL."))
        return
    client.select_folder(folder, readonly=True)
    if client.has_capability("IDLE"):
        yield Check("receiving", "ok", _("%(host)s lets %(user)s in, and says at once what comes (IDLE).") % known)
    else:
        sentence = _("%(host)s lets %(user)s in, but does not say when something comes (no IDLE).") % known
        yield Check("receiving", "warn", sentence, _("Nothing needs to be done: it is looked at now and then."))


def _plus(user: str, template: str) -> Iterator[Check]:
    """Whether answers, which go to many addresses of ours, come to this one mailbox."""
    local, _at, domain = template.rpartition("@")
    known = {"user": user, "template": template}
    if "{token}" not in template:
        sentence = _("Answers go to many addresses at %(domain)s, not to one mailbox.") % {"domain": domain}
        mend = _("Set TWOYES_MAIL_ADDRESS to %(example)s, or let all mail of the domain come to this mailbox.")
        at, name = user.rpartition("@")[2], user.rpartition("@")[0]
        example = f"{name}+{{token}}@{at}" if name else f"NAME+{{token}}@{domain}"
        yield Check("addresses", "warn", sentence, mend % {"example": example})
    elif "@" in user and f"{local.partition('+')[0]}@{domain}".lower() != user.lower():
        sentence = _("Answers go to %(template)s, and what is read is the mailbox of %(user)s.") % known
        yield Check("addresses", "warn", sentence, _("See that what comes to the one is put into the other."))
    else:
        sentence = _("Answers go to %(template)s, which is the mailbox that is read where plus-addresses are known.")
        yield Check("addresses", "ok", sentence % known)
