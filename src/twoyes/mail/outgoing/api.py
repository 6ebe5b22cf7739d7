"""The way out through a provider's HTTP API, by django-anymail, under the contract of every other relay.

A request is one undivided act: the point of no return precedes it, and whatever is not a clear answer is unknown. An
API knows no envelope and sends to everybody in To and Cc, so each letter names its one recipient there (C7).
"""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable, Mapping
from email import message_from_bytes, policy
from email.headerregistry import Address
from email.message import EmailMessage
from importlib import import_module
from typing import Any

from django.core.mail import EmailMultiAlternatives

from twoyes.lib import addresses, faults, limits
from twoyes.mail.outgoing.transport import Abort, Envelope, Verdict, aborted, cross, readable, too_late

# Providers whose API is plain HTTP, by the names that django-anymail has for them.
PROVIDERS = tuple(
    "brevo mailersend mailgun mailjet mailtrap mandrill postal postmark resend scaleway sendgrid sparkpost".split()
)
# Octets of an answer that are read: what follows is no answer.
_LONGEST_ANSWER = 65_536
_NOT_TRUSTED = (401, 403)
_KEPT_HEADERS = (
    "Message-ID",
    "Auto-Submitted",
    "X-Auto-Response-Suppress",
    "X-Twoyes-Instance",
    "List-Unsubscribe",
    "List-Unsubscribe-Post",
)


class ApiTransport:
    """Hands letters to one provider; safe to share between threads. `options` are django-anymail's for it.

    Raises `ValueError` for a provider that is not known, and for options that it does not have or that are missing.
    """

    def __init__(self, provider: str, options: Mapping[str, str]) -> None:
        if provider not in PROVIDERS:
            raise ValueError(provider)
        self._backend = import_module(f"anymail.backends.{provider}").EmailBackend
        self._options = dict(options)
        try:
            self._new()
        except Exception as error:
            # Whatever it objects to: django-anymail's errors and Python's own for an unknown name.
            raise ValueError(type(error).__name__) from error

    def send(self, envelope: Envelope, *, point_of_no_return: Callable[[], None]) -> Verdict:
        """See `Transport.send`."""
        backend = self._new()
        message = _message(envelope)
        payload = backend.build_message_payload(message, backend.send_defaults)
        asked = payload.get_request_params(backend.api_url)
        backend.open()
        try:
            faults.point("after_354")
            until = cross(point_of_no_return)
            if time.monotonic() > until:
                return too_late()
            return _answered(backend, asked, payload, message)
        except Abort:
            return aborted()
        finally:
            backend.close()

    def _new(self) -> Any:
        return self._backend(ignore_unsupported_features=True, **self._options)


def _answered(backend: Any, asked: dict[str, Any], payload: Any, message: EmailMultiAlternatives) -> Verdict:
    import requests

    patience = (limits.SMTP_CONNECT.total_seconds(), limits.SMTP_FINAL_REPLY.total_seconds())
    try:
        response = backend.session.request(**{**asked, "timeout": patience}, allow_redirects=False, stream=True)
        faults.point("after_dot")
        # Set where requests itself keeps it, or it would read on for as long as a provider talks (C8).
        response._content = response.raw.read(_LONGEST_ANSWER, decode_content=True)  # noqa: SLF001
    except (requests.RequestException, OSError) as error:
        if _is_caused_by(error, ssl.SSLCertVerificationError):
            return Verdict("temporary", 0, "The provider did not prove who it is.", before_dot=True, halt=True)
        if _never_connected(error):
            return Verdict("temporary", 0, "The provider could not be reached.", before_dot=True)
        return Verdict("unknown", 0, readable(f"The provider gave no answer: {error}"), before_dot=False)
    verdict = _judged(response.status_code, response.text)
    if verdict.kind == "sent" and _turned_down(backend, response, payload, message):
        return Verdict("refused", verdict.code, verdict.text, before_dot=False)
    if verdict.kind == "sent":
        faults.point("after_250")
    return verdict


def _judged(status: int, text: str) -> Verdict:
    """2xx sent, 4xx failed but 429 queued, else unknown (PROTOCOL); what is about our account stops all (C10)."""
    said = readable(text)
    if 200 <= status <= 299:
        return Verdict("sent", status, said, before_dot=False)
    if status in _NOT_TRUSTED:
        return Verdict("temporary", status, said, before_dot=True, halt=True)
    if status == 429:
        return Verdict("temporary", status, said, before_dot=True)
    if 400 <= status <= 499:
        return Verdict("refused", status, said, before_dot=True)
    return Verdict("unknown", status, said, before_dot=False)


def _turned_down(backend: Any, response: Any, payload: Any, message: EmailMultiAlternatives) -> bool:
    """Some say 200 and, inside, that this recipient gets nothing. What cannot be read there changes nothing."""
    from anymail.exceptions import AnymailError

    try:
        found = backend.parse_recipient_status(response, payload, message)
    except (AnymailError, AttributeError, LookupError, TypeError, ValueError):
        return False
    return bool(found) and all(one.status in {"invalid", "rejected", "failed"} for one in found.values())


def _never_connected(error: Exception) -> bool:
    import requests
    from urllib3.exceptions import NewConnectionError

    return isinstance(error, requests.exceptions.ConnectTimeout) or _is_caused_by(error, NewConnectionError)


def _is_caused_by(error: BaseException | None, kind: type[BaseException]) -> bool:
    """Say whether an error, or one that it came from, is of this kind."""
    while error is not None and not isinstance(error, kind):
        error = error.__context__
    return error is not None


def _message(envelope: Envelope) -> EmailMultiAlternatives:
    """Return the letter for its one recipient; where more stand in its head, all the others are answered to."""
    head = message_from_bytes(envelope.message, EmailMessage, policy=policy.default)
    everybody = _mailboxes(head, "To")
    mine = [one for one in everybody if addresses.same(one.addr_spec, envelope.recipient)]
    others = [*_mailboxes(head, "Reply-To"), *_mailboxes(head, "Cc")]
    answers = [one for one in others if not mine or not addresses.same(one.addr_spec, envelope.recipient)]
    plain, html = head.get_body(("plain",)), head.get_body(("html",))
    message = EmailMultiAlternatives(
        subject=str(head["Subject"]),
        body=str(plain.get_content()) if plain else "",
        from_email=str(_mailboxes(head, "From")[0]),
        to=[str(mine[0]) if mine else envelope.recipient],
        reply_to=[str(one) for one in answers],
        headers={name: str(head[name]) for name in _KEPT_HEADERS if head[name]},
    )
    if html:
        message.attach_alternative(str(html.get_content()), "text/html")
    # Where a provider has no return path of our own, what comes back comes back to it.
    message.envelope_sender = envelope.sender  # type: ignore[attr-defined]
    return message


def _mailboxes(head: EmailMessage, name: str) -> list[Address]:
    return list(getattr(head[name], "addresses", ()))
