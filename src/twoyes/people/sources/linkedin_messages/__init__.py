"""LinkedIn's `messages.csv`: between whom, and when. What was said is never kept (docs/decisions, messages)."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from functools import partial
from heapq import merge
from itertools import chain

from django.utils.translation import gettext as _

from twoyes.lib.errors import Refused
from twoyes.people import names
from twoyes.people.sources import cleaning, table
from twoyes.people.sources.base import File, Record, Records, Rejection

NEEDED = {"conversation id", "from", "to", "date"}
_DATES = ("%Y-%m-%d %H:%M:%S UTC", "%Y-%m-%d %H:%M:%S", "%m/%d/%y, %I:%M %p", "%Y-%m-%d")


@dataclass(slots=True)
class Talk:
    """What is known of all messages to and from one person."""

    name: str
    profile: str = ""
    first: date = date.max
    last: date = date.min
    sent: bool = False
    received: bool = False
    lines: array[int] = field(default_factory=lambda: array("L"))


def recognises(head: str) -> bool:
    """Whether a line near the top names the columns of messages.csv."""
    return table.header(head, NEEDED.issubset) is not None


def prepare(file: File) -> Records:
    """One entry for each person with whom messages went to and fro; it stands for all of their rows.

    Somebody who wrote and never got an answer, or got a message and never wrote, is looked for in the book and is not
    added to it. Raises Refused("whose_messages") where no side of the messages can be told to be the owner's.
    """
    header = table.header(file.head(), NEEDED.issubset)
    assert header is not None
    mine = _owner(file, header)
    talks: dict[str, Talk] = {}
    rejected: list[Rejection] = []
    for row in table.rows(file, header):
        if isinstance(row, Rejection):
            rejected.append(row)
        elif why := _taken(row, mine, talks):
            rejected.append(Rejection(row.line, why))
    # In the order in which each person first wrote; that is the order of the lines.
    return partial(_records, list(talks.values()), rejected)


def _records(talks: Iterable[Talk], rejected: Iterable[Rejection]) -> Iterator[Record]:
    said = chain.from_iterable(map(_entries, talks))
    return merge(said, rejected, key=lambda record: record.line)


def _entries(talk: Talk) -> Iterator[Record]:
    """The person of a talk, or every line of it with the reason why there is none."""
    said = cleaning.Said(name=talk.name, profile=talk.profile, known_since=talk.first)
    if not talk.profile:
        said.uid = f"messages\n{talk.name}"
    try:
        entry = cleaning.entry(talk.lines[0], said)
    except Refused as no:
        yield from (Rejection(line, no.sentence) for line in talk.lines)
    else:
        one_way = _("Messages went one way only, and nobody of this name is in your book: not added.")
        why = "" if talk.sent and talk.received else one_way
        yield replace(entry, last_contact=talk.last, lines=talk.lines, only_known=why)


def _owner(file: File, header: table.Header) -> str:
    """The key of the owner's name as LinkedIn has it: that side is in every conversation."""
    # Hashes of both together, since there may be many thousand.
    seen: set[int] = set()
    counted: Counter[str] = Counter()
    for row in table.rows(file, header):
        if isinstance(row, table.Row):
            for side in {names.key(one) for one in (row["from"], *_recipients(row)) if one}:
                if (pair := hash((row["conversation id"], side))) not in seen:
                    seen.add(pair)
                    counted[side] += 1
    most = max(counted.values(), default=0)
    often = [side for side, count in counted.items() if count == most]
    own = names.key(file.owner)
    if own in often or not often:
        return own
    if len(often) > 1:
        sentence = _("“%(name)s” does not tell which side of the messages is yours: “%(owner)s” is not among them.")
        raise Refused("whose_messages", sentence % {"name": file.name, "owner": file.owner})
    return often[0]


def _recipients(row: table.Row) -> list[str]:
    whole = row["to"]
    profiles = [one for one in row["recipient profile urls"].split(",") if one.strip()]
    # One profile, one person, however many commas a name has.
    return [whole] if len(profiles) == 1 else [part.strip() for part in whole.split(",")]


def _taken(row: table.Row, mine: str, talks: dict[str, Talk]) -> str:
    """Note a message under whoever it was exchanged with; else say why it cannot be."""
    if row["is message draft"].lower() in {"yes", "true"}:
        return _("A draft was never sent.")
    at = _date(row["date"])
    if at is None:
        return _("The date cannot be read.")
    to = _recipients(row)
    if len(to) != 1:
        return _("A message to a group says nothing about how well two people know each other.")
    sent = names.key(row["from"]) == mine
    if not sent and names.key(to[0]) != mine:
        return _("A message between others.")
    name = to[0] if sent else row["from"]
    profile = row["recipient profile urls"] if sent else row["sender profile url"]
    if not name:
        return _("There is no name in this record.")
    talk = talks.setdefault(names.key(name), Talk(name))
    talk.lines.append(row.line)
    talk.profile = talk.profile or profile
    talk.first, talk.last = min(talk.first, at), max(talk.last, at)
    talk.sent, talk.received = talk.sent or sent, talk.received or not sent
    return ""


def _date(written: str) -> date | None:
    for form in _DATES:
        try:
            return datetime.strptime(written, form).replace(tzinfo=UTC).date()
        except ValueError:
            continue
    return None
