"""What the page of somebody who was asked says and offers in every situation: tests/web/golden/target/*.txt."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.http import HttpResponse

from tests.support.cast import Cast
from tests.web.browsing import Browser, forms_of
from twoyes.introductions import front

GOLDEN = Path(__file__).parent / "golden" / "target"
RANDOM = re.compile(r"/t/[0-9a-z]{12}/")
WISH = re.compile(r"of = '[0-9a-z]{12}'")
# The promised date has a random part, which may reach into the next day.
PROMISED = re.compile(r"(?<=you hear by )\d+ \w+ \d+")
Stage = Callable[[Cast], str]


def asked(**approval: str) -> Stage:
    return lambda cast: cast.asked(approval=approval)


def spare(cast: Cast) -> str:
    """A request that says the least."""
    return cast.asked(approval={"vouch_level": "know"}, homework="", link="", by_when="", format="", minutes="")


def answered(answer: str, *, days: float = 0, **fields: str) -> Stage:
    def stage(cast: Cast) -> str:
        introduction = cast.asked()
        cast.answer(introduction, answer, **fields)
        cast.deliver()
        cast.pass_time(timedelta(days=days))
        return introduction

    return stage


def not_me(cast: Cast) -> str:
    introduction = cast.asked()
    link, token = cast.page(introduction)
    front.not_me(link, token, now=cast.now)
    return introduction


def late_yes(cast: Cast) -> str:
    introduction = cast.silent()
    cast.answer(introduction, "yes")
    return introduction


def withdrawn_after(answer: str) -> Stage:
    def stage(cast: Cast) -> str:
        introduction = answered(answer)(cast)
        front.withdraw(introduction, actor=cast.asker(introduction), now=cast.now)
        return introduction

    return stage


def blind_offer(side: str) -> Stage:
    """Nobody sees the other's name before a first yes."""

    def stage(cast: Cast) -> str:
        because = "Rita Holm and Tom Target both look at how blades wear at sea."
        fields = {"blind": "yes", "because": because, "why_first": because, "why_second": because}
        return cast.offered(**fields) if side == "first" else cast.offered_second(**fields)

    return stage


def first_yes(cast: Cast) -> str:
    introduction = cast.offered()
    cast.answer(introduction, "yes", side="first")
    return introduction


UNTIL = "2026-04-20"
SITUATIONS: dict[str, tuple[Stage, str]] = {
    "asked": (asked(), "target"),
    "asked, not vouched for": (asked(vouch_level="no_vouch"), "target"),
    "asked, blind": (asked(blind="yes"), "target"),
    "asked, the least": (spare, "target"),
    "asked, details not allowed": (lambda cast: cast.asked(may_pass_on=""), "target"),
    "silent": (Cast.silent, "target"),
    "a late yes": (late_yes, "target"),
    "yes": (answered("yes"), "target"),
    "introduced": (Cast.introduced, "target"),
    "introduced long ago": (Cast.unreported, "target"),
    "no": (answered("no"), "target"),
    "no, and its date is over": (answered("no", days=40), "target"),
    "never": (answered("never", scope="this_person"), "target"),
    "later": (answered("later", until=UNTIL), "target"),
    "details": (answered("their_details"), "target"),
    "not me": (not_me, "target"),
    "passed on": (Cast.passed_on, "target"),
    "withdrawn": (Cast.withdrawn, "target"),
    "withdrawn after a yes": (withdrawn_after("yes"), "target"),
    "withdrawn after a no": (withdrawn_after("no"), "target"),
    "offered": (Cast.offered, "first"),
    "offered, blind": (blind_offer("first"), "first"),
    "offered, blind, second": (blind_offer("second"), "second"),
    "offered, first yes": (first_yes, "first"),
    "offered, second asked": (Cast.offered_second, "second"),
    "offered, second asked, seen by the first": (Cast.offered_second, "first"),
}


