"""/desk/people/import/: a file comes in, in a process of its own; this page looks on, and shows what was left out."""

from __future__ import annotations

from functools import partial
from io import BytesIO
from typing import BinaryIO

from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from twoyes.lib.errors import Refused
from twoyes.network import front as network
from twoyes.people import front as people
from twoyes.web import replies
from twoyes.web.desk_door import Desk, at_desk

_MEGABYTE = 1024 * 1024
# What the form adds around the file.
_AROUND = 64 * 1024
_NAME = 100
_OPEN = {"waiting", "running"}


@require_http_methods(["GET", "HEAD", "POST"])
@at_desk
def bring(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Take one file; a wrong kind is refused here, and the rest goes on by itself."""
    if request.method != "POST":
        return _form(request, desk)
    try:
        job = _started(request, desk)
    except Refused as refused:
        return _form(request, desk, refused)
    people.launch(job)
    return replies.see(f"/desk/people/import/{job}/")


@require_http_methods(["GET", "HEAD"])
@at_desk
def progress(request: HttpRequest, desk: Desk, job: str) -> HttpResponse:
    """How far a file is. With a script the page follows it; without one a link looks again: nothing reloads unasked."""
    found = people.import_progress(desk.connector.id, job)
    if found is None:
        raise Http404
    context = {"desk": desk, "job": found, "moving": found.state in _OPEN}
    return replies.page(request, "import.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@at_desk
def go_on(request: HttpRequest, desk: Desk, job: str) -> HttpResponse:
    """Take up a file whose process ended before its time; one that is carried is left alone."""
    if people.import_progress(desk.connector.id, job) is None:
        raise Http404
    if request.method == "POST":
        people.launch(job)
    return replies.see(f"/desk/people/import/{job}/")


def _started(request: HttpRequest, desk: Desk) -> str:
    # Too large a body is not read at all (settings), so the file is missing then.
    if int(request.META.get("CONTENT_LENGTH") or 0) > people.MOST_UPLOADED + _AROUND:
        sentence = _(
            "The file is larger than %d MB. Import it with the command “twoyes import contacts”; mail and calendars "
            "belong under “People”, “Mail and calendars”."
        )
        raise Refused("too_big", sentence % (people.MOST_UPLOADED // _MEGABYTE))
    file = request.FILES.get("file")
    if file is None:
        raise Refused("required", _("Choose a file."))
    name = _name(file.name or "")
    try:
        return people.start_import(desk.connector.id, file.chunks(), name=name)
    except Refused as refused:
        raise network.told_apart(refused, partial(_again, file), name=name, size=file.size or 0) from refused


def _again(file: UploadedFile[bytes]) -> BinaryIO:
    file.seek(0)
    return BytesIO(file.read())


def _name(given: str) -> str:
    """What the file is called on pages: its name without what no screen should show."""
    return "".join(char for char in given if char.isprintable())[:_NAME] or _("the file")


def _form(request: HttpRequest, desk: Desk, refused: Refused | None = None) -> HttpResponse:
    context = {"desk": desk, "jobs": people.imports(desk.connector.id), "refused_file": refused}
    return replies.page(request, "imports.html", context, status=422 if refused else 200)
