"""/r/: what somebody who asked may see and do, made of `RequesterPage` and of nothing else (quiet-no)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from twoyes.introductions import front as introductions
from twoyes.introductions.front import Actor, RequesterPage, Role
from twoyes.lib import clock
from twoyes.lib.errors import Refused
from twoyes.policy import front as policy
from twoyes.web import cookies, replies
from twoyes.web.asking_form import IMPROVING, asked_by, quoted
from twoyes.web.forms import Field, Form, seen, typed
from twoyes.web.ready_words import for_requester
from twoyes.web.requester_words import AMENDS, OUTCOME, story

# A link in a letter is much shorter.
_LINK = 2000
ALSO = (
    Field(
        "other",
        gettext_lazy("The link in a letter that came to your other address"),
        gettext_lazy("Any letter from here about a request of yours. It shows that you read both."),
    ),
)
# As long as nothing is decided.
_OPEN = ("waiting", "returned", "talking")


@dataclass(frozen=True, slots=True)
class Asker:
    """Who holds this page: the address that they proved, and the request that they look at."""

    key: str
    page: RequesterPage
    at: str

    @property
    def actor(self) -> Actor:
        return Actor(Role.REQUESTER, self.key, "page")


@require_safe
def open_letter(request: HttpRequest, token: str) -> HttpResponse:
    """Swap the token for a cookie, so that it stands in no history and no log (E11)."""
    link = introductions.open_link("requester", token, clock.now())
    if link is None:
        raise Http404
    response = replies.see(f"/r/{link}/")
    cookies.hand_over(response, "r", link, token)
    return response


@require_safe
def all_requests(request: HttpRequest) -> HttpResponse:
    """Show all requests of the address that this browser proved; without a proof, say how to come by one."""
    now = clock.now()
    key = cookies.proved_key(request, now)
    pages = introductions.requester_pages(key, now) if key else []
    rows = [(one, story(one)) for one in pages]
    return replies.page(request, "requests.html", {"rows": rows, "proved": bool(key)})


@require_safe
def one_request(request: HttpRequest, link: str) -> HttpResponse:
    """Show how one request stands, and what its author can do now."""
    asker = _asker(request, link)
    with replies.spoken(asker.page.language, asker.page.zone):
        return _page(request, asker)


@require_http_methods(["GET", "HEAD", "POST"])
def act(request: HttpRequest, link: str, act: str) -> HttpResponse:
    """Do what the form at this address asks for, or say why not with nothing lost."""
    asker = _asker(request, link)
    if act not in _ACTS:
        raise Http404
    if request.method != "POST":
        return replies.see(f"/r/{link}/")
    with replies.spoken(asker.page.language, asker.page.zone):
        try:
            _ACTS[act](request, asker)
        except Refused as refused:
            status = replies.status_of(refused)
            return _page(request, _asker(request, link), refused=refused, status=status, act=act)
    return replies.see(f"/r/{link}/")


def _revise(request: HttpRequest, asker: Asker) -> None:
    fields = typed(request, IMPROVING)
    introductions.revise(asker.page.introduction, fields, actor=asker.actor, now=clock.now(), seen=seen(request))


def _withdraw(request: HttpRequest, asker: Asker) -> None:
    introductions.withdraw(asker.page.introduction, actor=asker.actor, now=clock.now(), seen=seen(request))


def _wrote(_request: HttpRequest, asker: Asker) -> None:
    introductions.says_wrote(asker.page.introduction, actor=asker.actor, now=clock.now())


def _confirm(_request: HttpRequest, asker: Asker) -> None:
    introductions.confirm(asker.page.introduction, actor=asker.actor, now=clock.now())


def _outcome(request: HttpRequest, asker: Asker) -> None:
    said = typed(request, OUTCOME)
    introductions.report_outcome(
        asker.page.introduction,
        said["outcome"],
        said["words"],
        actor=asker.actor,
        now=clock.now(),
        seen=seen(request),
    )


def _amends(request: HttpRequest, asker: Asker) -> None:
    said = typed(request, AMENDS)
    introductions.make_amends(
        asker.page.introduction, said["answer"], said["words"], actor=asker.actor, now=clock.now(), seen=seen(request)
    )


def _also_me(request: HttpRequest, asker: Asker) -> None:
    other = typed(request, ALSO)["other"][:_LINK]
    introductions.also_asked(asker.page.introduction, other, actor=asker.actor, now=clock.now())


_ACTS: dict[str, Callable[[HttpRequest, Asker], None]] = {
    "revise": _revise,
    "withdraw": _withdraw,
    "wrote": _wrote,
    "confirm": _confirm,
    "outcome": _outcome,
    "amends": _amends,
    "also_me": _also_me,
}


def _asker(request: HttpRequest, at: str) -> Asker:
    """Return who holds this page: by its letter's cookie, or by the proof of the address that asked."""
    now, token = clock.now(), cookies.token_of(request, "r", at)
    try:
        if token:
            return Asker(introductions.requester_key(at, token, now), introductions.requester_page(at, token, now), at)
    except Refused as refused:
        raise Http404 from refused
    key = cookies.proved_key(request, now)
    for page in introductions.requester_pages(key, now) if key else []:
        if page.introduction == at:
            return Asker(key, page, at)
    raise Http404


