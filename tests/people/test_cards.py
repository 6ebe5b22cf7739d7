"""Cards are added and changed by their owner, and by nobody else."""

from datetime import date
from typing import Any

import pytest

from twoyes.lib import addresses
from twoyes.lib.errors import Refused
from twoyes.people import front


def test_a_card_shows_names_and_keeps_what_reaches_the_person(cora: front.ConnectorView, tom: front.Card) -> None:
    assert front.card(cora.id, tom.id) == tom
    assert (tom.name, tom.organisation) == ("Dr. Tómas Target, PhD", "Zürich Instruments")
    assert tom.has_address
    assert front.addresses(cora.id, tom.id) == ["tom@target.example", "tom@private.example"]
    assert front.secrets_of(cora.id, tom.id) == front.CardSecrets(
        addresses=("tom@target.example", "tom@private.example"),
        phones=("+41 44 123 45 67",),
        profiles=(),
        notes="Likes to be asked in the morning.",
    )
    assert "target.example" not in repr(tom)


@pytest.mark.case("E8")
def test_a_foreign_card_is_the_same_as_a_missing_one(
    cora: front.ConnectorView, otto: front.ConnectorView, tom: front.Card
) -> None:
    for card_id in (tom.id, "missing00000"):
        assert front.card(otto.id, card_id) is None
        assert front.secrets_of(otto.id, card_id) is None
        assert front.addresses(otto.id, card_id) == []
        with pytest.raises(Refused) as refused:
            front.edit_card(otto.id, card_id, name="Mine")
        assert refused.value.code == "no_such_card"
        with pytest.raises(Refused) as refused:
            front.who(otto.id, card_id)
        assert refused.value.code == "nobody"
    assert front.find(otto.id, "") == []
    for query in ("tomas", "tom@target.example", "@target.example", "zurich"):
        assert front.find(otto.id, query) == []
        assert [found.id for found in front.find(cora.id, query)] == [tom.id]


def test_only_the_given_fields_change(cora: front.ConnectorView, tom: front.Card) -> None:
    changed = front.edit_card(cora.id, tom.id, organisation="Basel Labs", known_since=date(2015, 3, 1))
    assert (changed.name, changed.position) == (tom.name, tom.position)
    assert (changed.organisation, changed.known_since) == ("Basel Labs", date(2015, 3, 1))
    secrets = front.secrets_of(cora.id, tom.id)
    assert secrets is not None
    assert secrets.notes == "Likes to be asked in the morning."
    assert secrets.addresses == ("tom@target.example", "tom@private.example")
    assert front.find(cora.id, "basel") == [changed]
    assert front.find(cora.id, "zurich") == []
    front.edit_card(cora.id, tom.id, notes="", phones=[])
    assert front.secrets_of(cora.id, tom.id) == front.CardSecrets(secrets.addresses, (), (), "")


@pytest.mark.case("A21")
def test_after_an_edit_mail_goes_to_the_new_address_and_its_key_counts(
    cora: front.ConnectorView, tom: front.Card
) -> None:
    assert front.address_of(tom.id) == "tom@target.example"
    front.edit_card(cora.id, tom.id, addresses=["tom@new.example", "tom@target.example"])
    assert front.address_of(tom.id) == "tom@new.example"
    assert front.keys_of(tom.id) == (addresses.key("tom@new.example"), addresses.key("tom@target.example"))
    front.edit_card(cora.id, tom.id, addresses=[])
    assert front.address_of(tom.id) is None
    assert front.keys_of(tom.id) == ()


@pytest.mark.case("D4")
def test_two_spellings_of_one_address_are_one_and_the_first_is_kept(cora: front.ConnectorView, tom: front.Card) -> None:
    front.edit_card(cora.id, tom.id, addresses=["Tom@Target.example", "x@y.example", "tom@target.EXAMPLE"])
    assert front.addresses(cora.id, tom.id) == ["Tom@target.example", "x@y.example"]


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"name": ""}, "bad_text"),
        ({"name": "x" * 201}, "bad_text"),
        ({"name": "Tom\r\nBcc: x@y.example"}, "bad_text"),
        ({"name": "Tom\0"}, "bad_text"),
        ({"name": "Tom \u202egnp"}, "bad_text"),
        ({"addresses": ["tom@target.example, x@y.example"]}, "bad_address"),
        ({"addresses": ["ok@y.example", '"evil@x.example" <v@y.example>']}, "bad_address"),
        ({"addresses": [f"a{n}@y.example" for n in range(21)]}, "too_many"),
        ({"phones": ["call me"]}, "bad_phone"),
        ({"notes": "x" * 1_000_000}, "bad_text"),
    ],
)
@pytest.mark.case("D1", "D3", "D6")
def test_bad_input_is_refused_with_a_sentence_and_the_card_stays_as_it_was(
    cora: front.ConnectorView, tom: front.Card, fields: Any, code: str
) -> None:
    before = (front.card(cora.id, tom.id), front.secrets_of(cora.id, tom.id))
    with pytest.raises(Refused) as refused:
        front.edit_card(cora.id, tom.id, **fields)
    assert refused.value.code == code
    assert refused.value.sentence
    assert (front.card(cora.id, tom.id), front.secrets_of(cora.id, tom.id)) == before
    with pytest.raises(Refused):
        front.add_card(cora.id, **{"name": "New", **fields})
    assert len(front.find(cora.id, "")) == 1


def test_a_card_needs_a_book_to_stand_in(cora: front.ConnectorView) -> None:
    with pytest.raises(Refused) as refused:
        front.add_card("missing00000", name="Tom")
    assert refused.value.code == "no_such_connector"


@pytest.mark.case("A17")
def test_one_address_of_a_person_leads_to_every_other_on_their_card_and_to_nobody_elses(
    cora: front.ConnectorView, otto: front.ConnectorView, tom: front.Card
) -> None:
    both = [addresses.key(one) for one in ("tom@target.example", "tom@private.example")]
    assert front.keys_beside(cora.id, both[:1]) == tuple(sorted(both))
    assert front.keys_beside(otto.id, both[:1]) == (both[0],)
