"""Connectors and their delegates: who has a book, and who may act for them.

The login system never holds a real address: a user's e-mail is an alias made of the address's keyed hash,
and the address itself stands sealed in our own row (S1).
"""

from __future__ import annotations

import re
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from twoyes.lib import addresses, limits, sealing, store, text
from twoyes.lib.errors import Refused
from twoyes.lib.ids import new_id
from twoyes.lib.prepared import prepared
from twoyes.people.models import DEFAULT_COMMUNITY, Community, Connector, Delegate
from twoyes.people.records import ConnectorView, DelegateView

HANDLE = re.compile(r"[a-z0-9-]{2,40}")
ALIAS_DOMAIN = "login.invalid"
MOST_RESOURCES, _RESOURCE_LENGTH = 12, 200
_LINK, _LINK_LENGTH = re.compile(r"https?://[^\s<>\"]+"), 300


# ---------------------------------------------------------------- connectors


def add_connector(address: str, *, name: str, handle: str, language: str = "en", zone: str = "UTC") -> ConnectorView:
    """A new connector with an empty book, a published page and an account to log in with.

    Raises Refused: bad_handle, handle_taken, address_taken, bad_address, bad_text, bad_language, bad_zone.
    """
    _check_handle(handle)
    _check_language_and_zone(language, zone)
    address = addresses.parse(address)
    key = addresses.key(address)
    row = Connector(
        community_id=default_community(),
        handle=handle,
        name=_name(name),
        address_key=key,
        language=language,
        zone=zone,
    )
    sealing.put(row, "address", address)
    with transaction.atomic():
        if Connector.objects.filter(handle=handle).exists():
            raise _handle_taken(handle)
        if Connector.objects.filter(address_key=key, removed_at=None).exists():
            raise _address_taken()
        row.user = _user_for(key)
        _insert(row)
    return _view(row, actor_id=row.pk, role="connector")


def connector_by_handle(handle: str) -> ConnectorView | None:
    """The connector of that handle, unless removed."""
    return _found(next(iter(_of_handle(handle.lower())), None))


def connector_by_id(connector_id: str) -> ConnectorView | None:
    """The connector of that id; a removed one is an empty shell with `removed_at`."""
    return _found(next(iter(_connectors(connector_id)), None))


def connectors() -> list[ConnectorView]:
    """All connectors that were not removed, by handle."""
    rows = Connector.objects.filter(removed_at=None).order_by("handle")
    return [_view(row, actor_id=row.pk, role="connector") for row in rows]


def connector_for_user(user_id: int) -> ConnectorView | None:
    """The connector whom this login may act for: their own first, else the oldest live delegation."""
    own = next(iter(_of_user(user_id)), None)
    if own is not None:
        return _view(own, actor_id=own.pk, role="connector")
    live = Delegate.objects.filter(user_id=user_id, removed_at=None, connector__removed_at=None)
    delegate = live.select_related("connector").order_by("connector__created_at", "pk").first()
    return _view(delegate.connector, actor_id=delegate.pk, role="delegate") if delegate else None


def connector_address(connector_id: str) -> str:
    """The connector's own address, as given. Raises Refused("no_such_connector") when removed or missing."""
    row = next(iter(_connectors(connector_id)), None)
    if row is None or row.removed_at is not None:
        raise _no_such_connector()
    return sealing.get(row, "address")


def connector_who_writes(connector_id: str) -> tuple[ConnectorView, str] | None:
    """`connector_by_id` and, unless removed, their address: one query for the two, on a letter's way out."""
    row = next(iter(_connectors(connector_id)), None)
    view = _found(row)
    if row is None or view is None:
        return None
    return view, "" if row.removed_at is not None else sealing.get(row, "address")


def publish(connector_id: str, *, published: bool) -> None:
    """Show or hide the connector's public page. Raises Refused("no_such_connector")."""
    if not Connector.objects.filter(pk=connector_id, removed_at=None).update(published=published):
        raise _no_such_connector()


def booking_link(connector_id: str) -> str:
    """The address where somebody picks a time for a talk with this connector; "" where none is set (K4)."""
    row = next(iter(_connectors(connector_id)), None)
    return sealing.get(row, "booking") if row is not None else ""


def set_booking_link(connector_id: str, link: str) -> None:
    """Keep that address, or with "" none. Raises Refused: bad_booking, bad_text, no_such_connector."""
    clean = text.one_line(link, limit=_LINK_LENGTH, field=_("The booking link"))
    if clean and not _LINK.fullmatch(clean):
        raise Refused("bad_booking", _("A booking link begins with https:// and has no spaces."))
    row = next(iter(_connectors(connector_id)), None)
    if row is None or row.removed_at is not None:
        raise _no_such_connector()
    sealing.put(row, "booking", clean)
    row.save(update_fields=["booking"])


