"""Address books as tables: Google, Outlook and Thunderbird differ in what they call their columns, and in little else.

A kind names its headings as a literal table: a folded heading, and what stands under it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial

from twoyes.lib.errors import Refused
from twoyes.people.sources import cleaning, table
from twoyes.people.sources.base import File, Record, Records, Rejection

NAME_PARTS = ("given", "middle", "family", "suffix")


@dataclass(frozen=True, slots=True)
class Layout:
    """How a kind of table is told, and what its headings mean.

    `role` gives for a folded heading: display, given, middle, family, suffix, nickname, organisation, position, email,
    phone, web, notes, or "". `values` splits a cell that may hold several; `first` puts the preferred address first.
    """

    fits: Callable[[frozenset[str]], bool]
    role: Callable[[str], str]
    values: Callable[[str], list[str]] = lambda cell: [cell]
    preferred: Callable[[table.Row, str], bool] = lambda _row, _column: False

    def recognises(self, head: str) -> bool:
        """Whether a line near the top names the columns of this kind."""
        return table.header(head, self.fits) is not None

    def prepare(self, file: File) -> Records:
        """All people of the file; who has no name, or something unreadable, is rejected."""
        header = table.header(file.head(), self.fits)
        assert header is not None
        return partial(self._records, file, header, self._places(header))

    def _places(self, header: table.Header) -> Mapping[str, list[str]]:
        places: dict[str, list[str]] = {}
        for column, _at in sorted(header.columns.items(), key=lambda item: item[1]):
            places.setdefault(self.role(column), []).append(column)
        return places

    def _records(self, file: File, header: table.Header, places: Mapping[str, list[str]]) -> Iterator[Record]:
        for row in table.rows(file, header):
            if isinstance(row, Rejection):
                yield row
                continue
            try:
                yield cleaning.entry(row.line, self._said(row, places))
            except Refused as no:
                yield Rejection(row.line, no.sentence)

    def _said(self, row: table.Row, places: Mapping[str, list[str]]) -> cleaning.Said:
        def one(role: str) -> str:
            return next((found for column in places.get(role, ()) if (found := row[column])), "")

        def all_of(role: str, columns: list[str]) -> list[str]:
            return [value for column in columns for value in self.values(row[column]) if value]

        mails = sorted(places.get("email", ()), key=lambda column: not self.preferred(row, column))
        written = " ".join(part for role in NAME_PARTS if (part := one(role)))
        return cleaning.Said(
            name=one("display") or written or one("nickname"),
            organisation=one("organisation"),
            position=one("position"),
            addresses=all_of("email", mails),
            phones=all_of("phone", places.get("phone", [])),
            profile=cleaning.linkedin_profile(all_of("web", places.get("web", []))),
            notes=next((found for column in places.get("notes", ()) if (found := row.raw(column).strip())), ""),
        )
