"""A connector whose account is deleted: whoever waits for an answer gets it, signed by the one who left."""

import re
from email import message_from_bytes, policy

import pytest
from django.db import transaction

from tests.support.cast import CORA, RITA, TOM, Cast
from twoyes.care import front as care
from twoyes.introductions.models import Letter
from twoyes.mail.front import deliver
from twoyes.mail.outgoing.memory import MemoryTransport
from twoyes.mail.outgoing.transport import Envelope
from twoyes.people import front as people

pytestmark = pytest.mark.django_db
FINAL = {
    "waiting": "lapsed",
    "talking": "lapsed",
    "returned": "lapsed",
    "asking": "not_this_time",
    "asked": "not_this_time",
    "refused": "not_this_time",
    "silent": "not_this_time",
    "deferred": "not_this_time",
    "undeliverable": "not_this_time",
    "agreed": "not_this_time",
}


def left_with(cast: Cast) -> list[Envelope]:
    """Let the connector leave, and return what the relay then gets."""
    cast.deliver()
    with cast.time():
        care.remove_connector("cora", now=cast.now)
    relay = MemoryTransport()
    deliver(relay, lambda: cast.now)
    return relay.accepted


@pytest.mark.case("A29")
@pytest.mark.parametrize("stage", FINAL)
def test_whoever_waits_hears_at_once_and_in_one_letter(cast: Cast, stage: str) -> None:
    getattr(cast, stage)()
    letters = left_with(cast)
    assert [(one.kind, one.recipient) for one in letters] == [(FINAL[stage], RITA)]
    assert b"Cora Lund" in letters[0].message
    # The account is gone, and so is the address at which it was read.
    assert CORA.encode() not in letters[0].message
    assert not Letter.objects.filter(state="queued").exists()


@pytest.mark.case("A29")
@pytest.mark.parametrize("stage", ["introduced", "connected", "closed", "declined", "withdrawn", "passed_on"])
def test_whoever_has_had_an_answer_gets_no_other(cast: Cast, stage: str) -> None:
    getattr(cast, stage)()
    assert left_with(cast) == []


def test_letters_that_were_due_to_others_still_leave_and_those_to_the_connector_do_not(cast: Cast) -> None:
    cast.asking()
    with cast.time():
        care.remove_connector("cora", now=cast.now)
    relay = MemoryTransport()
    deliver(relay, lambda: cast.now)
    assert CORA not in {one.recipient for one in relay.accepted}
    assert TOM not in {one.recipient for one in relay.accepted}
    assert "not_this_time" in {one.kind for one in relay.accepted}


def test_the_book_and_the_name_are_gone_all_the_same(cast: Cast) -> None:
    cast.asked()
    left_with(cast)
    found = people.connector_by_id(cast.cora.id)
    assert found is not None
    assert (found.name, people.find(cast.cora.id, "")) == ("", [])
    assert Letter.objects.get(kind="not_this_time").state == "sent"


@pytest.mark.case("A30", "A29")
def test_the_letter_is_the_same_whatever_the_target_had_said(cast: Cast) -> None:
    texts = set()
    for stage in ("asked", "refused", "agreed", "deferred", "undeliverable"):
        before = cast.now
        with transaction.atomic():
            getattr(cast, stage)()
            texts |= {_text(one) for one in left_with(cast) if one.kind == "not_this_time"}
            transaction.set_rollback(True)
        cast.now = before
    assert len(texts) == 1


def _text(envelope: Envelope) -> str:
    body = message_from_bytes(envelope.message, policy=policy.default).get_body(("plain",))
    assert body is not None
    return re.sub(r"/r/\w+", "/r/", str(body.get_content()))
