"""What one address of ours may fill, how little is read of it, and how long it is kept."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from tests.mail.incoming.came import bounce, came, did, letter, said
from tests.mail.incoming.lines import Line
from tests.support.cast import TOM, Cast
from twoyes.lib import clock, limits
from twoyes.mail import front as mail
from twoyes.mail import ours
from twoyes.mail.incoming import arriving, inbox, noted
from twoyes.mail.models import Inbound
from twoyes.people import front as people


def test_what_is_shown_is_read_without_the_messages_themselves(cast: Cast) -> None:
    introduction = cast.asked()
    ask = letter(introduction, "ask")
    came(cast, "reply", ask, said())
    with CaptureQueriesContext(connection) as asked:
        assert mail.came_about(introduction, cast.now)
        mail.came_apart(cast.cora.id, cast.now)
        mail.written_by(cast.cora.id, ["x"], cast.now)
        noted.was_told(ask, "failed")
        noted.said_of(Inbound.objects.only("pk").get().pk, cast.now)
    assert not [one["sql"] for one in asked.captured_queries if '"raw"' in one["sql"]]


@pytest.mark.case("C21")
def test_one_address_takes_so_many_a_day_and_the_next_is_told_to_come_back(cast: Cast, lmtp: Line) -> None:
    ask = letter(cast.asked(), "ask")
    address, other = ours.reply_address(ask), ours.return_path(ask)
    now = clock.now()
    Inbound.objects.bulk_create(
        Inbound(dedupe_key=f"k{n}", raw=b"x", received_at=now, purpose="reply", ref=ask)
        for n in range(limits.INBOUND_A_DAY)
    )
    place = arriving.place_of(address)
    assert place is not None
    assert arriving.is_full(place, now)
    assert not arriving.is_full(place, now + timedelta(days=1))
    lmtp.say("MAIL FROM:<x@x.example>")
    assert lmtp.say(f"RCPT TO:<{address}>").startswith("452 ")
    assert lmtp.say(f"RCPT TO:<{other}>").startswith("250 ")


@pytest.mark.case("C19")
def test_words_at_the_address_for_failures_go_after_a_week_and_reports_stay(cast: Cast) -> None:
    ask = letter(cast.asked(), "ask")
    report = came(cast, "return", ask, bounce())
    words = came(cast, "return", ask, said("Who is this?", sender=TOM))
    away = came(cast, "return", ask, said(kind="auto_reply", sender=TOM))
    assert did(report) == "failed"
    inbox.tidy(cast.now + limits.REPLIES_TO_ASKS_AGE)
    left = set(Inbound.objects.values_list("pk", flat=True))
    assert left == {report.pk}, (words.pk, away.pk)


def test_a_connector_without_a_published_page_has_no_request_address(cast: Cast) -> None:
    address = ours.request_address("cora")
    assert arriving.place_of(address) is not None
    people.publish(cast.cora.id, published=False)
    assert arriving.place_of(address) is None
    assert arriving.place_of(ours.guard_address("cora")) is not None


@pytest.mark.case("C22", "E7")
@pytest.mark.parametrize("template", ["intro@twoyes.localhost", "intro+{token}@twoyes.localhost"])
@pytest.mark.parametrize("published", [True, False])
def test_no_address_that_can_be_guessed_tells_who_has_an_account_here(
    cast: Cast, settings: Settings, template: str, published: bool
) -> None:
    settings.TWOYES_MAIL_ADDRESS = template
    people.publish(cast.cora.id, published=published)
    signed = ours.guard_address("cora")
    assert arriving.place_of(signed.upper()) == arriving.Place(signed.upper(), "guard", "cora", cast.cora.id)
    for handle in ("cora", "nobody"):
        guessed = [f"{word}{sign}{handle}" for word in ("guard", "request", "intro+guard") for sign in "+."]
        guessed += [f"guard+{handle}.{'a' * 16}", f"intro+{handle}.{'a' * 16}", f"intro+request.{handle}"]
        found = [one for one in guessed if arriving.place_of(f"{one}@twoyes.localhost") is not None]
        # Who has a page is public, and so is the address that it names.
        assert bool(found) == (published and handle == "cora")
        assert all("request" in one for one in found)
