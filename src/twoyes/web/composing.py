"""A kind no, put together: choosing a reason fills three parts with ready words, and what was typed always wins (N2).

Every choice is a button of the form that leads back to the page with all that stands in it, so that it works without
a script; with one, only this part of the page is exchanged. Nothing is sent by any of them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from twoyes.introductions import front as introductions
from twoyes.introductions.front import DeskPage
from twoyes.lib import clock
from twoyes.lib.errors import Refused
from twoyes.mail import front as mail
from twoyes.people import front as people
from twoyes.policy import front as policy
from twoyes.web.desk_door import Desk
from twoyes.web.desk_forms import DECLINING, blank
from twoyes.web.forms import Errors, Field, Form, Option, typed
from twoyes.web.no_words import CONSOLATIONS, LANGUAGES, TONES, WHY

PARTS = ("reason", "instead", "stay_in_touch", "draft")
CHOSEN = ("why", "tone", "words_in", "consolation")
NEEDED = ("come_back", "resource", "draft")
COME_BACK = Field("come_back", gettext_lazy("On which day?"), gettext_lazy("They get one letter that day."), "day")
DRAFT = Field(
    "draft",
    gettext_lazy("A draft that they can send themselves"),
    gettext_lazy("They read it, in their own words. No address stands in it."),
    "text",
    rows=8,
)
_NEEDED_BY = {"come_back": "come_back", "resource": "resource", "draft": "write_yourself"}
# A season, unless another day is chosen.
_LATER = timedelta(days=90)
_SHORT = 12
# How much of a letter fits into a line of a phone, and how many lines a field may have.
_LINE, _MOST_LINES = 34, 16


@dataclass(frozen=True, slots=True)
class Pick:
    """One choice: a button that carries what it chooses in its address."""

    id: str
    label: str | Promise
    query: str
    pressed: bool


@dataclass(frozen=True, slots=True)
class Composer:
    """The form of a no as it stands on a page: its choices, its fields, and the letter that would leave."""

    form: Form
    reasons: Sequence[Pick]
    tones: Sequence[Pick] = ()
    languages: Sequence[Pick] = ()
    consolations: Sequence[Pick] = ()
    letter: mail.Composed | None = None
    open: bool = False
    errors: Errors = field(default_factory=dict)
    empty_list: bool = False


def composer(desk: Desk, page: DeskPage, findings: Sequence[policy.Finding]) -> Composer:
    """Return the composer as it stands before anything was chosen: the reasons that were found come first."""
    return _composer(desk, page, findings, {"words_in": _spoken(page)})


def again(
    request: HttpRequest, desk: Desk, page: DeskPage, findings: Sequence[policy.Finding], errors: Errors
) -> Composer:
    """Return the composer with all that was typed and chosen, and what is wrong with it."""
    said = posted(request)
    return replace(_composer(desk, page, findings, said, errors), open=True)


def chosen(request: HttpRequest, desk: Desk, page: DeskPage, findings: Sequence[policy.Finding]) -> Composer:
    """Return the composer after a choice: ready words for it, where nobody typed others, and the letter to read."""
    before = posted(request)
    after, errors = _choose(request, desk, page, before)
    said = {**after, **_refilled(after, page)}
    made = _composer(desk, page, findings, said, errors)
    return replace(
        made, open=True, letter=None if errors else rehearsed(desk, page.row.id, settled(said, said["filled"]))
    )


def posted(request: HttpRequest) -> dict[str, str]:
    """Return what was typed and chosen, and which ready words stood there (`filled`)."""
    fields = typed(request, (*DECLINING, COME_BACK, DRAFT))
    return {**fields, **{name: request.POST.get(name, "") for name in (*CHOSEN, "resource", "filled")}}


def settled(fields: Mapping[str, str], filled: str) -> dict[str, str]:
    """Return the fields as they are meant: ready words that nobody touched follow what was chosen last."""
    if not filled:
        return dict(fields)
    kept, consolation = dict(fields), fields["consolation"]
    ready = dict(zip(PARTS, filled.split(), strict=False))
    for name in ("instead", "draft"):
        if consolation and _print(fields[name]) == ready.get(name):
            kept[name] = ""
    # A day or a draft of a consolation that is not chosen any more goes along unseen, so that nothing is lost.
    return {**kept, **{name: "" for name, of in _NEEDED_BY.items() if of != consolation}}


def with_usual(desk: Desk, introduction: str, why: str) -> dict[str, str]:
    """Return the fields of a reason with the consolation that usually goes with it, where it can be had."""
    usual = policy.usual_consolation(why)
    if not introductions.may_offer(desk.connector.id, introduction, usual):
        usual = ""
    return {"why": why, "consolation": usual, "come_back": _a_season_on() if usual == "come_back" else ""}


def touched(texts: Mapping[str, str], filled: str) -> dict[str, str]:
    """Return which of these texts somebody wrote: neither empty nor the ready words that stood there (`filled`)."""
    ready = dict(zip(texts, filled.split(), strict=False))
    return {name: text for name, text in texts.items() if text.strip() and _print(text) != ready.get(name)}


def prints(texts: Mapping[str, str]) -> str:
    """Return what `filled` says of these ready words; it gives none of them away."""
    return " ".join(_print(text) for text in texts.values())


def rehearsed(desk: Desk, introduction: str, fields: Mapping[str, str]) -> mail.Composed | None:
    """Return the letter as the requester would read it; None while something is missing or wrong."""
    try:
        return letter(desk, introduction, fields)
    except Refused:
        return None


def letter(desk: Desk, introduction: str, fields: Mapping[str, str]) -> mail.Composed:
    """Return the letter as the requester would read it. Raises what `decline` raises."""
    told = introductions.words_of_no(desk.connector.id, introduction, fields, clock.now())
    facts = introductions.preview_facts(
        desk.connector.id, introduction, "declined", "requester", approval={}, target_id=""
    )
    return mail.compose(replace(facts, consolation=told))


def _choose(
    request: HttpRequest, desk: Desk, page: DeskPage, before: Mapping[str, str]
) -> tuple[dict[str, str], dict[str, tuple[str, str]]]:
    """Return the fields with what the pressed button chose; a consolation that cannot be had here stays unchosen."""
    pressed = {name: request.GET[name] for name in CHOSEN if name in request.GET}
    after = {**before, **{name: value for name, value in pressed.items() if value in _ALLOWED[name]}}
    if "why" in pressed and before["consolation"] == _usual(before["why"]):
        after["consolation"] = _usual(after["why"])
    offered = after["consolation"]
    if offered != before["consolation"] and not introductions.may_offer(desk.connector.id, page.row.id, offered):
        kept = before["consolation"] if "consolation" in pressed else ""
        wrong = {"consolation": ("not_offered", introductions.not_offered())} if "consolation" in pressed else {}
        return {**after, "consolation": kept}, wrong
    if offered == "come_back" and not after["come_back"]:
        after["come_back"] = _a_season_on()
    if offered == "resource" and not after["resource"]:
        after["resource"] = next(iter(people.resources(desk.connector.id)), "")
    return after, {}


_ALLOWED: Mapping[str, Mapping[str, object]] = {
    "why": WHY,
    "tone": TONES,
    "words_in": LANGUAGES,
    "consolation": CONSOLATIONS,
}


def _a_season_on() -> str:
    return (clock.now() + _LATER).date().isoformat()


def _usual(why: str) -> str:
    return policy.usual_consolation(why) if why else ""


def _refilled(said: Mapping[str, str], page: DeskPage) -> dict[str, str]:
    """Return the parts anew: ready words for what is empty or was ready before, and typed words as they are."""
    known = {**said, "come_back": _day(said["come_back"]), **{name: _known(name, said) for name in CHOSEN}}
    ready = policy.ready_no(introductions.choice_of(known, _spoken(page)), page.words)
    new = {"reason": ready.reason, "instead": ready.instead, "stay_in_touch": ready.stay_in_touch, "draft": ready.draft}
    kept = touched({name: said[name] for name in PARTS}, said["filled"])
    return {**new, **kept, "filled": prints(new)}


def _known(name: str, said: Mapping[str, str]) -> str:
    return said[name] if said[name] in _ALLOWED[name] else ""


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        return ""


def _print(text: str) -> str:
    """Return what tells one text from another, whatever its line ends are: posted, it tells nobody anything."""
    return hashlib.sha256(" ".join(text.split()).encode()).hexdigest()[:_SHORT]


def _spoken(page: DeskPage) -> str:
    return policy.language_of(page.words.get("language", ""))


def _composer(
    desk: Desk,
    page: DeskPage,
    findings: Sequence[policy.Finding],
    said: Mapping[str, str],
    errors: Errors | None = None,
) -> Composer:
    fields = {name: said.get(name, "") for name in ("reason", "instead", "stay_in_touch", "rule", *NEEDED)}
    state = {name: said.get(name, "") for name in (*CHOSEN, "filled")}
    own = people.resources(desk.connector.id) if state["why"] else []
    needed = [_tall(one, fields.get(one.name, "")) for one in _fields(state, own)]
    form = blank(page, "decline", needed, _("Decline kindly"), _then())
    unseen = {name: fields[name] for name in NEEDED if name not in {one.name for one in form.fields} and fields[name]}
    form = replace(form, values=fields, errors=errors or {}, hidden={**form.hidden, **state, **unseen})
    reasons = _picks("why", {why: WHY[why] for why in policy.suggested_reasons(_codes(findings))}, state["why"])
    if not state["why"]:
        return Composer(form, reasons, errors=errors or {})
    spoken = sorted(LANGUAGES, key=lambda one: one != _spoken(page))
    offers = {name: label for name, label in CONSOLATIONS.items() if name != "resource" or own}
    return Composer(
        form,
        reasons,
        tones=_picks("tone", TONES, state["tone"] or "direct"),
        languages=_picks("words_in", {one: LANGUAGES[one] for one in spoken}, state["words_in"]),
        consolations=_picks("consolation", offers, state["consolation"]),
        errors=errors or {},
        empty_list=not own,
    )


def _then() -> str:
    return _("They get these words at once. Nobody else hears.")


def _fields(state: Mapping[str, str], own: Sequence[str]) -> tuple[Field, ...]:
    """Return the three parts, with what the consolation needs after the second."""
    reason, instead, close, rule = DECLINING
    needed: tuple[Field, ...] = ()
    if state["consolation"] == "come_back":
        needed = (COME_BACK,)
    elif state["consolation"] == "write_yourself":
        needed = (DRAFT,)
    elif state["consolation"] == "resource" and len(own) > 1:
        lines = tuple(Option(one, one) for one in own)
        needed = (Field("resource", _("Which one?"), kind="select", options=lines),)
    return (reason, instead, *needed, close, replace(rule, fold=True))


def _tall(one: Field, text: str) -> Field:
    """Return the field so high that what stands in it can be read at once, on a phone as well."""
    lines = sum(1 + len(line) // _LINE for line in text.splitlines())
    return replace(one, rows=min(max(one.rows, lines), _MOST_LINES)) if one.kind == "text" else one


def _codes(findings: Sequence[policy.Finding]) -> list[str]:
    return [finding.code for finding in findings]


def _picks(name: str, options: Mapping[str, str | Promise], now: str) -> tuple[Pick, ...]:
    return tuple(
        Pick(f"no-{name}-{value or 'nothing'}", label, f"{name}={value}", value == now)
        for value, label in options.items()
    )
