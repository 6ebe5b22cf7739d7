"""Ties from a file: who knows whom, and how well, where no mail shows it."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext as _

from twoyes.lib import addresses, text
from twoyes.lib.errors import Refused
from twoyes.network.models import GivenTie, Identity
from twoyes.people import front as people

COLUMNS = ("from", "to", "strength")
# More than anybody's network; each row is held in memory until all are taken.
MOST = 1_000_000
SHOWN = 500


def import_ties(owner_id: str, path: Path, *, dry_run: bool = False) -> people.ImportReport:
    """Take ties from a CSV file with the columns from, to and strength (above 0, at most 1), all of them or none.

    Both are an address, a whole name, an id, or "me". A tie leads one way, as in "from knows to"; again changes
    nothing, another strength takes the place of the old one. A row that names nobody of this book is left out with
    its line and a reason. Raises Refused: no_such_file, not_ties, too_big.
    """
    everybody = _Everybody(owner_id)
    wanted, rejected = dict[tuple[str, str], float](), list[people.Rejected]()
    for line, row in _rows(path):
        try:
            wanted[everybody.meant(row["from"]), everybody.meant(row["to"])] = _strength(row["strength"])
        except Refused as no:
            rejected.append(people.Rejected(_("line %d") % line, no.sentence))
    for one, other in [pair for pair in wanted if pair[0] == pair[1]]:
        del wanted[one, other]
        rejected.append(people.Rejected(everybody.name(one), _("Nobody has a tie to themselves.")))
    return _kept(owner_id, wanted, rejected, dry_run=dry_run)


def _kept(
    owner_id: str, wanted: dict[tuple[str, str], float], rejected: list[people.Rejected], *, dry_run: bool
) -> people.ImportReport:
    with transaction.atomic():
        known = {(row.one, row.other): row for row in GivenTie.objects.filter(owner_id=owner_id)}
        fresh = [pair for pair in wanted if pair not in known]
        changed = [known[pair] for pair in wanted if pair in known and known[pair].strength != wanted[pair]]
        report = people.ImportReport(len(fresh), len(changed), len(wanted) - len(fresh) - len(changed), rejected)
        if dry_run:
            return report
        for row in changed:
            row.strength = wanted[row.one, row.other]
        GivenTie.objects.bulk_update(changed, ["strength"], batch_size=500)
        rows = [GivenTie(owner_id=owner_id, one=a, other=b, strength=wanted[a, b]) for a, b in fresh]
        GivenTie.objects.bulk_create(rows, batch_size=500)
    return report


class _Everybody:
    """Everybody of a book by what a file may call them."""

    def __init__(self, owner_id: str) -> None:
        self.owner_id = owner_id
        self.names = dict[str, set[str]]()
        self.keys = dict(Identity.objects.filter(owner_id=owner_id).values_list("key", "pk"))
        self.ids = {owner_id: _("you"), **dict.fromkeys(self.keys.values(), "")}
        for card in people.everybody(owner_id):
            self.ids[card.id] = card.name
            self.names.setdefault(text.fold(card.name), set()).add(card.id)
            self.keys |= dict.fromkeys(card.keys, card.id)

    def meant(self, who: str) -> str:
        """Return the id of who is meant. Raises Refused: nobody, ambiguous."""
        who = who.strip()
        if who.lower() == "me":
            return self.owner_id
        if who in self.ids:
            return who
        found = {self.keys[key]} if (key := _key(who)) in self.keys else self.names.get(text.fold(who), set())
        if not found:
            raise Refused("nobody", _("Nobody in this address book answers to “%s”.") % who[:100])
        if len(found) > 1:
            raise Refused("ambiguous", _("Several people are called “%s”. Write an address.") % who[:100])
        return next(iter(found))

    def name(self, one: str) -> str:
        """Return a name for a report."""
        return self.ids[one] or one


def _key(who: str) -> str:
    with suppress(Refused):
        return addresses.key(addresses.parse(who)) if "@" in who else ""
    return ""


def _strength(written: str) -> float:
    try:
        strength = float(written.strip().replace(",", "."))
    except ValueError:
        strength = 0.0
    if not 0 < strength <= 1:
        raise Refused("strength", _("The strength is a number above 0 and at most 1, such as 0.5."))
    return strength


def _rows(path: Path) -> Iterable[tuple[int, dict[str, str]]]:
    """Yield each row with its line. Raises Refused."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            first = file.readline()
            delimiter = next((one for one in (",", ";", "\t") if one in first), ",")
            names = [name.strip().lower() for name in next(csv.reader([first], delimiter=delimiter), [])]
            if not set(COLUMNS) <= set(names):
                raise _no_ties(path)
            for count, cells in enumerate(csv.reader(file, delimiter=delimiter)):
                if count >= MOST:
                    raise Refused("too_big", _("There are more than %d ties in this file.") % MOST)
                if any(cells):
                    yield count + 2, {**dict.fromkeys(COLUMNS, ""), **dict(zip(names, cells, strict=False))}
    except FileNotFoundError:
        raise Refused("no_such_file", _("“%s” is not there.") % path) from None
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise _no_ties(path) from error


def _no_ties(path: Path) -> Refused:
    told = _("“%s” is no list of ties. Write a CSV file (UTF-8) whose first line is: from,to,strength")
    return Refused("not_ties", told % path.name)
