"""A stranger's last place of the month goes to one of them, however many arrive in that instant (K2)."""

from __future__ import annotations

from functools import partial

import pytest

from tests.introductions.together import at_once, failures
from tests.support.cast import REQUEST, Cast
from twoyes.introductions import front
from twoyes.introductions.models import Introduction, JournalEntry
from twoyes.lib import addresses
from twoyes.people import front as people
from twoyes.policy import front as policy

pytestmark = [pytest.mark.both, pytest.mark.django_db(transaction=True)]


def known_by_name_alone(cast: Cast, number: int) -> str:
    """Somebody whom Cora knows by name alone, as she said herself; return their address."""
    address = f"ada{number}@new.example"
    card = people.add_card(cast.cora.id, name=f"Ada New {number}", addresses=[address])
    people.say_word(cast.cora.id, card.id, since="", how="", how_well="by_name", now=cast.now)
    return address


def places(cast: Cast, count: int) -> None:
    """Let Cora keep so many places a month."""
    with cast.time():
        policy.set_house_rules(cast.cora.id, chosen={"places": {"places": count}})


def states() -> list[str]:
    return sorted(Introduction.objects.values_list("state", flat=True))


def test_of_eight_strangers_who_prove_their_address_at_once_two_take_the_two_places(cast: Cast) -> None:
    places(cast, 2)
    made = [cast.unverified(email=known_by_name_alone(cast, n), name=f"Ada New {n}") for n in range(8)]
    pages = [cast.key(one, "verify") for one in made]
    links = [front.open_link("verify", token, cast.now) or "" for token in pages]
    told = at_once([partial(front.verify, *page, now=cast.now) for page in zip(links, pages, strict=True)])
    assert failures(told) == []
    assert states() == ["returned"] * 6 + ["waiting"] * 2
    assert JournalEntry.objects.filter(event="verified", data__place=True).count() == 2


def test_so_does_a_form_of_a_browser_that_proved_itself_before(cast: Cast) -> None:
    places(cast, 1)
    form = {**REQUEST, "name": "Ada New"}
    asked = [{**form, "email": known_by_name_alone(cast, n)} for n in range(6)]
    acts = [
        partial(front.request, cast.cora.id, one, now=cast.now, door="test", proved=addresses.key(one["email"]))
        for one in asked
    ]
    assert failures(at_once(acts)) == []
    assert states() == ["returned"] * 5 + ["waiting"]


def test_the_place_that_a_request_took_is_still_its_own_when_it_comes_back_improved(cast: Cast) -> None:
    places(cast, 1)
    mine = cast.waiting(email=known_by_name_alone(cast, 0), name="Ada New")
    front.return_(mine, {"codes": "no_why_now", "words": "Say why now."}, actor=cast.desk, now=cast.now)
    other = cast.waiting(email=known_by_name_alone(cast, 1), name="Ada Other")
    again = {**REQUEST, "name": "Ada New", "why_now": "The drones are booked for May."}
    front.revise(mine, again, actor=cast.asker(mine), now=cast.now)
    assert (cast.state(mine), cast.state(other)) == ("waiting", "returned")
