"""/desk/noes/: a kind no to several requests at once, each with its own reason and text, all read before any leaves.

Whoever is chosen gets the ready words of a reason, words of their own, or those that are the same for everybody (N2,
N4).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from twoyes.introductions import front as introductions
from twoyes.introductions.front import BadFields, DeskRow
from twoyes.lib import clock
from twoyes.lib.errors import Refused
from twoyes.mail import front as mail
from twoyes.policy import front as policy
from twoyes.web import composing, desk_words, replies
from twoyes.web.desk_door import Desk, at_desk
from twoyes.web.desk_forms import DECLINING
from twoyes.web.forms import Field, Form, Option, Shown, typed
from twoyes.web.no_words import LANGUAGES, TONES, WHY

PARTS = ("reason", "instead", "stay_in_touch")
_WHICH = Field("which", gettext_lazy("To whom?"), kind="ticks", required=True)


@dataclass(frozen=True, slots=True)
class Person:
    """One request that may be declined: whether it is chosen, its own reason, tone and language, and its own words.

    Words there are once ready ones were read.
    """

    row: DeskRow
    ticked: bool
    why: Shown
    voice: Sequence[Shown]
    texts: Sequence[Shown]
    filled: str

    @property
    def voiced(self) -> bool:
        """Whether tone or language were chosen, which then stand open."""
        usual = _usual(self.row)
        return any(one.value not in ("", usual[one.field.name]) for one in self.voice)


@dataclass(frozen=True, slots=True)
class No:
    """One no as it would leave: to whom, what is handed to the verb, and the letter."""

    row: DeskRow
    fields: Mapping[str, str]
    letter: mail.Composed


@require_http_methods(["GET", "HEAD", "POST"])
@at_desk
def noes(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Choose whom, say why, read every letter, then send them; each is a decline of its own."""
    rows = introductions.undecided(desk.connector.id, clock.now())
    form = _form(rows)
    step = request.POST.get("step", "")
    if request.method != "POST":
        return _choose(request, desk, rows, form)
    if step == "edit":
        return _choose(request, desk, rows, form.filled(request))
    said = typed(request, form.fields)
    try:
        letters = [_no(desk, row, said) for row in _chosen(rows, said)]
    except Refused as refused:
        filled = form.filled(request, replies.errors_of(refused))
        return _choose(request, desk, rows, filled, replies.status_of(refused))
    if step != "send":
        return _read(request, desk, said, letters)
    return _send(request, desk, letters)


def _form(rows: Sequence[DeskRow]) -> Form:
    """Return every field that the page may post: one of each for each request, and those for everybody."""
    own = [field for row in rows for field in (_why(row), *_voice(row), *_texts(row), Field(f"filled_{row.id}", ""))]
    fields = (_WHICH, *own, *DECLINING)
    usual = {name: value for row in rows for name, value in _usual(row).items()}
    form = Form("noes", "/desk/noes/", fields, _("Read the letters"), hidden={"step": "read"}, main=True)
    return replace(form, values=usual)


def _why(row: DeskRow) -> Field:
    label = _("Why, to %(name)s?") % {"name": row.requester}
    return Field(f"why_{row.id}", label, kind="select", options=_REASONS)


_REASONS = (
    Option("", gettext_lazy("with the words below")),
    *(Option(code, label) for code, label in WHY.items()),
)


def _voice(row: DeskRow) -> list[Field]:
    """Return how the ready words of a reason are said to one of them: as in a single no."""
    return [
        Field(f"tone_{row.id}", gettext_lazy("In which tone?"), kind="select", options=_TONES),
        Field(f"words_in_{row.id}", gettext_lazy("In which language?"), kind="select", options=_LANGUAGES),
    ]


def _usual(row: DeskRow) -> dict[str, str]:
    return {f"tone_{row.id}": policy.NO_TONES[0], f"words_in_{row.id}": policy.language_of(row.language)}


_TONES = tuple(Option(code, label) for code, label in TONES.items())
_LANGUAGES = tuple(Option(code, label) for code, label in LANGUAGES.items())


