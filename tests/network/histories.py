"""Mail to import: single messages as they are written, and mailboxes of any size, the same for the same seed."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from zlib import crc32

CORA = "cora@connects.example"
TOM, KIM, ADA = "tom@target.example", "kim@blades.example", "ada@blades.example"
NOW = datetime(2019, 12, 1, 9, 0, tzinfo=UTC)
BEGIN = datetime(2019, 1, 7, 8, 0, tzinfo=UTC)
LINE = "From someone@mail.example Thu Feb 28 18:58:18 2013\n"


def mail(sender: str, to: str, *, day: int = 0, cc: str = "", more: str = "", ident: str = "") -> str:
    """One message of an mbox; `more` are further header lines, each with its line end."""
    date = format_datetime(BEGIN + timedelta(days=day))
    parts = [LINE, f"From: {sender}\n", f"To: {to}\n" if to else "", f"Cc: {cc}\n" if cc else "", f"Date: {date}\n"]
    parts += [f"Message-ID: <{ident}>\n" if ident else "", more, "Subject: never kept\n\nNever read.\n\n"]
    return "".join(parts)


def both_ways(one: str, other: str, *, weeks: int = 6, cc: str = "") -> list[str]:
    """Letters to and fro, one each way in each of so many weeks."""
    return [
        mail(*ends, day=day + 7 * week, cc=cc, ident=f"{crc32(''.join(ends).encode())}.{week}@m.example")
        for week in range(weeks)
        for day, ends in ((250, (one, other)), (251, (other, one)))
    ]


def mbox(folder: Path, *messages: str, name: str = "Sent.mbox") -> Path:
    """A mailbox of these messages."""
    path = folder / name
    path.write_text("".join(messages), "utf-8")
    return path


def generated(messages: int, *, seed: int = 1, body: int = 200) -> Iterator[str]:
    """A mailbox of Cora's, message by message: people of whom a few write most, some lists, some dirt."""
    chance, last = random.Random(seed), ""
    for number in range(messages):
        other = f"p{int(chance.paretovariate(0.6)) % max(messages // 8, 10)}@people.example"
        named = f"Person {other.partition('@')[0]} <{other}>"
        sender, to = (f"Cora Lund <{CORA}>", named) if chance.random() < 0.4 else (named, CORA)
        cc = ", ".join(f"c{chance.randrange(50)}@people.example" for _other in range(chance.choice([0, 0, 0, 1, 3])))
        more = chance.choice(
            [""] * 7 + ["List-Id: <l.example>\n", "Precedence: bulk\n", "Auto-Submitted: auto-replied\n"]
        )
        ident = "" if chance.random() < 0.05 else f"{number}@m.example"
        if chance.random() > 0.02 or not last:
            last = mail(sender, to, day=number % 2000, cc=cc, more=more, ident=ident)[:-1] + "x" * body + "\n\n"
        yield last


def lay(path: Path, messages: int, *, seed: int = 1, body: int = 200) -> Path:
    """Write a generated mailbox."""
    with path.open("w", encoding="utf-8") as out:
        out.writelines(generated(messages, seed=seed, body=body))
    return path
