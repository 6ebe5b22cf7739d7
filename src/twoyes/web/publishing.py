"""/desk/page/: choose a policy, publish the page, and copy the words that lead others to it (N3)."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from twoyes.introductions.front import BadFields
from twoyes.lib.errors import Refused
from twoyes.mail import front as mail
from twoyes.people import front as people
from twoyes.policy import front as policy
from twoyes.web import desk_words, replies
from twoyes.web.desk_door import Desk, at_desk
from twoyes.web.forms import Field, Form, Option, typed

WELCOME = (
    Field(
        "welcome",
        gettext_lazy("Whom do you introduce?"),
        gettext_lazy("It stands on your page in your own name. You can change it at any time."),
        "radio",
        tuple(Option(one.code, one.name, one.sentences[0]) for one in policy.WELCOMES),
        required=True,
    ),
)
BOOKING = (
    Field(
        "booking",
        gettext_lazy("Where can somebody pick a time with you?"),
        gettext_lazy("A booking link, for when you would like to talk first. Only whom you ask for a talk reads it."),
    ),
)
RESOURCES = (
    Field(
        "resources",
        gettext_lazy("What helps others in place of an introduction?"),
        gettext_lazy("A line each: a book, a group, a page, a course. Only whom you offer one in a kind no reads it."),
        "text",
        rows=4,
    ),
)


@require_http_methods(["GET", "HEAD", "POST"])
@at_desk
def page(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show how the page stands; publish it, with the policy that was chosen."""
    form = _form(desk)
    if request.method != "POST":
        return _show(request, desk, form)
    try:
        _publish(desk, typed(request, WELCOME)["welcome"])
    except Refused as refused:
        return _show(request, desk, form.filled(request, replies.errors_of(refused)), replies.status_of(refused))
    return replies.see("/desk/page/?done=publish")


@require_http_methods(["GET", "HEAD", "POST"])
@at_desk
def close(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Close the page: it answers like one that does not exist. What is under way goes on."""
    if request.method == "POST":
        people.publish(desk.connector.id, published=False)
    return replies.see("/desk/page/")


@require_http_methods(["GET", "HEAD", "POST"])
@at_desk
def booking(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Keep the link that a talk is offered with, or none (K4)."""
    if request.method != "POST":
        return replies.see("/desk/page/")
    try:
        people.set_booking_link(desk.connector.id, typed(request, BOOKING)["booking"])
    except Refused as refused:
        wrong = _booking_form(desk).filled(request, {"booking": (refused.code, refused.sentence)})
        return _show(request, desk, _form(desk), 422, booking=wrong)
    return replies.see("/desk/page/?done=booking")


@require_http_methods(["GET", "HEAD", "POST"])
@at_desk
def resources(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Keep the short list from which a kind no may offer something (N2)."""
    if request.method != "POST":
        return replies.see("/desk/page/")
    try:
        people.set_resources(desk.connector.id, typed(request, RESOURCES)["resources"])
    except Refused as refused:
        wrong = _resources_form(desk).filled(request, {"resources": (refused.code, refused.sentence)})
        return _show(request, desk, _form(desk), 422, resources=wrong)
    return replies.see("/desk/page/?done=resources")


def _by_mail(desk: Desk) -> dict[str, str]:
    """Return the two addresses at which a connector is written to, where mail comes to us (S3, C23)."""
    if not settings.INBOX_URLS:
        return {}
    handle = desk.connector.handle
    asked = mail.request_address(handle) if settings.TWOYES_AUTHSERV else ""
    try:
        guard = mail.guard_address(handle)
    except Refused:
        # With a long handle and a long TWOYES_MAIL_ADDRESS it is longer than an address may be.
        guard = ""
    return {"guard": guard, "asked_at": asked}


def _resources_form(desk: Desk) -> Form:
    values = {"resources": "\n".join(people.resources(desk.connector.id))}
    return Form("resources", "/desk/page/resources", RESOURCES, _("Keep this list"), values=values)


def _booking_form(desk: Desk) -> Form:
    values = {"booking": people.booking_link(desk.connector.id)}
    return Form("booking", "/desk/page/booking", BOOKING, _("Keep this link"), values=values)


def _publish(desk: Desk, welcome: str) -> None:
    if not welcome:
        raise BadFields({"welcome": ("required", _("Choose one: it is the first thing that others read."))})
    policy.set_house_rules(desk.connector.id, welcome=welcome)
    people.publish(desk.connector.id, published=True)


def _form(desk: Desk) -> Form:
    published = desk.connector.published
    button = _("Keep it published with this") if published else _("Publish my page")
    values = {"welcome": policy.house_rules(desk.connector.id).welcome}
    return Form("publish", "/desk/page/", WELCOME, button, values=values, main=not published)


def _show(
    request: HttpRequest,
    desk: Desk,
    form: Form,
    status: int = 200,
    *,
    booking: Form | None = None,
    resources: Form | None = None,
) -> HttpResponse:
    address = f"{settings.TWOYES_URL}/@{desk.connector.handle}"
    said = _("I like introducing people, and I ask the other side first. If you would like to meet somebody I know:")
    context = {
        "desk": desk,
        "form": form,
        "published": desk.connector.published,
        "paused": policy.house_rules(desk.connector.id).is_paused,
        "booking": booking or _booking_form(desk),
        "resources": resources or _resources_form(desk),
        "address": address,
        **_by_mail(desk),
        "snippet": f"{said} {address}",
        "short": _("Introductions: %(address)s") % {"address": address},
        "done": desk_words.done(request.GET.get("done", "")) if request.method != "POST" else "",
        "close": Form("close_page", "/desk/page/close", (), _("Close my page"), _("Nobody new can ask then.")),
    }
    return replies.page(request, "publish.html", context, status=status)
