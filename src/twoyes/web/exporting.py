"""/desk/export/: a connector takes everything of theirs along, in one archive that is laid down nowhere here."""

from __future__ import annotations

from collections.abc import Iterator

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.views.decorators.http import require_http_methods

from twoyes.care import front as care
from twoyes.lib import clock
from twoyes.web import fresh, replies
from twoyes.web.desk_door import Desk, at_desk


@require_http_methods(["GET", "HEAD", "POST"])
@at_desk
def export(request: HttpRequest, desk: Desk) -> HttpResponse | StreamingHttpResponse:
    """Say what the archive holds; on a press hand it over, to the connector alone and after a fresh proof."""
    own, proved = desk.is_theirs, fresh.is_fresh(request)
    if request.method == "POST" and own:
        return _archive(desk) if proved else replies.see(f"{fresh.CONFIRM}?then=export")
    context = {"desk": desk, "own": own, "fresh": proved}
    return replies.page(request, "export.html", context, status=403 if request.method == "POST" else 200)


def _archive(desk: Desk) -> StreamingHttpResponse:
    now = clock.now()
    pieces = care.exported(desk.connector.id, now=now)
    name = f"twoyes-{desk.connector.handle}-{now.date().isoformat()}.zip"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return StreamingHttpResponse(_said(pieces, desk), content_type="application/zip", headers=headers)


def _said(pieces: Iterator[bytes], desk: Desk) -> Iterator[bytes]:
    """Write each piece in the connector's language: they are asked for after the page's own time is over."""
    while True:
        with replies.spoken(desk.connector.language, desk.connector.zone):
            piece = next(pieces, None)
        if piece is None:
            return
        yield piece
