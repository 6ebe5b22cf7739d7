"""Who may see what: the one predicate that decides whether a canary in the open is a leak (CASES 3.2, S6)."""

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, connections
from django.db.models import Q, QuerySet

from tests.support.canaries import Canary, Place
from twoyes.introductions.models import Introduction, Letter, Link
from twoyes.introductions.queries import letter_with_introduction
from twoyes.lib import addresses, sealing
from twoyes.lib.errors import Refused
from twoyes.lib.prepared import prepared
from twoyes.lib.tokens import token_hash
from twoyes.mail.models import Inbound
from twoyes.people.models import Connector, ContactPoint, Delegate, Person, Preference

_TOKEN = re.compile(r"\b[a-z2-7]{26}\b")
_HANDED_OVER = ("xmit", "sent", "unknown", "failed")
ASKED = ("target", "second", "first")
ASKER = ("requester", "first")


@dataclass(frozen=True)
class Reader:
    """Whoever sees what left: by their proved address, login or links, and what they themselves wrote.

    `via` is letter, page, command, log or file; `kind` the kind of a letter, `connector` the one it speaks for.
    """

    who: str
    via: str
    keys: frozenset[str] = frozenset()
    connectors: frozenset[str] = frozenset()
    sides: frozenset[tuple[str, str]] = frozenset()
    kind: str = ""
    letter: str = ""
    connector: str = ""
    revealing: bool = False
    stored: bool = True

    def is_side(self, introduction: str, sides: Iterable[str]) -> bool:
        return any((introduction, side) in self.sides for side in sides)


def may_see(reader: Reader, canary: Canary, now: datetime, where: str = "body") -> bool:
    """Say whether the reader may see the canary `where` it stands. Logs and file names tell nobody anything."""
    if reader.via in {"log", "file"}:
        return False
    if canary.kind == "token":
        return _may_hold(reader, canary.text, now, where)
    if canary.kind == "address" and key(canary.text) in reader.keys:
        return True
    if not reader.stored:
        return _without_store(reader, where)
    return any(_RULES[place.column](reader, place, canary) for place in canary.places)


def key(address: str) -> str:
    """Return the blind key of an address; "" for what is none."""
    try:
        return addresses.key(address)
    except Refused:
        return ""


# --- who somebody is ----------------------------------------------------------------------------------------------


def addressee(recipient: str, kind: str, letter_id: str) -> Reader:
    """Return whoever reads a letter: known by the address on the envelope, whatever the row says of its side."""
    known = key(recipient)
    base = Reader(f"a letter ({kind or 'no kind'}) to {recipient}", "letter", frozenset({known}), kind=kind)
    # In a test without a store this raises, which a kept query on an open connection would not.
    connection.ensure_connection()
    row = next(iter(letter_with_introduction(letter_id)), None)
    if row is None:
        return Reader(base.who, "letter", base.keys, kind=kind, stored=False)
    owners, helpers = _owners(known), _helpers(known)
    return Reader(
        base.who,
        "letter",
        base.keys,
        frozenset({*owners, *helpers}) & {row.connector_id},
        frozenset((row.introduction_id or "", side) for side in _sides_of(row.introduction, known)),
        kind,
        letter_id,
        row.connector_id,
    )


def _sides_of(row: Introduction | None, known: str) -> Iterator[str]:
    if row is None:
        return
    offered = row.first_id is not None or row.origin == "offered"
    if known in {row.requester_key, *row.asker_keys}:
        yield "first" if offered else "requester"
    given = key((sealing.get_json(row, "answer_words") or {}).get("address", "")) if row.answer_words else ""
    if known in {*row.target_keys, given}:
        yield "second" if offered else "target"


def visitor(tokens: Iterable[str], proved: str, connectors: Iterable[str], now: datetime) -> Reader:
    """Return whoever looks at a page, by the tokens of their cookies and address, their proof and their login."""
    hashes = [token_hash(token) for text in tokens for token in _TOKEN.findall(text)]
    links = _links(hashes, now)
    keys = {link.introduction.requester_key for link in links if link.side == "requester"} | {proved}
    keys.discard("")
    mine = _asked_by(list(keys))
    sides = {(link.introduction_id, link.side) for link in links} | {(pk, "requester") for pk in mine}
    owned = frozenset(connectors)
    who = ", ".join([*(f"connector {one}" for one in owned), *(f"{side} of {one}" for one, side in sorted(sides))])
    return Reader(who or "anybody", "page", frozenset(keys), owned, frozenset(sides))


