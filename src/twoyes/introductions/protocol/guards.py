"""Small guards. A `branch` chooses between two rows of one state and event; a `guard` refuses, naming the rule."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from twoyes.introductions.protocol.effects.introducing import MISSED_BY_ME, MISSED_BY_THEM, sides_of
from twoyes.introductions.protocol.effects.returning import party
from twoyes.introductions.protocol.snapshot import Channel, Event, Introduction, Origin, Role, Side
from twoyes.introductions.protocol.times import DAY, answer_ends, ask_limit, ends_at, leaving
from twoyes.lib import limits
from twoyes.lib.errors import Refused
from twoyes.lib.errors import mark as _

Branch = Callable[[Introduction, Event, datetime], bool]
Guard = Callable[[Introduction, Event, datetime], None]

OUTCOMES = frozenset(
    (
        *("met", "scheduled", "nothing_yet", "in_talks", "hired", "funded", "partnership", "customer"),
        *("published", "advice", "no_reply", "no_show_me", "no_show_them", "not_a_fit", "other"),
    )
)
# What the other of the two may choose beside their line, or in place of it; and how a missed date is answered for.
WENT = frozenset(("met", "scheduled", "partnership", "no_reply", MISSED_BY_THEM, MISSED_BY_ME, "not_a_fit", "other"))
AMENDS = frozenset(("made_good", "mistake"))
CHAPTER_OVER = _("This has ended.")


# --- branches: who says it, and about what ------------------------------------------------------------------


def always(_i: Introduction, _e: Event, _now: datetime) -> bool:
    return True


def words_blocked(_i: Introduction, e: Event, _now: datetime) -> bool:
    return e.flag("blockers")


def without_address(_i: Introduction, e: Event, _now: datetime) -> bool:
    return not e.flag("addressed")


def about_this_ask(i: Introduction, e: Event, _now: datetime) -> bool:
    """The relay speaks of the ask whose turn it is, not of an earlier side's nor of another letter."""
    return e.text("letter", "ask") == "ask" and e.text("side", i.side) == i.side


def about_queued_ask(i: Introduction, e: Event, now: datetime) -> bool:
    """Only an ask of which no copy can be out is blocked; a late word about one that is out changes nothing."""
    return about_this_ask(i, e, now) and i.side not in i.asked


def about_introduction(_i: Introduction, e: Event, _now: datetime) -> bool:
    return e.text("letter", "introduction") == "introduction"


def about_details(_i: Introduction, e: Event, _now: datetime) -> bool:
    return e.text("letter", "details") == "details"


def by_desk(_i: Introduction, e: Event, _now: datetime) -> bool:
    return e.actor.role in {Role.CONNECTOR, Role.DELEGATE}


def by_requester(_i: Introduction, e: Event, _now: datetime) -> bool:
    return e.actor.role is Role.REQUESTER


def standing_yes(i: Introduction, e: Event, _now: datetime) -> bool:
    return e.flag("standing") and i.side is not Side.FIRST


def said_by_first(_i: Introduction, e: Event, _now: datetime) -> bool:
    return e.flag("said_yes")


def first_side(i: Introduction, e: Event, _now: datetime) -> bool:
    return i.side is Side.FIRST and e.text("side", i.side) == Side.FIRST


def first_again(i: Introduction, e: Event, _now: datetime) -> bool:
    """The first side of an offer, after its own yes, while the second is asked or has agreed."""
    return i.side is Side.SECOND and e.text("side", i.side) == Side.FIRST


def agreed_by_late_yes(_i: Introduction, e: Event, _now: datetime) -> bool:
    return e.flag("late_yes")


def late_yes_of_first(_i: Introduction, e: Event, _now: datetime) -> bool:
    return e.flag("late_yes") and e.text("origin") == Origin.OFFERED and e.text("side") == Side.FIRST


# --- branches: when, and what went before -------------------------------------------------------------------


def was_introduced(i: Introduction, _e: Event, _now: datetime) -> bool:
    return i.introduced_at is not None


def first_told_of_a_missed_date(i: Introduction, e: Event, _now: datetime) -> bool:
    """The other of the two says that whoever writes first did not come; one letter goes out about it, and no second."""
    told = e.text("outcome") == MISSED_BY_THEM and e.flag("about_writer")
    return told and i.introduced_at is not None and not i.missed_by


def ended(i: Introduction) -> bool:
    """No answer can open this chapter any more."""
    return bool(i.barred or i.chapter_opened or i.introduced_at)


def not_ended(i: Introduction, _e: Event, _now: datetime) -> bool:
    return not ended(i)


