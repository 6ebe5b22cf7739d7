"""Why a way is warm, in plain words with its facts: what is seen is said, and what cannot be proven is said so."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

if TYPE_CHECKING:
    from twoyes.network.ways.finding import Someone, Step


def step(one: Someone, other: Someone, facts: Any) -> str:
    """Say what shows a tie."""
    if one.me or other.me:
        return _mine(other if one.me else one, facts)
    names = {"one": one.name, "other": other.name}
    if facts is None or not (facts["out"] or facts["back"] or facts["meetings"]):
        return _("%(one)s and %(other)s: from a file of ties; it cannot be proven from mail or calendar.") % names
    told = [_mail(names, facts), _met(facts)]
    return " ".join(sentence for sentence in told if sentence)


def way(people: Sequence[Someone], steps: Sequence[Step]) -> str:
    """Say why this way, its weakest tie last: a chain is no warmer than that."""
    told = [one.sentence for one in steps]
    if len(steps) > 1:
        weak = min(range(len(steps)), key=lambda at: steps[at].strength)
        names = {"one": _name(people[weak]), "other": _name(people[weak + 1])}
        told.append(_("The weakest tie is between %(one)s and %(other)s.") % names)
    if not all(one.proven for one in steps):
        told.append(_("Not every step can be proven from mail or calendar."))
    return " ".join(told)


def _name(one: Someone) -> str:
    return _("you") if one.me else one.name


def _mine(other: Someone, facts: Any) -> str:
    # In a pair with the owner, whose number is the least, "out" is what the owner wrote.
    name = {"name": other.name}
    if facts is None or not (facts["out"] or facts["back"] or facts["meetings"]):
        return _("%(name)s is in your address book; nothing is seen between you in mail or calendar.") % name
    weeks_out, weeks_back = int(facts["weeks_out"]), int(facts["weeks_back"])
    told = {**name, "last": _day(facts["last"]), "since": _day(facts["first"])}
    if weeks_out and weeks_back:
        told |= {"weeks": _weeks(weeks_out)}
        said = _("You wrote to %(name)s in %(weeks)s since %(since)s, and they to you; last seen on %(last)s.") % told
    elif weeks_out:
        told |= {"weeks": _weeks(weeks_out)}
        said = _("You wrote to %(name)s in %(weeks)s, last on %(last)s; no answer is seen.") % told
    elif weeks_back:
        told |= {"weeks": _weeks(weeks_back)}
        said = _("%(name)s wrote to you in %(weeks)s, last on %(last)s; no letter of yours is seen.") % told
    else:
        said = _("You and %(name)s met, last on %(last)s.") % told
    return " ".join(one for one in (said, _met(facts)) if one)


def _mail(names: dict[str, str], facts: Any) -> str:
    weeks_out, weeks_back = int(facts["weeks_out"]), int(facts["weeks_back"])
    told = {**names, "weeks": _weeks(max(weeks_out, weeks_back)), "last": _day(facts["last"])}
    if weeks_out and weeks_back:
        return _("%(one)s and %(other)s wrote to each other in %(weeks)s that you saw, last on %(last)s.") % told
    if weeks_out or weeks_back:
        return _("One of %(one)s and %(other)s wrote to the other in %(weeks)s that you saw, last on %(last)s.") % told
    return _("%(one)s and %(other)s met, last on %(last)s.") % told


def _met(facts: Any) -> str:
    count = int(facts["meetings"])
    return ngettext("One meeting.", "%(count)d meetings.", count) % {"count": count} if count else ""


def _weeks(count: int) -> str:
    return ngettext("one week", "%(count)d different weeks", count) % {"count": count}


def _day(seconds: Any) -> str:
    return date_format(datetime.fromtimestamp(int(seconds), UTC), "j F Y")
