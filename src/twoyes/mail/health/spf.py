"""SPF (RFC 7208): may a machine send for a domain? Pure: records come through `Records`, no socket, no Django.

The whole record is read before anything is asked, as the RFC wants it: a mistake at its end counts, too.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Literal, Protocol
from urllib.parse import quote

type Address = IPv4Address | IPv6Address
type Result = Literal["none", "neutral", "pass", "fail", "softfail", "temperror", "permerror"]
type Fault = Literal["", "two", "syntax", "lookups", "nothing", "loose", "silent"]

# RFC 7208 4.6.4: terms that ask the DNS, names of one `mx` or `ptr`, and answers that hold nothing.
MOST_LOOKUPS = 10
_MOST_NAMES = 10
_MOST_EMPTY = 2
_LONGEST_NAME = 253
_LONGEST_TERM = 1000

_RESULTS: dict[str, Result] = {"": "pass", "+": "pass", "-": "fail", "~": "softfail", "?": "neutral"}
_MACRO = r"%(?:\{[slodipvh]\d*r?[-.+,/_=]*\}|[%_-])"
_TEXT = rf"(?:[!-$&-~]|{_MACRO})*"
# A name ends with a label that is no number, or with a macro.
_NAME = rf"{_TEXT}(?:\.(?:[a-z0-9]*[a-z][a-z0-9]*|[a-z0-9]+-[a-z0-9-]*[a-z0-9])\.?|%\{{[slodipvh]\d*r?[-.+,/_=]*\}})"
_CIDR = r"(?:/(?P<four>0|[1-9]\d?))?(?://(?P<six>0|[1-9]\d{0,2}))?"
_TERM = {
    "all": re.compile(r"", re.IGNORECASE),
    "include": re.compile(rf":(?P<name>{_NAME})", re.IGNORECASE),
    "exists": re.compile(rf":(?P<name>{_NAME})", re.IGNORECASE),
    "ptr": re.compile(rf"(?::(?P<name>{_NAME}))?", re.IGNORECASE),
    "a": re.compile(rf"(?::(?P<name>{_NAME}))?{_CIDR}", re.IGNORECASE),
    "mx": re.compile(rf"(?::(?P<name>{_NAME}))?{_CIDR}", re.IGNORECASE),
    "ip4": re.compile(r":(?P<network>[\d.]+)(?:/(?P<four>0|[1-9]\d?))?"),
    "ip6": re.compile(r":(?P<network>[0-9a-f:.]+)(?:/(?P<six>0|[1-9]\d{0,2}))?", re.IGNORECASE),
}
_DIRECTIVE = re.compile(r"([-+~?]?)(all|include|exists|ptr|a|mx|ip4|ip6)(?![a-z0-9_.=-])(.*)", re.IGNORECASE)
_MODIFIER = re.compile(rf"([a-z][a-z0-9_.-]*)=({_TEXT})", re.IGNORECASE)
_EXPANDS = re.compile(r"%(?:\{([a-z])(\d*)(r?)([-.+,/_=]*)\}|([%_-]))", re.IGNORECASE)


class NoAnswer(Exception):
    """The name servers said nothing, or that they cannot say: nothing is known about the name."""


class Records(Protocol):
    """What SPF asks the DNS. An empty answer means that there is nothing; raises `NoAnswer` where that is unknown."""

    def txt(self, name: str) -> list[str]:
        """Return the texts of a name, each in one piece."""

    def mx(self, name: str) -> list[str]:
        """Return the hosts that take mail for a name, the preferred first; `.` is a host that is none."""

    def hosts(self, name: str, *, six: bool) -> list[str]:
        """Return the IPv4 or the IPv6 addresses of a name."""

    def ptr(self, address: str) -> list[str]:
        """Return the names of an address."""


class _Broken(Exception):
    def __init__(self, fault: Fault, what: str = "") -> None:
        super().__init__(what)
        self.fault, self.what = fault, what


@dataclass(frozen=True, slots=True)
class Spoken:
    """What SPF says of one address; `fault` and `what` say why where it is an error, `lookups` how much was asked."""

    result: Result
    fault: Fault = ""
    what: str = ""
    lookups: int = 0


@dataclass(frozen=True, slots=True)
class Term:
    """One mechanism of a record, with its qualifier's result."""

    kind: str
    result: Result
    name: str = ""
    network: str = ""
    four: int = 32
    six: int = 128


