"""A mailbox comes in by a page: sealed while it comes, watched, accounted for by reasons, and deleted again."""

from __future__ import annotations

import gzip

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client

from tests.network.caldav_server import calendar
from tests.network.histories import CORA, mail
from tests.network.test_calendars import event
from tests.support.cast import Cast
from tests.support.parts import ROOT
from tests.web.browsing import Browser, forms_of, twice, unlabelled
from twoyes.lib.errors import Refused
from twoyes.network import carrying, uploads
from twoyes.network import front as network
from twoyes.network.models import HistoryJob
from twoyes.network.sources import caldav, imap, patience
from twoyes.network.ways import shelf
from twoyes.people import front as people

PAGE = "/desk/history/"
MAILBOX = "".join(
    [mail(CORA, "Ada New <ada@new.example>"), mail("ada@new.example", CORA, more="Precedence: bulk\n")]
).encode()


def upload(browser: Browser, data: bytes, name: str = "Sent.mbox") -> HttpResponse:
    form = next(one for one in forms_of(browser.get(PAGE)) if one.act == "import")
    return browser.post(form.action, {**form.values, "file": SimpleUploadedFile(name, data)})


def kept() -> list[str]:
    return [path.name for path in uploads.path_of("x").parent.iterdir()]


def test_a_mailbox_is_taken_carried_and_accounted_for_by_reasons(
    cora: Browser, cast: Cast, launched: list[str]
) -> None:
    before = set(kept())
    response = upload(cora, gzip.compress(MAILBOX), "Sent.mbox.gz")
    assert response.status_code == 303
    path = response.headers["Location"]
    (job,) = launched
    assert path == f"{PAGE}{job}/"
    assert 'hx-trigger="every 2s"' in cora.get(path).content.decode()
    assert network.carry_history(job)
    page = cora.get(path)
    shown = page.content.decode()
    assert "hx-trigger" not in shown
    assert "All 2 messages" in shown
    assert "newsletters" in shown
    assert unlabelled(page) == twice(page) == []
    assert people.find(cast.cora.id, "Ada New")
    assert "Sent.mbox.gz" in cora.get(PAGE).content.decode()
    assert set(kept()) == before


def test_a_source_is_deleted_at_the_press_of_a_button(cora: Browser, cast: Cast, launched: list[str]) -> None:
    upload(cora, MAILBOX)
    network.carry_history(launched[0])
    (source,) = network.history_sources(cast.cora.id)
    form = next(one for one in forms_of(cora.get(PAGE)) if one.act == "delete")
    assert form.action == f"{PAGE}{source.id}/delete"
    assert cora.post(form.action, form.values).status_code == 303
    assert network.history_sources(cast.cora.id) == []
    assert launched[1:] == [cast.cora.id], "what it showed is taken away by itself"
    assert cora.post(form.action, form.values).status_code == 404


def test_after_a_deletion_pages_say_what_is_true_of_the_rest(cora: Browser, cast: Cast, launched: list[str]) -> None:
    for number, name in enumerate(("Sent.mbox", "Old.mbox")):
        upload(cora, mail(CORA, "Ada New <ada@new.example>", day=number).encode(), name)
        network.carry_history(launched[-1])
    network.work_through(cast.cora.id)
    (ada,) = people.find(cast.cora.id, "Ada New")
    card, lists = f"/desk/people/{ada.id}/", "/desk/network/"
    assert "You wrote to them in" in cora.get(card).content.decode()
    source = network.history_sources(cast.cora.id)[0]
    cora.post(f"{PAGE}{source.id}/delete", {"act": "delete"})
    assert "being worked through this moment" in cora.get(card).content.decode(), "it was started"
    assert "being worked through this moment" in cora.get(lists).content.decode()
    # It never began, and half a minute went by.
    (shelf.folder(cast.cora.id).with_name("wanted")).unlink()
    assert "Stale since an archive was deleted" in cora.get(card).content.decode()
    page = cora.get(lists)
    assert "an archive was deleted since" in page.content.decode()
    assert [form.values["back"] for form in forms_of(page) if form.act == "rebuild"] == ["network"]
    network.work_through(cast.cora.id)
    assert "in one week" in cora.get(card).content.decode()
    assert "Work it out anew" not in cora.get(lists).content.decode()


def test_a_further_address_is_named_on_the_page(cora: Browser, cast: Cast) -> None:
    assert cora.press(PAGE, "own", address="cora@work.example").status_code == 303
    assert "cora@work.example" in cora.get(PAGE).content.decode()
    wrong = cora.press(PAGE, "own", address="not one")
    assert wrong.status_code == 422
    assert 'data-error="address:bad_address"' in wrong.content.decode()


