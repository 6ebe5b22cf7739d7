"""Evidence as a page shows it: word, book and mail apart from each other, with the rhythm drawn beside (K1)."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from twoyes.lib import spoken
from twoyes.network import front as network
from twoyes.web.rhythm import chart

_NEAR = {
    "weak": gettext_lazy("A weak tie so far."),
    "known": gettext_lazy("You know each other."),
    "strong": gettext_lazy("You know each other well."),
}
# What is seen, what is not seen up to a day, and what nobody could see yet: a word for each, never a colour alone.
SIGHTS = {
    network.Sight.SEEN: gettext_lazy("Seen in mail and calendars"),
    network.Sight.NOT_SEEN: gettext_lazy("Not seen"),
    network.Sight.UNREAD: gettext_lazy("Not read"),
}


def evidenced(evidence: network.Evidence | None) -> dict[str, object]:
    """Return what `part/evidence.html` needs; what nobody knows is not put into words."""
    if evidence is None:
        return {"evidence": None}
    return {
        "evidence": evidence,
        "sight": SIGHTS[evidence.facts.sight],
        "near": _NEAR.get(evidence.level, ""),
        "contact": _contact(evidence),
        "shared": _shared(evidence.shared),
        "introduced": _introduced(evidence),
        "chart": chart(evidence.rhythm),
    }


def _contact(evidence: network.Evidence) -> str:
    """Say on which days they were seen first and last; "" where never."""
    if evidence.contact is None:
        return ""
    first, last = (spoken.day(day) for day in evidence.contact)
    return first if first == last else _("%(first)s to %(last)s") % {"first": first, "last": last}


def _shared(shared: network.Shared) -> str:
    """Say in how many conversations both stand; "" for none."""
    if shared.last is None:
        return ""
    told = ngettext(
        "You and they stand in one, of %(last)s.",
        "You and they stand in %(count)d, the last of %(last)s.",
        shared.count,
    )
    return told % {"count": shared.count, "last": spoken.day(shared.last)}


def _introduced(evidence: network.Evidence) -> str:
    """Say how often the connector introduced them in what is read; "" where never."""
    if not evidence.introduced:
        return ""
    made = ngettext(
        "You introduced them to one person in three years.",
        "You introduced them to %(count)d people in three years.",
        evidence.introduced,
    )
    told = made % {"count": evidence.introduced}
    if not evidence.unheard:
        return told
    silent = ngettext("Of one you never heard.", "Of %(count)d you never heard.", evidence.unheard)
    return f"{told} {silent % {'count': evidence.unheard}}"
