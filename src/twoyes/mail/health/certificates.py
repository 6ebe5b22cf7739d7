"""Certificates: until when one lasts, and in words why one is not believed."""

from __future__ import annotations

import contextlib
import http.client
import re
import ssl
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from twoyes.lib import hosts
from twoyes.lib.checked import Check
from twoyes.mail.health.told import Hour, Told

SECONDS = 5.0
"""For a connection, and again for each answer."""

_SOON = timedelta(days=14)
_NO_WORKER = (502, 503, 504)


def web(url: str) -> Told:
    """Look at the certificate of our own pages as a browser does; says nothing where they are not https."""
    parts = urlsplit(url)
    if parts.scheme != "https":
        return Told()
    host = parts.hostname or ""
    asked = http.client.HTTPSConnection(host, parts.port or 443, timeout=SECONDS, context=ssl.create_default_context())
    try:
        with contextlib.closing(asked):
            asked.connect()
            checks = [lasting(asked.sock.getpeercert() or {}, url)]
            peer = str(asked.sock.getpeername()[0])
            asked.request("HEAD", "/healthz")
            answer = asked.getresponse()
    except ssl.SSLCertVerificationError as error:
        return Told([Check("tls", "fail", not_believed(error, url), renewal(error))])
    except (OSError, http.client.HTTPException) as error:
        sentence = _("%(url)s could not be reached from here: %(why)s.") % {"url": url, "why": why(error)}
        mend = _("Open it in a browser elsewhere. If it works there, nothing needs to be done.")
        return Told([Check("tls", "warn", sentence, mend)])
    if answer.status in _NO_WORKER:
        sentence = _("What stands before Twoyes at %(url)s answers %(status)s.")
        mend = _("Start: twoyes serve. Then see that your proxy hands on to it.")
        checks.append(Check("tls", "fail", sentence % {"url": url, "status": answer.status}, mend))
    return Told(checks, _hour(host, answer.getheader("Date", ""), peer))


def lasting(certificate: Mapping[str, Any], whose: str) -> Check:
    """Say until when a certificate that was believed lasts, as `getpeercert` returned it."""
    ends = datetime.fromtimestamp(ssl.cert_time_to_seconds(certificate["notAfter"]), UTC)
    known = {"whose": whose, "day": ends.date().isoformat()}
    # The system's clock, as it was for TLS: ours may be ahead in the post room.
    if ends - datetime.now(UTC) < _SOON:
        sentence = _("The certificate of %(whose)s runs out on %(day)s.") % known
        return Check("tls", "warn", sentence, _("See why it is not renewed by itself."))
    return Check("tls", "ok", _("The certificate of %(whose)s is good until %(day)s.") % known)


def not_believed(error: ssl.SSLCertVerificationError, whose: str) -> str:
    """Return a sentence that says why a certificate is not believed."""
    # The numbers are OpenSSL's, which has no others names for them in Python.
    sentences = {
        9: _("The certificate of %(whose)s is not valid yet, or the clock here is wrong."),
        10: _("The certificate of %(whose)s has run out."),
        18: _("The certificate of %(whose)s is signed by itself, so nobody vouches for it."),
        62: _("The certificate of %(whose)s is for another name."),
        64: _("The certificate of %(whose)s is for another name."),
    }
    unknown = _("The certificate of %(whose)s is signed by an authority that is not trusted here.")
    return sentences.get(error.verify_code, unknown) % {"whose": whose}


def renewal(error: ssl.SSLCertVerificationError) -> str:
    """Return what would mend it."""
    if error.verify_code in {9, 10}:
        return _("Renew it, and look at the clock.")
    if error.verify_code in {62, 64}:
        return _("Use the name that it is for, or have one made for this name.")
    return _("Use a certificate that browsers trust; for a mail server of your own name its authority with ?ca=FILE.")


def why(error: BaseException) -> str:
    """Return what the system said of a failure, in a few words."""
    said = str(getattr(error, "strerror", None) or str(error) or type(error).__name__)
    # Where in OpenSSL it happened helps nobody.
    return re.sub(r"^\[SSL[^]]*\] |_ssl\.c:\d+: | ?\(_ssl\.c:\d+\)", "", said).rstrip(".")


def _hour(host: str, date: str, peer: str) -> Hour | None:
    try:
        at = parsedate_to_datetime(date)
    except ValueError:
        return None
    # A clock says nothing of itself.
    return None if hosts.is_ours(peer) or at.tzinfo is None else Hour(host, at, datetime.now(UTC))
