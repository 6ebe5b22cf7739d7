"""A name server on loopback with the records of a test, which knows of nothing else; some names it never answers."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator, Mapping, Sequence

import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdatatype
import dns.rrset

type Zone = Mapping[str, Sequence[str]]
"""Names with their records, each written like `TXT "v=spf1 -all"` or `A 192.0.2.1`; `SILENCE` is no answer at all."""


@contextlib.contextmanager
def serving(zone: Zone) -> Iterator[tuple[str, int]]:
    """Answer for these names while the context is open; yields address and port."""
    known = {dns.name.from_text(name): records for name, records in zone.items()}
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))
        thread = threading.Thread(target=_serve, args=(sock, known), daemon=True)
        thread.start()
        yield sock.getsockname()
        # Whatever cannot be read as a question ends it.
        sock.sendto(b"", sock.getsockname())
        thread.join(5)


def _serve(sock: socket.socket, known: Mapping[dns.name.Name, Sequence[str]]) -> None:
    while True:
        wire, asker = sock.recvfrom(65_535)
        try:
            question = dns.message.from_wire(wire)
        except dns.exception.DNSException:
            return
        answer = _answer(question, known)
        if answer is not None:
            sock.sendto(answer.to_wire(), asker)


def _answer(question: dns.message.Message, known: Mapping[dns.name.Name, Sequence[str]]) -> dns.message.Message | None:
    asked = question.question[0]
    records = known.get(asked.name)
    answer = dns.message.make_response(question)
    answer.flags |= dns.flags.AA
    if records is None:
        below = any(name.is_subdomain(asked.name) for name in known)
        answer.set_rcode(dns.rcode.NOERROR if below else dns.rcode.NXDOMAIN)
        return answer
    if "SILENCE" in records:
        return None
    if "SERVFAIL" in records:
        answer.set_rcode(dns.rcode.SERVFAIL)
        return answer
    kind = dns.rdatatype.to_text(asked.rdtype)
    found = [text.partition(" ")[2] for text in records if text.partition(" ")[0] == kind]
    if found:
        answer.answer.append(dns.rrset.from_text(asked.name, 300, "IN", kind, *found))
    return answer
