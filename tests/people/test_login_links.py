"""A login link opens once, for ten minutes, and for whom it was made."""

from datetime import UTC, datetime, timedelta

import pytest

from twoyes.lib.errors import Refused
from twoyes.people import front

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def test_it_logs_its_connector_in_and_nobody_else(cora: front.ConnectorView, otto: front.ConnectorView) -> None:
    token = front.login_link("Cora", NOW)
    user = front.use_login(token, NOW)
    assert user is not None
    assert user.pk == cora.user_id != otto.user_id


def test_it_works_once(cora: front.ConnectorView) -> None:
    token, other = front.login_link("cora", NOW), front.login_link("cora", NOW + timedelta(seconds=1))
    assert front.use_login(token, NOW) is not None
    assert front.use_login(token, NOW + timedelta(seconds=2)) is None
    assert front.use_login(other, NOW + timedelta(seconds=2)) is None
    assert not front.opens_login(token, NOW)
    again = front.login_link("cora", NOW + timedelta(minutes=1))
    assert front.use_login(again, NOW + timedelta(minutes=2)) is not None


def test_looking_at_it_does_not_use_it_up(cora: front.ConnectorView) -> None:
    token = front.login_link("cora", NOW)
    assert all(front.opens_login(token, NOW) for _ in range(3))
    assert front.use_login(token, NOW) is not None


def test_it_ends_after_ten_minutes(cora: front.ConnectorView) -> None:
    token = front.login_link("cora", NOW)
    assert front.opens_login(token, NOW + timedelta(minutes=9, seconds=59))
    assert not front.opens_login(token, NOW + timedelta(minutes=10))
    assert front.use_login(token, NOW + timedelta(minutes=10)) is None


@pytest.mark.parametrize("change", ["x", ".", "1-"])
def test_one_that_was_altered_opens_nothing(cora: front.ConnectorView, change: str) -> None:
    token = front.login_link("cora", NOW)
    for forged in (change + token, token + change, token.replace("-", "-9", 1), "", "a.b", token[1:]):
        assert front.use_login(forged, NOW) is None


def test_nobody_gets_one_for_a_handle_that_is_not_there(cora: front.ConnectorView) -> None:
    with pytest.raises(Refused) as refused:
        front.login_link("nobody", NOW)
    assert refused.value.code == "no_such_connector"


def test_a_removed_connector_gets_none_and_an_old_one_ends(cora: front.ConnectorView) -> None:
    token = front.login_link("cora", NOW)
    front.remove_connector(cora.id, NOW)
    assert front.use_login(token, NOW) is None
    with pytest.raises(Refused):
        front.login_link("cora", NOW)
