"""Message by message: taken into the log, or left out with a reason. No address, name or word gets into the log.

The reasons, in the order in which they are looked for: `automatic`, `list`, `bulk` (no person wrote it to another),
`unreadable` (nobody can tell who wrote it), `no_date`, `own_only` (nobody but oneself), `no_recipient` (nobody it
went to can be read), `erased` (whoever it is about asked not to be kept), `duplicate` (in the log already). Of events
in calendars beside these: `cancelled`, `alone` (nobody else was seen there), `ahead` (not yet).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import blake2b
from itertools import combinations

from twoyes.lib import sealing
from twoyes.network.log.columns import BY_MEETING, CC, MAIL, MEETING, TO, Columns, number
from twoyes.network.naming import Keys, Met
from twoyes.network.reading.headers import Head
from twoyes.network.reading.mailboxes import Mailbox
from twoyes.network.reading.meetings import Meeting
from twoyes.network.seen import Seen

REASONS = ("automatic", "list", "bulk", "unreadable", "no_date", "own_only", "no_recipient", "erased", "duplicate")


# Moment, number of the conversation, subject.
type Gathered = list[tuple[int, int, str]]


@dataclass(slots=True)
class Chunk:
    """What some messages of one source come to, before it is written."""

    columns: Columns = field(default_factory=Columns)
    taken: int = 0
    left_out: Counter[str] = field(default_factory=Counter)
    met: dict[int, Met] = field(default_factory=dict)
    topics: dict[str, Gathered] = field(default_factory=dict)
    """What letters were about, by the keys of those with whom; empty unless the owner wants it kept."""

    @property
    def messages(self) -> int:
        """All messages of it."""
        return self.taken + self.left_out.total()


class Sorter:
    """Sorts the messages of one owner: whose addresses are theirs, who was erased, what is in the log already."""

    def __init__(self, own: frozenset[str], seen: Seen) -> None:
        self.own = {number(key) for key in own}
        self.seen = seen
        self.erased: frozenset[int] = frozenset()
        self.topics = False
        self.keys = Keys()
        # Nobody who reads the files can ask whether a certain message is among them.
        self.secret = bytes.fromhex(sealing.index("history", "messages"))

    def sort(self, head: Head, chunk: Chunk) -> str:
        """Count a message in a chunk, and keep its rows there where it is taken; return why it is not, or ""."""
        why = head.why or self._taken(head, chunk)
        if why:
            chunk.left_out[why] += 1
        else:
            chunk.taken += 1
        return why

    def meet(self, meeting: Meeting, chunk: Chunk) -> None:
        """Count an event of a calendar in a chunk, and keep a row for each two who met, each time."""
        why = meeting.why or self._met(meeting, chunk)
        if why:
            chunk.left_out[why] += 1
        else:
            chunk.taken += 1

    def is_own(self, address: str) -> bool:
        """Say whether an address is one of the owner's."""
        return self.keys.of(address)[0] in self.own

    def _met(self, meeting: Meeting, chunk: Chunk) -> str:
        there = {self._one(box.address): box for box in meeting.people}
        if len(there) < 2:
            return "alone"
        kept = {one: box for one, box in there.items() if one not in self.erased}
        if len(kept) < 2:
            return "erased"
        event, new = self.hashed(meeting.uid.encode()), False
        caller = self._one(meeting.organizer.address) if meeting.organizer is not None else None
        for day, at in meeting.times:
            message = self.hashed(f"{meeting.uid}\n{day}".encode())
            if not self.seen.add(message):
                continue
            new = True
            for two in combinations(sorted(kept), 2):
                src, dst = reversed(two) if two[1] == caller else two
                row = (at, src, dst, len(there) - 2, BY_MEETING, MEETING, event, message, src in self.own, False)
                self._row(chunk.columns, row)
            for box in kept.values():
                self._meet(chunk, box, at)
        return "" if new else "duplicate"

    def _one(self, address: str) -> int:
        """Return the number of an address; all of the owner's are one in a meeting."""
        one = self.keys.of(address)[0]
        return min(self.own) if one in self.own else one

    def _taken(self, head: Head, chunk: Chunk) -> str:
        """Keep the rows of a message; return why it is left out instead, or ""."""
        sender = head.sender
        if sender is None or not sender.address:
            return "unreadable"
        if head.at is None:
            return "no_date"
        src, _key = self.keys.of(sender.address)
        reached = {one: (box, place) for one, box, place in self._recipients(head)}
        named = bool(reached)
        reached.pop(src, None)
        mine = src in self.own
        if mine:
            reached = {one: who for one, who in reached.items() if one not in self.own}
        if not reached:
            return "own_only" if named or mine else "no_recipient"
        kept = {} if src in self.erased else {one: who for one, who in reached.items() if one not in self.erased}
        if not kept:
            return "erased"
        message = self._message(head, sender, reached)
        if not self.seen.add(message):
            return "duplicate"
        begun = head.thread or head.message_id
        thread = self.hashed(begun) if begun else message
        opens = not head.thread
        others = len(reached) - 1
        for dst, (box, place) in kept.items():
            self._row(chunk.columns, (head.at, src, dst, others, place, MAIL, thread, message, mine, opens))
            self._meet(chunk, box, head.at, wrote_to=mine)
        self._meet(chunk, sender, head.at)
        return ""

    def _recipients(self, head: Head) -> Iterator[tuple[int, Mailbox, int]]:
        # In turn, so that who stands in both fields was written to.
        for boxes, place in ((head.cc, CC), (head.to, TO)):
            for box in boxes:
                if box.address:
                    yield self.keys.of(box.address)[0], box, place

    def _row(self, columns: Columns, row: tuple[int, ...]) -> None:
        at, src, dst, others, place, kind, thread, message, mine, opens = row
        columns.at.append(at)
        columns.src.append(src)
        columns.dst.append(dst)
        columns.others.append(others)
        columns.field.append(place)
        columns.kind.append(kind)
        columns.thread.append(thread)
        columns.message.append(message)
        columns.mine.append(mine)
        columns.opens.append(opens)

    def _meet(self, chunk: Chunk, box: Mailbox, at: int, *, wrote_to: bool = False) -> None:
        one, key = self.keys.of(box.address)
        if one in self.own:
            return
        met = chunk.met.get(one)
        if met is None:
            met = chunk.met[one] = Met(key, box.address, at, at)
        met.first, met.last = min(met.first, at), max(met.last, at)
        met.wrote_to = met.wrote_to or wrote_to
        if box.name:
            met.names[box.name] += 1

    def _message(self, head: Head, sender: Mailbox, reached: dict[int, tuple[Mailbox, int]]) -> int:
        """Return what tells a message from every other: its id, who wrote it and when; without an id, to whom."""
        told = head.message_id or b" ".join(sorted(str(one).encode() for one in reached))
        return self.hashed(b"\n".join((told, sender.address.encode(), str(head.at).encode())))

    def hashed(self, told: bytes) -> int:
        """Return 64 bits that nobody without our keys can make of these bytes."""
        return int.from_bytes(blake2b(told, digest_size=8, key=self.secret).digest(), signed=True)
