"""The first line of whoever writes first, ready to be changed: the same in the letter and on the page (F1)."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from twoyes.lib import spoken


def first_line(*, target: str, connector: str, name: str, ask: str, proposed: Sequence[datetime]) -> str:
    """Return the text: a thank-you, the question, and times; `proposed` are on the clock of whoever is written to.

    Where no clock is known the times are left blank, in their time. Names and `ask` are data, cleaned by the caller.
    """
    who = {"target": target, "connector": connector}
    said = (
        _("Dear %(target)s,\n\nthank you for agreeing to hear from me, and thank you, %(connector)s, for this.") % who
    )
    asked = _("What I would like to ask you: %s") % ask if ask else ""
    blank = _("Would one of these times suit you, in your time?\n\n- …\n- …\n- …")
    return "\n\n".join(part for part in (said, asked, _times(proposed) or blank, name) if part)


def _times(proposed: Sequence[datetime]) -> str:
    if not proposed:
        return ""
    lines = [spoken.proposal(at) for at in proposed]
    said = _("Would one of these times suit you? They are on your clock (%(zone)s).")
    zone = str(proposed[0].tzinfo).replace("_", " ")
    return "\n\n".join([said % {"zone": zone}, "\n".join(f"- {line}" for line in lines)])
