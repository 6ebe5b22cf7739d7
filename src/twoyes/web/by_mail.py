"""What came by mail, in the words of the desk: who wrote, what followed, and what was seen after an introduction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from twoyes.introductions.front import OUT, DeskPage, State, Thread
from twoyes.mail import front as mail
from twoyes.mail.front import Came
from twoyes.web.templatetags.times import day, moment

FOLLOWED = {
    "yes": gettext_lazy("taken as a yes"),
    "no": gettext_lazy("taken as a no"),
    "stop": gettext_lazy("taken as a no for good"),
    "failed": gettext_lazy("the letter could not be delivered"),
    "arrived": gettext_lazy("the letter arrived"),
    "first": gettext_lazy("the first line in their thread"),
    "outcome": gettext_lazy("told what happened"),
    "went": gettext_lazy("told how it went"),
    "too_large": gettext_lazy("too large to be taken: nobody has read it, and its sender was told"),
    "draft": gettext_lazy("asked by mail"),
    "unproved": gettext_lazy("nobody vouches for this address, so nothing happened"),
    "paused": gettext_lazy("your page takes no requests in your pause, so nothing happened"),
    "refused": gettext_lazy("no request could be made of it, so nothing happened"),
    "again": gettext_lazy("answered once today already"),
}
# Where nothing followed, what kind of message it was says why.
NOTHING = {
    "auto_reply": gettext_lazy("an automatic answer, which counts for nothing"),
    "delay": gettext_lazy("the letter is still on its way, says a mail system"),
    "bounce": gettext_lazy("a report of a mail system, which changes nothing"),
    "reply": gettext_lazy("a word to you"),
}
READS = {
    "yes": gettext_lazy("reads like a yes: nothing follows until you note it"),
    "no": gettext_lazy("reads like a no: nothing follows until you note it"),
    "stop": gettext_lazy("wants no such letters any more, it seems: nothing follows until you note it"),
    "later": gettext_lazy("reads like a not now: nothing follows until you note it"),
    "their_details": gettext_lazy("wants the details, it seems: nothing follows until you note it"),
}
_BY_NO_PERSON = gettext_lazy("no person seems to have written it, and nothing follows")
_IN_THREAD = ("wrote", "meeting")
_TWO_DAYS = 48
COPIED = {
    "cc": gettext_lazy("you are still in copy"),
    "bcc": gettext_lazy("they moved you to BCC"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One message: when, from whom, what followed, and its words where there are some."""

    at: datetime
    who: str
    followed: str
    words: str


def about(page: DeskPage, now: datetime) -> list[Came]:
    """Return what came about one introduction, newest first; nothing where no mail comes to us."""
    return mail.came_about(page.row.id, now) if settings.INBOX_URLS else []


def lines(page: DeskPage, came: Sequence[Came]) -> list[Line]:
    """Return the messages as the desk tells them; of a thread the first line: the rest is told above."""
    told = [one for one in came if one.did not in _IN_THREAD]
    return [Line(one.at, _who(page, one), _followed(page, one), one.words or _subject(one)) for one in told]


def apart(connector: str, now: datetime) -> list[Line]:
    """Return what came to a connector's own addresses and went no further (C23, S3)."""
    found = mail.came_apart(connector, now) if settings.INBOX_URLS else []
    return [Line(one.at, one.sender, str(FOLLOWED[one.did]), one.words or one.subject) for one in found]


def seen(page: DeskPage, came: Sequence[Came], now: datetime) -> list[tuple[str, str]]:
    """Return what mail tells of the two: who is away, who wrote first and how fast, where you stand, when they meet."""
    pairs = [(_("Away"), _away(page, came, now))]
    thread = page.thread
    if thread is not None:
        pairs += [
            (_("The first line"), _first(page, thread)),
            (_("You in their thread"), str(COPIED.get(thread.copied, ""))),
            (_("They mean to meet"), moment(thread.meeting)),
        ]
    return [(label, text) for label, text in pairs if text]


def noted(page: DeskPage, came: Sequence[Came]) -> dict[str, str]:
    """Return what the form for a noted answer begins with, after an answer by mail that reads like one; {} for none.

    It is the connector's press that counts, and their word. What came from another address is there to be read, and
    begins nothing.
    """
    if page.row.state is not State.ASKING:
        return {}
    for one in came:
        if one.kind == "reply" and one.meaning in READS and one.did in {"copied", "noted"} and not one.other:
            answer = "no" if one.meaning == "stop" else one.meaning
            values = {"answer": answer, "how": _("by mail"), "on": timezone.localtime(one.at).date().isoformat()}
            return {**values, "side": one.side} if one.side in {"first", "second"} else values
    return {}


def _who(page: DeskPage, one: Came) -> str:
    if one.other:
        return _("%(address)s, another address") % {"address": one.sender or "…"}
    return (page.row.requester if one.side in {"requester", "first"} else page.row.target) if one.side else one.sender


def _followed(page: DeskPage, one: Came) -> str:
    if one.did in FOLLOWED:
        return str(FOLLOWED[one.did])
    # From the introduction on there is no answer left to note.
    if one.kind == "reply" and one.meaning in READS and one.asks and page.row.state not in OUT:
        return str(READS[one.meaning])
    return str(NOTHING.get(one.kind, _BY_NO_PERSON))


def _subject(one: Came) -> str:
    return "" if one.kind == "reply" else one.subject


def _away(page: DeskPage, came: Sequence[Came], now: datetime) -> str:
    """Say until when somebody is away, by the word of their mail program (C17)."""
    today = timezone.localtime(now).date()
    for one in came:
        if one.kind == "auto_reply" and one.back_on is not None and one.back_on >= today:
            told = {"name": _who(page, one), "day": day(one.back_on)}
            away = _("%(name)s is away until %(day)s, says their mail program.") % told
            return f"{away} {_('The ask goes on as it was.')}" if page.row.state is State.ASKING else away
    return ""


def _first(page: DeskPage, thread: Thread) -> str:
    hours = int(thread.after.total_seconds() // 3600)
    days = hours // 24
    if days >= 2:
        took = ngettext("after %(n)d day", "after %(n)d days", days) % {"n": days}
    else:
        took = (
            ngettext("after %(n)d hour", "after %(n)d hours", hours) % {"n": hours} if hours else _("within the hour")
        )
    if not thread.by:
        return took
    name = page.row.requester if thread.by == "requester" else page.row.target
    return _("by %(name)s, %(took)s") % {"name": name, "took": took}
