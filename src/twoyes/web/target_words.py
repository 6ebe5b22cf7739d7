"""What the target's page says: who asks what, in words cleared for them, and what they answered (E1, D7, D8)."""

from __future__ import annotations

import re

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from twoyes.introductions.front import State, TargetPage
from twoyes.lib.text import defang
from twoyes.people import front as people
from twoyes.web.asking_form import spelled
from twoyes.web.target_form import who
from twoyes.web.templatetags.times import day, moment

__all__ = ["answered", "done", "facts", "heading", "held", "standing", "who"]


def heading(page: TargetPage) -> str:
    """Return the one sentence that says where the reader is."""
    if page.ended == "no_longer_needed":
        return _("This is no longer needed, thank you.")
    if page.ended:
        return _("This has ended.")
    if page.introduced_at:
        return _("You are introduced.")
    if "confirm" in page.may:
        return _("It could come about now.")
    return _("Thank you for your answer.") if page.answer else _unanswered(page)


def _unanswered(page: TargetPage) -> str:
    if page.state is State.PASSED:
        return _("%(name)s passed on to you how to reach %(other)s.") % who(page)
    if page.state is not State.ASKING:
        return _("The time for this question is over.")
    return _("%(name)s asks: may I introduce you to someone?") % who(page)


def standing(page: TargetPage) -> str:
    """Return the sentence below the heading: what was answered, or what happens without an answer."""
    if page.ended:
        return _("Nothing is expected of you, and nothing more happens.")
    if page.introduced_at:
        return _("You and %(other)s have each other's address. There is nothing more to do here.") % who(page)
    if "confirm" in page.may:
        return _("You said yes, and it did not come about then. If you still wish it, say so here. Else do nothing.")
    return answered(page) if page.answer else _without_answer(page)


def _without_answer(page: TargetPage) -> str:
    if page.state is State.PASSED:
        return _("%(other)s allowed that their details come to you. What you do with them is yours.") % who(page)
    if page.late_yes:
        return _late(page)
    if page.state is not State.ASKING:
        return _("Silence counts as a no, with no hard feelings. A yes still reaches %(name)s from here.") % who(page)
    silence = _("No answer is needed: silence counts as a no, with no hard feelings, and you are not asked again.")
    if page.answer_until:
        dated = _("No answer is needed: after %(day)s silence counts as a no, with no hard feelings.")
        silence = dated % {"day": day(page.answer_until)}
    return _("Nothing happens unless you say yes. %(silence)s") % {"silence": silence}


def facts(page: TargetPage) -> list[tuple[str, str]]:
    """Return what the ask says, as pairs; nothing once it has ended. Addresses and phones are never among it."""
    if page.ended:
        return []
    said, own, named = page.words, page.approval, who(page)
    name = _("You see the name when you would like to.") if page.blind else page.other_name
    pairs = [
        (_("Who"), name),
        (_("In their own words"), said.get("about_me", "")),
        (_("%(name)s says") % named, _vouch(page)),
        (_("Why you"), own.get(_WHY[page.side]) or own.get("because") or said.get("why_them", "")),
        (_("Why now"), said.get("why_now", "")),
        (_("What is in it for you"), said.get("benefit", "")),
        (_("What is asked of you"), said.get("ask", "")),
        (_("How"), _meeting(page)),
        (_("By when"), said.get("by_when", "")),
        (_("What they know of you"), said.get("homework", "")),
        # Behind a link stands a name.
        (_("About them"), "" if page.blind else said.get("link", "")),
        (_("What was checked"), _checked(page)),
    ]
    return [(label, _veiled(page, defang(text))) for label, text in pairs if text]


def personal_line(page: TargetPage) -> str:
    """Return the connector's first line to the reader, which in a blind ask names nobody either."""
    return "" if page.ended else _veiled(page, page.approval.get("personal_line", ""))


_WHY = {"target": "why_target", "first": "why_first", "second": "why_second"}


def answered(page: TargetPage) -> str:
    """Return what was answered, until when that can be changed, and what happens then; "" before an answer."""
    if not page.answer or page.introduced_at:
        return ""
    said = _ANSWERED.get(page.answer, lambda: _("Your answer is noted."))()
    if page.answer == "yes" and page.side == "first":
        said = _("You said yes. %(name)s asks the other person now, and you hear either way.") % who(page)
        if page.hears_by:
            dated = _("You said yes. %(name)s asks the other person now, and you hear by %(day)s either way.")
            said = dated % {**who(page), "day": day(page.hears_by)}
    elif page.answer == "yes" and page.state is not State.AGREED:
        said = _("You said yes.")
    elif page.answer == "yes" and not page.addressed:
        said = _("You said yes. The introduction waits until %(name)s has an address of yours.") % who(page)
    elif page.answer == "yes" and page.as_draft:
        said = _("You said yes. %(name)s sends the introduction within a week; until then you can change it.") % who(
            page
        )
    if page.state is State.WITHDRAWN:
        return _("%(said)s It is no longer needed, thank you.") % {"said": said}
    until = moment(page.answer_until)
    if not page.may or not until or page.answer == "yes":
        return said
    return _("%(said)s You can change this until %(day)s.") % {"said": said, "day": until}


