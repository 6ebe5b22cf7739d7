"""Looking through a book for cards that are one person: what rules are sure of is merged, all else is asked (issue 4).

It is a merge as the owner's own (A17, A19), with one difference: where an introduction with either is open, it is a
question instead. Each merge is a transaction of its own, so a look that is killed is gone on with by the next. The book
lies open in the memory of the process that looks, so pages start one of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

from django.db import transaction

from twoyes.care.joining import merge
from twoyes.care.running import run
from twoyes.introductions import front as introductions
from twoyes.lib import apart, clock
from twoyes.lib.errors import Refused
from twoyes.network import front as network
from twoyes.people import front as people

type Asked = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Looked:
    """What a look found: how many cards it saw, how many it joined to others, and how many questions it left."""

    cards: int
    joined: int
    questions: int


def look_for_same(owner_id: str, *, mail_map: Iterable[str] = (), unasked: bool = False) -> Looked:
    """Look through a book now, in place of whoever began to. For a process of its own, in the turn of the owner.

    `mail_map` are the lines of a `.mailmap`. Where nobody asked for the look (`unasked`), the desk tells once what was
    joined and what is new to ask.
    """
    runner = people.take_look(owner_id)
    seen = {one.id: one for one in people.open_book(owner_id)}
    met = network.names_seen(owner_id)
    # What mail calls somebody may say more than the card: a middle name, the name before a marriage.
    called = {one.id: (*one.names, *(name for key in one.keys for name in met.get(key, ()))) for one in seen.values()}
    readable = ((one.id, called[one.id], one.addresses) for one in seen.values())
    found = network.same_people(readable, people.told_apart(owner_id), mail_map=mail_map)
    joined, left = 0, []
    for group, why in found.joins:
        keep, *others = sorted(group, key=lambda card: (-len(seen[card].addresses), -len(seen[card].names[0]), card))
        for other in others:
            if _merged(owner_id, keep, other, partial(people.note_rule, owner_id, other, why, hint=unasked)):
                joined += 1
            else:
                left.append((keep, other, why))
    asked = [*left, *_still_there(owner_id, [(one.one, one.other, one.why) for one in found.asks])]
    people.end_look(owner_id, runner, asked, seen=len(seen), joined=joined, hint=unasked)
    return Looked(len(seen), joined, len(people.questions(owner_id)))


def work_through(owner_id: str) -> Looked | None:
    """Do what is due for an owner, in this process; where book or mail changed, look for who is the same, too.

    One step after the other, and one process at a time for an owner. Return what was found, None where no look was
    due, or whoever works for this owner already does it.
    """
    return _through(owner_id, [])


def rebuild(owner_id: str) -> tuple[int, int]:
    """Make an owner's graph anew, after a look where book or mail changed; return how many people and ties it has."""
    counted = network.rebuild(owner_id, first=partial(look_for_same, owner_id, unasked=True))
    work_through(owner_id)
    return counted


def look_in_turn(owner_id: str, *, mail_map: Iterable[str] = ()) -> Looked:
    """Look through a book as the owner asked for, once nobody works for them; then do what became due by it."""
    with network.in_turn(owner_id):
        found = look_for_same(owner_id, mail_map=mail_map)
    return _through(owner_id, [found]) or found


def launch_look(owner_id: str) -> None:
    """Start a process that looks through a book, and ends by itself; nothing where one does already."""
    if people.begin_look(owner_id):
        apart.launch("look-for-same", owner_id)


def _through(owner_id: str, found: list[Looked]) -> Looked | None:
    network.work_through(owner_id, lambda: found.append(look_for_same(owner_id, unasked=True)))
    return replace(found[-1], joined=sum(one.joined for one in found)) if found else None


class _AskError(Exception):
    """Whether these two are one person is not for a rule to say now."""


def _merged(owner_id: str, keep: str, other: str, note: Callable[[], None]) -> bool:
    """Merge, unless an introduction with either is open, the owner has said no meanwhile, or it is refused."""
    actor = introductions.Actor(introductions.Role.CONNECTOR, owner_id, "care")

    def whole() -> None:
        with transaction.atomic():
            if not people.may_join(owner_id, keep, other):
                raise _AskError
            if merge(owner_id, keep, other, actor=actor, now=clock.now()).open:
                raise _AskError
            note()

    try:
        run(whole)
    except (_AskError, Refused):
        return False
    return True


def _still_there(owner_id: str, asked: Sequence[Asked]) -> Iterator[Asked]:
    """The questions, each about the cards that are left now."""
    for one, other, why in asked:
        yield people.joined_to(owner_id, one) or one, people.joined_to(owner_id, other) or other, why
