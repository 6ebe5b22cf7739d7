"""What the journal of an introduction says in a person's words: each event, each letter, and how its letters stand."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from twoyes.introductions.front import DeskPage, State
from twoyes.web.desk_words import ROLES
from twoyes.web.postroom_words import KINDS

EVENTS = {
    "address_given": gettext_lazy("the address was given"),
    "approve": gettext_lazy("approved"),
    "ask_again_180": gettext_lazy("asked how it goes, after half a year"),
    "ask_again_60": gettext_lazy("asked how it goes, after two months"),
    "ask_in_touch": gettext_lazy("asked whether they got in touch"),
    "ask_outcome": gettext_lazy("asked what happened"),
    "blocked": gettext_lazy("a letter was stopped before it left"),
    "bounced": gettext_lazy("a letter came back"),
    "by_hand": gettext_lazy("given out by hand"),
    "claimed": gettext_lazy("a letter was taken up"),
    "close": gettext_lazy("closed"),
    "close_passed": gettext_lazy("closed, long after the details were passed on"),
    "come_back": gettext_lazy("the day came from which they may be asked again"),
    "confirm": gettext_lazy("confirmed"),
    "continued": gettext_lazy("went on in a new chapter"),
    "decline": gettext_lazy("declined"),
    "discard": gettext_lazy("thrown away: the address was not proved"),
    "drafted": gettext_lazy("noted by hand"),
    "dsn": gettext_lazy("the mail reported on a letter"),
    "erase": gettext_lazy("erased"),
    "failed": gettext_lazy("a letter could not be delivered"),
    "final": gettext_lazy("the promised date"),
    "hold_over": gettext_lazy("the ten minutes after the yes were over"),
    "how_it_went": gettext_lazy("told how it went"),
    "amends": gettext_lazy("answered for a missed date"),
    "introduce_again": gettext_lazy("introduced once more"),
    "introduced": gettext_lazy("introduced"),
    "lapse": gettext_lazy("lapsed"),
    "later": gettext_lazy("said not now"),
    "never": gettext_lazy("said never"),
    "no": gettext_lazy("said no"),
    "not_after": gettext_lazy("the ask was given up: it could not leave in time"),
    "not_me": gettext_lazy("said that it was not meant for them"),
    "noted_later": gettext_lazy("noted: not now"),
    "noted_never": gettext_lazy("noted: never"),
    "noted_no": gettext_lazy("noted: no"),
    "noted_their_details": gettext_lazy("noted: send me their details"),
    "noted_yes": gettext_lazy("noted: yes"),
    "nudge": gettext_lazy("reminded to write first"),
    "nudge_outcome": gettext_lazy("asked once more what happened"),
    "offered": gettext_lazy("offered"),
    "outcome": gettext_lazy("told what happened"),
    "override": gettext_lazy("a rule was set aside"),
    "pass_on": gettext_lazy("let only the details go over"),
    "recorded": gettext_lazy("noted as introduced elsewhere"),
    "remind": gettext_lazy("reminded that it waits"),
    "requested": gettext_lazy("asked for"),
    "requester_wrote": gettext_lazy("the one who asked wrote"),
    "return": gettext_lazy("given back with help"),
    "revise": gettext_lazy("improved"),
    "says_wrote": gettext_lazy("said that the first line was written"),
    "send_again": gettext_lazy("the introduction was sent once more"),
    "sent": gettext_lazy("a letter left"),
    "silence": gettext_lazy("silence, which is a no"),
    "standing_over": gettext_lazy("took the yes in advance back"),
    "standing_yes": gettext_lazy("said yes in advance to what comes from you"),
    "talk": gettext_lazy("asked for a talk first"),
    "talked": gettext_lazy("the talk took place"),
    "target_wrote": gettext_lazy("the one who was asked wrote"),
    "their_details": gettext_lazy("asked for the details"),
    "undo": gettext_lazy("took the answer back"),
    "unknown": gettext_lazy("whether a letter left is not known"),
    "unreport": gettext_lazy("counts as never told"),
    "verified": gettext_lazy("proved the address"),
    "withdraw": gettext_lazy("withdrew"),
    "word": gettext_lazy("told that no first line was seen"),
    "yes": gettext_lazy("said yes"),
}
SIDES = {
    "requester": gettext_lazy("the one who asked"),
    "target": gettext_lazy("the one you asked"),
    "first": gettext_lazy("who was asked first"),
    "second": gettext_lazy("who was asked second"),
    "connector": gettext_lazy("you"),
}
SENDING = {
    "queued": gettext_lazy("waits to leave"),
    "claimed": gettext_lazy("about to leave"),
    "xmit": gettext_lazy("leaving"),
    "sent": gettext_lazy("left"),
    "unknown": gettext_lazy("nobody knows whether it left"),
    "drafted": gettext_lazy("lies in your drafts"),
    "taken_back": gettext_lazy("taken out of your drafts"),
    "failed": gettext_lazy("could not be delivered"),
    "held": gettext_lazy("held"),
    "parked": gettext_lazy("set aside"),
    "dropped": gettext_lazy("called back"),
}


def journal(page: DeskPage) -> list[tuple[datetime, str, str]]:
    """Return what happened, when, and by whom, oldest first."""
    return [
        (line.at, _happened(page, line.event, line.actor), str(ROLES.get(line.actor.partition(":")[0], "")))
        for line in page.journal
    ]


def _happened(page: DeskPage, event: str, actor: str) -> str:
    if event == "come_back" and page.row.state is State.DECLINED:
        return _("the day came that you named")
    if event == "drafted" and actor.startswith("requester:"):
        return _("asked by mail")
    return str(EVENTS[event])


def letters(page: DeskPage) -> list[tuple[str, str, str]]:
    """Return each letter: what it is, to whom, and how it stands."""
    return [
        (str(KINDS.get(one.kind, one.kind)), str(SIDES.get(one.side, one.side)), str(SENDING[one.state]))
        for one in page.letters
    ]
