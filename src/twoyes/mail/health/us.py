"""What the settings say of us, as plain data: from it follows what has to stand in the DNS."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings

from twoyes.lib import addresses, config, hosts
from twoyes.mail.outgoing import dkim


@dataclass(frozen=True, slots=True)
class Us:
    """The domain that letters come from, the host of our pages, the relay's host ("" where it is no SMTP server).

    `provider` is who sends for us by an API, where there is none. `inboxes` are the schemes of INBOX_URL; `selector`
    names the DKIM key, and `public` is its public half (DER) where we sign ourselves.
    """

    domain: str
    host: str
    relay: str = ""
    provider: str = ""
    inboxes: tuple[str, ...] = ()
    selector: str = ""
    public: bytes = b""

    @property
    def is_reached_by_mail(self) -> bool:
        """Whether mail servers hand mail to us: then the domain's MX has to lead here."""
        return bool({"lmtp", "smtp"} & set(self.inboxes))

    @property
    def sends_from_here(self) -> bool:
        """Whether the relay is a mail server on this machine, or on one that bears our name."""
        return hosts.is_loopback(self.relay) or self.relay in {self.host, self.domain}

    @property
    def is_known_to_the_world(self) -> bool:
        """Whether the domain can have records at all."""
        return "." in self.domain and not self.domain.endswith((".localhost", ".local", ".internal"))


def us() -> Us:
    """Return what the settings say."""
    own = addresses.wire(settings.TWOYES_MAIL_ADDRESS.replace("{token}", "x"))
    domain = own.rpartition("@")[2]
    signer = dkim.signer(domain)
    relay = urlsplit(settings.EMAIL_URL).hostname or "" if settings.RELAY_KIND in {"smtp", "smtps"} else ""
    return Us(
        domain=domain,
        host=config.host(settings.TWOYES_URL),
        relay=relay,
        provider=settings.RELAY_KIND.partition("+")[2],
        inboxes=tuple(url.partition("://")[0] for url in settings.INBOX_URLS),
        selector=settings.TWOYES_DKIM_SELECTOR,
        public=signer.public if signer else b"",
    )
