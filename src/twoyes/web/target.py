"""/t/: the page of somebody who was asked. Opening it changes nothing; only a pressed button does (C33, A25)."""

from __future__ import annotations

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from twoyes.care import front as care
from twoyes.introductions import front as introductions
from twoyes.introductions.front import BadFields, MyWishes, TargetPage
from twoyes.lib import clock
from twoyes.lib.errors import Refused
from twoyes.people import front as people
from twoyes.web import cookies, replies, target_words, wish_forms
from twoyes.web.forms import seen
from twoyes.web.target_form import answer_form, small_forms

# Longer than the address of any page of ours.
_LINK = 500
_ANSWER = tuple("answer confirm until scope tell address zone comment still_looking".split())


@require_safe
def open_letter(request: HttpRequest, token: str) -> HttpResponse:
    """Swap the token for a cookie, so that it stands in no history and no log (E11)."""
    link = introductions.open_link("target", token, clock.now())
    if link is None:
        raise Http404
    response = replies.see(f"/t/{link}/")
    cookies.hand_over(response, "t", link, token)
    return response


@require_safe
def one_ask(request: HttpRequest, link: str) -> HttpResponse:
    """Show who asks what, the choices, and what was answered."""
    page = _target_page(request, link)
    with replies.spoken(page.language, page.zone):
        return _page(request, page)


@require_http_methods(["GET", "HEAD", "POST"])
def act(request: HttpRequest, link: str, act: str) -> HttpResponse:
    """Take an answer, an undo, a wish; or say why not, with nothing lost."""
    page = _target_page(request, link)
    if act not in _ACTS:
        raise Http404
    if request.method != "POST":
        return replies.see(f"/t/{link}/")
    with replies.spoken(page.language, page.zone):
        try:
            _ACTS[act](request, link)
        except Refused as refused:
            return _refused(request, link, act, refused)
    # Who is erased has no page any more.
    return replies.see("/t/erased/" if act == "erase" else f"/t/{link}/?done={_done(request, act)}")


@require_safe
def erased(request: HttpRequest) -> HttpResponse:
    """Say that it is done; nobody is named, since nobody is known."""
    return replies.page(request, "erased.html")


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """Take the objection that a mail program sends on somebody's behalf (RFC 8058): it only closes (C32).

    Without cookie and CSRF token, and with one answer for known and unknown tokens alike. Whoever opens the address
    by hand finds a box and a button: looking changes nothing, and neither does a program that presses what it finds
    (C34). A program gets a word, a person a page.
    """
    by_hand = request.POST.get("act") == "stop"
    if request.method != "POST":
        return replies.page(request, "stop.html")
    if by_hand and not request.POST.get("sure"):
        return replies.page(request, "stop.html", {"unsure": True}, status=422)
    introductions.stop(token, now=clock.now())
    if by_hand:
        return replies.page(request, "stop.html", {"stopped": True})
    return HttpResponse("ok\n", content_type="text/plain; charset=utf-8")


def _answer(request: HttpRequest, link: str) -> None:
    fields = {name: request.POST.get(name, "") for name in _ANSWER}
    introductions.answer(link, _token(request, link), fields, now=clock.now(), seen=seen(request))


def _undo(request: HttpRequest, link: str) -> None:
    introductions.undo(link, _token(request, link), now=clock.now(), seen=seen(request))


def _confirm(request: HttpRequest, link: str) -> None:
    introductions.confirm_first(link, _token(request, link), now=clock.now())


def _not_me(request: HttpRequest, link: str) -> None:
    introductions.not_me(link, _token(request, link), now=clock.now())


def _wishes(request: HttpRequest, link: str) -> None:
    fields = wish_forms.posted(request)
    if fields["wish"] in {"standing_yes", "back"} and not request.POST.get("sure"):
        raise BadFields({"sure": ("required", _("Please tick the box as well. Nothing has been noted yet."))})
    if fields["wish"] in {"", "never"} and not fields["scope"]:
        raise BadFields({"scope": ("required", _("Choose one. Nothing has been noted yet."))})
    introductions.wishes(link, _token(request, link), fields, now=clock.now())


