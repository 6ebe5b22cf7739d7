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
_API = "anymail+"
_KNOWN = {"ca", "strict_final_reply"}


def transport_for(email_url: str, *, data_dir: Path) -> Transport:
    """The transport that EMAIL_URL names; the post room when it is empty.

    `postroom://` · `smtp://user:pass@host:port` (STARTTLS required except on loopback) · `smtps://…` (TLS
    from the first byte); `?ca=FILE` names the certificates to trust and asks for TLS on loopback too;
    `?strict_final_reply=yes` is for relays that answer 4xx after taking a message (C2) ·
    `anymail+postmark://?server_token_file=FILE` for a provider's API, with django-anymail's options for it.
    Raises `Refused("bad_email_url")` for anything else.
    """
    try:
        parts = urlsplit(email_url.strip())
        port = parts.port
    except ValueError:
        raise _refused("it cannot be read; write special characters as %40 and so on") from None
    if not email_url.strip() or parts.scheme == "postroom":
        return PostroomTransport(data_dir)
    if parts.scheme.startswith(_API):
        return _api(parts)
    if parts.scheme not in {"smtp", "smtps"}:
        raise _refused("it begins with postroom://, smtp://, smtps:// or anymail+NAME://")
    options = _options(parts)
    server = _server(parts, options.get("ca", ""))
    strict = options.get("strict_final_reply", "no") == "yes"
    try:
        return SmtpTransport(replace(server, port=port or server.port), strict_final_reply=strict)
    except OSError as error:
        # Missing, unreadable, or not certificates: ssl.SSLError is an OSError too.
        raise _refused("the file named by ca= cannot be read as certificates") from error


def _api(parts: SplitResult) -> Transport:
    """The API of a provider; an option that ends with `_file` is read from that file, as secrets are."""
    # It needs Django, which no other way does.
    from twoyes.mail.outgoing.api import PROVIDERS, ApiTransport

    name = parts.scheme.removeprefix(_API)
    if parts.netloc or parts.path not in {"", "/"} or parts.fragment:
        raise _refused("for a provider it is written like anymail+postmark://?server_token_file=FILE")
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    try:
        given = {
            option.removesuffix("_file"): Path(value).read_text().strip() if option.endswith("_file") else value
            for option, value in options.items()
        }
    except OSError as error:
        raise _refused("a file that it names cannot be read") from error
    address = urlsplit(given.get("api_url", "https://"))
    if address.scheme != "https" and not is_loopback(address.hostname or ""):
        raise _refused("api_url= begins with https://")
    try:
        return ApiTransport(name, given)
    except ValueError as error:
        known = ", ".join(PROVIDERS)
        raise _refused(f"the provider is one of {known}, with the options that django-anymail has for it") from error


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