def wants_monthly(connector_id: str) -> bool:
    """Say whether a letter on the 1st may tell what their introductions became (F3)."""
    row = next(iter(_connectors(connector_id)), None)
    return row is not None and row.removed_at is None and row.monthly


def set_monthly(connector_id: str, *, wanted: bool) -> None:
    """Keep whether that letter is wished."""
    Connector.objects.filter(pk=connector_id, removed_at__isnull=True).update(monthly=wanted)


def resources(connector_id: str) -> list[str]:
    """The connector's own short list of what helps others, a line each: a kind no may offer one of them (N2)."""
    row = next(iter(_connectors(connector_id)), None)
    kept = sealing.get(row, "resources") if row is not None else ""
    return kept.split("\n") if kept else []


def set_resources(connector_id: str, lines: str) -> None:
    """Keep that list, a line each, empty ones left out. Raises Refused: bad_resources, bad_text, no_such_connector."""
    said = [text.one_line(line, limit=_RESOURCE_LENGTH, field=_("A line")) for line in lines.splitlines()]
    clean = [line for line in said if line]
    if len(clean) > MOST_RESOURCES:
        raise Refused("bad_resources", _("Keep it to %d lines: it is a short list.") % MOST_RESOURCES)
    row = next(iter(_connectors(connector_id)), None)
    if row is None or row.removed_at is not None:
        raise _no_such_connector()
    sealing.put(row, "resources", "\n".join(clean))
    row.save(update_fields=["resources"])


def default_community() -> str:
    """The id of the community that every installation starts with."""
    return Community.objects.get_or_create(pk=DEFAULT_COMMUNITY)[0].pk


# ---------------------------------------------------------------- delegates


def add_delegate(handle: str, address: str, *, name: str) -> DelegateView:
    """Let somebody else act for the connector, with their own login.

    Raises Refused: no_such_connector, already_may_act, bad_address, bad_text.
    """
    address = addresses.parse(address)
    key = addresses.key(address)
    with transaction.atomic():
        connector = Connector.objects.filter(handle=handle, removed_at=None).first()
        if connector is None:
            raise _no_such_connector()
        live = Delegate.objects.filter(connector=connector, address_key=key, removed_at=None)
        if key == connector.address_key or live.exists():
            raise Refused("already_may_act", _("This person may already act for @%s.") % handle)
        row = Delegate(connector=connector, name=_name(name), address_key=key)
        sealing.put(row, "address", address)
        row.user = _user_for(key)
        row.save(force_insert=True)
    return _delegate_view(row)


def delegates(connector_id: str) -> list[DelegateView]:
    """Who may act for the connector today."""
    rows = Delegate.objects.filter(connector_id=connector_id, removed_at=None).order_by("name", "pk")
    return [_delegate_view(row) for row in rows]


def remove_delegate(connector_id: str, delegate_id: str, *, at: datetime) -> None:
    """End a delegation at once; what the delegate decided stands only if it left before (E26).

    Raises Refused("no_such_delegate").
    """
    with transaction.atomic():
        row = Delegate.objects.filter(pk=delegate_id, connector_id=connector_id, removed_at=None).first()
        if row is None:
            raise Refused("no_such_delegate", _("There is no such delegate."))
        empty_delegate(row, at)


def actor_may_act(actor_id: str, connector_id: str) -> bool:
    """Whether the connector or delegate of that id may act for the connector now (E26)."""
    row = next(iter(_connectors(connector_id)), None)
    if row is None or row.removed_at is not None:
        return False
    if actor_id == connector_id:
        return True
    return Delegate.objects.filter(pk=actor_id, connector_id=connector_id, removed_at=None).exists()


@prepared
def _connectors(connector_id: str) -> QuerySet[Connector]:
    return Connector.objects.filter(pk=connector_id)


@prepared
def _of_handle(handle: str) -> QuerySet[Connector]:
    return Connector.objects.filter(handle=handle, removed_at=None)


@prepared
def _of_user(user_id: int) -> QuerySet[Connector]:
    return Connector.objects.filter(user_id=user_id, removed_at=None).order_by("pk")[:1]


# ---------------------------------------------------------------- logins


def login_alias(address: str) -> str:
    """The e-mail by which the login system knows this address. Raises Refused("bad_address")."""
    return _alias(addresses.key(addresses.parse(address)))


