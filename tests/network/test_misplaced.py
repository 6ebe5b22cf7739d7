"""A file at the wrong door is told where it belongs: contacts among histories, and mail or calendars among contacts."""

from __future__ import annotations

import gzip
import io
import zipfile
from pathlib import Path

import pytest

from tests.network.histories import CORA, TOM, mail
from tests.network.test_calendars import event
from twoyes.lib.errors import Refused
from twoyes.network import front, importing
from twoyes.network.models import HistoryJob
from twoyes.people import front as people

CONTACTS = sorted((Path(__file__).resolve().parents[1] / "people" / "fixtures").iterdir())
MAIL = (mail(TOM, CORA) * 3).encode()
CALENDAR = f"BEGIN:VCALENDAR\n{event()}END:VCALENDAR\n".encode()
HISTORIES = {"Sent.mbox": MAIL, "one.eml": MAIL.partition(b"\n")[2], "work.ics": CALENDAR, "odd.mbox": MAIL + b"\0"}


def packed(name: str, data: bytes) -> bytes:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("Rich Media.txt", b"nothing in here\n")
        archive.writestr(name, data)
        archive.writestr("zz.txt", b"nor in here\n")
    return whole.getvalue()


@pytest.mark.parametrize("path", CONTACTS, ids=lambda path: path.name)
def test_contacts_are_sent_to_the_door_for_contacts(cora: str, path: Path) -> None:
    report = importing.import_history(cora, [path], dry_run=True)
    assert (report.taken, report.left_out) == (0, {})
    (problem,) = report.problems
    assert (problem.where, "“twoyes import contacts”" in problem.why) == (path.name, True)
    with pytest.raises(Refused) as refused:
        front.start_history(cora, [path.read_bytes()], name=path.name)
    assert (refused.value.code, refused.value.sentence) == ("not_mail", problem.why)
    assert not HistoryJob.objects.exists()


def test_contacts_in_a_zip_are_to_be_unpacked_first(cora: str) -> None:
    data = packed("Connections.csv", (CONTACTS[0]).read_bytes())
    with pytest.raises(Refused) as refused:
        front.start_history(cora, [data], name="Basic_LinkedInDataExport.zip")
    assert "Unpack it, and import them with “twoyes import contacts”" in refused.value.sentence


@pytest.mark.parametrize("name", HISTORIES)
@pytest.mark.parametrize("pack", ["", "gz", "zip"])
def test_mail_and_calendars_are_sent_to_the_door_for_histories(cora: str, tmp_path: Path, name: str, pack: str) -> None:
    data = HISTORIES[name]
    path = tmp_path / f"{name}.{pack}"
    path.write_bytes(packed(name, data) if pack == "zip" else gzip.compress(data) if pack else data)
    with pytest.raises(Refused) as refused:
        people.check_contacts(cora, path, name=path.name)
    told = front.told_apart(refused.value, lambda: path.open("rb"), name=path.name, size=path.stat().st_size)
    assert told.code == refused.value.code
    assert "“twoyes import history”" in told.sentence
    assert path.name in told.sentence


@pytest.mark.parametrize("data", [b"a,b\n1,2\n", b"PK\x03\x04broken", b"\x1f\x8bbroken", b"\0\1\2\3" * 9, b"\xff\xfea"])
def test_what_is_neither_keeps_its_own_sentence(cora: str, data: bytes) -> None:
    with pytest.raises(Refused) as refused:
        people.check_contacts(cora, data, name="a")
    assert front.told_apart(refused.value, lambda: io.BytesIO(data), name="a", size=len(data)) is refused.value
    with pytest.raises(Refused) as refused:
        front.start_history(cora, [data], name="a")
    assert "twoyes import contacts" not in refused.value.sentence


@pytest.mark.parametrize("code", ["no_such_file", "no_such_connector", "empty_file", "whose_messages"])
def test_what_was_refused_for_another_reason_is_not_looked_at(code: str) -> None:
    refused = Refused(code, "For another reason.")
    assert front.told_apart(refused, lambda: io.BytesIO(MAIL), name="a", size=len(MAIL)) is refused
