"""Small effects. Each takes snapshot, event and instant, and returns the fields, letters and acts it adds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from twoyes.introductions.protocol.times import (
    COURTESY,
    DAY,
    DRAFT_EXTRA,
    HOLD,
    NUDGE_PATIENCE,
    PASSED_ENDS,
    last_moment,
    leaving,
    open_time,
)
from twoyes.introductions.protocol.snapshot import (
    Act,
    Change,
    Channel,
    Event,
    Face,
    Introduction,
    LetterDue,
    Origin,
    Role,
    Side,
    State,
    Timer,
)

Effect = Callable[[Introduction, Event, datetime], Change]

# Timers that belong to the chapter, not to a state: they survive a change of state.
CHAPTER_TIMERS = frozenset({"final", "come_back"})
# Nobody with a proved address waits for a word, or the word was given.
NOBODY_WAITS = frozenset({State.DRAFT, State.UNVERIFIED, State.DECLINED, State.LAPSED, State.DISCARDED, State.ERASED})


def letter(kind: str, to: str) -> Effect:
    """Owe a letter of `kind` to a role, at once."""

    def owe(_i: Introduction, _e: Event, now: datetime) -> Change:
        return Change(letters=(LetterDue(kind, to, now),))

    return owe


def nudge(kind: str, to: str) -> Effect:
    """Owe a nudge, unless a sleeping worker finds it more than a week late."""

    def owe(_i: Introduction, e: Event, now: datetime) -> Change:
        due = e.instant("due")
        late = due is not None and now - due > NUDGE_PATIENCE
        return Change(letters=() if late else (LetterDue(kind, to, now),))

    return owe


def act(*acts: Act) -> Effect:
    def do(_i: Introduction, _e: Event, _now: datetime) -> Change:
        return Change(acts=acts)

    return do


def put(**fields: object) -> Effect:
    def do(_i: Introduction, _e: Event, _now: datetime) -> Change:
        return Change(fields)

    return do


def timer(name: str, after: timedelta) -> Effect:
    """Set a timer that many hours from now, on everybody's clock."""

    def do(i: Introduction, _e: Event, now: datetime) -> Change:
        return Change({"timers": _with(i, Timer(now + after, name))})

    return do


def desk_timer(name: str, after: timedelta | str) -> Effect:
    """Set a timer that stands still in closed weeks; a string names one of the connector's own terms."""

    def do(i: Introduction, _e: Event, now: datetime) -> Change:
        span = getattr(i.terms, after) if isinstance(after, str) else after
        return Change({"timers": _with(i, Timer(open_time(now, span, i.terms), name))})

    return do


def _with(i: Introduction, *timers: Timer) -> tuple[Timer, ...]:
    names = {t.name for t in timers}
    return tuple(sorted((*(t for t in i.timers if t.name not in names), *timers)))


def _without(i: Introduction, *names: str) -> tuple[Timer, ...]:
    return tuple(t for t in i.timers if t.name not in names)


def forget_timer(*names: str) -> Effect:
    def do(i: Introduction, _e: Event, _now: datetime) -> Change:
        return Change({"timers": _without(i, *names)})

    return do


# --- the requester's face ---------------------------------------------------------------------------------------


def show(stage: str) -> Effect:
    """Change what the requester sees. Only rows whose event is not the target's may use it (quiet-no)."""

    def do(i: Introduction, _e: Event, now: datetime) -> Change:
        return Change({"face": replace(i.face, stage=stage, since=now)})

    return do


def show_again(i: Introduction, _e: Event, _now: datetime) -> Change:
    return Change({"face": replace(i.face, again=True)})


# --- opening ----------------------------------------------------------------------------------------------------


def opened(origin: Origin) -> Effect:
    def do(i: Introduction, e: Event, _now: datetime) -> Change:
        return Change({"origin": origin, "may_pass_on": e.flag("may_pass_on"), "terms": e.terms or i.terms})

    return do


def began_as_record(_i: Introduction, e: Event, now: datetime) -> Change:
    at = e.instant("on") or now
    return Change({"introduced_at": at, "introductions": 1, "face": Face("introduced", at)})