def in_time(i: Introduction, _e: Event, now: datetime) -> bool:
    """The answer may still be changed: its deadline has not come, and no final letter is out but `passed_on`."""
    until = answer_ends(i)
    return not ended(i) and i.final in {"", "passed_on"} and until is not None and now < until


def first_in_time(i: Introduction, e: Event, now: datetime) -> bool:
    return first_side(i, e, now) and in_time(i, e, now)


def too_late(i: Introduction, e: Event, now: datetime) -> bool:
    return not (ended(i) or in_time(i, e, now))


def passed_by_connector(i: Introduction, _e: Event, _now: datetime) -> bool:
    return i.passed_by == "connector"


def connectors_details(i: Introduction, e: Event, now: datetime) -> bool:
    """Details that the connector passed on: they took the pair, which a refused letter gives back."""
    return i.passed_by == "connector" and about_details(i, e, now)


def slot_is_near(i: Introduction, e: Event, now: datetime) -> bool:
    slot = e.instant("slot")
    near = slot is not None and leaving(slot, i.terms) < ask_limit(i, i.leaves_at or now)
    return near and e.text("cause") == "spacing" and about_queued_ask(i, e, now)


def cause_is_text(i: Introduction, e: Event, now: datetime) -> bool:
    return e.text("cause") in {"text", "approval", "authority"} and about_queued_ask(i, e, now)


def cause_is_age(i: Introduction, e: Event, now: datetime) -> bool:
    return e.text("cause") == "not_after" and about_queued_ask(i, e, now)


def text_of_introduction(_i: Introduction, e: Event, _now: datetime) -> bool:
    return e.text("cause") in {"text", "approval", "authority", "not_after"}


def leads_nowhere(i: Introduction, e: Event, _now: datetime) -> bool:
    """Whoever asked confirms what the target has taken back since; they are not told so."""
    return party(e) == "requester" and not i.reachable_again


def was_invited_back(i: Introduction, e: Event, _now: datetime) -> bool:
    """The connector named a date in a kind no, it has come, and whoever asked says that they still wish it."""
    return party(e) == "requester" and i.reachable_again and not ended(i)


def last_confirmation(i: Introduction, e: Event, _now: datetime) -> bool:
    """Both sides of the desk have confirmed; where nobody asked yet (a first side's date), the connector alone."""
    needed = {"connector"} if i.side is Side.FIRST else {"connector", "requester"}
    return needed <= {*i.confirmed, party(e)}


# --- guards -------------------------------------------------------------------------------------------------


def enough_time_left(i: Introduction, _e: Event, now: datetime) -> None:
    """A second approval keeps the first date: it needs room for the ask's length and a day."""
    if i.hears_by is None:
        return
    if i.hears_by - leaving(now, i.terms) < i.terms.answer_time + limits.APPROVE_AGAIN_MARGIN:
        raise Refused("too_late_to_ask", _("The date promised to them is too near for another ask."), rule="A7")


def draw_is_fair(_i: Introduction, e: Event, _now: datetime) -> None:
    if not limits.ANSWER_DRAW_LEAST <= e.seconds("draw") < limits.ANSWER_DRAW_MOST:
        sentence = _("The date needs a random part of between one hour and one day.")
        raise Refused("draw", sentence, rule="A7")


def draw_if_promised(i: Introduction, e: Event, now: datetime) -> None:
    """Only an approval that promises a date needs a draw for it."""
    if i.hears_by is None and i.side is not Side.FIRST:
        draw_is_fair(i, e, now)


def their_turn(i: Introduction, e: Event, _now: datetime) -> None:
    if e.text("side", i.side) != i.side:
        raise Refused("not_their_turn", _("The other side answers first."), rule="A1")


def two_people(_i: Introduction, e: Event, _now: datetime) -> None:
    if e.flag("same_person"):
        raise Refused("self", _("Both sides are the same person, so there is nobody to introduce."), rule="A1")


def for_a_requester(i: Introduction, _e: Event, _now: datetime) -> None:
    if i.origin is not Origin.ASKED:
        raise Refused("no_requester", _("Nobody asked for this: you offered it."), rule="A1")


def not_yet_approved(i: Introduction, _e: Event, _now: datetime) -> None:
    if i.approved_at is not None:
        raise Refused("approved_already", _("They were told a date when you approved; it stands."), rule="A7")


def details_allowed(i: Introduction, _e: Event, _now: datetime) -> None:
    if not i.may_pass_on:
        sentence = _("Their details may not be passed on without their permission.")
        raise Refused("details_not_allowed", sentence, rule="N5")


