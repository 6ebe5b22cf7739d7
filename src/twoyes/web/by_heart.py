"""What a connector knows by heart, on a card: my word in three taps, do not ask, not listed (K1, B4)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from twoyes.lib import clock
from twoyes.lib.errors import Refused
from twoyes.network import front as network
from twoyes.people import front as people
from twoyes.web import replies
from twoyes.web.desk_door import Desk, at_desk
from twoyes.web.forms import Field, Form, Option, Words, typed

_METHODS = ["GET", "HEAD", "POST"]
# As many years back as one tap offers; any other is typed.
YEARS_BACK = (0, 1, 2, 3, 5, 8, 12, 20)
HOW = {
    "worked": gettext_lazy("worked together"),
    "studied": gettext_lazy("studied together"),
    "family": gettext_lazy("family"),
    "friend": gettext_lazy("friends"),
    "met": gettext_lazy("met in person"),
    "online": gettext_lazy("online"),
}
HOW_WELL = {
    "well": gettext_lazy("well"),
    "somewhat": gettext_lazy("somewhat"),
    "by_name": gettext_lazy("by name"),
}


def since_of(word: people.Word) -> str:
    """Return since when as it is typed: a year or a day, "" where neither is known."""
    if word.since is None:
        return ""
    return word.since.isoformat() if word.since_day else str(word.since.year)


def word_form(known: people.Card, word: people.Word, today: date) -> Form:
    """Return the three taps: since when, how, how well; a year or day of one's own can be typed."""
    years = tuple(str(today.year - back) for back in YEARS_BACK)
    since = since_of(word)
    fields = (
        _chips("year", _("Since when?"), {year: year for year in years}),
        Field("since", _("Another year, or a day"), _("As in 2009, or 2009-05-31.")),
        _chips("how", _("How?"), HOW),
        _chips("how_well", _("How well?"), HOW_WELL),
    )
    typed_since = {"year": since} if since in years else {"since": since}
    values = {**typed_since, "how": word.how, "how_well": word.how_well}
    return Form(
        "my_word",
        f"/desk/people/{known.id}/my_word",
        fields,
        _("Keep my word"),
        _("Nobody else reads it. It stands beside what your mail shows."),
        values=values,
        prefix="my-word-",
    )


QUESTIONS = {
    "year": gettext_lazy("Since when do you know them?"),
    "how": gettext_lazy("How do you know them?"),
    "how_well": gettext_lazy("How well?"),
}


@dataclass(frozen=True, slots=True)
class Question:
    """One of the three, of which each answer is a button: a tap keeps it and brings the next."""

    name: str
    label: Words
    answers: tuple[Option, ...]
    number: int
    after: str


def question(asked: str, word: people.Word, today: date) -> Question | None:
    """Return the question to show: the one that is asked for, the first where nothing is known, else None."""
    name = asked if asked in QUESTIONS else "" if word else "year"
    if not name:
        return None
    years = {str(today.year - back): str(today.year - back) for back in YEARS_BACK}
    known: Mapping[str, Mapping[str, Words]] = {"year": years, "how": HOW, "how_well": HOW_WELL}
    names = list(QUESTIONS)
    after = [*names[1:], ""][names.index(name)]
    options = tuple(Option(value, text) for value, text in known[name].items())
    return Question(name, QUESTIONS[name], options, names.index(name) + 1, after)


def mark_forms(known: people.Card, marks: frozenset[str]) -> list[Form]:
    """Return one button for each mark: to set it, or to take it off."""
    texts = {
        "do_not_ask": (
            _("Do not ask them through me"),
            _("They may be asked again"),
            _("Approving will remind you. No ask to them leaves until you take this off."),
        ),
        "not_listed": (
            _("Leave them out of lists"),
            _("List them again"),
            _("Only you find them then, by their whole name or an address."),
        ),
    }
    forms = []
    for mark, (on, off, then) in texts.items():
        marked = mark in marks
        hidden = {"on": "" if marked else "yes"}
        action, button = f"/desk/people/{known.id}/{mark}", off if marked else on
        forms.append(Form(mark, action, (), button, "" if marked else then, hidden=hidden, prefix=f"{mark}-"))
    return forms


