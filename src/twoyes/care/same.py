"""Looking through a book for cards that are one person: what rules are sure of is merged, all else is asked (issue 4).

It is a merge as the owner's own (A17, A19), with one difference: where it would close an ask, it is a question instead.
The book lies open in the memory of the process that looks, so pages start one of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
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


def look_for_same(
    owner_id: str, runner: str = "", *, mail_map: Iterable[str] = (), unasked: bool = False
) -> Looked | None:
    """Look through a book now; None where somebody does already. For a process of its own.

    `runner` is who was made the one who looks before the process was there; `mail_map` the lines of a `.mailmap`.
    Where nobody asked for the look (`unasked`), nothing is merged, and the desk hints once at what is new.
    """
    runner = runner or people.begin_look(owner_id) or ""
    if not runner:
        return None
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
            if not unasked and _merged(owner_id, keep, other, why):
                joined += 1
            else:
                left.append((keep, other, why))
    asked = [*left, *_still_there(owner_id, [(one.one, one.other, one.why) for one in found.asks])]
    people.end_look(owner_id, runner, asked, seen=len(seen), joined=joined, hint=unasked)
    return Looked(len(seen), joined, len(people.questions(owner_id)))


def work_through(owner_id: str) -> None:
    """Do what is due for an owner's history, in this process; where book or mail changed, look for who is the same.

    One step after the other, and one process at a time for an owner.
    """
    network.work_through(owner_id, partial(look_for_same, owner_id, unasked=True))


def look_in_turn(owner_id: str, runner: str) -> None:
    """Look through a book as the owner asked for, once nobody works for them; then do what became due by it."""
    with network.in_turn(owner_id):
        look_for_same(owner_id, runner)
    work_through(owner_id)


def launch_look(owner_id: str) -> None:
    """Start a process that looks through a book, and ends by itself; nothing where one does already."""
    runner = people.begin_look(owner_id)
    if runner is not None:
        apart.launch("look-for-same", owner_id, runner)


class _WouldCloseError(Exception):
    """Two asks of one person: which goes on is not for a rule to say."""


def _merged(owner_id: str, keep: str, other: str, why: str) -> bool:
    """Merge, unless an ask would close by it or the merge is refused."""
    actor = introductions.Actor(introductions.Role.CONNECTOR, owner_id, "care")

    def whole() -> None:
        with transaction.atomic():
            done = merge(owner_id, keep, other, actor=actor, now=clock.now())
            if done.closed:
                raise _WouldCloseError
            people.note_rule(owner_id, other, why)

    try:
        run(whole)
    except (_WouldCloseError, Refused):
        return False
    return True


def _still_there(owner_id: str, asked: Sequence[Asked]) -> Iterator[Asked]:
    """The questions, each about the cards that are left now."""
    for one, other, why in asked:
        yield people.joined_to(owner_id, one) or one, people.joined_to(owner_id, other) or other, why
