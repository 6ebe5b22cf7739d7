"""/desk/noes/: a kind no to several requests at once, each name and each text shown before any leaves (N2, N4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from twoyes.introductions import front as introductions
from twoyes.introductions.front import BadFields, DeskRow
from twoyes.lib import clock
from twoyes.lib.errors import Refused
from twoyes.mail import front as mail
from twoyes.web import desk_words, replies
from twoyes.web.desk_door import Desk, at_desk
from twoyes.web.desk_forms import DECLINING
from twoyes.web.forms import Field, Form, Option, typed


@require_http_methods(["GET", "HEAD", "POST"])
@at_desk
def noes(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Choose whom, write the reason once, read every letter, then send them; each is a decline of its own."""
    rows = _open_rows(desk)
    form = _form(rows)
    step = request.POST.get("step", "")
    if request.method != "POST":
        return _choose(request, desk, form)
    if step == "edit":
        return _choose(request, desk, form.filled(request))
    said = typed(request, form.fields)
    try:
        chosen = _chosen(rows, said)
        letters = [(row, _letter(desk, row, said)) for row in chosen]
    except Refused as refused:
        filled = form.filled(request, replies.errors_of(refused))
        return _choose(request, desk, filled, replies.status_of(refused))
    if step != "send":
        return _read(request, desk, said, letters)
    return _send(request, desk, chosen, said)


def _open_rows(desk: Desk) -> list[DeskRow]:
    return introductions.undecided(desk.connector.id, clock.now())


def _form(rows: Sequence[DeskRow]) -> Form:
    people = tuple(Option(row.id, row.requester, _("would like to meet %s") % row.target) for row in rows)
    whom = Field("which", gettext_lazy("To whom?"), kind="ticks", options=people, required=True)
    return Form("noes", "/desk/noes/", (whom, *DECLINING), _("Read the letters"), hidden={"step": "read"}, main=True)


def _chosen(rows: Sequence[DeskRow], said: Mapping[str, str]) -> list[DeskRow]:
    wanted = said["which"].split()
    found = [row for row in rows if row.id in wanted]
    errors: dict[str, tuple[str, str]] = {}
    if not found:
        errors["which"] = ("required", _("Choose at least one."))
    if not said["reason"].strip():
        errors["reason"] = ("required", _("Please fill this in."))
    if errors:
        raise BadFields(errors)
    return found


def _letter(desk: Desk, row: DeskRow, said: Mapping[str, str]) -> mail.Composed:
    facts = introductions.preview_facts(desk.connector.id, row.id, "declined", "requester", approval={}, target_id="")
    words = {name: said[name].strip() for name in ("reason", "instead", "stay_in_touch", "rule")}
    return mail.compose(replace(facts, consolation=words))


def _choose(request: HttpRequest, desk: Desk, form: Form, status: int = 200) -> HttpResponse:
    context = {
        "desk": desk,
        "form": form,
        "none": not form.fields[0].options,
        "done": desk_words.done(request.GET.get("done", "")) if request.method != "POST" else "",
    }
    return replies.page(request, "noes.html", context, status=status)


def _read(
    request: HttpRequest, desk: Desk, said: Mapping[str, str], letters: Sequence[tuple[DeskRow, mail.Composed]]
) -> HttpResponse:
    button = _("Send this letter") if len(letters) == 1 else _("Send these %d letters") % len(letters)
    context = {
        "desk": desk,
        "letters": letters,
        "send": Form("noes", "/desk/noes/", (), button, hidden={**said, "step": "send"}, main=True),
        "edit": Form("noes", "/desk/noes/", (), _("Change something"), hidden={**said, "step": "edit"}),
    }
    return replies.page(request, "noes_read.html", context)


def _send(request: HttpRequest, desk: Desk, chosen: Sequence[DeskRow], said: Mapping[str, str]) -> HttpResponse:
    """Decline each; one that has moved on meanwhile is named, and the others are declined all the same."""
    moved: list[tuple[DeskRow, str]] = []
    for row in chosen:
        try:
            introductions.decline(row.id, said, actor=desk.actor, now=clock.now())
        except BadFields as bad:
            return _choose(request, desk, _form(_open_rows(desk)).filled(request, bad.errors), 422)
        except Refused as refused:
            moved.append((row, refused.sentence))
    if not moved:
        return replies.see("/desk/?done=noes")
    context = {"desk": desk, "moved": moved, "sent": len(chosen) - len(moved)}
    return replies.page(request, "noes_moved.html", context, status=409)
