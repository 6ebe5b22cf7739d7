"""A file comes in by a page: taken, watched, gone on with, and told what was left out (D14, D17)."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse

from tests.network.histories import mail
from tests.support.cast import Cast
from tests.web.browsing import Browser, forms_of, twice, unlabelled
from twoyes.people import front as people
from twoyes.people import jobs
from twoyes.people.models import ImportJob

CARDS = (
    b"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Ada New\r\nEMAIL:ada@new.example\r\nEND:VCARD\r\n"
    b"BEGIN:VCARD\r\nVERSION:3.0\r\nEMAIL:nameless@new.example\r\nEND:VCARD\r\n"
)
PAGE = "/desk/people/import/"


def upload(browser: Browser, data: bytes, name: str = "cards.vcf") -> HttpResponse:
    form = next(one for one in forms_of(browser.get(PAGE)) if one.act == "import")
    return browser.post(form.action, {**form.values, "file": SimpleUploadedFile(name, data)})


def test_a_file_is_taken_carried_and_accounted_for(cora: Browser, cast: Cast, launched: list[str]) -> None:
    response = upload(cora, CARDS)
    assert response.status_code == 303
    path = response.headers["Location"]
    (job,) = launched
    assert path == f"{PAGE}{job}/"
    waiting = cora.get(path).content.decode()
    assert 'hx-trigger="every 2s"' in waiting
    assert 'http-equiv="refresh"' not in waiting, "nothing reloads unasked"
    assert people.carry_import(job)
    page = cora.get(path)
    shown = page.content.decode()
    assert "hx-trigger" not in shown
    assert "line 6" in shown
    assert "There is no name" in shown
    assert "All 2 records" in shown
    assert unlabelled(page) == twice(page) == []
    assert people.find(cast.cora.id, "Ada New")
    assert "cards.vcf" in cora.get(PAGE).content.decode()


def test_a_file_that_stopped_goes_on_at_the_press_of_a_button(cora: Browser, launched: list[str]) -> None:
    path = upload(cora, CARDS).headers["Location"]
    ImportJob.objects.update(state="running", runner="gone", beat_at=None, total=2)
    assert "stopped before its end" in cora.get(path).content.decode()
    assert cora.press(path, "go_on").status_code == 303
    assert len(launched) == 2
    assert "stopped before its end" not in cora.get(path).content.decode(), "somebody is about to carry it"
    assert not [form for form in forms_of(cora.get(path)) if form.act == "go_on"]
    ImportJob.objects.update(beat_at=jobs._now() - jobs.SILENCE)
    assert [form for form in forms_of(cora.get(path)) if form.act == "go_on"], "they never came"
    assert people.carry_import(launched[1])
    assert "All 2 records" in cora.get(path).content.decode()


@pytest.mark.case("D14", "D17")
@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"PK\x03\x04zip", "archive"),
        (b"a,b\n1,2\n", "not_contacts"),
        (b"", "required"),
        (b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", "not_contacts"),
        (b"MZ\0\0\0\0", "binary"),
    ],
)
def test_a_wrong_kind_is_told_beside_the_field_and_nothing_starts(
    cora: Browser, launched: list[str], data: bytes, code: str
) -> None:
    response = upload(cora, data)
    assert response.status_code == 422
    shown = response.content.decode()
    assert f'data-error="file:{code}"' in shown or (code == "required" and 'data-error="file:empty_file"' in shown)
    assert launched == []
    assert not ImportJob.objects.exists()


def test_no_file_at_all_is_told_beside_the_field(cora: Browser) -> None:
    form = next(one for one in forms_of(cora.get(PAGE)) if one.act == "import")
    response = cora.post(form.action, {"act": "import"})
    assert response.status_code == 422
    assert 'data-error="file:required"' in response.content.decode()


def test_a_file_too_large_for_a_page_is_led_to_the_command(cora: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(people, "MOST_UPLOADED", 1000)
    response = upload(cora, CARDS + b"\r\n" * 50_000)
    assert response.status_code == 422
    assert 'data-error="file:too_big"' in response.content.decode()
    assert "twoyes import contacts" in response.content.decode()


@pytest.mark.case("E8")
def test_somebody_elses_import_is_not_there(cora: Browser, otto: Browser) -> None:
    path = upload(cora, CARDS).headers["Location"]
    nothing = otto.get(f"{PAGE}000000000000/")
    assert otto.get(path).content == nothing.content
    assert nothing.status_code == otto.post(f"{path}go_on", {"act": "go_on"}).status_code == 404


def test_an_address_is_added_on_the_spot(cora: Browser, cast: Cast) -> None:
    card = people.add_card(cast.cora.id, name="Lin Kedin")
    path = f"/desk/people/{card.id}/"
    assert "No address yet?" in cora.get(path).content.decode()
    wrong = cora.press(path, "add_address", address="not one")
    assert wrong.status_code == 422
    assert 'data-error="address:bad_address"' in wrong.content.decode()
    assert twice(wrong) == []
    response = cora.press(path, "add_address", address="lin@kedin.example")
    assert response.status_code == 303
    page = cora.get(response.headers["Location"]).content.decode()
    assert "The address is on the card." in page
    assert "No address yet?" not in page
    assert people.addresses(cast.cora.id, card.id) == ["lin@kedin.example"]


def test_the_search_works_as_a_plain_form_and_as_one_types(cora: Browser, cast: Cast) -> None:
    people.add_card(cast.cora.id, name="Zoë Müller", organisation="Größe AG")
    page = cora.get("/desk/people/?q=zoe mull").content.decode()
    assert "Zoë Müller" in page
    assert 'hx-get="/desk/people/"' in page
    assert page.count('id="found"') == 1
    assert "Zoë Müller" in cora.get("/desk/people/?q=GROSSE").content.decode()
    assert "Zoë Müller" not in cora.get("/desk/people/?q=oe").content.decode()


@pytest.mark.case("D17")
@pytest.mark.parametrize("data", [mail("tom@target.example", "cora@connects.example").encode(), b"BEGIN:VCALENDAR\r\n"])
def test_mail_and_calendars_are_sent_to_the_page_that_takes_them(
    cora: Browser, launched: list[str], data: bytes
) -> None:
    response = upload(cora, data, "Sent.mbox")
    shown = response.content.decode()
    assert response.status_code == 422
    assert 'data-error="file:not_contacts"' in shown
    assert "“twoyes import history”" in shown
    assert 'href="/desk/history/"' in shown
    assert launched == []
    assert not ImportJob.objects.exists()
