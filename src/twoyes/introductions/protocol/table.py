"""The whole protocol as one literal table. The letters are those of the diagram in `docs/protocol.md`.

A row reads: in one of these states, on one of these events, where the branch holds and no guard objects, go there
(`None` stays, `BEFORE` goes back to where the answer was given) and do this. The first row that fits applies.
"""

from __future__ import annotations

from dataclasses import dataclass

from twoyes.introductions.protocol import effects as do
from twoyes.introductions.protocol import guards as g
from twoyes.introductions.protocol.snapshot import Act, Origin, Role, State
from twoyes.lib import limits

BEFORE = "before"
S = State


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table. Rows of one letter belong together and are told apart by their branch."""

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
    **dict.fromkeys(("requested", "verified", "claimed", "revise", "outcome", "amends"), ASKER),
    **dict.fromkeys(("requester_wrote", "target_wrote", "bounced", "says_wrote"), ASKER | RELAY | DESK),
    **dict.fromkeys(("offered", "recorded", "continued", "approve", "decline", "return"), DESK),
    **dict.fromkeys(("talk", "talked", "pass_on", "override", "by_hand", "send_again", "address_given"), DESK),
    **dict.fromkeys(("noted_yes", "noted_no", "noted_later", "noted_their_details", "noted_never"), DESK),
    # By phone or paste the desk noted it; by mail whoever asks wrote it.
    "drafted": DESK | ASKER,
    "introduce_again": DESK,
    **dict.fromkeys(("withdraw", "confirm"), DESK | ASKER | PAGE),
    **dict.fromkeys(("yes", "no", "never", "not_me", "later", "their_details", "undo", "how_it_went"), PAGE),
    **dict.fromkeys(("standing_yes", "standing_over"), PAGE),
    **dict.fromkeys(("sent", "unknown", "failed", "dsn", "blocked", "introduced"), RELAY),
    **dict.fromkeys(("discard", "remind", "lapse", "silence", "hold_over", "final", "come_back"), CLOCK),
    **dict.fromkeys(("not_after", "nudge", "word", "ask_outcome", "nudge_outcome", "unreport"), CLOCK),
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
# What whoever asked may do stands in their view and nowhere else; in an offer a no of the first side withdraws.
VIEWED = {
    **{kind: kind for kind in ("withdraw", "revise", "outcome", "confirm", "amends")},
    **dict.fromkeys((*NO, *NEVER, "not_me"), "withdraw"),
}
# Of these a target has none, and the first side of an offer only after its yes.
ASKING_ACTS = frozenset({"withdraw", "confirm"})

NOT_OUT = (S.DRAFT, S.UNVERIFIED, S.WAITING, S.TALKING, S.RETURNED, S.ASKING, S.AGREED, S.PASSED)
OUT = (S.INTRODUCED, S.CONNECTED, S.AWAITING_OUTCOME)
TAKES_OUTCOMES = (S.CLOSED, S.UNREPORTED)
# A second introduction may end in one of these; the first goes on being heard of.
SECOND_TRY = (S.AGREED, S.REFUSED, S.WITHDRAWN, S.LAPSED, S.ERASED)
ENDS = (S.DECLINED, S.LAPSED, S.REFUSED, S.UNDELIVERABLE, S.DEFERRED, S.WITHDRAWN, S.DISCARDED, S.ERASED)
# After an approval whoever asked may withdraw in all of these, and sees the same page.
QUIET_ENDS = (S.DECLINED, S.LAPSED, S.REFUSED, S.UNDELIVERABLE, S.DEFERRED, S.WITHDRAWN, S.PASSED, S.CLOSED)
MAY_RETURN = (S.REFUSED, S.DEFERRED, S.PASSED, S.CLOSED)

# Timers that whoever asked can notice belong to the chapter, not to a state: they survive what they may not know.
CHAPTER_TIMERS = frozenset({"final", "ask_in_touch", "ask_again_60", "ask_again_180"})

TOLD = do.letter("digest", "connector")
TROUBLE = do.letter("trouble", "connector")
TO_DESK = (do.desk_timer("remind", "remind_after"), do.desk_timer("lapse", "lapse_after"))
IN_RETURN = (
    do.letter("returned", "requester"), do.show("returned"), do.desk_timer("lapse", limits.RETURNED_AGE),
)  # fmt: skip
ARRIVED = (
    do.letter("received", "requester"), do.letter("new_request", "connector"), do.show("waiting"), *TO_DESK,
)  # fmt: skip
IN_TALK = (
    do.letter("talk_first", "requester"), do.show("talking"),
    do.desk_timer("remind", limits.TALKING_REMINDER), do.desk_timer("lapse", limits.TALKING_AGE),
)  # fmt: skip
PASSED_ON = (
    do.passed_on_by_connector, do.close_passed_due, do.letter("passed_on", "requester"), do.show("passed_on"),
    do.timer("ask_in_touch", limits.OUTCOME_ASKED),
)  # fmt: skip
AGREE = (do.answered, do.not_told, do.wish_taken_back, do.pair_of_noted, do.held, TOLD)
REFUSE = (do.answered, do.told, TOLD)
REFUSE_FOR_GOOD = (do.answered, do.told, do.wish_set, TOLD)
DEFER = (do.answered, do.told, do.comes_back, TOLD)
WANT_DETAILS = (do.answered, do.not_told, do.passed_on_by_answer, do.close_passed_due, TOLD)
UNDO = (do.undone, do.not_told, do.wish_taken_back, TOLD)
OUT_NOW = (
    do.introduced, do.until_outcome, do.timer("nudge", limits.WROTE_NUDGE), do.timer("word", limits.CONNECTOR_WORD),
)  # fmt: skip
ASKED_OUTCOME = (
    do.letter("what_happened", "writer"), do.timer("nudge_outcome", limits.OUTCOME_NUDGE),
    do.timer("unreport", limits.OUTCOME_AGE), do.show("awaiting_outcome"),
)  # fmt: skip
CLOSE = (do.barred, do.closed_for, do.no_more_questions)

# fmt: off
TABLE: tuple[Row, ...] = (
    # Openings
    Row("A", (None,), ("requested",), S.UNVERIFIED,
        (do.opened(Origin.ASKED), do.verify_owed, do.show("unverified"), do.timer("discard", limits.VERIFY_LINK_AGE))),
    Row("B", (None,), ("drafted",), S.DRAFT,
        (do.opened(Origin.ASKED), do.timer("discard", limits.DRAFT_AGE)), g.without_address),
    Row("B", (None,), ("drafted",), S.DRAFT,
        (do.opened(Origin.ASKED), do.verify_owed, do.show("unverified"), do.timer("discard", limits.DRAFT_AGE))),
    Row("C", (None,), ("offered",), S.ASKING,
        (do.opened(Origin.OFFERED), do.approval, do.said_yes_first, do.ask),
        g.said_by_first, (g.two_people, g.draw_is_fair)),
    Row("C", (None,), ("offered",), S.ASKING,
        (do.opened(Origin.OFFERED), do.approval, do.ask), guards=(g.two_people,)),
    Row("D", (None,), ("recorded",), S.INTRODUCED,
        (do.opened(Origin.RECORDED), do.began_as_record, do.until_outcome)),
    Row("E", (None,), ("continued",), S.ASKING,
        (do.opened_again, do.approval, do.said_yes_first, do.ask), g.late_yes_of_first, (g.draw_is_fair,)),
    Row("E", (None,), ("continued",), S.AGREED,
        (do.opened_again, do.agreed_again, do.act(Act.TAKE_PAIR), do.held), g.agreed_by_late_yes, (g.draw_is_fair,)),
    Row("E", (None,), ("continued",), S.WAITING, (do.opened_again, do.show("waiting"), *TO_DESK)),
    # Proof of the address
    Row("F", (S.DRAFT, S.UNVERIFIED), ("claimed", "verified"), S.RETURNED, IN_RETURN, g.words_blocked),
    Row("F", (S.DRAFT, S.UNVERIFIED), ("claimed", "verified"), S.WAITING, ARRIVED),
    Row("G", (S.DRAFT, S.UNVERIFIED), ("discard",), S.DISCARDED, (do.show("discarded"),)),
    Row("H", (S.DRAFT,), ("decline",), S.DECLINED, (do.show("discarded"),)),
    Row("H", (S.DRAFT,), ("return",), None),
    # On the desk
    Row("I", (S.WAITING,), ("approve",), S.AGREED,
        (do.approval, do.put(standing=True), do.act(Act.TAKE_PAIR), do.held),
        g.standing_yes, (g.two_people, g.draw_if_promised, g.enough_time_left)),
    Row("J", (S.WAITING,), ("approve",), S.ASKING,
        (do.approval, do.ask), guards=(g.two_people, g.draw_if_promised, g.enough_time_left)),
    Row("K", (S.WAITING, S.TALKING), ("decline",), S.DECLINED,
        (do.final_before_approval("declined"), do.invited_back), guards=(g.date_ahead_if_named,)),
    Row("L", (S.WAITING,), ("return",), S.RETURNED, IN_RETURN, guards=(g.for_a_requester, g.not_yet_approved)),
    Row("M", (S.WAITING,), ("talk",), S.TALKING, IN_TALK, guards=(g.for_a_requester, g.not_yet_approved)),
    Row("N", (S.TALKING,), ("talked",), S.WAITING, (do.show("waiting"), *TO_DESK)),
    Row("O", (S.WAITING,), ("pass_on",), S.PASSED, PASSED_ON,
        guards=(g.for_a_requester, g.two_people, g.not_yet_approved, g.details_allowed)),
    Row("P", (S.WAITING, S.TALKING), ("remind",), None, (do.nudge("digest", "connector"),)),
    Row("Q", (S.WAITING, S.TALKING, S.RETURNED), ("lapse",), S.LAPSED, (do.final_before_approval("lapsed"),)),
    Row("R", (S.RETURNED,), ("revise",), S.RETURNED,
        (do.permitted, do.desk_timer("lapse", limits.RETURNED_AGE)), g.words_blocked),
    Row("R", (S.RETURNED,), ("revise",), S.WAITING,
        (do.permitted, do.letter("new_request", "connector"), do.show("waiting"), *TO_DESK)),
    Row("S", (S.WAITING, S.TALKING, S.RETURNED), ("withdraw",), S.WITHDRAWN,
        (do.withdrawn_by_asker, TOLD), g.by_requester),
    Row("T", (S.WAITING,), ("override",), None),
    # The ask is due, on its way, or with the target
    Row("U", (S.ASKING,), ("sent",), None, (do.handed_over,), g.about_this_ask),
    Row("U", (S.ASKING,), ("unknown",), None, (do.handed_over, TROUBLE), g.about_this_ask),
    Row("U", (S.ASKING,), ("by_hand",), None,
        (do.act(Act.TAKE_PAIR, Act.TAKE_SLOT), do.handed_over), guards=(g.may_be_given_out,)),
    Row("V", (S.ASKING,), ("failed",), S.UNDELIVERABLE,
        (do.act(Act.RELEASE_PAIR), do.barred, TROUBLE), g.about_this_ask),
    Row("V", (S.ASKING,), ("dsn",), S.UNDELIVERABLE, (do.barred, TROUBLE), g.about_this_ask),
    Row("V", (S.ASKING,), ("blocked",), S.UNDELIVERABLE, (do.barred, TROUBLE), g.cause_is_age),
    Row("V", (S.ASKING,), ("not_after",), S.UNDELIVERABLE, (do.barred, TROUBLE)),
    Row("W", (S.ASKING,), ("blocked",), None, (do.ask_moves,), g.slot_is_near),
    Row("W", (S.ASKING,), ("blocked",), S.WAITING, (do.act(Act.PARK_ASK), TROUBLE, *TO_DESK), g.cause_is_text),
    Row("W", (S.ASKING,), ("blocked",), S.REFUSED, (do.barred, TOLD), g.about_queued_ask),
    Row("X", (S.ASKING,), YES, S.ASKING,
        (do.said_yes_first, do.ask, TOLD), g.first_side, (g.answers_open, g.draw_is_fair)),
    Row("X", (S.ASKING,), ("undo",), S.ASKING, (do.undone_by_first, TOLD), g.first_again),
    Row("Y", (S.WAITING, S.ASKING, S.AGREED, *QUIET_ENDS), (*NEVER, "not_me"), S.WITHDRAWN,
        (do.withdrawn_by_asker, do.wish_set, TOLD), g.first_again),
    Row("Y", (S.WAITING, S.ASKING, S.AGREED, *QUIET_ENDS), (*NO, "withdraw"), S.WITHDRAWN,
        (do.withdrawn_by_asker, TOLD), g.first_again),
    Row("Y", (S.ERASED,), (*NEVER, "not_me"), None, (do.withdrawn_by_asker, do.wish_set), g.first_again),
    Row("Y", (S.ERASED,), (*NO, "withdraw"), None, (do.withdrawn_by_asker,), g.first_again),
    Row("Z", (S.ASKING,), YES, S.AGREED, AGREE, guards=(g.their_turn, g.answers_open)),
    Row("a", (S.ASKING, S.AGREED), NO, S.REFUSED, REFUSE, guards=(g.their_turn,)),
    Row("a", (S.ASKING, S.AGREED), NEVER, S.REFUSED, REFUSE_FOR_GOOD, guards=(g.their_turn,)),
    Row("a", (S.ASKING, S.AGREED, S.REFUSED, S.DEFERRED, S.PASSED), ("not_me",), S.REFUSED,
        (do.answered, do.not_told, do.wish_set, do.barred, TOLD), guards=(g.their_turn,)),
    Row("b", (S.ASKING, S.AGREED), DETAILS, S.PASSED, WANT_DETAILS,
        guards=(g.their_turn, g.answers_open, g.details_allowed)),
    Row("c", (S.ASKING, S.AGREED), LATER, S.DEFERRED, DEFER, guards=(g.their_turn, g.answers_open, g.date_ahead)),
    Row("d", (S.ASKING,), ("silence",), S.REFUSED, (TOLD,)),
    Row("e", (S.ASKING, S.AGREED), ("withdraw",), S.WITHDRAWN, (do.withdrawn_by_asker, TOLD), g.by_requester),
    Row("e", (S.ASKING, S.AGREED), ("withdraw",), S.WITHDRAWN, (do.withdrawn_by_desk,), g.by_desk),
    # All said yes
    Row("f", (S.AGREED,), ("hold_over",), None, (do.both_due,)),
    Row("f", (S.AGREED,), ("address_given",), None,
        (do.put(addressed=True), do.held), guards=(g.noted_has_no_address,)),
    Row("g", (S.AGREED,), ("introduced",), S.INTRODUCED, OUT_NOW, guards=(g.was_released, g.before_the_date)),
    Row("g", (S.AGREED,), ("by_hand",), S.INTRODUCED,
        (do.act(Act.TAKE_PAIR, Act.DROP_INTRODUCTION), *OUT_NOW), guards=(g.hold_is_over, g.before_the_date)),
    Row("h", (S.AGREED,), ("undo",), BEFORE, UNDO, guards=(g.their_turn, g.target_answered)),
    Row("i", (S.AGREED,), ("remind",), None, (do.nudge("digest", "connector"),)),
    Row("i", (S.AGREED,), ("lapse",), S.LAPSED, (do.barred,)),
    Row("j", (S.AGREED,), ("blocked",), None, (TROUBLE,), g.text_of_introduction),
    Row("j", (S.AGREED,), ("blocked",), S.REFUSED, (do.barred, TOLD), g.about_introduction),
    # Both have each other
    Row("k", (S.INTRODUCED, S.CONNECTED), ("requester_wrote", "target_wrote", "says_wrote"), S.CONNECTED,
        (do.show("connected"), do.until_outcome)),
    Row("k", (S.AWAITING_OUTCOME, *TAKES_OUTCOMES, *SECOND_TRY), ("requester_wrote", "target_wrote", "says_wrote"),
        None, branch=g.was_introduced),
    Row("l", (*OUT, *TAKES_OUTCOMES, *SECOND_TRY), ("bounced",), None, (TROUBLE,), g.was_introduced),
    Row("l", OUT, ("send_again",), None, (do.sent_again,), guards=(g.side_is_known,)),
    Row("m", (S.INTRODUCED,), ("nudge",), None, (do.nudge("reply_now", "writer"),)),
    Row("m", (S.INTRODUCED,), ("word",), None, (do.nudge("digest", "connector"),)),
    Row("n", (S.INTRODUCED, S.CONNECTED), ("ask_outcome",), S.AWAITING_OUTCOME, ASKED_OUTCOME),
    Row("o", (S.AWAITING_OUTCOME, *TAKES_OUTCOMES), ("outcome",), S.CLOSED,
        (do.reported, do.letter("good_news", "connector")), g.was_introduced, (g.outcome_is_known,)),
    Row("o", SECOND_TRY, ("outcome",), None,
        (do.reported, do.letter("good_news", "connector")), g.was_introduced, (g.outcome_is_known,)),
    Row("p", (S.AWAITING_OUTCOME,), ("nudge_outcome",), None, (do.nudge("what_happened", "writer"),)),
    Row("p", (S.AWAITING_OUTCOME,), ("unreport",), S.UNREPORTED, (do.show("unreported"),)),
    Row("q", (*TAKES_OUTCOMES, *SECOND_TRY), ("ask_again_60", "ask_again_180"), None,
        (do.nudge("what_happened", "writer"),)),
    Row("r", TAKES_OUTCOMES, ("introduce_again",), S.AGREED,
        (do.agreed_anew, do.held), guards=(g.may_be_introduced_again,)),
    Row("s", (*OUT, *TAKES_OUTCOMES, *SECOND_TRY), ("how_it_went",), None,
        (do.missed_by_writer, TOLD, do.letter("amends", "writer")), g.first_told_of_a_missed_date, (g.went_is_known,)),
    Row("s", (*OUT, *TAKES_OUTCOMES, *SECOND_TRY), ("how_it_went",), None,
        (do.went, TOLD), g.was_introduced, (g.went_is_known,)),
    Row("η", (*OUT, *TAKES_OUTCOMES, *SECOND_TRY), ("amends",), None,
        (do.amended, TOLD), g.was_introduced, (g.amends_are_known,)),
    # Only the details went over
    Row("t", (S.PASSED,), YES, S.AGREED, AGREE, g.in_time, (g.their_turn,)),
    Row("t", (S.PASSED, S.CLOSED), YES, None, (do.came_late,), g.too_late, (g.their_turn,)),
    Row("t", (S.PASSED,), NO, S.REFUSED, REFUSE, guards=(g.their_turn,)),
    Row("t", (S.PASSED,), NEVER, S.REFUSED, REFUSE_FOR_GOOD, guards=(g.their_turn,)),
    Row("t", (S.PASSED,), LATER, S.DEFERRED, DEFER, g.in_time, (g.their_turn, g.date_ahead)),
    Row("t", (S.PASSED,), ("undo",), BEFORE, UNDO, g.in_time, (g.their_turn, g.target_answered)),
    Row("u", (S.AGREED, S.PASSED, S.CLOSED, *ENDS), ("ask_in_touch",), None,
        (do.nudge("what_happened", "requester"),)),
    Row("u", (S.AGREED, S.PASSED, S.CLOSED, *ENDS), ("outcome",), None,
        (do.got_in_touch, do.letter("good_news", "connector")), g.passed_by_connector, (g.outcome_is_known,)),
    Row("u", (S.PASSED,), ("close_passed",), S.CLOSED),
    Row("u", (S.PASSED,), ("blocked",), S.CLOSED, (do.barred, TOLD), g.about_details),
    Row("u", (S.PASSED,), ("failed",), None,
        (do.details_settled, do.act(Act.RELEASE_PAIR), TROUBLE), g.connectors_details),
    Row("u", (S.PASSED,), ("failed", "unknown", "dsn"), None, (do.details_settled, TROUBLE), g.about_details),
    # Ends that the target may still change
    Row("v", (S.REFUSED, S.DEFERRED), YES, S.ASKING,
        (do.wish_taken_back, do.said_yes_first, do.ask, TOLD), g.first_in_time, (g.draw_is_fair,)),
    Row("v", (S.REFUSED, S.DEFERRED), YES, S.AGREED, AGREE, g.in_time, (g.their_turn,)),
    Row("v", (S.REFUSED, S.DEFERRED), ("undo",), BEFORE, UNDO, g.in_time, (g.their_turn, g.target_answered)),
    Row("v", (S.REFUSED, S.DEFERRED), LATER, S.DEFERRED, DEFER, g.in_time, (g.their_turn, g.date_ahead)),
    Row("v", (S.REFUSED, S.DEFERRED), DETAILS, S.PASSED, WANT_DETAILS, g.in_time, (g.their_turn, g.details_allowed)),
    Row("w", (S.REFUSED, S.DEFERRED), YES, None, (do.came_late,), g.too_late, (g.their_turn,)),
    Row("x", (S.REFUSED, S.DEFERRED), NO, S.REFUSED, REFUSE, g.not_ended, (g.their_turn,)),
    Row("x", (S.REFUSED, S.DEFERRED), NEVER, S.REFUSED, REFUSE_FOR_GOOD, g.not_ended, (g.their_turn,)),
    Row("y", (S.DEFERRED,), ("come_back",), None, (do.date_came,)),
    # A date that the connector named in a kind no
    Row("ζ", (S.DECLINED,), ("come_back",), None, (do.may_come_back,)),
    Row("ζ", (S.DECLINED,), ("confirm",), None,
        (do.confirmed, do.show("taken_up"), do.chapter_opens, TOLD), g.was_invited_back),
    Row("z", (*ENDS, S.PASSED, S.AGREED, S.CLOSED), ("confirm",), None, (do.confirmed_in_vain,), g.leads_nowhere),
    Row("z", MAY_RETURN, ("confirm",), None,
        (do.confirmed, do.chapter_opens), g.last_confirmation, (g.may_come_again,)),
    Row("z", MAY_RETURN, ("confirm",), None, (do.confirmed,), guards=(g.may_come_again,)),
    # The promised date, and the way out until then of whoever asked
    Row("α", (S.AGREED,), ("final",), S.LAPSED, (do.final("not_this_time"), do.barred)),
    Row("α", (S.ASKING,), ("final",), S.REFUSED, (do.final("not_this_time"), TOLD)),
    Row("α", (S.WAITING,), ("final",), S.LAPSED, (do.final("not_this_time"),)),
    Row("α", (*ENDS, S.PASSED, S.CLOSED), ("final",), None, (do.final("not_this_time"),)),
    Row("β", QUIET_ENDS, ("withdraw",), S.WITHDRAWN, (do.withdrawn_by_asker,), g.by_requester),
    Row("β", (S.ERASED,), ("withdraw",), None, (do.withdrawn_by_asker,), g.by_requester),
    # The relay's word after an answer is only noted
    Row("γ", tuple(State), ("sent", "unknown"), None, (do.handed_over_late, do.details_settled)),
    Row("γ", tuple(State), ("failed", "dsn"), None, (do.details_settled,)),
    Row("γ", tuple(State), ("blocked",), None),
    # A yes in advance, and its end: for what comes later, so nothing of this introduction moves
    Row("ζ", tuple(State), ("standing_yes", "standing_over"), None),
    # In every state
    Row("δ", tuple(State), ("erase",), S.ERASED, (do.erased,)),
    Row("ε", (*OUT, *TAKES_OUTCOMES, S.AGREED), ("close",), S.CLOSED, CLOSE, g.was_introduced),
    Row("ε", NOT_OUT, ("close",), S.WITHDRAWN, CLOSE),
    Row("ε", (*ENDS, S.CLOSED), ("close",), None, CLOSE),
)
# fmt: on