def _texts(row: DeskRow) -> list[Field]:
    parts = [one for one in DECLINING if one.name in PARTS]
    named = [_("%(what)s, to %(name)s") % {"what": one.label, "name": row.requester} for one in parts]
    return [Field(f"{one.name}_{row.id}", label, kind="text") for one, label in zip(parts, named, strict=True)]


def _chosen(rows: Sequence[DeskRow], said: Mapping[str, str]) -> list[DeskRow]:
    wanted = said["which"].split()
    found = [row for row in rows if row.id in wanted]
    if not found:
        raise BadFields({"which": ("required", _("Choose at least one."))})
    return found


def _no(desk: Desk, row: DeskRow, said: Mapping[str, str]) -> No:
    """Return the no to one of them. Words of their own win over ready words, and those over words for everybody."""
    why = said[f"why_{row.id}"]
    chosen = {one.name: said[one.name] for one in DECLINING}
    if why:
        voice = {name: said[f"{name}_{row.id}"] for name in ("tone", "words_in")}
        chosen = {**composing.with_usual(desk, row.id, why), **voice}
    told = introductions.words_of_no(desk.connector.id, row.id, chosen, clock.now())
    texts = {part: said[f"{part}_{row.id}"] for part in PARTS}
    own = composing.touched(texts, said[f"filled_{row.id}"])
    fields = {**chosen, **{part: told[part] for part in PARTS}, **own}
    return No(row, fields, composing.letter(desk, row.id, fields))


def _choose(request: HttpRequest, desk: Desk, rows: Sequence[DeskRow], form: Form, status: int = 200) -> HttpResponse:
    ticked = form.values.get("which", "").split()
    context = {
        "desk": desk,
        "form": form,
        "which": form.shown(_WHICH),
        "people": [_person(form, row, ticked=row.id in ticked) for row in rows],
        "everybody": [form.shown(one) for one in DECLINING],
        "done": desk_words.done(request.GET.get("done", "")) if request.method != "POST" else "",
    }
    return replies.page(request, "noes.html", context, status=status)


def _person(form: Form, row: DeskRow, *, ticked: bool) -> Person:
    texts = [form.shown(one) for one in _texts(row)]
    known = texts if any(one.value for one in texts) else ()
    voice = [form.shown(one) for one in _voice(row)]
    return Person(row, ticked, form.shown(_why(row)), voice, known, form.values.get(f"filled_{row.id}", ""))


def _read(request: HttpRequest, desk: Desk, said: Mapping[str, str], letters: Sequence[No]) -> HttpResponse:
    button = _("Send this letter") if len(letters) == 1 else _("Send these %d letters") % len(letters)
    known = {name: value for name, value in said.items() if value}
    for one in letters:
        parts = {part: one.fields[part] for part in PARTS}
        known |= {f"{part}_{one.row.id}": text for part, text in parts.items()}
        known[f"filled_{one.row.id}"] = _filled(said, one.row, parts)
    context = {
        "desk": desk,
        "letters": [(one.row, one.letter) for one in letters],
        "send": Form("noes", "/desk/noes/", (), button, hidden={**known, "step": "send"}, main=True),
        "edit": Form("noes", "/desk/noes/", (), _("Change something"), hidden={**known, "step": "edit"}),
    }
    return replies.page(request, "noes_read.html", context)


def _filled(said: Mapping[str, str], row: DeskRow, parts: Mapping[str, str]) -> str:
    """Return which of the texts are ready ones, so that they follow another reason; what was typed stays."""
    own = composing.touched({part: said[f"{part}_{row.id}"] for part in PARTS}, said[f"filled_{row.id}"])
    return composing.prints({part: "" if part in own else text for part, text in parts.items()})


def _send(request: HttpRequest, desk: Desk, letters: Sequence[No]) -> HttpResponse:
    """Decline each; one that has moved on meanwhile is named, and the others are declined all the same."""
    moved: list[tuple[DeskRow, str]] = []
    for one in letters:
        try:
            introductions.decline(one.row.id, one.fields, actor=desk.actor, now=clock.now())
        except Refused as refused:
            moved.append((one.row, refused.sentence))
    if not moved:
        return replies.see("/desk/?done=noes")
    context = {"desk": desk, "moved": moved, "sent": len(letters) - len(moved)}
    return replies.page(request, "noes_moved.html", context, status=409)