def opened_again(i: Introduction, e: Event, now: datetime) -> Change:
    """A linked new chapter of an earlier introduction, with its permissions."""
    offered = e.text("origin") == Origin.OFFERED
    return Change(
        {
            "origin": Origin.OFFERED if offered else Origin.ASKED,
            "side": Side.FIRST if offered else Side.TARGET,
            "may_pass_on": e.flag("may_pass_on"),
            "terms": e.terms or i.terms,
        }
    )


def agreed_again(i: Introduction, e: Event, now: datetime) -> Change:
    """The chapter that a late yes opens: agreed already, with a date of its own and an answer that may be undone."""
    fields: dict[str, object] = {
        "approved_at": now,
        "leaves_at": now,
        "side": Side.SECOND if i.origin is Origin.OFFERED else Side.TARGET,
        "answer": "yes",
        "before": State.REFUSED,
        "answer_until": now + i.terms.ask_length,
        "addressed": not e.flag("address_wanted"),
    }
    return _promise(replace_fields(i, fields), e, now, fields, _asker(i))


def agreed_anew(_i: Introduction, e: Event, now: datetime) -> Change:
    """A second introduction of the same two people: no ask, and no date, since nobody waits for an answer."""
    fields: dict[str, object] = {"approved_at": now, "hears_by": None, "answer": "yes", "before": None}
    return Change({**fields, "as_draft": False, "addressed": not e.flag("address_wanted")})


# --- approval and the ask -----------------------------------------------------------------------------------------


def approval(i: Introduction, e: Event, now: datetime) -> Change:
    """Fix channel and date. After a first approval the first date stands and no second `on_its_way` is sent."""
    fields: dict[str, object] = {
        "approved_at": now,
        "leaves_at": leaving(now, i.terms),
        "channel": Channel(e.text("channel", Channel.RELAY)),
        "as_draft": e.flag("as_draft"),
        "standing": e.flag("standing"),
        "addressed": not e.flag("address_wanted"),
    }
    if i.approved_at is not None or i.origin is Origin.OFFERED:
        return Change(fields)
    return _promise(replace_fields(i, fields), e, now, fields, "requester")


def replace_fields(i: Introduction, fields: dict[str, object]) -> Introduction:
    return replace(i, **fields)  # type: ignore[arg-type]


def _promise(i: Introduction, e: Event, now: datetime, fields: dict[str, object], to: str) -> Change:
    start = i.leaves_at or now
    date = start + i.terms.ask_length + COURTESY + e.seconds("draw") + (DRAFT_EXTRA if i.as_draft else timedelta())
    more = {
        "hears_by": date,
        "timers": _with(i, Timer(date, "final")),
        "face": Face("on_its_way", now, date),
    }
    # In an offer the first side may still undo: the letter waits for the end of the hold.
    due = now + HOLD if to == "first" else now
    return Change({**fields, **more}, letters=(LetterDue("on_its_way", to, due),))


def first_said_yes(i: Introduction, e: Event, now: datetime) -> Change:
    """The first side of an offer agreed: it gets a date, drawn now, and the second side is asked after the hold."""
    fields: dict[str, object] = {
        "side": Side.SECOND,
        "approved_at": now,
        "leaves_at": leaving(now + HOLD, i.terms),
        "first_until": i.answer_until,
        "answer_until": None,
        "timers": _without(i, "silence", "not_after"),
    }
    return _promise(replace_fields(i, fields), e, now, fields, "first")


def starts_with_first(_i: Introduction, _e: Event, _now: datetime) -> Change:
    return Change({"side": Side.FIRST})


def ask(i: Introduction, _e: Event, now: datetime) -> Change:
    """Owe the ask to the side whose turn it is, on the first day on which it may leave."""
    start = i.leaves_at or now
    limit = last_moment(start, start)
    timers = _with(i, Timer(start + 14 * DAY, "not_after"))
    if i.channel is Channel.BY_HAND:
        return Change({"timers": timers, "answer_until": None})
    return Change(
        {"timers": timers, "answer_until": None},
        letters=(LetterDue("ask", str(i.side), start, limit),),
    )


