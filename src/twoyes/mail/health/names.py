"""What the DNS says, asked with little patience: name servers that are not there cost seconds, once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import dns.exception
import dns.name
import dns.rdatatype
import dns.resolver
import dns.reversename

from twoyes.mail.health.spf import NoAnswer

_SECONDS = 3.0
# After so many questions without an answer the name servers are taken to be out of reach.
_MOST_SILENCE = 2


class Names:
    """Answers of the system's name servers, or of the one at `server`: an IP address and a port.

    Every method raises `NoAnswer` where the name servers do not answer, or cannot. A name that is none has nothing.
    """

    def __init__(self, server: tuple[str, int] | None = None) -> None:
        self._silent = 0
        self._resolver: dns.resolver.Resolver | None
        try:
            self._resolver = dns.resolver.Resolver(configure=server is None)
        except dns.resolver.NoResolverConfiguration:
            self._resolver = None
            return
        if server is not None:
            self._resolver.nameservers, self._resolver.port = [server[0]], server[1]
        self._resolver.lifetime = _SECONDS
        self._resolver.timeout = _SECONDS / 2
        self._resolver.cache = dns.resolver.Cache()

    def txt(self, name: str) -> list[str]:
        """Return the texts of a name, each in one piece."""
        return self._all(name, "TXT", lambda record: b"".join(record.strings).decode("utf-8", "replace"))

    def mx(self, name: str) -> list[str]:
        """Return the hosts that take mail for a name, the preferred first; `.` is a host that is none (RFC 7505)."""
        found = self._all(name, "MX", lambda record: (record.preference, _plain(record.exchange)))
        return [host for _preference, host in sorted(found)]

    def hosts(self, name: str, *, six: bool) -> list[str]:
        """Return the IPv4 or the IPv6 addresses of a name."""
        return self._all(name, "AAAA" if six else "A", lambda record: str(record.address))

    def ptr(self, address: str) -> list[str]:
        """Return the names of an address."""
        return self._all(str(dns.reversename.from_address(address)), "PTR", lambda record: _plain(record.target))

    def _all[Read](self, name: str, kind: str, read: Callable[[Any], Read]) -> list[Read]:
        if self._resolver is None or self._silent >= _MOST_SILENCE:
            raise NoAnswer(name)
        try:
            whole = dns.name.from_text(name, idna_codec=dns.name.IDNA_2008_Practical)
        except (dns.exception.DNSException, UnicodeError):
            return []
        try:
            answer = self._resolver.resolve(whole, kind, raise_on_no_answer=False)
        except dns.resolver.NXDOMAIN:
            return []
        except dns.exception.Timeout as error:
            self._silent += 1
            raise NoAnswer(name) from error
        except dns.exception.DNSException as error:
            raise NoAnswer(name) from error
        self._silent = 0
        return [read(record) for record in answer]


def _plain(name: dns.name.Name) -> str:
    return name.to_text(omit_final_dot=True).lower()
