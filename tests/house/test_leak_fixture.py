"""LEAK is itself tested: a leak planted in any place is noticed, and what may be seen is not called a leak."""

import base64
import logging
import os
import subprocess
import sys
import zlib
from collections.abc import Callable
from dataclasses import replace
from email import policy
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import quote

import pytest
import typer
from django.contrib.auth.models import User
from django.test import Client
from typer.testing import CliRunner

from tests.support.cast import CORA, RITA, TOM, Cast
from tests.support.leak import Hit, Leak
from tests.support.parts import ROOT
from tests.support.posted import Posted
from twoyes.mail.outgoing.memory import MemoryTransport
from twoyes.mail.outgoing.transport import Envelope
from twoyes.people import front as people

PHONE, NOTE = "+47 22 31 41 59", "Lost his licence in Bergen, never mention it."
urls = pytest.mark.urls("tests.house.leaky_pages")


@pytest.fixture
def secrets(cast: Cast) -> Cast:
    """The cast, and a phone and a note on Tom's card."""
    people.edit_card(cast.cora.id, cast.tom.id, phones=[PHONE], notes=NOTE)
    return cast


def shown(hits: list[Hit]) -> set[tuple[str, str]]:
    return {(hit.canary.text, hit.where) for hit in hits}


def visit(leak: Leak, path: str, secret: str) -> set[tuple[str, str]]:
    """Open a leaky page as nobody in particular. The page gets the secret past the fixture's ears."""
    client = Client(raise_request_exception=False)
    asked = client.generic.__wrapped__  # type: ignore[attr-defined]
    with leak.expected() as hits:
        asked(client, "GET", path, headers={"X-Planted": secret})
    return shown(hits)


# --- planted ------------------------------------------------------------------------------------------------------


@urls
@pytest.mark.case("E1")
@pytest.mark.parametrize("where", ["body", "header", "status", "cookie"])
@pytest.mark.parametrize("secret", [TOM, PHONE, NOTE])
def test_a_leak_in_any_part_of_a_response_is_noticed(secrets: Cast, leak: Leak, where: str, secret: str) -> None:
    place = {"header": "headers", "status": "status line"}.get(where, where)
    assert visit(leak, f"/{where}/", secret) == {(secret, place)}


@urls
@pytest.mark.parametrize(
    "wrap",
    [
        str.upper,
        lambda text: quote(text, safe=""),
        lambda text: quote(quote(text, safe=""), safe=""),
        lambda text: base64.b64encode(f"xy {text}".encode()).decode(),
        lambda text: "a/b/" + base64.urlsafe_b64encode(zlib.compress(text.encode() * 3)).decode(),
        lambda text: text.replace("@", "&#64;").replace(" ", "&#x20;"),
        lambda text: text.replace("@", "\\u0040"),
        lambda text: f"=?utf-8?b?{base64.b64encode(text.encode()).decode()}?=",
        lambda text: "".join(f"={octet:02X}" for octet in text.encode()),
    ],
    ids=["capitals", "percent", "percent twice", "base64", "zlib", "entities", "escapes", "encoded word", "quoted"],
)
@pytest.mark.usefixtures("secrets")
def test_a_wrapped_leak_is_noticed(leak: Leak, wrap: Callable[[str], str]) -> None:
    assert visit(leak, "/body/", wrap(TOM)) == {(TOM, "body")}


@urls
@pytest.mark.usefixtures("db")
def test_a_leak_of_an_international_domain_is_noticed_in_both_spellings(leak: Leak) -> None:
    cora = people.add_connector(CORA, name="Cora Lund", handle="cora")
    people.add_card(cora.id, name="Tomáš", addresses=["tomas@bücher.example"])
    assert visit(leak, "/body/", "tomas@xn--bcher-kva.example")
    assert visit(leak, "/body/", "TOMAS@BÜCHER.EXAMPLE")


@urls
@pytest.mark.case("E22")
@pytest.mark.usefixtures("secrets")
def test_a_leak_in_an_error_page_and_in_the_log_of_it_is_noticed(leak: Leak) -> None:
    found = visit(leak, "/failing/", PHONE)
    assert (PHONE, "body") in found
    assert any(where.startswith("a line of django") for _secret, where in found), "the traceback is logged"