class _Text(HTMLParser):
    """The words of a page, a line for each piece; what a browser hides is left out."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []
        self.hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.hidden += tag in {"script", "style"}
        if tag in {"input", "textarea", "select", "html"} and dict(attrs).get("type") != "hidden":
            told = {name: value for name, value in attrs if name in {"type", "name", "required", "rows", "lang"}}
            words = [name if value in {None, ""} else f"{name}={value}" for name, value in told.items()]
            self.lines.append(" ".join([f"<{tag}>", *words]))

    def handle_endtag(self, tag: str) -> None:
        self.hidden -= tag in {"script", "style"}

    def handle_data(self, data: str) -> None:
        if not self.hidden and data.strip():
            self.lines.append(" ".join(data.split()))


def _page_of(response: HttpResponse) -> str:
    parser = _Text()
    parser.feed(response.content.decode())
    lines = [str(response.status_code), *parser.lines]
    for form in forms_of(response):
        lines += ["", f"form {form.method} {form.action}"]
        values = {name: value for name, value in form.values.items() if name != "csrfmiddlewaretoken"}
        lines += [f"    {name} = {value!r}" for name, value in values.items()]
        lines += [f"    {name}: {' | '.join(choices)}" for name, choices in form.choices.items()]
    return PROMISED.sub("DAY", WISH.sub("of = ID", RANDOM.sub("/t/ID/", "\n".join(lines)))) + "\n"


def _is(page: Path, text: str) -> None:
    """Assert that this is the golden page. To renew it, remove its file, run once, and read the difference."""
    if not page.exists():
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_text(text)
        pytest.fail(f"{page.name} was written anew: read it, and run the test again")
    assert text == page.read_text(), f"if this was meant, remove {page.name} and run this again"


def _golden(name: str) -> Path:
    return GOLDEN / f"{name.replace(',', '').replace(' ', '_')}.txt"


@pytest.mark.parametrize("situation", SITUATIONS)
def test_the_page_says_and_offers_in_each_situation_what_its_copy_does(
    tom: Browser, cast: Cast, situation: str
) -> None:
    make, side = SITUATIONS[situation]
    introduction = make(cast)
    kind = "details" if situation == "passed on" else "ask"
    path = tom.get(f"/t/{cast.key(introduction, kind, side=side)}").headers["Location"]
    _is(_golden(situation), _page_of(tom.get(path)))


PRESSED: dict[str, tuple[str, dict[str, str]]] = {
    "answer, none": ("answer", {}),
    "answer, yes without the box": ("answer", {"answer": "yes", "comment": "Gladly."}),
    "answer, yes": ("answer", {"answer": "yes", "confirm": "yes", "address": "tom@other.example"}),
    "answer, in writing only": ("answer", {"answer": "written_only", "confirm": "yes"}),
    "answer, later without a day": ("answer", {"answer": "later"}),
    "answer, later": ("answer", {"answer": "later", "until": UNTIL, "still_looking": "yes"}),
    "answer, no": ("answer", {"answer": "no", "tell": "my_words", "comment": "Not before summer."}),
    "answer, never": ("answer", {"answer": "never", "scope": "anyone"}),
    "answer, details": ("answer", {"answer": "their_details"}),
    "wishes, none": ("wishes", {}),
    "wishes, never": ("wishes", {"wish": "never", "scope": "this_connector"}),
    "wishes, standing yes": ("wishes", {"wish": "standing_yes", "sure": "yes"}),
    "not me": ("not_me", {}),
    "undo, nothing": ("undo", {}),
    "how it went, too early": ("how_it_went", {"comment": "Well."}),
}


@pytest.mark.parametrize("pressed", PRESSED)
def test_each_button_leads_to_the_page_that_its_copy_shows(tom: Browser, cast: Cast, pressed: str) -> None:
    act, fields = PRESSED[pressed]
    introduction = cast.asked()
    path = tom.open_as(introduction, "target")
    response = tom.post(f"{path}{act}", {"seq": str(_turn(tom, path)), **fields})
    text = _page_of(response)
    if response.status_code == 303:
        text += f"leads to {RANDOM.sub('/t/ID/', response.headers['Location'])}\n"
        text += _page_of(tom.get(response.headers["Location"]))
    _is(_golden(f"pressed {pressed}"), f"{text}state {cast.state(introduction)}\n")


def _turn(browser: Browser, path: str) -> str:
    return next(form.values["seq"] for form in forms_of(browser.get(path)) if "seq" in form.values)


def test_a_blind_ask_shows_the_name_after_a_first_yes_and_agrees_to_nothing(tom: Browser, cast: Cast) -> None:
    path = tom.open_as(cast.asked(approval={"blind": "yes"}), "target")
    response = tom.post(f"{path}answer", {"seq": _turn(tom, path), "answer": "yes"})
    _is(_golden("pressed answer, blind"), _page_of(tom.get(response.headers["Location"])))


def test_a_yes_after_the_date_is_thanked_for_as_a_late_one(tom: Browser, cast: Cast) -> None:
    path = tom.open_as(cast.silent(), "target")
    response = tom.post(f"{path}answer", {"seq": _turn(tom, path), "answer": "yes", "confirm": "yes"})
    _is(_golden("pressed answer, late yes"), _page_of(tom.get(response.headers["Location"])))


def test_the_same_answer_pressed_in_two_tabs_is_one_answer_and_another_one_is_not(tom: Browser, cast: Cast) -> None:
    path = tom.open_as(cast.asked(), "target")
    seq = _turn(tom, path)
    fields = {"seq": seq, "answer": "written_only", "confirm": "yes"}
    assert [tom.post(f"{path}answer", fields).status_code for _ in range(2)] == [303, 303]
    assert tom.post(f"{path}answer", {**fields, "answer": "later", "until": UNTIL}).status_code == 409
    assert tom.get(f"{path}?done=undo").status_code == 200


def test_an_objection_that_is_only_opened_says_how_to_object(tom: Browser, cast: Cast) -> None:
    introduction = cast.asked()
    token = cast.key(introduction, "ask", of="stop")
    page = tom.get(f"/t/{token}/stop")
    assert page.status_code == 200
    assert "Without the button nothing happens." in page.content.decode()
    assert cast.state(introduction) == "asking"


def test_undo_and_how_it_went_lead_to_their_pages_where_they_are_open(tom: Browser, cast: Cast) -> None:
    introduction = cast.agreed()
    path = tom.open_as(introduction, "target")
    undone = tom.post(f"{path}undo", {"seq": _turn(tom, path)})
    _is(_golden("pressed undo"), _page_of(tom.get(undone.headers["Location"])))
    cast.answer(introduction, "yes")
    cast.pass_time(timedelta(minutes=11))
    told = tom.post(f"{path}how_it_went", {"comment": "Well, thank you."})
    _is(_golden("pressed how it went"), _page_of(tom.get(told.headers["Location"])))
