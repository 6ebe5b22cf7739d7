"""A test that commits leaves nothing behind, although the journal's triggers forbid to delete."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, connection

from tests.support.cast import Cast
from twoyes.introductions.models import Introduction, JournalEntry
from twoyes.lib import store
from twoyes.lib.models import Installation
from twoyes.people.models import DEFAULT_COMMUNITY, Community, Connector

pytestmark = [pytest.mark.both, pytest.mark.django_db(transaction=True)]


# Whichever runs second finds what the first left.
@pytest.mark.parametrize("turn", ["first", "second"])
def test_the_store_is_empty_again_and_its_rules_hold_again(cast: Cast, turn: str) -> None:
    assert turn
    assert not Introduction.objects.exists()
    assert not JournalEntry.objects.exists()
    assert set(Connector.objects.values_list("handle", flat=True)) == {"cora", "otto"}
    assert Community.objects.filter(pk=DEFAULT_COMMUNITY).exists()
    assert Installation.objects.count() == 1
    cast.closed()
    with pytest.raises(IntegrityError) as error, connection.cursor() as cursor:
        cursor.execute("DELETE FROM introductions_journalentry")
    assert store.constraint_name(error.value) == "journal_whole"
