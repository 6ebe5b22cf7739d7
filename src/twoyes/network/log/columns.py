"""The columns of the log, as they are gathered before a file is written. One row for each person a message went to."""

from __future__ import annotations

from array import array

# Values of `field` and of `kind`.
TO, CC, BY_MEETING = 0, 1, 2
MAIL, MEETING = 0, 1


def number(key: str) -> int:
    """Return the 64 bits by which the log knows an address key: a quarter of its size, and as hard to turn back."""
    return int.from_bytes(bytes.fromhex(key[:16]), signed=True)


class Columns:
    """Rows of the log, column by column: as many bytes as the numbers themselves."""

    __slots__ = ("at", "dst", "field", "kind", "message", "mine", "opens", "others", "src", "thread")

    def __init__(self) -> None:
        self.at = array("q")
        """Seconds since 1970, UTC."""
        self.src = array("q")
        """Who wrote, or who called the meeting."""
        self.dst = array("q")
        """One of those it went to; never `src`."""
        self.others = array("h")
        """To how many others it went: 0 for a message to `dst` alone."""
        self.field = array("b")
        """Where `dst` stands: TO, CC or BY_MEETING."""
        self.kind = array("b")
        """MAIL or MEETING."""
        self.thread = array("q")
        """Keyed hash of the first message of the thread, as far as the message tells."""
        self.message = array("q")
        """Keyed hash of the message: the same in each of its rows, and in no other message's."""
        self.mine = array("b")
        """1 where the owner wrote it, as far as their addresses were known then."""
        self.opens = array("b")
        """1 where the message refers to no other: it begins a conversation, as far as it tells."""

    def __len__(self) -> int:
        return len(self.at)