def operator(arguments: Iterable[str]) -> Reader:
    """Return whoever runs a command: every connector of the house; cards' own secrets only where asked to reveal."""
    words = list(arguments)
    everybody = frozenset(Connector.objects.values_list("pk", flat=True))
    revealing = bool({"--reveal", "export", "link", "by-hand", "demo"} & set(words))
    return Reader(f"the command {' '.join(words[:3])}", "command", connectors=everybody, revealing=revealing)


# --- one rule for each place --------------------------------------------------------------------------------------


def _may_hold(reader: Reader, token: str, now: datetime, where: str) -> bool:
    """A link's key stands in the letter that brings it, in its holder's cookie, and in a text to be copied."""
    link = next(iter(_link(token_hash(token))), None) if reader.stored else None
    if link is None:
        return True
    mine = reader.is_side(link.introduction_id, [link.side])
    if reader.via == "letter":
        return mine
    if reader.via == "page" and where == "cookie":
        return mine and link.expires_at > now
    copied = Letter.objects.filter(introduction_id=link.introduction_id, kind="ask", state="parked").exists()
    owned = Introduction.objects.filter(pk=link.introduction_id, connector_id__in=reader.connectors).exists()
    shown = reader.revealing if reader.via == "command" else where == "body"
    return copied and owned and shown


def _without_store(reader: Reader, where: str) -> bool:
    """Judge a letter that no row stands behind: an introduction shows one to another, Reply-To the connector."""
    return reader.kind == "introduction" or where == "header reply-to"


def _point(reader: Reader, place: Place, canary: Canary) -> bool:
    # A point goes along when its card is merged or split.
    holder = next(iter(_card_of(place.row)), place.holder)
    owner = next(iter(_owner_of(holder)), None)
    if owner in reader.connectors:
        return reader.via != "command" or reader.revealing
    if canary.kind != "address":
        return False
    rows = Introduction.objects.filter(Q(first_id=holder) | Q(target_id=holder))
    return any(_introduced(row) and _given(row, canary) and reader.is_side(row.pk, (*ASKED, *ASKER)) for row in rows)


def _note(reader: Reader, place: Place, _canary: Canary) -> bool:
    owned = place.holder in reader.connectors
    return owned and (reader.via == "page" or (reader.via == "command" and reader.revealing))


def _joined_note(reader: Reader, place: Place, canary: Canary) -> bool:
    owner = next(iter(_owner_of(place.holder)), None)
    return _note(reader, Place(place.column, place.row, str(owner or "")), canary)


def _connector(reader: Reader, place: Place, _canary: Canary) -> bool:
    return place.row in reader.connectors or (reader.via == "letter" and reader.connector == place.row)


def _delegate(reader: Reader, place: Place, _canary: Canary) -> bool:
    return Delegate.objects.filter(pk=place.row, connector_id__in=reader.connectors).exists()


def _requester(reader: Reader, place: Place, canary: Canary) -> bool:
    row = _introduction(place.row)
    if row is None:
        return False
    if row.connector_id in reader.connectors:
        return row.state not in {"unverified", "discarded", "erased"} or reader.via == "command"
    if reader.is_side(row.pk, ASKER) or (row.requester_key and row.requester_key in reader.keys):
        return True
    if not reader.is_side(row.pk, ASKED):
        return False
    return bool(_details(row.pk)) or (canary.kind == "address" and _introduced(row))


def _approval(reader: Reader, place: Place, _canary: Canary) -> bool:
    row = _introduction(place.row)
    if row is None:
        return False
    told = reader.is_side(row.pk, ASKED) or (_introduced(row) and reader.is_side(row.pk, ASKER))
    return row.connector_id in reader.connectors or told


def _answer(reader: Reader, place: Place, canary: Canary) -> bool:
    row = _introduction(place.row)
    if row is None:
        return False
    if row.connector_id in reader.connectors or reader.is_side(row.pk, ("target", "second")):
        return True
    if not reader.is_side(row.pk, ASKER):
        return False
    if canary.kind == "address":
        return _introduced(row)
    said: dict[str, str] = sealing.get_json(row, "answer_words") or {}
    return said.get("tell") == "my_words" and said.get("comment", "") == canary.text


def _preference(reader: Reader, place: Place, _canary: Canary) -> bool:
    """Whoever said it reads it on each page of theirs; so does a connector it was said to who has them in a book."""
    said = next(iter(_preferences(place.row)), None)
    if said is None:
        return False
    if reader.via == "page" and any(said.subject_key in _keys_of_side(*one) for one in reader.sides):
        return True
    told = [one for one in reader.connectors if said.about in {"", one}]
    cards = ContactPoint.objects.filter(key=said.subject_key, kind="email", person__owner_id__in=told)
    return reader.via in {"page", "command"} and cards.exists()


