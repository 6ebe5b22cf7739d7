"""Why a way is warm, in plain words with its facts: what is seen is said, and what cannot be proven is said so."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from twoyes.lib import spoken
from twoyes.network.ties import Facts, explain

if TYPE_CHECKING:
    from twoyes.network.ways.finding import Someone, Step
    from twoyes.network.ways.shelf import Known


def step(one: Someone, other: Someone, known: Known | None) -> str:
    """Say what shows a tie, as the first of the two sees it."""
    if one.me or other.me:
        return _mine(other if one.me else one, known)
    if known is None or not known.seen:
        told = _("%(one)s and %(other)s: from a file of ties; it cannot be proven from mail or calendar.")
        return told % {"one": one.name, "other": other.name}
    return " ".join(sentence for sentence in (_mail(one, other, known.facts), _met(known.facts)) if sentence)


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


def _mine(other: Someone, known: Known | None) -> str:
    if known is None or not known.seen:
        told = _("%(name)s is in your address book; nothing is seen between you in mail or calendar.")
        return told % {"name": other.name}
    return _("%(name)s: %(why)s") % {"name": other.name, "why": explain(known.facts)}


def _mail(one: Someone, other: Someone, facts: Facts) -> str:
    if not (facts.out or facts.back):
        return _("%(one)s and %(other)s met.") % {"one": one.name, "other": other.name}
    told = {
        "one": one.name,
        "other": other.name,
        "weeks": _weeks(max(facts.weeks_out, facts.weeks_back)),
        "last": _day(max(facts.last_out or 0, facts.last_back or 0)),
    }
    if facts.out and facts.back:
        return _("%(one)s and %(other)s wrote to each other in %(weeks)s that you saw, last on %(last)s.") % told
    if facts.back:
        told |= {"one": other.name, "other": one.name}
    return _("%(one)s wrote to %(other)s in %(weeks)s that you saw, last on %(last)s.") % told


def _met(facts: Facts) -> str:
    if not facts.meetings:
        return ""
    told = {"count": facts.meetings, "last": _day(facts.last_met or 0)}
    return ngettext("One meeting, on %(last)s.", "%(count)d meetings, the last on %(last)s.", facts.meetings) % told


def _weeks(count: int) -> str:
    return ngettext("one week", "%(count)d different weeks", count) % {"count": count}


def _day(seconds: int) -> str:
    return spoken.day(datetime.fromtimestamp(seconds, UTC))
