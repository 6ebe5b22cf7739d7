"""Thunderbird's CSV, with English, German or French headings."""

from __future__ import annotations

from twoyes.people.sources.columns import Layout

# Folded: without accents, in lower case.
ROLES = {
    "display name": "display",
    "anzeigename": "display",
    "nom a afficher": "display",
    "first name": "given",
    "vorname": "given",
    "prenom": "given",
    "last name": "family",
    "nachname": "family",
    "nom": "family",
    "nom de famille": "family",
    "nickname": "nickname",
    "spitzname": "nickname",
    "surnom": "nickname",
    "organization": "organisation",
    "organisation": "organisation",
    "societe": "organisation",
    "job title": "position",
    "titel": "position",
    "fonction": "position",
    "profession": "position",
    "primary email": "email",
    "secondary email": "email",
    "primare e-mail-adresse": "email",
    "sekundare e-mail-adresse": "email",
    "adresse electronique principale": "email",
    "adresse electronique secondaire": "email",
    "work phone": "phone",
    "home phone": "phone",
    "mobile number": "phone",
    "tel. dienstlich": "phone",
    "tel. privat": "phone",
    "mobil-tel.-nr.": "phone",
    "tel. professionnel": "phone",
    "tel. domicile": "phone",
    "portable": "phone",
    "web page 1": "web",
    "web page 2": "web",
    "webseite 1": "web",
    "webseite 2": "web",
    "site web 1": "web",
    "site web 2": "web",
    "notes": "notes",
    "notizen": "notes",
}
NEEDED = (
    {"display name", "primary email"},
    {"anzeigename", "primare e-mail-adresse"},
    {"nom a afficher", "adresse electronique principale"},
)


def fits(columns: frozenset[str]) -> bool:
    """Whether these are Thunderbird's headings in one of these languages."""
    return any(needed <= columns for needed in NEEDED)


def role(column: str) -> str:
    """What stands under a heading."""
    return ROLES.get(column, "")


layout = Layout(fits, role)