def ask_moves(i: Introduction, e: Event, now: datetime) -> Change:
    slot = e.instant("slot") or now
    start = i.leaves_at or now
    return Change(
        letters=(LetterDue("ask", str(i.side), slot, last_moment(slot, start)),),
        acts=(Act.MOVE_ASK,),
    )


def handed_over(i: Introduction, e: Event, now: datetime) -> Change:
    """The ask is out, or may be: from now on its length counts."""
    side = Side(e.text("side", i.side))
    if side in i.asked:
        return Change()
    until = now + i.terms.ask_length
    timers = _with(replace(i, timers=_without(i, "not_after")), Timer(until, "silence"))
    return Change({"asked": (*i.asked, side), "answer_until": until, "timers": timers})


def handed_over_late(i: Introduction, e: Event, now: datetime) -> Change:
    """The relay's word came after an answer: it is noted, and the deadline of the answer is known now."""
    side = Side(e.text("side", i.side))
    if side in i.asked or e.text("letter", "ask") != "ask":
        return Change()
    fields: dict[str, object] = {"asked": (*i.asked, side)}
    if side == i.side and i.answer_until is None:
        fields["answer_until"] = now + i.terms.ask_length
    return Change(fields)


# --- answers ------------------------------------------------------------------------------------------------------


def answered(i: Introduction, e: Event, _now: datetime) -> Change:
    """Record an answer and where undo leads; the first of several changes decides that."""
    kind = e.kind.removeprefix("noted_")
    before = i.before if i.answer else i.state
    return Change(
        {
            "answer": kind,
            "noted": e.kind.startswith("noted_"),
            "before": before,
            "addressed": i.addressed if kind != "yes" else not e.flag("address_wanted"),
        }
    )


def told(i: Introduction, e: Event, now: datetime) -> Change:
    """The target ticked that a no may be told now: the final letter comes at the end of a ten-minute hold."""
    if e.text("tell", "nothing") not in {"a_no_now", "my_words"} or i.hears_by is None or i.final:
        return Change()
    at = now + HOLD
    if at >= i.hears_by:
        return Change()
    return Change(
        {
            "hears_by": at,
            "answer_until": min(i.answer_until or at, at),
            "timers": _with(i, Timer(at, "final")),
            "face": replace(i.face, hears_by=at),
        }
    )


def wish_set(_i: Introduction, _e: Event, _now: datetime) -> Change:
    return Change({"wish": True}, acts=(Act.SET_WISH,))


def wish_taken_back(i: Introduction, _e: Event, _now: datetime) -> Change:
    return Change({"wish": False}, acts=(Act.DROP_WISH,)) if i.wish else Change()


def comes_back(i: Introduction, e: Event, _now: datetime) -> Change:
    """A date to come back: never before the day after the old chapter's final letter."""
    until = e.instant("until")
    assert until is not None, "date_ahead guards this row"
    at = max(until, i.hears_by + DAY) if i.hears_by is not None else until
    return Change(
        {
            "come_back": at,
            "permits_again": e.flag("still_looking"),
            "timers": _with(i, Timer(at, "come_back")),
        }
    )


def came_late(i: Introduction, e: Event, now: datetime) -> Change:
    """A yes after the deadline acts only when connector and requester confirm."""
    permitted = e.flag("still_looking")
    letters = [LetterDue("late_yes", "connector", now)]
    fields: dict[str, object] = {"late_yes": True, "permits_again": permitted, "reachable_again": True}
    if permitted:
        after = i.hears_by + DAY if i.hears_by is not None else now
        letters.append(LetterDue("still_looking", _asker(i), max(now, after)))
        fields["face"] = replace(i.face, again=True)
    return Change(fields, letters=tuple(letters))


def date_came(i: Introduction, e: Event, now: datetime) -> Change:
    due = e.instant("due")
    late = due is not None and now - due > NUDGE_PATIENCE
    letters = [LetterDue("digest", "connector", now)]
    fields: dict[str, object] = {"reachable_again": True}
    if i.permits_again:
        fields["face"] = replace(i.face, again=True)
        if not late:
            letters.append(LetterDue("still_looking", _asker(i), now))
    return Change(fields, letters=tuple(letters))