@urls
@pytest.mark.case("E11")
def test_a_link_token_in_an_address_to_go_to_is_noticed_whoever_holds_it(cast: Cast, leak: Leak) -> None:
    token = cast.key(cast.asked(), "ask")
    assert visit(leak, "/redirect/", token) == {(token, "location")}
    assert visit(leak, "/body/", token) == {(token, "body")}


@pytest.mark.parametrize("part", ["header", "encoded header", "base64", "quoted-printable", "file name"])
@pytest.mark.case("E2")
def test_a_leak_in_any_part_of_a_letter_is_noticed(secrets: Cast, leak: Leak, part: str) -> None:
    letter = EmailMessage(policy=policy.SMTP)
    letter["To"], letter["From"] = RITA, "Cora via Twoyes <intro@localhost>"
    if "header" in part:
        letter["Subject"] = f"Grüße:{TOM}" if part.startswith("encoded") else f"About {TOM}"
    text = f"Dear Rita, écris à {TOM}\n" if part in {"base64", "quoted-printable"} else "Dear Rita,\n"
    letter.set_content(text, cte=part if part in {"base64", "quoted-printable"} else "7bit")
    if part == "file name":
        letter.add_attachment(b"x", maintype="text", subtype="calendar", filename=f"{TOM}.ics")
    envelope = Envelope("bounce@localhost", RITA, letter.as_bytes(), "received", "nosuchletter")
    with leak.expected() as hits:
        MemoryTransport().send(envelope, point_of_no_return=lambda: None)
    assert {secret for secret, _where in shown(hits)} == {TOM}
    assert bytes(letter).count(TOM.encode()) == (part in {"header", "quoted-printable", "file name"})


@pytest.mark.case("E22")
@pytest.mark.usefixtures("secrets")
def test_a_leak_in_a_log_line_or_a_traceback_is_noticed(leak: Leak) -> None:
    log = logging.getLogger("twoyes.mail")
    with leak.expected() as hits:
        log.warning("Calling %s now.", PHONE)
        try:
            raise ValueError(NOTE)
        except ValueError:
            log.exception("That did not work.")
    assert shown(hits) == {(PHONE, "a line of twoyes.mail"), (NOTE, "a line of twoyes.mail")}


@pytest.mark.case("E22")
def test_an_address_or_a_token_in_a_log_line_is_taken_out_before_it_is_written(cast: Cast) -> None:
    token = cast.key(cast.asked(), "ask")
    logging.getLogger("twoyes.web").warning("GET /t/%s by %s failed: %s", token, TOM, {"who": [TOM, token]})


@pytest.mark.usefixtures("secrets")
def test_a_leak_in_a_file_name_is_noticed(leak: Leak, tmp_path: Path) -> None:
    (tmp_path / "export" / f"{quote(TOM, safe='')}.json").mkdir(parents=True)
    with leak.expected() as hits:
        leak.files(tmp_path)
    assert shown(hits) == {(TOM, "a file name")}


@pytest.mark.usefixtures("secrets")
def test_a_leak_in_what_a_command_prints_is_noticed(leak: Leak) -> None:
    app = typer.Typer()

    @app.command()
    def card(query: str) -> None:
        typer.echo(f"{query} {TOM}")
        typer.echo(PHONE, err=True)

    with leak.expected() as hits:
        CliRunner().invoke(app, ["Tom Target"])
    assert shown(hits) == {(TOM, "output"), (PHONE, "output")}


