"""Every record of real files and of our twins of them comes in or says why not, as counted by somebody else."""

from pathlib import Path

import pytest

from tests.tools import contact_records
from tests.tools.contact_records import CORPUS, FIXTURES, TABLE
from twoyes.people import front

ROWS = [line.split("\t") for line in TABLE.read_text("utf-8").splitlines()[1:]]
OURS = [(row[0], int(row[1]), int(row[2])) for row in ROWS if row[0].startswith("fixtures/")]
SHARED = [(row[0], int(row[1]), int(row[2])) for row in ROWS if row[0].startswith("shared/")]
# A name is there, and yet the record is not taken: how many, and why.
NAMED_BUT_REJECTED = {
    "fixtures/Connections.csv": (1, {"address"}),
    "fixtures/cards.vcf": (4, {"AGENT", "address", "middle"}),
    "fixtures/google_old.csv": (1, {"address"}),
    "fixtures/google_utf16.csv": (1, {"address"}),
    "fixtures/messages.csv": (5, {"group", "draft", "date", "one way"}),
}
# Named by something that the count does not take for a name.
NAMED_OTHERWISE = {"fixtures/google_new.csv": 1, "fixtures/cards.vcf": 1}


def account(cora: front.ConnectorView, path: Path, name: str, counts: tuple[int, int]) -> None:
    """Import a file, hold it against its count, and import it again."""
    records, named = counts
    report = front.import_contacts(cora.id, path, name=path.name)
    assert report.added + report.updated + report.unchanged + len(report.rejected) == records
    lost, _reasons = NAMED_BUT_REJECTED.get(name, (0, set()))
    assert len(report.rejected) == records - named + lost - NAMED_OTHERWISE.get(name, 0)
    assert all(one.where.startswith(f"{path.name}, line ") and one.why for one in report.rejected)
    book = {card.id: card for card in front.find(cora.id, "", limit=1000)}
    assert report.added == len(book)
    again = front.import_contacts(cora.id, path, name="renamed")
    assert (again.added, again.updated, again.unchanged) == (0, 0, report.added + report.unchanged)
    assert len(again.rejected) == len(report.rejected)
    assert {card.id: card for card in front.find(cora.id, "", limit=1000)} == book


@pytest.mark.parametrize(("name", "records", "named"), OURS)
def test_each_of_our_files_is_accounted_for_to_the_last_record(
    cora: front.ConnectorView, name: str, records: int, named: int
) -> None:
    account(cora, FIXTURES / name.removeprefix("fixtures/"), name, (records, named))


@pytest.mark.corpus
@pytest.mark.parametrize(("name", "records", "named"), SHARED)
def test_each_real_file_is_accounted_for_to_the_last_record(
    cora: front.ConnectorView, name: str, records: int, named: int
) -> None:
    path = CORPUS / name.removeprefix("shared/")
    if not path.exists():
        pytest.skip(f"the shared contact file {name} is not on this machine")
    # In the sample of messages the exporter is called Test User, who is a side of every conversation.
    account(cora, path, name, (records, named))


def test_the_table_is_what_counting_by_other_means_gives() -> None:
    assert ["\t".join(row) for row in ROWS if row[0].startswith("fixtures/")] == list(contact_records.rows(FIXTURES))


@pytest.mark.corpus
def test_the_table_has_every_shared_file_as_counted() -> None:
    if not CORPUS.exists():
        pytest.skip("the shared contact files are not on this machine")
    assert ["\t".join(row) for row in ROWS if row[0].startswith("shared/")] == list(contact_records.rows(CORPUS))


@pytest.mark.parametrize("name", NAMED_BUT_REJECTED)
def test_whatever_is_rejected_says_why(cora: front.ConnectorView, name: str) -> None:
    path = FIXTURES / name.removeprefix("fixtures/")
    why = " ".join(one.why for one in front.import_contacts(cora.id, path, name=path.name).rejected)
    assert all(word in why for word in NAMED_BUT_REJECTED[name][1])


def test_all_sources_in_turn_change_nothing_the_second_time(cora: front.ConnectorView) -> None:
    names = ["Connections.csv", "cards.vcf", "google_old.csv", "messages.csv", "outlook_de.csv", "thunderbird.csv"]
    files = [FIXTURES / name for name in names]
    for path in files:
        front.import_contacts(cora.id, path, name=path.name)
    before = front.find(cora.id, "", limit=1000)
    for path in [*reversed(files), *files]:
        again = front.import_contacts(cora.id, path, name=path.name)
        assert (again.added, again.updated) == (0, 0), path.name
    assert front.find(cora.id, "", limit=1000) == before
