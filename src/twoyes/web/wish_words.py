"""What the connector reads of the wishes of whoever they might ask: before the decision, and on the card (B4, A5)."""

from __future__ import annotations

from django.utils.translation import gettext as _

from twoyes.introductions.front import Wished, part_of_month
from twoyes.web.templatetags.times import day
from twoyes.web.wish_forms import formats, how_often


def lines(known: Wished | None) -> list[tuple[str, str]]:
    """Return the wishes of somebody as pairs, the one that closes first; nothing where they said nothing."""
    if known is None:
        return []
    listed = _("They stand in no list and no suggestion, by their own wish.") if known.not_listed else ""
    standing = ""
    if known.standing_since:
        said = _("On %(day)s they said that you may introduce them without asking. Approving introduces them.")
        standing = said % {"day": day(known.standing_since)}
    pairs = [
        # Whoever said yes in advance is not asked, so there is nothing to wait for.
        (_("A fair time to ask them"), "" if standing else not_before(known)),
        (_("Not welcome"), ", ".join(known.unwelcome)),
        (_("They take"), formats(known.formats)),
        (_("Welcome"), ", ".join(known.welcome)),
        (_("How often"), how_often(known.every_months) if known.every_months else ""),
        (_("Lists"), listed),
        (_("A yes in advance"), standing),
    ]
    return [(label, text) for label, text in pairs if text]


def not_before(known: Wished) -> str:
    """Return from when it is fair to ask, roughly: it may rest on what others asked (no-leak)."""
    return _("not before %(when)s") % {"when": part_of_month(known.not_before)} if known.not_before else ""
