"""Two people side by side: everything that a rule may ask of them, worked out once, and the same either way round."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import product
from typing import NamedTuple

from twoyes.network.identity import mailboxes, names
from twoyes.network.identity.mailboxes import Mailbox
from twoyes.network.identity.names import Name, Near


@dataclass(frozen=True, slots=True)
class Someone:
    """Somebody as a book or a history knows them: an id, the names they go by, and their addresses."""

    id: str
    names: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()


class Read(NamedTuple):
    """What is read of somebody: the names that are a person's, and the addresses that may be one person's."""

    id: str
    names: tuple[Name, ...]
    boxes: tuple[Mailbox, ...]
    nicks: frozenset[str]
    role: bool
    """Nothing but addresses of functions, machines or lists, or a list's name: nobody."""
    several: bool
    """Goes by the names of two people, as an address does that a couple shares."""


class Facts(NamedTuple):
    """What two people have in common. Every part is the same either way round."""

    same_mailbox: bool
    near: Near
    named: bool
    """Both go by a person's name."""
    one_house: bool
    one_house_one_local: bool
    one_local: bool
    one_handle: bool
    """The same local part that neither's name explains."""
    numbered: bool
    """In one house, with a number between them: how a house tells two people of one name apart."""
    spelled: bool
    """The local part of one spells the whole name of the other."""
    shortened: bool
    """In one house, and the local part of one is a short form of the other's name."""
    initialled: bool
    """The local part of one is the initial and the family name of the other, anywhere."""
    one_nick: bool
    several: bool
    together: int
    """Messages that name both."""


def read(someone: Someone) -> Read:
    """Read somebody's names and addresses; what is no name of a person, or no address, is left out."""
    known = tuple(dict.fromkeys(name for text in someone.names if (name := names.parse(text)) is not None))
    boxes = tuple(dict.fromkeys(box for text in someone.addresses if (box := mailboxes.read(text)) is not None))
    own = tuple(box for box in boxes if not box.role)
    several = any(names.near(one, other) is Near.OTHER for one in known for other in known)
    nicks = frozenset(nick for text in someone.names if (nick := names.nick(text)))
    return Read(
        someone.id, known, own, nicks, (bool(boxes) and not own) or any(map(names.is_list, someone.names)), several
    )


def compare(one: Read, other: Read, *, together: int = 0, ordinary: Collection[str] = ()) -> Facts:
    """Work out what two people have in common. `ordinary` are local parts that are no handle: given names."""
    pairs = list(product(one.boxes, other.boxes))
    houses = [(mine, theirs) for mine, theirs in pairs if mine.house and mine.house == theirs.house]
    locals_ = [(mine, theirs) for mine, theirs in pairs if _one_local(mine, theirs)]
    whole = (*_across(one, other), *_across(other, one))
    at_home = (*_across(one, other, at_home=True), *_across(other, one, at_home=True))
    return Facts(
        same_mailbox=any(mine.exact == theirs.exact for mine, theirs in pairs),
        near=max((names.near(mine, theirs) for mine in one.names for theirs in other.names), default=Near.OTHER),
        named=bool(one.names and other.names),
        one_house=bool(houses),
        one_house_one_local=any(_one_local(mine, theirs) for mine, theirs in houses),
        one_local=bool(locals_),
        one_handle=any(
            mailboxes.is_handle(mine.local, (*one.names, *other.names)) and mine.local not in ordinary
            for mine, _theirs in locals_
        ),
        numbered=any(mailboxes.only_numbered(mine.local, theirs.local) for mine, theirs in houses),
        spelled=any(mailboxes.says_whole(box.local, name) for box, name in whole),
        shortened=any(_short(box.local, name) for box, name in at_home),
        initialled=any(mailboxes.says_initial(box.local, name) for box, name in whole),
        one_nick=not one.nicks.isdisjoint(other.nicks),
        several=one.several or other.several,
        together=together,
    )


def _one_local(mine: Mailbox, theirs: Mailbox) -> bool:
    return mine.local == theirs.local or mailboxes.bare(mine.local) == mailboxes.bare(theirs.local) != ""


def _short(local: str, name: Name) -> bool:
    """Whether a local part that is more than a given name or a letter or two is a short form of a name."""
    written = mailboxes.letters(local)
    return len(written) >= mailboxes.HANDLE and written != name.given and mailboxes.says_part(local, name)


def _across(one: Read, other: Read, *, at_home: bool = False) -> Iterator[tuple[Mailbox, Name]]:
    """The addresses of one with the names of the other."""
    for box in one.boxes:
        if not at_home or any(box.house and box.house == theirs.house for theirs in other.boxes):
            yield from ((box, name) for name in other.names)
