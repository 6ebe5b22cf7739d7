"""Small guards. A `branch` chooses between two rows of the same state and event; a `guard` refuses, naming the rule."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from twoyes.introductions.protocol.times import AGAIN_WITHIN, DAY, HOLD, HOUR, LEAST_DRAW, MOST_DRAW
from twoyes.introductions.protocol.snapshot import Channel, Event, Introduction, Origin, Role, Side
from twoyes.lib.errors import Refused

Branch = Callable[[Introduction, Event, datetime], bool]
Guard = Callable[[Introduction, Event, datetime], None]


# --- branches -------------------------------------------------------------------------------------------------


def always(_i: Introduction, _e: Event, _now: datetime) -> bool:
    return True


def words_blocked(_i: Introduction, e: Event, _now: datetime) -> bool:
    return e.flag("blockers")


def approved_before(i: Introduction, _e: Event, _now: datetime) -> bool:
    return i.approved_at is not None


def without_address(_i: Introduction, e: Event, _now: datetime) -> bool:
    return not e.flag("addressed")


def about_ask(_i: Introduction, e: Event, _now: datetime) -> bool:
    return e.text("letter", "ask") == "ask"


def by_desk(_i: Introduction, e: Event, _now: datetime) -> bool:
    return e.actor.role in {Role.CONNECTOR, Role.DELEGATE}


def was_introduced(i: Introduction, _e: Event, _now: datetime) -> bool:
    return i.introduced_at is not None


def not_barred(i: Introduction, _e: Event, _now: datetime) -> bool:
    return not (i.barred or i.chapter_opened or i.withdrawn_by)


def yes_in_time_after_details(i: Introduction, e: Event, now: datetime) -> bool:
    return i.passed_by == "connector" or in_time(i, e, now)


def standing_yes(_i: Introduction, e: Event, _now: datetime) -> bool:
    return e.flag("standing")


def first_side(i: Introduction, e: Event, _now: datetime) -> bool:
    return i.origin is Origin.OFFERED and i.side is Side.FIRST and e.text("side", i.side) == Side.FIRST


def first_again(i: Introduction, e: Event, _now: datetime) -> bool:
    """The first side of an offer, after its own yes, while the second is asked or has agreed."""
    return i.origin is Origin.OFFERED and i.side is Side.SECOND and e.text("side", i.side) == Side.FIRST


def by_requester(_i: Introduction, e: Event, _now: datetime) -> bool:
    return e.actor.role is Role.REQUESTER


def slot_is_near(i: Introduction, e: Event, _now: datetime) -> bool:
    slot = e.instant("slot")
    start = i.leaves_at or i.approved_at
    return e.text("cause") == "spacing" and slot is not None and start is not None and slot <= start + 14 * DAY


def cause_is_text(_i: Introduction, e: Event, _now: datetime) -> bool:
    return e.text("cause") in {"text", "approval", "authority"}


def in_time(i: Introduction, _e: Event, now: datetime) -> bool:
    """The ask's own deadline has not passed (and the date of details that the target asked for is an hour off)."""
    if i.barred or i.withdrawn_by:
        return False
    if i.passed_by == "target" and i.hears_by is not None:
        return now < i.hears_by - HOUR
    return i.answer_until is not None and now < i.answer_until


def too_late(i: Introduction, e: Event, now: datetime) -> bool:
    return not (i.barred or i.withdrawn_by or i.chapter_opened or in_time(i, e, now))


def passed_unmet(i: Introduction, e: Event, now: datetime) -> bool:
    return bool(i.passed_by) and i.introduced_at is None and too_late(i, e, now)


def passed_by_connector(i: Introduction, _e: Event, _now: datetime) -> bool:
    return i.passed_by == "connector"


def agreed_by_late_yes(_i: Introduction, e: Event, _now: datetime) -> bool:
    return e.flag("late_yes")


def last_confirmation(i: Introduction, e: Event, _now: datetime) -> bool:
    return _party(e) not in i.confirmed and len(i.confirmed) == 1


def said_by_first(_i: Introduction, e: Event, _now: datetime) -> bool:
    return e.flag("said_yes")


# --- guards ---------------------------------------------------------------------------------------------------


def enough_time_left(i: Introduction, e: Event, now: datetime) -> None:
    """A second approval keeps the first date: it needs room for the ask's length and a day."""
    length = (e.terms or i.terms).ask_length
    if i.hears_by is not None and i.hears_by - now < length + DAY:
        raise Refused("too_late_to_ask", "The date promised to them is too near for another ask.", rule="A7")


