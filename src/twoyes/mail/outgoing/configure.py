"""EMAIL_URL: which way letters leave. Fails loudly, and never repeats a password in what it says."""

from dataclasses import replace
from pathlib import Path
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from django.utils.translation import gettext as _

from twoyes.lib.errors import Refused
from twoyes.lib.hosts import is_loopback
from twoyes.mail.outgoing.postroom import PostroomTransport
from twoyes.mail.outgoing.smtp import Server, SmtpTransport
from twoyes.mail.outgoing.transport import Transport

_PORTS = {"none": 25, "starttls": 587, "implicit": 465}
_KNOWN = {"ca", "strict_final_reply"}


def transport_for(email_url: str, *, data_dir: Path) -> Transport:
    """The transport that EMAIL_URL names; the post room when it is empty.

    `postroom://` · `smtp://user:pass@host:port` (STARTTLS required except on loopback) · `smtps://…` (TLS
    from the first byte); `?ca=FILE` names the certificates to trust and asks for TLS on loopback too;
    `?strict_final_reply=yes` is for relays that answer 4xx after taking a message (C2).
    Raises `Refused("bad_email_url")` for anything else.
    """
    try:
        parts = urlsplit(email_url.strip())
        port = parts.port
    except ValueError:
        raise _refused("it cannot be read; write special characters as %40 and so on") from None
    if not email_url.strip() or parts.scheme == "postroom":
        return PostroomTransport(data_dir)
    if parts.scheme not in {"smtp", "smtps"}:
        raise _refused("it begins with postroom://, smtp:// or smtps://")
    options = _options(parts)
    server = _server(parts, options.get("ca", ""))
    strict = options.get("strict_final_reply", "no") == "yes"
    try:
        return SmtpTransport(replace(server, port=port or server.port), strict_final_reply=strict)
    except OSError as error:
        # Missing, unreadable, or not certificates: ssl.SSLError is an OSError too.
        raise _refused("the file named by ca= cannot be read as certificates") from error


def _options(parts: SplitResult) -> dict[str, str]:
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    if unknown := sorted(options.keys() - _KNOWN):
        raise _refused(f"it may end with ?ca=FILE or ?strict_final_reply=yes, but not with {unknown[0]}=")
    if options.get("strict_final_reply", "no") not in {"yes", "no"}:
        raise _refused("strict_final_reply is yes or no")
    return options


def _server(parts: SplitResult, ca: str) -> Server:
    host = parts.hostname or ""
    if not host or parts.path not in {"", "/"} or parts.fragment:
        raise _refused("it names one host, as in smtp://user:password@mail.example.org:587")
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    if bool(user) != bool(password):
        raise _refused("it has a user and a password, or neither")
    if parts.scheme == "smtps":
        server = Server(host, _PORTS["implicit"], "implicit")
    elif is_loopback(host) and not ca:
        server = Server(host, _PORTS["none"], "none")
    else:
        server = Server(host, _PORTS["starttls"], "starttls")
    return replace(server, user=user, password=password, ca=Path(ca) if ca else None)


def _refused(why: str) -> Refused:
    return Refused("bad_email_url", _("EMAIL_URL is not usable: %(why)s. Nothing was sent.") % {"why": why})