@dataclass(slots=True)
class Record:
    """A record that could be read: its mechanisms in order, and where it sends those who met none."""

    terms: list[Term] = field(default_factory=list)
    redirect: str = ""


def records_of(texts: Iterable[str]) -> list[str]:
    """Return the texts of a name that are SPF records."""
    return [text for text in texts if text.lower() == "v=spf1" or text.lower().startswith("v=spf1 ")]


def speak(address: str, domain: str, records: Records) -> Spoken:
    """Say what the SPF of `domain` says of mail that comes from `address` with a sender there (check_host)."""
    walk = _Walk(ip_address(address), f"postmaster@{domain}", records)
    try:
        result = walk.check(domain)
    except _Broken as broken:
        return Spoken("permerror", broken.fault, broken.what, walk.lookups)
    except NoAnswer:
        return Spoken("temperror", "silent", "", walk.lookups)
    return Spoken(result, lookups=walk.lookups)


def names_others(record: str) -> bool:
    """Say whether a record trusts anybody by a name or a number, apart from what it says of all the rest."""
    try:
        read = _read(record)
    except _Broken:
        return False
    return bool(read.redirect) or any(term.kind != "all" and term.result == "pass" for term in read.terms)


class _Walk:
    """One question, through all the records that it leads to."""

    def __init__(self, address: Address, sender: str, records: Records) -> None:
        mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
        self.address, self.sender, self.records = mapped or address, sender, records
        self.lookups = self.empty = 0

    def check(self, domain: str) -> Result:
        if not _is_name(domain):
            return "none"
        found = records_of(self.records.txt(domain))
        if not found:
            return "none"
        if len(found) > 1:
            raise _Broken("two", domain)
        record = _read(found[0])
        for term in record.terms:
            if self._meets(term, domain):
                return term.result
        if not record.redirect:
            return "neutral"
        return self._follow(record.redirect, domain)

    def _follow(self, name: str, domain: str) -> Result:
        self._count(f"redirect={name}")
        target = self._expand(name, domain)
        result = self.check(target)
        if result == "none":
            raise _Broken("nothing", target)
        return result

    def _meets(self, term: Term, domain: str) -> bool:
        if term.kind == "all":
            return True
        if term.network:
            return self.address in ip_network(term.network, strict=False)
        self._count(f"{term.kind}:{term.name}" if term.name else term.kind)
        target = self._expand(term.name, domain) if term.name else domain
        meets: dict[str, Callable[[], bool]] = {
            "include": lambda: self._included(target),
            "exists": lambda: bool(self._heard(self.records.hosts(target, six=False))),
            "a": lambda: self._is_among(self._heard(self._hosts(target)), term),
            "mx": lambda: any(self._is_among(self._hosts(name), term) for name in self._mx(target)),
            "ptr": lambda: any(name == target or name.endswith(f".{target}") for name in self._own_names()),
        }
        return meets[term.kind]()

    def _included(self, target: str) -> bool:
        result = self.check(target)
        if result == "none":
            raise _Broken("nothing", target)
        return result == "pass"

    def _mx(self, target: str) -> list[str]:
        names = self._heard(self.records.mx(target))
        if len(names) > _MOST_NAMES:
            raise _Broken("lookups", f"mx:{target}")
        return [name for name in names if name != "."]

    def _own_names(self) -> Iterator[str]:
        try:
            names = self._heard(self.records.ptr(str(self.address)))[:_MOST_NAMES]
        except NoAnswer:
            return
        for name in names:
            try:
                if self.address in map(ip_address, self._hosts(name)):
                    yield name
            except NoAnswer:
                continue

    def _hosts(self, name: str) -> list[str]:
        return self.records.hosts(name, six=self.address.version == 6)

    def _is_among(self, hosts: list[str], term: Term) -> bool:
        size = term.four if self.address.version == 4 else term.six
        return any(self.address in ip_network(f"{host}/{size}", strict=False) for host in hosts)

    def _count(self, what: str) -> None:
        self.lookups += 1
        if self.lookups > MOST_LOOKUPS:
            raise _Broken("lookups", what)

    def _heard(self, answer: list[str]) -> list[str]:
        self.empty += not answer
        if self.empty > _MOST_EMPTY:
            raise _Broken("nothing")
        return answer

    def _expand(self, text: str, domain: str) -> str:
        name = _EXPANDS.sub(lambda macro: self._value(macro, domain), text).rstrip(".").lower()
        while len(name) > _LONGEST_NAME:
            name = name.partition(".")[2]
        return name

    def _value(self, macro: re.Match[str], domain: str) -> str:
        letter, digits, backwards, between, other = macro.groups()
        if other:
            return {"%": "%", "_": " ", "-": "%20"}[other]
        local, _at, host = self.sender.rpartition("@")
        six = self.address.version == 6
        dotted = ".".join(self.address.exploded.replace(":", "")) if six else str(self.address)
        known = {"s": self.sender, "l": local, "o": host, "d": domain, "i": dotted, "h": host}
        # Who asks for `p` is told what the RFC tells those who cannot find it out: it is not to be relied on.
        value = known | {"p": "unknown", "v": "ip6" if six else "in-addr"}
        parts = re.split(f"[{re.escape(between or '.')}]", value[letter.lower()])
        parts = parts[::-1] if backwards else parts
        kept = ".".join(parts[-int(digits) :] if digits else parts)
        return quote(kept, safe="-._~") if letter.isupper() else kept


