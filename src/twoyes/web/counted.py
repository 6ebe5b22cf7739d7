"""/desk/numbers/: what became of the connector's own introductions, as sentences, drawings and tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from twoyes.introductions import front as introductions
from twoyes.introductions.front import MET, Numbers
from twoyes.lib import clock
from twoyes.people import front as people
from twoyes.web import replies
from twoyes.web.desk_door import Desk, at_desk
from twoyes.web.forms import Form, Words
from twoyes.web.requester_words import OUTCOMES

PAGE = "/desk/numbers/"
# How many months back can be looked at; the first is what is shown unasked.
MONTHS = (12, 3, 36)
_MONTH = timedelta(days=30.44)
_STEPS: dict[str, Words] = {
    "asked": gettext_lazy("Reached your desk"),
    "approved": gettext_lazy("You approved"),
    "yes": gettext_lazy("All said yes"),
    "introduced": gettext_lazy("Introduced"),
    "met": gettext_lazy("They met"),
    "became": gettext_lazy("It became something"),
}
_NOES: dict[str, Words] = {
    "declined": gettext_lazy("You said no"),
    "no": gettext_lazy("They said no"),
    "later": gettext_lazy("They said not now"),
    "silence": gettext_lazy("They did not answer, which is a no"),
    "not_reached": gettext_lazy("The ask did not reach them"),
    "withdrawn": gettext_lazy("Taken back"),
    "lapsed": gettext_lazy("It lapsed, undecided"),
}
# By whoever asked, in their own first person.
_OUTCOMES = {one.value: one.label for one in OUTCOMES}
# The drawing, in its own units: a row for each step, a column for each month.
WIDTH, ROW, SIDE = 320, 32, 34
HEIGHT, GAP = 80, 4


@dataclass(frozen=True, slots=True)
class Step:
    """One step of all: its name, how many came so far, and its bar."""

    name: Words
    count: int
    y: int
    width: int


@dataclass(frozen=True, slots=True)
class Month:
    """One month: how many requests reached the desk and how many became introductions, and their columns."""

    first: date
    asked: int
    introduced: int
    x: int
    heights: tuple[int, int]


@require_safe
@at_desk
def page(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show the numbers of the last months; which, the address says."""
    asked = request.GET.get("months", "")
    months = next((number for number in MONTHS if str(number) == asked), MONTHS[0])
    now, zone = clock.now(), desk.connector.zone
    found = introductions.numbers(desk.connector.id, now - months * _MONTH, now, zone=zone)
    columns, wanted = _columns(found), people.wants_monthly(desk.connector.id)
    context = {
        "desk": desk,
        "months": months,
        "spans": [(number, _span(number)) for number in sorted(MONTHS)],
        "numbers": found,
        "sentence": _sentence(found, months),
        "times": _times(found),
        "steps": _steps(found),
        "width": WIDTH,
        "bars": len(_STEPS) * ROW,
        "columns": columns,
        "column": _column(len(columns)),
        "height": HEIGHT,
        "news": [(one, _OUTCOMES[one.outcome]) for one in found.news],
        "share": _to_share(found, months),
        "wanted": wanted,
        "monthly": _monthly_form(wanted=wanted),
        "noes": [(_NOES[no], count) for no, count in found.noes.items() if count],
    }
    return replies.page(request, "numbers.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@at_desk
def monthly(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Keep whether the letter of the 1st comes."""
    if request.method == "POST":
        wanted = request.POST.get("monthly") == "yes"
        introductions.wish_monthly(desk.connector.id, clock.now(), wanted=wanted)
    return replies.see(f"{PAGE}#monthly")


def _monthly_form(*, wanted: bool) -> Form:
    if wanted:
        return Form("monthly", f"{PAGE}monthly", (), _("No such letter, please"), hidden={"monthly": "no"})
    return Form("monthly", f"{PAGE}monthly", (), _("Send me this letter"), hidden={"monthly": "yes"})


def _to_share(found: Numbers, months: int) -> str:
    """Return what may be shown to anybody: how many and what, and nobody's name; "" where nothing came of any."""
    if not found.became:
        return ""
    said = _("Of the introductions that I made in the last %(months)s, this was told to me:") % {
        "months": _span(months)
    }
    lines = [f"{count} × {_OUTCOMES[code]}" for code, count in _most_first(found)]
    return "\n".join([said, *lines])


def _most_first(found: Numbers) -> list[tuple[str, int]]:
    """What it became before mere meetings."""
    return sorted(found.became.items(), key=lambda one: (one[0] in MET, -one[1]))


def _span(months: int) -> str:
    return ngettext("%(n)d month", "%(n)d months", months) % {"n": months}


def _sentence(found: Numbers, months: int) -> str:
    said = _(
        "In the last %(months)s, %(asked)d reached your desk. You approved %(approved)d; to %(yes)d everybody said "
        "yes, %(introduced)d are introduced. Of %(met)d you heard that they met, and of %(became)d what it became."
    )
    return said % {**found.steps, "months": _span(months)}


def _times(found: Numbers) -> list[str]:
    told = (
        (found.to_decide, _("Half of your decisions took less than %s.")),
        (found.to_answer, _("Half of those who answered did so within %s.")),
    )
    return [sentence % _said(time) for time, sentence in told if time is not None]


def _said(time: timedelta) -> str:
    """Return a time as people say it: hours below two days, then days."""
    hours = round(time.total_seconds() / 3600)
    if hours < 1:
        return _("an hour")
    if hours < 48:
        return ngettext("%(n)d hour", "%(n)d hours", hours) % {"n": hours}
    return ngettext("%(n)d day", "%(n)d days", time.days) % {"n": time.days}


def _steps(found: Numbers) -> list[Step]:
    most = max(1, *found.steps.values())
    room = WIDTH - SIDE
    return [
        Step(_STEPS[step], count, number * ROW, round(count / most * room))
        for number, (step, count) in enumerate(found.steps.items())
    ]


def _columns(found: Numbers) -> Sequence[Month]:
    """Return every month from the first to the last in which something was asked, the empty ones too."""
    counted = {date.fromisoformat(f"{month}-01"): steps for month, steps in found.months}
    if not counted:
        return ()
    firsts = [min(counted)]
    while firsts[-1] < max(counted):
        firsts.append((firsts[-1] + timedelta(days=32)).replace(day=1))
    most = max(steps["asked"] for steps in counted.values())
    wide = _column(len(firsts)) + GAP
    return [
        Month(first, asked, made, number * wide, (round(asked / most * HEIGHT), round(made / most * HEIGHT)))
        for number, first in enumerate(firsts)
        for asked, made in [(counted.get(first, {}).get("asked", 0), counted.get(first, {}).get("introduced", 0))]
    ]


def _column(months: int) -> int:
    return min(24, WIDTH // max(1, months) - GAP)