def test_an_import_that_stopped_goes_on_at_the_press_of_a_button(cora: Browser, launched: list[str]) -> None:
    path = upload(cora, MAILBOX).headers["Location"]
    HistoryJob.objects.update(state="running", runner="gone", beat_at=None)
    assert "stopped before its end" in cora.get(path).content.decode()
    assert cora.press(path, "go_on").status_code == 303
    assert len(launched) == 2
    assert "stopped before its end" not in cora.get(path).content.decode(), "somebody is about to carry it"
    assert not [form for form in forms_of(cora.get(path)) if form.act == "go_on"]
    HistoryJob.objects.update(beat_at=carrying.now() - carrying.SILENCE)
    assert [form for form in forms_of(cora.get(path)) if form.act == "go_on"], "they never came"
    assert network.carry_history(launched[1])
    assert "All 2 messages" in cora.get(path).content.decode()


@pytest.mark.case("D14")
@pytest.mark.parametrize(
    ("data", "code"),
    [(b"PK\x03\x04zip", "not_mail"), (b"a,b\n1,2\n", "not_mail"), (b"\x1f\x8b", "not_mail"), (b"", "required")],
)
def test_what_is_no_mail_is_told_beside_the_field_and_nothing_is_kept(
    cora: Browser, launched: list[str], data: bytes, code: str
) -> None:
    before = kept()
    response = upload(cora, data)
    assert response.status_code == 422
    assert f'data-error="file:{code}"' in response.content.decode()
    assert launched == []
    assert not HistoryJob.objects.exists()
    assert kept() == before


@pytest.mark.parametrize("name", ["Connections.csv", "cards.vcf"])
def test_contacts_are_sent_to_the_page_that_takes_them(cora: Browser, launched: list[str], name: str) -> None:
    response = upload(cora, (ROOT / "tests" / "people" / "fixtures" / name).read_bytes(), name)
    shown = response.content.decode()
    assert response.status_code == 422
    assert 'data-error="file:not_mail"' in shown
    assert "“twoyes import contacts”" in shown
    assert 'href="/desk/people/import/"' in shown
    assert launched == []


@pytest.mark.case("D16")
def test_what_is_too_large_is_told_beside_the_field_before_or_while_it_comes(
    cora: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = kept()
    monkeypatch.setattr(uploads, "MOST_BYTES", 1000)
    for data in (MAILBOX * 10, MAILBOX * 10_000):
        response = upload(cora, data)
        assert response.status_code == 422
        assert 'data-error="file:too_big"' in response.content.decode()
        assert "twoyes import history" in response.content.decode()
    assert kept() == before


@pytest.mark.case("E13")
def test_a_file_from_a_foreign_page_is_not_taken_and_nothing_of_it_kept(cora: Browser, cast: Cast) -> None:
    before = kept()
    strict = Client(enforce_csrf_checks=True, SERVER_NAME="127.0.0.1")
    strict.cookies = cora.client.cookies
    response = strict.post(PAGE, {"file": SimpleUploadedFile("Sent.mbox", MAILBOX)})
    assert response.status_code == 403
    assert not HistoryJob.objects.exists()
    assert kept() == before


@pytest.mark.case("E8")
def test_somebody_elses_history_is_not_there(cora: Browser, otto: Browser, cast: Cast, launched: list[str]) -> None:
    path = upload(cora, MAILBOX).headers["Location"]
    network.carry_history(launched[0])
    nothing = otto.get(f"{PAGE}000000000000/")
    assert otto.get(path).content == nothing.content
    assert nothing.status_code == otto.post(f"{path}go_on", {"act": "go_on"}).status_code == 404
    (source,) = network.history_sources(cast.cora.id)
    assert otto.post(f"{PAGE}{source.id}/delete", {"act": "delete"}).status_code == 404
    assert "Sent.mbox" not in otto.get(PAGE).content.decode()
    assert len(network.history_sources(cast.cora.id)) == 1


def connected(browser: Browser, **fields: str) -> HttpResponse:
    form = next(one for one in forms_of(browser.get(PAGE)) if one.act == "mailbox")
    given = {"server": "imap.connects.example", "user": CORA, "password": "the-app-password"}
    return browser.post(form.action, {**form.values, **given, **fields})


def test_a_mailbox_on_a_server_becomes_a_job_that_forgets_its_password_when_it_ends(
    cora: Browser, cast: Cast, launched: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    response = connected(cora)
    (job,) = launched
    assert (response.status_code, response.headers["Location"]) == (303, f"{PAGE}{job}/")
    assert "the-app-password" not in cora.get(f"{PAGE}{job}/").content.decode()
    asked: list[imap.Account] = []

    def folders(account: imap.Account, _marks: object, _beat: object) -> list[object]:
        asked.append(account)
        raise Refused("imap_login", "It does not let you in.")

    monkeypatch.setattr(imap, "folders", folders)
    assert network.carry_history(job)
    assert (asked[0].host, asked[0].user, asked[0].password, asked[0].tls) == (
        "imap.connects.example",
        CORA,
        "the-app-password",
        "implicit",
    )
    assert "It does not let you in." in cora.get(f"{PAGE}{job}/").content.decode()
    assert bytes(HistoryJob.objects.get(pk=job).paths) == b""


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"server": ""}, "required"),
        ({"user": " "}, "required"),
        ({"password": ""}, "required"),
        ({"server": "https://mail.example"}, "bad_imap_url"),
        ({"server": "mail.example?verify=no"}, "bad_imap_url"),
        ({"server": "mail.example:port"}, "bad_imap_url"),
        # Nobody at a page makes the house look at its own files.
        ({"server": "imaps://mail.example/?ca=/etc/hostname"}, "ca_at_a_terminal"),
    ],
)
def test_what_is_wrong_with_a_server_is_said_and_only_the_password_is_typed_again(
    cora: Browser, cast: Cast, launched: list[str], fields: dict[str, str], code: str
) -> None:
    response = connected(cora, **fields)
    assert response.status_code == 422
    assert f'data-error="server:{code}"' in response.content.decode()
    form = next(one for one in forms_of(response) if one.act == "mailbox")
    assert form.values["server"] == fields.get("server", "imap.connects.example")
    assert "the-app-password" not in response.content.decode()
    assert launched == []


