"""Connectors, their delegates and logins."""

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction

from twoyes.lib import addresses, clock
from twoyes.lib.errors import Refused
from twoyes.people import front
from twoyes.people.models import Connector, Delegate


def test_a_connector_begins_with_a_published_page_and_their_own_language_and_zone(
    cora: front.ConnectorView,
) -> None:
    found = front.connector_by_handle("Cora")
    assert found == cora == front.connector_by_id(cora.id)
    assert (cora.handle, cora.name, cora.language, cora.zone) == (
        "cora",
        "Cora Connects",
        "de",
        "Europe/Berlin",
    )
    assert cora.published
    assert (cora.actor_id, cora.role) == (cora.id, "connector")
    assert cora.address_key == addresses.key("cora@connects.example")
    assert front.connector_address(cora.id) == "cora@connects.example"


def test_the_login_system_knows_an_alias_and_no_address(cora: front.ConnectorView) -> None:
    user = User.objects.get(email=f"{cora.address_key}@login.invalid")
    assert user.pk == cora.user_id
    email = EmailAddress.objects.get(user=user)
    assert user.email == email.email == front.login_alias("CORA@connects.example")
    assert email.verified
    assert email.primary
    assert not user.has_usable_password()
    assert "cora" not in f"{user.username} {user.email} {user.first_name} {user.last_name}"


@pytest.mark.case("D4")
def test_a_login_code_goes_to_the_stored_address_and_never_to_the_one_submitted(
    cora: front.ConnectorView,
) -> None:
    assert (front.account_behind(front.login_alias("Cora@CONNECTS.example")) or ("", ""))[1] == "cora@connects.example"
    assert front.account_behind(front.login_alias("otto@outside.example")) is None
    assert front.account_behind("cora@connects.example") is None


@pytest.mark.both
@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"handle": "cora"}, "handle_taken"),
        ({"address": "CORA@connects.example"}, "address_taken"),
        ({"handle": "C"}, "bad_handle"),
        ({"handle": "Cora"}, "bad_handle"),
        ({"handle": "co ra"}, "bad_handle"),
        ({"handle": "x" * 41}, "bad_handle"),
        ({"address": "two@x.example, a@x.example"}, "bad_address"),
        ({"name": " "}, "bad_text"),
        ({"name": "Cora\r\nBcc: x"}, "bad_text"),
        ({"zone": "Moon/Base"}, "bad_zone"),
        ({"zone": "../../etc/passwd"}, "bad_zone"),
        ({"language": "<b>"}, "bad_language"),
        ({"language": "xx"}, "bad_language"),
        ({"language": "pt-br"}, "bad_language"),
    ],
)
def test_a_connector_that_cannot_be_is_refused_and_nothing_is_left(
    cora: front.ConnectorView, change: dict[str, str], code: str
) -> None:
    wanted = {"address": "new@connects.example", "name": "New", "handle": "new", **change}
    with pytest.raises(Refused) as refused:
        front.add_connector(wanted.pop("address"), **wanted)
    assert refused.value.code == code
    assert Connector.objects.count() == 1
    assert User.objects.count() == 1


@pytest.mark.both
def test_a_handle_taken_between_the_look_and_the_write_is_the_same_refusal(
    cora: front.ConnectorView, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("django.db.models.query.QuerySet.exists", lambda _self: False)
    with pytest.raises(Refused) as refused:
        front.add_connector("new@connects.example", name="New", handle="cora")
    assert refused.value.code == "handle_taken"
    with pytest.raises(Refused) as refused:
        front.add_connector("cora@connects.example", name="New", handle="new")
    assert refused.value.code == "address_taken"


def test_a_delegate_acts_for_the_connector_under_their_own_name(cora: front.ConnectorView) -> None:
    dora = front.add_delegate("cora", "dora@connects.example", name="Dora Delegate")
    assert dora.user_id is not None
    seen = front.connector_for_user(dora.user_id)
    assert seen is not None
    assert (seen.id, seen.actor_id, seen.role) == (cora.id, dora.id, "delegate")
    assert front.delegates(cora.id) == [dora]
    assert (front.account_behind(front.login_alias("dora@connects.example")) or ("", ""))[1] == "dora@connects.example"


def test_a_connector_who_is_also_a_delegate_sees_their_own_desk_first(
    cora: front.ConnectorView, otto: front.ConnectorView
) -> None:
    as_delegate = front.add_delegate("cora", "otto@outside.example", name="Otto")
    assert as_delegate.user_id == otto.user_id
    assert front.connector_for_user(as_delegate.user_id or 0) == otto
    assert front.connector_for_user(999_999) is None


def test_nobody_is_made_a_delegate_twice(cora: front.ConnectorView) -> None:
    front.add_delegate("cora", "dora@connects.example", name="Dora")
    for address in ("DORA@connects.example", "cora@connects.example"):
        with pytest.raises(Refused) as refused:
            front.add_delegate("cora", address, name="Dora")
        assert refused.value.code == "already_may_act"
    with pytest.raises(Refused) as refused:
        front.add_delegate("nobody", "dora@connects.example", name="Dora")
    assert refused.value.code == "no_such_connector"


@pytest.mark.case("E26")
def test_authority_is_what_it_is_now(cora: front.ConnectorView, otto: front.ConnectorView) -> None:
    dora = front.add_delegate("cora", "dora@connects.example", name="Dora")
    assert front.actor_may_act(cora.id, cora.id)
    assert front.actor_may_act(dora.id, cora.id)
    assert not front.actor_may_act(otto.id, cora.id)
    assert not front.actor_may_act(dora.id, otto.id)
    with pytest.raises(Refused):
        front.remove_delegate(otto.id, dora.id, at=clock.now())
    front.remove_delegate(cora.id, dora.id, at=clock.now())
    assert not front.actor_may_act(dora.id, cora.id)
    assert set(User.objects.values_list("pk", flat=True)) == {cora.user_id, otto.user_id}
    shell = Delegate.objects.get(pk=dora.id)
    assert (shell.name, bytes(shell.address), shell.address_key) == ("", b"", "")
    again = front.add_delegate("cora", "dora@connects.example", name="Dora")
    assert again.id != dora.id


def test_the_page_can_be_hidden(cora: front.ConnectorView) -> None:
    front.publish(cora.id, published=False)
    found = front.connector_by_id(cora.id)
    assert found is not None
    assert not found.published
    with pytest.raises(Refused):
        front.publish("missing00000", published=True)


@pytest.mark.both
def test_a_live_connector_without_an_address_cannot_be_stored(cora: front.ConnectorView) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Connector.objects.filter(pk=cora.id).update(address_key="")
    with pytest.raises(IntegrityError), transaction.atomic():
        Connector.objects.filter(pk=cora.id).update(user=None)
