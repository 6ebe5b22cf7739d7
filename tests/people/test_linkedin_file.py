"""Connections.csv is read record by record, within limits; what cannot be taken says where and why (D17)."""

from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.people.reading import would_be_written
from twoyes.lib.errors import Refused
from twoyes.people import sources
from twoyes.people.sources import base, linkedin
from twoyes.people.sources.base import Entry, File, Rejection

FIXTURES = Path(__file__).parent / "fixtures"
HEADER = "First Name,Last Name,URL,Email Address,Company,Position,Connected On\n"


@dataclass(frozen=True)
class Reading:
    entries: list[Entry]
    rejected: list[tuple[int, str]]


def reading_of(records: base.Records) -> Reading:
    found = list(records())
    assert found == list(records()), "what is read twice says the same"
    assert [one.line for one in found] == sorted(one.line for one in found)
    return Reading(
        [one for one in found if isinstance(one, Entry)],
        [(one.line, one.why) for one in found if isinstance(one, Rejection)],
    )


def read(data: bytes | str) -> Reading:
    data = data.encode() if isinstance(data, str) else data
    kind, file = sources.detected("Connections.csv", lambda: BytesIO(data), "Cora Connects")
    return reading_of(kind.prepare(file))


def test_an_export_is_read_below_its_note_with_every_record_accounted_for(connections: bytes) -> None:
    reading = read(connections)
    assert [entry.name for entry in reading.entries] == [
        "Tom Target",
        "Rita Request, PhD, MBA",
        "Renée (Nini) O’Hara",
        "🌎 Aña Núñez 👩‍🚀",
        "Dr. Gwen L. Row, Jr.",
        "李 小明",
        "Plain Person",
    ]
    assert [line for line, _why in reading.rejected] == [8, 13]
    tom = reading.entries[0]
    assert (tom.line, tom.organisation, tom.addresses) == (5, "Zürich Instruments", ("tom@target.example",))
    assert tom.known_since == date(2024, 1, 28)
    assert reading.entries[4].organisation == "Two Lines Ltd"
    assert reading.entries[5].line == 12


def test_a_file_saved_again_by_a_spreadsheet_is_read_too() -> None:
    reading = read((FIXTURES / "resaved.csv").read_bytes())
    first, second = reading.entries
    assert (first.name, first.organisation) == ("Jürgen Groß", "Groß & Söhne")
    assert (first.known_since, second.known_since) == (date(2021, 9, 16), date(2009, 10, 30))
    assert first.addresses == ("juergen@gross.example",)
    assert not reading.rejected


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.case("D17")
def test_line_ends_and_byte_order_marks_make_no_difference(end: str, mark: str) -> None:
    text = mark + (HEADER + "Tom,Target,,tom@target.example,,,\nRita,Request,,,,,\n").replace("\n", end)
    assert [(entry.line, entry.name) for entry in read(text).entries] == [
        (2, "Tom Target"),
        (3, "Rita Request"),
    ]


@pytest.mark.case("D17")
def test_mixed_line_ends_are_read() -> None:
    assert len(read(HEADER + "Tom,Target,,,,,\r\nRita,Request,,,,,\rAda,Last,,,,,\n").entries) == 3


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"PK\x03\x04rest", "archive"),
        (b"\x1f\x8brest", "archive"),
        (HEADER.encode() + b"Tom\0,Target,,,,,\n", "binary"),
        (b"", "empty_file"),
        (b" \r\n \n", "empty_file"),
        (b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", "not_contacts"),
        (b"First Name,Middle Name,Last Name,Labels\nTom,,Target,\n", "not_contacts"),
        (b"From,To,Sent At,Message,Direction,inviterProfileUrl,inviteeProfileUrl\na,b,c,d,e,f,g\n", "not_contacts"),
        (b"%PDF-1.7 ...", "not_contacts"),
        ((HEADER.strip() + ",x" * 200 + "\n").encode(), "too_many_columns"),
    ],
)
@pytest.mark.case("D17")
def test_a_file_of_another_kind_is_refused_with_what_to_do(data: bytes, code: str) -> None:
    with pytest.raises(Refused) as refused:
        read(data)
    assert refused.value.code == code
    assert refused.value.sentence.endswith(".")


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.case("D17")
def test_a_file_of_16_bit_characters_is_read(encoding: str) -> None:
    (tom,) = read((HEADER + "Tom,Tärget,,tom@target.example,,,\n").encode(encoding)).entries
    assert (tom.line, tom.name, tom.addresses) == (2, "Tom Tärget", ("tom@target.example",))