def _read(text: str) -> Record:
    record, seen = Record(), set[str]()
    for word in text.split(" ")[1:]:
        if not word:
            continue
        if len(word) > _LONGEST_TERM:
            raise _Broken("syntax", f"{word[:60]}…")
        directive = _DIRECTIVE.fullmatch(word)
        if directive:
            record.terms.append(_term(word, *directive.groups()))
            continue
        modifier = _MODIFIER.fullmatch(word)
        kind = modifier[1].lower() if modifier else ""
        if not modifier or kind in seen & {"redirect", "exp"}:
            raise _Broken("syntax", word)
        seen.add(kind)
        if kind in {"redirect", "exp"} and not re.fullmatch(_NAME, modifier[2], re.IGNORECASE):
            raise _Broken("syntax", word)
        if kind == "redirect":
            record.redirect = modifier[2]
    return record


def _term(word: str, qualifier: str, kind: str, rest: str) -> Term:
    found = _TERM[kind.lower()].fullmatch(rest)
    if not found:
        raise _Broken("syntax", word)
    said = {name: value for name, value in found.groupdict().items() if value is not None}
    four, six = int(said.get("four", 32)), int(said.get("six", 128))
    network = said.get("network", "")
    try:
        if four > 32 or six > 128 or (rest.startswith(":") and not (said.get("name") or network)):
            raise ValueError(word)
        if network:
            version = int(kind[-1])
            network = f"{network}/{four if version == 4 else six}"
            if ip_network(network, strict=False).version != version:
                raise ValueError(word)
    except ValueError:
        raise _Broken("syntax", word) from None
    return Term(kind.lower(), _RESULTS[qualifier], said.get("name", ""), network, four, six)


def _is_name(domain: str) -> bool:
    labels = domain.rstrip(".").split(".")
    return len(labels) > 1 and all(0 < len(label) < 64 for label in labels)
