"""An erased person is readable nowhere, and still cannot be asked again."""

import gc
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from tests.support.cast import CORA, REQUEST, RITA, TOM, Cast
from twoyes.care import front as care
from twoyes.introductions import front as introductions
from twoyes.introductions.models import AskedPair, Introduction, Letter
from twoyes.introductions.protocol import State
from twoyes.lib import env
from twoyes.lib.errors import Refused
from twoyes.mail.outgoing.postroom import PostroomTransport, letters
from twoyes.mail.outgoing.transport import Envelope
from twoyes.people import front as people

STAGES = (
    "unverified waiting returned talking asking asked refused silent deferred passed passed_on withdrawn undeliverable"
    " agreed introduced connected awaiting_outcome closed unreported"
).split()

pytestmark = pytest.mark.django_db


def every_byte() -> bytes:
    """All that the store's file holds, journal files included."""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA database_list")
        path = Path(cursor.fetchone()[2])
    gc.collect()
    return b"".join(each.read_bytes() for each in path.parent.glob(f"{path.name}*"))


@pytest.mark.case("E18")
@pytest.mark.parametrize("stage", STAGES)
def test_the_target_can_be_erased_at_every_stage_and_the_pair_stays_used(cast: Cast, stage: str) -> None:
    introduction = getattr(cast, stage)()
    pairs = AskedPair.objects.count()
    with cast.time():
        care.erase(TOM, actor=cast.desk, now=cast.now)
    assert AskedPair.objects.count() == pairs
    bound = bool(Introduction.objects.get(pk=introduction).target_keys)
    assert (cast.state(introduction) is State.ERASED) == bound
    with pytest.raises(Refused, match=r"no card|nobody|Nobody|address"):
        people.who(cast.cora.id, TOM)
    if bound:
        assert Introduction.objects.get(pk=introduction).target_id is None
        assert not Letter.objects.filter(introduction=introduction).exclude(text=b"").exists()


@pytest.mark.case("E18")
@pytest.mark.parametrize("stage", STAGES)
def test_the_requester_can_be_erased_at_every_stage_and_hears_no_more(cast: Cast, stage: str) -> None:
    introduction = getattr(cast, stage)()
    with cast.time():
        care.erase(RITA, actor=cast.desk, now=cast.now)
    row = Introduction.objects.get(pk=introduction)
    assert row.state == State.ERASED
    assert (row.requester, row.words, row.requester_key) == (b"", b"", "")
    waiting = Letter.objects.filter(introduction=introduction, side="requester", state="queued")
    assert not waiting.exists()


@pytest.mark.case("E19")
def test_an_erased_person_who_is_imported_again_cannot_be_asked(cast: Cast) -> None:
    with cast.time():
        care.erase(TOM, actor=cast.desk, now=cast.now)
    again = people.add_card(cast.cora.id, name="Tom Target", addresses=[TOM])
    introduction = cast.asking(approval={"target": again.id})
    assert cast.state(introduction) is State.REFUSED
    assert "ask" not in cast.deliver()


@pytest.mark.case("E18")
def test_the_letters_of_an_erased_person_leave_the_post_room(cast: Cast) -> None:
    introduction = cast.asked()
    post_room = PostroomTransport(env.data_dir())
    mine = (("ask", TOM, introduction), ("on_its_way", RITA, introduction), ("digest", CORA, ""))
    for kind, recipient, about in mine:
        envelope = Envelope("s@here.example", recipient, b"Subject: x\r\n\r\nx\r\n", kind=kind, introduction=about)
        post_room.send(envelope, point_of_no_return=lambda: None)
    with cast.time():
        erased = care.erase(TOM, actor=cast.desk, now=cast.now)
    assert erased.letters == 2
    assert [path.name.split("-")[1] for path in letters(env.data_dir())] == ["digest.eml"]


@pytest.mark.case("E18")
@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(settings.DATABASES["default"]["ENGINE"].endswith("postgresql"), reason="reads the file of SQLite")
def test_no_word_of_an_erased_person_is_left_in_any_byte_of_the_store(cast: Cast) -> None:
    cast.introduced()
    assert b"Tom Target" in every_byte(), "names are clear before"
    with cast.time():
        care.erase(TOM, actor=cast.desk, now=cast.now)
        care.erase(RITA, actor=cast.desk, now=cast.now)
    left = every_byte()
    for word in (TOM, RITA, "Tom Target", "Rita Holm", *(value for value in REQUEST.values() if len(value) > 12)):
        assert word.encode() not in left, word


@pytest.mark.case("A29")
@pytest.mark.parametrize(
    ("stage", "ends"),
    [("asking", State.WITHDRAWN), ("asked", State.WITHDRAWN), ("agreed", State.WITHDRAWN), ("closed", State.CLOSED)],
)
def test_deleting_a_connector_closes_all_and_nothing_more_is_asked(cast: Cast, stage: str, ends: State) -> None:
    introduction = getattr(cast, stage)()
    with cast.time():
        care.remove_connector("cora", now=cast.now)
    assert cast.state(introduction) is ends
    assert not {"ask", "introduction"} & set(cast.deliver())
    with pytest.raises(Refused):
        care.remove_connector("cora", now=cast.now)
    with cast.time():
        assert introductions.desk(cast.cora.id, cast.now) is not None
