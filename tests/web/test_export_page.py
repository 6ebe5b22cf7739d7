"""A connector takes everything of theirs along from the desk: after a fresh proof, alone, and no copy stays here."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.http import HttpResponse, StreamingHttpResponse
from django.test.utils import CaptureQueriesContext

from tests.support.cast import TOM, Cast
from tests.web.browsing import Browser
from tests.web.proving import grow_old, letter_code, proved
from twoyes.care import front as care
from twoyes.introductions import front as introductions
from twoyes.lib import env
from twoyes.people import front as people
from twoyes.people.models import Connector

pytestmark = pytest.mark.django_db
PAGE, CONFIRM = "/desk/export/", "/accounts/confirm/?then=export"


def archive(response: HttpResponse) -> dict[str, str]:
    assert isinstance(response, StreamingHttpResponse)
    with zipfile.ZipFile(io.BytesIO(response.getvalue())) as packed:
        assert packed.testzip() is None
        return {name: packed.read(name).decode() for name in packed.namelist()}


def test_the_archive_is_the_one_that_the_command_writes(cast: Cast, tmp_path: Path) -> None:
    cast.closed()
    with cast.time():
        care.export(cast.cora.id, tmp_path / "mine", now=cast.now)
    answer = proved(cast).press(PAGE, "export")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/zip"
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="twoyes-cora-20')
    assert "no-store" in answer.headers["Cache-Control"]
    assert archive(answer) == {path.name: path.read_bytes().decode() for path in (tmp_path / "mine").iterdir()}


def test_no_copy_of_it_stays_here(cast: Cast) -> None:
    before = sorted(env.data_dir().rglob("*"))
    assert TOM in archive(proved(cast).press(PAGE, "export"))["people.csv"]
    assert sorted(env.data_dir().rglob("*")) == before


def test_it_is_written_in_the_connectors_language(cast: Cast) -> None:
    Connector.objects.filter(pk=cast.cora.id).update(language="de")
    assert "Ihr Adressbuch" in archive(proved(cast).press(PAGE, "export"))["README.txt"]


def test_an_old_proof_is_renewed_first_and_leads_back(cast: Cast) -> None:
    cora = proved(cast)
    form = cora.form(PAGE, "export")
    grow_old(cora)
    page = cora.get(PAGE).content.decode()
    assert 'value="export"' not in page
    assert f'href="{CONFIRM}"' in page
    assert cora.post(PAGE, form.values).headers["Location"] == CONFIRM
    assert "You are about to take everything with you." in cora.get(CONFIRM).content.decode()
    assert cora.press(CONFIRM, "letter").headers["Location"] == CONFIRM
    assert cora.press(CONFIRM, "code", code="000000").status_code == 422
    assert cora.press(CONFIRM, "code", code=letter_code()).headers["Location"] == PAGE
    assert TOM in archive(cora.press(PAGE, "export"))["people.csv"]


def test_a_proof_leads_nowhere_else(cast: Cast) -> None:
    cora = proved(cast)
    grow_old(cora)
    away = "/accounts/confirm/?then=https://elsewhere.example/"
    assert cora.press(away, "letter").headers["Location"] == "/accounts/confirm/"
    assert "elsewhere" not in cora.get(away).content.decode()


def test_whoever_acts_for_a_connector_takes_nothing(rita: Browser, cast: Cast) -> None:
    delegate = people.add_delegate("cora", "dana@connects.example", name="Dana")
    rita.client.force_login(User.objects.get(pk=delegate.user_id or 0))
    page = rita.get(PAGE)
    assert page.status_code == 200
    assert "Only Cora" in page.content.decode()
    refused = rita.post(PAGE, {"act": "export"})
    assert refused.status_code == 403
    assert TOM not in refused.content.decode()


def test_a_stranger_is_led_to_the_login(rita: Browser) -> None:
    assert rita.post(PAGE, {"act": "export"}).headers["Location"].startswith("/accounts/login/")


def test_wishes_cost_as_much_for_many_cards_as_for_few(cast: Cast) -> None:
    introductions.wishes(*cast.page(cast.closed()), {"wish": "asked", "welcome": "wind"}, now=cast.now)
    cora, counts = proved(cast), []
    for more in (0, 40):
        for number in range(more):
            people.add_card(cast.cora.id, name=f"Number {number}", addresses=[f"n{number}@many.example"])
        with CaptureQueriesContext(connection) as seen:
            found = archive(cora.press(PAGE, "export"))
        counts.append(len(seen))
        assert [one["card"] for one in json.loads(found["wishes.json"])] == [cast.tom.id]
    assert counts[0] == counts[1]
