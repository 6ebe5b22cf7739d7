"""The settings keep the promises of the house: nothing leaks, links come from one address."""

import logging

import pytest
from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.test import RequestFactory

from twoyes import settings as product
from twoyes.lib import logs


@pytest.mark.case("D28")
@pytest.mark.parametrize("host", ["evil.example.org", "127.0.0.1.evil.org", "x" * 10_000, "a@127.0.0.1", ""])
def test_a_request_for_another_host_is_refused(host: str) -> None:
    with pytest.raises(DisallowedHost):
        RequestFactory().get("/", headers={"host": host, "x-forwarded-host": host}).get_host()


@pytest.mark.case("D28")
def test_forwarded_headers_are_not_believed() -> None:
    request = RequestFactory().get(
        "/", headers={"host": "127.0.0.1:8000", "x-forwarded-host": "evil.org", "x-forwarded-proto": "https"}
    )
    assert request.get_host() == "127.0.0.1:8000"
    assert not request.is_secure()


def test_uploads_never_touch_a_temporary_file() -> None:
    assert settings.FILE_UPLOAD_HANDLERS == ["django.core.files.uploadhandler.MemoryFileUploadHandler"]


def test_nobody_sees_a_debug_page_and_no_mail_is_sent_about_errors() -> None:
    assert settings.DEBUG is False
    assert settings.ADMINS == []
    assert "mail_admins" not in str(settings.LOGGING)


@pytest.mark.case("E22")
@pytest.mark.parametrize(
    "secret",
    [
        "tom@example.org",
        "tom%40example.org",
        "Tom.Tango+x@täst.org",
        "7yjtf37r5cjehjotiauspzsdju",
        "abc123def456.bas3yycjenykvpz4",
    ],
)
@pytest.mark.parametrize(
    "line",
    [
        "GET /t/{} 404",
        "GET /v/{}?next=/ 404",
        'Not Found: /r/{}"',
        "to <{}>, at once",
        "next=/r/{}&x=1",
    ],
)
def test_a_log_line_shows_no_address_and_no_token(line: str, secret: str) -> None:
    assert secret not in logs.scrub(line.format(secret))


@pytest.mark.case("E22")
def test_a_log_line_shows_no_password_of_a_mail_server() -> None:
    line = logs.scrub("smtp://user:hunter2@relay.example.org:587 refused")
    assert "hunter2" not in line
    assert "user" not in line


@pytest.mark.case("E22")
def test_a_traceback_is_scrubbed_as_well() -> None:
    formatter = logs.ScrubbingFormatter("%(message)s")
    try:
        raise ValueError("nobody at tom@example.org")
    except ValueError as error:
        record = logging.LogRecord("x", logging.ERROR, "f", 1, "for %s", ("rita@example.org",), None)
        record.exc_info = (ValueError, error, error.__traceback__)
    line = formatter.format(record)
    assert "ValueError" in line
    assert "example.org" not in line


@pytest.mark.case("E22")
def test_a_plain_line_stays_as_it_is() -> None:
    line = "2030-03-01 12:00 INFO twoyes.worker claimed 3 letters for k3v9x0a1b2c3 at /desk/ in 1.25 s"
    assert logs.scrub(line) == line


@pytest.mark.case("E22")
def test_every_handler_scrubs() -> None:
    root = logging.getLogger().handlers + logging.getLogger("django").handlers
    ours = [one for one in root if type(one) is logging.StreamHandler]
    assert ours
    assert all(isinstance(one.formatter, logs.ScrubbingFormatter) for one in ours)
    assert not logging.getLogger("django").propagate


@pytest.mark.parametrize(
    ("words", "threshold"), [("", 1), ("?prepare_threshold=5", 5), ("?prepare_threshold=none", None)]
)
def test_a_pooler_that_keeps_no_plans_can_be_named(
    monkeypatch: pytest.MonkeyPatch, words: str, threshold: int | None
) -> None:
    monkeypatch.setenv("DATABASE_URL", f"postgresql://user@host/name{words}")
    assert product._database()["OPTIONS"] == {"prepare_threshold": threshold}
