"""What a message answers: by the signed address it came to first, by what it refers to and whom it is from second.

A Message-ID alone matches nothing: relays rewrite it (C11), others in a thread know it, and it can be guessed at (C27).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from twoyes.introductions import front as introductions
from twoyes.introductions.front import Written
from twoyes.lib import addresses, limits
from twoyes.mail.incoming.understanding import Understood
from twoyes.people import front as people

# More Message-IDs than a long thread names are there to make us look.
_REFERENCES = 20


@dataclass(frozen=True, slots=True)
class Matched:
    """What a message is about. All is "" where nothing was found: forged, foreign, or gone since.

    `purpose` is what it came for (`ours.Ours`), `kind` and `side` those of the letter that it answers. `writer` is the
    side whose address it is from, "" for a stranger's. `by` is `token` or `references`. What is `expired` changes
    nothing any more.
    """

    purpose: str = ""
    connector: str = ""
    introduction: str = ""
    letter: str = ""
    kind: str = ""
    side: str = ""
    writer: str = ""
    by: Literal["", "token", "references"] = ""
    expired: bool = False


NOTHING = Matched()


def match(purpose: str, ref: str, understood: Understood, *, now: datetime) -> Matched:
    """Return what a message is about that came to the address for `purpose`, which names `ref` (C14, C15).

    An address without a token (`purpose` "") leaves what the message refers to: that counts only from the very
    address to which that letter went.
    """
    if purpose in {"reply", "return"}:
        letter = introductions.written(ref)
        return NOTHING if letter is None else _about(purpose, letter, _writer(letter.introduction, understood), now)
    if purpose == "thread":
        connector = introductions.in_thread(ref)
        return Matched(purpose, connector, ref, writer=_writer(ref, understood), by="token") if connector else NOTHING
    if purpose in {"guard", "request"}:
        owner = people.connector_by_handle(ref)
        return Matched(purpose, owner.id, by="token") if owner is not None else NOTHING
    return _by_references(understood, now)


def _about(
    purpose: str, letter: Written, writer: str, now: datetime, *, by: Literal["token", "references"] = "token"
) -> Matched:
    age = limits.RETURN_ADDRESS_AGE if purpose == "return" else limits.REPLY_ADDRESS_AGE
    return Matched(
        purpose,
        letter.connector,
        letter.introduction,
        letter.letter,
        letter.kind,
        letter.side,
        writer,
        by,
        expired=now > letter.at + age,
    )


def _by_references(understood: Understood, now: datetime) -> Matched:
    for letter in introductions.written_as(understood.references[:_REFERENCES]):
        known = _writer(letter.introduction, understood)
        # To an introduction either of the two answers both; any other letter is answered by whoever got it.
        if known and (letter.side == known or letter.kind == "introduction"):
            purpose = "thread" if letter.kind == "introduction" else "reply"
            return _about(purpose, letter, known, now, by="references")
    return NOTHING


def _writer(introduction: str, understood: Understood) -> str:
    """Return whose address it is from; what is no plain address (D3) is a stranger's."""
    if not introduction or addresses.well_formed(understood.sender) is None:
        return ""
    return introductions.side_with(introduction, addresses.key(understood.sender))
