"""Google, Outlook and Thunderbird write the same things under other headings (QUIRKS 15, 16)."""

import pytest

from tests.people.reading import FIXTURES, people, records, rejected


def fixture(name: str) -> bytes:
    return (FIXTURES / name).read_bytes()


@pytest.mark.parametrize(
    ("name", "kind", "entries", "rejections"),
    [
        ("google_old.csv", "google", 22, 3),
        ("google_new.csv", "google", 22, 2),
        ("google_utf16.csv", "google", 5, 2),
        ("outlook_en.csv", "outlook", 22, 1),
        ("outlook_de.csv", "outlook", 21, 1),
        ("outlook_fr.csv", "outlook", 20, 1),
        ("thunderbird.csv", "thunderbird", 20, 1),
        ("messages.csv", "linkedin_messages", 3, 4),
        ("Connections.csv", "linkedin", 7, 2),
        ("cards.vcf", "vcard", 9, 6),
    ],
)
def test_the_content_of_a_file_tells_its_kind_whatever_its_name(
    name: str, kind: str, entries: int, rejections: int
) -> None:
    found, _records = records(fixture(name), name="x.dat")
    assert (found, len(people(fixture(name))), len(rejected(fixture(name)))) == (kind, entries, rejections)


@pytest.mark.parametrize("name", ["google_old.csv", "google_new.csv", "google_utf16.csv"])
def test_googles_preferred_address_comes_first_and_a_cell_may_hold_several(name: str) -> None:
    found = people(fixture(name))
    bjorn, cagla = found["Bjørn Ivanov"], found["Çağla Núñez"]
    assert bjorn.addresses == ("person1.work@contacts.example", "person1@contacts.example")
    assert cagla.addresses[0] == "person2@contacts.example"
    assert len(cagla.addresses) >= 2
    assert found["Anna Dvořák"].organisation == "Zürich Instruments"
    assert found["Anna Dvořák"].phones[0] == "+47 22 11 00 00"


def test_a_google_card_without_a_whole_name_is_named_by_its_parts() -> None:
    assert "Ilse Q. Weiß" in people(fixture("google_old.csv"))
    assert "Filed Only" in people(fixture("google_new.csv"))
    assert people(fixture("google_old.csv"))["Håkon Quist"].profile.endswith("/in/person-seven")


@pytest.mark.parametrize("name", ["outlook_en.csv", "outlook_de.csv", "outlook_fr.csv"])
def test_outlooks_headings_are_known_in_three_languages(name: str) -> None:
    found = people(fixture(name))
    assert found["Bjørn Ivanov"].addresses == ("person1@contacts.example", "person1.work@contacts.example")
    assert found["Bjørn Ivanov"].phones == ("(0170) 555-0001",)
    gross = found["François Groß"]
    assert (gross.organisation, gross.position) == ("Lefèvre et Fils", "Chef")
    assert gross.notes == 'Erste Zeile\nzweite "Zeile"\n\nund ein Strich; ein Komma, ein Ende'
    assert sum(bool(one.profile) for one in found.values()) == 1


def test_thunderbirds_names_are_written_out_or_made_of_parts() -> None:
    found = people(fixture("thunderbird.csv"))
    assert found["Anna Dvořák"].addresses == ("person0@contacts.example", "person0.second@contacts.example")
    german = "Vorname,Nachname,Anzeigename,Primäre E-Mail-Adresse\nTom,Target,,tom@target.example\n"
    kind, _found = records(german)
    assert (kind, people(german)["Tom Target"].addresses) == ("thunderbird", ("tom@target.example",))


def test_no_kind_takes_the_file_of_another() -> None:
    from twoyes.people import sources

    for path in FIXTURES.iterdir():
        kind, _found = records(path.read_bytes())
        head = sources.files.inspected("x", lambda path=path: path.open("rb"), most=10**9)[0].head()  # type: ignore[misc]
        assert [one.name for one in sources.KINDS if one.recognises(head)] == [kind], path.name
