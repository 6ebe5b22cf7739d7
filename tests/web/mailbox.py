"""Mail for Cora's desk, as of the stage's own time: imported and worked through as the product does it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from email.utils import format_datetime

from tests.support.cast import CORA, RITA, START, Cast
from tests.support.scenes import scene
from twoyes.network import front as network
from twoyes.people import front as people

_FROM = "From x Thu Feb 28 18:58:18 2013\n"


def letter(sender: str, *to: str, at: datetime, ident: str, answers: str = "", subject: str = "") -> str:
    """One letter of a mailbox."""
    more = f"In-Reply-To: <{answers}>\n" if answers else ""
    more += f"Subject: {subject}\n" if subject else ""
    head = f"From: {sender}\nTo: {', '.join(to)}\nDate: {format_datetime(at)}\nMessage-ID: <{ident}>\n{more}"
    return f"{_FROM}{head}\nNever read.\n\n"


def letters(other: str, *, weeks: int, ago: timedelta = timedelta(0)) -> list[str]:
    """A letter each way in each of so many weeks, the last of them so long ago."""
    return [
        letter(*ends, at=START - ago - timedelta(weeks=week, days=day), ident=f"{other}.{week}.{day}")
        for week in range(weeks)
        for day, ends in ((2, (CORA, other)), (1, (other, CORA)))
    ]


PROMISED = (START - timedelta(days=100)).date()


@scene
def a_history(cast: Cast) -> list[str]:
    """Mail in which all three lists have somebody: Rita writes, Nora went silent, two were introduced."""
    for name in ("Nora Vik", "Kim Berg", "Ada Moor", "Uwe Lang"):
        people.add_card(cast.cora.id, name=name, addresses=[f"{name.partition(' ')[0].lower()}@known.example"])
    kim, ada, nora, uwe = (f"{name}@known.example" for name in ("kim", "ada", "nora", "uwe"))
    first, second = START - timedelta(days=200), START - timedelta(days=100)
    return [
        *letters(RITA, weeks=30),
        *letters(nora, weeks=60, ago=timedelta(days=1500)),
        letter(CORA, kim, ada, at=first, ident="intro.1"),
        letter(CORA, kim, uwe, at=second, ident="intro.2"),
        letter(kim, CORA, uwe, at=second + timedelta(days=1), ident="intro.3", answers="intro.2"),
    ]


@scene
def mailed(cast: Cast, mail: Sequence[str], *, owner: str = "") -> None:
    """Let Cora import these letters, and work them through."""
    job = network.start_history(owner or cast.cora.id, ["".join(mail).encode()], name="Sent.mbox")
    assert network.carry_history(job)
    network.rebuild(owner or cast.cora.id, cast.now)
