"""Outlook's CSV of some ninety columns, with English, German or French headings (QUIRKS 16)."""

from __future__ import annotations

from twoyes.people.sources.columns import Layout

# Folded: without accents, in lower case. German and French as Outlook itself writes them.
ROLES = {
    "first name": "given",
    "vorname": "given",
    "prenom": "given",
    "middle name": "middle",
    "weitere vornamen": "middle",
    "deuxieme prenom": "middle",
    "last name": "family",
    "nachname": "family",
    "nom": "family",
    "suffix": "suffix",
    "suffixe": "suffix",
    "nickname": "nickname",
    "spitzname": "nickname",
    "surnom": "nickname",
    "company": "organisation",
    "firma": "organisation",
    "societe": "organisation",
    "job title": "position",
    "position": "position",
    "profession": "position",
    "titre professionnel": "position",
    "notes": "notes",
    "notizen": "notes",
    "web page": "web",
    "webseite": "web",
    "page web": "web",
    "e-mail address": "email",
    "e-mail 2 address": "email",
    "e-mail 3 address": "email",
    "e-mail-adresse": "email",
    "e-mail 2: adresse": "email",
    "e-mail 3: adresse": "email",
    "adresse de messagerie": "email",
    "adresse de messagerie 2": "email",
    "adresse de messagerie 3": "email",
    "mobile phone": "phone",
    "business phone": "phone",
    "business phone 2": "phone",
    "home phone": "phone",
    "home phone 2": "phone",
    "primary phone": "phone",
    "company main phone": "phone",
    "other phone": "phone",
    "mobiltelefon": "phone",
    "telefon geschaftlich": "phone",
    "telefon geschaftlich 2": "phone",
    "telefon privat": "phone",
    "telefon privat 2": "phone",
    "haupttelefon": "phone",
    "telefon firma": "phone",
    "weiteres telefon": "phone",
    "tel. mobile": "phone",
    "telephone (bureau)": "phone",
    "telephone 2 (bureau)": "phone",
    "telephone (domicile)": "phone",
    "telephone 2 (domicile)": "phone",
    "telephone principal": "phone",
    "telephone (autre)": "phone",
}
NEEDED = (
    {"first name", "last name", "e-mail address"},
    {"vorname", "nachname", "e-mail-adresse"},
    {"prenom", "nom", "adresse de messagerie"},
)


def fits(columns: frozenset[str]) -> bool:
    """Whether these are Outlook's headings in one of its languages."""
    return any(needed <= columns for needed in NEEDED)


def role(column: str) -> str:
    """What stands under a heading."""
    return ROLES.get(column, "")


layout = Layout(fits, role)
