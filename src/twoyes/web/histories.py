"""/desk/history/: mail comes in, of which only who and when is kept; what came in is shown, and can be deleted."""

from __future__ import annotations

from contextlib import suppress
from urllib.parse import quote

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopUpload
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods

from twoyes.lib import clock
from twoyes.lib.errors import Refused
from twoyes.network import front as network
from twoyes.web import replies
from twoyes.web.desk_door import Desk, at_desk

_PAGE = "/desk/history/"
# What the form adds around the file.
_AROUND = 64 * 1024
_NAME = 100
_LONGEST = 500
_OPEN = {"waiting", "running"}
_REASONS = {
    "automatic": gettext_lazy("Written by a program: answers of absence, receipts, notices"),
    "list": gettext_lazy("To a mailing list"),
    "bulk": gettext_lazy("To many at once: newsletters and the like"),
    "unreadable": gettext_lazy("Nobody can tell who wrote it"),
    "no_date": gettext_lazy("Without a date"),
    "own_only": gettext_lazy("To oneself alone"),
    "no_recipient": gettext_lazy("Nobody it went to is named"),
    "cancelled": gettext_lazy("Meetings that were called off"),
    "alone": gettext_lazy("Events at which nobody else was seen"),
    "ahead": gettext_lazy("Meetings that are still to come"),
    "erased": gettext_lazy("With somebody who asked not to be kept"),
    "duplicate": gettext_lazy("Known already"),
}


class Received(FileUploadHandler):
    """Seals an upload while it comes in, so that it is never in memory as a whole, nor on the disk in the clear."""

    def __init__(self) -> None:
        super().__init__()
        self.upload: network.Upload | None = None
        self.refused: Refused | None = None

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Seal the next bytes; stop where there is no room for them."""
        try:
            if self.upload is None:
                self.upload = network.Upload()
            self.upload.take(raw_data)
        except Refused as refused:
            self.refused = refused
            raise StopUpload from refused

    def file_complete(self, file_size: int) -> UploadedFile[bytes]:
        """Return the name alone: what was in the file is sealed."""
        return UploadedFile(name=self.file_name, size=file_size)

    def upload_interrupted(self) -> None:
        """Keep nothing of what broke off."""
        self.drop()

    def drop(self) -> None:
        """Delete what came in and became no job."""
        if self.upload is not None:
            self.upload.drop()
            self.upload = None


# The token is checked once the form is read, and by then the way of the file has to be known.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@at_desk
def bring(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Take one archive; what is no mail is refused here, and the rest goes on by itself."""
    if request.method != "POST":
        return _form(request, desk)
    try:
        network.check_room(max(int(request.META.get("CONTENT_LENGTH") or 0) - _AROUND, 0))
    except Refused as refused:
        return _form(request, desk, refused)
    received = Received()
    request.upload_handlers = [received]
    try:
        return _bring(request, desk, received)
    finally:
        received.drop()


@csrf_protect
def _bring(request: HttpRequest, desk: Desk, received: Received) -> HttpResponse:
    file = request.FILES.get("file")
    try:
        if received.refused is not None:
            raise received.refused
        if file is None or received.upload is None:
            raise Refused("required", _("Choose a file."))
        upload, received.upload = received.upload, None
        job = network.start_received(desk.connector.id, upload, name=_name(file.name or ""))
    except Refused as refused:
        return _form(request, desk, refused)
    network.launch_history(job)
    return replies.see(f"/desk/history/{job}/")


