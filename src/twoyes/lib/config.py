"""The named settings, each checked when the program starts; a wrong one is a sentence and its mend."""

import ipaddress
import re
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import SplitResult, urlsplit

import dj_database_url

from twoyes.lib import addresses, env
from twoyes.lib.errors import Refused
from twoyes.lib.words import said as _

type Networks = tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]

LOOPBACK = ("127.0.0.1", "localhost", "::1")
_RELAYS = re.compile(r"(postroom|smtp|smtps|anymail\+[a-z0-9_]+)://.*")
_NAME_OF_SERVER = 253
_INBOXES = re.compile(r"(lmtp|smtp|imaps)://.+")
# The engines that the house knows; the parser knows more.
_STORES = re.compile(r"(postgresql|postgres|pgsql|sqlite)://.*")


@dataclass(frozen=True, slots=True)
class Oidc:
    """An OpenID Connect provider: its issuer, how we are known to it, and what connectors call it."""

    url: str
    client_id: str
    secret: str = field(repr=False)
    name: str


def base_url() -> str:
    """Return TWOYES_URL without a final slash: every link is built from it, never from a request (D28)."""
    text = env.read("TWOYES_URL", "http://127.0.0.1:8000") or ""
    parts = _parts(text)
    if parts is None or parts.query or parts.fragment or parts.path not in ("", "/") or parts.username:
        sentence = _("TWOYES_URL is %(text)r. Write the public address alone, such as https://intro.example.org.") % {
            "text": text
        }
        raise Refused("bad_url", sentence)
    return f"{parts.scheme}://{parts.netloc}".lower()


def host(url: str) -> str:
    """Return the bare host of an address that `base_url` returned."""
    return urlsplit(url).hostname or ""


def passkey_host(url: str) -> str:
    """Return the name that passkeys are bound to, or "" where browsers make none: at a number, and without TLS."""
    at = host(url)
    if at == "localhost":
        return at
    try:
        ipaddress.ip_address(at)
    except ValueError:
        return at if url.startswith("https://") else ""
    return ""


def allowed_hosts(url: str) -> list[str]:
    """Return the names this server answers to: its public one, and loopback."""
    public = host(url)
    return [f"[{public}]" if ":" in public else public, "localhost", "127.0.0.1", "[::1]"]


def proxies() -> Networks:
    """Return TWOYES_PROXIES, from which `X-Forwarded-For` is believed: by default what runs on this machine."""
    text = env.read("TWOYES_PROXIES", "127.0.0.0/8,::1") or ""
    try:
        return _networks(text)
    except ValueError as error:
        sentence = _("TWOYES_PROXIES is %(text)r (%(error)s). Write the networks of your proxies, such as 10.0.0.0/24.")
        raise Refused("bad_proxies", sentence % {"text": text, "error": error}) from error


def local_servers() -> Networks:
    """Return TWOYES_LOCAL_SERVERS: where in our own network a mailbox of a connector's may be; nowhere by default."""
    text = env.read("TWOYES_LOCAL_SERVERS", "") or ""
    try:
        return _networks(text)
    except ValueError as error:
        sentence = _("TWOYES_LOCAL_SERVERS is %(text)r (%(error)s). Write networks of your own, such as 10.0.0.5/32.")
        raise Refused("bad_local_servers", sentence % {"text": text, "error": error}) from error


def domain(url: str) -> str:
    """Return TWOYES_DOMAIN, under which mail is sent: by default the host of TWOYES_URL."""
    at = host(url)
    text = env.read("TWOYES_DOMAIN", "twoyes.localhost" if at in LOOPBACK else at) or ""
    if addresses.well_formed(f"x@{text}") is None:
        sentence = _("TWOYES_DOMAIN is %(text)r. Write the domain that mail is sent from, such as example.org.") % {
            "text": text
        }
        raise Refused("bad_domain", sentence)
    return text.lower()


def mail_address(domain: str) -> str:
    """Return TWOYES_MAIL_ADDRESS, which may hold `{token}` once; by default `intro@` the domain."""
    text = env.read("TWOYES_MAIL_ADDRESS", f"intro@{domain}") or ""
    example = text.replace("{token}", "x", 1)
    if addresses.well_formed(example) is None or re.search(r"[{}]|@.*\{", text.replace("{token}@", "x@", 1)):
        sentence = _("TWOYES_MAIL_ADDRESS is %(text)r. Write an address such as intro+{token}@example.org.") % {
            "text": text
        }
        raise Refused("bad_mail_address", sentence)
    return text


def database() -> dict[str, Any]:
    """Return the store of DATABASE_URL as Django takes it, by default SQLite in TWOYES_DATA; its value is never shown.

    Raises Refused `bad_database_url`.
    """
    text = env.read("DATABASE_URL") or f"sqlite:///{env.data_dir() / 'twoyes.sqlite3'}"
    try:
        if _STORES.fullmatch(text):
            return dict(dj_database_url.parse(text))
    except ValueError:
        # What it says may quote the password.
        pass
    sentence = _(
        "DATABASE_URL is not such as postgresql://user:pass@host/name, in which a / of a password is written %2F and a "
        "# is %23. Unset it to keep the store in TWOYES_DATA."
    )
    raise Refused("bad_database_url", sentence)


def email_url() -> str:
    """Return EMAIL_URL, by default the post room; its value is never shown, since it may hold a password."""
    text = env.read("EMAIL_URL", "postroom://") or ""
    if not _RELAYS.fullmatch(text):
        sentence = _(
            "EMAIL_URL is none of smtp://user:pass@host:587, smtps://…, anymail+NAME://…, postroom://."
            " Unset it to keep every letter in the post room."
        )
        raise Refused("bad_email_url", sentence)
    return text