def _page(
    request: HttpRequest,
    asker: Asker,
    *,
    refused: Refused | None = None,
    status: int = 200,
    act: str = "",
) -> HttpResponse:
    errors = replies.errors_of(refused) if refused else {}
    forms = [_form(asker, name) for name in asker.page.view.acts if name in _ACTS]
    shown = [form.filled(request, errors) if form.act == act else form for form in forms]
    also = _form_also(asker)
    context = {
        "page": asker.page,
        # A link is a key: it is not shown again, not even to whoever pasted it.
        "also": replace(also, errors=errors) if act == "also_me" else also,
        "story": story(asker.page),
        "ready": for_requester(asker.page),
        "forms": shown,
        "back": _back(asker.page),
        # What a connector offered or noted was written by nobody on this page.
        "words": quoted(asker.page.words) if "because" not in asker.page.words else [],
        "refused": refused if status != 422 else None,
        "about_you": introductions.shown_to_sender(asker.page.introduction, asker.key, clock.now()),
        "may_be_also": asker.page.view.stage in _OPEN,
        "all": bool(cookies.proved_key(request, clock.now())),
    }
    return replies.page(request, "request.html", context, status=status)


def _back(page: RequesterPage) -> date | None:
    """Return the day on which they may come back, as long as it lies ahead."""
    named = page.consolation.get("come_back", "") if page.view.stage == "declined" else ""
    return date.fromisoformat(named) if named and "confirm" not in page.view.acts else None


def _help(page: RequesterPage) -> dict[str, list[tuple[str, str]]]:
    """Return beside which field what would help: the findings that the connector chose (N6)."""
    codes, helps = page.help.get("codes", "").split(), dict[str, list[tuple[str, str]]]()
    for finding in policy.helps(page.words, codes):
        helps.setdefault(finding.field, []).append((finding.sentence, finding.mend))
    return helps


def _still(page: RequesterPage) -> str:
    if page.view.stage == "declined":
        return _("It is on the desk again then. Nobody else hears of it.")
    return _("It then goes on, if the other side still stands.")


def _form_also(asker: Asker) -> Form:
    then = _("Both addresses count as yours from then on. Neither is shown to anybody for it.")
    return Form("also_me", f"/r/{asker.at}/also_me", ALSO, _("That is me as well"), then, prefix="also-")


def _form(asker: Asker, act: str) -> Form:
    page = asker.page
    blank = Form(act, f"/r/{asker.at}/{act}", (), "", hidden={"seq": str(page.view.turn)}, prefix=f"{act}-")
    if act == "revise":
        values = {one.name: page.words.get(one.name, "") for one in IMPROVING}
        return replace(
            blank,
            fields=asked_by(page.connector_name, IMPROVING),
            values=values,
            findings=_help(page),
            prefix="",
            button=_("Send it again, improved"),
            then=_("It goes back to the desk."),
            main=True,
        )
    if act == "outcome":
        return replace(
            blank,
            fields=OUTCOME,
            values={"outcome": page.outcome},
            prefix="",
            button=_("Tell what happened"),
            then=_("You can tell more later, on this page."),
            main=page.view.stage == "awaiting_outcome",
        )
    if act == "amends":
        then = _("%(name)s reads it beside what was said.") % {"name": page.connector_name or _("The connector")}
        return replace(blank, fields=AMENDS, button=_("Answer for it"), then=then, main=True)
    buttons = {
        "withdraw": (_("Withdraw my request"), _("Nobody is told why. This cannot be undone.")),
        "wrote": (_("I have written"), _("Then nobody reminds you.")),
        "confirm": (_("Yes, I would still like to meet"), _still(page)),
    }
    button, then = buttons[act]
    main = act == "confirm" or (act == "wrote" and page.view.stage == "introduced")
    return replace(blank, button=button, then=then, main=main)