def answers_open(i: Introduction, _e: Event, now: datetime) -> None:
    """While an ask is with the target its deadline counts; before the hand-over is known there is none yet."""
    if i.answer_until is not None and now >= i.answer_until:
        raise Refused("deadline", _("The time for this answer is over."), rule="A4")


def date_ahead(_i: Introduction, e: Event, now: datetime) -> None:
    until = e.instant("until")
    if until is None or not now + DAY <= until <= now + limits.INTRODUCE_AGAIN_AGE:
        raise Refused("until", _("Name a date between tomorrow and a year from now."), rule="A4")


def date_ahead_if_named(i: Introduction, e: Event, now: datetime) -> None:
    if e.instant("until") is not None:
        date_ahead(i, e, now)


def may_be_given_out(i: Introduction, _e: Event, now: datetime) -> None:
    """An ask given out by hand keeps the same hours as one that is sent."""
    if i.channel is not Channel.BY_HAND or i.side in i.asked:
        raise Refused("not_by_hand", _("This ask goes by mail, or was given out already."), rule="A4")
    if i.leaves_at is not None and now < i.leaves_at:
        raise Refused("not_yet", _("This ask may not leave yet."), rule="A5")


def first_may_undo(i: Introduction, _e: Event, now: datetime) -> None:
    """Within the hold nothing has left, so the first side's yes can still be taken back whole."""
    if i.approved_at is None or now >= i.approved_at + limits.HOLD:
        raise Refused("other_side_asked", _("The other side is being asked. You can still say no."), rule="A1")


def target_answered(i: Introduction, _e: Event, _now: datetime) -> None:
    if not i.answer or i.before is None:
        raise Refused("nothing_to_undo", _("There is no answer to take back."), rule="A3")


def before_the_date(i: Introduction, _e: Event, now: datetime) -> None:
    """What whoever asked was shown at the promised date is not contradicted afterwards."""
    date = ends_at(i)
    if date is not None and now >= date:
        raise Refused("ended", CHAPTER_OVER, rule="A7")


def was_released(i: Introduction, _e: Event, _now: datetime) -> None:
    if not i.released:
        raise Refused("not_released", _("The introduction may not leave before the hold is over."), rule="A1")


def hold_is_over(i: Introduction, _e: Event, now: datetime) -> None:
    if i.hold_until is not None and now < i.hold_until:
        raise Refused("hold", _("The last yes is minutes old and may still be taken back."), rule="A1")


def may_be_introduced_again(i: Introduction, e: Event, now: datetime) -> None:
    recorded = i.origin is Origin.RECORDED
    first = i.introduced_at
    if recorded or i.barred or i.introductions != 1 or first is None or now > first + limits.INTRODUCE_AGAIN_AGE:
        sentence = _("A second introduction is possible once, within a year of the first.")
        raise Refused("not_again", sentence, rule="A4")
    if not e.flag("new_wish") or e.flag("target_said_no"):
        sentence = _("It needs a new wish of the one who asked, and nothing against it.")
        raise Refused("no_new_wish", sentence, rule="B4")


def may_come_again(i: Introduction, e: Event, _now: datetime) -> None:
    if not i.reachable_again or ended(i):
        raise Refused("nothing_to_confirm", _("There is nothing to confirm here."), rule="A4")
    if party(e) in i.confirmed:
        raise Refused("confirmed_already", _("You confirmed this already."), rule="A4")


def outcome_is_known(_i: Introduction, e: Event, _now: datetime) -> None:
    if e.text("outcome") not in OUTCOMES:
        raise Refused("outcome", _("Choose one of the outcomes on the page."), rule="F3")


def went_is_known(_i: Introduction, e: Event, _now: datetime) -> None:
    if e.text("outcome") not in {"", *WENT}:
        raise Refused("outcome", _("Choose one of the outcomes on the page."), rule="F5")


def amends_are_known(_i: Introduction, e: Event, _now: datetime) -> None:
    if e.text("answer") not in AMENDS:
        raise Refused("amends", _("Say whether you made it good, or whether it was no missed date."), rule="K5")


def side_is_known(i: Introduction, e: Event, _now: datetime) -> None:
    """What was introduced elsewhere has no letter of ours, and no yes that one could rest on."""
    if i.origin is Origin.RECORDED:
        raise Refused("recorded", _("You introduced them elsewhere: there is no letter to send again."), rule="A1")
    if e.text("side") not in sides_of(i):
        raise Refused("side", _("Say to which of the two it should go again."), rule="A1")


def noted_has_no_address(i: Introduction, _e: Event, _now: datetime) -> None:
    if i.addressed:
        raise Refused("has_address", _("There is an address already."), rule="A1")