@require_http_methods(["GET", "HEAD"])
@at_desk
def progress(request: HttpRequest, desk: Desk, job: str) -> HttpResponse:
    """How far an archive is. With a script the page follows it; without one a link looks again."""
    found = network.history_progress(desk.connector.id, job)
    if found is None:
        raise Http404
    reasons = [(_REASONS.get(code, code), count) for code, count in found.left_out.items()]
    read = found.taken + sum(found.left_out.values())
    context = {"desk": desk, "job": found, "moving": found.state in _OPEN, "reasons": reasons, "read": read}
    return replies.page(request, "history.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@at_desk
def go_on(request: HttpRequest, desk: Desk, job: str) -> HttpResponse:
    """Take up an archive whose process ended before its time; one that is carried is left alone."""
    if network.history_progress(desk.connector.id, job) is None:
        raise Http404
    if request.method == "POST":
        network.launch_history(job)
    return replies.see(f"/desk/history/{job}/")


@require_http_methods(["GET", "HEAD", "POST"])
@at_desk
def delete(request: HttpRequest, desk: Desk, source: str) -> HttpResponse:
    """Delete an archive from the log: unseen at once, and out of its files soon after."""
    if source not in {one.id for one in network.history_sources(desk.connector.id)}:
        raise Http404
    if request.method == "POST":
        # Of two presses at once the second finds it gone, which is what was wanted.
        with suppress(Refused):
            network.delete_history(desk.connector.id, source, now=clock.now())
        network.launch_rebuild(desk.connector.id)
    return replies.see(_PAGE)


@require_http_methods(["GET", "HEAD", "POST"])
@at_desk
def mailbox(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Take in a mailbox on a server by an app password, which is sealed until the job ends, and then forgotten."""
    if request.method != "POST":
        return replies.see(_PAGE)
    given = {name: request.POST.get(name, "").replace("\0", "").strip()[:_LONGEST] for name in ("server", "user")}
    password = request.POST.get("password", "")[:_LONGEST]
    try:
        if not all((*given.values(), password)):
            raise Refused("required", _("Server, user and app password are needed, all three."))
        url = given["server"] if "://" in given["server"] else f"imaps://{given['server']}"
        scheme, rest = url.split("://", 1)
        account = network.mailbox(f"{scheme}://{quote(given['user'], safe='')}@{rest}", password=password)
        job = network.start_account(desk.connector.id, account)
    except Refused as refused:
        return _form(request, desk, wrong_mailbox=refused)
    network.launch_history(job)
    return replies.see(f"/desk/history/{job}/")


@require_http_methods(["GET", "HEAD", "POST"])
@at_desk
def calendar(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Take in the calendars on a server by an app password, which is sealed until the job ends, and then forgotten."""
    if request.method != "POST":
        return replies.see("/desk/history/")
    given = {name: request.POST.get(name, "").replace("\0", "").strip()[:_LONGEST] for name in ("calendar", "user")}
    password = request.POST.get("password", "")[:_LONGEST]
    empty = next((name for name, value in {**given, "password": password}.items() if not value), "")
    try:
        if empty:
            raise Refused("required", _("Address, user and app password are needed, all three."))
        url = given["calendar"] if "://" in given["calendar"] else f"https://{given['calendar']}"
        account = network.calendars(url, user=given["user"], password=password)
        job = network.start_account(desk.connector.id, account)
    except Refused as refused:
        return _form(request, desk, wrong_calendar=(empty or "calendar", refused))
    network.launch_history(job)
    return replies.see(f"/desk/history/{job}/")


@require_http_methods(["GET", "HEAD", "POST"])
@at_desk
def own(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Take a further address of the connector's own."""
    if request.method == "POST":
        try:
            network.add_own_address(desk.connector.id, request.POST.get("address", "").replace("\0", ""))
        except Refused as refused:
            return _form(request, desk, wrong=refused)
    return replies.see(_PAGE)


@require_http_methods(["GET", "HEAD", "POST"])
@at_desk
def topics(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Let subject lines be kept from here on, or forget all of them; for the connector alone, as they are (E26)."""
    if not desk.is_theirs:
        raise Http404
    if request.method != "POST":
        return replies.see(_PAGE)
    network.remember_topics(desk.connector.id, on=request.POST.get("on") == "yes", now=clock.now())
    return replies.see(f"{_PAGE}#topics")


def _name(given: str) -> str:
    """What the file is called on pages: its name without what no screen should show."""
    return "".join(char for char in given if char.isprintable())[:_NAME] or _("the file")


def _form(
    request: HttpRequest,
    desk: Desk,
    refused: Refused | None = None,
    *,
    wrong: Refused | None = None,
    wrong_mailbox: Refused | None = None,
    wrong_calendar: tuple[str, Refused] | None = None,
) -> HttpResponse:
    owner = desk.connector.id
    field, refused_calendar = wrong_calendar or ("", None)
    context = {
        "desk": desk,
        "may_switch": desk.is_theirs,
        "since": network.remembers_topics(owner),
        "untold": network.is_untold(owner),
        "jobs": network.histories(owner),
        "sources": network.history_sources(owner),
        "own": network.own_addresses(owner),
        "refused_file": refused,
        "wrong_address": wrong,
        "typed": request.POST.get("address", "") if wrong else "",
        "wrong_mailbox": wrong_mailbox,
        "server": request.POST.get("server", "") if wrong_mailbox else "",
        "user": request.POST.get("user", "") if wrong_mailbox else "",
        "wrong_calendar": field,
        "calendar": {
            "address": request.POST.get("calendar", "") if field else "",
            "user": request.POST.get("user", "") if field else "",
            "refused": refused_calendar,
        },
    }
    failed = refused or wrong or wrong_mailbox or refused_calendar
    return replies.page(request, "histories.html", context, status=422 if failed else 200)
