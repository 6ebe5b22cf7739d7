"""Google Contacts as CSV: the layout since 2024 and the one before, several values in a cell (QUIRKS 15)."""

from __future__ import annotations

import re

from twoyes.people.sources.columns import Layout
from twoyes.people.sources.table import Row

ROLES = {
    "name": "display",
    "given name": "given",
    "first name": "given",
    "additional name": "middle",
    "middle name": "middle",
    "family name": "family",
    "last name": "family",
    "name suffix": "suffix",
    "file as": "nickname",
    "nickname": "nickname",
    "organization name": "organisation",
    "organization title": "position",
    "notes": "notes",
}
_NUMBERED = {"e-mail": "email", "phone": "phone", "website": "web"}
_VALUE = re.compile(r"(e-mail|phone|website) \d+ - value")
_ORGANISATION = re.compile(r"organization \d+ - (name|title)")


def fits(columns: frozenset[str]) -> bool:
    """Whether these are the headings of either layout; each has columns that nobody else has."""
    old = {"given name", "family name", "group membership"} <= columns
    new = {"first name", "last name", "organization name", "labels"} <= columns
    return old or new or ({"given name", "family name"} <= columns and "e-mail 1 - value" in columns)


def role(column: str) -> str:
    """What stands under a heading."""
    if value := _VALUE.fullmatch(column):
        return _NUMBERED[value[1]]
    if organisation := _ORGANISATION.fullmatch(column):
        return "organisation" if organisation[1] == "name" else "position"
    return ROLES.get(column, "")


def values(cell: str) -> list[str]:
    """The values of a cell that may hold several."""
    return [part.strip() for part in cell.split(":::")]


def preferred(row: Row, column: str) -> bool:
    """Whether a value is the one that its owner marked, with a star before its label."""
    before = column.removesuffix("value")
    return any(row[f"{before}{label}"].startswith("*") for label in ("type", "label"))


layout = Layout(fits, role, values, preferred)