def relay_kind(email_url: str) -> str:
    """Return what is written before `://`."""
    return email_url.partition("://")[0]


def inbox_urls() -> tuple[str, ...]:
    """Return the parts of INBOX_URL, which are where mail arrives; none by default."""
    parts = tuple(part.strip() for part in (env.read("INBOX_URL", "") or "").split(",") if part.strip())
    if not all(_INBOXES.fullmatch(part) for part in parts):
        sentence = _(
            "INBOX_URL is none of lmtp://127.0.0.1:8024, smtp://…, imaps://user:pass@host/folder. "
            "Separate several by commas, or unset it."
        )
        raise Refused("bad_inbox_url", sentence)
    return parts


def authserv() -> str:
    """Return TWOYES_AUTHSERV: the name under which our own mail server says whether DMARC passed; "" by default."""
    text = (env.read("TWOYES_AUTHSERV", "") or "").strip().lower()
    if text and (len(text) > _NAME_OF_SERVER or not text.isascii() or any(char in text for char in ' ;()"')):
        sentence = _(
            "TWOYES_AUTHSERV is %(text)r. Write what stands first in the Authentication-Results of your server."
        )
        raise Refused("bad_authserv", sentence % {"text": text})
    return text


def yes_by_mail(authserv: str, inboxes: Collection[str]) -> bool:
    """Return TWOYES_YES_BY_MAIL: whether the word that an ask names counts as its yes by mail; not by default (C19).

    Only with our own mail server's word of who wrote. Raises Refused `bad_yes_by_mail`.
    """
    text = (env.read("TWOYES_YES_BY_MAIL", "") or "").strip().lower()
    if text in {"", "no"}:
        return False
    if text != "yes" or not authserv or not inboxes:
        sentence = _(
            "TWOYES_YES_BY_MAIL is %(text)r. Write yes, and set INBOX_URL and TWOYES_AUTHSERV: without the word of "
            "your mail server nobody knows who wrote. Or unset it: then answers by mail go to the connector."
        )
        raise Refused("bad_yes_by_mail", sentence % {"text": text})
    return True


def name_server() -> tuple[str, int] | None:
    """Return TWOYES_DNS, the name server that `doctor` asks: its address and port; by default the system's."""
    text = env.read("TWOYES_DNS", "") or ""
    if not text:
        return None
    try:
        parts = urlsplit(f"//{text}")
        return str(ipaddress.ip_address(parts.hostname or "")), parts.port or 53
    except ValueError as error:
        sentence = _("TWOYES_DNS is %(text)r. Write the address of one name server, such as 9.9.9.9 or 127.0.0.1:5353.")
        raise Refused("bad_dns", sentence % {"text": text}) from error


def dkim_selector() -> str:
    """Return TWOYES_DKIM_SELECTOR, under which the key that signs stands in the DNS; "" where it is not known."""
    text = (env.read("TWOYES_DKIM_SELECTOR", "") or "").lower()
    if text and addresses.well_formed(f"x@{text}.example") is None:
        sentence = _("TWOYES_DKIM_SELECTOR is %(text)r. Write the name before ._domainkey, such as twoyes.")
        raise Refused("bad_dkim_selector", sentence % {"text": text})
    return text


def dkim_key(selector: str) -> str:
    """Return TWOYES_DKIM_KEY, the private key that signs letters (PEM, RSA or Ed25519); "" where nobody signs here.

    It is never shown. Raises Refused `bad_dkim_key`.
    """
    text = env.read("TWOYES_DKIM_KEY", "") or ""
    if not text:
        return ""
    from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        key = load_pem_private_key(text.encode(), None)
    except (ValueError, TypeError):
        key = None
    if not selector or not isinstance(key, (rsa.RSAPrivateKey, ed25519.Ed25519PrivateKey)):
        sentence = _(
            "TWOYES_DKIM_KEY_FILE names a private key (RSA or Ed25519, PEM, no password), and TWOYES_DKIM_SELECTOR "
            "the name under which its public half stands in the DNS. Set both, or neither to let the relay sign."
        )
        raise Refused("bad_dkim_key", sentence)
    return text


def oidc() -> Oidc | None:
    """Return the provider that TWOYES_OIDC_URL names, with which connectors may log in; none by default.

    Its secret is never shown. Raises Refused `bad_oidc` where a part is missing or could be overheard.
    """
    url, client_id = env.read("TWOYES_OIDC_URL"), env.read("TWOYES_OIDC_CLIENT_ID")
    secret, name = env.read("TWOYES_OIDC_SECRET"), env.read("TWOYES_OIDC_NAME")
    if not (url or client_id or secret or name):
        return None
    if not (url and client_id and secret):
        sentence = _(
            "TWOYES_OIDC_URL, TWOYES_OIDC_CLIENT_ID and TWOYES_OIDC_SECRET belong together. "
            "Set all three, or none to log in without a provider."
        )
        raise Refused("bad_oidc", sentence)
    parts = _parts(url)
    if parts is None or parts.query or parts.fragment or not (parts.scheme == "https" or parts.hostname in LOOPBACK):
        sentence = _(
            "TWOYES_OIDC_URL is %(url)r. Write the provider's issuer, such as https://login.example.org, "
            "without /.well-known/."
        )
        raise Refused("bad_oidc", sentence % {"url": url})
    return Oidc(url, client_id, secret, name or parts.hostname or "")


def _networks(text: str) -> Networks:
    return tuple(ipaddress.ip_network(part.strip()) for part in text.split(",") if part.strip())


def _parts(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url)
        # Reading the port is what checks it.
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return None
    return parts if usable else None
