"""The whole protocol as one literal table. The letters are those of the diagram in `docs/protocol.md`.

A row reads: in one of these states, on one of these events, where the branch holds and no guard objects, go there
(`None` stays, `BEFORE` goes back to where the answer was given) and do this. The first row that fits applies.
"""

from __future__ import annotations

from dataclasses import dataclass

from twoyes.introductions.protocol import effects as do
from twoyes.introductions.protocol import guards as g
from twoyes.introductions.protocol.snapshot import Act, Origin, Role, State
from twoyes.introductions.protocol.times import DAY, HOUR, PASSED_ENDS

BEFORE = "before"
S = State


@dataclass(frozen=True, slots=True)
class Row:
    letter: str
    states: tuple[State | None, ...]
    events: tuple[str, ...]
    to: State | str | None
    effects: tuple[do.Effect, ...] = ()
    branch: g.Branch = g.always
    guards: tuple[g.Guard, ...] = ()


DESK = frozenset({Role.CONNECTOR, Role.DELEGATE})
PAGE = frozenset({Role.TARGET, Role.LINK_HOLDER})
ASKER = frozenset({Role.REQUESTER})
CLOCK = frozenset({Role.CLOCK})
RELAY = frozenset({Role.RELAY})
PROGRAM = frozenset({Role.PROGRAM, Role.CONNECTOR, Role.DELEGATE})

# Who may cause what. An event from anybody else is refused before the table is read.
ROLES: dict[str, frozenset[Role]] = {
    **dict.fromkeys(("requested", "verified", "claimed", "revise", "outcome"), ASKER),
    **dict.fromkeys(("requester_wrote", "target_wrote", "bounced", "says_wrote"), ASKER | RELAY | DESK),
    **dict.fromkeys(("drafted", "offered", "recorded", "continued", "approve", "decline", "return"), DESK),
    **dict.fromkeys(("talk", "talked", "pass_on", "override", "by_hand", "send_again", "address_given"), DESK),
    **dict.fromkeys(("noted_yes", "noted_no", "noted_later", "noted_their_details", "noted_never"), DESK),
    "introduce_again": DESK,
    **dict.fromkeys(("withdraw", "confirm"), DESK | ASKER | PAGE),
    **dict.fromkeys(("yes", "no", "never", "not_me", "later", "their_details", "undo", "how_it_went"), PAGE),
    **dict.fromkeys(("sent", "unknown", "failed", "dsn", "blocked", "introduced"), RELAY),
    **dict.fromkeys(("discard", "remind", "lapse", "silence", "not_after", "hold_over", "final", "come_back"), CLOCK),
    **dict.fromkeys(("nudge", "word", "ask_outcome", "nudge_outcome", "unreport"), CLOCK),
    **dict.fromkeys(("ask_again_60", "ask_again_180", "close_passed", "ask_in_touch"), CLOCK),
    **dict.fromkeys(("erase", "close"), PROGRAM),
}

YES = ("yes", "noted_yes")
NO = ("no", "noted_no")
NEVER = ("never", "noted_never")
LATER = ("later", "noted_later")
DETAILS = ("their_details", "noted_their_details")

# Answers that only close: a page that showed something else may still give them.
CLOSING = frozenset({"no", "never", "not_me"})
ANSWERS = frozenset({*YES, *NO, *NEVER, *LATER, *DETAILS, "not_me", "undo"})

NOT_OUT = (S.DRAFT, S.UNVERIFIED, S.WAITING, S.TALKING, S.RETURNED, S.ASKING, S.AGREED, S.PASSED)
OUT = (S.INTRODUCED, S.CONNECTED, S.AWAITING_OUTCOME)
TAKES_OUTCOMES = (S.CLOSED, S.UNREPORTED)
ENDS = (S.DECLINED, S.LAPSED, S.REFUSED, S.UNDELIVERABLE, S.DEFERRED, S.WITHDRAWN, S.DISCARDED, S.ERASED)
# After an approval the requester may withdraw in all of these, and sees the same page.
QUIET_ENDS = (S.DECLINED, S.LAPSED, S.REFUSED, S.UNDELIVERABLE, S.DEFERRED, S.WITHDRAWN, S.PASSED)

