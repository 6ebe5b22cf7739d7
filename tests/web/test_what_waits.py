"""What the desk says waits for its connector: what goes on only when they act, nothing that leaves by itself (N1)."""

from datetime import timedelta

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test.utils import CaptureQueriesContext

from tests.support.cast import Cast
from tests.web.browsing import Browser
from twoyes.introductions import front as introductions
from twoyes.introductions import listing
from twoyes.lib import store
from twoyes.people import front as people


def of(cast: Cast) -> tuple[int, list[tuple[str, bool]]]:
    """Return how many wait, and each row of the list with whether it does."""
    part = introductions.desk_part(cast.cora.id, cast.now)
    whole = introductions.desk(cast.cora.id, cast.now)
    beside = introductions.going_on(cast.cora.id, cast.now)
    assert list(part.rows) == whole
    assert [row for row in whole if row.waits] == [row for row in beside if row.waits]
    return part.waits, [(row.id, row.waits) for row in whole]


def text_of(response: HttpResponse) -> str:
    return response.content.decode()


def noted_without_address(cora: Browser, cast: Cast) -> str:
    """Let Tom, whose address nobody has, say yes by word of mouth."""
    cast.tom = people.add_card(cast.cora.id, name="Tom Unreachable")
    introduction = cast.asking(approval={"channel": "by_hand"})
    for act, fields in (("by_hand", {}), ("note_answer", {"answer": "yes", "how": "on the phone"})):
        assert cora.press(f"/desk/introductions/{introduction}/", act, **fields).status_code == 303
    return introduction


def test_an_introduction_that_leaves_by_itself_in_ten_minutes_waits_for_nobody(cora: Browser, cast: Cast) -> None:
    agreed, waiting = cast.agreed(), cast.waiting(email="second@asks.example", target="Somebody else")
    assert of(cast) == (1, [(waiting, True), (agreed, False)])
    assert introductions.desk_page(cast.cora.id, agreed, cast.now).row.waits is False  # type: ignore[union-attr]
    page = text_of(cora.get("/desk/"))
    assert "1 waits for you" in page
    assert page.index("Under way and ended") < page.index("all said yes")


def test_nothing_waits_where_all_that_there_is_leaves_by_itself(cora: Browser, cast: Cast) -> None:
    agreed = cast.agreed()
    assert of(cast) == (0, [(agreed, False)])
    assert "Nothing waits for you." in text_of(cora.get("/desk/"))


def test_an_introduction_that_somebody_must_see_to_waits(cora: Browser, cast: Cast) -> None:
    waiting = cast.waiting(email="second@asks.example", target="Somebody else")
    agreed = noted_without_address(cora, cast)
    waits, rows = of(cast)
    assert (cast.state(agreed), waits, dict(rows)) == ("agreed", 2, {agreed: True, waiting: True})
    assert "2 wait for you" in text_of(cora.get("/desk/"))


@pytest.mark.parametrize("begin", [0, 1, 2, 3])
def test_pages_turn_among_what_waits_with_what_is_held_in_its_place(
    cora: Browser, cast: Cast, monkeypatch: pytest.MonkeyPatch, begin: int
) -> None:
    first = cast.waiting(email="second@asks.example", target="Somebody else")
    held = noted_without_address(cora, cast)
    last = cast.waiting(email="third@asks.example", target="A third")
    gone = cast.declined(email="fourth@asks.example", target="A fourth")
    monkeypatch.setattr(listing, "A_PAGE", 2)
    part = introductions.desk_part(cast.cora.id, cast.now, begin=begin)
    whole = [row.id for row in introductions.desk(cast.cora.id, cast.now)]
    assert set(whole[:3]) == {first, held, last}
    assert whole[3:] == [gone]
    assert ([row.id for row in part.rows], part.waits, part.total) == (whole[begin : begin + 2], 3, 4)


def test_an_introduction_that_should_have_left_an_hour_ago_waits(cast: Cast) -> None:
    agreed = cast.agreed()
    cast.now += timedelta(minutes=70)
    assert of(cast) == (0, [(agreed, False)])
    cast.now += timedelta(seconds=1)
    assert of(cast) == (1, [(agreed, True)])


def test_what_waits_is_counted_and_read_off_an_index_of_little_else(cora: Browser, cast: Cast) -> None:
    if not store.is_sqlite():
        pytest.skip("what stands in an index is the same on PostgreSQL, and how it plans depends on how much there is")
    cast.waiting()
    with CaptureQueriesContext(connection) as found:
        cora.get("/desk/")
    asked = [one["sql"] for one in found if 'FROM "introductions_introduction"' in one["sql"]]
    with connection.cursor() as cursor:
        plans = ["\n".join(str(row) for row in cursor.execute(f"EXPLAIN QUERY PLAN {sql}")) for sql in asked]
    counts, waiting, others, returned = plans
    assert counts.count("COVERING INDEX introduction_may_wait") == 2
    assert "COVERING INDEX introduction_desk" in counts
    assert "INDEX introduction_may_wait" in waiting
    assert "INDEX introduction_desk" in others
    assert "INDEX introduction_returned" in returned
    assert "TEMP B-TREE" not in "".join(plans)
