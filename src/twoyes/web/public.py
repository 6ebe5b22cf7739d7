"""What anybody sees: the front page, a connector's page with its form, and the proof of an address."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from twoyes.introductions import front as introductions
from twoyes.lib import addresses, clock
from twoyes.lib.errors import Refused
from twoyes.people import front as people
from twoyes.policy import front as policy
from twoyes.web import cookies, issued, replies
from twoyes.web.arriving import Arrival, arrival
from twoyes.web.asking_form import ASKING, asked_by
from twoyes.web.forms import Field, Form, typed

# So many connectors and languages at once; each takes some ten kilobytes.
_KEPT = 64
# People leave it empty, since they cannot see it; programs that fill in forms do not (D22).
TRAP = Field("fax", "Fax")


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Say what this is, and where the connectors' door is."""
    return replies.page(request, "home.html", {"post_room": settings.POST_ROOM})


@require_safe
def connector_page(request: HttpRequest, handle: str) -> HttpResponse:
    """Show how this connector introduces people, and the form (S4)."""
    connector = _published(handle)
    rules = policy.house_rules(connector.id)
    return _page(request, connector, rules, _form(request, connector, rules))


@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, handle: str) -> HttpResponse:
    """Take a request in. The answer is the same page, whoever is asked for and whatever was asked before (E6, E7).

    It depends on one thing alone: whether this browser proved the very address that was given.
    """
    connector = _published(handle)
    if request.method != "POST":
        return replies.see(f"/@{connector.handle}")
    proved = cookies.proved_key(request, clock.now())
    if not request.POST.get(TRAP.name):
        try:
            _take(request, connector, proved)
        except Refused as refused:
            return _again(request, connector, refused)
    address = addresses.well_formed(request.POST.get("email", ""))
    known = address is not None and proved == addresses.key(address)
    return replies.see(f"/@{connector.handle}/received{'?proved=1' if known else ''}")


@require_http_methods(["GET", "HEAD", "POST"])
def preview(request: HttpRequest, handle: str) -> HttpResponse:
    """Show how the request would arrive: the letter alone for a script, else the form with all that was typed."""
    connector = _published(handle)
    if request.method != "POST":
        return replies.see(f"/@{connector.handle}")
    shown, rules = arrival(connector, typed(request, ASKING)), policy.house_rules(connector.id)
    form = replace(_form(request, connector, rules).filled(request), findings=shown.beside)
    if request.headers.get("HX-Request"):
        return replies.page(request, "part/arriving.html", {"arrival": shown, "form": form})
    return _page(request, connector, rules, form, shown=shown)


@require_safe
def received(request: HttpRequest, handle: str) -> HttpResponse:
    """Say what happens now; it says nothing about anybody."""
    known = bool(request.GET.get("proved") and cookies.proved_key(request, clock.now()))
    return replies.page(request, "received.html", {"connector": _published(handle), "proved": known})


def _take(request: HttpRequest, connector: people.ConnectorView, proved: str) -> None:
    now = clock.now()
    issued.check(request.POST.get("issued", ""), connector.handle, now)
    introductions.request(
        connector.id,
        typed(request, ASKING),
        now=now,
        door="web",
        idempotency_key=issued.once_of(request.POST.get("once", "")),
        proved=proved,
        network=issued.network(request),
        seen_rules=issued.rules_of(request.POST.get("rules", ""), connector.handle),
    )


def _again(request: HttpRequest, connector: people.ConnectorView, refused: Refused) -> HttpResponse:
    """Show the form once more, with all that was typed and what to mend."""
    status = replies.status_of(refused)
    errors = replies.errors_of(refused)
    fresh, rules = refused.code in {"missing", "stale"}, policy.house_rules(connector.id)
    form = _form(request, connector, rules, fresh=fresh).filled(request, errors)
    return _page(request, connector, rules, form, refused=refused if status != 422 else None, status=status)


