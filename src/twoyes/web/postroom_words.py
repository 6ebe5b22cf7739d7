"""What the post room calls letters and parts, and how it says what time will bring next."""

from __future__ import annotations

from collections.abc import Collection

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from twoyes.introductions.front import Coming

KINDS = {
    "verify": gettext_lazy("proof of the address"),
    "login_code": gettext_lazy("login code"),
    "login_changed": gettext_lazy("how you log in"),
    "received": gettext_lazy("it has arrived"),
    "new_request": gettext_lazy("new request"),
    "returned": gettext_lazy("given back with help"),
    "talk_first": gettext_lazy("a talk first"),
    "declined": gettext_lazy("declined"),
    "lapsed": gettext_lazy("lapsed"),
    "on_its_way": gettext_lazy("on its way"),
    "ask": gettext_lazy("the ask"),
    "details": gettext_lazy("their details"),
    "introduction": gettext_lazy("introduction"),
    "not_this_time": gettext_lazy("not this time"),
    "reply_now": gettext_lazy("the first line"),
    "what_happened": gettext_lazy("what happened"),
    "good_news": gettext_lazy("good news"),
    "digest": gettext_lazy("the day's digest"),
    "monthly": gettext_lazy("what became of it, once a month"),
    "amends": gettext_lazy("a missed date"),
    "trouble": gettext_lazy("something went wrong"),
    "passed_on": gettext_lazy("details passed on"),
    "still_looking": gettext_lazy("still looking"),
    "late_yes": gettext_lazy("a late yes"),
    "your_data": gettext_lazy("your data"),
    "reply_copy": gettext_lazy("an answer by mail"),
    "guard_answer": gettext_lazy("about a forwarded introduction"),
}
_CONNECTOR = frozenset(
    "new_request digest monthly trouble good_news login_code login_changed reply_copy guard_answer".split()
)
_ASKED = {"ask", "details"}

# What a deadline of the protocol means to a reader; each is said of the names of those concerned.
_EVENTS = {
    "discard": gettext_lazy("%(asker)s's request is thrown away, since the address was not proved"),
    "remind": gettext_lazy("%(connector)s is reminded of what waits on the desk"),
    "lapse": gettext_lazy("%(asker)s's request lapses, and they hear so"),
    "silence": gettext_lazy("%(asked)s's ask ends, and silence is a no"),
    "not_after": gettext_lazy("the ask to %(asked)s may not leave any more"),
    "hold_over": gettext_lazy("the ten minutes after %(asked)s's yes are over, and both are introduced"),
    "final": gettext_lazy("%(asker)s hears how it ended, at the date that was promised"),
    "come_back": gettext_lazy("the day comes that was named for coming back"),
    "nudge": gettext_lazy("whoever writes first is reminded to write to the other"),
    "word": gettext_lazy("%(connector)s hears that nobody has written yet"),
    "ask_outcome": gettext_lazy("%(asker)s is asked what became of it"),
    "nudge_outcome": gettext_lazy("%(asker)s is asked once more what became of it"),
    "unreport": gettext_lazy("%(asker)s's report is not waited for any longer"),
    "ask_again_60": gettext_lazy("%(asker)s is asked what became of it after two months"),
    "ask_again_180": gettext_lazy("%(asker)s is asked what became of it after half a year"),
    "ask_in_touch": gettext_lazy("%(asker)s is asked whether they got in touch"),
    "close_passed": gettext_lazy("the time for an answer of %(asked)s after the details is over"),
}


def kind(name: str) -> str:
    """Return what a letter of this kind is called."""
    return str(KINDS.get(name, name.replace("_", " ")))


def part(kinds: Collection[str]) -> str:
    """Say which part somebody plays, going by the kinds of their letters."""
    if _CONNECTOR & set(kinds):
        return _("connects")
    return _("is asked") if _ASKED & set(kinds) else _("asks")


def next_thing(coming: Coming) -> str:
    """Say what will happen next, without its time."""
    names = {
        "asker": coming.asker or _("somebody"),
        "asked": coming.asked or _("somebody"),
        "connector": coming.connector,
    }
    if coming.event in _EVENTS:
        said = str(_EVENTS[coming.event]) % names
    else:
        reader = {"connector": names["connector"], "requester": names["asker"]}.get(coming.side, names["asked"])
        said = _("a letter leaves for %(reader)s: %(kind)s") % {"reader": reader, "kind": kind(coming.kind)}
    return said[:1].upper() + said[1:]