@pytest.mark.slow
def test_a_leak_fails_the_test_that_met_it(tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text(
        "import logging\n"
        "def test_leaks(cast):\n"
        "    logging.getLogger('nobody').handlers = [logging.StreamHandler()]\n"
        "    logging.getLogger('nobody').error('tom@target.example')\n"
        "def test_does_not(cast): ...\n"
    )
    (tmp_path / "conftest.py").write_text(
        "pytest_plugins = ['tests.support.isolation', 'tests.support.flush', 'tests.support.leak',"
        " 'tests.support.cast']\n"
    )
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    told = subprocess.run(
        [sys.executable, "-m", "pytest", "-c", "pytest.ini", "--ds=tests.settings", "-pno:cacheprovider"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": f"{ROOT}:{ROOT / 'src'}", "PYTEST_ADDOPTS": "", "PYTEST_XDIST_WORKER": "leak"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == pytest.ExitCode.TESTS_FAILED, told.stdout + told.stderr
    assert "LEAK: address 'tom@target.example'" in told.stdout
    assert "2 passed, 1 error" in told.stdout


# --- legal --------------------------------------------------------------------------------------------------------


@urls
def test_the_owner_of_a_card_may_see_what_stands_on_it(secrets: Cast, client: Client) -> None:
    client.force_login(User.objects.get(pk=secrets.cora.user_id or 0))
    asked = client.generic.__wrapped__  # type: ignore[attr-defined]
    for secret in (TOM, PHONE, NOTE):
        assert asked(client, "GET", "/body/", headers={"X-Planted": secret}).status_code == 200


@urls
def test_another_connector_may_not(secrets: Cast, leak: Leak, client: Client) -> None:
    client.force_login(User.objects.get(pk=secrets.otto.user_id or 0))
    asked = client.generic.__wrapped__  # type: ignore[attr-defined]
    with leak.expected() as hits:
        asked(client, "GET", "/body/", headers={"X-Planted": f"{TOM} {PHONE} {NOTE}"})
    assert shown(hits) == {(TOM, "body"), (PHONE, "body"), (NOTE, "body")}


@urls
def test_what_somebody_typed_may_be_shown_to_them_again_and_to_nobody_else(
    secrets: Cast, leak: Leak, client: Client
) -> None:
    assert client.get("/body/", headers={"X-Planted": TOM}).content == TOM.encode()
    assert visit(leak, "/body/", TOM)


@urls
@pytest.mark.case("A25")
@pytest.mark.parametrize(("side", "may_see"), [("requester", {RITA}), ("target", set())])
def test_a_link_shows_whoever_proved_it_their_own_address_and_no_other(
    cast: Cast, leak: Leak, side: str, may_see: set[str]
) -> None:
    # An ask may be forwarded, so its page knows only that somebody holds the link.
    link, token = cast.page(cast.asked(), side)
    client = Client()
    client.cookies[f"twoyes_{side[0]}_{link}"] = token
    asked = client.generic.__wrapped__  # type: ignore[attr-defined]
    with cast.time(), leak.expected() as hits:
        asked(client, "GET", "/body/", headers={"X-Planted": f"{RITA} {TOM}"})
    assert {secret for secret, _where in shown(hits)} == {RITA, TOM} - may_see


@pytest.mark.case("E1", "E2", "E4")
def test_letters_show_each_reader_what_they_may_see_and_never_another_address(posted: Posted, leak: Leak) -> None:
    other = "tom.private@target.example"
    people.edit_card(posted.cora.id, posted.tom.id, addresses=[TOM, other], phones=[PHONE], notes=NOTE)
    posted.awaiting_outcome(phone="+47 40 00 00 01")
    kinds = {envelope.kind for envelope in posted.taken}
    assert {"received", "new_request", "on_its_way", "ask", "introduction", "digest", "what_happened"} <= kinds
    assert {envelope.recipient for envelope in posted.taken if envelope.kind == "introduction"} == {RITA, TOM}
    assert all(other.encode() not in envelope.message for envelope in posted.taken)
    assert {canary.text for canary in leak.cage.found({RITA, TOM, other, PHONE, NOTE.casefold()})} == {
        RITA, TOM, other, PHONE, NOTE,
    }  # fmt: skip


def test_the_other_address_of_a_person_is_a_leak_even_in_an_introduction(posted: Posted, leak: Leak) -> None:
    other = "tom.private@target.example"
    people.edit_card(posted.cora.id, posted.tom.id, addresses=[TOM, other])
    posted.introduced()
    letter = next(envelope for envelope in posted.to(RITA) if envelope.kind == "introduction")
    with leak.expected() as hits:
        leak.letter(letter)
        leak.letter(replace(letter, message=letter.message.replace(TOM.encode(), other.encode())))
    assert {secret for secret, _where in shown(hits)} == {other}
