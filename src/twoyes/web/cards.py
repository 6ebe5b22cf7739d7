"""Finding the person meant: from words in a request, a name typed, or a card chosen."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from django.http import HttpRequest
from django.utils.translation import gettext as _

from twoyes.introductions.front import BadFields
from twoyes.lib.errors import Refused
from twoyes.people import front as people
from twoyes.web.forms import Errors, Form, Option

_ID = re.compile(r"[0-9a-z]{12}")
_TYPED = 200
# Which cards somebody's words may mean.
candidates = people.meant


def chosen_card(request: HttpRequest, owner_id: str, field: str) -> people.Card:
    """Return the card that `field` names by id, name or address; what was typed into its query counts first.

    Raises `BadFields` on `field`: required, ambiguous, nobody.
    """
    written = _written(request, field)
    if not written:
        raise BadFields({field: ("required", _("Choose a person from your address book."))})
    if len(written) > _TYPED or "\0" in written:
        raise BadFields({field: ("nobody", _("Nobody in your address book has such a name."))})
    try:
        return people.who(owner_id, written)
    except Refused as refused:
        # Part of a name is nobody's, but the page shows whom it may mean.
        if refused.code == "nobody" and candidates(owner_id, written):
            told = ("ambiguous", _("Choose one of these, or write the whole name."))
        else:
            told = (refused.code, refused.sentence)
        raise BadFields({field: told}) from refused


def chosen_cards(request: HttpRequest, owner_id: str, *fields: str) -> dict[str, str]:
    """Return the id of the card that each field names. Raises `BadFields` with what is wrong with any."""
    found: dict[str, str] = {}
    errors: dict[str, tuple[str, str]] = {}
    for field in fields:
        try:
            found[field] = chosen_card(request, owner_id, field).id
        except BadFields as bad:
            errors |= bad.errors
    if errors:
        raise BadFields(errors)
    return found


def meant(request: HttpRequest, owner_id: str, field: str, linked: str = "") -> Sequence[people.Card]:
    """Return the cards to choose from: the one that is chosen, else those that the words typed may mean."""
    written = _written(request, field) or linked
    known = people.card(owner_id, written) if _ID.fullmatch(written) else None
    return [known] if known else candidates(owner_id, written)


def to_choose(request: HttpRequest, form: Form, errors: Errors, *fields: str) -> Form:
    """Return the form in which words that mean several people are a choice, and the place to type is free again.

    The words go along, so that the choice is still there after another mistake.
    """
    unclear = {field: _written(request, field) for field in fields if errors.get(field, ("",))[0] == "ambiguous"}
    freed = {f"{field}_query": "" for field in unclear}
    kept = {f"{field}_meant": words for field, words in unclear.items()}
    return replace(form, values={**form.values, **freed}, hidden={**form.hidden, **kept})


def _written(request: HttpRequest, field: str) -> str:
    said = (request.POST.get(name, "").strip() for name in (f"{field}_query", field, f"{field}_meant"))
    return next((one for one in said if one), "")


def linked_card(request: HttpRequest, owner_id: str, name: str) -> people.Card | None:
    """Return the card of this book whose id a link carries; None for a foreign, missing or erased one alike (E8)."""
    written = linked_id(request, name)
    known = people.card(owner_id, written) if written else None
    return None if known is None or known.erased else known


def linked_id(request: HttpRequest, name: str) -> str:
    """Return what a link carries where an id stands; "" for what is none."""
    written = request.GET.get(name, "")
    return written if _ID.fullmatch(written) else ""


def options(cards: Sequence[people.Card]) -> tuple[Option, ...]:
    """Return cards as choices, each with what tells it from another of the same name."""
    return tuple(Option(card.id, card.name, _hint(card)) for card in cards)


def _hint(card: people.Card) -> str:
    known = [part for part in (card.position, card.organisation) if part]
    return ", ".join([*known, *([] if card.has_address else [_("no address")])])
