"""“This is also me”: two letters that reached one person under two addresses that nobody had linked (A18)."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from twoyes.introductions import answering, engine, links, pairs, words
from twoyes.introductions.models import Introduction, Link
from twoyes.introductions.protocol import Actor, Event, State
from twoyes.people import front as people


@engine.verb
def also_me(link_id: str, token: str, other: str, *, now: datetime) -> bool:
    """Let both addresses count as one person's; a twin of this ask is closed, as a no. Say whether there was one.

    `other` is the address of the other letter's page, as it stands in that letter: whoever has both letters reads
    both mailboxes. Nothing goes onto any card, and neither connector learns that there is another. From here on the
    linked addresses share pair, slot and every no. Raises `BadFields` `other`: unknown, same, two_sides.
    """
    mine = links.find_for_answers(link_id, token, now)
    theirs = _other(mine, other, now)
    _lock(mine, theirs)
    one, two = (Introduction.objects.get(pk=link.introduction_id) for link in (mine, theirs))
    keys = {*pairs.asked_keys(one, mine.side), *pairs.asked_keys(two, theirs.side)}
    twin = bool({*pairs.other_keys(one, mine.side)} & {*pairs.other_keys(two, theirs.side)})
    if keys & {*pairs.other_keys(one, mine.side), *pairs.other_keys(two, theirs.side)}:
        raise _wrong("two_sides", _("That letter asks about the other side of this very question."))
    for row, side in ((one, mine.side), (two, theirs.side)):
        _learn(row, side, keys)
    people.link_subjects(one.community_id, keys)
    pairs.share(one.community_id, keys, connector_id=one.connector_id, now=now)
    return twin and _close(theirs, now)


@engine.verb
def also_asked(introduction_id: str, other: str, *, actor: Actor, now: datetime) -> None:
    """Let a second address count as one person's with that of a request, as whoever holds both letters says (K5, N7).

    `other` is the address of a page that a letter to the other mailbox leads to. From here on repeats, what is open
    and what is owed are counted over both, and they share pair, slot and every no. It goes onto no card. Raises
    `BadFields` `other`: unknown, same; `nothing_here`.
    """
    row = Introduction.objects.filter(pk=introduction_id).first()
    if row is None:
        raise links.nothing_here()
    links.must_be_requester(row, actor)
    theirs = _asked_by(other, row.community_id, now)
    if theirs in people.linked([actor.id]):
        raise _wrong("same", _("That letter went to the address of this page. Paste one that the other address got."))
    keys = people.linked([actor.id, theirs])
    people.lock_subjects(row.community_id, {*keys, *row.asker_keys, *row.target_keys})
    _learn(Introduction.objects.get(pk=row.pk), "first", keys)
    people.link_subjects(row.community_id, keys)
    pairs.share(row.community_id, keys, connector_id=row.connector_id, now=now)


def _asked_by(written: str, community_id: str, now: datetime) -> str:
    """Return the key of whoever asked by the letter whose link this is; a first letter shows it as well."""
    token = written.strip().rstrip("/").rpartition("/")[2]
    for purpose in ("requester", "verify"):
        known = links.open_link(purpose, token, now)
        if known is not None:
            row = links.find(purpose, known, token, now).introduction
            if row.community_id == community_id and links.asker_key(row):
                return links.asker_key(row)
    raise _wrong("unknown", _("That is not the address in a letter from here about a request, or its time is over."))


def _other(mine: Link, written: str, now: datetime) -> Link:
    token = written.strip().rstrip("/").rpartition("/")[2]
    known = links.open_link("target", token, now)
    if known is None:
        raise _wrong("unknown", _("That is not the address in a letter like this one, or its time is over."))
    theirs = links.find("target", known, token, now)
    if theirs.introduction.community_id != mine.introduction.community_id or theirs.purpose != "target":
        raise _wrong("unknown", _("That is not the address in a letter like this one, or its time is over."))
    if (theirs.introduction_id, theirs.side) == (mine.introduction_id, mine.side):
        raise _wrong("same", _("That is the address of this page. Paste the one from the other letter."))
    return theirs


def _lock(mine: Link, theirs: Link) -> None:
    """Lock everybody of both introductions at once, before either of them (B12, B13)."""
    rows = (mine.introduction, theirs.introduction)
    people.lock_subjects(rows[0].community_id, {key for row in rows for key in (*row.asker_keys, *row.target_keys)})


def _learn(row: Introduction, side: str, keys: set[str]) -> None:
    column = "asker_keys" if side == "first" else "target_keys"
    setattr(row, column, sorted({*getattr(row, column), *keys}))
    row.save(update_fields=[column])


def _close(twin: Link, now: datetime) -> bool:
    """Close an ask that was not answered yet. It is the person's own no; what they answered before stands."""
    with engine.changing(twin.introduction_id) as work:
        if work.snapshot.state is not State.ASKING or str(work.snapshot.side) != twin.side:
            return False
        work.hand_in(Event("no", answering.holder(twin), {"side": twin.side, "tell": "nothing"}), now)
    return True


def _wrong(code: str, sentence: str) -> words.BadFields:
    return words.BadFields({"other": (code, sentence)})
