"""Everything that one connector owns, as files to take elsewhere; or all that concerns one person, for that person.

Each file is written as it is read, in short reads; the whole is put in its place by one rename, so that there is
never half of it. Nothing of another connector's is in it, since every part is asked for by this one's id alone (S1).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from twoyes.care.packing import packed, streamed
from twoyes.introductions import front as introductions
from twoyes.lib import tables
from twoyes.lib.errors import Refused, mark
from twoyes.mail import front as mail
from twoyes.people import front as people
from twoyes.policy import front as policy

type Progress = Callable[[str, int], None]
type Part = Callable[[Exporting], Iterator[str]]


@dataclass(frozen=True, slots=True)
class Exporting:
    """Whose, when, and whom to tell how many records of a file are written."""

    connector: people.ConnectorView
    at: datetime
    progress: Progress

    def told[T](self, name: str, records: Iterable[T]) -> Iterator[T]:
        """Pass records on, and tell of each."""
        for number, one in enumerate(records, 1):
            yield one
            self.progress(name, number)


def export(connector_id: str, to: Path, *, now: datetime, progress: Progress = lambda _name, _count: None) -> list[str]:
    """Write everything of a connector's into a new folder, or a new archive where `to` ends in `.zip`.

    Returns the names of the files. Raises Refused: no_such_connector, exists, not_written.
    """
    of = Exporting(_connector(connector_id), now, progress)
    return packed(to, ((name, part(of)) for name, part in PARTS))


def exported(connector_id: str, *, now: datetime) -> Iterator[bytes]:
    """Return the archive that `export` writes, piece by piece and laid down nowhere, for whoever waits for it.

    Raises Refused `no_such_connector` at once.
    """
    of = Exporting(_connector(connector_id), now, lambda _name, _count: None)
    return streamed((name, part(of)) for name, part in PARTS)


def export_person(owner_id: str, card_id: str, *, now: datetime) -> dict[str, Any]:
    """Return what is held about the person on a card, their wishes among it, fit to be handed to them (GDPR art. 15).

    Nothing in it is what their book's owner thinks of them, nor what others answered. Raises Refused `no_such_card`.
    """
    _connector(owner_id)
    whole = people.whole_card(owner_id, card_id)
    if whole is None:
        raise Refused("no_such_card", _("There is no such card in this address book."))
    held = {"card": _card(whole), "wishes": introductions.wishes_of(owner_id, card_id, now)}
    keys = people.linked(people.keys_of(card_id))
    return {**held, **introductions.of_person(owner_id, card_id, now), "mail": mail.written_by(owner_id, keys, now)}


def as_json(value: object) -> str:
    """Return plain values as they stand in every file: instants in UTC with Z, dates as in 2026-05-31."""
    return json.dumps(value, ensure_ascii=False, indent=2, default=_plain)


def _connector(connector_id: str) -> people.ConnectorView:
    found = people.connector_by_id(connector_id)
    if found is None or found.removed_at is not None:
        raise Refused("no_such_connector", _("There is no such connector."))
    return found


# ---------------------------------------------------------------- the parts


def _about(of: Exporting) -> Iterator[str]:
    day = of.at.date().isoformat()
    yield _("What %(name)s keeps in Twoyes, as of %(day)s.") % {"name": of.connector.name, "day": day} + "\n\n"
    for name, sentence in _SAID.items():
        yield f"{name}: {_(sentence)}\n"
    yield "\n" + _("All of it is readable here: keep it where nobody else reads it, and delete it when it was of use.")
    yield "\n" + _("Not in it: who wrote to whom and when, which the archives that you brought in still have.") + "\n"


def _me(of: Exporting) -> Iterator[str]:
    me = of.connector
    yield as_json(
        {
            "id": me.id,
            "handle": me.handle,
            "name": me.name,
            "address": people.connector_address(me.id),
            "language": me.language,
            "zone": me.zone,
            "published": me.published,
            "booking_link": people.booking_link(me.id),
            "list_of_my_own": people.resources(me.id),
            "delegates": [one.name for one in people.delegates(me.id)],
        }
    )


def _vcards(of: Exporting) -> Iterator[str]:
    for whole in of.told("people.vcf", people.whole_book(of.connector.id)):
        yield from people.vcard(whole)


def _people_table(of: Exporting) -> Iterator[str]:
    rows = (list(_row(whole)) for whole in of.told("people.csv", people.whole_book(of.connector.id)))
    return tables.lines(_PEOPLE_COLUMNS, rows)


_PEOPLE_COLUMNS = (
    *("id", "name", "organisation", "position", "addresses", "phones", "profiles", "known_since", "last_contact"),
    *("notes", "word_since", "word_how", "word_how_well", "marks", "sources"),
)


def _row(whole: people.WholeCard) -> Iterator[str]:
    card, secrets, word = whole.card, whole.secrets, whole.word
    yield from (card.id, card.name, card.organisation, card.position)
    yield from ("\n".join(some) for some in (secrets.addresses, secrets.phones, secrets.profiles))
    yield from (day.isoformat() if day else "" for day in (card.known_since, card.last_contact))
    yield from (secrets.notes, _since(word), word.how, word.how_well, " ".join(whole.marks), " ".join(whole.sources))


def _since(word: people.Word) -> str:
    if word.since is None:
        return ""
    return word.since.isoformat() if word.since_day else str(word.since.year)


def _wishes(of: Exporting) -> Iterator[str]:
    may_wish = introductions.may_wish(of.connector.id)

    def said() -> Iterator[dict[str, Any]]:
        for card in of.told("wishes.json", people.everybody(of.connector.id)):
            if may_wish(card.id) and (wishes := introductions.wishes_of(of.connector.id, card.id, of.at)):
                yield {"card": card.id, "name": card.name, **wishes}

    return _listed(said())


def _introductions(of: Exporting) -> Iterator[str]:
    return _listed(of.told("introductions.json", introductions.whole_desk(of.connector.id, of.at)))


def _introductions_table(of: Exporting) -> Iterator[str]:
    whole = introductions.whole_desk(of.connector.id, of.at)
    return tables.lines(_INTRODUCTION_COLUMNS, map(_introduction_row, of.told("introductions.csv", whole)))


def _introduction_row(one: dict[str, Any]) -> list[str]:
    last = one["outcomes"][-1] if one["outcomes"] else {"outcome": "", "at": ""}
    return [
        *(one["id"], one["origin"], one["state"], _plain(one["opened_at"])),
        *(one["requester"], one["requester_address"], one["target"], one["target_card"], one["answer"]),
        *(last["outcome"], _plain(last["at"]), one["given_back_or_declined_with"].get("why", "")),
    ]


_INTRODUCTION_COLUMNS = (
    *("id", "origin", "state", "opened_at", "requester", "requester_address", "target", "target_card", "answer"),
    *("last_outcome", "last_outcome_at", "reason_of_the_no"),
)


def _noes(of: Exporting) -> Iterator[str]:
    def rows() -> Iterator[list[str]]:
        begin, total = 0, 1
        while begin < total:
            some, total = introductions.said_no(of.connector.id, begin=begin)
            for one in some:
                day = one.come_back.isoformat() if one.come_back else ""
                yield [*(one.introduction, _plain(one.at), one.requester, one.target), *(one.why, one.offered, day)]
            begin += max(len(some), 1)

    return tables.lines(_NO_COLUMNS, of.told("noes.csv", rows()))


_NO_COLUMNS = ("introduction", "at", "requester", "target", "reason", "offered", "come_back")


def _rules(of: Exporting) -> Iterator[str]:
    yield as_json(policy.all_rules(of.connector.id))


# A room that keeps something of a connector's adds its file here, and nowhere else.
PARTS: tuple[tuple[str, Part], ...] = (
    ("README.txt", _about),
    ("me.json", _me),
    ("people.vcf", _vcards),
    ("people.csv", _people_table),
    ("wishes.json", _wishes),
    ("introductions.json", _introductions),
    ("introductions.csv", _introductions_table),
    ("noes.csv", _noes),
    ("house-rules.json", _rules),
)
_SAID = {
    "me.json": mark("your name, address and settings"),
    "people.vcf": mark("your address book, for any program that reads vCards"),
    "people.csv": mark("the same as a table, with your notes, your word and your marks"),
    "wishes.json": mark("what the people in your book said of how they wish to be asked"),
    "introductions.json": mark("every introduction with its words, what became of it, and its journal"),
    "introductions.csv": mark("the same as a table, a line each"),
    "noes.csv": mark("the noes that you said"),
    "house-rules.json": mark("your house rules in every version, and whom you never ask"),
}


# ---------------------------------------------------------------- how values are written


def _card(whole: people.WholeCard) -> dict[str, Any]:
    card, secrets = whole.card, whole.secrets
    return {
        "name": card.name,
        "organisation": card.organisation,
        "position": card.position,
        "known_since": card.known_since,
        "addresses": list(secrets.addresses),
        "phones": list(secrets.phones),
        "profiles": list(secrets.profiles),
        "sources": list(whole.sources),
    }


def _listed(records: Iterable[object]) -> Iterator[str]:
    """Write a list record by record, since all of it may be more than fits into memory."""
    between = "[\n"
    for one in records:
        yield between + as_json(one)
        between = ",\n"
    yield "[]\n" if between == "[\n" else "\n]\n"


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    return str(value)