def done(page: TargetPage, act: str) -> str:
    """Return a sentence for what was just done where the page itself does not show it."""
    if act == "answer" and (page.answer or (page.state is State.ASKING and not page.approval.get("blind"))):
        return ""
    unveiled = _("Here is who it is. Nothing is agreed yet: choose, tick the box, and press the button once more.")
    known = {
        "answer": unveiled if page.state is State.ASKING else "" if page.late_yes else _late(page),
        "confirm": _("Noted: you still wish it. %(name)s takes it up again.") % who(page),
        "undo": _("Your answer is taken back."),
        "wishes": _("Your wish is noted. It counts from now on."),
        "asked": _("Your wishes are kept. They count from now on, and stand here to be changed."),
        "back": _("Taken back. You may be asked again, as far as nothing else you said forbids it."),
        "standing_over": _("Taken back. From now on you are asked first, every time."),
        "how_it_went": _("Thank you. %(name)s reads it.") % who(page),
        "also_me": _("Noted: both addresses are yours. You are asked once."),
        "not_me": _("Thank you. This address is not asked again."),
    }
    return known.get(act, "")


def _late(page: TargetPage) -> str:
    """Return what a yes after the date leads to; nobody has asked the other of the two where this was the first."""
    if page.side == "first":
        return _("Your yes is noted. It came after the date, so %(name)s decides whether to go on.") % who(page)
    return _("Your yes is noted. It came after the date, so it counts only if both others still wish it.")


def held(what: people.Held | None) -> list[tuple[str, str]]:
    """Return what is held about somebody, as pairs; addresses in part, and nothing of what the owner thinks."""
    if what is None:
        return []
    numbers = ngettext("%d phone number", "%d phone numbers", what.numbers) % what.numbers if what.numbers else ""
    since = day(what.known_since) if what.known_since else ""
    kept = (*what.addresses, *([numbers] if numbers else []), *([_("a profile")] if what.profiles else []))
    source = ", ".join(_SOURCES.get(kind, kind) for kind in what.sources) or _("written by hand")
    pairs = [
        (_("Name"), what.name),
        (_("Organisation"), ", ".join(part for part in (what.position, what.organisation) if part)),
        (_("How to reach you"), ", ".join(kept)),
        (_("Known since"), since),
        (_("Where it came from"), source),
        (_("How long"), _("until you or they take it away")),
    ]
    return [(label, text) for label, text in pairs if text]


_SOURCES = {"linkedin": "LinkedIn", "google": "Google", "outlook": "Outlook", "thunderbird": "Thunderbird"}

_ANSWERED = {
    "yes": lambda: _("You said yes. The introduction leaves ten minutes after that; until then you can change it."),
    "no": lambda: _("You said no, and that is all right."),
    "never": lambda: _("You said never. You will not be asked."),
    "not_me": lambda: _("You said that this is not you. This address is not asked again."),
    "later": lambda: _("You said not now. You may be asked again from the day that you named."),
    "their_details": lambda: _("You asked for their details. They come in a letter to you alone."),
}


def _vouch(page: TargetPage) -> str:
    level, line = page.approval.get("vouch_level", ""), page.approval.get("vouch", "")
    start = {
        "vouch": _("I vouch for them."),
        "know": _("I know them."),
        "no_vouch": _("I do not know them first-hand."),
    }.get(level, "")
    return " ".join(part for part in (start, line) if part) if line else ""


def _meeting(page: TargetPage) -> str:
    kind, minutes = page.words.get("format", ""), page.words.get("minutes", "")
    if not kind:
        return ""
    spoken = spelled("format", kind)
    if not minutes:
        return spoken
    return _("%(format)s, %(minutes)s minutes") % {"format": spoken, "minutes": minutes}


def _checked(page: TargetPage) -> str:
    if page.side != "target" or not page.words:
        return ""
    return _("They proved their e-mail address. Everything else is what they wrote.")


def _veiled(page: TargetPage, text: str) -> str:
    """In a blind ask the name stands nowhere, not even in what they wrote of themselves."""
    if not page.blind:
        return text
    name = page.words.get("target" if page.side == "first" else "name", "")
    for part in sorted({name, *name.split()}, key=len, reverse=True):
        if len(part) > 1:
            text = re.sub(rf"(?<!\w){re.escape(part)}(?!\w)", "…", text, flags=re.IGNORECASE)
    return text