def _asker(i: Introduction) -> str:
    """Who hears about this introduction beside the connector: the requester, or in an offer the first side."""
    return "first" if i.origin is Origin.OFFERED else "requester"


def undone(i: Introduction, _e: Event, now: datetime) -> Change:
    """Go back to where the first answer was given, with the clock of that state."""
    passed_by = i.passed_by if i.before is State.PASSED else ""
    fields: dict[str, object] = {"answer": "", "before": None, "noted": False, "passed_by": passed_by, "come_back": None}
    rest = replace(i, timers=_without(i, "come_back"))
    if i.before is State.PASSED:
        fields["timers"] = _with(rest, Timer(now + PASSED_ENDS, "close_passed"))
    elif i.answer_until is not None:
        fields["timers"] = _with(rest, Timer(i.answer_until, "silence"))
    return Change(fields)


def undone_by_first(i: Introduction, _e: Event, _now: datetime) -> Change:
    """Within the hold the first side takes its yes back: nobody else has heard of it."""
    rest = replace(i, timers=_without(i, "final", "not_after"))
    timers = _with(rest, Timer(i.first_until, "silence")) if i.first_until else rest.timers
    fields = {"side": Side.FIRST, "hears_by": None, "face": Face(), "answer_until": i.first_until, "timers": timers}
    return Change(fields, acts=(Act.DROP_ASK, Act.DROP_DATE))


def pair_of_noted(i: Introduction, e: Event, _now: datetime) -> Change:
    """A yes given in person uses up the pair's one ask, though no letter left."""
    return Change(acts=(Act.TAKE_PAIR,)) if e.kind.startswith("noted_") and i.side not in i.asked else Change()


def late_yes_taken_back(i: Introduction, _e: Event, _now: datetime) -> Change:
    if not i.late_yes:
        return Change()
    fields = {"late_yes": False, "reachable_again": False, "confirmed": (), "face": replace(i.face, again=False)}
    return Change(fields, acts=(Act.DROP_AGAIN,))


def silenced(_i: Introduction, _e: Event, _now: datetime) -> Change:
    return Change({"answer": ""})


# --- agreement and introduction -----------------------------------------------------------------------------------


def held(i: Introduction, _e: Event, now: datetime) -> Change:
    """Start the ten-minute hold; without an address, or as a draft, the connector is waited for instead."""
    if i.addressed and not i.as_draft:
        return Change({"released": False, "timers": _with(i, Timer(now + HOLD, "hold_over"))})
    limit = min(now + 7 * DAY, i.hears_by) if i.hears_by is not None else now + 7 * DAY
    timers = _with(i, Timer(now + 2 * DAY, "remind"), Timer(limit, "lapse"))
    return Change({"released": i.as_draft, "timers": timers}, letters=(LetterDue("digest", "connector", now),))


def both_due(i: Introduction, _e: Event, now: datetime) -> Change:
    """Owe the introduction: one envelope a person."""
    one, two = sides_of(i)
    return Change({"released": True}, letters=(LetterDue("introduction", one, now), LetterDue("introduction", two, now)))


def sides_of(i: Introduction) -> tuple[str, str]:
    return ("first", "second") if i.origin is Origin.OFFERED else ("requester", "target")


def introduced(i: Introduction, _e: Event, now: datetime) -> Change:
    return Change(
        {
            "introduced_at": now,
            "introductions": i.introductions + 1,
            "face": replace(i.face, stage="introduced", since=now, again=False),
            "timers": _without(i, "final", "come_back"),
        }
    )


def sent_again(i: Introduction, e: Event, now: datetime) -> Change:
    to = e.text("side")
    return Change(letters=(LetterDue("introduction", to, now),)) if to in sides_of(i) else Change()


def until_outcome(i: Introduction, _e: Event, now: datetime) -> Change:
    """Two weeks after the introduction the requester is asked what became of it."""
    at = (i.introduced_at or now) + 14 * DAY
    return Change({"timers": _with(i, Timer(max(at, now), "ask_outcome"))})


