"""Evidence as a page shows it: word, book and mail apart from each other, with the rhythm drawn beside (K1)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy, ngettext

from twoyes.network import front as network
from twoyes.web.rhythm import chart

_NEAR = {
    "weak": gettext_lazy("A weak tie so far."),
    "known": gettext_lazy("You know each other."),
    "strong": gettext_lazy("You know each other well."),
}


def evidenced(evidence: network.Evidence | None) -> dict[str, object]:
    """Return what `part/evidence.html` needs; what nobody knows is not put into words."""
    if evidence is None:
        return {"evidence": None}
    near, made = _NEAR.get(evidence.level, ""), _introduced(evidence)
    return {"evidence": evidence, "near": near, "introduced": made, "chart": chart(evidence.rhythm)}


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