def on_card(desk: Desk, known: people.Card, asked: str = "") -> dict[str, object]:
    """Return what the page of a card shows of all this; `asked` is the question of my word that comes next."""
    owner = desk.connector.id
    word, marks = people.my_word(owner, known.id), people.marks(owner, known.id)
    said = {
        "do_not_ask": _("You noted that they are not to be asked through you."),
        "not_listed": _("They stand in no list and no suggestion. You found them by their whole name or an address."),
    }
    return {
        "word": network.word_sentence(word),
        "question": question(asked, word, clock.now().date()),
        "marked": [said[mark] for mark in people.MARKS if mark in marks],
        "mark_forms": mark_forms(known, marks),
        "joined": people.joined_cards(owner, known.id),
    }


@require_http_methods(_METHODS)
@at_desk
def my_word(request: HttpRequest, desk: Desk, card: str) -> HttpResponse:
    """Keep the connector's own word of somebody; a mistake is shown beside its field, with everything kept."""
    known = card_here(desk, card)
    form = word_form(known, people.my_word(desk.connector.id, card), clock.now().date())
    if request.method != "POST":
        return replies.page(request, "my_word.html", {"desk": desk, "card": known, "form": form})
    if request.POST.get("one") in QUESTIONS:
        return _one_tap(request, desk, known)
    said = typed(request, form.fields)
    try:
        since = said["since"].strip() or said["year"]
        words = {"since": since, "how": said["how"], "how_well": said["how_well"]}
        people.say_word(desk.connector.id, card, **words, now=clock.now())
    except Refused as refused:
        wrong = form.filled(request, {refused.code: (refused.code, refused.sentence)})
        return replies.page(request, "my_word.html", {"desk": desk, "card": known, "form": wrong}, status=422)
    return replies.see(f"/desk/people/{card}/?done=my_word")


def _one_tap(request: HttpRequest, desk: Desk, known: people.Card) -> HttpResponse:
    """Keep one answer beside what was said before, and go on to the next question; the last one ends it."""
    one, word = request.POST["one"], people.my_word(desk.connector.id, known.id)
    words = {"year": since_of(word), "how": word.how, "how_well": word.how_well}
    words[one] = request.POST.get(one, "")
    said = {"since": words["year"], "how": words["how"], "how_well": words["how_well"]}
    try:
        people.say_word(desk.connector.id, known.id, **said, now=clock.now())
    except Refused as refused:
        form = word_form(known, word, clock.now().date())
        wrong = replace(form, errors={refused.code: (refused.code, refused.sentence)})
        return replies.page(request, "my_word.html", {"desk": desk, "card": known, "form": wrong}, status=422)
    after = [*list(QUESTIONS)[1:], ""][list(QUESTIONS).index(one)]
    return replies.see(f"/desk/people/{known.id}/?{f'word={after}#by-heart' if after else 'done=my_word'}")


def _mark(name: str) -> Callable[..., HttpResponse]:
    @require_http_methods(_METHODS)
    @at_desk
    def mark(request: HttpRequest, desk: Desk, card: str) -> HttpResponse:
        known = card_here(desk, card)
        if request.method != "POST":
            return replies.see(f"/desk/people/{known.id}/")
        people.set_mark(desk.connector.id, card, name, on=bool(request.POST.get("on")), now=clock.now())
        return replies.see(f"/desk/people/{card}/?done={name}")

    return mark


do_not_ask, not_listed = _mark("do_not_ask"), _mark("not_listed")


def card_here(desk: Desk, card: str) -> people.Card:
    """Return the card of this book. Raises `Http404` for a foreign, missing or erased one alike (E8)."""
    known = people.card(desk.connector.id, card)
    if known is None or known.erased:
        raise Http404
    return known


def _chips(name: str, label: str, options: Mapping[str, Words]) -> Field:
    return Field(name, label, kind="chips", options=tuple(Option(value, text) for value, text in options.items()))
