"""Cards are found by what people remember of a name, an organisation or an address."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from twoyes.lib.errors import Refused
from twoyes.people import front


@pytest.mark.parametrize(
    "query",
    [
        "Tómas Target",
        "tomas target",
        "TARGET, Tomas",
        "Target Tómas",
        "Dr. Tomas Target",
        "tomas target phd",
        "Tomas Target, Ph.D.",
        "tom tar",
        "zurich",
        "Zürich Instr",
        "target zurich",
        "TOM@target.example",
        "tom@private.example",
        "@target.example",
        "@TARGET.example",
    ],
)
def test_find_is_blind_to_accents_case_order_and_titles(cora: front.ConnectorView, tom: front.Card, query: str) -> None:
    front.add_card(cora.id, name="Rita Request", addresses=["rita@request.example"])
    assert front.find(cora.id, query) == [tom]


@pytest.mark.parametrize(
    "query",
    [
        "omas",
        "%",
        "_",
        "' OR 1=1",
        "tom@target",
        "@",
        "@target",
        "arget.example",
        "@example",
        "nobody",
        "!!!",
    ],
)
def test_find_finds_nothing_by_half_an_address_or_a_wildcard(
    cora: front.ConnectorView, tom: front.Card, query: str
) -> None:
    assert front.find(cora.id, query) == []


def test_find_lists_whole_names_first_and_no_more_than_asked(cora: front.ConnectorView) -> None:
    for name in ("Ann Leeds", "Anna Lee", "Zoe Ann Lee", "Ann Lee"):
        front.add_card(cora.id, name=name)
    assert next(card.name for card in front.find(cora.id, "Lee, Ann")) == "Ann Lee"
    assert len(front.find(cora.id, "ann lee")) == 4
    assert len(front.find(cora.id, "ann", limit=2)) == 2
    assert [card.name for card in front.find(cora.id, "")] == [
        "Ann Lee",
        "Ann Leeds",
        "Anna Lee",
        "Zoe Ann Lee",
    ]


def test_find_knows_a_name_of_more_words_than_a_query_is_kept_for(cora: front.ConnectorView) -> None:
    name = "Pablo Diego José Francisco Paula Juan Nepomuceno María Remedios Cipriano"
    front.add_card(cora.id, name=name)
    for words in (name, "cipriano rem mar nep juan paula francisco jose diego"):
        assert [card.name for card in front.find(cora.id, words)] == [name]
        assert front.find(cora.id, f"{words} nobody") == []


@pytest.mark.parametrize(
    "written",
    ["tomás target", "Target, Tomas", "dr tomas target phd", "Target", "tom@private.example"],
)
def test_who_means_one_person_however_they_are_written(
    cora: front.ConnectorView, tom: front.Card, written: str
) -> None:
    front.add_card(cora.id, name="Rita Request", organisation="Target Shooting Club")
    assert front.who(cora.id, written) == tom
    assert front.who(cora.id, f"  {tom.id} ") == tom


def test_who_refuses_to_guess_and_names_the_candidates(cora: front.ConnectorView, tom: front.Card) -> None:
    other = front.add_card(cora.id, name="Tomas B. Target", addresses=["tom@target.example"])
    assert front.who(cora.id, "Tomas Target") == tom
    for written in ("Target", "tom@target.example"):
        with pytest.raises(front.Ambiguous) as ambiguous:
            front.who(cora.id, written)
        assert ambiguous.value.code == "ambiguous"
        assert {card.id for card in ambiguous.value.candidates} == {tom.id, other.id}
    for written in (
        "Tim Target",
        "tim@target.example",
        "@nobody",
        "@target.example",
        "",
        "???",
        "missing00000",
    ):
        with pytest.raises(Refused) as refused:
            front.who(cora.id, written)
        assert refused.value.code == "nobody"


def test_a_handle_means_the_card_with_the_connectors_public_name(
    cora: front.ConnectorView, otto: front.ConnectorView
) -> None:
    card = front.add_card(cora.id, name="Outsider, Otto")
    assert front.who(cora.id, "@otto") == card
    assert front.who(cora.id, "otto") == card
    front.add_card(cora.id, name="Otto Another")
    assert front.who(cora.id, "@otto") == card
    with pytest.raises(front.Ambiguous):
        front.who(cora.id, "otto")
    front.publish(otto.id, published=False)
    with pytest.raises(Refused) as refused:
        front.who(cora.id, "@otto")
    assert refused.value.code == "nobody"


def test_a_letter_that_means_thousands_fetches_only_what_is_shown(cora: front.ConnectorView) -> None:
    rows = "".join(f"BEGIN:VCARD\nFN:Person N{n}\nEND:VCARD\n" for n in range(300))
    front.import_contacts(cora.id, rows.encode(), name="cards.vcf")
    front.add_card(cora.id, name="P")
    with CaptureQueriesContext(connection) as asked:
        found = front.find(cora.id, "p", limit=20)
    assert [card.name for card in found[:2]] == ["P", "Person N0"]
    assert len(found) == 20
    assert all("LIMIT 20" in query["sql"] for query in asked)