@pytest.mark.case("D17")
def test_a_file_that_is_too_large_is_refused_before_it_is_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "KINDS", [replace(kind, most_bytes=1000) for kind in sources.KINDS])
    with pytest.raises(Refused, match="Split it"):
        read(HEADER + "Tom,Target,,,,,\n" * 100)
    monkeypatch.undo()
    monkeypatch.setattr(base, "MOST_RECORDS", 50)
    with pytest.raises(Refused) as refused:
        read(HEADER + "Tom,Target,,,,,\n" * 100)
    assert refused.value.code == "too_many_rows"


@pytest.mark.case("D17")
def test_a_broken_record_costs_no_other() -> None:
    reading = read(
        HEADER
        + "Tom,Target,,,,,\n"
        + f"Long,{'x' * 10_001},,,,,\n"
        + 'Open,"Quote,,,,,\n'
        + "Rita,Request,,,,,\n"
        + f"Wide,Row{',x' * 300}\n"
        + "Extra,Cell,,,Acme, Inc.,Clerk,1 Jan 2024\n"
        + f"Very {'long ' * 50},Name,,,,,\n"
        + "Short,Row\n"
        + "\n"
        + ",,,,,,\n"
        + "Ada,Last,,,,,,,\n"
    )
    assert [entry.name for entry in reading.entries] == [
        "Tom Target",
        "Rita Request",
        "Short Row",
        "Ada Last",
    ]
    assert [line for line, _why in reading.rejected] == [3, 4, 6, 7, 8, 11]
    assert all(why.endswith((".", "?")) for _line, why in reading.rejected)


@pytest.mark.case("D17")
@pytest.mark.parametrize(
    ("rows", "names", "rejected"),
    [
        # The rest of a record whose quotation mark is open is nobody.
        (
            'Dan,"Five,,,Acme,Clerk,"06\nJan 2020"\nRita,Request,,,,,\nShort,Row\n',
            ["Rita Request", "Short Row"],
            [2, 3],
        ),
        # It is open until the file ends.
        ('Rita,Request,,,,,\nTom,Target,,,Acme,"Clerk, 6 Jan 2020\n', ["Rita Request"], [3]),
        ('Rita,Request,,,,,\nTom,"Target', ["Rita Request"], [3]),
    ],
)
def test_an_open_quotation_mark_makes_no_card_of_what_follows(rows: str, names: list[str], rejected: list[int]) -> None:
    reading = read(HEADER + rows)
    assert [entry.name for entry in reading.entries] == names
    assert reading.rejected == [(line, "A quotation mark is opened and not closed.") for line in rejected]


@pytest.mark.case("D17")
def test_a_broken_byte_in_a_good_file_rejects_its_own_row_alone() -> None:
    rows = HEADER.encode() + "Zoë,Müller,,,Größe,,\n".encode() + b"Bro\xffken,Row,,,,,\n"
    reading = read(rows)
    assert [entry.name for entry in reading.entries] == ["Zoë Müller"]
    assert [line for line, _why in reading.rejected] == [3]


@pytest.mark.case("D6")
def test_invisible_characters_and_controls_are_taken_out_of_names() -> None:
    reading = read(HEADER + "T\u202eo\u200bm\x07,Tar\u00adget\u200f,,,,,\n")
    assert [entry.name for entry in reading.entries] == ["Tom Target"]


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "http://[x", "https://", "http://a.b/" + "\u0301" * 9, "https://x" * 200]
)
def test_a_profile_that_is_no_web_address_is_left_out(url: str) -> None:
    data = (HEADER + f"Tom,Target,{url},,,,\n").encode("utf-8", "surrogateescape")
    (tom,) = read(data).entries
    assert tom.profile == ""
    would_be_written(tom)


@given(st.binary(max_size=2000))
@pytest.mark.case("D17")
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    with suppress(Refused):
        read(data)


CELL = st.text(st.characters(exclude_categories=[], exclude_characters="\0"), max_size=20)


@given(st.lists(st.lists(CELL, max_size=9), max_size=12), st.sampled_from(",;\t"))
@pytest.mark.case("D17")
def test_any_rows_below_a_header_are_taken_or_rejected_by_line(rows: list[list[str]], delimiter: str) -> None:
    lines = [HEADER.strip().replace(",", delimiter)]
    lines += [delimiter.join(cell.replace('"', "").replace(delimiter, "") for cell in row) for row in rows]
    data = "\n".join(lines).encode("utf-8", "replace")
    reading = reading_of(linkedin.prepare(File("Connections.csv", lambda: BytesIO(data))))
    seen = [entry.line for entry in reading.entries] + [line for line, _why in reading.rejected]
    assert len(seen) == len(set(seen))
    assert all(entry.name and "\n" not in entry.name for entry in reading.entries)
    for entry in reading.entries:
        would_be_written(entry)
