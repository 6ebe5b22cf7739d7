"""SPF, as RFC 7208 says it: who may send, how far one may ask, and which mistakes make a record count for nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from ipaddress import ip_address

import pytest

from twoyes.mail.health import spf
from twoyes.mail.health.spf import NoAnswer

SILENCE = "SILENCE"


class Paper:
    """Records on paper: names with what stands under them, as `TXT text`, `A 192.0.2.1` or `MX 10 host`."""

    def __init__(self, known: Mapping[str, Sequence[str]]) -> None:
        self.known = known

    def txt(self, name: str) -> list[str]:
        """See `Records`."""
        return self._all(name, "TXT")

    def mx(self, name: str) -> list[str]:
        """See `Records`."""
        return [one.partition(" ")[2] for one in sorted(self._all(name, "MX"))]

    def hosts(self, name: str, *, six: bool) -> list[str]:
        """See `Records`."""
        return self._all(name, "AAAA" if six else "A")

    def ptr(self, address: str) -> list[str]:
        """See `Records`."""
        return self._all(ip_address(address).reverse_pointer, "PTR")

    def _all(self, name: str, kind: str) -> list[str]:
        records = self.known.get(name, ())
        if SILENCE in records:
            raise NoAnswer(name)
        return [one.partition(" ")[2] for one in records if one.startswith(f"{kind} ")]


AROUND: dict[str, Sequence[str]] = {
    "us.example": ("MX 10 mx.us.example", "A 192.0.2.3", "AAAA 2001:db8::3"),
    "mx.us.example": ("A 192.0.2.4",),
    "friend.example": ("TXT v=spf1 ip4:192.0.2.5 -all",),
    "deep.example": ("TXT v=spf1 " + " ".join(f"a:h{n}.example" for n in range(10)) + " -all",),
    **{f"h{n}.example": ("A 192.0.2.99",) for n in range(10)},
    "loop.example": ("TXT v=spf1 include:loop.example -all",),
    "quiet.example": (SILENCE,),
    "twice.example": ("TXT v=spf1 -all", "TXT v=spf1 ~all"),
    "192.0.2.6.ok.example": ("A 127.0.0.2",),
    "6.2.0.192.in-addr.arpa": ("PTR mail.us.example",),
    "mail.us.example": ("A 192.0.2.6",),
}
# Record · address · what is said of it.
SAID = [
    ("v=spf1 ip4:192.0.2.0/24 -all", "192.0.2.3", "pass"),
    ("v=spf1 ip4:192.0.2.0/24 -all", "203.0.113.1", "fail"),
    ("v=spf1 ip6:2001:db8::/32 ~all", "2001:db8::9", "pass"),
    ("v=spf1 ip4:192.0.2.3 -all", "::ffff:192.0.2.3", "pass"),
    ("v=spf1 a -all", "192.0.2.3", "pass"),
    ("v=spf1 a -all", "2001:db8::3", "pass"),
    ("v=spf1 a/24 -all", "192.0.2.250", "pass"),
    ("v=spf1 mx -all", "192.0.2.4", "pass"),
    ("v=spf1 include:friend.example ~all", "192.0.2.5", "pass"),
    ("v=spf1 include:friend.example ~all", "192.0.2.7", "softfail"),
    ("v=spf1 redirect=friend.example", "192.0.2.5", "pass"),
    ("v=spf1 exists:%{i}.ok.example -all", "192.0.2.6", "pass"),
    ("v=spf1 ptr:us.example -all", "192.0.2.6", "pass"),
    ("V=SPF1 IP4:192.0.2.3 -ALL", "192.0.2.3", "pass"),
    ("v=spf1 a:nothing.example ?all", "192.0.2.3", "neutral"),
    ("v=spf1", "192.0.2.3", "neutral"),
    ("v=spf10 -all", "192.0.2.3", "none"),
    ("v=spf1 later=thing %{i}=x -all", "192.0.2.3", "permerror"),
    ("v=spf1 ip4:192.0.2 -all", "192.0.2.3", "permerror"),
    ("v=spf1 ipv4:192.0.2.3 -all", "192.0.2.3", "permerror"),
    ("v=spf1 a:nodot -all", "192.0.2.3", "permerror"),
    ("v=spf1 include:nothing.example -all", "192.0.2.3", "permerror"),
    ("v=spf1 include:twice.example -all", "192.0.2.3", "permerror"),
    ("v=spf1 include:loop.example -all", "192.0.2.3", "permerror"),
    ("v=spf1 include:deep.example -all", "192.0.2.3", "permerror"),
    ("v=spf1 a:n1.example a:n2.example a:n3.example -all", "192.0.2.9", "permerror"),
    ("v=spf1 redirect=friend.example redirect=friend.example", "192.0.2.5", "permerror"),
    ("v=spf1 include:quiet.example -all", "192.0.2.3", "temperror"),
]


@pytest.mark.parametrize(("record", "address", "result"), SAID, ids=str)
def test_a_record_says_of_an_address(record: str, address: str, result: str) -> None:
    records = Paper({**AROUND, "us.example": (*AROUND["us.example"], f"TXT {record}")})
    assert spf.speak(address, "us.example", records).result == result


def test_what_is_wrong_is_named() -> None:
    def said(record: str) -> tuple[str, str]:
        whole = spf.speak("192.0.2.9", "us.example", Paper({**AROUND, "us.example": (f"TXT {record}",)}))
        return whole.fault, whole.what

    assert said("v=spf1 a ipv4:192.0.2.3 -all") == ("syntax", "ipv4:192.0.2.3")
    assert said("v=spf1 include:twice.example -all") == ("two", "twice.example")
    assert said("v=spf1 include:gone.example -all") == ("nothing", "gone.example")
    assert said("v=spf1 include:deep.example -all") == ("lookups", "a:h9.example")


def test_ten_questions_are_allowed_and_eleven_are_not() -> None:
    ten = " ".join(f"a:h{n}.example" for n in range(10))
    known = {**AROUND, "us.example": (f"TXT v=spf1 {ten} -all",)}
    assert (spf.speak("192.0.2.1", "us.example", Paper(known)).result) == "fail"
    known["us.example"] = (f"TXT v=spf1 {ten} mx -all",)
    assert (spf.speak("192.0.2.1", "us.example", Paper(known)).result) == "permerror"


def test_a_long_word_is_a_mistake_and_takes_no_time() -> None:
    known = {**AROUND, "us.example": ("TXT v=spf1 a:" + "a." * 20_000 + " -all",)}
    assert spf.speak("192.0.2.1", "us.example", Paper(known)).fault == "syntax"
