"""/desk/network/: what the connector promised, whom they introduced and never heard of, and old ties worth reviving."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from twoyes.introductions.front import BadFields
from twoyes.lib import clock, spoken
from twoyes.lib.errors import Refused
from twoyes.network import front as network
from twoyes.web import desk_words, replies
from twoyes.web.cards import chosen_cards, meant, options, to_choose
from twoyes.web.desk_door import Desk, at_desk
from twoyes.web.forms import Field, Form, Words, typed
from twoyes.web.offer_forms import SIDES, person
from twoyes.web.whom import worked_out

_METHODS = ["GET", "HEAD", "POST"]
PAGE = "/desk/network/"
_WHO: dict[str, Words] = {
    "first": gettext_lazy("Whom did you promise it to?"),
    "second": gettext_lazy("Whom are they to meet?"),
}
PROMISE = (
    Field(
        "words", gettext_lazy("What is it about?"), gettext_lazy("Kept sealed, and read by you alone."), "text", rows=2
    ),
    Field("since", gettext_lazy("Since when?"), gettext_lazy("Today, where you leave it empty."), kind="day"),
)


@dataclass(frozen=True, slots=True)
class Open:
    """An open promise on the page: its words, its age in words, and what can be done about it."""

    promised: network.Promised
    age: str
    begin: Form
    keep: Form
    drop: Form


@dataclass(frozen=True, slots=True)
class Ask:
    """A pair of whom nothing was heard, with words that ask how it went."""

    pair: network.Pair
    words: str


@require_safe
@at_desk
def page(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show the three lists."""
    return _show(request, desk, _form(request, desk))


@require_http_methods(_METHODS)
@at_desk
def promise(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Note a promised introduction; a mistake is shown beside its field, with everything kept."""
    if request.method != "POST":
        return replies.see(PAGE)
    said, now = typed(request, PROMISE), clock.now()
    try:
        one, other = chosen_cards(request, desk.connector.id, *SIDES).values()
        since = _day(said["since"]) or now.date()
        network.promise(desk.connector.id, one, other, words=said["words"], since=since, now=now)
    except Refused as refused:
        errors = replies.errors_of(refused) if isinstance(refused, BadFields) else _beside(refused)
        form = to_choose(request, _form(request, desk).filled(request, errors), errors, *SIDES)
        return _show(request, desk, form, status=422)
    return replies.see(f"{PAGE}?done=promise")


@require_http_methods(_METHODS)
@at_desk
def keep(request: HttpRequest, desk: Desk, promise: str) -> HttpResponse:
    """Note that a promise was kept."""
    if not network.is_promise(desk.connector.id, promise):
        raise Http404
    if request.method != "POST":
        return replies.see(PAGE)
    network.keep_promise(desk.connector.id, promise, now=clock.now())
    return replies.see(f"{PAGE}?done=keep")


@require_http_methods(_METHODS)
@at_desk
def drop(request: HttpRequest, desk: Desk, promise: str) -> HttpResponse:
    """Let go of a promise."""
    if not network.is_promise(desk.connector.id, promise):
        raise Http404
    if request.method != "POST":
        return replies.see(PAGE)
    network.drop_promise(desk.connector.id, promise, now=clock.now())
    return replies.see(f"{PAGE}?done=drop")


def _show(request: HttpRequest, desk: Desk, form: Form, *, status: int = 200) -> HttpResponse:
    owner, now = desk.connector.id, clock.now()
    review = network.review(owner, now)
    context = {
        "desk": desk,
        "form": form,
        "promises": [_open(one, main=not place) for place, one in enumerate(network.promises(owner, now))],
        "review": review,
        "summary": summary(review) if review is not None else "",
        "asks": [Ask(pair, _words(desk, pair)) for pair in review.unheard] if review is not None else [],
        "reading": review is None and bool(network.history_sources(owner)),
        **(worked_out(owner, None) if review is None else {}),
        "done": desk_words.done(request.GET.get("done", "")) if request.method != "POST" else "",
    }
    return replies.page(request, "network.html", context, status=status)


def summary(review: network.Review) -> str:
    """Say in a sentence how many pairs were introduced, and of how many nothing was heard."""
    if not review.introduced:
        return _("In three years no letter of yours brought two people together who had not met in one before.")
    pairs = ngettext(
        "In three years you introduced one pair;", "In three years you introduced %(count)d pairs;", review.introduced
    )
    heard = ngettext("of one you never heard.", "of %(count)d you never heard.", review.never_heard)
    if not review.never_heard:
        heard = _("of each of them you heard.")
    return f"{pairs % {'count': review.introduced}} {heard % {'count': review.never_heard}}"


def _words(desk: Desk, pair: network.Pair) -> str:
    """Return a short letter that asks how it went, to be changed and sent by hand."""
    told = {
        "one": pair.one.name,
        "other": pair.other.name,
        "on": spoken.day(pair.on),
        "me": desk.connector.name,
    }
    greeting = _("Dear %(one)s, dear %(other)s,") % told
    asked = _("On %(on)s I brought the two of you together. Did you meet, and did anything come of it?") % told
    return f"{greeting}\n\n{asked} {_('One line is enough.')}\n\n{desk.connector.name}"


def _open(one: network.Promised, *, main: bool) -> Open:
    """Return a promise with what can be done about it; the oldest is the one that matters."""
    values = {"first": one.one, "second": one.other, "because": one.words, "step": "edit"}
    hidden = {**values, "writes_first": "first", "vouch_level": "know"}
    return Open(
        one,
        _age(one.days),
        Form("offer", "/desk/offer/", (), _("Begin the offer"), hidden=hidden, prefix=f"{one.id}-", main=main),
        Form("keep", f"{PAGE}{one.id}/keep", (), _("I made it"), prefix=f"{one.id}-keep-"),
        Form("drop", f"{PAGE}{one.id}/drop", (), _("Drop it"), prefix=f"{one.id}-drop-"),
    )


def _age(days: int) -> str:
    if days < 1:
        return _("today")
    if days < 60:
        return ngettext("%(count)d day ago", "%(count)d days ago", days) % {"count": days}
    if days < 730:
        return ngettext("%(count)d month ago", "%(count)d months ago", days // 30) % {"count": days // 30}
    return ngettext("%(count)d year ago", "%(count)d years ago", days // 365) % {"count": days // 365}


def _form(request: HttpRequest, desk: Desk) -> Form:
    fields: list[Field] = []
    for side in SIDES:
        first, *more = person(side, options(meant(request, desk.connector.id, side)), asked=False)
        fields += [replace(first, label=_WHO[side]), *more]
    then = _("Nobody hears of it. It stands here until you make it or drop it.")
    return Form("promise", f"{PAGE}promise", (*fields, *PROMISE), _("Note this promise"), then)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip()) if text.strip() else None
    except ValueError as error:
        raise BadFields({"since": ("date", _("Write the date as in 2026-05-31."))}) from error


def _beside(refused: Refused) -> dict[str, tuple[str, str]]:
    """Return which field of the promise a refusal is about."""
    field = {"future": "since", "bad_text": "words"}.get(refused.code, "second")
    return {field: (refused.code, refused.sentence)}
