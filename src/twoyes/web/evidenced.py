"""Evidence as a page shows it: word, book and mail apart from each other, with the rhythm drawn beside (K1)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy

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
    return {"evidence": evidence, "near": _NEAR.get(evidence.level, ""), "chart": chart(evidence.rhythm)}
