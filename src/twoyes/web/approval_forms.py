"""The forms that approve a request, or pass its details on: whom it is about, and the connector's own words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from django.http import HttpRequest
from django.utils.translation import gettext as _

from twoyes.introductions import front as introductions
from twoyes.introductions.front import DeskPage, Frozen
from twoyes.lib.text import fold
from twoyes.mail import front as mail
from twoyes.people import front as people
from twoyes.policy import front as policy
from twoyes.web.cards import candidates, options, to_choose
from twoyes.web.desk_door import Desk
from twoyes.web.desk_forms import APPROVAL, LOOK_UP, PASSING, blank, prefilled
from twoyes.web.forms import Errors, Field, Form

FIELDS = {"approve": APPROVAL, "pass_on": PASSING}


def approval_forms(
    request: HttpRequest, at: Desk, page: DeskPage, *, act: str = "", errors: Errors | None = None
) -> tuple[Form | None, Form | None]:
    """Return the form that approves and the one that passes details on; None where that is not open or permitted."""
    if not {"approve", "pass_on"} & {*page.acts}:
        return None, None
    # Both ask for the same person, who is looked for once.
    blank_ones = _Blank(page, _cards(request, at, page))
    approving = passing = None
    if "approve" in page.acts:
        form = blank_ones.form("approve", _("Read the ask, then send it"))
        form = replace(form, prefix="", main=True, then=_("Nothing is sent by this: you read the letter first."))
        approving = _again(request, form, errors) if act == "approve" else form
    if "pass_on" in page.acts:
        form = blank_ones.form("pass_on", _("Read the letter, then pass their details on"))
        passing = _again(request, form, errors) if act == "pass_on" else form
    return approving, passing


def preview(at: Desk, page: DeskPage, fields: Mapping[str, str], kind: str) -> Frozen:
    """Return the letter as it would leave with these words."""
    days = policy.house_rules(at.connector.id).ask_days
    approval = {**{name: value for name, value in fields.items() if name != "target"}, "ask_days": str(days)}
    facts = introductions.preview_facts(
        at.connector.id, page.row.id, kind, "target", approval=approval, target_id=fields.get("target", "")
    )
    return mail.preview(facts)


def readable(frozen: Frozen) -> str:
    """Return the text of a letter as it is shown to whoever approves it."""
    return frozen.text.replace("{page}", _("(here stands the link to their page)"))


def as_it_stands(at: Desk, page: DeskPage, form: Form | None) -> str:
    """Return the ask as it would read with what the form holds now; "" where nobody is chosen yet (N4)."""
    if form is None or not form.values.get("target"):
        return ""
    return readable(preview(at, page, form.values, "ask"))


@dataclass(frozen=True, slots=True)
class _Blank:
    """A form that nobody has filled in yet, with the cards that the request may mean."""

    page: DeskPage
    cards: Sequence[people.Card]

    def form(self, act: str, button: str) -> Form:
        page, cards = self.page, self.cards
        named = cards[0].id if len(cards) == 1 and _named(page, cards[0]) else ""
        chosen = page.asked_id or page.target_id or named
        look_up = LOOK_UP if cards else replace(LOOK_UP, label=_("Whom do they mean?"), reads=_no_cards())
        target = (Field("target", _("Whom do you ask?"), kind="radio", options=options(cards), required=True),)
        known = target if page.asked_id else (*target, replace(look_up, fold=True)) if cards else (look_up,)
        form = blank(page, act, (*known, *FIELDS[act]), button)
        return replace(
            form,
            values={**prefilled(page), "target": chosen},
            hidden={**form.hidden, "step": "preview"},
        )


def _named(page: DeskPage, card: people.Card) -> bool:
    """Say whether the request gives the whole name: only then is somebody chosen beforehand."""
    return {*fold(card.name).split()} <= {*fold(page.words.get("target", "")).replace(",", " ").split()}


def _no_cards() -> str:
    return _("Nobody in your book answers to their words. Write a name or an address, or add a card first.")


def _cards(request: HttpRequest, at: Desk, page: DeskPage) -> Sequence[people.Card]:
    if page.asked_id:
        return [card for card in [people.card(at.connector.id, page.asked_id)] if card]
    typed = request.POST.get("target_query", "").strip() or request.POST.get("target_meant", "")
    found = candidates(at.connector.id, typed or page.words.get("target", ""))
    wanted = [request.POST.get("target", ""), page.target_id]
    known = [card for one in wanted if (card := people.card(at.connector.id, one) if one else None)]
    return list({card.id: card for card in (*known, *found)}.values())


def _again(request: HttpRequest, form: Form, errors: Errors | None) -> Form:
    """Show what was typed."""
    kept = form.filled(request, errors)
    target = kept.values.get("target") or form.values.get("target", "")
    return to_choose(request, replace(kept, values={**kept.values, "target": target}), errors or {}, "target")