def _done(request: HttpRequest, act: str) -> str:
    wish = request.POST.get("wish", "")
    return wish if act == "wishes" and wish in {"asked", "back", "standing_over"} else act


def _also_me(request: HttpRequest, link: str) -> None:
    introductions.also_me(link, _token(request, link), request.POST.get("other", "")[:_LINK], now=clock.now())


def _how_it_went(request: HttpRequest, link: str) -> None:
    told, line = request.POST.get("outcome", "")[:_LINK], request.POST.get("comment", "")
    introductions.how_it_went(link, _token(request, link), line, now=clock.now(), outcome=told)


def _erase(request: HttpRequest, link: str) -> None:
    if not request.POST.get("sure"):
        raise BadFields({"sure": ("required", _("Please tick the box as well. Nothing was erased."))})
    care.erase_from_page(link, _token(request, link), now=clock.now())


_ACTS: dict[str, Callable[[HttpRequest, str], None]] = {
    "answer": _answer,
    "undo": _undo,
    "confirm": _confirm,
    "not_me": _not_me,
    "wishes": _wishes,
    "how_it_went": _how_it_went,
    "erase": _erase,
    "also_me": _also_me,
}


def _token(request: HttpRequest, link: str) -> str:
    return cookies.token_of(request, "t", link)


def _target_page(request: HttpRequest, link: str) -> TargetPage:
    try:
        return introductions.target_page(link, _token(request, link), clock.now())
    except Refused as refused:
        raise Http404 from refused


def _held(request: HttpRequest, page: TargetPage, mine: MyWishes) -> list[tuple[str, str]]:
    """Return what is held about the reader; nothing where the page is open for one quiet line alone."""
    if page.quiet:
        return []
    try:
        owner, card = introductions.card_behind(page.link, _token(request, page.link), clock.now())
    except Refused:
        return []
    return [*target_words.held(people.held(owner, card)), *wish_forms.held(page, mine)]


def _refused(request: HttpRequest, link: str, act: str, refused: Refused) -> HttpResponse:
    """Show how it stands now. The same answer pressed twice is one answer, and no refusal (A26, E12)."""
    status = replies.status_of(refused)
    page = _target_page(request, link)
    if status == 409 and act == "answer" and page.answer and _same_answer(request, page):
        return replies.see(f"/t/{link}/")
    return _page(request, page, refused=refused, status=status, act=act)


def _same_answer(request: HttpRequest, page: TargetPage) -> bool:
    given = request.POST.get("answer", "")
    return page.answer == ("yes" if given == "written_only" else given)


def _page(
    request: HttpRequest,
    page: TargetPage,
    *,
    refused: Refused | None = None,
    status: int = 200,
    act: str = "",
) -> HttpResponse:
    errors = replies.errors_of(refused) if refused else {}
    mine = introductions.my_wishes(page.link, _token(request, page.link), clock.now())
    answer, others = answer_form(page), {**small_forms(page), **wish_forms.wish_forms(page, mine)}
    if answer is not None and act == "answer":
        answer = answer.filled(request, errors)
    pressed = wish_forms.key_of(wish_forms.posted(request)) if act == "wishes" else act
    if pressed in others:
        others[pressed] = others[pressed].filled(request, errors)
    context = {
        "page": page,
        "heading": target_words.heading(page),
        "facts": target_words.facts(page),
        "personal_line": target_words.personal_line(page),
        "standing": target_words.standing(page),
        "done": target_words.done(page, request.GET.get("done", "")) if request.method != "POST" else "",
        "who": target_words.who(page),
        "held": _held(request, page, mine),
        "said": [(told, others[name]) for told, name in wish_forms.said(page, mine)],
        "beside": wish_forms.beside(mine),
        "form": answer,
        "others": others,
        "act": pressed,
        "refused": refused if status != 422 else None,
    }
    return replies.page(request, "target.html", context, status=status)
