"""Pages that leak on purpose, for the test of the fixture that has to notice."""

from django.http import HttpRequest, HttpResponse
from django.urls import path


def body(request: HttpRequest) -> HttpResponse:
    """What was asked for, as a page."""
    return HttpResponse(request.headers["X-Planted"])


def header(request: HttpRequest) -> HttpResponse:
    return HttpResponse(headers={"X-Trace": request.headers["X-Planted"]})


def status(request: HttpRequest) -> HttpResponse:
    return HttpResponse(reason=request.headers["X-Planted"])


def cookie(request: HttpRequest) -> HttpResponse:
    response = HttpResponse()
    response.set_cookie("planted", request.headers["X-Planted"])
    return response


def redirect(request: HttpRequest) -> HttpResponse:
    return HttpResponse(status=302, headers={"Location": f"/t/{request.headers['X-Planted']}/?from=letter"})


def failing(request: HttpRequest) -> HttpResponse:
    """Break, with the secret in the exception's words."""
    raise RuntimeError(request.headers["X-Planted"])


def error_page(request: HttpRequest) -> HttpResponse:
    """Show too much of what went wrong."""
    return HttpResponse(f"<h1>Sorry</h1><pre>{request.headers['X-Planted']}</pre>", status=500)


handler500 = error_page
urlpatterns = [
    path("body/", body),
    path("header/", header),
    path("status/", status),
    path("cookie/", cookie),
    path("redirect/", redirect),
    path("failing/", failing),
]
