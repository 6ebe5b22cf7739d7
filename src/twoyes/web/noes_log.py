"""/desk/noes/log: the connector's own noes, each with its reason and what became of whoever heard it (N2)."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from twoyes.introductions import front as introductions
from twoyes.introductions.front import SaidNo
from twoyes.web import replies
from twoyes.web.desk_door import Desk, at_desk, first_row
from twoyes.web.no_words import CONSOLATIONS, WHY
from twoyes.web.templatetags.times import day


@dataclass(frozen=True, slots=True)
class Line:
    """One no in words."""

    said: SaidNo
    why: str | Promise
    offered: str


@require_safe
@at_desk
def log(request: HttpRequest, desk: Desk) -> HttpResponse:
    """List the noes, newest first, a page at a time."""
    begin = first_row(request)
    noes, total = introductions.said_no(desk.connector.id, begin=begin)
    context = {
        "desk": desk,
        "lines": [_line(one) for one in noes],
        "begin": begin,
        "end": begin + len(noes),
        "total": total,
    }
    return replies.page(request, "noes_log.html", context)


def _line(said: SaidNo) -> Line:
    offered = str(CONSOLATIONS.get(said.offered, "")) if said.offered else ""
    if said.come_back is not None:
        offered = _("to come back on %(day)s") % {"day": day(said.come_back)}
    return Line(said, WHY.get(said.why, _("in your own words")), offered)
