"""Deleting an account ends every wait at once, whatever had happened to the target."""

import pytest

from tests.support.cast import TOM, Cast
from twoyes.care import front as care
from twoyes.introductions.models import Letter
from twoyes.introductions.protocol import State

pytestmark = pytest.mark.django_db


@pytest.mark.case("A29", "A30")
@pytest.mark.parametrize("erased_first", [False, True])
def test_rita_hears_at_once_whether_or_not_tom_was_erased_before(cast: Cast, erased_first: bool) -> None:
    introduction = cast.asked()
    with cast.time():
        if erased_first:
            care.erase(TOM, actor=cast.desk, now=cast.now)
            assert cast.state(introduction) is State.ERASED
        care.remove_connector("cora", now=cast.now)
    final = Letter.objects.get(introduction=introduction, kind="not_this_time")
    assert final.due_at == cast.now
