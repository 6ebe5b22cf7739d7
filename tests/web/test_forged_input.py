"""Forged input through every form and address: what is not asked for is not read, what is odd breaks nothing."""

from __future__ import annotations

import hashlib
import itertools
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction

from tests.support.cast import REQUEST, Cast
from tests.web.browsing import Browser, FoundForm, forms_of
from tests.web.doors import House, digest, few_at_once
from twoyes.introductions.models import AskedPair, Introduction, Letter, Link
from twoyes.lib import chance
from twoyes.people import same as same_people
from twoyes.people.models import Person, Wish

STATES = (
    "unverified", "draft", "waiting", "returned", "talking", "asked", "by_hand", "deferred", "agreed", "introduced",
    "awaiting_outcome", "closed", "offered", "offered_second",
)  # fmt: skip
# Good values for whatever our forms ask; hidden fields keep theirs.
GOOD = {
    **REQUEST, "answer": "no", "confirm": "yes", "sure": "yes", "reason": "I know him too little.", "words": "A word.",
    "times": "Tuesday at ten.", "how": "On the phone.", "codes": "no_why", "outcome": "met", "comment": "A line.",
    "wish": "never", "scope": "anyone", "side": "target", "vouch": "Worked with her for two years.",
    "vouch_level": "vouch", "addresses": "kim@new.example", "name": "Kim New", "until": "2026-05-01",
    "because": "You both look at blades.", "why_first": "He has the model.", "why_second": "She has the log.",
    "writes_first": "first", "why_requester": "He knows.", "why_target": "She logs.", "address": "kim@new.example",
}  # fmt: skip


def forms(house: House) -> Iterator[tuple[Browser, FoundForm]]:
    """Yield each form of each page that this state has, with the browser that may post it, filled in well."""
    pages = {
        path: browser for _route, browser, path in house.addresses() if not path.startswith(("/accounts", "/post"))
    }
    met: set[str] = set()
    shown = [(browser, form) for path, browser in pages.items() for form in forms_of(browser.get(path))]
    # A form of the public page is good a few seconds after it was shown.
    house.cast.now += timedelta(minutes=1)
    for browser, form in shown:
        if form.method == "post" and f"{form.action} {form.act}" not in met:
            met.add(f"{form.action} {form.act}")
            yield browser, FoundForm(form.action, "post", {**form.values, **_filled(house.cast, form)}, form.choices)


def _filled(cast: Cast, form: FoundForm) -> Mapping[str, str]:
    known = {name: GOOD[name] for name in (*form.values, *form.choices) if name in GOOD}
    cards = {"target": cast.tom.id, "first": cast.rita.id, "second": cast.tom.id}
    picked = {f"{side}_query": card for side, card in cards.items() if f"{side}_query" in form.values}
    chosen = {side: card for side, card in cards.items() if side in form.choices}
    return {**known, **picked, **chosen}


class Same:
    """Chance, nonces and time that are the same at every try, so that two stores can be compared byte for byte."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.count = itertools.count()
        patch.setattr(os, "urandom", self.octets)
        # Who carries a job says so by the machine's own clock, which no test stops.
        patch.setattr(same_people, "_now", lambda: datetime(2026, 3, 2, 9, tzinfo=UTC))

    def octets(self, number: int) -> bytes:
        return hashlib.shake_128(b"%d" % next(self.count)).digest(number)

    @contextmanager
    def thrown_away(self) -> Iterator[None]:
        """Run the block with chance begun anew, and undo in the store what it did."""
        self.count = itertools.count()
        with transaction.atomic(), chance.seeded("same"):
            yield
            transaction.set_rollback(True)


@pytest.fixture
def same(monkeypatch: pytest.MonkeyPatch) -> Same:
    return Same(monkeypatch)


# What a mass assignment would need: columns, the verbs' arguments, what the doors work out by themselves.
MORE = {
    "state": "agreed", "id": "0" * 12, "pk": "0" * 12, "introduction": "0" * 12, "role": "connector", "user": "1",
    "requester_key": "0" * 32, "target_keys": "[]", "first_id": "x", "proved": "0" * 32, "network": "",
    "snapshot": "{}", "now": "2030-01-01T00:00:00Z", "hears_by": "2020-01-01", "due_at": "2020-01-01",
    "generation": "99", "erased_at": "", "is_staff": "1", "is_superuser": "1", "chapter_of": "x",
    "policy_version": "9", "idempotency_key": "x" * 26,
}  # fmt: skip
OWNERS = ("connector", "connector_id", "owner", "owner_id", "actor", "approver", "target_id")


@pytest.mark.parametrize("state", few_at_once(STATES))
@pytest.mark.case("D25")
def test_fields_that_a_form_does_not_have_are_not_read(cast: Cast, same: Same, state: str) -> None:
    house, done = House(cast).bring(state), set()
    forged = {**MORE, **dict.fromkeys(OWNERS, cast.otto.id)}
    for browser, form in list(forms(house)):
        with same.thrown_away():
            plain, wanted = browser.post(form.action, form.values), digest()
        with same.thrown_away():
            answer, found = browser.post(form.action, {**forged, **form.values}), digest()
        assert (answer.status_code, answer.headers.get("Location")) == (
            plain.status_code,
            plain.headers.get("Location"),
        )
        assert found == wanted, f"{form.action} reads more than it asks"
        done.add(plain.status_code)
    assert 303 in done


def effects() -> dict[str, object]:
    """What acts leave behind in the world: states and answers, letters, links, pairs, wishes, cards."""
    return {
        "states": list(Introduction.objects.order_by("pk").values_list("pk", "state")),
        "letters": list(Letter.objects.order_by("pk").values_list("pk", "kind", "state", "due_at")),
        "links": Link.objects.count(),
        "pairs": AskedPair.objects.count(),
        "wishes": list(Wish.objects.order_by("pk").values_list("kind", "scope", "about")),
        "cards": Person.objects.count(),
    }


@pytest.mark.parametrize("state", few_at_once(STATES))
@pytest.mark.case("E12")
def test_the_same_post_again_does_nothing_more(cast: Cast, same: Same, state: str) -> None:
    house, done = House(cast).bring(state), set()
    for browser, form in list(forms(house)):
        with same.thrown_away():
            first = browser.post(form.action, form.values)
            once = effects()
            cast.now += timedelta(minutes=1)
            again = browser.post(form.action, form.values)
            assert effects() == once, f"{form.action} did more the second time"
            # Another look before it is sent is no error, an act that is over is one; who was erased has no page.
            assert again.status_code in {200, 303, 404, 409, 422}
            done.add(first.status_code)
    assert 303 in done