def calendars(browser: Browser, **fields: str) -> HttpResponse:
    form = next(one for one in forms_of(browser.get(PAGE)) if one.act == "calendar")
    given = {"calendar": "dav.connects.example/cora", "user": "cora", "password": "the-app-password"}
    return browser.post(form.action, {**form.values, **given, **fields})


def test_calendars_on_a_server_come_in_by_a_form_of_their_own(cora: Browser, cast: Cast, launched: list[str]) -> None:
    with calendar({"a": event("a"), "b": event("b", answer="DECLINED")}) as served:
        response = calendars(cora, calendar=served.url)
        (job,) = launched
        assert (response.status_code, response.headers["Location"]) == (303, f"{PAGE}{job}/")
        assert network.carry_history(job)
    page = cora.get(f"{PAGE}{job}/").content.decode()
    assert "All 2 messages" in page
    assert "nobody else was seen" in page
    assert [(one.name, one.kind) for one in network.history_sources(cast.cora.id)] == [("cora (127.0.0.1)", "caldav")]
    assert bytes(HistoryJob.objects.get(pk=job).paths) == b""


def test_a_server_that_breaks_off_is_told_and_goes_on_at_the_press_of_a_button(
    cora: Browser, launched: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patience, "PAUSES", ())
    monkeypatch.setattr(caldav, "BATCH", 1)
    with calendar({"a": event("a"), "b": event("b")}) as served:
        served.meddle = lambda body, gets: (503, {}, b"") if b"multiget" in body and gets == 2 else None
        path = calendars(cora, calendar=served.url).headers["Location"]
        assert network.carry_history(launched[0])
        shown = cora.get(path)
        assert "The server does not work right now (503)." in shown.content.decode()
        assert "hx-trigger" not in shown.content.decode()
        assert unlabelled(shown) == twice(shown) == []
        assert cora.press(path, "go_on").status_code == 303
        assert network.carry_history(launched[1])
    assert "All 2 messages" in cora.get(path).content.decode()


@pytest.mark.parametrize(
    ("fields", "field", "code"),
    [
        ({"calendar": " "}, "calendar", "required"),
        ({"user": ""}, "user", "required"),
        ({"password": ""}, "password", "required"),
        ({"calendar": "http://dav.connects.example/"}, "calendar", "not_encrypted"),
        ({"calendar": "webcal://dav.connects.example/"}, "calendar", "bad_url"),
        ({"calendar": "https://me:secret@dav.connects.example/"}, "calendar", "bad_url"),
        ({"calendar": "dav.connects.example:port/"}, "calendar", "bad_url"),
    ],
)
def test_what_is_wrong_with_a_calendar_is_said_beside_its_field(
    cora: Browser, cast: Cast, launched: list[str], fields: dict[str, str], field: str, code: str
) -> None:
    response = calendars(cora, **fields)
    assert response.status_code == 422
    shown = response.content.decode()
    assert shown.count('data-error="') == 1
    assert f'data-error="{field}:{code}"' in shown
    assert shown.count('aria-invalid="true"') == 1
    assert unlabelled(response) == twice(response) == []
    form = next(one for one in forms_of(response) if one.act == "calendar")
    assert form.values["calendar"] == fields.get("calendar", "dav.connects.example/cora")
    assert "the-app-password" not in shown
    assert launched == []