def _keys_of_side(introduction: str, side: str) -> list[str]:
    row = _introduction(introduction)
    keys: list[str] = [] if row is None or side not in ASKED else row.asker_keys if side == "first" else row.target_keys
    return keys


def _came(reader: Reader, place: Place, _canary: Canary) -> bool:
    """What came by mail is read by whom it was for, and by whoever wrote it (E3)."""
    row = next(iter(_inbound(place.row)), None)
    if row is None:
        return False
    return row.connector in reader.connectors or (row.sender_key != "" and row.sender_key in reader.keys)


def _extra(reader: Reader, place: Place, _canary: Canary) -> bool:
    return reader.via == "letter" and reader.letter == place.row


def _never(_reader: Reader, _place: Place, _canary: Canary) -> bool:
    return False


_RULES: dict[str, Callable[[Reader, Place, Canary], bool]] = {
    "people_contactpoint.value": _point,
    "people_person.notes": _note,
    "people_joinedcard.notes": _joined_note,
    "people_connector.address": _connector,
    "people_delegate.address": _delegate,
    "people_preference.words": _preference,
    "introductions_introduction.requester": _requester,
    "introductions_introduction.words": _requester,
    "introductions_introduction.approval": _approval,
    "introductions_introduction.answer_words": _answer,
    "introductions_letter.token": _never,
    "introductions_letter.extra": _extra,
    "mail_inbound.said": _came,
}


def _introduction(pk: str) -> Introduction | None:
    return next(iter(_introductions(pk)), None)


# --- queries that are built once; a page with canaries asks several -------------------------------------------------


@prepared
def _introductions(pk: str) -> QuerySet[Introduction]:
    return Introduction.objects.filter(pk=pk)


@prepared
def _preferences(pk: str) -> QuerySet[Preference]:
    return Preference.objects.filter(pk=pk)


@prepared
def _inbound(pk: str) -> QuerySet[Inbound]:
    return Inbound.objects.filter(pk=pk)


@prepared
def _owners(key_of_address: str) -> QuerySet[Connector, str]:
    return Connector.objects.filter(address_key=key_of_address).values_list("pk", flat=True)


@prepared
def _helpers(key_of_address: str) -> QuerySet[Delegate, str]:
    here = Delegate.objects.filter(address_key=key_of_address, removed_at=None)
    return here.values_list("connector_id", flat=True)


@prepared
def _asked_by(keys: list[str]) -> QuerySet[Introduction, str]:
    return Introduction.objects.filter(requester_key__in=keys).values_list("pk", flat=True)


@prepared
def _card_of(point: str) -> QuerySet[ContactPoint, str]:
    return ContactPoint.objects.filter(pk=point).values_list("person_id", flat=True)


@prepared
def _owner_of(card: str) -> QuerySet[Person, str]:
    return Person.objects.filter(pk=card).values_list("owner_id", flat=True)


@prepared
def _link(token: str) -> QuerySet[Link]:
    return Link.objects.filter(token_hash=token)


@prepared
def _links(tokens: list[str], now: datetime) -> QuerySet[Link]:
    return Link.objects.select_related("introduction").filter(token_hash__in=tokens, expires_at__gt=now)


@prepared
def _details(introduction: str) -> QuerySet[Letter, str]:
    letters = Letter.objects.filter(introduction_id=introduction, kind="details", state__in=_HANDED_OVER)
    return letters.values_list("pk", flat=True)


def _introduced(row: Introduction) -> bool:
    return bool(row.snapshot.get("introduced_at"))


def _given(row: Introduction, canary: Canary) -> bool:
    """Whether this very address was given: another one that somebody named, else the first on the card (E4)."""
    said: dict[str, str] = sealing.get_json(row, "answer_words") or {}
    cards = [(row.target_id, said.get("address", "")), (row.first_id, said.get("first_address", ""))]
    known = key(canary.text)
    for card, named in cards:
        points = ContactPoint.objects.filter(person_id=card, kind="email").order_by("rank")
        if card and known == (key(named) if named else points.values_list("key", flat=True).first()):
            return True
    return False


@contextmanager
def unnoticed() -> Iterator[None]:
    """Ask the store without being counted among the queries of the test."""
    open_ones = connections.all(initialized_only=True)
    kept = [(one, one.force_debug_cursor, one.execute_wrappers) for one in open_ones]
    for one in open_ones:
        one.force_debug_cursor, one.execute_wrappers = False, []
    try:
        yield
    finally:
        for one, counted, wrappers in kept:
            one.force_debug_cursor, one.execute_wrappers = counted, wrappers
