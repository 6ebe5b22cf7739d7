"""Real files of contacts: everybody comes in, and a second time nothing changes."""

import os
from pathlib import Path

import pytest

from twoyes.people import front
from twoyes.people.models import Person

ROOT = Path(__file__).resolve().parents[2]
CONTACTS = Path(os.environ.get("TWOYES_SHARED") or ROOT.parent / "shared") / "data" / "contacts"
SAMPLES = [
    ("csv-linkedin-sample/Connections.csv", 10, 0),
    ("csv-linkedin-masked/NetworkConnections.csv", 270, 5),
]


@pytest.mark.corpus
@pytest.mark.parametrize(("name", "people", "nameless"), SAMPLES)
def test_a_real_export_is_accounted_for_to_the_last_row(
    cora: front.ConnectorView, name: str, people: int, nameless: int
) -> None:
    path = CONTACTS / name
    if not path.exists():
        pytest.skip(f"the shared contact file {name} is not on this machine")
    report = front.import_contacts(cora.id, path, name=path.name)
    assert (report.added, report.updated, report.unchanged, len(report.rejected)) == (people, 0, 0, nameless)
    assert all(entry.where.startswith(path.name) and entry.why for entry in report.rejected)
    assert not Person.objects.filter(known_since=None).exists()
    again = front.import_contacts(cora.id, path, name=path.name)
    assert (again.added, again.updated, again.unchanged) == (0, 0, people)
    for card in front.find(cora.id, "", limit=1000):
        assert card in front.find(cora.id, card.name, limit=1000)


@pytest.mark.corpus
def test_files_that_are_no_contacts_are_refused_with_what_to_do(cora: front.ConnectorView) -> None:
    if not CONTACTS.exists():
        pytest.skip("the shared contact files are not on this machine")
    from twoyes.lib.errors import Refused

    others = [CONTACTS / "csv-linkedin-sample" / "Messages.csv", *CONTACTS.glob("vcard*/**/*.vcf")]
    for path in others:
        with pytest.raises(Refused) as refused:
            front.import_contacts(cora.id, path, name=path.name)
        assert refused.value.code in {"not_contacts", "utf16"}
    assert not Person.objects.exists()
