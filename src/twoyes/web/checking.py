"""/check: paste a message that you were about to send, and read what would make it hard to help you (K7, B2)."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from twoyes.policy import front as policy
from twoyes.web import replies
from twoyes.web.forms import Field, Form, typed

MESSAGE = (Field("message", gettext_lazy("Your message"), kind="text", required=True, rows=10),)


@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest) -> HttpResponse:
    """Weigh a message; it is neither stored nor logged, and comes back to be changed."""
    form = Form("check", "/check", MESSAGE, _("Check it"), main=True)
    if request.method != "POST":
        return replies.page(request, "check.html", {"form": form})
    message = typed(request, MESSAGE)["message"]
    if not message.strip():
        wrong = {"message": ("required", _("Paste a message first. Nothing was sent."))}
        return replies.page(request, "check.html", {"form": form.filled(request, wrong)}, status=422)
    context = {
        "form": form.filled(request),
        "checked": True,
        "findings": policy.screen_message(message),
        "words": len(message.split()),
    }
    return replies.page(request, "check.html", context)