def draw_is_fair(_i: Introduction, e: Event, _now: datetime) -> None:
    if not LEAST_DRAW <= e.seconds("draw") < MOST_DRAW:
        raise Refused("draw", "The date needs a random part of between one hour and one day.", rule="A7")


def their_turn(i: Introduction, e: Event, _now: datetime) -> None:
    if e.text("side", i.side) != i.side:
        raise Refused("not_their_turn", "The other side answers first.", rule="A1")


def two_people(_i: Introduction, e: Event, _now: datetime) -> None:
    if e.flag("same_person"):
        raise Refused("self", "Both sides are the same person, so there is nobody to introduce.", rule="A1")


def not_yet_approved(i: Introduction, _e: Event, _now: datetime) -> None:
    if i.approved_at is not None:
        raise Refused("approved_already", "They were told a date when you approved; it stands.", rule="A7")


def details_allowed(i: Introduction, _e: Event, _now: datetime) -> None:
    if not i.may_pass_on or (i.origin is Origin.OFFERED and i.side is Side.FIRST):
        raise Refused("details_not_allowed", "Their details may not be passed on without their permission.", rule="N5")


def answers_open(i: Introduction, _e: Event, now: datetime) -> None:
    """While an ask is with the target its deadline counts; before the hand-over is known there is none yet."""
    if i.answer_until is not None and now >= i.answer_until:
        raise Refused("deadline", "The time for this answer is over.", rule="A4")


def date_ahead(_i: Introduction, e: Event, now: datetime) -> None:
    until = e.instant("until")
    if until is None or not now + DAY <= until <= now + AGAIN_WITHIN:
        raise Refused("until", "Name a date between tomorrow and a year from now.", rule="A4")


def by_hand_channel(i: Introduction, _e: Event, _now: datetime) -> None:
    if i.channel is not Channel.BY_HAND or i.side in i.asked:
        raise Refused("not_by_hand", "This ask goes by mail, or was given out already.", rule="A4")


def first_may_undo(i: Introduction, _e: Event, now: datetime) -> None:
    """Within the hold nothing has left, so the first side's yes can still be taken back whole."""
    if Side.FIRST not in i.asked or i.approved_at is None or now >= i.approved_at + HOLD:
        raise Refused("other_side_asked", "The other side is being asked. You can still say no.", rule="A1")


def target_answered(i: Introduction, _e: Event, _now: datetime) -> None:
    if not i.answer or i.before is None:
        raise Refused("nothing_to_undo", "There is no answer to take back.", rule="A3")


def hold_is_open(i: Introduction, e: Event, now: datetime) -> None:
    target_answered(i, e, now)
    if i.barred or i.withdrawn_by:
        raise Refused("ended", "This has ended.", rule="A3")


def before_final(i: Introduction, _e: Event, now: datetime) -> None:
    if i.hears_by is None or now >= i.hears_by or i.final or i.withdrawn_by == "requester":
        raise Refused("ended", "This has ended.", rule="A7")


def was_released(i: Introduction, _e: Event, _now: datetime) -> None:
    if not i.released:
        raise Refused("not_released", "The introduction may not leave before the hold is over.", rule="A1")


def may_be_introduced_again(i: Introduction, e: Event, now: datetime) -> None:
    if i.introductions != 1 or i.introduced_at is None or now > i.introduced_at + AGAIN_WITHIN:
        raise Refused("not_again", "A second introduction is possible once, within a year of the first.", rule="A4")
    if not e.flag("new_wish") or e.flag("target_said_no"):
        raise Refused("no_new_wish", "It needs a new wish of the one who asked, and nothing against it.", rule="B4")


def may_come_again(i: Introduction, e: Event, _now: datetime) -> None:
    if not i.reachable_again or i.chapter_opened or i.barred or i.withdrawn_by:
        raise Refused("nothing_to_confirm", "There is nothing to confirm here.", rule="A4")
    if _party(e) in i.confirmed:
        raise Refused("confirmed_already", "You confirmed this already.", rule="A4")


def outcome_is_known(_i: Introduction, e: Event, _now: datetime) -> None:
    if e.text("outcome") not in OUTCOMES:
        raise Refused("outcome", "Choose one of the outcomes on the page.", rule="F3")


def noted_has_no_address(i: Introduction, _e: Event, _now: datetime) -> None:
    if i.addressed:
        raise Refused("has_address", "There is an address already.", rule="A1")


OUTCOMES = frozenset(
    "met scheduled nothing_yet in_talks hired funded partnership customer published advice"
    " no_reply no_show_me no_show_them not_a_fit other".split()
)


def _party(e: Event) -> str:
    return "requester" if e.actor.role is Role.REQUESTER else "connector"
