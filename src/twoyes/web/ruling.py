"""/desk/rules/: the house rules as sentences to choose, each with its number or words (N3, K1 to K4)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from twoyes.lib.errors import Refused
from twoyes.policy import front as policy
from twoyes.web import desk_words, replies
from twoyes.web.desk_door import Desk, at_desk
from twoyes.web.forms import Field, Form, Option, Shown, typed

_STRENGTHS = {
    policy.Strength.HINT: gettext_lazy("mention it"),
    policy.Strength.CONCERN: gettext_lazy("let me think"),
    policy.Strength.BLOCKER: gettext_lazy("do not let it through"),
}
# Where the list has a heading: above the rule with this id.
_HEADINGS = {
    "not_known": gettext_lazy("Whom I introduce"),
    "no_benefit": gettext_lazy("For what"),
    "too_many_open": gettext_lazy("How much, and what comes after"),
    "lapse": gettext_lazy("When"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One rule on the page: its heading if it has one, its name, its tick where it has one, and its other fields."""

    heading: str
    name: str
    hint: str
    tick: Shown | None
    more: list[Shown]


@require_http_methods(["GET", "HEAD", "POST"])
@at_desk
def rules(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show the sentences; keep those that are chosen as the next version. Requests keep the one their sender saw."""
    kept = policy.written(desk.connector.id)
    form = _form(kept)
    if request.method != "POST":
        return _show(request, desk, form)
    try:
        policy.choose(desk.connector.id, typed(request, form.fields))
    except policy.BadRules as refused:
        return _show(request, desk, form.filled(request, refused.errors), 422)
    except Refused as refused:
        return _show(request, desk, form.filled(request), replies.status_of(refused), refused=refused)
    return replies.see("/desk/rules/?done=rules")


def _form(kept: Mapping[str, str]) -> Form:
    fields = [field for rule in policy.SENTENCES for field in _fields(rule, kept)]
    then = _("Requests that are under way keep the rules that their senders read.")
    return Form("rules", "/desk/rules/", fields, _("Keep these rules"), then, values=kept, main=True)


def _fields(rule: policy.HouseRule, kept: Mapping[str, str]) -> Iterator[Field]:
    if rule.id == "closed":
        taken = sum(name.startswith("closed_first_") for name in kept)
        for number in range(taken + 1):
            yield Field(f"closed_first_{number}", _("The first day"), kind="day")
            yield Field(f"closed_last_{number}", _("The last day"), kind="day")
        return
    if rule.id == "no_go":
        yield Field("no_go_names", _(rule.name), _(rule.hint), "text", rows=4)
        return
    yield Field(rule.id, _(rule.name), _(rule.hint) if rule.hint else "", "tick")
    for one in rule.values:
        yield _value(f"{rule.id}_{one.name}", one)
    if rule.strength is not None:
        options = tuple(Option(str(strength), _STRENGTHS[strength]) for strength in policy.STRENGTHS)
        yield Field(f"{rule.id}_strength", _("When it is met"), kind="select", options=options)


def _value(name: str, one: policy.Value) -> Field:
    if one.choices:
        options = tuple(Option(value, _(label)) for value, label in one.choices)
        return Field(name, _(one.label), kind="select", options=options)
    if one.is_number:
        return Field(name, _(one.label), kind="number")
    return Field(name, _(one.label), kind="text", rows=2)


def _lines(form: Form) -> list[Line]:
    shown = {one.field.name: one for one in form}
    return [
        Line(
            str(_HEADINGS.get(rule.id, "")),
            _(rule.name),
            _(rule.hint) if rule.hint else "",
            shown.get(rule.id),
            [one for name, one in shown.items() if name.startswith(f"{rule.id}_")],
        )
        for rule in policy.SENTENCES
    ]


def _show(
    request: HttpRequest, desk: Desk, form: Form, status: int = 200, *, refused: Refused | None = None
) -> HttpResponse:
    context = {
        "desk": desk,
        "form": form,
        "lines": _lines(form),
        "refused": refused,
        "done": desk_words.done(request.GET.get("done", "")) if request.method != "POST" else "",
    }
    return replies.page(request, "rules.html", context, status=status)