def reported(i: Introduction, e: Event, now: datetime) -> Change:
    """Keep the outcome; after `met` or `scheduled` ask again at 60 and at 180 days."""
    outcome = e.text("outcome")
    fields: dict[str, object] = {"outcome": outcome, "face": replace(i.face, stage="closed", since=now)}
    if outcome in {"met", "scheduled"} and i.introduced_at is not None:
        again = [Timer(i.introduced_at + n * DAY, f"ask_again_{n}") for n in (60, 180)]
        fields["timers"] = _with(i, *(t for t in again if t.at > now))
    return Change(fields)


# --- endings ------------------------------------------------------------------------------------------------------


def passed_on(by: str) -> Effect:
    def do(_i: Introduction, _e: Event, _now: datetime) -> Change:
        return Change({"passed_by": by, "final": "passed_on" if by == "connector" else ""})

    return do


def final(kind: str) -> Effect:
    """Owe the one final letter of a chapter to whoever asked, and see to it that no other follows."""

    def owe(i: Introduction, _e: Event, now: datetime) -> Change:
        if i.final or i.withdrawn_by == "requester":
            return Change({"timers": _without(i, "final")})
        fields = {"final": kind, "timers": _without(i, "final")}
        return Change(fields, letters=(LetterDue(kind, _asker(i), now),))

    return owe


def final_once(kind: str) -> Effect:
    """Before an approval the final letter goes now; after one, `not_this_time` goes on the date that was promised."""

    def owe(i: Introduction, e: Event, now: datetime) -> Change:
        if i.approved_at is not None:
            return Change()
        change = final(kind)(i, e, now)
        return replace(change, fields={**change.fields, "face": replace(i.face, stage=kind, since=now)})

    return owe


def closed_for(i: Introduction, e: Event, now: datetime) -> Change:
    """A close by hand or program: the same final letter as any other end.

    Before an approval it goes now; after one on the promised date, but when an account is deleted nobody waits.
    """
    at_once = i.hears_by is None or e.text("reason") == "account_deleted"
    if i.final or i.withdrawn_by == "requester" or not at_once or not _waits_for_word(i):
        return Change()
    kind = "lapsed" if i.hears_by is None else "not_this_time"
    face = replace(i.face, stage=kind, since=now, hears_by=now if i.hears_by else None)
    fields = {"final": kind, "hears_by": now if i.hears_by else None, "face": face, "timers": _without(i, "final")}
    return Change(fields, letters=(LetterDue(kind, _asker(i), now),))


def _waits_for_word(i: Introduction) -> bool:
    """Whether somebody with a proved address still waits to hear how this ends."""
    if i.introduced_at is not None or i.state in NOBODY_WAITS:
        return False
    return i.hears_by is not None or i.origin is Origin.ASKED


def barred(_i: Introduction, _e: Event, _now: datetime) -> Change:
    return Change({"barred": True})


def withdrawn(by: str) -> Effect:
    """A requester who withdraws hears nothing more; a connector who does leaves the promised date standing."""

    def do(i: Introduction, _e: Event, now: datetime) -> Change:
        fields: dict[str, object] = {"withdrawn_by": by, "barred": True}
        if by == "requester":
            fields["face"] = replace(i.face, stage="withdrawn", since=now)
            fields["timers"] = _without(i, "final", "come_back")
        return Change(fields)

    return do


def erased(i: Introduction, e: Event, _now: datetime) -> Change:
    """An erased requester gets no final letter; an erased target changes nothing that the requester can see."""
    silent = e.text("who") in {"requester", "first"} or i.introduced_at is not None
    timers = () if silent else tuple(t for t in i.timers if t.name == "final")
    return Change({"barred": True, "come_back": None, "timers": timers})


def confirmed(i: Introduction, e: Event, _now: datetime) -> Change:
    who = "requester" if e.actor.role is Role.REQUESTER else "connector"
    return Change({"confirmed": (*i.confirmed, who)})


def chapter_opens(_i: Introduction, _e: Event, _now: datetime) -> Change:
    return Change({"chapter_opened": True}, acts=(Act.OPEN_CHAPTER,))
