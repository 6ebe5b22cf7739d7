"""What the desk calls things: states, answers, channels, and what happens next."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from twoyes.introductions.front import DeskPage, State
from twoyes.lib import limits
from twoyes.web.forms import Option
from twoyes.web.requester_words import AMENDED, OUTCOMES
from twoyes.web.target_form import WENT
from twoyes.web.templatetags.times import day

STATES = {
    State.DRAFT: gettext_lazy("address not proved"),
    State.UNVERIFIED: gettext_lazy("address not proved"),
    State.WAITING: gettext_lazy("waits for you"),
    State.TALKING: gettext_lazy("a talk first"),
    State.RETURNED: gettext_lazy("back with them"),
    State.ASKING: gettext_lazy("being asked"),
    State.AGREED: gettext_lazy("all said yes"),
    State.PASSED: gettext_lazy("details passed on"),
    State.INTRODUCED: gettext_lazy("introduced"),
    State.CONNECTED: gettext_lazy("in touch"),
    State.AWAITING_OUTCOME: gettext_lazy("asked what happened"),
    # Told what became of it, or over without a word, as where only details went over.
    State.CLOSED: gettext_lazy("closed"),
    State.UNREPORTED: gettext_lazy("never told what happened"),
    State.DECLINED: gettext_lazy("declined"),
    State.LAPSED: gettext_lazy("lapsed"),
    State.REFUSED: gettext_lazy("did not come about"),
    State.UNDELIVERABLE: gettext_lazy("could not be reached"),
    State.DEFERRED: gettext_lazy("not now"),
    State.WITHDRAWN: gettext_lazy("withdrawn"),
    State.DISCARDED: gettext_lazy("discarded"),
    State.ERASED: gettext_lazy("erased"),
}
# Where the words are still to be weighed.
SCREENED = (State.WAITING, State.TALKING, State.DRAFT, State.RETURNED)
ANSWERS = {
    "yes": gettext_lazy("yes"),
    "no": gettext_lazy("no"),
    "never": gettext_lazy("never"),
    "later": gettext_lazy("not now"),
    "their_details": gettext_lazy("send me their details"),
    "not_me": gettext_lazy("this is not me"),
}
LEVELS = {
    "vouch": gettext_lazy("I vouch for them"),
    "know": gettext_lazy("I know them"),
    "no_vouch": gettext_lazy("I do not know them first-hand"),
}
DONE = {
    "approve": gettext_lazy("Approved. The ask leaves now, once."),
    "approve_draft": gettext_lazy("Approved. The ask is laid into your Drafts, once, for you to send."),
    "give_out": gettext_lazy("Approved. You give them the ask yourself: copy it below, with its link."),
    "decline": gettext_lazy("Declined. Your words are on their way."),
    "return": gettext_lazy("Given back with help."),
    "talk": gettext_lazy("They are asked to talk with you first."),
    "talked": gettext_lazy("Noted. It waits for your decision."),
    "pass_on": gettext_lazy("Their details are on their way."),
    "withdraw": gettext_lazy("Withdrawn. Nobody is told why."),
    "note_answer": gettext_lazy("The answer is noted as your word."),
    "give_address": gettext_lazy("The address is on the card."),
    "send_again": gettext_lazy("The introduction leaves once more."),
    "says_wrote": gettext_lazy("Noted: the first line was written."),
    "confirm": gettext_lazy("You confirmed. It goes on when the other side has confirmed as well."),
    "override": gettext_lazy("Noted."),
    "introduce_again": gettext_lazy("They are introduced once more."),
    "close": gettext_lazy("Closed."),
    "offer": gettext_lazy("Offered. The first of the two is asked."),
    "record": gettext_lazy("Noted. It is followed up from here."),
    "draft": gettext_lazy("Noted on your desk."),
    "by_hand": gettext_lazy("Noted: it is out."),
    "add_card": gettext_lazy("The card is in your book."),
    "noes": gettext_lazy("Declined. Each of them gets a letter of their own."),
    "publish": gettext_lazy("Published. The words below lead others to it."),
    "rules": gettext_lazy("Kept. Your page says them from now on."),
    "booking": gettext_lazy("Kept. It stands ready whenever you would like to talk first."),
    "resources": gettext_lazy("Kept. A kind no can offer one of these lines."),
    "delete_card": gettext_lazy("The card is deleted."),
    "add_address": gettext_lazy("The address is on the card. It can be used from now on."),
    "edit_card": gettext_lazy("The card is changed."),
    "my_word": gettext_lazy("Your word is kept."),
    "do_not_ask": gettext_lazy("Noted."),
    "not_listed": gettext_lazy("Noted."),
    "merge": gettext_lazy("They are one card now. You can take them apart again."),
    "promise": gettext_lazy("Noted. It stands among your open promises."),
    "keep": gettext_lazy("Noted: you made it."),
    "read_again": gettext_lazy("It is read again within a minute."),
    "drop": gettext_lazy("Dropped. Its words are deleted."),
    "split": gettext_lazy("They have a card of their own. What was asked and wished holds for both."),
}


def done(act: str, page: DeskPage | None = None) -> str:
    """Return the sentence for an act that was just done; "" for a word that is none.

    What was approved may be over at once, for a wish or for an ask too soon before (decision 6): then this says so.
    """
    drafted, act = act == "approve_draft", "approve" if act == "approve_draft" else act
    if page is not None and act in {"approve", "offer"} and page.row.state is State.REFUSED and not _asked(page):
        return _("Nobody is asked, and nothing was sent. Why, as far as you may know it, stands below.")
    if page is not None and act == "offer" and page.asked_side == "second":
        return _("Offered. The first said yes to you, so only the second is asked.")
    if page is not None and act == "approve" and page.not_before:
        return _("Approved. The ask leaves by itself, once, when it is a fair time to ask them. When stands below.")
    if page is not None and act == "approve" and page.row.state is State.AGREED:
        return _("Approved. They said yes in advance, so the introduction leaves in ten minutes. Nobody is asked.")
    if page is not None and act == "confirm" and page.asked_side == "first":
        return _("You confirmed. It goes on in a chapter of its own, which stands in your list.")
    return str(DONE.get("approve_draft" if drafted else act, ""))


def _asked(page: DeskPage) -> bool:
    return any(letter.kind == "ask" and letter.state not in {"parked", "dropped"} for letter in page.letters)


def answer(page: DeskPage) -> str:
    """Return what the other side answered and how it is known; "" while nothing was."""
    answer = page.answer or ("yes" if page.late_yes else "")
    if not answer:
        return ""
    said = str(ANSWERS.get(answer, answer))
    if answer == "yes" and page.answer_words.get("written_only"):
        said = _("yes, in writing only")
    if page.answer_noted:
        how, on = page.answer_words.get("how", ""), page.answer_words.get("on", "")
        on = day(date.fromisoformat(on)) if on else ""
        return _("%(answer)s, by your word: %(how)s, on %(on)s") % {"answer": said, "how": how, "on": on}
    last = next((line for line in reversed(page.journal) if line.event == page.answer), None)
    if last is not None and last.door == "mail":
        return _("%(answer)s, by mail (whoever holds the letter)") % {"answer": said}
    return _("%(answer)s, on their page (whoever holds the letter)") % {"answer": said}


def lines_for_you(page: DeskPage) -> list[tuple[str, str]]:
    """Return what was written to the connector alone: comments, and how it went."""
    said = page.answer_words
    first, other = {"name": page.row.requester}, {"name": page.row.target}
    in_offer = page.asked_side in {"first", "second"}
    pairs = [
        (_("%(name)s said") % first, _("yes, in writing only") if said.get("first_written_only") else ""),
        (_("%(name)s adds") % first, said.get("first_comment", "")),
        (_("%(name)s adds") % other if in_offer else _("They add"), said.get("comment", "")),
        (_("How it went, says the one who was asked"), _told(WENT, page.went, said.get("how_it_went", ""))),
        (_("What happened, says the one who asked"), _told(OUTCOMES, page.outcome, said.get("outcome_words", ""))),
        (_("About the missed date, says the one who asked"), _told(AMENDED, page.mended, said.get("amends_words", ""))),
        (_("About the missed date"), _being_heard(page)),
    ]
    return [(label, text) for label, text in pairs if text]


def _told(options: Sequence[Option], code: str, line: str) -> str:
    """Return what was chosen, in words, and what was written beside it."""
    return "\n".join(filter(None, [*(str(one.label) for one in options if one.value == code), line]))


def _being_heard(page: DeskPage) -> str:
    """Say from when a missed date counts that nobody has answered for: whoever missed it reads it first (K5)."""
    if page.missed_at is None or page.mended:
        return ""
    heard = {"day": day(page.missed_at + limits.HEARD_FIRST), "until": day(page.missed_at + limits.COUNTS_FOR)}
    return _("They read of it first and can answer. Without an answer it counts from %(day)s to %(until)s.") % heard


NEXT = {
    "discard": gettext_lazy("it is discarded"),
    "remind": gettext_lazy("you are reminded"),
    "lapse": gettext_lazy("it lapses"),
    "silence": gettext_lazy("silence counts as a no"),
    "not_after": gettext_lazy("the ask is given up, if it could not leave"),
    "hold_over": gettext_lazy("the introduction leaves"),
    "final": gettext_lazy("the one who asked hears"),
    "come_back": gettext_lazy("they may be asked again"),
    "nudge": gettext_lazy("the one who writes first is reminded"),
    "word": gettext_lazy("you hear whether a first line was seen"),
    "ask_outcome": gettext_lazy("the one who asked is asked what happened"),
    "nudge_outcome": gettext_lazy("they are asked once more what happened"),
    "unreport": gettext_lazy("it counts as never told"),
    "ask_again_60": gettext_lazy("they are asked how it goes"),
    "ask_again_180": gettext_lazy("they are asked how it goes"),
    "ask_in_touch": gettext_lazy("the one who asked is asked whether they got in touch"),
    "close_passed": gettext_lazy("it closes"),
}


def following(page: DeskPage) -> str:
    """Return what happens next if nobody does anything; "" where nothing is due."""
    event = page.row.next_event
    if event == "come_back" and page.row.state is State.DECLINED:
        return _("they are asked once whether they are still looking")
    return str(NEXT.get(event, event.replace("_", " ")))


ROLES = {
    "connector": gettext_lazy("you"),
    "delegate": gettext_lazy("who acts for you"),
    "requester": gettext_lazy("the one who asked"),
    "target": gettext_lazy("the one you asked"),
    "link_holder": gettext_lazy("whoever holds the letter"),
    "clock": gettext_lazy("the clock"),
    "relay": gettext_lazy("the mail"),
    "program": gettext_lazy("the program"),
}