TOLD = do.letter("digest", "connector")
TROUBLE = do.letter("trouble", "connector")
TO_DESK = (do.desk_timer("remind", "remind_after"), do.desk_timer("lapse", "lapse_after"))
IN_RETURN = (do.letter("returned", "requester"), do.show("returned"), do.desk_timer("lapse", 30 * DAY))
ARRIVED = (do.letter("received", "requester"), do.letter("new_request", "connector"), do.show("waiting"), *TO_DESK)
ASKED_OUTCOME = (do.timer("nudge_outcome", 14 * DAY), do.timer("unreport", 28 * DAY), do.show("awaiting_outcome"))
OUT_NOW = (do.introduced, do.until_outcome, do.timer("nudge", DAY), do.timer("word", 7 * DAY))

TABLE: tuple[Row, ...] = (
    # Openings
    Row("A", (None,), ("requested",), S.UNVERIFIED,
        (do.opened(Origin.ASKED), do.letter("verify", "requester"), do.show("unverified"), do.timer("discard", 48 * HOUR))),
    Row("B", (None,), ("drafted",), S.DRAFT, (do.opened(Origin.ASKED), do.timer("discard", 30 * DAY)), g.without_address),
    Row("B", (None,), ("drafted",), S.DRAFT,
        (do.opened(Origin.ASKED), do.letter("verify", "requester"), do.show("unverified"), do.timer("discard", 30 * DAY))),
    Row("C", (None,), ("offered",), S.ASKING,
        (do.opened(Origin.OFFERED), do.approval, do.first_said_yes, do.ask),
        g.said_by_first, (g.two_people, g.draw_is_fair)),
    Row("C", (None,), ("offered",), S.ASKING, (do.opened(Origin.OFFERED), do.approval, do.starts_with_first, do.ask),
        guards=(g.two_people,)),
    Row("D", (None,), ("recorded",), S.INTRODUCED,
        (do.opened(Origin.RECORDED), do.began_as_record, do.until_outcome)),
    Row("E", (None,), ("continued",), S.AGREED,
        (do.opened_again, do.agreed_again, do.act(Act.TAKE_PAIR), do.held), g.agreed_by_late_yes, (g.draw_is_fair,)),
    Row("E", (None,), ("continued",), S.WAITING, (do.opened_again, do.show("waiting"), *TO_DESK)),
    # Proof of the address
    Row("F", (S.DRAFT, S.UNVERIFIED), ("claimed", "verified"), S.RETURNED, IN_RETURN, g.words_blocked),
    Row("F", (S.DRAFT, S.UNVERIFIED), ("claimed", "verified"), S.WAITING, ARRIVED),
    Row("G", (S.DRAFT, S.UNVERIFIED), ("discard",), S.DISCARDED, (do.show("discarded"),)),
    Row("H", (S.DRAFT,), ("decline",), S.DECLINED),
    Row("H", (S.DRAFT,), ("return",), None),
    # On the desk
    Row("I", (S.WAITING,), ("approve",), S.AGREED, (do.approval, do.act(Act.TAKE_PAIR), do.held),
        g.standing_yes, (g.two_people, g.draw_is_fair, g.enough_time_left)),
    Row("J", (S.WAITING,), ("approve",), S.ASKING, (do.approval, do.ask),
        guards=(g.two_people, g.draw_is_fair, g.enough_time_left)),
    Row("K", (S.WAITING, S.TALKING), ("decline",), S.DECLINED, (do.final_once("declined"),)),
    Row("L", (S.WAITING,), ("return",), S.RETURNED, IN_RETURN, guards=(g.not_yet_approved,)),
    Row("M", (S.WAITING,), ("talk",), S.TALKING,
        (do.letter("talk_first", "requester"), do.show("talking"), do.desk_timer("remind", 7 * DAY),
         do.desk_timer("lapse", 21 * DAY)), guards=(g.not_yet_approved,)),
    Row("N", (S.TALKING,), ("talked",), S.WAITING, (do.show("waiting"), *TO_DESK)),
    Row("O", (S.WAITING,), ("pass_on",), S.PASSED,
        (do.passed_on("connector"), do.letter("details", "target"), do.letter("passed_on", "requester"),
         do.show("passed_on"), do.timer("ask_in_touch", 14 * DAY), do.timer("close_passed", PASSED_ENDS)),
        guards=(g.two_people, g.not_yet_approved, g.details_allowed)),
    Row("P", (S.WAITING, S.TALKING), ("remind",), None, (do.nudge("digest", "connector"),)),
    Row("Q", (S.WAITING, S.TALKING, S.RETURNED), ("lapse",), S.LAPSED, (do.final_once("lapsed"),)),
    Row("R", (S.RETURNED,), ("revise",), S.RETURNED, (do.desk_timer("lapse", 30 * DAY),), g.words_blocked),
    Row("R", (S.RETURNED,), ("revise",), S.WAITING,
        (do.letter("new_request", "connector"), do.show("waiting"), *TO_DESK)),
    Row("S", (S.WAITING, S.TALKING, S.RETURNED), ("withdraw",), S.WITHDRAWN, (do.withdrawn("requester"),), g.by_requester),
    Row("T", (S.WAITING,), ("override",), None),
    # The ask is due, on its way, or with the target
    Row("U", (S.ASKING,), ("sent", "unknown"), None, (do.handed_over,), g.about_ask),
    Row("U", (S.ASKING,), ("by_hand",), None, (do.act(Act.TAKE_PAIR), do.handed_over), guards=(g.by_hand_channel,)),
    Row("V", (S.ASKING,), ("failed",), S.UNDELIVERABLE, (do.act(Act.RELEASE_PAIR), do.barred, TROUBLE), g.about_ask),
    Row("V", (S.ASKING,), ("dsn",), S.UNDELIVERABLE, (do.barred, TROUBLE)),
    Row("V", (S.ASKING,), ("not_after",), S.UNDELIVERABLE, (do.barred, TROUBLE)),
    Row("W", (S.ASKING,), ("blocked",), None, (do.ask_moves,), g.slot_is_near),
    Row("W", (S.ASKING,), ("blocked",), S.WAITING, (do.act(Act.PARK_ASK), TROUBLE, *TO_DESK), g.cause_is_text),
    Row("W", (S.ASKING,), ("blocked",), S.REFUSED, (do.barred, TOLD)),
    Row("X", (S.ASKING,), YES, S.ASKING, (do.first_said_yes, do.ask, TOLD), g.first_side, (g.answers_open, g.draw_is_fair)),
    Row("X", (S.ASKING,), ("undo",), S.ASKING, (do.undone_by_first,), g.first_again,
        (g.first_may_undo,)),
    Row("Y", (S.ASKING, S.AGREED, S.REFUSED, S.DEFERRED, S.UNDELIVERABLE, S.LAPSED),
        ("no", "never", "not_me", "withdraw"), S.WITHDRAWN, (do.withdrawn("requester"), TOLD), g.first_again,
        (g.before_final,)),
    Row("Z", (S.ASKING,), YES, S.AGREED, (do.answered, do.pair_of_noted, do.held, TOLD),
        guards=(g.their_turn, g.answers_open)),
    Row("a", (S.ASKING, S.AGREED), NO, S.REFUSED, (do.answered, do.told, TOLD), guards=(g.their_turn,)),
    Row("a", (S.ASKING, S.AGREED), NEVER, S.REFUSED, (do.answered, do.wish_set, do.told, TOLD), guards=(g.their_turn,)),
    Row("a", (S.ASKING, S.AGREED, S.REFUSED, S.DEFERRED, S.PASSED), ("not_me",), S.REFUSED,
        (do.answered, do.wish_set, do.barred, TOLD), guards=(g.their_turn,)),
    Row("b", (S.ASKING, S.AGREED), DETAILS, S.PASSED,
        (do.answered, do.passed_on("target"), do.letter("details", "target"), do.timer("close_passed", PASSED_ENDS), TOLD),
        guards=(g.their_turn, g.answers_open, g.details_allowed)),
    Row("c", (S.ASKING, S.AGREED), LATER, S.DEFERRED, (do.answered, do.comes_back, do.told, TOLD),
        guards=(g.their_turn, g.answers_open, g.date_ahead)),
    Row("d", (S.ASKING,), ("silence",), S.REFUSED, (do.silenced, TOLD)),
    Row("e", (S.ASKING, S.AGREED), ("withdraw",), S.WITHDRAWN, (do.withdrawn("requester"), TOLD), g.by_requester),
    Row("e", (S.ASKING, S.AGREED), ("withdraw",), S.WITHDRAWN, (do.withdrawn("connector"),), g.by_desk),
    # All said yes
    Row("f", (S.AGREED,), ("hold_over",), None, (do.both_due,)),
    Row("f", (S.AGREED,), ("address_given",), None, (do.put(addressed=True), do.held), guards=(g.noted_has_no_address,)),
    Row("g", (S.AGREED,), ("introduced",), S.INTRODUCED, OUT_NOW, guards=(g.was_released,)),
    Row("g", (S.AGREED,), ("by_hand",), S.INTRODUCED, (do.act(Act.TAKE_PAIR), *OUT_NOW)),
    Row("h", (S.AGREED,), ("undo",), BEFORE, (do.undone, do.wish_taken_back, TOLD), guards=(g.hold_is_open,)),
    Row("i", (S.AGREED,), ("remind",), None, (do.nudge("digest", "connector"),)),
    Row("i", (S.AGREED,), ("lapse",), S.LAPSED, (do.barred,)),
    Row("j", (S.AGREED,), ("blocked",), S.REFUSED, (do.barred, TOLD)),
    # Both have each other
    Row("k", (S.INTRODUCED, S.CONNECTED), ("requester_wrote", "target_wrote", "says_wrote"), S.CONNECTED,
        (do.show("connected"), do.until_outcome)),
    Row("k", (S.AWAITING_OUTCOME, *TAKES_OUTCOMES), ("requester_wrote", "target_wrote", "says_wrote"), None),
    Row("l", (*OUT, *TAKES_OUTCOMES), ("bounced",), None, (TROUBLE,), g.was_introduced),
    Row("l", OUT, ("send_again",), None, (do.sent_again,)),
    Row("m", (S.INTRODUCED,), ("nudge",), None, (do.nudge("reply_now", "writer"),)),
    Row("m", (S.INTRODUCED,), ("word",), None, (do.nudge("digest", "connector"),)),
    Row("n", (S.INTRODUCED, S.CONNECTED), ("ask_outcome",), S.AWAITING_OUTCOME,
        (do.letter("what_happened", "writer"), *ASKED_OUTCOME)),
    Row("o", (S.AWAITING_OUTCOME, *TAKES_OUTCOMES), ("outcome",), S.CLOSED,
        (do.reported, do.letter("good_news", "connector")), guards=(g.outcome_is_known,)),
    Row("p", (S.AWAITING_OUTCOME,), ("nudge_outcome",), None, (do.nudge("what_happened", "writer"),)),
    Row("p", (S.AWAITING_OUTCOME,), ("unreport",), S.UNREPORTED, (do.show("unreported"),)),
    Row("q", TAKES_OUTCOMES, ("ask_again_60", "ask_again_180"), None, (do.nudge("what_happened", "writer"),)),
    Row("r", TAKES_OUTCOMES, ("introduce_again",), S.AGREED, (do.agreed_anew, do.held),
        guards=(g.may_be_introduced_again,)),
    Row("s", (*OUT, *TAKES_OUTCOMES), ("how_it_went",), None, (TOLD,), g.was_introduced),
    # Only the details went over
    Row("t", (S.PASSED,), YES, S.AGREED, (do.answered, do.held, TOLD), g.yes_in_time_after_details, (g.their_turn,)),
    Row("t", (S.PASSED, S.CLOSED), YES, None, (do.came_late,), g.passed_unmet),
    Row("t", (S.PASSED,), NO, S.REFUSED, (do.answered, TOLD)),
    Row("t", (S.PASSED,), NEVER, S.REFUSED, (do.answered, do.wish_set, TOLD)),
    Row("t", (S.PASSED,), LATER, S.DEFERRED, (do.answered, do.comes_back, TOLD), g.in_time, (g.date_ahead,)),
    Row("t", (S.PASSED,), ("undo",), BEFORE, (do.undone, TOLD), g.in_time, (g.target_answered,)),
    Row("u", (S.PASSED,), ("ask_in_touch",), None, (do.nudge("what_happened", "requester"),)),
    Row("u", (S.PASSED,), ("close_passed",), S.CLOSED),
    Row("u", (S.PASSED,), ("blocked",), S.CLOSED, (do.barred, TOLD)),
    Row("u", (S.PASSED,), ("failed",), None, (do.act(Act.RELEASE_PAIR), TROUBLE), g.passed_by_connector),
    # Ends that the target may still change
    Row("v", (S.REFUSED, S.DEFERRED), YES, S.AGREED, (do.answered, do.wish_taken_back, do.pair_of_noted, do.held, TOLD), g.in_time,
        (g.their_turn,)),
    Row("v", (S.REFUSED, S.DEFERRED), ("undo",), BEFORE, (do.undone, do.wish_taken_back, TOLD), g.in_time,
        (g.target_answered,)),
    Row("v", (S.REFUSED, S.DEFERRED), LATER, S.DEFERRED, (do.answered, do.comes_back, TOLD), g.in_time, (g.date_ahead,)),
    Row("v", (S.REFUSED, S.DEFERRED), DETAILS, S.PASSED,
        (do.answered, do.passed_on("target"), do.letter("details", "target"), do.timer("close_passed", PASSED_ENDS), TOLD),
        g.in_time, (g.details_allowed,)),
    Row("w", (S.REFUSED, S.DEFERRED), YES, None, (do.came_late,), g.too_late),
    Row("x", (S.REFUSED, S.DEFERRED), NO, S.REFUSED, (do.answered, do.late_yes_taken_back, do.told), g.not_barred),
    Row("x", (S.REFUSED, S.DEFERRED), NEVER, S.REFUSED, (do.answered, do.late_yes_taken_back, do.wish_set, do.told), g.not_barred),
    Row("y", (S.DEFERRED,), ("come_back",), None, (do.date_came,)),
    Row("z", (S.REFUSED, S.DEFERRED, S.PASSED, S.CLOSED), ("confirm",), None, (do.confirmed, do.chapter_opens), g.last_confirmation,
        (g.may_come_again,)),
    Row("z", (S.REFUSED, S.DEFERRED, S.PASSED, S.CLOSED), ("confirm",), None, (do.confirmed,), guards=(g.may_come_again,)),
    # The promised date, and the requester's way out until then
    Row("α", (S.AGREED,), ("final",), S.LAPSED, (do.final("not_this_time"), do.barred)),
    Row("α", (S.ASKING,), ("final",), S.REFUSED, (do.final("not_this_time"), do.barred)),
    Row("α", (S.WAITING,), ("final",), S.LAPSED, (do.final("not_this_time"),)),
    Row("α", (*ENDS, S.PASSED, S.CLOSED), ("final",), None, (do.final("not_this_time"),)),
    Row("β", (*QUIET_ENDS, S.CLOSED), ("withdraw",), S.WITHDRAWN, (do.withdrawn("requester"),), g.by_requester, (g.before_final,)),
    # The relay's word after an answer is only noted
    Row("γ", tuple(s for s in State if s is not S.ASKING), ("sent", "unknown"), None, (do.handed_over_late,)),
    Row("γ", tuple(State), ("failed", "dsn", "blocked"), None),
    # In every state
    Row("δ", tuple(State), ("erase",), S.ERASED, (do.erased,)),
    Row("ε", NOT_OUT, ("close",), S.WITHDRAWN, (do.closed_for, do.put(barred=True))),
    Row("ε", (*OUT, *TAKES_OUTCOMES), ("close",), S.CLOSED, (do.forget_timer("ask_again_60", "ask_again_180"),), g.was_introduced),
    Row("ε", (*ENDS, *TAKES_OUTCOMES), ("close",), None, (do.closed_for, do.put(barred=True))),
)
