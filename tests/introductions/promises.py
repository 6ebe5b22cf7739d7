"""The invariants of PROTOCOL, by name, as they are looked at after each step of the state machine."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

from tests.introductions.theatre import ADDRESSES, FINALS, GUARDED, RITA, ROLF, SURNAME, TINA, TOM, Copy, Theatre, plain
from twoyes.introductions import front
from twoyes.introductions.models import Introduction, JournalEntry, Letter
from twoyes.introductions.protocol import State, record
from twoyes.lib import sealing

SEALED = ("requester", "words", "approval", "answer_words", "consolation")
YES = {"yes", "noted_yes"}
TAKEN_BACK = {"no", "never", "not_me", "later", "undo", "noted_no", "noted_never", "noted_later", "withdraw", "erase"}


def one_ask(t: Theatre) -> None:
    asks = [c for c in t.copies if c.kind == "ask" or (c.kind == "details" and was_passed_on(c))]
    uninvited = [copy for copy in asks if not copy.invited]
    for copy in uninvited:
        assert not [one for one in uninvited if any(one.mark is before for before in copy.mark.pairs)], copy
    assert max(Counter(c.letter for c in t.copies if c.kind in {"ask", "details"}).values(), default=0) <= 1
    once = Counter((c.introduction, c.side) for c in asks)
    assert max(once.values(), default=0) <= 1, once


def was_passed_on(copy: Copy) -> bool:
    entries = JournalEntry.objects.filter(introduction_id=copy.introduction)
    return entries.filter(event="pass_on").exists()


def spaced(t: Theatre) -> None:
    asks = [copy for copy in t.copies if copy.kind == "ask" or (copy.kind == "details" and was_passed_on(copy))]
    for copy in asks:
        before = [one.at for one in asks if any(one.mark is mark for mark in copy.mark.people)]
        assert not [at for at in before if copy.at - at < timedelta(days=30)], copy


def two_yeses(t: Theatre) -> None:
    for one in {c.introduction for c in t.copies if c.kind == "introduction"}:
        happened = list(JournalEntry.objects.filter(introduction_id=one).order_by("seq").values_list("event", "data"))
        names = [event for event, _data in happened]
        until = names[: names.index("introduced")] if "introduced" in names else names
        yes = [place for place, event in enumerate(until) if event in YES]
        standing = any(d.get("standing") or d.get("late_yes") for _e, d in happened)
        assert yes or standing, names
        assert not (yes and TAKEN_BACK & set(until[yes[-1] + 1 :])), names


def quiet_no(t: Theatre) -> None:
    for introduction, watched in list(t.watched.items()):
        snapshot = record.from_json(Introduction.objects.values_list("snapshot", flat=True).get(pk=introduction))
        over = t.now > watched.hears_by + timedelta(days=60) or snapshot.introduced_at is not None
        if over or (snapshot.state is State.ERASED and asker_is_erased(t)):
            del t.watched[introduction]
            continue
        page = front.requester_page(*watched.key, t.now)
        stage = "on_its_way" if t.now < watched.hears_by else "not_this_time"
        acts = ("withdraw",) if stage == "on_its_way" else ()
        assert (page.view.stage, page.view.acts, page.view.hears_by) == (stage, acts, watched.hears_by)
        assert plain(page) == watched.page
        assert SURNAME not in repr(page)
        assert stage == "not_this_time" or not page.consolation


def asker_is_erased(t: Theatre) -> bool:
    return bool(t.erased & {RITA, ROLF})


def no_leak(t: Theatre) -> None:
    for facts in t.received:
        if facts.side in {"target", "second"}:
            assert facts.kind in GUARDED, facts.kind
        if facts.side == "requester" and facts.kind != "introduction":
            assert not [a for a in (*ADDRESSES[TOM], *ADDRESSES[TINA]) if a in repr(facts)], facts.kind
            assert facts.introduced or SURNAME not in repr(facts), facts.kind


def erasable(t: Theatre) -> None:
    """Whatever is unsealed, no address of an erased person is in it."""
    gone = [address for person in t.erased for address in ADDRESSES[person]]
    for row in Introduction.objects.all() if gone else ():
        told = repr([sealing.get_json(row, column) for column in SEALED])
        for letter in Letter.objects.filter(introduction=row):
            told += repr([sealing.get_json(letter, column) for column in ("text", "extra")])
        assert not [address for address in gone if address in told], row.state


def answered(t: Theatre) -> None:
    """In the end each verified request got one final letter, or its introduction, or withdrew."""
    t.flights.clear()
    t.pass_time(timedelta(days=100))
    for row in Introduction.objects.exclude(state__in=["discarded", "unverified", "draft"]).filter(origin="asked"):
        finals = [f.kind for f in t.received if f.introduction == row.pk and f.kind in FINALS]
        snapshot = record.from_json(row.snapshot)
        excused = snapshot.introduced_at or snapshot.withdrawn_by == "requester" or not row.requester_key
        assert len(finals) <= 1, finals
        assert finals or excused, list(
            Letter.objects.filter(introduction=row).values_list("kind", "state", "due_at", "reply")
        )
