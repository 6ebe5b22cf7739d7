"""Each act of the desk as the verb behind it, with the fields that it takes and no other (D25)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest

from twoyes.introductions import front as introductions
from twoyes.introductions.front import Actor
from twoyes.web import composing
from twoyes.web.forms import seen


@dataclass(frozen=True, slots=True)
class Pressed:
    """One act on one introduction, as it was posted."""

    introduction: str
    fields: Mapping[str, str]
    actor: Actor
    now: datetime
    seen: int | None


def pressed(request: HttpRequest, introduction: str, act: str, actor: Actor, *, now: datetime) -> Pressed:
    """Read what an act takes from the post."""
    fields = {name: " ".join(request.POST.getlist(name)) for name in ACTS[act].fields}
    return Pressed(introduction, fields, actor, now, seen(request))


@dataclass(frozen=True, slots=True)
class Act:
    do: Callable[[Pressed], object]
    fields: tuple[str, ...] = ()


def _decline(p: Pressed) -> None:
    fields = composing.settled(p.fields, p.fields["filled"])
    introductions.decline(p.introduction, fields, actor=p.actor, now=p.now, seen=p.seen)


def _return(p: Pressed) -> None:
    introductions.return_(p.introduction, p.fields, actor=p.actor, now=p.now, seen=p.seen)


def _talk(p: Pressed) -> None:
    introductions.talk(p.introduction, p.fields, actor=p.actor, now=p.now, seen=p.seen)


def _talked(p: Pressed) -> None:
    introductions.talked(p.introduction, actor=p.actor, now=p.now, seen=p.seen)


def _withdraw(p: Pressed) -> None:
    introductions.withdraw(p.introduction, actor=p.actor, now=p.now, seen=p.seen)


def _note_answer(p: Pressed) -> None:
    introductions.note_answer(p.introduction, p.fields, actor=p.actor, now=p.now, seen=p.seen)


def _give_address(p: Pressed) -> None:
    introductions.give_address(p.introduction, p.fields, actor=p.actor, now=p.now, seen=p.seen)


def _by_hand(p: Pressed) -> None:
    introductions.by_hand(p.introduction, actor=p.actor, now=p.now)


def _send_again(p: Pressed) -> None:
    introductions.send_again(p.introduction, p.fields["side"], actor=p.actor, now=p.now)


def _says_wrote(p: Pressed) -> None:
    introductions.says_wrote(p.introduction, actor=p.actor, now=p.now)


def _confirm(p: Pressed) -> None:
    introductions.confirm(p.introduction, actor=p.actor, now=p.now)


def _override(p: Pressed) -> None:
    codes, reason = p.fields["codes"], p.fields["reason"]
    introductions.override(p.introduction, codes, reason=reason, actor=p.actor, now=p.now, seen=p.seen)


def _introduce_again(p: Pressed) -> None:
    introductions.introduce_again(p.introduction, p.fields, actor=p.actor, now=p.now, seen=p.seen)


def _close(p: Pressed) -> None:
    introductions.close(p.introduction, p.fields["reason"] or "by_connector", actor=p.actor, now=p.now)


ACTS: Mapping[str, Act] = {
    "decline": Act(
        _decline,
        ("reason", "instead", "stay_in_touch", "rule", *composing.CHOSEN, *composing.NEEDED, "filled"),
    ),
    "return": Act(_return, ("codes", "words")),
    "talk": Act(_talk, ("times", "words")),
    "talked": Act(_talked),
    "withdraw": Act(_withdraw),
    "note_answer": Act(_note_answer, ("answer", "how", "on", "until", "scope", "side")),
    "give_address": Act(_give_address, ("address",)),
    "by_hand": Act(_by_hand),
    "send_again": Act(_send_again, ("side",)),
    "says_wrote": Act(_says_wrote),
    "confirm": Act(_confirm),
    "override": Act(_override, ("codes", "reason")),
    "introduce_again": Act(_introduce_again, ("wish",)),
    "close": Act(_close, ("reason",)),
}
