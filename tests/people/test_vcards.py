"""vCards of every version and of every program are split, read and accounted for (QUIRKS 17, D15)."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.people.reading import FIXTURES, people, records, rejected, would_be_written
from twoyes.lib.errors import Refused
from twoyes.people.sources import vcard
from twoyes.people.sources.base import Entry, Rejection
from twoyes.people.sources.vcard import cards

CARDS = (FIXTURES / "cards.vcf").read_bytes()


def card(*lines: str) -> str:
    return "\r\n".join(["BEGIN:VCARD", *lines, "END:VCARD", ""])


def test_every_card_of_a_file_is_taken_or_rejected_with_its_line() -> None:
    assert list(people(CARDS)) == [
        "Jürgen Müller",
        "山田 太郎",
        'Grace "Amazing" Hopper, Ph.D.',
        "Simon Perreault ing. jr,M.Sc.",
        "With Assistant",
        "Inline Assistant",
        "No Version",
        "No End",
        "Folded Name",
    ]
    assert sorted(rejected(CARDS)) == [47, 57, 68, 72, 77, 89]


def test_quoted_printable_with_soft_breaks_is_read_and_a_picture_without_an_end_is_skipped() -> None:
    juergen = people(CARDS)["Jürgen Müller"]
    assert juergen.organisation == "Müller & Söhne, Berlin"
    assert juergen.position == "Sales, North"
    assert juergen.notes == "First line\nsecond line, with a comma"
    assert juergen.addresses == ("juergen@cards.example", "juergen.private@cards.example"), "the preferred one is first"
    assert juergen.phones[0] == "+49 170 7654321"


def test_a_property_may_name_its_own_character_set() -> None:
    assert list(people((FIXTURES / "cards_latin.vcf").read_bytes())) == ["Håkon Berg", "Zoë Weiß"]
    assert list(people((FIXTURES / "cards_utf16.vcf").read_bytes())) == ["Tom Tärget", "小明 李"]


def test_groups_escapes_and_the_cards_own_id_are_read() -> None:
    grace = people(CARDS)['Grace "Amazing" Hopper, Ph.D.']
    assert grace.addresses == ("grace@cards.example",)
    assert (grace.organisation, grace.uid) == ("Navy", "urn:uuid:4fbe8971-0bc3-424c-9c26-36c3e1eff6b1")
    assert grace.profile == "https://www.linkedin.com/in/grace-hopper"


def test_a_card_of_version_4_gives_its_number_without_the_scheme() -> None:
    assert people(CARDS)["Simon Perreault ing. jr,M.Sc."].phones == ("+1-418-656-9254",)


def test_an_agents_card_is_rejected_and_the_outer_card_goes_on() -> None:
    found = people(CARDS)
    assert found["With Assistant"].position == "Director"
    assert found["With Assistant"].addresses == ("boss@cards.example",)
    assert found["Inline Assistant"].addresses == ("inline@cards.example",)
    assert "AGENT" in rejected(CARDS)[47]
    assert "AGENT" in rejected(CARDS)[57]


def test_half_a_card_at_the_end_of_a_file_is_rejected_since_its_last_line_may_be_cut() -> None:
    assert "middle" in rejected(CARDS)[89]


@pytest.mark.case("E1")
def test_an_address_is_never_taken_for_a_name() -> None:
    assert "address" in rejected(card("FN:tom@target.example", "EMAIL:tom@target.example"))[1]
    (tom,) = people(card("FN:Tom Target <tom@target.example>", "ORG:Works (info@works.example)")).values()
    assert (tom.name, tom.organisation) == ("Tom Target", "Works")


def test_the_name_is_made_of_its_parts_where_nobody_wrote_it_out() -> None:
    assert list(people(card("N:Target;Tom;T.;Dr.;Jr."))) == ["Tom T. Target Jr."]
    assert list(people(card("NICKNAME:Tommy"))) == ["Tommy"]


@pytest.mark.case("D15")
def test_a_picture_of_any_size_is_skipped_and_costs_no_memory() -> None:
    import tracemalloc

    photo = "PHOTO;ENCODING=b;TYPE=JPEG:/9j/\r\n" + f" {'QUJD' * 18}\r\n" * 150_000
    data = card("FN:Tom Target", photo + "EMAIL:tom@target.example").encode()
    tracemalloc.start()
    found = people(data)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert found["Tom Target"].addresses == ("tom@target.example",)
    assert peak < 8_000_000 < len(data)


@pytest.mark.case("D15")
@pytest.mark.parametrize(
    "bomb",
    [
        "NOTE:" + "x" * 2_000_000,
        "NOTE:x\r\n" + " x\r\n" * 1_200_000,
        "X-MANY:1\r\n" * 20_000,
        "NOTE;ENCODING=QUOTED-PRINTABLE:" + "=41=\r\n" * 600_000,
    ],
)
def test_a_card_larger_than_any_persons_is_rejected_and_costs_no_other(bomb: str) -> None:
    data = card("FN:Before") + card("FN:Bomb", bomb) + card("FN:After")
    before, refused, after = records(data)[1]
    assert isinstance(before, Entry)
    assert isinstance(refused, Rejection)
    assert isinstance(after, Entry)
    assert (before.name, after.name) == ("Before", "After")


@pytest.mark.case("D15")
def test_more_cards_than_any_book_has_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vcard, "MOST_CARDS", 10)
    with pytest.raises(Refused) as refused:
        records(card("FN:Tom") * 11)
    assert refused.value.code == "too_many_rows"


def test_a_reason_never_repeats_what_the_card_says() -> None:
    data = card("FN:Tom", "TEL;bad param here:+47 999 88 777", "EMAIL:secret words") + card('FN;X="un:Secret Name')
    assert rejected(data)
    assert not any("ecret" in why or "999" in why for why in rejected(data).values())


PARTS = st.sampled_from(
    (
        *"BEGIN:VCARD END:VCARD FN:Tom N:Target;Tom AGENT: EMAIL;PREF:tom@x.example PHOTO: =C3=A9= VERSION:4".split(),
        *"TEL;HOME;VOICE:123 ORG:a\\;b,c;d FN;CHARSET=nonsense:x item1.EMAIL:x@y.example N:;;;; \ud83d".split(),
        *"AGENT:BEGIN:VCARD\\nEND:VCARD FN;ENCODING=b:==== NOTE;QUOTED-PRINTABLE:=".split(),
        *"URL:http://[linkedin.com/in/x FN;QUOTED-PRINTABLE;CHARSET=hex:=41 FN;CHARSET=undefined:\u00e9".split(),
        f"URL:https://linkedin.com/in/{'\u0301' * 8}",
        f"TEL:12345{'\u0301' * 8}",
        " folded",
        "",
    )
)


def test_a_soft_break_that_was_cut_off_swallows_no_end_of_a_card() -> None:
    data = card("FN:Before", "NOTE;ENCODING=QUOTED-PRINTABLE:cut=") + card("FN:After")
    assert list(people(data)) == ["Before", "After"]


@given(st.lists(PARTS, max_size=30))
def test_any_lines_give_as_many_records_as_cards_begin(lines: list[str]) -> None:
    data = "\r\n".join(["BEGIN:VCARD", *lines]).encode("utf-8", "replace")
    _kind, found = records(data)
    assert all(isinstance(one, Entry) or one.why for one in found)
    for one in found:
        if isinstance(one, Entry):
            would_be_written(one)
    begun = sum(line.startswith("BEGIN") for line in ["BEGIN:VCARD", *lines])
    inline = sum(line.startswith("AGENT:BEGIN") for line in lines)
    assert begun <= len(found) <= begun + inline


@given(st.binary(max_size=1500))
@pytest.mark.case("D15")
def test_any_bytes_in_a_card_are_read_or_refused(data: bytes) -> None:
    with suppress(Refused):
        records(b"BEGIN:VCARD\r\n" + data)


def test_what_is_kept_of_a_card_is_what_the_book_has_a_place_for() -> None:
    assert not cards.KEPT & {"PHOTO", "BDAY", "ADR", "AGENT", "GENDER"}


@pytest.mark.case("D15")
@pytest.mark.parametrize(
    "charset", ["hex", "base64", "zlib", "undefined", "idna", "punycode", "utf-7", "rot13", "x" * 500]
)
@pytest.mark.parametrize("encoding", ["", ";ENCODING=QUOTED-PRINTABLE"])
def test_a_character_set_that_is_none_costs_no_other_card(charset: str, encoding: str) -> None:
    data = card("FN:Before") + card(f"FN;CHARSET={charset}{encoding}:Tom=C3=A9 Ta\u00ebrget") + card("FN:After")
    found = people(data)
    assert {"Before", "After"} <= set(found)
    assert len(found) + len(rejected(data)) == 3
    for one in found.values():
        would_be_written(one)
