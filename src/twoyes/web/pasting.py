"""/desk/paste/: a request that came by mail or chat. Read what is missing, take a reply to paste back, or note it."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from twoyes.policy import front as policy
from twoyes.policy.front import Finding
from twoyes.web import issued, replies
from twoyes.web.desk_door import Desk, at_desk
from twoyes.web.forms import Field, Form, typed

# What a chat or a mail program copies at most before it is a file.
_LONGEST = 20_000
PASTE = (
    Field("message", gettext_lazy("What they wrote"), kind="text", required=True, rows=8),
    Field("name", gettext_lazy("Who wrote it?"), required=True),
    Field("target", gettext_lazy("Whom would they like to meet?"), required=True),
    Field(
        "email",
        gettext_lazy("Their e-mail address, if you have it"),
        gettext_lazy("Once you note the request, a letter asks whether it is theirs."),
        "email",
    ),
)


@require_http_methods(["GET", "HEAD", "POST"])
@at_desk
def paste(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Weigh a pasted request. Nothing is stored here: noting it is a press of its own."""
    form = Form("paste", "/desk/paste/", PASTE, _("Read it with me"), _("Nothing is sent or stored yet."), main=True)
    if request.method != "POST":
        return replies.page(request, "paste.html", {"desk": desk, "form": form})
    said = {name: text[:_LONGEST] for name, text in typed(request, PASTE).items()}
    errors = {
        one.name: ("required", _("Please fill this in."))
        for one in PASTE
        if one.required and not said[one.name].strip()
    }
    if errors:
        return replies.page(request, "paste.html", {"desk": desk, "form": form.filled(request, errors)}, status=422)
    findings = policy.screen_message(said["message"], for_connector=True)
    context = {
        "desk": desk,
        "form": form.filled(request),
        "read": True,
        "findings": findings,
        "reply": _reply(desk, said, findings),
        "note": _note(request, desk, said),
    }
    return replies.page(request, "paste.html", context)


def _reply(desk: Desk, said: dict[str, str], findings: list[Finding]) -> str:
    """Return words to paste back: thanks, what would make it easy, and where to put it (N6, S4)."""
    told = (finding for finding in findings if finding.code not in policy.PRIVATE)
    mends = "".join(f"\n- {finding.mend}" for finding in told)
    parts = [
        _("Hello %(name)s,") % {"name": said["name"].strip()},
        _("thank you for asking. I am glad to think about it. I ask the other person first, once, and only with a yes.")
        + (" " + _("Before I can do that well:") + mends if mends else ""),
        _("Please write it here; it takes five minutes, and you see the letter as it would arrive: %(address)s")
        % {"address": f"{settings.TWOYES_URL}/@{desk.connector.handle}"},
        desk.connector.name,
    ]
    return "\n\n".join(parts)


def _note(request: HttpRequest, desk: Desk, said: dict[str, str]) -> Form:
    fields = {name: said[name].strip() for name in ("name", "target", "email")}
    hidden = {
        **fields,
        "ask": said["message"].strip(),
        "language": desk.connector.language,
        **issued.kept(request),
    }
    return Form("draft", "/desk/draft/", (), _("Note it on my desk"), hidden=hidden)