def account_behind(alias: str) -> tuple[str, str] | None:
    """The connector and the stored address of the live account whose login has this alias (D4), or None.

    Always two queries, whoever it is (E7).
    """
    key, _at, domain = alias.partition("@")
    if domain != ALIAS_DOMAIN or not key:
        return None
    owner = Connector.objects.filter(address_key=key, removed_at=None).first()
    delegate = Delegate.objects.filter(address_key=key, removed_at=None).first()
    if owner is not None:
        return owner.pk, sealing.get(owner, "address")
    return (delegate.connector_id, sealing.get(delegate, "address")) if delegate is not None else None


def any_connector() -> str | None:
    """The id of a connector who was not removed, always the same one; None in an empty house."""
    return Connector.objects.filter(removed_at=None).order_by("created_at", "pk").values_list("pk", flat=True).first()


def empty_delegate(row: Delegate, at: datetime) -> None:
    """Leave of a delegate only that there was one; part of a caller's transaction."""
    user_id = row.user_id
    row.user, row.name, row.address, row.address_key, row.removed_at = None, "", b"", "", at
    row.save()
    drop_login(user_id)


def empty_connector(row: Connector, at: datetime) -> None:
    """Leave of a connector only that there was one; part of a caller's transaction."""
    user_id = row.user_id
    row.handle = row.pk
    row.user, row.name, row.address, row.address_key, row.removed_at = None, "", b"", "", at
    row.published, row.booking, row.resources, row.way, row.way_in = False, b"", b"", "", b""
    row.save()
    drop_login(user_id)


def drop_login(user_id: int | None) -> None:
    """Delete a login that nobody acts by any more, with its codes and passkeys."""
    if user_id is None or Connector.objects.filter(user_id=user_id).exists():
        return
    if not Delegate.objects.filter(user_id=user_id).exists():
        User.objects.filter(pk=user_id).delete()


def _user_for(key: str) -> User:
    """One login for one address, however many connectors it may act for."""
    alias = _alias(key)
    user = User.objects.filter(email=alias).first()
    if user is None:
        user = User(username=new_id(), email=alias)
        user.set_unusable_password()
        user.save()
        EmailAddress.objects.create(user=user, email=alias, verified=True, primary=True)
    return user


def _alias(key: str) -> str:
    return f"{key}@{ALIAS_DOMAIN}"


# ---------------------------------------------------------------- parts


def _insert(row: Connector) -> None:
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as exc:
        # Somebody else took it between our look and our write.
        met = store.constraint_name(exc)
        if met == "connector_handle":
            raise _handle_taken(row.handle) from exc
        if met in ("connector_address_once", "connector_user_once"):
            raise _address_taken() from exc
        raise


def _check_handle(handle: str) -> None:
    if not HANDLE.fullmatch(handle):
        sentence = _("A handle has 2 to 40 characters: small letters a to z, digits and hyphens.")
        raise Refused("bad_handle", sentence)


def _check_language_and_zone(language: str, zone: str) -> None:
    spoken = [code for code, _name in settings.LANGUAGES]
    if language not in spoken:
        sentence = _("Choose one of the languages that are spoken here: %(codes)s.")
        raise Refused("bad_language", sentence % {"codes": ", ".join(spoken)})
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as exc:
        raise Refused("bad_zone", _("A time zone is written like Europe/Berlin.")) from exc


def _name(name: str) -> str:
    clean = text.one_line(name, limit=limits.NAME_LENGTH, field=_("The name"))
    if not clean:
        raise Refused("bad_text", _("A name is needed."))
    return clean


def _handle_taken(handle: str) -> Refused:
    return Refused("handle_taken", _("The handle @%s is already taken.") % handle)


def _address_taken() -> Refused:
    return Refused("address_taken", _("This address already belongs to a connector."))


def _no_such_connector() -> Refused:
    return Refused("no_such_connector", _("There is no such connector."))


def _found(row: Connector | None) -> ConnectorView | None:
    return None if row is None else _view(row, actor_id=row.pk, role="connector")


def _view(row: Connector, *, actor_id: str, role: str) -> ConnectorView:
    return ConnectorView(
        id=row.pk,
        community_id=row.community_id,
        user_id=row.user_id,
        handle=row.handle,
        name=row.name,
        address_key=row.address_key,
        language=row.language,
        zone=row.zone,
        published=row.published,
        removed_at=row.removed_at,
        actor_id=actor_id,
        role=role,
        maybe_same=row.maybe_same,
        joined_alone=row.joined_alone,
        way=row.way,
    )


def _delegate_view(row: Delegate) -> DelegateView:
    return DelegateView(
        id=row.pk,
        connector_id=row.connector_id,
        user_id=row.user_id,
        name=row.name,
        removed_at=row.removed_at,
    )