def _form(
    request: HttpRequest, connector: people.ConnectorView, rules: policy.HouseRules, *, fresh: bool = False
) -> Form:
    """Return the form; one that is shown again keeps its time and its key, so that it stays one request (B17)."""
    kept = {} if request.method != "POST" else request.POST
    when = "" if fresh else kept.get("issued", "")
    return Form(
        "request",
        f"/@{connector.handle}/request",
        _fields(connector.name, get_language() or ""),
        _("Send my request"),
        _("Next: a letter to you, to see that the address is yours. Nobody hears of this before."),
        values={"language": _language()},
        hidden={
            "issued": when or issued.issue(connector.handle, clock.now()),
            "once": issued.once_of(kept.get("once", "")) or issued.once(),
            "rules": issued.rules(connector.handle, _version(connector, rules, kept.get("rules", ""))),
        },
        main=True,
        beside=True,
    )


def _version(connector: people.ConnectorView, rules: policy.HouseRules, noted: str) -> int:
    """Return which house rules a form stands under: those that were read before it was filled in, else today's."""
    seen = issued.rules_of(noted, connector.handle) if noted else None
    return rules.version if seen is None else policy.rules_seen(connector.id, seen).version


def _page(
    request: HttpRequest,
    connector: people.ConnectorView,
    rules: policy.HouseRules,
    form: Form,
    *,
    refused: Refused | None = None,
    status: int = 200,
    shown: Arrival | None = None,
) -> HttpResponse:
    fresh, language = request.method != "POST", get_language() or ""
    said = tuple(policy.said(rules, zone=connector.zone, now=clock.now()))
    context = {
        "connector": connector,
        "form": form,
        "trap": TRAP,
        "refused": refused,
        "fresh": fresh,
        # What is the same for everybody is rendered once: it takes four times as long as all the rest.
        "above": _above(connector.name, language, rules.welcome, said, policy.earning(rules)),
        "blank": _blank(connector.name, language, form.values["language"]) if fresh else "",
        "arrives": _arrives(connector.handle, language) if shown is None else _arriving(connector.handle, shown),
        "paused": rules.is_paused,
        "pause_words": rules.chosen["pause"]["words"] if rules.is_paused else "",
    }
    response = replies.page(request, "connector.html", context, status=status)
    if status == 200:
        response.headers["X-Robots-Tag"] = "all"
    return response


@lru_cache(maxsize=_KEPT)
def _above(name: str, _spoken: str, welcome: str, said: tuple[str, ...], earning: str) -> SafeString:
    """Return what stands above the form: whom this connector introduces, the house rules, how to ask well."""
    chosen = next((one for one in policy.WELCOMES if one.code == welcome), None)
    context = {"name": name, "policy": chosen, "said": said, "earning": earning}
    return render_to_string("web/part/how_i_introduce.html", context)


@lru_cache(maxsize=_KEPT)
def _arrives(handle: str, _spoken: str) -> SafeString:
    """Return the place where the letter will stand, before anybody looked at one."""
    return _arriving(handle, None)


def _arriving(handle: str, shown: Arrival | None) -> SafeString:
    return render_to_string("web/part/arrives.html", {"handle": handle, "arrival": shown})


@lru_cache(maxsize=_KEPT)
def _fields(name: str, _spoken: str) -> tuple[Field, ...]:
    return asked_by(name)


@lru_cache(maxsize=_KEPT)
def _blank(name: str, spoken: str, language: str) -> SafeString:
    """Return the fields as they stand before anybody typed, in the language that is spoken now."""
    form = Form("request", "", _fields(name, spoken), "", values={"language": language}, beside=True)
    return render_to_string("web/part/asking.html", {"form": form})


def _language() -> str:
    known = {code for code, _name in settings.LANGUAGES}
    spoken = (get_language() or "").partition("-")[0]
    return spoken if spoken in known else settings.LANGUAGE_CODE


def _published(handle: str) -> people.ConnectorView:
    """Return a connector whose page is public; a hidden one is like one that does not exist (D24)."""
    connector = people.connector_by_handle(handle)
    if connector is None or not connector.published:
        raise Http404
    return connector
